//! All that can be done about what happens to a theme.

use super::Debate;
use crate::moderation::{Enforcement, Entry};
use crate::proposal::{Change, Counts, Root, Support, Told};
use crate::{
    Choice, GroupId, Language, Leg, LinkOffer, MemberId, MessageId, Notice, Party, Timestamp,
};

/// All that can be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Carry what was said to a leg, in its speaker's name.
    Carry {
        /// Where to.
        to: Leg,
    },
    /// Say something on a leg, as the bridge.
    Tell {
        /// Where.
        to: Leg,
        /// What.
        notice: Notice,
        /// In which language; `None` is the deployment's own.
        language: Option<Language>,
    },
    /// Answer whoever said or did this, where they did, as the bridge.
    Answer {
        /// What.
        notice: Notice,
        /// In which language; `None` is the deployment's own.
        language: Option<Language>,
    },
    /// Give a group its description.
    Describe(GroupId),
    /// Keep what a person chose, in every theme.
    Choose {
        /// The person.
        member: MemberId,
        /// Their choice.
        choice: Choice,
        /// What they are called from now on.
        shown: String,
    },
    /// The person's ghost leaves the room.
    Leave(MemberId),
    /// Show the card of a proposal as it is now. In the room it is made once and edited from then on; in a group it is
    /// posted again, as an answer to the proposal.
    Card {
        /// Which proposal.
        proposal: u32,
        /// Where.
        to: Leg,
    },
    /// Take back what tells of an amendment whose words are hidden now, or tell of it as before.
    HideAmendment {
        /// The amendment's number in the theme.
        amendment: u32,
        /// That of the proposal that it would change.
        proposal: u32,
        /// Whether it is hidden from now on, or no longer.
        on: bool,
    },
    /// Write down in public how many support a proposal.
    Count {
        /// Which proposal.
        proposal: u32,
        /// How many.
        counts: Counts,
    },
    /// Keep an offer to link accounts, until it ends.
    Offer(LinkOffer),
    /// From now on these accounts are one person's, in every theme.
    Link(MemberId, MemberId),
    /// They are no longer.
    Unlink(MemberId, MemberId),
    /// Tell somebody something alone, on the network where they write. Who can't be reached so is not told.
    Whisper {
        /// Whom.
        to: Party,
        /// What.
        notice: Notice,
    },
    /// Keep under seal who makes this report, until they are told what came of it. No record has it.
    KeepReporter {
        /// The number of the report.
        report: u32,
    },
    /// Tell whoever made this report, alone, what came of it, and forget who that was.
    TellReporter {
        /// The number of the report.
        report: u32,
        /// What.
        notice: Notice,
    },
    /// Let whoever says this be a facilitator, if the code is one that was given out; they are answered either way.
    Facilitate {
        /// What they wrote.
        code: String,
        /// In which language.
        language: Option<Language>,
    },
    /// Nobody becomes a facilitator by this code any more.
    VoidCode {
        /// Which.
        code: String,
    },
    /// A tangent goes on in the theme's debate libre.
    Debate(Debate),
    /// The networks are to keep to what moderation decided.
    Enforce(Enforcement),
    /// The theme changes.
    Record(Record),
}

/// A change of a theme. It becomes state of the room, from which the theme is folded again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A group stands with the theme so from now on.
    Group {
        /// The group.
        group: GroupId,
        /// How it stands.
        standing: Standing,
        /// Since when.
        since: Timestamp,
    },
    /// Something is proposed.
    Proposed {
        /// Its number in the theme, from 1.
        number: u32,
        /// In a few words.
        title: String,
        /// In more words; none make it a draft.
        text: String,
        /// Whose it is.
        authors: Vec<Party>,
        /// What its thread begins with.
        root: Root,
        /// The message that holds its words: if its author edits or deletes it, that is the proposal's, too.
        source: Option<MessageId>,
        /// The declined amendment that it was made of.
        promoted_from: Option<u32>,
        /// When.
        at: Timestamp,
    },
    /// A proposal has other words from now on.
    Revised {
        /// Which.
        number: u32,
        /// Counted from 1, which is as it was proposed.
        revision: u32,
        /// Its title now.
        title: String,
        /// Its text now.
        text: String,
        /// Who did so.
        by: Party,
        /// The amendment that was accepted by this.
        amendment: Option<u32>,
        /// When.
        at: Timestamp,
    },
    /// A proposal is taken back.
    Withdrawn {
        /// Which.
        number: u32,
        /// Who did so.
        by: Party,
        /// Whether they took the words themselves back, so that none of them remain.
        erased: bool,
        /// When.
        at: Timestamp,
    },
    /// Somebody supports a proposal, or no longer.
    Supported {
        /// Which.
        number: u32,
        /// Who.
        by: Party,
        /// How.
        how: Support,
        /// Whether from now on, or no longer.
        on: bool,
        /// When.
        at: Timestamp,
    },
    /// Somebody proposes to change a proposal.
    Amended {
        /// The amendment's number in the theme, from 1.
        amendment: u32,
        /// Which proposal.
        number: u32,
        /// What to change.
        change: Change,
        /// The message that holds these words, if it is known.
        source: Option<MessageId>,
        /// Who.
        by: Party,
        /// When.
        at: Timestamp,
    },
    /// An author accepts or declines an amendment.
    Decided {
        /// Which amendment.
        amendment: u32,
        /// Whether it is accepted.
        accepted: bool,
        /// Who decided.
        by: Party,
        /// When.
        at: Timestamp,
    },
    /// The words of a proposal are held back by moderation, or no longer.
    Held {
        /// Which.
        number: u32,
        /// By which case.
        case: u32,
        /// Whether from now on, or no longer.
        on: bool,
        /// What it is: with its words, once they come back.
        told: Told,
        /// When.
        at: Timestamp,
    },
    /// Something happens in moderation.
    Moderated(Entry),
    /// Somebody wants a declined amendment to become a proposal of its own.
    Backed {
        /// Which amendment.
        amendment: u32,
        /// Who.
        by: Party,
        /// When.
        at: Timestamp,
    },
}

/// How a group stands with a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Announced there; it becomes part of the conversation at this moment.
    Announced {
        /// When.
        open_from: Timestamp,
    },
    /// Part of the conversation.
    Open,
    /// No longer part of it.
    Closed,
}
