use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::ThemeCode;

/// What people call a proposal by: `AGUA-7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProposalRef {
    /// Of which theme.
    pub code: ThemeCode,
    /// Its number there, from 1.
    pub number: u32,
}

/// Not written as the name of a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proposal is called by its theme's code and its number, such as AGUA-7")]
pub struct NoProposalRef;

impl ProposalRef {
    /// The key of its state in the theme's room: `agua-7`.
    pub fn state_key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for ProposalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.code, self.number)
    }
}

/// Reads it as people write it: `agua7`, `agua 7`, `Agua-07`, `#AGUA-7`, with accents and with any dash.
impl FromStr for ProposalRef {
    type Err = NoProposalRef;

    fn from_str(text: &str) -> Result<Self, NoProposalRef> {
        let plain: String = text
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_uppercase)
            .collect();
        let plain = plain.trim().trim_start_matches('#').trim_start();
        let digits = plain.len() - plain.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (code, number) = plain.split_at(plain.len() - digits);
        let between = |c: char| c.is_whitespace() || is_dash(c) || c == '#' || c == '.';
        let code = code.trim_end_matches(between).parse();
        let number = number.parse().ok().filter(|number| *number > 0);
        match (code, number) {
            (Ok(code), Some(number)) => Ok(Self { code, number }),
            _ => Err(NoProposalRef),
        }
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_called_in_many_ways() {
        let agua_7 = ProposalRef {
            code: "AGUA".parse().unwrap(),
            number: 7,
        };
        for text in [
            "AGUA-7",
            "agua7",
            "agua 7",
            "Agua-07",
            "#AGUA-7",
            "ágüa 7",
            "agua – 7",
            "AGUA−7",
            " agua-7 ",
            "agua#7",
        ] {
            assert_eq!(text.parse(), Ok(agua_7.clone()), "{text:?}");
        }
        assert_eq!(agua_7.to_string(), "AGUA-7");
        assert_eq!(agua_7.state_key(), "agua-7");
    }

    #[test]
    fn what_is_no_proposal_is_not_taken_for_one() {
        for text in [
            "",
            "7",
            "agua",
            "agua-0",
            "agua-",
            "-7",
            "agua-7x",
            "a 7",
            "agua limpia 7",
            "agua 12025550123",
        ] {
            assert!(text.parse::<ProposalRef>().is_err(), "{text:?}");
        }
    }
}
