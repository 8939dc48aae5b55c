//! Each fault by itself: what was being said when it came arrives once, everywhere, in order. `docs/reference/faults.md`
//! lists all of them, and a test at the end holds it to the tests that there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use sandbox::phones::Phone;
use sandbox::server::Ban;
use serde_json::{Value, json};

use crate::storm::line::{self, Line, Mishap};
use crate::world::{AGUA, BridgeProcess, Citizen, QUICK, World, files_under};

const A_MINUTE: Duration = Duration::from_secs(60);

/// One theme with one group: Ana has a phone there, María sits in the room; between bridge and homeserver there are
/// lines on which things go wrong.
struct Scene {
    world: World,
    to_homeserver: Line,
    to_bridge: Line,
    bridge: BridgeProcess,
    ana: Arc<Phone>,
    group: String,
    maria: Citizen,
}

impl Scene {
    async fn new() -> Self {
        Self::with_settings(QUICK).await
    }

    async fn with_settings(settings: &str) -> Self {
        let mut world = World::with_settings(&[AGUA], settings).await;
        let mut dice = StdRng::seed_from_u64(0);
        let [to_homeserver, to_bridge] = line::lay_between(&world, &mut dice).await;
        let bridge = world.start_bridge().await;
        let (ana, group) = world.newcomer("Ana", "agua").await;
        let maria = world.citizen("María", "agua").await;
        ana.send_text(&group, "buen día").await.unwrap();
        maria.wait_for_text("buen día").await;
        Self {
            world,
            to_homeserver,
            to_bridge,
            bridge,
            ana,
            group,
            maria,
        }
    }

    async fn ana_says(&self, text: &str) {
        self.ana.send_text(&self.group, text).await.unwrap();
    }

    /// Waits until Ana's words stand in the room and María's in the group, each once and in this order.
    async fn all_arrives(&self, anas: &[&str], marias: &[&str]) {
        for text in anas {
            self.maria.wait_for_text(text).await;
        }
        for text in marias {
            let shown = format!("*María*: {text}");
            self.ana.wait_for_text(&self.group, &shown).await.unwrap();
        }
        self.world.settled().await;
        let lines = self.maria.lines().into_iter();
        let in_room: Vec<_> = lines
            .filter(|line| line.who == "Ana")
            .map(|line| line.text)
            .collect();
        assert_eq!(in_room[1..], *anas, "in the room");
        let chat = self.ana.chat(&self.group).into_iter();
        let in_group: Vec<_> = chat
            .filter_map(|message| message.text.strip_prefix("*María*: ").map(str::to_owned))
            .collect();
        assert_eq!(in_group, *marias, "in the group");
    }
}

/// While nothing is wrong, one message that is carried is one request to the homeserver, and one look at each room a minute.
#[tokio::test(flavor = "multi_thread")]
async fn one_message_is_one_request() {
    let scene = Scene::new().await;
    scene.world.settled().await;
    scene.to_homeserver.asked();
    let texts = ["uno", "dos", "tres", "cuatro", "cinco"];
    for text in texts {
        scene.ana_says(text).await;
        scene.maria.wait_for_text(text).await;
    }
    scene.all_arrives(&texts, &[]).await;
    let mut asked = scene.to_homeserver.asked();
    asked.retain(|target| !target.contains("/messages?"));
    assert_eq!(asked.len(), texts.len(), "{asked:#?}");
    assert!(
        asked
            .iter()
            .all(|target| target.contains("/send/m.room.message/"))
    );
    scene.bridge.stop().await;
}

