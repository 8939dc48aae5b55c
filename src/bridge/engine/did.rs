//! What somebody did, as each network tells it: said, changed, taken back, reacted.

use civic::{GroupId, Kind, MemberId};
use matrix::heard::TextKind;
use ruma::RoomId;
use serde_json::Value;
use vault::{Batch, VaultError};
use whatsapp::{KnownNumbers, MessageKey, Quoted};

use super::entries::{Answers, Did, Spot};
use super::talk::beginning_of;
use super::{Engine, Seat, lock, only_told};

impl Engine {
    /// What an event of a room says that somebody did, if it is something that goes to the groups.
    pub(crate) fn did_in_room(&self, seat: &Seat, heard: &matrix::Heard) -> Option<Did> {
        use matrix::What;
        Some(match &heard.what {
            What::Text {
                body,
                formatted,
                kind: TextKind::Text | TextKind::Emote,
                relates,
            } => {
                let answers = relates
                    .as_ref()
                    .and_then(|relates| answered(&heard.room, relates));
                let body = match (&answers, formatted) {
                    (Some(_), None) => without_fallback(body),
                    _ => body,
                };
                Did::Say {
                    words: self.words_from_room(seat, body, formatted.as_deref()),
                    answers,
                    in_place: false,
                }
            }
            What::Edit {
                of,
                body,
                formatted,
                kind: TextKind::Text | TextKind::Emote,
            } => Did::Edit {
                of: Spot::event(&heard.room, of.as_str()),
                words: self.words_from_room(seat, body, formatted.as_deref()),
            },
            What::Redaction { of } => Did::TakeBack {
                of: Spot::event(&heard.room, of.as_str()),
            },
            What::Reaction { of, key } => Did::React {
                to: Spot::event(&heard.room, of.as_str()),
                emoji: Some(civic::reactions::emoji(key).to_owned()),
            },
            What::Other {
                event_type,
                message_type,
                caption,
            } => {
                let kind = kind_in_room(event_type, message_type.as_deref())?;
                let caption = caption.as_deref().unwrap_or_default();
                let caption = self.words_from_room(seat, caption, None);
                Did::Say {
                    words: self.in_place_of(seat, kind, false, &caption),
                    answers: None,
                    in_place: true,
                }
            }
            _ => return None,
        })
    }

    /// What a message of a group says that somebody did, if it is something that goes elsewhere.
    pub(crate) fn did_in_group(
        &self,
        batch: &mut Batch,
        (seat, group): (&Seat, &GroupId),
        member: &MemberId,
        heard: &whatsapp::Heard,
    ) -> Result<Option<Did>, VaultError> {
        use whatsapp::What;
        let mut own = KnownNumbers::default();
        heard
            .sender
            .number
            .iter()
            .for_each(|number| own.insert(number));
        heard.sender.lid.iter().for_each(|lid| own.insert_lid(lid));
        let words = |text: &str| self.words_from_group(seat, group, text, &own);
        Ok(Some(match &heard.what {
            What::Text { text, reply, .. } => {
                let answers = match reply {
                    Some(reply) => self.answered_in_group(batch, reply, &own)?,
                    None => None,
                };
                Did::Say {
                    words: words(text)?,
                    answers,
                    in_place: false,
                }
            }
            What::Edit { of, text, .. } => Did::Edit {
                of: match heard.from_me {
                    true => Spot::ours(&of.id),
                    false => Spot::message(member.as_str(), &of.id),
                },
                words: words(text)?,
            },
            What::Revoke { of } => match self.spot_of(batch, of)? {
                Some(of) if self.may_take_back(group, member, heard, &of) => Did::TakeBack { of },
                _ => return Ok(None),
            },
            What::Reaction { of, emoji } => match self.spot_of(batch, of)? {
                Some(to) => Did::React {
                    to,
                    emoji: emoji
                        .as_deref()
                        .map(civic::reactions::emoji)
                        .map(str::to_owned),
                },
                None => return Ok(None),
            },
            What::Unknown { kind, caption } => {
                let Some(kind) = kind_in_group(*kind) else {
                    return Ok(None);
                };
                let caption = words(caption.as_deref().unwrap_or_default())?;
                Did::Say {
                    words: self.in_place_of(seat, kind, true, &caption),
                    answers: None,
                    in_place: true,
                }
            }
            _ => return Ok(None),
        }))
    }

    /// Whether it is their own, or they are an admin of the group: WhatsApp looks at that too, but it is cheap to be sure.
    fn may_take_back(
        &self,
        group: &GroupId,
        member: &MemberId,
        heard: &whatsapp::Heard,
        of: &Spot,
    ) -> bool {
        let own = match heard.from_me {
            true => Spot::ours(of.id()),
            false => Spot::message(member.as_str(), of.id()),
        };
        let groups = lock(&self.groups);
        let known = groups.get(group).and_then(|seat| seat.known.as_ref());
        *of == own || known.is_some_and(|known| known.admins.contains(member.as_str()))
    }

    /// What a message of a group answers. Words of somebody who stays out, or was never heard in public, are not told by
    /// whoever answers them.
    fn answered_in_group(
        &self,
        batch: &mut Batch,
        reply: &Quoted,
        own: &KnownNumbers,
    ) -> Result<Option<Answers>, VaultError> {
        let Some(to) = self.spot_of(batch, &reply.key)? else {
            return Ok(None);
        };
        let author = match &reply.key.author {
            Some(author) => self.member_of(batch, author)?,
            None => None,
        };
        let people = lock(&self.people);
        let author = author.filter(|author| people.is_public(author));
        let name = author.map(|author| people.shown(&author));
        drop(people);
        // Scrubbed first and cut then: half a number is not found.
        let quoted = reply.text.as_deref();
        let quoted = quoted.map(|text| beginning_of(&self.scrubbed(text, own)));
        Ok(Some(Answers {
            to,
            thread: None,
            quoted: match name {
                Some(name) => quoted.map(|text| format!("{name}: {text}")),
                None => quoted.filter(|_| reply.key.ours),
            },
        }))
    }

