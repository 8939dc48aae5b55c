//! Many who come at once, and joining by approval.

use super::moderating::{DAY, HOUR, enforced, for_spam, hindrance, whom};
use super::*;
use crate::moderation::{
    CaseStanding, Deed, Ending, Enforcement, Hindrance, Protected, Reach, Reason, Rule, Wish,
};

fn approval(minutes: Option<u32>) -> Wish {
    let reason = None;
    Wish::Approval { minutes, reason }
}

fn waves(town: &Town) -> Vec<u32> {
    let deeds = town.deeds().into_iter();
    deeds
        .filter_map(|deed| match deed {
            Deed::Wave { people } => Some(people),
            _ => None,
        })
        .collect()
}

/// Who is named as asking to be let in, wherever that is said; once, though it is said on every leg.
fn said_to_wait(effects: &[Effect]) -> Vec<String> {
    let mut told = notices(effects)
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::AskToJoin { names } => Some(names.clone()),
            _ => None,
        });
    let first = told.next().unwrap_or_default();
    assert!(told.all(|names| names == first));
    first
}

impl Town {
    /// These are in a group now, beside those who are always there.
    fn in_group(&mut self, letter: char, who: &str) -> Vec<Effect> {
        let present = who.chars().map(member).collect();
        let group = group_id(letter);
        self.take_in(Input::Members { group, present })
    }

    fn joins_room(&mut self, letter: char) -> Vec<Effect> {
        self.take_in(Input::Joined(member(letter)))
    }

    fn waits(&mut self, letter: char, who: &str) -> Vec<Effect> {
        let who = who.chars().map(member).collect();
        let leg = group(letter);
        self.take_in(Input::Waiting { leg, who })
    }
}

#[test]
fn a_wave_over_all_legs_is_told_of_once_and_nothing_is_done_by_itself() {
    let mut town = Town::with_delegates();
    town.in_group('a', "ac");
    town.in_group('b', "bd");
    // Those who were heard here before are no wave, nor is whoever is in another group already.
    town.in_group('a', "acd");
    for letter in ['m', 'n'] {
        town.joins_room(letter);
    }
    town.in_group('a', "acgh");
    town.in_group('b', "bdijg");
    for letter in ['s', 't', 'u', 'u'] {
        town.joins_room(letter);
    }
    assert_eq!(waves(&town), []);
    let effects = town.joins_room('v');
    assert_eq!(waves(&town), [8]);
    assert_eq!(enforced(&effects), []);
    assert_eq!(notices(&effects).len(), 3, "on every leg: {effects:?}");
    // It goes on, and nobody is told again, until an hour was quiet.
    for letters in ["klwx", "yz23"] {
        town.in_group('a', &format!("acgh{letters}"));
        town.pass(10 * 60_000);
    }
    assert_eq!(waves(&town), [8]);
    town.pass(2 * HOUR);
    town.in_group('a', "a");
    town.in_group('a', "aklwxyz23");
    assert_eq!(waves(&town), [8, 8]);
}

#[test]
fn the_share_of_a_big_theme_and_the_charter_say_what_a_wave_is() {
    let mut town = Town::new();
    town.in_group('a', "a");
    let of = |people| {
        let charter = crate::moderation::Charter::default();
        crate::moderation::Enough::wave(&charter).of(people)
    };
    assert_eq!((of(10), of(40), of(100)), (8, 8, 20));
    let entry = town.theme.moderation().next_entry(
        town.now,
        Deed::RuleChanged {
            rule: Rule::WaveJoins,
            value: 2,
        },
    );
    town.theme.apply(&Record::Moderated(entry));
    town.in_group('a', "ag");
    assert_eq!(waves(&town), []);
    town.in_group('a', "agh");
    assert_eq!(waves(&town), [2]);
}

#[test]
fn a_person_with_two_accounts_and_one_who_comes_twice_count_once() {
    let mut town = Town::with_delegates();
    town.in_group('a', "a");
    town.persons.link(&member('g'), &member('s'));
    town.joins_room('s');
    for _ in 0..8 {
        town.in_group('a', "ag");
        town.in_group('a', "a");
    }
    town.in_group('a', "aghijkl");
    town.joins_room('t');
    assert_eq!(waves(&town), []);
    town.joins_room('u');
    assert_eq!(waves(&town), [8]);
}

#[test]
fn one_delegate_has_people_let_in_for_a_day_at_most_and_any_delegate_ends_it() {
    let mut town = Town::with_delegates();
    let refused = town.wishes('c', approval(None));
    assert_eq!(
        hindrance(&refused),
        Some(Hindrance::NotYours { delegates: 3 })
    );
    // Without a wave it is to be said why.
    let refused = town.wishes('a', approval(None));
    assert_eq!(hindrance(&refused), Some(Hindrance::ReasonAsked));
    let why = |minutes| Wish::Approval {
        minutes,
        reason: for_spam(),
    };
    let for_criticism = Wish::Approval {
        minutes: Some(60),
        reason: Some(Reason {
            text: "critican todo".to_owned(),
            category: None,
            protected: Some(Protected::Criticism),
        }),
    };
    let refused = town.wishes('a', for_criticism);
    let protected = Hindrance::Protected(Protected::Criticism);
    assert_eq!(hindrance(&refused), Some(protected));
    let most = 24 * 60;
    for nothing in [None, Some(0)] {
        let refused = town.wishes('a', why(nothing));
        assert_eq!(hindrance(&refused), Some(Hindrance::LengthAsked { most }));
    }
    let refused = town.wishes('a', why(Some(most + 1)));
    assert_eq!(hindrance(&refused), Some(Hindrance::TooLong { most }));
    let effects = town.wishes('a', why(Some(120)));
    assert_eq!(enforced(&effects), [Enforcement::Approval]);
    assert!(notices(&effects).len() >= 3, "it is said everywhere");
    let again = town.wishes('b', why(None));
    assert_eq!(hindrance(&again), Some(Hindrance::SoAlready));
    assert_eq!(enforced(&town.pass(2 * HOUR)), [Enforcement::Approval]);

    town.wishes('a', why(Some(most)));
    let effects = town.wishes('m', Wish::Lift(None));
    assert_eq!(enforced(&effects), [Enforcement::Approval]);
    let moderation = town.theme.moderation();
    assert_eq!(moderation.approval_until(town.now), None);
    let lifted = CaseStanding::Over(Ending::Lifted);
    assert_eq!(moderation.cases()[&2].standing, lifted);
}

