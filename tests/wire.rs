//! The shapes in which the bridge writes: for each kind of message the content of its events, and what a phone makes of what it
//! gets. They are held by tests/wire.json, which is for reading, too; ids are replaced there by their places.

use std::path::Path;

use matrix_sdk::ruma::EventId;
use sandbox::phones::{Kind, Phone, Shown, Thing};
use serde_json::{Map, Value, json};

use crate::scene::{Scene, id};
use crate::world::SERVER;

/// What was there before a step.
struct Before {
    events: usize,
    ana: Vec<Shown>,
    beto: Vec<Shown>,
}

/// A conversation that is written down.
struct Record {
    scene: Scene,
    steps: Vec<Value>,
    before: Before,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_has_the_shapes_on_record() {
    let mut scene = Scene::new().await;
    let carla = scene.world.phone("Carla").await;
    carla.join(&scene.link).await.unwrap();
    carla.send_text(&scene.one, "llegué").await.unwrap();
    scene.maria.wait_for_text("llegué").await;
    let mut record = Record::of(scene).await;
    from_whatsapp(&mut record).await;
    from_matrix(&mut record).await;
    let fresh = record.written().await;
    record.scene.ends().await;

    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/wire.json"
    ));
    if std::env::var_os("ATY_BLESS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    }
    let held = std::fs::read_to_string(path).unwrap_or_default();
    let differs = held.lines().zip(fresh.lines()).position(|(a, b)| a != b);
    assert!(
        held == fresh,
        "tests/wire.json differs from line {:?} on: if that is meant, run the tests once with ATY_BLESS=1 and commit it; now:\n{fresh}",
        differs.map(|line| line + 1)
    );
}

async fn from_whatsapp(record: &mut Record) {
    let (ana, one) = (record.scene.ana.clone(), record.scene.one.clone());
    let marked = "*fuerte* y `código`\n- uno\n> cita";
    let text = ana.send_text(&one, marked).await.unwrap();
    record.step("Ana writes formatted text").await;
    ana.mention(&one, "@Carla ¿venís?", &["Carla"])
        .await
        .unwrap();
    record.step("Ana mentions Carla").await;
    ana.edit(&one, &text, "*firme*").await.unwrap();
    record.step("Ana changes her text").await;
    let carlas = of_text(&ana, &one, "llegué");
    let answer = ana.reply(&one, &carlas, "bien").await.unwrap();
    record.step("Ana answers Carla").await;
    ana.react(&one, &carlas, "👍").await.unwrap();
    record.step("Ana reacts to Carla's words").await;
    ana.react(&one, &carlas, "").await.unwrap();
    record.step("Ana takes her reaction back").await;
    ana.delete(&one, &answer).await.unwrap();
    record.step("Ana deletes her answer").await;
    let photo = Thing::new(Kind::Image, "la *canilla* rota");
    ana.send(&one, photo).await.unwrap();
    record.step("Ana sends a photo").await;
    ana.send_text(&one, "!nombre").await.unwrap();
    record.step("Ana writes a command").await;
}

