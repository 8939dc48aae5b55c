//! A bad evening: forty people who know each other come at once into a theme that is a week old and into one that has just begun.
//! They flood, report a critic, call for measures and nominate their own. The critic's words stay, the brigade gains no mandate,
//! people go on talking, and the log tells it all.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sandbox::phones::{Phone, Shown, chat_with, person};
use serde_json::{Value, json};

use crate::moderation::{asks, has};
use crate::scene::{body, sees};
use crate::world::{AGUA, BridgeProcess, Citizen, Clock, SALUD, SERVER, World, Writer};

const PHONES: usize = 12;
const WRITERS: usize = 28;
const CRITIC: &str = "La intendenta todavía no rindió cuentas del pozo";

/// One of the brigade, in both themes.
enum Member {
    OnWhatsApp(Arc<Phone>, [String; 2]),
    OnMatrix([Writer; 2]),
}

impl Member {
    async fn says(&self, theme: usize, text: &str) {
        match self {
            // What is said in a paused or flooded theme may be refused: that is no failure of theirs.
            Self::OnWhatsApp(phone, groups) => drop(phone.send_text(&groups[theme], text).await),
            Self::OnMatrix(writers) => writers[theme].say(text).await,
        }
    }
}

/// A theme with two delegates, Ana and María, which is a week old; and one in which only Eva has said something.
struct Evening {
    world: World,
    bridge: BridgeProcess,
    clock: Clock,
    ana: Arc<Phone>,
    beto: Arc<Phone>,
    carla: Arc<Phone>,
    one: String,
    two: String,
    maria: Citizen,
    eva: Arc<Phone>,
    salud: String,
    fresh: Citizen,
    links: [String; 2],
}

impl Evening {
    async fn falls() -> Self {
        let (mut world, clock) = World::with_clock(&[AGUA, SALUD]).await;
        let bridge = world.start_bridge().await;
        let link = world.open_group("agua").await;
        let (ana, carla) = (world.phone("Ana").await, world.phone("Carla").await);
        let one = ana.join(&link).await.unwrap();
        carla.join(&link).await.unwrap();
        let (beto, two) = world.newcomer("Beto", "agua").await;
        let maria = world.citizen("María", "agua").await;
        let fresh_link = world.open_group("salud").await;
        let eva = world.phone("Eva").await;
        let salud = eva.join(&fresh_link).await.unwrap();
        let fresh = world.citizen("Lectora", "salud").await;
        let mut evening = Self {
            world,
            bridge,
            clock,
            ana,
            beto,
            carla,
            one,
            two,
            maria,
            eva,
            salud,
            fresh,
            links: [link, fresh_link],
        };
        for day in ["lunes", "jueves"] {
            evening.everybody_greets(day).await;
            evening.days_pass(4).await;
        }
        for name in ["Ana", "María"] {
            evening.seats(name).await;
        }
        evening.days_pass(2).await;
        evening
    }

    async fn everybody_greets(&self, day: &str) {
        for (phone, group) in [
            (&self.ana, &self.one),
            (&self.carla, &self.one),
            (&self.beto, &self.two),
        ] {
            let text = format!("Buen {day}");
            phone.send_text(group, &text).await.unwrap();
        }
        let text = format!("Feliz {day}");
        self.maria.say(&text).await;
        sees(&self.beto, &self.two, day, |shown| {
            shown.text.ends_with(&text)
        })
        .await;
        self.world.settled().await;
    }

    async fn days_pass(&mut self, days: u64) {
        self.clock.jumps(24 * i64::try_from(days).unwrap());
        self.world
            .whatsapp
            .advance(Duration::from_secs(24 * 3600 * days));
        self.world.settled().await;
    }

    async fn seats(&self, name: &str) {
        let nominate = format!("!nominar @{name}");
        let second = format!("!avalar @{name}");
        self.carla.send_text(&self.one, &nominate).await.unwrap();
        self.world.settled().await;
        self.beto.send_text(&self.two, &second).await.unwrap();
        match name {
            "Ana" => {
                self.maria.say(&second).await;
                self.world.settled().await;
                self.ana.send_text(&self.one, "!aceptar").await.unwrap();
            }
            _ => {
                self.ana.send_text(&self.one, &second).await.unwrap();
                self.world.settled().await;
                self.maria.say("!aceptar").await;
            }
        }
        let announced = |event: &Value| has(body(event), &[name, "va a moderar"]);
        self.maria.wait_for_event("the seat", announced).await;
    }

