//! The record of a group in its theme's room: how things stand with it, and what it is called on WhatsApp.
//!
//! The bridge notes how it left things, so that a homeserver whose database was put back doesn't close a group that was opened
//! since.

use std::collections::BTreeMap;

use civic::{GroupId, Leg, Record, Standing, Timestamp};
use matrix::bridge_info::{self, GroupRecord, GroupStatus};
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};

use super::act::{Act, StoredStanding};
use super::entries::Outgoing;
use super::lane::Failure;
use super::notebook::Notebook;
use super::perform::misplaced;
use super::{Engine, Seat, lock};
use crate::clock;

/// How things stand with a group since when, as it was decided last.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Noted {
    standing: StoredStanding,
    since: i64,
}

/// How things stand with groups as their room tells it.
pub(super) type Standings = BTreeMap<GroupId, (Standing, Timestamp)>;

impl Notebook {
    /// Notes how things stand with a group from now on.
    pub(super) fn note_standing(
        &self,
        batch: &mut Batch,
        group: &GroupId,
        (standing, since): (Standing, Timestamp),
    ) {
        let noted = Noted {
            standing: standing.into(),
            since: since.0,
        };
        let value = serde_json::to_vec(&noted).expect("it is plain JSON");
        self.put_note(batch, &name_of_note(group), &value);
    }

    /// The records of these groups that the room has lost: it tells none, or an earlier one. What it tells and was not noted yet, or
    /// is later (then the notebook was put back), is noted.
    pub(super) fn lost_standings<'a>(
        &self,
        batch: &mut Batch,
        groups: impl Iterator<Item = &'a GroupId>,
        told: &Standings,
    ) -> Result<Vec<Record>, VaultError> {
        let mut lost = Vec::new();
        for group in groups {
            let note = self.note(&name_of_note(group))?;
            let noted: Option<Noted> = note.and_then(|note| serde_json::from_slice(&note).ok());
            let told = told.get(group);
            match (noted, told) {
                (Some(noted), told) if told.is_none_or(|(_, since)| since.0 < noted.since) => {
                    lost.push(Record::Group {
                        group: group.clone(),
                        standing: noted.standing.into(),
                        since: Timestamp(noted.since),
                    });
                }
                (noted, Some(told)) if noted.is_none_or(|noted| noted.since < told.1.0) => {
                    self.note_standing(batch, group, *told);
                }
                _ => {}
            }
        }
        Ok(lost)
    }
}

fn name_of_note(group: &GroupId) -> String {
    format!("standing of {group}")
}

impl Engine {
    /// Lets the record of a group tell another name than before.
    pub(super) fn record_name(&self, batch: &mut Batch, seat: &Seat, group: &GroupId) {
        let act = Act::Call {
            group: group.to_string(),
        };
        self.write_in_room(batch, seat, act);
    }

    /// Writes a group's record again, which its room has lost.
    pub(super) fn record_again(&self, batch: &mut Batch, seat: &Seat, record: &Record) {
        if let Record::Group {
            group,
            standing,
            since,
        } = record
        {
            self.write_in_room(batch, seat, Act::of_group(group, *standing, *since));
        }
    }

    /// Puts what follows from no input of the theme into its room's lane.
    fn write_in_room(&self, batch: &mut Batch, seat: &Seat, act: Act) {
        let now = clock::now();
        let source = self.source(&[b"in room", act.name().as_bytes(), &now.0.to_be_bytes()]);
        let outgoing = Outgoing::of_bridge(self.effect(&source, &act.name()), now, act);
        let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
        self.notebook.send_out(batch, lane, &outgoing);
    }

    /// Writes how things stand with a group.
    pub(super) async fn write_record(
        &self,
        seat: &Seat,
        act: &Act,
    ) -> Result<Option<String>, Failure> {
        let Some(civic::Record::Group {
            group,
            standing,
            since,
        }) = act.record()
        else {
            return Err(misplaced());
        };
        let (status, open_from) = match standing {
            Standing::Announced { open_from } => (GroupStatus::Announced, Some(open_from)),
            Standing::Open => (GroupStatus::Open, None),
            Standing::Closed => (GroupStatus::Closed, None),
        };
        let record = GroupRecord {
            name: self.group_name(&group),
            group,
            status,
            since,
            open_from,
        };
        bridge_info::write(&self.homeserver, &seat.room, &record).await?;
        Ok(None)
    }

    /// Writes what a group is called now into its record, where there is one.
    pub(super) async fn call_group(
        &self,
        seat: &Seat,
        group: &str,
    ) -> Result<Option<String>, Failure> {
        let group = group.parse().map_err(|_| misplaced())?;
        let name = self.group_name(&group);
        bridge_info::rename(&self.homeserver, &seat.room, &group, &name).await?;
        Ok(None)
    }
}

impl Seat {
    /// Wakes the lane of the room, if it is at work already.
    pub(super) fn ring_room(&self) {
        self.ring(&Leg::Room);
    }

    /// Lets the lane of a leg go to work, if there is one.
    pub(super) fn ring(&self, leg: &Leg) {
        if let Some(lane) = lock(&self.lanes).get(leg) {
            lane.bell.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use vault::Key;

    use super::*;

    #[tokio::test]
    async fn what_was_noted_last_holds_and_what_the_room_tells_later_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let notebook = Notebook::open(folder.path(), &Key::from_bytes([1; 32])).unwrap();
        let group: GroupId = "abcdefghij234567".parse().unwrap();
        let lost = async |told: Option<(Standing, i64)>| {
            let told = told.map(|(standing, since)| (standing, Timestamp(since)));
            let told = told.map(|told| (group.clone(), told)).into_iter().collect();
            let mut batch = Batch::new();
            let groups = std::iter::once(&group);
            let lost = notebook.lost_standings(&mut batch, groups, &told).unwrap();
            notebook.commit(batch).await.unwrap();
            lost
        };
        let open_since = |since| Record::Group {
            group: group.clone(),
            standing: Standing::Open,
            since: Timestamp(since),
        };
        assert_eq!(lost(None).await, [], "nothing was ever decided");
        assert_eq!(
            lost(Some((Standing::Open, 5))).await,
            [],
            "a notebook of before"
        );
        assert_eq!(lost(None).await, [open_since(5)]);
        let announced = Standing::Announced {
            open_from: Timestamp(5),
        };
        assert_eq!(lost(Some((announced, 3))).await, [open_since(5)]);
        assert_eq!(
            lost(Some((Standing::Closed, 7))).await,
            [],
            "the room knows more"
        );
        assert_eq!(lost(Some((Standing::Open, 5))).await.len(), 1);
        assert_eq!(lost(Some((Standing::Closed, 7))).await, []);
    }
}
