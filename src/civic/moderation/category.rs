//! For what people are held back: a closed list, so that nobody is for what they think.

use super::field::words;

words! {
    /// Why something is held back. There are no others.
    pub enum Category {
        /// Advertising, and what is sent everywhere.
        Spam = "spam",
        /// So much that nobody else can be read.
        Flood = "flood",
        /// Somebody's private data.
        Doxxing = "doxxing",
        /// A threat.
        Threat = "threat",
        /// Hate for what somebody is.
        Hate = "hate",
        /// Passing for somebody else.
        Impersonation = "impersonation",
        /// What the law forbids.
        Illegal = "illegal",
        /// Off topic again, after two pointers to where that is talked about.
        OffTopic = "off_topic",
    }
}

words! {
    /// What nobody is held back for, however it is called.
    pub enum Protected {
        /// Seeing it otherwise.
        Disagreement = "disagreement",
        /// Criticism, of an official too.
        Criticism = "criticism",
        /// Being for or against a party.
        Party = "party",
    }
}

impl Category {
    /// Whether one delegate may hold a message at once, until a second confirms it.
    pub fn cannot_wait(self) -> bool {
        matches!(
            self,
            Self::Spam | Self::Flood | Self::Doxxing | Self::Threat
        )
    }
}

/// Why somebody asks for an act, in their own words, and what these come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What they wrote.
    pub text: String,
    /// The category that is named in it.
    pub category: Option<Category>,
    /// What is named in it that is none.
    pub protected: Option<Protected>,
}
