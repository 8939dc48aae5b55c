//! What is to be so in several themes: each decides for itself.

use super::moderating::{DAY, HOUR, enforced, for_hate, hindrance, whom};
use super::*;
use crate::moderation::{
    CaseStanding, Category, Deed, Enforcement, Hindrance, Question, Reach, Wish,
};

fn salud() -> ThemeCode {
    "SALUD".parse().unwrap()
}

fn suspend(minutes: i64, reach: Reach) -> Wish {
    Wish::Suspend {
        whom: whom('d'),
        minutes: Some(u32::try_from(minutes).unwrap()),
        reason: for_hate(),
        reach,
    }
}

fn out(on: bool) -> Enforcement {
    Enforcement::Suspend {
        who: member('d'),
        on,
    }
}

impl Town {
    /// What the theme of health votes on.
    pub(super) fn elsewhere(&self, case: u32, who: char) -> BTreeMap<ThemeCode, Vec<Wide>> {
        let wide = Wide {
            case,
            who: party(who, Network::WhatsApp),
            category: Some(Category::Hate),
            reason: "odio contra los vecinos".to_owned(),
            by: party('z', Network::Matrix),
            minutes: Some(10 * 24 * 60),
            since: self.now,
        };
        BTreeMap::from([(salud(), vec![wide])])
    }

    fn brings(&self) -> bool {
        let known = Known {
            names: &self.names,
            persons: &self.persons,
            trusted: &self.trusted,
            seal: Seal::default(),
        };
        self.theme.is_to_bring(self.now, &known)
    }

    /// Looks at what other themes vote on, as the bridge does again and again.
    pub(super) fn looks(&mut self) -> Vec<Effect> {
        match self.brings() {
            true => self.take_in(Input::Due(Due::Moderation)),
            false => Vec::new(),
        }
    }

    fn all_vote(&mut self, yes: bool) {
        for letter in ['a', 'b', 'c', 'e', 'f', 'm', 'n', 'o'] {
            self.wishes(letter, Wish::Vote { vote: None, yes });
        }
    }

    fn standing_of(&self, case: u32) -> CaseStanding {
        self.theme.moderation().cases()[&case].standing
    }
}

#[test]
fn what_is_asked_for_everywhere_is_voted_on_however_short_it_is() {
    let mut town = Town::large();
    let wish = suspend(60, Reach::Everywhere);
    town.wishes('a', wish.clone());
    assert_eq!(
        town.theme.wide(),
        [],
        "one alone asks for nothing elsewhere"
    );
    let again = town.wishes('a', wish.clone());
    assert_eq!(hindrance(&again), Some(Hindrance::SecondNeeded(1)));
    assert_eq!(enforced(&town.wishes('b', wish.clone())), []);
    let [wide] = &town.theme.wide()[..] else {
        panic!("the others are to be told: {:?}", town.deeds());
    };
    assert_eq!((wide.case, wide.minutes), (1, Some(60)));
    for wish in [Wish::Lift(Some(1)), Wish::Confirm(Some(1)), wish] {
        let refused = town.wishes('m', wish);
        assert_eq!(hindrance(&refused), Some(Hindrance::BeingVoted(1)));
    }
    // Two can keep somebody out meanwhile, for as long as two can.
    town.wishes('a', suspend(DAY / 60_000, Reach::Here));
    let effects = town.wishes('b', suspend(DAY / 60_000, Reach::Here));
    assert_eq!(enforced(&effects), [out(true)]);
    assert_eq!(enforced(&town.pass(DAY)), [out(false)]);
    town.all_vote(true);
    assert_eq!(enforced(&town.pass(2 * DAY)), [out(true)]);
    assert_eq!(town.theme.wide(), [], "it is decided");
    let refused = town.wishes('m', Wish::Lift(Some(1)));
    assert_eq!(hindrance(&refused), Some(Hindrance::VotedIn(1)));
    assert_eq!(enforced(&town.pass(HOUR)), [out(false)]);
}

#[test]
fn a_theme_votes_on_what_another_votes_on_once_and_for_itself() {
    for (yes, expected) in [(true, vec![out(true)]), (false, Vec::new())] {
        let mut town = Town::large();
        town.trusted.wide = town.elsewhere(7, 'd');
        let effects = town.looks();
        let told = |effect: &Effect| {
            let Effect::Tell {
                notice: Notice::Logged(logged),
                ..
            } = effect
            else {
                return false;
            };
            let opened = matches!(
                &logged.deed,
                Deed::VoteOpened {
                    on: Question::Case(1),
                    ..
                }
            );
            opened && logged.brought_from.as_deref() == Some("Salud")
        };
        assert_eq!(
            effects.iter().filter(|effect| told(effect)).count(),
            3,
            "{effects:?}"
        );
        assert!(!town.brings(), "once is enough");
        assert_eq!(town.theme.wide(), [], "it is passed on to nobody");
        // Over there it ends in between: that changes nothing here.
        town.trusted.wide.clear();
        town.all_vote(yes);
        assert_eq!(enforced(&town.pass(3 * DAY)), expected);
        let ends = if yes { vec![out(false)] } else { Vec::new() };
        let mut ended = enforced(&town.pass(10 * DAY));
        ended.retain(|enforcement| matches!(enforcement, Enforcement::Suspend { .. }));
        assert_eq!(ended, ends);
        town.trusted.wide = town.elsewhere(7, 'd');
        assert!(!town.brings(), "it was voted on");
        // The log says it all: folded again, it is the same.
        let read = town
            .deeds()
            .iter()
            .all(|deed| Deed::read(deed.act(), &deed.fields()).as_ref() == Some(deed));
        assert!(read);
    }
}

#[test]
fn who_was_never_seen_here_is_not_voted_on_nor_where_too_few_can_vote() {
    let mut town = Town::large();
    town.trusted.wide = town.elsewhere(7, 'q');
    assert!(!town.brings());
    // By another account of theirs they were.
    town.persons.link(&member('q'), &member('d'));
    town.looks();
    let about = town.theme.moderation().cases()[&1].measure.about().cloned();
    assert_eq!(about, Some(party('d', Network::WhatsApp)));

    let mut small = Town::with_delegates();
    small.trusted.wide = small.elsewhere(7, 'd');
    assert!(!small.brings());
}

#[test]
fn what_two_themes_ask_for_at_once_is_voted_on_once_in_each() {
    let mut town = Town::large();
    town.wishes('a', suspend(600, Reach::Everywhere));
    town.trusted.wide = town.elsewhere(7, 'd');
    town.wishes('b', suspend(600, Reach::Everywhere));
    assert!(!town.brings());
    assert_eq!(town.standing_of(1), CaseStanding::Voted);
    town.all_vote(false);
    town.pass(3 * DAY);
    assert!(!town.brings());
}
