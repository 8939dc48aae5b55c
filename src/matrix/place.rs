//! What the plan's space and a theme's room should be like, and how far a room is that already.

use std::collections::BTreeSet;

use civic::{Language, Plan, ThemeDefinition, ThemeSlug, Words};
use ruma::api::client::room::{Visibility, create_room};
use ruma::{OwnedUserId, RoomId, RoomVersionId, UserId};
use serde_json::{Map, Value, json};

use crate::homeserver::{StateEvent, raw};
use crate::identity::Identity;
use crate::names;
use crate::send_error::SendError;

/// A room that should exist.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// The localpart of its alias.
    pub(crate) alias: String,
    /// Its name.
    pub(crate) name: String,
    topic: String,
    /// Says in the room's own state which plan or theme it is for, so that it is found again under another alias.
    pub(crate) marker: Marker,
}

/// What a room is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The plan's space.
    Space,
    /// The plan's log.
    Log,
    /// The plan's list of suspensions.
    Policies,
    /// A theme.
    Theme(ThemeSlug),
}

/// What the log room is for, as its topic.
const LOG_TOPIC: &str = "Lo que hacen quienes moderan: cada acto, con su motivo, quién lo decidió y hasta cuándo. Nadie más escribe acá. / What those who moderate do: each act, with its reason, who decided and until when. Nobody else writes here.";

/// What the list of suspensions is for, as its topic.
const POLICIES_TOPIC: &str = "A quién se suspendió en varios temas, y hasta que termine: una lista que otras salas pueden seguir. Nadie más escribe acá. / Who is suspended in several themes, as long as they are: a list that other rooms can follow. Nobody else writes here.";

/// A state event with key "" that says which plan or theme a room is for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Marker {
    pub(crate) event_type: &'static str,
    content: Value,
}

/// A state event that a room should have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) event_type: &'static str,
    pub(crate) key: String,
    pub(crate) content: Value,
}

impl Place {
    /// The plan's space.
    pub(crate) fn space(plan: &Plan, identity: &Identity) -> Self {
        let mut content =
            json!({ "v": 1, "plan": plan.slug.as_str(), "name": language_map(&plan.name) });
        identity.mark(&mut content);
        Self {
            purpose: Purpose::Space,
            alias: plan.alias.clone(),
            name: plan.name.get(Language::Es).to_owned(),
            topic: in_two_languages(&plan.topic),
            marker: Marker {
                event_type: names::PLAN,
                content,
            },
        }
    }

    /// The plan's log: what was done in moderation, for everybody to read.
    pub(crate) fn log(plan: &Plan) -> Self {
        let kind = (Purpose::Log, names::LOG);
        Self::only_read(
            plan,
            kind,
            ["registro", "registro de moderación"],
            LOG_TOPIC,
        )
    }

    /// The plan's list of suspensions, as other moderation tools can follow it.
    ///
    /// Spec: Client-Server API, "Moderation policy lists".
    pub(crate) fn policies(plan: &Plan) -> Self {
        let kind = (Purpose::Policies, names::POLICIES);
        Self::only_read(
            plan,
            kind,
            ["politicas", "lista de suspensiones"],
            POLICIES_TOPIC,
        )
    }

