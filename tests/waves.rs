//! Many who come at once: the theme is told, people are let in one by one for a while, and then as before.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown};
use sandbox::server::State;
use serde_json::{Value, json};

use crate::moderation::{Bench, bot};
use crate::scene::sees;
use crate::world::{SERVER, World, Writer};

/// A membership in the room.
fn membership(localpart: &str, wanted: &'static str) -> impl Fn(&Value) -> bool {
    let user = format!("@{localpart}:{SERVER}");
    move |event| {
        event["type"] == "m.room.member"
            && event["state_key"] == user
            && event["content"]["membership"] == wanted
    }
}

fn rule(event: &Value) -> Option<&str> {
    let rules = event["type"] == "m.room.join_rules";
    event["content"]["join_rule"].as_str().filter(|_| rules)
}

/// Whoever asks to be let into a group, and nobody else.
async fn ask(world: &World, group: &str, who: &[&Arc<Phone>]) {
    let mut wanted: Vec<&str> = who.iter().map(|phone| &*phone.device().number).collect();
    wanted.sort_unstable();
    let asks = |state: &State| {
        let group = state.group(group).expect("there is such a group");
        group
            .requests
            .keys()
            .map(String::as_str)
            .eq(wanted.iter().copied())
    };
    world.whatsapp.wait_until("who asks", asks).await.unwrap();
}

