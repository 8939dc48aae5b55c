//! What is done by a network's own powers: seen, logged, to be explained and confirmed, or else undone.

use std::collections::BTreeSet;

use super::cases::Wanted;
use super::measures::explained;
use super::{DAY, Draft, Granted};
use crate::moderation::{
    CaseStanding, Deed, Ending, Enforcement, Hindrance, Measure, Reason, Rule,
};
use crate::theme::{Effect, GroupSetting, Known, Leg, Said, Theme};
use crate::{GroupId, MemberId, Party, Timestamp};

/// For so long nobody does by hand again what was undone.
const WEEK: i64 = 7 * DAY;

impl Theme {
    /// Somebody was removed by hand.
    pub(in crate::theme) fn removed(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        (who, lasting): (&Party, bool),
        by: &Party,
    ) -> Vec<Effect> {
        let mut draft = Draft::at(self, now, known);
        draft.note(Measure::Suspend(who.clone()), by, lasting);
        draft.into_effects()
    }

    /// Somebody who was out was let in again by hand: what was done by hand is undone by hand. What was decided holds.
    pub(in crate::theme) fn let_back(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        who: &Party,
        by: &Party,
    ) -> Vec<Effect> {
        let mut draft = Draft::at(self, now, known);
        match draft.open_case(&Measure::Suspend(who.clone())) {
            Some((number, case)) if case.native => draft.end_by_hand(number, by),
            Some((_, case)) if case.holds(now) => {
                draft.enforce_at_once(Enforcement::Suspend {
                    who: who.member.clone(),
                    on: true,
                });
            }
            _ => {}
        }
        draft.into_effects()
    }

    /// Whether what is taken back is somebody else's, whom the network lets whoever does it delete.
    pub(in crate::theme) fn takes_anothers(&self, known: &Known<'_>, said: &Said) -> bool {
        let author = said.about.as_ref().and_then(|about| about.author.as_ref());
        let me = &said.speaker.member;
        let anothers = author.is_some_and(|author| !known.persons.are_one(&author.member, me));
        anothers && self.is_open(&said.from)
    }

    /// Somebody has deleted a message of another's by hand.
    pub(in crate::theme) fn taken_by_hand(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        said: &Said,
    ) -> Vec<Effect> {
        let Some(about) = &said.about else {
            return Vec::new();
        };
        let Some(author) = about.author.clone() else {
            return Vec::new();
        };
        let message = about.message;
        let mut draft = Draft::at(self, now, known);
        draft.note(Measure::Hide { message, author }, &said.by(), true);
        draft.into_effects()
    }

