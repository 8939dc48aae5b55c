//! What the powers of a room come to for people whose Matrix client is not ours: the homeserver refuses what the community has
//! given to nobody.

use matrix_sdk::ruma::OwnedEventId;
use matrix_sdk::ruma::api::client::room::create_room::v3::{Request, RoomPreset};
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::ruma::push::Action;
use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::moderation::{Bench, asks, bot, has, says};
use crate::scene::body;
use crate::world::{Citizen, SERVER, Writer, localpart};

/// What the homeserver answers to an order about the room: whether it is done.
async fn may(citizen: &Citizen, method: reqwest::Method, order: &str, content: Value) -> bool {
    let (server, room) = (citizen.client.homeserver(), citizen.room.room_id());
    let url = format!("{server}_matrix/client/v3/rooms/{room}/{order}");
    let token = citizen.client.access_token().unwrap();
    let request = reqwest::Client::new().request(method, url);
    let answer = request.bearer_auth(token).json(&content).send().await;
    let answer = answer.unwrap();
    let status = answer.status();
    let why: Value = answer.json().await.unwrap();
    if !status.is_success() {
        assert_eq!(why["errcode"], "M_FORBIDDEN", "{order}: {why}");
    }
    status.is_success()
}

async fn posts(citizen: &Citizen, order: &str, content: Value) -> bool {
    may(citizen, reqwest::Method::POST, order, content).await
}

async fn puts(citizen: &Citizen, order: &str, content: Value) -> bool {
    may(citizen, reqwest::Method::PUT, order, content).await
}

fn user(citizen: &Citizen) -> String {
    citizen.client.user_id().unwrap().to_string()
}

/// What no person does by themselves, whatever they are.
async fn is_refused(citizen: &Citizen, oscar: &Citizen, words: &OwnedEventId) {
    let whom = json!({ "user_id": user(oscar), "reason": "porque sí" });
    for order in ["kick", "ban"] {
        assert!(!posts(citizen, order, whom.clone()).await, "{order}");
    }
    let redact = format!("redact/{words}/by-{}", user(citizen));
    assert!(!puts(citizen, &redact, json!({})).await, "redact");
    let room = citizen.room.room_id();
    let path = format!("rooms/{room}/state/m.room.power_levels");
    let levels = asks(citizen, "GET", &path, None).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut levels = levels.clone();
        change(&mut levels);
        levels
    };
    let raised = with(&|levels| levels["users"][user(citizen)] = 60.into());
    let lowered = with(&|levels| levels["users"][user(oscar)] = (-1).into());
    let closed = with(&|levels| levels["events_default"] = 40.into());
    for state in [
        ("m.room.power_levels/", raised),
        ("m.room.power_levels/", lowered),
        ("m.room.power_levels/", closed),
        ("m.room.name/", json!({ "name": "Otra cosa" })),
        ("m.room.join_rules/", json!({ "join_rule": "invite" })),
        (
            "m.room.history_visibility/",
            json!({ "history_visibility": "joined" }),
        ),
        (
            "m.room.tombstone/",
            json!({ "body": "vamos", "replacement_room": "!otra:aty.test" }),
        ),
        (
            "m.room.encryption/",
            json!({ "algorithm": "m.megolm.v1.aes-sha2" }),
        ),
        (
            "org.aty.roster/",
            json!({ "v": 1, "delegates": [], "entries": 0, "hash": "0" }),
        ),
        ("org.aty.sanction/1", json!({ "v": 1, "measure": "mute" })),
        ("org.aty.charter/", json!({ "v": 1, "rules": {} })),
        ("org.aty.proposal/agua-1", json!({ "v": 1 })),
    ] {
        let (order, content) = state;
        assert!(
            !puts(citizen, &format!("state/{order}"), content).await,
            "{order}"
        );
    }
}

