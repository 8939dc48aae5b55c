//! Which groups are joined to a room, said in the room's state, where any client can read it.
//!
//! This is also how a theme and its groups find each other again when the bridge's notebook is lost. Shape: MSC2346,
//! under its two names. Ids are opaque; a group's address or a number never comes here.

use civic::{GroupId, Timestamp};
use ruma::{RoomId, UserId};
use serde_json::{Value, json};

use crate::homeserver::{Homeserver, StateEvent};
use crate::names;
use crate::send_error::SendError;

/// The two names that clients know bridge information by. We read the first.
pub const EVENT_TYPES: [&str; 2] = ["m.bridge", "uk.half-shot.bridge"];

/// A group that is joined to a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecord {
    /// Which group.
    pub group: GroupId,
    /// Its name as shown on WhatsApp. The caller sees to it that there is no number in it.
    pub name: String,
    /// How things stand with it.
    pub status: GroupStatus,
    /// Since when they stand so.
    pub since: Timestamp,
    /// From when on what is said is carried over, where that is known.
    pub open_from: Option<Timestamp>,
}

/// How things stand with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupStatus {
    /// It was told that it will be joined, and is not yet.
    Announced,
    /// What is said there is carried over.
    Open,
    /// It was joined once.
    Closed,
}

impl GroupStatus {
    /// The word for it in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Announced, Self::Open, Self::Closed]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// The state key of a group's record.
pub fn state_key(group: &GroupId) -> String {
    format!("{}{group}", names::WHATSAPP_GROUP)
}

/// The content of a group's record.
pub fn content(record: &GroupRecord, bot: &UserId) -> Value {
    let mut ours = json!({ "status": record.status.as_str(), "since": record.since.0 });
    if let Some(open_from) = record.open_from {
        ours["open_from"] = open_from.0.into();
    }
    json!({
        "bridgebot": bot,
        "protocol": { "id": "whatsapp", "displayname": "WhatsApp" },
        "channel": { "id": record.group.as_str(), "displayname": record.name },
        names::GROUP: ours,
    })
}

/// The groups that a room's state tells of, as far as the bot wrote it.
pub fn groups_in(state: &[StateEvent], bot: &UserId) -> Vec<GroupRecord> {
    let by_bot = state
        .iter()
        .filter(|event| event.event_type == EVENT_TYPES[0] && event.sender == bot);
    by_bot.filter_map(read).collect()
}

fn read(event: &StateEvent) -> Option<GroupRecord> {
    let ours = event.content.get(names::GROUP)?;
    Some(GroupRecord {
        group: event
            .state_key
            .strip_prefix(names::WHATSAPP_GROUP)?
            .parse()
            .ok()?,
        name: event.content["channel"]["displayname"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        status: GroupStatus::from_word(ours.get("status")?.as_str()?)?,
        since: Timestamp(ours.get("since")?.as_i64()?),
        open_from: ours.get("open_from").and_then(Value::as_i64).map(Timestamp),
    })
}

/// Writes a group's record into a room, where it isn't there already.
///
/// # Errors
/// Those of the homeserver. Written again after an error, it completes what was missing.
pub async fn write(
    homeserver: &Homeserver,
    room: &RoomId,
    record: &GroupRecord,
) -> Result<(), SendError> {
    let key = state_key(&record.group);
    let wanted = content(record, homeserver.bot());
    for event_type in EVENT_TYPES {
        if homeserver.state(room, event_type, &key).await?.as_ref() != Some(&wanted) {
            homeserver
                .set_state(room, event_type, &key, &wanted)
                .await?;
        }
    }
    Ok(())
}

/// Writes what a group is called now into its record, where there is one that tells another name.
///
/// # Errors
/// Those of the homeserver. Written again after an error, it completes what was missing.
pub async fn rename(
    homeserver: &Homeserver,
    room: &RoomId,
    group: &GroupId,
    name: &str,
) -> Result<(), SendError> {
    let key = state_key(group);
    for event_type in EVENT_TYPES {
        let Some(mut content) = homeserver.state(room, event_type, &key).await? else {
            continue;
        };
        if call(&mut content, name) {
            homeserver
                .set_state(room, event_type, &key, &content)
                .await?;
        }
    }
    Ok(())
}

/// Puts a name into a record; whether it had another one.
fn call(content: &mut Value, name: &str) -> bool {
    let channel = content.get_mut("channel").and_then(Value::as_object_mut);
    channel.is_some_and(|channel| {
        channel.insert("displayname".to_owned(), name.into()) != Some(name.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::{event_id, user_id};

    fn record(status: GroupStatus, open_from: Option<i64>) -> GroupRecord {
        GroupRecord {
            group: "abcdefghij234567".parse().unwrap(),
            name: "Ambiente y agua 1".to_owned(),
            status,
            since: Timestamp(1_700_000_000_000),
            open_from: open_from.map(Timestamp),
        }
    }

    fn state(event_type: &str, key: &str, sender: &UserId, content: Value) -> StateEvent {
        StateEvent {
            event_type: event_type.to_owned(),
            state_key: key.to_owned(),
            sender: sender.to_owned(),
            event_id: event_id!("$one").to_owned(),
            content,
        }
    }

    #[test]
    fn the_wire_shape() {
        assert_eq!(
            state_key(&"abcdefghij234567".parse().unwrap()),
            "org.aty.whatsapp:abcdefghij234567"
        );
        assert_eq!(
            content(
                &record(GroupStatus::Announced, Some(1_700_086_400_000)),
                user_id!("@aty:example.org")
            ),
            json!({
                "bridgebot": "@aty:example.org",
                "protocol": { "id": "whatsapp", "displayname": "WhatsApp" },
                "channel": { "id": "abcdefghij234567", "displayname": "Ambiente y agua 1" },
                "org.aty.group": {
                    "status": "announced", "since": 1_700_000_000_000_i64, "open_from": 1_700_086_400_000_i64,
                },
            })
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let bot = user_id!("@aty:example.org");
        for record in [
            record(GroupStatus::Announced, Some(5)),
            record(GroupStatus::Open, None),
            record(GroupStatus::Closed, None),
        ] {
            let written = state(
                "m.bridge",
                &state_key(&record.group),
                bot,
                content(&record, bot),
            );
            assert_eq!(groups_in(&[written], bot), [record]);
        }
    }

    #[test]
    fn another_name_changes_nothing_else() {
        let bot = user_id!("@aty:example.org");
        let before = record(GroupStatus::Open, None);
        let mut written = content(&before, bot);
        assert!(!call(&mut written, &before.name));
        assert!(call(&mut written, "Aguateras"));
        let name = "Aguateras".to_owned();
        assert_eq!(written, content(&GroupRecord { name, ..before }, bot));
        assert!(!call(&mut json!({}), "Aguateras"), "no record of ours");
    }

    #[test]
    fn what_others_wrote_or_nobody_can_read_is_passed_over() {
        let bot = user_id!("@aty:example.org");
        let good = content(&record(GroupStatus::Open, None), bot);
        let key = "org.aty.whatsapp:abcdefghij234567";
        let mut unknown = good.clone();
        unknown["org.aty.group"]["status"] = "asleep".into();
        let events = [
            state("m.bridge", key, user_id!("@eva:example.org"), good.clone()),
            state("uk.half-shot.bridge", key, bot, good.clone()),
            state(
                "m.bridge",
                "org.matrix.appservice-irc://x",
                bot,
                good.clone(),
            ),
            state("m.bridge", "org.aty.whatsapp:short", bot, good.clone()),
            state("m.bridge", key, bot, json!({})),
            state("m.bridge", key, bot, unknown),
            state("m.bridge", key, bot, json!({ "org.aty.group": 7 })),
        ];
        assert_eq!(groups_in(&events, bot), []);
    }
}
