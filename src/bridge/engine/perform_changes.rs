//! Carrying out in a room what hangs on other messages: answers, changes, what is taken back.

use civic::{Leg, MemberId};
use ruma::{EventId, OwnedEventId, OwnedRoomId, UserId};
use serde_json::{Value, json};
use vault::VaultError;

use super::entries::{Link, Outgoing, Spot, Words, leg_key};
use super::lane::Failure;
use super::{Engine, Seat, lock};

/// A message in a room: that of its theme, or one that it replaced.
pub(super) type InRoom = (OwnedRoomId, OwnedEventId);

impl Engine {
    /// The event by which the message of a link stands in a room.
    pub(super) fn event_of(&self, link: &[u8]) -> Result<Option<InRoom>, Failure> {
        Ok(self.events_of(link)?.into_iter().next())
    }

    /// That, and its edits.
    pub(super) fn events_of(&self, link: &[u8]) -> Result<Vec<InRoom>, Failure> {
        let spots = || -> Result<Vec<Spot>, VaultError> {
            match self.notebook.link(link)? {
                Some(link) => self.notebook.spots(&link, &leg_key(&Leg::Room)),
                None => Ok(Vec::new()),
            }
        };
        let spots = spots().map_err(|_| Failure::Later(None))?;
        Ok(spots.iter().filter_map(Spot::in_room).collect())
    }

    /// What is said in the room: an answer within the thread of what it answers. Relations don't lead into another room: an answer
    /// to what stands in one that was replaced quotes it.
    pub(super) fn said_in_room(
        &self,
        seat: &Seat,
        (member, words): (&MemberId, &Words),
        answers: Option<&[u8]>,
        piece: usize,
    ) -> Result<Value, Failure> {
        let mut content = self.content_of(seat, member, words);
        let Some(link) = answers else {
            return Ok(content);
        };
        let Some((room, event)) = self.event_of(link)? else {
            return Ok(content);
        };
        let answered = self.notebook.link(link).map_err(|_| Failure::Later(None))?;
        let Some(answered) = answered else {
            return Ok(content);
        };
        if room != seat.room {
            let quote = self.quote(&answered).filter(|_| piece == 0);
            return Ok(match quote {
                Some(quote) => {
                    self.content_of(seat, member, &self.behind_quote(seat, &quote, words))
                }
                None => content,
            });
        }
        let mut relation = json!({ "m.in_reply_to": { "event_id": event } });
        let thread = self.thread_of_proposal(seat, link).or(answered.thread);
        if let Some(thread) = thread
            && let Some((room, root)) = self.event_of(&thread)?
            && room == seat.room
        {
            relation["rel_type"] = "m.thread".into();
            relation["event_id"] = root.as_str().into();
            relation["is_falling_back"] = false.into();
        }
        content["m.relates_to"] = relation;
        Ok(content)
    }

    /// A message as it is quoted in full view, unless it was taken back or its author stays out.
    fn quote(&self, link: &Link) -> Option<String> {
        let member = link.member.parse().ok()?;
        let people = lock(&self.people);
        let is_there = !link.shown().is_empty() && people.choice(&member).carried;
        is_there.then(|| format!("{}: {}", people.shown(&member), link.shown()))
    }

    /// Takes a message back, with all its edits: as the ghost of who takes back their own, or else as the bridge.
    pub(super) async fn take_back_in_room(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        of: &[u8],
        by_author: bool,
    ) -> Result<Option<String>, Failure> {
        let link = self.notebook.link(of).map_err(|_| Failure::Later(None))?;
        let room = leg_key(&Leg::Room);
        // Whoever took it back there has done so with the message itself.
        let gone = entry.origin.as_ref() == Some(&room)
            && link.as_ref().is_some_and(|link| link.leg == room);
        let author = link
            .filter(|link| by_author && link.leg != room)
            .and_then(|link| link.member.parse::<MemberId>().ok());
        let ghost = author.and_then(|author| self.ghost_of(&author));
        let events = self.events_of(of)?;
        for (place, event) in events.iter().enumerate().skip(usize::from(gone)) {
            let id = format!("{}.{place}", entry.effect);
            self.redact(seat, ghost.as_deref(), event, &id).await?;
        }
        Ok(None)
    }

    /// Takes a message out of the room, with all its edits, as the bridge.
    pub(super) async fn hide_in_room(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        of: &[u8],
    ) -> Result<Option<String>, Failure> {
        for (place, event) in self.events_of(of)?.iter().enumerate() {
            let id = format!("{}.{place}", entry.effect);
            self.redact(seat, None, event, &id).await?;
        }
        Ok(None)
    }

    /// Takes a person's last reaction back.
    pub(super) async fn take_back_reaction(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        member: &MemberId,
        before: &str,
    ) -> Result<(), Failure> {
        let known = self.notebook.message_of_effect(before);
        let event = known.map_err(|_| Failure::Later(None))?;
        let Some(event) = event.and_then(|event| Spot(event).in_room()) else {
            return Ok(());
        };
        let ghost = self.ghost_of(member);
        let id = format!("{}.before", entry.effect);
        self.redact(seat, ghost.as_deref(), &event, &id).await
    }

    /// A ghost that has left can't redact; the bridge can. In a room that was replaced it may be that neither can.
    async fn redact(
        &self,
        seat: &Seat,
        ghost: Option<&UserId>,
        (room, event): &InRoom,
        id: &str,
    ) -> Result<(), Failure> {
        if let Some(ghost) = ghost {
            let redacted = self.homeserver.redact(ghost, room, event, id, None);
            match redacted.await {
                Err(matrix::SendError::Rejected { .. }) => {}
                redacted => return Ok(redacted.map(drop)?),
            }
        }
        let bot = self.homeserver.bot();
        let redacted = self.homeserver.redact(bot, room, event, id, None);
        match redacted.await {
            Err(error @ matrix::SendError::Rejected { .. }) if *room != seat.room => {
                tracing::debug!(%error, "something stays in a room that was replaced");
                Ok(())
            }
            // It is not there any more (a database that was put back).
            Err(error) if error.is("M_NOT_FOUND") => Ok(()),
            redacted => Ok(redacted.map(drop)?),
        }
    }
}

/// Spec: Client-Server API, "Event replacements".
pub(super) fn amended(new: Value, of: &EventId) -> Value {
    let mut content = new.clone();
    let starred = |content: &mut Value, key: &str| {
        if let Some(text) = content[key].as_str() {
            content[key] = format!("* {text}").into();
        }
    };
    starred(&mut content, "body");
    if content.get("formatted_body").is_some() {
        starred(&mut content, "formatted_body");
    }
    content["m.new_content"] = new;
    // Whoever was mentioned was told so by the first version.
    content["m.mentions"] = json!({});
    content["m.relates_to"] = json!({ "rel_type": "m.replace", "event_id": of });
    content
}
