//! Conversations as text files, readable by an organiser: who writes what where, and what everybody else then sees.
//!
//! ```text
//! Two groups of one theme are one conversation      <- the first line is the title
//!
//! agua: 2 groups                                     <- the themes and how many WhatsApp groups each has
//! Ana in agua 1                                      <- people with phones
//! María in agua room                                 <- people with Matrix
//!
//! Ana: Hola                                          <- somebody writes
//!   room: Ana: Hola                                  <- what is then seen in the room
//!   agua 2: *Ana*: Hola                              <- and in the theme's second group
//! María to “Hola”: ¿Qué tal?                         <- somebody answers the first message in their place with these words
//!   agua 1 to “Hola”: *María*: ¿Qué tal?             <- what is seen there answers a message with these words
//! María reacts 👍 to “Hola”                          <- or reacts to it
//! María reacts no more to “Hola”                     <- or takes that back
//!   room has Ana                                     <- somebody in the room is called so by now
//! Ana sends a voice message                          <- `voz.ogg` in the room, without a text on phones
//! Luz brings agua 3                                  <- a group of her own, which joins the theme a day later
//! ```
//!
//! A place shows what is listed for it and nothing else: at the end each transcript is compared whole, so that
//! nothing missing, nothing twice and nothing out of order goes unnoticed. `{words}` stands for any text that holds
//! these words. In what somebody says, `{code}` is the last code of six digits that anybody was told, and `{long}` a text of 10,001 letters. A card that changes is no
//! new line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use matrix_sdk::ruma::OwnedEventId;
use sandbox::phones::{Kind, Phone, Thing};

use crate::world::{Citizen, Line, Theme, World};

/// Themes that conversations can have.
const THEMES: [Theme; 2] = [crate::world::AGUA, crate::world::SALUD];

/// Where something is seen: a theme's room, or one of its groups.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Room(String),
    Group(String, usize),
}

struct Stage {
    world: World,
    groups: BTreeMap<(String, usize), String>,
    /// People, where they are, and how many lines stood there already when they came.
    phones: BTreeMap<String, (Arc<Phone>, (Place, usize))>,
    citizens: BTreeMap<String, (Citizen, (Place, usize))>,
    /// The last reaction of each person in a room.
    reactions: BTreeMap<String, OwnedEventId>,
    /// What each place must show, in order.
    expected: BTreeMap<Place, Vec<String>>,
    theme: String,
}

/// Plays a conversation file.
pub async fn play(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/conversations")
        .join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<&str> = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .collect();
    let groups: Vec<(String, usize)> = lines.iter().filter_map(|line| theme_line(line)).collect();
    let themes: Vec<Theme> = THEMES
        .into_iter()
        .filter(|theme| groups.iter().any(|(slug, _)| slug == theme.0))
        .collect();
    let world = World::new(&themes).await;
    let bridge = world.start_bridge().await;
    let mut stage = Stage {
        theme: groups[0].0.clone(),
        world,
        groups: BTreeMap::new(),
        phones: BTreeMap::new(),
        citizens: BTreeMap::new(),
        reactions: BTreeMap::new(),
        expected: BTreeMap::new(),
    };
    for (theme, count) in groups {
        for number in 1..=count {
            let link = stage.world.open_group(&theme).await;
            stage.groups.insert((theme.clone(), number), link);
        }
    }
    for line in lines.iter().filter(|line| theme_line(line).is_none()) {
        stage.perform(line).await;
    }
    stage.compare().await;
    bridge.stop().await;
}

fn theme_line(line: &str) -> Option<(String, usize)> {
    let (theme, rest) = line.split_once(": ")?;
    let count = rest
        .strip_suffix(" groups")
        .or_else(|| rest.strip_suffix(" group"))?;
    Some((theme.to_owned(), count.parse().ok()?))
}

