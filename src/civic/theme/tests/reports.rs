//! Reports: who looks at them, until when, and what comes of them.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{Category, Deed, Enforcement, Hindrance, Outcome, Protected, Reason, Wish};

fn about(letter: char, reason: Option<Reason>) -> Wish {
    Wish::Report {
        whom: whom(letter),
        reason,
    }
}

fn whispers(effects: &[Effect]) -> Vec<(&Party, &Notice)> {
    let found = effects.iter().filter_map(|effect| match effect {
        Effect::Whisper { to, notice } => Some((to, notice)),
        _ => None,
    });
    found.collect()
}

/// Who looks at the latest report, and how it stands.
fn latest(town: &Town) -> (Option<MemberId>, Option<Outcome>) {
    let reports = town.theme.moderation().reports();
    let (_, report) = reports.last_key_value().unwrap();
    let owner = report.owner.as_ref().map(|owner| owner.member.clone());
    (owner, report.outcome.map(|(outcome, _)| outcome))
}

impl Town {
    fn reports_alone(&mut self, who: char, wish: Wish) -> Vec<Effect> {
        let from = Leg::Direct(home(who).network());
        self.asks(&from, who, Command::Moderate(wish))
    }
}

#[test]
fn a_report_goes_to_one_delegate_and_the_log_names_neither_who_reports_nor_whom() {
    let mut town = Town::with_delegates();
    let known = town.records.len();
    let effects = town.reports_alone('d', about('c', for_spam()));
    let whispers = whispers(&effects);
    let [(owner, notice)] = whispers[..] else {
        panic!("to its owner and nobody else: {effects:?}");
    };
    assert_eq!(owner.member, member('a'));
    let Notice::ReportToYou {
        report: 1,
        about,
        reason,
        ..
    } = notice
    else {
        panic!("{notice:?}");
    };
    assert_eq!(
        (about.as_str(), reason.as_str()),
        ("Participante cccc", "spam: vende en cada mensaje")
    );
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Answer {
            notice: Notice::ReportTaken { report: 1, .. },
            ..
        }
    )));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Tell { .. } | Effect::Enforce(_)))
    );
    for record in &town.records[known..] {
        let Record::Moderated(entry) = record else {
            continue;
        };
        let fields = format!("{:?}", entry.deed.fields());
        for nobody in ['c', 'd'] {
            assert!(!fields.contains(member(nobody).as_str()), "{fields}");
        }
    }
}

#[test]
fn what_somebody_reports_in_public_is_taken_away_and_answered_alone() {
    let mut town = Town::with_delegates();
    let spam = town.talks(&home('c'), 'c', "Vendo terrenos");
    let command = Command::Moderate(Wish::Report {
        whom: None,
        reason: for_spam(),
    });
    let (said, effects) = town.does(
        &home('d'),
        'd',
        Some(spam),
        Some("!…"),
        Hearing::Command(command, Language::Es),
    );
    assert_eq!(enforced(&effects), [Enforcement::Hide { message: said }]);
    let told = whispers(&effects);
    assert!(told.iter().any(|(to, notice)| {
        to.member == member('d') && matches!(notice, Notice::ReportTaken { .. })
    }));
    assert!(told.iter().any(|(_, notice)| {
        matches!(notice, Notice::ReportToYou { words: Some(words), .. } if words == "Vendo terrenos")
    }));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Answer { .. } | Effect::Tell { .. }))
    );
    // What can't be taken is answered alone, too.
    let wrong = town.wishes('d', about('c', None));
    assert_eq!(enforced(&wrong).len(), 1);
    let told = whispers(&wrong);
    let [(to, Notice::Refused(Refusal::Hindered(Hindrance::ReasonAsked)))] = told[..] else {
        panic!("{wrong:?}");
    };
    assert_eq!(to.member, member('d'));
}

