//! A change that somebody proposes to a proposal is hidden with the message that proposes it: the bridge tells its words no more.

use sandbox::phones::Shown;
use serde_json::Value;

use crate::doors;
use crate::hidden::{answered, monitored};
use crate::moderation::Bench;
use crate::outlawed::removes;
use crate::scene::{Scene, body, id};

const WORDS: &str = "baratísimos";

async fn is_nowhere(bench: &Bench, roots: &[&str]) {
    let scene = &bench.scene;
    scene.world.settled().await;
    let room = scene.maria.room.room_id();
    doors::lead_nowhere(&scene.world, &bench.oscar, room, (roots, &[WORDS])).await;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let tells = |shown: &&Shown| shown.text.contains(WORDS);
        let found: Vec<_> = chat.iter().filter(tells).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
    let answer = answered(scene, "!ver AGUA-1", &["AGUA-1", "en cada escuela"]).await;
    assert!(!answer.text.contains(WORDS), "{answer:?}");
}

async fn record(scene: &Scene, asked: &str) -> String {
    monitored(scene, &["monitor", "show", "#aty-paga:aty.test", asked]).await
}

/// Hidden from the room by María; the events of the proposal's thread and of the message itself are given.
async fn hidden(bench: &Bench) -> (String, String) {
    let scene = &bench.scene;
    let proposed = "!propuesta Filtros de agua\nUn filtro en cada escuela.";
    scene.beto.send_text(&scene.two, proposed).await.unwrap();
    let card = |event: &Value| event["content"]["org.aty.card"] == "AGUA-1";
    let card = scene.room_has("the card", card).await;
    let root = card["content"]["m.relates_to"]["event_id"].as_str();
    let root = root.unwrap().to_owned();
    bench
        .carla_says("!enmienda AGUA-1 Compren lotes baratísimos")
        .await;
    let message = |event: &Value| body(event).contains("!enmienda") && body(event).contains(WORDS);
    let message = scene.room_has("what Carla wrote", message).await;
    answered(scene, "!ver AGUA-1", &["AGUA-1", WORDS]).await;
    scene.world.settled().await;
    assert!(record(scene, "AGUA-1").await.contains(WORDS));
    scene.maria_answers(id(&message), "!ocultar spam").await;
    bench.everybody_hears(&["queda oculto", "(caso 1)"]).await;
    (root, id(&message).to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_amendment_is_told_nowhere_and_comes_back() {
    let mut bench = Bench::new().await;
    let (root, message) = hidden(&bench).await;
    is_nowhere(&bench, &[&root, &message]).await;
    let scene = &bench.scene;
    assert!(!record(scene, "AGUA-1").await.contains(WORDS));
    record(scene, "--verify").await;
    answered(scene, "!aceptar 1", &["1", "está oculto"]).await;

    bench.passes(13).await;
    let scene = &bench.scene;
    let again =
        |event: &Value| event["type"] == "org.aty.amendment" && event.to_string().contains(WORDS);
    scene.room_has("the act again", again).await;
    scene.world.settled().await;
    answered(scene, "!ver AGUA-1", &["AGUA-1", WORDS]).await;
    answered(scene, "!aceptar 1", &["AGUA-1"]).await;
    answered(scene, "!ver AGUA-1", &["AGUA-1", WORDS]).await;
    scene.world.settled().await;
    record(scene, "--verify").await;
    bench.scene.ends().await;
}

/// Over a restart, and for good where the operator takes it out.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_amendment_stays_hidden() {
    let mut bench = Bench::new().await;
    let (root, message) = hidden(&bench).await;
    bench.scene.world.settled().await;
    bench.scene.bridge.stop().await;
    bench.scene.bridge = bench.scene.world.start_bridge().await;
    is_nowhere(&bench, &[&root, &message]).await;

    let scene = &bench.scene;
    let removed = removes(&scene.world, &message, "orden judicial 12").await;
    removed.unwrap();
    bench.everybody_hears(&["orden judicial 12"]).await;
    bench.passes(13).await;
    is_nowhere(&bench, &[&root, &message]).await;
    bench.scene.bridge.stop().await;
    bench.scene.bridge = bench.scene.world.start_bridge().await;
    is_nowhere(&bench, &[&root, &message]).await;
    bench.scene.ends().await;
}

/// A homeserver that was put back has lost the amendment, and that it is hidden: it is written again without its words.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_that_was_put_back_does_not_show_a_hidden_amendment() {
    let mut bench = Bench::new().await;
    bench.scene.world.settled().await;
    let yesterday = bench.scene.world.remember_homeserver().await;
    hidden(&bench).await;
    let Bench {
        mut scene,
        clock: _clock,
        ..
    } = bench;
    scene.world.settled().await;
    scene.bridge.stop().await;
    scene.world.put_homeserver_back(&yesterday).await;
    scene.bridge = scene.world.start_bridge().await;
    let rosa = scene.world.citizen("Rosa", "agua").await;
    let amended = |event: &Value| event["type"] == "org.aty.amendment";
    let amended = rosa.wait_for_event("the amendment", amended).await;
    assert!(!amended.to_string().contains(WORDS), "{amended:#}");
    scene.world.settled().await;
    let room = rosa.room.room_id();
    doors::lead_nowhere(&scene.world, &rosa, room, (&[], &[WORDS])).await;
    scene.ends().await;
}
