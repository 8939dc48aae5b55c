//! Rooms that are replaced: the conversation, the record and the ways in go with them.

use std::sync::Arc;

use matrix_sdk::ruma::RoomId;
use reqwest::Method;
use sandbox::phones::{Phone, Shown};
use serde_json::{Value, json};

use crate::operating::doctor;
use crate::shows::Seen::{Group, Room};
use crate::shows::{Row, Showing};
use crate::world::{AGUA, BridgeProcess, Citizen, QUICK, SERVER, World};

const ALIAS: &str = "#aty-agua:aty.test";

/// A theme with a group, and the keeper's account, which may replace rooms.
struct Scene {
    world: World,
    bridge: Option<BridgeProcess>,
    ana: Arc<Phone>,
    group: String,
    maria: Citizen,
    keeper: Citizen,
}

impl Scene {
    async fn new() -> Self {
        let mut world = World::unprovisioned(&[AGUA], QUICK).await;
        world.name_a_keeper().await;
        let bridge = Some(world.start_bridge().await);
        let (ana, group) = world.newcomer("Ana", "agua").await;
        let maria = world.citizen("María", "agua").await;
        let keeper = world.citizen("keeper", "agua").await;
        ana.send_text(&group, "buen día").await.unwrap();
        maria.wait_for_text("buen día").await;
        maria.say("hola").await;
        ana.wait_for_text(&group, "*María*: hola").await.unwrap();
        Self {
            world,
            bridge,
            ana,
            group,
            maria,
            keeper,
        }
    }

    async fn stop(&mut self) {
        self.bridge.take().unwrap().stop().await;
    }

    /// The keeper replaces the theme's room, as "Upgrade room" in a client does, and gives the new one.
    async fn replace(&self, creators: &[&str]) -> String {
        let path = format!("rooms/{}/upgrade", self.maria.room.room_id());
        let wanted = json!({ "new_version": "12", "additional_creators": creators });
        let answer = self.as_keeper(Method::POST, &path, wanted).await;
        answer["replacement_room"].as_str().unwrap().to_owned()
    }

    async fn as_keeper(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/_matrix/client/v3/{path}", self.world.synapse.url());
        let request = reqwest::Client::new().request(method.clone(), url);
        let request = request.bearer_auth(self.keeper.client.access_token().unwrap());
        let request = if method == Method::GET {
            request
        } else {
            request.json(&body)
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.as_keeper(Method::GET, path, Value::Null).await
    }

    async fn state(&self, room: &str) -> Vec<(String, String, Value)> {
        let state = self.get(&format!("rooms/{room}/state")).await;
        let text = |event: &Value, key: &str| event[key].as_str().unwrap_or_default().to_owned();
        let events = state.as_array().expect("state that anyone may read").iter();
        events
            .map(|event| {
                let (kind, key) = (text(event, "type"), text(event, "state_key"));
                (kind, key, event["content"].clone())
            })
            .collect()
    }

    /// María goes to the room that the alias leads to, once it is this one, and talks with Ana there.
    async fn talk_in(&mut self, room: &str) {
        let led = RoomId::parse(room).unwrap();
        for _ in 0..600 {
            let alias = ALIAS.try_into().unwrap();
            let leads_to = self.maria.client.resolve_room_alias(alias).await;
            if leads_to.is_ok_and(|found| found.room_id == led) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        self.maria = self.world.citizen("María", "agua").await;
        assert_eq!(self.maria.room.room_id(), led, "the alias leads there");
        self.ana.send_text(&self.group, "¿seguimos?").await.unwrap();
        let line = self.maria.wait_for_text("¿seguimos?").await;
        assert_eq!(line.who, "Ana");
        self.maria.say("¡seguimos!").await;
        let shown = "*María*: ¡seguimos!";
        self.ana.wait_for_text(&self.group, shown).await.unwrap();
        let times = |text: &str| {
            let chat = self.ana.chat(&self.group).into_iter();
            chat.filter(|message| message.text == text).count()
        };
        assert_eq!((times("*María*: hola"), times(shown)), (1, 1));
    }
}

/// Whoever may replace a room does so: alias, directory, space and the groups' record lead to the new one, also what was
/// written in the old one while the bridge was down arrives, and a later start changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_room_is_followed() {
    let mut scene = Scene::new().await;
    let old = scene.maria.room.room_id().to_string();
    let bot = format!("@aty:{SERVER}");
    scene.stop().await;
    scene.maria.say("lo último").await;
    let new = scene.replace(&[&bot]).await;
    scene.bridge = Some(scene.world.start_bridge().await);
    let last = "*María*: lo último";
    scene.ana.wait_for_text(&scene.group, last).await.unwrap();
    scene.talk_in(&new).await;

    let bridged = |state: &[(String, String, Value)]| -> Vec<_> {
        let bridged = state.iter().filter(|(kind, ..)| kind == "m.bridge");
        bridged
            .map(|(_, key, content)| (key.clone(), content.clone()))
            .collect()
    };
    let (before, after) = (scene.state(&old).await, scene.state(&new).await);
    assert_eq!(bridged(&before).len(), 1);
    assert_eq!(bridged(&before), bridged(&after), "the groups' record");
    let space = scene.get("directory/room/%23aty-paga:aty.test").await;
    let space = space["room_id"].as_str().unwrap();
    let linked = |state: &[(String, String, Value)]| -> Vec<_> {
        let children = state
            .iter()
            .filter(|(kind, _, content)| kind == "m.space.child" && content.get("via").is_some());
        children.map(|(_, key, _)| key.clone()).collect()
    };
    let children = linked(&scene.state(space).await);
    assert!(children.contains(&new), "in the space: {children:?}");
    assert!(!children.contains(&old), "in the space: {children:?}");
    let public = scene.get("publicRooms").await;
    let mut listed: Vec<_> = public["chunk"].as_array().unwrap().iter().collect();
    listed.retain(|room| room["canonical_alias"] == ALIAS);
    assert_eq!(listed.len(), 1, "{public:#}");
    assert_eq!(listed[0]["room_id"], new);

    scene.stop().await;
    let before = scene.state(&new).await;
    scene.bridge = Some(scene.world.start_bridge().await);
    assert_eq!(
        scene.state(&new).await,
        before,
        "a later start changes nothing"
    );
    scene.stop().await;
}

/// The room is replaced under the running bridge, by one in which it may not write: people talk on, the doctor says what
/// is missing, and once it is given all is completed.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_room_without_power_is_completed_later() {
    let mut scene = Scene::new().await;
    let new = scene.replace(&[]).await;
    scene.talk_in(&new).await;
    // Its record can't be written yet; the conversation has the group all the same.
    let link = scene.world.aty(&["group", "open", "agua"]).await.unwrap();
    let beto = scene.world.phone("Beto").await;
    let second = beto.join(link.trim()).await.unwrap();
    beto.send_text(&second, "llegué").await.unwrap();
    scene.maria.wait_for_text("llegué").await;
    let mut findings = String::new();
    let (well, levels) = doctor(&scene.world, &mut findings).await;
    assert!(!well && levels["records"].iter().all(|level| level == "error"));
    for said in [
        "may not set",
        "The record of the theme agua can't be written",
    ] {
        assert!(findings.contains(said), "{findings}");
    }