/// The homeserver says «too many», «bad gateway» (and did it, or did not), says nothing (and did it, or did not), and
/// stands still for a while.
#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_that_falters_delays_and_loses_nothing() {
    let scene = Scene::new().await;
    let mishaps = [
        ("limitado", Mishap::Refused),
        ("sin respuesta", Mishap::BadGateway),
        ("con efecto", Mishap::BadGatewayAfter),
        ("cortado antes", Mishap::Cut),
        ("cortado después", Mishap::CutAfter),
    ];
    for (text, mishap) in mishaps {
        scene.to_homeserver.meet("/send/", &[mishap]);
        scene.ana_says(text).await;
        scene.maria.wait_for_text(text).await;
        assert_eq!(
            scene.to_homeserver.to_come(),
            0,
            "{text}: nothing befell it"
        );
    }
    scene.world.synapse.pause().unwrap();
    scene.ana_says("dormido").await;
    // Long enough for the bridge to be waiting for its answer.
    tokio::time::sleep(Duration::from_secs(2)).await;
    scene.world.synapse.resume().unwrap();
    let texts = mishaps.map(|(text, _)| text);
    scene
        .all_arrives(&[&texts[..], &["dormido"]].concat(), &[])
        .await;
    scene.bridge.stop().await;
}

/// The homeserver restarts after it has done what it was asked, before it could say so: it has forgotten the
/// transaction, and is asked for the event.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_restarted_homeserver_has_forgotten_is_looked_up() {
    let mut scene = Scene::new().await;
    // The answers are lost until it is down.
    scene.to_homeserver.meet("/send/", &[Mishap::CutAfter; 50]);
    scene.ana_says("una sola vez").await;
    scene.maria.wait_for_text("una sola vez").await;
    scene.world.synapse.restart().await.unwrap();
    scene.to_homeserver.forgive();
    scene.ana_says("y sigue").await;
    scene.all_arrives(&["una sola vez", "y sigue"], &[]).await;
    scene.bridge.stop().await;
}

/// The homeserver's transactions come twice at once, come again because the answer was lost, are refused, and break off.
#[tokio::test(flavor = "multi_thread")]
async fn repeated_transactions_are_taken_once() {
    let scene = Scene::new().await;
    let mishaps = [
        ("dos veces", Mishap::Twice),
        ("otra vez", Mishap::CutAfter),
        ("rechazado", Mishap::Refused),
    ];
    for (text, mishap) in mishaps {
        scene.to_bridge.meet("/transactions/", &[mishap]);
        scene.maria.say(text).await;
        let shown = format!("*María*: {text}");
        scene.ana.wait_for_text(&scene.group, &shown).await.unwrap();
        assert_eq!(scene.to_bridge.to_come(), 0, "{text}: nothing befell it");
    }
    scene.all_arrives(&[], &mishaps.map(|(text, _)| text)).await;
    scene.bridge.stop().await;
}

/// A homeserver whose database is new counts its transactions from 1 again: the same id brings new events, and old
/// events come under a new id.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_are_counted_anew_bring_what_is_new() {
    let scene = Scene::new().await;
    let event = |id: &str, text: &str| {
        json!({"type": "m.room.message", "event_id": id, "room_id": scene.maria.room.room_id(),
            "sender": "@rosa:aty.test", "origin_server_ts": 1_800_000_000_000_u64,
            "content": {"msgtype": "m.text", "body": text}})
    };
    let (one, two) = (event("$one", "uno"), event("$two", "dos"));
    for (transaction, events) in [
        ("1", vec![&one]),
        ("1", vec![&two]),
        ("2", vec![&one, &two]),
    ] {
        let path = format!("_matrix/app/v1/transactions/{transaction}");
        let put = reqwest::Client::new()
            .put(format!("http://{}/{path}", scene.world.listen))
            .bearer_auth(scene.world.hs_token())
            .json(&json!({ "events": events }));
        assert!(put.send().await.unwrap().status().is_success());
    }
    scene.maria.say("fin").await;
    scene.all_arrives(&[], &["fin"]).await;
    let chat = scene.ana.chat(&scene.group);
    let texts: Vec<_> = chat.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts[1..], ["*rosa*: uno", "*rosa*: dos", "*María*: fin"]);
    scene.bridge.stop().await;
}

