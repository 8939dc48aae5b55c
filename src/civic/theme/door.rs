//! Who comes to a theme, and who waits to be let in. No record: the networks can be asked who waits at any time.

use std::collections::{BTreeMap, BTreeSet};

use super::{Due, Effect, Input, Leg, Standing, Theme};
use crate::moderation::Enforcement;
use crate::{GroupId, MemberId, Notice, Party, Timestamp};

/// Joins are remembered so long, in milliseconds.
const REMEMBERED: i64 = 24 * 60 * 60 * 1000;
/// Who waits is said once in so many minutes.
const MINUTES_BETWEEN_LINES: u32 = 10;

/// A theme's door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Door {
    /// Who joined, and when last.
    joins: BTreeMap<MemberId, Timestamp>,
    /// Who waits to be let in.
    waiting: BTreeMap<Leg, BTreeSet<MemberId>>,
    /// Of whom it was said that they wait.
    told: BTreeSet<MemberId>,
    /// When that was said last.
    told_at: Option<Timestamp>,
}

impl Door {
    /// Who joined after one moment and not after another.
    pub(super) fn joined(
        &self,
        after: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = &MemberId> {
        let joins = self.joins.iter();
        let joins = joins.filter(move |(_, at)| after < **at && **at <= until);
        joins.map(|(member, _)| member)
    }

    /// Who waits, each once.
    pub(super) fn waiting(&self) -> BTreeSet<Party> {
        let legs = self.waiting.iter();
        let all = legs.flat_map(|(leg, who)| {
            who.iter().map(|member| Party {
                member: member.clone(),
                network: leg.network(),
            })
        });
        all.collect()
    }

    /// Of whom it was not said yet that they wait.
    pub(super) fn untold(&self) -> BTreeSet<Party> {
        let mut all = self.waiting();
        all.retain(|party| !self.told.contains(&party.member));
        all
    }

    /// When it can be said again who waits.
    pub(super) fn may_tell_from(&self) -> Timestamp {
        let told = self
            .told_at
            .map(|at| at.plus_minutes(MINUTES_BETWEEN_LINES));
        told.unwrap_or_default()
    }

    fn forget(&mut self, member: &MemberId) {
        self.waiting.values_mut().for_each(|who| {
            who.remove(member);
        });
    }

    fn tell(&mut self, now: Timestamp) {
        self.told = self.waiting.values().flatten().cloned().collect();
        self.told_at = Some(now);
    }
}

impl Theme {
    /// Who waits on a leg to be let in, as far as the theme was told.
    pub fn waits_on(&self, leg: &Leg) -> BTreeSet<MemberId> {
        self.door.waiting.get(leg).cloned().unwrap_or_default()
    }

    /// Who is new by this: on no other leg until now. Where a group is told of for the first time nobody is.
    pub(super) fn newcomers(&self, input: &Input) -> Vec<MemberId> {
        let elsewhere = |member: &MemberId, here: Option<&GroupId>| {
            let mut others = self.members.iter();
            others.any(|(group, members)| Some(group) != here && members.contains(member))
        };
        match input {
            Input::Joined(who) => vec![who.clone()],
            Input::Members { group, present } => {
                let before = self.members.get(group);
                let before = before.filter(|_| self.groups.get(group) == Some(&Standing::Open));
                let Some(before) = before else {
                    return Vec::new();
                };
                let new = present.difference(before);
                new.filter(|member| !elsewhere(member, Some(group)))
                    .cloned()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// When it is to be said who waits, if it is.
    pub(super) fn waiting_due(&self) -> Option<Timestamp> {
        // By approval still, or over any moment now: that comes to nothing then.
        let approval = self.moderation.approval_until(Timestamp::default());
        let waits = approval.is_some() && !self.door.untold().is_empty();
        waits.then(|| self.door.may_tell_from())
    }

    /// Takes over who came, who waits, and of whom it was said. Before the members of a group are taken over.
    pub(super) fn take_over_door(&mut self, now: Timestamp, input: &Input, effects: &[Effect]) {
        for member in self.newcomers(input) {
            self.door.joins.insert(member, now);
        }
        self.door.joins.retain(|_, at| now.0 - at.0 < REMEMBERED);
        if let Input::Waiting { leg, who } = input {
            self.door.waiting.insert(leg.clone(), who.clone());
        }
        if let Input::GroupLost(group) = input {
            self.door.waiting.remove(&Leg::Group(group.clone()));
        }
        let mut tells = *input == Input::Due(Due::Waiting);
        for effect in effects {
            match effect {
                Effect::Enforce(Enforcement::Admit { who, .. }) => self.door.forget(who),
                Effect::Tell {
                    notice: Notice::AskToJoin { .. },
                    ..
                } => tells = true,
                _ => {}
            }
        }
        if tells {
            self.door.tell(now);
        }
        let waiting = &self.door.waiting;
        self.door
            .told
            .retain(|member| waiting.values().any(|who| who.contains(member)));
    }
}
