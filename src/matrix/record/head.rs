use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Party, Texts};

/// State `org.aty.proposal`, key such as `agua-7`: a proposal as it is now. How it came to be so are the acts in the timeline,
/// from `rev_event` back over each act's `prev`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The version of this shape.
    pub v: u32,
    /// What people call it: `AGUA-7`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: Texts,
    /// Its text. Empty in a draft, and where it was taken back.
    pub body: Texts,
    /// Where it stands.
    pub status: Status,
    /// Who proposed it: whoever wrote the words, and whoever made a proposal of them.
    pub authors: Vec<Party>,
    /// The first message of its thread: the author's own, or the bridge's card. Missing where it could not be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_event: Option<String>,
    /// How often its words were set: 1 at first.
    pub rev: u32,
    /// The last act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev_event: Option<String>,
    /// The act before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
    /// How many amendments stand how.
    pub amendments: Amendments,
    /// The case by which its words are hidden, if they are: then title and text are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u32>,
    /// The declined amendment that it came from, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted_from: Option<u32>,
    /// When it was proposed.
    pub created_ts: i64,
    /// When its words or its status were changed last.
    pub updated_ts: i64,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has a title and no text yet.
    Draft,
    /// People support, discuss and amend it.
    Open,
    /// The institution looks at it.
    InReview,
    /// The institution has answered.
    Answered,
    /// Its authors took it back.
    Withdrawn,
}

/// How many amendments stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Amendments {
    /// Not answered yet.
    pub open: u32,
    /// In the text now.
    pub accepted: u32,
    /// Declined by the authors.
    pub declined: u32,
}

/// State `org.aty.support`, key such as `agua-7`: how many support a proposal. Written at most once a minute, and at once when
/// the proposal closes. Who they are are the reactions 👍 to its thread's first message and to its card, and the
/// endorsements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Support {
    /// The version of this shape.
    pub v: u32,
    /// Persons; whoever has linked accounts on both networks counts once.
    pub people: u64,
    /// Accounts on WhatsApp.
    pub whatsapp: u64,
    /// Accounts on Matrix.
    pub matrix: u64,
    /// When it was counted.
    pub updated_ts: i64,
}
