use whatsapp_rust::Jid;
use whatsapp_rust::wacore::types::message::EditAttribute;
use whatsapp_rust::waproto::whatsapp as wa;

use super::{Answered, Kind, MessageKey, Quoted, What};
use crate::{GroupJid, Person};

/// What has to be known of a message to read what it says of other messages: their keys are written as the sender
/// sees them.
pub(crate) struct Frame<'a> {
    /// The group that it was written in; none if it was written to the bridge alone.
    pub(crate) group: Option<&'a GroupJid>,
    pub(crate) sender: &'a Person,
    /// The bridge's account.
    pub(crate) own: &'a dyn Fn() -> Person,
    /// The `edit` attribute of its stanza. WhatsApp sees it, other than what is sealed, and lets only admins act as
    /// admins.
    pub(crate) edit: &'a EditAttribute,
    /// Adds what else is known of a person's address.
    pub(crate) complete: &'a dyn Fn(Person) -> Person,
}

impl Frame<'_> {
    fn person(&self, address: &str) -> Option<Person> {
        let jid: Jid = address.parse().ok()?;
        Person::from_jids([&jid]).map(self.complete)
    }

    fn key_of(&self, id: Option<&str>, author: Option<Person>) -> Option<MessageKey> {
        Some(MessageKey {
            id: id.filter(|id| !id.is_empty())?.to_owned(),
            ours: author
                .as_ref()
                .is_some_and(|author| author.is(&(self.own)())),
            author,
        })
    }

    /// What a key names. `from_me` in it speaks of whoever sent the message that holds it.
    fn key(&self, key: Option<&wa::MessageKey>) -> Option<MessageKey> {
        let key = key?;
        let author = match key.from_me {
            Some(true) => Some(self.sender.clone()),
            _ => key
                .participant
                .as_deref()
                .and_then(|author| self.person(author)),
        };
        self.key_of(key.id.as_deref(), author)
    }

    /// A message of the sender's own.
    fn own_key(&self, key: Option<&wa::MessageKey>) -> Option<MessageKey> {
        self.key_of(key?.id.as_deref(), Some(self.sender.clone()))
    }

    fn quoted(&self, context: &wa::ContextInfo) -> Option<Quoted> {
        // What is quoted from another conversation is not answered here.
        let elsewhere = |chat: &String| chat.parse::<GroupJid>().ok().as_ref() != self.group;
        if context.remote_jid.as_ref().is_some_and(elsewhere) {
            return None;
        }
        self.quoted_anywhere(context)
    }

    /// What is answered where only the bridge reads: something from there, or from a group.
    fn answered(&self, context: &wa::ContextInfo) -> Option<Answered> {
        Some(Answered {
            group: match &context.remote_jid {
                Some(chat) => Some(chat.parse().ok()?),
                None => None,
            },
            message: self.quoted_anywhere(context)?,
        })
    }

    fn quoted_anywhere(&self, context: &wa::ContextInfo) -> Option<Quoted> {
        let author = context.participant.as_deref();
        let author = author.and_then(|author| self.person(author));
        Some(Quoted {
            key: self.key_of(context.stanza_id.as_deref(), author)?,
            text: context
                .quoted_message
                .as_option()
                .and_then(|quoted| words(unwrapped(quoted)))
                .map(|(text, _)| text.to_owned()),
        })
    }

    fn mentions(&self, context: Option<&wa::ContextInfo>) -> Vec<Person> {
        let mentioned = context
            .into_iter()
            .flat_map(|context| &context.mentioned_jid);
        let mut people = Vec::new();
        for person in mentioned.filter_map(|address| self.person(address)) {
            if !people.iter().any(|known: &Person| known.is(&person)) {
                people.push(person);
            }
        }
        people
    }
}

/// Others may wrap a message as deep as they like; we look no deeper than any real client wraps.
const WRAPPERS: usize = 8;

