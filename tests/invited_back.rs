//! Somebody who can come back is invited, and their homeserver does not answer: the theme goes on meanwhile.

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::moderation::{Bench, has, says};
use crate::scene::body;
use crate::storm::line::{self, Mishap};
use crate::world::{AGUA, SERVER, World};

/// Óscar's membership in the room.
fn oscar_is(wanted: &'static str) -> impl Fn(&Value) -> bool {
    let user = format!("@oscar:{SERVER}");
    move |event| {
        event["type"] == "m.room.member"
            && event["state_key"] == user
            && event["content"]["membership"] == wanted
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_waits_for_no_other_homeserver_and_whoever_can_come_back_is_invited_later() {
    let (world, clock) = World::with_clock(&[AGUA]).await;
    let [to_homeserver, _back] = line::lay_between(&world, &mut StdRng::seed_from_u64(0)).await;
    let mut bench = Bench::within(world, clock).await;
    let scene = &bench.scene;
    let wish = "!suspender @Oscar 1 día odio: insulta a los vecinos";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Oscar", "!confirmar 1"]).await;
    scene.maria.say("!confirmar 1").await;
    scene.room_has("that he is out", oscar_is("ban")).await;

    to_homeserver.meet("/invite", &[Mishap::BadGateway; 1000]);
    bench.passes(25).await;
    let scene = &bench.scene;
    scene.room_has("that he is not", oscar_is("leave")).await;
    scene.ana.send_text(&scene.one, "sigamos").await.unwrap();
    scene.maria.wait_for_text("sigamos").await;
    let tried = || 1000 - to_homeserver.to_come();
    assert!(tried() < 5, "it is not asked again at once: {}", tried());

    // Later it is tried again.
    to_homeserver.forgive();
    bench.clock.jumps(1);
    let scene = &bench.scene;
    scene.room_has("his invitation", oscar_is("invite")).await;
    bench.scene.ends().await;
}

/// After a day it is said, where all of moderation is.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn who_can_not_be_invited_for_a_day_is_told_of_in_the_log() {
    let (world, clock) = World::with_clock(&[AGUA]).await;
    let [to_homeserver, _back] = line::lay_between(&world, &mut StdRng::seed_from_u64(0)).await;
    let mut bench = Bench::within(world, clock).await;
    let wish = "!suspender @Oscar 1 día odio: insulta a los vecinos";
    bench.scene.maria.say(wish).await;
    bench.everybody_hears(&["Oscar", "!confirmar 1"]).await;
    let scene = &bench.scene;
    scene
        .ana
        .send_text(&scene.one, "!confirmar 1")
        .await
        .unwrap();
    scene.room_has("that he is out", oscar_is("ban")).await;
    to_homeserver.meet("/invite", &[Mishap::BadGateway; 1000]);
    bench.passes(25).await;
    bench
        .scene
        .room_has("that he is not", oscar_is("leave"))
        .await;
    bench
        .scene
        .beto_sees("that it goes on", says("¿qué hora es?"))
        .await;
    bench.clock.jumps(25);
    let told = |event: &Value| has(body(event), &["No se pudo invitar", "Oscar"]);
    bench
        .log
        .wait_for_event("that he was not invited", told)
        .await;
    bench.scene.ends().await;
}
