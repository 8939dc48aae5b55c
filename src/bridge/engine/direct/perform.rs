//! Carrying out what is done where the bridge talks with one person alone.

use civic::{Alone, Network, Notice};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use whatsapp::ReplyTo;

use super::Address;
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::answers::{self, Asked};
use crate::engine::entries::{Outgoing, Spot};
use crate::engine::lane::Failure;
use crate::engine::perform::{Event, MESSAGE, misplaced};

impl Engine {
    pub(in crate::engine) async fn perform_alone(
        &self,
        entry: &Outgoing,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        match &entry.act {
            Act::Whisper { to, text, answers } => {
                let said = (text.as_str(), answers.as_deref());
                match to {
                    Address::Phone(person) => self.say_on_phone(entry, person, said).await,
                    Address::Room(room) => {
                        let room = room_id(room)?;
                        match self.say_alone(entry, &room, said, uncertain).await {
                            // They have left, or sent the bridge away: nobody reads there.
                            Err(Failure::Refused(why)) => {
                                tracing::debug!(why, "an answer had nobody left to read it");
                                Ok(None)
                            }
                            said => said,
                        }
                    }
                    Address::Account(user) => {
                        let user = user_id(user)?;
                        let room = self.room_with(&user, uncertain).await?;
                        self.say_alone(entry, &room, said, uncertain).await
                    }
                }
            }
            Act::Invite {
                to,
                group,
                subject,
                invitation,
                text,
            } => {
                let connector = self.connected().map_err(|_| Failure::Waiting)?;
                let id = whatsapp::message_id(entry.effect.as_bytes());
                let there = (group, subject.as_str());
                connector.invite(to, &id, there, invitation, text).await?;
                Ok(Some(Spot::ours(id.as_str()).0))
            }
            Act::Part { room, says_why } => {
                self.part(entry, &room_id(room)?, *says_why, uncertain)
                    .await
            }
            Act::KeepFacilitators => self.store_facilitators().await,
            _ => Err(misplaced()),
        }
    }

    async fn say_on_phone(
        &self,
        entry: &Outgoing,
        person: &whatsapp::Person,
        (text, asked): (&str, Option<&Asked>),
    ) -> Result<Option<String>, Failure> {
        let connector = self.connected().map_err(|_| Failure::Waiting)?;
        let reply: Option<ReplyTo> = asked.map(answers::reply_to);
        let id = whatsapp::message_id(entry.effect.as_bytes());
        connector
            .send_direct(person, &id, text, reply.as_ref())
            .await?;
        Ok(Some(Spot::ours(id.as_str()).0))
    }

    /// Says something in a room of the bot's.
    pub(super) async fn say_alone(
        &self,
        entry: &Outgoing,
        room: &RoomId,
        (text, asked): (&str, Option<&Asked>),
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let event = Event {
            event_type: MESSAGE,
            content: answers::in_room(text, asked, room),
            at: None,
        };
        self.send_once(room, self.homeserver.bot(), entry, &event, uncertain)
            .await
    }

    /// What the bridge says once in a room that it can't read.
    pub(super) fn cannot_read(&self, room: &RoomId) -> Act {
        Act::Whisper {
            to: Address::Room(room.to_string()),
            text: self.words(&Notice::Alone(Alone::CannotRead), None),
            answers: None,
        }
    }
}

fn room_id(text: &str) -> Result<OwnedRoomId, Failure> {
    RoomId::parse(text).map_err(|_| misplaced())
}

fn user_id(text: &str) -> Result<OwnedUserId, Failure> {
    UserId::parse(text).map_err(|_| misplaced())
}

/// How the bridge speaks of WhatsApp, to those who ask on a network how to write to it alone.
pub(super) fn offered(on: Network, link: Option<String>) -> Notice {
    let link = link.filter(|_| on == Network::WhatsApp);
    Notice::Alone(Alone::Offered { on, link })
}
