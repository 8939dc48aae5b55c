//! Carrying out in a room what hangs on other messages: answers, changes, what is taken back.

use civic::{Leg, MemberId};
use ruma::{EventId, OwnedEventId, UserId};
use serde_json::{Value, json};
use vault::VaultError;

use super::entries::{Outgoing, Spot, leg_key};
use super::lane::Failure;
use super::{Engine, Seat};

impl Engine {
    /// The event by which the message of a link stands in the room.
    pub(super) fn event_of(&self, link: &[u8]) -> Result<Option<OwnedEventId>, Failure> {
        Ok(self.events_of(link)?.into_iter().next())
    }

    /// That, and its edits.
    fn events_of(&self, link: &[u8]) -> Result<Vec<OwnedEventId>, Failure> {
        let spots = || -> Result<Vec<Spot>, VaultError> {
            match self.notebook.link(link)? {
                Some(link) => self.notebook.spots(&link, &leg_key(&Leg::Room)),
                None => Ok(Vec::new()),
            }
        };
        let spots = spots().map_err(|_| Failure::Later(None))?;
        let event = |spot: Spot| EventId::parse(spot.id()).ok();
        Ok(spots.into_iter().filter_map(event).collect())
    }

    /// Lets a message answer another, within its thread.
    pub(super) fn relate(
        &self,
        content: &mut Value,
        answers: Option<&[u8]>,
    ) -> Result<(), Failure> {
        let Some(link) = answers else {
            return Ok(());
        };
        let Some(event) = self.event_of(link)? else {
            return Ok(());
        };
        let mut relation = json!({ "m.in_reply_to": { "event_id": event } });
        let answered = self.notebook.link(link).map_err(|_| Failure::Later(None))?;
        if let Some(thread) = answered.and_then(|answered| answered.thread)
            && let Some(root) = self.event_of(&thread)?
        {
            relation["rel_type"] = "m.thread".into();
            relation["event_id"] = root.as_str().into();
            relation["is_falling_back"] = false.into();
        }
        content["m.relates_to"] = relation;
        Ok(())
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
        let author = link
            .filter(|link| by_author && link.leg != leg_key(&Leg::Room))
            .and_then(|link| link.member.parse::<MemberId>().ok());
        let ghost = author.and_then(|author| self.ghost_of(&author));
        for (place, event) in self.events_of(of)?.iter().enumerate() {
            let id = format!("{}.{place}", entry.effect);
            self.redact(seat, ghost.as_deref(), event, &id).await?;
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
        let Some(event) = event.and_then(|event| EventId::parse(event).ok()) else {
            return Ok(());
        };
        let ghost = self.ghost_of(member);
        let id = format!("{}.before", entry.effect);
        self.redact(seat, ghost.as_deref(), &event, &id).await
    }

    /// A ghost that has left can't redact; the bridge can.
    async fn redact(
        &self,
        seat: &Seat,
        ghost: Option<&UserId>,
        event: &EventId,
        id: &str,
    ) -> Result<(), Failure> {
        if let Some(ghost) = ghost {
            let redacted = self.homeserver.redact(ghost, &seat.room, event, id, None);
            match redacted.await {
                Err(matrix::SendError::Rejected { .. }) => {}
                redacted => return Ok(redacted.map(drop)?),
            }
        }
        let bot = self.homeserver.bot();
        let redacted = self.homeserver.redact(bot, &seat.room, event, id, None);
        match redacted.await {
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
