//! The plan's rooms: found by anyone, made once, changed with the plan.

use std::collections::BTreeSet;

use matrix_sdk::ruma::api::client::directory::get_public_rooms_filtered;
use matrix_sdk::ruma::{OwnedRoomOrAliasId, RoomOrAliasId};
use serde_json::Value;

use crate::world::{AGUA, QUICK, SERVER, World};

/// The plan that is shipped.
const THEMES: &str = include_str!("../bridge-config/themes.yaml");

/// All rooms of the shipped plan stand in the public directory, can be joined by alias and read by anyone; a
/// second start changes nothing; a plan that changes changes the rooms.
#[tokio::test(flavor = "multi_thread")]
async fn a_plans_rooms_are_found_kept_and_follow_the_plan() {
    let world = World::unprovisioned(&[AGUA], QUICK).await;
    let plan = world.folder.path().join("themes.yaml");
    std::fs::write(&plan, THEMES).unwrap();
    // No room is made with a keeper whose name anybody could take.
    let server = format!("  server_name: {SERVER}\n");
    let named = format!("{server}  keeper: \"@custodia:{SERVER}\"\n");
    world.change_config("bridge.yaml", &server, &named);
    let refused = world.aty(&["run"]).await.unwrap_err();
    assert!(refused.contains("has no account"), "{refused}");
    world.change_config("bridge.yaml", &named, &server);
    let bridge = world.start_bridge().await;
    bridge.stop().await;

    let aliases: BTreeSet<String> = THEMES
        .lines()
        .filter_map(|line| line.trim().strip_prefix("alias: "))
        // The log of moderation and the list of suspensions are beside them.
        .chain(["aty-registro", "aty-politicas"])
        .map(|alias| format!("#{alias}:{SERVER}"))
        .collect();
    let citizen = world.citizen("María", "agua").await;
    let listed = citizen
        .client
        .public_rooms_filtered(get_public_rooms_filtered::v3::Request::new())
        .await
        .unwrap();
    let found: BTreeSet<String> = listed
        .chunk
        .iter()
        .filter_map(|room| room.canonical_alias.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(found, aliases);
    for alias in &aliases {
        let alias: OwnedRoomOrAliasId = RoomOrAliasId::parse(alias).unwrap();
        citizen
            .client
            .join_room_by_id_or_alias(&alias, &[])
            .await
            .unwrap();
    }

    guests_read_and_nothing_else(&world, &citizen).await;

    let before = states(&world, &citizen).await;
    world.start_bridge().await.stop().await;
    let again = states(&world, &citizen).await;
    let changed: Vec<_> = again.symmetric_difference(&before).collect();
    assert!(changed.is_empty(), "a second start changed {changed:#?}");

    let changed = THEMES.replace("Ambiente y agua", "Agua y ambiente").replace("  - slug: salud", "  - slug: deporte\n    code: DEPORTE\n    alias: aty-deporte\n    name: {es: Deporte, en: Sport}\n    topic: {es: Sobre el deporte., en: On sport.}\n  - slug: salud");
    std::fs::write(&plan, changed).unwrap();
    world.start_bridge().await.stop().await;
    let after = states(&world, &citizen).await;
    assert!(
        after.iter().any(|event| event.contains("Agua y ambiente")),
        "the new name is there"
    );
    let alias: OwnedRoomOrAliasId = RoomOrAliasId::parse(format!("#aty-deporte:{SERVER}")).unwrap();
    citizen
        .client
        .join_room_by_id_or_alias(&alias, &[])
        .await
        .expect("the new theme has a room");
}

async fn guests_read_and_nothing_else(world: &World, citizen: &crate::world::Citizen) {
    let http = reqwest::Client::new();
    let at = |path: &str| format!("{}/_matrix/client/v3/{path}", world.synapse.url());
    let register = http
        .post(at("register?kind=guest"))
        .json(&serde_json::json!({}));
    let guest: Value = register.send().await.unwrap().json().await.unwrap();
    let token = guest["access_token"].as_str().expect("guests are let in");
    for room in citizen.client.joined_rooms() {
        let room = room.room_id();
        let join = http.post(at(&format!("join/{room}"))).bearer_auth(token);
        let refused = join.json(&serde_json::json!({})).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{room}");
        let messages = at(&format!("rooms/{room}/messages?dir=b&limit=1"));
        let read = http.get(messages).bearer_auth(token).send().await.unwrap();
        assert!(read.status().is_success(), "{room}");
    }
}

/// Type, key, event id and content of all state in the citizen's rooms, without the citizens' own.
async fn states(world: &World, citizen: &crate::world::Citizen) -> BTreeSet<String> {
    let token = citizen.client.access_token().unwrap();
    let http = reqwest::Client::new();
    let mut all = BTreeSet::new();
    for room in citizen.client.joined_rooms() {
        let url = format!(
            "{}/_matrix/client/v3/rooms/{}/state",
            world.synapse.url(),
            room.room_id()
        );
        let state: Vec<Value> = http
            .get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for event in state {
            let by_citizen = event["type"] == "m.room.member"
                && event["sender"] == citizen.client.user_id().unwrap().as_str();
            if !by_citizen {
                let Value::Object(event) = event else {
                    continue;
                };
                let parts = ["type", "state_key", "event_id", "content"]
                    .map(|part| event[part].to_string());
                all.insert(parts.join(" "));
            }
        }
    }
    all
}
