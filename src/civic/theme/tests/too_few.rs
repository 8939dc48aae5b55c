//! Where too few take part for a vote that counts, none is held; what comes of it instead.

use super::moderating::{DAY, HOUR, for_hate, hindrance, whom};
use super::*;
use crate::moderation::{Deed, Hindrance, Leaving, Reach, Rule, Wish};

impl Town {
    /// So many come and say something for the first time: they have no say yet, and raise nothing that others need.
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

    /// These pairs turn out to be one person each.
    fn turn_out_to_be(&mut self, pairs: [(char, char); 2]) {
        for (one, other) in pairs {
            self.persons.link(&member(one), &member(other));
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
    town.turn_out_to_be([('c', 'm'), ('e', 'n')]);
    let refused = town.wishes('b', Wish::Confirm(None));
    let too_few = Hindrance::TooFewToVote { can: 7, needed: 8 };
    assert_eq!(hindrance(&refused), Some(too_few));
}

#[test]
fn where_no_vote_can_count_a_recall_is_so_once_most_of_those_who_could_vote_want_it() {
    let mut town = Town::with_delegates();
    town.turn_out_to_be([('c', 'm'), ('d', 'n')]);
    town.all_recall(&['b', 'c']);
    town.pass(HOUR);
    assert!(town.is_delegate('a'), "two of four are not most");
    town.all_recall(&['d']);
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
    town.turn_out_to_be([('c', 'm'), ('d', 'n')]);
    for letter in ['b', 'c', 'd'] {
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
    // It can be tried again a month later.
    let again = town.wishes('b', Wish::Nominate(whom('a')));
    let (name, days) = ("Ana".to_owned(), 30);
    assert_eq!(
        hindrance(&again),
        Some(Hindrance::NotAgainYet { name, days })
    );
    town.pass(30 * DAY);
    let again = town.wishes('b', Wish::Nominate(whom('a')));
    assert_eq!(hindrance(&again), None);
}

#[test]
fn a_roll_that_one_entry_does_not_hold_stands_in_several() {
    let mut town = Town::large();
    for number in 0..4000_u32 {
        let letters = [number / 676, number / 26 % 26, number % 26];
        let letters = letters.map(|it| char::from(b'a' + u8::try_from(it).unwrap()));
        let name = format!("yyyyyyyyyyyyy{}", String::from_iter(letters));
        let member = Party {
            member: name.parse().unwrap(),
            network: Network::Matrix,
        };
        for days in [5, 0] {
            let at = Timestamp(town.now.0 - days * DAY);
            town.theme.see(&member, at);
        }
    }
    let change = Wish::Change {
        rule: Rule::PauseMinutes,
        value: 20,
    };
    assert_eq!(hindrance(&town.wishes('a', change)), None);
    let vote = &town.theme.moderation().votes()[&1];
    assert!(vote.roll.len() > 4000);
    let rolls = town.deeds().into_iter().filter_map(|deed| match deed {
        Deed::VoteOpened { roll, .. } | Deed::Enrolled { roll, .. } => Some(roll.len()),
        _ => None,
    });
    let rolls: Vec<usize> = rolls.collect();
    assert!(rolls.iter().all(|roll| *roll <= 2000));
    assert_eq!(rolls.iter().sum::<usize>(), vote.roll.len());
}

#[test]
fn a_crowd_of_newcomers_makes_no_vote_no_objection_and_no_recall_impossible() {
    let mut town = Town::large();
    town.crowd(200);
    town.all_recall(&['b', 'c', 'd']);
    assert!(town.theme.moderation().votes().is_empty());
    town.all_recall(&['m']);
    let votes = town.theme.moderation().votes();
    assert_eq!((votes[&1].roll.len(), votes[&1].quorum), (9, 5));
    town.wishes('b', Wish::Nominate(whom('e')));
    town.wishes('c', Wish::Second(whom('e')));
    town.wishes('d', Wish::Second(whom('e')));
    town.wishes('e', Wish::Agree);
    for letter in ['b', 'c', 'd'] {
        town.wishes(letter, Wish::Object(whom('e')));
    }
    assert_eq!(town.theme.moderation().votes().len(), 2);
}
