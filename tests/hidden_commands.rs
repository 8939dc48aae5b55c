//! What goes nowhere else, as a command does, can be hidden where it stands.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::doors;
use crate::moderation::{Bench, has};
use crate::scene::{body, id};

const WORDS: [&str; 2] = ["baratísimos", "rematadísimos"];

fn tells(text: &str) -> bool {
    WORDS.iter().any(|words| text.contains(words))
}

/// The bridge quotes it: what somebody else quotes is theirs.
fn quotes(shown: &Shown) -> bool {
    let quote = shown.quote.as_ref();
    shown.who == "Aty" && quote.is_some_and(|quote| tells(&quote.text))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_almost_a_command_is_hidden_where_it_stands_and_comes_back_there() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    let typed = bench.carla_says("!propuest lotes baratísimos").await;
    let answer = scene.ana_sees("the answer", quotes).await;
    assert!(has(&answer.text, &["!propuesta"]), "{answer:?}");
    bench.oscar.say("!propuest lotes rematadísimos").await;
    let theirs = |event: &Value| body(event) == "!propuest lotes rematadísimos";
    let event = scene.room_has("what Óscar wrote", theirs).await;
    bench.hears(&["No conozco"]).await;

    let reply = scene.ana.reply(&scene.one, &typed, "!ocultar spam");
    reply.await.unwrap();
    bench.everybody_hears(&["queda oculto", "(caso 1)"]).await;
    let relates = json!({ "m.in_reply_to": { "event_id": id(&event) } });
    let content = json!({ "msgtype": "m.text", "body": "!ocultar spam", "m.relates_to": relates });
    scene.maria_sends("m.room.message", content).await;
    bench.everybody_hears(&["queda oculto", "(caso 2)"]).await;
    for message in [&typed, &answer.id] {
        let gone = scene
            .ana
            .wait_for_message(&scene.one, message, |shown| shown.deleted);
        gone.await.unwrap();
    }
    scene.world.settled().await;
    let room = scene.maria.room.room_id();
    doors::lead_nowhere(&scene.world, &scene.maria, room, (&[id(&event)], &WORDS)).await;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let told = |shown: &&Shown| tells(&shown.text) || quotes(shown);
        let found: Vec<_> = chat.iter().filter(told).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
    // What said that it was no command says nothing to others.
    let chat = scene.ana.chat(&scene.one);
    let again = chat.iter().any(|shown| shown.text == answer.text);
    assert!(!again, "{chat:#?}");

    // Nobody has confirmed it.
    bench.passes(13).await;
    let scene = &bench.scene;
    let again = |shown: &Shown| shown.text == "*Carla*: !propuest lotes baratísimos";
    scene.ana_sees("what Carla wrote", again).await;
    let again = |event: &Value| body(event).ends_with("!propuest lotes rematadísimos");
    scene.room_has("what Óscar wrote", again).await;
    scene.world.settled().await;
    let count = |chat: Vec<Shown>| chat.iter().filter(|shown| tells(&shown.text)).count();
    assert_eq!(count(scene.ana.chat(&scene.one)), 1);
    assert_eq!(count(scene.beto.chat(&scene.two)), 0);
    let told = scene.timeline().await;
    let told = told.iter().filter(|event| tells(body(event))).count();
    assert_eq!(told, 1);
    bench.scene.ends().await;
}

/// What the bridge answered goes with it; what people answer tells what it answers, as ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_almost_a_command_is_answered_and_quoted_while_it_stands() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let typed = bench.carla_says("!propuest lotes baratísimos").await;
    let answer = scene.ana_sees("the answer", quotes).await;
    bench.carla.delete(&scene.one, &typed).await.unwrap();
    let removed = scene
        .ana
        .wait_for_message(&scene.one, &answer.id, |shown| shown.deleted);
    removed.await.unwrap();
    bench.oscar.say("!propuest rematadísimos").await;
    let theirs = |event: &Value| body(event) == "!propuest rematadísimos";
    let event = scene.room_has("what Óscar wrote", theirs).await;
    let relates = json!({ "m.in_reply_to": { "event_id": id(&event) } });
    let content = json!({ "msgtype": "m.text", "body": "¿Qué?", "m.relates_to": relates });
    scene.maria_sends("m.room.message", content).await;
    let quoted = |shown: &Shown| has(&shown.text, &["*María*", "rematadísimos", "¿Qué?"]);
    scene
        .both_see("her answer, with what it answers", quoted)
        .await;
    bench.scene.ends().await;
}
