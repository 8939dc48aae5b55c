//! What a monitor sees of a plan.

use civic::Language;
use serde::Serialize;

/// A plan as its rooms show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanView {
    /// The space's name.
    pub name: String,
    /// The space's topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The space's address for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The space's room id.
    pub room_id: String,
    /// How far this reader can see.
    pub extent: Extent,
    /// Distinct people in the themes, where every member list can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// The themes, in the order that the space gives them.
    pub themes: Vec<ThemeView>,
    /// How many of the space's rooms can't be seen with this login.
    pub hidden_rooms: usize,
    /// The language of the table.
    #[serde(skip)]
    pub language: Language,
}

/// How far a reader can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// The space and its rooms.
    Space,
    /// Only the server's public directory: its rooms may belong to other plans too.
    Directory,
}

/// A theme's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThemeView {
    /// The room's name.
    pub name: String,
    /// The room's topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The room's address for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The room's id.
    pub room_id: String,
    /// How many have joined; without the bridge's own account where the member list can be read.
    pub people: u64,
    /// How many of them write from WhatsApp. Those who never wrote have no place in the room and aren't counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_people: Option<u64>,
    /// The groups that the room says it is joined to, where its state can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupView>>,
}

impl ThemeView {
    /// How many groups are in conversation with the room now.
    pub fn open_groups(&self) -> Option<usize> {
        let groups = self.groups.as_ref()?;
        Some(
            groups
                .iter()
                .filter(|group| group.status == GroupStatus::Open)
                .count(),
        )
    }
}

/// A WhatsApp group, as a room's bridge information tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupView {
    /// An opaque id.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How things stand with it.
    pub status: GroupStatus,
}

/// How things stand with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupStatus {
    /// Told that it will be joined, and not yet.
    Announced,
    /// In conversation with the room.
    Open,
    /// Joined once.
    Closed,
}

impl PlanView {
    /// The same as JSON, for programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("strings, numbers and lists always serialise")
    }
}
