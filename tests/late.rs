//! What comes late, or hangs on something that was never carried.

use std::time::Duration;

use matrix_sdk::ruma::EventId;
use sandbox::phones::Shown;
use serde_json::json;

use crate::scene::{Scene, body, sees};
use crate::shows::Seen::{First, Group, Room, Second};
use crate::shows::{NOTHING, Row, Showing};
use crate::world::{AGUA, QUICK, World};

const MINUTE: Duration = Duration::from_secs(60);

pub const LATE_CHANGE: Row = Row {
    what: "A change, when 15 minutes have passed",
    arrives: &[
        "a change (`m.replace`)",
        "a correction that answers the message",
        "a correction that answers the message",
    ],
    test: "a_late_change_arrives_as_a_correction",
};

/// What was changed in time, but reaches a group when phones take no change any more, is said there as a correction. Whoever takes
/// their words back takes the correction back, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_change_arrives_as_a_correction() {
    let shows = Showing::of(&[&LATE_CHANGE]);
    let scene = Scene::new().await;
    let gone = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 2;
    let whatsapp = &scene.world.whatsapp;
    whatsapp.set_back(16 * MINUTE);
    let early = scene.ana.send_text(&scene.one, "a las 8").await.unwrap();
    let first = scene
        .beto_sees("it", |shown| shown.text == "*Ana*: a las 8")
        .await;
    whatsapp.advance(14 * MINUTE);
    scene
        .ana
        .edit(&scene.one, &early, "a las *9*")
        .await
        .unwrap();
    let correction = scene
        .beto_sees("a correction", |shown| {
            shown.text == "*Ana*: ✏️ Corrección:\na las *9*"
        })
        .await;
    let quote = correction.quote.expect("it says of what");
    assert_eq!(
        (quote.id, quote.text.as_str()),
        (first.id.clone(), "*Ana*: a las 8")
    );
    let chat = scene.beto.chat(&scene.two);
    assert!(chat.iter().all(|shown| !shown.edited), "{chat:#?}");
    let changed = scene
        .room_has("a change", |event| {
            event["content"]["m.new_content"]["body"] == "a las 9"
        })
        .await;
    assert_eq!(changed["content"]["m.relates_to"]["rel_type"], "m.replace");
    shows.saw(&LATE_CHANGE, &[Room, Group]);
    whatsapp.advance(2 * MINUTE);
    scene.ana.delete(&scene.one, &early).await.unwrap();
    scene.beto.wait_for(&scene.two, gone).await.unwrap();

    let event = scene
        .world
        .said_ago(&scene.maria, 16 * MINUTE, "en la plaza")
        .await;
    let first = scene
        .ana_sees("it", |shown| shown.text == "*María*: en la plaza")
        .await;
    let edit = json!({"msgtype": "m.text", "body": "* en la escuela",
        "m.new_content": {"msgtype": "m.text", "body": "en la escuela"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    scene.maria_sends("m.room.message", edit).await;
    let corrected = "*María*: ✏️ Corrección:\nen la escuela";
    let correction = scene
        .ana_sees("a correction", |shown| shown.text == corrected)
        .await;
    assert_eq!(correction.quote.expect("it says of what").id, first.id);
    scene
        .beto_sees("it, too", |shown| {
            shown.text == corrected && shown.quote.is_some()
        })
        .await;
    shows.saw(&LATE_CHANGE, &[First, Second]);
    let event = EventId::parse(&event).unwrap();
    scene.maria.room.redact(&event, None, None).await.unwrap();
    let gone = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() >= 2;
    scene.ana.wait_for(&scene.one, gone).await.unwrap();
    scene.ends().await;
}

pub const UNKNOWN_IN_GROUP: Row = Row {
    what: "An answer in a group to what was never carried",
    arrives: &[
        "quotes its words as whoever answers has them, if their author is heard in public",
        "quotes its words as whoever answers has them, if their author is heard in public",
        NOTHING,
    ],
    test: "an_answer_in_a_group_quotes_what_was_never_carried",
};
pub const UNKNOWN_IN_ROOM: Row = Row {
    what: "An answer in the room to what was never carried",
    arrives: &[
        NOTHING,
        NOTHING,
        "quotes its words, unless their author stays out, or did",
    ],
    test: "an_answer_in_the_room_quotes_what_was_never_carried",
};

/// An answer in a group to what was said before the bridge came quotes it, if its author is heard in public by now; not what
/// others said, nor whoever stays out, nor what they said while they did.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_a_group_quotes_what_was_never_carried() {
    let shows = Showing::of(&[&UNKNOWN_IN_GROUP]);
    let settings = format!("{QUICK}  adoption_wait_hours: 0\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    let (ana, beto, diego) = (
        world.phone("Ana").await,
        world.phone("Beto").await,
        world.phone("Diego").await,
    );
    let whatsapp = &world.whatsapp;
    let group = whatsapp
        .add_group("Vecinas", &ana.device().number, &[])
        .await
        .unwrap();
    let link = whatsapp.invite_link(&group).await.unwrap();
    for phone in [&ana, &beto, &diego] {
        phone.join(&link).await.unwrap();
    }
    let pozo = ana.send_text(&group, "el pozo se secó").await.unwrap();
    let secret = diego
        .send_text(&group, "no se lo digan a nadie")
        .await
        .unwrap();
    for text in ["el pozo se secó", "no se lo digan a nadie"] {
        beto.wait_for_text(&group, text).await.unwrap();
    }
    let bridge = world.start_bridge().await;
    let (carla, other) = world.newcomer("Carla", "agua").await;
    let maria = world.citizen("María", "agua").await;
    world.aty(&["group", "adopt", "agua", &link]).await.unwrap();
    let open = |chat: &[Shown]| {
        chat.iter()
            .any(|shown| shown.text.contains("una sola conversación"))
    };
    ana.wait_for(&group, open).await.unwrap();
    ana.send_text(&group, "ahora sí").await.unwrap();
    maria.wait_for_text("ahora sí").await;

    beto.reply(&group, &pozo, "¿desde cuándo?").await.unwrap();
    let answer = maria
        .wait_for_event("an answer", |event| body(event).contains("¿desde cuándo?"))
        .await;
    assert_eq!(
        body(&answer),
        "> (según quien responde) Ana: el pozo se secó\n¿desde cuándo?"
    );
    let html = answer["content"]["formatted_body"].as_str().unwrap();
    assert!(html.contains("<blockquote>"), "{html}");
    sees(&carla, &other, "a quote", |shown| {
        shown.text == "*Beto*:\n> (según quien responde) Ana: el pozo se secó\n¿desde cuándo?"
    })
    .await;
    beto.reply(&group, &secret, "¿por qué?").await.unwrap();
    maria.wait_for_text("¿por qué?").await;

    ana.send_text(&group, "!no").await.unwrap();
    let answered = |chat: &[Shown]| chat.iter().any(|shown| shown.text.contains("!si"));
    ana.wait_for(&group, answered).await.unwrap();
    let meanwhile = ana.send_text(&group, "entre nosotras").await.unwrap();
    beto.wait_for_text(&group, "entre nosotras").await.unwrap();
    beto.reply(&group, &pozo, "¿y ahora?").await.unwrap();
    maria.wait_for_text("¿y ahora?").await;
    ana.send_text(&group, "!si").await.unwrap();
    ana.send_text(&group, "volví").await.unwrap();
    maria.wait_for_text("volví").await;
    beto.reply(&group, &meanwhile, "¿cómo?").await.unwrap();
    maria.wait_for_text("¿cómo?").await;
    for text in ["¿por qué?", "¿y ahora?", "¿cómo?"] {
        carla
            .wait_for_text(&other, &format!("*Beto*: {text}"))
            .await
            .unwrap();
    }
    shows.saw(&UNKNOWN_IN_GROUP, &[Room, Group]);
    world.settled().await;
    bridge.stop().await;
}

/// The same for what stands in the room from before the theme had a group.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_room_quotes_what_was_never_carried() {
    let shows = Showing::of(&[&UNKNOWN_IN_ROOM]);
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let (maria, luis) = (
        world.citizen("María", "agua").await,
        world.citizen("Luis", "agua").await,
    );
    let early = maria.say("¿hay alguien?").await;
    luis.say("!no").await;
    let told = |lines: &[crate::world::Line]| lines.iter().any(|line| line.who == "Aty");
    luis.wait_for("an answer", told).await;
    let withheld = luis.say("yo prefiero que no").await;
    world.settled().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let (beto, second) = world.newcomer("Beto", "agua").await;
    let answer = |to: &EventId, text: &str| {
        json!({"msgtype": "m.text", "body": text,
        "m.relates_to": {"m.in_reply_to": {"event_id": to}}})
    };
    let content = answer(&early, "acá estoy");
    maria
        .room
        .send_raw("m.room.message", content)
        .await
        .unwrap();
    ana.wait_for_text(&group, "*María*:\n> María: ¿hay alguien?\nacá estoy")
        .await
        .unwrap();
    let content = answer(&withheld, "bueno");
    maria
        .room
        .send_raw("m.room.message", content)
        .await
        .unwrap();
    ana.wait_for_text(&group, "*María*: bueno").await.unwrap();
    luis.say("!si").await;
    luis.say("hola").await;
    ana.wait_for_text(&group, "*Luis*: hola").await.unwrap();
    let content = answer(&withheld, "ya veo");
    maria
        .room
        .send_raw("m.room.message", content)
        .await
        .unwrap();
    ana.wait_for_text(&group, "*María*: ya veo").await.unwrap();
    let quoted = "*María*:\n> María: ¿hay alguien?\nacá estoy";
    for text in [quoted, "*María*: bueno", "*María*: ya veo"] {
        beto.wait_for_text(&second, text).await.unwrap();
    }
    shows.saw(&UNKNOWN_IN_ROOM, &[First, Second]);
    world.settled().await;
    bridge.stop().await;
}

