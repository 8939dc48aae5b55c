use std::collections::{BTreeMap, BTreeSet};

use civic::moderation::{Leaving, Outcome, Rule, Seal};
use civic::{MessageId, Network, Notice, Party};

use super::*;
use crate::say;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const ANA: char = 'a';
const BETO: char = 'b';
const CARLA: char = 'c';

fn member(letter: char) -> MemberId {
    letter.to_string().repeat(16).parse().unwrap()
}

fn party(letter: char) -> Party {
    Party {
        member: member(letter),
        network: Network::WhatsApp,
    }
}

fn message() -> MessageId {
    MessageId::from([7; 16])
}

/// What Ana and Carla did, about Beto.
fn entry(deed: Deed) -> Logged {
    let names = [(ANA, "Ana"), (BETO, "Beto"), (CARLA, "Carla")];
    let names = names.map(|(letter, name)| (member(letter), name.to_owned()));
    let by = match &deed {
        Deed::InForce { by, .. } | Deed::Over { by, .. } => {
            by.iter().map(|by| by.member.clone()).collect()
        }
        _ => vec![member(ANA)],
    };
    let measure = match &deed {
        Deed::Asked { measure, .. } | Deed::InForce { measure, .. } => Some(measure.clone()),
        _ => Some(Measure::Mute(party(BETO))),
    };
    Logged {
        code: "AGUA".parse().unwrap(),
        number: 12,
        at: NOW,
        deed,
        names: BTreeMap::from(names),
        about: Some(member(BETO)),
        by,
        measure,
        category: Some(Category::Hate),
        minutes: Some(6 * 60),
        reach: Reach::Here,
        brought_from: None,
        on: None,
        quorum: 8,
        seconds_missing: 2,
        others_missing: false,
        few_delegates: false,
        outlawed: false,
    }
}

fn spanish(entry: &Logged) -> String {
    say(&Notice::Logged(Box::new(entry.clone())), Language::Es)
}

fn measures() -> [Measure; 7] {
    let (message, author) = (message(), party(BETO));
    [
        Measure::Redirect {
            message,
            author: author.clone(),
        },
        Measure::Focus,
        Measure::Pause,
        Measure::Approval,
        Measure::Hide { message, author },
        Measure::Mute(party(BETO)),
        Measure::Suspend(party(BETO)),
    ]
}

fn asked(measure: Measure, minutes: Option<u32>) -> Logged {
    let deed = Deed::Asked {
        case: 3,
        measure,
        category: Some(Category::Hate),
        reason: "contra sus vecinos".to_owned(),
        by: party(ANA),
        minutes,
        until: NOW.plus_hours(12),
        reach: Reach::Here,
    };
    Logged {
        minutes,
        ..entry(deed)
    }
}

fn in_force(measure: Measure, minutes: u32, reason: &str, by: &[char]) -> Logged {
    entry(Deed::InForce {
        case: 3,
        measure,
        category: Some(Category::Spam),
        reason: reason.to_owned(),
        by: by.iter().map(|letter| party(*letter)).collect(),
        until: Some(NOW.plus_minutes(minutes)),
        also: None,
        confirm_by: None,
    })
}

fn over(why: Ending, by: &[char], measure: Measure) -> Logged {
    let deed = Deed::Over {
        case: 3,
        why,
        by: by.iter().map(|letter| party(*letter)).collect(),
    };
    Logged {
        measure: Some(measure),
        ..entry(deed)
    }
}

fn vote_opened(on: Question) -> Logged {
    let deed = Deed::VoteOpened {
        vote: 4,
        on: on.clone(),
        by: None,
        roll: vec![member(ANA), member(CARLA)],
        quorum: 8,
        until: NOW.plus_hours(72),
    };
    Logged {
        on: Some(on),
        ..entry(deed)
    }
}

/// The same of what is to be everywhere: as it was asked for here, and as it was in another theme.
fn everywhere(entry: Logged) -> Vec<Logged> {
    let here = Logged {
        reach: Reach::Everywhere,
        ..entry.clone()
    };
    let brought = Logged {
        brought_from: Some("Salud".to_owned()),
        ..entry
    };
    match here.deed {
        Deed::Brought { .. } => vec![brought],
        Deed::Asked { .. } => vec![here],
        _ => vec![here, brought],
    }
}

fn vote_closed(yes: u32, no: u32, passed: bool) -> Logged {
    let deed = Deed::VoteClosed {
        vote: 4,
        yes,
        no,
        passed,
    };
    Logged {
        on: Some(Question::Recall(1)),
        ..entry(deed)
    }
}

fn reported(owner: Option<char>) -> Deed {
    Deed::Reported {
        report: 5,
        about: Seal::default().of((&"AGUA".parse().unwrap(), 5), &member(BETO)),
        category: Category::Threat,
        owner: owner.map(party),
        until: NOW.plus_hours(24),
    }
}

