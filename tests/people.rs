//! People come, go, are sent away, and change their names.

use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::api::client::room::create_room::v3::Request as CreateRoom;
use sandbox::phones::Shown;
use serde_json::Value;

use crate::scene::{Scene, sees};
use crate::shows::Seen::{Group, Room};
use crate::shows::{Row, Showing};
use crate::world::{AGUA, QUICK, SERVER, World};

pub const LEAVES: Row = Row {
    what: "Somebody leaves their last group, or is removed",
    arrives: &[
        "their ghost leaves; it comes back with their next words",
        "nothing, but that a removal by hand is to be explained",
    ],
    test: "people_come_and_go",
};
pub const IN_THE_ROOM: Row = Row {
    what: "Somebody joins or leaves the room",
    arrives: &["as Matrix shows it", "nothing"],
    test: "people_come_and_go",
};

/// Whoever is in no group of the theme any more, because they left or were removed, is not in the room either; whoever comes back
/// and speaks is. In the groups nobody is told who comes and goes elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn people_come_and_go() {
    let shows = Showing::of(&[&LEAVES, &IN_THE_ROOM]);
    let mut scene = Scene::new().await;
    let carla = scene.world.phone("Carla").await;
    carla.join(&scene.link).await.unwrap();
    let links = scene.world.aty(&["group", "link", "agua"]).await.unwrap();
    for link in links.split_whitespace() {
        carla.join(link).await.unwrap();
    }
    carla.send_text(&scene.one, "llegué").await.unwrap();
    scene.maria.wait_for_text("llegué").await;
    scene
        .beto_sees("it", |shown| shown.text == "*Carla*: llegué")
        .await;
    let (chat_one, chat_two) = (scene.ana.chat(&scene.one), scene.beto.chat(&scene.two));
    carla.leave(&scene.one).await.unwrap();
    scene.world.settled().await;
    // She is in the other group still.
    let all = ["Ana", "Aty", "Beto", "Carla", "María"];
    assert_eq!(scene.world.names_in_room("agua").await, all);
    let beto = &scene.beto.device().number;
    let admins = &scene.world.whatsapp;
    admins.make_admin(&scene.two, beto).await.unwrap();
    scene.beto.remove(&scene.two, "Carla").await.unwrap();
    let others = ["Ana", "Aty", "Beto", "María"];
    scene.world.wait_for_names_in_room("agua", &others).await;

    let luis = scene.world.citizen("Luis", "agua").await;
    let with_luis = ["Ana", "Aty", "Beto", "Luis", "María"];
    assert_eq!(scene.world.names_in_room("agua").await, with_luis);
    luis.room.leave().await.unwrap();
    scene.world.wait_for_names_in_room("agua", &others).await;
    scene.world.settled().await;
    // Of all that only what an admin did by hand is said, which is to be explained.
    let to_explain = |shown: &Shown| shown.text.contains("!motivo 1");
    scene.both_see("what was done by hand", to_explain).await;
    let rest = |chat: Vec<Shown>| -> Vec<Shown> {
        chat.into_iter()
            .filter(|shown| !to_explain(shown))
            .collect()
    };
    assert_eq!(rest(scene.ana.chat(&scene.one)), chat_one);
    assert_eq!(rest(scene.beto.chat(&scene.two)), chat_two);
    shows.saw(&LEAVES, &[Group]);
    shows.saw(&IN_THE_ROOM, &[Room, Group]);

    carla.join(&scene.link).await.unwrap();
    scene.world.settled().await;
    assert_eq!(scene.world.names_in_room("agua").await, others);
    carla.send_text(&scene.one, "volví").await.unwrap();
    scene.maria.wait_for_text("volví").await;
    assert_eq!(scene.world.names_in_room("agua").await, all);
    shows.saw(&LEAVES, &[Room]);
    scene.ends().await;
}

pub const NEW_NAME: Row = Row {
    what: "A new name",
    arrives: &[
        "their ghost is called so; who took a name keeps it",
        "their next words have it, told apart where it is somebody's already",
    ],
    test: "names_change_on_both_networks",
};