/// What comes twice in one transaction, with something in between, is done once: it doesn't undo what came in between.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_in_one_transaction_is_taken_once() {
    let scene = Scene::new().await;
    let first = scene.maria.wait_for_text("buen día").await.event;
    let reaction = |id: &str, emoji: &str| {
        json!({"type": "m.reaction", "event_id": id, "room_id": scene.maria.room.room_id(),
            "sender": "@rosa:aty.test", "origin_server_ts": 1_800_000_000_000_u64,
            "content": {"m.relates_to": {"rel_type": "m.annotation", "event_id": first, "key": emoji}}})
    };
    let (one, two) = (reaction("$one", "😂"), reaction("$two", "👍"));
    let put = reqwest::Client::new()
        .put(format!(
            "http://{}/_matrix/app/v1/transactions/7",
            scene.world.listen
        ))
        .bearer_auth(scene.world.hs_token())
        .json(&json!({ "events": [one, two, one] }));
    assert!(put.send().await.unwrap().status().is_success());
    scene.maria.say("fin").await;
    scene.all_arrives(&[], &["fin"]).await;
    let chat = scene.ana.chat(&scene.group);
    let shown = chat.iter().find(|shown| shown.text == "buen día").unwrap();
    let emojis: Vec<_> = shown.reactions.iter().map(|one| &one.emoji).collect();
    assert_eq!(emojis, ["👍"]);
    scene.bridge.stop().await;
}

/// The homeserver loses a transaction (Synapse does when it is killed at the wrong moment): the bridge looks back in the
/// room when it starts, and every minute.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_transaction_held_is_looked_up_in_the_room() {
    let mut scene = Scene::new().await;
    scene.maria.say("antes").await;
    scene.all_arrives(&[], &["antes"]).await;
    scene.to_bridge.meet("/transactions/", &[Mishap::Swallowed]);
    scene.maria.say("perdido").await;
    while scene.to_bridge.to_come() > 0 {
        tokio::task::yield_now().await;
    }
    scene.bridge.stop().await;
    scene.bridge = scene.world.start_bridge().await;
    scene.maria.say("después").await;
    scene
        .all_arrives(&[], &["antes", "perdido", "después"])
        .await;
    scene.bridge.stop().await;
}

/// While nothing reaches a group for hours, much is written in the room: the group gets one message about it, and from then on
/// each as it comes. It leads to the theme's page; where there is none, to its room.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_long_outage_a_group_gets_one_message() {
    let scene = Scene::with_settings(&format!("{QUICK}  digest_after_hours: 0\n")).await;
    let pages = scene.world.pages;
    let page = format!("http://{pages}/agua");
    let (scene, digest) = digest_of_an_outage(scene, None, &["fin"]).await;
    assert!(digest.ends_with(&page), "{digest}");

    let site = format!("site:\n  listen: {pages}\n  url: http://{pages}\n");
    let marias = ["fin", "ahora sí"];
    let (scene, digest) = digest_of_an_outage(scene, Some(&site), &marias).await;
    let room = " https://matrix.to/#/%23aty-agua:aty.test";
    assert!(digest.ends_with(room), "{digest}");
    scene.bridge.stop().await;
}

