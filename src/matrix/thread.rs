//! What stands in a thread.

use ruma::api::client::relations::get_relating_events_with_rel_type::v1::Request;
use ruma::events::relation::RelationType;
use ruma::{EventId, RoomId};

use crate::homeserver::Homeserver;
use crate::send_error::SendError;
use crate::{Happened, happened_since::happened};

/// How many events are asked for at a time.
const PAGE: u32 = 100;

impl Homeserver {
    /// What was said in a thread since some moment, by the events' own times, oldest first. What was redacted stands there no
    /// more.
    ///
    /// Spec: Client-Server API, "Threading".
    pub async fn thread_since(
        &self,
        room: &RoomId,
        root: &EventId,
        not_before: civic::Timestamp,
    ) -> Result<Vec<Happened>, SendError> {
        let (mut said, mut from) = (Vec::new(), None);
        loop {
            let mut request = Request::new(room.to_owned(), root.to_owned(), RelationType::Thread);
            request.from = from;
            request.limit = Some(PAGE.into());
            let page = self.ask(None, request).await?;
            let mut all_older = !page.chunk.is_empty();
            for event in page.chunk {
                let event = happened(event.into_json())?;
                all_older &= event.at < not_before;
                said.push(event);
            }
            match page.next_batch {
                Some(next) if !all_older => from = Some(next),
                _ => break,
            }
        }
        said.retain(|event| event.at >= not_before);
        said.reverse();
        Ok(said)
    }
}