impl Stage {
    async fn perform(&mut self, line: &str) {
        if let Some((name, place)) = line
            .split_once(" in ")
            .filter(|(name, _)| !name.contains(':'))
        {
            self.enter(name, place).await;
        } else if let Some(name) = line.strip_suffix(" leaves") {
            self.leave(name).await;
        } else if let Some(name) = line.strip_suffix(" sends a voice message") {
            self.speak(name).await;
        } else if let Some((name, place)) = line
            .split_once(" brings ")
            .filter(|(name, _)| !name.contains(':'))
        {
            self.bring(name, place).await;
        } else if let Some((name, act)) = line
            .split_once(" reacts ")
            .filter(|(name, _)| !name.contains(':'))
        {
            let (emoji, words) = act.split_once(" to ").expect("to what?");
            self.react(name, emoji, quoted(words)).await;
        } else if let Some(name) = line.strip_prefix("  room has ") {
            self.expect_member(name).await;
        } else if line.starts_with("  ") {
            let (place, shown) = line
                .trim()
                .split_once(": ")
                .unwrap_or_else(|| panic!("what is seen? {line}"));
            self.expect(place, shown).await;
        } else {
            let (name, text) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("who says what? {line}"));
            let mut text = text.replace("\\n", "\n");
            text = text.replace("{long}", &"a".repeat(10_001));
            if text.contains("{code}") {
                text = text.replace("{code}", &self.last_code());
            }
            match name.split_once(" to ") {
                Some((name, words)) => self.say(name, &text, Some(quoted(words))).await,
                None => self.say(name, &text, None).await,
            }
        }
    }

    fn place(&self, text: &str) -> Place {
        let (theme, rest) = text.split_once(' ').unwrap_or((&self.theme, text));
        match rest.parse() {
            Ok(number) => Place::Group(theme.to_owned(), number),
            Err(_) if rest == "room" => Place::Room(theme.to_owned()),
            Err(_) => panic!("there is no place \"{text}\""),
        }
    }

    async fn enter(&mut self, name: &str, place: &str) {
        let place = self.place(place);
        let from = self.expected.get(&place).map_or(0, Vec::len);
        match &place {
            Place::Room(theme) => {
                let citizen = self.world.citizen(name, theme).await;
                self.citizens
                    .insert(name.to_owned(), (citizen, (place, from)));
            }
            Place::Group(theme, number) => {
                let phone = self.world.phone(name).await;
                let link = &self.groups[&(theme.clone(), *number)];
                phone
                    .join(link)
                    .await
                    .expect("the link leads into the group");
                self.phones.insert(name.to_owned(), (phone, (place, from)));
            }
        }
    }

    async fn leave(&mut self, name: &str) {
        let (phone, (place, _)) = self
            .phones
            .remove(name)
            .expect("only people with phones leave");
        phone
            .leave(&address(&phone, &place))
            .await
            .expect("they can leave");
    }

    async fn say(&mut self, name: &str, text: &str, to: Option<&str>) {
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

    async fn speak(&mut self, name: &str) {
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
    async fn bring(&mut self, name: &str, place: &str) {
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

    async fn react(&mut self, name: &str, emoji: &str, words: &str) {
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

    fn citizen(&self, name: &str) -> (&Citizen, &Place) {
        let (citizen, (place, _)) = self
            .citizens
            .get(name)
            .unwrap_or_else(|| panic!("{name} is nowhere"));
        (citizen, place)
    }

    /// The last code that somebody with a phone was told.
    fn last_code(&self) -> String {
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

    /// A homeserver tells of a new name a moment after it was taken.
    async fn expect_member(&self, name: &str) {
        let is_called = |event: &serde_json::Value| {
            event["type"] == "m.room.member" && event["content"]["displayname"] == name
        };
        let (citizen, _) = self.citizens.values().next().expect("somebody in the room");
        citizen.wait_for_event(name, is_called).await;
    }

    async fn expect(&mut self, place: &str, shown: &str) {
        let (place, answered) = match place.split_once(" to ") {
            Some((place, words)) => (place, Some(quoted(words))),
            None => (place, None),
        };
        let place = self.place(place);
        let shown = shown.replace("\\n", "\n");
        self.expected
            .entry(place.clone())
            .or_default()
            .push(shown.clone());
        // Everybody there has seen it before anybody goes on.
        let what = format!("“{shown}” in {place:?}");
        let wanted = |from: usize| {
            let lines = self.expected[&place][from..].iter();
            lines.filter(|line| **line == shown).count()
        };
        let citizens = self.citizens.values().filter(|(_, (at, _))| *at == place);
        let phones = self.phones.values().filter(|(_, (at, _))| *at == place);
        let mut seen_by = 0;
        for (citizen, (_, from)) in citizens {
            let seen = |line: &&Line| fits(&shown, &format!("{}: {}", line.who, line.text));
            let lines = citizen
                .wait_for(&what, |lines| {
                    standing(lines).filter(seen).count() >= wanted(*from)
                })
                .await;
            if let Some(words) = answered {
                let line = standing(&lines).filter(seen).last();
                let to = line.and_then(|line| line.answers.clone());
                let to = lines.iter().find(|line| Some(&line.event) == to.as_ref());
                let fits = to.is_some_and(|to| to.text.contains(words));
                assert!(fits, "{what} answers {to:?}, not “{words}”");
            }
            seen_by += 1;
        }
        for (phone, (_, from)) in phones {
            let seen = |message: &&sandbox::phones::Shown| fits(&shown, &said(message));
            let group = address(phone, &place);
            let waiting = phone.wait_for(&group, |messages| {
                messages.iter().filter(seen).count() >= wanted(*from)
            });
            let waiting = waiting.await;
            let chat = waiting.unwrap_or_else(|error| panic!("waited for {what}: {error:#}"));
            if let Some(words) = answered {
                let quote = chat
                    .iter()
                    .rfind(seen)
                    .and_then(|shown| shown.quote.as_ref());
                let to = quote.and_then(|quote| chat.iter().find(|shown| shown.id == quote.id));
                let fits = to.is_some_and(|to| to.text.contains(words));
                assert!(fits, "{what} answers {quote:?}, not “{words}”");
            }
            seen_by += 1;
        }
        assert!(seen_by > 0, "nobody is in {place:?} to see it");
    }

    /// Compares what everybody saw with what they should have, from the time they came. By then the bridge has nothing
    /// left to carry, and every screen has at least as many lines as it should.
    async fn compare(&self) {
        self.world.settled().await;
        for (name, (citizen, (place, from))) in &self.citizens {
            let expected = self.expected_at(place, *from);
            let seen = citizen
                .wait_for("the last line", |lines| {
                    standing(lines).count() >= expected.len()
                })
                .await;
            let seen = standing(&seen)
                .map(|line| format!("{}: {}", line.who, line.text))
                .collect();
            compare_one(name, place, expected, seen);
        }
        for (name, (phone, (place, from))) in &self.phones {
            let expected = self.expected_at(place, *from);
            let seen = phone
                .wait_for(&address(phone, place), |messages| {
                    messages.len() >= expected.len()
                })
                .await;
            compare_one(
                name,
                place,
                expected,
                seen.expect("the last line comes")
                    .iter()
                    .map(said)
                    .collect(),
            );
        }
    }

    fn expected_at(&self, place: &Place, from: usize) -> &[String] {
        self.expected.get(place).map_or(&[], |all| &all[from..])
    }
}

fn compare_one(name: &str, place: &Place, expected: &[String], seen: Vec<String>) {
    let fit = seen.len() == expected.len()
        && expected
            .iter()
            .zip(&seen)
            .all(|(want, saw)| fits(want, saw));
    assert!(
        fit,
        "{name} should have seen in {place:?}:\n{expected:#?}\nbut saw:\n{seen:#?}"
    );
}

/// The lines of a room without the changes of cards, which a client shows where the card is.
fn standing(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines
        .iter()
        .filter(|line| line.who != "Aty" || !line.text.starts_with("* 📌"))
}

/// What stands between quotes.
fn quoted(words: &str) -> &str {
    let words = words
        .strip_prefix('“')
        .and_then(|words| words.strip_suffix('”'));
    words.expect("words in quotes")
}

fn first_with(phone: &Phone, group: &str, words: &str) -> String {
    let chat = phone.chat(group);
    let found = chat.iter().find(|shown| shown.text.contains(words));
    found.expect("a message with these words").id.clone()
}

fn line_with(citizen: &Citizen, words: &str) -> OwnedEventId {
    let lines = citizen.lines();
    let found = standing(&lines).find(|line| line.text.contains(words));
    found.expect("a line with these words").event.clone()
}

/// A message on a phone. The bridge's own account is shown by its texts alone.
fn said(message: &sandbox::phones::Shown) -> String {
    match message.who.as_str() {
        "Aty" => message.text.clone(),
        who => format!("{who}: {}", message.text),
    }
}

fn fits(wanted: &str, seen: &str) -> bool {
    match wanted
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.strip_suffix('}')?)))
    {
        Some((before, words)) => seen.starts_with(before) && seen.contains(words),
        None => wanted == seen,
    }
}

/// What a theme's group is called.
fn subject(theme: &str, number: usize) -> String {
    let (_, _, title) = THEMES
        .into_iter()
        .find(|(slug, ..)| *slug == theme)
        .expect("a theme");
    match number {
        1 => title.to_owned(),
        _ => format!("{title} {number}"),
    }
}

fn address(phone: &Phone, place: &Place) -> String {
    let Place::Group(theme, number) = place else {
        panic!("{place:?} is no group")
    };
    let subject = subject(theme, *number);
    let groups = phone.groups();
    let group = groups.iter().find(|group| group.subject == subject);
    group
        .unwrap_or_else(|| panic!("{} is not in “{subject}”", phone.name()))
        .address
        .clone()
}
