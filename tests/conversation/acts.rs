//! What people do in a conversation.

use std::time::Duration;

use sandbox::phones::{Kind, Phone, Thing};
use serde_json::Value;

use super::sight::{address, standing, subject};
use super::{Citizen, Out, Place, Stage};
use crate::world::Line;
use matrix_sdk::ruma::OwnedEventId;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;

impl Stage {
    pub(super) async fn enter(&mut self, name: &str, place: &str) {
        let place = self.place(place);
        let from = self.expected.get(&place).map_or(0, Vec::len);
        // What they saw elsewhere stays there.
        self.earlier.remove(name);
        match &place {
            Place::Room(theme) => {
                let citizen = self.world.citizen(name, theme).await;
                self.citizens
                    .insert(name.to_owned(), (citizen, (place, from)));
            }
            Place::Alone(_) => panic!("{name} can write alone at any time"),
            Place::Group(theme, number) => {
                let phone = self.world.phone(name).await;
                let link = &self.groups[&(theme.clone(), *number)];
                let group = phone.join(link).await;
                let group = group.expect("the link leads into the group");
                self.addresses.insert(place.clone(), group);
                self.phones.insert(name.to_owned(), (phone, (place, from)));
            }
        }
    }

    pub(super) async fn leave(&mut self, name: &str) {
        let (phone, (place, _)) = self
            .phones
            .remove(name)
            .expect("only people with phones leave");
        phone
            .leave(&address(&phone, &place))
            .await
            .expect("they can leave");
    }

    pub(super) async fn say(&mut self, name: &str, text: &str, to: Option<&str>) {
        let place = if let Some((phone, (place, _))) = self.phones.get(name) {
            let group = address(phone, place);
            let sent = match to {
                Some(words) => {
                    let answered = first_with(phone, &group, words);
                    phone.reply(&group, &answered, text).await
                }
                None => phone.send_text(&group, text).await,
            };
            sent.expect("the message is sent");
            place.clone()
        } else {
            let (citizen, place) = self.citizen(name);
            match to {
                Some(words) => {
                    let answered = line_with(citizen, words);
                    let content = serde_json::json!({
                        "msgtype": "m.text",
                        "body": text,
                        "m.relates_to": {"m.in_reply_to": {"event_id": answered}},
                    });
                    let sent = citizen.room.send_raw("m.room.message", content).await;
                    sent.expect("the answer is sent");
                }
                None => drop(citizen.say(text).await),
            }
            place.clone()
        };
        self.expected
            .entry(place)
            .or_default()
            .push(format!("{name}: {text}"));
    }

    pub(super) async fn speak(&mut self, name: &str) {
        let (place, shown) = if let Some((phone, (place, _))) = self.phones.get(name) {
            let voice = Thing::new(Kind::Audio, "");
            let sent = phone.send(&address(phone, place), voice).await;
            sent.expect("the voice message is sent");
            (place.clone(), format!("{name}: "))
        } else {
            let (citizen, place) = self.citizen(name);
            let content = serde_json::json!({
                "msgtype": "m.audio",
                "body": "voz.ogg",
                "url": "mxc://aty.test/voz",
            });
            let sent = citizen.room.send_raw("m.room.message", content).await;
            sent.expect("the voice message is sent");
            (place.clone(), format!("{name}: voz.ogg"))
        };
        self.expected.entry(place).or_default().push(shown);
    }

    /// A group that existed before is announced to join the theme.
    pub(super) async fn bring(&mut self, name: &str, place: &str) {
        let place = self.place(place);
        let Place::Group(theme, number) = &place else {
            panic!("{name} brings a group");
        };
        let phone = self.world.phone(name).await;
        let owner = &phone.device().number;
        let whatsapp = &self.world.whatsapp;
        let subject = subject(theme, *number);
        let group = whatsapp.add_group(&subject, owner, &[]).await;
        let link = whatsapp.invite_link(&group.expect("a group")).await;
        let link = link.expect("a link");
        // Her phone looks up the group that is hers already.
        phone.join(&link).await.expect("it is her own");
        let adopted = self.world.aty(&["group", "adopt", theme, &link]).await;
        adopted.expect("the group is adopted");
        self.groups.insert((theme.clone(), *number), link);
        self.phones.insert(name.to_owned(), (phone, (place, 0)));
    }

    pub(super) async fn react(&mut self, name: &str, emoji: &str, words: &str) {
        let emoji = match emoji {
            "no more" => "",
            emoji => emoji,
        };
        if let Some((phone, (place, _))) = self.phones.get(name) {
            let group = address(phone, place);
            let message = first_with(phone, &group, words);
            let sent = phone.react(&group, &message, emoji).await;
            sent.expect("the reaction is sent");
        } else if emoji.is_empty() {
            let reaction = &self.reactions[name];
            let (citizen, _) = self.citizen(name);
            let taken_back = citizen.room.redact(reaction, None, None).await;
            taken_back.expect("the reaction is taken back");
        } else {
            let (citizen, _) = self.citizen(name);
            let content = serde_json::json!({"m.relates_to":
                {"rel_type": "m.annotation", "event_id": line_with(citizen, words), "key": emoji}});
            let sent = citizen.room.send_raw("m.reaction", content).await;
            let sent = sent.expect("the reaction is sent").response.event_id;
            self.reactions.insert(name.to_owned(), sent);
        }
    }

