//! People write to the bridge alone, on both networks, and it answers there.

use matrix_sdk::Room;
use matrix_sdk::ruma::api::client::room::create_room::v3::{Request, RoomPreset};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OwnedUserId, UserId};
use sandbox::phones::{Kind, Phone, Shown, Thing, chat_with, person};
use serde_json::{Value, json};

use crate::moderation::asks as asks_server;
use crate::scene::{Scene, body, sees};
use crate::world::{AGUA, Citizen, QUICK, SALUD, SERVER, World};

/// The conversation with the bridge's account alone.
fn aty() -> String {
    chat_with(&person(0, "Aty"))
}

fn bot() -> OwnedUserId {
    UserId::parse(format!("@aty:{SERVER}")).unwrap()
}

/// Returns when phones can write to the bridge alone: it has left its keys with WhatsApp.
async fn can_be_written_to(world: &World) {
    let device = world.bridge_device();
    let keys = world
        .whatsapp
        .wait_until("the bridge's keys", |state| state.has_keys(&device));
    keys.await.unwrap();
}

async fn writes(phone: &Phone, text: &str) -> String {
    phone.send_text(&aty(), text).await.unwrap()
}

/// What the bridge has answered on a phone to this message, once it has.
async fn answer_to(phone: &Phone, message: &str) -> String {
    let answers = |shown: &&Shown| {
        shown
            .quote
            .as_ref()
            .is_some_and(|quote| quote.id == message)
    };
    let aty = aty();
    let chat = phone.wait_for(&aty, |chat| chat.iter().any(|shown| answers(&shown)));
    let chat = chat.await.unwrap();
    let answers: Vec<&Shown> = chat.iter().filter(answers).collect();
    assert_eq!(answers.len(), 1, "one answer: {answers:?}");
    answers[0].text.clone()
}

async fn asks(phone: &Phone, text: &str) -> String {
    answer_to(phone, &writes(phone, text).await).await
}

/// Somebody opens a room with the bridge, and maybe others.
pub async fn opens_room(citizen: &Citizen, others: &[OwnedUserId], encrypted: bool) -> Room {
    let mut request = Request::new();
    request.is_direct = true;
    request.preset = Some(RoomPreset::TrustedPrivateChat);
    request.invite = [&[bot()], others].concat();
    if encrypted {
        let encryption = json!({
            "type": "m.room.encryption",
            "state_key": "",
            "content": { "algorithm": "m.megolm.v1.aes-sha2" },
        });
        request.initial_state = vec![Raw::new(&encryption).unwrap().cast_unchecked()];
    }
    citizen.client.create_room(request).await.unwrap()
}

pub async fn says(room: &Room, text: &str) -> String {
    let content = json!({ "msgtype": "m.text", "body": text });
    let sent = room.send_raw("m.room.message", content).await.unwrap();
    sent.response.event_id.to_string()
}

fn is_of_bot(event: &Value) -> bool {
    event["sender"] == bot().as_str() && event["type"] == "m.room.message"
}