    pub(super) fn spot_of(
        &self,
        batch: &mut Batch,
        key: &MessageKey,
    ) -> Result<Option<Spot>, VaultError> {
        if key.ours {
            return Ok(Some(Spot::ours(&key.id)));
        }
        let Some(author) = &key.author else {
            return Ok(None);
        };
        let member = self.member_of(batch, author)?;
        Ok(member.map(|member| Spot::message(member.as_str(), &key.id)))
    }
}

/// Spec: Client-Server API, "Rich replies" and "Threading". In a thread, what is only there for clients that don't know
/// threads is no answer to that message, but to the thread.
fn answered(room: &RoomId, relates: &Value) -> Option<Answers> {
    let event = |value: Option<&Value>| {
        let event = value.and_then(Value::as_str)?;
        Some(Spot::event(room, event))
    };
    let reply = event(
        relates
            .get("m.in_reply_to")
            .and_then(|reply| reply.get("event_id")),
    );
    let is_thread = relates.get("rel_type").and_then(Value::as_str) == Some("m.thread");
    let thread = event(relates.get("event_id")).filter(|_| is_thread);
    let is_fallback = relates.get("is_falling_back").and_then(Value::as_bool) == Some(true);
    let to = match &thread {
        Some(root) => reply
            .filter(|_| !is_fallback)
            .unwrap_or_else(|| root.clone()),
        None => reply?,
    };
    Some(Answers {
        to,
        thread,
        quoted: None,
    })
}

/// Older clients begin an answer with the words that it answers, as a quote.
fn without_fallback(body: &str) -> &str {
    if !body.starts_with("> <") {
        return body;
    }
    let mut rest = body;
    while rest.starts_with("> ") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}

/// The kind of what stands in a room's event, if it is told by a line only.
pub(super) fn only_told_in_room(heard: &matrix::Heard) -> Option<&'static str> {
    let matrix::What::Other {
        event_type,
        message_type,
        ..
    } = &heard.what
    else {
        return None;
    };
    kind_in_room(event_type, message_type.as_deref()).map(only_told::name)
}

/// The same of a group's message.
pub(super) fn only_told_in_group(heard: &whatsapp::Heard) -> Option<&'static str> {
    let whatsapp::What::Unknown { kind, .. } = &heard.what else {
        return None;
    };
    kind_in_group(*kind).map(only_told::name)
}

fn kind_in_room(event_type: &str, message_type: Option<&str>) -> Option<Kind> {
    Some(match (event_type, message_type) {
        ("m.room.message", Some("m.image")) => Kind::Image,
        ("m.room.message", Some("m.video")) => Kind::Video,
        ("m.room.message", Some("m.audio")) => Kind::Audio,
        ("m.room.message", Some("m.file")) => Kind::Document,
        ("m.room.message", Some("m.location")) => Kind::Location,
        ("m.room.message", Some(_)) => Kind::Other,
        ("m.sticker", _) => Kind::Sticker,
        ("m.poll.start" | "org.matrix.msc3381.poll.start", _) => Kind::Poll,
        _ => return None,
    })
}

/// Votes, and what can't be opened, would only be noise.
fn kind_in_group(kind: whatsapp::Kind) -> Option<Kind> {
    use whatsapp::Kind as K;
    Some(match kind {
        K::Image => Kind::Image,
        K::Video => Kind::Video,
        K::Audio => Kind::Audio,
        K::Document => Kind::Document,
        K::Sticker => Kind::Sticker,
        K::Contact => Kind::Contact,
        K::Location => Kind::Location,
        K::Poll => Kind::Poll,
        K::Event => Kind::Event,
        K::PollVote | K::Reaction | K::Edit => return None,
        _ => Kind::Other,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(relates: Value) -> Option<(String, Option<String>)> {
        let room = RoomId::parse("!room").unwrap();
        let event = |spot: Spot| spot.id().to_owned();
        answered(&room, &relates).map(|answers| (event(answers.to), answers.thread.map(event)))
    }

    #[test]
    fn an_answer_is_told_from_what_only_stands_in_a_thread() {
        let reply = json!({"m.in_reply_to": {"event_id": "$a"}});
        assert_eq!(told(reply), Some(("$a".to_owned(), None)));
        let last = json!({"rel_type": "m.thread", "event_id": "$root", "is_falling_back": true,
            "m.in_reply_to": {"event_id": "$last"}});
        assert_eq!(
            told(last),
            Some(("$root".to_owned(), Some("$root".to_owned())))
        );
        let within = json!({"rel_type": "m.thread", "event_id": "$root", "is_falling_back": false,
            "m.in_reply_to": {"event_id": "$a"}});
        assert_eq!(
            told(within),
            Some(("$a".to_owned(), Some("$root".to_owned())))
        );
        assert_eq!(
            told(json!({"rel_type": "m.reference", "event_id": "$a"})),
            None
        );
        assert_eq!(told(json!({"m.in_reply_to": 7})), None);
    }

    #[test]
    fn the_fallback_of_older_clients_is_left_out() {
        assert_eq!(without_fallback("> <@ana:a.b> hola\n> dos\n\nsí"), "sí");
        assert_eq!(without_fallback("> una cita\n\nmía"), "> una cita\n\nmía");
        assert_eq!(without_fallback("> <@ana:a.b> hola"), "");
    }
}
