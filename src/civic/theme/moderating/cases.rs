//! Cases: how one begins, who agrees to it, and which one is meant.

use super::measures::{HOUR, Length};
use super::{DAY, Draft, Granted};
use crate::moderation::{
    Case, CaseStanding, Category, Deed, Ending, Enough, Hindrance, Measure, Question, Reach, Rule,
};
use crate::{MemberId, Party, Timestamp};

/// What somebody asks for.
pub(super) struct Wanted {
    pub(super) measure: Measure,
    pub(super) category: Option<Category>,
    pub(super) reason: String,
    pub(super) length: Option<Length>,
    pub(super) reach: Reach,
}

impl Draft<'_> {
    /// Begins a case; or, if another delegate has asked for the same, agrees to theirs.
    pub(super) fn begin(&mut self, me: Party, wanted: Wanted) -> Granted {
        let alone = wanted.length.is_some_and(|length| length.alone)
            && !self.is_repeated(&wanted.measure, &me);
        if let Some((number, case)) = self.open_like(&wanted) {
            match case.standing {
                _ if case.native => return self.adopt(number, me, Some(wanted)),
                CaseStanding::Voted => return Err(Hindrance::BeingVoted(number)),
                // What one can have alone waits for nobody, and agrees to nothing longer.
                CaseStanding::Asked { .. } if alone => {}
                CaseStanding::Asked { .. }
                | CaseStanding::InForce {
                    confirm_by: Some(_),
                    ..
                } => return self.join((number, &case), me, &wanted),
                CaseStanding::InForce { .. } | CaseStanding::Over(_) => {
                    return Err(Hindrance::SoAlready);
                }
            }
        }
        match alone {
            true => {
                let minutes = wanted.length.map(|length| length.minutes);
                let (category, reason) = (wanted.category, wanted.reason);
                self.put_in_force(wanted.measure, category, reason, vec![me], minutes, None);
                Ok(())
            }
            false => self.ask(me, wanted),
        }
    }

    /// Asks for a second.
    fn ask(&mut self, me: Party, wanted: Wanted) -> Granted {
        let minutes = wanted.length.map(|length| length.minutes);
        if wanted.reach == Reach::Everywhere || self.is_long(&wanted.measure, minutes) {
            // Nobody is asked to agree to a vote that can't be.
            self.voters(Enough::GREAT_QUORUM)?;
        }
        let hours = self.moderation.charter().of(Rule::ConfirmationHours);
        self.log(Deed::Asked {
            case: self.next_case(),
            measure: wanted.measure,
            category: wanted.category,
            reason: wanted.reason,
            by: me,
            minutes,
            until: self.now.plus_hours(hours),
            reach: wanted.reach,
        });
        Ok(())
    }

    /// A second delegate wants what another asked for: for the same, and no longer than both do.
    fn join(&mut self, (number, case): (u32, &Case), me: Party, wanted: &Wanted) -> Granted {
        if case.by.iter().any(|by| self.are_one(by, &me)) {
            return Err(Hindrance::SecondNeeded(number));
        }
        let minutes = wanted.length.map(|length| length.minutes);
        let both = case.minutes.min(minutes.or(case.minutes));
        // What is put to the vote is what was asked for.
        let votes_on_less = self.needs_vote(case) && both != case.minutes;
        if case.category != wanted.category || votes_on_less {
            return Err(Hindrance::AskedOtherwise(number));
        }
        self.agree_to(number, case, (me, both))
    }

    /// A second delegate agrees to a case that waits for one, to last so many minutes.
    pub(super) fn agree_to(
        &mut self,
        number: u32,
        case: &Case,
        (me, minutes): (Party, Option<u32>),
    ) -> Granted {
        match case.standing {
            CaseStanding::InForce {
                confirm_by: Some(_),
                ..
            } => {
                self.log(Deed::Confirmed {
                    case: number,
                    by: me,
                });
                Ok(())
            }
            CaseStanding::Asked { .. } => self.second_case(number, case, (me, minutes)),
            _ => Err(Hindrance::NothingToConfirm(number)),
        }
    }

    /// Whether it was done before and let go: what one delegate alone did, that one does not do again without a second; nor
    /// anybody what an appeal undid. A message is one for good, somebody's silence for a day. A door only delays.
    pub(super) fn is_repeated(&self, measure: &Measure, me: &Party) -> bool {
        let is_message = matches!(measure, Measure::Hide { .. });
        let mut cases = self.moderation.cases().values();
        *measure != Measure::Approval
            && cases.any(|case| {
                let lately = is_message || self.now.0 - case.since.0 < DAY;
                let mine = case.by.iter().all(|by| self.are_one(by, me));
                self.are_alike(&case.measure, measure)
                    && !case.is_open()
                    && lately
                    // What was only asked for never held.
                    && (case.was_reversed() || mine && (case.held || is_message))
            })
    }

    /// The open case that is what somebody wants. Whoever wants it everywhere does not mean one that is for this theme alone,
    /// nor the other way round: that would agree to something else. Nor is what only a vote can decide what was done by hand.
    fn open_like(&self, wanted: &Wanted) -> Option<(u32, Case)> {
        let wide = wanted.reach == Reach::Everywhere;
        let minutes = wanted.length.map(|length| length.minutes);
        let voted = |case: &Case| case.standing == CaseStanding::Voted;
        let long = self.is_long(&wanted.measure, minutes);
        let alike = |case: &Case| match case.is_wide() {
            _ if case.native => !wide && !long,
            true => wide || matches!(case.standing, CaseStanding::InForce { .. }),
            // While something long is voted on, two can still decide what is short.
            false if voted(case) => wide || long,
            false => !wide,
        };
        // What was decided before what was done by hand.
        let decided = self.open_case_that(&wanted.measure, |case| alike(case) && !case.native);
        decided.or_else(|| self.open_case_that(&wanted.measure, alike))
    }

    fn second_case(
        &mut self,
        number: u32,
        case: &Case,
        (me, minutes): (Party, Option<u32>),
    ) -> Granted {
        let about = case.measure.about();
        let first = case.by.iter();
        let mut by: Vec<Party> = first
            .filter(|by| self.may_decide(by, about))
            .cloned()
            .collect();
        if by.is_empty() {
            // Whoever asked for it can't decide any more: from now on it is this one's wish.
            self.log(Deed::Over {
                case: number,
                why: Ending::Lifted,
                by: vec![me.clone()],
            });
            let alone = false;
            let wanted = Wanted {
                measure: case.measure.clone(),
                category: case.category,
                reason: case.reason.clone(),
                length: minutes.map(|minutes| Length { minutes, alone }),
                reach: case.reach,
            };
            return self.ask(me, wanted);
        }
        by.push(me);
        if self.needs_vote(case) {
            return self.open_vote(Question::Case(number), Enough::GREAT_QUORUM);
        }
        self.log(Deed::InForce {
            case: number,
            measure: case.measure.clone(),
            category: case.category,
            reason: case.reason.clone(),
            by,
            until: minutes.map(|minutes| self.now.plus_minutes(minutes)),
            also: self.also(&case.measure),
            confirm_by: None,
        });
        Ok(())
    }

    /// Whether it is a suspension so long, or in so many themes, that only a vote can decide it.
    pub(super) fn needs_vote(&self, case: &Case) -> bool {
        let is_suspension = matches!(case.measure, Measure::Suspend(_));
        is_suspension && case.is_wide() || self.is_long(&case.measure, case.minutes)
    }

    /// Whether it is a suspension longer than two can decide.
    fn is_long(&self, measure: &Measure, minutes: Option<u32>) -> bool {
        let most = self.moderation.charter().of(Rule::SuspensionDays);
        let most = most.saturating_mul(24 * HOUR);
        matches!(measure, Measure::Suspend(_)) && minutes.is_some_and(|minutes| minutes > most)
    }

    pub(super) fn put_in_force(
        &mut self,
        measure: Measure,
        category: Option<Category>,
        reason: String,
        by: Vec<Party>,
        minutes: Option<u32>,
        confirm_by: Option<Timestamp>,
    ) {
        let also = self.also(&measure);
        self.log(Deed::InForce {
            case: self.next_case(),
            measure,
            category,
            reason,
            by,
            until: minutes.map(|minutes| self.now.plus_minutes(minutes)),
            also,
            confirm_by,
        });
    }

    /// The other account of whom a measure about a person is about.
    pub(super) fn also(&self, measure: &Measure) -> Option<MemberId> {
        let who = match measure {
            Measure::Mute(who) | Measure::Suspend(who) => who,
            Measure::Redirect { .. }
            | Measure::Focus
            | Measure::Pause
            | Measure::Approval
            | Measure::Hide { .. } => return None,
        };
        self.known.persons.linked(&who.member).cloned()
    }

    pub(super) fn next_case(&self) -> u32 {
        let last = self.moderation.cases().last_key_value();
        last.map_or(1, |(last, _)| last + 1)
    }

    /// The case that is open about the same.
    pub(super) fn open_case(&self, measure: &Measure) -> Option<(u32, Case)> {
        // What was decided before what was done by hand.
        let decided = self.open_case_that(measure, |case| !case.native);
        decided.or_else(|| self.open_case_that(measure, |_| true))
    }

    /// One like that which is open about the same.
    pub(super) fn open_case_that(
        &self,
        measure: &Measure,
        fits: impl Fn(&Case) -> bool,
    ) -> Option<(u32, Case)> {
        let mut cases = self.moderation.cases().iter();
        let found = cases.find(|(_, case)| {
            case.is_open() && self.are_alike(&case.measure, measure) && fits(case)
        });
        found.map(|(number, case)| (*number, case.clone()))
    }

    /// Whether two measures do the same, to the same person or message.
    pub(super) fn are_alike(&self, one: &Measure, other: &Measure) -> bool {
        match (one, other) {
            (Measure::Mute(one), Measure::Mute(other))
            | (Measure::Suspend(one), Measure::Suspend(other)) => self.are_one(one, other),
            _ => one == other,
        }
    }

    /// The case that somebody means: by its number, or the only one like that.
    pub(super) fn meant_case(
        &self,
        number: Option<u32>,
        fits: impl Fn(&Case) -> bool,
    ) -> Result<(u32, Case), Hindrance> {
        let cases = self.moderation.cases();
        if let Some(number) = number {
            let case = cases.get(&number).ok_or(Hindrance::NoSuchCase(number))?;
            return match (case.is_open(), fits(case)) {
                (false, _) => Err(Hindrance::CaseOver(number)),
                (true, false) => Err(Hindrance::NothingToConfirm(number)),
                (true, true) => Ok((number, case.clone())),
            };
        }
        let mut fitting = cases
            .iter()
            .filter(|(_, case)| case.is_open() && fits(case));
        match (fitting.next(), fitting.next()) {
            (Some((number, case)), None) => Ok((*number, case.clone())),
            _ => Err(Hindrance::WhichCase),
        }
    }
}
