//! Tangents, seen from outside: moved into debate libre, pointed out once, told of once a week, and lifted.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::moderation::{Bench, asks, bot, has, says};
use crate::proposals_record::{DEBATE, holds, schemas};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, SERVER};

/// What debate libre begins with, as the room's state tells it.
async fn root(reader: &Citizen) -> String {
    let path = format!("rooms/{}/state/{DEBATE}", reader.room.room_id());
    let debate = asks(reader, "GET", &path, None).await;
    let schemas = schemas();
    let schema = &schemas[DEBATE];
    holds(schema, schema, &debate).unwrap_or_else(|why| panic!("{why}: {debate:#}"));
    debate["root_event"].as_str().unwrap().to_owned()
}

/// A message of the thread, once it is there.
pub async fn in_debate(scene: &Scene, root: &str, text: &str) -> Value {
    let wanted = |event: &Value| {
        let relates = &event["content"]["m.relates_to"];
        body(event).ends_with(text)
            && relates["rel_type"] == "m.thread"
            && relates["event_id"] == root
    };
    scene.room_has(text, wanted).await
}

fn pointer(shown: &Shown) -> bool {
    has(&shown.text, &["🧭", "debate libre", "Carla", "(caso 1)"])
}

/// Whether a text stands nowhere in these chats.
fn nowhere<'a>(text: &str, chats: impl IntoIterator<Item = &'a [Shown]>) {
    for shown in chats.into_iter().flatten() {
        assert!(!shown.text.contains(text), "{text} stands there: {shown:?}");
    }
}

