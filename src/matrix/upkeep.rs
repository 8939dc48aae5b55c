//! Finds, makes and mends one room of the plan.

use std::collections::BTreeMap;
use std::time::Duration;

use civic::{Plan, ThemeSlug};
use ruma::{OwnedRoomAliasId, OwnedRoomId, RoomAliasId, RoomId, RoomVersionId, UserId};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::follow::{predecessor, replacement};
use crate::homeserver::{Homeserver, StateEvent};
use crate::names;
use crate::place::{Place, Purpose, Wanted};
use crate::provision::{ProvisionError, Removed, must_exist};
use crate::send_error::SendError;

/// How long the homeserver may take over a room that it was told to make before we were killed, and how often to look.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a run needs throughout.
pub(crate) struct Work<'a> {
    pub(crate) homeserver: &'a Homeserver,
    pub(crate) keeper: Option<&'a UserId>,
    pub(crate) version: RoomVersionId,
    /// The bot's rooms, asked for once and only when an alias leads nowhere.
    pub(crate) known: OnceCell<Vec<Known>>,
}

/// A room the bot was in before, and what it says it is for.
pub(crate) struct Known {
    room: OwnedRoomId,
    plan: Option<Value>,
    theme: Option<Value>,
    log: Option<Value>,
    policies: Option<Value>,
}

/// A room that is as it should be.
pub(crate) struct Made {
    pub(crate) room: OwnedRoomId,
    /// Its state before anything in it was changed.
    pub(crate) state: Vec<StateEvent>,
    /// What was done about it, in words.
    pub(crate) changed: Vec<String>,
    /// What the bot may not do about it, in words.
    pub(crate) lacking: Vec<String>,
    /// The room that it replaced, if it replaced one.
    pub(crate) earlier: Option<OwnedRoomId>,
    /// Whether it was itself replaced, by one that the bot can't follow to.
    pub(crate) ended: bool,
}

impl Made {
    fn new(room: OwnedRoomId, state: Vec<StateEvent>, changed: Vec<String>) -> Self {
        Self {
            room,
            state,
            changed,
            lacking: Vec::new(),
            earlier: None,
            ended: false,
        }
    }
}

