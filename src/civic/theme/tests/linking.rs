use super::moderating::{DAY, enforced, for_hate, whom};
use super::*;
use crate::Linking;
use crate::moderation::{Enforcement, Reach, Wish};

fn step(town: &mut Town, from: &Leg, who: char, step: Linking) -> Vec<Effect> {
    town.asks(from, who, Command::Link(step))
}

/// Ana asks for a code in her group.
fn offered(town: &mut Town) -> LinkCode {
    let effects = step(town, &group('a'), 'a', Linking::Begin);
    let [
        Notice::LinkOffered {
            code,
            on: Network::Matrix,
            minutes: 10,
        },
    ] = notices(&effects)[..]
    else {
        panic!("{effects:?}")
    };
    *code
}

#[test]
fn two_accounts_are_linked_when_both_sides_say_so() {
    let (mut town, root) = Town::with_proposal();
    town.reacts(&group('a'), 'a', root, Some("👍"));
    town.reacts(&Leg::Room, 'm', root, Some("👍"));
    let code = offered(&mut town);
    let effects = step(&mut town, &Leg::Room, 'm', Linking::Claim(code));
    let asked = Effect::Tell {
        to: group('a'),
        notice: Notice::LinkClaimed {
            name: "María".to_owned(),
            on: Network::Matrix,
        },
        language: Some(Language::Es),
    };
    assert!(effects.contains(&asked), "{effects:?}");
    assert_eq!(
        town.persons.linked(&member('m')),
        None,
        "a code alone links nothing"
    );
    let there = step(&mut town, &Leg::Room, 'm', Linking::Confirm);
    let elsewhere = Refusal::ConfirmThere {
        on: Network::WhatsApp,
    };
    assert_refused(&there, &elsewhere);

    assert_eq!(town.people(1), 2);
    let effects = step(&mut town, &group('a'), 'a', Linking::Confirm);
    assert!(effects.contains(&Effect::Link(member('a'), member('m'))));
    assert_eq!(notices(&effects).len(), 2, "both sides are told");
    assert_eq!(town.people(1), 1);
    let counts = town.proposal(1).supporters().counts(&town.persons);
    assert_eq!((counts.whatsapp, counts.matrix), (1, 1));
    assert_eq!(
        town.theme.next_due().map(|(_, due)| due),
        Some(Due::Support(1)),
        "it counts anew"
    );

    for (leg, who) in [(group('a'), 'a'), (Leg::Room, 'm')] {
        let refused = step(&mut town, &leg, who, Linking::Begin);
        assert_refused(&refused, &Refusal::LinkedAlready);
    }
    let effects = town.asks(&Leg::Room, 'm', Command::Unlink);
    assert!(effects.contains(&Effect::Unlink(member('m'), member('a'))));
    assert_eq!(town.people(1), 2);
    let refused = town.asks(&Leg::Room, 'm', Command::Unlink);
    assert_refused(&refused, &Refusal::NotLinked);
}

#[test]
fn nobody_takes_anybody_over_by_reading_the_code() {
    let mut town = Town::new();
    let code = offered(&mut town);
    step(&mut town, &Leg::Room, 'n', Linking::Claim(code));
    let late = step(&mut town, &Leg::Room, 'm', Linking::Claim(code));
    assert_refused(&late, &Refusal::CodeUsed);
    let stranger = step(&mut town, &group('b'), 'b', Linking::Confirm);
    assert_refused(&stranger, &Refusal::NothingToConfirm);
    // Ana sees that it was not her, and asks for another code.
    let code = offered(&mut town);
    let unclaimed = step(&mut town, &group('a'), 'a', Linking::Confirm);
    let first = Refusal::NotClaimedYet {
        code,
        on: Network::Matrix,
    };
    assert_refused(&unclaimed, &first);
    step(&mut town, &Leg::Room, 'm', Linking::Claim(code));
    step(&mut town, &group('a'), 'a', Linking::Confirm);
    assert_eq!(town.persons.linked(&member('a')), Some(&member('m')));
}

#[test]
fn a_code_holds_for_ten_minutes_on_the_other_network_in_the_same_theme() {
    let mut town = Town::new();
    let code = offered(&mut town);
    let same = step(&mut town, &group('b'), 'b', Linking::Claim(code));
    let elsewhere = Refusal::CodeOfThisNetwork {
        on: Network::Matrix,
    };
    assert_refused(&same, &elsewhere);
    let wrong = LinkCode::read("000000").unwrap();
    let refused = step(&mut town, &Leg::Room, 'm', Linking::Claim(wrong));
    assert_refused(&refused, &Refusal::NoSuchCode);

    let mut salud = town.clone();
    salud.theme = Theme::new("salud".parse().unwrap(), "SALUD".parse().unwrap(), "Salud")
        .beside([("AGUA".parse().unwrap(), "Agua".to_owned())]);
    let refused = step(&mut salud, &Leg::Room, 'm', Linking::Claim(code));
    let theme = "Agua".to_owned();
    assert_refused(&refused, &Refusal::CodeOfOtherTheme { theme });

    town.passes(9);
    step(&mut town, &Leg::Room, 'm', Linking::Claim(code));
    town.passes(1);
    let late = step(&mut town, &group('a'), 'a', Linking::Confirm);
    assert_refused(&late, &Refusal::NothingToConfirm);
    let late = step(&mut town, &Leg::Room, 'm', Linking::Claim(code));
    assert_refused(&late, &Refusal::NoSuchCode);
}

#[test]
fn whoever_stays_out_links_nothing() {
    let mut town = Town::new();
    town.out.insert(member('a'));
    let refused = step(&mut town, &group('a'), 'a', Linking::Begin);
    assert_refused(&refused, &Refusal::StaysOut);
}

#[test]
fn codes_are_six_digits_however_they_are_written() {
    let code = LinkCode::from_entropy(7);
    assert_eq!(code.to_string(), "000007");
    for text in ["000007", "000 007", "000-007"] {
        assert_eq!(LinkCode::read(text), Some(code), "{text}");
    }
    for text in ["7", "0000007", "00000a7", "", "x000007"] {
        assert_eq!(LinkCode::read(text), None, "{text}");
    }
}

#[test]
fn whoever_is_out_is_so_with_an_account_that_is_linked_meanwhile_and_comes_back_with_both() {
    let suspended = |who, on| Enforcement::Suspend {
        who: member(who),
        on,
    };
    let out = || {
        let mut town = Town::with_delegates();
        let wish = || Wish::Suspend {
            whom: whom('d'),
            minutes: Some(24 * 60),
            reason: for_hate(),
            reach: Reach::Here,
        };
        town.wishes('a', wish());
        town.wishes('b', wish());
        // Links hold in every theme, and are made in another one here.
        town.persons.link(&member('d'), &member('n'));
        let effects = town.take_in(Input::PersonsChanged(member('d'), member('n')));
        assert_eq!(
            enforced(&effects),
            [suspended('d', true), suspended('n', true)]
        );
        town
    };
    let mut town = out();
    let back = enforced(&town.pass(DAY));
    assert_eq!(back, [suspended('d', false), suspended('n', false)]);

    let mut town = out();
    town.persons.unlink(&member('d'));
    let effects = town.take_in(Input::PersonsChanged(member('d'), member('n')));
    assert_eq!(
        enforced(&effects),
        [suspended('d', true), suspended('n', false)]
    );
}
