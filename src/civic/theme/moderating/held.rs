//! A proposal is hidden with the message that holds its words, and comes back with it.

use super::Draft;
use crate::MessageId;
use crate::moderation::{CaseStanding, Measure, Moderation};
use crate::proposal::{Amendment, Decision, Proposal};
use crate::theme::{Effect, Leg, Record, Theme};

impl Theme {
    /// Whether the words of an amendment are hidden with the message that holds them. What was accepted stands in the proposal,
    /// and goes with that.
    pub fn hides(&self, amendment: &Amendment) -> bool {
        hides(&self.moderation, amendment)
    }

    /// The amendments that go with a message when it is hidden, by their numbers, and the numbers of their proposals.
    pub fn amended_by(&self, message: MessageId) -> Vec<(u32, u32)> {
        let all = self.proposals.values().flat_map(|proposal| {
            let number = proposal.number();
            let amendments = proposal.amendments().iter();
            amendments.map(move |(of, amendment)| (*of, number, amendment))
        });
        let of_it = all.filter(|(_, _, amendment)| amendment.source() == Some(message));
        let open = of_it.filter(|(_, _, amendment)| amendment.decision() != Decision::Accepted);
        open.map(|(of, number, _)| (of, number)).collect()
    }
}

fn hides(moderation: &Moderation, amendment: &Amendment) -> bool {
    let accepted = amendment.decision() == Decision::Accepted;
    let Some(source) = amendment.source().filter(|_| !accepted) else {
        return false;
    };
    moderation.cases().values().any(|case| {
        let of_it = matches!(&case.measure, Measure::Hide { message, .. } if *message == source);
        let in_force = matches!(case.standing, CaseStanding::InForce { .. }) && !case.native;
        // What the operator took out does not come back.
        of_it && (in_force || case.outlawed)
    })
}

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

    /// Tells of no amendment that is hidden now, and tells those again that are hidden no more.
    pub(super) fn hold_amendments(&mut self) {
        let theme = self.theme;
        for proposal in theme.proposals().values() {
            for (amendment, what) in proposal.amendments() {
                let (before, now) = (theme.hides(what), hides(&self.moderation, what));
                if before == now {
                    continue;
                }
                self.add(Effect::HideAmendment {
                    amendment: *amendment,
                    proposal: proposal.number(),
                    on: now,
                });
                // What quotes a proposal that is hidden or gone is not told with it.
                if before && proposal.held().is_none() && proposal.status().takes_changes() {
                    self.add(Effect::Record(Record::Amended {
                        amendment: *amendment,
                        number: proposal.number(),
                        change: what.change().clone(),
                        source: what.source(),
                        by: what.by().clone(),
                        at: what.at(),
                    }));
                }
                self.add(Effect::Card {
                    proposal: proposal.number(),
                    to: Leg::Room,
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
