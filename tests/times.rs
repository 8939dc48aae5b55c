//! Faults of time: what can be opened only later, changes within one second, and a clock that jumps.

use std::time::Duration;

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::operating::doctor;
use crate::scene::{Scene, sees};
use crate::shows::Seen::{Group, Room};
use crate::shows::{NOTHING, Row, Showing};
use crate::world::{AGUA, Citizen, Line, World};

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

/// WhatsApp counts in seconds. What is changed several times within one still shows what it was changed to last, wherever
/// clients go by the time of a change.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_changes_within_a_second_the_last_is_shown() {
    let scene = Scene::new().await;
    let message = scene.ana.send_text(&scene.one, "vuelta 0").await.unwrap();
    let turns = [1, 2, 3, 4, 5, 6].map(|turn| format!("vuelta {turn}"));
    for turn in &turns {
        scene.ana.edit(&scene.one, &message, turn).await.unwrap();
    }
    let last = |event: &Value| event["content"]["m.new_content"]["body"] == turns[5];
    scene.room_has("the last change", last).await;
    let timeline = scene.timeline().await;
    let changes = timeline.iter().filter_map(|event| {
        let text = event["content"]["m.new_content"]["body"].as_str()?;
        Some((event["origin_server_ts"].as_i64()?, text.to_owned()))
    });
    let mut changes: Vec<_> = changes.collect();
    changes.sort();
    changes.dedup_by_key(|(at, _)| *at);
    let texts: Vec<_> = changes.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, turns);
    scene.ends().await;
}

const PROPOSAL: &str = "propuesta";

/// The clock under the running bridge jumps a day ahead and two days back while people talk: nobody is silenced by a limit that
/// counts what was said at another time, what waits is not taken for late, what was just said can still be changed, what falls
/// due is done, and the doctor tells of the clock.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_under_a_running_bridge_loses_and_silences_nothing() {
    const LIMITS: &str = "  group_per_minute: 200\n  sender_per_minute: 40\n  sender_backlog: 40\n  reactions_every_seconds: 30\n";
    let world = World::with_settings(&[AGUA], LIMITS).await;
    let mut clock = world.clock().await;
    let scene = Scene::within(world).await;
    let rosa = scene.world.citizen("Rosa", "agua").await;
    let adopted = adopted_group(&scene).await;
    let mut said = Vec::new();

    all_say(&scene, &mut said, "hoy", 15).await;
    clock.jumps(25);
    // Whoever speaks makes the bridge look at what is due.
    all_say(&scene, &mut said, "mañana", 15).await;
    let is_open = |shown: &Shown| shown.text.contains("son una sola conversación");
    sees(&scene.ana, &adopted, "that the group is open", is_open).await;
    assert_eq!(clock_is(&scene).await, ["warning"]);
    change_is_a_change(&scene).await;
    wait_for_a_connection(&scene, &rosa).await;
    // What is gathered of reactions waits for a moment that is two days away then.
    let lines = scene.maria.lines();
    let first = lines
        .iter()
        .find(|line| line.who == "Ana" && line.text == "hoy 1");
    let first = &first.expect("what Ana said").event;
    let reaction = json!({"m.relates_to":
        {"rel_type": "m.annotation", "event_id": first, "key": "👍"}});
    scene.maria_sends("m.reaction", reaction).await;
    let thumb = |shown: &Shown| shown.text == "hoy 1" && !shown.reactions.is_empty();
    scene.ana_sees("a thumb", thumb).await;

    clock.jumps(-48);
    all_say(&scene, &mut said, "ayer", 15).await;
    assert_eq!(clock_is(&scene).await, ["warning"]);
    change_is_a_change(&scene).await;
    clock.jumps(23);
    all_say(&scene, &mut said, "otra vez hoy", 5).await;
    assert_eq!(clock_is(&scene).await, ["ok"]);
    scene.world.settled().await;

    let lines = scene.maria.lines().into_iter();
    let anas = lines.filter(|line| line.who == "Ana");
    let in_room: Vec<_> = anas.map(|line| line.text).collect();
    // The first line is from before.
    assert_eq!(in_room[1..], said);
    for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
        let chat = phone.chat(group).into_iter();
        let marias =
            chat.filter_map(|shown| Some(shown.text.strip_prefix("*María*: ")?.to_owned()));
        let marias = marias.filter(|text| !text.starts_with(PROPOSAL));
        assert_eq!(marias.collect::<Vec<_>>(), said);
    }
    let chat = scene.beto.chat(&scene.two).into_iter();
    let anas = chat.filter_map(|shown| shown.text.strip_prefix("*Ana*: ").map(str::to_owned));
    assert_eq!(anas.collect::<Vec<_>>()[1..], said);
    scene.ends().await;
}

