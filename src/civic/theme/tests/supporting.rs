use super::*;
use crate::{Counts, Support};

fn counted(effects: &[Effect]) -> Option<Counts> {
    effects.iter().find_map(|effect| match effect {
        Effect::Count { counts, .. } => Some(*counts),
        _ => None,
    })
}

fn counts(people: usize, whatsapp: usize, matrix: usize) -> Counts {
    Counts {
        people,
        whatsapp,
        matrix,
    }
}

#[test]
fn a_thumb_on_the_proposal_or_a_card_is_support_from_anywhere() {
    let (mut town, root) = Town::with_proposal();
    let effects = town.reacts(&group('b'), 'b', root, Some("👍🏿"));
    assert_eq!(
        legs(&effects),
        [Leg::Room, group('a')],
        "the reaction is carried, too"
    );
    assert_eq!(counted(&effects), Some(counts(1, 1, 0)));
    assert_eq!(
        cards(&effects),
        [Leg::Room],
        "its card is brought up to date"
    );
    town.reacts(&Leg::Room, 'm', card(1, &Leg::Room), Some("👍"));
    town.reacts(&group('a'), 'c', card(1, &group('a')), Some("👍\u{FE0F}"));
    assert_eq!(town.people(1), 3);
}

#[test]
fn another_reaction_is_none_and_on_whatsapp_takes_the_thumb_s_place() {
    let (mut town, root) = Town::with_proposal();
    assert!(records(&town.reacts(&group('b'), 'b', root, Some("❤️"))).is_empty());
    town.reacts(&group('b'), 'b', root, Some("👍"));
    town.reacts(&Leg::Room, 'm', root, Some("👍"));
    town.reacts(&group('b'), 'b', root, Some("❤️"));
    town.reacts(&Leg::Room, 'm', root, Some("❤️"));
    assert_eq!(town.people(1), 1, "María's stands beside her 👍");
    town.reacts(&Leg::Room, 'm', root, None);
    assert_eq!(town.people(1), 0);
    assert!(records(&town.reacts(&Leg::Room, 'm', root, None)).is_empty());
}

#[test]
fn support_by_command_is_thanked_for_once_and_can_be_taken_back() {
    let (mut town, root) = Town::with_proposal();
    let support = || Command::Support(Some(agua(1)));
    let effects = town.asks(&Leg::Room, 'm', support());
    let thanks = Notice::Supported {
        reference: agua(1),
        people: 1,
    };
    assert_eq!(notices(&effects), [&thanks]);
    let again = town.asks(&Leg::Room, 'm', support());
    assert_refused(&again, &Refusal::SupportedAlready(agua(1)));
    let effects = town.asks_about(&group('b'), 'b', root, Command::Support(None));
    assert_eq!(records(&effects).len(), 1, "an answer needs no code");

    let effects = town.asks(&Leg::Room, 'm', Command::Unsupport(Some(agua(1))));
    assert_eq!(town.people(1), 1);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::Unsupported { people: 1, .. }]
    ));
    let none = town.asks(&Leg::Room, 'm', Command::Unsupport(Some(agua(1))));
    assert_refused(&none, &Refusal::NotSupported(agua(1)));
}

#[test]
fn a_thumb_is_taken_back_as_a_thumb() {
    let (mut town, root) = Town::with_proposal();
    town.reacts(&group('b'), 'b', root, Some("👍"));
    let refused = town.asks_about(&group('b'), 'b', root, Command::Unsupport(None));
    assert_refused(&refused, &Refusal::ThumbStands(agua(1)));
    let refused = town.asks(&group('b'), 'b', Command::Support(Some(agua(1))));
    assert_refused(&refused, &Refusal::SupportedAlready(agua(1)));
    assert_eq!(town.people(1), 1);
}

#[test]
fn whoever_stays_out_does_not_support_and_is_told() {
    let (mut town, root) = Town::with_proposal();
    town.out.insert(member('b'));
    let refused = town.reacts(&group('b'), 'b', root, Some("👍"));
    assert_refused(&refused, &Refusal::StaysOut);
    let refused = town.asks(&group('b'), 'b', Command::Support(Some(agua(1))));
    assert_refused(&refused, &Refusal::StaysOut);
    assert_eq!(town.people(1), 0);
}

