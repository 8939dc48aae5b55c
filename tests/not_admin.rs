//! A group of which the bridge is no admin: what is decided is done everywhere else, nothing is pretended there, and what still
//! holds is done when its admin makes the bridge one.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown, ShownGroup};
use sandbox::server::{Group, State};
use serde_json::{Value, json};

use crate::moderation::{Bench, bot, has, says};
use crate::plan_changes;
use crate::scene::{body, id, sees};

/// Diego's group is part of the theme, and he has not made the bridge an admin of it. Elena is in it, and in the first group.
struct Town {
    bench: Bench,
    diego: Arc<Phone>,
    elena: Arc<Phone>,
    group: String,
}

impl Town {
    async fn new() -> Self {
        let Bench {
            mut scene,
            clock,
            carla,
            oscar,
            log,
        } = Bench::new().await;
        let opening = "  group_open_every_minutes: 0\n";
        let at_once = format!("{opening}  adoption_wait_hours: 0\n");
        scene.bridge.stop().await;
        scene.world.change_config("bridge.yaml", opening, &at_once);
        scene.bridge = scene.world.start_bridge().await;
        let diego = scene.world.phone("Diego").await;
        let elena = scene.world.phone("Elena").await;
        let group = plan_changes::adopted(&scene.world, &diego, "Vecinas").await;
        let link = scene.world.whatsapp.invite_link(&group).await.unwrap();
        elena.join(&link).await.unwrap();
        elena.join(&scene.link).await.unwrap();
        for (phone, text) in [(&diego, "bienvenidas"), (&elena, "gracias")] {
            phone.send_text(&group, text).await.unwrap();
            scene.beto_sees(text, says(text)).await;
        }
        scene.world.settled().await;
        let bench = Bench {
            scene,
            clock,
            carla,
            oscar,
            log,
        };
        Self {
            bench,
            diego,
            elena,
            group,
        }
    }

    /// As soon as her phone lets her.
    async fn elena_says(&self, text: &str) -> String {
        let open = |group: &ShownGroup| !group.announcement;
        let open = self.elena.wait_for_group(&self.group, open);
        open.await.unwrap();
        self.elena.send_text(&self.group, text).await.unwrap()
    }

    async fn ana_says(&self, text: &str) {
        let scene = &self.bench.scene;
        scene.ana.send_text(&scene.one, text).await.unwrap();
    }

    /// Ana and María decide something together.
    async fn both_decide(&self, wish: &str, case: u32) {
        self.ana_says(wish).await;
        let confirm = format!("!confirmar {case}");
        self.bench.everybody_hears(&[&confirm]).await;
        self.bench.scene.maria.say(&confirm).await;
    }

    /// The log, the room and the group are told something of the group, each of them once.
    async fn is_told_once(&self, parts: &[&str]) {
        let parts = &[&["Vecinas"], parts].concat()[..];
        let by_bridge = |event: &Value| has(body(event), parts) && event["sender"] == bot();
        let log = &self.bench.log;
        log.wait_for_event("it", by_bridge).await;
        self.bench.hears(parts).await;
        let told = |shown: &Shown| has(&shown.text, parts);
        sees(&self.diego, &self.group, "it", told).await;
        self.bench.scene.world.settled().await;
        assert_eq!(self.times(parts).await, [1, 1, 1], "{parts:?}");
    }

    /// How often the bridge says so: in the log, in the room, in the group.
    async fn times(&self, parts: &[&str]) -> [usize; 3] {
        let said = |event: &&Value| has(body(event), parts) && event["sender"] == bot();
        let log = self.bench.log.timeline().await;
        let room = self.bench.scene.timeline().await;
        let group = self.diego.chat(&self.group);
        [
            log.iter().filter(said).count(),
            room.iter().filter(said).count(),
            group
                .iter()
                .filter(|shown| has(&shown.text, parts) && shown.who == "Aty")
                .count(),
        ]
    }

