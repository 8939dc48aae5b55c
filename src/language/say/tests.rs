use civic::{LeftUndone, LinkCode, Network, Numbers, ProposalRef, Refusal, Topic};

use super::*;
use crate::commands::COMMANDS;

/// Every notice, and what of it must be heard.
fn every_notice() -> Vec<(Notice, Vec<&'static str>)> {
    let theme = || "Ambiente y agua".to_owned();
    let said = vec!["Ambiente y agua"];
    let mut notices = vec![
        (Notice::Welcome { theme: theme() }, said.clone()),
        (Notice::GroupDescription { theme: theme() }, said.clone()),
        (
            Notice::JoinPage {
                page: "https://example.org/agua".to_owned(),
            },
            vec!["https://example.org/agua"],
        ),
        (
            Notice::AdoptionAnnounced {
                theme: theme(),
                hours: 24,
            },
            vec!["Ambiente y agua", "24"],
        ),
        (
            Notice::AdoptionAnnounced {
                theme: theme(),
                hours: 1,
            },
            vec!["Ambiente y agua", "1"],
        ),
        (Notice::GroupOpen { theme: theme() }, said),
        (
            Notice::NameTaken {
                name: "Sol".to_owned(),
            },
            vec!["*Sol*"],
        ),
        (
            Notice::NameTakenForGroups {
                name: "Sol".to_owned(),
            },
            vec!["*Sol*", "WhatsApp"],
        ),
        (Notice::NameAsked, vec![]),
        (
            Notice::NameDropped {
                name: "Ana".to_owned(),
            },
            vec!["*Ana*"],
        ),
        (Notice::StayedOut { vote: None }, vec![]),
        (Notice::StayedOut { vote: Some(3) }, vec![" no 3*"]),
        (Notice::CameBack { vote: None }, vec![]),
        (Notice::CameBack { vote: Some(3) }, vec![" 3*"]),
        (Notice::Help(None), vec![]),
        (
            Notice::NearMiss {
                heard: "!nomre".to_owned(),
                nearest: "!nombre Sol".to_owned(),
                hidden: false,
            },
            vec!["!nomre", "*!nombre Sol*"],
        ),
        (
            Notice::NearMiss {
                heard: "!denunsio".to_owned(),
                nearest: "!reportar @nombre amenaza".to_owned(),
                hidden: true,
            },
            vec!["!denunsio", "*!reportar @nombre amenaza*"],
        ),
        (Notice::TooMany, vec![]),
        (Notice::Organisers, vec![]),
        (Notice::Correction, vec![]),
        (Notice::AsAnswered, vec![]),
        (
            Notice::GoesOn {
                link: "https://example.org/agua".to_owned(),
            },
            vec!["https://example.org/agua"],
        ),
        (
            Notice::NotCarried {
                kind: Kind::Image,
                on_whatsapp: true,
            },
            vec!["WhatsApp", "📷"],
        ),
        (
            Notice::NotCarried {
                kind: Kind::Other,
                on_whatsapp: false,
            },
            vec!["Matrix"],
        ),
        (
            Notice::Digest {
                messages: 214,
                people: 12,
                link: "https://example.org/agua".to_owned(),
            },
            vec!["214", "12", "https://example.org/agua"],
        ),
        (
            Notice::Digest {
                messages: 31,
                people: 1,
                link: "https://example.org/agua".to_owned(),
            },
            vec!["31", "1 "],
        ),
        (Notice::OnlyInItsTheme, vec!["WhatsApp"]),
        (Notice::NotDelivered, vec![]),
        (
            Notice::LogDigest {
                entries: 12,
                last: 31,
                hash: "0123456789abcdef".repeat(4),
                link: "https://example.org/registro".to_owned(),
            },
            vec![
                "12 ",
                " 31",
                "0123456789abcdef",
                "https://example.org/registro",
            ],
        ),
        (
            Notice::AskToJoin {
                names: vec!["Sol".to_owned(), "Tito".to_owned()],
            },
            vec!["*Sol*", "*Tito*", "*!"],
        ),
    ];
    notices.extend(about_groups());
    notices.extend(about_proposals());
    let refused = |(refusal, said)| (Notice::Refused(refusal), said);
    notices.extend(refusals().into_iter().map(refused));
    for why in [
        NameProblem::Taken,
        NameProblem::Reserved,
        NameProblem::Number,
        NameProblem::Length,
    ] {
        notices.push((Notice::NameRefused { why }, vec![]));
    }
    notices
}

