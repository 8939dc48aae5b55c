//! Who takes part in a theme, since when and how much: counted from what was said in public.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effect, Hearing, Known, Said, Theme};
use crate::moderation::Enforcement;
use crate::{Command, MemberId, Network, Numbers, Party, Timestamp};

/// What is known of somebody's taking part in a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// On which network.
    pub network: Network,
    /// When they first said something in public.
    pub first: Timestamp,
    /// When they last did.
    pub last: Timestamp,
    /// On how many days they did, in UTC.
    pub days: u32,
    /// How many messages they wrote.
    pub messages: u32,
}

impl Theme {
    /// Who has said something here in public.
    pub fn seen(&self) -> &BTreeMap<MemberId, Seen> {
        &self.seen
    }

    /// Takes over that somebody said something in public: as it happens, and when the room is read again.
    pub fn see(&mut self, who: &Party, at: Timestamp) {
        let seen = self.seen_then(who, at);
        self.know_seen(who.member.clone(), seen);
    }

    /// Takes over what is known of somebody's taking part.
    pub fn know_seen(&mut self, member: MemberId, seen: Seen) {
        self.seen.insert(member, seen);
    }

    /// What is known of whoever says this once it is taken over, where others read it.
    pub fn seen_with(
        &self,
        now: Timestamp,
        said: &Said,
        effects: &[Effect],
    ) -> Option<(MemberId, Seen)> {
        let by = said.by();
        let counts = self.is_public(said) && !is_taken_out(said, effects);
        let seen = counts.then(|| self.seen_then(&by, heard_at(now, said)))?;
        Some((by.member, seen))
    }

    fn seen_then(&self, who: &Party, at: Timestamp) -> Seen {
        let before = self.seen.get(&who.member).copied();
        let mut seen = before.unwrap_or(Seen {
            network: who.network,
            first: at,
            last: at,
            days: 1,
            messages: 0,
        });
        if day(at) > day(seen.last) {
            seen.days += 1;
        }
        seen.messages += 1;
        seen.first = seen.first.min(at);
        seen.last = seen.last.max(at);
        seen
    }

    /// How many take part, and what has come of it.
    pub fn numbers(&self, known: &Known<'_>) -> Numbers {
        let on = |network| {
            self.seen
                .values()
                .filter(move |seen| seen.network == network)
        };
        let messages = |network| on(network).map(|seen| u64::from(seen.messages)).sum();
        let people = self
            .seen
            .keys()
            .map(|member| known.persons.canonical(member));
        let living = || {
            self.proposals
                .values()
                .filter(|proposal| !proposal.status().is_closed())
        };
        let supports = living().map(|proposal| proposal.supporters().counts(known.persons).people);
        Numbers {
            people: people.collect::<BTreeSet<_>>().len(),
            whatsapp_people: on(Network::WhatsApp).count(),
            matrix_people: on(Network::Matrix).count(),
            whatsapp_messages: messages(Network::WhatsApp),
            matrix_messages: messages(Network::Matrix),
            proposals: living().count(),
            supports: supports.sum(),
        }
    }

    /// Whether what is said is a message that others read.
    pub(super) fn is_public(&self, said: &Said) -> bool {
        let is_message = matches!(
            said.hearing,
            Hearing::Talk | Hearing::Command(Command::Propose { .. } | Command::Amend { .. }, _)
        );
        is_message && said.speaker.choice.carried && self.is_open(&said.from)
    }
}

/// When something counts as said. On Matrix the author's own homeserver tells the time, and could tell any; whoever could say
/// that they were here for days would have a say at once.
pub(super) fn heard_at(now: Timestamp, said: &Said) -> Timestamp {
    match said.from.network() {
        Network::Matrix => now,
        Network::WhatsApp => said.at.min(now),
    }
}

/// Whether what was said is taken out of sight at once.
pub(super) fn is_taken_out(said: &Said, effects: &[Effect]) -> bool {
    let message = said.message;
    effects.contains(&Effect::Enforce(Enforcement::Hide { message }))
}

fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(24 * 60 * 60 * 1000)
}
