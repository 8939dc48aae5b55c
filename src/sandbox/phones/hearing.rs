//! What messages do to a conversation, and how what a phone does becomes a message.

use whatsapp_rust::Jid;
use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::prelude::{InboundMessage, MessageBuilderExt};
use whatsapp_rust::wacore::proto_helpers::MessageExt;
use whatsapp_rust::wacore::types::message::EditAttribute;
use whatsapp_rust::waproto::whatsapp as wa;

use super::shown::{Change, Heard, Invitation, Key, Quote, Reaction, Shown, ShownMember};
use super::things::Thing;
use crate::server::Network;

/// Whom nobody knows.
const SOMEBODY: &str = "alguien";

/// What a message does to a conversation; `None` for what a phone shows nothing of.
pub(super) fn heard(inbound: &InboundMessage, network: &Network) -> Option<Heard> {
    let info = &inbound.info;
    let chat = &info.source.chat;
    let chat = match info.source.is_group {
        true => chat.to_string(),
        // One person's conversation is one, by whichever address they write.
        false if chat.is_pn() || chat.is_lid() => address(&lid(network, chat)),
        false => return None,
    };
    let message = Message {
        content: inbound.message.get_base_message(),
        author: lid(network, &info.source.sender),
        at: info.timestamp.timestamp_millis(),
        as_admin: info.edit == EditAttribute::AdminRevoke,
        network,
    };
    let change = message.changes().or_else(|| {
        let (text, context) = message.words()?;
        let (text, mentions) = message.with_names(text, context);
        Some(Change::Said(Box::new(Shown {
            id: info.id.clone(),
            who: info.push_name.clone(),
            kind: Thing::of(message.content).map(|thing| thing.kind),
            text,
            at: message.at,
            own: info.source.is_from_me,
            edited: false,
            deleted: false,
            deleted_by: None,
            quote: context.and_then(|context| message.quote(context)),
            mentions,
            reactions: Vec::new(),
            invitation: message.invitation(),
            author: message.author.clone(),
            place: 0,
        })))
    })?;
    Some(Heard {
        group: chat,
        message: (message.author, info.id.clone()),
        change,
    })
}

struct Message<'a> {
    content: &'a wa::Message,
    author: String,
    at: i64,
    as_admin: bool,
    network: &'a Network,
}

impl Message<'_> {
    /// What it does to a message that was there before.
    fn changes(&self) -> Option<Change> {
        use wa::message::protocol_message::Type;
        if let Some(reaction) = self.content.reaction_message.as_option() {
            return Some(Change::Reacted {
                of: self.key(reaction.key.as_option()?)?,
                reaction: Reaction {
                    who: name(self.network, &self.author),
                    emoji: reaction.text.clone().unwrap_or_default(),
                    own: false,
                    author: self.author.clone(),
                },
            });
        }
        let protocol = self.content.protocol_message.as_option()?;
        let of = self.key(protocol.key.as_option()?)?;
        match protocol.r#type? {
            Type::REVOKE => {
                let own = of.author.as_ref() == Some(&self.author);
                let by = (!own).then(|| name(self.network, &self.author));
                (own || self.as_admin).then_some(Change::Deleted { of, by })
            }
            Type::MESSAGE_EDIT => {
                let edited = Self {
                    content: protocol.edited_message.as_option()?.get_base_message(),
                    author: self.author.clone(),
                    ..*self
                };
                let (text, context) = edited.words()?;
                let (text, mentions) = self.with_names(text, context);
                Some(Change::Edited {
                    of: Key {
                        author: Some(self.author.clone()),
                        ..of
                    },
                    text,
                    mentions,
                    at: self.at,
                })
            }
            _ => None,
        }
    }

    /// `from_me` in a key speaks of whoever sent the message that holds it.
    fn key(&self, key: &wa::MessageKey) -> Option<Key> {
        let author = match key.from_me {
            Some(true) => Some(self.author.clone()),
            _ => key
                .participant
                .as_ref()
                .and_then(|address| self.lid(address)),
        };
        Some(Key {
            id: key.id.clone()?,
            author,
        })
    }

    fn lid(&self, address: &str) -> Option<String> {
        Some(lid(self.network, &address.parse().ok()?))
    }

    /// Text or caption, and what it refers to.
    fn words(&self) -> Option<(String, Option<&wa::ContextInfo>)> {
        if let Some(thing) = Thing::of(self.content) {
            return Some((thing.text, None));
        }
        if let Some(invite) = self.content.group_invite_message.as_option() {
            return Some((invite.caption.clone().unwrap_or_default(), None));
        }
        let text = self.content.text_content()?.to_owned();
        let extended = self.content.extended_text_message.as_option();
        Some((
            text,
            extended.and_then(|text| text.context_info.as_option()),
        ))
    }

    fn invitation(&self) -> Option<Invitation> {
        let invite = self.content.group_invite_message.as_option()?;
        Some(Invitation {
            group: invite.group_jid.clone()?,
            subject: invite.group_name.clone().unwrap_or_default(),
            code: invite.invite_code.clone()?,
            expires: invite.invite_expiration.unwrap_or_default(),
        })
    }

    fn quote(&self, context: &wa::ContextInfo) -> Option<Quote> {
        let author = context
            .participant
            .as_ref()
            .and_then(|address| self.lid(address));
        let quoted = context.quoted_message.as_option()?.get_base_message();
        let thing = || Thing::of(quoted).map(|thing| thing.text);
        Some(Quote {
            id: context.stanza_id.clone()?,
            who: name(self.network, &author.unwrap_or_default()),
            text: quoted
                .text_content()
                .map(str::to_owned)
                .or_else(thing)
                .unwrap_or_default(),
        })
    }

    /// A text with names in the place of those who are mentioned, and the names.
    fn with_names(&self, text: String, context: Option<&wa::ContextInfo>) -> (String, Vec<String>) {
        let mentioned = context
            .into_iter()
            .flat_map(|context| &context.mentioned_jid);
        let (mut text, mut names) = (text, Vec::new());
        for address in mentioned.filter_map(|address| address.parse::<Jid>().ok()) {
            let digits = address.user.as_str();
            let name = name(self.network, digits);
            text = text.replace(&format!("@{digits}"), &format!("@{name}"));
            names.push(name);
        }
        (text, names)
    }
}

