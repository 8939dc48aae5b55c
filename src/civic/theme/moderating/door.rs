//! Waves of joins, joining by approval, and who is let in.

use std::collections::BTreeSet;

use super::cases::Wanted;
use super::measures::{Length, explained};
use super::{DAY, Draft, Granted};
use crate::moderation::{Deed, Enforcement, Enough, Hindrance, Measure, Reach, Reason, Rule, Whom};
use crate::theme::{Effect, Known, Leg, Theme};
use crate::{MemberId, Notice, Party, Timestamp};

/// So many are let in by one entry, with their names: an event of Matrix has 64 KiB at most.
const IN_ONE_ENTRY: usize = 200;
/// Joins within so long are a wave, if they are many.
const HOUR: i64 = 60 * 60 * 1000;

impl Theme {
    /// Asks those who moderate what to do, where many have joined within an hour; once for each wave. Nothing is done by
    /// itself.
    pub(in crate::theme) fn mind_the_wave(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        fresh: &[MemberId],
    ) -> Vec<Effect> {
        if fresh.is_empty() || self.moderation.approval_until(now).is_some() {
            return Vec::new();
        }
        let enough = Enough::wave(self.moderation.charter()).of(self.people(now, known));
        let lately = self.door.joined(Timestamp(now.0 - HOUR), now);
        let people = self.new_people(now, known, lately.chain(fresh));
        if people < enough || self.is_in_wave(now, known, enough) {
            return Vec::new();
        }
        let mut draft = Draft::at(self, now, known);
        draft.log(Deed::Wave {
            people: u32::try_from(people).unwrap_or(u32::MAX),
        });
        draft.into_effects()
    }

    /// Whether the last wave that was told of still goes on: since then there was no hour in which fewer came.
    fn is_in_wave(&self, now: Timestamp, known: &Known<'_>, enough: usize) -> bool {
        let Some(mut from) = self.moderation.wave() else {
            return false;
        };
        while from.0 + HOUR <= now.0 {
            let until = Timestamp(from.0 + HOUR);
            let came = self.door.joined(from, until);
            if self.new_people(until, known, came) < enough {
                return false;
            }
            from = until;
        }
        true
    }

    /// How many people these are who had not been heard here before; each once, with whichever accounts.
    fn new_people<'a>(
        &self,
        at: Timestamp,
        known: &Known<'_>,
        members: impl Iterator<Item = &'a MemberId>,
    ) -> usize {
        let was_here = |member: &MemberId| {
            let accounts = [Some(member), known.persons.linked(member)];
            let mut seen = accounts
                .into_iter()
                .flatten()
                .filter_map(|account| self.seen.get(account));
            seen.any(|seen| seen.first.0 <= at.0 - HOUR)
        };
        let new = members.filter(|member| !was_here(member));
        let people: BTreeSet<_> = new.map(|member| known.persons.canonical(member)).collect();
        people.len()
    }

    /// What is done about those who ask to be let in on a leg: whoever is out is turned away, of the others those hear who
    /// decide.
    pub(in crate::theme) fn ask_in(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        leg: &Leg,
        who: &BTreeSet<MemberId>,
    ) -> Vec<Effect> {
        let (out, others): (Vec<_>, Vec<_>) = who.iter().partition(|member| {
            let until = self.moderation.suspended_until(now, known.persons, member);
            until.is_some()
        });
        let turned = out.into_iter().map(|who| {
            Effect::Enforce(Enforcement::Admit {
                who: who.clone(),
                on: false,
            })
        });
        let mut effects: Vec<Effect> = turned.collect();
        let untold: BTreeSet<_> = self.door.untold().into_iter().map(|it| it.member).collect();
        let before = self.waits_on(leg);
        let is_new = |member: &&&MemberId| !before.contains(**member) || untold.contains(**member);
        let new: Vec<&MemberId> = others.iter().filter(is_new).copied().collect();
        if !new.is_empty() && self.door.may_tell_from() <= now {
            effects.extend(self.say_who_waits(now, known, &new));
        }
        effects
    }

    /// It is time to say who waits.
    pub(in crate::theme) fn tell_who_waits(
        &self,
        now: Timestamp,
        known: &Known<'_>,
    ) -> Vec<Effect> {
        let untold = self.door.untold();
        let who: Vec<&MemberId> = untold.iter().map(|party| &party.member).collect();
        self.say_who_waits(now, known, &who)
    }

    fn say_who_waits(&self, now: Timestamp, known: &Known<'_>, who: &[&MemberId]) -> Vec<Effect> {
        let out = |member: &MemberId| {
            let until = self.moderation.suspended_until(now, known.persons, member);
            until.is_some()
        };
        let names: Vec<String> = who
            .iter()
            .filter(|member| !out(member))
            .map(|member| known.names.of(member))
            .collect();
        // By the group's own approval it is for its admins.
        if names.is_empty() || self.moderation.approval_until(now).is_none() {
            return Vec::new();
        }
        let notice = Notice::AskToJoin { names };
        let told = self.legs().map(|to| Effect::Tell {
            to,
            notice: notice.clone(),
            language: None,
        });
        told.collect()
    }

    /// An admin of a group has let somebody in by hand, or turned them away: while the theme decides that, it is noted.
    pub(in crate::theme) fn admitted(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        (who, yes): (&Party, bool),
        by: &Party,
    ) -> Vec<Effect> {
        let back = match yes {
            true => self.let_back(now, known, who, by),
            false => Vec::new(),
        };
        if !back.is_empty() || self.moderation.approval_until(now).is_none() {
            return back;
        }
        let mut draft = Draft::at(self, now, known);
        draft.log(Deed::Admitted {
            who: vec![who.clone()],
            yes,
            reason: String::new(),
            by: by.clone(),
        });
        draft.into_effects()
    }
}

