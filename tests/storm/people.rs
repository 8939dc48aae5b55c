//! People who write, answer, change, delete and react at random, and know what they did.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sandbox::phones::{NotPossible, Phone};
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use super::account::Account;
use super::wanted::{Message, Wanted, Which, read, text};

const EMOJIS: [&str; 5] = ["👍", "🎉", "😂", "🙏", "❤️"];
/// Among so many of their own latest messages people change and delete, and among so many of all they answer and react.
const LATELY: usize = 12;

/// Who writes.
pub struct Writer {
    pub name: &'static str,
    pub theme: &'static str,
    pub pen: Pen,
    /// What they wrote, in order; numbered from 1.
    pub written: Vec<Own>,
    /// What they react with, or did once.
    moods: BTreeMap<Which, Mood>,
    /// How much they did, of each kind.
    pub deeds: BTreeMap<Deed, usize>,
    done: usize,
}

/// A message of one's own.
pub struct Own {
    /// How the pen names it.
    id: String,
    message: Message,
}

/// Somebody's reaction to a message.
#[derive(Default)]
struct Mood {
    emoji: Option<String>,
    /// The event, where it is one.
    event: Option<String>,
}

/// What people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    Say,
    Answer,
    Change,
    Delete,
    React,
    TakeBack,
}

/// With what.
pub enum Pen {
    Phone { phone: Handheld, group: String },
    Matrix(Account),
}

/// A phone in somebody's hand: what is done with it is done one after the other.
#[derive(Clone)]
pub struct Handheld(Arc<Mutex<Arc<Phone>>>);

impl Writer {
    pub fn new(name: &'static str, theme: &'static str, pen: Pen) -> Self {
        Self {
            name,
            theme,
            pen,
            written: Vec::new(),
            moods: BTreeMap::new(),
            deeds: BTreeMap::new(),
            done: 0,
        }
    }

    /// Does something at random, again and again until it is over.
    pub async fn write(&mut self, seed: u64, pause: Duration, mut over: watch::Receiver<bool>) {
        let mut dice = StdRng::seed_from_u64(seed);
        loop {
            let wait = pause.mul_f64(dice.random_range(0.02..2.0));
            tokio::select! {
                _ = over.wait_for(|over| *over) => return,
                () = sleep(wait) => {}
            }
            let deed = match dice.random_range(0..100) {
                0..45 => Deed::Say,
                45..57 => Deed::Answer,
                57..69 => Deed::Change,
                69..75 => Deed::Delete,
                75..93 => Deed::React,
                _ => Deed::TakeBack,
            };
            if self.does(deed, &mut dice).await {
                *self.deeds.entry(deed).or_default() += 1;
            }
        }
    }

    /// Whether there was anything to do it to.
    async fn does(&mut self, deed: Deed, dice: &mut StdRng) -> bool {
        self.done += 1;
        match deed {
            Deed::Say => {
                self.say(None).await;
                true
            }
            Deed::Answer => {
                let seen = self.sees(dice).await;
                let found = seen.is_some();
                self.say(seen).await;
                found
            }
            Deed::Change | Deed::Delete => self.changes(deed, dice).await,
            Deed::React => {
                let emoji = EMOJIS[dice.random_range(0..EMOJIS.len())];
                let Some((which, id)) = self.sees(dice).await else {
                    return false;
                };
                self.reacts(which, &id, Some(emoji)).await
            }
            Deed::TakeBack => {
                let standing = self.moods.iter().filter(|(_, mood)| mood.emoji.is_some());
                let standing: Vec<_> = standing.map(|(which, _)| which.clone()).collect();
                let seen = self.all_seen().await;
                let seen = seen.into_iter().find(|(which, _)| standing.contains(which));
                let Some((which, id)) = seen else {
                    return false;
                };
                self.reacts(which, &id, None).await
            }
        }
    }

    async fn say(&mut self, answers: Option<(Which, String)>) {
        let which = self.which(self.written.len() + 1);
        let words = text(&which, 0);
        let answered = answers.as_ref().map(|(_, id)| id.as_str());
        let (id, answered) = match &self.pen {
            Pen::Phone { phone, group } => {
                let phone = phone.0.lock().await;
                let answer = match answered {
                    Some(id) => possible(phone.reply(group, id, &words).await),
                    None => None,
                };
                match answer {
                    Some(id) => (id, true),
                    // What was to be answered has just been deleted.
                    None => (phone.send_text(group, &words).await.unwrap(), false),
                }
            }
            Pen::Matrix(account) => {
                let mut content = json!({ "msgtype": "m.text", "body": words });
                if let Some(event) = answered {
                    content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": event}});
                }
                let sent = account.send("m.room.message", &self.deed(), content).await;
                (sent.expect("words are not refused"), true)
            }
        };
        let answers = answers.filter(|_| answered).map(|(which, _)| which);
        let message = Message {
            answers,
            ..Message::default()
        };
        self.written.push(Own { id, message });
    }

