//! A plan as anybody reads it with a Matrix client: state, timelines, and what follows from the acts in them.

use std::collections::{BTreeMap, BTreeSet};

use matrix_sdk::ruma::RoomId;
use matrix_sdk::ruma::api::Direction;
use matrix_sdk::ruma::api::client::message::get_message_events;
use serde_json::{Value, json};

use crate::scene::id;
use crate::world::Citizen;

/// The bridge's own account, the one whose acts are believed.
const BRIDGE: &str = "@aty:aty.test";

/// All state of a room.
pub async fn state_of(reader: &Citizen, room: &RoomId) -> Vec<Value> {
    let homeserver = reader.client.homeserver();
    let url = homeserver
        .join(&format!("_matrix/client/v3/rooms/{room}/state"))
        .unwrap();
    let request = reqwest::Client::new().get(url.as_str());
    let request = request.bearer_auth(reader.client.access_token().unwrap());
    request.send().await.unwrap().json().await.unwrap()
}

/// All events of a room, oldest first, page by page.
pub async fn timeline_of(reader: &Citizen, room: &RoomId) -> Vec<Value> {
    let mut events = Vec::new();
    let mut from = None;
    loop {
        let mut request = get_message_events::v3::Request::new(room.to_owned(), Direction::Forward);
        request.from = from;
        request.limit = 100_u32.into();
        let page = reader.client.send(request).await.unwrap();
        let read = page.chunk.iter();
        events.extend(read.map(|event| serde_json::from_str::<Value>(event.json().get()).unwrap()));
        match page.end {
            Some(end) if !page.chunk.is_empty() => from = Some(end),
            _ => return events,
        }
    }
}

/// Joins the plan's space and gives its state and timeline.
pub async fn space(reader: &Citizen) -> (Vec<Value>, Vec<Value>) {
    let alias = "#aty-paga:aty.test".try_into().unwrap();
    let space = reader.client.resolve_room_alias(alias).await;
    let space = space.unwrap().room_id;
    reader.client.join_room_by_id(&space).await.unwrap();
    (
        state_of(reader, &space).await,
        timeline_of(reader, &space).await,
    )
}

/// The contents of a type of state by key.
pub fn of_type<'a>(state: &'a [Value], event_type: &str) -> BTreeMap<&'a str, &'a Value> {
    let events = state.iter().filter(|event| event["type"] == event_type);
    events
        .map(|event| (event["state_key"].as_str().unwrap(), &event["content"]))
        .collect()
}

/// What the acts and reactions of a theme's room come to.
pub struct Folded {
    /// What each head must be, by its key.
    pub heads: BTreeMap<String, Value>,
    /// How many people and accounts on WhatsApp and on Matrix support each, by the same key.
    pub supports: BTreeMap<String, [usize; 3]>,
}

impl Folded {
    /// Reads a room by what the reference of events says, and by nothing else. `persons` is the space's state of that type.
    pub fn read(timeline: &[Value], persons: &BTreeMap<&str, &Value>) -> Self {
        let ours = |event: &&Value| event["sender"] == BRIDGE && event.get("state_key").is_none();
        let acts = timeline.iter().filter(ours);
        let mut chains: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for act in acts.filter(|event| event["content"]["act"].is_string()) {
            let key = act["content"]["ref"].as_str().unwrap().to_lowercase();
            chains.entry(key).or_default().push(act);
        }
        // Of what was deleted for good no act is left that begins it.
        chains.retain(|_, acts| acts[0]["content"]["act"] == "proposed");
        let heads = chains
            .iter()
            .map(|(key, acts)| (key.clone(), head(acts)))
            .collect();
        let supports = chains
            .iter()
            .map(|(key, acts)| (key.clone(), counted(acts, timeline, persons)))
            .collect();
        Self { heads, supports }
    }
}

