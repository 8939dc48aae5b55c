use super::*;
use crate::Status;

fn edit(title: Option<&str>, text: Option<&str>) -> Command {
    Command::Edit {
        of: Some(agua(1)),
        title: title.map(str::to_owned),
        text: text.map(str::to_owned),
    }
}

#[test]
fn an_author_gives_it_another_text_and_it_is_shown_anew() {
    let (mut town, root) = Town::with_proposal();
    let effects = town.asks(&group('b'), 'a', edit(None, Some("En el parque.")));
    assert_eq!(cards(&effects), [Leg::Room, group('a'), group('b')]);
    let proposal = town.proposal(1);
    assert_eq!(
        (proposal.title(), proposal.text()),
        ("Agua limpia", "En el parque.")
    );
    assert_eq!(proposal.revision(), 2);
    town.asks(&group('a'), 'a', edit(Some("Agua"), None));
    assert_eq!(
        (town.proposal(1).title(), town.proposal(1).text()),
        ("Agua", "En el parque.")
    );

    let by_answer = Command::Edit {
        of: None,
        title: None,
        text: Some("Acá.".to_owned()),
    };
    town.asks_about(&group('a'), 'a', root, by_answer);
    assert_eq!(town.proposal(1).text(), "Acá.");
}

#[test]
fn editing_the_message_edits_the_proposal() {
    let (mut town, root) = Town::with_proposal();
    let whole = Hearing::Command(propose("Agua segura", "En la escuela."), Language::Es);
    let effects = town.edits(&group('a'), 'a', root, "!propuesta …", whole);
    assert_eq!(
        legs(&effects),
        [Leg::Room, group('b')],
        "the edit is carried, too"
    );
    let words = |town: &Town| {
        let proposal = town.proposal(1);
        (proposal.title().to_owned(), proposal.text().to_owned())
    };
    assert_eq!(
        words(&town),
        ("Agua segura".to_owned(), "En la escuela.".to_owned())
    );
    town.edits(
        &group('a'),
        'a',
        root,
        "Agua segura\nEn todas.",
        Hearing::Talk,
    );
    assert_eq!(
        words(&town),
        ("Agua segura".to_owned(), "En todas.".to_owned())
    );
    let same = town.edits(&group('a'), 'a', root, "En todas.", Hearing::Talk);
    assert_eq!(records(&same), [] as [&Record; 0]);
    let stranger = town.edits(&group('a'), 'b', root, "Nada.", Hearing::Talk);
    assert_eq!(records(&stranger), [] as [&Record; 0]);
    let title_only = Hearing::Command(propose("Agua", ""), Language::Es);
    town.edits(&group('a'), 'a', root, "!propuesta Agua", title_only);
    assert_eq!(
        words(&town),
        ("Agua".to_owned(), "En todas.".to_owned()),
        "the text is not lost"
    );
}

#[test]
fn a_message_that_became_somebody_s_proposal_stays_its_author_s_to_edit() {
    let mut town = Town::new();
    let idea = town.talks(&group('b'), 'b', "Bebederos.");
    town.asks_about(&Leg::Room, 'm', idea, propose("Bebederos", ""));
    town.edits(
        &group('b'),
        'b',
        idea,
        "Bebederos en la plaza.",
        Hearing::Talk,
    );
    let proposal = town.proposal(1);
    assert_eq!(
        (proposal.title(), proposal.text()),
        ("Bebederos", "Bebederos en la plaza.")
    );
}

#[test]
fn withdrawing_closes_and_deleting_leaves_no_words() {
    let (mut town, root) = Town::with_proposal();
    let effects = town.asks(&group('a'), 'a', Command::Withdraw(Some(agua(1))));
    assert_eq!(cards(&effects).len(), 3);
    assert_eq!(town.proposal(1).status(), Status::Withdrawn);
    assert!(
        !town.proposal(1).text().is_empty(),
        "what was public stays in the record"
    );
    let effects = town.deletes(&group('a'), 'a', root);
    assert!(matches!(
        records(&effects)[..],
        [Record::Withdrawn { erased: true, .. }]
    ));
    let proposal = town.proposal(1);
    assert_eq!((proposal.title(), proposal.text()), ("", ""));
    assert_eq!(
        records(&town.deletes(&group('a'), 'a', root)),
        [] as [&Record; 0]
    );
}

