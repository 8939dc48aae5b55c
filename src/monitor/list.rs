//! Lists a plan: its space, its themes, who is in them.

use std::collections::BTreeSet;

use civic::Language;
use futures_util::{StreamExt, TryStreamExt, stream};
use matrix_sdk::ruma::api::client::space::SpaceHierarchyRoomsChunk;
use matrix_sdk::ruma::directory::PublicRoomsChunk;
use matrix_sdk::ruma::room::{RoomSummary, RoomType};
use matrix_sdk::ruma::{OwnedRoomId, OwnedRoomOrAliasId, OwnedUserId};

use crate::client::Reader;
use crate::error::MonitorError;
use crate::room_state::RoomState;
use crate::view::{Extent, PlanView, ThemeView};
use crate::{Login, Source};

/// How many rooms are read at once.
pub(crate) const AT_ONCE: usize = 4;

/// Reads a plan's space and its themes.
///
/// With [`Login::Public`] it shows the server's public directory, see [`Extent::Directory`].
///
/// # Errors
/// See [`MonitorError`]: its text says what to do.
pub async fn list(source: Source) -> Result<PlanView, MonitorError> {
    let space = parse_space(&source.space)?;
    let reader = Reader::connect(source.homeserver.as_deref(), &space, &source.login).await?;
    let outcome = match source.login {
        Login::Public => from_directory(&reader, &space, &source).await,
        _ => from_space(&reader, &space, &source).await,
    };
    reader.leave().await;
    outcome
}

pub(crate) fn parse_space(text: &str) -> Result<OwnedRoomOrAliasId, MonitorError> {
    OwnedRoomOrAliasId::try_from(text.trim()).map_err(|_| MonitorError::BadSpace {
        space: text.to_owned(),
    })
}

