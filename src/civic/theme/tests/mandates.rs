//! What the community takes back stays so: nobody resigns, is renewed or is nominated out of it.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{Deed, Enforcement, Hindrance, Leaving, Wish};

const EVERYBODY: [char; 6] = ['a', 'b', 'c', 'd', 'm', 'n'];

fn recall(who: char) -> Wish {
    Wish::Recall {
        whom: whom(who),
        reason: for_hate(),
    }
}

impl Town {
    fn all_say(&mut self, letters: &[char], wish: &Wish) {
        for letter in letters {
            let refused = hindrance(&self.wishes(*letter, wish.clone()));
            assert_eq!(refused, None, "{letter}");
        }
    }

    /// Days go by, and everybody is heard of.
    fn goes_on(&mut self, days: i64) {
        for _ in 0..days / 5 {
            self.pass(5 * DAY);
            for letter in EVERYBODY {
                self.talks(&home(letter), letter, "Buenas");
            }
        }
    }

    fn votes_yes(&mut self) {
        let yes = true;
        self.all_say(&['b', 'c', 'd', 'm', 'n'], &Wish::Vote { vote: None, yes });
        self.pass(72 * HOUR);
    }
}

#[test]
fn nobody_escapes_a_recall_by_resigning() {
    let mut town = Town::with_delegates();
    town.all_say(&['b', 'c', 'd', 'n'], &recall('a'));
    town.all_say(&['a'], &Wish::Resign);
    let again = town.wishes('m', Wish::Nominate(whom('a')));
    let name = || "Ana".to_owned();
    assert_eq!(hindrance(&again), Some(Hindrance::RecallVoted(name())));
    town.votes_yes();
    let again = town.wishes('m', Wish::Nominate(whom('a')));
    let (name, days) = (name(), 30);
    assert_eq!(
        hindrance(&again),
        Some(Hindrance::NotAgainYet { name, days })
    );
    // Of a mandate that was over nothing more is said.
    let left = town.deeds().into_iter().filter(|deed| {
        let of_hers = |mandate: &u32| *mandate == 1;
        matches!(deed, Deed::Left { mandate, .. } if of_hers(mandate))
    });
    assert_eq!(left.count(), 1);
}

#[test]
fn a_recall_follows_somebody_from_one_mandate_to_the_next() {
    let mut town = Town::with_delegates();
    town.goes_on(80);
    town.wishes('m', Wish::Nominate(whom('a')));
    town.all_say(&['c', 'n'], &Wish::Second(whom('a')));
    town.wishes('a', Wish::Agree);
    town.all_say(&['b', 'c', 'd'], &recall('a'));
    town.pass(48 * HOUR);
    let renewed = |deed: &Deed| {
        let renewed = Leaving::Renewed;
        matches!(deed, Deed::Left { mandate: 1, why } if *why == renewed)
    };
    assert!(town.deeds().iter().any(renewed));
    assert!(town.theme.moderation().votes().is_empty());
    town.all_say(&['n'], &recall('a'));
    assert_eq!(town.theme.moderation().votes().len(), 1);
    town.votes_yes();
    assert!(!town.is_delegate('a'));
    // Those who had wanted it before the vote have had it.
    assert_eq!(town.theme.moderation().votes().len(), 1);
}

#[test]
fn whoever_is_nominated_can_think_better_of_it() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    town.all_say(&['c', 'd'], &Wish::Second(whom('a')));
    town.all_say(&['a'], &Wish::Agree);
    town.all_say(&['a'], &Wish::Resign);
    town.pass(3 * DAY);
    assert!(!town.is_delegate('a'));
    let again = town.wishes('b', Wish::Nominate(whom('a')));
    assert_eq!(hindrance(&again), None);
}

#[test]
fn nobody_sits_twice_while_a_theme_is_young() {
    let mut town = Town::new();
    for letter in EVERYBODY {
        town.talks(&home(letter), letter, "Buen día");
    }
    let facilitators = &mut town.trusted.facilitators;
    facilitators.insert(member('m'), Network::Matrix);
    for _ in 0..2 {
        town.wishes('c', Wish::Nominate(whom('a')));
        town.all_say(&['d', 'm'], &Wish::Second(whom('a')));
        town.wishes('a', Wish::Agree);
    }
    assert!(town.is_delegate('a'));
    assert_eq!(town.theme.moderation().delegates(town.now).count(), 1);
}