/// Mentions everybody, and says whether a member's client calls them by it.
async fn rings_everybody(citizen: &Citizen, oscar: &Citizen) -> bool {
    let content = json!({
        "msgtype": "m.text",
        "body": "@room mañana hay reunión",
        "m.mentions": { "room": true },
    });
    let sent = citizen.room.send_raw("m.room.message", content).await;
    let sent = sent.unwrap().response.event_id;
    let is_it = |event: &Value| event["event_id"] == sent.as_str();
    oscar.wait_for_event("it", is_it).await;
    // By the rules that every client has, and the room's powers.
    let seen = oscar.room.event(&sent, None).await.unwrap();
    let actions = seen.push_actions().expect("the client knows the powers");
    assert!(
        actions.iter().any(Action::should_notify),
        "it is a message in any case"
    );
    actions.iter().any(Action::is_highlight)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_and_a_facilitator_do_by_their_client_what_is_theirs_and_no_more() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let nora = scene.world.citizen("Nora", "agua").await;
    let words = bench.oscar.say("La plaza es nuestra").await;
    scene
        .beto_sees("his words", says("La plaza es nuestra"))
        .await;
    scene.world.settled().await;
    is_refused(&scene.maria, &bench.oscar, &words).await;
    is_refused(&nora, &bench.oscar, &words).await;
    let hers = scene.maria.say("Y es hermosa").await;
    is_refused(&bench.oscar, &scene.maria, &hers).await;
    for (topic, by, granted) in [
        ("De la delegada", &scene.maria, false),
        ("De cualquiera", &bench.oscar, false),
        ("Reunión el jueves", &nora, true),
    ] {
        let topic = json!({ "topic": topic });
        assert_eq!(puts(by, "state/m.room.topic/", topic).await, granted);
        let pins = json!({ "pinned": [words] });
        assert_eq!(puts(by, "state/m.room.pinned_events/", pins).await, granted);
    }
    assert!(!rings_everybody(&scene.maria, &bench.oscar).await);
    assert!(rings_everybody(&nora, &bench.oscar).await);
    // What is theirs stays as they set it.
    scene.world.settled().await;
    let room = scene.maria.room.room_id();
    for (state, field, wanted) in [
        ("m.room.topic", "topic", json!("Reunión el jueves")),
        ("m.room.pinned_events", "pinned", json!([words])),
    ] {
        let path = format!("rooms/{room}/state/{state}");
        let found = asks(&bench.oscar, "GET", &path, None).await;
        assert_eq!(found[field], wanted);
    }
    let stands = |shown: &Shown| says("La plaza es nuestra")(shown) && !shown.deleted;
    scene.beto_sees("his words", stands).await;
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_muted_in_the_room_keeps_all_that_is_no_writing() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let words = bench.oscar.say("La plaza es nuestra").await;
    let at_beto = scene
        .beto_sees("his words", says("La plaza es nuestra"))
        .await;
    let poll = json!({
        "org.matrix.msc3381.poll.start": {
            "kind": "org.matrix.msc3381.poll.disclosed",
            "max_selections": 1,
            "question": { "body": "¿Cuándo?", "org.matrix.msc1767.text": "¿Cuándo?" },
            "answers": [
                { "id": "1", "org.matrix.msc1767.text": "jueves" },
                { "id": "2", "org.matrix.msc1767.text": "viernes" },
            ],
        },
        "org.matrix.msc1767.text": "¿Cuándo?",
    });
    let poll = scene
        .maria_sends("org.matrix.msc3381.poll.start", poll)
        .await;
    let wish = "!silenciar @Oscar 2h flood: cien mensajes";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Oscar", "2 horas"]).await;
    scene.world.settled().await;

    let refused = RoomMessageEventContent::text_plain("¡Eh!");
    let refused = bench.oscar.room.send(refused).await.unwrap_err();
    assert!(refused.to_string().contains("FORBIDDEN"), "{refused}");
    let relation = json!({ "rel_type": "m.annotation", "event_id": poll, "key": "👍" });
    let reference = json!({ "rel_type": "m.reference", "event_id": poll });
    for (event_type, content) in [
        ("m.reaction", json!({ "m.relates_to": relation })),
        (
            "org.matrix.msc3381.poll.response",
            json!({
                "m.relates_to": reference,
                "org.matrix.msc3381.poll.response": { "answers": ["1"] },
            }),
        ),
        (
            "m.poll.response",
            json!({ "m.relates_to": reference, "m.selections": ["1"] }),
        ),
    ] {
        let sent = bench.oscar.room.send_raw(event_type, content).await;
        sent.unwrap_or_else(|error| panic!("{event_type}: {error}"));
    }
    bench.oscar.room.redact(&words, None, None).await.unwrap();
    let gone = |shown: &Shown| shown.deleted;
    let gone = scene.beto.wait_for_message(&scene.two, &at_beto.id, gone);
    gone.await.unwrap();

    // He appeals alone, where his power in the room does not matter.
    let mut request = Request::new();
    request.is_direct = true;
    request.preset = Some(RoomPreset::TrustedPrivateChat);
    request.invite = vec![bot().try_into().unwrap()];
    let alone = bench.oscar.client.create_room(request).await.unwrap();
    let appeal = RoomMessageEventContent::text_plain("!apelar 1 no fue así");
    alone.send(appeal).await.unwrap();
    let logged = |event: &Value| has(body(event), &["Oscar apela", "no fue así"]);
    bench.log.wait_for_event("his appeal", logged).await;
    let answered = |event: &Value| event["sender"] == bot() && body(event).contains("apela");
    bench
        .oscar
        .wait_for_event_in(alone.room_id(), "an answer", answered)
        .await;
    scene.world.settled().await;
    let muted = format!("@oscar:{SERVER}");
    let path = format!(
        "rooms/{}/state/m.room.power_levels",
        scene.maria.room.room_id()
    );
    let levels = asks(&bench.oscar, "GET", &path, None).await;
    assert_eq!(levels["users"][muted], -1);
    bench.scene.ends().await;
}

