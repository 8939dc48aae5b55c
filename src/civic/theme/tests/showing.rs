use super::*;
use crate::{Listed, Numbers, Status};

fn page(town: &mut Town, page: u32) -> (Vec<u32>, usize, usize) {
    let effects = town.asks(&Leg::Room, 'm', Command::List { page });
    let [
        Notice::List {
            proposals,
            page,
            pages,
            ..
        },
    ] = notices(&effects)[..]
    else {
        panic!("{effects:?}")
    };
    let numbers = proposals.iter().map(|listed| listed.reference.number);
    (numbers.collect(), *page, *pages)
}

#[test]
fn the_list_has_the_most_supported_first_and_ten_on_a_page() {
    let mut town = Town::new();
    assert_eq!(page(&mut town, 1), (vec![], 1, 1));
    for number in 1..=12 {
        town.proposes('a', &format!("Idea {number}"), "Así.");
    }
    town.asks(&group('b'), 'b', Command::Support(Some(agua(4))));
    town.asks(&group('a'), 'a', Command::Withdraw(Some(agua(11))));
    assert_eq!(
        page(&mut town, 1),
        (vec![4, 12, 10, 9, 8, 7, 6, 5, 3, 2], 1, 2)
    );
    assert_eq!(page(&mut town, 2), (vec![1], 2, 2));
    assert_eq!(
        page(&mut town, 99),
        (vec![1], 2, 2),
        "the last one there is"
    );
    let effects = town.asks(&Leg::Room, 'm', Command::List { page: 1 });
    let [Notice::List { proposals, .. }] = notices(&effects)[..] else {
        panic!("{effects:?}")
    };
    let first = Listed {
        reference: agua(4),
        title: "Idea 4".to_owned(),
        people: 1,
        status: Status::Open,
        held: false,
    };
    assert_eq!(proposals[0], first);
}

#[test]
fn a_proposal_is_shown_with_its_open_changes() {
    let (mut town, root) = Town::with_proposal();
    let amend = |text: &str| Command::Amend {
        of: Some(agua(1)),
        change: Some(crate::Change::Add(text.to_owned())),
    };
    town.asks(&Leg::Room, 'm', amend("Y más."));
    town.asks(&Leg::Room, 'm', amend("Y aún más."));
    town.asks(&group('a'), 'a', Command::Decline(Some(1)));
    let effects = town.asks_about(&group('b'), 'b', root, Command::Show(None));
    let [Notice::Shown { card, amendments }] = notices(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(card.authors, ["Ana"]);
    assert_eq!(card.text, "Queremos agua limpia en la plaza.");
    assert_eq!(card.amendments, [2]);
    assert_eq!(
        (amendments[0].number, amendments[0].by.as_str()),
        (2, "María")
    );
    let which = town.asks(&group('b'), 'b', Command::Show(None));
    assert_refused(&which, &Refusal::WhichProposal);
}

#[test]
fn the_numbers_count_what_was_said_in_public() {
    let (mut town, root) = Town::with_proposal();
    town.out.insert(member('c'));
    town.talks(&group('b'), 'c', "Esto queda acá.");
    town.talks(&group('b'), 'b', "Hola.");
    town.talks(&Leg::Room, 'm', "Buenas.");
    town.asks(&Leg::Room, 'm', Command::Help(None));
    town.reacts(&Leg::Room, 'm', root, Some("👍"));
    town.reacts(&Leg::Room, 'n', root, Some("👍"));
    town.persons.link(&member('b'), &member('m'));
    let effects = town.asks(&Leg::Room, 'm', Command::Numbers);
    let expected = Numbers {
        people: 2,
        whatsapp_people: 2,
        matrix_people: 1,
        whatsapp_messages: 2,
        matrix_messages: 1,
        proposals: 1,
        supports: 2,
    };
    assert!(
        matches!(notices(&effects)[..], [Notice::Numbers { numbers, .. }] if *numbers == expected)
    );
}

#[test]
fn who_takes_part_is_known_by_days() {
    let mut town = Town::new();
    for _ in 0..3 {
        town.talks(&group('a'), 'a', "Hola.");
    }
    town.passes(24 * 60);
    town.talks(&group('a'), 'a', "Buen día.");
    let seen = town.theme.seen()[&member('a')];
    assert_eq!((seen.messages, seen.days), (4, 2));
    assert_eq!((seen.first, seen.last), (NOW, NOW.plus_hours(24)));
    town.theme.see(&party('a', Network::WhatsApp), NOW);
    assert_eq!(
        town.theme.seen()[&member('a')].days,
        2,
        "what comes late is no new day"
    );
}
