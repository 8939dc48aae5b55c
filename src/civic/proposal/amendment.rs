use std::collections::BTreeSet;

use crate::{MessageId, Party, Timestamp};

/// A change of a text that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A paragraph at its end.
    Add(String),
    /// Another passage in the place of one.
    Replace {
        /// The passage as it stands in the text, once.
        old: String,
        /// What is to stand there.
        new: String,
    },
}

/// Why a change can't be made in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// The passage does not stand there.
    Gone,
    /// It stands there more than once.
    Doubled,
}

impl Change {
    /// The text after the change.
    ///
    /// # Errors
    /// If the passage to be replaced doesn't stand there exactly once.
    pub fn made_in(&self, text: &str) -> Result<String, Misfit> {
        match self {
            Self::Add(paragraph) if text.is_empty() => Ok(paragraph.clone()),
            Self::Add(paragraph) => Ok(format!("{text}\n\n{paragraph}")),
            Self::Replace { old, new } => {
                let Some((before, after)) = text.split_once(old.as_str()) else {
                    return Err(Misfit::Gone);
                };
                match text.rfind(old.as_str()) {
                    Some(last) if last == before.len() => Ok(format!("{before}{new}{after}")),
                    _ => Err(Misfit::Doubled),
                }
            }
        }
    }

    /// The new words.
    pub fn words(&self) -> &str {
        match self {
            Self::Add(words) => words,
            Self::Replace { new, .. } => new,
        }
    }
}

/// What became of an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// It stands in the text.
    Accepted,
    /// The authors don't want it.
    Declined,
}

/// A change that was proposed to the authors of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    pub(crate) change: Change,
    pub(crate) source: Option<MessageId>,
    pub(crate) by: Party,
    pub(crate) at: Timestamp,
    pub(crate) decision: Decision,
    pub(crate) backers: BTreeSet<Party>,
    pub(crate) promoted_to: Option<u32>,
}

impl Amendment {
    pub(crate) fn new(change: Change, source: Option<MessageId>, by: Party, at: Timestamp) -> Self {
        Self {
            change,
            source,
            by,
            at,
            decision: Decision::Pending,
            backers: BTreeSet::new(),
            promoted_to: None,
        }
    }

    /// Takes a decision over; the first one stands.
    pub(crate) fn decide(&mut self, decision: Decision) {
        if self.decision == Decision::Pending {
            self.decision = decision;
        }
    }

    /// Takes over that somebody wants it to become a proposal.
    pub(crate) fn back(&mut self, by: &Party) {
        if self.decision == Decision::Declined {
            self.backers.insert(by.clone());
        }
    }

    /// What it changes.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// The message that holds its words, if it is known.
    pub fn source(&self) -> Option<MessageId> {
        self.source
    }

    /// Who proposed it.
    pub fn by(&self) -> &Party {
        &self.by
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What became of it.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Who wants it to become a proposal of its own, after it was declined.
    pub fn backers(&self) -> &BTreeSet<Party> {
        &self.backers
    }

    /// The proposal that it became.
    pub fn promoted_to(&self) -> Option<u32> {
        self.promoted_to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(old: &str, new: &str) -> Change {
        Change::Replace {
            old: old.to_owned(),
            new: new.to_owned(),
        }
    }

    #[test]
    fn a_passage_is_replaced_where_it_stands_once() {
        let text = "Agua en la plaza y en la escuela.";
        let made = replace("la plaza", "el parque").made_in(text);
        assert_eq!(made.as_deref(), Ok("Agua en el parque y en la escuela."));
        assert_eq!(
            replace("en la", "en una").made_in(text),
            Err(Misfit::Doubled)
        );
        assert_eq!(replace("el puente", "").made_in(text), Err(Misfit::Gone));
        assert_eq!(
            replace("aa", "b").made_in("aaa"),
            Err(Misfit::Doubled),
            "it overlaps itself"
        );
    }

    #[test]
    fn a_paragraph_is_added_at_the_end() {
        let paragraph = Change::Add("Y en la escuela.".to_owned());
        assert_eq!(
            paragraph.made_in("Agua.").as_deref(),
            Ok("Agua.\n\nY en la escuela.")
        );
        assert_eq!(paragraph.made_in("").as_deref(), Ok("Y en la escuela."));
    }
}