    /// Changes or deletes one of their own latest messages.
    async fn changes(&mut self, deed: Deed, dice: &mut StdRng) -> bool {
        let first = self.written.len().saturating_sub(LATELY);
        let lately: Vec<_> = (first..self.written.len())
            .filter(|place| !self.written[*place].message.deleted)
            .collect();
        if lately.is_empty() {
            return false;
        }
        let place = lately[dice.random_range(0..lately.len())];
        let (which, name) = (self.which(place + 1), self.deed());
        let own = &mut self.written[place];
        let words = text(&which, own.message.version + 1);
        match (&self.pen, deed) {
            (Pen::Phone { phone, group }, Deed::Delete) => {
                let phone = phone.0.lock().await;
                phone.delete(group, &own.id).await.unwrap();
            }
            (Pen::Phone { phone, group }, _) => {
                let phone = phone.0.lock().await;
                phone.edit(group, &own.id, &words).await.unwrap();
            }
            (Pen::Matrix(account), Deed::Delete) => account.redact(&own.id, &name).await,
            (Pen::Matrix(account), _) => {
                let content = json!({ "msgtype": "m.text", "body": format!("* {words}"),
                    "m.new_content": { "msgtype": "m.text", "body": words },
                    "m.relates_to": { "rel_type": "m.replace", "event_id": own.id } });
                let sent = account.send("m.room.message", &name, content).await;
                sent.expect("a change of one's own words is not refused");
            }
        }
        match deed {
            Deed::Delete => own.message.deleted = true,
            _ => own.message.version += 1,
        }
        true
    }

    /// Reacts to a message, in place of an earlier reaction; or takes that back.
    async fn reacts(&mut self, which: Which, id: &str, emoji: Option<&str>) -> bool {
        let name = self.deed();
        let mood = self.moods.entry(which).or_default();
        if mood.emoji.as_deref() == emoji {
            return false;
        }
        match &self.pen {
            Pen::Phone { phone, group } => {
                let phone = phone.0.lock().await;
                let reaction = phone.react(group, id, emoji.unwrap_or_default()).await;
                if possible(reaction).is_none() {
                    return false;
                }
            }
            Pen::Matrix(account) => {
                if let Some(event) = mood.event.take() {
                    account.redact(&event, &format!("{name}-before")).await;
                    mood.emoji = None;
                }
                if let Some(emoji) = emoji {
                    let content = json!({ "m.relates_to":
                        { "rel_type": "m.annotation", "event_id": id, "key": emoji } });
                    mood.event = account.send("m.reaction", &name, content).await;
                    if mood.event.is_none() {
                        return false;
                    }
                }
            }
        }
        mood.emoji = emoji.map(str::to_owned);
        true
    }

    /// One of the latest messages that they see, and how their pen names it.
    async fn sees(&self, dice: &mut StdRng) -> Option<(Which, String)> {
        let mut seen = self.all_seen().await;
        let lately = seen.split_off(seen.len().saturating_sub(LATELY));
        let place = dice.random_range(0..lately.len().max(1));
        lately.into_iter().nth(place)
    }

    async fn all_seen(&self) -> Vec<(Which, String)> {
        match &self.pen {
            Pen::Phone { phone, group } => {
                let chat = phone.0.lock().await.chat(group).into_iter();
                chat.filter_map(|shown| Some((read(&shown.text)?.0, shown.id)))
                    .collect()
            }
            Pen::Matrix(account) => {
                let events = account.latest().await.unwrap_or_default();
                events.iter().filter_map(seen).collect()
            }
        }
    }

    fn which(&self, number: usize) -> Which {
        Which {
            who: self.name.to_owned(),
            number,
        }
    }

    /// A name for what is done now.
    fn deed(&self) -> String {
        format!("{}-{}", self.theme, self.done)
    }
}

/// A message that stands in a room, as it was written first.
fn seen(event: &Value) -> Option<(Which, String)> {
    let content = &event["content"];
    let is_change = content["m.relates_to"]["rel_type"] == "m.replace";
    let (which, _) = read(content["body"].as_str()?)?;
    let id = event["event_id"].as_str()?.to_owned();
    (!is_change).then_some((which, id))
}

/// What came of something on a phone. `None`: what it was to be done to is no longer there.
fn possible<T>(done: anyhow::Result<T>) -> Option<T> {
    match done {
        Ok(done) => Some(done),
        Err(error) => match error.downcast_ref() {
            Some(NotPossible::NoSuchMessage) => None,
            _ => panic!("a phone can't do what its owner wants: {error:#}"),
        },
    }
}

impl Handheld {
    pub fn new(phone: Arc<Phone>) -> Self {
        Self(Arc::new(Mutex::new(phone)))
    }

    /// Offline for a while. Its owner does nothing meanwhile.
    pub async fn be_offline(&self, how_long: Duration) {
        let phone = self.0.lock().await;
        phone.go_offline().await;
        sleep(how_long).await;
        phone.come_online().await.expect("the phone is back");
    }
}

/// What should stand on every leg of each theme.
pub fn wanted(writers: &[Writer]) -> BTreeMap<&'static str, Wanted> {
    let mut wanted: BTreeMap<_, Wanted> = BTreeMap::new();
    for writer in writers {
        let theme = wanted.entry(writer.theme).or_default();
        for (place, own) in writer.written.iter().enumerate() {
            theme.insert(writer.which(place + 1), own.message.clone());
        }
    }
    for writer in writers {
        let theme = wanted.entry(writer.theme).or_default();
        for (which, mood) in &writer.moods {
            if let (Some(message), Some(emoji)) = (theme.get_mut(which), &mood.emoji) {
                message.reactions.insert(writer.name, emoji.clone());
            }
        }
    }
    wanted
}
