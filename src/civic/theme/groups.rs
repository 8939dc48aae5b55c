//! Groups that come, wait, go, and who is in them.

use std::collections::BTreeSet;

use super::{Effect, Leg, Record, Standing, Theme};
use crate::{GroupId, MemberId, Notice, Timestamp};

impl Theme {
    pub(super) fn count_members(
        &self,
        group: &GroupId,
        present: &BTreeSet<MemberId>,
    ) -> Vec<Effect> {
        let others = self
            .groups
            .iter()
            .filter(|(other, standing)| *other != group && **standing == Standing::Open)
            .map(|(other, _)| self.members.get(other));
        // Where one group is not known yet, nobody is taken for gone.
        let Some(others) = others.collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        self.ghosts
            .iter()
            .filter(|ghost| {
                !present.contains(*ghost) && !others.iter().any(|members| members.contains(*ghost))
            })
            .cloned()
            .map(Effect::Leave)
            .collect()
    }

    pub(super) fn open(&self, now: Timestamp, group: &GroupId, notice: Notice) -> Vec<Effect> {
        if self.groups.get(group) == Some(&Standing::Open) {
            return Vec::new();
        }
        vec![
            Effect::Describe(group.clone()),
            Effect::Tell {
                to: Leg::Group(group.clone()),
                notice,
                language: None,
            },
            stands(now, group, Standing::Open),
        ]
    }

    pub(super) fn end_wait(&self, now: Timestamp, group: &GroupId) -> Vec<Effect> {
        match self.groups.get(group) {
            Some(Standing::Announced { open_from }) if *open_from <= now => {
                let theme = self.title.clone();
                self.open(now, group, Notice::GroupOpen { theme })
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn lose(&self, now: Timestamp, group: &GroupId) -> Vec<Effect> {
        match self.groups.get(group) {
            Some(Standing::Open | Standing::Announced { .. }) => {
                let mut effects = self.count_members(group, &BTreeSet::new());
                effects.push(stands(now, group, Standing::Closed));
                effects
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn adopt(&self, now: Timestamp, group: &GroupId, wait_hours: u32) -> Vec<Effect> {
        if matches!(
            self.groups.get(group),
            Some(Standing::Open | Standing::Announced { .. })
        ) {
            return Vec::new();
        }
        let notice = Notice::AdoptionAnnounced {
            theme: self.title.clone(),
            hours: wait_hours,
        };
        vec![
            Effect::Tell {
                to: Leg::Group(group.clone()),
                notice,
                language: None,
            },
            stands(
                now,
                group,
                Standing::Announced {
                    open_from: now.plus_hours(wait_hours),
                },
            ),
        ]
    }
}

fn stands(since: Timestamp, group: &GroupId, standing: Standing) -> Effect {
    Effect::Record(Record::Group {
        group: group.clone(),
        standing,
        since,
    })
}