/// A new name is shown from the next words on, on both networks: unless its bearer took a name, and told apart where it is
/// somebody's already.
#[tokio::test(flavor = "multi_thread")]
async fn names_change_on_both_networks() {
    let shows = Showing::of(&[&NEW_NAME]);
    let scene = Scene::new().await;
    let ghost = scene.maria.wait_for_text("hola").await.sender;
    scene.world.rename(&scene.ana, "Anita").await;
    scene.ana.send_text(&scene.one, "¡bien!").await.unwrap();
    assert_eq!(scene.maria.wait_for_text("¡bien!").await.sender, ghost);
    // Synapse tells the room of a new name when it comes to it.
    let called = ["Anita", "Aty", "Beto", "María"];
    scene.world.wait_for_names_in_room("agua", &called).await;
    scene
        .beto_sees("her name", |shown| shown.text == "*Anita*: ¡bien!")
        .await;
    scene
        .ana
        .send_text(&scene.one, "!nombre Sol")
        .await
        .unwrap();
    scene
        .ana_sees("an answer", |shown| shown.text.contains("*Sol*"))
        .await;
    scene.world.rename(&scene.ana, "Ana María").await;
    scene.ana.send_text(&scene.one, "sigo acá").await.unwrap();
    assert_eq!(scene.maria.wait_for_text("sigo acá").await.sender, ghost);
    let called = ["Aty", "Beto", "María", "Sol"];
    scene.world.wait_for_names_in_room("agua", &called).await;
    scene
        .beto_sees("her name", |shown| shown.text == "*Sol*: sigo acá")
        .await;
    shows.saw(&NEW_NAME, &[Room]);

    takes_name(&scene, "Mariana").await;
    scene.maria.say("¿me ven?").await;
    scene
        .ana_sees("her name", |shown| shown.text == "*Mariana*: ¿me ven?")
        .await;
    takes_name(&scene, "Beto").await;
    scene.maria.say("soy otra").await;
    let apart = scene
        .ana_sees("her name", |shown| shown.text.ends_with(": soy otra"))
        .await;
    assert!(apart.text.starts_with("*Beto ("), "{}", apart.text);
    shows.saw(&NEW_NAME, &[Group]);
    scene.ends().await;
}

async fn takes_name(scene: &Scene, name: &str) {
    let account = scene.maria.client.account();
    account.set_display_name(Some(name)).await.unwrap();
    scene
        .room_has(name, |event| event["content"]["displayname"] == name)
        .await;
}

pub const KICKED: Row = Row {
    what: "A ghost is sent away (kick)",
    arrives: &["it comes back with its person's next words", "nothing"],
    test: "a_kick_ends_with_the_next_words_and_a_ban_stands",
};
pub const BANNED: Row = Row {
    what: "A ghost is banned",
    arrives: &[
        "nothing of its person arrives until the ban is lifted",
        "its person is out of the theme's groups until then",
    ],
    test: "a_kick_ends_with_the_next_words_and_a_ban_stands",
};