    /// Somebody deletes a message of theirs.
    pub(super) async fn take_back(&self, name: &str, words: &str) {
        if let Some((phone, (place, _))) = self.phones.get(name) {
            let group = address(phone, place);
            let chat = phone.chat(&group);
            let theirs = chat.iter().find(|it| it.own && it.text.contains(words));
            let theirs = theirs.expect("a message of theirs").id.clone();
            let deleted = phone.delete(&group, &theirs).await;
            deleted.expect("the message is deleted");
        } else {
            let (citizen, _) = self.citizen(name);
            let lines = citizen.lines();
            let user = citizen.client.user_id();
            let theirs = |line: &&Line| Some(&*line.sender) == user && line.text.contains(words);
            let theirs = lines.iter().find(theirs).expect("a line of theirs");
            let deleted = citizen.room.redact(&theirs.event, None, None).await;
            deleted.expect("the message is deleted");
        }
    }

    /// Somebody becomes a facilitator by a code of the operator's.
    pub(super) async fn facilitate(&mut self, name: &str) {
        let printed = self.world.aty(&["facilitator"]).await;
        let printed = printed.expect("a code");
        let code = printed.lines().next().expect("a code").to_owned();
        self.say_alone(name, &format!("!facilitar {code}")).await;
    }

    /// The last code that somebody with a phone was told.
    pub(super) fn last_code(&self) -> String {
        let phones = self.phones.values();
        let texts = phones.flat_map(|(phone, (place, _))| phone.chat(&address(phone, place)));
        let told = texts
            .filter(|shown| shown.who == "Aty")
            .map(|shown| shown.text);
        let code = |text: String| {
            let mut words = text.split(|c: char| !c.is_ascii_digit());
            words.rfind(|word| word.len() == 6).map(str::to_owned)
        };
        let mut codes: Vec<String> = told.filter_map(code).collect();
        codes.pop().expect("somebody was told a code")
    }

    /// What fell due meanwhile is done before anybody goes on.
    pub(super) async fn pass(&mut self, hours: i64) {
        self.world.settled().await;
        let clock = self.clock.as_mut().expect("time passes by a clock");
        clock.jumps(hours);
        let passed = Duration::from_secs(3600 * hours.unsigned_abs());
        self.world.whatsapp.advance(passed);
        self.world.settled().await;
    }

    /// Somebody on Matrix accepts the invitation to where they were.
    pub(super) async fn come_back(&mut self, name: &str) {
        let Some(Out::Citizen(citizen, place)) = self.out.remove(name) else {
            panic!("{name} is not out of a room");
        };
        citizen.room.join().await.expect("they are invited");
        // What was said while they were out comes with it.
        let timeline = citizen.timeline().await;
        let said = |event: &&Value| event["content"]["body"].is_string();
        if let Some(last) = timeline.iter().rev().find(said) {
            let there = |line: &Line| last["event_id"] == line.event.as_str();
            let what = "what was said while they were out";
            citizen
                .wait_for(what, |lines| lines.iter().any(there))
                .await;
        }
        let from = self.expected.get(&place).map_or(0, Vec::len);
        let before = standing(&citizen.lines()).count();
        self.earlier.insert(name.to_owned(), before);
        self.citizens
            .insert(name.to_owned(), (citizen, (place, from)));
    }

    /// The operator takes out what the law forbids.
    pub(super) async fn remove(&self, words: &str, reason: &str) {
        let (citizen, (place, _)) = self.citizens.values().next().expect("somebody in the room");
        let Place::Room(theme) = place else {
            panic!("{place:?} is no room");
        };
        let event = line_with(citizen, words).to_string();
        let asked = ["remove", "--theme", theme, "--message", &event, "--reason"];
        let asked = asked.iter().copied().chain([reason]);
        let removed = self.world.aty(&asked.collect::<Vec<_>>()).await;
        removed.expect("it is taken out");
    }

    pub(super) async fn say_in_vain(&self, name: &str, text: &str) {
        let refused = match self.phones.get(name) {
            Some((phone, (place, _))) => {
                let sent = phone.send_text(&address(phone, place), text).await;
                sent.is_err()
            }
            None => {
                let (citizen, _) = self.citizen(name);
                let content = RoomMessageEventContent::text_plain(text);
                citizen.room.send(content).await.is_err()
            }
        };
        assert!(refused, "{name} could write “{text}”");
    }
}

fn first_with(phone: &Phone, group: &str, words: &str) -> String {
    let chat = phone.chat(group);
    let found = chat.iter().find(|shown| shown.text.contains(words));
    found.expect("a message with these words").id.clone()
}

pub(super) fn line_with(citizen: &Citizen, words: &str) -> OwnedEventId {
    let lines = citizen.lines();
    let found = standing(&lines).find(|line| line.text.contains(words));
    found.expect("a line with these words").event.clone()
}
