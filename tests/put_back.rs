//! A homeserver whose database is put back to an earlier day: the public record is written again, from the bridge's notebook.

use std::collections::BTreeMap;

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::moderation::{Bench, says};
use crate::proposals_record::{act, done};
use crate::reading::{state_of, timeline_of};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, SERVER};

/// The type of an entry of the log, and under what a line of the log room has it.
const LOGGED: &str = "org.aty.moderation_act";
/// Words that were deleted for good.
const DELETED: &str = "Que no va a quedar.";

/// What stands in the room's state of proposals and their support, but for the events that it names and when it was written.
async fn record(reader: &Citizen) -> BTreeMap<String, Value> {
    let state = state_of(reader, reader.room.room_id()).await.into_iter();
    let ours = state
        .filter(|event| event["type"] == "org.aty.proposal" || event["type"] == "org.aty.support");
    let told = ours.map(|event| {
        let mut content = event["content"].clone();
        let fields = content.as_object_mut().unwrap();
        fields.retain(|field, _| !field.ends_with("_event") && field != "prev");
        if event["type"] == "org.aty.support" {
            fields.remove("updated_ts");
        }
        (format!("{} {}", event["type"], event["state_key"]), content)
    });
    told.collect()
}

/// The room has the record again, each act once and as a monitor expects it; what was deleted is gone; the card of a proposal
/// whose first message is lost is there, and what answers that message arrives.
async fn is_whole(scene: &Scene, reader: &Citizen, before: &BTreeMap<String, Value>) {
    for proposal in ["agua-1", "agua-3"] {
        let count =
            |event: &Value| event["type"] == "org.aty.support" && event["state_key"] == proposal;
        reader.wait_for_event("the count", count).await;
    }
    scene.world.settled().await;
    assert_eq!(record(reader).await, *before);

    let homeserver = ["--homeserver", scene.world.synapse.url()];
    let verify = ["monitor", "show", "#aty-paga:aty.test", "--verify"];
    let verified = scene.world.aty(&[&verify[..], &homeserver].concat()).await;
    verified.expect("a monitor finds no difference");

    let events = timeline_of(reader, reader.room.room_id()).await;
    let acts: Vec<_> = events
        .iter()
        .filter_map(|event| event["content"]["act"].as_str())
        .collect();
    // The first act of the proposal that was deleted is redacted.
    let expected = [
        "proposed",
        "revised",
        "endorsed",
        "amended",
        "decided",
        "revised",
        "proposed",
        "withdrawn",
    ];
    assert_eq!(acts, expected);
    assert!(
        !events
            .iter()
            .any(|event| event.to_string().contains(DELETED))
    );
    let cards = |reference: &str, words: &str| {
        let shows = |event: &&Value| {
            event["content"]["org.aty.card"] == reference && body(event).contains(words)
        };
        events.iter().filter(shows).count()
    };
    assert!(cards("AGUA-1", "Dos filtros en cada escuela pública.") > 0);
    assert!(cards("AGUA-3", "Ríos limpios") > 0);
    let thumbs = events.iter().filter(|event| event["type"] == "m.reaction");
    assert_eq!(thumbs.count(), 1);

    let proposed = |shown: &Shown| shown.text.contains("!propuesta Ríos limpios");
    let first = scene.ana_sees("what Beto proposed", proposed).await;
    let answer = format!("sí, por {}", reader.client.user_id().unwrap().localpart());
    let answered = scene.ana.reply(&scene.one, &first.id, &answer).await;
    answered.unwrap();
    let arrived = |event: &Value| body(event).ends_with(&answer);
    reader.wait_for_event("the answer", arrived).await;
    let nothing_aside = |status: &Value| status["dead_letters"] == 0;
    scene
        .world
        .wait_for_status("no letters", nothing_aside)
        .await;
}

