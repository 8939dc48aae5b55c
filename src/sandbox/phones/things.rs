//! What phones send beside text. Pictures and voices have no content here: there is nothing to look at or listen to.

use serde::{Deserialize, Serialize};
use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;

/// What a message is, if not only text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
}

/// Something that a phone sends beside text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// The caption of an image, a video or a document, the name of a contact or a place, the question of a poll and
    /// below it, one to a line, what can be chosen. May be empty.
    pub text: String,
}

impl Thing {
    /// A thing with its text.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text }
    }

    /// As it goes over the wire.
    pub(super) fn message(&self) -> wa::Message {
        let text = (!self.text.is_empty()).then(|| self.text.clone());
        let mut message = wa::Message::default();
        match self.kind {
            Kind::Image => {
                message.image_message = MessageField::some(wa::message::ImageMessage {
                    caption: text,
                    mimetype: Some("image/jpeg".into()),
                    ..Default::default()
                });
            }
            Kind::Video => {
                message.video_message = MessageField::some(wa::message::VideoMessage {
                    caption: text,
                    mimetype: Some("video/mp4".into()),
                    ..Default::default()
                });
            }
            Kind::Audio => {
                message.audio_message = MessageField::some(wa::message::AudioMessage {
                    mimetype: Some("audio/ogg; codecs=opus".into()),
                    ptt: Some(true),
                    ..Default::default()
                });
            }
            Kind::Document => {
                let document = wa::Message {
                    document_message: MessageField::some(wa::message::DocumentMessage {
                        caption: text,
                        file_name: Some("acta.pdf".into()),
                        mimetype: Some("application/pdf".into()),
                        ..Default::default()
                    }),
                    ..Default::default()
                };
                message.document_with_caption_message =
                    MessageField::some(wa::message::FutureProofMessage {
                        message: MessageField::some(document),
                    });
            }
            Kind::Sticker => {
                message.sticker_message = MessageField::some(wa::message::StickerMessage {
                    mimetype: Some("image/webp".into()),
                    ..Default::default()
                });
            }
            Kind::Contact => {
                message.contact_message = MessageField::some(wa::message::ContactMessage {
                    vcard: Some(format!(
                        "BEGIN:VCARD\nVERSION:3.0\nFN:{}\nEND:VCARD",
                        self.text
                    )),
                    display_name: text,
                    ..Default::default()
                });
            }
            Kind::Location => {
                message.location_message = MessageField::some(wa::message::LocationMessage {
                    degrees_latitude: Some(-25.3),
                    degrees_longitude: Some(-57.6),
                    name: text,
                    ..Default::default()
                });
            }
            Kind::Poll => {
                let mut lines = self.text.lines().map(str::to_owned);
                message.poll_creation_message_v3 =
                    MessageField::some(wa::message::PollCreationMessage {
                        name: lines.next(),
                        options: lines.map(choice).collect(),
                        selectable_options_count: Some(1),
                        ..Default::default()
                    });
                message.message_context_info = MessageField::some(wa::MessageContextInfo {
                    message_secret: Some(rand::random::<[u8; 32]>().to_vec()),
                    ..Default::default()
                });
            }
        }
        message
    }

    /// What a message carries beside text, if anything. Its wrappers are off.
    pub(super) fn of(message: &wa::Message) -> Option<Self> {
        let thing =
            |kind, text: &Option<String>| Some(Self::new(kind, text.clone().unwrap_or_default()));
        if let Some(image) = message.image_message.as_option() {
            return thing(Kind::Image, &image.caption);
        }
        if let Some(video) = message.video_message.as_option() {
            return thing(Kind::Video, &video.caption);
        }
        if message.audio_message.is_set() {
            return thing(Kind::Audio, &None);
        }
        if let Some(document) = message.document_message.as_option() {
            return thing(Kind::Document, &document.caption);
        }
        if message.sticker_message.is_set() {
            return thing(Kind::Sticker, &None);
        }
        if let Some(contact) = message.contact_message.as_option() {
            return thing(Kind::Contact, &contact.display_name);
        }
        if let Some(location) = message.location_message.as_option() {
            return thing(Kind::Location, &location.name);
        }
        let polls = [
            &message.poll_creation_message,
            &message.poll_creation_message_v2,
            &message.poll_creation_message_v3,
        ];
        let poll = polls.into_iter().find_map(|poll| poll.as_option())?;
        let question = poll.name.clone().into_iter();
        let choices = poll
            .options
            .iter()
            .filter_map(|choice| choice.option_name.clone());
        let lines: Vec<String> = question.chain(choices).collect();
        Some(Self::new(Kind::Poll, lines.join("\n")))
    }
}

fn choice(name: String) -> wa::message::poll_creation_message::Option {
    wa::message::poll_creation_message::Option {
        option_name: Some(name),
        ..Default::default()
    }
}
