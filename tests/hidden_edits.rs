//! A message that was edited and then hidden: none of its versions is to be read anywhere, and the last comes back.

use matrix_sdk::ruma::RoomId;
use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::doors;
use crate::moderation::{Bench, has, says};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, files_under};

/// What the message said, first, second and last.
const VERSIONS: [&str; 3] = ["baratísimos", "regaladísimos", "rematadísimos"];

fn text(version: &str) -> String {
    format!("Compren lotes {version}")
}

/// Nothing of any version is read: in the room, in the log, on the phones, in the bridge's own files.
async fn is_nowhere(bench: &Bench, root: &str) {
    let scene = &bench.scene;
    scene.world.settled().await;
    let room: &RoomId = scene.maria.room.room_id();
    doors::lead_nowhere(&scene.world, &bench.oscar, room, (&[root], &VERSIONS)).await;
    let log = &bench.log;
    doors::lead_nowhere(&scene.world, log, log.room.room_id(), (&[], &VERSIONS)).await;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        for version in VERSIONS {
            let shown = chat.iter().find(|shown| shown.text.contains(version));
            assert!(shown.is_none(), "{shown:?}");
        }
    }
    let folder = scene.world.folder.path();
    let mut files = files_under(&folder.join("data"));
    files.push(folder.join("bridge.log"));
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for version in VERSIONS {
            let found = bytes
                .windows(version.len())
                .any(|part| part == version.as_bytes());
            assert!(!found, "{version} in {}", file.display());
        }
    }
}

fn redacts(event: &Value) -> &str {
    let redacts = event["redacts"].as_str();
    let redacts = redacts.or_else(|| event["content"]["redacts"].as_str());
    redacts.unwrap_or_default()
}

/// It is shown everywhere in its last version.
async fn stands(scene: &Scene) -> (Shown, Shown) {
    let last = || says("Compren lotes rematadísimos");
    let at_ana = scene.ana_sees("its last version", last()).await;
    (at_ana, scene.beto_sees("its last version", last()).await)
}

/// Whoever answers is a part of it, and decides nothing about it.
async fn answers_in_thread(who: &Citizen, scene: &Scene, root: &str) {
    let relation = json!({ "rel_type": "m.thread", "event_id": root });
    let content = json!({ "msgtype": "m.text", "body": "¿Y eso?", "m.relates_to": relation });
    let sent = who.room.send_raw("m.room.message", content).await;
    sent.unwrap();
    scene.beto_sees("the answer", says("¿Y eso?")).await;
}

async fn comes_back(bench: &mut Bench) {
    bench.passes(13).await;
    let scene = &bench.scene;
    let again = |event: &Value| body(event).ends_with("Compren lotes rematadísimos");
    scene.room_has("its last version", again).await;
    stands(scene).await;
    scene.world.settled().await;
    let events = scene.timeline().await;
    let events = json!(events).to_string();
    for version in [VERSIONS[0], VERSIONS[1]] {
        assert!(!events.contains(version), "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_version_of_a_hidden_message_from_a_phone_is_read_through_any_door() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    let said = bench.carla_says(&text(VERSIONS[0])).await;
    let first = |event: &Value| body(event) == text(VERSIONS[0]);
    let root = scene.room_has("it", first).await;
    for version in &VERSIONS[1..] {
        let next = text(version);
        let edited = bench.carla.edit(&scene.one, &said, &next).await;
        edited.unwrap();
        let version = |event: &Value| body(event).contains(version);
        scene.room_has("its next version", version).await;
    }
    answers_in_thread(&bench.oscar, scene, id(&root)).await;
    let (_, at_beto) = stands(scene).await;
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": id(&root) } },
    });
    scene.maria_sends("m.room.message", hide).await;
    for (phone, group, message) in [
        (&scene.ana, &scene.one, &said),
        (&scene.beto, &scene.two, &at_beto.id),
    ] {
        let gone = phone.wait_for_message(group, message, |shown| shown.deleted);
        gone.await.unwrap();
    }
    is_nowhere(&bench, id(&root)).await;
    comes_back(&mut bench).await;
    bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn no_version_of_a_hidden_message_from_a_client_is_read_through_any_door() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    let root = bench.oscar.say(&text(VERSIONS[0])).await;
    for version in &VERSIONS[1..] {
        let content = json!({
            "msgtype": "m.text",
            "body": format!("* {}", text(version)),
            "m.new_content": { "msgtype": "m.text", "body": text(version) },
            "m.relates_to": { "rel_type": "m.replace", "event_id": root },
        });
        let edited = bench.oscar.room.send_raw("m.room.message", content);
        edited.await.unwrap();
        let version = |shown: &Shown| shown.text.contains(version);
        scene.beto_sees("its next version", version).await;
    }
    answers_in_thread(&scene.maria, scene, root.as_str()).await;
    let (at_ana, at_beto) = stands(scene).await;
    scene
        .ana
        .reply(&scene.one, &at_ana.id, "!ocultar spam")
        .await
        .unwrap();
    for (phone, group, message) in [
        (&scene.ana, &scene.one, &at_ana.id),
        (&scene.beto, &scene.two, &at_beto.id),
    ] {
        let gone = phone.wait_for_message(group, message, |shown| shown.deleted);
        gone.await.unwrap();
    }
    bench.hears(&["oculto", "(caso 1)"]).await;
    // What is hidden does not come back by being changed once more.
    let content = json!({
        "msgtype": "m.text",
        "body": format!("* {}", text(VERSIONS[0])),
        "m.new_content": { "msgtype": "m.text", "body": text(VERSIONS[0]) },
        "m.relates_to": { "rel_type": "m.replace", "event_id": root },
    });
    let edited = bench.oscar.room.send_raw("m.room.message", content);
    let edited = edited.await.unwrap().response.event_id;
    let goes = |event: &Value| event["type"] == "m.room.redaction" && redacts(event) == edited;
    bench.scene.room_has("that it goes, too", goes).await;
    is_nowhere(&bench, root.as_str()).await;
    comes_back(&mut bench).await;
    let again = |event: &Value| has(body(event), &["Oscar", "rematadísimos"]);
    bench.scene.room_has("whose words they are", again).await;
    bench.scene.ends().await;
}
