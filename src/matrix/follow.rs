//! Rooms that were replaced: a tombstone tells where a room goes on, and the bridge goes with it.
//!
//! Spec: Client-Server API, "Room upgrades". A homeserver takes name, topic and powers along; our own record, the aliases
//! of ours and the place in space and directory are for us to move. Each step is looked at first, so that one that broke
//! off is completed by the next start.

use ruma::{OwnedRoomId, OwnedServerName, RoomAliasId, RoomId};
use serde_json::{Value, json};

use crate::bridge_info;
use crate::homeserver::StateEvent;
use crate::names;
use crate::provision::ProvisionError;
use crate::send_error::SendError;
use crate::upkeep::{Made, Work, during};

/// How many replacements are followed at a time: more is a circle, or a joke.
const FURTHEST: usize = 10;

/// What a room's tombstone says.
struct Tombstone {
    replacement: OwnedRoomId,
    /// The server of whoever wrote it: it knows the new room.
    server: OwnedServerName,
}

impl Work<'_> {
    /// The room in which this one goes on, if it was replaced. Where the bot can't follow it stays, and says so.
    pub(crate) async fn followed(
        &self,
        alias: &RoomAliasId,
        mut made: Made,
    ) -> Result<Made, ProvisionError> {
        for _ in 0..FURTHEST {
            let Some(tombstone) = tombstone(&made.state) else {
                break;
            };
            let next = &tombstone.replacement;
            let Some(state) = self.follow(alias, &made.room, &tombstone).await? else {
                made.lacking.push(format!(
                    "{alias} was replaced by {next}, but the bridge can't enter that room, or that room does not say that it follows: invite {} there, then restart the bridge",
                    self.homeserver.bot()
                ));
                made.ended = true;
                break;
            };
            let mut changed = std::mem::take(&mut made.changed);
            changed.push(format!("followed {alias} to the room that replaced it"));
            let old = std::mem::replace(&mut made.state, state);
            let earlier = std::mem::replace(&mut made.room, next.clone());
            made.changed = changed;
            if self.take_along(&mut made, &old).await? {
                let state = self.homeserver.all_state(&made.room).await;
                made.state = state.map_err(during("reading", &made.room))?;
            }
            self.point(alias, &earlier, &made.room).await?;
        }
        made.earlier = predecessor(&made.state);
        Ok(made)
    }

    /// Enters the room that follows, and gives its state; nothing where it can't be entered, or is not the one.
    async fn follow(
        &self,
        alias: &RoomAliasId,
        from: &RoomId,
        tombstone: &Tombstone,
    ) -> Result<Option<Vec<StateEvent>>, ProvisionError> {
        let (bot, next) = (self.homeserver.bot(), &tombstone.replacement);
        match self.homeserver.join_via(bot, next, &tombstone.server).await {
            Err(SendError::Rejected { .. }) => return Ok(None),
            joined => joined.map_err(during("following", alias))?,
        }
        let state = self.homeserver.all_state(next).await;
        let state = state.map_err(during("reading", next))?;
        Ok((predecessor(&state).as_deref() == Some(from)).then_some(state))
    }

    /// Writes what the old room said in our own words into the new one, where that doesn't say it yet. Whether anything
    /// was written.
    async fn take_along(
        &self,
        made: &mut Made,
        old: &[StateEvent],
    ) -> Result<bool, ProvisionError> {
        let mut any = false;
        let bot = self.homeserver.bot();
        let is_ours = |event: &&StateEvent| {
            event.sender == bot
                && (event.event_type.starts_with(names::NAMESPACE)
                    || bridge_info::EVENT_TYPES.contains(&event.event_type.as_str()))
        };
        for event in old.iter().filter(is_ours) {
            let same = |other: &&StateEvent| {
                other.event_type == event.event_type && other.state_key == event.state_key
            };
            if made.state.iter().any(|other| same(&other)) {
                continue;
            }
            let (event_type, key) = (&event.event_type, &event.state_key);
            let room = made.room.clone();
            let written = self
                .homeserver
                .set_state(&room, event_type, key, &event.content)
                .await;
            any |= self.unless_lacking(made, event_type, written)?.is_some();
        }
        Ok(any)
    }

    /// Lets the alias lead to the new room, and takes the old one out of the directory.
    async fn point(
        &self,
        alias: &RoomAliasId,
        old: &RoomId,
        new: &RoomId,
    ) -> Result<(), ProvisionError> {
        let leads_to = self.homeserver.resolve_alias(alias).await;
        if leads_to.map_err(during("looking for", alias))?.as_deref() != Some(new) {
            // Who made the new room may have moved or removed it.
            match self.homeserver.remove_alias(alias).await {
                Err(SendError::Rejected { .. }) => {}
                removed => removed.map_err(during("moving", alias))?,
            }
            let given = self.homeserver.add_alias(new, alias).await;
            given.map_err(during("moving", alias))?;
        }
        match self.homeserver.unlist(old).await {
            Err(SendError::Rejected { .. }) => Ok(()),
            unlisted => unlisted.map_err(during("taking out of the directory", old)),
        }
    }

    /// Takes rooms that were replaced out of the space.
    pub(crate) async fn unlink_replaced(
        &self,
        space: &RoomId,
        space_state: &[StateEvent],
        earlier: impl Iterator<Item = OwnedRoomId>,
    ) -> Result<(), ProvisionError> {
        for old in earlier {
            let linked = space_state.iter().any(|event| {
                event.event_type == "m.space.child"
                    && event.state_key == old
                    && event.content.get("via").is_some()
            });
            if linked {
                let unlinked = self
                    .homeserver
                    .set_state(space, "m.space.child", old.as_str(), &json!({}))
                    .await;
                unlinked.map_err(during("taking out of the space", &old))?;
            }
        }
        Ok(())
    }

    /// In a room that others made the bot may lack the power to write; the rest goes on, and the operator is told.
    pub(crate) fn unless_lacking<T>(
        &self,
        made: &mut Made,
        what: &str,
        outcome: Result<T, SendError>,
    ) -> Result<Option<T>, ProvisionError> {
        match outcome {
            Err(error) if error.is("M_FORBIDDEN") && !self.made_by_bot(&made.state) => {
                let lacking = format!(
                    "the bridge may not set {what} in {}: give {} the power level 100 there",
                    made.room,
                    self.homeserver.bot()
                );
                if !made.lacking.contains(&lacking) {
                    made.lacking.push(lacking);
                }
                Ok(None)
            }
            outcome => outcome.map(Some).map_err(during("setting", what)),
        }
    }
}

fn tombstone(state: &[StateEvent]) -> Option<Tombstone> {
    let event = state
        .iter()
        .find(|event| event.event_type == "m.room.tombstone" && event.state_key.is_empty())?;
    let replacement = event.content.get("replacement_room")?.as_str()?;
    Some(Tombstone {
        replacement: RoomId::parse(replacement).ok()?,
        server: event.sender.server_name().to_owned(),
    })
}

/// The room in which this one goes on, as its tombstone says.
pub(crate) fn replacement(state: &[StateEvent]) -> Option<OwnedRoomId> {
    tombstone(state).map(|tombstone| tombstone.replacement)
}

/// The room that this one follows on, as its first event says.
pub(crate) fn predecessor(state: &[StateEvent]) -> Option<OwnedRoomId> {
    let create = state
        .iter()
        .find(|event| event.event_type == "m.room.create")?;
    let room = create
        .content
        .get("predecessor")
        .and_then(|p| p.get("room_id"));
    RoomId::parse(room.and_then(Value::as_str)?).ok()
}