    let path = format!("rooms/{new}/state/m.room.power_levels");
    let mut powers = scene.get(&path).await;
    powers["users"][format!("@aty:{SERVER}")] = 100.into();
    scene.as_keeper(Method::PUT, &path, powers).await;
    for _ in 0..1200 {
        let state = scene.state(&new).await;
        let groups = state.iter().filter(|(kind, ..)| kind == "m.bridge").count();
        if groups == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let state = scene.state(&new).await;
    assert!(state.iter().any(|(kind, ..)| kind == "org.aty.theme"));
    assert_eq!(
        state.iter().filter(|(kind, ..)| kind == "m.bridge").count(),
        2
    );
    scene.world.settled().await;
    beto.send_text(&second, "todo listo").await.unwrap();
    scene.maria.wait_for_text("todo listo").await;
    let (_, levels) = doctor(&scene.world, &mut String::new()).await;
    assert_eq!(levels["records"], ["ok"]);
    scene.stop().await;
}

pub const REPLACED: Row = Row {
    what: "The room is replaced (room upgrade)",
    arrives: &[
        "the conversation goes on in the new one; an answer to what stands in the old one quotes it, and what is taken back is gone there",
        "what is taken back in the old room is deleted",
    ],
    test: "what_was_said_in_a_replaced_room_is_still_known",
};

/// What was said in the room that was replaced is still known: an answer to it in a group quotes it, what is taken back on either
/// side is gone on the other, and what can't be changed there any more does no harm.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_a_replaced_room_is_still_known() {
    let shows = Showing::of(&[&REPLACED]);
    let mut scene = Scene::new().await;
    let old = scene.maria.room.room_id().to_string();
    let event_of = async |text| scene.maria.wait_for_text(text).await.event.to_string();
    let (good_day, hello) = (event_of("buen día").await, event_of("hola").await);
    scene.stop().await;
    let new = scene.replace(&[&format!("@aty:{SERVER}")]).await;
    scene.bridge = Some(scene.world.start_bridge().await);
    scene.talk_in(&new).await;
    let id_of = |text: &str| {
        let chat = scene.ana.chat(&scene.group);
        let shown = chat.into_iter().find(|shown| shown.text == text);
        shown.unwrap().id
    };
    let (own, hers) = (id_of("buen día"), id_of("*María*: hola"));

    let (ana, group) = (&scene.ana, &scene.group);
    ana.reply(group, &hers, "¿dónde estás?").await.unwrap();
    let says = |event: &Value| {
        event["content"]["body"]
            .as_str()
            .unwrap_or_default()
            .contains("dónde")
    };
    let answer = scene.maria.wait_for_event("the answer", says).await;
    let content = &answer["content"];
    assert_eq!(content["body"], "> María: hola\n¿dónde estás?");
    assert_eq!(content["m.relates_to"], Value::Null);

    ana.react(group, &hers, "👍").await.unwrap();
    ana.edit(group, &own, "buenas tardes").await.unwrap();
    scene.world.settled().await;
    let path = |event: &str| format!("rooms/{old}/event/{event}");
    assert_eq!(
        scene.get(&path(&good_day)).await["content"]["body"],
        "buen día"
    );
    ana.delete(group, &own).await.unwrap();
    scene.world.settled().await;
    let gone = scene.get(&path(&good_day)).await;
    assert_eq!(gone["content"], json!({}), "{gone}");
    shows.saw(&REPLACED, &[Room]);
    let redact = format!("rooms/{old}/redact/{hello}/1");
    scene.as_keeper(Method::PUT, &redact, json!({})).await;
    let all_gone = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 2;
    ana.wait_for(group, all_gone).await.unwrap();
    shows.saw(&REPLACED, &[Group]);
    let nothing = |status: &Value| status["dead_letters"] == 0;
    scene
        .world
        .wait_for_status("nothing put aside", nothing)
        .await;
    scene.stop().await;
}
