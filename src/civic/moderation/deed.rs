//! What is logged: one entry for each act, and one act for each entry.

use std::collections::BTreeMap;

use super::category::Category;
use super::charter::Rule;
use super::field::{Field, words};
use super::measure::{Ending, Measure, Reach};
use super::question::Question;
use super::report::Outcome;
use super::seal::Tag;
use crate::{MemberId, MessageId, Party, ThemeCode, Timestamp};

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
        /// Who brought it to the vote: the second delegate, for a case, or who wants a rule changed.
        by: Option<Party>,
        /// Who can vote: a person once.
        roll: Vec<MemberId>,
        /// So many must.
        quorum: u32,
        /// Until when.
        until: Timestamp,
    }
    /// More of those who can vote, where they are so many that one entry can't hold all; right after it was opened, and never later.
    Enrolled = "enrolled" {
        /// In which vote.
        vote: u32,
        /// Who: a person once.
        roll: Vec<MemberId>,
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
    /// Somebody takes back that they pointed this out.
    Unflagged = "unflagged" {
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
        /// How far it is to reach.
        reach: Reach,
    }
    /// What another theme votes on is to be everywhere: this one votes, too, and decides for itself.
    Brought = "brought" {
        /// The number of the case in this theme, from 1.
        case: u32,
        /// What.
        measure: Measure,
        /// For what.
        category: Option<Category>,
        /// Why, in the words of whoever asked for it there.
        reason: String,
        /// Who did.
        by: Party,
        /// For how long, in minutes.
        minutes: Option<u32>,
        /// In which theme.
        theme: ThemeCode,
        /// The number of the case there.
        theirs: u32,
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
        /// The case that was the same and was undone lately for want of a reason: so this one is undone at once.
        again: Option<u32>,
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
        /// For how long, in minutes, where a delegate says so.
        minutes: Option<u32>,
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
        /// Enough people objected, and too few take part for a vote.
        Objected = "objected",
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
