//! Proposals whose words moderation holds back, and that come back with them.

use super::{Beginning, Proposal, Root, Status};
use crate::{MessageId, Party, Timestamp};

/// What a proposal is, told anew: what told of it before is taken back together with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its title; none while it is held back.
    pub title: String,
    /// Its text; none while it is held back.
    pub text: String,
    /// Where it stands in its life.
    pub status: Status,
    /// Whose it is.
    pub authors: Vec<Party>,
    /// What its thread begins with.
    pub root: Root,
    /// The message that holds its words.
    pub source: Option<MessageId>,
    /// The declined amendment that it was made of.
    pub promoted_from: Option<u32>,
    /// How often it was changed, from 1.
    pub revision: u32,
    /// When it was proposed.
    pub created: Timestamp,
}

impl Proposal {
    /// The case by which its words are held back, if they are.
    pub fn held(&self) -> Option<u32> {
        self.held
    }

    /// What it is, with its words or without.
    pub(crate) fn told(&self, with_words: bool) -> Told {
        let words = |text: &str| match with_words {
            true => text.to_owned(),
            false => String::new(),
        };
        Told {
            title: words(&self.title),
            text: words(&self.text),
            status: self.status,
            authors: self.authors.clone(),
            root: self.root,
            source: self.source,
            promoted_from: self.promoted_from,
            revision: self.revision,
            created: self.created,
        }
    }

    /// One of which nothing else is left.
    pub(crate) fn begin_as_told(number: u32, told: &Told) -> Self {
        let beginning = Beginning {
            number,
            title: told.title.clone(),
            text: told.text.clone(),
            authors: told.authors.clone(),
            root: told.root,
            source: told.source,
            promoted_from: told.promoted_from,
            at: told.created,
        };
        Self {
            status: told.status,
            revision: told.revision,
            ..Self::begin(beginning)
        }
    }

    /// Its words are held back because of a case, or are what they were. What was erased stays so.
    pub(crate) fn hold(&mut self, case: Option<u32>, told: &Told, at: Timestamp) {
        if self.erased {
            return;
        }
        self.held = case;
        self.updated = at;
        // They were lost with the notebook, and are told with their return.
        if case.is_none() && self.title.is_empty() {
            self.title.clone_from(&told.title);
            self.text.clone_from(&told.text);
        }
    }
}
