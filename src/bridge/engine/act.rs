//! What the bridge does on a leg: the acts that wait in the lanes.

use civic::{GroupId, Record, Standing, Timestamp};
use matrix::record::{Head, Participation, Party, Support};
use serde::{Deserialize, Serialize};

use super::answers::Asked;
use super::direct::Address;
use super::entries::{StoredChoice, Words};
use super::moderation::StateOut;
use super::proposals::Stored;
use super::tangents::Debating;

/// Something that the bridge does on a leg.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Act {
    /// In the room: as a person's ghost.
    Say {
        member: String,
        words: Words,
        at: i64,
        #[serde(default)]
        answers: Option<Vec<u8>>,
        /// Which piece of a long message.
        #[serde(default)]
        piece: usize,
    },
    /// In the room or in a group: as the bridge.
    Tell {
        text: String,
        /// What it answers, where it was written.
        #[serde(default)]
        answers: Option<Box<Asked>>,
    },
    /// To one person alone: as the bridge.
    Whisper {
        to: Address,
        text: String,
        #[serde(default)]
        answers: Option<Box<Asked>>,
    },
    /// To one person alone: an invitation to a group to which they can't be added.
    Invite {
        to: whatsapp::Person,
        group: whatsapp::GroupJid,
        subject: String,
        invitation: whatsapp::Invitation,
        text: String,
    },
    /// The bot leaves a room in which it talked with one person alone.
    Part { room: String, says_why: bool },
    /// On the homeserver: who became a facilitator by a code, kept where a lost notebook can't lose it.
    KeepFacilitators,
    /// In the room: a ghost is called otherwise now.
    Rename { member: String },
    /// In the room: a ghost leaves.
    Leave { member: String },
    /// In the room: a record of the theme, as state.
    Record {
        group: String,
        standing: StoredStanding,
        since: i64,
    },
    /// In the room: its record of a group tells what the group is called now.
    Call { group: String },
    /// On the homeserver: what a person chose, kept where a lost notebook can't lose it.
    KeepChoice {
        member: String,
        choice: StoredChoice,
    },
    /// In a group: words of somebody elsewhere.
    Relay {
        member: String,
        words: Words,
        at: i64,
        #[serde(default)]
        answers: Option<Vec<u8>>,
    },
    /// On any leg: somebody changed their message of this link.
    Amend {
        member: String,
        of: Vec<u8>,
        words: Words,
        at: i64,
        /// How it began before: what a correction quotes.
        #[serde(default)]
        was: String,
    },
    /// On any leg: the message of this link is taken back, with all its edits; by its author, or by an admin.
    TakeBack { of: Vec<u8>, by_author: bool },
    /// In the room: somebody reacts to the message of a link, or no longer; `before` is the effect of their last reaction.
    React {
        member: String,
        to: Vec<u8>,
        emoji: Option<String>,
        before: Option<String>,
        at: i64,
    },
    /// In a group: what is reacted elsewhere to the message of a link, as the bridge's own reaction.
    Mood { to: Vec<u8>, at: i64 },
    /// In a group: who reacts elsewhere to the message of a link, as one line of the bridge; not before it is due.
    Gather { to: Vec<u8>, due: i64 },
    /// In a group: the message of this link is gone from there, and with it what the bridge itself said with its words.
    Unquote { of: Vec<u8> },
    /// In a group: that so much was written elsewhere while nothing reached it.
    Digest { messages: usize, people: usize },
    /// In a group: its description.
    Describe { text: String },
    /// In the room: an act, and the head that follows from it. `root` is the link of the message that begins the thread; none
    /// if that is the card.
    Write {
        stored: Box<Stored>,
        head: Option<Box<Head>>,
        root: Option<Vec<u8>>,
    },
    /// In the room: how many support a proposal.
    Count { proposal: String, support: Support },
    /// On any leg: a proposal's card. In the room it is changed where it stands already.
    Card {
        proposal: String,
        text: String,
        root: Option<Vec<u8>>,
    },
    /// In the room and in the log: an entry of the log, and the state that follows from it.
    Log {
        stored: Box<Stored>,
        states: Vec<StateOut>,
    },
    /// In the room: who may do what.
    Powers,
    /// In a group: who are its admins, as far as the charter has a say in it.
    Admins,
    /// In a group: whether only its admins write.
    Quiet,
    /// On any leg: whether whoever comes has to be let in.
    Approval,
    /// In a group of which the bridge is an admin by now: what could not be done there before.
    CatchUp,
    /// On any leg: somebody who asks to join is let in, or turned away.
    Admit { member: String, on: bool },
    /// On any leg: the message of this link goes, with all its edits, by order of those who moderate.
    Hide { of: Vec<u8> },
    /// In the room: somebody's words again, whom nobody but they can speak as.
    Quote { member: String, words: Words },
    /// In the room: somebody on Matrix is out, or is invited back.
    Ban { member: String, on: bool },
    /// In a group: somebody on WhatsApp is out, or is added again.
    Remove { member: String, on: bool },
    /// In the plan's list of suspensions: who is suspended in several themes now.
    Policies,
    /// On any leg: something of the theme's debate libre.
    Debate(Box<Debating>),
    /// In the plan's space: how many take part in the theme.
    Participation { counted: Participation },
    /// In the plan's space: two accounts are one person, or no longer.
    Join { accounts: Vec<Party>, on: bool },
}