/// Ana moves what Carla began; what Carla wrote, and the thread.
pub async fn moved(bench: &Bench) -> (String, String) {
    let scene = &bench.scene;
    let asked = bench.carla_says("¿Quién gana las elecciones?").await;
    scene
        .beto_sees("the question", says("¿Quién gana las elecciones?"))
        .await;
    let reply = scene.ana.reply(&scene.one, &asked, "!desvio").await;
    reply.unwrap();
    scene.both_see("the pointer", pointer).await;
    let wanted = |event: &Value| {
        event["content"]["org.aty.pointer"]["case"] == 1 && event["sender"] == bot()
    };
    scene.room_has("the pointer", wanted).await;
    scene.world.settled().await;
    (asked, root(&scene.maria).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tangent_goes_on_in_debate_libre_and_the_theme_here() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let proposal = "!propuesta Agua limpia\nUn filtro en cada escuela.";
    scene.beto.send_text(&scene.two, proposal).await.unwrap();
    let card = |shown: &Shown| shown.text.contains("📌") && shown.text.contains("AGUA-1");
    scene.ana_sees("the card", card).await;
    let (asked, root) = moved(&bench).await;

    // It stays where it is, and is said in the thread by the same person.
    let copy = in_debate(scene, &root, "¿Quién gana las elecciones?").await;
    let stays = |event: &Value| {
        body(event) == "¿Quién gana las elecciones?" && event["content"]["m.relates_to"].is_null()
    };
    let stays = scene.room_has("what she wrote", stays).await;
    assert_eq!(copy["sender"], stays["sender"]);
    assert_eq!(
        copy["content"]["org.aty.copied"]["event"],
        stays["event_id"]
    );
    let shown = scene.beto_sees("the pointer", pointer).await;
    assert!(
        has(&shown.text, &["AGUA-1", "!ver AGUA-1"]),
        "{}",
        shown.text
    );
    let quote = shown.quote.as_ref().map(|quote| &quote.text);
    assert!(
        quote.is_some_and(|text| text.contains("elecciones")),
        "{shown:?}"
    );

    // Who answers the pointer in a group is heard in the thread, and in no other group.
    let answer = scene.beto.reply(&scene.two, &shown.id, "La lista verde");
    let answer = answer.await.unwrap();
    in_debate(scene, &root, "La lista verde").await;
    let more = scene.beto.reply(&scene.two, &answer, "O la azul").await;
    more.unwrap();
    in_debate(scene, &root, "O la azul").await;
    // What is written there stays there, also as an answer to what the bridge does not know.
    let said = json!({
        "msgtype": "m.text",
        "body": "Ninguna de las dos",
        "m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": true,
            "m.in_reply_to": { "event_id": id(&copy) },
        },
    });
    let said = scene.maria_sends("m.room.message", said).await;
    let said = json!({
        "msgtype": "m.text",
        "body": "Ni la roja",
        "m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
            "m.in_reply_to": { "event_id": said },
        },
    });
    scene.maria_sends("m.room.message", said).await;
    // The talk here is as ever; so is what answers the message itself.
    let ordinary = bench
        .carla
        .reply(&scene.one, &asked, "Perdón, sigamos con el agua");
    ordinary.await.unwrap();
    scene
        .beto_sees("Carla", says("Perdón, sigamos con el agua"))
        .await;
    scene.maria.say("Sí, el agua").await;
    scene.both_see("María", says("Sí, el agua")).await;
    scene.world.settled().await;
    let chats = [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)];
    nowhere("Ninguna de las dos", chats.iter().map(Vec::as_slice));
    nowhere("Ni la roja", chats.iter().map(Vec::as_slice));
    nowhere("La lista verde", [chats[0].as_slice()]);
    nowhere("O la azul", [chats[0].as_slice()]);

    // What she changes is changed there, what she takes back is gone there.
    let changed = bench.carla.edit(&scene.one, &asked, "¿Quién gana hoy?");
    changed.await.unwrap();
    let edit = |event: &Value| {
        let relates = &event["content"]["m.relates_to"];
        relates["rel_type"] == "m.replace"
            && relates["event_id"] == copy["event_id"]
            && body(event).contains("¿Quién gana hoy?")
    };
    scene.room_has("the change in the thread", edit).await;
    bench.carla.delete(&scene.one, &asked).await.unwrap();
    scene.world.settled().await;
    for event in scene.timeline().await {
        assert!(!event.to_string().contains("¿Quién gana"), "{event:#}");
    }
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tangent_brings_focus_and_lifting_ends_it() {
    let mut bench = Bench::new().await;
    let (asked, root) = moved(&bench).await;
    let scene = &bench.scene;
    bench.oscar.say("Gana la lista gris").await;
    let gris = scene
        .room_has("what Óscar says", |event| {
            body(event) == "Gana la lista gris"
        })
        .await;
    scene.ana_sees("Óscar", says("Gana la lista gris")).await;
    let relation = json!({ "rel_type": "m.annotation", "event_id": id(&gris), "key": "🧭" });
    scene
        .maria_sends("m.reaction", json!({ "m.relates_to": relation }))
        .await;
    bench
        .everybody_hears(&["🎯", "20 minutos", "(caso 3)"])
        .await;
    // Of somebody on Matrix the bridge says it again, behind their name.
    let copy = in_debate(scene, &root, "Gana la lista gris").await;
    assert_eq!(copy["sender"], bot());
    assert!(body(&copy).starts_with("Oscar: "), "{copy:#}");
    scene.world.settled().await;
    let pointers = |chat: Vec<Shown>| {
        chat.iter()
            .filter(|shown| shown.text.contains("🧭"))
            .count()
    };
    assert_eq!(pointers(scene.beto.chat(&scene.two)), 1);

    // Meanwhile what answers them goes there, from both networks, and all else is as ever.
    let more = bench
        .carla
        .reply(&scene.one, &asked, "Yo digo que la verde");
    more.await.unwrap();
    in_debate(scene, &root, "Yo digo que la verde").await;
    scene.maria_answers(id(&gris), "Para mí tampoco").await;
    in_debate(scene, &root, "Para mí tampoco").await;
    bench.carla_says("¿Y el filtro?").await;
    scene.beto_sees("Carla", says("¿Y el filtro?")).await;
    scene.world.settled().await;
    let chats = [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)];
    nowhere("Yo digo que la verde", [chats[1].as_slice()]);
    nowhere("Para mí tampoco", chats.iter().map(Vec::as_slice));

    bench.passes(1).await;
    bench.everybody_hears(&["(caso 3)", "como siempre"]).await;
    let scene = &bench.scene;
    let more = bench.carla.reply(&scene.one, &asked, "Vuelvo a lo mío");
    more.await.unwrap();
    scene.beto_sees("Carla", says("Vuelvo a lo mío")).await;

    // What is lifted is ordinary talk again.
    scene.maria.say("!levantar 1").await;
    bench
        .everybody_hears(&["otra vez parte del tema", "(caso 1)"])
        .await;
    let shown = scene.beto_sees("the pointer", pointer).await;
    let answer = scene.beto.reply(&scene.two, &shown.id, "Entonces acá");
    answer.await.unwrap();
    scene.ana_sees("Beto", says("Entonces acá")).await;
    in_debate(scene, &root, "¿Quién gana las elecciones?").await;
    bench.scene.ends().await;
}

