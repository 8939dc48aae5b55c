//! Carrying out: acts in a room, as the bot or a ghost, and acts in a group.

use std::sync::Arc;

use civic::{Leg, MemberId, Timestamp};
use matrix::{SendError, names};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde_json::{Value, json};
use vault::Batch;

use super::act::Act;
use super::entries::{Outgoing, Spot, StoredChoice};
use super::lane::Failure;
use super::perform_changes::amended;
use super::{Engine, Seat, answers, lock};

/// What of an effect's time may be off: clocks differ, and late words carry the time at which they were written.
const CLOCK_MARGIN: i64 = 10 * 60_000;

/// The type of events that say something.
pub(super) const MESSAGE: &str = "m.room.message";

/// Whether a ghost is where it is to say something.
enum Seated {
    Yes,
    /// It is banned there.
    ShutOut,
}

/// An event to be sent.
pub(super) struct Event<'a> {
    pub(super) event_type: &'a str,
    pub(super) content: Value,
    /// The time that it carries, if it is not now.
    pub(super) at: Option<Timestamp>,
}

impl Engine {
    /// Carries out one act. Gives the id of the message that it became, if it became one.
    pub(crate) async fn perform(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        to: &Leg,
        entry: &Outgoing,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        match to {
            Leg::Room => self.perform_in_room(seat, entry, uncertain).await,
            Leg::Group(group) => self.perform_in_group(seat, group, entry, uncertain).await,
            Leg::Direct(_) => self.perform_alone(entry, uncertain).await,
        }
    }