/// What is said of a group where something can't be done.
fn about_groups() -> Vec<(Notice, Vec<&'static str>)> {
    let group = || "Vecinos".to_owned();
    let undone = LeftUndone::ALL.into_iter().map(|what| {
        let case = Some(13);
        let group = group();
        let notice = Notice::NotAdminThere { group, what, case };
        (notice, vec!["*Vecinos*", "(cas", " 13)"])
    });
    let others = [
        (
            Notice::RefusedThere {
                group: group(),
                what: LeftUndone::Hide,
                case: Some(13),
            },
            vec!["*Vecinos*", " 13)", "WhatsApp"],
        ),
        (
            Notice::NotAdminThere {
                group: group(),
                what: LeftUndone::Hide,
                case: None,
            },
            vec!["*Vecinos*"],
        ),
        (Notice::AdminThereNow { group: group() }, vec!["*Vecinos*"]),
        (
            Notice::CreatorStaysThere {
                group: group(),
                case: Some(13),
            },
            vec!["*Vecinos*", " 13)"],
        ),
        (
            Notice::NotAddableThere {
                group: group(),
                invited: true,
            },
            vec!["*Vecinos*"],
        ),
        (
            Notice::NotAddableThere {
                group: group(),
                invited: false,
            },
            vec!["*Vecinos*"],
        ),
        (
            Notice::NotInvited {
                who: "Oscar".to_owned(),
            },
            vec!["*Oscar*"],
        ),
        (
            Notice::ComeBack {
                theme: "Ambiente y agua".to_owned(),
            },
            vec!["Ambiente y agua"],
        ),
    ];
    undone.chain(others).collect()
}

/// What is said of proposals and of people, as far as it is one message.
fn about_proposals() -> Vec<(Notice, Vec<&'static str>)> {
    let (reference, on) = (agua(7), Network::Matrix);
    let numbers = Numbers {
        people: 61,
        whatsapp_people: 40,
        matrix_people: 22,
        whatsapp_messages: 901,
        matrix_messages: 333,
        proposals: 17,
        supports: 250,
    };
    let all_numbers = vec!["Agua", "61", "40", "22", "901", "333", "17", "250"];
    let theme = "Agua".to_owned();
    let amended = Notice::Amended {
        amendment: 3,
        reference: agua(7),
        by: "María".to_owned(),
    };
    vec![
        (
            Notice::Supported {
                reference: agua(7),
                people: 12,
            },
            vec!["12 ", "*AGUA-7*"],
        ),
        (
            Notice::Supported {
                reference: agua(7),
                people: 1,
            },
            vec!["1 pe", "*AGUA-7*"],
        ),
        (
            Notice::Unsupported {
                reference: agua(7),
                people: 0,
            },
            vec!["*AGUA-7*"],
        ),
        (
            Notice::Unsupported {
                reference: agua(7),
                people: 2,
            },
            vec!["2 pe", "*AGUA-7*"],
        ),
        (Notice::Numbers { theme, numbers }, all_numbers),
        (Notice::Revised(agua(7)), vec!["*AGUA-7*"]),
        (Notice::Withdrawn(agua(7)), vec!["*AGUA-7*"]),
        (amended, vec!["*María*", "*3*", "*AGUA-7*", " 3*"]),
        (
            Notice::AmendmentAccepted {
                amendment: 3,
                reference: agua(7),
            },
            vec!["*3*", "*AGUA-7*"],
        ),
        (
            Notice::AmendmentDeclined {
                amendment: 3,
                reference,
            },
            vec!["*3*", "*AGUA-7*", " 3*"],
        ),
        (
            Notice::Backed {
                amendment: 3,
                people: 1,
                needed: 3,
            },
            vec!["1 pe", "*3*"],
        ),
        (
            Notice::Backed {
                amendment: 4,
                people: 2,
                needed: 3,
            },
            vec!["2 pe", "*4*", "3"],
        ),
        (
            Notice::LinkOffered {
                code: code(),
                on,
                minutes: 10,
            },
            vec!["Matrix", "10", " 493817*"],
        ),
        (
            Notice::LinkClaimed {
                name: "María".to_owned(),
                on,
            },
            vec!["*María*", "Matrix"],
        ),
        (Notice::LinkToConfirm { on }, vec!["Matrix"]),
        (
            Notice::Linked {
                name: "María".to_owned(),
            },
            vec!["*María*"],
        ),
        (Notice::Unlinked, vec![]),
    ]
}

