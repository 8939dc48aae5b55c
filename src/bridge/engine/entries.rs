//! What stands in the notebook: the shapes of its entries. Civic types have no wire form of their own; here they
//! get the one they are stored in.

use std::collections::{BTreeMap, BTreeSet};

use civic::{Due, GroupId, Input, Leg, MemberId, Network, ThemeSlug, Timestamp};
use ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::direct::Privately;
use super::moderation::StoredSetting;

/// Something heard and kept, waiting for its theme.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Incoming {
    /// The keyed id of where it came from; every id of what follows from it is derived from this one.
    pub(crate) source: [u8; 32],
    pub(crate) theme: String,
    pub(crate) what: Kept,
    /// What follows from it may have been done already, in a life that this notebook doesn't know of: it comes from
    /// a backup.
    #[serde(default)]
    pub(crate) again: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Kept {
    Talk(Box<Talk>),
    Members {
        group: String,
        present: BTreeSet<String>,
    },
    Opened {
        group: String,
    },
    Adopted {
        group: String,
        wait_hours: u32,
    },
    WaitOver {
        group: String,
    },
    Lost {
        group: String,
    },
    Moderation,
    /// Somebody has joined the room.
    Joined {
        who: String,
    },
    /// Who asks to be let in on a leg.
    Waiting {
        leg: String,
        who: BTreeSet<String>,
    },
    /// It is to be said who does.
    TellWaiting,
    /// An admin of a group has let somebody in by hand, or turned them away.
    Admitted {
        who: String,
        yes: bool,
        by: String,
    },
    /// An admin of a group has removed somebody by hand.
    Removed {
        who: String,
        by: String,
        /// From which.
        #[serde(default)]
        group: Option<String>,
    },
    /// Somebody has shut another out of the room by hand, or let them in again.
    ShutOut {
        who: String,
        /// Whether it was somebody's ghost.
        ghost: bool,
        by: String,
        how: ShutOut,
    },
    /// The operator takes a message out that the law forbids.
    Outlawed {
        message: String,
        author: String,
        on_matrix: bool,
        reason: String,
        by: String,
    },
    /// An admin of a group has set by hand whether only admins write there, or whether they let in who comes.
    GroupSet {
        group: String,
        setting: StoredSetting,
        on: bool,
        by: String,
    },
    CountSupport {
        number: u32,
    },
    PersonsChanged {
        one: String,
        other: String,
    },
}

/// What somebody said or did on a leg.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Talk {
    pub(crate) from: String,
    pub(crate) member: String,
    pub(crate) own_name: Option<String>,
    /// Their account, if they wrote in the room.
    #[serde(default)]
    pub(crate) user_id: Option<String>,
    /// The message on its own network.
    pub(crate) message: Spot,
    /// The address of whoever wrote it in a group: who answers them there has to name it.
    #[serde(default)]
    pub(crate) address: Option<whatsapp::Person>,
    pub(crate) at: i64,
    pub(crate) did: Did,
    /// What it is, if it is told by a line only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) only_told: Option<String>,
    /// If it was written to the bridge alone: what belongs to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) privately: Option<Box<Privately>>,
}

/// What it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Did {
    /// They said something.
    Say {
        words: Words,
        /// What it answers.
        answers: Option<Answers>,
        /// Whether it only stands in the place of something that is not carried, and has no words of its own.
        #[serde(default)]
        in_place: bool,
    },
    /// They changed what they said.
    Edit { of: Spot, words: Words },
    /// They took something back, or as an admin somebody else's.
    TakeBack { of: Spot },
    /// They reacted, or took their reaction back.
    React { to: Spot, emoji: Option<String> },
}

/// Formatted text, as it is kept: `html` is Matrix HTML as we write it ourselves, none where `text` says it all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) html: Option<String>,
}

/// What somebody answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answers {
    pub(crate) to: Spot,
    /// The thread that it stands in, by the event that began it.
    pub(crate) thread: Option<Spot>,
    /// What it says according to whoever answers, should we not know it.
    pub(crate) quoted: Option<String>,
}

/// A message on one leg, under the name that its network gives it there: `room/event`, since a theme's room may be replaced by
/// another; or in a group, where an id is unique only together with its author, `author/id`. The author of what the bridge
/// sent is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Spot(pub(crate) String);

impl Spot {
    /// A message in a room.
    pub(crate) fn event(room: &RoomId, event: &str) -> Self {
        Self(format!("{room}/{event}"))
    }

    /// A person's message in a group.
    pub(crate) fn message(author: &str, id: &str) -> Self {
        Self(format!("{author}/{id}"))
    }

    /// A message of the bridge in a group.
    pub(crate) fn ours(id: &str) -> Self {
        Self::message("", id)
    }

    /// Whether it is a message of the bridge in a group.
    pub(crate) fn is_ours(&self) -> bool {
        self.0.starts_with('/')
    }

    /// The room of a message in one, and its event.
    pub(crate) fn in_room(&self) -> Option<(OwnedRoomId, OwnedEventId)> {
        let (room, event) = self.0.split_once('/')?;
        Some((RoomId::parse(room).ok()?, EventId::parse(event).ok()?))
    }