    async fn perform_in_room(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        if self.is_hidden(entry)? {
            return Ok(None);
        }
        match &entry.act {
            Act::Say {
                member,
                words,
                at,
                answers,
                piece,
            } => {
                let Some(member) = self.carried(member)? else {
                    return Ok(None);
                };
                let content =
                    self.said_in_room(seat, (&member, words), answers.as_deref(), *piece)?;
                self.say(seat, &member, entry, MESSAGE, content, *at, uncertain)
                    .await
            }
            Act::Amend {
                member,
                of,
                words,
                at,
                ..
            } => {
                let (Some(member), Some(of)) = (self.carried(member)?, self.event_of(of)?) else {
                    return Ok(None);
                };
                let content = amended(self.content_of(seat, &member, words), &of.1);
                if of.0 != seat.room {
                    let former = (of.0, MESSAGE);
                    return self
                        .say_in_former(former, &member, entry, content, *at)
                        .await;
                }
                self.say(seat, &member, entry, MESSAGE, content, *at, uncertain)
                    .await
            }
            Act::TakeBack { of, by_author } => {
                self.take_back_in_room(seat, entry, of, *by_author).await
            }
            Act::React {
                member,
                emoji,
                to,
                before,
                at,
            } => {
                let member = member_id(member)?;
                // What is done again must not take back what it did.
                if let Some(before) = before.as_ref().filter(|before| **before != entry.effect) {
                    self.take_back_reaction(seat, entry, &member, before)
                        .await?;
                }
                let carried = lock(&self.people).choice(&member).carried;
                let to = self.event_of(to)?;
                let (Some(emoji), Some(to), true) = (emoji, to, carried) else {
                    return Ok(None);
                };
                let relation =
                    json!({ "rel_type": "m.annotation", "event_id": to.1, "key": emoji });
                let content = json!({ "m.relates_to": relation });
                if to.0 != seat.room {
                    let former = (to.0, "m.reaction");
                    return self
                        .say_in_former(former, &member, entry, content, *at)
                        .await;
                }
                self.say(seat, &member, entry, "m.reaction", content, *at, uncertain)
                    .await
            }
            Act::Tell { text, answers } => {
                let content = answers::in_room(text, answers.as_deref(), &seat.room);
                let event = Event {
                    event_type: MESSAGE,
                    content,
                    at: None,
                };
                self.send_once(&seat.room, self.homeserver.bot(), entry, &event, uncertain)
                    .await
            }
            Act::Rename { member } => {
                self.name_ghost(&member_id(member)?).await?;
                Ok(None)
            }
            Act::Leave { member } => {
                let member = member_id(member)?;
                let ghost = self.homeserver.identity().ghost_user_id(&member);
                self.homeserver
                    .leave(&ghost, &seat.room)
                    .await
                    .or_else(already_gone)?;
                lock(&seat.theme).know_ghost(&member, false);
                Ok(None)
            }
            Act::Record { .. } => self.write_record(seat, &entry.act).await,
            Act::Call { group } => self.call_group(seat, group).await,
            Act::KeepChoice { member, choice } => self.keep_choice(member, choice).await,
            Act::Write { stored, head, root } => {
                let what = (&**stored, head.as_deref(), root.as_deref());
                self.write_act(seat, entry, what, uncertain).await
            }
            Act::Count { proposal, support } => self.write_count(seat, proposal, support).await,
            Act::Card {
                proposal,
                text,
                root,
            } => {
                let what = (proposal.as_str(), text.as_str(), root.as_deref());
                self.show_card(seat, entry, what, uncertain).await
            }
            Act::Log { stored, states } => {
                self.write_log(seat, entry, (&**stored, states), uncertain)
                    .await
            }
            Act::Powers => self.set_powers(seat).await,
            Act::Hide { of } => self.hide_in_room(seat, entry, of).await,
            Act::Quote { member, words } => {
                let name = lock(&self.people).shown(&member_id(member)?);
                let content = self.content(seat, &self.behind_name(seat, &name, words));
                let event = Event {
                    event_type: MESSAGE,
                    content,
                    at: None,
                };
                self.send_once(&seat.room, self.homeserver.bot(), entry, &event, uncertain)
                    .await
            }
            Act::Approval => self.set_room_door(seat).await,
            Act::Admit { member, on } => self.admit_on_matrix(seat, member, *on).await,
            Act::Debate(debating) => self.debate_in_room(seat, entry, debating, uncertain).await,
            Act::Ban { member, on } => self.ban(seat, member, *on).await,
            Act::Policies => self.list_suspensions().await,
            Act::Participation { counted } => self.write_participation(seat, counted).await,
            Act::Join { accounts, on } => self.write_person(accounts, *on).await,
            Act::Relay { .. }
            | Act::Whisper { .. }
            | Act::Invite { .. }
            | Act::Part { .. }
            | Act::KeepFacilitators
            | Act::Digest { .. }
            | Act::Mood { .. }
            | Act::Gather { .. }
            | Act::Describe { .. }
            | Act::Admins
            | Act::Quiet
            | Act::CatchUp
            | Act::Remove { .. }
            | Act::Unquote { .. } => Err(misplaced()),
        }
    }

    /// Whether a leg is a room that was replaced: what is for it waits until the bridge has followed.
    pub(crate) async fn room_is_over(&self, seat: &Seat, leg: &Leg) -> bool {
        let tombstone = async {
            let read = self.homeserver.state(&seat.room, "m.room.tombstone", "");
            read.await.is_ok_and(|found| found.is_some())
        };
        *leg == Leg::Room && tombstone.await
    }

    /// The ghost as which a person speaks. Those who run the bridge have none: the bridge speaks for them.
    pub(super) fn ghost_of(&self, member: &MemberId) -> Option<OwnedUserId> {
        let is_organisers = lock(&self.people).organisers() == member;
        (!is_organisers).then(|| self.homeserver.identity().ghost_user_id(member))
    }