#[test]
fn where_nobody_moderates_a_young_theme_yet_a_facilitator_keeps_the_door() {
    let mut town = Town::new();
    town.trusted
        .facilitators
        .insert(member('m'), Network::Matrix);
    for letter in ['a', 'b', 'm'] {
        town.talks(&super::moderating::home(letter), letter, "Buen día");
    }
    town.in_group('a', "a");
    town.in_group('a', "aghijklop");
    assert_eq!(waves(&town), [8]);
    let refused = town.wishes('a', approval(None));
    assert!(matches!(
        hindrance(&refused),
        Some(Hindrance::NotYours { .. })
    ));
    // After a wave everybody knows why.
    let effects = town.wishes('m', approval(Some(60)));
    assert_eq!(enforced(&effects), [Enforcement::Approval]);
    town.waits('a', "s");
    let on = true;
    let who = member('s');
    let effects = town.wishes('m', Wish::Admit(None));
    assert_eq!(enforced(&effects), [Enforcement::Admit { who, on }]);
    let effects = town.wishes('m', Wish::Lift(None));
    assert_eq!(enforced(&effects), [Enforcement::Approval]);
    town.pass(8 * DAY);
    let refused = town.wishes('m', approval(Some(60)));
    assert!(matches!(
        hindrance(&refused),
        Some(Hindrance::NotYours { .. })
    ));
}

#[test]
fn who_waits_is_said_in_one_line_and_at_most_every_ten_minutes() {
    let mut town = Town::with_delegates();
    for (letter, name) in [('s', "Sol"), ('t', "Tito"), ('u', "Úrsula")] {
        town.names.claim(&member(letter), &[name]);
    }
    // By the group's own approval its own admins decide.
    assert_eq!(town.waits('a', "s"), []);
    town.waits('a', "");
    let reason = for_spam();
    let minutes = Some(60);
    town.wishes('a', Wish::Approval { minutes, reason });
    let effects = town.waits('a', "s");
    assert_eq!(said_to_wait(&effects), [town.names.of(&member('s'))]);
    assert_eq!(town.waits('a', "stu"), []);
    assert_eq!(town.waits('a', "stu"), []);
    assert_eq!(said_to_wait(&town.pass(9 * 60_000)).len(), 0);
    assert_eq!(said_to_wait(&town.pass(60_000)).len(), 2);
    assert_eq!(said_to_wait(&town.pass(30 * 60_000)).len(), 0);

    let admits = |who, on| {
        let who = member(who);
        Enforcement::Admit { who, on }
    };
    let refused = town.wishes('c', Wish::Admit(None));
    assert!(matches!(
        hindrance(&refused),
        Some(Hindrance::NotYours { .. })
    ));
    let away = |whom| Wish::TurnAway {
        whom,
        reason: for_spam(),
    };
    let party = Reason {
        text: "es de otro partido".to_owned(),
        category: None,
        protected: Some(Protected::Party),
    };
    for (reason, hindered) in [
        (None, Hindrance::ReasonAsked),
        (Some(party), Hindrance::Protected(Protected::Party)),
    ] {
        let whom = whom('t');
        let refused = town.wishes('b', Wish::TurnAway { whom, reason });
        assert_eq!(hindrance(&refused), Some(hindered));
    }
    let effects = town.wishes('b', away(whom('t')));
    assert_eq!(enforced(&effects), [admits('t', false)]);
    let refused = town.wishes('b', away(whom('t')));
    assert_eq!(hindrance(&refused), Some(Hindrance::NobodyWaits));
    let effects = town.wishes('m', Wish::Admit(whom('u')));
    assert_eq!(enforced(&effects), [admits('u', true)]);
    let effects = town.wishes('m', Wish::Admit(None));
    assert_eq!(enforced(&effects), [admits('s', true)]);
    let refused = town.wishes('m', Wish::Admit(None));
    assert_eq!(hindrance(&refused), Some(Hindrance::NobodyWaits));
    let admitted = town.deeds().into_iter();
    let admitted = admitted.filter(|deed| matches!(deed, Deed::Admitted { .. }));
    assert_eq!(admitted.count(), 3);
}

#[test]
fn whoever_is_suspended_is_turned_away_and_never_named() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(3 * 24 * 60),
        reason: for_spam(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    let reason = for_spam();
    let minutes = Some(60);
    town.wishes('a', Wish::Approval { minutes, reason });
    let effects = town.waits('a', "ds");
    let (who, on) = (member('d'), false);
    assert_eq!(enforced(&effects), [Enforcement::Admit { who, on }]);
    assert_eq!(said_to_wait(&effects).len(), 1);
    // Told again, it is done again, and nobody hears of it.
    let effects = town.waits('a', "ds");
    assert_eq!(effects.len(), 1, "{effects:?}");
    assert_eq!(said_to_wait(&town.pass(30 * 60_000)).len(), 0);
    let who = member('s');
    let effects = town.wishes('a', Wish::Admit(None));
    let on = true;
    assert_eq!(enforced(&effects), [Enforcement::Admit { who, on }]);
}
