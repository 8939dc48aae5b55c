use crate::moderation::Wish;
use crate::{Change, LinkCode, ProposalRef};

/// What a person can ask the bridge for, in any language. Its words are in the language crate.
///
/// Where the proposal is left out, it is the one that the message answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Propose something: with these words, or with those of the message that this one answers.
    Propose {
        /// In a few words.
        title: Option<String>,
        /// In more words.
        text: Option<String>,
    },
    /// Support a proposal.
    Support(Option<ProposalRef>),
    /// No longer support a proposal.
    Unsupport(Option<ProposalRef>),
    /// What is proposed here.
    List {
        /// From 1.
        page: u32,
    },
    /// A proposal in full.
    Show(Option<ProposalRef>),
    /// Propose to the authors of a proposal to change its text.
    Amend {
        /// Of which proposal.
        of: Option<ProposalRef>,
        /// What to change.
        change: Option<Change>,
    },
    /// Take an amendment into one's own proposal.
    Accept(Option<u32>),
    /// Leave an amendment out of one's own proposal.
    Decline(Option<u32>),
    /// Want a declined amendment to become a proposal of its own.
    Promote(Option<u32>),
    /// Give one's own proposal other words.
    Edit {
        /// Which proposal.
        of: Option<ProposalRef>,
        /// Its new title, if it gets one.
        title: Option<String>,
        /// Its new text, if it gets one.
        text: Option<String>,
    },
    /// Take one's own proposal back.
    Withdraw(Option<ProposalRef>),
    /// How many take part, and what has come of it.
    Numbers,
    /// Count once with one's accounts on both networks.
    Link(Linking),
    /// Let one's accounts stand for themselves again.
    Unlink,
    /// Have a say in who moderates, or moderate.
    Moderate(Wish),
    /// Become a facilitator by a one-time code: written to the bridge alone.
    Facilitate(Option<String>),
    /// Be shown under this name; without one, the bridge asks for it.
    TakeName(Option<String>),
    /// Be shown under one's own name again.
    DropName,
    /// Not be carried over to the other network at all.
    StayOut,
    /// Be carried over again.
    ComeBack,
    /// What can be done here; with a topic, more about it.
    Help(Option<Topic>),
}

/// A step in linking two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    /// Ask for a code.
    Begin,
    /// Write it on the other network.
    Claim(LinkCode),
    /// Say that it was oneself who wrote it there.
    Confirm,
}

/// What help can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// How to propose and to support.
    Proposals,
    /// How to change what is proposed.
    Amendments,
    /// One's name, and staying out.
    Names,
    /// Counting once, with accounts on both networks.
    Accounts,
    /// Who moderates, and who decides so.
    Moderation,
    /// What those do who moderate.
    Measures,
    /// Telling them of something, and objecting to what was decided.
    Complaints,
    /// Who is let in, when many come.
    Joining,
}

impl Topic {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Proposals,
        Self::Amendments,
        Self::Names,
        Self::Accounts,
        Self::Moderation,
        Self::Measures,
        Self::Complaints,
        Self::Joining,
    ];
}
