//! Folding the themes: from their rooms, and from what the notebook has yet to write into them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use civic::{GroupId, Leg, Notice, Record, Standing, Theme, ThemeDefinition, Timestamp};
use matrix::bridge_info::{self, GroupRecord, GroupStatus};
use matrix::provision::Provisioned;
use matrix::{Homeserver, SendError, StateEvent, names};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use vault::{Batch, Key, VaultError};
use whatsapp::KnownNumbers;

use super::entries::KnownGroup;
use super::group_records::Standings;
use super::look_back::Told;
use super::notebook::Notebook;
use super::pace::Flood;
use super::people::People;
use super::proposals::{Reading, persons_in};
use super::start::StartError;
use super::{Engine, GroupSeat, Seat, lock};
use crate::config::Config;

/// Note in the notebook: whether it is younger than the rooms.
pub(super) const RECALLS: &str = "recalls choices";
pub(super) const YES: &[u8] = b"yes";
const NO: &[u8] = b"no";
/// How long to wait before a room is read again.
const PAUSE: Duration = Duration::from_secs(2);
/// So many refusals are said in one place at once, and so many a minute from then on.
const REFUSALS: u32 = 40;
const REFUSALS_PER_MINUTE: u32 = 10;

/// The engine as it stands when all rooms are read.
pub(super) async fn fold(
    config: Config,
    key: Key,
    notebook: Notebook,
    homeserver: Homeserver,
    provisioned: Provisioned,
    tasks: JoinSet<()>,
) -> Result<Engine, StartError> {
    let mut people = People::read(&notebook, &key)?;
    people.organisers_are_called(&language::say(&Notice::Organisers, config.language));
    let known: BTreeMap<_, _> = notebook.groups()?.into_iter().collect();
    let mut batch = Batch::new();
    let (mut written, mut renamed, mut lost) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut banned = BTreeMap::new();
    let (mut seats, mut groups, mut rooms) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for definition in &config.plan.themes {
        let room = provisioned.rooms[&definition.slug].clone();
        let read = read_room(&homeserver, &room)
            .await
            .map_err(StartError::Fold)?;
        let mut theme = Theme::new(
            definition.slug.clone(),
            definition.code.clone(),
            definition.name.get(config.language),
        )
        .beside(config.plan.themes.iter().map(|other| {
            let name = other.name.get(config.language);
            (other.code.clone(), name.to_owned())
        }));
        let mut names = BTreeMap::new();
        let mut told = Standings::new();
        for earlier in earlier_rooms(&provisioned, definition) {
            // What was said there last is still told, and whoever said it may not have come along; what was recorded there
            // holds where the bridge may not write into the room that follows.
            let Ok(read) = read_room(&homeserver, earlier).await else {
                continue;
            };
            names.extend(read.members);
            told.extend(read.groups.into_iter().map(standing_of));
        }
        for record in read.groups {
            let subject = known.get(&record.group).map(|known| &known.subject);
            if subject.is_some_and(|subject| *subject != record.name) {
                renamed.push((definition.slug.clone(), record.group.clone()));
            }
            told.extend([standing_of(record)]);
        }
        for (group, (standing, since)) in told.clone() {
            theme.apply(&Record::Group {
                group,
                standing,
                since,
            });
        }
        let noted = known
            .iter()
            .filter(|(_, group)| group.theme == definition.slug.as_str());
        let noted = noted.map(|(group, _)| group);
        for record in notebook.lost_standings(&mut batch, noted, &told)? {
            theme.apply(&record);
            lost.push((definition.slug.clone(), record));
        }
        apply_pending(&notebook, definition, &mut theme)?;
        let replaced = earlier_rooms(&provisioned, definition);
        let rooms_of_theme: Vec<_> = replaced.chain([&room]).collect();
        let reading = Reading {
            homeserver: &homeserver,
            notebook: &notebook,
            people: &people,
            definition,
        };
        reading
            .proposals(&mut batch, &mut theme, &rooms_of_theme, &read.state)
            .await?;
        for (user, name) in read.members {
            match homeserver.identity().member_of(&user) {
                Some(member) => {
                    theme.know_ghost(&member, true);
                    let unknown = people
                        .get(&member)
                        .is_none_or(|person| person.ghost_name.is_none());
                    if unknown {
                        people.ghost_is_called(
                            &notebook,
                            &mut batch,
                            &member,
                            &name.unwrap_or_default(),
                        );
                    }
                }
                None => {
                    if let Some(name) = &name {
                        people.hear_of(user.as_str(), name);
                    }
                    names.insert(user, name);
                }
            }
        }
        let accounts = read.state.iter();
        let accounts = accounts.filter(|event| event.event_type == "m.room.member");
        for event in accounts {
            people.is_in_room(&event.state_key);
        }
        let knocking = who_knocks(&read.state);
        banned.insert(
            definition.slug.clone(),
            banned_by(homeserver.bot(), &read.state),
        );
        let mut ours = read.state;
        ours.retain(|event| {
            event.sender == homeserver.bot() && event.event_type.starts_with(names::NAMESPACE)
        });
        written.insert(definition.slug.clone(), ours);
        groups.extend(seated_groups(&theme, definition, &known));
        rooms.insert(room.clone(), definition.slug.clone());
        let seat = Seat {
            definition: definition.clone(),
            room,
            theme: Mutex::new(theme),
            names: Mutex::new(names),
            knocking: Mutex::new(knocking),
            bell: Notify::new(),
            deciding: tokio::sync::Mutex::default(),
            lanes: Mutex::new(BTreeMap::new()),
        };
        seats.insert(definition.slug.clone(), Arc::new(seat));
    }
    let persons = persons_in(&homeserver, &notebook, &provisioned.space, &config.plan).await?;
    for seat in seats.values() {
        lock(&seat.theme).recount(&persons);
    }
    let recalls = match notebook.note(RECALLS)? {
        Some(note) => note == YES,
        // A new notebook: did anybody talk here before it?
        None => !groups.is_empty(),
    };
    notebook.put_note(&mut batch, RECALLS, if recalls { YES } else { NO });
    notebook.commit(batch).await?;
    let limits = &config.whatsapp;
    let flood = || Mutex::new(Flood::new(limits.sender_backlog, limits.sender_per_minute));
    rooms.extend(provisioned.earlier);
    let direct = notebook.direct_rooms()?.into_iter().map(|(room, _)| room);
    let told = Told::nothing(rooms.keys().cloned().chain(direct));
    let engine = Engine {
        flood: flood(),
        failures: flood(),
        refusals: Mutex::new(Flood::new(REFUSALS, REFUSALS_PER_MINUTE)),
        hushed: flood(),
        invited: Notify::new(),
        inviting: Notify::new(),
        config,
        key,
        notebook,
        people: Mutex::new(people),
        persons: Mutex::new(persons),
        homeserver,
        space: provisioned.space,
        log: provisioned.log,
        policies: provisioned.policies,
        listing: tokio::sync::Mutex::default(),
        trusted: Mutex::default(),
        seats,
        rooms,
        groups: Mutex::new(groups),
        numbers: Mutex::new(Arc::new(KnownNumbers::default())),
        connector: OnceLock::new(),
        tidings: watch::channel(0).0,
        recalls,
        only_told: Mutex::default(),
        doors: super::doors::Doors::default(),
        invitations: super::invitations::Invitations::default(),
        opening: tokio::sync::Mutex::default(),
        intake: Mutex::default(),
        told: tokio::sync::Mutex::new(told),
        lacking: provisioned.lacking,
        ended: provisioned.ended,
        halted: Mutex::default(),
        phone: Mutex::default(),
        anew: watch::channel(false).0,
        failed: watch::channel(None).0,
        tasks: Mutex::new(tasks),
    };
    engine.gather_numbers();
    engine.recall_facilitators().await?;
    engine.know_facilitators();
    for seat in engine.seats.values() {
        engine.know_theme(&lock(&seat.theme));
    }
    let mut batch = Batch::new();
    for (theme, record) in &lost {
        tracing::warn!(%theme, "the room has lost how things stand with a group; it is written again");
        engine.record_again(&mut batch, &engine.seats[theme], record);
    }
    for (theme, group) in &renamed {
        engine.record_name(&mut batch, &engine.seats[theme], group);
    }
    engine.notebook.commit(batch).await?;
    for (theme, state) in &written {
        engine.write_again(&engine.seats[theme], state).await?;
        engine.debate_again(&engine.seats[theme], state).await?;
        let there = (&state[..], &banned[theme][..]);
        engine.moderate_again(&engine.seats[theme], there).await?;
    }
    Ok(engine)
}

