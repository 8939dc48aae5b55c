//! What an event of the homeserver means to us. Pure: events come from strangers and may say anything.

use civic::Timestamp;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::identity::Identity;
use crate::names;

/// An event, read as far as it concerns us.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The event's id.
    pub event_id: OwnedEventId,
    /// Where it happened.
    pub room: OwnedRoomId,
    /// Who did it.
    pub sender: OwnedUserId,
    /// When, by the sender's server.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What an event is to us.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Somebody wrote something new.
    Text {
        /// The words, without markup.
        body: String,
        /// The same as Matrix HTML, if there is such a form.
        formatted: Option<String>,
        /// How it is meant.
        kind: TextKind,
        /// `m.relates_to` as it came: what it answers, or which thread it belongs to.
        relates: Option<Value>,
    },
    /// Somebody changed what they wrote before.
    Edit {
        /// The event that is changed.
        of: OwnedEventId,
        /// The new words, without markup.
        body: String,
        /// The same as Matrix HTML, if there is such a form.
        formatted: Option<String>,
        /// How it is meant.
        kind: TextKind,
    },
    /// Somebody took back a message or a reaction, their own or as a moderator another's.
    Redaction {
        /// The event that is taken back.
        of: OwnedEventId,
    },
    /// Somebody reacted to a message.
    Reaction {
        /// To which.
        of: OwnedEventId,
        /// With what: mostly an emoji.
        key: String,
    },
    /// The bot or a ghost did it, so we did: the echo of our own request.
    Ours {
        /// The effect that it carried out, as we put it into the content.
        effect: Option<String>,
        /// The event's type.
        event_type: String,
    },
    /// Somebody's membership or name changed, or a ghost's by somebody else's hand.
    Member {
        /// Whose.
        user: OwnedUserId,
        /// What it is now.
        membership: Membership,
        /// What it was before, if the homeserver tells.
        was: Option<Membership>,
        /// Their name in this room now.
        display_name: Option<String>,
    },
    /// The bot was invited.
    Invite {
        /// Whether to talk with one person alone. Spec: Client-Server API, "Direct Messaging".
        direct: bool,
    },
    /// The room ended and goes on elsewhere.
    Tombstone {
        /// The room that follows, if it was named.
        replacement: Option<OwnedRoomId>,
    },
    /// A message whose words were taken back before we saw them.
    Redacted,
    /// Anything else.
    Other {
        /// The event's type.
        event_type: String,
        /// The kind of message, such as `m.image`, where it is one.
        message_type: Option<String>,
        /// The words that came with it.
        caption: Option<String>,
    },
}

/// How words are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Said.
    Text,
    /// Said by a program: never to be answered by one.
    Notice,
    /// Done: "/me waves".
    Emote,
}

/// What somebody is to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// Asked in.
    Invited,
    /// In it.
    Joined,
    /// Gone, or sent away.
    Left,
    /// Shut out.
    Banned,
    /// Asking to be let in.
    Knocking,
}

/// An event that can't be read; it goes to the dead letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event from the homeserver can't be read: {0}")]
pub struct Unreadable(pub String);

/// The fields every room event has. Spec: Client-Server API, "Room event format".
#[derive(Deserialize)]
struct Envelope {
    event_id: OwnedEventId,
    room_id: OwnedRoomId,
    sender: OwnedUserId,
    origin_server_ts: i64,
    #[serde(rename = "type")]
    event_type: String,
    state_key: Option<String>,
    content: Map<String, Value>,
    /// What the homeserver adds.
    #[serde(default)]
    unsigned: Value,
    /// What a redaction takes back, before room version 11.
    redacts: Option<OwnedEventId>,
}

impl Heard {
    /// Reads an event.
    ///
    /// # Errors
    /// When it lacks what every event has, or a part that we need is not what it should be.
    pub fn from_raw(raw: &RawValue, identity: &Identity) -> Result<Self, Unreadable> {
        let event: Envelope =
            serde_json::from_str(raw.get()).map_err(|error| Unreadable(error.to_string()))?;
        let what = what(&event, identity)?;
        Ok(Self {
            event_id: event.event_id,
            room: event.room_id,
            sender: event.sender,
            at: Timestamp(event.origin_server_ts),
            what,
        })
    }
}

fn what(event: &Envelope, identity: &Identity) -> Result<What, Unreadable> {
    let ours = identity.is_ours(&event.sender);
    match (event.event_type.as_str(), &event.state_key) {
        ("m.room.member", Some(user)) => member(event, user, identity),
        _ if ours => Ok(echo(event)),
        // A message that a member has written wrongly is nothing, as it is to clients: nobody could mend it.
        ("m.room.message", None) => Ok(message(&event.content).unwrap_or_else(|| other(event))),
        ("m.room.redaction", None) => Ok(redaction(event)),
        ("m.reaction", None) => Ok(reaction(event)),
        ("m.room.tombstone", Some(key)) if key.is_empty() => Ok(What::Tombstone {
            replacement: text(&event.content, "replacement_room")
                .and_then(|room| OwnedRoomId::try_from(room).ok()),
        }),
        _ => Ok(other(event)),
    }
}

fn echo(event: &Envelope) -> What {
    let effect = event
        .content
        .get(names::EFFECT)
        .and_then(Value::as_str)
        .map(str::to_owned);
    What::Ours {
        effect,
        event_type: event.event_type.clone(),
    }
}

