//! What is logged: one entry for each act, and one act for each entry.

use std::collections::BTreeMap;

use super::category::Category;
use super::charter::Rule;
use super::field::{Field, words};
use super::report::Outcome;
use super::seal::Tag;
use crate::{MemberId, MessageId, Party, Timestamp};

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $word:literal {
        $($(#[$of:meta])* $field:ident: $kind:ty,)*
    })*) => {
        /// Something that happened in the moderation of a theme.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Deed {
            $($(#[$doc])* $name { $($(#[$of])* $field: $kind,)* },)*
        }

        impl Deed {
            /// The words by which records name all of them, with the names of their fields.
            pub const SHAPES: &'static [(&'static str, &'static [&'static str])] =
                &[$(($word, &[$(stringify!($field)),*])),*];

            /// The word by which a record names it.
            pub fn act(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $word,)*
                }
            }

            /// Its fields as text.
            pub fn fields(&self) -> BTreeMap<String, String> {
                let mut fields = BTreeMap::new();
                match self {
                    $(Self::$name { $($field),* } => {
                        $(if let Some(text) = $field.write() {
                            fields.insert(stringify!($field).to_owned(), text);
                        })*
                    })*
                }
                fields
            }

            /// Reads it again; `None` if that is not what a record of ours looks like.
            pub fn read(act: &str, fields: &BTreeMap<String, String>) -> Option<Self> {
                let field = |name: &str| fields.get(name).map(String::as_str);
                match act {
                    $($word => Some(Self::$name {
                        $($field: Field::read(field(stringify!($field)))?,)*
                    }),)*
                    _ => None,
                }
            }
        }
    };
}

