//! What those who moderate decide is carried out in the groups before what waits to be said there, and no message that was hidden
//! before it was said there is said afterwards.

use sandbox::phones::Shown;
use sandbox::server::State;
use serde_json::json;

use crate::moderation::{Bench, says};

fn told(chat: &[Shown], text: &str) -> usize {
    let text = format!("*Oscar*: {text}");
    let tells = |shown: &&Shown| shown.text == text && !shown.deleted;
    chat.iter().filter(tells).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn moderation_waits_behind_no_flood_in_a_group() {
    let mut bench = Bench::new().await;
    let (quick, slow) = ("group_per_minute: 10000", "group_per_minute: 1\n");
    let scene = &mut bench.scene;
    scene.world.settled().await;
    let wish = "!silenciar @Carla 6h spam: vende en cada mensaje";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Carla", "6 horas"]).await;
    let Bench {
        mut scene,
        clock: _clock,
        carla,
        oscar,
        log: _log,
    } = bench;
    scene.world.settled().await;
    scene.bridge.stop().await;
    scene
        .world
        .change_config("bridge.yaml", &format!("{quick}\n"), slow);
    scene.bridge = scene.world.start_bridge().await;

    // One a minute: all but the first wait for minutes.
    let flood = ["uno", "dos", "tres", "cuatro", "cinco", "seis"];
    let mut events = Vec::new();
    for text in flood {
        events.push(oscar.say(text).await);
    }
    scene.both_see("the first", says("uno")).await;
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": events[4] } },
    });
    scene.maria_sends("m.room.message", hide).await;
    let ad = carla.send_text(&scene.one, "¡Oferta!").await.unwrap();
    let gone = |shown: &Shown| shown.deleted;
    let waiting = scene.ana.wait_for_message(&scene.one, &ad, gone);
    waiting.await.unwrap();
    scene.maria.say("!pausa 15m respiremos un poco").await;
    let quiet = |state: &State| {
        let is = |group| {
            state
                .group(group)
                .expect("there is such a group")
                .announcement
        };
        is(&scene.one) && is(&scene.two)
    };
    let whatsapp = &scene.world.whatsapp;
    whatsapp.wait_until("the pause", quiet).await.unwrap();
    assert_eq!(
        told(&scene.beto.chat(&scene.two), "seis"),
        0,
        "it waits still"
    );

    scene.bridge.stop().await;
    scene
        .world
        .change_config("bridge.yaml", slow, &format!("{quick}\n"));
    scene.bridge = scene.world.start_bridge().await;
    scene.both_see("the last", says("seis")).await;
    scene.world.settled().await;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let times = flood.map(|text| told(&chat, text));
        assert_eq!(times, [1, 1, 1, 1, 0, 1], "{chat:#?}");
    }
    scene.ends().await;
}

/// Nobody knows whether it was sent, and it is hidden meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_stand_in_a_group_when_it_is_hidden_is_taken_back_there() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    scene.world.settled().await;
    let device = scene.world.bridge_device();
    let whatsapp = &scene.world.whatsapp;
    whatsapp.withhold_acks(&device, true).await;
    let event = bench.oscar.say("Compren lotes").await;
    let at_beto = scene.beto_sees("the ad", says("Compren lotes")).await;
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": event } },
    });
    scene.maria_sends("m.room.message", hide).await;
    bench.hears(&["oculto", "(caso 1)"]).await;
    whatsapp.withhold_acks(&device, false).await;
    whatsapp.drop_connection(&device).await.unwrap();
    let gone = |shown: &Shown| shown.deleted;
    let waiting = scene.beto.wait_for_message(&scene.two, &at_beto.id, gone);
    waiting.await.unwrap();
    bench.scene.ends().await;
}