/// The homeserver tells that something was taken back, and only later what it was: that is not carried any more.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_before_it_was_told_is_not_carried() {
    let scene = Scene::new().await;
    let event = |id: &str, event_type: &str, content: serde_json::Value| {
        json!({"type": event_type, "event_id": id, "room_id": scene.maria.room.room_id(),
            "sender": "@rosa:aty.test", "origin_server_ts": 1_800_000_000_000_u64, "content": content})
    };
    let said = |text: &str| json!({"msgtype": "m.text", "body": text});
    let told = [
        event("$gone", "m.room.redaction", json!({"redacts": "$late"})),
        event("$late", "m.room.message", said("me arrepentí")),
        event("$next", "m.room.message", said("esto sí")),
    ];
    for (transaction, event) in told.iter().enumerate() {
        let path = format!("_matrix/app/v1/transactions/late{transaction}");
        let put = reqwest::Client::new()
            .put(format!("http://{}/{path}", scene.world.listen))
            .bearer_auth(scene.world.hs_token())
            .json(&json!({ "events": [event] }));
        assert!(put.send().await.unwrap().status().is_success());
    }
    scene
        .ana_sees("what came next", |shown| shown.text == "*rosa*: esto sí")
        .await;
    let chat = scene.ana.chat(&scene.one);
    assert!(chat.iter().all(|shown| !shown.text.contains("arrepentí")));
    scene.ends().await;
}
