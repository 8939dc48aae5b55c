//! What is heard on either network, kept before it is acknowledged.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use civic::Leg;
use matrix::heard::Membership;
use ruma::{RoomAliasId, UserId};
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::timeout;
use vault::{Batch, VaultError};

use super::did::{only_told_in_group, only_told_in_room};
use super::entries::{Dead, DeadLetter, Did, Incoming, Kept, Spot, Talk, leg_key};
use super::moderation::StoredSetting;
use super::{Engine, Seat, lock};
use crate::clock;

/// How long a transaction may wait for the engine to stand; after that the homeserver is asked to come again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the homeserver's transactions arrive.
pub(crate) struct MatrixIntake(pub(crate) watch::Receiver<Option<Arc<Engine>>>);

#[async_trait]
impl matrix::endpoint::Inbox for MatrixIntake {
    async fn keep(
        &self,
        transaction: &str,
        from: Option<SocketAddr>,
        events: Vec<Box<RawValue>>,
    ) -> Result<(), matrix::endpoint::NotKept> {
        let mut gate = self.0.clone();
        let standing = timeout(PATIENCE, gate.wait_for(Option::is_some)).await;
        let engine = standing.ok().and_then(|gate| gate.ok()?.clone());
        let Some(engine) = engine else {
            return Err(matrix::endpoint::NotKept(
                "the bridge is still starting".to_owned(),
            ));
        };
        engine
            .keep_transaction(transaction, from, events)
            .await
            .map_err(|error| matrix::endpoint::NotKept(error.to_string()))
    }

    async fn knows_user(&self, user: &UserId) -> bool {
        let Some(engine) = self.0.borrow().clone() else {
            return false;
        };
        let identity = engine.homeserver.identity();
        identity.member_of(user).is_some_and(|member| {
            lock(&engine.people)
                .get(&member)
                .is_some_and(|person| person.ghost_name.is_some())
        })
    }

    async fn knows_alias(&self, alias: &RoomAliasId) -> bool {
        let Some(engine) = self.0.borrow().clone() else {
            return false;
        };
        let ours = alias.server_name() == engine.homeserver.identity().server_name();
        ours && engine
            .seats
            .values()
            .any(|seat| seat.definition.alias == alias.alias())
    }
}

/// The sources that are taken in with one write: what is told twice in it is known only afterwards.
pub(super) type Taken = BTreeSet<[u8; 32]>;

/// Where WhatsApp's messages arrive.
pub(crate) struct WhatsAppIntake(pub(crate) Arc<Engine>);

#[async_trait]
impl whatsapp::Inbox for WhatsAppIntake {
    async fn keep(&self, heard: &[whatsapp::Heard]) -> Result<(), whatsapp::NotKept> {
        self.0.keep_messages(heard).await.map_err(|error| {
            tracing::error!(%error, "messages from WhatsApp could not be kept; they will come again");
            whatsapp::NotKept
        })
    }

    async fn keep_direct(&self, heard: &[whatsapp::Direct]) -> Result<(), whatsapp::NotKept> {
        self.0.keep_written(heard).await.map_err(|error| {
            tracing::error!(%error, "messages from WhatsApp could not be kept; they will come again");
            whatsapp::NotKept
        })
    }
}

impl Engine {
    /// Keeps events in this order, and returns how many messages among them were new. What is kept `again` may have been
    /// carried out in a life that this notebook doesn't know of.
    pub(crate) async fn keep_events(
        &self,
        events: &[Box<RawValue>],
        again: bool,
    ) -> Result<usize, VaultError> {
        let rung = self
            .write_events(events, again)
            .inspect_err(|error| self.note_failure(error))?;
        self.flush_and_ring(&rung).await?;
        Ok(rung.len())
    }

    fn write_events(
        &self,
        events: &[Box<RawValue>],
        again: bool,
    ) -> Result<Vec<Arc<Seat>>, VaultError> {
        let _one_at_a_time = lock(&self.intake);
        let mut batch = Batch::new();
        let mut rung = Vec::new();
        let mut taken = Taken::new();
        for event in events {
            // One event that nobody thought of must not stop all those behind it.
            match catch_unwind(AssertUnwindSafe(|| {
                self.keep_event(&mut batch, &mut taken, event, again)
            })) {
                Ok(kept) => rung.extend(kept?),
                Err(_) => {
                    self.put_aside(&mut batch, event, "reading it failed inside the bridge")?
                }
            }
        }
        self.notebook.apply(batch)?;
        Ok(rung)
    }

    pub(super) async fn flush_and_ring(&self, rung: &[Arc<Seat>]) -> Result<(), VaultError> {
        let flushed = self.notebook.flush().await;
        flushed.inspect_err(|error| self.note_failure(error))?;
        self.ring_direct(civic::Network::Matrix);
        for seat in rung {
            seat.bell.notify_one();
        }
        Ok(())
    }