    /// A room of the plan in which only the bridge writes.
    fn only_read(
        plan: &Plan,
        (purpose, event_type): (Purpose, &'static str),
        [alias, called]: [&str; 2],
        topic: &str,
    ) -> Self {
        let name = plan.name.get(Language::Es);
        Self {
            purpose,
            alias: format!("{}-{alias}", plan.alias),
            name: format!("{name}: {called}"),
            topic: topic.to_owned(),
            marker: Marker {
                event_type,
                content: json!({ "v": 1, "plan": plan.slug.as_str() }),
            },
        }
    }

    /// A theme's room.
    pub(crate) fn theme(plan: &Plan, theme: &ThemeDefinition, identity: &Identity) -> Self {
        let mut content = json!({
            "v": 1,
            "plan": plan.slug.as_str(),
            "theme": theme.slug.as_str(),
            "code": theme.code.as_str(),
            "name": language_map(&theme.name),
        });
        identity.mark(&mut content);
        Self {
            purpose: Purpose::Theme(theme.slug.clone()),
            alias: theme.alias.clone(),
            name: theme.name.get(Language::Es).to_owned(),
            topic: in_two_languages(&theme.topic),
            marker: Marker {
                event_type: names::THEME,
                content,
            },
        }
    }

    /// The request that makes the room complete from its first moment.
    pub(crate) fn creation(
        &self,
        identity: &Identity,
        keeper: Option<&UserId>,
        version: &RoomVersionId,
        space: Option<&RoomId>,
    ) -> Result<create_room::v3::Request, SendError> {
        let mut create = Map::new();
        let mut creators = vec![identity.bot().to_owned()];
        if self.purpose == Purpose::Space {
            create.insert("type".to_owned(), "m.space".into());
        }
        if let Some(keeper) = keeper.filter(|_| privileges_creators(version)) {
            create.insert("additional_creators".to_owned(), json!([keeper]));
            creators.push(keeper.to_owned());
        }
        let creators = if privileges_creators(version) {
            creators
        } else {
            Vec::new()
        };
        let mut request = create_room::v3::Request::new();
        request.room_version = Some(version.clone());
        request.room_alias_name = Some(self.alias.clone());
        request.visibility = Visibility::Public;
        request.preset = Some(create_room::v3::RoomPreset::PublicChat);
        request.creation_content = Some(raw(&create.into())?);
        let powers = self.powers(identity.bot(), keeper, &creators, version);
        request.power_level_content_override = Some(raw(&powers)?);
        let own = self.own_state();
        let links = space.map(|space| parent_link(identity, space));
        request.initial_state = own
            .into_iter()
            .chain(links)
            .map(|state| {
                let (event_type, key, content) = (state.event_type, state.key, state.content);
                raw(&json!({ "type": event_type, "state_key": key, "content": content }))
            })
            .collect::<Result<_, _>>()?;
        Ok(request)
    }

    /// All that the room's state should say, given what it says of its making.
    pub(crate) fn wanted(
        &self,
        identity: &Identity,
        keeper: Option<&UserId>,
        state: &[StateEvent],
        space: Option<&RoomId>,
    ) -> Vec<Wanted> {
        let alias = json!({ "alias": format!("#{}:{}", self.alias, identity.server_name()) });
        let (version, creators) = making(state);
        // A room has the keeper that it was made with. One who is named later gets nothing.
        let keeper = keeper.filter(|keeper| keepers(state, identity.bot()).contains(*keeper));
        let powers = self.powers(identity.bot(), keeper, &creators, &version);
        // Powers first: a room whose making broke off is open to nobody before it is guarded.
        let mut wanted = vec![Wanted::new("m.room.power_levels", powers)];
        wanted.extend(self.own_state());
        wanted.push(Wanted::new("m.room.canonical_alias", alias));
        wanted.extend(space.map(|space| parent_link(identity, space)));
        wanted
    }

    /// Who may do what; in the log and the list nobody writes but the bot.
    fn powers(
        &self,
        bot: &UserId,
        keeper: Option<&UserId>,
        creators: &[OwnedUserId],
        version: &RoomVersionId,
    ) -> Value {
        let mut powers = powers(bot, keeper, creators, version);
        if matches!(self.purpose, Purpose::Log | Purpose::Policies) {
            powers["events_default"] = 95.into();
        }
        powers
    }

    fn own_state(&self) -> Vec<Wanted> {
        let topic =
            json!({ "topic": self.topic, "m.topic": { "m.text": [{ "body": self.topic }] } });
        vec![
            Wanted::new("m.room.name", json!({ "name": self.name })),
            Wanted::new("m.room.topic", topic),
            Wanted::new("m.room.join_rules", json!({ "join_rule": "public" })),
            Wanted::new(
                "m.room.history_visibility",
                json!({ "history_visibility": "world_readable" }),
            ),
            Wanted::new(
                "m.room.guest_access",
                json!({ "guest_access": "forbidden" }),
            ),
            Wanted::new(self.marker.event_type, self.marker.content.clone()),
        ]
    }
}

impl Marker {
    /// Whether a room's marker is for the same plan and theme; names and the like may differ.
    pub(crate) fn is_same(&self, found: &Value) -> bool {
        ["plan", "theme"]
            .iter()
            .all(|key| self.content.get(key) == found.get(key))
    }
}

impl Wanted {
    fn new(event_type: &'static str, content: Value) -> Self {
        Self {
            event_type,
            key: String::new(),
            content,
        }
    }

    /// The link from the space to a room.
    pub(crate) fn child_link(identity: &Identity, room: &RoomId) -> Self {
        Self {
            event_type: "m.space.child",
            key: room.to_string(),
            content: json!({ "via": [identity.server_name()], "suggested": true }),
        }
    }

