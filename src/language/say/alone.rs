use civic::{Alone, Language, Network};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use crate::commands::COMMANDS;
use crate::words;

/// What can be done alone, in this order.
const COMMANDS_ALONE: [&str; 9] = [
    "command-report",
    "command-appeal",
    "command-delegates",
    "command-rules",
    "command-vote",
    "command-object",
    "command-confirm",
    "command-lift",
    "command-explain",
];

/// What the bridge says to somebody alone.
pub(super) fn alone(said: &Alone, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    let message = match said {
        Alone::Help => return help(language),
        Alone::WhichTheme { command, themes } => {
            arguments.set("command", unmarked(command));
            let first = themes.first().map(|(code, _)| code.to_string());
            arguments.set("code", first.unwrap_or_default());
            let mut lines = vec![words::text(language, "alone-which-theme", None, &arguments)];
            lines.extend(
                themes
                    .iter()
                    .map(|(code, name)| format!("*{code}* – {name}")),
            );
            return lines.join("\n");
        }
        Alone::Offered {
            link: Some(link), ..
        } => {
            arguments.set("link", link);
            "alone-offered-by-link"
        }
        Alone::Offered {
            on: Network::WhatsApp,
            ..
        } => "alone-offered-on-whatsapp",
        Alone::Offered {
            on: Network::Matrix,
            ..
        } => "alone-offered-on-matrix",
        Alone::OnlyText => "alone-only-text",
        Alone::CannotRead => "alone-cannot-read",
        Alone::NotAlone => "alone-not-alone",
        Alone::Facilitates => "alone-facilitates",
        Alone::FacilitatesNoMore => "alone-facilitates-no-more",
    };
    words::text(language, message, None, &arguments)
}

fn help(language: Language) -> String {
    let none = FluentArgs::new();
    let shown = COMMANDS_ALONE
        .iter()
        .filter_map(|message| COMMANDS.iter().find(|command| command.message == *message));
    let line = |command: &crate::commands::Definition| {
        format!(
            "*{}* – {}",
            command.example(language),
            command.what(language)
        )
    };
    let mut lines = vec![words::text(language, "alone-help", None, &none)];
    lines.extend(shown.map(line));
    lines.push(words::text(language, "alone-help", Some("end"), &none));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said_in_few_words_of_its_own() {
        let all = [
            Alone::Help,
            Alone::OnlyText,
            Alone::CannotRead,
            Alone::NotAlone,
            Alone::Facilitates,
            Alone::FacilitatesNoMore,
            Alone::Offered {
                on: Network::WhatsApp,
                link: None,
            },
            Alone::Offered {
                on: Network::Matrix,
                link: None,
            },
        ];
        for language in [Language::Es, Language::En] {
            let mut said: Vec<String> = all.iter().map(|what| alone(what, language)).collect();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), all.len());
            for text in said {
                assert!((20..800).contains(&text.chars().count()), "{text}");
                assert!(!text.contains("alone-"), "{text}");
            }
        }
    }

    #[test]
    fn who_is_asked_for_the_theme_is_told_how_to_write_it() {
        let themes = [("AGUA", "Ambiente y agua"), ("SALUD", "Salud")]
            .map(|(code, name)| (code.parse().unwrap(), name.to_owned()));
        let which = Alone::WhichTheme {
            command: "!reglas".to_owned(),
            themes: themes.into(),
        };
        let said = alone(&which, Language::Es);
        assert!(said.contains("*!reglas AGUA*"), "{said}");
        assert!(
            said.ends_with("*AGUA* – Ambiente y agua\n*SALUD* – Salud"),
            "{said}"
        );
    }

    #[test]
    fn a_link_is_offered_where_there_is_one() {
        let link = Some("https://wa.me/12025550123".to_owned());
        let on = Network::WhatsApp;
        let said = alone(&Alone::Offered { on, link }, Language::Es);
        assert!(said.ends_with("https://wa.me/12025550123"), "{said}");
    }
}
