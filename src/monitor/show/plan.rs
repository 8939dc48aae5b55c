//! A plan's rooms, read.

use futures_util::{StreamExt, TryStreamExt, stream};
use matrix_sdk::ruma::directory::PublicRoomsChunk;
use matrix_sdk::ruma::events::relation::RelationType;
use matrix_sdk::ruma::{EventId, OwnedRoomId, RoomId, RoomOrAliasId};

use crate::client::Reader;
use crate::error::MonitorError;
use crate::event::Event;
use crate::list::{AT_ONCE, name_of, split};
use crate::record::{Acts, RoomRecord};
use crate::{Login, Source};

/// A room that was replaced more often than this is not followed back further.
const MOST_PREDECESSORS: usize = 8;
/// The types of events that acts are told in.
const ACT_TYPES: [&str; 4] = [
    matrix::names::REVISION,
    matrix::names::AMENDMENT,
    matrix::names::STATUS_CHANGE,
    matrix::names::ENDORSEMENT,
];

/// A plan's space and the rooms of its themes.
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) room_id: OwnedRoomId,
    /// The space's state.
    pub(crate) state: Vec<Event>,
    pub(crate) rooms: Vec<Room>,
    /// How many rooms can't be read with this login.
    pub(crate) hidden: usize,
}

/// A theme's room.
pub(crate) struct Room {
    pub(crate) id: OwnedRoomId,
    pub(crate) record: RoomRecord,
    /// The rooms that it took the place of, newest first.
    before: Vec<OwnedRoomId>,
}

impl Plan {
    pub(crate) async fn read(
        reader: &Reader,
        space: &RoomOrAliasId,
        source: &Source,
    ) -> Result<Plan, MonitorError> {
        if matches!(source.login, Login::Public) {
            return Err(MonitorError::LoginNeeded {
                homeserver: reader.homeserver().to_owned(),
            });
        }
        let room_id = reader.room_id(space).await?;
        let rooms = reader.children(&room_id, &source.space).await?;
        let (plan, children) = split(rooms, &source.space)?;
        let plan = PublicRoomsChunk::from(plan);
        let seen: Vec<Seen> = stream::iter(children.rooms)
            .map(|room| read_room(reader, room.room_id))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut hidden = children.hidden;
        let mut rooms = Vec::new();
        for room in seen {
            match room {
                Seen::Theme(room) => rooms.push(*room),
                Seen::Hidden => hidden += 1,
                Seen::Other => {}
            }
        }
        Ok(Plan {
            name: name_of(&plan),
            alias: plan.canonical_alias.map(String::from),
            state: reader.state_events(&room_id).await?.unwrap_or_default(),
            room_id,
            rooms,
            hidden,
        })
    }
}

enum Seen {
    Theme(Box<Room>),
    Hidden,
    /// No bridge says that it is a theme's.
    Other,
}

async fn read_room(reader: &Reader, id: OwnedRoomId) -> Result<Seen, MonitorError> {
    let Some(state) = reader.state_events(&id).await? else {
        return Ok(Seen::Hidden);
    };
    let Some(record) = RoomRecord::read(&state) else {
        return Ok(Seen::Other);
    };
    let mut room = Room {
        id,
        record,
        before: Vec::new(),
    };
    room.follow_back(reader, predecessor(&state)).await?;
    Ok(Seen::Theme(Box::new(room)))
}

fn predecessor(state: &[Event]) -> Option<OwnedRoomId> {
    let created = state.iter().find(|event| event.kind == "m.room.create")?;
    let room = created.content["predecessor"]["room_id"].as_str()?;
    RoomId::parse(room).ok()
}

impl Room {
    /// What was said in a room that was replaced stays there, and so does who said it.
    async fn follow_back(
        &mut self,
        reader: &Reader,
        mut next: Option<OwnedRoomId>,
    ) -> Result<(), MonitorError> {
        while let Some(room) = next.take() {
            let known = room == self.id || self.before.contains(&room);
            if known || self.before.len() == MOST_PREDECESSORS {
                break;
            }
            let Some(state) = reader.state_events(&room).await? else {
                break;
            };
            self.record.also_known(&state);
            next = predecessor(&state);
            self.before.push(room);
        }
        Ok(())
    }

    /// Every act in it and in the rooms before it.
    pub(crate) async fn acts(&self, reader: &Reader) -> Result<Acts, MonitorError> {
        let mut events = Vec::new();
        for room in self.before.iter().rev().chain([&self.id]) {
            events.extend(reader.sent_by(&self.record.bot, room, &ACT_TYPES).await?);
        }
        Ok(Acts::read(&events, &self.record.bot))
    }

    /// What relates to an event, in whichever of its rooms that is; none where it is in none of them.
    pub(super) async fn related(
        &self,
        reader: &Reader,
        event: &str,
        how: RelationType,
    ) -> Result<Option<Vec<Event>>, MonitorError> {
        let Ok(event) = EventId::parse(event) else {
            return Ok(None);
        };
        for room in [&self.id].into_iter().chain(&self.before) {
            if let Some(found) = reader.related(room, &event, how.clone()).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
