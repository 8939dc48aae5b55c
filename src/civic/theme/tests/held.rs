//! A proposal is hidden with the message that holds its words, and comes back with it.

use super::moderating::{HOUR, for_hate, for_spam};
use super::*;
use crate::moderation::Wish;
use crate::{Change, Status};

fn hide(town: &mut Town, who: char, message: MessageId, reason: &str) -> Vec<Effect> {
    let reason = match reason {
        "spam" => for_spam(),
        _ => for_hate(),
    };
    let command = Command::Moderate(Wish::Hide { reason });
    town.asks_about(&group('a'), who, message, command)
}

fn held(effects: &[Effect]) -> Vec<(u32, bool)> {
    let all = records(effects).into_iter();
    let held = all.filter_map(|record| match record {
        Record::Held { case, on, .. } => Some((*case, *on)),
        _ => None,
    });
    held.collect()
}

fn hidden(effects: &[Effect]) -> Vec<(u32, bool)> {
    let hidden = effects.iter().filter_map(|effect| match effect {
        Effect::HideAmendment { amendment, on, .. } => Some((*amendment, *on)),
        _ => None,
    });
    hidden.collect()
}

/// A town of delegates in which Carla has proposed something that María would have otherwise.
fn town() -> (Town, MessageId) {
    let mut town = Town::with_delegates();
    let root = town.proposes('c', "Agua limpia", "Queremos agua limpia.");
    town.asks(
        &Leg::Room,
        'm',
        Command::Amend {
            of: Some(agua(1)),
            change: Some(Change::Add("Y fresca.".to_owned())),
        },
    );
    (town, root)
}

#[test]
fn its_words_are_held_back_everywhere_and_are_there_again_as_they_were() {
    let (mut town, root) = town();
    let before = town.proposal(1).clone();
    let effects = hide(&mut town, 'a', root, "spam");
    assert_eq!(held(&effects), [(1, true)]);
    assert_eq!(cards(&effects), [Leg::Room]);
    let told = records(&effects);
    let told = format!("{told:?}");
    assert!(!told.contains("limpia"), "{told}");

    let asked = [Command::List { page: 1 }, Command::Show(Some(agua(1)))];
    for command in asked {
        let shown = format!("{:?}", town.asks(&Leg::Room, 'm', command));
        assert!(
            shown.contains("AGUA") && !shown.contains("limpia"),
            "{shown}"
        );
        assert!(!shown.contains("fresca"), "{shown}");
    }
    let card = format!(
        "{:?}",
        town.theme.card(
            1,
            &Known {
                names: &town.names,
                persons: &town.persons,
                trusted: &town.trusted,
                seal: Seal::default(),
            }
        )
    );
    assert!(
        !card.contains("limpia") && card.contains("Some(1)"),
        "{card}"
    );

    // Nobody confirms it.
    let effects = town.pass(12 * HOUR);
    assert_eq!(held(&effects), [(1, false)]);
    assert_eq!(cards(&effects).len(), 3);
    let after = town.proposal(1);
    assert_eq!(
        (after.title(), after.text()),
        (before.title(), before.text())
    );
    assert_eq!(after.amendments(), before.amendments());
    assert_eq!(after.revision(), before.revision());
}

#[test]
fn meanwhile_it_is_supported_and_not_changed() {
    let (mut town, root) = town();
    hide(&mut town, 'a', root, "spam");
    let edit = Command::Edit {
        of: Some(agua(1)),
        title: None,
        text: Some("Otra cosa".to_owned()),
    };
    let refused = town.asks(&group('b'), 'c', edit);
    assert_refused(&refused, &Refusal::HeldBack(agua(1)));
    let amend = Command::Amend {
        of: Some(agua(1)),
        change: Some(Change::Add("Otra cosa".to_owned())),
    };
    let refused = town.asks(&group('b'), 'd', amend);
    assert_refused(&refused, &Refusal::HeldBack(agua(1)));
    let refused = town.asks(&group('b'), 'c', Command::Accept(Some(1)));
    assert_refused(&refused, &Refusal::HeldBack(agua(1)));
    let supported = town.asks(&group('b'), 'd', Command::Support(Some(agua(1))));
    assert_eq!(refusals(&supported), [] as [&Refusal; 0]);
    assert_eq!(town.people(1), 1);
    // Whoever proposed it can still withdraw it, and it comes back withdrawn.
    town.asks(&group('b'), 'c', Command::Withdraw(Some(agua(1))));
    town.pass(12 * HOUR);
    assert_eq!(town.proposal(1).status(), Status::Withdrawn);
    assert_eq!(town.proposal(1).title(), "Agua limpia");
}