impl Draft<'_> {
    pub(super) fn approval(&mut self, minutes: Option<u32>, reason: Option<&Reason>) -> Granted {
        let me = self.doorkeeper()?;
        let by_hand = match self.open_case(&Measure::Approval) {
            Some((number, case)) if case.native => Some(number),
            Some(_) => return Err(Hindrance::SoAlready),
            None => None,
        };
        let wave = self.moderation.wave();
        let lately = wave.is_some_and(|at| self.now.0 - at.0 < DAY);
        let reason = match reason {
            Some(_) => explained(reason)?.text.clone(),
            // Everybody was told of it.
            None if lately => String::new(),
            None => return Err(Hindrance::ReasonAsked),
        };
        let most = self.moderation.charter().of(Rule::ApprovalHours);
        let most = most.saturating_mul(60);
        let minutes = minutes.filter(|minutes| *minutes > 0);
        let minutes = minutes.ok_or(Hindrance::LengthAsked { most })?;
        if minutes > most {
            return Err(Hindrance::TooLong { most });
        }
        if let Some(number) = by_hand {
            let wanted = Wanted {
                measure: Measure::Approval,
                category: None,
                reason,
                length: Some(Length {
                    minutes,
                    alone: true,
                }),
                reach: Reach::Here,
            };
            return self.adopt(number, me, Some(wanted));
        }
        let by = vec![me];
        self.put_in_force(Measure::Approval, None, reason, by, Some(minutes), None);
        Ok(())
    }

    pub(super) fn admit(&mut self, whom: Option<&Whom>) -> Granted {
        let by = self.doorkeeper()?;
        let mut who: Vec<Party> = match whom {
            Some(whom) => vec![self.waiting(whom)?],
            None => self.theme.door.waiting().into_iter().collect(),
        };
        who.retain(|party| {
            let persons = self.known.persons;
            let member = &party.member;
            let out = self.moderation.suspended_until(self.now, persons, member);
            out.is_none()
        });
        if who.is_empty() {
            return Err(Hindrance::NobodyWaits);
        }
        for who in who.chunks(IN_ONE_ENTRY) {
            self.log(Deed::Admitted {
                who: who.to_vec(),
                yes: true,
                reason: String::new(),
                by: by.clone(),
            });
        }
        Ok(())
    }

    pub(super) fn turn_away(&mut self, whom: Option<&Whom>, reason: Option<&Reason>) -> Granted {
        let by = self.doorkeeper()?;
        let who = self.waiting(whom.ok_or(Hindrance::WhomAsked)?)?;
        // Nobody knows yet what they do here; but for what they think nobody stays out.
        let reason = explained(reason)?;
        self.log(Deed::Admitted {
            who: vec![who],
            yes: false,
            reason: reason.text.clone(),
            by,
        });
        Ok(())
    }

    /// Who asks, if they decide who is let in: a delegate; where the theme is young and has none, a facilitator.
    pub(super) fn doorkeeper(&self) -> Result<Party, Hindrance> {
        let delegate = self.delegate(None);
        let nobody = self.moderation.delegates(self.now).next().is_none();
        match (delegate, self.me()) {
            (Err(_), Some(me)) if nobody && self.is_young() && self.is_facilitator(&me.member) => {
                Ok(me)
            }
            (delegate, _) => delegate,
        }
    }

    /// Whom of those who wait somebody means.
    fn waiting(&self, whom: &Whom) -> Result<Party, Hindrance> {
        let names = self.known.names;
        let member = match whom {
            Whom::Member(member) => Some(member),
            Whom::Unknown(name) => names.bearer(name).filter(|_| !names.is_ambiguous(name)),
        };
        let waiting = self.theme.door.waiting();
        let mut waiting = waiting.into_iter();
        let found = waiting.find(|party| Some(&party.member) == member);
        found.ok_or(Hindrance::NobodyWaits)
    }
}
