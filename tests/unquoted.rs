//! What the bridge itself quotes in a group goes with what it quotes, by order of those who moderate or by its author's will.

use sandbox::phones::Shown;
use serde_json::json;

use crate::moderation::Bench;
use crate::scene::{Scene, body, id};
use crate::tangents::{in_debate, moved};

const WORDS: &str = "elecciones";

/// Whether the bridge quotes them: what somebody else quotes is theirs.
fn quotes(shown: &Shown) -> bool {
    let quote = shown.quote.as_ref();
    shown.who == "Aty" && quote.is_some_and(|quote| quote.text.contains(WORDS))
}

/// What points to debate libre, and quotes nothing any more.
fn bare_pointer(shown: &Shown) -> bool {
    shown.text.contains("🧭") && shown.quote.is_none()
}

fn gone(shown: &Shown) -> bool {
    shown.who == "Aty" && shown.deleted
}

/// Neither group reads the words, in a message or in a quote.
fn is_nowhere(scene: &Scene) {
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let tells = |shown: &&Shown| shown.text.contains(WORDS) || quotes(shown);
        let found: Vec<_> = chat.iter().filter(tells).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bridge_quotes_goes_when_it_is_hidden() {
    let bench = Bench::new().await;
    let (_, root) = moved(&bench).await;
    let scene = &bench.scene;
    let events = scene.timeline().await;
    let asked = events.iter().find(|event| body(event).contains(WORDS));
    let asked = id(asked.unwrap());
    for citizen in [&scene.maria, &bench.oscar] {
        let relation = json!({ "rel_type": "m.annotation", "event_id": asked, "key": "👎" });
        let content = json!({ "m.relates_to": relation });
        let reacted = citizen.room.send_raw("m.reaction", content).await;
        reacted.unwrap();
    }
    let line = |shown: &Shown| shown.text.starts_with("👎") && quotes(shown);
    scene.both_see("who reacted", line).await;
    let pointer = |shown: &Shown| shown.text.contains("🧭") && quotes(shown);
    scene.both_see("the pointer", pointer).await;

    scene.maria_answers(asked, "!ocultar spam").await;
    scene
        .both_see("the pointer without its quote", bare_pointer)
        .await;
    let line_is_gone = |chat: &[Shown]| chat.iter().filter(|shown| gone(shown)).count() >= 2;
    for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
        phone.wait_for(group, line_is_gone).await.unwrap();
    }
    scene.world.settled().await;
    is_nowhere(scene);
    for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
        let pointers = phone.chat(group).into_iter().filter(bare_pointer).count();
        assert_eq!(pointers, 1, "it is said again once");
    }
    // It leads there as the first did.
    let pointer = scene.beto_sees("the pointer", bare_pointer).await;
    let answer = scene.beto.reply(&scene.two, &pointer.id, "La azul");
    answer.await.unwrap();
    in_debate(scene, &root, "La azul").await;
    bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_bridge_quotes_goes_when_it_is_taken_back() {
    let bench = Bench::new().await;
    let (asked, _) = moved(&bench).await;
    let scene = &bench.scene;
    bench.carla.delete(&scene.one, &asked).await.unwrap();
    // Also in the group where she wrote it.
    scene
        .both_see("the pointer without its quote", bare_pointer)
        .await;
    scene.world.settled().await;
    is_nowhere(scene);
    bench.scene.ends().await;
}
