//! Sees to it that the plan's space and rooms exist and are as they should be.
//!
//! Looks first and writes only what differs, so that a second run writes nothing and one that broke off is completed
//! by the next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use civic::{Plan, ThemeSlug};
use futures_util::stream::{self, StreamExt};
use ruma::{OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomVersionId, UserId};
use tokio::sync::OnceCell;

use crate::homeserver::Homeserver;
use crate::place::{self, Place, Purpose, Wanted};
use crate::send_error::SendError;
use crate::upkeep::{Work, during};

/// The name that the bot speaks under.
pub const BOT_NAME: &str = "Aty";

/// How many rooms are seen to at once. More makes a small homeserver no faster.
const AT_ONCE: usize = 3;

/// The plan's rooms, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The plan's space.
    pub space: OwnedRoomId,
    /// The plan's log of moderation.
    pub log: OwnedRoomId,
    /// The plan's list of suspensions.
    pub policies: OwnedRoomId,
    /// The room of each theme.
    pub rooms: BTreeMap<ThemeSlug, OwnedRoomId>,
    /// What was done, in words for the operator; empty when all was there already.
    pub changed: Vec<String>,
    /// Rooms of themes that the plan has no more; they are left alone.
    pub removed: Vec<Removed>,
    /// The room that a theme's room replaced. What was said there last may still be told.
    pub earlier: BTreeMap<OwnedRoomId, ThemeSlug>,
    /// What the bridge may not do in its rooms, in words for the operator; empty when it may do all.
    pub lacking: Vec<String>,
    /// Rooms that were replaced by ones that the bridge can't follow to.
    pub ended: BTreeSet<OwnedRoomId>,
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
    /// The keeper has no account.
    #[error(
        "{0} has no account on the homeserver, and whoever took that name next would have the rooms' highest power: make the account first, or leave homeserver.keeper out"
    )]
    NoKeeper(OwnedUserId),
    /// The rooms have another keeper, or none.
    #[error(
        "homeserver.keeper is {keeper}, but the plan's rooms were made {with}, and a keeper can't be added to a room later: {instead}"
    )]
    OtherKeeper {
        /// Who is named in the configuration.
        keeper: OwnedUserId,
        /// With whom they were made, in words.
        with: String,
        /// The way out, in words.
        instead: String,
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
    let (mut changed, mut lacking) = (Vec::new(), Vec::new());
    let (mut earlier, mut ended) = (BTreeMap::new(), BTreeSet::new());
    changed.extend(see_to_the_bot(homeserver).await?);
    let work = &Work {
        homeserver,
        keeper,
        version: room_version(homeserver).await?,
        known: OnceCell::new(),
    };
    let of = plan.themes.len() + 3;

    let space = Place::space(plan, homeserver.identity());
    let made = work.see_to(&space, None).await?;
    changed.extend(made.changed);
    lacking.extend(made.lacking);
    progress(Step {
        done: 1,
        of,
        name: &space.name,
    });
    let (space, space_state) = (made.room, made.state);
    if let Some(keeper) = keeper {
        must_be_theirs(keeper, &place::keepers(&space_state, homeserver.bot()))?;
    }

    let places: Vec<_> = plan
        .themes
        .iter()
        .map(|theme| Place::theme(plan, theme, homeserver.identity()))
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
        lacking.extend(made.lacking);
        // In the plan's order, one after the other: clients show a space's rooms by the age of these links.
        let link = Wanted::child_link(homeserver.identity(), &made.room);
        if work.write_missing(&space, &space_state, &link).await? {
            changed.push(format!("linked {} to the space", place.name));
        }
        if let Purpose::Theme(theme) = place.purpose {
            earlier.extend(made.earlier.map(|earlier| (earlier, theme.clone())));
            ended.extend(made.ended.then(|| made.room.clone()));
            rooms.insert(theme, made.room);
        }
        progress(Step {
            done: rooms.len() + 1,
            of,
            name: &place.name,
        });
    }
    drop(in_work);
    let mut public = Vec::new();
    for place in [Place::log(plan), Place::policies(plan)] {
        let made = work.see_to(&place, Some(&space)).await?;
        changed.extend(made.changed);
        lacking.extend(made.lacking);
        let link = Wanted::child_link(homeserver.identity(), &made.room);
        if work.write_missing(&space, &space_state, &link).await? {
            changed.push(format!("linked {} to the space", place.name));
        }
        public.push(made.room);
        progress(Step {
            done: rooms.len() + 1 + public.len(),
            of,
            name: &place.name,
        });
    }
    let [log, policies] = <[OwnedRoomId; 2]>::try_from(public).expect("there are two");
    work.unlink_replaced(&space, &space_state, earlier.keys().cloned())
        .await?;
    let mut removed = work.removed(plan, &space_state, &rooms).await?;
    removed.retain(|removed| !earlier.contains_key(&removed.room));
    Ok(Provisioned {
        space,
        log,
        policies,
        rooms,
        changed,
        removed,
        earlier,
        lacking,
        ended,
    })
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

/// Refuses a keeper without account: its name would be anybody's to take.
pub(crate) async fn must_exist(
    homeserver: &Homeserver,
    keeper: &UserId,
) -> Result<(), ProvisionError> {
    match homeserver.display_name(keeper).await {
        Err(error) if error.is("M_NOT_FOUND") => Err(ProvisionError::NoKeeper(keeper.to_owned())),
        found => found.map(drop).map_err(during("looking for", keeper)),
    }
}

/// Refuses a keeper with whom the rooms were not made.
fn must_be_theirs(keeper: &UserId, theirs: &BTreeSet<OwnedUserId>) -> Result<(), ProvisionError> {
    if theirs.contains(keeper) {
        return Ok(());
    }
    let named: Vec<&str> = theirs.iter().map(|user| user.as_str()).collect();
    let (with, instead) = match named.as_slice() {
        [] => ("without one".to_owned(), "leave the line out".to_owned()),
        named => {
            let named = named.join(" and ");
            (format!("with {named}"), format!("write {named} there"))
        }
    };
    Err(ProvisionError::OtherKeeper {
        keeper: keeper.to_owned(),
        with,
        instead,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Not run: that it compiles shows that a run can be spawned as a task of its own.
    #[allow(dead_code)]
    fn can_be_spawned(homeserver: Homeserver, plan: Plan) {
        tokio::spawn(async move { provision(&homeserver, &plan, None, |_| ()).await });
    }
}