fn appealed(panel: &[char], voted: bool) -> Deed {
    Deed::Appealed {
        case: 3,
        by: party(BETO),
        text: "No fue así".to_owned(),
        candidates: Vec::new(),
        panel: panel.iter().map(|letter| party(*letter)).collect(),
        voted,
        until: NOW.plus_hours(48),
    }
}

/// Each deed, and all that it can say.
fn everything() -> Vec<Logged> {
    let mandate = 1;
    let by = || party(ANA);
    let declared = |organisation: &str, official| Deed::Declared {
        by: by(),
        organisation: organisation.to_owned(),
        official,
    };
    let deeds = [
        declared("Vecinas del Lago", false),
        declared("Municipalidad", true),
        declared("", false),
        Deed::Nominated {
            mandate,
            who: party(BETO),
            by: by(),
        },
        Deed::Seconded { mandate, by: by() },
        Deed::Countersigned { mandate, by: by() },
        Deed::Agreed { mandate },
        Deed::Announced {
            mandate,
            until: NOW.plus_hours(48),
        },
        Deed::Objected { mandate, by: by() },
        Deed::Seated {
            mandate,
            until: NOW.plus_hours(24 * 90),
        },
        Deed::Recalled {
            mandate,
            by: by(),
            reason: "no explica".to_owned(),
        },
        Deed::Voted {
            vote: 4,
            by: member(ANA),
            yes: true,
        },
        Deed::Voted {
            vote: 4,
            by: member(ANA),
            yes: false,
        },
        Deed::Flagged {
            message: message(),
            by: by(),
        },
        Deed::Enrolled {
            vote: 4,
            roll: vec![member(BETO)],
        },
        Deed::Unflagged {
            message: message(),
            by: by(),
        },
        Deed::Outlawed {
            case: 3,
            measure: Measure::Hide {
                message: message(),
                author: party(BETO),
            },
            reason: "orden judicial".to_owned(),
        },
        Deed::Explained {
            case: 3,
            category: Some(Category::Spam),
            reason: "vende de todo".to_owned(),
            by: by(),
            minutes: None,
        },
        Deed::Explained {
            case: 3,
            category: Some(Category::Spam),
            reason: "vende de todo".to_owned(),
            by: by(),
            minutes: Some(90),
        },
        Deed::Confirmed { case: 3, by: by() },
        Deed::LiftAsked { case: 3, by: by() },
        Deed::Wave { people: 23 },
        Deed::Admitted {
            who: vec![party(BETO), party(CARLA)],
            yes: true,
            reason: String::new(),
            by: by(),
        },
        Deed::Admitted {
            who: vec![party(BETO)],
            yes: false,
            reason: "nadie lo conoce".to_owned(),
            by: by(),
        },
        Deed::RuleChanged {
            rule: Rule::MuteHours,
            value: 12,
        },
        appealed(&[ANA, CARLA], false),
        Deed::Judged {
            case: 3,
            by: by(),
            reverse: true,
        },
        Deed::Judged {
            case: 3,
            by: by(),
            reverse: false,
        },
        Deed::AppealClosed {
            case: 3,
            upheld: true,
        },
        Deed::AppealClosed {
            case: 3,
            upheld: false,
        },
        reported(Some(ANA)),
        Deed::ReportPassed {
            report: 5,
            owner: by(),
            until: NOW.plus_hours(24),
        },
    ];
    let brought = Deed::Brought {
        case: 3,
        measure: Measure::Suspend(party(BETO)),
        category: Some(Category::Spam),
        reason: "vende de todo".to_owned(),
        by: by(),
        minutes: Some(90),
        theme: "SALUD".parse().unwrap(),
        theirs: 7,
    };
    let left = Leaving::ALL.iter();
    let left = left.map(|why| Deed::Left { mandate, why: *why });
    let outcomes = Outcome::ALL.iter();
    let outcomes = outcomes.map(|outcome| Deed::ReportClosed {
        report: 5,
        outcome: *outcome,
        case: Some(3),
        reason: "hablamos".to_owned(),
        by: Some(by()),
    });
    let all = deeds.into_iter().chain(left).chain(outcomes);
    let mut all: Vec<Logged> = all.map(entry).collect();
    // Nobody is free to look at it, and nobody to decide.
    all.push(Logged {
        by: Vec::new(),
        ..entry(reported(None))
    });
    for voted in [true, false] {
        all.push(Logged {
            by: Vec::new(),
            ..entry(appealed(&[], voted))
        });
    }
    for question in [
        Question::Seat(1),
        Question::Recall(1),
        Question::Case(3),
        Question::Appeal(3),
        Question::Rule(Rule::Delegates, 5),
    ] {
        all.push(vote_opened(question));
    }
    all.extend([
        vote_closed(12, 4, true),
        vote_closed(4, 12, false),
        vote_closed(3, 0, false),
    ]);
    all.extend(everywhere(entry(brought)));
    let again = Deed::Native {
        case: 3,
        measure: Measure::Suspend(party(BETO)),
        by: by(),
        until: NOW,
        also: None,
        again: Some(2),
    };
    all.push(Logged {
        measure: Some(Measure::Suspend(party(BETO))),
        ..entry(again)
    });
    all.extend(everywhere(vote_opened(Question::Case(3))));
    all.extend(everywhere(asked(Measure::Suspend(party(BETO)), Some(90))));
    for measure in measures() {
        all.push(asked(measure.clone(), Some(90)));
        let native = Deed::Native {
            case: 3,
            measure: measure.clone(),
            by: by(),
            until: NOW.plus_hours(12),
            also: None,
            again: None,
        };
        all.push(Logged {
            measure: Some(measure.clone()),
            ..entry(native)
        });
        for (reason, by) in [("spam", &[ANA][..]), ("vende de todo", &[ANA, CARLA])] {
            all.push(in_force(measure.clone(), 90, reason, by));
        }
        let endings = Ending::ALL.iter();
        let endings = endings.filter(|why| **why != Ending::PutToVote);
        all.extend(endings.map(|why| over(*why, &[ANA], measure.clone())));
    }
    all.push(over(Ending::PutToVote, &[ANA], Measure::Pause));
    all
}

