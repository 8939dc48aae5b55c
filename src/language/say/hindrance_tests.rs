use std::collections::BTreeSet;

use civic::moderation::Protected;
use civic::{Notice, Refusal};

use super::*;
use crate::say;

fn said(hindrance: Hindrance, language: Language) -> String {
    say(&Notice::Refused(Refusal::Hindered(hindrance)), language)
}

fn not_again_yet(days: u32) -> Hindrance {
    let name = "Beto".to_owned();
    Hindrance::NotAgainYet { name, days }
}

/// Every hindrance, and what of it must be heard.
fn every_hindrance() -> Vec<(Hindrance, Vec<&'static str>)> {
    let named: [fn(String) -> Hindrance; 9] = [
        Hindrance::UnknownName,
        Hindrance::NotSeen,
        Hindrance::TheyAreNew,
        Hindrance::DelegateAlready,
        Hindrance::NominatedAlready,
        Hindrance::NotNominated,
        Hindrance::NoObjectionNow,
        Hindrance::RecallVoted,
        Hindrance::NoDelegate,
    ];
    let numbered: [fn(u32) -> Hindrance; 17] = [
        Hindrance::MandateOver,
        Hindrance::BeingVoted,
        Hindrance::AskedOtherwise,
        Hindrance::RuleVoted,
        Hindrance::VotedIn,
        Hindrance::Outlawed,
        Hindrance::NoSuchReport,
        Hindrance::NotYourCase,
        Hindrance::AppealAsked,
        Hindrance::AppealedAlready,
        Hindrance::NotOnPanel,
        Hindrance::ReasonFirst,
        Hindrance::NoSuchCase,
        Hindrance::CaseOver,
        Hindrance::NothingToConfirm,
        Hindrance::SecondNeeded,
        Hindrance::NoSuchVote,
    ];
    let mut all = vec![
        (Hindrance::WhomAsked, vec![]),
        (
            Hindrance::WhichOfTwo("Ana".to_owned(), "Beto".to_owned()),
            vec!["*Ana*", "*Beto*"],
        ),
        (Hindrance::Oneself, vec![]),
        (Hindrance::TheBridge, vec![]),
        (Hindrance::Newcomer, vec!["3", "2"]),
        (Hindrance::NobodyNominatedYou, vec![]),
        (Hindrance::DoneAlready, vec![]),
        (Hindrance::SecondsMissing(1), vec!["1"]),
        (Hindrance::SecondsMissing(2), vec!["2"]),
        (not_again_yet(1), vec!["Beto", "1 d"]),
        (not_again_yet(30), vec!["Beto", "30"]),
        (Hindrance::NoSeat, vec![]),
        (Hindrance::NotYours { delegates: 0 }, vec![]),
        (Hindrance::NotYours { delegates: 3 }, vec![]),
        (Hindrance::ReasonAsked, vec![]),
        (Hindrance::CategoryAsked, vec![]),
        (Hindrance::PointersFirst { so_far: 0 }, vec![]),
        (Hindrance::PointersFirst { so_far: 1 }, vec!["1"]),
        (Hindrance::LengthAsked { most: 60 }, vec!["1 h"]),
        (Hindrance::TooLong { most: 4320 }, vec!["3 d"]),
        (Hindrance::TooFewToVote { can: 0, needed: 8 }, vec!["8"]),
        (
            Hindrance::TooFewToVote { can: 1, needed: 8 },
            vec!["1", "8"],
        ),
        (
            Hindrance::TooFewToVote { can: 6, needed: 8 },
            vec!["6", "8"],
        ),
        (Hindrance::ReportsOpen(5), vec!["5"]),
        (Hindrance::MessageAsked, vec![]),
        (Hindrance::NotAPersons, vec![]),
        (Hindrance::NobodyWaits, vec![]),
        (Hindrance::PartOfIt, vec!["24"]),
        (Hindrance::WhichCase, vec![]),
        (Hindrance::WhichAppeal(vec![3, 5]), vec!["3, 5", " 3 …*"]),
        (Hindrance::WhichVote, vec![]),
        (Hindrance::NotOnRoll, vec![]),
        (Hindrance::SoAlready, vec![]),
        (Hindrance::WhichReport, vec![]),
        (Hindrance::NothingToAppeal, vec![]),
        (Hindrance::LookedAt { closed: false }, vec![]),
        (Hindrance::LookedAt { closed: true }, vec![]),
        (Hindrance::Muted { minutes: 90 }, vec!["1 h", "30 min"]),
        (Hindrance::Out { minutes: 3 * 1440 }, vec!["3 d"]),
    ];
    let protected = Protected::ALL.iter();
    all.extend(protected.map(|it| (Hindrance::Protected(*it), vec![])));
    all.extend(named.map(|it| (it("Beto".to_owned()), vec!["Beto"])));
    all.extend(numbered.map(|it| (it(3), vec![" 3"])));
    all
}

#[test]
fn every_hindrance_says_what_to_do_instead() {
    let mut told = BTreeSet::new();
    for (hindrance, expected) in every_hindrance() {
        let [es, en] =
            [Language::Es, Language::En].map(|language| said(hindrance.clone(), language));
        assert_ne!(es, en);
        assert_eq!(said(hindrance.clone(), Language::Gn), es);
        for text in [&es, &en] {
            assert!(text.chars().count() <= 320, "{text}");
            assert!(text.contains("*!"), "there is nothing to do: {text}");
            assert!(!text.contains(['{', '}', '\u{2068}']), "{text}");
            assert!(!text.contains("hindered"), "{text}");
            assert!(expected.iter().all(|part| text.contains(part)), "{text}");
            assert_eq!(text.matches('*').count() % 2, 0, "{text}");
        }
        assert!(told.insert(es.clone()), "said of two things: {es}");
    }
}

#[test]
fn a_number_is_never_repeated() {
    for language in Language::ALL {
        for number in ["12025550123", "+1 202 555-0123"] {
            let text = said(Hindrance::UnknownName(number.to_owned()), language);
            assert!(!text.contains("202") && !text.contains("0123"), "{text}");
            assert_eq!(text, said(Hindrance::WhomAsked, language));
        }
    }
}

#[test]
fn an_opinion_is_no_reason_and_it_is_said_why() {
    let text = said(Hindrance::Protected(Protected::Criticism), Language::Es);
    assert_eq!(
        text,
        "Nadie se queda sin hablar por esto: la crítica, también a una autoridad. Se puede contestar, o señalar un desvío: \
         *!desvio*"
    );
    let text = said(Hindrance::CategoryAsked, Language::Es);
    assert!(text.contains("publicidad; "), "{text}");
}
