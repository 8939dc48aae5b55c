//! The record of a group in its theme's room: how things stand with it, and what it is called on WhatsApp.

use civic::{GroupId, Leg, Standing};
use matrix::bridge_info::{self, GroupRecord, GroupStatus};
use vault::Batch;

use super::act::Act;
use super::entries::Outgoing;
use super::lane::Failure;
use super::perform::misplaced;
use super::{Engine, Seat, lock};
use crate::clock;

impl Engine {
    /// Lets the record of a group tell another name than before.
    pub(super) fn record_name(&self, batch: &mut Batch, seat: &Seat, group: &GroupId) {
        let now = clock::now();
        let act = Act::Call {
            group: group.to_string(),
        };
        let moment = now.0.to_be_bytes();
        let source = self.source(&[b"called", group.as_str().as_bytes(), &moment]);
        let outgoing = Outgoing {
            effect: self.effect(&source, &act.name()),
            at: now.0,
            speaker: None,
            link: None,
            origin: None,
            again: false,
            act,
        };
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
        if let Some(lane) = lock(&self.lanes).get(&Leg::Room) {
            lane.bell.notify_one();
        }
    }
}