pub async fn answer_in(citizen: &Citizen, room: &Room, message: &str) -> String {
    let answers = |event: &Value| {
        is_of_bot(event) && event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == message
    };
    let answer = citizen
        .wait_for_event_in(room.room_id(), "an answer", answers)
        .await;
    body(&answer).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_on_whatsapp_alone_is_answered_there_and_nobody_else_hears_of_it() {
    let scene = Scene::new().await;
    let rules = asks(&scene.ana, "!reglas").await;
    assert!(rules.contains("«Ambiente y agua»"), "{rules}");
    let talk = asks(&scene.ana, "a mí nadie me lee").await;
    assert!(talk.contains("solo yo"), "{talk}");
    let proposal = asks(&scene.ana, "!propuesta Agua limpia").await;
    assert!(proposal.contains("solo yo"), "{proposal}");
    let help = asks(&scene.ana, "!help").await;
    assert!(help.contains("you write to me privately"), "{help}");
    let photo = Thing::new(Kind::Image, "!reglas");
    let photo = scene.ana.send(&aty(), photo).await.unwrap();
    let only_text = answer_to(&scene.ana, &photo).await;
    assert!(only_text.contains("solo texto"), "{only_text}");

    scene.maria.say("¿hay alguien?").await;
    scene
        .both_see("what was said in public", |shown| {
            shown.text.ends_with("¿hay alguien?")
        })
        .await;
    let room = scene.timeline().await;
    for said in ["a mí nadie me lee", "!reglas", "Agua limpia", "solo yo"] {
        assert!(
            !room.iter().any(|event| body(event).contains(said)),
            "{said}"
        );
        let group = scene.beto.chat(&scene.two);
        assert!(
            !group.iter().any(|shown| shown.text.contains(said)),
            "{said}"
        );
    }
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_says_which_theme_and_a_member_need_not() {
    let mut world = World::new(&[AGUA, SALUD]).await;
    let bridge = world.start_bridge().await;
    let (ana, _) = world.newcomer("Ana", "salud").await;
    let carla = world.phone("Carla").await;
    world.settled().await;

    let which = asks(&carla, "!reglas").await;
    assert!(which.contains("*!reglas AGUA*"), "{which}");
    assert!(which.contains("*SALUD* – Salud"), "{which}");
    for named in ["!reglas agua", "!reglas AGUA", "!reglas Ambiente y agua"] {
        let rules = asks(&carla, named).await;
        assert!(rules.contains("«Ambiente y agua»"), "{rules}");
    }
    let unknown = asks(&carla, "!reglas montes").await;
    assert!(unknown.contains("*SALUD* – Salud"), "{unknown}");
    let theirs = asks(&ana, "!reglas").await;
    assert!(theirs.contains("«Salud»"), "{theirs}");
    let other = asks(&ana, "!reglas agua").await;
    assert!(other.contains("«Ambiente y agua»"), "{other}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_message_and_answer_loses_nothing_and_repeats_nothing() {
    let mut world = World::new(&[AGUA]).await;
    let mut bridge = world.start_bridge().await;
    can_be_written_to(&world).await;
    let ana = world.phone("Ana").await;
    let maria = world.citizen("María", "agua").await;
    let room = opens_room(&maria, &[], false).await;
    let first = says(&room, "!reglas").await;
    answer_in(&maria, &room, &first).await;

    let mut asked = Vec::new();
    for round in 0..4 {
        let on_phone = writes(&ana, "!reglas").await;
        let in_room = says(&room, "!reglas").await;
        // Sometimes at once, sometimes when an answer may be under way.
        if round % 2 == 1 {
            world.settled().await;
        }
        bridge.kill().await;
        bridge = world.start_bridge().await;
        asked.push((on_phone, in_room));
    }
    for (on_phone, in_room) in &asked {
        answer_to(&ana, on_phone).await;
        answer_in(&maria, &room, in_room).await;
    }
    world.settled().await;
    let answers = ana.chat(&aty()).iter().filter(|shown| !shown.own).count();
    assert_eq!(answers, asked.len());
    let events = maria.timeline_of(room.room_id()).await;
    let answers = events.iter().filter(|event| is_of_bot(event)).count();
    assert_eq!(answers, 1 + asked.len());
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_room_is_heard_from_its_first_word_until_a_third_comes_in() {
    let scene = Scene::new().await;
    let (maria, world) = (&scene.maria, &scene.world);
    let room = opens_room(maria, &[], false).await;
    // Written before the bridge has come in, as clients do.
    let asked = says(&room, "!delegados").await;
    let answer = answer_in(maria, &room, &asked).await;
    assert!(answer.contains("Ambiente y agua"), "{answer}");
    let talk = says(&room, "¿y eso?").await;
    let answer = answer_in(maria, &room, &talk).await;
    assert!(answer.contains("solo yo"), "{answer}");

    let oscar = world.citizen("Oscar", "agua").await;
    let user = oscar.client.user_id().unwrap();
    room.invite_user_by_id(user).await.unwrap();
    let goodbye = |event: &Value| is_of_bot(event) && body(event).contains("me voy");
    maria
        .wait_for_event_in(room.room_id(), "a goodbye", goodbye)
        .await;
    let gone = |event: &Value| {
        event["type"] == "m.room.member"
            && event["state_key"] == bot().as_str()
            && event["content"]["membership"] == "leave"
    };
    maria
        .wait_for_event_in(room.room_id(), "the bridge's leave", gone)
        .await;
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_encrypted_room_the_bridge_points_elsewhere_once() {
    let scene = Scene::new().await;
    let maria = &scene.maria;
    let room = opens_room(maria, &[], true).await;
    let pointer = |event: &Value| is_of_bot(event) && body(event).contains("cifrada");
    maria
        .wait_for_event_in(room.room_id(), "a pointer", pointer)
        .await;
    // Another room shows that what came after it was passed over.
    let other = opens_room(maria, &[], false).await;
    let asked = says(&other, "!reglas").await;
    answer_in(maria, &other, &asked).await;
    let events = maria.timeline_of(room.room_id()).await;
    assert_eq!(events.iter().filter(|event| is_of_bot(event)).count(), 1);
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_facilitator_comes_by_a_code_and_goes_by_command() {
    let scene = Scene::new().await;
    let world = &scene.world;
    let code = world.aty(&["facilitator"]).await.unwrap();
    let code = code.lines().next().unwrap().to_owned();
    let wrong = asks(&scene.ana, "!facilitar AAAA-AAAA-AAAA").await;
    assert!(wrong.contains("no vale"), "{wrong}");
    let typed = code.to_lowercase().replace('-', " ");
    let right = asks(&scene.ana, &format!("!facilitar {typed}")).await;
    assert!(right.contains("facilitás"), "{right}");
    let again = asks(&scene.beto, &format!("!facilitate {code}")).await;
    assert!(again.contains("does not work"), "{again}");
    let status = world.aty(&["status"]).await.unwrap();
    assert!(status.contains("facilitators  Ana (by a code)"), "{status}");
    for _ in 0..4 {
        asks(&scene.beto, "!facilitar BBBB-BBBB-BBBB").await;
    }
    let code = world.aty(&["facilitator"]).await.unwrap();
    let code = code.lines().next().unwrap();
    let too_many = asks(&scene.beto, &format!("!facilitar {code}")).await;
    assert!(too_many.contains("En una hora"), "{too_many}");

    // In the group it is hidden, answered, and worth nothing any more.
    let shown = format!("!facilitar {code}");
    scene.ana.send_text(&scene.one, &shown).await.unwrap();
    scene
        .ana_sees("the answer", |shown| shown.text.contains("en privado"))
        .await;
    scene
        .ana_sees("that it is hidden", |shown| shown.own && shown.deleted)
        .await;
    let void = asks(&scene.ana, &shown).await;
    assert!(void.contains("no vale"), "{void}");

    world
        .aty(&["facilitator", "--remove", "ana"])
        .await
        .unwrap();
    let told = |chat: &[Shown]| {
        let says = |shown: &Shown| shown.text.contains("ya no facilitás");
        chat.iter().any(says)
    };
    scene.ana.wait_for(&aty(), told).await.unwrap();
    let status = world.aty(&["status"]).await.unwrap();
    assert!(status.contains("none by a code"), "{status}");
    assert!(
        world
            .aty(&["facilitator", "--remove", "Eva"])
            .await
            .is_err()
    );
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn help_in_public_says_how_to_write_alone() {
    let scene = Scene::new().await;
    scene.ana.send_text(&scene.one, "!ayuda").await.unwrap();
    scene
        .ana_sees("how to write alone", |shown| {
            shown.text.contains("tocá mi nombre")
        })
        .await;
    scene.maria.say("!ayuda").await;
    scene
        .room_has("how to write alone", |event| {
            body(event).contains("sin cifrado")
        })
        .await;
    scene.ends().await;
}

/// What somebody may do in the theme's room, once the bridge has nothing left to do.
async fn has_power(world: &World, citizen: &Citizen, level: i64) {
    world.settled().await;
    let path = format!("rooms/{}/state/m.room.power_levels", citizen.room.room_id());
    let levels = asks_server(citizen, "GET", &path, None).await;
    let user = citizen.client.user_id().unwrap().as_str();
    let has = levels["users"][user].as_i64();
    assert_eq!(has.unwrap_or_default(), level, "{levels:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_left_is_told_in_a_room_that_the_bridge_opens_and_facilitators_outlive_a_notebook()
 {
    let scene = Scene::new().await;
    let (maria, world) = (&scene.maria, &scene.world);
    let code = world.aty(&["facilitator"]).await.unwrap();
    let code = code.lines().next().unwrap().to_owned();
    let room = opens_room(maria, &[], false).await;
    let asked = says(&room, &format!("!facilitar {code}")).await;
    let answer = answer_in(maria, &room, &asked).await;
    assert!(answer.contains("facilitás"), "{answer}");
    has_power(world, maria, 50).await;
    room.leave().await.unwrap();
    world.settled().await;

    scene.bridge.stop().await;
    std::fs::remove_dir_all(world.folder.path().join("data/notebook")).unwrap();
    let bridge = world.start_bridge().await;
    maria.say("acá sigo").await;
    let hers = |shown: &Shown| shown.text.ends_with("acá sigo");
    sees(&scene.ana, &scene.one, "her words", hers).await;
    let status = world.aty(&["status"]).await.unwrap();
    assert!(status.contains("facilitators  María"), "{status}");
    has_power(world, maria, 50).await;

    let remove = ["facilitator", "--remove", "María"];
    world.aty(&remove).await.unwrap();
    let invited = || maria.client.invited_rooms().into_iter().next();
    let opened = maria.wait_until("an invitation", invited).await;
    assert!(opened.is_direct().await.unwrap());
    opened.join().await.unwrap();
    let told = |event: &Value| is_of_bot(event) && body(event).contains("ya no facilitás");
    maria
        .wait_for_event_in(opened.room_id(), "that she is told", told)
        .await;
    has_power(world, maria, 0).await;
    // It is one like any other: she can ask there.
    let asked = says(&opened, "!reglas").await;
    answer_in(maria, &opened, &asked).await;
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_can_be_reported_alone_by_answering_it_or_by_its_link() {
    let mut scene = Scene::new().await;
    let carla = scene.world.phone("Carla").await;
    carla.join(&scene.link).await.unwrap();
    let offer = carla.send_text(&scene.one, "¡Oferta!").await.unwrap();
    scene.ana_sees("the offer", |shown| shown.id == offer).await;
    let in_room = scene
        .room_has("the offer", |event| body(event) == "¡Oferta!")
        .await;

    let command = "!reportar spam: vende en cada mensaje";
    let from = (scene.one.as_str(), offer.as_str());
    let asked = scene.ana.reply_alone(&aty(), from, command).await.unwrap();
    let answer = answer_to(&scene.ana, &asked).await;
    assert!(answer.contains("Gracias por avisar"), "{answer}");

    let room = opens_room(&scene.maria, &[], false).await;
    let event = in_room["event_id"].as_str().unwrap();
    let link = format!("https://matrix.to/#/{}/{event}", scene.maria.room.room_id());
    let asked = says(&room, &format!("{command} {link}")).await;
    let answer = answer_in(&scene.maria, &room, &asked).await;
    assert!(answer.contains("Eso ya está avisado"), "{answer}");
    // Nobody learns who it was.
    let log = std::fs::read_to_string(scene.world.folder.path().join("bridge.log")).unwrap();
    for secret in scene.world.secrets() {
        assert!(!log.contains(&secret));
    }
    scene.ends().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_facilitators_code_is_good_for_a_day() {
    let (mut world, mut clock) = World::with_clock(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let ana = world.phone("Ana").await;
    let code = world.aty(&["facilitator"]).await.unwrap();
    let code = code.lines().next().unwrap().to_owned();
    can_be_written_to(&world).await;
    clock.jumps(25);
    let late = asks(&ana, &format!("!facilitar {code}")).await;
    assert!(late.contains("no vale"), "{late}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_write_alone_is_offered_in_groups_only() {
    let link = "https://wa.me/12025550100";
    let settings = format!("{QUICK}  contact_link: {link}\n");
    let scene = Scene::within(World::with_settings(&[AGUA], &settings).await).await;
    scene.ana.send_text(&scene.one, "!ayuda").await.unwrap();
    scene
        .ana_sees("the link", |shown| shown.text.ends_with(link))
        .await;
    scene.maria.say("!ayuda").await;
    let help = |event: &Value| body(event).contains("sin cifrado");
    let help = scene.room_has("how to write alone", help).await;
    assert!(!body(&help).contains("wa.me"), "{help}");
    scene.ends().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_in_several_themes_appeals_alone_by_the_number_that_they_were_told() {
    use crate::moderation::Bench;

    let bench = Bench::beside(&[SALUD]).await;
    let (scene, carla) = (&bench.scene, &bench.carla);
    let salud = scene.world.open_group("salud").await;
    let there = carla.join(&salud).await.unwrap();
    carla.send_text(&there, "Hola").await.unwrap();
    scene.world.settled().await;
    can_be_written_to(&scene.world).await;
    // Nothing tells yet which theme she means.
    let asked = asks(carla, "!apelar 1 no fue así").await;
    assert!(asked.contains("¿De qué tema?"), "{asked}");
    let wish = "!silenciar @Carla 2h spam";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Carla", "!apelar 1"]).await;
    let answer = asks(carla, "!apelar 1 no fue así").await;
    assert!(answer.contains("apela"), "{answer}");
    assert!(!answer.contains("¿De qué tema?"), "{answer}");
    let entry =
        |event: &Value| body(event).contains("Carla apela") && body(event).contains("no fue así");
    bench
        .log
        .wait_for_event("her appeal in the log", entry)
        .await;
    bench.scene.ends().await;
}
