//! What was said and done in a group, in the bridge's own terms.

use std::fmt;

use serde::{Deserialize, Serialize};
use whatsapp_rust::wacore::types::message::MessageInfo;
use whatsapp_rust::wacore_binary::JidExt;

use crate::{GroupJid, Person};

mod acts;
mod alone;
mod reading;

pub(crate) use acts::acts;
pub use alone::{Answered, Direct};
pub(crate) use reading::{Frame, alone, what};

/// Something that was said in a group, or done with it.
///
/// The same may be heard again: it is the same if `group`, the sender and `id` are the same. Its serde form holds
/// addresses: only for sealed storage.
///
/// What is done with the group itself (members, settings, requests to join) is told by WhatsApp without care: late, in
/// any order, and not at all if the bridge is killed in that moment. So whoever hears of it looks into
/// [`Connector::group`](crate::Connector::group) for what is; here it says who did it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Where.
    pub group: GroupJid,
    /// WhatsApp's id of the message or notification. Unique only together with group and sender.
    pub id: String,
    /// Who.
    pub sender: Person,
    /// The name that the sender goes by. May hold anything, a number too.
    pub push_name: Option<String>,
    /// When, in milliseconds since 1970, by WhatsApp's clock.
    pub at_ms: i64,
    /// Whether it was written by the bridge's own account, on its phone. (What the connector sends is not heard.) What
    /// is done with the group itself by the bridge's own account is heard, be it done on its phone or by the connector:
    /// WhatsApp doesn't tell which.
    pub from_me: bool,
    /// What.
    pub what: What,
}

/// What a message says or does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// Text.
    Text {
        /// The text. Whoever is mentioned stands in it as `@` and the digits of their address.
        text: String,
        /// What it answers.
        reply: Option<Quoted>,
        /// Who is mentioned in it.
        mentions: Vec<Person>,
    },
    /// The sender has changed a message of their own. Phones take that until [`EDITS_TAKEN`](crate::EDITS_TAKEN)
    /// after the message, by WhatsApp's clock, and pass over what comes later.
    Edit {
        /// Which message. Its author is the sender.
        of: MessageKey,
        /// What it says now, all of it.
        text: String,
        /// Who is mentioned in it.
        mentions: Vec<Person>,
    },
    /// The sender has deleted a message for everyone: their own, or as an admin of the group somebody else's (see
    /// [`Heard::takes_anothers`]). What others try is not heard.
    Revoke {
        /// Which message.
        of: MessageKey,
    },
    /// The sender has reacted to a message. Each has one reaction to a message: a new one takes the place of theirs.
    Reaction {
        /// To which message.
        of: MessageKey,
        /// With what. None: they have taken their reaction back.
        emoji: Option<String>,
    },
    /// Something that is not carried over yet.
    Unknown {
        /// What it is.
        kind: Kind,
        /// The text that came with it.
        caption: Option<String>,
    },
    /// The sender has made a member an admin.
    Promoted {
        /// Whom.
        who: Person,
    },
    /// The sender has made an admin a plain member.
    Demoted {
        /// Whom.
        who: Person,
    },
    /// The sender, an admin, has added somebody, or has let in somebody who [asked to join](What::Requested): WhatsApp
    /// tells both alike. Who joins by the link is not heard.
    Added {
        /// Whom.
        who: Person,
    },
    /// The sender, an admin, has removed somebody. Who leaves is not heard.
    Removed {
        /// Whom.
        who: Person,
    },
    /// The sender has set who may write.
    Announcement {
        /// Whether it is only the admins.
        on: bool,
    },
    /// The sender has set whether admins let in who comes by the link.
    Approval {
        /// Whether they do.
        on: bool,
    },
    /// The sender has made a new invitation link; the old one leads nowhere.
    LinkReset,
    /// Somebody asks to be let in. Only admins are told.
    Requested {
        /// Who. As a rule the sender.
        who: Person,
    },
    /// A request to join was taken back, where it is the sender's own, or else rejected by the sender. Only admins are
    /// told.
    RequestClosed {
        /// Whose.
        who: Person,
    },
}

