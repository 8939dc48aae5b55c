//! What was said in a group, in the bridge's own terms.

use std::fmt;

use serde::{Deserialize, Serialize};
use whatsapp_rust::wacore::types::message::MessageInfo;
use whatsapp_rust::wacore_binary::JidExt;
use whatsapp_rust::waproto::whatsapp as wa;

use crate::{GroupJid, Lid, PhoneNumber};

/// Something that was said in a group.
///
/// The same message may be heard again: it is the same if `group`, the sender and `id` are the same. Its serde
/// form holds addresses: only for sealed storage.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Where.
    pub group: GroupJid,
    /// WhatsApp's id of the message. Unique only together with group and sender.
    pub id: String,
    /// Who.
    pub sender: Sender,
    /// The name that the sender goes by. May hold anything, a number too.
    pub push_name: Option<String>,
    /// When, in milliseconds since 1970, by WhatsApp's clock.
    pub at_ms: i64,
    /// Whether it was written by the bridge's own account, on its phone. (What the connector sends is not
    /// heard.)
    pub from_me: bool,
    /// What.
    pub what: What,
}

/// Who wrote a message. At least one of the two is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The sender's LID, where it is known.
    pub lid: Option<Lid>,
    /// The sender's number, where it is known.
    pub number: Option<PhoneNumber>,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// Text.
    Text(String),
    /// Something that is not carried over yet.
    Unknown {
        /// What it is.
        kind: Kind,
        /// The text that came with it.
        caption: Option<String>,
    },
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
    Reaction,
    Edit,
    Revoke,
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
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Unknown { kind, .. } => write!(f, "Unknown({kind:?})"),
        }
    }
}

/// Where a message came from, as far as the connector needs it to know what to do with it.
pub(crate) enum Origin {
    /// A group.
    Group(GroupJid, Sender),
    /// A person wrote to the bridge directly.
    Direct,
    /// Status broadcasts, newsletters, what this device sent itself.
    Elsewhere,
}

/// Where a message came from. `own_device` is the number of this device.
pub(crate) fn origin(info: &MessageInfo, own_device: u16) -> Origin {
    let source = &info.source;
    if source.is_from_me && source.sender.device == own_device {
        return Origin::Elsewhere;
    }
    if !source.chat.is_group() {
        let person = source.chat.is_pn() || source.chat.is_lid();
        return if person {
            Origin::Direct
        } else {
            Origin::Elsewhere
        };
    }
    let alternative = source.sender_alt.as_ref();
    let sender = Sender {
        lid: Lid::from_jid(&source.sender).or_else(|| alternative.and_then(Lid::from_jid)),
        number: PhoneNumber::from_jid(&source.sender)
            .or_else(|| alternative.and_then(PhoneNumber::from_jid)),
    };
    match GroupJid::from_jid(&source.chat) {
        Some(group) if sender.lid.is_some() || sender.number.is_some() => {
            Origin::Group(group, sender)
        }
        _ => Origin::Elsewhere,
    }
}

/// Others may wrap a message as deep as they like; we look no deeper than any real client wraps.
const WRAPPERS: usize = 8;

/// What a message says, or nothing if it is only for the machinery: keys, settings, synchronisation.
///
/// Never takes an edit for a new text, or a caption for a text.
pub(crate) fn what(message: &wa::Message) -> Option<What> {
    let message = unwrapped(message);
    if let Some(text) = message.conversation.as_deref() {
        return said(text);
    }
    if let Some(extended) = message.extended_text_message.as_option() {
        return said(extended.text.as_deref().unwrap_or_default());
    }
    if let Some(protocol) = message.protocol_message.as_option() {
        use wa::message::protocol_message::Type;
        return match protocol.r#type {
            Some(Type::REVOKE) => unknown(Kind::Revoke, None),
            Some(Type::MESSAGE_EDIT) => unknown(Kind::Edit, None),
            _ => None,
        };
    }
    let (kind, caption) = media(message)
        .or_else(|| acts(message).map(|kind| (kind, None)))
        .or_else(|| (!is_machinery(message)).then_some((Kind::Other, None)))?;
    unknown(kind, caption)
}