impl Work<'_> {
    /// Sees to it that one room exists and is as it should be.
    pub(crate) async fn see_to(
        &self,
        place: &Place,
        space: Option<&RoomId>,
    ) -> Result<Made, ProvisionError> {
        let alias = self.alias(place)?;
        let mut made = match self.found(&alias).await? {
            Some(made) => self.followed(&alias, made).await?,
            None => match self.found_under_another_alias(place, &alias).await? {
                Some(made) => made,
                None => self.make(place, &alias, space).await?,
            },
        };
        let wanted = place.wanted(self.homeserver.identity(), self.keeper, &made.state, space);
        for wanted in wanted {
            let Some(content) = wanted.missing(&made.state, self.homeserver.bot()) else {
                continue;
            };
            let room = made.room.clone();
            let written = self
                .homeserver
                .set_state(&room, wanted.event_type, &wanted.key, &content)
                .await;
            if self
                .unless_lacking(&mut made, wanted.event_type, written)?
                .is_some()
            {
                let what = format!("set {} of {}", wanted.event_type, place.name);
                made.changed.push(what);
            }
        }
        let listed = self.list(&made.room).await;
        if self
            .unless_lacking(&mut made, "its place in the room directory", listed)?
            .unwrap_or(false)
        {
            made.changed
                .push(format!("listed {} in the room directory", place.name));
        }
        Ok(made)
    }

    fn alias(&self, place: &Place) -> Result<OwnedRoomAliasId, ProvisionError> {
        let server = self.homeserver.identity().server_name();
        let plain = !place.alias.is_empty() && !place.alias.contains([':', '#', ' ']);
        let alias = RoomAliasId::parse(format!("#{}:{server}", place.alias))
            .ok()
            .filter(|_| plain);
        alias.ok_or_else(|| ProvisionError::NotAnAlias(place.alias.clone()))
    }

    /// The room of an alias, if there is one that can be used.
    async fn found(&self, alias: &RoomAliasId) -> Result<Option<Made>, ProvisionError> {
        let resolved = self.homeserver.resolve_alias(alias).await;
        let Some(room) = resolved.map_err(during("looking for", alias))? else {
            return Ok(None);
        };
        let state = match self.read_patiently(&room, alias).await? {
            Some(state) => Some(state),
            None => self.entered(&room, alias).await?,
        };
        match state {
            Some(state) if self.is_ours(&state) => Ok(Some(Made::new(room, state, Vec::new()))),
            Some(state) => match self.replaced_by(&room, &state).await? {
                Some(ours) => Ok(Some(ours)),
                None => Err(ProvisionError::AliasTaken {
                    alias: alias.to_owned(),
                }),
            },
            None => Ok(None),
        }
    }

    /// The room of ours that another room says it follows, if that is so: whoever replaced it may have moved its alias
    /// before the bridge could.
    async fn replaced_by(
        &self,
        room: &RoomId,
        state: &[StateEvent],
    ) -> Result<Option<Made>, ProvisionError> {
        let Some(earlier) = predecessor(state) else {
            return Ok(None);
        };
        let old = match self.homeserver.all_state(&earlier).await {
            Err(SendError::Rejected { .. }) => return Ok(None),
            old => old.map_err(during("reading", &earlier))?,
        };
        let ours = self.is_ours(&old) && replacement(&old).as_deref() == Some(room);
        Ok(ours.then(|| Made::new(earlier, old, Vec::new())))
    }

    /// The state of a room, if the bot may read it. A room that the homeserver is still making can be read soon.
    async fn read_patiently(
        &self,
        room: &RoomId,
        alias: &RoomAliasId,
    ) -> Result<Option<Vec<StateEvent>>, ProvisionError> {
        let mut waited = Duration::ZERO;
        loop {
            match self.homeserver.all_state(room).await {
                Err(error) if error.is("M_FORBIDDEN") && waited >= PATIENCE => return Ok(None),
                Err(error) if error.is("M_FORBIDDEN") => {
                    tokio::time::sleep(LOOK_EVERY).await;
                    waited += LOOK_EVERY;
                }
                state => return state.map(Some).map_err(during("reading", alias)),
            }
        }
    }

    /// The state of a room that the bot has to enter first.
    ///
    /// A homeserver that was killed while it made a room leaves one that nobody is in, with an alias that is the bot's.
    /// If it got as far as the room's first event, its maker can enter; if not, the room is good for nothing, and the
    /// alias is taken back. The homeserver sees to it that nobody takes back another's alias.
    async fn entered(
        &self,
        room: &RoomId,
        alias: &RoomAliasId,
    ) -> Result<Option<Vec<StateEvent>>, ProvisionError> {
        let bot = self.homeserver.bot();
        match self.homeserver.join(bot, room).await {
            Ok(()) => {
                let state = self
                    .homeserver
                    .all_state(room)
                    .await
                    .map_err(during("reading", alias))?;
                if !self.is_ours(&state) && predecessor(&state).is_none() {
                    self.homeserver
                        .leave(bot, room)
                        .await
                        .map_err(during("leaving", alias))?;
                }
                Ok(Some(state))
            }
            Err(SendError::Rejected { .. }) => match self.homeserver.remove_alias(alias).await {
                Err(SendError::Rejected { .. }) => Err(ProvisionError::AliasTaken {
                    alias: alias.to_owned(),
                }),
                removed => removed.map_err(during("taking back", alias)).map(|()| None),
            },
            Err(error) => Err(during("entering", alias)(error)),
        }
    }

    /// A room of ours for the same plan and theme, when its alias was changed in the plan. It keeps the old one too.
    async fn found_under_another_alias(
        &self,
        place: &Place,
        alias: &RoomAliasId,
    ) -> Result<Option<Made>, ProvisionError> {
        let known = self.known.get_or_try_init(|| self.know()).await;
        for Known {
            room,
            plan,
            theme,
            log,
            policies,
        } in known.map_err(during("looking for", alias))?
        {
            let marker = match place.purpose {
                Purpose::Space => plan,
                Purpose::Log => log,
                Purpose::Policies => policies,
                Purpose::Theme(_) => theme,
            };
            if !marker
                .as_ref()
                .is_some_and(|found| place.marker.is_same(found))
            {
                continue;
            }
            let state = self
                .homeserver
                .all_state(room)
                .await
                .map_err(during("reading", room))?;
            let ended = state
                .iter()
                .any(|event| event.event_type == "m.room.tombstone");
            if self.is_ours(&state) && !ended {
                self.homeserver
                    .add_alias(room, alias)
                    .await
                    .map_err(unless_reserved(alias))?;
                let changed = vec![format!("gave {} the alias {alias}", place.name)];
                return Ok(Some(Made::new(room.clone(), state, changed)));
            }
        }
        Ok(None)
    }

    /// Makes the room. It gets its alias as it is made, so that one whose making we did not see finished is found
    /// next time.
    async fn make(
        &self,
        place: &Place,
        alias: &RoomAliasId,
        space: Option<&RoomId>,
    ) -> Result<Made, ProvisionError> {
        if let Some(keeper) = self.keeper {
            must_exist(self.homeserver, keeper).await?;
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
            .map_err(unless_reserved(alias))?;
        let state = self
            .homeserver
            .all_state(&room)
            .await
            .map_err(during("reading", alias))?;
        let changed = vec![format!("made {} ({alias})", place.name)];
        Ok(Made::new(room, state, changed))
    }

    async fn know(&self) -> Result<Vec<Known>, SendError> {
        let mut known = Vec::new();
        for room in self.homeserver.joined_rooms().await? {
            let plan = self.homeserver.state(&room, names::PLAN, "").await?;
            let theme = self.homeserver.state(&room, names::THEME, "").await?;
            let log = self.homeserver.state(&room, names::LOG, "").await?;
            let policies = self.homeserver.state(&room, names::POLICIES, "").await?;
            known.push(Known {
                room,
                plan,
                theme,
                log,
                policies,
            });
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

    /// Whether a room is ours: made by the bot, or the successor of one, into which the bot wrote what it is for.
    fn is_ours(&self, state: &[StateEvent]) -> bool {
        let bot = self.homeserver.bot();
        let marked = state.iter().any(|event| {
            let markers = [names::PLAN, names::THEME, names::LOG, names::POLICIES];
            markers.contains(&event.event_type.as_str()) && event.sender == bot
        });
        self.made_by_bot(state) || (marked && predecessor(state).is_some())
    }

    pub(crate) fn made_by_bot(&self, state: &[StateEvent]) -> bool {
        let bot = self.homeserver.bot();
        state
            .iter()
            .any(|event| event.event_type == "m.room.create" && event.sender == bot)
    }

    /// Writes what the room lacks; whether anything was lacking.
    pub(crate) async fn write_missing(
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
    pub(crate) async fn removed(
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

fn unless_reserved(alias: &RoomAliasId) -> impl FnOnce(SendError) -> ProvisionError {
    move |error| match error.is("M_EXCLUSIVE") {
        true => ProvisionError::AliasNotReserved {
            alias: alias.to_owned(),
        },
        false => during("making", alias)(error),
    }
}

/// Says at what it failed.
pub(crate) fn during(doing: &str, what: impl ToString) -> impl FnOnce(SendError) -> ProvisionError {
    let what = format!("{doing} {}", what.to_string());
    move |error| ProvisionError::Homeserver { what, error }
}
