//! Proposals: what a community wants, said in a few words, supported, discussed and amended.

mod amendment;
mod held;
mod reference;
mod status;
mod support;

use std::collections::{BTreeMap, BTreeSet};

pub use amendment::{Amendment, Change, Decision, Misfit};
pub use held::Told;
pub use reference::{NoProposalRef, ProposalRef};
pub use status::Status;
pub use support::{Counts, Support, Supporters, is_thumb};

use crate::{MemberId, MessageId, Party, Persons, Timestamp};

/// What a proposal's thread begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The message in which it was proposed.
    Message(MessageId),
    /// The bridge's card: the message stands in a thread already, or is an answer.
    Card,
}

/// A proposal as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    number: u32,
    title: String,
    text: String,
    status: Status,
    authors: Vec<Party>,
    root: Root,
    source: Option<MessageId>,
    cards: BTreeSet<MessageId>,
    revision: u32,
    created: Timestamp,
    updated: Timestamp,
    supporters: Supporters,
    amendments: BTreeMap<u32, Amendment>,
    promoted_from: Option<u32>,
    erased: bool,
    /// The case by which its words are held back.
    held: Option<u32>,
    /// The public count as it was written last, and when.
    written: Option<(Timestamp, Counts)>,
    /// Whether support has changed since.
    stale: bool,
    /// The most people that a written count had.
    peak: usize,
}

/// A proposal at its beginning.
pub(crate) struct Beginning {
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) authors: Vec<Party>,
    pub(crate) root: Root,
    pub(crate) source: Option<MessageId>,
    pub(crate) promoted_from: Option<u32>,
    pub(crate) at: Timestamp,
}

impl Proposal {
    /// Its number in its theme.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its title; empty if it was erased, and while it is held back.
    pub fn title(&self) -> &str {
        match self.held {
            Some(_) => "",
            None => &self.title,
        }
    }

    /// Its text; empty while it is a draft or held back, and if it was erased.
    pub fn text(&self) -> &str {
        match self.held {
            Some(_) => "",
            None => &self.text,
        }
    }

    /// Where it stands in its life.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whose it is: who wrote its words first, then who proposed them.
    pub fn authors(&self) -> &[Party] {
        &self.authors
    }

    /// What its thread begins with.
    pub fn root(&self) -> Root {
        self.root
    }

    /// The message that holds its words, if one does.
    pub fn source(&self) -> Option<MessageId> {
        self.source
    }

    /// How often it was changed, from 1.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// When it was proposed.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When its words or its status last changed.
    pub fn updated(&self) -> Timestamp {
        self.updated
    }

    /// Who supports it.
    pub fn supporters(&self) -> &Supporters {
        &self.supporters
    }

    /// What others want to change in it, by the number of the amendment in the theme.
    pub fn amendments(&self) -> &BTreeMap<u32, Amendment> {
        &self.amendments
    }

    /// The amendments that its authors have not decided on.
    pub fn open_amendments(&self) -> impl Iterator<Item = (u32, &Amendment)> {
        let pending = |amendment: &Amendment| amendment.decision() == Decision::Pending;
        let open = self
            .amendments
            .iter()
            .filter(move |(_, amendment)| pending(amendment));
        open.map(|(number, amendment)| (*number, amendment))
    }

    /// The declined amendment of another proposal that this one was made of.
    pub fn promoted_from(&self) -> Option<u32> {
        self.promoted_from
    }

    /// Whether an author took the words themselves back, so that none remain.
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// The public count as it was written last, and when.
    pub fn written(&self) -> Option<(Timestamp, Counts)> {
        self.written
    }

    /// Whether this person, with any of their accounts, is one of its authors.
    pub fn is_by(&self, persons: &Persons, party: &Party) -> bool {
        let person = persons.canonical(&party.member);
        let mut authors = self.authors.iter();
        authors.any(|author| persons.canonical(&author.member) == person)
    }

    /// Whether this message is it: its root, the message that holds its words, or a card of it.
    pub fn is_in(&self, message: MessageId) -> bool {
        self.is_held_by(message) || self.cards.contains(&message)
    }

    /// Whether its words are those of this message.
    pub fn is_held_by(&self, message: MessageId) -> bool {
        self.root == Root::Message(message) || self.source == Some(message)
    }

    /// The cards of it that are known.
    pub fn cards(&self) -> &BTreeSet<MessageId> {
        &self.cards
    }

    /// When the count is to be written, if it is.
    pub(crate) fn count_due(&self) -> Option<Timestamp> {
        let due = self
            .written
            .map_or(Timestamp(0), |(at, _)| at.plus_minutes(1));
        self.stale.then_some(due)
    }

    /// The most people that it was publicly supported by.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }

    pub(crate) fn begin(beginning: Beginning) -> Self {
        let Beginning {
            number,
            title,
            text,
            authors,
            root,
            source,
            promoted_from,
            at,
        } = beginning;
        Self {
            number,
            title,
            status: if text.is_empty() {
                Status::Draft
            } else {
                Status::Open
            },
            text,
            authors,
            root,
            source,
            cards: BTreeSet::new(),
            revision: 1,
            created: at,
            updated: at,
            supporters: Supporters::default(),
            amendments: BTreeMap::new(),
            promoted_from,
            erased: false,
            held: None,
            written: None,
            stale: false,
            peak: 0,
        }
    }

    /// Takes new words over; those of an earlier revision come too late.
    pub(crate) fn revise(&mut self, revision: u32, title: &str, text: &str, at: Timestamp) {
        if !self.status.takes_changes() || revision <= self.revision {
            return;
        }
        self.revision = revision;
        title.clone_into(&mut self.title);
        text.clone_into(&mut self.text);
        self.updated = at;
        if !text.is_empty() {
            self.status = self.status.opened().unwrap_or(self.status);
        }
    }

    pub(crate) fn withdraw(&mut self, erased: bool, at: Timestamp) {
        if let Some(withdrawn) = self.status.withdrawn() {
            self.status = withdrawn;
            self.updated = at;
        }
        if erased && !self.erased {
            self.erased = true;
            self.updated = at;
            self.title.clear();
            self.text.clear();
            // They quote what is no longer to be read.
            self.amendments.clear();
        }
    }

    pub(crate) fn support(&mut self, by: &Party, how: Support, on: bool) {
        if self.status.takes_support() && self.supporters.set(by, how, on) {
            self.stale = true;
        }
    }

    pub(crate) fn amend(&mut self, number: u32, amendment: Amendment) {
        if self.status.takes_changes() {
            self.amendments.entry(number).or_insert(amendment);
        }
    }

    pub(crate) fn amendment_mut(&mut self, number: u32) -> Option<&mut Amendment> {
        self.amendments.get_mut(&number)
    }

    pub(crate) fn count_written(&mut self, counts: Counts, at: Timestamp) {
        self.written = Some((at, counts));
        self.stale = false;
        self.peak = self.peak.max(counts.people);
    }

    /// Its count is to be written anew if one of these supports it: they may be one person from now on, or no longer.
    pub(crate) fn count_again(&mut self, members: [&MemberId; 2]) {
        let mut supporters = self.supporters.iter();
        if supporters.any(|(party, _)| members.contains(&&party.member)) {
            self.stale = true;
        }
    }

    /// Its count is to be written anew if this is not what is written.
    pub(crate) fn count_if_other(&mut self, counts: Counts) {
        let written = self.written.map(|(_, counts)| counts);
        self.stale |= written.unwrap_or_default() != counts;
    }

    pub(crate) fn know_card(&mut self, card: MessageId) {
        self.cards.insert(card);
    }
}