    /// Nobody outside of the group reads this.
    async fn stays_there(&self, words: &str) {
        let scene = &self.bench.scene;
        scene.world.settled().await;
        let room = json!(scene.timeline().await).to_string();
        assert!(!room.contains(words), "{room}");
        for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
            let found = chat.iter().find(|shown| shown.text.contains(words));
            assert!(found.is_none(), "{found:?}");
        }
    }

    async fn still_shows(&self, message: &str) {
        let chat = self.diego.chat(&self.group);
        let shown = chat.iter().find(|shown| shown.id == message).unwrap();
        assert!(!shown.deleted, "{shown:?}");
    }

    async fn is_deleted(&self, message: &str) {
        let gone = |shown: &Shown| shown.deleted;
        let waiting = self.diego.wait_for_message(&self.group, message, gone);
        waiting.await.unwrap();
    }

    async fn becomes(&self, group: &str, what: &str, is: impl Fn(&Group) -> bool) {
        let is = |state: &State| is(state.group(group).expect("there is such a group"));
        let whatsapp = &self.bench.scene.world.whatsapp;
        whatsapp.wait_until(what, is).await.unwrap();
    }

    async fn makes_admin(&self) {
        self.diego.promote(&self.group, "Aty").await.unwrap();
    }
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn words_of_the_muted_stay_in_that_group_until_the_bridge_may_delete_them() {
    let mut town = Town::new().await;
    let wish = "!silenciar @Elena 6h spam: vende en cada mensaje";
    town.ana_says(wish).await;
    town.bench.everybody_hears(&["Elena", "6 horas"]).await;
    let first = town.elena_says("¡Oferta!").await;
    let second = town.elena_says("¡Otra Oferta!").await;
    town.is_told_once(&["quien está en silencio", "(caso 1)", "nombrarlo"])
        .await;
    town.stays_there("Oferta").await;
    town.still_shows(&first).await;
    town.still_shows(&second).await;

    town.makes_admin().await;
    town.is_deleted(&first).await;
    town.is_deleted(&second).await;
    town.is_told_once(&["ya es administrador"]).await;
    let third = town.elena_says("¡Última Oferta!").await;
    town.is_deleted(&third).await;
    town.stays_there("Oferta").await;

    town.bench.passes(7).await;
    town.bench.everybody_hears(&["Elena", "escribir"]).await;
    town.elena_says("Ya entendí").await;
    let scene = &town.bench.scene;
    scene.beto_sees("her words", says("Ya entendí")).await;
    // Made an admin a second time, there is nothing to make up for.
    town.diego.demote(&town.group, "Aty").await.unwrap();
    town.bench.scene.world.settled().await;
    town.makes_admin().await;
    town.is_told_once(&["ya es administrador"]).await;
    town.bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_and_a_closed_door_are_made_up_for_as_long_as_they_hold() {
    let mut town = Town::new().await;
    let one = town.bench.scene.one.clone();
    town.ana_says("!pausa 15m respiremos un poco").await;
    town.becomes(&one, "the pause", |group| group.announcement)
        .await;
    town.is_told_once(&["la pausa", "(caso 1)", "nombrarlo"])
        .await;
    town.elena_says("acá se puede").await;
    // It ends where it was, and there is nothing to say of where it never was.
    town.bench.passes(1).await;
    town.becomes(&one, "its end", |group| !group.announcement)
        .await;
    town.bench.scene.world.settled().await;
    assert_eq!(
        town.times(&["Vecinas", "terminar la pausa"]).await,
        [0, 0, 0]
    );

    // It is for another to want it again within the day.
    town.bench.scene.maria.say("!pausa 15m otra vez").await;
    town.is_told_once(&["la pausa", "(caso 2)"]).await;
    // Whoever moderates by phone does not write in a paused group either.
    let wish = "!aprobacion 12h cuentas que nadie conoce";
    town.bench.scene.maria.say(wish).await;
    town.becomes(&one, "the closed door", |group| group.approval)
        .await;
    town.is_told_once(&["por el enlace", "(caso 3)"]).await;
    let group = town.group.clone();
    town.becomes(&group, "as it was", |group| {
        !group.announcement && !group.approval
    })
    .await;

    town.makes_admin().await;
    town.becomes(&group, "paused and closed", |group| {
        group.announcement && group.approval
    })
    .await;
    town.is_told_once(&["ya es administrador"]).await;
    town.bench.passes(13).await;
    for group in [&one, &group] {
        town.becomes(group, "as it was", |group| {
            !group.announcement && !group.approval
        })
        .await;
    }
    town.elena_says("de vuelta").await;
    let scene = &town.bench.scene;
    scene.beto_sees("her words", says("de vuelta")).await;
    scene.world.settled().await;
    assert_eq!(town.times(&["dejar entrar otra vez"]).await, [0, 0, 0]);
    town.bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_out_and_what_is_hidden_stay_in_that_group_until_the_bridge_may_act() {
    let mut town = Town::new().await;
    let scene = &town.bench.scene;
    let ad = town.elena_says("Compren lotes baratos").await;
    let at_beto = scene
        .beto_sees("the ad", says("Compren lotes baratos"))
        .await;
    let copy = scene
        .room_has("the ad", |event| body(event) == "Compren lotes baratos")
        .await;
    let hide = json!({
        "msgtype": "m.text",
        "body": "!ocultar spam",
        "m.relates_to": { "m.in_reply_to": { "event_id": id(&copy) } },
    });
    scene.maria_sends("m.room.message", hide).await;
    let gone = |shown: &Shown| shown.deleted;
    scene
        .beto
        .wait_for_message(&scene.two, &at_beto.id, gone)
        .await
        .unwrap();
    town.is_told_once(&["borrar el mensaje", "(caso 1)"]).await;
    town.still_shows(&ad).await;
    town.ana_says("!confirmar 1").await;
    let confirmed = |event: &Value| has(body(event), &["queda como está", "caso 1"]);
    town.bench
        .log
        .wait_for_event("that it stands", confirmed)
        .await;

    let wish = "!suspender @Elena 3 días odio: insulta a los vecinos";
    town.both_decide(wish, 2).await;
    let one = town.bench.scene.one.clone();
    town.elena.wait_for_membership(&one, false).await.unwrap();
    town.is_told_once(&["sacar a quien está fuera", "(caso 2)"])
        .await;
    // She is still there; what she writes, no one else reads, and it is said no second time.
    let shout = town.elena_says("¡Acá sigo!").await;
    town.stays_there("Acá sigo").await;
    town.still_shows(&shout).await;
    let world = &mut town.bench.scene.world;
    let link = world.whatsapp.invite_link(&town.group).await.unwrap();
    let fidel = world.phone("Fidel").await;
    fidel.join(&link).await.unwrap();
    town.is_told_once(&["sacar a quien está fuera"]).await;

    town.makes_admin().await;
    town.elena
        .wait_for_membership(&town.group, false)
        .await
        .unwrap();
    town.is_deleted(&ad).await;
    town.is_deleted(&shout).await;
    town.is_told_once(&["ya es administrador"]).await;
    town.bench.passes(73).await;
    for group in [&one, &town.group] {
        town.elena.wait_for_membership(group, true).await.unwrap();
    }
    town.elena_says("Volví").await;
    let scene = &town.bench.scene;
    scene.beto_sees("her words", says("Volví")).await;
    town.bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_made_up_for_nowhere_and_a_creator_stays() {
    let mut town = Town::new().await;
    let wish = "!suspender @Elena 1 día odio: insulta a los vecinos";
    town.both_decide(wish, 1).await;
    town.is_told_once(&["sacar a quien está fuera", "(caso 1)"])
        .await;
    town.bench.passes(25).await;
    let one = town.bench.scene.one.clone();
    town.elena.wait_for_membership(&one, true).await.unwrap();
    town.elena_says("Volví").await;
    let scene = &town.bench.scene;
    scene.beto_sees("her words", says("Volví")).await;
    town.makes_admin().await;
    scene.world.settled().await;
    // She was never out of it, and so she is not added again either.
    for words in ["agregar de nuevo", "ya es administrador"] {
        assert_eq!(town.times(&["Vecinas", words]).await, [0, 0, 0]);
    }

    let wish = "!suspender @Diego 1 día odio: insulta a los vecinos";
    town.both_decide(wish, 2).await;
    town.is_told_once(&["(caso 2)", "quien creó ese grupo"])
        .await;
    let said = town.diego.send_text(&town.group, "Es mi grupo").await;
    town.is_deleted(&said.unwrap()).await;
    town.stays_there("Es mi grupo").await;
    town.bench.passes(25).await;
    town.bench.everybody_hears(&["Diego", "participar"]).await;
    let said = "De vuelta en mi grupo";
    town.diego.send_text(&town.group, said).await.unwrap();
    let scene = &town.bench.scene;
    scene.beto_sees("his words", says(said)).await;
    assert_eq!(
        town.times(&["Vecinas", "agregar de nuevo"]).await,
        [0, 0, 0]
    );
    town.bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_whatsapp_refuses_to_an_admin_is_said_once() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let device = scene.world.bridge_device();
    let whatsapp = &scene.world.whatsapp;
    whatsapp.refuse_deletions(&device, Some(406)).await;
    let ad = bench.carla_says("Compren lotes").await;
    let at_beto = scene.beto_sees("the ad", says("Compren lotes")).await;
    let hide = scene.ana.reply(&scene.one, &ad, "!ocultar spam");
    hide.await.unwrap();
    let gone = |shown: &Shown| shown.deleted;
    let waiting = scene.beto.wait_for_message(&scene.two, &at_beto.id, gone);
    waiting.await.unwrap();
    let parts = [
        "Ambiente y agua",
        "borrar el mensaje",
        "(caso 1)",
        "WhatsApp no lo acepta",
    ];
    let told = |event: &Value| has(body(event), &parts) && event["sender"] == bot();
    bench.log.wait_for_event("it", told).await;
    bench.hears(&parts).await;
    let told_there = |shown: &Shown| has(&shown.text, &parts);
    scene.ana_sees("it", told_there).await;
    scene.world.settled().await;
    let times = |events: Vec<Value>| events.iter().filter(|event| told(event)).count();
    assert_eq!(times(bench.log.timeline().await), 1);
    assert_eq!(times(scene.timeline().await), 1);
    let chat = scene.ana.chat(&scene.one);
    let stands = chat.iter().find(|shown| shown.id == ad).unwrap();
    assert!(!stands.deleted, "{stands:?}");
    whatsapp.refuse_deletions(&device, None).await;
    bench.scene.ends().await;
}
