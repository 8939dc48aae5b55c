//! What goes nowhere else, as a command does, can be hidden where it stands.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::doors;
use crate::moderation::{Bench, bot, has};
use crate::scene::{body, id};
use crate::world::{AGUA, SERVER, World};

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
    scene.maria_answers(id(&event), "!ocultar spam").await;
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
    scene.maria_answers(id(&event), "¿Qué?").await;
    let quoted = |shown: &Shown| has(&shown.text, &["*María*", "rematadísimos", "¿Qué?"]);
    scene
        .both_see("her answer, with what it answers", quoted)
        .await;

    // Nobody makes a proposal of it.
    let typed = bench.carla_says("!propuest lotes baratísimos").await;
    scene.ana_sees("the answer", quotes).await;
    let proposes = scene
        .ana
        .reply(&scene.one, &typed, "!propuesta Agua limpia");
    proposes.await.unwrap();
    let card = |event: &Value| event["content"]["org.aty.card"] == "AGUA-1";
    let card = scene.room_has("the card", card).await;
    assert!(has(body(&card), &["Agua limpia", "Ana"]) && !tells(body(&card)));

    // What others need to know is said again.
    let nominates = bench.carla_says("!nominar @Beto").await;
    let notice = |shown: &Shown| has(&shown.text, &["*Carla* propone a *Beto*"]);
    let notice = scene.ana_sees("the nomination", notice).await;
    assert!(notice.quote.is_some(), "{notice:?}");
    bench.carla.delete(&scene.one, &nominates).await.unwrap();
    let again = |shown: &Shown| shown.text == notice.text && shown.quote.is_none();
    scene.ana_sees("the nomination again", again).await;
    bench.scene.ends().await;
}

/// In a room without groups nothing goes anywhere, and is hidden and comes back all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_room_without_groups_is_hidden_too() {
    let (world, mut clock) = World::with_clock(&[AGUA]).await;
    let server = format!("  server_name: {SERVER}\n");
    let named = format!("{server}  facilitators: [\"@nora:{SERVER}\"]\n");
    world.change_config("bridge.yaml", &server, &named);
    let bridge = world.start_bridge().await;
    let [nora, maria, oscar, rosa] = [
        world.citizen("Nora", "agua").await,
        world.citizen("María", "agua").await,
        world.citizen("Oscar", "agua").await,
        world.citizen("Rosa", "agua").await,
    ];
    for citizen in [&nora, &maria, &oscar, &rosa] {
        citizen.say("buenas").await;
    }
    world.settled().await;
    rosa.say("!nominar @María").await;
    world.settled().await;
    oscar.say("!apoyar @María").await;
    world.settled().await;
    nora.say("!apoyar @María").await;
    world.settled().await;
    maria.say("!aceptar").await;
    let hears = async |parts: &[&str]| {
        let wanted = |event: &Value| has(body(event), parts) && event["sender"] == bot();
        rosa.wait_for_event(&parts.join(" … "), wanted).await
    };
    hears(&["María", "modera este tema"]).await;

    let said = oscar.say("lotes baratísimos").await;
    let edit = json!({
        "msgtype": "m.text", "body": "* lotes rematadísimos",
        "m.new_content": { "msgtype": "m.text", "body": "lotes rematadísimos" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": said },
    });
    oscar.room.send_raw("m.room.message", edit).await.unwrap();
    world.settled().await;
    let relates = json!({ "m.in_reply_to": { "event_id": said } });
    let content = json!({ "msgtype": "m.text", "body": "!ocultar spam", "m.relates_to": relates });
    let hidden = maria.room.send_raw("m.room.message", content).await;
    hidden.unwrap();
    hears(&["queda oculto", "(caso 1)"]).await;
    world.settled().await;
    let room = maria.room.room_id();
    doors::lead_nowhere(&world, &rosa, room, (&[said.as_str()], &WORDS)).await;
    clock.jumps(13);
    maria.say("¿qué hora es?").await;
    hears(&["Oscar", "lotes rematadísimos"]).await;

    // What is proposed there is supported by a thumb on the message itself.
    let idea = rosa.say("!propuesta Agua limpia\nUn filtro.").await;
    let card = |event: &Value| event["content"]["org.aty.card"] == "AGUA-1";
    rosa.wait_for_event("the card", card).await;
    let relates = json!({ "rel_type": "m.annotation", "event_id": idea, "key": "👍" });
    let thumb = json!({ "m.relates_to": relates });
    nora.room.send_raw("m.reaction", thumb).await.unwrap();
    let counted =
        |event: &Value| event["type"] == "org.aty.support" && event["content"]["people"] == 1;
    rosa.wait_for_event("that one supports it", counted).await;
    world.settled().await;
    bridge.stop().await;
}
