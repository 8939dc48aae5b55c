//! What is to be so in several themes: each decides for itself, by a vote of its own. Nobody is bound by what another decides.

use super::Draft;
use super::measures::HOUR;
use crate::moderation::{
    Case, CaseStanding, Category, Deed, Enough, Measure, Question, Reach, Rule,
};
use crate::theme::{Known, Theme};
use crate::{Party, Timestamp};

/// Whom a theme votes on, to be out everywhere: the others are told so, and vote, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wide {
    /// The number of the case there.
    pub case: u32,
    /// Who is to be out.
    pub who: Party,
    /// For what.
    pub category: Option<Category>,
    /// Why, in the words of whoever asked for it.
    pub reason: String,
    /// Who did.
    pub by: Party,
    /// For how long, in minutes.
    pub minutes: Option<u32>,
    /// Since when it is voted on.
    pub since: Timestamp,
}

impl Theme {
    /// What this theme votes on that is to be in all of them.
    pub fn wide(&self) -> Vec<Wide> {
        let cases = self.moderation.cases().iter();
        let voted = cases.filter(|(_, case)| {
            case.standing == CaseStanding::Voted && case.reach == Reach::Everywhere
        });
        let wide = voted.filter_map(|(number, case)| {
            let Measure::Suspend(who) = &case.measure else {
                return None;
            };
            Some(Wide {
                case: *number,
                who: who.clone(),
                category: case.category,
                reason: case.reason.clone(),
                by: case.by.first()?.clone(),
                minutes: case.minutes,
                since: case.since,
            })
        });
        wide.collect()
    }

    /// Whether another theme votes on something that this one is to vote on, too, and does not yet.
    pub fn is_to_bring(&self, now: Timestamp, known: &Known<'_>) -> bool {
        let others = known.trusted.wide.iter();
        let mut others = others.filter(|(code, wide)| **code != self.code && !wide.is_empty());
        others.next().is_some() && Draft::at(self, now, known).next_to_bring().is_some()
    }
}

impl Draft<'_> {
    /// Puts to the vote here what other themes vote on.
    pub(super) fn bring(&mut self) {
        while let Some(brought) = self.next_to_bring() {
            let Deed::Brought { case, .. } = brought else {
                return;
            };
            self.log(brought);
            let opened = self.open_vote(Question::Case(case), Enough::GREAT_QUORUM);
            if opened.is_err() {
                return;
            }
        }
    }

    /// The next of it. Where too few take part for such a vote there is none: that theme stays as it is.
    fn next_to_bring(&self) -> Option<Deed> {
        self.voters(Enough::GREAT_QUORUM).ok()?;
        // Nor for longer than its own rules say.
        let most = self.moderation.charter().of(Rule::LongSuspensionDays);
        let most = most.saturating_mul(24 * HOUR);
        let others = self.known.trusted.wide.iter();
        let others = others.filter(|(code, _)| **code != self.theme.code);
        let mut all = others.flat_map(|(code, wide)| wide.iter().map(move |wide| (code, wide)));
        all.find_map(|(code, wide)| {
            let accounts = [
                Some(&wide.who.member),
                self.known.persons.linked(&wide.who.member),
            ];
            let mut accounts = accounts.into_iter().flatten();
            let seen = accounts.find(|account| self.theme.seen.contains_key(*account))?;
            let measure = Measure::Suspend(self.party(seen.clone()));
            let from_there = Some((code.clone(), wide.case));
            let voted = |number: u32| {
                let mut votes = self.moderation.votes().values();
                votes.any(|vote| vote.on == Question::Case(number) && vote.until >= wide.since)
            };
            // What was asked for in two themes at once is voted on once in each.
            let known = |(number, case): (&u32, &Case)| {
                case.brought == from_there
                    || self.are_alike(&case.measure, &measure) && voted(*number)
            };
            let mut cases = self.moderation.cases().iter();
            if cases.any(known) {
                return None;
            }
            Some(Deed::Brought {
                case: self.next_case(),
                measure,
                category: wide.category,
                reason: wide.reason.clone(),
                by: wide.by.clone(),
                minutes: wide.minutes.map(|minutes| minutes.min(most)),
                theme: code.clone(),
                theirs: wide.case,
            })
        })
    }
}
