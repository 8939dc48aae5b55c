//! What somebody does by hand, with the powers of their network: on the other network, too, and undone where nobody stands
//! by it.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown};
use sandbox::server::State;
use serde_json::Value;

use crate::moderation::{bot, has, says};
use crate::plan_changes;
use crate::scene::{body, sees};
use crate::world::{AGUA, BridgeProcess, Citizen, Clock, QUICK, SERVER, World};

/// Diego administers a group that the bridge, an admin of it too, has adopted. Carla is in it; Beto in a group of the
/// bridge's own. María and the keeper, who has all powers in the room, are there.
struct Adopted {
    world: World,
    clock: Clock,
    bridge: BridgeProcess,
    diego: Arc<Phone>,
    carla: Arc<Phone>,
    beto: Arc<Phone>,
    group: String,
    two: String,
    maria: Citizen,
    keeper: Citizen,
}

impl Adopted {
    async fn new() -> Self {
        Self::within(false).await
    }

    /// Where the keeper facilitates, too, so that delegates can sit at once.
    async fn within(facilitated: bool) -> Self {
        let settings = format!("{QUICK}  adoption_wait_hours: 0\n");
        let mut world = World::unprovisioned(&[AGUA], &settings).await;
        world.name_a_keeper().await;
        if facilitated {
            let server = format!("  server_name: {SERVER}\n");
            let named = format!("{server}  facilitators: [\"@keeper:{SERVER}\"]\n");
            world.change_config("bridge.yaml", &server, &named);
        }
        let clock = world.clock().await;
        let bridge = world.start_bridge().await;
        let diego = world.phone("Diego").await;
        let carla = world.phone("Carla").await;
        let group = plan_changes::adopted(&world, &diego, "Vecinas").await;
        let link = world.whatsapp.invite_link(&group).await.unwrap();
        carla.join(&link).await.unwrap();
        diego.promote(&group, "Aty").await.unwrap();
        let (beto, two) = world.newcomer("Beto", "agua").await;
        let maria = world.citizen("María", "agua").await;
        let keeper = world.citizen("keeper", "agua").await;
        for (phone, group, text) in [
            (&carla, &group, "hola"),
            (&diego, &group, "bienvenida"),
            (&beto, &two, "buenas"),
        ] {
            phone.send_text(group, text).await.unwrap();
            maria.wait_for_text(text).await;
        }
        Self {
            world,
            clock,
            bridge,
            diego,
            carla,
            beto,
            group,
            two,
            maria,
            keeper,
        }
    }

    /// The same, moderated by Beto, on WhatsApp, and María, on Matrix.
    async fn moderated() -> Self {
        let town = Self::within(true).await;
        // Whoever nominates has spoken before.
        town.maria.say("acá estoy").await;
        sees(&town.beto, &town.two, "her words", says("acá estoy")).await;
        for name in ["Beto", "María"] {
            let nominate = format!("!nominar @{name}");
            let second = format!("!apoyar @{name}");
            match name {
                "Beto" => drop(town.maria.say(&nominate).await),
                _ => drop(town.beto.send_text(&town.two, &nominate).await.unwrap()),
            }
            town.is_asked(&["propone a", name]).await;
            town.carla.send_text(&town.group, &second).await.unwrap();
            town.world.settled().await;
            town.keeper.say(&second).await;
            town.is_asked(&["keeper apoya", name]).await;
            match name {
                "Beto" => drop(town.beto.send_text(&town.two, "!aceptar").await.unwrap()),
                _ => drop(town.maria.say("!aceptar").await),
            }
            town.is_asked(&[name, "modera este tema desde ahora"]).await;
        }
        town
    }

    /// Both of them agree to what was done by hand.
    async fn is_confirmed(&self, case: u32) {
        let confirm = format!("!confirmar {case}");
        let number = format!("caso {case}");
        self.beto.send_text(&self.two, &confirm).await.unwrap();
        sees(&self.beto, &self.two, "that another is needed", |shown| {
            has(&shown.text, &["Beto", &number, &confirm])
        })
        .await;
        self.maria.say(&confirm).await;
    }

    async fn is_asked(&self, parts: &[&str]) {
        let asked = |event: &Value| has(body(event), parts) && event["sender"] == bot();
        let what = format!("that it is to be explained: {parts:?}");
        self.maria.wait_for_event(&what, asked).await;
    }

    /// So many hours pass; somebody says something, so that the bridge notices at once.
    async fn passes(&mut self, hours: i64) {
        self.clock.jumps(hours);
        self.maria.say("¿qué hora es?").await;
    }

    async fn announcement(&self, group: &str, on: bool) {
        let is = |state: &State| state.group(group).unwrap().announcement == on;
        let what = "who may write in a group";
        self.world.whatsapp.wait_until(what, is).await.unwrap();
    }

