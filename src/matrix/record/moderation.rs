use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Party;

/// Something in the moderation of a theme: an event in the timeline of its room, sent by the bridge, and the same as content
/// of a message in the plan's log room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModerationAct {
    /// The version of this shape.
    pub v: u32,
    /// Which theme: `AGUA`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Counted from 1 in the theme, without gaps.
    pub number: u32,
    /// The hash of the one before; of the first, 64 zeros.
    pub prev: String,
    /// SHA-256, as 64 hexadecimal digits, of this text: `prev`; the end of the line; then a line each of `number=…`, `at=…`,
    /// `act=…` and, ordered by name, `name=…` of `fields`. In a value `\` stands as `\\` and the end of a line as `\n`.
    pub hash: String,
    /// When.
    pub at: i64,
    /// What.
    pub act: String,
    /// The rest of it, as text. Who acts stands there as `whatsapp/…` or `matrix/…` with a member id.
    pub fields: BTreeMap<String, String>,
    /// The same for people, in one sentence.
    pub body: String,
}

/// Who moderates a theme: state of its room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Roster {
    /// The version of this shape.
    pub v: u32,
    /// The delegates.
    pub delegates: Vec<Delegate>,
    /// How many entries the log had then.
    pub entries: u32,
    /// The hash of the last of them.
    pub hash: String,
}

/// Somebody with a mandate to moderate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delegate {
    /// Who.
    #[serde(flatten)]
    pub who: Party,
    /// The number of their mandate in the theme.
    pub mandate: u32,
    /// Until when.
    pub until: i64,
}

/// The rules of a theme's moderation that a vote has changed: state of its room. What is not in it is as at first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Charter {
    /// The version of this shape.
    pub v: u32,
    /// Rules by name.
    pub rules: BTreeMap<String, u32>,
}

/// Something that holds in a theme now: state of its room, emptied when it is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sanction {
    /// The version of this shape.
    pub v: u32,
    /// What: `mute whatsapp/…`, `hide <message> matrix/…`, `pause` and so on.
    pub measure: String,
    /// For what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when, if it has an end of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// Where a theme's tangents go on: state of its room, key "".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Debate {
    /// The version of this shape.
    pub v: u32,
    /// The first message of the thread.
    pub root_event: String,
}
