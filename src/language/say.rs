use civic::reactions::Alike;
use civic::{Kind, Language, NameProblem, Notice};
use fluent_bundle::FluentArgs;

use crate::{
    commands::{COMMANDS, spelling},
    words,
};

/// A notice in words; what the language does not have is said in Spanish. `*` marks what is bold.
pub fn say(notice: &Notice, language: Language) -> String {
    match notice {
        Notice::Help => return help(language),
        Notice::Reactions { alike, more } => return reactions(alike, *more, language),
        _ => {}
    }
    let (message, arguments) = message(notice);
    words::text(language, message, None, &arguments)
}

/// The Fluent message of a notice, and what goes into it.
pub(crate) fn message(notice: &Notice) -> (&'static str, FluentArgs<'_>) {
    let mut arguments = FluentArgs::new();
    let message = match notice {
        Notice::Welcome { theme } => {
            arguments.set("theme", theme);
            "welcome"
        }
        Notice::GroupDescription { theme } => {
            arguments.set("theme", theme);
            "group-description"
        }
        Notice::JoinPage { page } => {
            arguments.set("page", page);
            "join-page"
        }
        Notice::AdoptionAnnounced { theme, hours } => {
            arguments.set("theme", theme);
            arguments.set("hours", *hours);
            "adoption-announced"
        }
        Notice::GroupOpen { theme } => {
            arguments.set("theme", theme);
            "group-open"
        }
        Notice::NameTaken { name } => {
            arguments.set("name", name);
            "name-taken"
        }
        Notice::NameTakenForGroups { name } => {
            arguments.set("name", name);
            "name-taken-for-groups"
        }
        Notice::NameRefused { why } => {
            arguments.set("why", problem(*why));
            "name-refused"
        }
        Notice::NameAsked => "name-asked",
        Notice::NameDropped { name } => {
            arguments.set("name", name);
            "name-dropped"
        }
        Notice::StayedOut => "stayed-out",
        Notice::CameBack => "came-back",
        Notice::Help => "help-begin",
        Notice::NearMiss { heard, nearest } => {
            arguments.set("heard", heard);
            arguments.set("nearest", nearest);
            "near-miss"
        }
        Notice::TooMany => "too-many",
        Notice::Organisers => "organisers",
        Notice::Correction => "correction",
        Notice::NotCarried { kind, on_whatsapp } => {
            arguments.set("kind", what(*kind));
            arguments.set("place", if *on_whatsapp { "WhatsApp" } else { "Matrix" });
            "not-carried"
        }
        Notice::Digest {
            messages,
            people,
            link,
        } => {
            arguments.set("messages", *messages);
            arguments.set("people", *people);
            arguments.set("link", link);
            "digest"
        }
        Notice::Reactions { more, .. } => {
            arguments.set("more", *more);
            "reactions-more"
        }
        Notice::OnlyInItsTheme => "only-in-its-theme",
        Notice::NotDelivered => "not-delivered",
    };
    (message, arguments)
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Video => "video",
        Kind::Audio => "audio",
        Kind::Document => "document",
        Kind::Sticker => "sticker",
        Kind::Contact => "contact",
        Kind::Location => "location",
        Kind::Poll => "poll",
        Kind::Event => "event",
        Kind::Other => "other",
    }
}

fn problem(why: NameProblem) -> &'static str {
    match why {
        NameProblem::Taken => "taken",
        NameProblem::Reserved => "reserved",
        NameProblem::Number => "number",
        NameProblem::Length => "length",
    }
}

/// One line for each command there is.
fn help(language: Language) -> String {
    let none = FluentArgs::new();
    let mut lines = vec![words::text(language, "help-begin", None, &none)];
    lines.extend(COMMANDS.iter().map(|command| {
        let spelling = spelling(&command(None), language);
        format!("*{}* – {}", spelling.example, spelling.what)
    }));
    lines.push(words::text(language, "help-end", None, &none));
    lines.join("\n")
}

/// `👍 Ana, Luis y 3 más · ❤️ Beto`
fn reactions(alike: &[Alike], others: usize, language: Language) -> String {
    let more = |more: usize| {
        let mut arguments = FluentArgs::new();
        arguments.set("more", more);
        (more > 0).then(|| words::text(language, "reactions-more", None, &arguments))
    };
    let told = |people: &Alike| {
        let named = format!("{} {}", people.emoji, people.names.join(", "));
        [Some(named), more(people.more)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let all = alike.iter().map(told).chain(more(others));
    all.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (Notice::StayedOut, vec![]),
            (Notice::CameBack, vec![]),
            (Notice::Help, vec![]),
            (
                Notice::NearMiss {
                    heard: "!nomre".to_owned(),
                    nearest: "!nombre Sol".to_owned(),
                },
                vec!["!nomre", "*!nombre Sol*"],
            ),
            (Notice::TooMany, vec![]),
            (Notice::Organisers, vec![]),
            (Notice::Correction, vec![]),
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
                Notice::Reactions {
                    alike: vec![Alike {
                        emoji: "👍".to_owned(),
                        names: vec!["Ana".to_owned(), "Luis".to_owned()],
                        more: 3,
                    }],
                    more: 1,
                },
                vec!["👍 Ana, Luis ", "3", " · ", "1"],
            ),
        ];
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
            let theme = "Participación ciudadana y rendición de cuentas en los gobiernos locales"
                .to_owned();
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
    fn reactions_are_one_line() {
        let alike = |emoji: &str, names: &[&str], more| Alike {
            emoji: emoji.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            more,
        };
        let notice = |more| Notice::Reactions {
            alike: vec![alike("👍", &["Ana", "Luis"], 3), alike("❤️", &["Beto"], 0)],
            more,
        };
        assert_eq!(
            say(&notice(0), Language::Es),
            "👍 Ana, Luis y 3 más · ❤️ Beto"
        );
        assert_eq!(
            say(&notice(2), Language::En),
            "👍 Ana, Luis and 3 others · ❤️ Beto · and 2 others"
        );
        assert!(say(&notice(1), Language::En).ends_with("and 1 other"));
    }

    #[test]
    fn help_names_every_command() {
        let help = say(&Notice::Help, Language::Es);
        assert!(
            help.starts_with("Acá se puede escribir:\n*!nombre Sol* – aparecer con otro nombre\n"),
            "{help}"
        );
        assert_eq!(help.matches("\n*!").count(), COMMANDS.len(), "{help}");
    }
}
