//! How a theme changes: by its records, and by what is told of the world.

use std::collections::BTreeSet;

use super::seen::{heard_at, is_taken_out};
use super::{Effect, Input, Record, Standing, Theme};
use crate::proposal::{Amendment, Beginning, Counts, Decision, Proposal};
use crate::{GroupId, MemberId, MessageId, Timestamp};

impl Theme {
    /// Takes a change over. Decides nothing; the same record twice is the same as once, and what is closed stays closed.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Group {
                group, standing, ..
            } => {
                self.groups.insert(group.clone(), *standing);
                if *standing == Standing::Closed {
                    self.members.remove(group);
                }
            }
            Record::Proposed { .. } => self.begin(record.clone()),
            Record::Revised {
                number,
                revision,
                title,
                text,
                at,
                ..
            } => self.change(*number, |proposal| {
                proposal.revise(*revision, title, text, *at)
            }),
            Record::Withdrawn {
                number, erased, at, ..
            } => self.change(*number, |proposal| proposal.withdraw(*erased, *at)),
            Record::Supported {
                number,
                by,
                how,
                on,
                ..
            } => self.change(*number, |proposal| proposal.support(by, *how, *on)),
            Record::Amended {
                amendment,
                number,
                change,
                source,
                by,
                at,
            } => {
                self.last_amendment = self.last_amendment.max(*amendment);
                let made = Amendment::new(change.clone(), *source, by.clone(), *at);
                self.change(*number, |proposal| proposal.amend(*amendment, made));
            }
            Record::Decided {
                amendment,
                accepted,
                ..
            } => {
                // It may have been hidden when the record was read again.
                self.last_amendment = self.last_amendment.max(*amendment);
                let decision = match accepted {
                    true => Decision::Accepted,
                    false => Decision::Declined,
                };
                self.change_amendment(*amendment, |amendment| amendment.decide(decision));
            }
            Record::Held {
                number,
                case,
                on,
                told,
                at,
            } => {
                let proposals = self.proposals.entry(*number);
                let proposal = proposals.or_insert_with(|| Proposal::begin_as_told(*number, told));
                proposal.hold(on.then_some(*case), told, *at);
            }
            Record::Moderated(entry) => self.moderation.apply(entry),
            Record::Backed { amendment, by, .. } => {
                self.last_amendment = self.last_amendment.max(*amendment);
                self.change_amendment(*amendment, |amendment| amendment.back(by));
            }
        }
    }

    /// Takes over an input and what was decided about it.
    pub fn take_over(&mut self, now: Timestamp, input: Input, effects: &[Effect]) {
        if let Input::PersonsChanged(one, other) = &input {
            for proposal in self.proposals.values_mut() {
                proposal.count_again([one, other]);
            }
        }
        if let Input::Said(said) = &input
            && self.is_public(said)
            && !is_taken_out(said, effects)
        {
            self.see(&said.by(), heard_at(now, said));
            if let Some(other) = self.exchange_of(said) {
                self.know_exchange(&said.speaker.member, &other, heard_at(now, said));
            }
        }
        for effect in effects {
            match effect {
                Effect::Record(record) => self.apply(record),
                Effect::Count { proposal, counts } => self.know_count(*proposal, *counts, now),
                _ => {}
            }
        }
        self.reporters.take_over(&input, effects, &self.moderation);
        self.take_over_door(now, &input, effects);
        if let Input::Members { group, present } = input {
            self.know_members(&group, present);
        }
    }

    /// Takes over who is in a group: no record, since WhatsApp can be asked again at any time.
    pub fn know_members(&mut self, group: &GroupId, present: BTreeSet<MemberId>) {
        self.members.insert(group.clone(), present);
    }

    /// Takes over that a person's ghost is in the room, or no longer: the room itself is the record of it.
    pub fn know_ghost(&mut self, member: &MemberId, present: bool) {
        if present {
            self.ghosts.insert(member.clone());
        } else {
            self.ghosts.remove(member);
        }
    }

    /// Takes over that a message shows a proposal's card: what answers it or reacts to it is about the proposal.
    pub fn know_card(&mut self, proposal: u32, card: MessageId) {
        self.change(proposal, |proposal| proposal.know_card(card));
    }

    /// Takes over how many supporters of a proposal are written down in public, and since when.
    pub fn know_count(&mut self, proposal: u32, counts: Counts, at: Timestamp) {
        self.change(proposal, |proposal| proposal.count_written(counts, at));
    }

    fn begin(&mut self, record: Record) {
        let Record::Proposed {
            number,
            title,
            text,
            authors,
            root,
            source,
            promoted_from,
            at,
        } = record
        else {
            return;
        };
        if let Some(amendment) = promoted_from {
            self.change_amendment(amendment, |amendment| amendment.promoted_to = Some(number));
        }
        self.proposals.entry(number).or_insert_with(|| {
            Proposal::begin(Beginning {
                number,
                title,
                text,
                authors,
                root,
                source,
                promoted_from,
                at,
            })
        });
    }

    fn change(&mut self, proposal: u32, change: impl FnOnce(&mut Proposal)) {
        if let Some(proposal) = self.proposals.get_mut(&proposal) {
            change(proposal);
        }
    }

    fn change_amendment(&mut self, amendment: u32, change: impl FnOnce(&mut Amendment)) {
        let mut proposals = self.proposals.values_mut();
        if let Some(amendment) = proposals.find_map(|proposal| proposal.amendment_mut(amendment)) {
            change(amendment);
        }
    }
}
