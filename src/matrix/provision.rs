//! Sees to it that the plan's space and rooms exist and are as they should be.
//!
//! Looks first and writes only what differs, so that a second run writes nothing and one that broke off is completed
//! by the next.

use std::collections::BTreeMap;
use std::time::Duration;

use civic::{Plan, ThemeSlug};
use futures_util::stream::{self, StreamExt};
use ruma::{OwnedRoomAliasId, OwnedRoomId, RoomAliasId, RoomId, RoomVersionId, UserId};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::homeserver::{Homeserver, StateEvent};
use crate::names;
use crate::place::{Place, Wanted};
use crate::send_error::SendError;

/// The name that the bot speaks under.
pub const BOT_NAME: &str = "Aty";

/// How many rooms are seen to at once. More makes a small homeserver no faster.
const AT_ONCE: usize = 3;

/// The plan's rooms, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The plan's space.
    pub space: OwnedRoomId,
    /// The room of each theme.
    pub rooms: BTreeMap<ThemeSlug, OwnedRoomId>,
    /// What was done, in words for the operator; empty when all was there already.
    pub changed: Vec<String>,
    /// Rooms of themes that the plan has no more; they are left alone.
    pub removed: Vec<Removed>,
}

/// The room of a theme that the plan has no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The room.
    pub room: OwnedRoomId,
    /// What the theme was.
    pub theme: String,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// How many rooms are as they should be.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// The name of the one just finished.
    pub name: &'a str,
}

/// Why the plan's rooms could not be brought about. What was done stays and need not be done again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvisionError {
    /// The homeserver didn't do it.
    #[error("{what}: {error}")]
    Homeserver {
        /// What was being done.
        what: String,
        /// What came of it.
        #[source]
        error: SendError,
    },
    /// An alias leads to a room of somebody else's.
    #[error(
        "{alias} leads to a room that this bridge did not make: give the theme another alias, or remove that alias from the other room"
    )]
    AliasTaken {
        /// The alias.
        alias: OwnedRoomAliasId,
    },
    /// The homeserver doesn't let the bridge make this alias.
    #[error(
        "the registration does not lay claim to {alias}: begin the alias with the registration's name and a hyphen (aty-agua), or add it to the registration's aliases and restart the homeserver"
    )]
    AliasNotReserved {
        /// The alias.
        alias: OwnedRoomAliasId,
    },
    /// An alias in the plan can't be one.
    #[error("\"{0}\" can't be an alias: write it without # and server, such as agua")]
    NotAnAlias(String),
}

impl ProvisionError {
    /// Whether the same may succeed later without anyone mending anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Homeserver { error, .. } if error.may_pass())
    }

    /// How long the homeserver asked us to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Homeserver { error, .. } => error.retry_after(),
            _ => None,
        }
    }
}

/// Sees to it that the plan's space and a room for each theme exist and are as they should be.
///
/// The keeper gets the rooms' highest power next to the bot. `progress` is called after each room.
///
/// # Errors
/// At the first thing that doesn't succeed; see [`ProvisionError::may_pass`].
pub async fn provision(
    homeserver: &Homeserver,
    plan: &Plan,
    keeper: Option<&UserId>,
    mut progress: impl FnMut(Step<'_>),
) -> Result<Provisioned, ProvisionError> {
    let mut changed = Vec::new();
    changed.extend(see_to_the_bot(homeserver).await?);
    let work = &Work {
        homeserver,
        keeper,
        version: room_version(homeserver).await?,
        known: OnceCell::new(),
    };
    let of = plan.themes.len() + 1;

    let space = Place::space(plan);
    let made = work.see_to(&space, None).await?;
    changed.extend(made.changed);
    progress(Step {
        done: 1,
        of,
        name: &space.name,
    });
    let (space, space_state) = (made.room, made.state);

    let places: Vec<_> = plan
        .themes
        .iter()
        .map(|theme| Place::theme(plan, theme))
        .collect();
    let in_space = &*space;
    let see_to = |place: Place| async move {
        let made = work.see_to(&place, Some(in_space)).await;
        (place, made)
    };
    let mut in_work = stream::iter(places).map(see_to).buffered(AT_ONCE);
    let mut rooms = BTreeMap::new();
    while let Some((place, made)) = in_work.next().await {
        let made = made?;
        changed.extend(made.changed);
        // In the plan's order, one after the other: clients show a space's rooms by the age of these links.
        let link = Wanted::child_link(homeserver.identity(), &made.room);
        if work.write_missing(&space, &space_state, &link).await? {
            changed.push(format!("linked {} to the space", place.name));
        }
        if let Some(theme) = place.theme {
            rooms.insert(theme, made.room);
        }
        progress(Step {
            done: rooms.len() + 1,
            of,
            name: &place.name,
        });
    }
    drop(in_work);
    let removed = work.removed(plan, &space_state, &rooms).await?;
    Ok(Provisioned {
        space,
        rooms,
        changed,
        removed,
    })
}

/// What a run needs throughout.
struct Work<'a> {
    homeserver: &'a Homeserver,
    keeper: Option<&'a UserId>,
    version: RoomVersionId,
    /// The bot's rooms, asked for once and only when an alias leads nowhere.
    known: OnceCell<Vec<Known>>,
}

