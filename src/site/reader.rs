//! In which language a page is read.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use civic::Language;
use url::form_urlencoded;

/// What a request says of its reader's languages.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Reader {
    /// Chosen in the address: `?lang=en`.
    pub(crate) chosen: Option<Language>,
    /// What the browser prefers of what we speak.
    pub(crate) prefers: Option<Language>,
}

impl Reader {
    /// What a page is said in.
    pub(crate) fn language(&self, otherwise: Language) -> Language {
        self.chosen.or(self.prefers).unwrap_or(otherwise)
    }

    /// What goes behind the addresses of other pages, so that a chosen language stays.
    pub(crate) fn suffix(&self) -> String {
        self.chosen
            .map_or_else(String::new, |language| format!("?lang={language}"))
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let chosen = form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "lang")
            .and_then(|(_, value)| spoken(&value));
        let header = parts.headers.get(ACCEPT_LANGUAGE);
        let prefers = header.and_then(|header| preferred(header.to_str().ok()?));
        Ok(Self { chosen, prefers })
    }
}

fn spoken(code: &str) -> Option<Language> {
    let language = code.parse().ok()?;
    language::page_languages()
        .any(|spoken| spoken == language)
        .then_some(language)
}

/// The first of those that are preferred most (RFC 9110, 12.5.4), as far as we speak them.
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let weight = weight.trim().strip_prefix("q=");
        let weight: f32 = weight.and_then(|q| q.trim().parse().ok()).unwrap_or(0.0);
        if let Some(language) = spoken(&primary.to_ascii_lowercase())
            && weight > best.map_or(0.0, |(_, best)| best)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_preferred_most_is_taken() {
        for (header, expected) in [
            ("es-PY,es;q=0.9,en;q=0.8", Some(Language::Es)),
            ("en-US,en;q=0.5", Some(Language::En)),
            ("gn, fr;q=0.9, en;q=0.3, es;q=0.7", Some(Language::Es)),
            ("fr, de;q=0.5", None),
            ("en;q=0, *", None),
            ("EN", Some(Language::En)),
            (";;;,q=,en;q=x", None),
            ("", None),
        ] {
            assert_eq!(preferred(header), expected, "{header}");
        }
    }
}
