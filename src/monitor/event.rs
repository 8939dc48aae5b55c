//! An event of a room, as far as it is read here.

use matrix_sdk::ruma::serde::Raw;
use serde::Deserialize;
use serde_json::Value;

/// An event that anyone may have written: only its envelope is certain.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Event {
    #[serde(rename = "event_id")]
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) sender: String,
    /// When the sender's homeserver took it, in milliseconds since 1970.
    #[serde(rename = "origin_server_ts")]
    pub(crate) at: i64,
    pub(crate) state_key: Option<String>,
    #[serde(default)]
    pub(crate) content: Value,
    #[serde(default)]
    unsigned: Value,
}

impl Event {
    /// Reads what can be read, and passes over the rest.
    pub(crate) fn read_all<T>(events: &[Raw<T>]) -> Vec<Event> {
        let read = |event: &Raw<T>| serde_json::from_str(event.json().get()).ok();
        events.iter().filter_map(read).collect()
    }

    /// Whether its words were taken back. None of our types is ever written empty.
    pub(crate) fn is_redacted(&self) -> bool {
        self.unsigned["redacted_because"].is_object()
            || self
                .content
                .as_object()
                .is_none_or(serde_json::Map::is_empty)
    }

    /// The event that it relates to, in this way.
    pub(crate) fn relates_to(&self, how: &str) -> Option<&str> {
        let relation = &self.content["m.relates_to"];
        (relation["rel_type"] == how).then(|| relation["event_id"].as_str())?
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// An event in the timeline.
    pub(crate) fn event(id: &str, kind: &str, sender: &str, at: i64, content: Value) -> Event {
        let event = json!({
            "event_id": id, "type": kind, "sender": sender, "origin_server_ts": at, "content": content,
        });
        serde_json::from_value(event).unwrap()
    }

    /// An event in a room's state.
    pub(crate) fn state(kind: &str, key: &str, sender: &str, content: Value) -> Event {
        Event {
            state_key: Some(key.to_owned()),
            ..event(&format!("${kind}{key}"), kind, sender, 0, content)
        }
    }

    #[test]
    fn what_is_no_event_is_passed_over() {
        let raw = |value: Value| Raw::new(&value).unwrap();
        let read = Event::read_all(&[
            raw(json!({ "type": 7 })),
            raw(
                json!({ "event_id": "$a", "type": "x", "sender": "@a:b", "origin_server_ts": 1e300 }),
            ),
            raw(
                json!({ "event_id": "$b", "type": "x", "sender": "@a:b", "origin_server_ts": 1, "content": [] }),
            ),
            raw(json!("words")),
        ]);
        let ids: Vec<&str> = read.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, ["$b"]);
        assert_eq!(read[0].relates_to("m.thread"), None);
        assert!(read[0].is_redacted(), "there are no words in it");
    }
}
