//! Which theme somebody means who writes alone and names none: the one in which there is what they write about.

use super::Draft;
use crate::moderation::{Case, Wish};
use crate::theme::{Known, Theme};
use crate::{MemberId, Timestamp};

impl Theme {
    /// Whether there is something here that somebody can mean by this wish: a case about them to appeal against, a vote whose
    /// roll they are on, what waits for them as a delegate.
    pub fn concerns(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        member: &MemberId,
        wish: &Wish,
    ) -> bool {
        let draft = Draft::at(self, now, known);
        let moderation = &self.moderation;
        let are_one = |other: &MemberId| known.persons.are_one(other, member);
        let case = |number: &Option<u32>, is: &dyn Fn(&Case) -> bool| {
            let mut cases = moderation.cases().iter();
            cases.any(|(other, case)| {
                case.is_open() && number.is_none_or(|number| number == *other) && is(case)
            })
        };
        match wish {
            Wish::Appeal { case: number, .. } => case(number, &|case| {
                let about = case.measure.about();
                about.is_some_and(|about| are_one(&about.member))
            }),
            Wish::Judge { case: number, .. } => {
                let mut cases = moderation.cases().iter();
                cases.any(|(other, case)| {
                    let panel = case.open_appeal().map(|appeal| &appeal.panel);
                    let mut panel = panel.into_iter().flatten();
                    number.is_none_or(|number| number == *other)
                        && panel.any(|one| are_one(&one.member))
                })
            }
            Wish::Confirm(number) | Wish::Lift(number) => {
                draft.is_delegate(member) && case(number, &|_| true)
            }
            Wish::Explain { case: number, .. } => case(number, &|case| {
                let did = case.by.first().is_some_and(|by| are_one(&by.member));
                case.native && (did || draft.is_delegate(member))
            }),
            Wish::Resolve { report, .. } => {
                let mut reports = moderation.reports().iter();
                draft.is_delegate(member)
                    && reports.any(|(other, open)| {
                        open.is_open() && report.is_none_or(|number| number == *other)
                    })
            }
            Wish::Vote { vote, .. } => {
                let mut votes = moderation.votes().iter();
                votes.any(|(other, open)| {
                    open.passed.is_none()
                        && vote.is_none_or(|number| number == *other)
                        && open.roll.iter().any(are_one)
                })
            }
            Wish::Resign => draft.is_delegate(member),
            Wish::Rehearse(wish) => self.concerns(now, known, member, wish),
            _ => false,
        }
    }
}