#[test]
fn a_thumb_that_stands_in_the_room_counts_whoever_it_is_from() {
    let (mut town, root) = Town::with_proposal();
    town.out.insert(member('m'));
    let effects = town.reacts(&Leg::Room, 'm', root, Some("👍"));
    assert_eq!((legs(&effects), notices(&effects)), (vec![], vec![]));
    assert_eq!(town.people(1), 1);
    town.reacts(&Leg::Room, 'm', root, None);
    assert_eq!(town.people(1), 0);
}

#[test]
fn which_proposal_is_meant_is_asked_and_strange_ones_are_not_guessed() {
    let (mut town, _) = Town::with_proposal();
    let talk = town.talks(&group('a'), 'a', "Hola.");
    for (which, refusal) in [
        (None, Refusal::WhichProposal),
        (Some(agua(2)), Refusal::NoSuchProposal(agua(2))),
        (
            Some("SALUD-3".parse().unwrap()),
            Refusal::OtherTheme {
                reference: "SALUD-3".parse().unwrap(),
                theme: "Salud".to_owned(),
            },
        ),
        (
            Some("XX-1".parse().unwrap()),
            Refusal::NoSuchProposal("XX-1".parse().unwrap()),
        ),
    ] {
        let command = Command::Support(which);
        assert_refused(&town.asks(&group('b'), 'b', command.clone()), &refusal);
        assert_refused(&town.asks_about(&group('b'), 'b', talk, command), &refusal);
    }
}

#[test]
fn what_stands_in_a_proposal_s_thread_is_about_it() {
    let (mut town, root) = Town::with_proposal();
    let (comment, _) = town.does(&Leg::Room, 'm', Some(root), Some("Sí"), Hearing::Talk);
    town.messages.get_mut(&comment).unwrap().thread = Some(root);
    town.asks_about(&Leg::Room, 'n', comment, Command::Support(None));
    assert_eq!(town.people(1), 1);
    let effects = town.reacts(&Leg::Room, 'm', comment, Some("👍"));
    assert_eq!(
        records(&effects),
        [] as [&Record; 0],
        "a 👍 on a comment is the comment's"
    );
}

#[test]
fn the_public_count_is_written_at_once_and_then_a_minute_later() {
    let (mut town, root) = Town::with_proposal();
    assert_eq!(town.theme.next_due(), None);
    let first = town.reacts(&group('b'), 'b', root, Some("👍"));
    assert_eq!(counted(&first), Some(counts(1, 1, 0)));
    let second = town.reacts(&Leg::Room, 'm', root, Some("👍"));
    assert_eq!(counted(&second), None);
    let due = Input::Due(Due::Support(1));
    assert_eq!(
        town.theme.next_due(),
        Some((NOW.plus_minutes(1), Due::Support(1)))
    );
    assert_eq!(town.take_in(due.clone()), [], "not yet");
    town.passes(1);
    let effects = town.take_in(due.clone());
    assert_eq!(counted(&effects), Some(counts(2, 1, 1)));
    assert_eq!(cards(&effects), [Leg::Room]);
    assert_eq!(town.theme.next_due(), None);
    assert_eq!(town.take_in(due), [], "once");
}

#[test]
fn groups_are_shown_the_card_again_when_support_reaches_a_milestone_once() {
    let (mut town, root) = Town::with_proposal();
    let shown = ['c', 'd', 'e', 'f', 'g']
        .map(|who| cards(&town.reacts(&group('b'), who, root, Some("👍"))));
    let lengths = shown.map(|cards| cards.len());
    assert_eq!(lengths, [1, 0, 3, 0, 0], "anew with the third");
    for who in ['c', 'd', 'e'] {
        town.passes(1);
        town.reacts(&group('b'), who, root, None);
    }
    town.passes(1);
    let again = town.reacts(&group('b'), 'c', root, Some("👍"));
    assert_eq!(
        (town.people(1), cards(&again)),
        (3, vec![Leg::Room]),
        "it was told before"
    );
}

#[test]
fn what_was_folded_without_its_count_is_counted() {
    let (mut town, _) = Town::with_proposal();
    town.theme.apply(&Record::Supported {
        number: 1,
        by: party('b', Network::WhatsApp),
        how: Support::Command,
        on: true,
        at: NOW,
    });
    assert_eq!(
        town.theme.next_due().map(|(_, due)| due),
        Some(Due::Support(1))
    );
    let effects = town.take_in(Input::Due(Due::Support(1)));
    assert_eq!(counted(&effects), Some(counts(1, 1, 0)));
}
