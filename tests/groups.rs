//! Groups of a theme: adopted, paced, and found again when the notebook is lost.

use std::time::Instant;

use serde_json::Value;

use crate::scene::Scene;
use crate::world::{AGUA, QUICK, World};

/// A group that existed before is told first, and is part of the conversation when its wait is over.
#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_group_is_told_and_then_joined() {
    let mut world =
        World::with_settings(&[AGUA], &format!("{QUICK}  adoption_wait_hours: 0\n")).await;
    let bridge = world.start_bridge().await;
    let ana = world.phone("Ana").await;
    let subject = "Vecinas del agua";
    let group = world
        .whatsapp
        .add_group(subject, &ana.device().number, &[])
        .await
        .unwrap();
    let link = world.whatsapp.invite_link(&group).await.unwrap();
    // Her phone looks up the group that is hers already.
    ana.join(&link).await.unwrap();
    let maria = world.citizen("María", "agua").await;

    world.aty(&["group", "adopt", "agua", &link]).await.unwrap();
    let shown = ana
        .wait_for(&group, |messages| messages.len() >= 2)
        .await
        .unwrap();
    assert!(
        shown[0]
            .text
            .contains("se va a unir al tema público *Ambiente y agua*"),
        "{}",
        shown[0].text
    );
    assert!(
        shown[1].text.contains("son una sola conversación"),
        "{}",
        shown[1].text
    );
    ana.send_text(&group, "hola a todas").await.unwrap();
    assert_eq!(maria.wait_for_text("hola a todas").await.who, "Ana");
    let list = world.aty(&["group", "list"]).await.unwrap();
    assert!(list.contains(subject) && list.contains("open"), "{list}");
    bridge.stop().await;
}

/// Until the announced day has passed nothing of an adopted group is carried, in either direction.
#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_group_is_left_alone_until_its_day_has_passed() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
    let group = world
        .whatsapp
        .add_group("Vecinas", &ana.device().number, &[])
        .await
        .unwrap();
    let link = world.whatsapp.invite_link(&group).await.unwrap();
    // Her phone looks up the group that is hers already.
    ana.join(&link).await.unwrap();
    let other = beto.join(&world.open_group("agua").await).await.unwrap();
    let maria = world.citizen("María", "agua").await;
    world.aty(&["group", "adopt", "agua", &link]).await.unwrap();
    ana.wait_for(&group, |messages| {
        messages
            .iter()
            .any(|message| message.text.contains("24 horas"))
    })
    .await
    .unwrap();

    ana.send_text(&group, "todavía no").await.unwrap();
    maria.say("tampoco").await;
    beto.wait_for_text(&other, "*María*: tampoco")
        .await
        .unwrap();
    world.settled().await;
    assert!(
        maria.lines().iter().all(|line| line.text != "todavía no"),
        "{}",
        maria.transcript()
    );
    assert_eq!(
        ana.chat(&group).len(),
        2,
        "the announcement and her own words"
    );
    bridge.stop().await;
}

/// Whoever writes too fast waits, in order; the others' words go on meanwhile; what is too much is said once.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_holds_up_only_itself() {
    let limits = "  group_per_minute: 10000\n  sender_per_minute: 3\n  sender_backlog: 5\n";
    let mut world = World::with_settings(&[AGUA], limits).await;
    let bridge = world.start_bridge().await;
    let ana = world.phone("Ana").await;
    let group = ana.join(&world.open_group("agua").await).await.unwrap();
    let (eva, maria) = (
        world.citizen("Eva", "agua").await,
        world.citizen("María", "agua").await,
    );
    let begun = Instant::now();
    for number in 1..=12 {
        eva.say(&format!("compre {number}")).await;
    }
    maria.say("hola").await;
    let shown = ana.wait_for_text(&group, "*María*: hola").await.unwrap();
    assert!(
        begun.elapsed().as_secs() < 60,
        "the test needs a machine that is not this busy"
    );
    let texts: Vec<_> = shown.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "*Eva*: compre 1",
            "*Eva*: compre 2",
            "*Eva*: compre 3",
            "*María*: hola"
        ]
    );
    let lines = eva
        .wait_for("the notice", |lines| {
            lines.iter().any(|line| line.who == "Aty")
        })
        .await;
    let told = lines
        .iter()
        .filter(|line| line.text.contains("muchos mensajes"));
    assert_eq!(told.count(), 1, "{}", eva.transcript());
    bridge.stop().await;
}

/// The notebook is lost: theme and groups find each other again, people keep their ghosts, and what they chose holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notebook_loses_nothing_public() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let link = world.open_group("agua").await;
    let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
    let group = ana.join(&link).await.unwrap();
    beto.join(&link).await.unwrap();
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "!nombre Sol").await.unwrap();
    ana.send_text(&group, "antes").await.unwrap();
    beto.send_text(&group, "!no").await.unwrap();
    let before = maria.wait_for_text("antes").await;
    assert_eq!(before.who, "Sol");
    world.settled().await;
    bridge.stop().await;

    std::fs::remove_dir_all(world.folder.path().join("data/notebook")).unwrap();
    let bridge = world.start_bridge().await;
    beto.send_text(&group, "yo sigo afuera").await.unwrap();
    ana.send_text(&group, "después").await.unwrap();
    let after = maria.wait_for_text("después").await;
    assert_eq!((after.sender, after.who), (before.sender, before.who));
    maria.say("¿quedó todo?").await;
    ana.wait_for_text(&group, "*María*: ¿quedó todo?")
        .await
        .unwrap();
    world.settled().await;
    assert!(
        maria
            .lines()
            .iter()
            .all(|line| !line.text.contains("afuera")),
        "{}",
        maria.transcript()
    );
    bridge.stop().await;
}

/// What a group is called is told in its record in the room, also when it was renamed while the bridge was down; a number in the
/// name is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_group_is_called_so_in_the_room() {
    let mut scene = Scene::new().await;
    let is_record = |event: &Value, name: &str, status: &str| {
        event["type"] == "m.bridge"
            && event["content"]["channel"]["displayname"] == name
            && event["content"]["org.aty.group"]["status"] == status
    };
    let record = scene
        .room_has("the first name", |event| {
            is_record(event, "Ambiente y agua", "open")
        })
        .await;
    scene
        .ana
        .rename_group(&scene.one, "Aguateras")
        .await
        .unwrap();
    let renamed = scene
        .room_has("the new name", |event| {
            is_record(event, "Aguateras", "open")
        })
        .await;
    assert_eq!(record["state_key"], renamed["state_key"]);
    scene.world.settled().await;

    scene.bridge.stop().await;
    scene.ana.rename_group(&scene.one, "Canilla").await.unwrap();
    let number = scene.ana.device().number.clone();
    let with_number = format!("Aguateros +{number}");
    scene
        .beto
        .rename_group(&scene.two, &with_number)
        .await
        .unwrap();
    scene.bridge = scene.world.start_bridge().await;
    scene
        .room_has("the latest name", |event| {
            is_record(event, "Canilla", "open")
        })
        .await;
    let second = |event: &Value| {
        let name = &event["content"]["channel"]["displayname"];
        event["type"] == "uk.half-shot.bridge"
            && name
                .as_str()
                .is_some_and(|name| name.starts_with("Aguateros"))
    };
    let second = scene.room_has("the other group's name", second).await;
    assert!(!second.to_string().contains(&number), "{second}");
    // Once each: what is known already is not written again.
    scene.world.settled().await;
    let timeline = scene.timeline().await;
    let records = timeline.iter().filter(|event| event["type"] == "m.bridge");
    assert_eq!(records.count(), 5);
    scene.ends().await;
}
