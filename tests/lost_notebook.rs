//! What was decided about somebody holds though the notebook is lost: the rooms tell it.

use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use serde_json::Value;

use crate::moderation::{Bench, says};
use crate::world::SERVER;

fn membership(who: &str, is: &str) -> impl Fn(&Value) -> bool {
    let who = format!("@{who}:{SERVER}");
    move |event| {
        event["type"] == "m.room.member"
            && event["state_key"] == who.as_str()
            && event["content"]["membership"] == is
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_muted_or_out_stays_so_to_the_end_and_no_longer() {
    let mut bench = Bench::new().await;
    let rosa = bench.scene.world.citizen("Rosa", "agua").await;
    rosa.say("¿qué tal?").await;
    bench.scene.beto_sees("Rosa", says("¿qué tal?")).await;
    let wish = "!suspender @Rosa 2 días amenaza: dijo que iba a ir a su casa";
    bench.scene.maria.say(wish).await;
    bench.everybody_hears(&["Rosa", "!confirmar 1"]).await;
    let scene = &bench.scene;
    scene.ana.send_text(&scene.one, "!confirmar").await.unwrap();
    scene.room_has("her ban", membership("rosa", "ban")).await;
    let wish = "!silenciar @Oscar 6h flood: cien mensajes";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Oscar", "6 horas"]).await;
    bench.scene.world.settled().await;

    bench.scene.bridge.stop().await;
    let notebook = bench.scene.world.folder.path().join("data/notebook");
    std::fs::remove_dir_all(notebook).unwrap();
    bench.scene.bridge = bench.scene.world.start_bridge().await;
    bench.scene.maria.say("¿Seguimos?").await;
    bench.scene.beto_sees("María", says("¿Seguimos?")).await;
    bench.scene.world.settled().await;
    let text = RoomMessageEventContent::text_plain("¡Eh!");
    let refused = bench.oscar.room.send(text).await.unwrap_err();
    assert!(refused.to_string().contains("FORBIDDEN"), "{refused}");

    bench.passes(7).await;
    bench.everybody_hears(&["Oscar", "escribir"]).await;
    bench.scene.world.settled().await;
    bench.oscar.say("Ya entendí").await;
    bench.scene.beto_sees("his words", says("Ya entendí")).await;
    bench.passes(42).await;
    let back = membership("rosa", "invite");
    bench.scene.room_has("her invitation", back).await;
    rosa.room.join().await.unwrap();
    rosa.say("Volví").await;
    bench.scene.beto_sees("Rosa", says("Volví")).await;
    bench.scene.ends().await;
}
