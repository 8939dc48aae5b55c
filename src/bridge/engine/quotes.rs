//! What is quoted above an answer, where the message that it answers was never carried: words that were public, and no
//! others.

use civic::{Leg, MemberId, Notice};
use serde::Deserialize;
use vault::{Batch, VaultError};
use whatsapp::KnownNumbers;

use super::entries::{Did, Incoming, Kept, Spot, Talk, leg_key};
use super::talk::beginning_of;
use super::{Engine, Seat, lock};
use crate::clock;

/// A message in a room, as far as it is quoted. Spec: Client-Server API, "m.room.message".
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    event_type: String,
    sender: String,
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    body: String,
    msgtype: String,
}

impl Engine {
    /// An answer to what was never carried, with the words that it answers; nothing where they are known, where there are none,
    /// or where it already has them.
    pub(super) async fn with_quote(
        &self,
        seat: &Seat,
        incoming: &Incoming,
    ) -> Result<Option<Incoming>, VaultError> {
        let Kept::Talk(talk) = &incoming.what else {
            return Ok(None);
        };
        let Did::Say {
            answers: Some(answers),
            ..
        } = &talk.did
        else {
            return Ok(None);
        };
        let theme = seat.slug().as_str();
        let known = self
            .notebook
            .link_of(theme, &talk.from, &answers.to)?
            .map(|name| self.notebook.link(&name))
            .transpose()?
            .flatten();
        if known.as_ref().is_some_and(|link| !link.only_here) {
            return Ok(None);
        }
        let hidden = known.as_ref().is_some_and(|link| link.hidden);
        let withheld = self.source_withheld(theme, &talk.from, &answers.to);
        let quoted = match hidden || self.notebook.knows(&withheld)? {
            true => None,
            false if talk.from == leg_key(&Leg::Room) => {
                self.quoted_from_room(seat, &answers.to).await
            }
            // Nobody but the answer says so, and it could say anything.
            false if known.is_none() => answers.quoted.as_ref().map(|said| {
                let claimed = self.words(&Notice::AsAnswered, None);
                format!("({claimed}) {said}")
            }),
            false => return Ok(None),
        };
        let mut incoming = incoming.clone();
        if let Kept::Talk(talk) = &mut incoming.what
            && let Did::Say {
                answers: Some(answers),
                ..
            } = &mut talk.did
        {
            answers.quoted = quoted;
        }
        Ok(Some(incoming))
    }

    /// Notes that this was not carried, so that nobody who answers it tells it either.
    pub(super) fn withhold(&self, batch: &mut Batch, seat: &Seat, talk: &Talk) {
        let withheld = self.source_withheld(seat.slug().as_str(), &talk.from, &talk.message);
        self.notebook.remember(batch, &withheld, clock::now());
    }

    fn source_withheld(&self, theme: &str, leg: &str, message: &Spot) -> [u8; 32] {
        let parts = [theme, leg, &message.0].map(str::as_bytes);
        self.source(&[b"withheld", parts[0], parts[1], parts[2]])
    }

    /// What a message of the room says, and who says it. Only a homeserver that answers at once is asked: an answer without
    /// a quote is better than none.
    async fn quoted_from_room(&self, seat: &Seat, message: &Spot) -> Option<String> {
        let (room, event) = message.in_room()?;
        let found = self.homeserver.event(&room, &event).await.ok()??;
        let message: Message = serde_json::from_str(found.get()).ok()?;
        let said = matches!(message.content.msgtype.as_str(), "m.text" | "m.emote");
        if message.event_type != "m.room.message" || !said {
            return None;
        }
        let sender = ruma::UserId::parse(message.sender).ok()?;
        let identity = self.homeserver.identity();
        let member: MemberId = match identity.member_of(&sender) {
            Some(member) => member,
            None if identity.is_ours(&sender) => return None,
            None => lock(&self.people).on_matrix(sender.as_str()),
        };
        let people = lock(&self.people);
        if !people.choice(&member).carried {
            return None;
        }
        // Whoever was not heard yet is called as the room calls them.
        let name = match people.get(&member) {
            Some(_) => people.shown(&member),
            None => people.names().shown(&member, Some(&seat.name_of(&sender))),
        };
        drop(people);
        let text = self.scrubbed(&message.content.body, &KnownNumbers::default());
        Some(format!("{name}: {}", beginning_of(&text)))
    }
}