/// A ghost that was sent away comes back with its person's next words; one that is banned does not, and nothing goes wrong about
/// it, until the ban is lifted. Banned from the room, a person on Matrix is heard nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_kick_ends_with_the_next_words_and_a_ban_stands() {
    let shows = Showing::of(&[&KICKED, &BANNED]);
    let mut world = World::unprovisioned(&[AGUA], QUICK).await;
    world.name_a_keeper().await;
    let bridge = world.start_bridge().await;
    let (ana, one) = world.newcomer("Ana", "agua").await;
    let (beto, two) = world.newcomer("Beto", "agua").await;
    let (maria, keeper) = (
        world.citizen("María", "agua").await,
        world.citizen("keeper", "agua").await,
    );
    ana.send_text(&one, "hola").await.unwrap();
    let ghost = maria.wait_for_text("hola").await.sender;
    let without = ["Aty", "María", "keeper"];
    let with = ["Ana", "Aty", "María", "keeper"];
    keeper.room.kick_user(&ghost, None).await.unwrap();
    world.wait_for_names_in_room("agua", &without).await;
    world.settled().await;
    assert_eq!(world.names_in_room("agua").await, without);
    ana.send_text(&one, "sigo acá").await.unwrap();
    assert_eq!(maria.wait_for_text("sigo acá").await.sender, ghost);
    assert_eq!(world.names_in_room("agua").await, with);
    let theirs = |shown: &sandbox::phones::Shown| shown.text.starts_with("*Ana*: ");
    sees(&beto, &two, "it", |shown| shown.text == "*Ana*: sigo acá").await;
    // What was done by hand is told by the bridge; of Ana everything is as before.
    let told = |shown: &sandbox::phones::Shown| {
        shown.text.contains("*keeper* sacó a *Ana* a mano") || theirs(shown)
    };
    assert!(beto.chat(&two).iter().all(told), "{:#?}", beto.chat(&two));
    shows.saw(&KICKED, &[Room, Group]);

    keeper.room.ban_user(&ghost, None).await.unwrap();
    world.wait_for_names_in_room("agua", &without).await;
    ana.wait_for_membership(&one, false).await.unwrap();
    world
        .wait_for_status("nothing put aside", |status| status["dead_letters"] == 0)
        .await;
    keeper.room.unban_user(&ghost, None).await.unwrap();
    ana.wait_for_membership(&one, true).await.unwrap();
    ana.send_text(&one, "gracias").await.unwrap();
    assert_eq!(maria.wait_for_text("gracias").await.sender, ghost);
    shows.saw(&BANNED, &[Room, Group]);

    let user = maria.client.user_id().unwrap();
    keeper.room.ban_user(user, None).await.unwrap();
    let refused = maria.room.send_raw(
        "m.room.message",
        serde_json::json!({"msgtype": "m.text", "body": "¡ey!"}),
    );
    assert!(refused.await.is_err());
    world.settled().await;
    assert!(
        beto.chat(&two)
            .iter()
            .all(|shown| !shown.text.contains("ey"))
    );
    bridge.stop().await;
}

pub const INVITED: Row = Row {
    what: "A ghost is invited elsewhere",
    arrives: &["it declines, and says where it can be answered", "nothing"],
    test: "ghosts_decline_invitations_elsewhere",
};

/// Whoever invites a ghost elsewhere is told that nobody is there; the bot is in no hurry. The conversation goes on.
#[tokio::test(flavor = "multi_thread")]
async fn ghosts_decline_invitations_elsewhere() {
    let shows = Showing::of(&[&INVITED]);
    let scene = Scene::new().await;
    let before = scene.ana.chat(&scene.one).len();
    let ghost = scene.maria.wait_for_text("hola").await.sender;
    let bot = UserId::parse(format!("@aty:{SERVER}")).unwrap();
    let mut request = CreateRoom::new();
    request.is_direct = true;
    request.invite = vec![ghost.clone(), bot.clone()];
    let room = scene.maria.client.create_room(request).await.unwrap();
    let is = |event: &Value, user: &UserId, membership: &str| {
        event["state_key"] == user.as_str() && event["content"]["membership"] == membership
    };
    let declined = scene
        .maria
        .wait_for_event_in(room.room_id(), "the ghost declines", |event| {
            is(event, &ghost, "leave")
        })
        .await;
    let reason = declined["content"]["reason"].as_str().unwrap();
    assert!(reason.contains("WhatsApp"), "{reason}");
    shows.saw(&INVITED, &[Room]);
    scene.maria.say("todo bien").await;
    scene
        .ana_sees("it", |shown| shown.text == "*María*: todo bien")
        .await;
    scene
        .maria
        .wait_for_event_in(room.room_id(), "the bot is invited", |event| {
            is(event, &bot, "invite")
        })
        .await;
    let nothing = |status: &Value| status["dead_letters"] == 0;
    scene
        .world
        .wait_for_status("nothing put aside", nothing)
        .await;
    let after = scene.ana.chat(&scene.one);
    assert_eq!(after.len(), before + 1, "María's words alone: {after:#?}");
    shows.saw(&INVITED, &[Group]);
    scene.ends().await;
}