#[test]
fn other_messages_hold_no_proposal_back() {
    let (mut town, _) = town();
    let other = town.talks(&group('b'), 'c', "¡Compren!");
    assert_eq!(held(&hide(&mut town, 'a', other, "spam")), []);
    assert_eq!(held(&town.pass(12 * HOUR)), []);
    // What waits for a second hides nothing yet.
    let root = town.proposes('c', "Otra", "Cosa");
    assert_eq!(held(&hide(&mut town, 'a', root, "hate")), []);
    assert_eq!(held(&hide(&mut town, 'b', root, "hate")), [(2, true)]);
}

/// What is written of it tells enough to know it again where all else is lost.
#[test]
fn the_records_alone_tell_that_it_is_and_what_it_was() {
    let (mut town, root) = town();
    hide(&mut town, 'a', root, "spam");
    let fold = |town: &Town, all: bool| {
        let mut theme = Theme::new("agua".parse().unwrap(), "AGUA".parse().unwrap(), "Agua");
        let records = town.records.iter();
        for record in records.filter(|record| all || matches!(record, Record::Held { .. })) {
            theme.apply(record);
        }
        theme
    };
    assert_eq!(fold(&town, true).proposals()[&1].held(), Some(1));
    let alone = fold(&town, false);
    assert_eq!(alone.proposals()[&1].held(), Some(1));
    assert_eq!(alone.proposals()[&1].authors(), town.proposal(1).authors());
    town.pass(12 * HOUR);
    let alone = fold(&town, false);
    assert_eq!(alone.proposals()[&1].text(), "Queremos agua limpia.");
    assert_eq!(alone.proposals()[&1].root(), town.proposal(1).root());
}

/// A change that is proposed goes with the message that proposes it, and comes back with it; the proposal stays.
#[test]
fn a_hidden_amendment_is_told_to_nobody_and_not_decided_on() {
    let (mut town, _) = town();
    let amend = Command::Amend {
        of: Some(agua(1)),
        change: Some(Change::Add("Compren lotes.".to_owned())),
    };
    let hearing = Hearing::Command(amend, Language::Es);
    let (message, _) = town.does(&group('b'), 'd', None, Some("!…"), hearing);
    let shows = |town: &mut Town| {
        let shown = town.asks(&Leg::Room, 'm', Command::Show(Some(agua(1))));
        format!("{shown:?}")
    };
    assert!(shows(&mut town).contains("lotes"));

    let effects = hide(&mut town, 'a', message, "spam");
    assert_eq!(cards(&effects), [Leg::Room]);
    assert_eq!(
        (held(&effects), hidden(&effects)),
        (vec![], vec![(2, true)])
    );
    let shown = shows(&mut town);
    assert!(
        !shown.contains("lotes") && shown.contains("limpia") && shown.contains("fresca"),
        "{shown}"
    );
    for command in [
        Command::Accept(Some(2)),
        Command::Decline(Some(2)),
        Command::Promote(Some(2)),
    ] {
        let refused = town.asks(&group('b'), 'c', command);
        assert_refused(&refused, &Refusal::AmendmentHidden(2));
    }

    // Nobody confirms it: it is told again, as the same.
    let before = town.proposal(1).amendments().clone();
    let effects = town.pass(12 * HOUR);
    assert_eq!(cards(&effects), [Leg::Room]);
    let again = records(&effects).into_iter().any(|record| {
        matches!(record, Record::Amended { amendment: 2, number: 1, source, .. } if *source == Some(message))
    });
    assert!(again, "{effects:?}");
    assert_eq!(hidden(&effects), [(2, false)]);
    assert_eq!(*town.proposal(1).amendments(), before);
    assert!(shows(&mut town).contains("lotes"));

    // What an admin deletes by hand is not hidden by those who moderate.
    let effects = town.deletes(&group('b'), 'q', message);
    assert!(!effects.is_empty());
    assert_eq!(hidden(&effects), []);
    assert!(shows(&mut town).contains("lotes"));

    // What was accepted is the proposal's.
    town.asks(&group('b'), 'c', Command::Accept(Some(2)));
    let effects = hide(&mut town, 'm', message, "spam");
    assert_eq!(cards(&effects), []);
    assert!(shows(&mut town).contains("lotes"));
}
