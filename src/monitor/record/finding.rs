//! What checking a proposal comes to.

use serde::Serialize;

/// What was looked at, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: Subject,
    /// What came of it.
    pub verdict: Verdict,
    /// What the bridge's account wrote, where it isn't what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What was found, where it isn't what the bridge's account wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Why it doesn't agree or can't be known, where that is not to be seen from the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What of a proposal is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// That its acts hang together, and all of them do.
    Chain,
    /// Its title.
    Title,
    /// Its text.
    Text,
    /// Where it stands.
    Status,
    /// Who proposed it.
    Authors,
    /// How often its words were set.
    Revision,
    /// How many amendments stand how.
    Amendments,
    /// The amendment that it came from.
    Origin,
    /// Where its thread begins.
    Thread,
    /// When it was proposed and changed.
    Dates,
    /// How many support it.
    Support,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Both say the same.
    Agrees,
    /// They don't.
    Differs,
    /// It can't be known from the rooms, now or ever.
    Unknown,
}

/// Why something doesn't agree, or can't be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The head names no act.
    NoActs,
    /// The act that comes next is not in the room.
    Missing {
        /// Its event.
        event: String,
    },
    /// The act that comes next was not written by the bridge's account.
    Forged {
        /// Its event.
        event: String,
    },
    /// The act that comes next is another proposal's.
    OfAnother {
        /// Its event.
        event: String,
    },
    /// The acts lead back to one that was there already.
    Circle {
        /// Its event.
        event: String,
    },
    /// The first act does not propose it.
    NoBeginning {
        /// Its event.
        event: String,
    },
    /// Acts on it that the chain leaves out.
    LeftOut {
        /// How many.
        acts: u64,
    },
    /// The head does not tell of the last acts.
    Behind {
        /// How many.
        acts: u64,
    },
    /// Acts were deleted for good.
    Deleted {
        /// How many.
        acts: u64,
    },
    /// Acts are of a shape that is not known here.
    Unreadable {
        /// How many.
        acts: u64,
    },
    /// Its acts can't be followed, so that nothing can be told from them.
    ChainBroken,
    /// Something was done a moment ago.
    JustNow,
    /// It takes no support any more; who has since taken theirs back, or since when that is, can't be seen.
    Closed,
    /// The messages that people react to can't be found.
    NoThread,
    /// Words that were deleted for good still stand there.
    StillThere,
}

impl Finding {
    /// Of two sides that each say something.
    pub(super) fn compared(subject: Subject, written: String, found: String) -> Self {
        match written == found {
            true => Self::agrees(subject),
            false => Self::differs(subject, written, found),
        }
    }

    pub(super) fn agrees(subject: Subject) -> Self {
        Self {
            subject,
            verdict: Verdict::Agrees,
            written: None,
            found: None,
            reason: None,
        }
    }

    pub(super) fn differs(subject: Subject, written: String, found: String) -> Self {
        Self {
            verdict: Verdict::Differs,
            written: Some(written),
            found: Some(found),
            ..Self::agrees(subject)
        }
    }

    pub(super) fn wrong(subject: Subject, reason: Reason) -> Self {
        Self {
            verdict: Verdict::Differs,
            reason: Some(reason),
            ..Self::agrees(subject)
        }
    }

    pub(super) fn unknown(subject: Subject, reason: Reason) -> Self {
        Self {
            verdict: Verdict::Unknown,
            reason: Some(reason),
            ..Self::agrees(subject)
        }
    }
}
