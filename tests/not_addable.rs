//! Who can come back after a while, but whose phone lets nobody add them to a group.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown, chat_with, person};
use serde_json::Value;

use crate::moderation::{Bench, has, says};
use crate::scene::{body, sees};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_can_t_be_added_again_is_invited_if_they_ever_wrote_to_the_bridge() {
    let mut bench = Bench::new().await;
    let scene = &mut bench.scene;
    let aty = chat_with(&person(0, "Aty"));
    let elena = scene.world.phone("Elena").await;
    elena.join(&scene.link).await.unwrap();
    elena.send_text(&scene.one, "buenas").await.unwrap();
    scene.beto_sees("her words", says("buenas")).await;
    // Carla has asked the bridge something once; Elena never has.
    bench.carla.send_text(&aty, "!reglas").await.unwrap();
    sees(&bench.carla, &aty, "its answer", |shown| !shown.own).await;
    for phone in [&bench.carla, &elena] {
        let number = &phone.device().number;
        scene.world.whatsapp.let_nobody_add(number).await;
    }
    out_for_a_day(&bench, "Carla", 1, &bench.carla).await;
    out_for_a_day(&bench, "Elena", 2, &elena).await;
    bench.passes(25).await;
    bench.everybody_hears(&["Carla", "puede participar"]).await;
    bench.everybody_hears(&["Elena", "puede participar"]).await;

    let invites = |shown: &Shown| shown.invitation.is_some();
    let invitation = sees(&bench.carla, &aty, "an invitation", invites).await;
    assert!(
        has(&invitation.text, &["«Ambiente y agua»", "solo para vos"]),
        "{invitation:?}"
    );
    for way in ["Se le mandó una invitación", "entre sus contactos"] {
        let said = |event: &Value| has(body(event), &["AGUA", "no se pudo agregar", way]);
        bench.log.wait_for_event(way, said).await;
    }
    // She who was removed comes back by no link, but by her invitation.
    let scene = &bench.scene;
    let link = &scene.link;
    assert!(bench.carla.join(link).await.is_err());
    let group = bench.carla.accept(&aty, &invitation.id).await.unwrap();
    assert_eq!(group, scene.one);
    bench.carla_says("Volví").await;
    let scene = &bench.scene;
    scene.beto_sees("her words", says("Volví")).await;
    assert_eq!(elena.chat(&aty), [], "nobody writes to a stranger");

    // Nothing of it is done, or said, a second time.
    let Bench {
        mut scene,
        mut clock,
        carla,
        log,
        ..
    } = bench;
    scene.bridge.stop().await;
    clock.jumps(24);
    scene.bridge = scene.world.start_bridge().await;
    scene.maria.say("¿seguimos?").await;
    scene.beto_sees("her words", says("¿seguimos?")).await;
    scene.world.settled().await;
    let events = log.timeline().await;
    let said = events
        .iter()
        .filter(|event| body(event).contains("no se pudo agregar"));
    assert_eq!(said.count(), 2);
    let chat = carla.chat(&aty);
    assert_eq!(chat.iter().filter(|shown| invites(shown)).count(), 1);
    assert_eq!(elena.chat(&aty), []);
    scene.ends().await;
}

async fn out_for_a_day(bench: &Bench, name: &str, case: u32, phone: &Arc<Phone>) {
    let scene = &bench.scene;
    let wish = format!("!suspender @{name} 1 día odio: insulta a los vecinos");
    scene.ana.send_text(&scene.one, &wish).await.unwrap();
    let confirm = format!("!confirmar {case}");
    bench.everybody_hears(&[name, &confirm]).await;
    scene.maria.say(&confirm).await;
    phone.wait_for_membership(&scene.one, false).await.unwrap();
}
