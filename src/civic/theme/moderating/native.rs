//! What is done by a network's own powers: seen, logged, to be explained and confirmed, or else undone.

use std::collections::BTreeSet;

use super::{Draft, Granted};
use crate::moderation::{Deed, Enforcement, Hindrance, Measure, Reason, Rule};
use crate::theme::{Effect, Known, Theme};
use crate::{MemberId, Network, Party, Timestamp};

impl Theme {
    /// Somebody was removed from a group by hand.
    pub(in crate::theme) fn removed(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        who: &MemberId,
        by: &Party,
    ) -> Vec<Effect> {
        let mut draft = Draft::at(self, now, known);
        draft.note(who, by);
        draft.into_effects()
    }

    /// Whoever is out and came in all the same has to leave again.
    pub(in crate::theme) fn keep_out(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        present: &BTreeSet<MemberId>,
    ) -> Vec<Effect> {
        let out = present.iter().filter(|member| {
            let until = self.moderation.suspended_until(now, known.persons, member);
            until.is_some()
        });
        out.map(|who| {
            Effect::Enforce(Enforcement::Suspend {
                who: who.clone(),
                on: true,
            })
        })
        .collect()
    }
}

impl Draft<'_> {
    fn note(&mut self, who: &MemberId, by: &Party) {
        let who = Party {
            member: who.clone(),
            network: Network::WhatsApp,
        };
        let measure = Measure::Suspend(who.clone());
        if self.open_case(&measure).is_some() || self.are_one(&who, by) {
            return;
        }
        let hours = self.moderation.charter().of(Rule::ConfirmationHours);
        self.log(Deed::Native {
            case: self.next_case(),
            measure,
            by: by.clone(),
            until: self.now.plus_hours(hours),
        });
    }

    /// The reason is for whoever did it to give, or for a delegate who stands by it.
    pub(super) fn explain(&mut self, case: Option<u32>, reason: Option<&Reason>) -> Granted {
        let (number, case) = self.meant_case(case, |case| case.native)?;
        let about = case.measure.about().cloned();
        let me = self.me().ok_or(Hindrance::WhichCase)?;
        let mine = case.by.first().is_some_and(|by| self.are_one(by, &me));
        let by = match mine {
            true => me,
            false => self.delegate(about.as_ref())?,
        };
        let about = about.ok_or(Hindrance::WhichCase)?;
        let (category, reason) = self.justified(reason, &about)?;
        self.log(Deed::Explained {
            case: number,
            category,
            reason,
            by,
        });
        Ok(())
    }

    /// A delegate agrees to what was done by hand: with two of them it is an act like any other, with an end.
    pub(super) fn adopt(&mut self, number: u32, me: Party) -> Granted {
        let case = self.moderation.cases()[&number].clone();
        let category = case.category.ok_or(Hindrance::ReasonFirst(number))?;
        let about = case.measure.about();
        let mut by: Vec<Party> = case
            .by
            .iter()
            .filter(|by| !self.are_one(by, &me) && self.may_decide(by, about))
            .cloned()
            .collect();
        by.push(me.clone());
        if by.len() < 2 {
            self.log(Deed::Explained {
                case: number,
                category,
                reason: case.reason,
                by: me,
            });
            return Ok(());
        }
        let days = self.moderation.charter().of(Rule::SuspensionDays);
        let also = self.also(&case.measure);
        self.log(Deed::InForce {
            case: number,
            measure: case.measure,
            also,
            category: Some(category),
            reason: case.reason,
            by,
            until: Some(self.now.plus_hours(24 * days)),
            confirm_by: None,
        });
        Ok(())
    }
}
