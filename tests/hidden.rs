//! A proposal whose words are hidden is not to be read anywhere, and is there again when they are.

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::doors;
use crate::moderation::{Bench, asks, has};
use crate::scene::{Scene, body, id};

/// What must not be read.
const HIDDEN: [&str; 2] = ["carísimo", "Filtros"];

fn tells(text: &str) -> bool {
    HIDDEN.iter().any(|words| text.contains(words))
}

/// The state of the proposal.
async fn head(bench: &Bench) -> Value {
    let room = bench.scene.maria.room.room_id();
    let path = format!("rooms/{room}/state/org.aty.proposal/agua-1");
    asks(&bench.oscar, "GET", &path, None).await
}

pub async fn monitored(scene: &Scene, arguments: &[&str]) -> String {
    let homeserver = ["--homeserver", scene.world.synapse.url()];
    let told = scene.world.aty(&[arguments, &homeserver].concat()).await;
    told.expect("a monitor finds no difference")
}

/// Through every door that a client has, and to whoever asks.
async fn is_nowhere(bench: &Bench, root: &str) {
    let scene = &bench.scene;
    let room = scene.maria.room.room_id();
    let sought = (&[root][..], &HIDDEN[..]);
    doors::lead_nowhere(&scene.world, &bench.oscar, room, sought).await;
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let shown: Vec<_> = chat.iter().filter(|shown| tells(&shown.text)).collect();
        assert!(shown.is_empty(), "{shown:#?}");
    }
    let plan = "#aty-paga:aty.test";
    for asked in [vec!["AGUA-1"], vec!["--verify"], vec!["--json"]] {
        let asked = [&["monitor", "show", plan], &asked[..]].concat();
        let told = monitored(scene, &asked).await;
        assert!(told.contains("AGUA-1") && !tells(&told), "{told}");
    }
}

/// The answer to a question of Beto's.
pub async fn answered(scene: &Scene, question: &str, parts: &[&str]) -> Shown {
    let before = scene.beto.chat(&scene.two).len();
    scene.beto.send_text(&scene.two, question).await.unwrap();
    let holds = |shown: &Shown| !shown.own && has(&shown.text, parts);
    let later = |chat: &[Shown]| chat.iter().skip(before).any(holds);
    let chat = scene.beto.wait_for(&scene.two, later).await.unwrap();
    chat.into_iter().skip(before).find(holds).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_hidden_with_its_message_and_comes_back_with_it() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    let proposed = "!propuesta Filtros de agua\nUn filtro carísimo en cada escuela.";
    let proposed = bench.carla_says(proposed).await;
    let card = |event: &Value| {
        event["content"]["org.aty.card"] == "AGUA-1" && body(event).contains("carísimo")
    };
    let card = scene.room_has("the card", card).await;
    scene
        .beto_sees("the card", |shown| has(&shown.text, &["📌", "carísimo"]))
        .await;
    // It is told in many places: in answers, in changed cards, in what people support.
    answered(scene, "!ver AGUA-1", &["carísimo"]).await;
    answered(scene, "!propuestas", &["Filtros"]).await;
    bench.oscar.say("!ver AGUA-1").await;
    let relation = json!({ "rel_type": "m.annotation", "event_id": id(&card), "key": "👍" });
    bench
        .oscar
        .room
        .send_raw("m.reaction", json!({ "m.relates_to": relation }))
        .await
        .unwrap();
    scene.maria.say("!enmienda AGUA-1 Y con repuestos.").await;
    scene
        .beto_sees("the amendment", |shown| shown.text.contains("enmienda"))
        .await;
    scene.world.settled().await;
    let before = head(&bench).await;
    assert_eq!(before["title"]["es"], "Filtros de agua");
    let root = before["root_event"].as_str().unwrap().to_owned();

    scene
        .ana
        .reply(&scene.one, &proposed, "!ocultar spam")
        .await
        .unwrap();
    let held = |event: &Value| {
        event["content"]["org.aty.card"] == "AGUA-1" && has(body(event), &["🙈", "(caso 1)"])
    };
    let held = scene.room_has("the card of what is hidden", held).await;
    let relates = &held["content"]["m.relates_to"];
    assert_eq!(relates["event_id"], root.as_str(), "{held:#}");
    scene.world.settled().await;
    let hidden = head(&bench).await;
    assert_eq!(hidden["held"], 1, "{hidden:#}");
    assert_eq!(
        (&hidden["title"]["es"], &hidden["body"]["es"]),
        (&json!(""), &json!(""))
    );
    answered(scene, "!ver AGUA-1", &["🙈", "AGUA-1"]).await;
    answered(scene, "!propuestas", &["AGUA-1", "oculta"]).await;
    answered(scene, "!apoyar AGUA-1", &["AGUA-1"]).await;
    scene.world.settled().await;
    is_nowhere(&bench, &root).await;

    // Nobody has confirmed it: all of it is there again, under the same name.
    bench.passes(13).await;
    let scene = &bench.scene;
    let again = |event: &Value| {
        event["content"]["org.aty.card"] == "AGUA-1"
            && event["content"]["m.relates_to"]["event_id"] == held["event_id"]
            && body(event).contains("carísimo")
    };
    scene.room_has("its card again", again).await;
    scene.world.settled().await;
    let after = head(&bench).await;
    for field in [
        "title",
        "body",
        "status",
        "authors",
        "root_event",
        "rev",
        "amendments",
        "created_ts",
    ] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(after["held"], Value::Null);
    answered(scene, "!ver AGUA-1", &["Filtros", "carísimo", "repuestos"]).await;
    let told = monitored(scene, &["monitor", "show", "#aty-paga:aty.test", "AGUA-1"]).await;
    assert!(told.contains("Filtros de agua"), "{told}");
    monitored(
        scene,
        &["monitor", "show", "#aty-paga:aty.test", "--verify"],
    )
    .await;

    // A second time it is gone as the first, with what was posted again.
    let posted = |shown: &Shown| {
        shown.who == "Aty" && shown.text.contains("*Carla*") && shown.text.contains("carísimo")
    };
    let posted = scene.beto_sees("her words again", posted).await;
    scene
        .maria_sends(
            "m.room.message",
            json!({
                "msgtype": "m.text",
                "body": "!ocultar spam",
                "m.relates_to": { "m.in_reply_to": { "event_id": root } },
            }),
        )
        .await;
    scene
        .beto
        .wait_for_message(&scene.two, &posted.id, |shown| shown.deleted)
        .await
        .unwrap();
    let held = |event: &Value| {
        event["content"]["org.aty.card"] == "AGUA-1" && has(body(event), &["🙈", "(caso 2)"])
    };
    scene.room_has("the card of what is hidden", held).await;
    scene.world.settled().await;
    is_nowhere(&bench, &root).await;
    bench.scene.ends().await;
}