#[test]
fn deleting_the_message_withdraws_even_for_whoever_stays_out_but_only_their_own() {
    let (mut town, root) = Town::with_proposal();
    let support = Command::Support(Some(agua(1)));
    town.asks(&group('b'), 'b', support.clone());
    town.asks(&Leg::Room, 'm', support);
    let other = town.deletes(&group('a'), 'b', root);
    assert!(
        matches!(records(&other)[..], [Record::Moderated(_)]),
        "an admin's doing is not the author's: {other:?}"
    );
    assert!(!town.proposal(1).is_erased());
    town.out.insert(member('a'));
    let effects = town.deletes(&group('a'), 'a', root);
    assert!(town.proposal(1).is_erased());
    let count = effects
        .iter()
        .position(|effect| matches!(effect, Effect::Count { .. }));
    assert!(
        count.is_some(),
        "the count is written at once when it closes"
    );
}

#[test]
fn closed_stays_closed() {
    let (mut town, root) = Town::with_proposal();
    town.asks(&group('a'), 'a', Command::Withdraw(Some(agua(1))));
    let closed = Refusal::Closed(agua(1));
    let amend = Command::Amend {
        of: Some(agua(1)),
        change: Some(crate::Change::Add("Y más.".to_owned())),
    };
    for (who, command) in [
        ('b', Command::Support(Some(agua(1)))),
        ('b', Command::Unsupport(Some(agua(1)))),
        ('b', amend),
        ('a', edit(None, Some("Otra."))),
        ('a', Command::Withdraw(Some(agua(1)))),
    ] {
        assert_refused(&town.asks(&group('a'), who, command), &closed);
    }
    let thumb = town.reacts(&group('b'), 'b', root, Some("👍"));
    assert_eq!(refusals(&thumb), [&closed]);
    let edited = town.edits(&group('a'), 'a', root, "Otra.", Hearing::Talk);
    assert_eq!(refusals(&edited), [&closed]);
}

#[test]
fn what_is_others_or_says_nothing_new_is_refused() {
    let (mut town, _) = Town::with_proposal();
    let not_yours = Refusal::NotYours(agua(1));
    assert_refused(
        &town.asks(&Leg::Room, 'm', edit(None, Some("Mía."))),
        &not_yours,
    );
    let withdraw = Command::Withdraw(Some(agua(1)));
    assert_refused(&town.asks(&Leg::Room, 'm', withdraw), &not_yours);
    let asked = town.asks(&group('a'), 'a', edit(None, None));
    assert_refused(&asked, &Refusal::TextAsked(agua(1)));
    let same = edit(None, Some("Queremos agua limpia en la plaza."));
    assert_refused(
        &town.asks(&group('a'), 'a', same),
        &Refusal::NothingNew(agua(1)),
    );
    let which = Command::Withdraw(None);
    assert_refused(&town.asks(&group('a'), 'a', which), &Refusal::WhichProposal);
    town.out.insert(member('a'));
    let out = town.asks(&group('a'), 'a', edit(None, Some("Otra.")));
    assert_refused(&out, &Refusal::StaysOut);
}

#[test]
fn in_the_room_where_a_card_changes_in_silence_it_is_said() {
    let (mut town, _) = Town::with_proposal();
    town.persons.link(&member('a'), &member('n'));
    let effects = town.asks(&Leg::Room, 'n', edit(None, Some("Otra.")));
    assert_eq!(
        notices(&effects),
        [&Notice::Revised(agua(1))],
        "with her other account"
    );
    let effects = town.asks(&group('a'), 'a', edit(None, Some("Y otra.")));
    assert_eq!(notices(&effects), [] as [&Notice; 0]);
}
