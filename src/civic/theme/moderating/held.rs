//! A proposal is hidden with the message that holds its words, and comes back with it.

use super::Draft;
use crate::moderation::{CaseStanding, Measure};
use crate::proposal::Proposal;
use crate::theme::{Effect, Leg, Record};

impl Draft<'_> {
    /// Holds back the proposals of what is hidden now, and lets those come back of which nothing is hidden any more.
    pub(super) fn hold_proposals(&mut self) {
        let theme = self.theme;
        let living = theme.proposals().values();
        for proposal in living.filter(|proposal| !proposal.is_erased()) {
            let hidden = self.hides(proposal);
            let (case, on) = match (proposal.held(), hidden) {
                (None, Some(case)) => (case, true),
                (Some(case), None) => (case, false),
                _ => continue,
            };
            let number = proposal.number();
            self.add(Effect::Record(Record::Held {
                number,
                case,
                on,
                told: proposal.told(!on),
                at: self.now,
            }));
            let legs: Vec<Leg> = match on {
                true => vec![Leg::Room],
                false => theme.legs().collect(),
            };
            for to in legs {
                self.add(Effect::Card {
                    proposal: number,
                    to,
                });
            }
        }
    }

    /// The case by which a message is hidden that holds a proposal's words.
    fn hides(&self, proposal: &Proposal) -> Option<u32> {
        let mut cases = self.moderation.cases().iter();
        let found = cases.find(|(_, case)| {
            let in_force = matches!(case.standing, CaseStanding::InForce { .. })
                && !case.native
                // With what the operator takes out they go for good.
                && !case.outlawed;
            let of_it = match &case.measure {
                Measure::Hide { message, .. } => proposal.is_held_by(*message),
                _ => false,
            };
            in_force && of_it
        });
        found.map(|(number, _)| *number)
    }
}
