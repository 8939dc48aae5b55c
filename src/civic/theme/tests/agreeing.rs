//! What one delegate does alone, and what two agree to.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{Deed, Ending, Enforcement, Hindrance, Wish};

#[test]
fn one_delegate_does_not_do_again_alone_what_ended() {
    let mut town = Town::with_delegates();
    let mute = |whom, minutes| Wish::Mute {
        whom,
        minutes: Some(minutes),
        reason: for_spam(),
    };
    town.wishes('a', mute(whom('d'), 60));
    town.pass(HOUR);
    // The same again waits for a second, and so does a mute of whoever could decide on it.
    assert_eq!(enforced(&town.wishes('a', mute(whom('d'), 60))), []);
    assert_eq!(enforced(&town.wishes('a', mute(whom('b'), 60))), []);
    let second = town.wishes('b', mute(whom('d'), 60));
    assert_eq!(enforced(&second), [Enforcement::Powers]);
    town.pass(2 * DAY);
    let later = town.wishes('a', mute(whom('d'), 60));
    assert_eq!(enforced(&later), [Enforcement::Powers]);

    let message = town.talks(&group('b'), 'n', "¡Compren!");
    let hide = || Command::Moderate(Wish::Hide { reason: for_spam() });
    town.asks_about(&group('a'), 'a', message, hide());
    town.pass(10 * DAY);
    for (letter, hidden) in [('a', false), ('b', true)] {
        let effects = town.asks_about(&home(letter), letter, message, hide());
        let hides = enforced(&effects).contains(&Enforcement::Hide { message });
        assert_eq!(hides, hidden);
    }
}

#[test]
fn a_pause_by_one_is_not_begun_again_and_again() {
    let mut town = Town::with_delegates();
    let pause = || Wish::Pause {
        minutes: Some(15),
        reason: for_spam(),
    };
    assert!(!enforced(&town.wishes('a', pause())).is_empty());
    town.pass(HOUR);
    assert!(enforced(&town.wishes('a', pause())).is_empty());
    assert!(!enforced(&town.wishes('b', pause())).is_empty());
}

#[test]
fn nobody_decides_about_themselves() {
    let mut town = Town::with_delegates();
    let reason = for_spam();
    let wish = Wish::Mute {
        whom: whom('a'),
        minutes: Some(60),
        reason,
    };
    let refused = town.wishes('a', wish);
    assert_eq!(hindrance(&refused), Some(Hindrance::Oneself));
}

#[test]
fn two_agree_to_what_both_want() {
    let mut town = Town::with_delegates();
    let mute = |hours: u32, reason| Wish::Mute {
        whom: whom('d'),
        minutes: Some(hours * 60),
        reason,
    };
    town.wishes('a', mute(72, for_spam()));
    // For something else is something else.
    let otherwise = town.wishes('b', mute(24, for_hate()));
    assert_eq!(hindrance(&otherwise), Some(Hindrance::AskedOtherwise(1)));
    town.wishes('b', mute(24, for_spam()));
    let until = town.now.plus_hours(24);
    let muted = town
        .theme
        .moderation()
        .muted_until(town.now, &town.persons, &member('d'));
    assert_eq!(muted, Some(until));
}

#[test]
fn what_one_can_have_alone_agrees_to_nothing_longer() {
    let mut town = Town::with_delegates();
    let mute = |hours: u32| Wish::Mute {
        whom: whom('d'),
        minutes: Some(hours * 60),
        reason: for_spam(),
    };
    town.wishes('a', mute(72));
    let effects = town.wishes('b', mute(1));
    assert_eq!(enforced(&effects), [Enforcement::Powers]);
    assert_eq!(enforced(&town.pass(HOUR)), [Enforcement::Powers]);
    // What was asked for still waits; whoever did not ask for it does not take it back alone.
    let lifts = town.wishes('b', Wish::Lift(Some(1)));
    assert_eq!(hindrance(&lifts), None);
    assert!(matches!(
        town.deeds().last(),
        Some(Deed::LiftAsked { case: 1, .. })
    ));
    town.wishes('a', Wish::Lift(Some(1)));
    assert!(matches!(
        town.deeds().last(),
        Some(Deed::Over {
            case: 1,
            why: Ending::Lifted,
            ..
        })
    ));
}
