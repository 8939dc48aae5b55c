//! What follows by itself: from what was just decided, and from time.

use super::Draft;
use crate::moderation::{
    Case, CaseStanding, Deed, Ending, Enough, Leaving, Mandate, Question, Rule, Vote,
};
use crate::theme::Theme;
use crate::{Party, Timestamp};

/// So many sit at once while the theme is young.
const EARLY_SEATS: usize = 3;
/// A nomination that has led to nothing is over after so many days.
const DAYS_OF_A_NOMINATION: u32 = 7;
/// At most so many delegates are of one organisation.
const OF_ONE_ORGANISATION: usize = 2;

/// Everything that falls due in a theme's moderation by itself.
pub(super) fn deadlines(theme: &Theme) -> impl Iterator<Item = Timestamp> {
    let moderation = &theme.moderation;
    let mandates = moderation
        .mandates()
        .iter()
        .filter(|(_, mandate)| mandate.over.is_none());
    let of_mandates = mandates.flat_map(move |(number, mandate)| {
        let voted = is_voted(moderation.votes().values(), &Question::Seat(*number));
        match mandate.seated {
            Some((_, until)) => vec![until, idle_at(theme, mandate)],
            None if voted => Vec::new(),
            None => vec![
                mandate
                    .objections_until
                    .unwrap_or_else(|| mandate.since.plus_hours(24 * DAYS_OF_A_NOMINATION)),
            ],
        }
    });
    let votes = moderation.votes().values();
    let of_votes = votes
        .filter(|vote| vote.passed.is_none())
        .map(|vote| vote.until);
    let of_cases = moderation
        .cases()
        .values()
        .flat_map(|case| match case.standing {
            CaseStanding::Asked { until } => vec![until],
            CaseStanding::InForce { until, confirm_by } => {
                until.into_iter().chain(confirm_by).collect()
            }
            CaseStanding::Voted | CaseStanding::Over(_) => Vec::new(),
        });
    let appeals = moderation.cases().values().filter_map(Case::open_appeal);
    // A vote has an end of its own.
    let of_appeals = appeals
        .filter(|appeal| !appeal.voted)
        .map(|appeal| appeal.until);
    let reports = moderation.reports().values();
    let of_reports = reports
        .filter(|report| report.is_open())
        .map(|report| report.until);
    of_mandates
        .chain(of_votes)
        .chain(of_cases)
        .chain(of_appeals)
        .chain(of_reports)
}

fn is_voted<'a>(mut votes: impl Iterator<Item = &'a Vote>, on: &Question) -> bool {
    votes.any(|vote| vote.on == *on && vote.passed.is_none())
}

/// When a delegate has shown no sign of life for too long.
fn idle_at(theme: &Theme, mandate: &Mandate) -> Timestamp {
    let days = theme.moderation.charter().of(Rule::IdleDays);
    let seen = theme.seen.get(&mandate.who.member).map(|seen| seen.last);
    let last = seen.unwrap_or_default().max(mandate.last_act);
    last.plus_hours(24 * days)
}