#[test]
fn a_mandate_ends_after_ninety_days_and_can_be_renewed_before() {
    let mut town = Town::with_delegates();
    let renewal = Wish::Nominate(whom('a'));
    let early = town.wishes('m', renewal.clone());
    assert!(matches!(
        hindrance(&early),
        Some(Hindrance::DelegateAlready(_))
    ));
    town.goes_on(80);
    town.all_say(&['m'], &renewal);
    town.all_say(&['c', 'd'], &Wish::Second(whom('a')));
    town.all_say(&['a'], &Wish::Agree);
    town.goes_on(15);
    assert!(town.is_delegate('a'));
    assert!(!town.is_delegate('b') && !town.is_delegate('m'));
    let expired = town.deeds().into_iter().filter(|deed| {
        let expired = Leaving::Expired;
        matches!(deed, Deed::Left { why, .. } if *why == expired)
    });
    assert_eq!(expired.count(), 2);
}

#[test]
fn of_one_organisation_two_moderate_and_of_officials_a_third() {
    let mut town = Town::grown();
    let declares = |town: &mut Town, letter, name: &str, official| {
        let organisation = Some(name.to_owned());
        town.wishes(
            letter,
            Wish::Declare {
                organisation,
                official,
            },
        );
    };
    for letter in ['a', 'b', 'm'] {
        declares(&mut town, letter, "Águas Vivas", false);
    }
    town.seats('a', ['c', 'd', 'n']);
    town.seats('b', ['c', 'd', 'n']);
    // Whoever writes their organisation in another way is of it all the same.
    declares(&mut town, 'm', "ÁGUAS vivas", false);
    let no_seat = |town: &mut Town, who, by: [char; 3]| {
        town.wishes(by[0], Wish::Nominate(whom(who)));
        town.all_say(&by[1..], &Wish::Second(whom(who)));
        town.wishes(who, Wish::Agree);
        town.pass(48 * HOUR);
        let last = town.deeds().pop();
        let full = matches!(
            last,
            Some(Deed::Left {
                why: Leaving::NoSeat,
                ..
            })
        );
        assert!(full && !town.is_delegate(who), "{last:?}");
    };
    no_seat(&mut town, 'm', ['c', 'd', 'n']);
    // Nor do those of one organisation nominate somebody among themselves, and they are told so.
    town.wishes('a', Wish::Nominate(whom('n')));
    for (letter, others_missing) in [('b', false), ('m', true), ('d', false)] {
        let effects = town.wishes(letter, Wish::Second(whom('n')));
        let told = notices(&effects)
            .into_iter()
            .find_map(|notice| match notice {
                Notice::Logged(logged) => Some(logged.others_missing),
                _ => None,
            });
        assert_eq!(told, Some(others_missing), "{letter}");
    }
    town.all_say(&['n'], &Wish::Resign);
    // One official among three is a third, two among four are more.
    declares(&mut town, 'c', "Municipalidad", true);
    declares(&mut town, 'd', "Ministerio", true);
    town.seats('c', ['a', 'b', 'n']);
    no_seat(&mut town, 'd', ['a', 'b', 'n']);
}

#[test]
fn whoever_is_muted_can_want_that_somebody_moderates_no_more() {
    let mut town = Town::with_delegates();
    let minutes = Some(60);
    let (d, reason) = (whom('d'), for_spam());
    town.wishes(
        'a',
        Wish::Mute {
            whom: d,
            minutes,
            reason,
        },
    );
    let (a, reason) = (whom('a'), for_hate());
    let effects = town.wishes('d', Wish::Recall { whom: a, reason });
    // Their words go into the log and nowhere else; the others hear of it all the same.
    assert!(matches!(enforced(&effects)[..], [Enforcement::Hide { .. }]));
    assert!(matches!(
        town.deeds().last(),
        Some(Deed::Recalled { by, .. }) if by.member == member('d')
    ));
    let told = effects.iter().filter(|effect| {
        let of_it = |notice: &Notice| matches!(notice, Notice::Logged(_));
        matches!(effect, Effect::Tell { notice, .. } if of_it(notice))
    });
    assert_eq!(told.count(), 3);
}
