use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Party, Status, Texts};
use crate::names;

/// Something that was done about a proposal: an event in the timeline of its theme's room, sent by the bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Act {
    /// What it is about, and where it stands among the others.
    #[serde(flatten)]
    pub context: Context,
    /// What was done.
    #[serde(flatten)]
    pub did: Did,
}

/// What an act is about, and where it stands among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// The version of this shape.
    pub v: u32,
    /// Which proposal: `AGUA-7`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The first message of its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_event: Option<String>,
    /// The act before it, of the same proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
    /// When it was done.
    pub ts: i64,
    /// The same for people, in one sentence.
    pub body: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Did {
    /// `org.aty.proposal.revision`: it was proposed.
    Proposed {
        /// Its title.
        title: Texts,
        /// Its text.
        text: Texts,
        /// Who proposed it.
        authors: Vec<Party>,
        /// Whether its thread begins with the bridge's card, because the author's message is an answer itself.
        #[serde(default)]
        from_card: bool,
        /// The message that holds its words, if one does: the first of its thread, or an answer elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_event: Option<String>,
        /// The declined amendment that it came from, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promoted_from: Option<u32>,
    },
    /// `org.aty.proposal.revision`: its words were set anew.
    Revised {
        /// How often its words were set until now, with this.
        rev: u32,
        /// Its title.
        title: Texts,
        /// Its text.
        text: Texts,
        /// By whom.
        by: Party,
        /// The amendment that was taken up, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amendment: Option<u32>,
    },
    /// `org.aty.status_change`: its authors took it back.
    Withdrawn {
        /// By whom.
        by: Party,
        /// Whether its words are gone, too.
        #[serde(default)]
        erased: bool,
    },
    /// `org.aty.status_change`: its words are hidden by those who moderate, or can be read again. What was written of it before is
    /// redacted, so this tells anew what it is.
    Held {
        /// By which case.
        case: u32,
        /// Whether from now on, or no longer.
        on: bool,
        /// Its title; empty while it is hidden.
        title: Texts,
        /// Its text; empty while it is hidden.
        text: Texts,
        /// Where it stands.
        status: Status,
        /// Who proposed it.
        authors: Vec<Party>,
        /// Whether its thread begins with the bridge's card.
        #[serde(default)]
        from_card: bool,
        /// The message that holds its words, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_event: Option<String>,
        /// The declined amendment that it came from, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promoted_from: Option<u32>,
        /// How often its words were set: 1 at first.
        rev: u32,
        /// When it was proposed.
        created_ts: i64,
    },
    /// `org.aty.endorsement`: somebody supports it by command, or no longer. Who reacts to it does not need to.
    Endorsed {
        /// Who.
        by: Party,
        /// Whether they do now.
        on: bool,
    },
    /// `org.aty.amendment`: somebody would have it otherwise.
    Amended {
        /// Its number, which runs per theme.
        amendment: u32,
        /// What would be changed.
        change: Change,
        /// The message that holds these words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_event: Option<String>,
        /// Who.
        by: Party,
    },
    /// `org.aty.amendment`: its authors took an amendment up, or declined it.
    Decided {
        /// Its number.
        amendment: u32,
        /// Whether it was taken up.
        accepted: bool,
        /// By whom.
        by: Party,
    },
    /// `org.aty.amendment`: somebody would make a declined amendment a proposal of its own.
    Backed {
        /// Its number.
        amendment: u32,
        /// Who.
        by: Party,
    },
}

/// How an amendment would change a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// By a paragraph at its end.
    Add(String),
    /// By other words for these, which stand in it once.
    Replace {
        /// What stands there.
        old: String,
        /// What would.
        new: String,
    },
}

impl Did {
    /// The type of the event that tells it.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Proposed { .. } | Self::Revised { .. } => names::REVISION,
            Self::Withdrawn { .. } | Self::Held { .. } => names::STATUS_CHANGE,
            Self::Endorsed { .. } => names::ENDORSEMENT,
            Self::Amended { .. } | Self::Decided { .. } | Self::Backed { .. } => names::AMENDMENT,
        }
    }
}
