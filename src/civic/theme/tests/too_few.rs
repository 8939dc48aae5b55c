//! Where too few take part for a vote that counts, none is held; what comes of it instead.

use super::moderating::{DAY, HOUR, for_hate, hindrance, whom};
use super::*;
use crate::moderation::{Deed, Hindrance, Leaving, Reach, Rule, Wish};

impl Town {
    /// So many come and say something for the first time: they count for the quorum, and do not vote yet.
    fn crowd(&mut self, count: u8) {
        let letter = |number: u8| char::from(b'a' + number);
        for number in 0..count {
            let name = format!(
                "zzzzzzzzzzzzzz{}{}",
                letter(number / 26),
                letter(number % 26)
            );
            let newcomer = Party {
                member: name.parse().unwrap(),
                network: Network::Matrix,
            };
            self.theme.see(&newcomer, self.now);
        }
    }

    fn left(&self) -> Option<Leaving> {
        let deeds = self.deeds().into_iter().rev();
        let mut left = deeds.filter_map(|deed| match deed {
            Deed::Left { why, .. } => Some(why),
            _ => None,
        });
        left.next()
    }

    fn all_recall(&mut self, letters: &[char]) {
        for letter in letters {
            let wish = Wish::Recall {
                whom: whom('a'),
                reason: for_hate(),
            };
            assert_eq!(hindrance(&self.wishes(*letter, wish)), None);
        }
    }
}

#[test]
fn a_vote_that_could_not_count_is_not_opened_and_it_is_said_why() {
    let mut town = Town::with_delegates();
    let too_few = Some(Hindrance::TooFewToVote { can: 6, needed: 8 });
    let change = Wish::Change {
        rule: Rule::PauseMinutes,
        value: 20,
    };
    assert_eq!(hindrance(&town.wishes('a', change)), too_few);
    for (days, reach) in [(20, Reach::Here), (1, Reach::Everywhere)] {
        let suspend = Wish::Suspend {
            whom: whom('d'),
            minutes: Some(days * 24 * 60),
            reason: for_hate(),
            reach,
        };
        assert_eq!(hindrance(&town.wishes('a', suspend)), too_few);
    }
    assert!(town.theme.moderation().votes().is_empty());
    assert!(town.theme.moderation().cases().is_empty());
}

#[test]
fn what_was_asked_for_is_not_put_to_a_vote_for_which_too_few_are_left() {
    let mut town = Town::large();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(20 * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.crowd(60);
    let refused = town.wishes('b', Wish::Confirm(None));
    let too_few = Hindrance::TooFewToVote { can: 9, needed: 14 };
    assert_eq!(hindrance(&refused), Some(too_few));
}

#[test]
fn where_no_vote_can_count_a_recall_is_so_once_most_of_those_who_could_vote_want_it() {
    let mut town = Town::with_delegates();
    town.crowd(40);
    town.all_recall(&['b', 'c', 'd', 'm']);
    town.pass(HOUR);
    assert!(town.is_delegate('a'), "one is missing: a tenth of all");
    town.all_recall(&['n']);
    assert!(!town.is_delegate('a'));
    assert_eq!(town.left(), Some(Leaving::Recalled));
    assert!(town.theme.moderation().votes().is_empty());
}

#[test]
fn nobody_is_seated_against_objections_that_no_vote_can_weigh() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    town.wishes('c', Wish::Second(whom('a')));
    town.wishes('d', Wish::Second(whom('a')));
    town.wishes('a', Wish::Agree);
    town.crowd(40);
    for letter in ['b', 'c', 'd', 'm', 'n'] {
        assert_eq!(
            hindrance(&town.wishes(letter, Wish::Object(whom('a')))),
            None
        );
    }
    assert_eq!(
        town.left(),
        None,
        "it may still be that enough can vote in time"
    );
    town.pass(2 * DAY);
    assert_eq!(town.left(), Some(Leaving::Objected));
    assert!(!town.is_delegate('a') && town.theme.moderation().votes().is_empty());
    // It can be tried again.
    assert_eq!(
        hindrance(&town.wishes('b', Wish::Nominate(whom('a')))),
        None
    );
}