/// What the record says is the same after the database was put back, twice to the same day: under the running bridge, which
/// finds out, and while it was down.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_written_again_when_the_homeserver_has_lost_it() {
    let mut scene = Scene::new().await;
    let first = "!propuesta Agua en la escuela\nUn filtro en cada escuela rural.";
    scene.ana.send_text(&scene.one, first).await.unwrap();
    done(&scene, "proposed", "AGUA-1").await;
    let deleted = format!("!propuesta Algo\n{DELETED}");
    let deleted = scene.beto.send_text(&scene.two, &deleted).await.unwrap();
    done(&scene, "proposed", "AGUA-2").await;
    scene.world.settled().await;
    let yesterday = scene.world.remember_homeserver().await;

    let changed = "!editar AGUA-1 Dos filtros en cada escuela rural.";
    scene.ana.send_text(&scene.one, changed).await.unwrap();
    done(&scene, "revised", "AGUA-1").await;
    scene
        .beto
        .send_text(&scene.two, "!apoyar AGUA-1")
        .await
        .unwrap();
    done(&scene, "endorsed", "AGUA-1").await;
    scene.maria.say("!enmienda AGUA-1 rural -> pública").await;
    done(&scene, "amended", "AGUA-1").await;
    scene.ana.send_text(&scene.one, "!aceptar 1").await.unwrap();
    act(&scene, |act| act["act"] == "revised" && act["rev"] == 3).await;
    let new = "!propuesta Ríos limpios\nSin basura.";
    scene.beto.send_text(&scene.two, new).await.unwrap();
    done(&scene, "proposed", "AGUA-3").await;
    let card = |shown: &Shown| shown.who == "Aty" && shown.text.contains("AGUA-3");
    let card = scene.ana_sees("the card", card).await;
    scene.ana.react(&scene.one, &card.id, "👍").await.unwrap();
    let thumb = |event: &Value| event["type"] == "m.reaction";
    scene.room_has("her support", thumb).await;
    scene.world.settled().await;
    scene.beto.delete(&scene.two, &deleted).await.unwrap();
    act(&scene, |act| act["erased"] == true).await;
    scene.world.settled().await;
    let before = record(&scene.maria).await;
    assert_eq!(before.len(), 5, "{before:#?}");

    scene.world.put_homeserver_back(&yesterday).await;
    let rosa = scene.world.citizen("Rosa", "agua").await;
    rosa.say("sigo acá").await;
    let said = |shown: &Shown| shown.text == "*Rosa*: sigo acá";
    scene.both_see("what goes on", said).await;
    is_whole(&scene, &rosa, &before).await;

    scene.bridge.stop().await;
    scene.world.put_homeserver_back(&yesterday).await;
    scene.bridge = scene.world.start_bridge().await;
    let sara = scene.world.citizen("Sara", "agua").await;
    is_whole(&scene, &sara, &before).await;

    // What is there is not written again.
    scene.bridge.stop().await;
    let stood = ids(&sara).await;
    scene.bridge = scene.world.start_bridge().await;
    scene.world.settled().await;
    assert_eq!(ids(&sara).await, stood);
    scene.ends().await;
}

/// A group that was opened since is still part of the conversation.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_the_homeserver_has_lost_stays_open() {
    let mut scene = Scene::new().await;
    scene.world.settled().await;
    let yesterday = scene.world.remember_homeserver().await;
    let (carla, three) = scene.world.newcomer("Carla", "agua").await;
    // By what is said in the room the bridge knows later what it has lost.
    scene.maria.say("hoy").await;
    let said = "*María*: hoy";
    carla.wait_for_text(&three, said).await.unwrap();
    scene.world.settled().await;

    scene.world.put_homeserver_back(&yesterday).await;
    let rosa = scene.world.citizen("Rosa", "agua").await;
    rosa.say("sigo acá").await;
    let third = |event: &Value| {
        event["type"] == "m.bridge"
            && event["content"]["channel"]["displayname"] == "Ambiente y agua 3"
            && event["content"]["org.aty.group"]["status"] == "open"
    };
    rosa.wait_for_event("the third group", third).await;
    carla.send_text(&three, "yo también").await.unwrap();
    rosa.wait_for_text("yo también").await;
    let said = |shown: &Shown| shown.text == "*Carla*: yo también";
    scene.both_see("what Carla says", said).await;
    rosa.say("y yo").await;
    let said = "*Rosa*: y yo";
    carla.wait_for_text(&three, said).await.unwrap();
    scene.ends().await;
}

