//! What people write to the bridge alone, and what it says there.

use matrix_sdk::Room;
use matrix_sdk::ruma::api::client::room::create_room::v3::{Request, RoomPreset};
use sandbox::phones::{Phone, chat_with, person};
use serde_json::{Value, json};

use super::sight::{compare_one, fits, said};
use super::{Out, Place, Stage};
use crate::world::{Citizen, SERVER};

/// Somebody who can write to the bridge alone, wherever they are.
enum Writer<'a> {
    Phone(&'a Phone),
    Citizen(&'a Citizen),
}

impl Stage {
    pub(super) async fn say_alone(&mut self, name: &str, text: &str) {
        match self.writer(name) {
            Writer::Phone(phone) => {
                let sent = phone.send_text(&aty(), text).await;
                sent.expect("the message is sent");
            }
            Writer::Citizen(citizen) => {
                let content = json!({ "msgtype": "m.text", "body": text });
                let room = match self.alone.get(name) {
                    Some(room) => room.clone(),
                    None => {
                        let mut request = Request::new();
                        request.is_direct = true;
                        request.preset = Some(RoomPreset::TrustedPrivateChat);
                        request.invite = vec![bot().try_into().expect("a user id")];
                        let room = citizen.client.create_room(request).await;
                        room.expect("a room with the bridge")
                    }
                };
                let sent = room.send_raw("m.room.message", content).await;
                sent.expect("the message is sent");
                self.alone.insert(name.to_owned(), room);
            }
        }
        let place = Place::Alone(name.to_owned());
        let lines = self.expected.entry(place).or_default();
        lines.push(format!("{name}: {text}"));
    }

    pub(super) async fn expect_alone(&mut self, name: &str, shown: &str) {
        let place = Place::Alone(name.to_owned());
        let lines = self.expected.entry(place.clone()).or_default();
        lines.push(shown.to_owned());
        let wanted = lines.iter().filter(|line| *line == shown).count();
        let enough = |lines: &[String]| {
            let seen = lines.iter().filter(|line| fits(shown, line));
            seen.count() >= wanted
        };
        match self.writer(name) {
            Writer::Phone(phone) => {
                let aty = aty();
                let waiting = phone.wait_for(&aty, |chat| {
                    enough(&chat.iter().map(said).collect::<Vec<_>>())
                });
                let what = format!("waited for “{shown}”, said to {name} alone");
                waiting
                    .await
                    .unwrap_or_else(|error| panic!("{what}: {error:#}"));
            }
            Writer::Citizen(citizen) => {
                let room = match self.alone.get(name) {
                    Some(room) => room.clone(),
                    None => citizen.accepts_from(&bot()).await,
                };
                let last = |event: &Value| fits(shown, &line(event, name));
                citizen.wait_for_event_in(room.room_id(), shown, last).await;
                assert!(enough(&lines_of(citizen, &room, name).await), "{shown}");
                self.alone.insert(name.to_owned(), room);
            }
        }
    }

    /// What everybody saw alone is what they should have.
    pub(super) async fn compare_alone(&self) {
        for (place, expected) in &self.expected {
            let Place::Alone(name) = place else { continue };
            let seen = self.lines_alone(name).await;
            compare_one(name, place, expected, seen);
        }
    }

    /// What the bridge said alone to everybody but somebody.
    pub(super) async fn said_alone_to_others(&self, name: &str) -> Vec<(String, String)> {
        let mut said_to = Vec::new();
        for place in self.expected.keys() {
            let Place::Alone(other) = place else { continue };
            if other != name {
                let lines = self.lines_alone(other).await;
                said_to.extend(lines.into_iter().map(|line| (other.clone(), line)));
            }
        }
        said_to
    }

    async fn lines_alone(&self, name: &str) -> Vec<String> {
        match self.writer(name) {
            Writer::Phone(phone) => phone.chat(&aty()).iter().map(said).collect(),
            Writer::Citizen(citizen) => lines_of(citizen, &self.alone[name], name).await,
        }
    }

    fn writer(&self, name: &str) -> Writer<'_> {
        if let Some((phone, _)) = self.phones.get(name) {
            return Writer::Phone(phone);
        }
        match self.out.get(name) {
            Some(Out::Phone(phone, ..)) => Writer::Phone(phone),
            Some(Out::Citizen(citizen, _)) => Writer::Citizen(citizen),
            None => Writer::Citizen(self.citizen(name).0),
        }
    }
}

/// The conversation with the bridge's account alone.
fn aty() -> String {
    chat_with(&person(0, "Aty"))
}

fn bot() -> String {
    format!("@aty:{SERVER}")
}

async fn lines_of(citizen: &Citizen, room: &Room, name: &str) -> Vec<String> {
    let events = citizen.timeline_of(room.room_id()).await;
    let said = |event: &&Value| event["type"] == "m.room.message";
    events
        .iter()
        .filter(said)
        .map(|event| line(event, name))
        .collect()
}

/// A message as it stands there. The bridge's are shown by their texts alone.
fn line(event: &Value, name: &str) -> String {
    let body = event["content"]["body"].as_str().unwrap_or_default();
    match event["sender"] == bot().as_str() {
        true => body.to_owned(),
        false => format!("{name}: {body}"),
    }
}
