//! An account on the homeserver, used over plain HTTP: what is done with it is done once, however often the homeserver ends
//! meanwhile.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::world::SERVER;

/// So many of a room's latest events somebody sees.
const LATEST: usize = 200;

#[derive(Clone)]
pub struct Account {
    http: Client,
    homeserver: String,
    token: String,
    room: String,
    user: String,
}

/// What became of a request.
enum Answer {
    Taken(Value),
    Refused,
    /// Nobody knows.
    None,
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
        let join = account.at(&format!("join/%23aty-{theme}:{SERVER}"));
        let Answer::Taken(joined) = account.ask(account.http.post(join), &json!({})).await else {
            panic!("the room can't be joined by its alias");
        };
        account.room = joined["room_id"].as_str().expect("a room").to_owned();
        account
    }

    /// Sends an event once, under a name of its own: a homeserver that was restarted has forgotten the transaction, so it is
    /// looked up before it is sent again. Gives its id; `None` if the homeserver refuses it.
    pub async fn send(&self, event_type: &str, name: &str, mut content: Value) -> Option<String> {
        content["storm"] = name.into();
        let path = format!("rooms/{}/send/{event_type}/{name}", self.room);
        let (mut unsure, mut refused) = (false, false);
        loop {
            if unsure {
                match self.has_sent(name).await {
                    Some(Some(event)) => return Some(event),
                    Some(None) if refused => return None,
                    Some(None) => {}
                    None => {
                        sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                }
            }
            match self.ask(self.http.put(self.at(&path)), &content).await {
                Answer::Taken(sent) => return sent["event_id"].as_str().map(str::to_owned),
                Answer::Refused => refused = true,
                Answer::None => {}
            }
            unsure = true;
        }
    }

    /// Takes an event back. Done twice it is done once.
    pub async fn redact(&self, event: &str, name: &str) {
        let path = format!("rooms/{}/redact/{event}/{name}", self.room);
        loop {
            match self.ask(self.http.put(self.at(&path)), &json!({})).await {
                Answer::Taken(_) => return,
                Answer::Refused => panic!("one's own event can't be taken back"),
                Answer::None => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// The room's latest events, oldest first. `None`: the homeserver does not answer.
    pub async fn latest(&self) -> Option<Vec<Value>> {
        let page = self.page(&format!("dir=b&limit={LATEST}")).await?;
        let mut events = page["chunk"].as_array()?.clone();
        events.reverse();
        Some(events)
    }

    /// One page of the room's timeline.
    pub async fn page(&self, query: &str) -> Option<Value> {
        let path = format!("rooms/{}/messages?{query}", self.room);
        let answer = self.http.get(self.at(&path)).bearer_auth(&self.token);
        let answer = answer.send().await.ok()?.error_for_status().ok()?;
        answer.json().await.ok()
    }

    /// Whether one of the latest events is this one, and which. `None`: the homeserver does not answer.
    async fn has_sent(&self, name: &str) -> Option<Option<String>> {
        let events = self.latest().await?;
        let mut own = events.iter().filter(|event| event["sender"] == *self.user);
        let sent = own.find(|event| event["content"]["storm"] == name);
        Some(sent.and_then(|event| Some(event["event_id"].as_str()?.to_owned())))
    }

    async fn ask(&self, request: reqwest::RequestBuilder, content: &Value) -> Answer {
        let request = request.bearer_auth(&self.token).json(content);
        let Ok(answer) = request.send().await else {
            return Answer::None;
        };
        match answer.status() {
            status if status.is_success() => {
                answer.json().await.map_or(Answer::None, Answer::Taken)
            }
            StatusCode::TOO_MANY_REQUESTS => Answer::None,
            status if status.is_client_error() => Answer::Refused,
            _ => Answer::None,
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/_matrix/client/v3/{path}", self.homeserver)
    }
}
