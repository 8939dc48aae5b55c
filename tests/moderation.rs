//! Moderation that the community delegates, seen from outside: on phones, in the room, in the log.

use std::sync::Arc;

use matrix_sdk::ruma::RoomId;
use sandbox::phones::{Phone, Shown};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::plan_changes;
use crate::proposals_record::{MODERATION, holds, schemas};
use crate::scene::{Scene, SceneTemplate, body, id, sees};
use crate::world::{AGUA, Citizen, Clock, QUICK, SERVER, Templates, Theme, Turn, World};

/// A theme of which Ana (on WhatsApp) and María (on Matrix) are delegates. Carla's phone is in Ana's group; Nora is a
/// facilitator, Óscar nobody special, both in the room.
pub struct Bench {
    pub scene: Scene,
    pub clock: Clock,
    pub carla: Arc<Phone>,
    pub oscar: Citizen,
    /// Óscar, reading the log.
    pub log: Citizen,
}

impl Bench {
    pub async fn new() -> Self {
        Self::beside(&[]).await
    }

    /// The same in a plan that has other themes, too.
    pub async fn beside(others: &[Theme]) -> Self {
        static TEMPLATES: Templates<SceneTemplate> = Templates::new();
        let _turn = Turn::take().await;
        let themes: Vec<Theme> = [AGUA].iter().chain(others).copied().collect();
        let slugs: Vec<&str> = themes.iter().map(|(slug, ..)| *slug).collect();
        let make = async || {
            let world = World::to_be_copied(&themes).await;
            let clock = world.clock().await;
            let Self {
                scene,
                carla,
                oscar,
                log,
                ..
            } = Self::within(world, clock).await;
            drop((carla, oscar, log));
            SceneTemplate::of(scene, &themes).await
        };
        let template = TEMPLATES.get(&slugs.join(" "), make).await;
        let (mut scene, clock) = template.copy(names_nora).await;
        let log = log();
        Self {
            carla: scene.world.phone("Carla").await,
            oscar: scene.world.returning("Oscar", "agua").await,
            log: Citizen::returns(&scene.world.synapse, "Lectora", &log).await,
            scene,
            clock,
        }
    }

    /// The same, in a world that was made for it.
    pub async fn within(world: World, clock: Clock) -> Self {
        names_nora(&world);
        let mut scene = Scene::within(world).await;
        let carla = scene.world.phone("Carla").await;
        carla.join(&scene.link).await.unwrap();
        carla.send_text(&scene.one, "permiso").await.unwrap();
        let nora = scene.world.citizen("Nora", "agua").await;
        nora.say("bienvenidos").await;
        scene.maria.say("acá estoy").await;
        let oscar = scene.world.citizen("Oscar", "agua").await;
        oscar.say("buenas tardes").await;
        scene.ana_sees("María", says("acá estoy")).await;
        scene.ana_sees("Óscar", says("buenas tardes")).await;
        let log = Citizen::join(&scene.world.synapse, "Lectora", &log()).await;
        let bench = Self {
            scene,
            clock,
            carla,
            oscar,
            log,
        };
        bench.seat("Ana", &nora).await;
        bench.seat("María", &nora).await;
        bench
    }

    /// The facilitator has the theme's first delegates sit at once.
    async fn seat(&self, name: &str, nora: &Citizen) {
        let scene = &self.scene;
        let nominate = format!("!nominar @{name}");
        let second = format!("!apoyar @{name}");
        scene.beto.send_text(&scene.two, &nominate).await.unwrap();
        self.hears(&["propone a", name]).await;
        self.carla.send_text(&scene.one, &second).await.unwrap();
        scene.world.settled().await;
        nora.say(&second).await;
        scene.world.settled().await;
        match name {
            "Ana" => drop(scene.ana.send_text(&scene.one, "!aceptar").await.unwrap()),
            _ => drop(scene.maria.say("!aceptar").await),
        }
        self.everybody_hears(&[name, "modera"]).await;
    }

    /// Somebody in the room sees a line of the bridge in which all of these stand.
    pub async fn hears(&self, parts: &[&str]) -> Value {
        let wanted = |event: &Value| has(body(event), parts) && event["sender"] == bot();
        self.scene.room_has(&parts.join(" … "), wanted).await
    }

    pub async fn everybody_hears(&self, parts: &[&str]) -> Value {
        self.scene
            .both_see(&parts.join(" … "), |shown| has(&shown.text, parts))
            .await;
        self.hears(parts).await
    }

    /// So many hours pass. A bridge that waits for hours notices within a minute that its clock was set; at once, if
    /// somebody says something.
    pub async fn passes(&mut self, hours: i64) {
        self.clock.jumps(hours);
        self.scene.maria.say("¿qué hora es?").await;
    }

    pub async fn carla_says(&self, text: &str) -> String {
        let said = self.carla.send_text(&self.scene.one, text).await;
        said.unwrap()
    }
}