/// A room the bot was in before, and what it says it is for.
struct Known {
    room: OwnedRoomId,
    plan: Option<Value>,
    theme: Option<Value>,
}

/// A room that is as it should be.
struct Made {
    room: OwnedRoomId,
    /// Its state before anything in it was changed.
    state: Vec<StateEvent>,
    changed: Vec<String>,
}

impl Work<'_> {
    async fn see_to(&self, place: &Place, space: Option<&RoomId>) -> Result<Made, ProvisionError> {
        let mut changed = Vec::new();
        let alias = self.alias(place)?;
        let room = self
            .find_or_make(place, &alias, space, &mut changed)
            .await?;
        let state = self.own_state(&room, &alias).await?;
        for wanted in place.wanted(self.homeserver.identity(), self.keeper, &state, space) {
            if self.write_missing(&room, &state, &wanted).await? {
                changed.push(format!("set {} of {}", wanted.event_type, place.name));
            }
        }
        if self.list(&room).await.map_err(during("listing", &alias))? {
            changed.push(format!("listed {} in the room directory", place.name));
        }
        Ok(Made {
            room,
            state,
            changed,
        })
    }

    fn alias(&self, place: &Place) -> Result<OwnedRoomAliasId, ProvisionError> {
        let server = self.homeserver.identity().server_name();
        let plain = !place.alias.is_empty() && !place.alias.contains([':', '#', ' ']);
        let alias = RoomAliasId::parse(format!("#{}:{server}", place.alias))
            .ok()
            .filter(|_| plain);
        alias.ok_or_else(|| ProvisionError::NotAnAlias(place.alias.clone()))
    }

    /// The room of the alias; else a room of ours for the same theme, whose alias was changed in the plan; else a new
    /// one. It gets its alias as it is made, so that one whose making we did not see finished is found next time.
    async fn find_or_make(
        &self,
        place: &Place,
        alias: &RoomAliasId,
        space: Option<&RoomId>,
        changed: &mut Vec<String>,
    ) -> Result<OwnedRoomId, ProvisionError> {
        let reserved = |error: SendError| match error.is("M_EXCLUSIVE") {
            true => ProvisionError::AliasNotReserved {
                alias: alias.to_owned(),
            },
            false => during("making", alias)(error),
        };
        let resolved = self.homeserver.resolve_alias(alias).await;
        if let Some(room) = resolved.map_err(during("looking for", alias))? {
            return Ok(room);
        }
        if let Some(room) = self.under_another_alias(place).await? {
            self.homeserver
                .add_alias(&room, alias)
                .await
                .map_err(reserved)?;
            changed.push(format!("gave {} the alias {alias}", place.name));
            return Ok(room);
        }
        let wanted = place.creation(
            self.homeserver.identity(),
            self.keeper,
            &self.version,
            space,
        );
        let wanted = wanted.map_err(during("making", alias))?;
        let room = self
            .homeserver
            .create_room(wanted)
            .await
            .map_err(reserved)?;
        changed.push(format!("made {} ({alias})", place.name));
        Ok(room)
    }

    async fn under_another_alias(
        &self,
        place: &Place,
    ) -> Result<Option<OwnedRoomId>, ProvisionError> {
        let failed = during("looking for", &place.name);
        let known = self
            .known
            .get_or_try_init(|| self.know())
            .await
            .map_err(failed)?;
        for Known { room, plan, theme } in known {
            let marker = if place.theme.is_some() { theme } else { plan };
            if !marker
                .as_ref()
                .is_some_and(|found| place.marker.is_same(found))
            {
                continue;
            }
            let failed = during("looking for", &place.name);
            let state = self.homeserver.all_state(room).await.map_err(failed)?;
            let ended = state
                .iter()
                .any(|event| event.event_type == "m.room.tombstone");
            if self.is_ours(&state) && !ended {
                return Ok(Some(room.clone()));
            }
        }
        Ok(None)
    }

    async fn know(&self) -> Result<Vec<Known>, SendError> {
        let mut known = Vec::new();
        for room in self.homeserver.joined_rooms().await? {
            let plan = self.homeserver.state(&room, names::PLAN, "").await?;
            let theme = self.homeserver.state(&room, names::THEME, "").await?;
            known.push(Known { room, plan, theme });
        }
        Ok(known)
    }

    /// Sees to it that the room stands in the directory; whether it did not.
    async fn list(&self, room: &RoomId) -> Result<bool, SendError> {
        if self.homeserver.is_listed(room).await? {
            return Ok(false);
        }
        self.homeserver.list(room).await.map(|()| true)
    }

    /// The state of a room that must be ours.
    async fn own_state(
        &self,
        room: &RoomId,
        alias: &RoomAliasId,
    ) -> Result<Vec<StateEvent>, ProvisionError> {
        let bot = self.homeserver.bot();
        let taken = || ProvisionError::AliasTaken {
            alias: alias.to_owned(),
        };
        let mut state = self.homeserver.all_state(room).await;
        let mut entered = false;
        if state.as_ref().is_err_and(|error| error.is("M_FORBIDDEN")) {
            // A homeserver killed while it made the room leaves one that nobody is in, which only its maker can enter.
            match self.homeserver.join(bot, room).await {
                Err(SendError::Rejected { .. }) => return Err(taken()),
                joined => joined.map_err(during("entering", alias))?,
            }
            entered = true;
            state = self.homeserver.all_state(room).await;
        }
        let state = state.map_err(during("reading", alias))?;
        if self.is_ours(&state) {
            return Ok(state);
        }
        if entered {
            self.homeserver
                .leave(bot, room)
                .await
                .map_err(during("leaving", alias))?;
        }
        Err(taken())
    }

    fn is_ours(&self, state: &[StateEvent]) -> bool {
        let bot = self.homeserver.bot();
        state
            .iter()
            .any(|event| event.event_type == "m.room.create" && event.sender == bot)
    }

    /// Writes what the room lacks; whether anything was lacking.
    async fn write_missing(
        &self,
        room: &RoomId,
        state: &[StateEvent],
        wanted: &Wanted,
    ) -> Result<bool, ProvisionError> {
        let Some(content) = wanted.missing(state, self.homeserver.bot()) else {
            return Ok(false);
        };
        let written = self
            .homeserver
            .set_state(room, wanted.event_type, &wanted.key, &content)
            .await;
        written
            .map_err(during("setting", wanted.event_type))
            .map(|_| true)
    }

    /// Rooms in the space that say they are for a theme of this plan, when the plan has no such theme.
    async fn removed(
        &self,
        plan: &Plan,
        space: &[StateEvent],
        rooms: &BTreeMap<ThemeSlug, OwnedRoomId>,
    ) -> Result<Vec<Removed>, ProvisionError> {
        let linked = |event: &&StateEvent| {
            event.event_type == "m.space.child" && event.content.get("via").is_some()
        };
        let children = space
            .iter()
            .filter(linked)
            .filter_map(|event| RoomId::parse(&event.state_key).ok());
        let mut removed = Vec::new();
        for room in children.filter(|room| !rooms.values().any(|one| one == room)) {
            let marker = match self.homeserver.state(&room, names::THEME, "").await {
                Err(SendError::Rejected { .. }) => None,
                marker => marker.map_err(during("reading", &room))?,
            };
            let text = |key: &str| {
                marker
                    .as_ref()
                    .and_then(|marker| marker.get(key))
                    .and_then(Value::as_str)
            };
            if let Some(theme) = text("theme")
                && text("plan") == Some(plan.slug.as_str())
            {
                removed.push(Removed {
                    theme: theme.to_owned(),
                    room,
                });
            }
        }
        Ok(removed)
    }
}