/// The rooms that a theme's room replaced.
fn earlier_rooms<'a>(
    provisioned: &'a Provisioned,
    definition: &'a ThemeDefinition,
) -> impl Iterator<Item = &'a OwnedRoomId> {
    let earlier = provisioned.earlier.iter();
    earlier
        .filter(|(_, theme)| **theme == definition.slug)
        .map(|(room, _)| room)
}

/// What a theme's room tells.
struct RoomRead {
    state: Vec<StateEvent>,
    groups: Vec<GroupRecord>,
    members: BTreeMap<OwnedUserId, Option<String>>,
}

/// Who waits to be let into a room, and what they call themselves.
fn who_knocks(state: &[StateEvent]) -> BTreeMap<OwnedUserId, Option<String>> {
    let knocks = state.iter().filter(|event| {
        event.event_type == "m.room.member" && event.content["membership"] == "knock"
    });
    let named = knocks.filter_map(|event| {
        let name = event.content["displayname"].as_str().map(str::to_owned);
        Some((OwnedUserId::try_from(&*event.state_key).ok()?, name))
    });
    named.collect()
}

/// Whom somebody has banned from a room.
fn banned_by(who: &UserId, state: &[StateEvent]) -> Vec<String> {
    let bans = state.iter().filter(|event| {
        event.event_type == "m.room.member"
            && event.sender == who
            && event.content["membership"] == "ban"
    });
    bans.map(|event| event.state_key.clone()).collect()
}

