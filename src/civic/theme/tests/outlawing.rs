//! What the operator takes out for good.

use super::moderating::{HOUR, enforced, for_spam, hindrance};
use super::*;
use crate::moderation::{Category, Deed, Enforcement, Hindrance, Wish};

impl Town {
    fn outlaws(&mut self, message: MessageId) -> Vec<Effect> {
        let author = self.messages[&message].author.clone().unwrap();
        self.take_in(Input::Outlawed {
            message,
            author,
            reason: "orden judicial 12".to_owned(),
            by: party('o', Network::Matrix),
        })
    }
}

#[test]
fn what_the_law_forbids_goes_at_once_and_for_good_and_everybody_hears_it() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "…");
    let effects = town.outlaws(message);
    assert_eq!(enforced(&effects), [Enforcement::Erase { message }]);
    assert_eq!(notices(&effects).len(), 3, "on every leg");
    let case = town.theme.moderation().cases()[&1].clone();
    assert!(case.outlawed && case.holds(town.now) && case.by.is_empty());
    assert_eq!(case.category, Some(Category::Illegal));
    // Once is enough, and those who moderate can't undo it.
    assert_eq!(town.outlaws(message), []);
    let lifted = town.wishes('a', Wish::Lift(Some(1)));
    assert_eq!(hindrance(&lifted), Some(Hindrance::Outlawed(1)));
    assert_eq!(enforced(&town.pass(100 * HOUR)), []);
}

#[test]
fn what_was_hidden_before_is_never_posted_again() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "…");
    let hide = Command::Moderate(Wish::Hide { reason: for_spam() });
    town.asks_about(&group('a'), 'a', message, hide);
    town.outlaws(message);
    // Nobody confirms the first case; the other keeps it out of sight.
    assert_eq!(enforced(&town.pass(12 * HOUR)), []);
    assert!(town.theme.moderation().cases()[&2].is_open());
}

#[test]
fn an_appeal_can_say_that_it_was_wrong_and_still_nothing_comes_back() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "…");
    town.outlaws(message);
    let appeal = Wish::Appeal {
        case: Some(1),
        text: Some("Era una canción".to_owned()),
    };
    assert_eq!(hindrance(&town.wishes('d', appeal)), None);
    for judge in ['a', 'b', 'm'] {
        let reverse = true;
        town.wishes(
            judge,
            Wish::Judge {
                case: Some(1),
                reverse,
            },
        );
    }
    let over = |deed: &Deed| matches!(deed, Deed::Over { case: 1, .. });
    assert!(town.deeds().iter().any(over), "{:?}", town.deeds());
    assert_eq!(enforced(&town.pass(HOUR)), []);
}

#[test]
fn a_proposal_goes_with_the_message_that_holds_its_words() {
    let (mut town, root) = Town::with_proposal();
    let effects = town.outlaws(root);
    assert!(town.proposal(1).is_erased());
    assert_eq!(cards(&effects).len(), 3);
}
