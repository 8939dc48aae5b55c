//! What stands on each leg, read by somebody who has nothing to do with the bridge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sandbox::phones::Phone;
use serde_json::Value;

use super::account::Account;
use super::wanted::{Which, read};

/// A leg of a theme, and who looks at it.
pub struct Leg {
    pub theme: &'static str,
    pub name: String,
    /// Who writes there; all others are carried there.
    pub people: Vec<&'static str>,
    pub screen: Screen,
}

pub enum Screen {
    Room(Room),
    Phone { phone: Arc<Phone>, group: String },
}

/// A message as it stands there.
#[derive(Debug)]
pub struct Stands {
    pub which: Which,
    pub version: usize,
    pub answers: Option<Which>,
    /// Who reacts to it, with what.
    pub reactions: Vec<(String, String)>,
}

/// A room, read over plain HTTP, page by page, going on where it stopped.
pub struct Room {
    account: Account,
    from: Option<String>,
    events: Vec<Value>,
}

impl Leg {
    /// All messages that stand there now, in order.
    pub async fn stands(&mut self) -> Vec<Stands> {
        match &mut self.screen {
            Screen::Room(room) => {
                room.read_on().await;
                room.stands()
            }
            Screen::Phone { phone, group } => {
                let chat = phone.chat(group).into_iter();
                let standing = chat.filter(|shown| !shown.deleted);
                let messages = standing.filter_map(|shown| {
                    let (which, version) = read(&shown.text)?;
                    let reactions = shown.reactions.into_iter();
                    Some(Stands {
                        which,
                        version,
                        answers: shown.quote.and_then(|quote| Some(read(&quote.text)?.0)),
                        reactions: reactions.map(|one| (one.who, one.emoji)).collect(),
                    })
                });
                messages.collect()
            }
        }
    }
}

impl Room {
    pub fn new(account: Account) -> Self {
        Self {
            account,
            from: None,
            events: Vec::new(),
        }
    }

    async fn read_on(&mut self) {
        loop {
            let from = self.from.as_ref().map(|from| format!("&from={from}"));
            let query = format!("dir=f&limit=500{}", from.unwrap_or_default());
            let Some(page) = self.account.page(&query).await else {
                return;
            };
            let events = page["chunk"].as_array().cloned().unwrap_or_default();
            let end = page["end"].as_str().filter(|_| !events.is_empty());
            self.events.extend(events);
            match end {
                Some(end) => self.from = Some(end.to_owned()),
                None => return,
            }
        }
    }

    /// As a client shows it: without what was taken back, each message as its latest change has it.
    fn stands(&self) -> Vec<Stands> {
        let is = |event: &Value, kind: &str| event["type"] == kind;
        let taken_back: BTreeSet<_> = self
            .events
            .iter()
            .filter(|event| is(event, "m.room.redaction"))
            .flat_map(|event| [&event["redacts"], &event["content"]["redacts"]])
            .filter_map(Value::as_str)
            .collect();
        let standing = || {
            let events = self.events.iter();
            events.filter(|event| !taken_back.contains(id(event)))
        };
        let said = || standing().filter(|event| is(event, "m.room.message"));
        let mut whose: BTreeMap<&str, String> = BTreeMap::new();
        let mut changes: BTreeMap<&str, (i64, &str, usize)> = BTreeMap::new();
        let mut found: BTreeMap<&str, Stands> = BTreeMap::new();
        let mut order = Vec::new();
        for event in said() {
            let content = &event["content"];
            let relation = &content["m.relates_to"];
            if relation["rel_type"] == "m.replace" {
                let new = content["m.new_content"]["body"].as_str();
                let at = event["origin_server_ts"].as_i64().unwrap_or_default();
                if let (Some(of), Some((_, version))) =
                    (relation["event_id"].as_str(), new.and_then(read))
                {
                    let change = (at, id(event), version);
                    let latest = changes.entry(of).or_insert(change);
                    *latest = (*latest).max(change);
                }
                continue;
            }
            let Some((which, version)) = content["body"].as_str().and_then(read) else {
                continue;
            };
            whose.insert(text(event, "sender"), which.who.clone());
            let answers = relation["m.in_reply_to"]["event_id"].as_str();
            let stands = Stands {
                which,
                version,
                answers: answers.and_then(|event| self.named(event)),
                reactions: Vec::new(),
            };
            found.insert(id(event), stands);
            order.push(id(event));
        }
        for (of, (_, _, version)) in changes {
            match found.get_mut(of) {
                Some(stands) => stands.version = version,
                // A change that was left behind still shows what was taken back.
                None => {
                    if let Some(which) = self.named(of) {
                        let left = Stands {
                            which,
                            version,
                            answers: None,
                            reactions: Vec::new(),
                        };
                        found.insert(of, left);
                        order.push(of);
                    }
                }
            }
        }
        for event in standing().filter(|event| is(event, "m.reaction")) {
            let relation = &event["content"]["m.relates_to"];
            let of = relation["event_id"].as_str().unwrap_or_default();
            if let (Some(stands), Some(emoji)) = (found.get_mut(of), relation["key"].as_str()) {
                let sender = text(event, "sender");
                let who = whose.get(sender).map_or(sender, String::as_str);
                stands.reactions.push((who.to_owned(), emoji.to_owned()));
            }
        }
        order.iter().filter_map(|id| found.remove(id)).collect()
    }

    /// Which message an event was, also if it was taken back after it was read.
    fn named(&self, event: &str) -> Option<Which> {
        let found = self.events.iter().find(|found| id(found) == event)?;
        Some(read(found["content"]["body"].as_str()?)?.0)
    }
}

fn id(event: &Value) -> &str {
    text(event, "event_id")
}

fn text<'a>(event: &'a Value, key: &str) -> &'a str {
    event[key].as_str().unwrap_or_default()
}