    /// WhatsApp's id, or the event's.
    pub(crate) fn id(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, id)| id)
    }
}

/// Something to be done on one leg, waiting in its lane.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// The keyed id of this effect: Matrix transaction id, content key, and what the WhatsApp id is made of.
    pub(crate) effect: String,
    /// When it was decided.
    pub(crate) at: i64,
    /// Whose words they are, for the limits.
    pub(crate) speaker: Option<String>,
    /// The link that this is a copy of.
    pub(crate) link: Option<Vec<u8>>,
    /// Where the words were written, so that a failure can be said there.
    pub(crate) origin: Option<String>,
    /// It may have been done already: look before sending it.
    #[serde(default)]
    pub(crate) again: bool,
    pub(crate) act: Act,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredChoice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) stays_out: bool,
}

/// The copies of one message on all legs of its theme.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Where it was written.
    pub(crate) leg: String,
    pub(crate) spot: Spot,
    /// By whom.
    pub(crate) member: String,
    /// Their address, if it was written in a group: who answers them there names it.
    pub(crate) author: Option<whatsapp::Person>,
    pub(crate) at: i64,
    /// What it says, without format: how it begins is shown above an answer, and it may become a proposal's words.
    pub(crate) text: String,
    /// Whether that only stands in the place of something that was not carried.
    #[serde(default)]
    pub(crate) in_place: bool,
    /// Whether it is an answer itself.
    #[serde(default)]
    pub(crate) answers: bool,
    /// The link of the message that began the thread it stands in.
    pub(crate) thread: Option<Vec<u8>>,
    pub(crate) copies: Vec<Copy>,
    /// Its edits where it was written.
    #[serde(default)]
    pub(crate) edits: Vec<Spot>,
    /// The message that this is a reaction to.
    #[serde(default)]
    pub(crate) reacts_to: Option<Vec<u8>>,
    /// Whether it is hidden: what it says is shown to nobody, and kept should it be posted again.
    #[serde(default)]
    pub(crate) hidden: bool,
    /// Whether it stands only where it was written, as a command does: nobody was to get it elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) only_here: bool,
    /// If so: whether it was a command, or almost one, which is nobody's talk.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) command: bool,
    /// Whether nothing of what it says is kept, whatever comes of it.
    #[serde(default)]
    pub(crate) erased: bool,
    /// So many of the copies were taken back for good, and are changed no more.
    #[serde(default)]
    pub(crate) taken_back: usize,
    /// The message that it says again in debate libre, if it does: whatever is done about it is done about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy_of: Option<Vec<u8>>,
}

impl Link {
    /// What it says, as far as people may see it.
    pub(crate) fn shown(&self) -> &str {
        match self.hidden {
            true => "",
            false => &self.text,
        }
    }

    /// Of something that the bridge says itself, under a name of its own.
    pub(crate) fn of_bridge(leg: &str, at: i64) -> Self {
        Self {
            leg: leg.to_owned(),
            spot: Spot::ours(""),
            member: String::new(),
            author: None,
            at,
            text: String::new(),
            in_place: false,
            answers: false,
            thread: None,
            copies: Vec::new(),
            edits: Vec::new(),
            reacts_to: None,
            hidden: false,
            only_here: false,
            command: false,
            erased: false,
            taken_back: 0,
            copy_of: None,
        }
    }
}

/// A person's reaction to a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) leg: String,
    pub(crate) emoji: String,
    /// The effect by which it stands in the room, if it was made in a group.
    pub(crate) effect: Option<String>,
    pub(crate) at: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Copy {
    pub(crate) leg: String,
    pub(crate) effect: String,
}

/// What could not be done, and why; kept until somebody looks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeadLetter {
    pub(crate) at: i64,
    pub(crate) why: String,
    pub(crate) theme: Option<String>,
    pub(crate) what: Dead,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Dead {
    /// An event that can't be read.
    Unreadable(String),
    /// An input whose handling failed.
    Incoming(Box<Incoming>),
    /// An act that a network refuses.
    Outgoing { leg: String, entry: Box<Outgoing> },
}

/// A group that the bridge is in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KnownGroup {
    pub(crate) jid: whatsapp::GroupJid,
    pub(crate) theme: String,
    pub(crate) subject: String,
    /// Its members, with their addresses: these are kept from being typed out into a room.
    #[serde(default)]
    pub(crate) people: BTreeMap<String, whatsapp::Person>,
    /// Who of them are admins.
    #[serde(default)]
    pub(crate) admins: BTreeSet<String>,
}

/// The stored form of a leg: `room`, a group's id, or `direct-` and a network.
pub(crate) fn leg_key(leg: &Leg) -> String {
    match leg {
        Leg::Room => "room".to_owned(),
        Leg::Group(group) => group.to_string(),
        Leg::Direct(Network::WhatsApp) => "direct-whatsapp".to_owned(),
        Leg::Direct(Network::Matrix) => "direct-matrix".to_owned(),
    }
}