/// What a group gets for what was written while nothing reached it, before the last that María says. The bridge comes back
/// without these settings.
async fn digest_of_an_outage(
    mut scene: Scene,
    without: Option<&str>,
    marias: &[&str],
) -> (Scene, String) {
    let device = scene.world.bridge_device();
    let ban = Ban {
        code: 101,
        seconds: 3600,
    };
    scene.world.whatsapp.ban(&device.number, ban).await;
    scene.world.whatsapp.drop_connection(&device).await.unwrap();
    scene
        .world
        .wait_for_status("the ban is told", |status| {
            status["whatsapp"] != "connected to WhatsApp"
        })
        .await;
    for number in 0..31 {
        let said = format!("mensaje {number}");
        scene.world.said_ago(&scene.maria, A_MINUTE, &said).await;
    }
    // Once it is answered, all before it stands in the lane.
    scene.maria.say("!ayuda").await;
    let answers = |lines: &[crate::world::Line]| {
        let answers = lines.iter().filter(|line| line.who == "Aty");
        answers.count() >= marias.len()
    };
    scene.maria.wait_for("an answer", answers).await;
    scene.bridge.stop().await;
    if let Some(settings) = without {
        scene.world.change_config("bridge.yaml", settings, "");
    }
    scene.world.whatsapp.lift_ban(&device.number).await;
    scene.bridge = scene.world.start_bridge().await;
    scene.maria.say(marias[marias.len() - 1]).await;
    scene.all_arrives(&[], marias).await;
    let chat = scene.ana.chat(&scene.group);
    let digest = chat[chat.len() - 2].text.clone();
    let says = "1 persona escribió 31 mensajes";
    assert!(digest.contains(says), "{digest}");
    (scene, digest)
}

/// The disk has no room for anything more: the bridge says so and ends; what was written meanwhile on either network arrives
/// when there is room again.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_it_and_loses_nothing() {
    let mut scene = Scene::new().await;
    scene.bridge.stop().await;
    scene.bridge = BridgeProcess::start_small(scene.world.folder.path()).await;
    scene.bridge.signal("HUP").await;
    scene.ana_says("hay lugar").await;
    scene.maria.wait_for_text("hay lugar").await;
    scene.bridge.write_nothing_more();
    scene.ana_says("sin lugar").await;
    scene.maria.say("tampoco").await;
    let said = scene.bridge.ends().await;
    let sentences = ["is the disk full?", "could not be written to the disk"];
    assert!(
        sentences.iter().any(|sentence| said.contains(sentence)),
        "{said}"
    );
    // Somebody looks, and a supervisor starts it again: what they leave half-written is in nobody's way later.
    for command in ["doctor", "run", "run"] {
        BridgeProcess::tries_without_room(scene.world.folder.path(), command).await;
    }
    scene.bridge = scene.world.start_bridge().await;
    scene
        .all_arrives(&["hay lugar", "sin lugar"], &["tampoco"])
        .await;
    scene.bridge.stop().await;
}

/// The homeserver's database is put back to how it was some time ago: what the room had since is lost there, and the
/// conversation goes on.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_homeserver_from_yesterday_goes_on() {
    let mut scene = Scene::new().await;
    let beto = scene.world.phone("Beto").await;
    let link = scene.world.aty(&["group", "link", "agua"]).await.unwrap();
    beto.join(link.trim()).await.unwrap();

    let yesterday = scene.world.remember_homeserver().await;
    // Beto's ghost comes into the room, and will not have been there.
    beto.send_text(&scene.group, "hoy").await.unwrap();
    scene.maria.wait_for_text("hoy").await;

    scene.world.put_homeserver_back(&yesterday).await;
    beto.send_text(&scene.group, "y mañana").await.unwrap();
    let rosa = scene.world.citizen("Rosa", "agua").await;
    rosa.say("sigo acá").await;
    scene
        .ana
        .wait_for_text(&scene.group, "*Rosa*: sigo acá")
        .await
        .unwrap();
    beto.send_text(&scene.group, "bien").await.unwrap();
    rosa.wait_for_text("bien").await;
    scene.world.settled().await;
    scene.bridge.stop().await;
}