fn said(text: &str) -> Option<What> {
    (!text.is_empty()).then(|| What::Text(text.to_owned()))
}

fn unknown(kind: Kind, caption: Option<&str>) -> Option<What> {
    let caption = caption
        .filter(|caption| !caption.is_empty())
        .map(str::to_owned);
    Some(What::Unknown { kind, caption })
}

/// The message within the wrappers that only say how it is shown or sent. An edit is no such wrapper.
fn unwrapped(message: &wa::Message) -> &wa::Message {
    let mut current = message;
    for _ in 0..WRAPPERS {
        let inner = [
            &current.ephemeral_message,
            &current.view_once_message,
            &current.view_once_message_v2,
            &current.view_once_message_v2_extension,
            &current.document_with_caption_message,
            &current.group_mentioned_message,
            &current.spoiler_message,
            &current.lottie_sticker_message,
            &current.associated_child_message,
        ]
        .into_iter()
        .find_map(|wrapper| wrapper.as_option()?.message.as_option());
        let sent = current.device_sent_message.as_option();
        match inner.or_else(|| sent?.message.as_option()) {
            Some(inner) => current = inner,
            None => break,
        }
    }
    current
}

fn media(message: &wa::Message) -> Option<(Kind, Option<&str>)> {
    if let Some(image) = message.image_message.as_option() {
        return Some((Kind::Image, image.caption.as_deref()));
    }
    for video in [&message.video_message, &message.ptv_message] {
        if let Some(video) = video.as_option() {
            return Some((Kind::Video, video.caption.as_deref()));
        }
    }
    if let Some(document) = message.document_message.as_option() {
        return Some((Kind::Document, document.caption.as_deref()));
    }
    None
}

fn acts(message: &wa::Message) -> Option<Kind> {
    let polls = [
        &message.poll_creation_message,
        &message.poll_creation_message_v2,
        &message.poll_creation_message_v3,
        &message.poll_creation_message_v5,
        &message.poll_creation_message_v6,
    ];
    let poll = polls.iter().any(|poll| poll.is_set()) || message.poll_creation_message_v4.is_set();
    [
        (message.edited_message.is_set(), Kind::Edit),
        (message.reaction_message.is_set(), Kind::Reaction),
        (message.enc_reaction_message.is_set(), Kind::Reaction),
        (message.audio_message.is_set(), Kind::Audio),
        (message.sticker_message.is_set(), Kind::Sticker),
        (message.contact_message.is_set(), Kind::Contact),
        (message.contacts_array_message.is_set(), Kind::Contact),
        (message.location_message.is_set(), Kind::Location),
        (message.live_location_message.is_set(), Kind::Location),
        (poll, Kind::Poll),
        (message.poll_update_message.is_set(), Kind::PollVote),
        (message.event_message.is_set(), Kind::Event),
    ]
    .into_iter()
    .find_map(|(is, kind)| is.then_some(kind))
}

/// Whether there is nothing in the message that a person would have written.
fn is_machinery(message: &wa::Message) -> bool {
    let only_context = wa::Message {
        sender_key_distribution_message: message.sender_key_distribution_message.clone(),
        fast_ratchet_key_sender_key_distribution_message: message
            .fast_ratchet_key_sender_key_distribution_message
            .clone(),
        message_context_info: message.message_context_info.clone(),
        ..wa::Message::default()
    };
    *message == only_context
        || message.pin_in_chat_message.is_set()
        || message.keep_in_chat_message.is_set()
        || message.album_message.is_set()
        || message.placeholder_message.is_set()
        || message.call_log_messsage.is_set()
        || message.bcall_message.is_set()
        || message.sticker_sync_rmr_message.is_set()
        || message.message_history_bundle.is_set()
        || message.message_history_notice.is_set()
        || message.limit_sharing_message.is_set()
        || message.group_root_key_share.is_set()
        || message.root_secret_distribute_message.is_set()
}

#[cfg(test)]
mod tests;
