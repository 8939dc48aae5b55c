//! Looking back: a room's timeline is what was said there; the homeserver's transactions only tell of it.
//!
//! Synapse loses transactions when it is killed at the wrong moment, leaves one lying while it sends the next, and sends
//! two at once after a ping. So what does not plainly follow on the last transaction makes the bridge read the
//! timeline, from where it last knew all of it, before it takes the transaction in.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use civic::Timestamp;
use ruma::{OwnedEventId, OwnedRoomId, RoomId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::sleep;
use vault::{Batch, VaultError};

use super::Engine;
use crate::clock;

/// How often all rooms are looked at without a reason.
const EVERY: Duration = Duration::from_secs(60);
/// How often it is tried before a transaction is taken as it comes: the homeserver waits for its answer.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// How far before the mark to look where the homeserver no longer has its event. Clocks differ.
const MARGIN: i64 = 60 * 60_000;

/// What the homeserver has told so far, since this start.
pub(crate) struct Told {
    /// The latest transaction: its number, and by which connection it came.
    last: Option<(u64, Option<SocketAddr>)>,
    /// Rooms of which something may not have been told.
    doubted: BTreeSet<OwnedRoomId>,
    /// Rooms that were looked at.
    looked_at: BTreeSet<OwnedRoomId>,
}

/// Up to where a room's timeline was taken in.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Mark {
    event: OwnedEventId,
    at: i64,
}

/// What a look at a room came to.
struct Looked {
    /// So many messages were new.
    kept: usize,
    /// What was taken in last is not there any more.
    lost: bool,
}

enum LookError {
    Homeserver(matrix::SendError),
    Notebook(VaultError),
}

impl Mark {
    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a mark is plain JSON")
    }
}

impl Told {
    /// Nothing yet: of each room there may be more than what comes.
    pub(crate) fn nothing(rooms: impl Iterator<Item = OwnedRoomId>) -> Self {
        Self {
            last: None,
            doubted: rooms.collect(),
            looked_at: BTreeSet::new(),
        }
    }

    /// Whether a room has lost what it had, since this start: the start itself has compared it with the notebook.
    fn has_lost(&mut self, room: &RoomId, looked: &Looked) -> bool {
        let first = self.looked_at.insert(room.to_owned());
        looked.lost && !first
    }

    /// Whether a transaction follows on the last one, so that nothing can be missing between the two: the next number,
    /// or the same again, from a homeserver that has not been restarted meanwhile.
    fn follows(&mut self, transaction: &str, from: Option<SocketAddr>) -> bool {
        let now = transaction.parse().ok().map(|number: u64| (number, from));
        let before = std::mem::replace(&mut self.last, now);
        match (before, now) {
            (Some((before, line)), Some((number, from))) => {
                from.is_some() && line == from && (number == before || number == before + 1)
            }
            _ => false,
        }
    }
}

impl Engine {
    /// Keeps a transaction, behind what should have come before it. One at a time.
    pub(crate) async fn keep_transaction(
        &self,
        transaction: &str,
        from: Option<SocketAddr>,
        events: Vec<Box<RawValue>>,
    ) -> Result<(), VaultError> {
        let mut told = self.told.lock().await;
        if !told.follows(transaction, from) {
            told.doubted.extend(self.rooms.keys().cloned());
            let direct = self.notebook.direct_rooms()?.into_iter();
            told.doubted.extend(direct.map(|(room, _)| room));
        }
        let doubted: Vec<_> = self.rooms_with_news(&events).collect();
        for room in doubted {
            if told.doubted.contains(&room)
                && let Some(looked) = self.look_back_patiently(&room).await?
            {
                told.doubted.remove(&room);
                self.mend(told.has_lost(&room, &looked));
            }
        }
        self.keep_events(&events, false).await.map(drop)
    }

