//! Faults of time: what can be opened only later.

use std::time::Duration;

use crate::scene::Scene;
use crate::shows::Seen::{Group, Room};
use crate::shows::{NOTHING, Row, Showing};

pub const OPENED_LATER: Row = Row {
    what: "What can be opened only later",
    arrives: &[
        "once, when it can be, with the time at which it was written",
        "once, when it can be",
        NOTHING,
    ],
    test: "a_message_that_can_be_opened_only_later_arrives_once_with_its_own_time",
};

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// What arrives garbled is sent again by its author's phone: at once, or when that phone is back. It arrives once on every
/// leg, with the time at which it was written, and nobody waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_can_be_opened_only_later_arrives_once_with_its_own_time() {
    let shows = Showing::of(&[&OPENED_LATER]);
    let mut scene = Scene::new().await;
    let whatsapp = scene.world.whatsapp.clone();
    let (bridge, ana) = (scene.world.bridge_device(), scene.ana.device().clone());
    let carla = scene.world.phone("Carla").await;
    carla.join(&scene.link).await.unwrap();

    whatsapp.garble_next(&bridge).await;
    scene.ana.send_text(&scene.one, "confuso").await.unwrap();
    scene.maria.wait_for_text("confuso").await;
    scene.world.settled().await;

    // She is gone before the bridge can ask her for it.
    whatsapp.refuse_connections(true).await;
    whatsapp.drop_connection(&bridge).await.unwrap();
    whatsapp.garble_next(&bridge).await;
    scene
        .ana
        .send_text(&scene.one, "más confuso")
        .await
        .unwrap();
    scene.ana.go_offline().await;
    whatsapp.refuse_connections(false).await;
    let asked = whatsapp.wait_until("the bridge to ask for it again", |state| {
        !state.queued(&ana).is_empty()
    });
    asked.await.unwrap();
    carla.send_text(&scene.one, "mientras tanto").await.unwrap();
    let meanwhile = scene.maria.wait_for_text("mientras tanto").await;
    scene.maria.say("te escuchamos").await;
    let shown = "*María*: te escuchamos";
    carla.wait_for_text(&scene.one, shown).await.unwrap();

    whatsapp.advance(AN_HOUR);
    scene.ana.come_online().await.unwrap();
    let late = scene.maria.wait_for_text("más confuso").await;
    assert!(late.at <= meanwhile.at, "{late:?} {meanwhile:?}");
    scene.ana.send_text(&scene.one, "y sigo").await.unwrap();
    scene.maria.wait_for_text("y sigo").await;
    let shown = "*Ana*: y sigo";
    scene.beto.wait_for_text(&scene.two, shown).await.unwrap();
    scene.world.settled().await;

    let (said, late) = (["confuso", "mientras tanto"], ["más confuso", "y sigo"]);
    let in_room = scene.maria.lines().into_iter().map(|line| line.text);
    let in_room: Vec<_> = in_room.filter(|text| text != "te escuchamos").collect();
    assert_eq!(in_room[in_room.len() - 4..], [said, late].concat());
    shows.saw(&OPENED_LATER, &[Room]);
    let chat = scene.beto.chat(&scene.two).into_iter();
    let in_group: Vec<_> = chat
        .filter_map(|shown| {
            shown
                .text
                .split_once("*: ")
                .map(|(_, text)| text.to_owned())
        })
        .filter(|text| text != "te escuchamos")
        .collect();
    assert_eq!(in_group[in_group.len() - 4..], [said, late].concat());
    shows.saw(&OPENED_LATER, &[Group]);
    scene.ends().await;
}
