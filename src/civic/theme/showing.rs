//! What of a theme is shown to people.

use super::{Known, Theme};
use crate::{Card, ProposalRef};

impl Theme {
    /// What people call a proposal of this theme.
    pub fn reference(&self, number: u32) -> ProposalRef {
        ProposalRef {
            code: self.code.clone(),
            number,
        }
    }

    /// A proposal's card as it is now.
    pub fn card(&self, number: u32, known: &Known<'_>) -> Option<Card> {
        let proposal = self.proposals.get(&number)?;
        let promoted_from = proposal.promoted_from().and_then(|amendment| {
            let mut proposals = self.proposals.values();
            let origin = proposals.find(|origin| origin.amendments().contains_key(&amendment))?;
            Some(self.reference(origin.number()))
        });
        let authors = proposal.authors().iter();
        Some(Card {
            reference: self.reference(number),
            title: proposal.title().to_owned(),
            text: proposal.text().to_owned(),
            status: proposal.status(),
            authors: authors
                .map(|author| known.names.of(&author.member))
                .collect(),
            counts: proposal.supporters().counts(known.persons),
            amendments: proposal
                .open_amendments()
                .map(|(number, _)| number)
                .collect(),
            revision: proposal.revision(),
            promoted_from,
        })
    }

    /// The number that the next proposal gets.
    pub(super) fn next_number(&self) -> u32 {
        self.proposals
            .last_key_value()
            .map_or(1, |(last, _)| last + 1)
    }
}
