//! What is written to the bridge alone: what it answers there, and that nothing of it leaves.

use super::moderating::{for_spam, hindrance, whom};
use super::*;
use crate::moderation::{Deed, Enforcement, Hindrance, Reach, Reason, Wish};

const ALONE: [Leg; 2] = [Leg::Direct(Network::WhatsApp), Leg::Direct(Network::Matrix)];

/// On which network somebody writes.
fn alone(letter: char) -> Leg {
    match letter {
        'm' | 'n' => Leg::Direct(Network::Matrix),
        _ => Leg::Direct(Network::WhatsApp),
    }
}

impl Town {
    fn wishes_alone(&mut self, who: char, wish: Wish) -> Vec<Effect> {
        self.asks(&alone(who), who, Command::Moderate(wish))
    }
}

#[track_caller]
fn assert_answered_alone(effects: &[Effect]) -> &Notice {
    match effects {
        [Effect::Answer { notice, .. }] => notice,
        other => panic!("one answer, and nothing else: {other:?}"),
    }
}

#[test]
fn what_is_said_alone_is_carried_nowhere_and_counts_nowhere() {
    let (mut town, root) = Town::with_proposal();
    let before = town.theme.clone();
    for from in &ALONE {
        let (said, effects) = town.does(from, 'z', None, Some("Buen día"), Hearing::Talk);
        assert_refused(&effects, &Refusal::WrittenInPublic);
        let (_, effects) = town.does(from, 'z', Some(root), Some("¿Y?"), Hearing::Talk);
        assert_refused(&effects, &Refusal::WrittenInPublic);
        assert_eq!(town.reacts(from, 'z', root, Some("👍")), []);
        assert_eq!(town.reacts(from, 'z', root, Some("🧭")), []);
        assert_eq!(town.deletes(from, 'z', said), []);
        let hearing = Hearing::Command(propose("Otra", "Otra cosa"), Language::Es);
        assert_eq!(town.edits(from, 'z', said, "!proponer Otra", hearing), []);
    }
    assert_eq!(town.theme, before, "as if nobody had said anything");
}

#[test]
fn what_all_are_to_read_is_not_done_alone() {
    let (mut town, _) = Town::with_proposal();
    let before = town.theme.clone();
    let commands = [
        propose("Otra", "Otra cosa"),
        Command::Support(Some(agua(1))),
        Command::TakeName(Some("Pombero".to_owned())),
        Command::StayOut,
        Command::Link(crate::Linking::Begin),
        Command::Accept(None),
        Command::Moderate(Wish::Nominate(whom('b'))),
        Command::Moderate(Wish::Mute {
            whom: whom('b'),
            minutes: Some(60),
            reason: for_spam(),
        }),
    ];
    for from in &ALONE {
        for command in &commands {
            let effects = town.asks(from, 'a', command.clone());
            assert_refused(&effects, &Refusal::WrittenInPublic);
        }
    }
    assert_eq!(town.theme, before);
}

#[test]
fn what_can_be_asked_alone_is_answered_there() {
    let mut town = Town::with_delegates();
    let help = town.asks(&alone('c'), 'c', Command::Help(None));
    assert_eq!(
        assert_answered_alone(&help),
        &Notice::Alone(crate::Alone::Help)
    );
    let rules = town.wishes_alone('c', Wish::Rules);
    assert!(matches!(
        assert_answered_alone(&rules),
        Notice::Rules { .. }
    ));
    let delegates = town.wishes_alone('m', Wish::Delegates);
    assert!(matches!(
        assert_answered_alone(&delegates),
        Notice::Bench { .. }
    ));
}

#[test]
fn a_delegate_confirms_alone_and_all_hear_what_came_of_it() {
    let mut town = Town::with_delegates();
    let mute = Wish::Mute {
        whom: whom('d'),
        minutes: Some(48 * 60),
        reason: for_spam(),
    };
    town.wishes('a', mute);
    let effects = town.wishes_alone('m', Wish::Confirm(None));
    assert_eq!(hindrance(&effects), None);
    let told: Vec<&Leg> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Tell { to, .. } => Some(to),
            _ => None,
        })
        .collect();
    assert_eq!(told, [&Leg::Room, &group('a'), &group('b')]);
    let in_force = records(&effects).into_iter().any(|record| {
        matches!(record, Record::Moderated(entry) if matches!(entry.deed, Deed::InForce { .. }))
    });
    assert!(in_force, "{effects:?}");
}