impl Heard {
    /// The message of somebody else that the sender has deleted as an admin, if that is what was done.
    pub fn takes_anothers(&self) -> Option<&MessageKey> {
        let What::Revoke { of } = &self.what else {
            return None;
        };
        let own = of
            .author
            .as_ref()
            .is_some_and(|author| author.is(&self.sender));
        (!own).then_some(of)
    }
}

/// Names another message of the same group. A message is found by its id together with its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageKey {
    /// WhatsApp's id of the message.
    pub id: String,
    /// Who wrote it. None: the key doesn't tell.
    pub author: Option<Person>,
    /// Whether the author is the bridge's own account: what the connector has sent, and what was written on its
    /// phone.
    pub ours: bool,
}

/// The message that is answered, as it stands above the answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Which message.
    pub key: MessageKey,
    /// What it says according to whoever answers, for where the message itself is not known: nobody has made sure.
    pub text: Option<String>,
}

/// What kind of message it is that is not carried over yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the names are those of what one sends on WhatsApp"
)]
pub enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Contact,
    Location,
    Poll,
    PollVote,
    Event,
    /// A reaction that can't be opened.
    Reaction,
    /// An edit that can't be opened, or that leaves no text.
    Edit,
    Other,
}

/// Never the text or the name: this is for logs.
impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heard")
            .field("id", &self.id)
            .field("at_ms", &self.at_ms)
            .field("from_me", &self.from_me)
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text {
                text,
                reply,
                mentions,
            } => f
                .debug_struct("Text")
                .field("bytes", &text.len())
                .field("reply", reply)
                .field("mentions", &mentions.len())
                .finish(),
            Self::Edit { of, text, mentions } => f
                .debug_struct("Edit")
                .field("of", of)
                .field("bytes", &text.len())
                .field("mentions", &mentions.len())
                .finish(),
            Self::Revoke { of } => f.debug_struct("Revoke").field("of", of).finish(),
            Self::Reaction { of, emoji } => f
                .debug_struct("Reaction")
                .field("of", of)
                .field("taken_back", &emoji.is_none())
                .finish(),
            Self::Unknown { kind, .. } => write!(f, "Unknown({kind:?})"),
            Self::Promoted { .. } => f.write_str("Promoted"),
            Self::Demoted { .. } => f.write_str("Demoted"),
            Self::Added { .. } => f.write_str("Added"),
            Self::Removed { .. } => f.write_str("Removed"),
            Self::Announcement { on } => write!(f, "Announcement({on})"),
            Self::Approval { on } => write!(f, "Approval({on})"),
            Self::LinkReset => f.write_str("LinkReset"),
            Self::Requested { .. } => f.write_str("Requested"),
            Self::RequestClosed { .. } => f.write_str("RequestClosed"),
        }
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Quoted").field(&self.key).finish()
    }
}

/// Where a message came from, as far as the connector needs it to know what to do with it.
pub(crate) enum Origin {
    /// A group.
    Group(GroupJid, Person),
    /// A person wrote to the bridge alone.
    Direct(Person),
    /// Status broadcasts, newsletters, what this device sent itself, and what was typed on its phone to one person.
    Elsewhere,
}

/// Where a message came from. `own_device` is the number of this device.
pub(crate) fn origin(info: &MessageInfo, own_device: u16) -> Origin {
    let source = &info.source;
    if source.is_from_me && source.sender.device == own_device {
        return Origin::Elsewhere;
    }
    let known = [Some(&source.sender), source.sender_alt.as_ref()];
    let sender = Person::from_jids(known.into_iter().flatten());
    if !source.chat.is_group() {
        let alone = (source.chat.is_pn() || source.chat.is_lid()) && !source.is_from_me;
        return match sender.filter(|_| alone) {
            Some(sender) => Origin::Direct(sender),
            None => Origin::Elsewhere,
        };
    }
    match (GroupJid::from_jid(&source.chat), sender) {
        (Some(group), Some(sender)) => Origin::Group(group, sender),
        _ => Origin::Elsewhere,
    }
}

#[cfg(test)]
mod tests;