    /// Looks at all rooms, now and then, for ever.
    pub(crate) async fn look_back_at_times(self: Arc<Self>) {
        loop {
            let mut found = 0;
            for room in &self.rooms_to_look_at().await {
                let mut told = self.told.lock().await;
                match self.look_back(room).await {
                    Ok(looked) => {
                        found += looked.kept;
                        told.doubted.remove(room);
                        self.mend(told.has_lost(room, &looked));
                    }
                    Err(LookError::Homeserver(error)) => {
                        tracing::warn!(%error, "a room could not be read; it is tried again in a minute");
                    }
                    // The notebook's failure is noted where it fails.
                    Err(LookError::Notebook(_)) => {}
                }
            }
            if found > 0 {
                tracing::warn!(
                    messages = found,
                    "the homeserver had not told of some messages; they were found in their rooms"
                );
                // It may be waiting for minutes before it tries again; then it need not.
                let _ = self.homeserver.ping(&self.config.appservice.id).await;
            }
            sleep(EVERY).await;
        }
    }

    /// All rooms of themes. There may be many where it talks with one person alone: of those only the doubted.
    async fn rooms_to_look_at(&self) -> Vec<OwnedRoomId> {
        let told = self.told.lock().await;
        let doubted = told.doubted.iter();
        let direct = doubted.filter(|room| !self.rooms.contains_key(*room));
        self.rooms.keys().chain(direct).cloned().collect()
    }

    /// Notes from which event on a room is to be read, unless that is known.
    pub(super) fn mark(
        &self,
        batch: &mut Batch,
        room: &RoomId,
        event: OwnedEventId,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let note = note_of(room);
        if self.notebook.note(&note)?.is_none() {
            let mark = Mark { event, at: at.0 };
            self.notebook.put_note(batch, &note, &mark.bytes());
        }
        Ok(())
    }

    /// Takes in what was written since its mark where the bridge talks with one person alone.
    pub(super) async fn hear_from_mark(&self, room: &RoomId) -> Result<(), matrix::SendError> {
        match self.look_back(room).await {
            Err(LookError::Homeserver(error)) => {
                self.told.lock().await.doubted.insert(room.to_owned());
                Err(error)
            }
            // The notebook's failure is noted where it fails.
            Ok(_) | Err(LookError::Notebook(_)) => Ok(()),
        }
    }

    /// Begins anew where a room has lost what it had: the start writes the theme's record again.
    fn mend(&self, has_lost: bool) {
        if has_lost && !self.anew.send_replace(true) {
            tracing::warn!(
                "a room has lost what it had (was the homeserver's database put back?); the bridge starts again"
            );
        }
    }