/// What a proposal is by its acts, which are in their order.
fn head(acts: &[&Value]) -> Value {
    let mut head = Value::Null;
    let mut last: Option<&str> = None;
    for act in acts {
        let content = &act["content"];
        if act["type"] == "org.aty.endorsement" {
            continue;
        }
        assert_eq!(content["prev"].as_str(), last, "the chain of {act:#}");
        let count = |head: &mut Value, what: &str, by: i64| {
            let counted = head["amendments"][what].as_i64().unwrap() + by;
            head["amendments"][what] = counted.into();
        };
        match content["act"].as_str().unwrap() {
            "proposed" => {
                let drafted = content["text"]["es"] == "";
                head = json!({
                    "v": 1,
                    "ref": content["ref"],
                    "title": content["title"],
                    "body": content["text"],
                    "status": if drafted { "draft" } else { "open" },
                    "authors": content["authors"],
                    "root_event": content["root_event"],
                    "rev": 1,
                    "amendments": {"open": 0, "accepted": 0, "declined": 0},
                    "created_ts": content["ts"],
                });
                if !content["promoted_from"].is_null() {
                    head["promoted_from"] = content["promoted_from"].clone();
                }
            }
            "revised" => {
                head["rev"] = content["rev"].clone();
                head["title"] = content["title"].clone();
                head["body"] = content["text"].clone();
                if head["status"] == "draft" && content["text"]["es"] != "" {
                    head["status"] = "open".into();
                }
            }
            "withdrawn" => head["status"] = "withdrawn".into(),
            "amended" => count(&mut head, "open", 1),
            "decided" => {
                count(&mut head, "open", -1);
                let how = if content["accepted"] == true {
                    "accepted"
                } else {
                    "declined"
                };
                count(&mut head, how, 1);
            }
            "backed" => {}
            other => panic!("nobody has told of the act {other}"),
        }
        if let Some(last) = last {
            head["prev"] = last.into();
        }
        last = Some(id(act));
        head["rev_event"] = id(act).into();
        // Amendments come and go beside a proposal; it is changed only when one is taken up.
        if ["proposed", "revised", "withdrawn"].contains(&content["act"].as_str().unwrap()) {
            head["updated_ts"] = content["ts"].clone();
        }
    }
    head
}

/// How many support a proposal: people, accounts on WhatsApp, accounts on Matrix.
fn counted(acts: &[&Value], timeline: &[Value], persons: &BTreeMap<&str, &Value>) -> [usize; 3] {
    let root = acts[0]["content"]["root_event"].as_str();
    let reference = &acts[0]["content"]["ref"];
    let shows = |event: &&Value| {
        event["sender"] == BRIDGE
            && event["content"]["org.aty.card"] == *reference
            && event["content"]["m.relates_to"]["rel_type"] != "m.replace"
    };
    let cards = timeline.iter().filter(shows).map(id);
    let shown: BTreeSet<&str> = cards.chain(root).collect();
    let mut supporters = BTreeSet::new();
    for event in timeline {
        let relation = &event["content"]["m.relates_to"];
        let key = relation["key"].as_str().unwrap_or_default();
        let on = relation["event_id"].as_str().unwrap_or_default();
        if key.starts_with('👍') && shown.contains(on) && event["sender"] != BRIDGE {
            supporters.insert(event["sender"].as_str().unwrap());
        }
    }
    let mut endorsed = BTreeMap::new();
    for act in acts
        .iter()
        .filter(|act| act["content"]["act"] == "endorsed")
    {
        let content = &act["content"];
        endorsed.insert(
            content["by"]["user_id"].as_str().unwrap(),
            content["on"] == true,
        );
    }
    supporters.extend(endorsed.iter().filter(|(_, on)| **on).map(|(who, _)| *who));
    let person = |account: &&str| {
        let joins = |linked: &&Value| {
            let accounts = linked["accounts"].as_array().unwrap();
            accounts.iter().any(|party| party["user_id"] == *account)
        };
        let linked = persons.values().copied().find(joins);
        linked.map_or_else(
            || (*account).to_owned(),
            |linked| linked["accounts"].to_string(),
        )
    };
    let people: BTreeSet<String> = supporters.iter().map(person).collect();
    let ghosts = supporters
        .iter()
        .filter(|who| who.starts_with("@_aty_"))
        .count();
    [people.len(), ghosts, supporters.len() - ghosts]
}
