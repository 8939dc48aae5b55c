//! What the law forbids: the operator takes it out at once and for good, in public like every other act.

use super::Draft;
use crate::moderation::{Deed, Enforcement, Measure};
use crate::theme::{Effect, Known, Record, Theme};
use crate::{MessageId, Party, Timestamp};

impl Theme {
    pub(in crate::theme) fn outlawed(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        (message, author): (MessageId, &Party),
        (reason, by): (&str, &Party),
    ) -> Vec<Effect> {
        let author = author.clone();
        let measure = Measure::Hide { message, author };
        let cases = self.moderation.cases().values();
        let mut same = cases.filter(|case| case.outlawed && case.measure == measure);
        if same.next().is_some() {
            return Vec::new();
        }
        let mut draft = Draft::at(self, now, known);
        let case = draft.next_case();
        draft.log(Deed::Outlawed {
            case,
            measure,
            reason: reason.to_owned(),
        });
        draft.enforce_at_once(Enforcement::Erase { message });
        let mut effects = draft.into_effects();
        effects.extend(self.erase_proposal(now, message, by));
        effects
    }

    /// The proposal whose words the message holds goes with them.
    fn erase_proposal(&self, at: Timestamp, message: MessageId, by: &Party) -> Vec<Effect> {
        let found = self.proposal_of(message);
        let held = found.filter(|proposal| proposal.is_held_by(message) && !proposal.is_erased());
        let Some(proposal) = held else {
            return Vec::new();
        };
        let number = proposal.number();
        let record = Effect::Record(Record::Withdrawn {
            number,
            by: by.clone(),
            erased: true,
            at,
        });
        let cards = self.legs().map(|to| Effect::Card {
            proposal: number,
            to,
        });
        std::iter::once(record).chain(cards).collect()
    }
}
