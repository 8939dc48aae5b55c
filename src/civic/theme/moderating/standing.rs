//! Who is who in a theme: newcomers, participants, delegates, facilitators.

use std::collections::{BTreeMap, BTreeSet};

use super::{DAY, Draft, Wide};
use crate::moderation::{Enforcement, Enough, Measure};
use crate::theme::{Effect, Known, Theme};
use crate::{MemberId, Network, Party, ThemeCode, Timestamp};

/// Whoever came so lately is a newcomer.
const HOURS_OF_A_NEWCOMER: u32 = 72;
/// Whoever was seen on fewer days, too.
const DAYS_OF_A_PARTICIPANT: u32 = 2;
/// Shares count the people seen within so many days.
const DAYS_OF_SHARES: i64 = 30;
/// A theme is young for so many days.
const DAYS_OF_YOUTH: u32 = 7;

/// Who is trusted beyond the theme, and whom other themes vote on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trusted {
    /// The rooms' admins, as the configuration names them, and those who became it by a code.
    pub facilitators: BTreeMap<MemberId, Network>,
    /// The delegates of each theme, and until when they are.
    pub delegates: BTreeMap<ThemeCode, Vec<(Party, Timestamp)>>,
    /// What each theme votes on that is to be in all of them.
    pub wide: BTreeMap<ThemeCode, Vec<Wide>>,
}

impl Theme {
    /// When people began to talk here.
    pub(super) fn begun(&self) -> Option<Timestamp> {
        self.seen.values().map(|seen| seen.first).min()
    }

    /// Until when the theme is young: its first delegates can sit at once.
    pub(super) fn young_until(&self) -> Option<Timestamp> {
        Some(self.begun()?.plus_hours(24 * DAYS_OF_YOUTH))
    }

    /// Whether somebody takes part long enough to have a say in who moderates.
    pub fn is_participant(&self, now: Timestamp, known: &Known<'_>, member: &MemberId) -> bool {
        let accounts = [Some(member), known.persons.linked(member)];
        let mut seen = accounts
            .into_iter()
            .flatten()
            .filter_map(|account| self.seen.get(account));
        seen.any(|seen| {
            seen.first.plus_hours(HOURS_OF_A_NEWCOMER) <= now && seen.days >= DAYS_OF_A_PARTICIPANT
        })
    }

    /// What follows from two accounts being one person, or no longer: what they support is counted anew, both may do what
    /// the person may, and what holds the person back holds for both.
    pub(in crate::theme) fn persons_changed(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        accounts: [&MemberId; 2],
    ) -> Vec<Effect> {
        let mut effects = self.count_again(now, known, accounts);
        effects.extend(self.hold_both_back(now, known, accounts));
        let draft = Draft::at(self, now, known);
        let is_more =
            |member: &&MemberId| draft.is_delegate(member) || draft.is_facilitator(member);
        if accounts.iter().any(is_more) {
            let both = [Enforcement::Powers, Enforcement::Admins];
            effects.extend(both.map(Effect::Enforce));
        }
        effects
    }

    fn hold_both_back(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        accounts: [&MemberId; 2],
    ) -> Vec<Effect> {
        let persons = known.persons;
        // What was done by hand holds, too, until it is undone.
        let is_out = |member: &MemberId| {
            let mut held = self.moderation.held_back(now);
            held.any(|case| {
                let mut accounts = case.accounts();
                matches!(case.measure, Measure::Suspend(_))
                    && accounts.any(|account| persons.are_one(account, member))
            })
        };
        let are_out = accounts.map(is_out);
        let mut enforced = Vec::new();
        // Where one is out and the other no longer, that one is let back.
        if are_out.contains(&true) {
            let each = accounts.into_iter().zip(are_out);
            enforced.extend(each.map(|(who, on)| Enforcement::Suspend {
                who: who.clone(),
                on,
            }));
        }
        let muted = accounts.map(|member| self.moderation.muted_until(now, persons, member));
        if muted.iter().any(Option::is_some) {
            enforced.push(Enforcement::Powers);
        }
        enforced.into_iter().map(Effect::Enforce).collect()
    }

