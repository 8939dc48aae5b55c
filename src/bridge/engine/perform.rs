//! Carrying out: acts in a room, as the bot or a ghost, and acts in a group.

use std::sync::Arc;
use std::time::Duration;

use civic::{GroupId, Leg, MemberId, Notice, Standing, Timestamp};
use matrix::bridge_info::{self, GroupRecord, GroupStatus};
use matrix::{SendError, names};
use ruma::UserId;
use serde_json::{Value, json};
use vault::Batch;

use super::entries::{Act, Outgoing, StoredChoice};
use super::lane::Failure;
use super::{Engine, Seat, lock, words};

/// What of an effect's time may be off: clocks differ, and late words carry the time at which they were written.
const CLOCK_MARGIN: i64 = 10 * 60_000;

/// How long to wait where somebody has to mend something.
const WAIT_FOR_A_PERSON: Duration = Duration::from_secs(30);

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
            Leg::Group(group) => self.perform_in_group(seat, group, entry).await,
        }
    }

    async fn perform_in_room(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        match &entry.act {
            Act::Say { member, text, at } => {
                let member = member_id(member)?;
                if !lock(&self.people).choice(&member).carried {
                    return Ok(None);
                }
                let content = json!({ "msgtype": "m.text", "body": text });
                self.say(seat, &member, entry, content, Timestamp(*at), uncertain)
                    .await
            }
            Act::Tell { text } => {
                let (body, html) = words::in_room(text);
                let content = json!({
                    "msgtype": "m.notice",
                    "body": body,
                    "format": "org.matrix.custom.html",
                    "formatted_body": html,
                });
                self.send_once(seat, self.homeserver.bot(), entry, content, None, uncertain)
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
            Act::KeepChoice { member, choice } => self.keep_choice(member, choice).await,
            Act::Relay { .. } | Act::Digest { .. } | Act::Describe { .. } => Err(misplaced()),
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

    /// Says something as a person's ghost. Where that is forbidden, the homeserver may know less of the ghost than we do
    /// (it was kicked, or the database is yesterday's): it is seated anew, once.
    async fn say(
        &self,
        seat: &Seat,
        member: &MemberId,
        entry: &Outgoing,
        content: Value,
        at: Timestamp,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let ghost = self.homeserver.identity().ghost_user_id(member);
        let said = match self.seat_ghost(seat, member).await {
            Ok(()) => {
                self.send_once(seat, &ghost, entry, content.clone(), Some(at), uncertain)
                    .await
            }
            Err(failure) => Err(failure),
        };
        let Err(Failure::Refused(_)) = said else {
            return said;
        };
        lock(&seat.theme).know_ghost(member, false);
        self.forget_ghost(member).await?;
        self.seat_ghost(seat, member).await?;
        self.send_once(seat, &ghost, entry, content, Some(at), uncertain)
            .await
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
    async fn send_once(
        &self,
        seat: &Seat,
        sender: &UserId,
        entry: &Outgoing,
        mut content: Value,
        at: Option<Timestamp>,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        if uncertain && let Some(message) = self.sent_before(seat, sender, entry, at).await? {
            return Ok(Some(message));
        }
        content[names::EFFECT] = entry.effect.as_str().into();
        let sent = self
            .homeserver
            .send(
                sender,
                &seat.room,
                "m.room.message",
                &entry.effect,
                &content,
                at,
            )
            .await?;
        Ok(Some(sent.to_string()))
    }

    async fn sent_before(
        &self,
        seat: &Seat,
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
        let not_before = Timestamp(at.unwrap_or(decided).min(decided).0 - CLOCK_MARGIN);
        let found = self
            .homeserver
            .find_sent(sender, &seat.room, &entry.effect, not_before)
            .await?;
        Ok(found.map(|event| event.to_string()))
    }

    /// Sees to it that a person's ghost is registered, rightly named and in the room. In the steady state nothing
    /// is asked.
    async fn seat_ghost(&self, seat: &Seat, member: &MemberId) -> Result<(), Failure> {
        self.name_ghost(member).await?;
        if lock(&seat.theme).ghosts().contains(member) {
            return Ok(());
        }
        let ghost = self.homeserver.identity().ghost_user_id(member);
        match self.homeserver.join(&ghost, &seat.room).await {
            Err(error) if error.is("M_FORBIDDEN") => {
                self.homeserver
                    .invite(self.homeserver.bot(), &seat.room, &ghost)
                    .await?;
                self.homeserver.join(&ghost, &seat.room).await?;
            }
            joined => joined?,
        }
        lock(&seat.theme).know_ghost(member, true);
        Ok(())
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

    async fn write_record(&self, seat: &Seat, act: &Act) -> Result<Option<String>, Failure> {
        let Some(civic::Record::Group {
            group,
            standing,
            since,
        }) = act.record()
        else {
            return Err(misplaced());
        };
        let (status, open_from) = match standing {
            Standing::Announced { open_from } => (GroupStatus::Announced, Some(open_from)),
            Standing::Open => (GroupStatus::Open, None),
            Standing::Closed => (GroupStatus::Closed, None),
        };
        let record = GroupRecord {
            name: self.group_name(&group),
            group,
            status,
            since,
            open_from,
        };
        bridge_info::write(&self.homeserver, &seat.room, &record).await?;
        Ok(None)
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

    /// Where anybody can read a theme's room.
    fn address_of_room(&self, seat: &Seat) -> String {
        let server = self.homeserver.identity().server_name();
        format!("https://matrix.to/#/%23{}:{server}", seat.definition.alias)
    }

    async fn perform_in_group(
        &self,
        seat: &Seat,
        group: &GroupId,
        entry: &Outgoing,
    ) -> Result<Option<String>, Failure> {
        let connector = self.connected().map_err(|_| Failure::Waiting)?;
        let jid = self.address_of(group).ok_or(Failure::Waiting)?;
        let text = match &entry.act {
            Act::Relay { member, text, .. } => {
                let member = member_id(member)?;
                let people = lock(&self.people);
                if !people.choice(&member).carried {
                    return Ok(None);
                }
                words::relayed(&people.shown(&member), text)
            }
            Act::Tell { text } => text.clone(),
            Act::Digest { messages, people } => self.words(
                &Notice::Digest {
                    messages: *messages,
                    people: *people,
                    link: self.address_of_room(seat),
                },
                None,
            ),
            Act::Describe { text } => {
                return described(connector.set_description(&jid, text).await);
            }
            _ => return Err(misplaced()),
        };
        let id = whatsapp::message_id(entry.effect.as_bytes());
        connector
            .send(&jid, &id, &whatsapp::Saying::text(text))
            .await?;
        Ok(Some(id.to_string()))
    }
}

/// A group in which the bridge is no admin keeps the description that it has.
fn described(outcome: Result<(), whatsapp::SendError>) -> Result<Option<String>, Failure> {
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

fn member_id(text: &str) -> Result<MemberId, Failure> {
    text.parse().map_err(|_| misplaced())
}

/// The notebook holds something that no version wrote.
fn misplaced() -> Failure {
    Failure::Refused("it makes no sense where it stands".to_owned())
}

/// Leaving a room that one is not in is done.
fn already_gone(error: SendError) -> Result<(), SendError> {
    match error.is("M_FORBIDDEN") || error.is("M_NOT_FOUND") {
        true => Ok(()),
        false => Err(error),
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Transient { retry_after } => Self::Later(retry_after),
            SendError::Uncertain => Self::Uncertain,
            // The registration is not the homeserver's, or no longer: a person has to mend that, and nothing is lost by
            // waiting for them.
            SendError::Rejected { ref code, .. }
                if matches!(
                    code.as_str(),
                    "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_EXCLUSIVE"
                ) =>
            {
                tracing::error!(%error, "the homeserver does not know the bridge; see `aty doctor`");
                Self::Later(Some(WAIT_FOR_A_PERSON))
            }
            SendError::Rejected { .. } => Self::Refused(error.to_string()),
            SendError::Broken(what) => {
                tracing::error!(
                    what,
                    "the homeserver's answers make no sense; looking before trying again"
                );
                Self::Uncertain
            }
        }
    }
}

impl From<whatsapp::SendError> for Failure {
    fn from(error: whatsapp::SendError) -> Self {
        match error {
            whatsapp::SendError::Transient => Self::Later(None),
            whatsapp::SendError::Uncertain => Self::Uncertain,
            whatsapp::SendError::NotSending(_) => Self::Waiting,
            rejected => Self::Refused(rejected.to_string()),
        }
    }
}