/// WhatsApp drops the connection, delivers again what it has delivered, and does not acknowledge what it is sent.
#[tokio::test(flavor = "multi_thread")]
async fn whatsapp_that_falters_delays_and_loses_nothing() {
    let scene = Scene::new().await;
    let (whatsapp, device) = (&scene.world.whatsapp, scene.world.bridge_device());
    whatsapp.drop_connection(&device).await.unwrap();
    scene.ana_says("cortado").await;
    scene.maria.say("cortada").await;
    scene.maria.wait_for_text("cortado").await;

    scene.world.settled().await;
    let sent = whatsapp.state().await.sent_lately(&device);
    for id in sent {
        whatsapp.redeliver(&device, &id).await.unwrap();
    }
    scene.world.settled().await;

    // It is sent, and shown, and nobody tells the bridge so until its connection ends.
    whatsapp.withhold_acks(&device, true).await;
    scene.maria.say("sin acuse").await;
    scene
        .ana
        .wait_for_text(&scene.group, "*María*: sin acuse")
        .await
        .unwrap();
    whatsapp.withhold_acks(&device, false).await;
    whatsapp.drop_connection(&device).await.unwrap();
    scene.maria.say("y sigue").await;
    scene
        .all_arrives(&["cortado"], &["cortada", "sin acuse", "y sigue"])
        .await;
    scene.bridge.stop().await;
}

/// The bridge does not know yet that its message stands in the group, and somebody there reacts to it and answers it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_a_message_before_it_is_acknowledged_is_carried() {
    let scene = Scene::new().await;
    let (whatsapp, device) = (&scene.world.whatsapp, scene.world.bridge_device());
    whatsapp.withhold_acks(&device, true).await;
    let event = scene.maria.say("¿me leen?").await.to_string();
    let shown = "*María*: ¿me leen?";
    let chat = scene.ana.wait_for_text(&scene.group, shown).await.unwrap();
    let id = &chat.last().unwrap().id;
    scene.ana.react(&scene.group, id, "👍").await.unwrap();
    scene.ana.reply(&scene.group, id, "sí").await.unwrap();
    let about = |found: &Value, relation: &str| {
        found["content"]["m.relates_to"].pointer(relation) == Some(&json!(event))
    };
    let thumb = |found: &Value| found["type"] == "m.reaction" && about(found, "/event_id");
    scene.maria.wait_for_event("a thumb", thumb).await;
    let answer = |found: &Value| about(found, "/m.in_reply_to/event_id");
    scene.maria.wait_for_event("an answer", answer).await;
    whatsapp.withhold_acks(&device, false).await;
    whatsapp.drop_connection(&device).await.unwrap();
    scene.all_arrives(&["sí"], &["¿me leen?"]).await;
    scene.bridge.stop().await;
}

/// Another program takes the session: the bridge says so, keeps everything, and sends it after its next start.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_session_keeps_everything_until_the_next_start() {
    let mut scene = Scene::new().await;
    let device = scene.world.bridge_device();
    scene.world.whatsapp.replace(&device).await.unwrap();
    scene
        .world
        .wait_for_status("that it was replaced is told", |status| {
            let said = status["whatsapp"].as_str().unwrap();
            said.contains("another program has opened the same WhatsApp session")
        })
        .await;
    scene.maria.say("para después").await;
    scene.ana_says("yo también").await;
    scene
        .world
        .wait_for_status("it waits", |status| status["idle"] == false)
        .await;
    scene.bridge.stop().await;
    scene.bridge = scene.world.start_bridge().await;
    scene.all_arrives(&["yo también"], &["para después"]).await;
    scene.bridge.stop().await;
}

/// The table of faults names tests that there are, and each column says something.
#[test]
fn every_row_of_the_table_is_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = ["src", "tests"]
        .iter()
        .flat_map(|folder| files_under(&root.join(folder)));
    let tests: BTreeSet<String> = sources
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|path| tests_in(&fs::read_to_string(path).unwrap()))
        .collect();
    let table = fs::read_to_string(root.join("docs/reference/faults.md")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Fault |"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 30, "the table is not where it was");
    for row in rows {
        assert_eq!(row.len(), 5, "a row has five columns: {row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        let named: Vec<_> = row[4].split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{} names no test", row[0]);
        for name in named {
            assert!(tests.contains(name), "{}: there is no test {name}", row[0]);
        }
    }
}

/// The names of the test functions in a source.
fn tests_in(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
            let name = rest.split('(').next().unwrap_or_default();
            names.push(name.to_owned());
            is_test = false;
        }
    }
    names
}