#[test]
fn every_deed_is_told_shortly_in_words_of_its_own() {
    let all = everything();
    let acts: BTreeSet<&str> = all.iter().map(|entry| entry.deed.act()).collect();
    let shapes: BTreeSet<&str> = Deed::SHAPES.iter().map(|(act, _)| *act).collect();
    assert_eq!(acts, shapes, "each deed is looked at");
    let mut told = BTreeSet::new();
    for entry in &all {
        let notice = Notice::Logged(Box::new(entry.clone()));
        let [es, en] = [Language::Es, Language::En].map(|language| say(&notice, language));
        assert_ne!(es, en);
        assert_eq!(say(&notice, Language::Gn), es);
        for text in [&es, &en] {
            assert!(text.chars().count() <= 400, "{text}");
            let marks = ['{', '}', '\u{2068}'];
            assert!(!text.contains(marks) && !text.contains("  "), "{text}");
            assert!(
                !text.contains("log-") && !text.contains("question-"),
                "{text}"
            );
            assert!(!text.contains("aaaa") && !text.contains("bbbb"), "{text}");
            let stars = text.matches('*').count();
            assert_eq!(stars % 2, 0, "{text}");
        }
        assert!(told.insert(es.clone()), "said of two things: {es}");
    }
}

#[test]
fn a_mute_says_who_decided_for_what_how_long_and_what_goes_on_counting() {
    let measure = || Measure::Mute(party(BETO));
    assert_eq!(
        spanish(&in_force(measure(), 6 * 60, "vende de todo", &[ANA])),
        "*Beto* no escribe acá durante 6 horas. Motivo: publicidad («vende de todo»). Sus votos, apoyos y reacciones siguen \
         valiendo. Lo decidió *Ana* (caso 3). Si se trata de vos y no es justo: *!apelar 3 …*, en el tema o \
         escribiéndole al puente en privado."
    );
    let two = spanish(&in_force(measure(), 36 * 60, "SPAM.", &[ANA, CARLA]));
    assert!(
        two.contains("durante 1 día y 12 horas. Motivo: publicidad. "),
        "{two}"
    );
    assert!(
        two.contains("Lo decidieron *Ana* y *Carla* (caso 3). Si se trata"),
        "{two}"
    );
    assert_eq!(
        spanish(&over(Ending::Expired, &[], measure())),
        "Se cumplió el tiempo: *Beto* puede escribir (caso 3)."
    );
    assert_eq!(
        spanish(&over(Ending::Lifted, &[ANA, CARLA], measure())),
        "*Ana* y *Carla* decidieron terminarlo: *Beto* puede escribir (caso 3)."
    );
}

