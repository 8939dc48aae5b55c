//! People who write numbered messages at random, and know which were taken.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Client;
use sandbox::phones::Phone;
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use crate::world::SERVER;

/// Who writes.
pub struct Writer {
    pub name: &'static str,
    pub theme: &'static str,
    pub pen: Pen,
    /// How many messages were written; they are numbered from 1.
    pub written: usize,
}

/// With what.
pub enum Pen {
    Phone { phone: Handheld, group: String },
    Matrix(Account),
}

/// A phone in somebody's hand: what is done with it is done one after the other.
#[derive(Clone)]
pub struct Handheld(Arc<Mutex<Arc<Phone>>>);

/// An account on the homeserver, used over plain HTTP.
#[derive(Clone)]
pub struct Account {
    http: Client,
    homeserver: String,
    token: String,
    room: String,
    user: String,
}

impl Writer {
    pub fn on_phone(
        name: &'static str,
        theme: &'static str,
        phone: &Handheld,
        group: &str,
    ) -> Self {
        let pen = Pen::Phone {
            phone: phone.clone(),
            group: group.to_owned(),
        };
        Self {
            name,
            theme,
            pen,
            written: 0,
        }
    }

    pub fn on_matrix(name: &'static str, theme: &'static str, account: Account) -> Self {
        Self {
            name,
            theme,
            pen: Pen::Matrix(account),
            written: 0,
        }
    }

    /// Writes at random until it is over.
    pub async fn write(&mut self, seed: u64, pause: Duration, mut over: watch::Receiver<bool>) {
        let mut dice = StdRng::seed_from_u64(seed);
        loop {
            let wait = pause.mul_f64(dice.random_range(0.02..2.0));
            tokio::select! {
                _ = over.wait_for(|over| *over) => return,
                () = sleep(wait) => {}
            }
            self.say(&text(self.name, self.written + 1)).await;
            self.written += 1;
        }
    }

    async fn say(&self, text: &str) {
        match &self.pen {
            Pen::Phone { phone, group } => {
                let phone = phone.0.lock().await;
                if let Err(error) = phone.send_text(group, text).await {
                    panic!("{} could not write “{text}”: {error:#}", self.name);
                }
            }
            Pen::Matrix(account) => account.say(text).await,
        }
    }
}

/// A message: who, and which.
pub fn text(name: &str, number: usize) -> String {
    format!("{name} {number}")
}

impl Handheld {
    pub fn new(phone: Arc<Phone>) -> Self {
        Self(Arc::new(Mutex::new(phone)))
    }

    /// Offline for a while. Its owner writes nothing meanwhile.
    pub async fn be_offline(&self, how_long: Duration) {
        let phone = self.0.lock().await;
        phone.go_offline().await;
        sleep(how_long).await;
        phone.come_online().await.expect("the phone is back");
    }
}

impl Account {
    /// Somebody with a token of the homeserver, who joins the room of a theme.
    pub async fn join(homeserver: &str, name: &str, token: String, theme: &str) -> Self {
        let http = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(90))
            .build()
            .expect("a client");
        let mut account = Self {
            http,
            homeserver: homeserver.to_owned(),
            token,
            room: String::new(),
            user: format!("@{name}:{SERVER}"),
        };
        let joined = account
            .put_or_post(true, &format!("join/%23aty-{theme}:{SERVER}"), &json!({}))
            .await;
        let joined = joined.expect("the room can be joined by its alias");
        account.room = joined["room_id"].as_str().expect("a room").to_owned();
        account
    }

    /// Says something once, however often the homeserver ends meanwhile: after a restart it has forgotten the
    /// transaction, so it is looked up first.
    async fn say(&self, text: &str) {
        let number = text.replace(' ', "-");
        let path = format!("rooms/{}/send/m.room.message/{number}", self.room);
        let content = json!({ "msgtype": "m.text", "body": text });
        let mut unsure = false;
        loop {
            if unsure {
                let Some(said) = self.has_said(text).await else {
                    sleep(Duration::from_millis(100)).await;
                    continue;
                };
                if said {
                    return;
                }
            }
            if self.put_or_post(false, &path, &content).await.is_some() {
                return;
            }
            unsure = true;
        }
    }

    /// Whether one of the latest messages is this one. `None`: the homeserver does not answer.
    async fn has_said(&self, text: &str) -> Option<bool> {
        let page = self.page("dir=b&limit=200").await?;
        let mut events = page["chunk"].as_array()?.iter();
        Some(events.any(|event| event["sender"] == *self.user && event["content"]["body"] == *text))
    }

    /// One page of the room's timeline.
    pub async fn page(&self, query: &str) -> Option<Value> {
        let path = format!("rooms/{}/messages?{query}", self.room);
        let answer = self.http.get(self.at(&path)).bearer_auth(&self.token);
        let answer = answer.send().await.ok()?.error_for_status().ok()?;
        answer.json().await.ok()
    }

    async fn put_or_post(&self, post: bool, path: &str, content: &Value) -> Option<Value> {
        let request = match post {
            true => self.http.post(self.at(path)),
            false => self.http.put(self.at(path)),
        };
        let answer = request.bearer_auth(&self.token).json(content).send().await;
        let answer = answer.ok()?.error_for_status().ok()?;
        answer.json().await.ok()
    }

    fn at(&self, path: &str) -> String {
        format!("{}/_matrix/client/v3/{path}", self.homeserver)
    }
}

/// How many messages each person wrote in each theme.
pub fn written(writers: &[Writer]) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
    let mut written: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for writer in writers {
        let people = written.entry(writer.theme).or_default();
        *people.entry(writer.name).or_default() += writer.written;
    }
    written
}
