//! The words of the public pages.

use civic::Language;
use fluent_bundle::FluentArgs;

use crate::words;

/// Something that a public page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    /// The language's own name, to choose it by.
    LanguageItself,
    /// What the list of themes is for.
    ChooseTheme,
    /// To the list of themes.
    AllThemes,
    /// The button into a WhatsApp group.
    JoinOnWhatsApp,
    /// The button into the room.
    JoinOnMatrix,
    /// Everybody can read what is written.
    ThemeIsPublic,
    /// Who sees numbers, and who doesn't.
    WhoSeesNumbers,
    /// How to take another name, and how to stay out.
    NameAndStayingOut,
    /// Before the address of the page.
    StandingAddress,
    /// Before the QR codes.
    ToPrint,
    /// All groups of the theme are full.
    Full,
    /// The same in some words.
    FullTitle,
    /// The theme has no group yet.
    NoGroup,
    /// The same in some words.
    NoGroupTitle,
    /// WhatsApp can't be reached now.
    NotConnected,
    /// The same in some words.
    NotConnectedTitle,
    /// Matrix leads into the same conversation.
    MatrixMeanwhile,
    /// The log of moderation, in some words.
    LogTitle,
    /// What stands in it.
    Log,
    /// Nothing stands in it yet.
    LogEmpty,
    /// It can't be shown now.
    LogAway,
    /// Before where all of it stands.
    LogGoesOn,
    /// There is no such page.
    NotFound,
    /// The same in some words.
    NotFoundTitle,
    /// Pages can only be looked at.
    NotAllowed,
    /// The same in some words.
    NotAllowedTitle,
}

/// A phrase in words; what the language does not have is said in Spanish. `*` marks what is to be typed as it stands.
pub fn phrase(phrase: Phrase, language: Language) -> String {
    let (message, attribute) = message(phrase);
    words::text(language, message, attribute, &FluentArgs::new())
}

/// The languages that pages are offered in: those that have words of their own for them.
pub fn page_languages() -> impl Iterator<Item = Language> {
    let (message, attribute) = message(Phrase::LanguageItself);
    let has = move |language: &Language| {
        words::find(*language, message, attribute, &FluentArgs::new()).is_some()
    };
    Language::ALL.into_iter().filter(has)
}

fn message(phrase: Phrase) -> (&'static str, Option<&'static str>) {
    let title = Some("title");
    match phrase {
        Phrase::LanguageItself => ("page-language", None),
        Phrase::ChooseTheme => ("page-choose-theme", None),
        Phrase::AllThemes => ("page-all-themes", None),
        Phrase::JoinOnWhatsApp => ("page-join-whatsapp", None),
        Phrase::JoinOnMatrix => ("page-join-matrix", None),
        Phrase::ThemeIsPublic => ("page-public", None),
        Phrase::WhoSeesNumbers => ("page-numbers", None),
        Phrase::NameAndStayingOut => ("page-choices", None),
        Phrase::StandingAddress => ("page-address", None),
        Phrase::ToPrint => ("page-print", None),
        Phrase::Full => ("page-full", None),
        Phrase::FullTitle => ("page-full", title),
        Phrase::NoGroup => ("page-no-group", None),
        Phrase::NoGroupTitle => ("page-no-group", title),
        Phrase::NotConnected => ("page-not-connected", None),
        Phrase::NotConnectedTitle => ("page-not-connected", title),
        Phrase::MatrixMeanwhile => ("page-meanwhile", None),
        Phrase::LogTitle => ("page-log", title),
        Phrase::Log => ("page-log", None),
        Phrase::LogEmpty => ("page-log-empty", None),
        Phrase::LogAway => ("page-log-away", None),
        Phrase::LogGoesOn => ("page-log-goes-on", None),
        Phrase::NotFound => ("page-not-found", None),
        Phrase::NotFoundTitle => ("page-not-found", title),
        Phrase::NotAllowed => ("page-not-allowed", None),
        Phrase::NotAllowedTitle => ("page-not-allowed", title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHRASES: [Phrase; 26] = [
        Phrase::LogTitle,
        Phrase::Log,
        Phrase::LogEmpty,
        Phrase::LogAway,
        Phrase::LogGoesOn,
        Phrase::LanguageItself,
        Phrase::ChooseTheme,
        Phrase::AllThemes,
        Phrase::JoinOnWhatsApp,
        Phrase::JoinOnMatrix,
        Phrase::ThemeIsPublic,
        Phrase::WhoSeesNumbers,
        Phrase::NameAndStayingOut,
        Phrase::StandingAddress,
        Phrase::ToPrint,
        Phrase::Full,
        Phrase::FullTitle,
        Phrase::NoGroup,
        Phrase::NoGroupTitle,
        Phrase::NotConnected,
        Phrase::NotConnectedTitle,
        Phrase::MatrixMeanwhile,
        Phrase::NotFound,
        Phrase::NotFoundTitle,
        Phrase::NotAllowed,
        Phrase::NotAllowedTitle,
    ];

    #[test]
    fn every_phrase_has_words_of_its_own_in_spanish_and_english() {
        for what in PHRASES {
            let (message, attribute) = message(what);
            let [es, en] = [Language::Es, Language::En].map(|language| {
                words::find(language, message, attribute, &FluentArgs::new())
                    .unwrap_or_else(|| panic!("{language}: {message} {attribute:?}"))
            });
            assert_ne!(es, en);
            assert_eq!(es.matches('*').count() % 2, 0, "{es}");
            assert_eq!(en.matches('*').count() % 2, 0, "{en}");
            assert_eq!(phrase(what, Language::Gn), es);
        }
    }

    #[test]
    fn pages_are_offered_in_the_languages_that_have_words() {
        let offered: Vec<Language> = page_languages().collect();
        assert_eq!(offered, [Language::Es, Language::En]);
    }
}