/// Ana and María both say so many things, and everybody gets them.
async fn all_say(scene: &Scene, said: &mut Vec<String>, word: &str, count: usize) {
    for number in 1..=count {
        let text = format!("{word} {number}");
        scene.ana.send_text(&scene.one, &text).await.unwrap();
        scene.maria.say(&text).await;
        said.push(text);
    }
    let last = said.last().unwrap();
    let of_ana = |line: &Line| line.who == "Ana" && line.text == *last;
    let hers = |lines: &[Line]| lines.iter().any(of_ana);
    scene.maria.wait_for(last, hers).await;
    let (anas, marias) = (format!("*Ana*: {last}"), format!("*María*: {last}"));
    scene.ana.wait_for_text(&scene.one, &marias).await.unwrap();
    for shown in [&anas, &marias] {
        scene.beto.wait_for_text(&scene.two, shown).await.unwrap();
    }
}

/// What María has just said she can change: her words change where they stand.
async fn change_is_a_change(scene: &Scene) {
    let event = scene.maria.say(PROPOSAL).await.to_string();
    let shown = format!("*María*: {PROPOSAL}");
    let there = |message: &Shown| message.text == shown;
    scene.ana_sees("the proposal", there).await;
    let new = format!("{PROPOSAL} mejorada");
    let edit = json!({"msgtype": "m.text", "body": format!("* {new}"),
        "m.new_content": {"msgtype": "m.text", "body": new},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    scene.maria_sends("m.room.message", edit).await;
    let whole = scene
        .ana
        .wait_for(&scene.one, |chat| !chat.iter().any(there));
    let chat = whole.await.unwrap();
    let changed = chat.last().unwrap();
    assert_eq!(changed.text, format!("*María*: {new}"));
    assert!(changed.edited, "{changed:?}");
}

/// Rosa writes a lot while WhatsApp is away for a moment: each of her messages arrives.
async fn wait_for_a_connection(scene: &Scene, rosa: &Citizen) {
    let (whatsapp, device) = (&scene.world.whatsapp, scene.world.bridge_device());
    whatsapp.refuse_connections(true).await;
    whatsapp.drop_connection(&device).await.unwrap();
    let texts: Vec<_> = (1..=35).map(|number| format!("espero {number}")).collect();
    for text in &texts {
        rosa.say(text).await;
    }
    // Once it is answered, all before it stands in the lanes.
    rosa.say("!ayuda").await;
    let answered = |lines: &[Line]| lines.iter().any(|line| line.who == "Aty");
    rosa.wait_for("an answer", answered).await;
    whatsapp.refuse_connections(false).await;
    for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
        let last = format!("*Rosa*: {}", texts[texts.len() - 1]);
        phone.wait_for_text(group, &last).await.unwrap();
        let chat = phone.chat(group).into_iter();
        let rosas = chat.filter_map(|shown| Some(shown.text.strip_prefix("*Rosa*: ")?.to_owned()));
        assert_eq!(rosas.collect::<Vec<_>>(), texts);
    }
}

/// A group of Ana's that is adopted, and waits for its day to pass.
async fn adopted_group(scene: &Scene) -> String {
    let whatsapp = &scene.world.whatsapp;
    let number = &scene.ana.device().number;
    let group = whatsapp.add_group("Vecinas", number, &[]).await.unwrap();
    let link = whatsapp.invite_link(&group).await.unwrap();
    // Her phone looks up the group that is hers already.
    scene.ana.join(&link).await.unwrap();
    let adopt = ["group", "adopt", "agua", &link];
    scene.world.aty(&adopt).await.unwrap();
    let announced = |shown: &Shown| shown.text.contains("24 horas");
    sees(&scene.ana, &group, "the announcement", announced).await;
    group
}

/// What the doctor says of the clock.
async fn clock_is(scene: &Scene) -> Vec<String> {
    let (_, levels) = doctor(&scene.world, &mut String::new()).await;
    levels["clock"].clone()
}