#[test]
fn nobody_has_more_than_five_reports_looked_at_at_a_time() {
    let mut town = Town::with_delegates();
    town.persons.link(&member('d'), &member('n'));
    let others = ['a', 'b', 'c', 'm'];
    let reports = others
        .iter()
        .flat_map(|who| [(*who, for_spam()), (*who, for_hate())]);
    let reports: Vec<_> = reports.collect();
    for (number, (who, reason)) in reports.iter().enumerate() {
        // By either of their accounts.
        let reporter = if number % 2 == 0 { 'd' } else { 'n' };
        let effects = town.reports_alone(reporter, about(*who, reason.clone()));
        let expected = (number >= 5).then_some(Hindrance::ReportsOpen(5));
        assert_eq!(hindrance(&effects), expected, "{number}");
    }
    let (who, reason) = reports[7].clone();
    let other = town.reports_alone('c', about(who, reason));
    assert_eq!(hindrance(&other), None, "others are heard");
    // One has an outcome: there is room for another.
    let resolve = Wish::Resolve {
        report: Some(1),
        reason: for_spam(),
    };
    assert_eq!(hindrance(&town.reports_alone('b', resolve)), None);
    let (who, reason) = reports[5].clone();
    let effects = town.reports_alone('n', about(who, reason.clone()));
    assert_eq!(hindrance(&effects), None);
    let shown = format!("{:?}", town.theme.reporters);
    assert_eq!(shown, "Reporters");
    town.pass(10 * DAY);
    assert_eq!(
        town.theme.reporters,
        Reporters::default(),
        "all are forgotten"
    );
}

#[test]
fn three_with_phones_do_not_silence_a_fourth() {
    let mut town = Town::with_delegates();
    for who in ['b', 'd', 'n', 'm'] {
        town.reports_alone(who, about('c', for_hate()));
    }
    assert_eq!(town.theme.moderation().reports().len(), 1, "they are one");
    let again = town.reports_alone('n', about('c', for_hate()));
    let asked = hindrance(&again);
    assert!(
        matches!(asked, Some(Hindrance::LookedAt { closed: false })),
        "{asked:?}"
    );
    assert!(town.theme.moderation().cases().is_empty());
    town.pass(10 * DAY);
    assert!(town.theme.moderation().cases().is_empty());
}

#[test]
fn what_people_think_is_reported_to_nobody() {
    let mut town = Town::with_delegates();
    let reason = Some(Reason {
        text: "critica al intendente".to_owned(),
        category: None,
        protected: Some(Protected::Criticism),
    });
    let effects = town.reports_alone('d', about('c', reason));
    assert_eq!(
        hindrance(&effects),
        Some(Hindrance::Protected(Protected::Criticism))
    );
    assert!(town.theme.moderation().reports().is_empty());
}

#[test]
fn an_owner_who_does_not_answer_is_followed_by_others_and_the_end_is_public() {
    let mut town = Town::with_delegates();
    town.reports_alone('d', about('c', for_hate()));
    assert_eq!(latest(&town), (Some(member('a')), None));
    for next in ['b', 'm'] {
        let effects = town.pass(24 * HOUR);
        assert_eq!(latest(&town), (Some(member(next)), None));
        assert!(
            whispers(&effects)
                .iter()
                .any(|(to, _)| to.member == member(next))
        );
    }
    town.pass(24 * HOUR);
    assert_eq!(latest(&town).1, Some(Outcome::Unanswered));
    assert!(town.deeds().iter().any(|deed| matches!(
        deed,
        Deed::ReportClosed {
            outcome: Outcome::Unanswered,
            ..
        }
    )));
}

#[test]
fn what_is_almost_a_report_is_taken_away_too_and_answered_alone() {
    let mut town = Town::with_delegates();
    let almost = |near| Hearing::Almost {
        heard: "!denunsio".to_owned(),
        nearest: "!reportar @nombre amenaza".to_owned(),
        language: Language::Es,
        near,
    };
    let text = Some("!denunsio a Beto");
    // Also of somebody who stays out.
    for letter in ['d', 'c'] {
        town.out.insert(member('c'));
        let (said, effects) = town.does(&home(letter), letter, None, text, almost(Near::Report));
        let [
            Effect::Enforce(Enforcement::Hide { message }),
            Effect::Whisper { to, notice },
        ] = &effects[..]
        else {
            panic!("out of sight, and answered alone: {effects:?}");
        };
        assert_eq!((*message, &to.member), (said, &member(letter)));
        assert!(matches!(notice, Notice::NearMiss { hidden: true, .. }));
    }
    let (_, effects) = town.does(&home('d'), 'd', None, text, almost(Near::Other));
    assert!(
        matches!(&effects[..], [Effect::Answer { .. }]),
        "{effects:?}"
    );
    let alone = Leg::Direct(home('d').network());
    let (_, effects) = town.does(&alone, 'd', None, text, almost(Near::Report));
    assert!(
        matches!(&effects[..], [Effect::Answer { .. }]),
        "nobody else reads it there: {effects:?}"
    );
}