    fn keep_event(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        event: &RawValue,
        again: bool,
    ) -> Result<Option<Arc<Seat>>, VaultError> {
        let heard = match matrix::Heard::from_raw(event, self.homeserver.identity()) {
            Ok(heard) => heard,
            Err(error) => {
                self.put_aside(batch, event, &error.to_string())?;
                return Ok(None);
            }
        };
        let Some(seat) = self
            .rooms
            .get(&heard.room)
            .and_then(|theme| self.seats.get(theme))
        else {
            let seat = self.keep_direct_event(batch, taken, &heard, again)?;
            self.pass_over(heard);
            return Ok(seat);
        };
        let source = self.source(&[b"matrix", heard.event_id.as_bytes()]);
        if let Some(did) = self.did_in_room(seat, &heard) {
            if !taken.insert(source) || self.notebook.knows(&source)? {
                return Ok(None);
            }
            if let Did::TakeBack { of } = &did {
                // The room may have told of this first: what comes later is taken back already.
                let gone = self.source(&[b"matrix", of.id().as_bytes()]);
                taken.insert(gone);
                self.notebook.remember(batch, &gone, clock::now());
            }
            let talk = Talk {
                from: leg_key(&Leg::Room),
                member: lock(&self.people)
                    .on_matrix(heard.sender.as_str())
                    .to_string(),
                own_name: Some(seat.name_of(&heard.sender)),
                user_id: Some(heard.sender.to_string()),
                message: Spot::event(&heard.room, heard.event_id.as_str()),
                address: None,
                at: heard.at.0,
                did,
                only_told: only_told_in_room(&heard).map(str::to_owned),
                privately: None,
            };
            let incoming = Incoming {
                again,
                ..Incoming::new(source, seat.slug(), Kept::Talk(talk.into()))
            };
            self.notebook.take_in(batch, clock::now(), &incoming);
            return Ok(Some(seat.clone()));
        }
        match heard.what {
            matrix::What::Ours {
                effect: Some(effect),
                ..
            } => {
                if let Some(link) = self.notebook.link_of_effect(&effect)? {
                    let theme = seat.slug().as_str();
                    let spot = Spot::event(&heard.room, heard.event_id.as_str());
                    self.notebook.copy_became(
                        batch,
                        theme,
                        &link,
                        &leg_key(&Leg::Room),
                        &effect,
                        &spot,
                    );
                }
            }
            matrix::What::Member {
                user,
                membership,
                was,
                display_name,
            } => {
                if heard.room != seat.room {
                    return Ok(None);
                }
                let shut_out = self.shut_out(&heard.sender, &user, (was, membership));
                let changed = (user, membership, display_name);
                let came = self.came_to_room(batch, seat, changed);
                let told = shut_out.or(came);
                let Some(what) = told.filter(|_| taken.insert(source)) else {
                    return Ok(None);
                };
                if !self.notebook.knows(&source)? {
                    let incoming = Incoming::new(source, seat.slug(), what);
                    self.notebook.take_in(batch, clock::now(), &incoming);
                    return Ok(Some(seat.clone()));
                }
            }
            matrix::What::Tombstone { .. }
                if heard.room == seat.room && !self.ended.contains(&heard.room) =>
            {
                self.begin_anew_once(batch, &source, "a theme's room was replaced")?;
            }
            matrix::What::Other { event_type, .. }
                if event_type == "m.room.power_levels"
                    && heard.room == seat.room
                    && !self.lacking.is_empty() =>
            {
                self.begin_anew_once(batch, &source, "powers in a room were changed")?;
            }
            other => {
                tracing::debug!(kind = ?std::mem::discriminant(&other), "an event of a kind that is not carried yet")
            }
        }
        Ok(None)
    }

    /// Of rooms that are neither a theme's nor one person's only an invitation of a ghost is of interest. One of the bot stays
    /// open: its operator may mean to let it follow there.
    fn pass_over(&self, heard: matrix::Heard) {
        match heard.what {
            matrix::What::Member {
                user,
                membership: Membership::Invited,
                ..
            } if self.homeserver.identity().member_of(&user).is_some() => {
                self.invitations.decline(user, heard.room);
            }
            _ => {
                tracing::debug!(room = %heard.room, "an event of a room that is no theme's was passed over");
            }
        }
    }

    /// Lets the bridge start again, which sees to all rooms; once for each event that asks for it.
    fn begin_anew_once(
        &self,
        batch: &mut Batch,
        source: &[u8; 32],
        why: &str,
    ) -> Result<(), VaultError> {
        if !self.notebook.knows(source)? {
            self.notebook.remember(batch, source, clock::now());
            tracing::warn!(why, "the bridge starts again");
            self.anew.send_replace(true);
        }
        Ok(())
    }