/// The leg of a stored form; `None` when the notebook holds what no version wrote.
pub(crate) fn leg(key: &str) -> Option<Leg> {
    match key {
        "room" => Some(Leg::Room),
        "direct-whatsapp" => Some(Leg::Direct(Network::WhatsApp)),
        "direct-matrix" => Some(Leg::Direct(Network::Matrix)),
        group => group.parse().ok().map(Leg::Group),
    }
}

/// How somebody was shut out of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ShutOut {
    Kicked,
    Banned,
    /// Not any more.
    LetBack,
}

fn on_whatsapp(member: &str) -> Option<civic::Party> {
    Some(civic::Party {
        member: member.parse().ok()?,
        network: civic::Network::WhatsApp,
    })
}

fn on_matrix(member: &str) -> Option<civic::Party> {
    Some(civic::Party {
        member: member.parse().ok()?,
        network: civic::Network::Matrix,
    })
}

impl Kept {
    /// The input that this is, where it needs no knowledge of people.
    pub(crate) fn input(&self) -> Option<Input> {
        let group = |text: &str| text.parse::<GroupId>().ok();
        Some(match self {
            Self::Talk(_) => return None,
            Self::Members { group: id, present } => Input::Members {
                group: group(id)?,
                present: present
                    .iter()
                    .filter_map(|member| member.parse::<MemberId>().ok())
                    .collect(),
            },
            Self::Opened { group: id } => Input::GroupOpened(group(id)?),
            Self::Adopted {
                group: id,
                wait_hours,
            } => Input::GroupAdopted {
                group: group(id)?,
                wait_hours: *wait_hours,
            },
            Self::WaitOver { group: id } => Input::Due(Due::WaitOver(group(id)?)),
            Self::Lost { group: id } => Input::GroupLost(group(id)?),
            Self::Moderation => Input::Due(Due::Moderation),
            Self::Joined { who } => Input::Joined(who.parse().ok()?),
            Self::Waiting { leg: key, who } => Input::Waiting {
                leg: leg(key)?,
                who: who
                    .iter()
                    .filter_map(|member| member.parse::<MemberId>().ok())
                    .collect(),
            },
            Self::TellWaiting => Input::Due(Due::Waiting),
            Self::Admitted { who, yes, by } => Input::Admitted {
                who: on_whatsapp(who)?,
                yes: *yes,
                by: on_whatsapp(by)?,
            },
            Self::Removed { who, by, .. } => Input::Removed {
                who: on_whatsapp(who)?,
                by: on_whatsapp(by)?,
                lasting: true,
            },
            Self::ShutOut {
                who,
                ghost,
                by,
                how,
            } => {
                let who = match ghost {
                    true => on_whatsapp(who)?,
                    false => on_matrix(who)?,
                };
                let by = on_matrix(by)?;
                match how {
                    ShutOut::LetBack => Input::LetBack { who, by },
                    how => Input::Removed {
                        who,
                        by,
                        lasting: *how == ShutOut::Banned,
                    },
                }
            }
            Self::Outlawed {
                message,
                author,
                on_matrix: matrix,
                reason,
                by,
            } => Input::Outlawed {
                message: message.parse().ok()?,
                author: match matrix {
                    true => on_matrix(author)?,
                    false => on_whatsapp(author)?,
                },
                reason: reason.clone(),
                by: on_matrix(by)?,
            },
            Self::GroupSet {
                group: id,
                setting,
                on,
                by,
            } => Input::GroupSet {
                group: group(id)?,
                setting: (*setting).into(),
                on: *on,
                by: on_whatsapp(by)?,
            },
            Self::CountSupport { number } => Input::Due(Due::Support(*number)),
            Self::PersonsChanged { one, other } => {
                Input::PersonsChanged(one.parse().ok()?, other.parse().ok()?)
            }
        })
    }
}

impl Incoming {
    pub(crate) fn new(source: [u8; 32], theme: &ThemeSlug, what: Kept) -> Self {
        Self {
            source,
            theme: theme.to_string(),
            what,
            again: false,
        }
    }
}

impl Outgoing {
    /// Something that the bridge does of itself: nobody said it, and no link has it.
    pub(crate) fn of_bridge(effect: String, now: Timestamp, act: Act) -> Self {
        Self {
            effect,
            at: now.0,
            speaker: None,
            link: None,
            origin: None,
            again: false,
            act,
        }
    }

    /// When it may go, if not now. What was decided later than now was decided before the clock was set back, and does not
    /// wait for that time to come again.
    pub(crate) fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.act.due().filter(|due| self.at <= now.0 && *due > now)
    }
}

impl From<&civic::Choice> for StoredChoice {
    fn from(choice: &civic::Choice) -> Self {
        Self {
            name: choice.name.clone(),
            stays_out: !choice.carried,
        }
    }
}

impl From<StoredChoice> for civic::Choice {
    fn from(choice: StoredChoice) -> Self {
        Self {
            name: choice.name,
            carried: !choice.stays_out,
        }
    }
}
