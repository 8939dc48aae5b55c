//! What a room's state tells of its people and its groups.

use std::collections::{BTreeMap, BTreeSet};

use matrix::Identity;
use matrix_sdk::ruma::events::AnyStateEvent;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::Value;

use crate::view::{GroupStatus, GroupView};

/// State that the bridge's account alone writes into a plan's space and a theme's room; it has their names.
const MARKERS: [&str; 2] = ["org.aty.plan", "org.aty.theme"];
/// Where bridge information says how things stand with a group.
const GROUP: &str = "org.aty.group";

/// The people and groups of one room.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RoomState {
    /// Who has joined, without the bridge's own account.
    pub(crate) people: BTreeSet<OwnedUserId>,
    /// How many of them write from WhatsApp.
    pub(crate) whatsapp_people: u64,
    /// Which groups the room says it is joined to.
    pub(crate) groups: Vec<GroupView>,
    /// The room's name by language code, where the bridge wrote it down in several.
    pub(crate) names: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    state_key: String,
    sender: OwnedUserId,
    content: Value,
}

impl RoomState {
    /// Reads a room's current state. What can't be read is passed over: anyone may write anything on Matrix.
    pub(crate) fn read(state: &[Raw<AnyStateEvent>]) -> RoomState {
        let events: Vec<Event> = state
            .iter()
            .filter_map(|event| serde_json::from_str(event.json().get()).ok())
            .collect();
        let bots: BTreeSet<&UserId> = events.iter().filter_map(bot_named_by).collect();
        let identities: Vec<Identity> = events.iter().filter_map(identity_in).collect();
        let people: BTreeSet<OwnedUserId> = events
            .iter()
            .filter_map(joined_person)
            .filter(|person| !bots.contains(&**person))
            .collect();
        let whatsapp_people = people
            .iter()
            .filter(|person| identities.iter().any(|bridge| bridge.is_ghost(person)))
            .count();
        RoomState {
            whatsapp_people: whatsapp_people as u64,
            groups: events.iter().filter_map(group_in).collect(),
            names: events.iter().find_map(names_in).unwrap_or_default(),
            people,
        }
    }
}

fn joined_person(event: &Event) -> Option<OwnedUserId> {
    let joined = event.kind == "m.room.member" && event.content["membership"] == "join";
    joined.then(|| UserId::parse(&event.state_key).ok())?
}

/// The account of the bridge that wrote this event, if one did.
fn bot_named_by(event: &Event) -> Option<&UserId> {
    let is_the_bridges = MARKERS.contains(&event.kind.as_str()) || is_bridge_information(event);
    is_the_bridges.then_some(&event.sender)
}

/// Under its first name only: the bridge writes the same under a second one for older clients.
fn is_bridge_information(event: &Event) -> bool {
    event.kind == "m.bridge"
        && event.content["bridgebot"] == event.sender.as_str()
        && event.content["protocol"]["id"] == "whatsapp"
}

/// Who the bridge is that wrote this event, if it is a marker.
fn identity_in(event: &Event) -> Option<Identity> {
    let is_marker = MARKERS.contains(&event.kind.as_str()) && event.state_key.is_empty();
    is_marker.then(|| Identity::of_marker(event.sender.as_str(), &event.content))?
}

fn group_in(event: &Event) -> Option<GroupView> {
    if !is_bridge_information(event) {
        return None;
    }
    let channel = &event.content["channel"];
    Some(GroupView {
        id: channel["id"].as_str()?.to_owned(),
        name: channel["displayname"].as_str().map(str::to_owned),
        status: match event.content[GROUP]["status"].as_str() {
            Some("announced") => GroupStatus::Announced,
            Some("closed") => GroupStatus::Closed,
            _ => GroupStatus::Open,
        },
    })
}

fn names_in(event: &Event) -> Option<BTreeMap<String, String>> {
    let is_marker = MARKERS.contains(&event.kind.as_str());
    is_marker.then(|| serde_json::from_value(event.content["name"].clone()).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BOT: &str = "@aty:example.org";

    fn event(kind: &str, state_key: &str, sender: &str, content: Value) -> Raw<AnyStateEvent> {
        let event =
            json!({ "type": kind, "state_key": state_key, "sender": sender, "content": content });
        Raw::new(&event).unwrap().cast_unchecked()
    }

    fn member(user: &str, membership: &str) -> Raw<AnyStateEvent> {
        event(
            "m.room.member",
            user,
            user,
            json!({ "membership": membership }),
        )
    }

    fn group(id: &str, sender: &str, status: &str) -> Raw<AnyStateEvent> {
        let content = json!({
            "bridgebot": BOT,
            "protocol": { "id": "whatsapp" },
            "channel": { "id": id, "displayname": "Agua 1" },
            GROUP: { "status": status },
        });
        event(
            "m.bridge",
            &format!("org.aty.whatsapp:{id}"),
            sender,
            content,
        )
    }

    #[test]
    fn the_bridge_and_those_who_left_are_not_people() {
        let state = RoomState::read(&[
            event(
                "org.aty.theme",
                "",
                BOT,
                json!({ "name": { "es": "Agua", "en": "Water" }, "ghost_prefix": "_agua_" }),
            ),
            member(BOT, "join"),
            member("@ana:example.org", "join"),
            member("@luis:example.org", "leave"),
            member("@_agua_abcdefghijklmnop:example.org", "join"),
            member("@_agua_abcdefghijklmnop:elsewhere.org", "join"),
            member("@_aty_abcdefghijklmnop:example.org", "join"),
        ]);
        assert_eq!(state.names["en"], "Water");
        assert_eq!(state.people.len(), 4);
        assert_eq!(
            state.whatsapp_people, 1,
            "accounts elsewhere and of another bridge only look like one of the bridge's"
        );
    }

    #[test]
    fn groups_are_what_the_bridge_says_they_are() {
        let state = RoomState::read(&[
            group("aaaaaaaaaaaaaaaa", BOT, "open"),
            group("bbbbbbbbbbbbbbbb", BOT, "closed"),
            group("cccccccccccccccc", "@mallory:example.org", "open"),
            event("m.bridge", "org.aty.whatsapp:dddd", BOT, json!({})),
        ]);
        let seen: Vec<_> = state
            .groups
            .iter()
            .map(|group| (group.id.as_str(), group.status))
            .collect();
        assert_eq!(
            seen,
            [
                ("aaaaaaaaaaaaaaaa", GroupStatus::Open),
                ("bbbbbbbbbbbbbbbb", GroupStatus::Closed)
            ]
        );
    }

    #[test]
    fn nonsense_is_passed_over() {
        let nonsense = Raw::new(&json!({ "type": 7 })).unwrap().cast_unchecked();
        assert_eq!(RoomState::read(&[nonsense]), RoomState::default());
    }
}