async fn by_approval(world: &World, group: &str, on: bool) {
    let is = |state: &State| state.group(group).expect("there is such a group").approval == on;
    let what = "how one comes into the group";
    world.whatsapp.wait_until(what, is).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_wave_people_are_let_in_for_a_while_and_then_come_as_before() {
    let mut bench = Bench::new().await;
    let room = bench.scene.maria.room.room_id().to_owned();
    let elena = bench.scene.world.phone("Elena").await;
    elena.join(&bench.scene.link).await.unwrap();
    bench.scene.world.settled().await;
    for letter in 'a'..='g' {
        let name = format!("Gente {letter}");
        bench.scene.world.writer(&name, &room).await;
    }
    // Eight within an hour, over all legs: everybody is told, and nothing else happens.
    bench.everybody_hears(&["8 personas", "!aprobacion"]).await;
    let scene = &bench.scene;
    by_approval(&scene.world, &scene.one, false).await;
    scene
        .ana
        .send_text(&scene.one, "!aprobacion 12h")
        .await
        .unwrap();
    bench.everybody_hears(&["12 horas", "!aprobar"]).await;
    let Bench {
        mut scene,
        mut clock,
        ..
    } = bench;
    let (one, two) = (scene.one.clone(), scene.two.clone());
    by_approval(&scene.world, &one, true).await;
    by_approval(&scene.world, &two, true).await;
    scene
        .room_has("that one knocks", |event| rule(event) == Some("knock"))
        .await;

    // The link of the wave leads nowhere any more; by the new one people ask.
    let diego = scene.world.phone("Diego").await;
    assert!(diego.join(&scene.link).await.is_err());
    let link = scene.world.whatsapp.invite_link(&one).await.unwrap();
    diego.join(&link).await.unwrap();
    ask(&scene.world, &one, &[&diego]).await;
    let asks =
        |shown: &Shown| shown.text.contains("Piden entrar") || shown.text.contains("Pide entrar");
    sees(&scene.beto, &two, "that somebody asks", asks).await;
    let petra = Writer::outside(&scene.world.synapse, "Petra", &room).await;
    petra.knocks().await;
    scene
        .room_has("her knock", membership("petra", "knock"))
        .await;
    scene.world.settled().await;

    // A ghost that was not in the room comes in all the same.
    elena.send_text(&one, "buenas").await.unwrap();
    scene.maria.wait_for_text("buenas").await;

    scene
        .maria
        .say("!rechazar @Petra no sabemos quién es")
        .await;
    scene
        .room_has("that she is turned away", membership("petra", "leave"))
        .await;
    scene.beto.send_text(&two, "!aprobar").await.unwrap();
    sees(&scene.beto, &two, "that it is for others", |shown| {
        shown.text.contains("quien modera")
    })
    .await;
    scene.ana.send_text(&one, "!aprobar").await.unwrap();
    diego.wait_for_membership(&one, true).await.unwrap();

    // The bridge is away while others ask, and knows of them when it is back.
    scene.bridge.stop().await;
    let fidel = scene.world.phone("Fidel").await;
    fidel.join(&link).await.unwrap();
    petra.knocks().await;
    scene.bridge = scene.world.start_bridge().await;
    let named = |event: &Value| {
        let body = crate::scene::body(event);
        body.contains("entrar") && body.contains("Petra") && event["sender"] == bot()
    };
    scene.room_has("that Petra asks", named).await;
    scene.maria.say("!aprobar @Petra").await;
    scene
        .room_has("that she is let in", membership("petra", "invite"))
        .await;
    petra.joins().await;
    scene.world.settled().await;
    ask(&scene.world, &one, &[&fidel]).await;

    // It ends while the bridge is away: who still waits comes in, and so does everybody from then on.
    let quique = Writer::outside(&scene.world.synapse, "Quique", &room).await;
    quique.knocks().await;
    scene.bridge.stop().await;
    clock.jumps(13);
    scene.bridge = scene.world.start_bridge().await;
    fidel.wait_for_membership(&one, true).await.unwrap();
    by_approval(&scene.world, &one, false).await;
    by_approval(&scene.world, &two, false).await;
    scene
        .room_has("that Quique is let in", membership("quique", "invite"))
        .await;
    scene
        .room_has("that one joins", |event| {
            rule(event) == Some("public") && event["content"] == json!({ "join_rule": "public" })
        })
        .await;
    let gala = scene.world.phone("Gala").await;
    gala.join(&link).await.unwrap();
    gala.wait_for_membership(&one, true).await.unwrap();
    scene.world.writer("Rita", &room).await;
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_out_is_turned_away_and_what_admins_decide_by_hand_is_noted() {
    let mut bench = Bench::new().await;
    let scene = &mut bench.scene;
    let number = scene.beto.device().number.clone();
    scene
        .world
        .whatsapp
        .make_admin(&scene.two, &number)
        .await
        .unwrap();
    let wish = "!suspender @Carla 3 días odio: insulta a los vecinos";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Carla", "!confirmar 1"]).await;
    let scene = &mut bench.scene;
    scene.maria.say("!confirmar 1").await;
    bench
        .carla
        .wait_for_membership(&scene.one, false)
        .await
        .unwrap();
    scene
        .maria
        .say("!aprobacion 2h cuentas que nadie conoce")
        .await;
    let (one, two) = (scene.one.clone(), scene.two.clone());
    by_approval(&scene.world, &one, true).await;
    by_approval(&scene.world, &two, true).await;
    // Each group has a new link when it is done.
    scene.world.settled().await;

    let link = scene.world.whatsapp.invite_link(&two).await.unwrap();
    bench.carla.join(&link).await.unwrap();
    ask(&scene.world, &two, &[]).await;
    scene.world.settled().await;
    assert!(
        !bench
            .carla
            .groups()
            .iter()
            .any(|group| group.address == two)
    );

    // Beto administers the group on his phone: whom he lets in there is in, and the log has it.
    let diego = scene.world.phone("Diego").await;
    diego.join(&link).await.unwrap();
    ask(&scene.world, &two, &[&diego]).await;
    scene
        .beto
        .wait_for_group(&two, |group| !group.asking.is_empty())
        .await
        .unwrap();
    scene.beto.approve(&two, "Diego").await.unwrap();
    diego.wait_for_membership(&two, true).await.unwrap();
    let log = bench.log.room.room_id().to_owned();
    let noted = |event: &Value| {
        let body = crate::scene::body(event);
        body.contains("Beto") && body.contains("deja entrar")
    };
    bench
        .log
        .wait_for_event_in(&log, "what Beto did", noted)
        .await;
    assert!(
        !bench.scene.timeline().await.iter().any(|event| {
            let body = crate::scene::body(event);
            body.contains("entrar") && body.contains("Carla") && !body.contains("odio")
        }),
        "whoever is out is not announced"
    );
    bench.scene.ends().await;
}
