//! What the law forbids: the operator takes it out, everybody reads so, and nothing of it is kept.

use sandbox::phones::Shown;
use serde_json::{Value, json};
use vault::{Database, Key};

use crate::direct::{answer_in, opens_room, says as says_alone};
use crate::moderation::{Bench, asks, bot, has, says};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, SERVER, World};

/// The operator takes a message out.
pub async fn removes(world: &World, message: &str, reason: &str) -> Result<String, String> {
    let message = ["--theme", "agua", "--message", message];
    let arguments = [&["remove"][..], &message, &["--reason", reason]].concat();
    world.aty(&arguments).await
}

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

    let refused = removes(&scene.world, &link, " ").await.unwrap_err();
    assert!(refused.contains("why"), "{refused}");
    let refused = removes(&scene.world, "$nada", "orden judicial").await;
    assert!(refused.unwrap_err().contains("no such message"));
    let removed = removes(&scene.world, &link, "orden judicial 12").await;
    removed.unwrap();

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
    let removed = removes(&scene.world, event, "orden judicial 12").await;
    removed.unwrap();
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

/// A word that must stand nowhere.
const FORBIDDEN: &str = "zafarrancho";

/// Another, of somebody on Matrix.
const HIS: &str = "batahola";

/// Everything that the notebook of a bridge holds that is not running, opened with its key.
fn notebook(world: &World) -> String {
    let key = Key::open_or_create(&world.folder.path().join("aty.key")).unwrap();
    let folder = world.folder.path().join("data/notebook");
    let database = Database::open(&folder, &key, 1 << 20).unwrap();
    let trees = [
        "inbox", "outbox", "links", "records", "gathered", "people", "groups", "dead", "notes",
    ];
    let held = trees.iter().flat_map(|name| {
        let tree = database.tree(name).unwrap();
        tree.scan(&[]).unwrap()
    });
    let told = held.map(|(_, value)| String::from_utf8_lossy(&value).into_owned());
    told.collect::<Vec<_>>().join("\n")
}

/// The operator takes out what Óscar wrote in the room, and has changed: afterwards it is read nowhere.
async fn is_taken_out_of_matrix(bench: &Bench) {
    let (scene, oscar) = (&bench.scene, &bench.oscar);
    let said = oscar.say("Qué batahola").await;
    let changed = "Qué batahola tan larga";
    let relation = json!({ "rel_type": "m.replace", "event_id": said });
    let new = json!({ "msgtype": "m.text", "body": changed });
    let edit = json!({
        "msgtype": "m.text", "body": format!("* {changed}"),
        "m.new_content": new, "m.relates_to": relation,
    });
    oscar.room.send_raw("m.room.message", edit).await.unwrap();
    scene.both_see("what he changed", says(changed)).await;
    let beto = scene.beto_sees("it", says(changed)).await;
    let removed = removes(&scene.world, said.as_str(), "orden judicial 11").await;
    removed.unwrap();
    let told = |event: &Value| has(body(event), &["Oscar", "orden judicial 11"]);
    scene.room_has("that it was taken out", told).await;
    let gone = |shown: &Shown| shown.deleted;
    let gone = scene.beto.wait_for_message(&scene.two, &beto.id, gone);
    gone.await.unwrap();
    scene.world.settled().await;
    let page = format!("http://{}/registro", scene.world.pages);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    assert!(page.contains("orden judicial 11"), "{page}");
    let search = json!({ "search_categories": { "room_events": { "search_term": HIS } } });
    let found = asks(oscar, "POST", "search", Some(&search)).await;
    let found = &found["search_categories"]["room_events"]["results"];
    let chats = [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)];
    let everywhere = [
        page,
        json!(scene.timeline().await).to_string(),
        json!(bench.log.timeline().await).to_string(),
        found.to_string(),
        format!("{chats:?}"),
    ];
    for told in everywhere {
        assert!(!told.contains(HIS), "{told}");
    }
}

/// A proposal, its changes, and what waits to be told of it while WhatsApp is away.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_what_was_taken_out_stays_in_the_notebook() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let proposed = "!propuesta Un zafarrancho\nCon zafarrancho en la plaza.";
    let proposed = bench.carla_says(proposed).await;
    let first = |event: &Value| body(event).starts_with("!propuesta Un zafarrancho");
    let first = scene.room_has("it", first).await;
    let changed = "!propuesta Otro zafarrancho\nCon más zafarrancho.";
    let edit = bench.carla.edit(&scene.one, &proposed, changed);
    edit.await.unwrap();
    let revised = |shown: &Shown| has(&shown.text, &["📌", "más zafarrancho"]);
    scene.beto_sees("the changed card", revised).await;
    let amendment = scene.maria.say("!enmienda AGUA-1 Y un recreo.");
    amendment.await;
    let amended = |shown: &Shown| has(&shown.text, &["María", "enmienda"]);
    scene.beto_sees("the amendment", amended).await;
    is_taken_out_of_matrix(&bench).await;

    // Ana is to look at it, and can't be reached.
    scene.world.whatsapp.refuse_connections(true).await;
    let room = opens_room(&scene.maria, &[], false).await;
    let link = format!(
        "https://matrix.to/#/{}/{}",
        scene.maria.room.room_id(),
        id(&first)
    );
    let report = says_alone(&room, &format!("!reportar spam {link}")).await;
    let answer = answer_in(&scene.maria, &room, &report).await;
    assert!(answer.contains("lo mira Ana"), "{answer}");

    let removed = removes(&scene.world, &link, "orden judicial 12").await;
    removed.unwrap();
    let told = |event: &Value| has(body(event), &["Carla", "la ley prohíbe"]);
    scene.room_has("that it was taken out", told).await;
    let Bench {
        scene,
        clock: _clock,
        ..
    } = bench;
    let Scene { world, bridge, .. } = scene;
    bridge.stop().await;
    let held = notebook(&world);
    assert!(held.contains("Y un recreo"), "the notebook can be read");
    let told: Vec<_> = held
        .lines()
        .filter(|line| line.contains(FORBIDDEN) || line.contains(HIS))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}
