use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::prelude::MessageBuilderExt;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::waproto::whatsapp::message::ProtocolMessage;
use whatsapp_rust::waproto::whatsapp::message::protocol_message::Type;

use crate::person::Form;
use crate::{GroupJid, Person};

/// For how long after a message phones let its author edit it.
pub const EDIT_WINDOW: Duration = Duration::from_secs(15 * 60);

/// For how long after a message phones take an edit of it. What is edited in time may be a while on its way.
pub const EDITS_TAKEN: Duration = Duration::from_secs(20 * 60);

/// What the bridge's account says or does in a group.
///
/// An author of None is the bridge's own account. A time is in milliseconds since 1970, and the time at which it was
/// first wanted: sent again, it is the same.
#[derive(Clone, PartialEq, Eq)]
pub enum Saying {
    /// Text.
    Text {
        /// The text.
        text: String,
        /// What it answers.
        reply: Option<ReplyTo>,
        /// Whoever stands in the text as [`Person::mention`] writes it. Their phones tell them.
        mentions: Vec<Person>,
    },
    /// Another text for a message of the bridge's own account.
    ///
    /// WhatsApp can't see which message an edit is of, so it refuses none for being late: the phones pass over it. So
    /// whoever sends one looks first whether [`EDIT_WINDOW`] is over, and may say it in a new message instead.
    Edit {
        /// Which message.
        of: String,
        /// What it says now, all of it.
        text: String,
        /// As for a text.
        mentions: Vec<Person>,
        /// When.
        at_ms: i64,
    },
    /// Deletes a message for everyone.
    Revoke {
        /// Which message.
        of: String,
        /// Who wrote it. Somebody else's message only an admin may delete, and WhatsApp refuses (403) whoever is
        /// none.
        author: Option<Person>,
    },
    /// A reaction. The account has one to each message: a new one takes the place of the last.
    Reaction {
        /// To which message.
        of: String,
        /// Who wrote it.
        author: Option<Person>,
        /// One emoji. Empty: the reaction is taken back.
        emoji: String,
        /// When. Phones keep the latest.
        at_ms: i64,
    },
}

/// A message that is answered.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyTo {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: Option<Person>,
    /// What it says: phones that don't have it show this.
    pub text: String,
}

/// Never the text: this is for logs.
impl fmt::Debug for Saying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text, reply, .. } => f
                .debug_struct("Text")
                .field("bytes", &text.len())
                .field("reply", reply)
                .finish(),
            Self::Edit { of, text, .. } => f
                .debug_struct("Edit")
                .field("of", of)
                .field("bytes", &text.len())
                .finish(),
            Self::Revoke { of, .. } => f.debug_struct("Revoke").field("of", of).finish(),
            Self::Reaction { of, .. } => f.debug_struct("Reaction").field("of", of).finish(),
        }
    }
}

impl fmt::Debug for ReplyTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplyTo").field(&self.id).finish()
    }
}

impl Saying {
    /// Plain text that answers nothing and mentions nobody.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            reply: None,
            mentions: Vec::new(),
        }
    }

    /// Whether it names people, so that the form has to be known in which the group names them.
    pub(crate) fn names_somebody(&self) -> bool {
        !matches!(self, Self::Text { reply: None, .. })
    }

    /// The same; a reaction with a time after the latest that was sent. Whoever shows the latest reaction of ours goes by the
    /// time that it carries, and this machine's clock may be set back.
    pub(crate) fn after(mut self, latest: &AtomicI64) -> Self {
        if let Self::Reaction { at_ms, .. } = &mut self {
            let before = latest.fetch_max(*at_ms, Ordering::SeqCst);
            if before >= *at_ms {
                *at_ms = latest.fetch_add(1, Ordering::SeqCst) + 1;
            }
        }
        self
    }

    /// As it goes over the wire. `own` is the bridge's account.
    pub(crate) fn message(&self, group: &GroupJid, own: &Person, form: Form) -> wa::Message {
        let place = Place { group, own, form };
        match self {
            Self::Text {
                text,
                reply,
                mentions,
            } => {
                let context = reply.as_ref().map(|reply| place.quote(reply));
                with_context(text, context, mentions)
            }
            Self::Edit {
                of,
                text,
                mentions,
                at_ms,
            } => protocol(ProtocolMessage {
                r#type: Some(Type::MESSAGE_EDIT),
                key: MessageField::some(wa::MessageKey {
                    participant: place.address(own),
                    ..place.key(of, None)
                }),
                edited_message: MessageField::some(with_context(text, None, mentions)),
                timestamp_ms: Some(*at_ms),
                ..Default::default()
            }),
            Self::Revoke { of, author } => protocol(ProtocolMessage {
                r#type: Some(Type::REVOKE),
                key: MessageField::some(place.key(of, author.as_ref())),
                ..Default::default()
            }),
            Self::Reaction {
                of,
                author,
                emoji,
                at_ms,
            } => wa::Message {
                reaction_message: MessageField::some(wa::message::ReactionMessage {
                    key: MessageField::some(place.key(of, author.as_ref())),
                    text: Some(emoji.clone()),
                    sender_timestamp_ms: Some(*at_ms),
                    ..Default::default()
                }),
                ..Default::default()
            },
        }
    }
}

/// What is said to one person alone, as it goes over the wire. `own` is the bridge's account.
pub(crate) fn alone(text: &str, reply: Option<&ReplyTo>, own: &Person) -> wa::Message {
    let context = reply.map(|reply| {
        let author = reply.author.as_ref().unwrap_or(own).jid();
        quote(reply, author.map(|author| author.to_string()))
    });
    with_context(text, context, &[])
}

fn quote(reply: &ReplyTo, participant: Option<String>) -> wa::ContextInfo {
    wa::ContextInfo {
        stanza_id: Some(reply.id.clone()),
        participant,
        quoted_message: MessageField::some(wa::Message::text(reply.text.as_str())),
        ..Default::default()
    }
}

/// Where something is said, and by whom.
struct Place<'a> {
    group: &'a GroupJid,
    own: &'a Person,
    form: Form,
}

impl Place<'_> {
    fn address(&self, person: &Person) -> Option<String> {
        Some(person.jid_in(self.form)?.to_string())
    }

    /// A message of the group. The key of a message of one's own does without its author.
    fn key(&self, id: &str, author: Option<&Person>) -> wa::MessageKey {
        let author = author.filter(|author| !author.is(self.own));
        wa::MessageKey {
            remote_jid: Some(self.group.expose().to_owned()),
            from_me: Some(author.is_none()),
            id: Some(id.to_owned()),
            participant: author.and_then(|author| self.address(author)),
        }
    }

    fn quote(&self, reply: &ReplyTo) -> wa::ContextInfo {
        quote(
            reply,
            self.address(reply.author.as_ref().unwrap_or(self.own)),
        )
    }
}

fn protocol(message: ProtocolMessage) -> wa::Message {
    wa::Message {
        protocol_message: MessageField::some(message),
        ..Default::default()
    }
}

/// Text with what it refers to, in the plain form where it refers to nothing.
fn with_context(text: &str, quote: Option<wa::ContextInfo>, mentions: &[Person]) -> wa::Message {
    if quote.is_none() && mentions.is_empty() {
        return wa::Message::text(text);
    }
    let addresses = mentions.iter().filter_map(Person::jid);
    let context = wa::ContextInfo {
        mentioned_jid: addresses.map(|address| address.to_string()).collect(),
        ..quote.unwrap_or_default()
    };
    wa::Message::text_with_context(text, context)
}

#[cfg(test)]
mod tests;