async fn ids(reader: &Citizen) -> Vec<String> {
    let events = timeline_of(reader, reader.room.room_id()).await;
    events.iter().map(|event| id(event).to_owned()).collect()
}

/// The log of a theme as a room tells it: the numbers of its entries.
fn numbers(events: &[Value]) -> Vec<u64> {
    let entries = events.iter().filter_map(|event| {
        let act = match event["type"] == LOGGED {
            true => &event["content"],
            false => &event["content"][LOGGED],
        };
        act["number"].as_u64()
    });
    entries.collect()
}

/// What follows from the log in the room's state, and whether somebody is banned there.
async fn moderated(reader: &Citizen, out: &str) -> BTreeMap<String, Value> {
    let state = state_of(reader, reader.room.room_id()).await.into_iter();
    let ours = state.filter(|event| {
        let kind = event["type"].as_str().unwrap();
        ["org.aty.roster", "org.aty.sanction"].contains(&kind)
            || kind == "m.room.power_levels"
            || kind == "m.room.member" && event["state_key"] == out
    });
    let told = ours.map(|event| {
        let key = format!("{} {}", event["type"], event["state_key"]);
        let content = match event["type"] == "m.room.member" {
            true => event["content"]["membership"].clone(),
            false => event["content"].clone(),
        };
        (key, content)
    });
    told.collect()
}

#[cfg(target_os = "linux")]
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_moderation_did_is_done_again_when_the_homeserver_has_lost_it() {
    let mut bench = Bench::new().await;
    let oscar = format!("@oscar:{SERVER}");
    let said = bench.oscar.say("Compren lotes baratos").await;
    let at_beto = says("Compren lotes baratos");
    let at_beto = bench.scene.beto_sees("it", at_beto).await;
    bench.scene.world.settled().await;
    let yesterday = bench.scene.world.remember_homeserver().await;

    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": said } },
    });
    let scene = &bench.scene;
    scene.maria_sends("m.room.message", hide).await;
    let gone = |shown: &Shown| shown.deleted;
    let hidden = scene.beto.wait_for_message(&scene.two, &at_beto.id, gone);
    hidden.await.unwrap();
    let wish = "!suspender @Oscar 1 día odio: insulta a los vecinos";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Oscar", "!confirmar 2"]).await;
    let scene = &bench.scene;
    scene.maria.say("!confirmar 2").await;
    let out =
        |event: &Value| event["state_key"] == oscar && event["content"]["membership"] == "ban";
    scene.room_has("that he is out", out).await;
    scene.world.settled().await;
    let before = moderated(&scene.maria, &oscar).await;
    assert_eq!(before[&format!("\"m.room.member\" \"{oscar}\"")], "ban");
    let entries = numbers(&timeline_of(&scene.maria, scene.maria.room.room_id()).await);

    bench.scene.bridge.stop().await;
    bench.scene.world.put_homeserver_back(&yesterday).await;
    let world = &bench.scene.world;
    bench.scene.bridge = world.start_bridge().await;
    let rosa = world.citizen("Rosa", "agua").await;
    let log = format!("#aty-paga-registro:{SERVER}");
    let reader = Citizen::join(&world.synapse, "Rita", &log).await;
    world.settled().await;
    assert_eq!(moderated(&rosa, &oscar).await, before);
    let events = timeline_of(&rosa, rosa.room.room_id()).await;
    assert_eq!(numbers(&events), entries);
    let ad = events.iter().find(|event| id(event) == said).unwrap();
    assert_eq!(ad["content"], json!({}), "it is hidden again");
    let logged = timeline_of(&reader, reader.room.room_id()).await;
    assert_eq!(numbers(&logged), entries);
    bench.scene.ends().await;
}