async fn from_space(
    reader: &Reader,
    space: &OwnedRoomOrAliasId,
    source: &Source,
) -> Result<PlanView, MonitorError> {
    let room_id = reader.room_id(space).await?;
    let rooms = reader.children(&room_id, &source.space).await?;
    let (plan, children) = split(rooms, &source.space)?;
    let plan = empty_plan(plan.into(), Extent::Space, source);
    let name = reader
        .state(&room_id)
        .await?
        .and_then(|state| in_language(&state, source.language));
    let themes: Vec<Theme> = stream::iter(children.rooms)
        .map(async |room| {
            let state = reader.state(&room.room_id).await?;
            Ok::<_, MonitorError>(theme(room, state, source.language))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(PlanView {
        people: distinct(&themes),
        themes: themes.into_iter().map(|theme| theme.view).collect(),
        hidden_rooms: children.hidden,
        name: name.unwrap_or(plan.name),
        ..plan
    })
}

async fn from_directory(
    reader: &Reader,
    space: &OwnedRoomOrAliasId,
    source: &Source,
) -> Result<PlanView, MonitorError> {
    let room_id = reader.room_id(space).await?;
    let mut rooms = reader.directory().await?;
    let plan = rooms
        .iter()
        .position(|room| room.room_id == room_id)
        .map(|position| rooms.remove(position))
        .ok_or_else(|| MonitorError::NotVisible {
            space: source.space.clone(),
        })?;
    if plan.room_type != Some(RoomType::Space) {
        return Err(MonitorError::NotASpace {
            space: source.space.clone(),
        });
    }
    rooms.retain(|room| room.room_type.is_none());
    rooms.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(PlanView {
        themes: rooms
            .into_iter()
            .map(|room| theme(room, None, source.language).view)
            .collect(),
        ..empty_plan(plan, Extent::Directory, source)
    })
}

/// A plan's rooms, and how many of them can't be seen.
#[derive(Debug)]
pub(crate) struct Children {
    pub(crate) rooms: Vec<PublicRoomsChunk>,
    pub(crate) hidden: usize,
}

/// Parts the space from its rooms. Spaces in it, of other places or of commitments, are no themes.
pub(crate) fn split(
    rooms: Vec<SpaceHierarchyRoomsChunk>,
    asked_for: &str,
) -> Result<(RoomSummary, Children), MonitorError> {
    let mut rooms = rooms.into_iter();
    let space = || asked_for.to_owned();
    let plan = rooms
        .next()
        .ok_or_else(|| MonitorError::NotVisible { space: space() })?;
    if plan.summary.room_type != Some(RoomType::Space) {
        return Err(MonitorError::NotASpace { space: space() });
    }
    let seen: Vec<RoomSummary> = rooms.map(|room| room.summary).collect();
    let children = Children {
        hidden: plan.children_state.len().saturating_sub(seen.len()),
        rooms: seen
            .into_iter()
            .filter(|room| room.room_type.is_none())
            .map(PublicRoomsChunk::from)
            .collect(),
    };
    Ok((plan.summary, children))
}

/// A theme's view, and who is in it where that can be read.
struct Theme {
    view: ThemeView,
    people: Option<BTreeSet<OwnedUserId>>,
}

fn theme(room: PublicRoomsChunk, state: Option<RoomState>, language: Language) -> Theme {
    let mut view = ThemeView {
        name: name_of(&room),
        topic: room.topic,
        alias: room.canonical_alias.map(String::from),
        people: room.num_joined_members.into(),
        room_id: room.room_id.into(),
        whatsapp_people: None,
        groups: None,
    };
    let Some(state) = state else {
        return Theme { view, people: None };
    };
    view.name = in_language(&state, language).unwrap_or(view.name);
    view.people = state.people.len() as u64;
    view.whatsapp_people = Some(state.whatsapp_people);
    view.groups = Some(state.groups);
    Theme {
        view,
        people: Some(state.people),
    }
}

fn empty_plan(room: PublicRoomsChunk, extent: Extent, source: &Source) -> PlanView {
    PlanView {
        name: name_of(&room),
        topic: room.topic,
        alias: room.canonical_alias.map(String::from),
        room_id: room.room_id.into(),
        extent,
        people: None,
        themes: Vec::new(),
        hidden_rooms: 0,
        language: source.language,
    }
}

/// The name that the bridge wrote down in this language. The room itself has one name for all, in Spanish.
fn in_language(state: &RoomState, language: Language) -> Option<String> {
    state.names.get(language.code()).cloned()
}

/// A room without a name is known by its alias, and one without either by its id.
pub(crate) fn name_of(room: &PublicRoomsChunk) -> String {
    let alias = || room.canonical_alias.as_ref().map(ToString::to_string);
    let id = |room_id: &OwnedRoomId| room_id.to_string();
    room.name
        .clone()
        .or_else(alias)
        .unwrap_or_else(|| id(&room.room_id))
}

/// Whoever is in two themes counts once. Unknown if one member list is.
fn distinct(themes: &[Theme]) -> Option<u64> {
    let mut everyone = BTreeSet::new();
    for theme in themes {
        everyone.extend(theme.people.as_ref()?);
    }
    Some(everyone.len() as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn room(id: &str, room_type: Value, children: &[&str]) -> SpaceHierarchyRoomsChunk {
        let children: Vec<Value> = children
            .iter()
            .map(|child| {
                json!({
                    "type": "m.space.child", "state_key": child, "sender": "@aty:example.org",
                    "origin_server_ts": 1, "content": { "via": ["example.org"] },
                })
            })
            .collect();
        serde_json::from_value(json!({
            "room_id": id, "name": id, "room_type": room_type, "num_joined_members": 3, "join_rule": "public",
            "world_readable": true, "guest_can_join": false, "children_state": children,
        }))
        .unwrap()
    }

    #[test]
    fn themes_are_the_rooms_of_the_space_in_its_order() {
        let space = room(
            "!plan",
            json!("m.space"),
            &["!agua", "!otro", "!salud", "!secreta"],
        );
        let rooms = vec![
            space,
            room("!salud", Value::Null, &[]),
            room("!otro", json!("m.space"), &[]),
            room("!agua", Value::Null, &[]),
        ];
        let (plan, children) = split(rooms, "#paga:example.org").unwrap();
        assert_eq!(plan.room_id, "!plan");
        let names: Vec<_> = children
            .rooms
            .iter()
            .map(|room| room.room_id.as_str())
            .collect();
        assert_eq!(names, ["!salud", "!agua"]);
        assert_eq!(children.hidden, 1);
    }

    #[test]
    fn a_room_is_no_plan_and_neither_is_a_word() {
        let error = split(vec![room("!agua", Value::Null, &[])], "#agua:example.org").unwrap_err();
        assert_eq!(
            error,
            MonitorError::NotASpace {
                space: "#agua:example.org".to_owned()
            }
        );
        assert!(
            parse_space("paga")
                .unwrap_err()
                .to_string()
                .contains("#paga:example.org")
        );
    }

    #[test]
    fn whoever_is_in_two_themes_counts_once() {
        let theme = |people: &[&str]| Theme {
            view: theme(
                room("!x", Value::Null, &[]).summary.into(),
                None,
                Language::Es,
            )
            .view,
            people: Some(
                people
                    .iter()
                    .map(|person| OwnedUserId::try_from(*person).unwrap())
                    .collect(),
            ),
        };
        let themes = [theme(&["@a:b", "@c:b"]), theme(&["@a:b"])];
        assert_eq!(distinct(&themes), Some(2));
    }
}
