//! The conversations of tests/conversations/, one test each.

use crate::conversation::play;

macro_rules! conversations {
    ($($(#[$when:meta])? $name:ident: $file:literal,)*) => {
        $(
            $(#[$when])?
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                play($file).await;
            }
        )*

        #[test]
        fn every_file_is_played() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conversations");
            for file in std::fs::read_dir(folder).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                assert!([$($file),*].contains(&name.as_str()), "{name} is not played: add it to tests/conversations.rs");
            }
        }
    };
}

conversations! {
    two_groups_and_the_room_are_one_conversation: "two-groups.txt",
    whoever_comes_later_takes_part_from_then_on: "late-joiners.txt",
    whoever_takes_a_name_is_shown_so: "pseudonym.txt",
    whoever_stays_out_is_carried_nowhere: "stay-out.txt",
    look_alike_names_are_told_apart: "names.txt",
    whoever_has_an_idea_proposes_it: "propose.txt",
    whoever_likes_a_proposal_supports_it: "support.txt",
    anybody_says_how_it_could_be_better: "amendments.txt",
    who_proposed_it_changes_it_or_takes_it_back: "edit-and-withdraw.txt",
    whoever_asks_is_told_what_there_is: "lists.txt",
    whoever_asks_sees_which_answer_is_theirs: "answers.txt",
    whoever_proposes_by_voice_is_asked_for_the_words: "voice.txt",
    whoever_can_t_do_something_is_told_kindly_why: "refusals.txt",
    whoever_almost_writes_a_command_is_told_the_closest: "near-misses.txt",
    one_person_with_two_accounts_links_them: "link.txt",
    whoever_asks_about_moderation_is_answered: "moderation.txt",
    those_who_moderate_are_chosen_in_the_open: "mandates.txt",
    what_is_done_about_people_has_a_reason_and_an_end: "measures.txt",
    whoever_reports_or_objects_is_heard: "complaints.txt",
    #[cfg(feature = "long")]
    what_weighs_more_is_decided_by_all: "votes.txt",
    what_is_hidden_comes_back_when_others_find_so: "appeals.txt",
    #[cfg(feature = "long")]
    whoever_is_out_of_the_room_or_muted_there_appeals_alone: "appeals-while-out.txt",
    #[cfg(feature = "long")]
    a_report_that_one_does_not_answer_goes_to_another: "reports-passed-on.txt",
    three_who_take_part_move_a_tangent_with_a_compass: "compass.txt",
    what_the_operator_took_out_is_appealed_and_never_comes_back: "outlawed.txt",
    what_two_hid_two_can_post_again: "lifted.txt",
    #[cfg(feature = "long")]
    whoever_is_new_reads_what_was_done_and_appeals: "newcomer.txt",
    #[cfg(feature = "long")]
    a_phone_and_a_client_moderate_together: "together.txt",
    #[cfg(feature = "long")]
    whoever_moderates_is_told_what_is_missing_or_too_much: "not-so.txt",
    #[cfg(feature = "long")]
    whoever_answered_somebody_does_not_decide_about_them: "neighbours.txt",
    #[cfg(feature = "long")]
    no_organisation_moderates_alone_and_no_mandate_lasts: "organisations.txt",
    #[cfg(feature = "long")]
    one_person_with_two_accounts_is_held_to_account_once: "two-accounts.txt",
}