    /// Somebody has set by hand who may write in a group, or how one comes into it. What was decided holds until its end.
    pub(in crate::theme) fn set_by_hand(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        (group, setting, on): (&GroupId, GroupSetting, bool),
        by: &Party,
    ) -> Vec<Effect> {
        if !self.is_open(&Leg::Group(group.clone())) {
            return Vec::new();
        }
        let mut draft = Draft::at(self, now, known);
        let (measure, again) = match setting {
            GroupSetting::Announcement => (Measure::Pause, Enforcement::Quiet),
            GroupSetting::Approval => (Measure::Approval, Enforcement::Approval),
        };
        let held = draft.open_case_that(&measure, |case| case.holds(now));
        match (held, on) {
            (None, true) => draft.note(measure, by, false),
            (Some((number, case)), false) if case.native => draft.end_by_hand(number, by),
            (Some((_, case)), false) if case.holds(now) => draft.enforce_at_once(again),
            _ => {}
        }
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
    /// Notes what was done by hand; carried out on the other network, too, if it holds.
    fn note(&mut self, measure: Measure, by: &Party, holds: bool) {
        let oneself = measure.about().is_some_and(|who| self.are_one(who, by));
        if oneself {
            return;
        }
        // What is only asked for, or voted on, holds nobody back: what is done by hand meanwhile is noted like any other.
        let held = self.open_case_that(&measure, |case| {
            matches!(case.standing, CaseStanding::InForce { .. })
        });
        if let Some((case, open)) = held {
            // Who was kicked may be banned now.
            if open.native && holds {
                self.carry_out(case);
            }
            return;
        }
        let hours = self.moderation.charter().of(Rule::ConfirmationHours);
        let case = self.next_case();
        let also = self.also(&measure);
        let again = self.undone_lately(&measure);
        self.log(Deed::Native {
            case,
            measure,
            by: by.clone(),
            until: match again {
                Some(_) => self.now,
                None => self.now.plus_hours(hours),
            },
            also,
            again,
        });
        if again.is_some() {
            self.log(Deed::Over {
                case,
                why: Ending::Unexplained,
                by: Vec::new(),
            });
        } else if holds {
            self.carry_out(case);
        }
    }

    /// The case by which the same was done by hand and undone, since nobody who moderates stood by it, within the last week.
    /// What delegates have asked for meanwhile is something else.
    fn undone_lately(&self, measure: &Measure) -> Option<u32> {
        let lasts = matches!(
            measure,
            Measure::Suspend(_) | Measure::Hide { .. } | Measure::Pause
        );
        if !lasts || self.open_case(measure).is_some() {
            return None;
        }
        let cases = self.moderation.cases().iter().rev();
        let mut undone = cases.filter(|(_, case)| {
            let for_want = matches!(
                case.standing,
                CaseStanding::Over(Ending::Unconfirmed | Ending::Unexplained)
            );
            // A group may well be closed every night.
            let long = if *measure == Measure::Pause {
                DAY
            } else {
                WEEK
            };
            let lately = self.now.0 - case.since.0 < long;
            case.native && for_want && lately
        });
        let found = undone.find(|(_, case)| self.are_alike(&case.measure, measure));
        found.map(|(number, _)| *number)
    }

    fn carry_out(&mut self, case: u32) {
        for enforcement in self.enforced(case, true) {
            self.enforce_at_once(enforcement);
        }
    }

    fn end_by_hand(&mut self, case: u32, by: &Party) {
        self.log(Deed::Over {
            case,
            why: Ending::Lifted,
            by: vec![by.clone()],
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
        let (category, reason) = match about {
            Some(about) => {
                let (category, reason) = self.justified(reason, &about)?;
                (Some(category), reason)
            }
            None => (None, explained(reason)?.text.clone()),
        };
        self.log(Deed::Explained {
            case: number,
            category,
            reason,
            by,
            minutes: None,
        });
        Ok(())
    }

    /// A delegate agrees to what was done by hand, or asks for the same: with two of them it is an act like any other, with an
    /// end. Whoever asks for it gives a reason and a length by that, unless these were given before.
    pub(super) fn adopt(&mut self, number: u32, me: Party, wanted: Option<Wanted>) -> Granted {
        let case = self.moderation.cases()[&number].clone();
        let is_explained = !case.reason.is_empty();
        let length = wanted.as_ref().and_then(|wanted| wanted.length);
        let (category, reason) = match wanted {
            _ if is_explained => (case.category, case.reason),
            Some(wanted) => (wanted.category, wanted.reason),
            None => return Err(Hindrance::ReasonFirst(number)),
        };
        let about = case.measure.about();
        let mut by: Vec<Party> = case
            .by
            .iter()
            .filter(|by| !self.are_one(by, &me) && self.may_decide(by, about))
            .cloned()
            .collect();
        let minutes = match by.is_empty() {
            true => length.map(|length| length.minutes).or(case.minutes),
            false => case.minutes.or(length.map(|length| length.minutes)),
        };
        // People are let in one by one by one delegate.
        let is_enough =
            case.measure == Measure::Approval || length.is_some_and(|length| length.alone);
        let is_alone = by.is_empty() && !is_enough;
        if is_alone && is_explained && case.by.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::SecondNeeded(number));
        }
        if is_alone {
            self.log(Deed::Explained {
                case: number,
                category,
                reason,
                by: me,
                minutes,
            });
            return Ok(());
        }
        by.push(me);
        let charter = self.moderation.charter();
        let most = match case.measure {
            Measure::Pause => Some(charter.of(Rule::LongPauseMinutes)),
            Measure::Approval => Some(60 * charter.of(Rule::ApprovalHours)),
            Measure::Suspend(_) => Some(24 * 60 * charter.of(Rule::SuspensionDays)),
            _ => None,
        };
        let minutes = most.map(|most| minutes.map_or(most, |minutes| minutes.min(most)));
        let also = self.also(&case.measure);
        self.log(Deed::InForce {
            case: number,
            measure: case.measure,
            also,
            category,
            reason,
            by,
            until: minutes.map(|minutes| self.now.plus_minutes(minutes)),
            confirm_by: None,
        });
        Ok(())
    }
}