async fn read_room(homeserver: &Homeserver, room: &RoomId) -> Result<RoomRead, SendError> {
    let read = async || {
        let state = homeserver.all_state(room).await?;
        let groups = bridge_info::groups_in(&state, homeserver.bot());
        let members = homeserver.joined_members(room).await?;
        Ok(RoomRead {
            state,
            groups,
            members,
        })
    };
    until_answered(read).await
}

/// Asks the homeserver until it answers.
pub(super) async fn until_answered<T>(
    ask: impl AsyncFn() -> Result<T, SendError>,
) -> Result<T, SendError> {
    loop {
        match ask().await {
            Err(error @ (SendError::Transient { .. } | SendError::Uncertain)) => {
                tracing::warn!(%error, "a room could not be read; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// What is decided and not written into the room yet.
fn apply_pending(
    notebook: &Notebook,
    definition: &ThemeDefinition,
    theme: &mut Theme,
) -> Result<(), VaultError> {
    let lane = notebook.lane_prefix(&definition.slug, &Leg::Room);
    for (_, entry) in notebook.outbox(lane, &[], usize::MAX)? {
        if let Some(record) = entry.act.record() {
            theme.apply(&record);
        }
    }
    Ok(())
}

/// The groups to listen to: those of the room's record, and those that the notebook knows and the record does not yet.
fn seated_groups(
    theme: &Theme,
    definition: &ThemeDefinition,
    known: &BTreeMap<GroupId, KnownGroup>,
) -> BTreeMap<GroupId, GroupSeat> {
    let recorded = theme.groups().keys();
    let noted = known
        .iter()
        .filter(|(_, group)| group.theme == definition.slug.as_str());
    let all = recorded.chain(noted.map(|(group, _)| group));
    let living = all.filter(|group| theme.groups().get(*group) != Some(&Standing::Closed));
    living
        .map(|group| {
            let seat = GroupSeat {
                theme: definition.slug.clone(),
                known: known.get(group).cloned(),
            };
            (group.clone(), seat)
        })
        .collect()
}

fn standing_of(record: GroupRecord) -> (GroupId, (Standing, Timestamp)) {
    let standing = match (record.status, record.open_from) {
        (GroupStatus::Open, _) => Standing::Open,
        (GroupStatus::Closed, _) => Standing::Closed,
        (GroupStatus::Announced, open_from) => Standing::Announced {
            open_from: open_from.unwrap_or(record.since),
        },
    };
    (record.group, (standing, record.since))
}