deeds! {
    /// Somebody says for whom they work.
    Declared = "declared" {
        /// Who.
        by: Party,
        /// What it is called.
        organisation: String,
        /// Whether it is an institution of the state.
        official: bool,
    }
    /// Somebody is nominated as a delegate.
    Nominated = "nominated" {
        /// The number of the mandate in the theme, from 1.
        mandate: u32,
        /// Who.
        who: Party,
        /// By whom.
        by: Party,
    }
    /// Somebody seconds a nomination.
    Seconded = "seconded" {
        /// Which.
        mandate: u32,
        /// Who.
        by: Party,
    }
    /// A facilitator countersigns a nomination, so that it can be an early one.
    Countersigned = "countersigned" {
        /// Which.
        mandate: u32,
        /// Who.
        by: Party,
    }
    /// The nominee accepts.
    Agreed = "agreed" {
        /// Which.
        mandate: u32,
    }
    /// From now on people can object to it.
    Announced = "announced" {
        /// Which.
        mandate: u32,
        /// Until when.
        until: Timestamp,
    }
    /// Somebody objects.
    Objected = "objected" {
        /// To which.
        mandate: u32,
        /// Who.
        by: Party,
    }
    /// A delegate is seated.
    Seated = "seated" {
        /// Which mandate.
        mandate: u32,
        /// Until when.
        until: Timestamp,
    }
    /// A mandate ends, or does not begin.
    Left = "left" {
        /// Which.
        mandate: u32,
        /// Why.
        why: Leaving,
    }
    /// Somebody wants a delegate recalled.
    Recalled = "recall_joined" {
        /// Which mandate.
        mandate: u32,
        /// Who.
        by: Party,
        /// Why.
        reason: String,
    }
    /// A vote begins.
    VoteOpened = "vote_opened" {
        /// Its number in the theme, from 1.
        vote: u32,
        /// What it is on.
        on: Question,
        /// Who can vote: a person once.
        roll: Vec<MemberId>,
        /// So many must.
        quorum: u32,
        /// Until when.
        until: Timestamp,
    }
    /// Somebody votes, or votes otherwise.
    Voted = "voted" {
        /// In which vote.
        vote: u32,
        /// Who, as the roll names them.
        by: MemberId,
        /// What.
        yes: bool,
    }
    /// A vote has ended.
    VoteClosed = "vote_closed" {
        /// Which.
        vote: u32,
        /// So many said yes.
        yes: u32,
        /// So many said no.
        no: u32,
        /// Whether what it was on is so.
        passed: bool,
    }
    /// Somebody points out that something is off topic.
    Flagged = "flagged" {
        /// Which message.
        message: MessageId,
        /// Who.
        by: Party,
    }
    /// A delegate wants something that needs a second.
    Asked = "asked" {
        /// The number of the case in the theme, from 1.
        case: u32,
        /// What.
        measure: Measure,
        /// For what.
        category: Option<Category>,
        /// Why, in their words.
        reason: String,
        /// Who.
        by: Party,
        /// For how long, in minutes.
        minutes: Option<u32>,
        /// Without a second it is dropped then.
        until: Timestamp,
    }
    /// Something holds from now on.
    InForce = "in_force" {
        /// The number of the case in the theme, from 1.
        case: u32,
        /// What.
        measure: Measure,
        /// For what.
        category: Option<Category>,
        /// Why, in the words of whoever asked for it.
        reason: String,
        /// Who authorised it.
        by: Vec<Party>,
        /// Until when; none for what has no end of its own.
        until: Option<Timestamp>,
        /// The other account of whom it is about, if it was linked then: it holds for both until its end.
        also: Option<MemberId>,
        /// Until when a second delegate is to confirm it.
        confirm_by: Option<Timestamp>,
    }
    /// Somebody used a network's own powers on somebody: it holds until it is to be confirmed like any other act.
    Native = "native" {
        /// The number of the case in the theme, from 1.
        case: u32,
        /// What it comes to.
        measure: Measure,
        /// Who.
        by: Party,
        /// Until when it is to be explained and confirmed.
        until: Timestamp,
        /// The other account of whom it is about, if it was linked then: it holds for both, as any other act does.
        also: Option<MemberId>,
    }
    /// The operator takes out at once what the law forbids, for good.
    Outlawed = "outlawed" {
        /// The number of the case in the theme, from 1.
        case: u32,
        /// What it comes to.
        measure: Measure,
        /// Why, in the operator's words.
        reason: String,
    }
    /// The reason for that is given, or a delegate agrees to it.
    Explained = "explained" {
        /// Which case.
        case: u32,
        /// For what; none for what is about nobody.
        category: Option<Category>,
        /// Why.
        reason: String,
        /// Who.
        by: Party,
    }
    /// A second delegate confirms what could not wait.
    Confirmed = "confirmed" {
        /// Which case.
        case: u32,
        /// Who.
        by: Party,
    }
    /// A delegate wants a case to end.
    LiftAsked = "lift_asked" {
        /// Which.
        case: u32,
        /// Who.
        by: Party,
    }
    /// What a case did is undone, or it is dropped.
    Over = "over" {
        /// Which case.
        case: u32,
        /// Why.
        why: Ending,
        /// Who decided so.
        by: Vec<Party>,
    }
    /// Somebody, who stays unnamed, asks those who moderate to look at something.
    Reported = "reported" {
        /// The number of the report in the theme, from 1.
        report: u32,
        /// Whom it is about, under seal.
        about: Tag,
        /// What of.
        category: Category,
        /// Which delegate looks at it; none where nobody is free to.
        owner: Option<Party>,
        /// Until when.
        until: Timestamp,
    }
    /// Its owner did not answer: another looks at it.
    ReportPassed = "report_passed" {
        /// Which report.
        report: u32,
        /// Who looks at it now.
        owner: Party,
        /// Until when.
        until: Timestamp,
    }
    /// A report has an outcome.
    ReportClosed = "report_closed" {
        /// Which.
        report: u32,
        /// What came of it.
        outcome: Outcome,
        /// Which case came of it.
        case: Option<u32>,
        /// Why nothing more is to be done, in the words of whoever looked at it.
        reason: String,
        /// Who looked at it.
        by: Option<Party>,
    }
    /// Whom a case is about says something against it.
    Appealed = "appealed" {
        /// Which case.
        case: u32,
        /// Who.
        by: Party,
        /// What.
        text: String,
        /// Among whom those of the panel were drawn who are not on it in any case.
        candidates: Vec<Party>,
        /// Who decides; nobody where the theme votes, or nobody is free to.
        panel: Vec<Party>,
        /// Whether the theme votes.
        voted: bool,
        /// Until when.
        until: Timestamp,
    }
    /// Somebody of the panel has decided.
    Judged = "judged" {
        /// On which case.
        case: u32,
        /// Who.
        by: Party,
        /// Whether the case is to end.
        reverse: bool,
    }
    /// It is decided whether the case goes on.
    AppealClosed = "appeal_closed" {
        /// Which case.
        case: u32,
        /// Whether it goes on.
        upheld: bool,
    }
    /// Many have joined within an hour.
    Wave = "wave" {
        /// How many.
        people: u32,
    }
    /// Whoever waited to be let in was let in, or turned away.
    Admitted = "admitted" {
        /// Who.
        who: Vec<Party>,
        /// Whether they were let in.
        yes: bool,
        /// Why, in the words of whoever decided; empty if these were none.
        reason: String,
        /// Who decided.
        by: Party,
    }
    /// A rule of the charter is another.
    RuleChanged = "rule_changed" {
        /// Which.
        rule: Rule,
        /// What it is now.
        value: u32,
    }
}

words! {
    /// Why a mandate ends, or does not begin.
    pub enum Leaving {
        /// Its time is over.
        Expired = "expired",
        /// There was no sign of life of the delegate.
        Idle = "idle",
        /// The community took it back.
        Recalled = "recalled",
        /// The delegate gave it back.
        Resigned = "resigned",
        /// The community did not want it.
        Rejected = "rejected",
        /// Too few seconded it, or it was not accepted in time.
        Stale = "stale",
        /// No seat was free for it.
        NoSeat = "no_seat",
        /// The delegate is held back themselves.
        Suspended = "suspended",
        /// They got a newer one.
        Renewed = "renewed",
    }
}

