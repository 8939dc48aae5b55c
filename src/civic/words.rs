use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A language that the bridge can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// Spanish, spoken first.
    #[default]
    Es,
    /// English.
    En,
    /// Guaraní: its words are the speakers' to write.
    Gn,
}

impl Language {
    /// All of them, Spanish first.
    pub const ALL: [Self; 3] = [Self::Es, Self::En, Self::Gn];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
            Self::Gn => "gn",
        }
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == text)
            .ok_or_else(|| format!("\"{text}\" is no language of ours: write es, en or gn"))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The same words in several languages; Spanish is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    spanish: String,
    others: BTreeMap<Language, String>,
}

impl Words {
    /// Words in Spanish.
    pub fn new(spanish: impl Into<String>) -> Self {
        Self {
            spanish: spanish.into(),
            others: BTreeMap::new(),
        }
    }

    /// And in another language.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<String>) -> Self {
        match language {
            Language::Es => self.spanish = text.into(),
            other => {
                self.others.insert(other, text.into());
            }
        }
        self
    }

    /// The words in a language, or else in Spanish.
    pub fn get(&self, language: Language) -> &str {
        self.others.get(&language).unwrap_or(&self.spanish)
    }

    /// All that there is, Spanish first.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        std::iter::once((Language::Es, self.spanish.as_str())).chain(
            self.others
                .iter()
                .map(|(language, text)| (*language, text.as_str())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_to_spanish() {
        let words = Words::new("agua").with(Language::En, "water");
        assert_eq!(words.get(Language::En), "water");
        assert_eq!(words.get(Language::Gn), "agua");
        assert_eq!(words.iter().count(), 2);
    }
}