    /// The people who are participants and were seen lately, each once.
    pub(super) fn participants(&self, now: Timestamp, known: &Known<'_>) -> BTreeSet<MemberId> {
        self.lately(now)
            .filter(|member| self.is_participant(now, known, member))
            .map(|member| known.persons.canonical(member).clone())
            .collect()
    }

    /// How many people were seen lately, each once.
    pub(super) fn people(&self, now: Timestamp, known: &Known<'_>) -> usize {
        let lately = self.lately(now);
        let people: BTreeSet<_> = lately
            .map(|member| known.persons.canonical(member))
            .collect();
        people.len()
    }

    fn lately(&self, now: Timestamp) -> impl Iterator<Item = &MemberId> {
        let lately = self
            .seen
            .iter()
            .filter(move |(_, seen)| now.0 - seen.last.0 < DAYS_OF_SHARES * DAY);
        lately.map(|(member, _)| member)
    }
}

impl Draft<'_> {
    pub(super) fn is_participant(&self, member: &MemberId) -> bool {
        self.theme.is_participant(self.now, self.known, member)
    }

    pub(super) fn is_young(&self) -> bool {
        let until = self.theme.young_until();
        until.is_none_or(|until| self.now < until)
    }

    pub(super) fn is_facilitator(&self, member: &MemberId) -> bool {
        let facilitators = &self.known.trusted.facilitators;
        let linked = self.known.persons.linked(member);
        facilitators.contains_key(member)
            || linked.is_some_and(|other| facilitators.contains_key(other))
    }

    pub(super) fn are_one(&self, one: &Party, other: &Party) -> bool {
        self.known.persons.are_one(&one.member, &other.member)
    }

    /// How many different participants these are.
    pub(super) fn different<'a>(&self, parties: impl IntoIterator<Item = &'a Party>) -> usize {
        let parties = parties.into_iter();
        self.people(parties.filter(|party| self.is_participant(&party.member)))
    }

    /// How many different people these are, however long they have been here.
    pub(super) fn people<'a>(&self, parties: impl IntoIterator<Item = &'a Party>) -> usize {
        let people: BTreeSet<_> = parties
            .into_iter()
            .map(|party| self.known.persons.canonical(&party.member))
            .collect();
        people.len()
    }

    /// Whether enough of those who take part want something; where they are too few for a vote that counts, whether most do.
    pub(super) fn are_enough(&self, parties: &[&Party], enough: Enough) -> bool {
        let roll = self.theme.participants(self.now, self.known);
        let persons = self.known.persons;
        let of_them = roll.iter().filter(|member| {
            let mut parties = parties.iter();
            parties.any(|party| persons.are_one(&party.member, member))
        });
        let few = self.voters(Enough::QUORUM).is_err();
        let wanted = self.different(parties.iter().copied());
        wanted >= enough.of(roll.len()) || few && of_them.count() * 2 > roll.len()
    }

    /// Whether somebody has a living mandate here.
    pub(super) fn is_delegate(&self, member: &MemberId) -> bool {
        let persons = self.known.persons;
        self.moderation
            .mandate_of(self.now, persons, member)
            .is_some()
    }

    /// Whether somebody is a delegate of another theme.
    pub(super) fn is_delegate_elsewhere(&self, member: &MemberId) -> bool {
        let mut others = self.delegates_elsewhere();
        others.any(|delegate| self.known.persons.are_one(&delegate.member, member))
    }

    /// The delegates of other themes.
    pub(super) fn delegates_elsewhere(&self) -> impl Iterator<Item = Party> {
        let others = self.known.trusted.delegates.iter();
        others
            .filter(|(code, _)| **code != self.theme.code)
            .flat_map(|(_, delegates)| delegates)
            .filter(|(_, until)| self.now < *until)
            .map(|(delegate, _)| delegate.clone())
    }

    /// Whether somebody took part in an exchange with another within the last day: they answered them. To be answered by
    /// somebody is no part that one takes, or everybody could keep all who moderate from deciding.
    pub(super) fn was_part(&self, member: &MemberId, about: &MemberId) -> bool {
        let persons = self.known.persons;
        let mut lately = self
            .theme
            .exchanges
            .iter()
            .filter(|(_, at)| self.now.0 - at.0 < DAY);
        persons.are_one(member, about)
            || lately.any(|((one, other), _)| {
                persons.are_one(one, member) && persons.are_one(other, about)
            })
    }
}
