use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where somebody writes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A WhatsApp group; they have a ghost.
    WhatsApp,
    /// The room itself.
    Matrix,
}

/// Somebody who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// The person's opaque id: the same in all rooms of a plan, and leading to no number.
    pub member: String,
    /// Where they wrote from.
    pub network: Network,
    /// Their Matrix account, or their ghost's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// State `org.aty.person` of a plan's space, key: the member id of the account on WhatsApp. Two accounts are one person, who
/// said so from both; they count once. Without accounts: no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Linked {
    /// The version of this shape.
    pub v: u32,
    /// The two accounts.
    #[serde(default)]
    pub accounts: Vec<Party>,
}

/// How many messages, by network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// On WhatsApp.
    pub whatsapp: u64,
    /// On Matrix.
    pub matrix: u64,
}

/// How many people, and accounts by network. Whoever has linked accounts on both counts in each, and once among the people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Participants {
    /// Persons.
    pub people: u64,
    /// Accounts on WhatsApp.
    pub whatsapp: u64,
    /// Accounts on Matrix.
    pub matrix: u64,
}

/// State `org.aty.participation` of a plan's space, key: a theme's slug. Written once a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Participation {
    /// The version of this shape.
    pub v: u32,
    /// The day on which it was counted, by the clock of UTC: `2026-11-22`.
    pub day: String,
    /// Who has written something.
    pub participants: Participants,
    /// What they wrote.
    pub messages: Count,
    /// Proposals that were not withdrawn.
    pub proposals: u64,
    /// How often these are supported.
    pub supports: u64,
}
