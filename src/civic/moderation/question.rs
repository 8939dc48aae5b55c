//! What a theme votes on, and how many have to be for it.

use super::charter::Rule;
use super::field::Field;

/// What a vote is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Shall this nominee be a delegate?
    Seat(u32),
    /// Shall this mandate end?
    Recall(u32),
    /// Shall this long suspension be?
    Case(u32),
    /// Shall this case end, against which somebody appealed?
    Appeal(u32),
    /// Shall this rule of the charter be so?
    Rule(Rule, u32),
}

impl Field for Question {
    fn write(&self) -> Option<String> {
        Some(match self {
            Self::Seat(mandate) => format!("seat {mandate}"),
            Self::Recall(mandate) => format!("recall {mandate}"),
            Self::Case(case) => format!("case {case}"),
            Self::Appeal(case) => format!("appeal {case}"),
            Self::Rule(rule, value) => format!("rule {} {value}", rule.as_str()),
        })
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let words: Vec<&str> = text?.split(' ').collect();
        Some(match words[..] {
            ["seat", mandate] => Self::Seat(mandate.parse().ok()?),
            ["recall", mandate] => Self::Recall(mandate.parse().ok()?),
            ["case", case] => Self::Case(case.parse().ok()?),
            ["appeal", case] => Self::Appeal(case.parse().ok()?),
            ["rule", rule, value] => Self::Rule(Field::read(Some(rule))?, value.parse().ok()?),
            _ => return None,
        })
    }
}

impl Question {
    /// How many of a hundred votes cast must be for it: more than that, or at least, if it is more than half.
    pub fn passes(&self, yes: usize, no: usize) -> bool {
        match self {
            Self::Seat(_) | Self::Recall(_) | Self::Appeal(_) => yes > no,
            Self::Case(_) => yes * 3 >= (yes + no) * 2 && yes > 0,
            Self::Rule(..) => yes * 100 >= (yes + no) * 60 && yes > 0,
        }
    }
}
