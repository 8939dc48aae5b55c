//! Carrying out what goes on in debate libre.

use civic::GroupId;
use matrix::names;
use matrix::record::{Debate, VERSION};
use ruma::OwnedEventId;
use serde_json::{Value, json};
use vault::Batch;
use whatsapp::Saying;

use super::{Debating, debate_name};
use crate::engine::entries::{Outgoing, Spot, Words};
use crate::engine::lane::Failure;
use crate::engine::perform::{Event, MESSAGE, member_id, misplaced};
use crate::engine::perform_changes::amended;
use crate::engine::{Engine, Seat, answers, lock};

impl Engine {
    pub(in crate::engine) async fn debate_in_room(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        debating: &Debating,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        match debating {
            Debating::Open { text } => self.open_debate(seat, entry, text, uncertain).await,
            Debating::Copy {
                of,
                member,
                words,
                quoted,
            } => {
                let Some(root) = self.debate_root(seat)? else {
                    return Ok(None);
                };
                let said = (member.as_str(), words, *quoted);
                let Some(mut content) = self.copied(seat, said)? else {
                    return Ok(None);
                };
                let original = self.event_of(of)?.map(|(_, event)| event);
                content[names::COPIED] = json!({ "member": member, "event": original });
                content["m.relates_to"] = json!({
                    "rel_type": "m.thread",
                    "event_id": root,
                    "is_falling_back": true,
                    "m.in_reply_to": { "event_id": root },
                });
                self.say_there(seat, entry, (member, *quoted), content, uncertain)
                    .await
            }
            Debating::Correct {
                copy,
                member,
                words,
                quoted,
                ..
            } => {
                let said = (member.as_str(), words, *quoted);
                let copy = self.event_of(copy)?.filter(|(room, _)| *room == seat.room);
                let (Some((_, copy)), Some(content)) = (copy, self.copied(seat, said)?) else {
                    return Ok(None);
                };
                let content = amended(content, &copy);
                self.say_there(seat, entry, (member, *quoted), content, uncertain)
                    .await
            }
            Debating::Point { of, case, text } => {
                let mut content = answers::in_room(text, None, &seat.room);
                content[names::POINTER] = json!({ "case": case });
                if let Some(relation) = self.pointed_at(seat, of)? {
                    content["m.relates_to"] = relation;
                }
                let event = Event {
                    event_type: MESSAGE,
                    content,
                    at: None,
                };
                let bot = self.homeserver.bot();
                self.send_once(&seat.room, bot, entry, &event, uncertain)
                    .await
            }
        }
    }

    /// What points to debate libre in a group.
    pub(in crate::engine) fn pointed(
        &self,
        group: &GroupId,
        debating: &Debating,
    ) -> Result<Saying, Failure> {
        let Debating::Point { of, text, .. } = debating else {
            return Err(misplaced());
        };
        Ok(Saying::Text {
            text: text.clone(),
            reply: self.reply_to(group, of)?,
            mentions: Vec::new(),
        })
    }

    /// Says what debate libre begins with, unless that stands in this room, and has the room's state name it.
    async fn open_debate(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        text: &str,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let note = self.notebook.note(&note_of(seat));
        let noted = note.map_err(|_| Failure::Later(None))?;
        let (root, sent) = match self.debate_root(seat)? {
            Some(root) if noted.as_deref() == Some(root.as_str().as_bytes()) => return Ok(None),
            Some(root) => (root, None),
            None => {
                let event = Event {
                    event_type: MESSAGE,
                    content: answers::in_room(text, None, &seat.room),
                    at: None,
                };
                let bot = self.homeserver.bot();
                let sent = self
                    .send_once(&seat.room, bot, entry, &event, uncertain)
                    .await?;
                let standing = sent.clone().and_then(|spot| Spot(spot).in_room());
                let (_, root) = standing.ok_or_else(misplaced)?;
                (root, sent)
            }
        };
        let debate = Debate {
            v: VERSION,
            root_event: root.to_string(),
        };
        self.homeserver
            .set_state(&seat.room, names::DEBATE, "", &json!(debate))
            .await?;
        let mut batch = Batch::new();
        let bytes = root.as_str().as_bytes();
        self.notebook.put_note(&mut batch, &note_of(seat), bytes);
        let noted = self.notebook.commit(batch).await;
        noted.map_err(|_| Failure::Later(None))?;
        Ok(sent)
    }

    /// What debate libre begins with in this room.
    pub(super) fn debate_root(&self, seat: &Seat) -> Result<Option<OwnedEventId>, Failure> {
        let name = debate_name(&self.notebook, seat.slug().as_str());
        let root = self.event_of(&name)?.filter(|(room, _)| *room == seat.room);
        Ok(root.map(|(_, event)| event))
    }

    /// Somebody's words in debate libre; none of whoever is not carried any more.
    fn copied(
        &self,
        seat: &Seat,
        (member, words, quoted): (&str, &Words, bool),
    ) -> Result<Option<Value>, Failure> {
        let Some(member) = self.carried(member)? else {
            return Ok(None);
        };
        if !quoted {
            return Ok(Some(self.content_of(seat, &member, words)));
        }
        let name = lock(&self.people).shown(&member);
        Ok(Some(
            self.content(seat, &self.behind_name(seat, &name, words)),
        ))
    }

    async fn say_there(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (member, quoted): (&str, bool),
        content: Value,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        if !quoted {
            let member = member_id(member)?;
            return self
                .say(seat, &member, entry, MESSAGE, content, entry.at, uncertain)
                .await;
        }
        let event = Event {
            event_type: MESSAGE,
            content,
            at: None,
        };
        let bot = self.homeserver.bot();
        self.send_once(&seat.room, bot, entry, &event, uncertain)
            .await
    }

    /// How a pointer hangs on what began the tangent: it stands where that does.
    fn pointed_at(&self, seat: &Seat, of: &[u8]) -> Result<Option<Value>, Failure> {
        let here = |link: &[u8]| {
            let event = self.event_of(link)?;
            let event = event.filter(|(room, _)| *room == seat.room);
            Ok::<_, Failure>(event.map(|(_, event)| event))
        };
        let Some(event) = here(of)? else {
            return Ok(None);
        };
        let mut relation = json!({ "m.in_reply_to": { "event_id": event } });
        let link = self.notebook.link(of).map_err(|_| Failure::Later(None))?;
        let thread = link.and_then(|link| link.thread);
        if let Some(root) = thread.map(|thread| here(&thread)).transpose()?.flatten() {
            relation["rel_type"] = "m.thread".into();
            relation["event_id"] = root.as_str().into();
            relation["is_falling_back"] = false.into();
        }
        Ok(Some(relation))
    }
}

/// The name of the note that holds which event the room's state names.
pub(super) fn note_of(seat: &Seat) -> String {
    format!("debate/{}", seat.slug())
}