async fn from_matrix(record: &mut Record) {
    let html = "<strong>fuerte</strong> y <a href=\"https://example.org\">el acta</a>";
    let content = json!({"msgtype": "m.text", "body": "fuerte y el acta",
        "format": "org.matrix.custom.html", "formatted_body": html});
    let text = record.scene.maria_sends("m.room.message", content).await;
    record.step_of_maria("María writes formatted text").await;
    let content = json!({"msgtype": "m.text", "body": "* firme",
        "m.new_content": {"msgtype": "m.text", "body": "firme"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": text}});
    record.scene.maria_sends("m.room.message", content).await;
    record.step_of_maria("María changes her text").await;
    let hola = record.scene.maria.wait_for_text("hola").await.event;
    let content = json!({"msgtype": "m.text", "body": "¡qué tal!",
        "m.relates_to": {"m.in_reply_to": {"event_id": hola}}});
    record.scene.maria_sends("m.room.message", content).await;
    record.step_of_maria("María answers Ana").await;
    let content = json!({"msgtype": "m.text", "body": "en el hilo",
        "m.relates_to": {"rel_type": "m.thread", "event_id": hola, "is_falling_back": true,
            "m.in_reply_to": {"event_id": hola}}});
    record.scene.maria_sends("m.room.message", content).await;
    record.step_of_maria("María writes in a thread").await;
    let (ana, one) = (record.scene.ana.clone(), record.scene.one.clone());
    let there = of_text(&ana, &one, "*María*: en el hilo");
    ana.reply(&one, &there, "yo también").await.unwrap();
    record.step("Ana answers in the thread").await;
    let content =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": hola, "key": "🎉"}});
    record.scene.maria_sends("m.reaction", content).await;
    record.step_of_maria("María reacts to Ana's words").await;
    let text = EventId::parse(&text).unwrap();
    let maria = &record.scene.maria;
    maria.room.redact(&text, None, None).await.unwrap();
    record.step_of_maria("María takes her text back").await;
    record.scene.maria.say("!nombre").await;
    let notice = |event: &Value| event["content"]["msgtype"] == "m.notice";
    record.scene.room_has("a notice", notice).await;
    record.step("María writes a command").await;
}

fn of_text(phone: &Phone, group: &str, text: &str) -> String {
    let chat = phone.chat(group);
    let shown = chat.iter().find(|shown| shown.text == text);
    shown.expect("it is on the phone").id.clone()
}

impl Record {
    async fn of(scene: Scene) -> Self {
        let before = Before {
            events: 0,
            ana: Vec::new(),
            beto: Vec::new(),
        };
        let mut record = Self {
            scene,
            steps: Vec::new(),
            before,
        };
        record.step("before").await;
        record.steps.clear();
        record
    }

    /// What María did has come to the bridge when Ana's phone shows something new.
    async fn step_of_maria(&mut self, what: &str) {
        let before = &self.before.ana;
        let waiting = self
            .scene
            .ana
            .wait_for(&self.scene.one, |chat| chat != before);
        waiting
            .await
            .unwrap_or_else(|error| panic!("{what}: {error:#}"));
        self.step(what).await;
    }

    /// Writes down what is new everywhere since the last step, once all has arrived.
    async fn step(&mut self, what: &str) {
        let scene = &self.scene;
        scene.world.settled().await;
        for phone in [&scene.ana, &scene.beto] {
            let device = phone.device().clone();
            let taken = scene
                .world
                .whatsapp
                .wait_until("the phones to take all", |state| {
                    state.queued(&device).is_empty()
                });
            taken.await.unwrap();
        }
        let events = scene.timeline().await;
        assert!(events.len() < 100, "the homeserver gives no more at once");
        let ours = |event: &&Value| {
            let sender = event["sender"].as_str().unwrap_or_default();
            let is_message = event.get("state_key").is_none();
            is_message && (sender.starts_with("@_aty_") || sender.starts_with("@aty:"))
        };
        let written = events.iter().skip(self.before.events).filter(ours);
        let written: Vec<Value> = written
            .map(|event| {
                json!({"type": event["type"], "sender": event["sender"], "content": event["content"]})
            })
            .collect();
        let (ana, beto) = (scene.ana.chat(&scene.one), scene.beto.chat(&scene.two));
        let mut step = Map::new();
        step.insert("After".to_owned(), what.into());
        for (place, new) in [
            ("room", written),
            ("Ana's phone", changed(&self.before.ana, &ana)),
            ("Beto's phone", changed(&self.before.beto, &beto)),
        ] {
            if !new.is_empty() {
                step.insert(place.to_owned(), new.into());
            }
        }
        self.steps.push(Value::Object(step));
        self.before = Before {
            events: events.len(),
            ana,
            beto,
        };
    }

    /// All steps, with places in place of ids.
    async fn written(&self) -> String {
        let events = self.scene.timeline().await;
        let steps = sorted(Value::Array(self.steps.clone()));
        let mut text = serde_json::to_string_pretty(&steps).unwrap();
        for event in events
            .iter()
            .filter(|event| event["type"] == "m.room.member")
        {
            let (user, name) = (&event["state_key"], &event["content"]["displayname"]);
            if let (Some(user), Some(name)) = (user.as_str(), name.as_str()) {
                text = text.replace(user, &format!("@({name}):{SERVER}"));
            }
        }
        let events = events.iter().map(|event| id(event).to_owned());
        let chats = self.before.ana.iter().chain(&self.before.beto);
        text = numbered(text, events, "event");
        text = numbered(text, chats.map(|shown| shown.id.clone()), "message");
        text + "\n"
    }
}

/// What of a conversation is new, or other than it was. Times, and whatever is different each time, are left out.
fn changed(before: &[Shown], after: &[Shown]) -> Vec<Value> {
    let new = after.iter().filter(|shown| !before.contains(shown));
    new.map(|shown| {
        let mut shown = serde_json::to_value(shown).unwrap();
        let fields = shown.as_object_mut().unwrap();
        for field in ["at", "author", "place"] {
            fields.remove(field);
        }
        fields.retain(|_, value| {
            !value.is_null() && *value != json!(false) && value.as_array() != Some(&Vec::new())
        });
        if let Some(reactions) = fields.get_mut("reactions").and_then(Value::as_array_mut) {
            for reaction in reactions {
                reaction.as_object_mut().unwrap().remove("author");
            }
        }
        shown
    })
    .collect()
}

/// Puts `(what 1)`, `(what 2)` … into the place of ids, in the order in which the text has them.
fn numbered(mut text: String, ids: impl Iterator<Item = String>, what: &str) -> String {
    let mut found: Vec<(usize, String)> =
        ids.filter_map(|id| Some((text.find(&id)?, id))).collect();
    found.sort();
    found.dedup();
    for (number, (_, id)) in found.iter().enumerate() {
        text = text.replace(id, &format!("({what} {})", number + 1));
    }
    text
}

/// Keys in their order, and effects by no id.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(sorted).collect(),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            let fields = fields.into_iter().map(|(key, value)| {
                let value = match key.as_str() {
                    "org.aty.effect" => "(effect)".into(),
                    _ => sorted(value),
                };
                (key, value)
            });
            fields.collect()
        }
        other => other,
    }
}
