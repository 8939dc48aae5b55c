//! What is done about a message, a person or the whole theme, and how that ends.

use super::field::{Field, words};
use crate::{MessageId, Party};

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A tangent is moved to where it belongs.
    Redirect {
        /// What began it.
        message: MessageId,
        /// Who wrote that.
        author: Party,
    },
    /// What answers a tangent goes on where that does, for a while, and nothing else is held back.
    Focus,
    /// Nobody but delegates and facilitators writes for a while.
    Pause,
    /// Whoever comes is let in by a delegate for a while.
    Approval,
    /// A message is not shown.
    Hide {
        /// Which.
        message: MessageId,
        /// Who wrote it.
        author: Party,
    },
    /// Somebody does not write for a while.
    Mute(Party),
    /// Somebody is out for a while.
    Suspend(Party),
}

/// As one word and its objects: `hide 0001… whatsapp/mzxw…`.
impl Field for Measure {
    fn write(&self) -> Option<String> {
        let text = |word: &str, message: &MessageId, author: &Party| {
            Some(format!("{word} {message} {}", author.write()?))
        };
        match self {
            Self::Redirect { message, author } => text("redirect", message, author),
            Self::Focus => Some("focus".to_owned()),
            Self::Pause => Some("pause".to_owned()),
            Self::Approval => Some("approval".to_owned()),
            Self::Hide { message, author } => text("hide", message, author),
            Self::Mute(who) => Some(format!("mute {}", who.write()?)),
            Self::Suspend(who) => Some(format!("suspend {}", who.write()?)),
        }
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let words: Vec<&str> = text?.split(' ').collect();
        let party = |text| Party::read(Some(text));
        Some(match words[..] {
            ["focus"] => Self::Focus,
            ["pause"] => Self::Pause,
            ["approval"] => Self::Approval,
            ["mute", who] => Self::Mute(party(who)?),
            ["suspend", who] => Self::Suspend(party(who)?),
            ["redirect", message, author] => Self::Redirect {
                message: message.parse().ok()?,
                author: party(author)?,
            },
            ["hide", message, author] => Self::Hide {
                message: message.parse().ok()?,
                author: party(author)?,
            },
            _ => return None,
        })
    }
}

/// How far somebody wants an act to reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// This theme alone.
    #[default]
    Here,
    /// Each theme in which whom it is about was seen; each decides for itself.
    Everywhere,
}

/// `everywhere`; of this theme alone nothing is written.
impl Field for Reach {
    fn write(&self) -> Option<String> {
        match self {
            Self::Here => None,
            Self::Everywhere => Some("everywhere".to_owned()),
        }
    }

    fn read(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(Self::Here),
            Some("everywhere") => Some(Self::Everywhere),
            Some(_) => None,
        }
    }
}

impl Measure {
    /// Whom it is about, if it is about somebody.
    pub fn about(&self) -> Option<&Party> {
        match self {
            Self::Focus | Self::Pause | Self::Approval => None,
            Self::Mute(who) | Self::Suspend(who) => Some(who),
            Self::Redirect { author, .. } | Self::Hide { author, .. } => Some(author),
        }
    }
}

words! {
    /// Why a case is over.
    pub enum Ending {
        /// Its time is over.
        Expired = "expired",
        /// Delegates took it back.
        Lifted = "lifted",
        /// No second delegate wanted it.
        Unconfirmed = "unconfirmed",
        /// It was done by hand without a reason, as it had been before.
        Unexplained = "unexplained",
        /// It was voted down.
        Rejected = "rejected",
        /// The vote on it began.
        PutToVote = "put_to_vote",
        /// An appeal against it was right.
        Reversed = "reversed",
    }
}
