//! What was said and done in a room, beside its state.

use matrix_sdk::HttpError;
use matrix_sdk::ruma::api::Direction;
use matrix_sdk::ruma::api::client::filter::RoomEventFilter;
use matrix_sdk::ruma::api::client::message::get_message_events;
use matrix_sdk::ruma::api::client::relations::get_relating_events_with_rel_type;
use matrix_sdk::ruma::api::client::state::get_state_events;
use matrix_sdk::ruma::events::relation::RelationType;
use matrix_sdk::ruma::exports::http::StatusCode;
use matrix_sdk::ruma::{EventId, RoomId, UInt, UserId};

use crate::client::{Reader, is_hidden};
use crate::error::MonitorError;
use crate::event::Event;

/// How many events are asked for at once. Homeservers may give fewer.
const PAGE: u32 = 500;

impl Reader {
    /// A room's state; none where this login may not read it.
    pub(crate) async fn state_events(
        &self,
        room: &RoomId,
    ) -> Result<Option<Vec<Event>>, MonitorError> {
        let request = get_state_events::v3::Request::new(room.to_owned());
        match self.client.send(request).await {
            Ok(answer) => Ok(Some(Event::read_all(&answer.room_state))),
            Err(error) if is_hidden(&error) => Ok(None),
            Err(error) => Err(self.explain(&error)),
        }
    }

    /// All that an account sent of these types, oldest first.
    pub(crate) async fn sent_by(
        &self,
        account: &str,
        room: &RoomId,
        types: &[&str],
    ) -> Result<Vec<Event>, MonitorError> {
        let Ok(account) = UserId::parse(account) else {
            return Ok(Vec::new());
        };
        let mut request =
            get_message_events::v3::Request::new(room.to_owned(), Direction::Backward);
        request.limit = UInt::from(PAGE);
        request.filter = RoomEventFilter::default();
        request.filter.types = Some(types.iter().map(ToString::to_string).collect());
        request.filter.senders = Some(vec![account]);
        let mut events = Vec::new();
        loop {
            let page = match self.client.send(request.clone()).await {
                Ok(page) => page,
                // What is not seen must not be taken for what is not there.
                Err(error) if is_hidden(&error) => {
                    return Err(MonitorError::HistoryNotVisible {
                        room: room.to_string(),
                    });
                }
                Err(error) => return Err(self.explain(&error)),
            };
            events.extend(Event::read_all(&page.chunk));
            // Whoever answers with the place that was asked from would keep us for ever.
            if page.end.is_none() || page.end == request.from {
                break;
            }
            request.from = page.end;
        }
        events.reverse();
        Ok(events)
    }

    /// When anybody last took something back in a room.
    pub(crate) async fn last_redaction(&self, room: &RoomId) -> Result<Option<i64>, MonitorError> {
        let mut request =
            get_message_events::v3::Request::new(room.to_owned(), Direction::Backward);
        request.limit = UInt::from(1_u32);
        request.filter.types = Some(vec!["m.room.redaction".to_owned()]);
        match self.client.send(request).await {
            Ok(page) => Ok(Event::read_all(&page.chunk).first().map(|event| event.at)),
            Err(error) if is_hidden(&error) => Ok(None),
            Err(error) => Err(self.explain(&error)),
        }
    }

    /// What relates to an event in one way, oldest first; none where there is no such event.
    pub(crate) async fn related(
        &self,
        room: &RoomId,
        event: &EventId,
        how: RelationType,
    ) -> Result<Option<Vec<Event>>, MonitorError> {
        let mut request = get_relating_events_with_rel_type::v1::Request::new(
            room.to_owned(),
            event.to_owned(),
            how,
        );
        request.limit = Some(UInt::from(PAGE));
        let mut events = Vec::new();
        loop {
            let page = match self.client.send(request.clone()).await {
                Ok(page) => page,
                Err(error) if is_hidden(&error) || is_not_there(&error) => return Ok(None),
                Err(error) => return Err(self.explain(&error)),
            };
            events.extend(Event::read_all(&page.chunk));
            if page.next_batch.is_none() || page.next_batch == request.from {
                break;
            }
            request.from = page.next_batch;
        }
        events.reverse();
        Ok(Some(events))
    }
}

/// Synapse says so without the error code that is meant for it.
fn is_not_there(error: &HttpError) -> bool {
    let error = error.as_client_api_error();
    error.is_some_and(|error| error.status_code == StatusCode::NOT_FOUND)
}
