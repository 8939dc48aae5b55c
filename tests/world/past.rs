//! Words with a time of their own, as another bridge in the room writes those that come late to it. Spec: Application
//! Service API, "Timestamp massaging".

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Citizen, SERVER, World};

const TOKEN: &str = "past";

/// Registers an application service that writes for people and is told of nothing.
pub fn register(folder: &Path) -> PathBuf {
    let path = folder.join("past.yaml");
    let registration = json!({
        "id": "past",
        "url": null,
        "as_token": TOKEN,
        "hs_token": "unused",
        "sender_localpart": "past",
        "rate_limited": false,
        "namespaces": {"users": [{"regex": format!("@[a-z]+:{SERVER}"), "exclusive": false}]},
    });
    std::fs::write(&path, registration.to_string()).expect("a registration is written");
    path
}

impl World {
    /// Somebody says what was said a while ago. Gives the event's id.
    #[expect(
        clippy::disallowed_methods,
        reason = "a while ago is seen from when the test runs"
    )]
    pub async fn said_ago(&self, citizen: &Citizen, ago: Duration, text: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let at = now.expect("it is after 1970") - ago;
        let url = format!(
            "{}/_matrix/client/v3/rooms/{}/send/m.room.message/past-{}?user_id={}&ts={}",
            self.synapse.url(),
            citizen.room.room_id(),
            at.as_nanos(),
            citizen.client.user_id().expect("they are logged in"),
            at.as_millis(),
        );
        let content = json!({"msgtype": "m.text", "body": text});
        let request = reqwest::Client::new().put(url).bearer_auth(TOKEN);
        let answer = request.json(&content).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let event = answer["event_id"].as_str();
        event.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}
