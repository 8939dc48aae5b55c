use super::*;
use crate::Change;
use crate::proposal::Decision;

fn replace(old: &str, new: &str) -> Command {
    Command::Amend {
        of: Some(agua(1)),
        change: Some(Change::Replace {
            old: old.to_owned(),
            new: new.to_owned(),
        }),
    }
}

fn add(paragraph: &str) -> Command {
    Command::Amend {
        of: Some(agua(1)),
        change: Some(Change::Add(paragraph.to_owned())),
    }
}

#[test]
fn a_change_is_carried_recorded_and_told_to_everybody() {
    let (mut town, _) = Town::with_proposal();
    let effects = town.asks(&Leg::Room, 'm', replace("la plaza", "el parque"));
    assert_eq!(legs(&effects), [group('a'), group('b')]);
    let told = Notice::Amended {
        amendment: 1,
        reference: agua(1),
        by: "María".to_owned(),
    };
    assert_eq!(notices(&effects), [&told; 3]);
    let elsewhere = ['a', 'b'].map(|letter| Effect::Tell {
        to: group(letter),
        notice: told.clone(),
        language: None,
    });
    let answer = Effect::Answer {
        notice: told.clone(),
        language: Some(Language::Es),
    };
    for effect in elsewhere.iter().chain([&answer]) {
        assert!(effects.contains(effect), "{effect:?} in {effects:?}");
    }
    assert_eq!(cards(&effects), [Leg::Room]);
}

#[test]
fn an_accepted_change_is_in_the_text() {
    let (mut town, root) = Town::with_proposal();
    town.asks(&Leg::Room, 'm', replace("la plaza", "el parque"));
    let effects = town.asks_about(&group('a'), 'a', root, Command::Accept(None));
    assert!(matches!(
        records(&effects)[..],
        [
            Record::Decided { accepted: true, .. },
            Record::Revised {
                amendment: Some(1),
                ..
            }
        ]
    ));
    assert_eq!(cards(&effects).len(), 3, "the text has changed");
    assert_eq!(
        town.proposal(1).text(),
        "Queremos agua limpia en el parque."
    );
    let again = town.asks(&group('a'), 'a', Command::Accept(Some(1)));
    assert_refused(&again, &Refusal::DecidedAlready(1));
}

#[test]
fn a_change_whose_place_is_gone_can_t_be_made() {
    let (mut town, _) = Town::with_proposal();
    let gone = town.asks(&Leg::Room, 'm', replace("el puente", "el parque"));
    assert_refused(&gone, &Refusal::PassageGone(agua(1)));
    let doubled = town.asks(&Leg::Room, 'm', replace("a", "o"));
    assert_refused(&doubled, &Refusal::PassageDoubled(agua(1)));
    town.asks(&Leg::Room, 'm', replace("la plaza", "el parque"));
    town.asks(&Leg::Room, 'n', replace("la plaza", "la escuela"));
    town.asks(&group('a'), 'a', Command::Accept(Some(2)));
    let late = town.asks(&group('a'), 'a', Command::Accept(Some(1)));
    assert_refused(&late, &Refusal::PassageGone(agua(1)));
    let open: Vec<u32> = town
        .proposal(1)
        .open_amendments()
        .map(|(number, _)| number)
        .collect();
    assert_eq!(open, [1], "it is still to be decided");
}

#[test]
fn only_authors_decide_and_only_on_what_there_is() {
    let (mut town, root) = Town::with_proposal();
    let none = town.asks(&group('a'), 'a', Command::Accept(Some(1)));
    assert_refused(&none, &Refusal::NoSuchAmendment(1));
    town.asks(&Leg::Room, 'm', add("Y más."));
    town.asks(&Leg::Room, 'm', add("Y aún más."));
    for command in [Command::Accept(Some(1)), Command::Decline(Some(1))] {
        let refused = town.asks(&Leg::Room, 'm', command);
        assert_refused(&refused, &Refusal::NotYours(agua(1)));
    }
    let which = town.asks_about(&group('a'), 'a', root, Command::Decline(None));
    assert_refused(&which, &Refusal::WhichAmendment);
    let which = town.asks(&Leg::Room, 'n', Command::Promote(None));
    assert_refused(&which, &Refusal::WhichAmendment);
    let asked = town.asks(
        &Leg::Room,
        'm',
        Command::Amend {
            of: Some(agua(1)),
            change: None,
        },
    );
    assert_refused(&asked, &Refusal::ChangeAsked(agua(1)));
    town.out.insert(member('m'));
    let out = town.asks(&Leg::Room, 'm', add("Más."));
    assert_refused(&out, &Refusal::StaysOut);
    let long = town.asks(&Leg::Room, 'n', add(&"a".repeat(10_000)));
    assert_refused(&long, &Refusal::TooLong { most: 10_000 });
}

#[test]
fn three_people_make_a_declined_change_a_proposal_of_its_own() {
    let (mut town, _) = Town::with_proposal();
    town.persons.link(&member('b'), &member('n'));
    town.asks(&Leg::Room, 'm', replace("la plaza", "el parque"));
    let early = town.asks(&Leg::Room, 'm', Command::Promote(Some(1)));
    assert_refused(&early, &Refusal::NotDeclined(1));
    let declined = town.asks(&group('a'), 'a', Command::Decline(Some(1)));
    let told = Notice::AmendmentDeclined {
        amendment: 1,
        reference: agua(1),
    };
    assert_eq!(
        notices(&declined),
        [&told; 3],
        "whoever proposed it may be anywhere"
    );

    town.asks(&Leg::Room, 'm', Command::Promote(Some(1)));
    let second = town.asks(&group('b'), 'b', Command::Promote(Some(1)));
    assert!(matches!(
        notices(&second)[..],
        [Notice::Backed {
            people: 2,
            needed: 3,
            ..
        }]
    ));
    let same = town.asks(&Leg::Room, 'n', Command::Promote(Some(1)));
    assert_refused(&same, &Refusal::BackedAlready(1));
    let third = town.asks(&group('a'), 'c', Command::Promote(Some(1)));
    assert_eq!(cards(&third).len(), 3);
    let promoted = town.proposal(2);
    assert_eq!(promoted.text(), "Queremos agua limpia en el parque.");
    assert_eq!(promoted.title(), "Agua limpia · el parque");
    assert_eq!(promoted.authors(), [party('m', Network::Matrix)]);
    assert_eq!(promoted.promoted_from(), Some(1));
    let (_, amendment) = town.theme.amendment(1).unwrap();
    assert_eq!(
        (amendment.decision(), amendment.promoted_to()),
        (Decision::Declined, Some(2))
    );
    let late = town.asks(&group('a'), 'd', Command::Promote(Some(1)));
    assert_refused(&late, &Refusal::ProposedAlready(agua(2)));
}

#[test]
fn amendments_are_counted_over_the_theme_and_never_anew() {
    let (mut town, root) = Town::with_proposal();
    town.asks(&Leg::Room, 'm', add("Y más."));
    town.deletes(&group('a'), 'a', root);
    let gone = town.asks(&group('a'), 'a', Command::Accept(Some(1)));
    assert_refused(&gone, &Refusal::NoSuchAmendment(1));
    town.proposes('b', "Sombra", "Más árboles.");
    let amend = Command::Amend {
        of: Some(agua(2)),
        change: Some(Change::Add("Y bancos.".to_owned())),
    };
    town.asks(&Leg::Room, 'm', amend);
    assert!(town.proposal(2).amendments().contains_key(&2));
}
