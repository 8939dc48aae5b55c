//! What a monitor sees of proposals.

use civic::Language;
use matrix::record::{Amendments, Change, Did, Head, Network, Status, Support, Texts};
use serde::Serialize;

use super::plan::{Plan, Room};
use crate::plain::on_one_line;
use crate::record::{AmendmentState, Finding, Verdict};

/// A plan's proposals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalsView {
    /// The plan's name.
    pub name: String,
    /// The space's address for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The space's room id.
    pub room_id: String,
    /// The proposals, in the order that was asked for.
    pub proposals: Vec<ProposalView>,
    /// Proposals that can't be read: not written by the bridge, or in a shape that is not known here.
    pub unread: usize,
    /// Proposals that only acts tell of. Looked for where they are checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_head: Vec<String>,
    /// How many of the space's rooms can't be read with this login.
    pub hidden_rooms: usize,
    /// The language of the table.
    #[serde(skip)]
    pub language: Language,
}

/// A proposal as it is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalView {
    /// What people call it: `AGUA-7`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its theme's slug.
    pub theme: String,
    /// Its theme's room.
    pub room_id: String,
    /// Where it stands.
    pub status: Status,
    /// How many support it, as the bridge has counted them last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
    /// How many amendments stand how.
    pub amendments: Amendments,
    /// The case by which its words are hidden, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u32>,
    /// When it was proposed, in milliseconds since 1970.
    pub created_ts: i64,
    /// When it was changed last.
    pub updated_ts: i64,
    /// What came of checking it, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<Finding>>,
}

/// A proposal, and how it came to be so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryView {
    /// As it is now.
    #[serde(flatten)]
    pub proposal: ProposalView,
    /// Its text.
    pub text: String,
    /// Who proposed it.
    pub authors: Vec<PersonView>,
    /// The declined amendment that it came from, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted_from: Option<u32>,
    /// The first message of its thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_event: Option<String>,
    /// What was done about it, oldest first.
    pub acts: Vec<ActView>,
    /// Who supported it by command, or no longer, oldest first.
    pub endorsements: Vec<ActView>,
    /// What people would have had otherwise.
    pub amendments_proposed: Vec<AmendmentView>,
    /// Who supports it, counted anew.
    pub supporters: SupportersView,
    /// What was said about it; none where its thread can't be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<DiscussionView>,
    /// The language of the text.
    #[serde(skip)]
    pub language: Language,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// What they show as their name in the room; their account where they show none.
    pub name: String,
    /// Where they write from.
    pub network: Network,
    /// Their account, or their ghost's.
    pub account: String,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActView {
    /// The event that tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Who did it.
    pub who: Vec<PersonView>,
    /// What was done.
    #[serde(flatten)]
    pub what: StepView,
}

/// What was done, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum StepView {
    /// All of it.
    Done(Box<Did>),
    /// Nothing of it.
    Gap {
        /// Why not.
        act: Gap,
    },
}

/// Why an act can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// It was deleted for good.
    Deleted,
    /// Its shape is not known here.
    Unreadable,
}

/// An amendment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AmendmentView {
    /// Its number, which runs per theme.
    pub number: u32,
    /// What became of it.
    pub state: AmendmentState,
    /// Who would have it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonView>,
    /// When it was proposed, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// What would be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Who would make it a proposal of its own.
    pub backers: Vec<PersonView>,
}

/// Who supports a proposal, counted anew from reactions and endorsements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupportersView {
    /// Persons.
    pub people: u64,
    /// Accounts on WhatsApp.
    pub whatsapp: u64,
    /// Accounts on Matrix.
    pub matrix: u64,
    /// Each person's accounts, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<Vec<PersonView>>>,
}

/// What was said about a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiscussionView {
    /// How many messages people wrote.
    pub messages: u64,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastMessage>,
}

/// The last message of a discussion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastMessage {
    /// When it was written, in milliseconds since 1970.
    pub at: i64,
    /// By whom.
    pub who: PersonView,
}

impl ProposalsView {
    pub(super) fn new(plan: &Plan, language: Language) -> Self {
        Self {
            name: plan.name.clone(),
            alias: plan.alias.clone(),
            room_id: plan.room_id.to_string(),
            proposals: Vec::new(),
            unread: 0,
            without_head: Vec::new(),
            hidden_rooms: plan.hidden,
            language,
        }
    }

    /// The references of those that don't agree with the rooms, where they were checked.
    pub fn differing(&self) -> Vec<String> {
        let differing = self.proposals.iter().filter(|proposal| proposal.differs());
        let differing = differing.map(|proposal| &proposal.reference);
        let differing = differing.chain(&self.without_head);
        differing.map(|reference| on_one_line(reference)).collect()
    }

    /// The same as JSON, for programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("strings, numbers and lists always serialise")
    }
}

impl ProposalView {
    pub(super) fn new(room: &Room, key: &str, head: &Head, language: Language) -> Self {
        Self {
            reference: head.reference.clone(),
            title: in_language(&head.title, language),
            theme: room.record.theme.clone(),
            room_id: room.id.to_string(),
            status: head.status,
            support: room.record.supports.get(key).cloned(),
            amendments: head.amendments,
            held: head.held,
            created_ts: head.created_ts,
            updated_ts: head.updated_ts,
            findings: None,
        }
    }

    /// Whether something of it was found not to agree with the rooms.
    pub fn differs(&self) -> bool {
        let mut findings = self.findings.iter().flatten();
        findings.any(|finding| finding.verdict == Verdict::Differs)
    }
}

impl StoryView {
    /// The same as JSON, for programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("strings, numbers and lists always serialise")
    }
}

/// A text in the language that was asked for, else in the first there is.
pub(super) fn in_language(texts: &Texts, language: Language) -> String {
    let text = texts
        .get(language.code())
        .or_else(|| texts.get(Language::Es.code()));
    text.or_else(|| texts.values().next())
        .cloned()
        .unwrap_or_default()
}
