//! What somebody asks those who moderate to look at, and what somebody says against what was decided about them.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::category::Category;
use super::field::words;
use super::log::Hash;
use super::seal::Tag;
use crate::{MemberId, Party, Timestamp};

/// A report. Who made it stands in no record, and whom it is about only under seal: it is no sanction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whom it is about.
    pub about: Tag,
    /// What of.
    pub category: Category,
    /// Which delegate looks at it; none where nobody was free to.
    pub owner: Option<Party>,
    /// Who had it before and gave no answer.
    pub had: Vec<Party>,
    /// Since when it is here.
    pub since: Timestamp,
    /// Until when the owner is to answer.
    pub until: Timestamp,
    /// What came of it, and when.
    pub outcome: Option<(Outcome, Timestamp)>,
}

words! {
    /// What came of a report.
    pub enum Outcome {
        /// Something was done about it.
        Acted = "acted",
        /// A delegate has looked at it, and says why nothing more is to be done.
        Settled = "settled",
        /// Nobody answered.
        Unanswered = "unanswered",
    }
}

/// What somebody says against a case about them, and who decides on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Who.
    pub by: Party,
    /// Who decides on it; none where the theme votes, or nobody is free to.
    pub panel: Vec<Party>,
    /// Whether the theme votes on it.
    pub voted: bool,
    /// Who of them decided how so far: whether the case is to end.
    pub judged: BTreeMap<MemberId, bool>,
    /// Until when.
    pub until: Timestamp,
    /// Whether the case goes on, once that is decided.
    pub upheld: Option<bool>,
}

impl Report {
    /// Whether an answer is still owed.
    pub fn is_open(&self) -> bool {
        self.outcome.is_none()
    }
}

impl Appeal {
    /// Whether it is still to be decided.
    pub fn is_open(&self) -> bool {
        self.upheld.is_none()
    }

    /// How many of the panel want the case to end, and how many want it to go on.
    pub fn count(&self) -> (usize, usize) {
        let reverse = self.judged.values().filter(|reverse| **reverse).count();
        (reverse, self.judged.len() - reverse)
    }
}

/// Draws so that anybody can draw again: those come first of whom SHA-256 is least, over the hash of the entry before as 64
/// hexadecimal digits, the end of that line, when this one is of, the end of that line, and their member id. Nobody knows
/// beforehand when it will be of, to the millisecond.
pub fn draw((prev, at): (&Hash, Timestamp), candidates: &[Party], count: usize) -> Vec<Party> {
    let mut drawn: Vec<(Vec<u8>, &Party)> = candidates
        .iter()
        .map(|party| {
            let text = format!("{prev}\n{}\n{}", at.0, party.member);
            (Sha256::digest(text.as_bytes()).to_vec(), party)
        })
        .collect();
    drawn.sort();
    drawn.dedup();
    let drawn = drawn.into_iter().take(count);
    drawn.map(|(_, party)| party.clone()).collect()
}