/// How a group stands, as it is stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredStanding {
    Announced { open_from: i64 },
    Open,
    Closed,
}

impl Act {
    /// Whether it changes the theme's record.
    pub(crate) fn is_record(&self) -> bool {
        matches!(
            self,
            Self::Record { .. }
                | Self::Call { .. }
                | Self::Write { .. }
                | Self::Count { .. }
                | Self::Join { .. }
                | Self::Log { .. }
        )
    }

    /// Whether it carries out moderation, and so goes before what is said in a group. What was not said yet is not said then:
    /// whoever says it looks whether it is hidden. Whoever is removed reads why before, and what they write goes out of sight
    /// meanwhile.
    pub(crate) fn goes_first(&self) -> bool {
        matches!(
            self,
            Self::Hide { .. }
                | Self::Quiet
                | Self::Approval
                | Self::Admit { .. }
                | Self::Admins
                | Self::CatchUp
        )
    }

    /// What was to be said and may have been, and is not to be any more.
    pub(crate) fn unsaid() -> Self {
        Self::Tell {
            text: String::new(),
            answers: None,
        }
    }

    /// What it answers, where it was written.
    pub(super) fn answered(&mut self) -> Option<&mut Asked> {
        match self {
            Self::Tell { answers, .. } | Self::Whisper { answers, .. } => answers.as_deref_mut(),
            _ => None,
        }
    }

    /// When it may go, if not at once.
    pub(super) fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Gather { due, .. } => Some(Timestamp(*due)),
            _ => None,
        }
    }

    /// What tells it apart from the other effects of one input on one leg.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Say { piece: 0, .. } => "say".to_owned(),
            Self::Say { piece, .. } => format!("say {piece}"),
            Self::Tell { .. } => "tell".to_owned(),
            Self::Whisper { .. } => "whisper".to_owned(),
            Self::Invite { .. } => "invite".to_owned(),
            Self::KeepFacilitators => "keep facilitators".to_owned(),
            Self::Part { room, .. } => format!("part {room}"),
            Self::Relay { .. } => "relay".to_owned(),
            Self::Digest { .. } => "digest".to_owned(),
            Self::Amend { .. } => "amend".to_owned(),
            Self::TakeBack { of, .. } => format!("take back {of:02x?}"),
            Self::Unquote { of } => format!("unquote {of:02x?}"),
            Self::React { .. } => "react".to_owned(),
            Self::Mood { .. } => "mood".to_owned(),
            Self::Gather { .. } => "gather".to_owned(),
            Self::Describe { .. } => "describe".to_owned(),
            Self::Rename { member } => format!("rename {member}"),
            Self::Leave { member } => format!("leave {member}"),
            Self::KeepChoice { member, .. } => format!("choice {member}"),
            Self::Record { group, .. } => format!("record {group}"),
            Self::Call { group } => format!("call {group}"),
            Self::Write { stored, .. } => format!("write {}", stored.name()),
            Self::Count { proposal, .. } => format!("count {proposal}"),
            Self::Log { stored, .. } => stored.name(),
            Self::Powers => "powers".to_owned(),
            Self::Admins => "admins".to_owned(),
            Self::Quiet => "quiet".to_owned(),
            Self::Approval => "approval".to_owned(),
            Self::CatchUp => "catch up".to_owned(),
            Self::Admit { member, on } => format!("admit {member} {on}"),
            Self::Hide { of } => format!("hide {of:02x?}"),
            Self::Quote { .. } => "quote".to_owned(),
            Self::Ban { member, on } => format!("ban {member} {on}"),
            Self::Remove { member, on } => format!("remove {member} {on}"),
            Self::Debate(debating) => debating.name(),
            Self::Participation { .. } => "participation".to_owned(),
            Self::Policies => "policies".to_owned(),
            Self::Card { proposal, .. } => format!("card {proposal}"),
            Self::Join { accounts, .. } => {
                let members = accounts.iter().map(|account| account.member.as_str());
                format!("join {}", members.collect::<Vec<_>>().join(" "))
            }
        }
    }

    /// How a group stands, as it is stored.
    pub(crate) fn of_group(group: &GroupId, standing: Standing, since: Timestamp) -> Self {
        Self::Record {
            group: group.to_string(),
            standing: standing.into(),
            since: since.0,
        }
    }

    /// The record that this act writes, if it writes one.
    pub(crate) fn record(&self) -> Option<Record> {
        let Self::Record {
            group,
            standing,
            since,
        } = self
        else {
            return None;
        };
        Some(Record::Group {
            group: group.parse().ok()?,
            standing: (*standing).into(),
            since: Timestamp(*since),
        })
    }
}

impl From<Standing> for StoredStanding {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Announced { open_from } => Self::Announced {
                open_from: open_from.0,
            },
            Standing::Open => Self::Open,
            Standing::Closed => Self::Closed,
        }
    }
}

impl From<StoredStanding> for Standing {
    fn from(standing: StoredStanding) -> Self {
        match standing {
            StoredStanding::Announced { open_from } => Self::Announced {
                open_from: Timestamp(open_from),
            },
            StoredStanding::Open => Self::Open,
            StoredStanding::Closed => Self::Closed,
        }
    }
}