impl Draft<'_> {
    /// Lets everything follow that follows.
    pub(super) fn settle(&mut self) {
        let votes: Vec<u32> = self.moderation.votes().keys().copied().collect();
        votes.into_iter().for_each(|vote| self.settle_vote(vote));
        let cases: Vec<u32> = self.moderation.cases().keys().copied().collect();
        cases.into_iter().for_each(|case| self.settle_case(case));
        let cases: Vec<u32> = self.moderation.cases().keys().copied().collect();
        cases.into_iter().for_each(|case| self.settle_appeal(case));
        let reports: Vec<u32> = self.moderation.reports().keys().copied().collect();
        for report in reports {
            self.settle_report(report);
        }
        let mandates: Vec<u32> = self.moderation.mandates().keys().copied().collect();
        for mandate in mandates {
            self.settle_mandate(mandate);
        }
    }

    fn settle_vote(&mut self, number: u32) {
        let vote = self.moderation.votes()[&number].clone();
        if vote.passed.is_some() || self.now < vote.until {
            return;
        }
        let yes = vote.cast.values().filter(|yes| **yes).count();
        let no = vote.cast.len() - yes;
        let enough = vote.cast.len() >= usize::try_from(vote.quorum).unwrap_or(usize::MAX);
        let passed = enough && vote.on.passes(yes, no);
        let count = |votes: usize| u32::try_from(votes).unwrap_or(u32::MAX);
        self.log(Deed::VoteClosed {
            vote: number,
            yes: count(yes),
            no: count(no),
            passed,
        });
        match (vote.on, passed) {
            (Question::Seat(mandate), true) => self.seat(mandate),
            (Question::Seat(mandate), false) => self.leave(mandate, Leaving::Rejected),
            (Question::Recall(mandate), true) => self.recalled(mandate),
            (Question::Recall(_) | Question::Rule(..), false) => {}
            (Question::Appeal(case), reverse) => self.close_appeal(case, !reverse),
            (Question::Rule(rule, value), true) => self.log(Deed::RuleChanged { rule, value }),
            (Question::Case(case), false) => self.log(Deed::Over {
                case,
                why: Ending::Rejected,
                by: Vec::new(),
            }),
            (Question::Case(number), true) => {
                if let Some(case) = self.moderation.cases().get(&number).cloned() {
                    self.voted_in(number, case);
                }
            }
        }
    }

    fn voted_in(&mut self, number: u32, case: Case) {
        let also = self.also(&case.measure);
        self.log(Deed::InForce {
            case: number,
            measure: case.measure,
            also,
            category: case.category,
            reason: case.reason,
            by: case.by,
            until: case.minutes.map(|minutes| self.now.plus_minutes(minutes)),
            confirm_by: None,
        });
    }

    fn settle_case(&mut self, case: u32) {
        let past = |until: Option<Timestamp>| until.is_some_and(|until| until <= self.now);
        let why = match self.moderation.cases()[&case].standing {
            CaseStanding::Asked { until } if past(Some(until)) => Ending::Unconfirmed,
            CaseStanding::InForce { until, .. } if past(until) => Ending::Expired,
            CaseStanding::InForce { confirm_by, .. } if past(confirm_by) => Ending::Unconfirmed,
            _ => return,
        };
        self.log(Deed::Over {
            case,
            why,
            by: Vec::new(),
        });
    }

    fn settle_mandate(&mut self, number: u32) {
        let mandate = self.moderation.mandates()[&number].clone();
        if mandate.over.is_some() {
            return;
        }
        match mandate.seated {
            Some((_, until)) => self.settle_seat(number, &mandate, until),
            None => self.settle_nomination(number, &mandate),
        }
    }

    fn settle_seat(&mut self, number: u32, mandate: &Mandate, until: Timestamp) {
        let persons = self.known.persons;
        let who = &mandate.who.member;
        let out = self.moderation.suspended_until(self.now, persons, who);
        if until <= self.now {
            return self.leave(number, Leaving::Expired);
        }
        if idle_at(self.theme, mandate) <= self.now {
            return self.leave(number, Leaving::Idle);
        }
        if out.is_some() {
            return self.leave(number, Leaving::Suspended);
        }
        let lately: Vec<&Party> = self.recallers(&mandate.who).collect();
        let are_enough = self.are_enough(&lately, Enough::RECALLERS);
        if !are_enough || self.is_recall_voted(&mandate.who) {
            return;
        }
        let voted = self.open_vote(Question::Recall(number), Enough::QUORUM);
        // Where no vote can count, what most want is what one would say.
        if voted.is_err() {
            self.leave(number, Leaving::Recalled);
        }
    }

    fn settle_nomination(&mut self, number: u32, mandate: &Mandate) {
        if self.vote_on(&Question::Seat(number)).is_some() {
            return;
        }
        let old = mandate.since.plus_hours(24 * DAYS_OF_A_NOMINATION);
        match mandate.objections_until {
            Some(until) => {
                let objectors: Vec<&Party> = mandate.objectors.iter().collect();
                if self.are_enough(&objectors, Enough::OBJECTORS) {
                    let voted = self.open_vote(Question::Seat(number), Enough::QUORUM);
                    // Nobody is seated against so many where no vote can say what the others want.
                    if voted.is_err() && until <= self.now {
                        self.leave(number, Leaving::Objected);
                    }
                } else if until <= self.now {
                    self.seat(number);
                }
            }
            None if mandate.agreed && self.sits_early(mandate) && self.has_seat_for(mandate) => {
                if let Some(until) = self.theme.young_until() {
                    self.log(Deed::Seated {
                        mandate: number,
                        until,
                    });
                }
            }
            None if mandate.agreed && self.is_seconded(mandate) => {
                let hours = self.moderation.charter().of(Rule::ObjectionHours);
                self.log(Deed::Announced {
                    mandate: number,
                    until: self.now.plus_hours(hours),
                });
            }
            None if old <= self.now => self.leave(number, Leaving::Stale),
            None => {}
        }
    }

    /// Whether somebody sits at once: the theme is young, enough have seconded them, and a facilitator is among those who
    /// want it, so that no brigade seats itself.
    fn sits_early(&self, mandate: &Mandate) -> bool {
        let sat = self.moderation.mandates().values();
        let early = sat.filter(|mandate| mandate.countersigned && mandate.seated.is_some());
        let needed = self.moderation.charter().of(Rule::Seconders);
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        self.is_young()
            && mandate.countersigned
            && !self.is_delegate(&mandate.who.member)
            && early.count() < EARLY_SEATS
            && self.people(&mandate.seconders) >= needed
            && !self.is_of_one_organisation(mandate)
    }

    /// Whether enough participants have seconded a nomination, and not all of them of one organisation.
    fn is_seconded(&self, mandate: &Mandate) -> bool {
        let needed = self.moderation.charter().of(Rule::Seconders);
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let all = mandate.seconders.iter().chain([&mandate.nominated_by]);
        self.different(&mandate.seconders) >= needed
            && self.different(all) > needed
            && !self.is_of_one_organisation(mandate)
    }

    fn is_of_one_organisation(&self, mandate: &Mandate) -> bool {
        let persons = self.known.persons;
        self.moderation.is_of_one_organisation(persons, mandate)
    }

    /// Seats somebody, if a seat is free for them.
    fn seat(&mut self, number: u32) {
        let mandate = self.moderation.mandates()[&number].clone();
        // Whoever was nominated thought better of it while the others voted.
        if mandate.over.is_some() {
            return;
        }
        if !self.has_seat_for(&mandate) {
            return self.leave(number, Leaving::NoSeat);
        }
        let persons = self.known.persons;
        let earlier = self
            .moderation
            .mandate_of(self.now, persons, &mandate.who.member);
        if let Some((earlier, _)) = earlier {
            self.leave(earlier, Leaving::Renewed);
        }
        let days = self.moderation.charter().of(Rule::MandateDays);
        self.log(Deed::Seated {
            mandate: number,
            until: self.now.plus_hours(24 * days),
        });
    }

    fn has_seat_for(&self, mandate: &Mandate) -> bool {
        let of = |member| self.moderation.declared(self.known.persons, member);
        let delegates = self.moderation.delegates(self.now);
        let others: Vec<_> = delegates
            .filter(|(_, other)| !self.are_one(&other.who, &mandate.who))
            .map(|(_, other)| of(&other.who.member))
            .collect();
        let theirs = of(&mandate.who.member);
        let same = others.iter().flatten().filter(|other| {
            theirs.is_some_and(|own| own.name.to_lowercase() == other.name.to_lowercase())
        });
        let officials = others.iter().flatten().filter(|other| other.official);
        let seats = self.moderation.charter().of(Rule::Delegates);
        let free = others.len() < usize::try_from(seats).unwrap_or(usize::MAX);
        let official = theirs.is_some_and(|own| own.official);
        let share = !official || (officials.count() + 1) * 3 <= others.len() + 1;
        free && same.count() < OF_ONE_ORGANISATION && share
    }

    /// The community took a mandate back: with it goes what the same person has got, or is about to get, meanwhile.
    fn recalled(&mut self, mandate: u32) {
        let who = self.moderation.mandates()[&mandate].who.clone();
        let theirs: Vec<u32> = self.mandates_of(&who).map(|(number, _)| number).collect();
        for mandate in theirs {
            self.leave(mandate, Leaving::Recalled);
        }
    }

    fn leave(&mut self, mandate: u32, why: Leaving) {
        if self.moderation.mandates()[&mandate].over.is_none() {
            self.log(Deed::Left { mandate, why });
        }
    }
}
