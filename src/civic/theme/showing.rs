//! What of a theme is shown to people.

use std::cmp::Reverse;

use super::asking::{Ask, Outcome};
use super::{Effect, Known, Theme};
use crate::{Card, Listed, Notice, OpenAmendment, Proposal, ProposalRef};

/// How many proposals a list names, so that it can be read on a phone.
const PAGE: usize = 10;

impl Ask<'_> {
    /// What is proposed here, the most supported first, then the newest.
    pub(super) fn list(&self, page: u32) -> Vec<Effect> {
        let people = |proposal: &Proposal| proposal.supporters().counts(self.known.persons).people;
        let living = self
            .theme
            .proposals
            .values()
            .filter(|proposal| !proposal.status().is_closed());
        let mut listed: Vec<Listed> = living
            .map(|proposal| Listed {
                reference: self.name_of(proposal),
                title: proposal.title().to_owned(),
                people: people(proposal),
                status: proposal.status(),
                held: proposal.held().is_some(),
            })
            .collect();
        listed.sort_by_key(|listed| Reverse((listed.people, listed.reference.number)));
        let pages = listed.len().div_ceil(PAGE).max(1);
        let page = usize::try_from(page).unwrap_or(pages).clamp(1, pages);
        let proposals = listed
            .into_iter()
            .skip((page - 1) * PAGE)
            .take(PAGE)
            .collect();
        vec![self.tell(Notice::List {
            theme: self.theme.title.clone(),
            proposals,
            page,
            pages,
        })]
    }

    pub(super) fn show(&self, which: Option<&ProposalRef>) -> Outcome {
        let proposal = self.meant(which)?;
        let Some(card) = self.theme.card(proposal.number(), self.known) else {
            return Ok(Vec::new());
        };
        // They quote what is held back.
        let open = proposal
            .open_amendments()
            .filter(|(_, amendment)| proposal.held().is_none() && !self.theme.hides(amendment));
        let amendments = open.map(|(number, amendment)| OpenAmendment {
            number,
            change: amendment.change().clone(),
            by: self.known.names.of(&amendment.by().member),
        });
        Ok(vec![self.tell(Notice::Shown {
            amendments: amendments.collect(),
            card: Box::new(card),
        })])
    }

    pub(super) fn say_numbers(&self) -> Vec<Effect> {
        let numbers = self.theme.numbers(self.known);
        vec![self.tell(Notice::Numbers {
            theme: self.theme.title.clone(),
            numbers,
        })]
    }
}

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
        let origin = proposal
            .promoted_from()
            .and_then(|number| self.amendment(number));
        let promoted_from = origin.map(|(origin, _)| self.reference(origin.number()));
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
                .filter(|(_, amendment)| proposal.held().is_none() && !self.hides(amendment))
                .map(|(number, _)| number)
                .collect(),
            held: proposal.held(),
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