/// While people are let in one by one, nobody lets others in past those who decide about it.
#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_moderate_invite_while_joining_goes_by_approval() {
    let mut bench = Bench::new().await;
    let room = bench.oscar.room.room_id().to_owned();
    let mut strangers = Vec::new();
    for name in ["Petra", "Quique", "Rita", "Sara"] {
        let stranger = Writer::outside(&bench.scene.world.synapse, name, &room).await;
        let user = format!("@{}:{SERVER}", localpart(name));
        strangers.push((stranger, json!({ "user_id": user })));
    }
    let whom = |place: usize| strangers[place].1.clone();
    assert!(posts(&bench.oscar, "invite", whom(0)).await);
    bench
        .scene
        .maria
        .say("!aprobacion 2h cuentas que nadie conoce")
        .await;
    let rule = |wanted: &'static str| {
        move |event: &Value| {
            event["type"] == "m.room.join_rules" && event["content"]["join_rule"] == wanted
        }
    };
    let scene = &mut bench.scene;
    scene.room_has("that one knocks", rule("knock")).await;
    assert!(!posts(&bench.oscar, "invite", whom(1)).await);
    bench.scene.bridge.stop().await;
    bench.scene.bridge = bench.scene.world.start_bridge().await;
    let scene = &bench.scene;
    assert!(!posts(&bench.oscar, "invite", whom(1)).await);
    assert!(posts(&scene.maria, "invite", whom(2)).await);
    bench.passes(3).await;
    let invites =
        |event: &Value| event["type"] == "m.room.power_levels" && event["content"]["invite"] == 0;
    let scene = &bench.scene;
    scene.room_has("that it is over", rule("public")).await;
    scene.room_has("that everybody invites", invites).await;
    scene.world.settled().await;
    assert!(posts(&bench.oscar, "invite", whom(3)).await);
    bench.scene.ends().await;
}