#[test]
fn a_nominee_accepts_alone() {
    let mut town = Town::grown();
    town.wishes('b', Wish::Nominate(whom('a')));
    town.wishes('c', Wish::Second(whom('a')));
    town.wishes('d', Wish::Second(whom('a')));
    let effects = town.asks(&alone('a'), 'a', Command::Accept(None));
    assert!(refusals(&effects).is_empty(), "{effects:?}");
    assert!(!records(&effects).is_empty());
}

#[test]
fn whoever_is_muted_or_stays_out_is_answered_alone_but_gets_no_words_into_the_log() {
    let mut town = Town::with_delegates();
    let mute = Wish::Mute {
        whom: whom('b'),
        minutes: Some(60),
        reason: for_spam(),
    };
    town.wishes('a', mute);
    town.wishes('m', Wish::Confirm(None));
    town.out.insert(member('c'));
    for letter in ['b', 'c'] {
        let rules = town.wishes_alone(letter, Wish::Rules);
        assert!(matches!(
            assert_answered_alone(&rules),
            Notice::Rules { .. }
        ));
        let talk = town.does(&alone(letter), letter, None, Some("Hola"), Hearing::Talk);
        assert_refused(&talk.1, &Refusal::WrittenInPublic);
    }
    let explain = Wish::Explain {
        case: Some(1),
        reason: Some(Reason {
            text: "spam: y encima me callan".to_owned(),
            ..for_spam().unwrap()
        }),
    };
    let effects = town.wishes_alone('b', explain);
    let muted = Hindrance::Muted { minutes: 61 };
    assert_refused(&effects, &Refusal::Hindered(muted));
    let vote = Wish::Vote {
        vote: None,
        yes: true,
    };
    let effects = town.wishes_alone('c', vote);
    assert_refused(&effects, &Refusal::StaysOut);
}

#[test]
fn whoever_is_suspended_is_answered_alone() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(24 * 60),
        reason: for_spam(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    let effects = town.wishes('b', Wish::Confirm(None));
    assert_eq!(hindrance(&effects), None);
    let confirm = town.wishes_alone('d', Wish::Confirm(Some(1)));
    let minutes = 24 * 60 + 1;
    assert_refused(&confirm, &Refusal::Hindered(Hindrance::Out { minutes }));
    let delegates = town.wishes_alone('d', Wish::Delegates);
    assert!(matches!(
        assert_answered_alone(&delegates),
        Notice::Bench { .. }
    ));
}

#[test]
fn a_code_that_was_written_in_public_is_hidden_and_void() {
    let mut town = Town::new();
    let command = Command::Facilitate(Some("K7QM".to_owned()));
    let code = "K7QM".to_owned();
    let hearing = Hearing::Command(command.clone(), Language::Es);
    let (message, effects) = town.does(&group('a'), 'a', None, Some("!…"), hearing);
    assert_eq!(refusals(&effects), [&Refusal::OnlyAlone]);
    assert!(effects.contains(&Effect::Enforce(Enforcement::Hide { message })));
    assert!(effects.contains(&Effect::VoidCode { code: code.clone() }));
    assert!(legs(&effects).is_empty());

    let effects = town.asks(&alone('a'), 'a', command);
    let language = Some(Language::Es);
    assert_eq!(effects, [Effect::Facilitate { code, language }]);
}

#[test]
fn whoever_writes_alone_means_the_theme_in_which_there_is_what_they_write_about() {
    let mut town = Town::with_delegates();
    let mute = Wish::Mute {
        whom: whom('d'),
        minutes: Some(60),
        reason: for_spam(),
    };
    let appeal = |case| Wish::Appeal { case, text: None };
    let concerns = |town: &Town, who, wish: &Wish| {
        let known = town.known();
        town.theme.concerns(town.now, &known, &member(who), wish)
    };
    assert!(!concerns(&town, 'd', &appeal(None)));
    town.wishes('a', mute);
    assert!(concerns(&town, 'd', &appeal(None)));
    assert!(concerns(&town, 'd', &appeal(Some(1))));
    assert!(!concerns(&town, 'd', &appeal(Some(2))));
    assert!(!concerns(&town, 'c', &appeal(Some(1))));
    let lift = Wish::Lift(Some(1));
    assert!(concerns(&town, 'b', &lift));
    assert!(!concerns(&town, 'c', &lift));
    assert!(concerns(&town, 'b', &Wish::Resign));
    assert!(!concerns(&town, 'd', &Wish::Resign));
}
