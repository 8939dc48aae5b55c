//! A proposal as it is shown: the head in the room's state, and the card.

use civic::proposal::Decision;
use civic::{Notice, Proposal, Theme};
use matrix::record::{Amendments, Head, Texts, VERSION};
use whatsapp::markup;

use super::stored::{party_out, reference, status_out};
use crate::engine::{Engine, Seat};

impl Engine {
    /// What a proposal's state says, but for the events that it names.
    pub(super) fn head(&self, seat: &Seat, proposal: &Proposal) -> Head {
        let texts =
            |text: &str| Texts::from([(self.config.language.code().to_owned(), text.to_owned())]);
        let stand = |decision| {
            let all = proposal.amendments().values();
            let so = all.filter(|amendment| amendment.decision() == decision);
            u32::try_from(so.count()).unwrap_or(u32::MAX)
        };
        let parties = proposal.authors().iter();
        let authors = parties.map(|party| party_out(party, self.user_id(party)));
        Head {
            v: VERSION,
            reference: reference(&seat.definition.code, proposal.number()).to_string(),
            title: texts(proposal.title()),
            body: texts(proposal.text()),
            status: status_out(proposal.status()),
            authors: authors.collect(),
            root_event: None,
            rev: proposal.revision(),
            rev_event: None,
            prev: None,
            amendments: Amendments {
                open: stand(Decision::Pending),
                accepted: stand(Decision::Accepted),
                declined: stand(Decision::Declined),
            },
            held: proposal.held(),
            promoted_from: proposal.promoted_from(),
            created_ts: proposal.created().0,
            updated_ts: proposal.updated().0,
        }
    }

    /// The card as it is said in a group. What people wrote stands there as they wrote it, and marks nothing.
    pub(in crate::engine) fn card_text(&self, theme: &Theme, number: u32) -> String {
        let Some(mut card) = self.knowing(|known| theme.card(number, known)) else {
            return String::new();
        };
        card.title = markup::literal(&card.title);
        card.text = markup::literal(&card.text);
        self.words(&Notice::Card(card.into()), None)
    }
}