/// The digits of the LID of whoever has this address.
fn lid(network: &Network, address: &Jid) -> String {
    let digits = address.user.as_str();
    match network.person(digits) {
        Some(person) if !address.is_lid() => person.lid,
        _ => digits.to_owned(),
    }
}

/// What the phone calls whoever has these digits.
pub(super) fn name(network: &Network, digits: &str) -> String {
    network
        .person(digits)
        .map_or_else(|| SOMEBODY.to_owned(), |person| person.name)
}

/// A text as it is sent: the addresses of those who are mentioned in the place of their names, and, where it answers a message
/// of another conversation, that conversation's.
pub(super) fn text(
    text: &str,
    answered: Option<&Shown>,
    from: Option<&str>,
    mentioned: &[&ShownMember],
) -> wa::Message {
    if answered.is_none() && mentioned.is_empty() {
        return wa::Message::text(text);
    }
    let mut written = text.to_owned();
    for member in mentioned {
        written = written.replace(&format!("@{}", member.name), &format!("@{}", member.author));
    }
    let mut context = wa::ContextInfo {
        mentioned_jid: mentioned
            .iter()
            .map(|member| address(&member.author))
            .collect(),
        ..Default::default()
    };
    if let Some(answered) = answered {
        let thing = answered
            .kind
            .map(|kind| Thing::new(kind, &*answered.text).message());
        let quoted = thing.unwrap_or_else(|| wa::Message::text(&*answered.text));
        context.stanza_id = Some(answered.id.clone());
        context.participant = Some(address(&answered.author));
        context.remote_jid = from.map(str::to_owned);
        context.quoted_message = MessageField::some(quoted);
    }
    wa::Message::text_with_context(written, context)
}

/// Another text for a message.
pub(super) fn edit(group: &str, of: &Shown, content: wa::Message, at: i64) -> wa::Message {
    use wa::message::protocol_message::Type;
    let protocol = wa::message::ProtocolMessage {
        r#type: Some(Type::MESSAGE_EDIT),
        key: MessageField::some(key(group, of)),
        edited_message: MessageField::some(content),
        timestamp_ms: Some(at),
        ..Default::default()
    };
    wa::Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}

/// Deletes a message for everyone.
pub(super) fn revoke(group: &str, of: &Shown) -> wa::Message {
    use wa::message::protocol_message::Type;
    let protocol = wa::message::ProtocolMessage {
        r#type: Some(Type::REVOKE),
        key: MessageField::some(key(group, of)),
        ..Default::default()
    };
    wa::Message {
        protocol_message: MessageField::some(protocol),
        ..Default::default()
    }
}

/// Reacts to a message; an empty emoji takes it back.
pub(super) fn reaction(group: &str, of: &Shown, emoji: &str, at: i64) -> wa::Message {
    let reaction = wa::message::ReactionMessage {
        key: MessageField::some(key(group, of)),
        text: Some(emoji.to_owned()),
        sender_timestamp_ms: Some(at),
        ..Default::default()
    };
    wa::Message {
        reaction_message: MessageField::some(reaction),
        ..Default::default()
    }
}

fn key(group: &str, of: &Shown) -> wa::MessageKey {
    wa::MessageKey {
        remote_jid: Some(group.to_owned()),
        from_me: Some(of.own),
        id: Some(of.id.clone()),
        participant: (!of.own).then(|| address(&of.author)),
    }
}

fn address(lid: &str) -> String {
    Jid::lid(lid).to_string()
}
