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
//!   room shows 👍 on “Hola”                          <- the first such message in the room has this reaction
//! Ana takes back “Hola”                              <- she deletes the first message of hers with these words
//!   room has Ana                                     <- somebody in the room is called so by now
//! Ana sends a voice message                          <- `voz.ogg` in the room, without a text on phones
//! Luz brings agua 3                                  <- a group of her own, which joins the theme a day later
//! Nora facilitates                                   <- the configuration names her account on Matrix
//! Luz facilitates by a code                          <- she writes the operator's code to the bridge alone
//! 6 hours pass                                       <- and what fell due in them is done
//!   agua 1 no longer shows “Hola”                    <- it is deleted for everybody; in the room it is redacted
//!   log: {Ana}                                       <- the log room shows this after what it showed before
//!   page: {Ana}                                      <- the public page of the log, in a browser
//!   state org.aty.roster: {Ana}                      <- state of the first theme's room, as the homeserver tells anybody
//!   Beto is out                                      <- somebody is out of their place
//!   Beto is back                                     <- or in it again
//!   Ana administers agua 1                          <- WhatsApp has made her an admin of her group
//!   Ana administers agua 1 no more                  <- or no longer
//! María comes back                                   <- she accepts the invitation to the room
//! Beto can't write: Hola                             <- the network does not let him
//! Ana alone: !ayuda                                  <- written to the bridge alone
//!   alone Ana: {Acá se puede escribir}               <- and what it says there
//!   Ana is named nowhere                             <- in the log, nor in what the bridge says alone to anybody else
//! The operator removes “Hola”: orden judicial        <- `aty remove`, of the first message in the room with these words
//! ```
//!
//! A place shows what is listed for it and nothing else: at the end each transcript is compared whole, so that
//! nothing missing, nothing twice and nothing out of order goes unnoticed. `{words}` stands for any text that holds
//! these words, `{some … others}` for one that holds them in this order. In what somebody says, `{code}` is the last code of six digits that anybody was told, and `{long}` a text of 10,001 letters. A card that changes is no
//! new line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use matrix_sdk::Room;
use matrix_sdk::ruma::OwnedEventId;
use sandbox::phones::Phone;

use crate::world::{Citizen, Clock, SERVER, Theme, World, localpart};

mod acts;
mod alone;
mod sight;

/// Themes that conversations can have.
const THEMES: [Theme; 2] = [crate::world::AGUA, crate::world::SALUD];

/// Where something is seen: a theme's room, one of its groups, or somebody's own chat with the bridge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Room(String),
    Group(String, usize),
    Alone(String),
}

/// Somebody who is out of their place; with a phone, out of the group with this address.
enum Out {
    Phone(Arc<Phone>, Place, String),
    Citizen(Citizen, Place),
}

