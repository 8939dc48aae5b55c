//! Whether something that we may have sent is there.

use civic::Timestamp;
use ruma::api::Direction;
use ruma::api::client::filter::RoomEventFilter;
use ruma::api::client::message::get_message_events::v3::Request;
use ruma::{OwnedEventId, RoomId, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::happened_since::{Happened, happened};
use crate::homeserver::{Homeserver, parsed};
use crate::names;
use crate::send_error::SendError;

const PAGE: u32 = 100;

#[derive(Deserialize)]
struct Sent {
    event_id: OwnedEventId,
    #[serde(rename = "origin_server_ts")]
    sent_at: i64,
    #[serde(default)]
    content: Map<String, Value>,
}

impl Sent {
    fn carries(&self, effect: &str) -> bool {
        self.content.get(names::EFFECT).and_then(Value::as_str) == Some(effect)
    }
}

impl Homeserver {
    /// The latest events of a type that `sender` sent to a room, the latest first; so many at most.
    pub async fn latest_of_type(
        &self,
        sender: &UserId,
        room: &RoomId,
        event_type: &str,
        count: u32,
    ) -> Result<Vec<Happened>, SendError> {
        let mut request = Request::new(room.to_owned(), Direction::Backward);
        request.limit = count.into();
        request.filter.senders = Some(vec![sender.to_owned()]);
        request.filter.types = Some(vec![event_type.to_owned()]);
        let page = self.ask(None, request).await?;
        let events = page.chunk.into_iter();
        events.map(|event| happened(event.into_json())).collect()
    }

    /// The event that carried out an effect, if the room has it: to be asked before an uncertain send is repeated.
    ///
    /// Walks back through what `sender` sent to the room, and gives up at the first whole page (100 events) that is
    /// older than `not_before`. Choose that with a margin, and not later than the time that was given to
    /// [`Homeserver::send`]: events sent late carry old times. A redacted event is not found, its content is gone.
    pub async fn find_sent(
        &self,
        sender: &UserId,
        room: &RoomId,
        effect: &str,
        not_before: Timestamp,
    ) -> Result<Option<OwnedEventId>, SendError> {
        let mut filter = RoomEventFilter::default();
        filter.senders = Some(vec![sender.to_owned()]);
        let mut from = None;
        loop {
            let mut request = Request::new(room.to_owned(), Direction::Backward);
            request.from = from;
            request.limit = PAGE.into();
            request.filter = filter.clone();
            // The bot asks: it is in all rooms, and a ghost may have left.
            let page = self.ask(None, request).await?;
            let events: Vec<Sent> = page
                .chunk
                .iter()
                .map(|event| parsed(event.json().get()))
                .collect::<Result<_, _>>()?;
            if let Some(event) = events.iter().find(|event| event.carries(effect)) {
                return Ok(Some(event.event_id.clone()));
            }
            let all_older =
                !events.is_empty() && events.iter().all(|event| event.sent_at < not_before.0);
            match page.end {
                Some(end) if !all_older => from = Some(end),
                _ => return Ok(None),
            }
        }
    }
}