    /// Puts aside what can't be read, if it is of a room of ours: anybody can write nonsense anywhere.
    fn put_aside(&self, batch: &mut Batch, event: &RawValue, why: &str) -> Result<(), VaultError> {
        let value: serde_json::Value = serde_json::from_str(event.get()).unwrap_or_default();
        let theme = value["room_id"].as_str().and_then(|room| {
            let theme = self.rooms.iter().find(|(ours, _)| ours.as_str() == room)?.1;
            Some(theme.to_string())
        });
        // By its id where it has one: what the homeserver adds changes from one time to the next.
        let id = value["event_id"].as_str().unwrap_or(event.get());
        let source = self.source(&[b"unreadable", id.as_bytes()]);
        if theme.is_none() || self.notebook.knows(&source)? {
            tracing::debug!(why, "an event that can't be read was passed over");
            return Ok(());
        }
        tracing::warn!(why, "an event that can't be read was put aside");
        let letter = DeadLetter {
            at: clock::now().0,
            why: why.to_owned(),
            theme,
            what: Dead::Unreadable(event.get().to_owned()),
        };
        self.notebook.remember(batch, &source, clock::now());
        self.notebook.bury(batch, &letter);
        Ok(())
    }

    async fn keep_messages(&self, heard: &[whatsapp::Heard]) -> Result<(), VaultError> {
        let rung = self
            .write_messages(heard)
            .inspect_err(|error| self.note_failure(error))?;
        self.flush_and_ring(&rung).await
    }

    fn write_messages(&self, heard: &[whatsapp::Heard]) -> Result<Vec<Arc<Seat>>, VaultError> {
        let _one_at_a_time = lock(&self.intake);
        let mut batch = Batch::new();
        let mut rung = Vec::new();
        let mut taken = Taken::new();
        for message in heard {
            if let Some(seat) = self.keep_message(&mut batch, &mut taken, message)? {
                rung.push(seat);
            }
        }
        self.notebook.apply(batch)?;
        Ok(rung)
    }

    fn keep_message(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        heard: &whatsapp::Heard,
    ) -> Result<Option<Arc<Seat>>, VaultError> {
        let group = self.group_id(&heard.group);
        let Some(seat) = self.seat_of(&group) else {
            return Ok(None);
        };
        let member = self.member_of(batch, &heard.sender)?;
        let Some(member) = member else {
            tracing::warn!(theme = %seat.slug(), "a message without a sender was passed over");
            return Ok(None);
        };
        let source = self.source(&[
            b"whatsapp",
            group.as_str().as_bytes(),
            member.as_str().as_bytes(),
            heard.id.as_bytes(),
        ]);
        if !taken.insert(source) || self.notebook.knows(&source)? {
            return Ok(None);
        }
        let done_with_group = match &heard.what {
            whatsapp::What::Removed { who } => self.removal(batch, heard, &group, who, &member)?,
            whatsapp::What::Announcement { on } => {
                let set = (&group, StoredSetting::Announcement, *on);
                self.set_by_hand(batch, heard, set, &member)?
            }
            whatsapp::What::Approval { on } => {
                let set = (&group, StoredSetting::Approval, *on);
                self.set_by_hand(batch, heard, set, &member)?
            }
            _ => self.asked_in_group(batch, heard, &member)?,
        };
        if let Some(what) = done_with_group {
            let incoming = Incoming::new(source, seat.slug(), what);
            self.notebook.take_in(batch, clock::now(), &incoming);
            return Ok(Some(seat));
        }
        let Some(did) = self.did_in_group(batch, (&seat, &group), &member, heard)? else {
            tracing::debug!(theme = %seat.slug(), what = ?heard.what, "a message of a kind that is not carried");
            return Ok(None);
        };
        // What is typed on the phone of the bridge's account is the organisers'.
        let (message, member, own_name) = match heard.from_me {
            true => {
                let organisers = lock(&self.people).organisers().clone();
                (Spot::ours(&heard.id), organisers, None)
            }
            false => {
                let message = Spot::message(member.as_str(), &heard.id);
                (message, member, heard.push_name.clone())
            }
        };
        let talk = Talk {
            from: leg_key(&Leg::Group(group)),
            member: member.to_string(),
            own_name,
            user_id: None,
            message,
            address: Some(heard.sender.clone()),
            at: heard.at_ms,
            did,
            only_told: only_told_in_group(heard).map(str::to_owned),
            privately: None,
        };
        let incoming = Incoming::new(source, seat.slug(), Kept::Talk(talk.into()));
        self.notebook.take_in(batch, clock::now(), &incoming);
        Ok(Some(seat))
    }

    pub(super) fn seat_of(&self, group: &civic::GroupId) -> Option<Arc<Seat>> {
        let theme = lock(&self.groups).get(group)?.theme.clone();
        self.seats.get(&theme).cloned()
    }
}

impl Seat {
    pub(crate) fn slug(&self) -> &civic::ThemeSlug {
        &self.definition.slug
    }

    /// What a Matrix person is called in the room.
    pub(crate) fn name_of(&self, user: &UserId) -> String {
        let name = lock(&self.names).get(user).cloned().flatten();
        name.unwrap_or_else(|| user.localpart().to_owned())
    }
}