struct Stage {
    world: World,
    /// Where time passes, the clock that it passes by.
    clock: Option<Clock>,
    groups: BTreeMap<(String, usize), String>,
    /// The groups' addresses, once somebody is in them.
    addresses: BTreeMap<Place, String>,
    /// People, where they are, and how many lines stood there already when they came.
    phones: BTreeMap<String, (Arc<Phone>, (Place, usize))>,
    citizens: BTreeMap<String, (Citizen, (Place, usize))>,
    /// Those who are out, and what they saw before.
    out: BTreeMap<String, Out>,
    /// How many lines of a phone are of the time before it was out.
    earlier: BTreeMap<String, usize>,
    /// Somebody who reads the log room, and of when the last of its events is that was looked at.
    log: Option<(Citizen, u64)>,
    /// The rooms that people on Matrix have with the bridge alone.
    alone: BTreeMap<String, Room>,
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
    let (world, clock) = match lines.iter().any(|line| hours(line).is_some()) {
        true => {
            let (world, clock) = World::with_clock(&themes).await;
            (world, Some(clock))
        }
        false => (World::new(&themes).await, None),
    };
    let facilitators = lines
        .iter()
        .filter_map(|line| line.strip_suffix(" facilitates"));
    let facilitators: Vec<String> = facilitators
        .map(|name| format!("\"@{}:{SERVER}\"", localpart(name)))
        .collect();
    let server = format!("  server_name: {SERVER}\n");
    let named = format!("{server}  facilitators: [{}]\n", facilitators.join(", "));
    world.change_config("bridge.yaml", &server, &named);
    let bridge = world.start_bridge().await;
    let mut stage = Stage {
        theme: groups[0].0.clone(),
        world,
        clock,
        out: BTreeMap::new(),
        earlier: BTreeMap::new(),
        log: None,
        alone: BTreeMap::new(),
        groups: BTreeMap::new(),
        addresses: BTreeMap::new(),
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

/// `3 days pass`, in hours.
fn hours(line: &str) -> Option<i64> {
    let (count, unit) = line.strip_suffix(" pass")?.split_once(' ')?;
    let each = match unit {
        "hour" | "hours" => 1,
        "day" | "days" => 24,
        _ => return None,
    };
    Some(each * count.parse::<i64>().ok()?)
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
        } else if let Some(hours) = hours(line) {
            self.pass(hours).await;
        } else if let Some(name) = line.strip_suffix(" facilitates by a code") {
            self.facilitate(name).await;
        } else if line.ends_with(" facilitates") {
            // The configuration says so from the start.
        } else if let Some((name, text)) = line
            .split_once(" alone: ")
            .filter(|(name, _)| !name.contains(':'))
        {
            self.say_alone(name, text).await;
        } else if let Some((name, shown)) = line
            .strip_prefix("  alone ")
            .and_then(|line| line.split_once(": "))
        {
            self.expect_alone(name, shown).await;
        } else if let Some(name) = line.strip_suffix(" comes back") {
            self.come_back(name).await;
        } else if let Some((name, text)) = line.split_once(" can't write: ") {
            self.say_in_vain(name, text).await;
        } else if let Some((place, words)) = line.trim_start().split_once(" no longer shows ") {
            self.expect_gone(place, quoted(words)).await;
        } else if let Some(name) = line
            .strip_prefix("  ")
            .and_then(|line| line.strip_suffix(" is out"))
        {
            self.expect_out(name).await;
        } else if let Some(name) = line
            .strip_prefix("  ")
            .and_then(|line| line.strip_suffix(" is back"))
        {
            self.expect_back(name).await;
        } else if let Some((name, place)) = line
            .strip_prefix("  ")
            .and_then(|line| line.split_once(" administers "))
            .filter(|(name, _)| !name.contains(':'))
        {
            self.expect_admin(name, place).await;
        } else if let Some(name) = line
            .strip_prefix("  ")
            .and_then(|line| line.strip_suffix(" is named nowhere"))
        {
            self.expect_unnamed(name).await;
        } else if let Some((words, reason)) = line
            .strip_prefix("The operator removes ")
            .and_then(|line| line.split_once(": "))
        {
            self.remove(quoted(words), reason).await;
        } else if let Some(shown) = line.strip_prefix("  log: ") {
            self.expect_log(shown).await;
        } else if let Some(shown) = line.strip_prefix("  page: ") {
            self.expect_page(shown).await;
        } else if let Some((key, shown)) = line
            .strip_prefix("  state ")
            .and_then(|line| line.split_once(": "))
        {
            self.expect_state(key, shown).await;
        } else if let Some((emoji, words)) = line
            .strip_prefix("  room shows ")
            .and_then(|line| line.split_once(" on "))
        {
            self.expect_reaction(emoji, quoted(words)).await;
        } else if let Some((name, words)) = line
            .split_once(" takes back ")
            .filter(|(name, _)| !name.contains(':'))
        {
            self.take_back(name, quoted(words)).await;
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

    fn citizen(&self, name: &str) -> (&Citizen, &Place) {
        let (citizen, (place, _)) = self
            .citizens
            .get(name)
            .unwrap_or_else(|| panic!("{name} is nowhere"));
        (citizen, place)
    }
}

/// What stands between quotes.
fn quoted(words: &str) -> &str {
    let words = words
        .strip_prefix('“')
        .and_then(|words| words.strip_suffix('”'));
    words.expect("words in quotes")
}
