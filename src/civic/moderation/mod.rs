//! Moderation as it stands in a theme: who has a mandate, what is in force, what is voted on, by which rules. Folded from
//! the theme's log and from nothing else.

mod category;
mod charter;
mod deed;
mod field;
mod fold;
mod log;
mod measure;
mod question;
mod report;
mod seal;
mod wish;

use std::collections::{BTreeMap, BTreeSet};

pub use category::{Category, Protected, Reason};
pub use charter::{Charter, Enough, Rule};
pub use deed::{Deed, Leaving};
pub use log::{Entry, Hash};
pub use measure::{Ending, Measure, Reach};
pub use question::Question;
pub use report::{Appeal, Outcome, Report, draw};
pub use seal::{Seal, Tag};
pub use wish::{Enforcement, Hindrance, Logged, Seat, Whom, Wish};

use crate::{MemberId, MessageId, Party, Persons, ThemeCode, Timestamp};

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moderation {
    charter: Charter,
    organisations: BTreeMap<MemberId, Organisation>,
    mandates: BTreeMap<u32, Mandate>,
    votes: BTreeMap<u32, Vote>,
    cases: BTreeMap<u32, Case>,
    reports: BTreeMap<u32, Report>,
    /// Who pointed out that a message is off topic.
    flags: BTreeMap<MessageId, BTreeSet<Party>>,
    /// When the theme was last told that many are joining.
    wave: Option<Timestamp>,
    entries: u32,
    head: Hash,
}

/// For whom somebody says that they work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// What it is called.
    pub name: String,
    /// Whether it is an institution of the state.
    pub official: bool,
}

/// A mandate to moderate, from its nomination on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Whose.
    pub who: Party,
    /// Who nominated them.
    pub nominated_by: Party,
    /// When.
    pub since: Timestamp,
    /// Who seconded them.
    pub seconders: Vec<Party>,
    /// Whether a facilitator countersigned it.
    pub countersigned: bool,
    /// Whether the nominee accepted.
    pub agreed: bool,
    /// Until when people can object, once they can.
    pub objections_until: Option<Timestamp>,
    /// Who did.
    pub objectors: Vec<Party>,
    /// Since when and until when they are a delegate.
    pub seated: Option<(Timestamp, Timestamp)>,
    /// Who wants it to end, and since when.
    pub recallers: Vec<(Party, Timestamp)>,
    /// When the delegate last acted by it.
    pub last_act: Timestamp,
    /// Why it is over, and since when, if it is.
    pub over: Option<(Leaving, Timestamp)>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// What it is on.
    pub on: Question,
    /// Who can vote.
    pub roll: BTreeSet<MemberId>,
    /// So many must.
    pub quorum: u32,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who voted what.
    pub cast: BTreeMap<MemberId, bool>,
    /// How it ended, once it has.
    pub passed: Option<bool>,
}

/// Something that is, or is to be, done about a message, a person or the whole theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What.
    pub measure: Measure,
    /// The other account of whom it is about, for which it holds, too.
    pub also: Option<MemberId>,
    /// For what.
    pub category: Option<Category>,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// Who authorised it so far.
    pub by: Vec<Party>,
    /// For how long, in minutes.
    pub minutes: Option<u32>,
    /// How far it was to reach, where it was asked for here.
    pub reach: Reach,
    /// In which other theme it was asked for, and what its number is there.
    pub brought: Option<(ThemeCode, u32)>,
    /// Since when it is as it is.
    pub since: Timestamp,
    /// How it stands.
    pub standing: CaseStanding,
    /// Whether it has ever held.
    pub held: bool,
    /// Whether it was done by a network's own powers, and no decision about it is made yet.
    pub native: bool,
    /// Whether the operator did it, for good: what is hidden is kept nowhere.
    pub outlawed: bool,
    /// Who wants it to end.
    pub lifters: Vec<Party>,
    /// What whom it is about says against it.
    pub appeal: Option<Appeal>,
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseStanding {
    /// It waits for a second delegate.
    Asked {
        /// Until then.
        until: Timestamp,
    },
    /// It is voted on.
    Voted,
    /// It holds.
    InForce {
        /// Until then; none for what has no end of its own.
        until: Option<Timestamp>,
        /// Until when it is to be confirmed, if it is not.
        confirm_by: Option<Timestamp>,
    },
    /// It is over.
    Over(Ending),
}

impl Mandate {
    /// Whether by it somebody is a delegate now.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.over.is_none() && self.seated.is_some_and(|(_, until)| now < until)
    }

    /// Whether it is still to be seen what becomes of it.
    pub fn is_nomination(&self) -> bool {
        self.over.is_none() && self.seated.is_none()
    }
}

impl Case {
    /// Whether it holds now.
    pub fn holds(&self, now: Timestamp) -> bool {
        match self.standing {
            CaseStanding::InForce { until, .. } => until.is_none_or(|until| now < until),
            _ => false,
        }
    }

    /// The accounts for which it holds.
    pub fn accounts(&self) -> impl Iterator<Item = &MemberId> {
        let about = self.measure.about().map(|who| &who.member);
        about.into_iter().chain(&self.also)
    }

    /// Whether it is to be so in several themes: then each decides by a vote of its own.
    pub fn is_wide(&self) -> bool {
        self.reach == Reach::Everywhere || self.brought.is_some()
    }

    /// The appeal that is still to be decided: also when its time is over, so that it is said whether it was right.
    pub fn open_appeal(&self) -> Option<&Appeal> {
        let lasts = self.is_open() || self.standing == CaseStanding::Over(Ending::Expired);
        let appeal = self.appeal.as_ref().filter(|_| lasts);
        appeal.filter(|appeal| appeal.is_open())
    }