/// Every refusal, and what of it must be heard.
fn refusals() -> Vec<(Refusal, Vec<&'static str>)> {
    let on = Network::Matrix;
    let theme = || "Salud".to_owned();
    let with_name: [fn(ProposalRef) -> Refusal; 13] = [
        Refusal::ProposedAlready,
        Refusal::NoSuchProposal,
        Refusal::Closed,
        Refusal::HeldBack,
        Refusal::SupportedAlready,
        Refusal::NotSupported,
        Refusal::ThumbStands,
        Refusal::NotYours,
        Refusal::TextAsked,
        Refusal::NothingNew,
        Refusal::ChangeAsked,
        Refusal::PassageGone,
        Refusal::PassageDoubled,
    ];
    let with_number: [fn(u32) -> Refusal; 5] = [
        Refusal::NoSuchAmendment,
        Refusal::AmendmentHidden,
        Refusal::DecidedAlready,
        Refusal::NotDeclined,
        Refusal::BackedAlready,
    ];
    let mut all = vec![
        (Refusal::StaysOut, vec!["*!"]),
        (Refusal::NotOpenYet, vec![]),
        (Refusal::WrittenInPublic, vec!["*!"]),
        (Refusal::OnlyAlone, vec![]),
        (Refusal::NoFacilitatorCode, vec!["24"]),
        (Refusal::TooManyCodes, vec![]),
        (Refusal::TitleAsked, vec!["*!"]),
        (Refusal::WordsAsked, vec!["*!"]),
        (Refusal::TooLong { most: 10_000 }, vec!["10000"]),
        (Refusal::WhichProposal, vec!["*!", " AGUA-7*"]),
        (
            Refusal::OtherTheme {
                reference: agua(7),
                theme: theme(),
            },
            vec!["*AGUA-7*", "*Salud*"],
        ),
        (Refusal::WhichAmendment, vec!["*!"]),
        (Refusal::LinkedAlready, vec!["*!"]),
        (Refusal::NotLinked, vec!["*!"]),
        (Refusal::NoSuchCode, vec!["*!", "10"]),
        (Refusal::CodeOfThisNetwork { on }, vec!["Matrix"]),
        (
            Refusal::CodeOfOtherTheme { theme: theme() },
            vec!["*Salud*"],
        ),
        (Refusal::CodeUsed, vec!["*!"]),
        (Refusal::ConfirmThere { on }, vec!["Matrix"]),
        (
            Refusal::NotClaimedYet { code: code(), on },
            vec!["Matrix", " 493817*"],
        ),
        (Refusal::NothingToConfirm, vec!["*!"]),
    ];
    all.extend(with_name.map(|refusal| (refusal(agua(7)), vec!["AGUA-7"])));
    all.extend(with_number.map(|refusal| (refusal(3), vec![" 3"])));
    all
}

fn agua(number: u32) -> ProposalRef {
    format!("AGUA-{number}").parse().unwrap()
}

fn code() -> LinkCode {
    LinkCode::read("493817").unwrap()
}

#[test]
fn every_notice_has_its_own_short_words_with_all_that_goes_into_it() {
    for (notice, expected) in every_notice() {
        let mut versions = Vec::new();
        for language in [Language::Es, Language::En] {
            let (message, arguments) = message(&notice);
            assert!(
                words::find(language, message, None, &arguments).is_some(),
                "{language}: {message}"
            );
            let text = say(&notice, language);
            assert!(
                text.chars().count() <= 500,
                "{language}: {message} is too long"
            );
            assert!(
                expected.iter().all(|part| text.contains(part)),
                "{language}: {text}"
            );
            assert!(
                !text.contains(['{', '}', '\u{2068}', '\u{2069}']),
                "{language}: {text}"
            );
            versions.push(text);
        }
        assert_ne!(versions[0], versions[1]);
        assert_eq!(
            say(&notice, Language::Gn),
            versions[0],
            "what Guaraní lacks is said in Spanish"
        );
    }
}

#[test]
fn each_reason_why_a_name_is_refused_is_told_apart() {
    let texts: std::collections::BTreeSet<String> = [
        NameProblem::Taken,
        NameProblem::Reserved,
        NameProblem::Number,
        NameProblem::Length,
    ]
    .map(|why| say(&Notice::NameRefused { why }, Language::Es))
    .into();
    assert_eq!(texts.len(), 4);
}

#[test]
fn a_description_fits_whatsapp_even_with_a_long_name() {
    for language in Language::ALL {
        let theme =
            "Participación ciudadana y rendición de cuentas en los gobiernos locales".to_owned();
        let text = say(&Notice::GroupDescription { theme }, language);
        assert!(
            text.chars().count() <= 512,
            "{} characters: {text}",
            text.chars().count()
        );
    }
}

#[test]
fn one_hour_is_one() {
    let theme = "Agua".to_owned();
    let notice = |hours| Notice::AdoptionAnnounced {
        theme: theme.clone(),
        hours,
    };
    assert!(say(&notice(1), Language::Es).contains("dentro de 1 hora."));
    assert!(say(&notice(24), Language::Es).contains("dentro de 24 horas."));
    assert!(say(&notice(1), Language::En).contains("in 1 hour."));
}

#[test]
fn help_begins_with_what_matters_most_and_its_topics_name_every_command() {
    for language in [Language::Es, Language::En] {
        let help = say(&Notice::Help(None), language);
        assert!(help.chars().count() <= 700, "{help}");
        let topics = Topic::ALL.map(|topic| say(&Notice::Help(Some(topic)), language));
        for text in &topics {
            assert!(text.chars().count() <= 600, "{text}");
        }
        for command in &COMMANDS {
            let example = format!("*{}* – ", command.example(language));
            let named = topics.iter().filter(|text| text.contains(&example)).count();
            let expected = usize::from(command.topic.is_some());
            assert_eq!(named, expected, "{example}");
        }
    }
    let help = say(&Notice::Help(None), Language::Es);
    assert!(
        help.starts_with("Acá se puede escribir:\n*!propuesta Agua limpia para la escuela* – "),
        "{help}"
    );
    assert!(help.contains("*!ayuda* y una palabra de estas: "), "{help}");
    assert!(help.contains(", nombre, "), "{help}");
}
