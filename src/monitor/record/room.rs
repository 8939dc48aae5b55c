//! What a theme's room says of its proposals in its state.

use std::collections::BTreeMap;

use matrix::record::{Head, Support, VERSION};
use matrix::{Identity, names};
use serde::de::DeserializeOwned;

use crate::event::Event;

/// The part of a theme's room that only the bridge's account writes, and what people in it are called.
#[derive(Debug, Clone)]
pub(crate) struct RoomRecord {
    /// The account that is believed: the sender of `org.aty.theme`.
    pub(crate) bot: String,
    /// Who the bridge is, if it says so.
    pub(crate) bridge: Option<Identity>,
    /// The theme's slug.
    pub(crate) theme: String,
    /// Its proposals as they are now, by state key.
    pub(crate) heads: BTreeMap<String, Head>,
    /// How many support them, by state key.
    pub(crate) supports: BTreeMap<String, Support>,
    /// What people show as their name, by user id.
    pub(crate) shown: BTreeMap<String, String>,
    /// The theme's code, such as `AGUA`.
    code: String,
    /// Proposals that can't be read: not from the bridge, or of a shape that is not known here.
    pub(crate) unread: usize,
}

impl RoomRecord {
    /// Reads a room's state; none where no bridge has said that it is a theme's.
    pub(crate) fn read(state: &[Event]) -> Option<RoomRecord> {
        let marker = state
            .iter()
            .find(|event| event.kind == names::THEME && event.state_key.as_deref() == Some(""))?;
        let text = |key: &str| marker.content[key].as_str().unwrap_or_default().to_owned();
        let mut record = RoomRecord {
            bot: marker.sender.clone(),
            bridge: Identity::of_marker(&marker.sender, &marker.content),
            theme: text("theme"),
            code: text("code"),
            heads: BTreeMap::new(),
            supports: BTreeMap::new(),
            shown: BTreeMap::new(),
            unread: 0,
        };
        for event in state {
            record.take(event);
        }
        Some(record)
    }

    /// Whether it is called so: by its slug, or by its code.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.theme.to_lowercase() == name || self.code.to_lowercase() == name
    }

    /// What somebody shows as their name.
    pub(crate) fn name(&self, user_id: &str) -> Option<String> {
        self.shown.get(user_id).cloned()
    }

    /// Takes the names from an earlier room's state of those who show none in this one.
    pub(crate) fn also_known(&mut self, state: &[Event]) {
        for (who, name) in state.iter().filter_map(shown_name) {
            self.shown.entry(who).or_insert(name);
        }
    }

    fn take(&mut self, event: &Event) {
        let Some(key) = &event.state_key else {
            return;
        };
        match event.kind.as_str() {
            names::PROPOSAL => match self.head(key, event) {
                Some(head) => drop(self.heads.insert(key.clone(), head)),
                None => self.unread += 1,
            },
            names::SUPPORT if event.sender == self.bot => {
                let support = content::<Support>(event).filter(|support| support.v <= VERSION);
                self.supports
                    .extend(support.map(|support| (key.clone(), support)));
            }
            "m.room.member" => self.shown.extend(shown_name(event)),
            _ => {}
        }
    }

    fn head(&self, key: &str, event: &Event) -> Option<Head> {
        let head = content::<Head>(event)?;
        let believed =
            event.sender == self.bot && head.v <= VERSION && head.reference.to_lowercase() == *key;
        believed.then_some(head)
    }
}

fn shown_name(event: &Event) -> Option<(String, String)> {
    if event.kind != "m.room.member" {
        return None;
    }
    let name = event.content["displayname"].as_str()?;
    Some((event.state_key.clone()?, name.to_owned()))
}

fn content<T: DeserializeOwned>(event: &Event) -> Option<T> {
    serde_json::from_value(event.content.clone()).ok()
}

/// Whether two people mean the same proposal: `AGUA-7`, `agua-7`, `agua 7`.
pub(crate) fn same_reference(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    !plain(one).is_empty() && plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::tests::state;
    use crate::record::scene::{BOT, head, theme};

    #[test]
    fn only_the_bridge_writes_the_record() {
        let good = serde_json::to_value(head("AGUA-7")).unwrap();
        let mut other_key = good.clone();
        other_key["ref"] = json!("AGUA-9");
        let mut later = good.clone();
        later["v"] = json!(2);
        later["ref"] = json!("AGUA-10");
        let record = RoomRecord::read(&[
            theme(),
            state(names::PROPOSAL, "agua-7", BOT, good.clone()),
            state(names::PROPOSAL, "agua-8", "@mallory:example.org", good),
            state(names::PROPOSAL, "agua-1", BOT, other_key),
            state(names::PROPOSAL, "agua-10", BOT, later),
            state(names::PROPOSAL, "agua-11", BOT, json!({ "title": 7 })),
            state(
                names::SUPPORT,
                "agua-7",
                "@mallory:example.org",
                json!({ "v": 1, "people": 900, "whatsapp": 0, "matrix": 900, "updated_ts": 0 }),
            ),
            state(
                "m.room.member",
                "@ana:example.org",
                "@ana:example.org",
                json!({ "displayname": "Ana" }),
            ),
            state(
                "m.room.member",
                "@beto:example.org",
                "@beto:example.org",
                json!({ "displayname": {} }),
            ),
        ])
        .unwrap();
        assert_eq!(record.heads.keys().collect::<Vec<_>>(), ["agua-7"]);
        assert_eq!(record.unread, 4);
        assert!(record.supports.is_empty());
        assert_eq!(record.name("@ana:example.org").as_deref(), Some("Ana"));
        assert_eq!(record.name("@beto:example.org"), None);
        assert!(record.is_called("Agua") && record.is_called("AGUA") && !record.is_called("salud"));
    }

    #[test]
    fn a_room_without_a_theme_has_no_record() {
        let proposal = serde_json::to_value(head("AGUA-7")).unwrap();
        assert!(RoomRecord::read(&[state(names::PROPOSAL, "agua-7", BOT, proposal)]).is_none());
    }

    #[test]
    fn people_write_a_reference_as_they_like() {
        assert!(same_reference("AGUA-7", "agua 7"));
        assert!(!same_reference("AGUA-7", "AGUA-17"));
        assert!(!same_reference("-", "·"));
    }
}