    /// Whether an appeal against it was right.
    pub fn was_reversed(&self) -> bool {
        let appeal = self.appeal.as_ref();
        appeal.is_some_and(|appeal| appeal.upheld == Some(false))
    }

    /// Whether somebody can still do something about it.
    pub fn is_open(&self) -> bool {
        !matches!(self.standing, CaseStanding::Over(_))
    }
}

impl Moderation {
    /// By which rules.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// All mandates, by number, from their nomination on.
    pub fn mandates(&self) -> &BTreeMap<u32, Mandate> {
        &self.mandates
    }

    /// All votes, by number.
    pub fn votes(&self) -> &BTreeMap<u32, Vote> {
        &self.votes
    }

    /// All cases, by number.
    pub fn cases(&self) -> &BTreeMap<u32, Case> {
        &self.cases
    }

    /// All reports, by number.
    pub fn reports(&self) -> &BTreeMap<u32, Report> {
        &self.reports
    }

    /// Who pointed out that a message is off topic.
    pub fn flags_of(&self, message: MessageId) -> Vec<Party> {
        let flags = self.flags.get(&message).into_iter().flatten();
        flags.cloned().collect()
    }

    /// For whom somebody says that they work.
    pub fn organisation(&self, member: &MemberId) -> Option<&Organisation> {
        self.organisations.get(member)
    }

    /// The same, with whichever account they said so.
    pub fn declared(&self, persons: &Persons, member: &MemberId) -> Option<&Organisation> {
        let linked = persons.linked(member);
        let mut accounts = [member].into_iter().chain(linked);
        accounts.find_map(|account| self.organisation(account))
    }

    /// Whether all who want somebody to moderate have declared that they work for one organisation.
    pub fn is_of_one_organisation(&self, persons: &Persons, mandate: &Mandate) -> bool {
        let all = mandate.seconders.iter().chain([&mandate.nominated_by]);
        let mut organisations = all.map(|party| {
            let declared = self.declared(persons, &party.member);
            declared.map(|organisation| organisation.name.to_lowercase())
        });
        let first = organisations.next().flatten();
        first.is_some() && organisations.all(|other| other == first)
    }

    /// How many entries the log has, and the hash of the last.
    pub fn log(&self) -> (u32, Hash) {
        (self.entries, self.head)
    }

    /// Those who have a living mandate, with its number.
    pub fn delegates(&self, now: Timestamp) -> impl Iterator<Item = (u32, &Mandate)> {
        let all = self.mandates.iter();
        all.filter(move |(_, mandate)| mandate.lives(now))
            .map(|(number, mandate)| (*number, mandate))
    }

    /// A person's living mandate.
    pub fn mandate_of(
        &self,
        now: Timestamp,
        persons: &Persons,
        member: &MemberId,
    ) -> Option<(u32, &Mandate)> {
        let mut delegates = self.delegates(now);
        delegates.find(|(_, mandate)| persons.are_one(&mandate.who.member, member))
    }

    /// Until when somebody must not write, if they must not.
    pub fn muted_until(
        &self,
        now: Timestamp,
        persons: &Persons,
        member: &MemberId,
    ) -> Option<Timestamp> {
        self.until(now, persons, member, |measure| {
            matches!(measure, Measure::Mute(_))
        })
    }

    /// Until when somebody is out, if they are.
    pub fn suspended_until(
        &self,
        now: Timestamp,
        persons: &Persons,
        member: &MemberId,
    ) -> Option<Timestamp> {
        self.until(now, persons, member, |measure| {
            matches!(measure, Measure::Suspend(_))
        })
    }

    /// Until when nobody but delegates and facilitators writes, if so.
    pub fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let pauses = self.in_force(now, |case| case.measure == Measure::Pause);
        pauses.max()
    }

    /// Until when whoever comes is let in by a delegate, if so.
    pub fn approval_until(&self, now: Timestamp) -> Option<Timestamp> {
        let approvals = self.in_force(now, |case| case.measure == Measure::Approval);
        approvals.max()
    }

    /// When the theme was last told that many are joining.
    pub fn wave(&self) -> Option<Timestamp> {
        self.wave
    }

    /// Whether the theme's talk keeps to its own matter now: what answers a tangent goes on elsewhere.
    pub fn is_focused(&self, now: Timestamp) -> bool {
        let mut focused = self.in_force(now, |case| case.measure == Measure::Focus);
        focused.next().is_some()
    }

    /// Who must not write now, and who is out.
    pub fn held_back(&self, now: Timestamp) -> impl Iterator<Item = &Case> {
        let is = |case: &&Case| matches!(case.measure, Measure::Mute(_) | Measure::Suspend(_));
        let cases = self.cases.values();
        cases.filter(move |case| case.holds(now)).filter(is)
    }

    fn until(
        &self,
        now: Timestamp,
        persons: &Persons,
        member: &MemberId,
        is: fn(&Measure) -> bool,
    ) -> Option<Timestamp> {
        let about = |case: &Case| {
            is(&case.measure)
                && case
                    .accounts()
                    .any(|account| persons.are_one(account, member))
        };
        self.in_force(now, about).max()
    }

    fn in_force(
        &self,
        now: Timestamp,
        is: impl Fn(&Case) -> bool,
    ) -> impl Iterator<Item = Timestamp> {
        let cases = self.cases.values();
        cases.filter_map(move |case| match case.standing {
            CaseStanding::InForce { until, .. } if case.holds(now) && !case.native && is(case) => {
                Some(until.unwrap_or(Timestamp(i64::MAX)))
            }
            _ => None,
        })
    }
}
