//! Debate libre: the thread of a theme's room in which tangents go on, so that the theme's own talk can, too. What is said there
//! stays in the room; what answers it in a group is said there and in no other group.

use std::collections::BTreeMap;

use super::{About, Effect, Said, Theme};
use crate::moderation::{Case, Measure};
use crate::proposal::Proposal;
use crate::{MessageId, Party, Timestamp};

/// How a tangent goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Debate {
    /// A message is said there, too, with its author's name.
    Copy {
        /// Which.
        message: MessageId,
        /// Who wrote it.
        author: Party,
    },
    /// What is said now is part of it: it is said there, and nowhere else.
    Join,
    /// Everybody is told where it goes on, and what is talked about here: once for a talk, as an answer to what began it.
    Point {
        /// The case by which it is moved.
        case: u32,
        /// What began it.
        message: MessageId,
        /// Who wrote that.
        author: Party,
        /// Who pointed it out.
        by: Vec<Party>,
        /// The proposal that is most talked about here, if there is one.
        here: Option<u32>,
    },
}

/// The messages by which debate libre is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// What its thread begins with.
    root: Option<MessageId>,
    /// What points to it, by the case that it tells of.
    pointers: BTreeMap<MessageId, u32>,
}

impl Theme {
    /// Takes over which message its debate libre begins with.
    pub fn know_debate(&mut self, root: MessageId) {
        self.debate.root = Some(root);
    }

    /// Takes over which message points to debate libre from the talk that this case moved.
    pub fn know_pointer(&mut self, case: u32, pointer: MessageId) {
        self.debate.pointers.insert(pointer, case);
    }

    /// Whether a message stands in debate libre, or is what it begins with.
    pub(super) fn is_debated(&self, about: &About) -> bool {
        let root = self.debate.root;
        root.is_some() && (root == Some(about.message) || root == about.thread)
    }

    /// Whether what is said goes on with a tangent: it stands in debate libre, answers what does or what points there, or, while
    /// the theme's talk is on its own matter, what was moved. What answers a proposal is about the proposal.
    pub(super) fn goes_on_in_debate(&self, now: Timestamp, said: &Said) -> bool {
        let Some(about) = &said.about else {
            return false;
        };
        if self.proposal_of(about.message).is_some() {
            return false;
        }
        let cases = self.moderation.cases();
        let is_open = |case: &u32| cases.get(case).is_some_and(Case::is_open);
        let moves = |case: &Case| {
            case.is_open()
                && matches!(&case.measure, Measure::Redirect { message, .. } if *message == about.message)
        };
        let pointer = self.debate.pointers.get(&about.message);
        self.is_debated(about)
            || pointer.is_some_and(is_open)
            || self.moderation.is_focused(now) && cases.values().any(moves)
    }

    /// What is said becomes part of debate libre.
    pub(super) fn join_debate(&self, said: &Said) -> Vec<Effect> {
        match said.speaker.choice.carried && self.is_open(&said.from) {
            true => vec![Effect::Debate(Debate::Join)],
            false => Vec::new(),
        }
    }

    /// The proposal that is talked about here: the living one in which something was changed, or wanted otherwise, last.
    pub(super) fn most_talked_about(&self) -> Option<u32> {
        let moved = |proposal: &Proposal| {
            let amendments = proposal.amendments().values();
            let amended = amendments.map(crate::proposal::Amendment::at).max();
            proposal.updated().max(amended.unwrap_or_default())
        };
        let living = self.proposals.values();
        let living =
            living.filter(|proposal| !proposal.status().is_closed() && proposal.held().is_none());
        let last = living.max_by_key(|proposal| (moved(proposal), proposal.number()));
        last.map(Proposal::number)
    }
}