/// Over a restart, a lost notebook, and a week later.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn debate_libre_outlives_the_notebook_and_is_told_of_once_a_week() {
    let bench = Bench::new().await;
    let (_, root) = moved(&bench).await;
    let Bench {
        mut scene,
        mut clock,
        log: _log,
        carla,
        ..
    } = bench;
    let shown = scene.beto_sees("the pointer", pointer).await;
    let answer = scene.beto.reply(&scene.two, &shown.id, "La lista verde");
    answer.await.unwrap();
    in_debate(&scene, &root, "La lista verde").await;
    scene.world.settled().await;
    scene.bridge.stop().await;
    scene.bridge = scene.world.start_bridge().await;
    let copy = in_debate(&scene, &root, "¿Quién gana las elecciones?").await;
    let said = json!({
        "msgtype": "m.text",
        "body": "Ninguna",
        "m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
            "m.in_reply_to": { "event_id": id(&copy) },
        },
    });
    scene.maria_sends("m.room.message", said).await;
    scene.world.settled().await;

    // A week later, of the week: three messages of three people, and what was answered most.
    scene.bridge.stop().await;
    clock.jumps(8 * 24);
    scene.bridge = scene.world.start_bridge().await;
    let week = |shown: &Shown| {
        let parts = [
            "🗣️",
            "3 mensajes",
            "3 personas",
            "¿Quién gana las elecciones?",
        ];
        has(&shown.text, &parts)
    };
    scene.both_see("the week", week).await;
    let told = |event: &Value| has(body(event), &["🗣️", "3 mensajes", "3 personas"]);
    scene.room_has("the week", told).await;
    scene.world.settled().await;
    scene.bridge.stop().await;
    clock.jumps(8 * 24);
    scene.bridge = scene.world.start_bridge().await;
    scene.maria.say("otra semana").await;
    scene.both_see("María", says("otra semana")).await;
    scene.world.settled().await;
    let weeks = scene.beto.chat(&scene.two).into_iter().filter(week).count();
    assert_eq!(weeks, 1, "a week in which nothing was said is not told of");

    scene.bridge.stop().await;
    std::fs::remove_dir_all(scene.world.folder.path().join("data/notebook")).unwrap();
    scene.bridge = scene.world.start_bridge().await;
    carla.send_text(&scene.one, "acá estoy").await.unwrap();
    scene.beto_sees("Carla", says("acá estoy")).await;
    let answer = scene.beto.reply(&scene.two, &shown.id, "La azul, al final");
    answer.await.unwrap();
    in_debate(&scene, &root, "La azul, al final").await;
    let said = json!({
        "msgtype": "m.text",
        "body": "Esto queda acá",
        "m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": true,
            "m.in_reply_to": { "event_id": root },
        },
    });
    scene.maria_sends("m.room.message", said).await;
    scene.world.settled().await;
    let chats = [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)];
    nowhere("La azul, al final", [chats[0].as_slice()]);
    nowhere("Esto queda acá", chats.iter().map(Vec::as_slice));
    assert_eq!(self::root(&scene.maria).await, root, "it was begun once");
    scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_that_lost_debate_libre_gets_it_again() {
    let mut bench = Bench::new().await;
    bench.scene.world.settled().await;
    let yesterday = bench.scene.world.remember_homeserver().await;
    let (_, lost) = moved(&bench).await;
    let Bench {
        mut scene,
        clock: _clock,
        ..
    } = bench;
    scene.world.settled().await;
    scene.bridge.stop().await;
    scene.world.put_homeserver_back(&yesterday).await;
    scene.bridge = scene.world.start_bridge().await;
    let rosa = scene.world.citizen("Rosa", "agua").await;
    let begun = |event: &Value| event["type"] == DEBATE;
    rosa.wait_for_event("debate libre", begun).await;
    let root = root(&rosa).await;
    assert_ne!(root, lost);
    let shown = scene.beto_sees("the pointer", pointer).await;
    let answer = scene.beto.reply(&scene.two, &shown.id, "La lista verde");
    answer.await.unwrap();
    let there = |event: &Value| {
        body(event) == "La lista verde" && event["content"]["m.relates_to"]["event_id"] == root
    };
    rosa.wait_for_event("his answer", there).await;
    scene.ends().await;
}