#[test]
fn what_needs_a_second_says_how_and_until_when() {
    let [.., hide, _, suspend] = measures();
    assert_eq!(
        spanish(&asked(suspend.clone(), Some(3 * 24 * 60))),
        "🤝 *Ana* propone que *Beto* quede fuera del tema durante 3 días. Motivo: odio («contra sus vecinos»). Falta que otra \
         persona que modera esté de acuerdo, en 12 horas: *!confirmar 3*"
    );
    let mut hidden = in_force(hide, 0, "vende de todo", &[ANA]);
    if let Deed::InForce {
        until, confirm_by, ..
    } = &mut hidden.deed
    {
        *until = None;
        *confirm_by = Some(NOW.plus_hours(12));
    }
    assert_eq!(
        spanish(&hidden),
        "Un mensaje de *Beto* queda oculto. Motivo: publicidad («vende de todo»). Lo decidió *Ana* (caso 3). Si se trata de vos y no es justo: \
         *!apelar 3 …*, en el tema o escribiéndole al puente en privado. Si nadie más que modere lo confirma en 12 horas, se vuelve a publicar: *!confirmar 3*"
    );
    let mut voted = in_force(suspend, 30 * 24 * 60, "vende", &[ANA, CARLA]);
    voted.on = Some(Question::Case(3));
    let text = spanish(&voted);
    assert!(
        text.contains("Lo decidió una votación (caso 3). Si se trata"),
        "{text}"
    );
}

#[test]
fn a_vote_says_on_what_how_and_why_it_did_not_count() {
    assert_eq!(
        spanish(&vote_opened(Question::Rule(Rule::LongMuteHours, 48))),
        "🗳️ Votación *4*: ¿que «silencio que deciden dos» pase a ser 48 horas?\n\
         Para votar: *!voto sí 4* o *!voto no 4*, durante 3 días. Pueden votar 2 personas; tienen que ser 8 o más."
    );
    let case = spanish(&vote_opened(Question::Case(3)));
    let question = "¿que *Beto* quede fuera del tema durante 6 horas? Motivo: odio (caso 3).";
    assert!(case.contains(question), "{case}");
    for (entry, end) in [
        (vote_closed(12, 4, true), "Sí: 12. No: 4. Salió que sí."),
        (vote_closed(4, 12, false), "No alcanzó para un sí."),
        (
            vote_closed(3, 0, false),
            "No vale: tenían que votar 8 o más.",
        ),
    ] {
        let text = spanish(&entry);
        assert!(text.ends_with(end), "{text}");
    }
}

#[test]
fn where_few_are_left_more_are_asked_for() {
    let left = |few_delegates| {
        let deed = Deed::Left {
            mandate: 1,
            why: Leaving::Resigned,
        };
        spanish(&Logged {
            few_delegates,
            ..entry(deed)
        })
    };
    let asks = "Faltan personas que moderen: por lo menos dos.";
    assert!(left(true).contains(asks), "{}", left(true));
    assert!(!left(false).contains(asks), "{}", left(false));
}

#[test]
fn what_is_asked_for_everywhere_is_each_theme_s_to_decide() {
    let opened = vote_opened(Question::Case(3));
    let [here, brought] = &everywhere(opened)[..] else {
        panic!("in both");
    };
    let end = |text: &str| text.rsplit_once("más. ").map(|(_, end)| end.to_owned());
    assert_eq!(
        end(&spanish(here)).as_deref(),
        Some("Los otros temas donde escribió lo votan aparte: cada uno decide por sí mismo.")
    );
    assert_eq!(
        end(&spanish(brought)).as_deref(),
        Some("En *Salud* se pidió para todos los temas; acá decide este.")
    );
    // Whether it is to end is this theme's affair alone.
    for entry in everywhere(vote_opened(Question::Appeal(3))) {
        assert_eq!(end(&spanish(&entry)), None);
    }
}

#[test]
fn supports_are_counted_down() {
    let missing = |seconds_missing| {
        let deed = Deed::Seconded {
            mandate: 1,
            by: party(ANA),
        };
        spanish(&Logged {
            seconds_missing,
            ..entry(deed)
        })
    };
    assert!(missing(2).ends_with("Faltan 2 apoyos."), "{}", missing(2));
    assert!(missing(1).ends_with("Falta 1 apoyo."), "{}", missing(1));
    assert!(missing(0).ends_with("Ya tiene los apoyos que hacen falta."));
}

#[test]
fn names_and_reasons_mark_nothing_and_stay_short() {
    let mut entry = in_force(Measure::Pause, 15, &"*gritan* \n".repeat(100), &[ANA]);
    entry.names.insert(member(ANA), "*Ana*".to_owned());
    let text = spanish(&entry);
    assert!(text.chars().count() < 500, "{text}");
    assert!(text.contains("∗gritan∗ ∗gritan∗"), "{text}");
    assert!(text.contains("*∗Ana∗*"), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

#[test]
fn a_rehearsal_says_that_nothing_was_done() {
    let entry = in_force(Measure::Pause, 15, "gritos", &[ANA]);
    let text = say(&Notice::Rehearsed(vec![entry.clone()]), Language::Es);
    let expected = format!(
        "*Esto haría* (es un ensayo: no se hizo nada):\n{}",
        spanish(&entry)
    );
    assert_eq!(text, expected);
    let nothing = say(&Notice::Rehearsed(vec![]), Language::En);
    assert_eq!(nothing, "This would do nothing.");
}