    async fn brigade(&mut self) -> Vec<Member> {
        let mut phones = Vec::new();
        for number in 0..PHONES {
            phones.push(self.world.phone(&format!("Vecino {number}")).await);
        }
        let mut members = Vec::new();
        for phone in phones {
            let one = phone.join(&self.links[0]).await.unwrap();
            let other = phone.join(&self.links[1]).await.unwrap();
            members.push(Member::OnWhatsApp(phone, [one, other]));
        }
        let rooms = [self.maria.room.room_id(), self.fresh.room.room_id()];
        let world = &self.world;
        let joining = (0..WRITERS).map(|number| async move {
            let one = world.writer(&format!("Usuario {number}"), rooms[0]).await;
            let other = one.enters(rooms[1]).await;
            Member::OnMatrix([one, other])
        });
        members.extend(join_all(joining).await);
        members
    }

    /// What the homeserver tells of a theme's moderation.
    async fn state(&self, reader: &Citizen, key: &str) -> Value {
        let path = format!("rooms/{}/state/{key}", reader.room.room_id());
        asks(&self.maria, "GET", &path, None).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brigade_silences_nobody_gains_no_mandate_and_the_log_tells_of_it() {
    let mut evening = Evening::falls().await;
    let roster = evening.state(&evening.maria, "org.aty.roster").await;
    assert_eq!(
        roster["delegates"].as_array().map(Vec::len),
        Some(2),
        "{roster}"
    );
    let said = evening.carla.send_text(&evening.one, CRITIC).await.unwrap();
    sees(&evening.beto, &evening.two, "the critic", |shown| {
        shown.text.ends_with(CRITIC)
    })
    .await;
    let is_critic = |event: &Value| body(event) == CRITIC;
    let copy = evening.maria.wait_for_event("the critic", is_critic).await;

    let brigade = evening.brigade().await;
    // That so many came at once was said, and those who moderate were asked, in both themes; nothing was closed.
    for reader in [&evening.maria, &evening.fresh] {
        let wave = |event: &Value| has(body(event), &["🌊", "!aprobacion"]);
        reader.wait_for_event("that many came", wave).await;
    }

    let attacks = brigade
        .iter()
        .enumerate()
        .map(|(number, member)| async move {
            for theme in [0, 1] {
                member.says(theme, &format!("¡Basta! {number}")).await;
                member.says(theme, "!nominar @Vecino 1").await;
                member.says(theme, "!avalar @Vecino 1").await;
            }
            for text in [
                "!reportar @Carla odio",
                "!reportar @Carla amenaza",
                "!silenciar @Carla 72h odio",
                "!suspender @Carla 7d odio",
                "!revocar @Ana no hace nada",
                "!voto sí",
                "¡Fuera! ¡Fuera!",
            ] {
                member.says(0, text).await;
            }
            if let Member::OnWhatsApp(phone, _) = member {
                let aty = chat_with(&person(0, "Aty"));
                let report = phone.send_text(&aty, "!reportar agua @Carla odio").await;
                report.unwrap();
            }
        });
    let (_, ()) = tokio::join!(join_all(attacks), async {
        // Meanwhile people go on talking.
        evening.maria.say("¿Cuándo es la reunión?").await;
        evening
            .ana
            .send_text(&evening.one, "El jueves a las siete")
            .await
            .unwrap();
        evening
            .eva
            .send_text(&evening.salud, "Bienvenidos a salud")
            .await
            .unwrap();
    });
    let first = &brigade[1];
    for theme in [0, 1] {
        first.says(theme, "!aceptar").await;
    }
    evening.world.settled_after_much().await;
    for (phone, group, text) in [
        (&evening.ana, &evening.one, "¿Cuándo es la reunión?"),
        (&evening.beto, &evening.two, "¿Cuándo es la reunión?"),
        (&evening.beto, &evening.two, "El jueves a las siete"),
    ] {
        sees(phone, group, text, |shown| shown.text.ends_with(text)).await;
    }
    evening.fresh.wait_for_text("Bienvenidos a salud").await;

    // What the critic said stands where it stood, and she goes on.
    let stands = |shown: &Shown| shown.id == said && !shown.deleted && shown.text == CRITIC;
    sees(&evening.ana, &evening.one, "the critic", stands).await;
    let path = format!(
        "rooms/{}/event/{}",
        evening.maria.room.room_id(),
        copy["event_id"].as_str().unwrap()
    );
    let event = asks(&evening.maria, "GET", &path, None).await;
    assert_eq!(body(&event), CRITIC, "{event:#}");
    let more = "Y el balance tampoco está publicado";
    evening.carla.send_text(&evening.one, more).await.unwrap();
    evening.maria.wait_for_text(more).await;
    sees(&evening.beto, &evening.two, more, |shown| {
        shown.text.ends_with(more)
    })
    .await;

    // The brigade gained nothing, in neither theme.
    let after = evening.state(&evening.maria, "org.aty.roster").await;
    assert_eq!(after["delegates"], roster["delegates"]);
    let none = evening.state(&evening.fresh, "org.aty.roster").await;
    assert_eq!(none["errcode"], "M_NOT_FOUND", "{none}");
    let sanction = evening.state(&evening.maria, "org.aty.sanction/1").await;
    assert_eq!(sanction["errcode"], "M_NOT_FOUND", "{sanction}");

    // What they reported is one report of each kind, with somebody who looks at it; and nobody who did is named.
    let log = format!("#aty-paga-registro:{SERVER}");
    let log = Citizen::join(&evening.world.synapse, "Archivo", &log).await;
    let reported = |event: &Value| has(body(event), &["AGUA", "reporte 2", "Lo mira"]);
    log.wait_for_event("the second report", reported).await;
    let entries = log.timeline().await;
    let reports = entries
        .iter()
        .filter(|event| event["content"]["org.aty.moderation_act"]["act"] == "reported");
    let reports: Vec<String> = reports.map(Value::to_string).collect();
    assert_eq!(reports.len(), 2);
    for report in &reports {
        assert!(
            !report.contains("Vecino") && !report.contains("Usuario"),
            "{report}"
        );
    }

    // A delegate deals with one of them, and that holds; and asks why nothing is to be done about the rest.
    let mute = "!silenciar @Vecino 2 6h demasiados mensajes: grita en todos los mensajes";
    evening.ana.send_text(&evening.one, mute).await.unwrap();
    let muted = |event: &Value| has(body(event), &["Vecino 2", "6 horas"]);
    evening.maria.wait_for_event("that it holds", muted).await;
    let aty = chat_with(&person(0, "Aty"));
    let resolved = "!resuelto agua 1 es crítica, y está permitida";
    evening.ana.send_text(&aty, resolved).await.unwrap();
    let closed = |event: &Value| has(body(event), &["reporte 1", "es crítica"]);
    log.wait_for_event("its end", closed).await;
    evening.world.settled_after_much().await;
    they_stay(&mut evening, &brigade, (&log, &roster)).await;
    let told = json!(log.timeline().await).to_string();
    for secret in evening.world.secrets() {
        assert!(!told.contains(&secret));
    }
    evening.bridge.stop().await;
}

/// Days later those who stayed take part like anybody else: what they want is voted on in the open, and until then all is as it
/// was. That they came at once stands in the log.
async fn they_stay(evening: &mut Evening, brigade: &[Member], (log, roster): (&Citizen, &Value)) {
    let few = &brigade[..8];
    // One day is not enough, however long ago.
    evening.days_pass(4).await;
    let recall = "!revocar @Ana no hace nada";
    for member in few {
        member.says(0, recall).await;
    }
    evening.world.settled_after_much().await;
    let told = json!(log.timeline().await).to_string();
    assert!(!told.contains("Ana deje de moderar"), "{told}");

    evening.days_pass(1).await;
    for member in few {
        member.says(0, "Acá seguimos").await;
        member.says(0, recall).await;
    }
    let vote = |event: &Value| has(body(event), &["Votación 1", "Ana deje de moderar"]);
    evening.maria.wait_for_event("an open vote", vote).await;
    log.wait_for_event("an open vote", vote).await;
    let still = evening.state(&evening.maria, "org.aty.roster").await;
    assert_eq!(still["delegates"], roster["delegates"]);
    let wave = |event: &Value| has(body(event), &["AGUA", "🌊", "personas en una hora"]);
    log.wait_for_event("that they came at once", wave).await;
}
