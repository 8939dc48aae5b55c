//! The line of the week, of what is talked about in debate libre: it goes with what it tells of.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sandbox::phones::{Phone, Shown};
use serde_json::{Value, json};

use crate::moderation::{Bench, has};
use crate::scene::{Scene, body, id};
use crate::tangents::{in_debate, moved};
use crate::world::{AGUA, Citizen, Clock, World};

/// How many hours it is from now until the next Saturday begins, so that a new week begins within the days after.
#[expect(clippy::disallowed_methods, reason = "the world's clock begins now")]
fn until_saturday() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let hours = i64::try_from(now.unwrap().as_secs() / 3600).unwrap();
    // 1970 began on a Thursday.
    (2 * 24 - hours).rem_euclid(7 * 24)
}

const ASKED: &str = "¿Quién gana las elecciones?";
const ANSWER: &str = "La lista verde";

/// Everybody has been told of the week, in which Carla's question was moved, and Beto's answer from his group was answered.
struct Told {
    scene: Scene,
    /// His message; what was told of it.
    answer: String,
    said: Value,
    root: String,
    _clock: Clock,
    _carla: Arc<Phone>,
    _log: Citizen,
}

fn week(shown: &Shown) -> bool {
    has(&shown.text, &["🗣️", ANSWER])
}

/// Somebody answers in the thread.
async fn answers(who: &Citizen, root: &str, to: &Value, text: &str) {
    let relates = json!({
        "rel_type": "m.thread", "event_id": root, "is_falling_back": false,
        "m.in_reply_to": { "event_id": id(to) },
    });
    let content = json!({ "msgtype": "m.text", "body": text, "m.relates_to": relates });
    let sent = who.room.send_raw("m.room.message", content).await;
    sent.unwrap();
}

impl Told {
    async fn new() -> Self {
        let (world, mut clock) = World::with_clock(&[AGUA]).await;
        let hours = until_saturday();
        clock.jumps(hours);
        let hours = hours.unsigned_abs();
        world.whatsapp.advance(Duration::from_hours(hours));
        let bench = Bench::within(world, clock).await;
        let (_, root) = moved(&bench).await;
        let Bench {
            mut scene,
            mut clock,
            carla,
            oscar,
            log,
        } = bench;
        in_debate(&scene, &root, ASKED).await;
        let pointer = |shown: &Shown| shown.text.contains("🧭");
        let pointer = scene.beto_sees("the pointer", pointer).await;
        let answer = scene.beto.reply(&scene.two, &pointer.id, ANSWER).await;
        let answer = answer.unwrap();
        let said = in_debate(&scene, &root, ANSWER).await;
        answers(&oscar, &root, &said, "¡La azul!").await;
        scene.world.settled().await;
        scene.bridge.stop().await;
        clock.jumps(3 * 24);
        scene.bridge = scene.world.start_bridge().await;
        scene.both_see("the week", week).await;
        let told = |event: &Value| body(event).contains("🗣️");
        scene.room_has("the week", told).await;
        Self {
            scene,
            answer,
            said,
            root,
            _carla: carla,
            _clock: clock,
            _log: log,
        }
    }

    /// Neither the groups nor the room tell of it any more.
    async fn tells_no_more(self) {
        let scene = self.scene;
        let line_is_gone = |chat: &[Shown]| {
            let gone = |shown: &Shown| shown.deleted && shown.who == "Aty";
            chat.iter().any(gone) && !chat.iter().any(week)
        };
        for (phone, group) in [(&scene.ana, &scene.one), (&scene.beto, &scene.two)] {
            phone.wait_for(group, line_is_gone).await.unwrap();
        }
        scene.world.settled().await;
        let events = scene.timeline().await;
        assert!(!json!(events).to_string().contains(ANSWER));
        scene.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_the_week_tells_nothing_of_what_is_hidden() {
    let told = Told::new().await;
    answers(&told.scene.maria, &told.root, &told.said, "!ocultar spam").await;
    told.tells_no_more().await;
}

/// Also in the group where it was written.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_the_week_tells_nothing_of_what_is_taken_back() {
    let told = Told::new().await;
    let beto = &told.scene.beto;
    beto.delete(&told.scene.two, &told.answer).await.unwrap();
    told.tells_no_more().await;
}