#[test]
fn what_is_changed_into_a_report_is_one_and_goes_out_of_sight_whole() {
    let mut town = Town::with_delegates();
    let own = town.talks(&home('d'), 'd', "Hola");
    let wish = Wish::Report {
        whom: whom('b'),
        reason: for_spam(),
    };
    let hearing = Hearing::Command(Command::Moderate(wish), Language::Es);
    let effects = town.edits(&home('d'), 'd', own, "!reportar @Beto spam", hearing);
    assert_eq!(enforced(&effects), [Enforcement::Hide { message: own }]);
    assert!(matches!(town.deeds().last(), Some(Deed::Reported { .. })));
    assert_eq!(legs(&effects), [], "it is carried nowhere");
}

#[test]
fn whoever_is_part_of_it_does_not_look_at_it() {
    let mut town = Town::with_delegates();
    let theirs = town.talks(&home('c'), 'c', "Qué desastre");
    town.does(&home('a'), 'a', Some(theirs), Some("Calma"), Hearing::Talk);
    town.reports_alone('d', about('c', for_hate()));
    assert_eq!(latest(&town).0, Some(member('b')));
    // One about a delegate goes to another, and they can't close it themselves.
    town.reports_alone('d', about('b', for_hate()));
    assert_ne!(latest(&town).0, Some(member('b')));
    let reason = for_spam();
    let effects = town.wishes(
        'b',
        Wish::Resolve {
            report: Some(2),
            reason,
        },
    );
    assert_eq!(hindrance(&effects), Some(Hindrance::PartOfIt));
}

#[test]
fn where_nobody_here_can_a_delegate_of_another_theme_looks_at_it() {
    let mut town = Town::grown();
    town.reports_alone('d', about('c', for_hate()));
    assert_eq!(latest(&town).0, None, "nobody moderates anywhere");
    let until = Timestamp(town.now.0 + 90 * DAY);
    let neighbour = Party {
        member: member('z'),
        network: Network::Matrix,
    };
    let delegates = vec![(neighbour, until)];
    town.trusted
        .delegates
        .insert("SALUD".parse().unwrap(), delegates);
    town.reports_alone('d', about('b', for_hate()));
    assert_eq!(latest(&town).0, Some(member('z')));
}

#[test]
fn a_report_ends_with_what_is_done_about_it_or_with_a_reason_why_nothing_is() {
    let mut town = Town::with_delegates();
    town.reports_alone('d', about('c', for_spam()));
    let mute = Wish::Mute {
        whom: whom('c'),
        minutes: Some(60),
        reason: for_spam(),
    };
    town.wishes('a', mute);
    assert_eq!(latest(&town).1, Some(Outcome::Acted));
    town.reports_alone('d', about('n', for_hate()));
    let ask = Wish::Resolve {
        report: None,
        reason: None,
    };
    let effects = town.wishes('a', ask);
    assert_eq!(hindrance(&effects), Some(Hindrance::ReasonAsked));
    let reason = Some(Reason {
        text: "Hablamos y quedó claro".to_owned(),
        category: None,
        protected: None,
    });
    town.reports_alone(
        'a',
        Wish::Resolve {
            report: None,
            reason,
        },
    );
    assert_eq!(latest(&town).1, Some(Outcome::Settled));
    // For a day it is not begun again.
    let again = town.reports_alone('b', about('n', for_hate()));
    assert!(matches!(
        hindrance(&again),
        Some(Hindrance::LookedAt { closed: true })
    ));
    town.pass(25 * HOUR);
    town.reports_alone('b', about('n', for_hate()));
    assert_eq!(town.theme.moderation().reports().len(), 3);
    assert_eq!(
        town.theme.moderation().reports()[&3].category,
        Category::Hate
    );
}

#[test]
fn whoever_reported_is_told_what_came_of_it() {
    let mut town = Town::with_delegates();
    let effects = town.reports_alone('d', about('c', for_hate()));
    let kept = |effect: &Effect| matches!(effect, Effect::KeepReporter { report: 1 });
    assert!(effects.iter().any(kept), "{effects:?}");
    // The next who reports the same hears at once that it is looked at.
    let again = town.reports_alone('n', about('c', for_hate()));
    assert!(!again.iter().any(kept), "{again:?}");
    let told = |effects: &[Effect]| {
        let told = effects.iter().filter_map(|effect| match effect {
            Effect::TellReporter {
                report: 1,
                notice: Notice::Logged(logged),
            } => Some(logged.deed.clone()),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let passed = town.pass(24 * HOUR);
    assert_eq!(told(&passed), [], "it is still looked at");
    let ends = [town.pass(24 * HOUR), town.pass(24 * HOUR)].concat();
    assert!(
        matches!(
            told(&ends)[..],
            [Deed::ReportClosed {
                outcome: Outcome::Unanswered,
                ..
            }]
        ),
        "{ends:?}"
    );
}
