//! What ends while the bridge is away is over when it is back: in the room, in the groups, and once in the log.

use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use sandbox::phones::{Shown, ShownGroup};
use serde_json::{Value, json};

use crate::moderation::{Bench, bot, has, says};
use crate::proposals_record::MODERATION;
use crate::scene::{Scene, body, id};
use crate::world::Citizen;

/// The cases that the log says are over, in its order, each with why.
async fn over(log: &Citizen) -> Vec<(String, String)> {
    let timeline = log.timeline().await;
    let acts = timeline
        .iter()
        .map(|event| &event["content"][MODERATION[1]]);
    let over = acts.filter(|act| act["act"] == "over");
    let field = |act: &Value, name: &str| act["fields"][name].as_str().unwrap().to_owned();
    let mut over: Vec<_> = over
        .map(|act| (field(act, "case"), field(act, "why")))
        .collect();
    over.sort();
    over
}

/// How often the bridge says that a case is over, where people read it.
async fn said(scene: &Scene, case: u32) -> [usize; 3] {
    let case = format!("(caso {case})");
    let parts = &["Se cumplió", &case][..];
    let room = scene.timeline().await;
    let room = room.iter().filter(|event| {
        event["type"] == "m.room.message" && has(body(event), parts) && event["sender"] == bot()
    });
    let on = |chat: Vec<Shown>| chat.iter().filter(|shown| has(&shown.text, parts)).count();
    [
        room.count(),
        on(scene.ana.chat(&scene.one)),
        on(scene.beto.chat(&scene.two)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_a_pause_and_what_nobody_confirmed_end_while_the_bridge_is_away() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let ad = bench.carla_says("Compren lotes baratos").await;
    let is_it = |event: &Value| body(event) == "Compren lotes baratos";
    let copy = scene.room_has("the ad", is_it).await;
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": id(&copy) } },
    });
    let at_beto = scene.beto_sees("it", says("Compren lotes baratos")).await;
    scene.maria_sends("m.room.message", hide).await;
    bench.everybody_hears(&["oculto", "(caso 1)"]).await;
    let wish = "!silenciar @Carla 6h spam: vende en cada mensaje";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Carla", "(caso 2)"]).await;
    let wish = "!silenciar @Oscar 2h flood: cien mensajes";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Oscar", "(caso 3)"]).await;
    scene.maria.say("!pausa 15m respiremos un poco").await;
    bench.everybody_hears(&["15 minutos", "(caso 4)"]).await;
    for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
        let paused = phone.wait_for_group(group, |group| group.announcement);
        paused.await.unwrap();
    }
    scene.world.settled().await;

    let Bench {
        mut scene,
        mut clock,
        carla,
        oscar,
        log,
    } = bench;
    scene.bridge.stop().await;
    clock.jumps(13);
    let words = RoomMessageEventContent::text_plain("¿Ya?");
    oscar.room.send(words).await.expect_err("nobody ended it");
    scene.bridge = scene.world.start_bridge().await;
    let again = |event: &Value| is_it(event) && event["sender"] == copy["sender"];
    scene.room_has("the ad again", again).await;
    let again =
        |shown: &Shown| shown.text.ends_with("Compren lotes baratos") && shown.id != at_beto.id;
    scene.beto_sees("the ad again", again).await;
    let again = |shown: &Shown| {
        shown.text.ends_with("Compren lotes baratos") && shown.id != ad && !shown.deleted
    };
    scene.ana_sees("the ad again, in its group", again).await;
    let open = |group: &ShownGroup| !group.announcement;
    carla.wait_for_group(&scene.one, open).await.unwrap();
    scene.world.settled().await;
    carla.send_text(&scene.one, "Ya entendí").await.unwrap();
    scene.beto_sees("her words", says("Ya entendí")).await;
    scene
        .room_has("her words", |event| body(event) == "Ya entendí")
        .await;
    oscar.say("Yo también").await;
    scene.beto_sees("his words", says("Yo también")).await;

    let wanted = [
        ("1", "unconfirmed"),
        ("2", "expired"),
        ("3", "expired"),
        ("4", "expired"),
    ]
    .map(|(case, why)| (case.to_owned(), why.to_owned()));
    for _ in 0..2 {
        scene.world.settled().await;
        assert_eq!(over(&log).await, wanted);
        for case in [2, 3, 4] {
            assert_eq!(said(&scene, case).await, [1, 1, 1], "case {case}");
        }
        let events = scene.timeline().await;
        assert_eq!(events.iter().filter(|event| is_it(event)).count(), 1);
        // Nor is it done again at the next start.
        scene.bridge.stop().await;
        scene.bridge = scene.world.start_bridge().await;
    }
    scene.ends().await;
}