/// The log room's alias.
fn log() -> String {
    format!("#aty-paga-registro:{SERVER}")
}

fn names_nora(world: &World) {
    let server = format!("  server_name: {SERVER}\n");
    let named = format!("{server}  facilitators: [\"@nora:{SERVER}\"]\n");
    world.change_config("bridge.yaml", &server, &named);
}

pub fn bot() -> String {
    format!("@aty:{SERVER}")
}

pub fn has(text: &str, parts: &[&str]) -> bool {
    parts.iter().all(|part| text.contains(part))
}

pub fn says(text: &str) -> impl Fn(&Shown) -> bool {
    move |shown| shown.text.ends_with(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_muted_does_not_write_on_either_network_until_it_ends() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    scene
        .ana
        .send_text(
            &scene.one,
            "!silenciar @Carla 6h spam: vende en cada mensaje",
        )
        .await
        .unwrap();
    bench.everybody_hears(&["Carla", "6 horas"]).await;
    let ad = bench.carla_says("¡Oferta!").await;
    // WhatsApp has no mute: what she writes is taken away at once, and goes nowhere.
    scene
        .ana
        .wait_for_message(&scene.one, &ad, |shown| shown.deleted)
        .await
        .unwrap();
    // On Matrix it is the power to write that is taken, and not the power to react.
    scene
        .maria_sends(
            "m.room.message",
            json!({ "msgtype": "m.text", "body": "!silenciar @Oscar 2h flood: cien mensajes" }),
        )
        .await;
    bench.everybody_hears(&["Oscar", "2 horas"]).await;
    scene.world.settled().await;
    let text = matrix_sdk::ruma::events::room::message::RoomMessageEventContent::text_plain("¡Eh!");
    let refused = bench.oscar.room.send(text).await.unwrap_err();
    assert!(refused.to_string().contains("FORBIDDEN"), "{refused}");
    let hello = scene.room_has("hola", |event| body(event) == "hola").await;
    let relation = json!({ "rel_type": "m.annotation", "event_id": id(&hello), "key": "❤️" });
    let reaction = json!({ "m.relates_to": relation });
    bench
        .oscar
        .room
        .send_raw("m.reaction", reaction)
        .await
        .unwrap();
    scene
        .ana_sees("his reaction", |shown| {
            shown
                .reactions
                .iter()
                .any(|reaction| reaction.emoji == "❤️")
        })
        .await;
    scene.world.settled().await;
    assert!(
        !scene
            .timeline()
            .await
            .iter()
            .any(|event| body(event).contains("Oferta"))
    );
    assert!(
        !scene
            .beto
            .chat(&scene.two)
            .iter()
            .any(|shown| shown.text.contains("Oferta"))
    );

    bench.passes(7).await;
    bench.everybody_hears(&["Carla", "escribir"]).await;
    bench.carla_says("Ya entendí").await;
    bench.scene.beto_sees("her words", says("Ya entendí")).await;
    bench.scene.world.settled().await;
    bench.oscar.say("Yo también").await;
    bench.scene.beto_sees("his words", says("Yo también")).await;
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_gone_everywhere_and_comes_back_without_a_second_delegate() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    let ad = bench.carla_says("Compren lotes baratos").await;
    let copy = scene
        .room_has("the ad", |event| body(event) == "Compren lotes baratos")
        .await;
    let beto = scene
        .beto_sees("the ad", says("Compren lotes baratos"))
        .await;
    scene
        .maria_sends(
            "m.room.message",
            json!({
                "msgtype": "m.text",
                "body": "!ocultar spam",
                "m.relates_to": { "m.in_reply_to": { "event_id": id(&copy) } },
            }),
        )
        .await;
    let gone = |shown: &Shown| shown.deleted;
    scene
        .ana
        .wait_for_message(&scene.one, &ad, gone)
        .await
        .unwrap();
    scene
        .beto
        .wait_for_message(&scene.two, &beto.id, gone)
        .await
        .unwrap();
    scene.world.settled().await;
    let events = scene.timeline().await;
    assert!(
        !json!(events).to_string().contains("lotes baratos"),
        "{events:#?}"
    );
    let search = json!({ "search_categories": { "room_events": { "search_term": "lotes" } } });
    let found = asks(&bench.oscar, "POST", "search", Some(&search)).await;
    let found = &found["search_categories"]["room_events"]["results"];
    assert_eq!(*found, json!([]));

    // Nobody has confirmed it within twelve hours: under her name it stands there again.
    bench.passes(13).await;
    let again =
        |event: &Value| body(event) == "Compren lotes baratos" && event["sender"] == copy["sender"];
    bench.scene.room_has("the ad again", again).await;
    let again =
        |shown: &Shown| shown.text.ends_with("Compren lotes baratos") && shown.id != beto.id;
    bench.scene.beto_sees("the ad again", again).await;
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_is_out_on_both_networks_and_invited_back() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let wish = "!suspender @Carla 3 días odio: insulta a los vecinos";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench
        .everybody_hears(&["Carla", "3 días", "!confirmar 1"])
        .await;
    scene.maria.say("!confirmar 1").await;
    let leaves = bench.carla.wait_for_membership(&scene.one, false);
    leaves.await.unwrap();
    // She reads why, and what she can do, before she is.
    let why = |shown: &Shown| has(&shown.text, &["Carla", "odio", "!apelar 1"]);
    assert!(bench.carla.chat(&scene.one).iter().any(why));
    let wish = "!suspender @Oscar 2 días amenaza: dijo que iba a ir a su casa";
    scene.maria.say(wish).await;
    bench.everybody_hears(&["Oscar", "!confirmar 2"]).await;
    scene.ana.send_text(&scene.one, "!confirmar").await.unwrap();
    let out = |event: &Value| {
        event["type"] == "m.room.member"
            && event["state_key"] == format!("@oscar:{SERVER}")
            && event["content"]["membership"] == "ban"
    };
    scene.room_has("Óscar's ban", out).await;
    scene.world.settled().await;

    // The bridge is away when it ends.
    let one = scene.one.clone();
    let Bench {
        mut scene,
        mut clock,
        carla,
        oscar,
        ..
    } = bench;
    scene.bridge.stop().await;
    clock.jumps(73);
    scene.bridge = scene.world.start_bridge().await;
    carla.wait_for_membership(&one, true).await.unwrap();
    let back = |event: &Value| {
        event["type"] == "m.room.member"
            && event["state_key"] == format!("@oscar:{SERVER}")
            && event["content"]["membership"] == "invite"
    };
    scene.room_has("Óscar's invitation", back).await;
    oscar.room.join().await.unwrap();
    oscar.say("Volví").await;
    sees(&scene.ana, &one, "Óscar", says("Volví")).await;
    carla.send_text(&one, "Yo también").await.unwrap();
    scene.beto_sees("Carla", says("Yo también")).await;
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_lets_only_those_write_who_moderate_and_ends_by_itself() {
    let mut bench = Bench::new().await;
    let scene = &bench.scene;
    scene
        .ana
        .send_text(&scene.one, "!pausa 15m respiremos un poco")
        .await
        .unwrap();
    bench.everybody_hears(&["15 minutos"]).await;
    scene.world.settled().await;
    assert!(bench.carla.send_text(&scene.one, "¡Pero!").await.is_err());
    scene.maria.say("Seguimos en un rato").await;
    scene.ana_sees("María", says("Seguimos en un rato")).await;
    bench.passes(1).await;
    bench.everybody_hears(&["escribir"]).await;
    bench.scene.world.settled().await;
    bench.carla_says("Gracias").await;
    bench.scene.beto_sees("Carla", says("Gracias")).await;
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_the_log_and_can_check_it() {
    let bench = Bench::new().await;
    let scene = &bench.scene;
    let wish = "!silenciar @Carla 2h critica a la intendenta";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    // Criticism is no reason, and that is said; nothing is logged.
    scene
        .ana_sees("the refusal", |shown| has(&shown.text, &["crít"]))
        .await;
    let wish = "!silenciar @Carla 2h spam: vende en cada mensaje";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    let log = &bench.log;
    let room: &RoomId = log.room.room_id();
    let muted = |event: &Value| has(body(event), &["AGUA", "Carla", "spam", "Ana"]);
    log.wait_for_event_in(room, "the entry", muted).await;
    let text = matrix_sdk::ruma::events::room::message::RoomMessageEventContent::text_plain("¡Eh!");
    log.room.send(text).await.expect_err("nobody writes here");
    let mut prev = "0".repeat(64);
    let mut entries = 0;
    for event in log.timeline().await {
        let act = &event["content"]["org.aty.moderation_act"];
        if act.is_null() {
            continue;
        }
        entries += 1;
        assert_eq!(act["number"], entries);
        assert_eq!(act["prev"], prev.as_str());
        let mut text = format!(
            "{prev}\nnumber={}\nat={}\nact={}\n",
            act["number"],
            act["at"],
            act["act"].as_str().unwrap()
        );
        for (name, value) in act["fields"].as_object().unwrap() {
            let value = value
                .as_str()
                .unwrap()
                .replace('\\', "\\\\")
                .replace('\n', "\\n");
            text.push_str(&format!("{name}={value}\n"));
        }
        prev = Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(act["hash"], prev.as_str());
    }
    assert!(entries >= 11, "{entries}");
    // Whoever has no Matrix client reads it in a browser.
    let page = format!("http://{}/registro", scene.world.pages);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    assert!(
        has(&page, &["Registro de moderación", "Carla no escribe"]),
        "{page}"
    );
    for secret in scene.world.secrets() {
        assert!(!page.contains(&secret));
    }
    let theme = bench.scene.maria.room.room_id();
    let path = format!("rooms/{theme}/state/org.aty.roster");
    let roster = asks(&bench.oscar, "GET", &path, None).await;
    assert_eq!(
        roster["delegates"].as_array().map(Vec::len),
        Some(2),
        "{roster}"
    );
    let path = format!("rooms/{theme}/state/org.aty.sanction/1");
    let sanction = asks(&bench.oscar, "GET", &path, None).await;
    assert_eq!(sanction["category"], "spam", "{sanction}");
    // All of it has the shape that the reference gives it.
    let [_, act_type, roster_type, sanction_type] = MODERATION;
    let schemas = schemas();
    let timeline = log.timeline().await;
    let acts = timeline.iter().map(|event| &event["content"][act_type]);
    let acts = acts.filter(|act| !act.is_null()).map(|act| (act_type, act));
    for (shape, content) in acts.chain([(roster_type, &roster), (sanction_type, &sanction)]) {
        let schema = &schemas[shape];
        holds(schema, schema, content).unwrap_or_else(|why| panic!("{why}: {content:#}"));
    }
    let told = json!(timeline).to_string();
    for secret in scene.world.secrets() {
        assert!(!told.contains(&secret));
    }
    bench.scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_week_every_phone_keeps_the_hash_of_the_log() {
    let Bench {
        mut scene,
        mut clock,
        log,
        ..
    } = Bench::new().await;
    scene.world.settled().await;
    scene.bridge.stop().await;
    clock.jumps(8 * 24);
    scene.bridge = scene.world.start_bridge().await;
    let said = scene
        .beto_sees("the digest", |shown| shown.text.contains("📒"))
        .await;
    scene.world.settled().await;
    let timeline = log.timeline().await;
    let acts = timeline
        .iter()
        .map(|event| &event["content"][MODERATION[1]]);
    let mut hashes = acts.filter_map(|act| act["hash"].as_str());
    assert!(hashes.any(|hash| said.text.contains(hash)), "{}", said.text);
    let told = |event: &Value| body(event).contains("📒");
    scene.room_has("the digest", told).await;
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_an_admin_removes_by_hand_comes_back_unless_it_is_explained() {
    let settings = format!("{QUICK}  adoption_wait_hours: 0\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    let mut clock = world.clock().await;
    let bridge = world.start_bridge().await;
    let diego = world.phone("Diego").await;
    let carla = world.phone("Carla").await;
    let group = plan_changes::adopted(&world, &diego, "Vecinas").await;
    let link = world.whatsapp.invite_link(&group).await.unwrap();
    carla.join(&link).await.unwrap();
    diego.promote(&group, "Aty").await.unwrap();
    let maria = world.citizen("María", "agua").await;
    carla.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;
    diego.send_text(&group, "bienvenida").await.unwrap();
    maria.wait_for_text("bienvenida").await;

    diego.remove(&group, "Carla").await.unwrap();
    let asked = |event: &Value| has(body(event), &["Diego", "Carla", "!motivo 1"]);
    maria
        .wait_for_event("that it is to be explained", asked)
        .await;
    clock.jumps(13);
    maria.say("¿qué hora es?").await;
    carla.wait_for_membership(&group, true).await.unwrap();

    // Done again it is undone at once. Where the bridge is no admin it can't, and says so where everybody can read it.
    diego.demote(&group, "Aty").await.unwrap();
    diego.remove(&group, "Carla").await.unwrap();
    let again = |event: &Value| has(body(event), &["Diego", "Carla", "se deshace ahora mismo"]);
    maria
        .wait_for_event("that it is undone at once", again)
        .await;
    let log = format!("#aty-paga-registro:{SERVER}");
    let log = Citizen::join(&world.synapse, "Lectora", &log).await;
    let cannot = |event: &Value| has(body(event), &["AGUA", "Vecinas"]);
    log.wait_for_event("that it could not", cannot).await;
    world.settled().await;
    bridge.stop().await;
}

/// What the homeserver answers somebody. `GET_V1` is a GET of what begins with `v1`.
pub async fn asks(citizen: &Citizen, method: &str, path: &str, body: Option<&Value>) -> Value {
    let version = if method == "GET_V1" { "v1" } else { "v3" };
    let server = citizen.client.homeserver();
    let url = format!("{server}_matrix/client/{version}/{path}");
    let http = reqwest::Client::new();
    let request = match method {
        "POST" => http.post(url).json(body.unwrap_or(&Value::Null)),
        _ => http.get(url),
    };
    let token = citizen.client.access_token().unwrap();
    let answer = request.bearer_auth(token).send().await.unwrap();
    answer.json().await.unwrap()
}
