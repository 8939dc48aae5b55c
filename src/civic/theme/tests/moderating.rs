//! Who moderates, and what they can do.

use super::*;
use crate::moderation::{Category, Deed, Enforcement, Hindrance, Leaving, Reason, Whom, Wish};

pub(super) const HOUR: i64 = 3_600_000;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) fn whom(letter: char) -> Option<Whom> {
    Some(Whom::Member(member(letter)))
}

pub(super) fn for_spam() -> Option<Reason> {
    Some(Reason {
        text: "spam: vende en cada mensaje".to_owned(),
        category: Some(Category::Spam),
        protected: None,
    })
}

pub(super) fn for_hate() -> Option<Reason> {
    Some(Reason {
        text: "odio contra los vecinos".to_owned(),
        category: Some(Category::Hate),
        protected: None,
    })
}

/// On which leg somebody writes.
pub(super) fn home(letter: char) -> Leg {
    match letter {
        'a' | 'c' | 'e' => group('a'),
        'b' | 'd' | 'f' => group('b'),
        _ => Leg::Room,
    }
}

impl Town {
    /// Everybody has been here for a week.
    pub(super) fn grown() -> Self {
        let mut town = Self::new();
        for _ in 0..8 {
            for letter in ['a', 'b', 'c', 'd', 'm', 'n'] {
                town.talks(&home(letter), letter, "Buen día");
            }
            town.pass(DAY);
        }
        town
    }

    /// Time passes, and what falls due in it is done when it is due.
    pub(super) fn pass(&mut self, time: i64) -> Vec<Effect> {
        let end = Timestamp(self.now.0 + time);
        let mut effects = Vec::new();
        while let Some((at, due)) = self.theme.next_due().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            let before = self.theme.clone();
            effects.extend(self.take_in(Input::Due(due)));
            assert_ne!(self.theme, before, "what is due changes something");
        }
        self.now = end;
        effects
    }

    pub(super) fn wishes(&mut self, who: char, wish: Wish) -> Vec<Effect> {
        self.asks(&home(who), who, Command::Moderate(wish))
    }

    /// Makes somebody a delegate in the ordinary way.
    pub(super) fn seats(&mut self, who: char, by: [char; 3]) {
        let [nominator, one, other] = by;
        self.wishes(nominator, Wish::Nominate(whom(who)));
        self.wishes(one, Wish::Second(whom(who)));
        self.wishes(other, Wish::Second(whom(who)));
        self.wishes(who, Wish::Agree);
        self.pass(48 * HOUR);
        assert!(self.is_delegate(who), "{:?}", self.deeds());
    }

    /// A town with Ana, Beto and María as delegates.
    pub(super) fn with_delegates() -> Self {
        let mut town = Self::grown();
        town.seats('a', ['b', 'c', 'd']);
        town.seats('b', ['a', 'c', 'd']);
        town.seats('m', ['a', 'b', 'c']);
        town.pass(DAY);
        town
    }

    /// The same, with so many participants beside them that what weighs most can be voted on: Eva, Fabio and Óscar, too.
    pub(super) fn large() -> Self {
        let mut town = Self::with_delegates();
        for _ in 0..3 {
            for letter in ['a', 'b', 'c', 'd', 'e', 'f', 'm', 'n', 'o'] {
                town.talks(&home(letter), letter, "Buenas");
            }
            town.pass(2 * DAY);
        }
        town
    }

    pub(super) fn is_delegate(&self, who: char) -> bool {
        let moderation = self.theme.moderation();
        moderation
            .mandate_of(self.now, &self.persons, &member(who))
            .is_some()
    }

    pub(super) fn deeds(&self) -> Vec<Deed> {
        let entries = self.records.iter().filter_map(|record| match record {
            Record::Moderated(entry) => Some(entry.deed.clone()),
            _ => None,
        });
        entries.collect()
    }
}

pub(super) fn hindrance(effects: &[Effect]) -> Option<Hindrance> {
    effects.iter().find_map(|effect| match effect {
        Effect::Answer {
            notice: Notice::Refused(Refusal::Hindered(hindrance)),
            ..
        } => Some(hindrance.clone()),
        _ => None,
    })
}

pub(super) fn enforced(effects: &[Effect]) -> Vec<Enforcement> {
    let found = effects.iter().filter_map(|effect| match effect {
        Effect::Enforce(enforcement) => Some(enforcement.clone()),
        _ => None,
    });
    found.collect()
}

#[test]
fn a_nominee_who_is_seconded_and_accepts_is_seated_after_two_days() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    let alone = town.wishes('b', Wish::Second(whom('a')));
    assert_eq!(hindrance(&alone), Some(Hindrance::DoneAlready));
    town.wishes('c', Wish::Second(whom('a')));
    town.wishes('d', Wish::Second(whom('a')));
    town.asks(&group('a'), 'a', Command::Accept(None));
    assert!(!town.is_delegate('a'));
    town.pass(47 * HOUR);
    assert!(!town.is_delegate('a'));
    let effects = town.pass(HOUR);
    assert!(town.is_delegate('a'));
    let admitted = [Enforcement::Powers, Enforcement::Admins];
    assert_eq!(enforced(&effects), admitted);
    town.talks(&group('a'), 'a', "Gracias");
    // Whoever says nothing for two weeks is no delegate any more.
    town.pass(14 * DAY);
    assert!(!town.is_delegate('a'));
    let idle = Deed::Left {
        mandate: 1,
        why: Leaving::Idle,
    };
    assert!(town.deeds().contains(&idle));
}