/// Hidden is hidden there, too, through every door that a client has.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_gone_from_debate_libre() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let (_, root) = moved(&bench).await;
    let copy = in_debate(scene, &root, "¿Quién gana las elecciones?").await;
    // Whoever moderates answers the copy as well as the message.
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
            "m.in_reply_to": { "event_id": id(&copy) },
        },
    });
    scene.maria_sends("m.room.message", hide).await;
    let gone = |shown: &Shown| shown.deleted && shown.who != "Aty";
    scene.ana_sees("that it is gone", gone).await;
    scene.world.settled().await;
    let room = scene.maria.room.room_id();
    let children = format!("rooms/{room}/relations/{root}");
    let children = asks(&bench.oscar, "GET_V1", &children, None).await;
    assert!(children["chunk"].is_array(), "{children:#}");
    let search = json!({ "search_categories": { "room_events": { "search_term": "elecciones" } } });
    let found = asks(&bench.oscar, "POST", "search", Some(&search)).await;
    let found = &found["search_categories"]["room_events"]["results"];
    assert_eq!(*found, json!([]));
    let state = asks(&bench.oscar, "GET", &format!("rooms/{room}/state"), None).await;
    for found in [json!(scene.timeline().await), children, state] {
        assert!(!found.to_string().contains("elecciones"), "{found:#}");
    }
    // It is a member of the plan's own server whom the thread names.
    assert!(copy["sender"].as_str().unwrap().ends_with(SERVER));
    bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_posted_again_stands_in_debate_libre_again() {
    let mut bench = Bench::new().await;
    let (_, root) = moved(&bench).await;
    let scene = &bench.scene;
    let (question, answer) = ("¿Quién gana las elecciones?", "La lista verde");
    let moved = in_debate(scene, &root, question).await;
    let shown = scene.beto_sees("the pointer", pointer).await;
    let reply = scene.beto.reply(&scene.two, &shown.id, answer);
    reply.await.unwrap();
    let joined = in_debate(scene, &root, answer).await;
    for copy in [&moved, &joined] {
        let hide = json!({
            "msgtype": "m.text",
            "body": "!ocultar spam",
            "m.relates_to": {
                "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
                "m.in_reply_to": { "event_id": id(copy) },
            },
        });
        scene.maria_sends("m.room.message", hide).await;
    }
    bench.everybody_hears(&["Beto", "queda oculto"]).await;
    bench.scene.world.settled().await;
    for event in bench.scene.timeline().await {
        let text = event.to_string();
        assert!(
            !text.contains(question) && !text.contains(answer),
            "{event:#}"
        );
    }

    // Nobody has confirmed it: both stand again where they stood, under their names.
    bench.passes(13).await;
    let scene = &bench.scene;
    for (text, before) in [(question, &moved), (answer, &joined)] {
        let again = |event: &Value| {
            let relates = &event["content"]["m.relates_to"];
            body(event) == text
                && relates["event_id"] == root.as_str()
                && event["sender"] == before["sender"]
                && event["event_id"] != before["event_id"]
        };
        scene.room_has(text, again).await;
    }
    let own = |shown: &Shown| shown.text == format!("*Beto*: {answer}");
    scene.beto_sees("his words", own).await;
    scene.world.settled().await;
    let count = |events: &[Value], text: &str| {
        let said = events.iter().filter(|event| body(event) == text);
        said.count()
    };
    let events = scene.timeline().await;
    assert_eq!(
        count(&events, question),
        2,
        "in the theme and in debate libre"
    );
    assert_eq!(count(&events, answer), 1, "in debate libre alone");
    nowhere(answer, [scene.ana.chat(&scene.one).as_slice()]);
    bench.scene.ends().await;
}