    /// Says something as a person's ghost. Where that is forbidden, the homeserver may know less of the ghost than we do
    /// (it was kicked, or the database is yesterday's): it is seated anew, once.
    #[expect(
        clippy::too_many_arguments,
        reason = "who says what, when, and how it is sent"
    )]
    pub(super) async fn say(
        &self,
        seat: &Seat,
        member: &MemberId,
        entry: &Outgoing,
        event_type: &str,
        content: Value,
        at: i64,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let at = Timestamp(at);
        let event = Event {
            event_type,
            content,
            at: Some(at),
        };
        let Some(ghost) = self.ghost_of(member) else {
            let bot = self.homeserver.bot();
            return self
                .send_once(&seat.room, bot, entry, &event, uncertain)
                .await;
        };
        let said = match self.seat_ghost(seat, member).await {
            Ok(Seated::Yes) => {
                self.send_once(&seat.room, &ghost, entry, &event, uncertain)
                    .await
            }
            Ok(Seated::ShutOut) => return Ok(None),
            Err(failure) => Err(failure),
        };
        let Err(Failure::Refused(_)) = said else {
            return said;
        };
        if event_type == MESSAGE && self.is_paused(seat) {
            return self.say_in_pause(seat, member, entry, event).await;
        }
        // A pause may have ended a moment ago.
        self.set_powers(seat).await?;
        lock(&seat.theme).know_ghost(member, false);
        self.forget_ghost(member).await?;
        match self.seat_ghost(seat, member).await? {
            Seated::Yes => {
                self.send_once(&seat.room, &ghost, entry, &event, uncertain)
                    .await
            }
            Seated::ShutOut => Ok(None),
        }
    }

    /// Changes something in a room that was replaced, where ghosts mostly may not write any more: then it is left as it stands.
    async fn say_in_former(
        &self,
        (room, event_type): (OwnedRoomId, &str),
        member: &MemberId,
        entry: &Outgoing,
        content: Value,
        at: i64,
    ) -> Result<Option<String>, Failure> {
        let event = Event {
            event_type,
            content,
            at: Some(Timestamp(at)),
        };
        let ghost = self.homeserver.identity().ghost_user_id(member);
        match self.send_once(&room, &ghost, entry, &event, true).await {
            Err(Failure::Refused(why)) => {
                tracing::debug!(why, "something stays as it is in a room that was replaced");
                Ok(None)
            }
            said => said,
        }
    }

    async fn forget_ghost(&self, member: &MemberId) -> Result<(), Failure> {
        let mut batch = Batch::new();
        lock(&self.people).ghost_is_gone(&self.notebook, &mut batch, member);
        self.notebook
            .commit(batch)
            .await
            .map_err(|_| Failure::Later(None))
    }

    /// Sends an event, unless it is there already.
    pub(super) async fn send_once(
        &self,
        room: &RoomId,
        sender: &UserId,
        entry: &Outgoing,
        event: &Event<'_>,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let at = event.at;
        if uncertain && let Some(message) = self.sent_before(room, sender, entry, at).await? {
            return Ok(Some(message));
        }
        let mut content = event.content.clone();
        content[names::EFFECT] = entry.effect.as_str().into();
        let sent = self
            .homeserver
            .send(sender, room, event.event_type, &entry.effect, &content, at)
            .await?;
        Ok(Some(Spot::event(room, sent.as_str()).0))
    }

    async fn sent_before(
        &self,
        room: &RoomId,
        sender: &UserId,
        entry: &Outgoing,
        at: Option<Timestamp>,
    ) -> Result<Option<String>, Failure> {
        let echoed = self
            .notebook
            .message_of_effect(&entry.effect)
            .map_err(|_| Failure::Later(None))?;
        if echoed.is_some() {
            return Ok(echoed);
        }
        let decided = Timestamp(entry.at);
        // A clock that was ahead when it was decided must not hide it.
        let decided = decided.min(self.time_of_words());
        let not_before = Timestamp(at.unwrap_or(decided).min(decided).0 - CLOCK_MARGIN);
        let found = self
            .homeserver
            .find_sent(sender, room, &entry.effect, not_before)
            .await?;
        Ok(found.map(|event| Spot::event(room, event.as_str()).0))
    }

    /// Sees to it that a person's ghost is registered, rightly named and in the room. In the steady state nothing
    /// is asked. Whoever was sent away comes back when they speak; a ban stands until those lift it who imposed it.
    async fn seat_ghost(&self, seat: &Seat, member: &MemberId) -> Result<Seated, Failure> {
        self.name_ghost(member).await?;
        if lock(&seat.theme).ghosts().contains(member) {
            return Ok(Seated::Yes);
        }
        let ghost = self.homeserver.identity().ghost_user_id(member);
        match self.homeserver.join(&ghost, &seat.room).await {
            Err(SendError::Rejected { .. }) if self.is_banned(seat, &ghost).await? => {
                tracing::info!(theme = %seat.slug(), "somebody who is banned from the room was not carried into it");
                return Ok(Seated::ShutOut);
            }
            Err(error) if error.is("M_FORBIDDEN") => {
                self.homeserver
                    .invite(self.homeserver.bot(), &seat.room, &ghost)
                    .await?;
                self.homeserver.join(&ghost, &seat.room).await?;
            }
            joined => joined?,
        }
        lock(&seat.theme).know_ghost(member, true);
        Ok(Seated::Yes)
    }

    /// Spec: Client-Server API, "m.room.member".
    async fn is_banned(&self, seat: &Seat, user: &UserId) -> Result<bool, Failure> {
        let state = self
            .homeserver
            .state(&seat.room, "m.room.member", user.as_str());
        Ok(state
            .await?
            .is_some_and(|member| member["membership"] == "ban"))
    }

    /// Registers a ghost if need be, and names it before it joins: later a new name costs an event in every room.
    async fn name_ghost(&self, member: &MemberId) -> Result<(), Failure> {
        let person = lock(&self.people).get(member).cloned().unwrap_or_default();
        let wanted = match person.shown.is_empty() {
            true => civic::name::neutral(member),
            false => person.shown,
        };
        if person.ghost_name.as_ref() == Some(&wanted) {
            return Ok(());
        }
        let ghost = self.homeserver.identity().ghost_user_id(member);
        if person.ghost_name.is_none() {
            self.homeserver.register(ghost.localpart()).await?;
        }
        self.homeserver.set_display_name(&ghost, &wanted).await?;
        let mut batch = Batch::new();
        lock(&self.people).ghost_is_called(&self.notebook, &mut batch, member, &wanted);
        self.notebook
            .commit(batch)
            .await
            .map_err(|_| Failure::Later(None))
    }

    /// What a person chose is kept with the bot's account, so that it outlives the notebook.
    async fn keep_choice(
        &self,
        member: &str,
        choice: &StoredChoice,
    ) -> Result<Option<String>, Failure> {
        let content = serde_json::to_value(choice).map_err(|_| misplaced())?;
        self.homeserver
            .set_account_data(self.homeserver.bot(), &choice_type(member), &content)
            .await?;
        Ok(None)
    }

    /// The person, if they are carried.
    pub(super) fn carried(&self, member: &str) -> Result<Option<MemberId>, Failure> {
        let member = member_id(member)?;
        let carried = lock(&self.people).choice(&member).carried;
        Ok(Some(member).filter(|_| carried))
    }
}

/// A group in which the bridge is no admin keeps the description that it has.
pub(crate) fn described(
    outcome: Result<(), whatsapp::SendError>,
) -> Result<Option<String>, Failure> {
    match outcome {
        Err(error @ whatsapp::SendError::Rejected { .. }) => {
            tracing::warn!(%error, "a group's description was not set; make the bridge's account an admin of it");
            Ok(None)
        }
        other => Ok(other.map(|()| None)?),
    }
}

/// The type of the account data that holds what a person chose.
pub(crate) fn choice_type(member: &str) -> String {
    format!("{}choice.{member}", names::NAMESPACE)
}

pub(crate) fn member_id(text: &str) -> Result<MemberId, Failure> {
    text.parse().map_err(|_| misplaced())
}

/// The notebook holds something that no version wrote.
pub(crate) fn misplaced() -> Failure {
    Failure::Refused("it makes no sense where it stands".to_owned())
}

/// Leaving a room that one is not in is done.
fn already_gone(error: SendError) -> Result<(), SendError> {
    match error.is("M_FORBIDDEN") || error.is("M_NOT_FOUND") {
        true => Ok(()),
        false => Err(error),
    }
}