    /// What has to be written so that the room has this: nothing if it has it already.
    ///
    /// What stands beside it is kept: a delegate's power, a second alias. Some things are left as found: a topic that a
    /// person wrote, who may (power level 50), and joining by approval, with who may invite then: a measure that ends by itself.
    pub(crate) fn missing(&self, state: &[StateEvent], bot: &UserId) -> Option<Value> {
        let same = |event: &&StateEvent| {
            event.event_type == self.event_type && event.state_key == self.key
        };
        let Some(found) = state.iter().find(same) else {
            return Some(self.content.clone());
        };
        let by_a_person = self.event_type == "m.room.topic" && found.sender != bot;
        let by_approval = goes_by_approval(state);
        let is_rule = self.event_type == "m.room.join_rules";
        let mut wanted = self.content.clone();
        if let Some(powers) = wanted.as_object_mut()
            && by_approval
            && self.event_type == "m.room.power_levels"
        {
            powers.remove("invite");
        }
        if by_a_person || by_approval && is_rule || contains(&found.content, &wanted) {
            return None;
        }
        let mut merged = found.content.clone();
        merge(&mut merged, &wanted);
        Some(merged)
    }
}

/// Whether one comes into a room by knocking.
fn goes_by_approval(state: &[StateEvent]) -> bool {
    let mut rules = state
        .iter()
        .filter(|event| event.event_type == "m.room.join_rules");
    rules.any(|event| event.content.get("join_rule").and_then(Value::as_str) == Some("knock"))
}

fn parent_link(identity: &Identity, space: &RoomId) -> Wanted {
    Wanted {
        event_type: "m.space.parent",
        key: space.to_string(),
        content: json!({ "via": [identity.server_name()], "canonical": true }),
    }
}

/// Who may do what. Every human act of moderation passes through the bot, so nobody else reaches its levels;
/// facilitators (50) have topic, pins and @room. What is left at −1 a muted member (−1) can still do.
fn powers(
    bot: &UserId,
    keeper: Option<&UserId>,
    creators: &[OwnedUserId],
    version: &RoomVersionId,
) -> Value {
    // Creators stand above all levels where the version knows them; listing them is refused there.
    let listed = [Some(bot), keeper]
        .into_iter()
        .flatten()
        .filter(|user| !creators.iter().any(|one| one == user));
    let users: Map<String, Value> = listed.map(|user| (user.to_string(), 100.into())).collect();
    let end = if privileges_creators(version) {
        150
    } else {
        100
    };
    json!({
        "users": users,
        "users_default": 0,
        "state_default": 95,
        "invite": 0,
        "kick": 60,
        "ban": 60,
        "redact": 90,
        "notifications": { "room": 50 },
        "events": {
            "m.room.topic": 50,
            "m.room.pinned_events": 50,
            "m.room.power_levels": 95,
            "m.room.tombstone": end,
            "m.reaction": -1,
            "m.room.redaction": -1,
            "m.poll.response": -1,
            "org.matrix.msc3381.poll.response": -1,
        },
    })
}

/// A room's version, and whom it names as creators with powers of their own.
fn making(state: &[StateEvent]) -> (RoomVersionId, Vec<OwnedUserId>) {
    let Some(create) = state
        .iter()
        .find(|event| event.event_type == "m.room.create")
    else {
        return (RoomVersionId::V1, Vec::new());
    };
    let version = create.content.get("room_version").and_then(Value::as_str);
    let version = version
        .and_then(|version| RoomVersionId::try_from(version).ok())
        .unwrap_or(RoomVersionId::V1);
    if !privileges_creators(&version) {
        return (version, Vec::new());
    }
    let more = create
        .content
        .get("additional_creators")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let more = more.filter_map(|user| OwnedUserId::try_from(user.as_str()?).ok());
    (
        version,
        std::iter::once(create.sender.clone()).chain(more).collect(),
    )
}

/// Whether rooms of this version give their creators powers above all levels, as version 12 does.
fn privileges_creators(version: &RoomVersionId) -> bool {
    version
        .rules()
        .is_some_and(|rules| rules.authorization.explicitly_privilege_room_creators)
}

/// Who besides the bot has the highest power in a room: its other creators, and whom its levels give as much as the bot.
pub(crate) fn keepers(state: &[StateEvent], bot: &UserId) -> BTreeSet<OwnedUserId> {
    let levels = state
        .iter()
        .filter(|event| event.event_type == "m.room.power_levels")
        .filter_map(|event| event.content.get("users")?.as_object());
    let highest = levels
        .flatten()
        .filter(|(_, level)| level.as_i64().is_some_and(|level| level >= 100))
        .filter_map(|(user, _)| OwnedUserId::try_from(user.as_str()).ok());
    let mut keepers: BTreeSet<OwnedUserId> = making(state).1.into_iter().chain(highest).collect();
    keepers.remove(bot);
    keepers
}

fn in_two_languages(words: &Words) -> String {
    let (spanish, english) = (words.get(Language::Es), words.get(Language::En));
    if spanish == english {
        spanish.to_owned()
    } else {
        format!("{spanish} / {english}")
    }
}

fn language_map(words: &Words) -> Value {
    words
        .iter()
        .map(|(language, text)| (language.code().to_owned(), Value::from(text)))
        .collect::<Map<_, _>>()
        .into()
}

/// Whether `found` says all that `wanted` says.
fn contains(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| found.get(key).is_some_and(|found| contains(found, wanted))),
        _ => found == wanted,
    }
}

/// Makes `into` say all that `wanted` says, keeping what it says besides.
fn merge(into: &mut Value, wanted: &Value) {
    match (into, wanted) {
        (Value::Object(into), Value::Object(wanted)) => {
            for (key, wanted) in wanted {
                merge(into.entry(key.clone()).or_insert(Value::Null), wanted);
            }
        }
        (into, wanted) => *into = wanted.clone(),
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
