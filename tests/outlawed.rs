//! What the law forbids: the operator takes it out, everybody reads so, and nothing of it is kept.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::moderation::{bot, has, says};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, SERVER};

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_takes_out_what_the_law_forbids_and_everybody_reads_so() {
    let scene = Scene::new().await;
    let words = "algo que nadie debe leer";
    let said = scene.beto.send_text(&scene.two, words).await.unwrap();
    let copy = scene.room_has("it", |event| body(event) == words).await;
    let at_ana = scene.ana_sees("it", says(words)).await;
    let event = id(&copy);
    let room = scene.maria.room.room_id();
    let link = format!("https://matrix.to/#/{room}/{event}?via={SERVER}");

    let remove = |message: String, reason: &'static str| {
        let world = &scene.world;
        async move {
            let arguments = [
                "remove",
                "--theme",
                "agua",
                "--message",
                &message,
                "--reason",
                reason,
            ];
            world.aty(&arguments).await
        }
    };
    let refused = remove(link.clone(), " ").await.unwrap_err();
    assert!(refused.contains("why"), "{refused}");
    let refused = remove("$nada".to_owned(), "orden judicial").await;
    assert!(refused.unwrap_err().contains("no such message"));
    remove(link.clone(), "orden judicial 12").await.unwrap();

    let gone = |shown: &Shown| shown.deleted;
    scene
        .ana
        .wait_for_message(&scene.one, &at_ana.id, gone)
        .await
        .unwrap();
    scene
        .beto
        .wait_for_message(&scene.two, &said, gone)
        .await
        .unwrap();
    let told = |event: &Value| {
        has(
            body(event),
            &["Beto", "la ley prohíbe", "orden judicial 12", "!apelar 1"],
        ) && event["sender"] == bot()
    };
    scene.room_has("that it was taken out", told).await;
    let alias = format!("#aty-paga-registro:{SERVER}");
    let log = Citizen::join(&scene.world.synapse, "Lectora", &alias).await;
    let logged = |event: &Value| has(body(event), &["AGUA", "Beto", "orden judicial 12"]);
    log.wait_for_event("the entry", logged).await;
    scene.world.settled().await;
    let timeline = json!(scene.timeline().await).to_string();
    assert!(!timeline.contains(words), "{timeline}");
    // Told again, nothing is done again.
    remove(event.to_owned(), "orden judicial 12").await.unwrap();
    scene.world.settled().await;
    let entries = scene.timeline().await;
    let entries = entries
        .iter()
        .filter(|event| event["type"] == "m.room.message" && told(event));
    assert_eq!(entries.count(), 1);
    // Whoever changes it still says nothing by it.
    scene
        .beto
        .edit(&scene.two, &said, "lo mismo con otras palabras")
        .await
        .ok();
    scene.world.settled().await;
    assert!(
        scene
            .ana
            .chat(&scene.one)
            .iter()
            .all(|shown| !shown.text.contains("otras palabras"))
    );
    scene.ends().await;
}