/// What a message says, or nothing if it is only for the machinery: keys, settings, synchronisation.
///
/// Never takes an edit for a new text, or a caption for a text.
pub(crate) fn what(message: &wa::Message, frame: &Frame<'_>) -> Option<What> {
    let message = unwrapped(message);
    if let Some((text, context)) = text(message) {
        return (!text.is_empty()).then(|| What::Text {
            text: text.to_owned(),
            reply: context.and_then(|context| frame.quoted(context)),
            mentions: frame.mentions(context),
        });
    }
    if let Some(protocol) = message.protocol_message.as_option() {
        return changed(protocol, frame);
    }
    if let Some(wrapped) = message.edited_message.as_option() {
        let inner = wrapped.message.as_option().map(unwrapped);
        let protocol = inner.and_then(|inner| inner.protocol_message.as_option());
        return match protocol {
            Some(protocol) => changed(protocol, frame),
            None => unknown(Kind::Edit, None),
        };
    }
    if let Some(reaction) = message.reaction_message.as_option() {
        let emoji = reaction.text.clone().filter(|emoji| !emoji.is_empty());
        let of = frame.key(reaction.key.as_option())?;
        return Some(What::Reaction { of, emoji });
    }
    let (kind, caption) = media(message)
        .map(|(kind, caption, _)| (kind, caption))
        .or_else(|| acts(message).map(|kind| (kind, None)))
        .or_else(|| (!is_machinery(message)).then_some((Kind::Other, None)))?;
    unknown(kind, caption)
}

/// What somebody writes to the bridge alone, and what that answers; nothing if there is nothing in it that is to be answered.
pub(crate) fn alone(
    message: &wa::Message,
    frame: &Frame<'_>,
) -> Option<(Option<String>, Option<Answered>)> {
    if let Some((words, context)) = text(unwrapped(message)) {
        let answers = context.and_then(|context| frame.answered(context));
        return (!words.is_empty()).then(|| (Some(words.to_owned()), answers));
    }
    match what(message, frame)? {
        What::Unknown {
            kind: Kind::PollVote | Kind::Reaction | Kind::Edit,
            ..
        } => None,
        What::Unknown { .. } => Some((None, None)),
        _ => None,
    }
}

/// What becomes of a message that was there before.
fn changed(protocol: &wa::message::ProtocolMessage, frame: &Frame<'_>) -> Option<What> {
    use wa::message::protocol_message::Type;
    let key = protocol.key.as_option();
    match protocol.r#type {
        Some(Type::REVOKE) => {
            let of = frame.key(key)?;
            let own = of
                .author
                .as_ref()
                .is_some_and(|author| author.is(frame.sender));
            let may = own || *frame.edit == EditAttribute::AdminRevoke;
            may.then_some(What::Revoke { of })
        }
        Some(Type::MESSAGE_EDIT) => {
            let of = frame.own_key(key)?;
            let edited = protocol.edited_message.as_option().map(unwrapped);
            match edited.and_then(words) {
                Some((text, context)) => Some(What::Edit {
                    of,
                    text: text.to_owned(),
                    mentions: frame.mentions(context),
                }),
                None => unknown(Kind::Edit, None),
            }
        }
        _ => None,
    }
}

/// Text, and what it refers to.
fn text(message: &wa::Message) -> Option<(&str, Option<&wa::ContextInfo>)> {
    if let Some(text) = message.conversation.as_deref() {
        return Some((text, None));
    }
    let extended = message.extended_text_message.as_option()?;
    let text = extended.text.as_deref().unwrap_or_default();
    Some((text, extended.context_info.as_option()))
}

/// The words of a message, be they a text or a caption.
fn words(message: &wa::Message) -> Option<(&str, Option<&wa::ContextInfo>)> {
    let caption = || {
        let (_, caption, context) = media(message)?;
        Some((caption?, context))
    };
    text(message)
        .or_else(caption)
        .filter(|(text, _)| !text.is_empty())
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

/// What comes with a caption, the caption, and what that refers to.
fn media(message: &wa::Message) -> Option<(Kind, Option<&str>, Option<&wa::ContextInfo>)> {
    if let Some(image) = message.image_message.as_option() {
        let context = image.context_info.as_option();
        return Some((Kind::Image, image.caption.as_deref(), context));
    }
    for video in [&message.video_message, &message.ptv_message] {
        if let Some(video) = video.as_option() {
            let context = video.context_info.as_option();
            return Some((Kind::Video, video.caption.as_deref(), context));
        }
    }
    let document = message.document_message.as_option()?;
    let context = document.context_info.as_option();
    Some((Kind::Document, document.caption.as_deref(), context))
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
        (message.secret_encrypted_message.is_set(), Kind::Edit),
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
