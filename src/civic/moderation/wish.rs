//! What people ask for, and what they are told.

use std::collections::BTreeMap;

use super::category::{Category, Protected, Reason};
use super::charter::Rule;
use super::deed::Deed;
use super::measure::{Measure, Reach};
use super::question::Question;
use crate::{MemberId, MessageId, Party, ThemeCode, Timestamp};

/// Whom somebody means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Somebody whose name is known here.
    Member(MemberId),
    /// A name as it was typed.
    Unknown(String),
}

/// What a person can ask for. Where it is left out whom or what they mean, it is the author of the message that they
/// answer, or that message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Have somebody as a delegate.
    Nominate(Option<Whom>),
    /// Second a nomination; as a facilitator, countersign it.
    Second(Option<Whom>),
    /// Accept one's own nomination.
    Agree,
    /// Object to a nomination.
    Object(Option<Whom>),
    /// Give one's own mandate back.
    Resign,
    /// Have a delegate recalled.
    Recall {
        /// Whom.
        whom: Option<Whom>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Vote.
    Vote {
        /// In which; if there is only one, in that.
        vote: Option<u32>,
        /// What.
        yes: bool,
    },
    /// Say for whom one works; with none, that it is for nobody.
    Declare {
        /// What it is called.
        organisation: Option<String>,
        /// Whether it is an institution of the state.
        official: bool,
    },
    /// Point out that a message is off topic; as a delegate, move it.
    Redirect,
    /// Have everybody be quiet.
    Pause {
        /// For how long.
        minutes: Option<u32>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Have whoever comes be let in by a delegate.
    Approval {
        /// For how long.
        minutes: Option<u32>,
        /// Why; after a wave of joins that is known.
        reason: Option<Reason>,
    },
    /// Let somebody in who asks to join; all who do, if nobody is named.
    Admit(Option<Whom>),
    /// Turn somebody away who asks to join.
    TurnAway {
        /// Whom.
        whom: Option<Whom>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Have a message not shown.
    Hide {
        /// Why.
        reason: Option<Reason>,
    },
    /// Have somebody not write.
    Mute {
        /// Whom.
        whom: Option<Whom>,
        /// For how long.
        minutes: Option<u32>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Have somebody out.
    Suspend {
        /// Whom.
        whom: Option<Whom>,
        /// For how long.
        minutes: Option<u32>,
        /// Why.
        reason: Option<Reason>,
        /// Of which themes.
        reach: Reach,
    },
    /// Give the reason for what was done by a network's own powers.
    Explain {
        /// Which case; if only one waits for it, that one.
        case: Option<u32>,
        /// Why.
        reason: Option<Reason>,
    },
    /// As a second delegate, agree to what another asked for or did.
    Confirm(Option<u32>),
    /// Have a case end.
    Lift(Option<u32>),
    /// Have those who moderate look at something, without being named.
    Report {
        /// Whom it is about.
        whom: Option<Whom>,
        /// Why.
        reason: Option<Reason>,
    },
    /// As one who moderates, say that a report was looked at, and why nothing more is to be done.
    Resolve {
        /// Which; if only one is open, that one.
        report: Option<u32>,
        /// Why.
        reason: Option<Reason>,
    },
    /// Say something against what was decided about oneself.
    Appeal {
        /// Which case; if there is only one, that one.
        case: Option<u32>,
        /// What.
        text: Option<String>,
    },
    /// As one of those who were drawn for it, decide on an appeal.
    Judge {
        /// On which case; if only one waits for it, that one.
        case: Option<u32>,
        /// Whether the case is to end.
        reverse: bool,
    },
    /// Have a rule of the charter be another.
    Change {
        /// Which.
        rule: Rule,
        /// What it is to be.
        value: u32,
    },
    /// See the rules.
    Rules,
    /// See who moderates, and what is open.
    Delegates,
    /// See what an act would do, without it being done.
    Rehearse(Box<Wish>),
}

impl Wish {
    /// Whether whoever wishes it writes something of their own with it.
    pub fn has_words(&self) -> bool {
        match self {
            Self::Declare { .. }
            | Self::Pause { .. }
            | Self::Approval { .. }
            | Self::TurnAway { .. }
            | Self::Hide { .. }
            | Self::Mute { .. }
            | Self::Suspend { .. }
            | Self::Explain { .. }
            | Self::Resolve { .. } => true,
            Self::Rehearse(wish) => wish.has_words(),
            Self::Nominate(_)
            | Self::Second(_)
            | Self::Agree
            | Self::Object(_)
            | Self::Resign
            | Self::Vote { .. }
            | Self::Redirect
            | Self::Admit(_)
            | Self::Confirm(_)
            | Self::Lift(_)
            // Nobody is kept from these, and what is written with them is taken out of sight where others would read it.
            | Self::Recall { .. }
            | Self::Report { .. }
            | Self::Appeal { .. }
            | Self::Judge { .. }
            | Self::Change { .. }
            | Self::Rules
            | Self::Delegates => false,
        }
    }

    /// Whether it can be wished where only the bridge reads. What needs the message that it answers, or others to see that it
    /// is wished, can't.
    pub fn can_be_private(&self) -> bool {
        match self {
            Self::Agree
            | Self::Object(_)
            | Self::Resign
            | Self::Vote { .. }
            | Self::Confirm(_)
            | Self::Lift(_)
            | Self::Explain { .. }
            | Self::Report { .. }
            | Self::Resolve { .. }
            | Self::Appeal { .. }
            | Self::Judge { .. }
            | Self::Admit(_)
            | Self::Rules
            | Self::Delegates
            | Self::Rehearse(_) => true,
            Self::Nominate(_)
            | Self::Second(_)
            | Self::Recall { .. }
            | Self::Declare { .. }
            | Self::Redirect
            | Self::Pause { .. }
            | Self::Approval { .. }
            | Self::TurnAway { .. }
            | Self::Hide { .. }
            | Self::Mute { .. }
            | Self::Suspend { .. }
            | Self::Change { .. } => false,
        }
    }

    /// Whether nobody is ever kept from it: whoever must not write, is out, or stays out themselves.
    pub fn is_everybodys(&self) -> bool {
        matches!(self, Self::Report { .. } | Self::Appeal { .. })
    }
}

/// What a network is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enforcement {
    /// Who may do what is as the theme stands now.
    Powers,
    /// Who administers the groups, as the charter stands now.
    Admins,
    /// The groups are quiet, or not, as the theme stands now.
    Quiet,
    /// Whoever comes is let in by a delegate, or not, as the theme stands now.
    Approval,
    /// Somebody who asks to join is let in, or turned away.
    Admit {
        /// Who.
        who: MemberId,
        /// Whether they are let in.
        on: bool,
    },
    /// A message is taken out of sight, with all its copies and edits.
    Hide {
        /// Which.
        message: MessageId,
    },
    /// The same for good: what it says is kept nowhere.
    Erase {
        /// Which.
        message: MessageId,
    },
    /// It is posted again, under its author's name.
    Restore {
        /// Which.
        message: MessageId,
        /// Who wrote it.
        author: Party,
    },
    /// Somebody is out, or is invited back.
    Suspend {
        /// Each of their accounts that were seen here.
        who: MemberId,
        /// Whether they are out.
        on: bool,
    },
}

/// Why a wish is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// Whom does it mean?
    WhomAsked,
    /// One is named and another answered, or the other way round: which of them?
    WhichOfTwo(String, String),
    /// Nobody here bears this name.
    UnknownName(String),
    /// They have not written here yet.
    NotSeen(String),
    /// That can't be done to oneself.
    Oneself,
    /// Nor to the bridge.
    TheBridge,
    /// They came too lately.
    Newcomer,
    /// The other one did.
    TheyAreNew(String),
    /// They are a delegate already.
    DelegateAlready(String),
    /// They are nominated already.
    NominatedAlready(String),
    /// It is voted on whether they go on moderating.
    RecallVoted(String),
    /// The community has just not wanted them.
    NotAgainYet {
        /// Who.
        name: String,
        /// In so many days somebody can nominate them again.
        days: u32,
    },
    /// Nobody has nominated them.
    NotNominated(String),
    /// Nobody has nominated the asker.
    NobodyNominatedYou,
    /// The asker did so before.
    DoneAlready,
    /// The nomination still needs so many seconds.
    SecondsMissing(u32),
    /// Objecting is not possible now.
    NoObjectionNow(String),
    /// All seats are taken.
    NoSeat,
    /// They are no delegate.
    NoDelegate(String),
    /// The asker is none: what they can do.
    NotYours {
        /// How many delegates there are.
        delegates: usize,
    },
    /// Why?
    ReasonAsked,
    /// For which of the categories?
    CategoryAsked,
    /// That is none, and never will be.
    Protected(Protected),
    /// Only after two pointers.
    PointersFirst {
        /// So many there were.
        so_far: u32,
    },
    /// For how long?
    LengthAsked {
        /// The most, in minutes.
        most: u32,
    },
    /// So long is not possible.
    TooLong {
        /// The most, in minutes.
        most: u32,
    },
    /// Answer the message that is meant.
    MessageAsked,
    /// It is the bridge's own.
    NotAPersons,
    /// Nobody asks to join, or not who is meant.
    NobodyWaits,
    /// The asker was part of it within the last day.
    PartOfIt,
    /// Which case?
    WhichCase,
    /// Which of these cases does the asker appeal against?
    WhichAppeal(Vec<u32>),
    /// There is no such case.
    NoSuchCase(u32),
    /// It is over.
    CaseOver(u32),
    /// Its reason is not given yet.
    ReasonFirst(u32),
    /// It needs no second.
    NothingToConfirm(u32),
    /// It was asked for already, but for something else or for another time.
    AskedOtherwise(u32),
    /// It is being voted on.
    BeingVoted(u32),
    /// On that rule there is this vote.
    RuleVoted(u32),
    /// Too few take part for a vote that counts.
    TooFewToVote {
        /// So many could vote.
        can: u32,
        /// So many would have to.
        needed: u32,
    },
    /// It was decided by a vote: two can't undo that.
    VotedIn(u32),
    /// The operator did it, for what the law forbids: only an appeal can say that it was wrong.
    Outlawed(u32),
    /// Somebody else must.
    SecondNeeded(u32),
    /// Which vote?
    WhichVote,
    /// There is no such vote, or it is over.
    NoSuchVote(u32),
    /// They are not on its roll.
    NotOnRoll,
    /// It is so already.
    SoAlready,
    /// Somebody looks at it already, or has lately.
    LookedAt {
        /// Whether it has an outcome.
        closed: bool,
    },
    /// So many of the asker's are being looked at: one more can wait.
    ReportsOpen(usize),
    /// Which report?
    WhichReport,
    /// There is no such report, or it has an outcome.
    NoSuchReport(u32),
    /// There is nothing about the asker that they could appeal against.
    NothingToAppeal,
    /// The case is not about the asker, or can't be appealed against.
    NotYourCase(u32),
    /// What do you say against it?
    AppealAsked(u32),
    /// It was appealed against before.
    AppealedAlready(u32),
    /// They were drawn for it as one who moderates, and no longer do.
    MandateOver(u32),
    /// Others were drawn for it.
    NotOnPanel(u32),
    /// They must not write until then.
    Muted {
        /// In so many minutes.
        minutes: u32,
    },
    /// They are out until then.
    Out {
        /// In so many minutes.
        minutes: u32,
    },
}

/// An entry of the log as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Of which theme.
    pub code: ThemeCode,
    /// Its number.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
    /// What those are shown as who stand in it.
    pub names: BTreeMap<MemberId, String>,
    /// Whom the mandate is of, or the case is about.
    pub about: Option<MemberId>,
    /// Who did it.
    pub by: Vec<MemberId>,
    /// What the case is about.
    pub measure: Option<Measure>,
    /// For what the case is.
    pub category: Option<Category>,
    /// For how long the case is to be, in minutes.
    pub minutes: Option<u32>,
    /// How far the case was to reach, where it was asked for here.
    pub reach: Reach,
    /// What the other theme is called in which it was asked for.
    pub brought_from: Option<String>,
    /// Whether the case is about what the operator took out, so that nothing of it is kept.
    pub outlawed: bool,
    /// What the vote is on; of what holds by a vote, that it was on this case.
    pub on: Option<Question>,
    /// So many have to vote; 0 where nobody votes.
    pub quorum: u32,
    /// So many seconds the nomination still needs.
    pub seconds_missing: u32,
    /// Whether there are enough, but all of one organisation.
    pub others_missing: bool,
    /// Whether the mandate that ended leaves fewer delegates than can decide together.
    pub few_delegates: bool,
}

/// A seat, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// What they are shown as.
    pub name: String,
    /// Days until it ends.
    pub days: u32,
}