/// Sees to it that the bot exists and has its name, before it enters any room.
async fn see_to_the_bot(homeserver: &Homeserver) -> Result<Option<String>, ProvisionError> {
    let bot = homeserver.bot();
    let name = match homeserver.display_name(bot).await {
        Err(error) if error.is("M_NOT_FOUND") => {
            homeserver
                .register(bot.localpart())
                .await
                .map_err(during("registering", bot))?;
            None
        }
        name => name.map_err(during("looking for", bot))?,
    };
    if name.as_deref() == Some(BOT_NAME) {
        return Ok(None);
    }
    homeserver
        .set_display_name(bot, BOT_NAME)
        .await
        .map_err(during("naming", bot))?;
    Ok(Some(format!("named {bot} {BOT_NAME}")))
}

/// Version 12 where the homeserver offers it, else what it makes by default.
async fn room_version(homeserver: &Homeserver) -> Result<RoomVersionId, ProvisionError> {
    let offered = homeserver
        .room_versions()
        .await
        .map_err(during("asking", "the homeserver"))?;
    let best = offered
        .available
        .contains(&RoomVersionId::V12)
        .then_some(RoomVersionId::V12);
    Ok(best.unwrap_or(offered.default))
}

fn during(doing: &str, what: impl ToString) -> impl FnOnce(SendError) -> ProvisionError {
    let what = format!("{doing} {}", what.to_string());
    move |error| ProvisionError::Homeserver { what, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not run: that it compiles shows that a run can be spawned as a task of its own.
    #[allow(dead_code)]
    fn can_be_spawned(homeserver: Homeserver, plan: Plan) {
        tokio::spawn(async move { provision(&homeserver, &plan, None, |_| ()).await });
    }
}