    async fn ends(self) {
        self.world.settled().await;
        self.bridge.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_an_admin_deletes_by_hand_as_well_is_posted_nowhere_and_names_nobody() {
    let mut town = Adopted::new().await;
    let text = "!reportar @Beto amenaza";
    let report = town.carla.send_text(&town.group, text).await.unwrap();
    let at_diego = sees(&town.diego, &town.group, "the report", |shown| {
        shown.id == report
    });
    at_diego.await;
    town.diego
        .delete_as_admin(&town.group, &report)
        .await
        .unwrap();
    // What comes after it on the same leg is heard after it.
    town.diego.send_text(&town.group, "listo").await.unwrap();
    town.maria.wait_for_text("listo").await;
    town.passes(13).await;
    town.world.settled().await;
    let timeline = serde_json::json!(town.maria.timeline().await).to_string();
    assert!(timeline.contains("listo") && !timeline.contains("reportar"));
    assert!(!timeline.contains("Diego borró") && !timeline.contains("!motivo"));
    let again = |shown: &Shown| shown.text.contains("reportar") && !shown.deleted;
    let chats = [
        town.beto.chat(&town.two),
        town.carla.chat(&town.group),
        town.diego.chat(&town.group),
    ];
    assert!(!chats.iter().flatten().any(again), "{chats:#?}");
    town.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_deletes_by_hand_is_gone_everywhere_and_comes_back_unless_it_is_explained() {
    let mut town = Adopted::new().await;
    let said = town
        .carla
        .send_text(&town.group, "La plaza es nuestra")
        .await;
    let said = said.unwrap();
    let plaza = says("La plaza es nuestra");
    let at_beto = sees(&town.beto, &town.two, "it", &plaza).await;
    let line = town.maria.wait_for_text("La plaza es nuestra").await;
    town.diego
        .delete_as_admin(&town.group, &said)
        .await
        .unwrap();
    town.is_asked(&["Diego", "borró", "Carla", "!motivo 1"])
        .await;
    let gone = |shown: &Shown| shown.deleted;
    town.beto
        .wait_for_message(&town.two, &at_beto.id, gone)
        .await
        .unwrap();
    town.world.settled().await;
    let timeline = serde_json::json!(town.maria.timeline().await).to_string();
    assert!(!timeline.contains("La plaza es nuestra"));

    town.passes(13).await;
    let again = |shown: &Shown| plaza(shown) && shown.id != at_beto.id;
    sees(&town.beto, &town.two, "it again", again).await;
    let again = |event: &Value| {
        body(event) == "La plaza es nuestra" && event["sender"] == line.sender.as_str()
    };
    town.maria.wait_for_event("it again", again).await;
    sees(
        &town.diego,
        &town.group,
        "it again, in its group",
        |shown| shown.id != said && !shown.deleted && plaza(shown),
    )
    .await;

    // The same by somebody with power in the room, about words of somebody on Matrix.
    let words = town.maria.say("Mañana hay reunión").await;
    let meeting = says("Mañana hay reunión");
    let at_beto = sees(&town.beto, &town.two, "it", &meeting).await;
    town.keeper.room.redact(&words, None, None).await.unwrap();
    town.is_asked(&["keeper", "borró", "María", "!motivo 2"])
        .await;
    town.beto
        .wait_for_message(&town.two, &at_beto.id, gone)
        .await
        .unwrap();
    town.passes(13).await;
    let again = |shown: &Shown| meeting(shown) && shown.id != at_beto.id;
    sees(&town.beto, &town.two, "it again", again).await;
    town.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_shut_out_by_hand_on_one_network_is_on_the_other_until_it_is_undone() {
    let mut town = Adopted::new().await;
    // Removed from one group, and so from the theme: she is in the other, too.
    let link = town.world.whatsapp.invite_link(&town.two).await.unwrap();
    town.carla.join(&link).await.unwrap();
    town.world.settled().await;
    town.diego.remove(&town.group, "Carla").await.unwrap();
    town.is_asked(&["Diego", "sacó a Carla", "!motivo 1"]).await;
    town.carla
        .wait_for_membership(&town.two, false)
        .await
        .unwrap();
    town.passes(13).await;
    town.carla
        .wait_for_membership(&town.group, true)
        .await
        .unwrap();
    town.carla
        .wait_for_membership(&town.two, true)
        .await
        .unwrap();
    town.world.settled().await;

    // Removed once more within a week, and nobody has said why: she is back at once.
    town.diego.remove(&town.group, "Carla").await.unwrap();
    town.is_asked(&["Diego", "sacó a Carla", "se deshace ahora mismo", "caso 1"])
        .await;
    town.world.settled().await;
    for group in [&town.group, &town.two] {
        town.carla.wait_for_membership(group, true).await.unwrap();
    }
    town.carla
        .send_text(&town.group, "otra vez acá")
        .await
        .unwrap();
    town.maria.wait_for_text("otra vez acá").await;

    // A ghost that is banned in the room: its person is out of the groups.
    let ghost = town.maria.wait_for_text("buenas").await.sender;
    town.keeper.room.ban_user(&ghost, None).await.unwrap();
    town.is_asked(&["keeper", "sacó a Beto", "!motivo 3"]).await;
    town.beto
        .wait_for_membership(&town.two, false)
        .await
        .unwrap();
    town.passes(13).await;
    town.beto
        .wait_for_membership(&town.two, true)
        .await
        .unwrap();
    town.world.settled().await;
    town.beto.send_text(&town.two, "volví").await.unwrap();
    assert_eq!(town.maria.wait_for_text("volví").await.sender, ghost);

    // A person on Matrix.
    let oscar = town.world.citizen("Oscar", "agua").await;
    oscar.say("buenas tardes").await;
    sees(&town.beto, &town.two, "him", says("buenas tardes")).await;
    let user = oscar.client.user_id().unwrap().to_owned();
    town.keeper.room.ban_user(&user, None).await.unwrap();
    town.is_asked(&["keeper", "sacó a Oscar", "!motivo 4"])
        .await;
    town.passes(13).await;
    let back = |who: &str| {
        let user = format!("@{who}:{SERVER}");
        move |event: &Value| {
            event["type"] == "m.room.member"
                && event["state_key"] == user
                && event["content"]["membership"] == "invite"
        }
    };
    let invited = back("oscar");
    town.maria.wait_for_event("his invitation", invited).await;
    // One who only reads.
    let rosa = town.world.citizen("Rosa", "agua").await;
    town.world.settled().await;
    let user = rosa.client.user_id().unwrap().to_owned();
    town.keeper.room.ban_user(&user, None).await.unwrap();
    town.is_asked(&["keeper", "sacó a", "!motivo 5"]).await;
    town.passes(13).await;
    let invited = back("rosa");
    town.maria.wait_for_event("her invitation", invited).await;
    town.world.settled().await;
    // Nothing of what the bridge itself did was taken for somebody's doing by hand.
    let asked = |event: &&Value| {
        event["type"] == "m.room.message"
            && has(body(event), &["a mano"])
            && event["sender"] == bot()
    };
    let timeline = town.maria.timeline().await;
    assert_eq!(timeline.iter().filter(asked).count(), 5);
    town.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_group_closed_by_hand_is_opened_again_and_one_that_was_closed_before_is_not() {
    let mut town = Adopted::new().await;
    let number = town.beto.device().number.clone();
    town.world
        .whatsapp
        .make_admin(&town.two, &number)
        .await
        .unwrap();
    town.diego
        .set_announcement(&town.group, true)
        .await
        .unwrap();
    town.is_asked(&["Diego", "escriban solo", "!motivo 1"])
        .await;
    town.passes(13).await;
    town.announcement(&town.group, false).await;
    town.world.settled().await;

    // A day later it is not the same once more. Whoever closed it opens it again: that is all there is to say.
    town.passes(25).await;
    town.world.settled().await;
    town.diego
        .set_announcement(&town.group, true)
        .await
        .unwrap();
    town.is_asked(&["Diego", "escriban solo", "!motivo 2"])
        .await;
    town.diego
        .set_announcement(&town.group, false)
        .await
        .unwrap();
    let over = |event: &Value| has(body(event), &["Diego", "se puede escribir"]);
    town.maria.wait_for_event("that it is over", over).await;

    // So it is with whoever has people wait at the door.
    let diego = &town.diego;
    diego.set_approval(&town.group, true).await.unwrap();
    town.is_asked(&["Diego", "para entrar", "!motivo 3"]).await;
    town.passes(13).await;
    let open = |state: &State| !state.group(&town.group).unwrap().approval;
    let opened = town.world.whatsapp.wait_until("an open door", open);
    opened.await.unwrap();
    town.world.settled().await;

    // Gala's group was closed before it became part of the theme. The end of another's pause leaves it alone.
    let gala = town.world.phone("Gala").await;
    let hers = town
        .world
        .whatsapp
        .add_group("Avisos", &gala.device().number, &[])
        .await;
    let hers = hers.unwrap();
    let link = town.world.whatsapp.invite_link(&hers).await.unwrap();
    gala.join(&link).await.unwrap();
    gala.set_announcement(&hers, true).await.unwrap();
    town.world
        .aty(&["group", "adopt", "agua", &link])
        .await
        .unwrap();
    town.world.settled().await;
    gala.promote(&hers, "Aty").await.unwrap();
    town.world.settled().await;
    town.beto.set_announcement(&town.two, true).await.unwrap();
    town.is_asked(&["Beto", "escriban solo", "!motivo 4"]).await;
    town.passes(13).await;
    town.announcement(&town.two, false).await;
    town.world.settled().await;
    town.announcement(&hers, true).await;
    town.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_explained_and_confirmed_by_two_stands_and_has_an_end() {
    let mut town = Adopted::moderated().await;
    town.diego.remove(&town.group, "Carla").await.unwrap();
    town.is_asked(&["Diego", "Carla", "!motivo 1"]).await;
    let reason = "!motivo 1 amenaza: amenazó a una vecina";
    town.diego.send_text(&town.group, reason).await.unwrap();
    sees(&town.diego, &town.group, "that it is noted", |shown| {
        has(&shown.text, &["da el motivo del caso 1", "amenazas"])
    })
    .await;
    town.is_confirmed(1).await;
    town.is_asked(&["Carla", "fuera del tema durante 7 días", "caso 1"])
        .await;
    // What nobody had stood by would be undone by now.
    town.passes(13).await;
    town.world.settled().await;
    assert!(town.carla.send_text(&town.group, "¿puedo?").await.is_err());
    town.passes(7 * 24).await;
    let back = town.carla.wait_for_membership(&town.group, true).await;
    back.unwrap();
    town.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_explains_on_matrix_stands_and_a_pause_by_hand_becomes_the_themes() {
    let mut town = Adopted::moderated().await;
    let oscar = town.world.citizen("Oscar", "agua").await;
    oscar.say("buenas tardes").await;
    sees(&town.beto, &town.two, "him", says("buenas tardes")).await;
    let user = oscar.client.user_id().unwrap().to_owned();
    town.keeper.room.ban_user(&user, None).await.unwrap();
    town.is_asked(&["keeper", "sacó a Oscar", "!motivo 1"])
        .await;
    let reason = "!motivo 1 amenaza: dijo que iba a ir a su casa";
    town.keeper.say(reason).await;
    town.is_asked(&["keeper da el motivo del caso 1", "amenazas"])
        .await;
    town.is_confirmed(1).await;
    town.is_asked(&["Oscar queda fuera", "7 días", "caso 1"])
        .await;

    // A deletion, of words from a phone, explained on Matrix, too.
    let ad = "Compren lotes baratos";
    let said = town.carla.send_text(&town.group, ad).await.unwrap();
    let at_beto = sees(&town.beto, &town.two, "it", says(ad)).await;
    let line = town.maria.wait_for_text(ad).await;
    town.keeper
        .room
        .redact(&line.event, None, None)
        .await
        .unwrap();
    town.is_asked(&["keeper", "borró", "Carla", "!motivo 2"])
        .await;
    town.keeper
        .say("!motivo 2 publicidad: vende en cada mensaje")
        .await;
    town.is_asked(&["keeper da el motivo del caso 2", "publicidad"])
        .await;
    town.is_confirmed(2).await;
    town.is_asked(&["Un mensaje de Carla queda oculto", "caso 2"])
        .await;
    let gone = |shown: &Shown| shown.deleted;
    for (phone, group, message) in [
        (&town.carla, &town.group, &said),
        (&town.beto, &town.two, &at_beto.id),
    ] {
        let gone = phone.wait_for_message(group, message, gone);
        gone.await.unwrap();
    }

    // Diego closed his group; a delegate asks for the same: now it is a pause of the whole theme, with an end.
    town.diego
        .set_announcement(&town.group, true)
        .await
        .unwrap();
    town.is_asked(&["Diego", "escriban solo", "!motivo 3"])
        .await;
    town.announcement(&town.two, false).await;
    town.maria.say("!pausa 15m mucho enojo").await;
    town.is_asked(&["pausa de 15 minutos", "mucho enojo", "caso 3"])
        .await;
    town.announcement(&town.two, true).await;
    town.announcement(&town.group, true).await;
    town.passes(1).await;
    town.announcement(&town.two, false).await;
    town.announcement(&town.group, false).await;

    // What nobody had stood by would be undone by now.
    town.passes(13).await;
    town.world.settled().await;
    let again = |shown: &Shown| shown.text.contains(ad);
    let chats = [town.beto.chat(&town.two), town.carla.chat(&town.group)];
    assert!(!chats.iter().flatten().any(again), "{chats:#?}");
    let timeline = town.maria.timeline().await;
    assert!(!serde_json::json!(timeline).to_string().contains(ad));
    let membership = |wanted: &'static str| {
        move |event: &Value| {
            event["type"] == "m.room.member"
                && event["state_key"] == format!("@oscar:{SERVER}")
                && event["content"]["membership"] == wanted
        }
    };
    assert!(!timeline.iter().any(membership("invite")), "he stays out");
    town.passes(7 * 24).await;
    let back = membership("invite");
    town.maria.wait_for_event("his invitation", back).await;
    town.ends().await;
}