#[test]
fn enough_objections_put_a_nomination_to_the_vote() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    town.wishes('c', Wish::Second(whom('a')));
    town.wishes('d', Wish::Second(whom('a')));
    town.wishes('a', Wish::Agree);
    for letter in ['m', 'n', 'd'] {
        town.wishes(letter, Wish::Object(whom('a')));
    }
    let vote = town.theme.moderation().votes()[&1].clone();
    assert_eq!((vote.roll.len(), vote.quorum), (6, 5));
    for (letter, yes) in [
        ('a', true),
        ('b', true),
        ('c', true),
        ('m', false),
        ('n', false),
    ] {
        town.wishes(letter, Wish::Vote { vote: None, yes });
    }
    town.pass(72 * HOUR);
    assert!(town.is_delegate('a'));
    // Three of six voting for a recall are too few to count.
    for letter in ['b', 'c', 'm', 'n'] {
        town.wishes(
            letter,
            Wish::Recall {
                whom: whom('a'),
                reason: for_spam(),
            },
        );
    }
    for letter in ['b', 'c', 'm'] {
        town.wishes(
            letter,
            Wish::Vote {
                vote: None,
                yes: true,
            },
        );
    }
    town.pass(72 * HOUR);
    assert!(town.is_delegate('a'));
}

#[test]
fn whoever_wants_out_while_a_vote_is_open_is_out_and_told_how_one_votes() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    town.wishes('c', Wish::Second(whom('a')));
    town.wishes('d', Wish::Second(whom('a')));
    town.wishes('a', Wish::Agree);
    let answers = |town: &mut Town, letter, command| {
        let effects = town.asks(&home(letter), letter, command);
        let [Effect::Choose { choice, .. }, Effect::Answer { notice, .. }] = &effects[..] else {
            panic!("a choice and an answer: {effects:?}");
        };
        (choice.carried, notice.clone())
    };
    let out = |vote| (false, Notice::StayedOut { vote });
    assert_eq!(answers(&mut town, 'm', Command::StayOut), out(None));
    for letter in ['m', 'n', 'd'] {
        town.wishes(letter, Wish::Object(whom('a')));
    }
    assert_eq!(answers(&mut town, 'm', Command::StayOut), out(Some(1)));
    let back = Notice::CameBack { vote: Some(1) };
    assert_eq!(answers(&mut town, 'n', Command::ComeBack), (true, back));
    let no = Wish::Vote {
        vote: None,
        yes: false,
    };
    town.wishes('n', no);
    assert_eq!(answers(&mut town, 'n', Command::StayOut), out(None));
    // Whoever came too late for it can't have meant it.
    assert_eq!(answers(&mut town, 'z', Command::StayOut), out(None));
    town.pass(72 * HOUR);
    assert_eq!(answers(&mut town, 'm', Command::StayOut), out(None));
}

#[test]
fn a_brigade_does_not_seat_itself_in_a_young_theme_and_a_facilitator_starts_one() {
    let mut town = Town::new();
    for letter in ['c', 'd', 'e', 'f', 'm', 'a'] {
        town.talks(&home(letter), letter, "Buen día");
    }
    town.wishes('c', Wish::Nominate(whom('d')));
    town.wishes('e', Wish::Second(whom('d')));
    town.wishes('f', Wish::Second(whom('d')));
    town.wishes('d', Wish::Agree);
    assert!(!town.is_delegate('d'));
    town.trusted
        .facilitators
        .insert(member('m'), Network::Matrix);
    town.wishes('c', Wish::Nominate(whom('a')));
    town.wishes('e', Wish::Second(whom('a')));
    town.wishes('m', Wish::Second(whom('a')));
    town.wishes('a', Wish::Agree);
    assert!(town.is_delegate('a'));
    town.pass(7 * DAY);
    assert!(!town.is_delegate('a') && !town.is_delegate('d'));
}

#[test]
fn in_a_young_theme_too_two_accounts_count_once_and_one_organisation_is_not_enough() {
    let young = || {
        let mut town = Town::new();
        for letter in ['a', 'c', 'e', 'f', 'm'] {
            town.talks(&home(letter), letter, "Buen día");
        }
        let facilitators = &mut town.trusted.facilitators;
        facilitators.insert(member('m'), Network::Matrix);
        town
    };
    let wanted = |town: &mut Town| {
        town.wishes('c', Wish::Nominate(whom('a')));
        town.wishes('e', Wish::Second(whom('a')));
        town.wishes('m', Wish::Second(whom('a')));
    };

    let mut town = young();
    wanted(&mut town);
    town.persons.link(&member('e'), &member('m'));
    town.wishes('a', Wish::Agree);
    assert!(!town.is_delegate('a'));
    town.wishes('f', Wish::Second(whom('a')));
    assert!(town.is_delegate('a'));

    let mut town = young();
    for letter in ['c', 'e', 'm'] {
        let organisation = Some("Agua Viva".to_owned());
        let official = false;
        town.wishes(
            letter,
            Wish::Declare {
                organisation,
                official,
            },
        );
    }
    wanted(&mut town);
    town.wishes('a', Wish::Agree);
    assert!(!town.is_delegate('a'));
    town.wishes('f', Wish::Second(whom('a')));
    assert!(town.is_delegate('a'));
}

#[test]
fn where_fewer_than_two_are_left_the_theme_is_asked_for_more() {
    let mut town = Town::with_delegates();
    let few = |effects: &[Effect]| {
        let told = effects.iter().find_map(|effect| match effect {
            Effect::Tell {
                notice: Notice::Logged(logged),
                ..
            } => Some(logged.few_delegates),
            _ => None,
        });
        told.expect("it is told")
    };
    assert!(!few(&town.wishes('m', Wish::Resign)));
    assert!(few(&town.wishes('b', Wish::Resign)));
}
