//! From an idea in a chat to a thread, a card and a record in the room's state.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::scene::{Scene, body, id};

/// A proposal's state, once it is as wanted.
async fn state(scene: &Scene, of: (&str, &str), what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let (event_type, key) = of;
    let event = scene.room_has(what, |event| {
        event["type"] == event_type && event["state_key"] == key && holds(&event["content"])
    });
    event.await["content"].clone()
}

/// A citizen on a cheap phone takes an idea to an amended proposal without ever opening Matrix, others support it from everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_made_supported_and_amended_from_both_networks() {
    let scene = Scene::new().await;
    let said = "!propuesta Agua en la escuela\nUn filtro en cada escuela rural.";
    scene.ana.send_text(&scene.one, said).await.unwrap();

    let root = scene
        .room_has("Ana's own words", |event| {
            body(event).starts_with("!propuesta")
        })
        .await;
    let head = state(&scene, ("org.aty.proposal", "agua-1"), "the head", |_| true).await;
    assert_eq!(head["ref"], "AGUA-1");
    assert_eq!(head["title"], json!({"es": "Agua en la escuela"}));
    assert_eq!(head["body"], json!({"es": "Un filtro en cada escuela rural."}));
    assert_eq!(head["status"], "open");
    assert_eq!(head["root_event"], id(&root));
    assert_eq!(head["authors"][0]["network"], "whatsapp");
    assert_eq!(head["authors"][0]["user_id"], root["sender"]);
    let card = scene
        .room_has("the card", |event| {
            event["content"]["org.aty.card"] == "AGUA-1"
        })
        .await;
    let relation = &card["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.thread", "{card:#}");
    assert_eq!(relation["event_id"], id(&root));
    assert!(body(&card).contains("Agua en la escuela"), "{card:#}");
    let shows_card = |shown: &Shown| shown.who == "Aty" && shown.text.contains("AGUA-1");
    scene.ana_sees("the card", shows_card).await;
    scene
        .beto_sees("her words", |shown| {
            shown.text.starts_with("*Ana*: !propuesta")
        })
        .await;
    let at_beto = scene.beto_sees("the card", shows_card).await;

    // Support: by a reaction to the card on a phone, to the first message in a Matrix client, by command in the other group.
    scene.beto.react(&scene.two, &at_beto.id, "👍🏾").await.unwrap();
    let content = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": id(&root), "key": "👍"}});
    scene.maria_sends("m.reaction", content).await;
    scene.ana.send_text(&scene.one, "!apoyar agua 1").await.unwrap();
    let endorsed = scene
        .room_has("an endorsement", |event| {
            event["type"] == "org.aty.endorsement"
        })
        .await;
    assert_eq!(endorsed["content"]["by"]["user_id"], root["sender"]);

    // An amendment from Element, accepted on the phone.
    scene.maria.say("!enmienda AGUA-1 cada escuela rural -> cada escuela").await;
    scene
        .ana_sees("the amendment", |shown| {
            shown.who == "Aty" && shown.text.contains("!aceptar 1")
        })
        .await;
    scene.ana.send_text(&scene.one, "!aceptar 1").await.unwrap();
    let head = state(&scene, ("org.aty.proposal", "agua-1"), "the new text", |head| {
        head["rev"] == 2
    })
    .await;
    assert_eq!(head["body"], json!({"es": "Un filtro en cada escuela."}));
    assert_eq!(head["amendments"], json!({"open": 0, "accepted": 1, "declined": 0}));
    let act = scene
        .room_has("the act", |event| event["event_id"] == head["rev_event"])
        .await;
    assert_eq!(act["type"], "org.aty.proposal.revision");
    scene
        .room_has("the changed card", |event| {
            let new = &event["content"]["m.new_content"];
            new["org.aty.card"] == "AGUA-1"
                && new["body"].as_str().unwrap().contains("en cada escuela.")
        })
        .await;

    // An answer to the proposal on a phone is a comment in its thread.
    let hers = scene.ana_sees("hers", |shown| shown.text == said).await;
    scene.ana.reply(&scene.one, &hers.id, "¿quién lo paga?").await.unwrap();
    let comment = scene
        .room_has("the comment", |event| body(event) == "¿quién lo paga?")
        .await;
    let relation = &comment["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.thread");
    assert_eq!(relation["event_id"], id(&root));
    scene.ends().await;
}
