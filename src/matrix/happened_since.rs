//! What happened in a room since: transactions only tell of a room's timeline, and sometimes they don't.

use civic::Timestamp;
use ruma::api::Direction;
use ruma::api::client::message::get_message_events::v3::Request;
use ruma::api::client::room::get_room_event;
use ruma::{EventId, OwnedEventId, RoomId};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::homeserver::{Homeserver, parsed};
use crate::send_error::SendError;

/// How many events are asked for at a time: mostly nothing new is among the first few.
const FIRST_PAGE: u32 = 20;
const PAGE: u32 = 100;

/// An event of a room's timeline.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Its id.
    pub event_id: OwnedEventId,
    /// When it was sent, as it says itself.
    pub at: Timestamp,
    /// All of it, in the form in which transactions bring it.
    pub event: Box<RawValue>,
}

#[derive(Deserialize)]
struct Known {
    event_id: OwnedEventId,
    origin_server_ts: i64,
}

/// What happened in a room since an event.
#[derive(Debug)]
pub struct Since {
    /// All of it, oldest first.
    pub happened: Vec<Happened>,
    /// Whether the homeserver has that event.
    pub found: bool,
}

/// An event with what is known of it.
pub(crate) fn happened(event: Box<RawValue>) -> Result<Happened, SendError> {
    let known: Known = parsed(event.get())?;
    Ok(Happened {
        event_id: known.event_id,
        at: Timestamp(known.origin_server_ts),
        event,
    })
}

impl Homeserver {
    /// What happened in a room after its event `last`, oldest first.
    ///
    /// Should the homeserver no longer have that event, or none be named, it is what happened since `not_before`, by the
    /// events' own times.
    pub async fn happened_since(
        &self,
        room: &RoomId,
        last: Option<&EventId>,
        not_before: Timestamp,
    ) -> Result<Since, SendError> {
        let (mut all, mut from, mut limit) = (Vec::new(), None, FIRST_PAGE);
        loop {
            let mut request = Request::new(room.to_owned(), Direction::Backward);
            request.from = from;
            request.limit = limit.into();
            let page = self.ask(None, request).await?;
            let mut all_older = !page.chunk.is_empty();
            for event in page.chunk {
                let event = happened(event.into_json())?;
                if Some(&*event.event_id) == last {
                    all.reverse();
                    return Ok(Since {
                        happened: all,
                        found: true,
                    });
                }
                all_older &= event.at < not_before;
                all.push(event);
            }
            match page.end {
                Some(end) if !all_older => (from, limit) = (Some(end), PAGE),
                _ => break,
            }
        }
        all.retain(|event| event.at >= not_before);
        all.reverse();
        Ok(Since {
            happened: all,
            found: false,
        })
    }

    /// The latest event of a room.
    pub async fn latest(&self, room: &RoomId) -> Result<Option<Happened>, SendError> {
        Ok(self.last_of(room, 1).await?.into_iter().next())
    }

    /// So many of the latest events of a room at most, the latest first.
    pub async fn last_of(&self, room: &RoomId, count: u32) -> Result<Vec<Happened>, SendError> {
        let mut request = Request::new(room.to_owned(), Direction::Backward);
        request.limit = count.into();
        let page = self.ask(None, request).await?;
        let events = page.chunk.into_iter();
        events.map(|event| happened(event.into_json())).collect()
    }

    /// One event of a room, if the homeserver has it.
    pub async fn event(
        &self,
        room: &RoomId,
        event: &EventId,
    ) -> Result<Option<Box<RawValue>>, SendError> {
        let request = get_room_event::v3::Request::new(room.to_owned(), event.to_owned());
        match self.ask(None, request).await {
            Ok(found) => Ok(Some(found.event.into_json())),
            Err(SendError::Rejected { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
