//! A person on Matrix who only writes: no client that syncs, so that a test can have many of them.

use matrix_sdk::ruma::RoomId;
use sandbox::synapse::Synapse;
use serde_json::{Value, json};

use super::citizen::localpart;

/// Somebody in a room who reads nothing.
pub struct Writer {
    http: reqwest::Client,
    homeserver: String,
    token: String,
    room: String,
}

impl Writer {
    pub async fn join(synapse: &Synapse, name: &str, room: &RoomId) -> Self {
        let writer = Self::outside(synapse, name, room).await;
        writer.joins().await;
        writer
    }

    /// Somebody who is not in the room yet.
    pub async fn outside(synapse: &Synapse, name: &str, room: &RoomId) -> Self {
        let localpart = localpart(name);
        let token = synapse.register_user(&localpart, "writer", false).await;
        let writer = Self {
            http: reqwest::Client::new(),
            homeserver: synapse.url().to_owned(),
            token: token.expect("an account"),
            room: room.to_string(),
        };
        let user_id = format!("@{localpart}:{}", super::SERVER);
        let named = json!({ "displayname": name });
        let profile = format!("profile/{user_id}/displayname");
        writer.ask(reqwest::Method::PUT, &profile, named).await;
        writer
    }

    /// The same person, in another room, too.
    pub async fn enters(&self, room: &RoomId) -> Self {
        let there = Self {
            http: self.http.clone(),
            homeserver: self.homeserver.clone(),
            token: self.token.clone(),
            room: room.to_string(),
        };
        there.joins().await;
        there
    }

    pub async fn joins(&self) {
        let join = format!("join/{}", self.room);
        self.ask(reqwest::Method::POST, &join, json!({})).await;
    }

    /// Asks to be let in.
    pub async fn knocks(&self) {
        let knock = format!("knock/{}", self.room);
        self.ask(reqwest::Method::POST, &knock, json!({})).await;
    }

    pub async fn say(&self, text: &str) {
        let content = json!({ "msgtype": "m.text", "body": text });
        self.send("m.room.message", content).await;
    }

    /// Reacts to an event, and gives the reaction's id.
    pub async fn react(&self, event: &str, emoji: &str) -> String {
        let relation = json!({ "rel_type": "m.annotation", "event_id": event, "key": emoji });
        self.send("m.reaction", json!({ "m.relates_to": relation }))
            .await
    }

    /// Takes something back that they said.
    pub async fn redact(&self, event: &str) {
        let path = format!("rooms/{}/redact/{event}/{}", self.room, transaction());
        self.ask(reqwest::Method::PUT, &path, json!({})).await;
    }

    async fn send(&self, event_type: &str, content: Value) -> String {
        let path = format!("rooms/{}/send/{event_type}/{}", self.room, transaction());
        let answer = self.ask(reqwest::Method::PUT, &path, content).await;
        answer["event_id"].as_str().expect("its id").to_owned()
    }

    async fn ask(&self, method: reqwest::Method, path: &str, content: Value) -> Value {
        let url = format!("{}/_matrix/client/v3/{path}", self.homeserver);
        let request = self.http.request(method, url).bearer_auth(&self.token);
        let answer = request.json(&content).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.expect("JSON")
    }
}

fn transaction() -> String {
    matrix_sdk::ruma::TransactionId::new().to_string()
}