/// What is hidden stays so over a restart, and one by a notebook that begins anew; there is no other of its number.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_stays_so_after_a_restart_and_a_lost_notebook() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let proposed = "!propuesta Filtros de agua\nUn filtro carísimo en cada escuela.";
    let proposed = bench.carla_says(proposed).await;
    let card = |shown: &Shown| has(&shown.text, &["📌", "carísimo"]);
    scene.beto_sees("the card", card).await;
    scene.world.settled().await;
    let reply = scene.ana.reply(&scene.one, &proposed, "!ocultar spam");
    reply.await.unwrap();
    let held =
        |event: &Value| event["content"]["org.aty.card"] == "AGUA-1" && body(event).contains("🙈");
    scene.room_has("the card of what is hidden", held).await;
    scene.maria.say("!confirmar 1").await;
    bench.hears(&["queda como está", "caso 1"]).await;
    scene.world.settled().await;
    let hidden = head(&bench).await;
    let root = hidden["root_event"].as_str();
    let root = root.unwrap_or_else(|| panic!("{hidden:#}")).to_owned();
    let Bench {
        mut scene,
        clock,
        carla,
        oscar,
        log,
    } = bench;
    scene.bridge.stop().await;
    scene.bridge = scene.world.start_bridge().await;
    answered(&scene, "!ver AGUA-1", &["🙈", "AGUA-1"]).await;
    scene.world.settled().await;
    scene.bridge.stop().await;
    std::fs::remove_dir_all(scene.world.folder.path().join("data/notebook")).unwrap();
    scene.bridge = scene.world.start_bridge().await;
    answered(&scene, "!ver AGUA-1", &["🙈", "AGUA-1"]).await;
    carla
        .send_text(&scene.one, "!propuesta Otra cosa\nMás barata.")
        .await
        .unwrap();
    scene
        .beto_sees("the next", |shown| has(&shown.text, &["📌", "AGUA-2"]))
        .await;
    scene.world.settled().await;
    let bench = Bench {
        scene,
        clock,
        carla,
        oscar,
        log,
    };
    is_nowhere(&bench, &root).await;
    bench.scene.ends().await;
}