words! {
    /// Why a case is over.
    pub enum Ending {
        /// Its time is over.
        Expired = "expired",
        /// Delegates took it back.
        Lifted = "lifted",
        /// No second delegate wanted it.
        Unconfirmed = "unconfirmed",
        /// It was voted down.
        Rejected = "rejected",
        /// The vote on it began.
        PutToVote = "put_to_vote",
        /// An appeal against it was right.
        Reversed = "reversed",
    }
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A tangent is moved to where it belongs.
    Redirect {
        /// What began it.
        message: MessageId,
        /// Who wrote that.
        author: Party,
    },
    /// What answers a tangent goes on where that does, for a while, and nothing else is held back.
    Focus,
    /// Nobody but delegates and facilitators writes for a while.
    Pause,
    /// Whoever comes is let in by a delegate for a while.
    Approval,
    /// A message is not shown.
    Hide {
        /// Which.
        message: MessageId,
        /// Who wrote it.
        author: Party,
    },
    /// Somebody does not write for a while.
    Mute(Party),
    /// Somebody is out for a while.
    Suspend(Party),
}

/// As one word and its objects: `hide 0001… whatsapp/mzxw…`.
impl Field for Measure {
    fn write(&self) -> Option<String> {
        let text = |word: &str, message: &MessageId, author: &Party| {
            Some(format!("{word} {message} {}", author.write()?))
        };
        match self {
            Self::Redirect { message, author } => text("redirect", message, author),
            Self::Focus => Some("focus".to_owned()),
            Self::Pause => Some("pause".to_owned()),
            Self::Approval => Some("approval".to_owned()),
            Self::Hide { message, author } => text("hide", message, author),
            Self::Mute(who) => Some(format!("mute {}", who.write()?)),
            Self::Suspend(who) => Some(format!("suspend {}", who.write()?)),
        }
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let words: Vec<&str> = text?.split(' ').collect();
        let party = |text| Party::read(Some(text));
        Some(match words[..] {
            ["focus"] => Self::Focus,
            ["pause"] => Self::Pause,
            ["approval"] => Self::Approval,
            ["mute", who] => Self::Mute(party(who)?),
            ["suspend", who] => Self::Suspend(party(who)?),
            ["redirect", message, author] => Self::Redirect {
                message: message.parse().ok()?,
                author: party(author)?,
            },
            ["hide", message, author] => Self::Hide {
                message: message.parse().ok()?,
                author: party(author)?,
            },
            _ => return None,
        })
    }
}

impl Measure {
    /// Whom it is about, if it is about somebody.
    pub fn about(&self) -> Option<&Party> {
        match self {
            Self::Focus | Self::Pause | Self::Approval => None,
            Self::Mute(who) | Self::Suspend(who) => Some(who),
            Self::Redirect { author, .. } | Self::Hide { author, .. } => Some(author),
        }
    }
}

/// What a vote is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Shall this nominee be a delegate?
    Seat(u32),
    /// Shall this mandate end?
    Recall(u32),
    /// Shall this long suspension be?
    Case(u32),
    /// Shall this case end, against which somebody appealed?
    Appeal(u32),
    /// Shall this rule of the charter be so?
    Rule(Rule, u32),
}

impl Field for Question {
    fn write(&self) -> Option<String> {
        Some(match self {
            Self::Seat(mandate) => format!("seat {mandate}"),
            Self::Recall(mandate) => format!("recall {mandate}"),
            Self::Case(case) => format!("case {case}"),
            Self::Appeal(case) => format!("appeal {case}"),
            Self::Rule(rule, value) => format!("rule {} {value}", rule.as_str()),
        })
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let words: Vec<&str> = text?.split(' ').collect();
        Some(match words[..] {
            ["seat", mandate] => Self::Seat(mandate.parse().ok()?),
            ["recall", mandate] => Self::Recall(mandate.parse().ok()?),
            ["case", case] => Self::Case(case.parse().ok()?),
            ["appeal", case] => Self::Appeal(case.parse().ok()?),
            ["rule", rule, value] => Self::Rule(Field::read(Some(rule))?, value.parse().ok()?),
            _ => return None,
        })
    }
}

impl Question {
    /// How many of a hundred votes cast must be for it: more than that, or at least, if it is more than half.
    pub fn passes(&self, yes: usize, no: usize) -> bool {
        match self {
            Self::Seat(_) | Self::Recall(_) | Self::Appeal(_) => yes > no,
            Self::Case(_) => yes * 3 >= (yes + no) * 2 && yes > 0,
            Self::Rule(..) => yes * 100 >= (yes + no) * 60 && yes > 0,
        }
    }
}