fn other(event: &Envelope) -> What {
    What::Other {
        event_type: event.event_type.clone(),
        message_type: None,
        caption: None,
    }
}

/// Spec: "m.room.redaction". Since room version 11 what it takes back stands in the content.
fn redaction(event: &Envelope) -> What {
    let in_content = event.content.get("redacts").and_then(Value::as_str);
    let of = in_content.and_then(|of| OwnedEventId::try_from(of).ok());
    match of.or_else(|| event.redacts.clone()) {
        Some(of) => What::Redaction { of },
        None => other(event),
    }
}

/// Spec: "m.reaction". One that was taken back before it came says nothing.
fn reaction(event: &Envelope) -> What {
    let relates = event.content.get("m.relates_to");
    let text = |key: &str| {
        relates
            .and_then(|relates| relates.get(key))
            .and_then(Value::as_str)
    };
    let of = text("event_id").and_then(|of| OwnedEventId::try_from(of).ok());
    match (text("rel_type"), of, text("key")) {
        (Some("m.annotation"), Some(of), Some(key)) => What::Reaction {
            of,
            key: key.to_owned(),
        },
        _ => other(event),
    }
}

fn member(event: &Envelope, user: &str, identity: &Identity) -> Result<What, Unreadable> {
    let user = OwnedUserId::try_from(user)
        .map_err(|_| Unreadable("state_key is no user id".to_owned()))?;
    let membership = text(&event.content, "membership");
    let membership = membership.and_then(membership_called).ok_or_else(|| {
        Unreadable("content.membership is none that the specification knows".to_owned())
    })?;
    let was = event.unsigned["prev_content"]["membership"].as_str();
    if identity.is_ours(&event.sender) && identity.is_ours(&user) {
        return Ok(echo(event));
    }
    if membership == Membership::Invited && user == identity.bot() {
        let direct = event.content.get("is_direct").and_then(Value::as_bool);
        return Ok(What::Invite {
            direct: direct == Some(true),
        });
    }
    // A name that is no text is no name; the membership counts all the same.
    let display_name = event
        .content
        .get("displayname")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok(What::Member {
        user,
        membership,
        was: was.and_then(membership_called),
        display_name,
    })
}

fn membership_called(word: &str) -> Option<Membership> {
    Some(match word {
        "invite" => Membership::Invited,
        "join" => Membership::Joined,
        "leave" => Membership::Left,
        "ban" => Membership::Banned,
        "knock" => Membership::Knocking,
        _ => return None,
    })
}

/// None where it lacks what every message has.
fn message(content: &Map<String, Value>) -> Option<What> {
    if content.is_empty() {
        return Some(What::Redacted);
    }
    let relates = content
        .get("m.relates_to")
        .filter(|relation| relation.is_object());
    if relates
        .and_then(|relation| relation.get("rel_type"))
        .and_then(Value::as_str)
        == Some("m.replace")
    {
        return edit(content, relates);
    }
    let message_type = text(content, "msgtype")?;
    let body = text(content, "body")?.to_owned();
    Some(match text_kind(message_type) {
        Some(kind) => What::Text {
            body,
            formatted: formatted(content),
            kind,
            relates: relates.cloned(),
        },
        None => What::Other {
            event_type: "m.room.message".to_owned(),
            message_type: Some(message_type.to_owned()),
            caption: caption(content, &body),
        },
    })
}

/// Spec: "Media captions": where there is a file name, the body is a caption.
fn caption(content: &Map<String, Value>, body: &str) -> Option<String> {
    let name = content.get("filename").and_then(Value::as_str)?;
    (name != body).then(|| body.to_owned())
}

/// Spec: Client-Server API, "Event replacements". What stands outside of `m.new_content` is for clients that
/// don't know edits.
fn edit(content: &Map<String, Value>, relates: Option<&Value>) -> Option<What> {
    let of = relates
        .and_then(|relation| relation.get("event_id"))
        .and_then(Value::as_str);
    let of = of.and_then(|of| OwnedEventId::try_from(of).ok())?;
    let new = content.get("m.new_content").and_then(Value::as_object)?;
    let message_type = text(new, "msgtype")?;
    let body = text(new, "body")?.to_owned();
    Some(match text_kind(message_type) {
        Some(kind) => What::Edit {
            of,
            body,
            formatted: formatted(new),
            kind,
        },
        None => What::Other {
            event_type: "m.room.message".to_owned(),
            message_type: Some(message_type.to_owned()),
            caption: None,
        },
    })
}

fn text_kind(message_type: &str) -> Option<TextKind> {
    match message_type {
        "m.text" => Some(TextKind::Text),
        "m.notice" => Some(TextKind::Notice),
        "m.emote" => Some(TextKind::Emote),
        _ => None,
    }
}

fn formatted(content: &Map<String, Value>) -> Option<String> {
    let html = content.get("format").and_then(Value::as_str) == Some("org.matrix.custom.html");
    let body = content.get("formatted_body").and_then(Value::as_str);
    body.filter(|_| html).map(str::to_owned)
}

fn text<'a>(content: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    content.get(key).and_then(Value::as_str)
}

#[cfg(test)]
#[path = "heard_tests.rs"]
mod tests;