    /// What looking at the room came to in the end. If nothing, what comes is taken as it comes: later is better than never.
    async fn look_back_patiently(&self, room: &RoomId) -> Result<Option<Looked>, VaultError> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            match self.look_back(room).await {
                Ok(looked) => return Ok(Some(looked)),
                Err(LookError::Notebook(error)) => return Err(error),
                Err(LookError::Homeserver(error)) => {
                    tracing::debug!(%error, "a room could not be read; trying again");
                    sleep(pause).await;
                    pause *= 2;
                }
            }
        }
        tracing::warn!(
            "a room could not be read before a transaction; something in it may come late"
        );
        Ok(None)
    }

    /// Takes in what happened in a room since its mark, in order.
    async fn look_back(&self, room: &RoomId) -> Result<Looked, LookError> {
        let note = note_of(room);
        let stored = self.notebook.note(&note)?;
        let mark: Option<Mark> = stored.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(mark) = mark else {
            // The first look: what was said before the bridge came is not carried.
            self.mark_latest(room, &note).await?;
            return Ok(Looked {
                kept: 0,
                lost: false,
            });
        };
        let not_before = Timestamp(mark.at.min(clock::now().0) - MARGIN);
        let since = self
            .homeserver
            .happened_since(room, Some(&mark.event), not_before)
            .await?;
        let (happened, lost) = (since.happened, !since.found);
        let Some((latest, at)) = happened.last().map(|last| (last.event_id.clone(), last.at))
        else {
            if lost {
                self.mark_latest(room, &note).await?;
            }
            return Ok(Looked { kept: 0, lost });
        };
        let events: Vec<_> = happened.into_iter().map(|event| event.event).collect();
        let kept = self.keep_events(&events, true).await?;
        self.put_mark(&note, latest, at).await?;
        Ok(Looked { kept, lost })
    }

    async fn mark_latest(&self, room: &RoomId, note: &str) -> Result<(), LookError> {
        if let Some(latest) = self.homeserver.latest(room).await? {
            self.put_mark(note, latest.event_id, latest.at).await?;
        }
        Ok(())
    }

    async fn put_mark(
        &self,
        note: &str,
        event: OwnedEventId,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let mark = Mark { event, at: at.0 };
        let mut batch = Batch::new();
        self.notebook.put_note(&mut batch, note, &mark.bytes());
        self.notebook.commit(batch).await
    }

    /// The rooms of themes and of one person in which somebody else has said something.
    fn rooms_with_news(&self, events: &[Box<RawValue>]) -> impl Iterator<Item = OwnedRoomId> {
        let said = |event: &RawValue| {
            let heard = matrix::Heard::from_raw(event, self.homeserver.identity()).ok()?;
            let is_news = matches!(
                heard.what,
                matrix::What::Text { .. }
                    | matrix::What::Edit { .. }
                    | matrix::What::Redaction { .. }
                    | matrix::What::Reaction { .. }
            );
            let is_direct = || matches!(self.notebook.direct_room(&heard.room), Ok(Some(_)));
            let is_heard = self.rooms.contains_key(&heard.room) || is_direct();
            (is_news && is_heard).then_some(heard.room)
        };
        let rooms: BTreeSet<_> = events.iter().filter_map(|event| said(event)).collect();
        rooms.into_iter()
    }
}

/// The note of up to where a room was taken in.
fn note_of(room: &RoomId) -> String {
    format!("taken in up to {room}")
}

impl From<matrix::SendError> for LookError {
    fn from(error: matrix::SendError) -> Self {
        Self::Homeserver(error)
    }
}

impl From<VaultError> for LookError {
    fn from(error: VaultError) -> Self {
        Self::Notebook(error)
    }
}

#[cfg(test)]
mod tests {
    use ruma::room_id;

    use super::*;

    #[test]
    fn what_a_room_had_lost_before_the_start_is_not_lost_again() {
        let (here, there) = (room_id!("!here:aty.test"), room_id!("!there:aty.test"));
        let looked = |lost| Looked { kept: 0, lost };
        let mut told = Told::nothing(std::iter::empty());
        assert!(
            !told.has_lost(here, &looked(true)),
            "the start has compared"
        );
        assert!(!told.has_lost(here, &looked(false)));
        assert!(told.has_lost(here, &looked(true)));
        assert!(!told.has_lost(there, &looked(true)), "another room");
    }

    fn line(port: u16) -> Option<SocketAddr> {
        Some(([127, 0, 0, 1], port).into())
    }

    #[test]
    fn the_next_number_on_the_same_connection_follows() {
        let mut told = Told::nothing(std::iter::empty());
        assert!(!told.follows("7", line(1)), "the first since the start");
        assert!(told.follows("8", line(1)));
        assert!(told.follows("8", line(1)), "its answer was lost");
        assert!(!told.follows("10", line(1)), "9 was left lying");
        assert!(!told.follows("9", line(1)));
        assert!(
            !told.follows("10", line(2)),
            "a homeserver that was restarted"
        );
        assert!(!told.follows("not a number", line(2)));
        assert!(!told.follows("11", line(2)));
        assert!(!told.follows("12", None) && !told.follows("13", None));
    }
}
