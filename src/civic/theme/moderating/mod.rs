//! Moderation that the community itself delegates: what is asked for, what falls due, and what both come to.

mod appeals;
mod cases;
mod concerns;
mod door;
mod draft;
mod held;
mod measures;
mod native;
mod outlawing;
mod reports;
mod seats;
mod settle;
mod shown;
mod standing;
mod tangent;
mod wide;

pub(super) use draft::Draft;
pub(super) use reports::Reporters;
pub use standing::Trusted;
pub use wide::Wide;

use super::asking::Ask;
use super::{Effect, Hearing, Known, Near, Said, Theme};
use crate::moderation::{
    Case, Enforcement, Entry, Hindrance, Logged, Measure, Moderation, Reason, Seat, Whom, Wish,
};
use crate::{Command, MemberId, Network, Notice, Party, Refusal, Timestamp};

/// How a wish ends.
type Granted = Result<(), Hindrance>;

impl Ask<'_> {
    /// Does what somebody wishes, or says why not.
    pub(super) fn moderate(&self, wish: &Wish) -> Vec<Effect> {
        match wish {
            Wish::Rules => return vec![self.tell(self.theme.rules())],
            Wish::Delegates => return vec![self.tell(self.theme.bench(self.now, self.known))],
            Wish::Rehearse(wish) => return self.rehearse(wish),
            _ => {}
        }
        if wish.is_everybodys() {
            return self.be_heard(wish);
        }
        if let Err(refusal) = self.takes_part() {
            return vec![self.tell(Notice::Refused(refusal))];
        }
        // Whoever is muted can still want that somebody moderates no more, perhaps just them.
        if matches!(wish, Wish::Recall { .. }) && self.is_held() {
            return self.be_heard(wish);
        }
        let mut draft = Draft::of(self);
        match draft.grant(wish) {
            Ok(()) => {
                draft.settle();
                draft.into_effects()
            }
            Err(hindrance) => vec![self.tell(Notice::Refused(Refusal::Hindered(hindrance)))],
        }
    }

    /// What is said to whoever is out; none if they are not.
    pub(super) fn out_for(&self) -> Option<Refusal> {
        let (moderation, persons) = (&self.theme.moderation, self.known.persons);
        let me = &self.said.speaker.member;
        let until = moderation.suspended_until(self.now, persons, me)?;
        let minutes = minutes_until(until, self.now);
        Some(Refusal::Hindered(Hindrance::Out { minutes }))
    }

    /// Why somebody who must not write now can't have this: others would read it as their words.
    pub(super) fn muted_words(&self, command: &Command) -> Option<Refusal> {
        if !writes(command) {
            return None;
        }
        let (moderation, persons) = (&self.theme.moderation, self.known.persons);
        let me = &self.said.speaker.member;
        let muted = moderation.muted_until(self.now, persons, me);
        self.out_for().or_else(|| Some(muted_for(muted?, self.now)))
    }

    /// Reports and appeals: nobody is kept from them. What is written with them is taken out of sight at once where it would name
    /// somebody who reports, or be read of somebody who must not write.
    fn be_heard(&self, wish: &Wish) -> Vec<Effect> {
        let held = self.is_held();
        let alone = matches!(wish, Wish::Report { .. }) || held;
        let private = self.said.from.is_direct();
        let mut draft = Draft::of(self);
        draft.alone = alone;
        if alone && !private {
            draft.enforce_at_once(Enforcement::Hide {
                message: self.said.message,
            });
        }
        match (draft.grant(wish), alone) {
            (Ok(()), _) => draft.settle(),
            (Err(hindrance), true) => {
                draft.answer_alone(Notice::Refused(Refusal::Hindered(hindrance)));
            }
            (Err(hindrance), false) => {
                draft.add(self.tell(Notice::Refused(Refusal::Hindered(hindrance))));
            }
        }
        draft.into_effects()
    }

    /// Whether whoever asks must not write now.
    fn is_held(&self) -> bool {
        let me = &self.said.speaker.member;
        let (moderation, persons) = (&self.theme.moderation, self.known.persons);
        moderation.muted_until(self.now, persons, me).is_some()
            || moderation.suspended_until(self.now, persons, me).is_some()
    }

    /// What is almost a report, and may name somebody, goes out of sight as a report does, and is answered where nobody else
    /// reads; so does what is almost a command of somebody who must not write.
    pub(super) fn near_miss_alone(&self, heard: &str, nearest: &str) -> Vec<Effect> {
        let mut draft = Draft::of(self);
        draft.enforce_at_once(Enforcement::Hide {
            message: self.said.message,
        });
        draft.answer_alone(Notice::NearMiss {
            heard: heard.to_owned(),
            nearest: nearest.to_owned(),
            hidden: true,
        });
        draft.into_effects()
    }

    /// A 🧭 is as good as the command, but asks nothing: where it can't be, it stays a reaction like any other.
    pub(super) fn points_away(&self) -> Vec<Effect> {
        let mut draft = Draft::of(self);
        match self.takes_part().is_ok() && draft.redirect().is_ok() {
            true => draft.into_effects(),
            false => Vec::new(),
        }
    }

    /// A 🧭 that is taken back counts no more. What was moved meanwhile stays so.
    pub(super) fn points_no_more(&self) -> Vec<Effect> {
        let mut draft = Draft::of(self);
        draft.unflag();
        draft.into_effects()
    }

    /// What would be logged, and nothing else.
    fn rehearse(&self, wish: &Wish) -> Vec<Effect> {
        let mut draft = Draft::of(self);
        let notice = match draft.grant(wish) {
            Ok(()) => {
                draft.settle();
                Notice::Rehearsed(draft.logged())
            }
            Err(hindrance) => Notice::Refused(Refusal::Hindered(hindrance)),
        };
        vec![self.tell(notice)]
    }

    /// Whether the asker accepts what they were nominated for, where `!aceptar` could mean something else, too.
    pub(super) fn accepts_mandate(&self) -> bool {
        let mandates = self.theme.moderation.mandates().values();
        let mut mine = mandates.filter(|mandate| {
            let me = &self.said.speaker.member;
            mandate.is_nomination()
                && !mandate.agreed
                && self.known.persons.are_one(&mandate.who.member, me)
        });
        self.answered_proposal().is_none() && mine.next().is_some()
    }
}

impl Draft<'_> {
    fn grant(&mut self, wish: &Wish) -> Granted {
        match wish {
            Wish::Nominate(whom) => self.nominate(whom.as_ref()),
            Wish::Second(whom) => self.second(whom.as_ref()),
            Wish::Agree => self.agree(),
            Wish::Object(whom) => self.object(whom.as_ref()),
            Wish::Resign => self.resign(),
            Wish::Recall { whom, reason } => self.recall(whom.as_ref(), reason.as_ref()),
            Wish::Vote { vote, yes } => self.vote(*vote, *yes),
            Wish::Declare {
                organisation,
                official,
            } => self.declare(organisation.as_deref(), *official),
            Wish::Redirect => self.redirect(),
            Wish::Pause { minutes, reason } => self.pause(*minutes, reason.as_ref()),
            Wish::Approval { minutes, reason } => self.approval(*minutes, reason.as_ref()),
            Wish::Admit(whom) => self.admit(whom.as_ref()),
            Wish::TurnAway { whom, reason } => self.turn_away(whom.as_ref(), reason.as_ref()),
            Wish::Hide { reason } => self.hide(reason.as_ref()),
            Wish::Mute {
                whom,
                minutes,
                reason,
            } => self.mute(whom.as_ref(), *minutes, reason.as_ref()),
            Wish::Suspend {
                whom,
                minutes,
                reason,
                reach,
            } => self.suspend(whom.as_ref(), *minutes, reason.as_ref(), *reach),
            Wish::Explain { case, reason } => self.explain(*case, reason.as_ref()),
            Wish::Confirm(case) => self.confirm(*case),
            Wish::Lift(case) => self.lift(*case),
            Wish::Report { whom, reason } => self.report(whom.as_ref(), reason.as_ref()),
            Wish::Resolve { report, reason } => self.resolve(*report, reason.as_ref()),
            Wish::Appeal { case, text } => self.appeal(*case, text.as_deref()),
            Wish::Judge { case, reverse } => self.judge(*case, *reverse),
            Wish::Change { rule, value } => self.change(*rule, *value),
            // These do nothing, and so there is nothing to rehearse.
            Wish::Rules | Wish::Delegates | Wish::Rehearse(_) => Ok(()),
        }
    }

    /// Whom somebody means.
    fn person(&self, whom: Option<&Whom>) -> Result<Party, Hindrance> {
        let member = match whom {
            Some(Whom::Member(member)) => member.clone(),
            Some(Whom::Unknown(name)) => {
                let names = self.known.names;
                let bearer = names.bearer(name).filter(|_| !names.is_ambiguous(name));
                let bearer = bearer.cloned();
                bearer.ok_or_else(|| Hindrance::UnknownName(name.clone()))?
            }
            None => {
                let about = self.said().and_then(|said| said.about.as_ref());
                let about = about.ok_or(Hindrance::WhomAsked)?;
                let author = about.author.clone().ok_or(Hindrance::TheBridge)?;
                author.member
            }
        };
        match self.theme.seen.contains_key(&member) {
            true => Ok(self.party(member)),
            false => Err(Hindrance::NotSeen(self.name(&member))),
        }
    }

    /// Whom something is to be done about for this reason: nobody pays for another's name in it, nor for a message that
    /// somebody happened to answer.
    fn subject(&self, whom: Option<&Whom>, reason: Option<&Reason>) -> Result<Party, Hindrance> {
        let who = self.person(whom)?;
        let about = self.said().and_then(|said| said.about.as_ref());
        let answered = about.and_then(|about| about.author.as_ref());
        let other = match (whom, answered) {
            (Some(_), answered) => answered.map(|author| author.member.clone()),
            (None, _) => reason.and_then(|reason| self.named_first(&reason.text)),
        };
        let other = other.filter(|other| !self.known.persons.are_one(other, &who.member));
        other.map_or(Ok(who.clone()), |other| {
            Err(Hindrance::WhichOfTwo(
                self.name(&who.member),
                self.name(&other),
            ))
        })
    }

    /// Somebody whose name stands at the beginning of a text, without an `@`.
    fn named_first(&self, text: &str) -> Option<MemberId> {
        // A word may lead to the name: `a Beto`.
        let mut words = text.split_whitespace().take(2);
        let names = self.known.names;
        let found =
            words.find_map(|word| names.bearer(word.trim_matches(|c: char| !c.is_alphanumeric())));
        found.cloned()
    }

    /// Somebody who was seen here, or is a facilitator.
    fn party(&self, member: MemberId) -> Party {
        let seen = self.theme.seen.get(&member).map(|seen| seen.network);
        let facilitates = self.known.trusted.facilitators.get(&member);
        let network = seen.or(facilitates.copied());
        Party {
            network: network.unwrap_or(Network::WhatsApp),
            member,
        }
    }
}

impl Theme {
    /// How it is moderated.
    pub fn moderation(&self) -> &Moderation {
        &self.moderation
    }

    /// An entry of the log as people read it, with the names that they are known by now.
    pub fn logged(&self, entry: &Entry, known: &Known<'_>) -> Logged {
        shown::logged(self, &self.moderation, entry, known)
    }

    /// What falls due next in moderation.
    pub(super) fn moderation_due(&self) -> Option<Timestamp> {
        settle::deadlines(self).min()
    }

    /// What has fallen due.
    pub(super) fn settle(&self, now: Timestamp, known: &Known<'_>) -> Vec<Effect> {
        let mut draft = Draft::at(self, now, known);
        draft.settle();
        draft.bring();
        draft.into_effects()
    }

    /// What is done about what somebody says who must not write now; `None` if they may, or about what nobody is ever
    /// kept from: to support, to vote, to ask, and to take back their own words.
    pub(super) fn hold_back(&self, ask: &Ask<'_>) -> Option<Vec<Effect>> {
        let (now, said) = (ask.now, ask.said);
        let (persons, me) = (ask.known.persons, &said.speaker.member);
        if matches!(said.hearing, Hearing::TakeBack) {
            return None;
        }
        let out = self.moderation.suspended_until(now, persons, me).is_some();
        let muted = self.moderation.muted_until(now, persons, me);
        let hide = || {
            Effect::Enforce(Enforcement::Hide {
                message: said.message,
            })
        };
        match &said.hearing {
            Hearing::Command(Command::Moderate(wish), _) if wish.is_everybodys() => None,
            Hearing::Almost {
                heard,
                nearest,
                near,
                ..
            } if muted.is_some() || out && *near != Near::Other => {
                Some(ask.near_miss_alone(heard, nearest))
            }
            _ if !out && muted.is_none() => None,
            // What it says now stands in the group already, and can't be put back as it was.
            Hearing::Edit { .. } => Some(match &said.about {
                Some(about) => vec![Effect::Enforce(Enforcement::Hide {
                    message: about.message,
                })],
                None => Vec::new(),
            }),
            _ if out => Some(vec![hide()]),
            Hearing::React(_) | Hearing::Unreact(_) => None,
            Hearing::Command(command, _) if !writes(command) => None,
            Hearing::Command(..) => {
                let refusal = muted_for(muted.unwrap_or(now), now);
                Some(vec![hide(), ask.tell(Notice::Refused(refusal))])
            }
            Hearing::Talk | Hearing::Almost { .. } | Hearing::TakeBack => Some(vec![hide()]),
        }
    }

    fn rules(&self) -> Notice {
        Notice::Rules {
            theme: self.title.clone(),
            charter: self.moderation.charter().clone(),
        }
    }

    /// Who moderates, and what is open.
    fn bench(&self, now: Timestamp, known: &Known<'_>) -> Notice {
        let seats = self.moderation.delegates(now).map(|(_, mandate)| {
            let until = mandate.seated.map_or(now, |(_, until)| until);
            Seat {
                name: known.names.of(&mandate.who.member),
                days: u32::try_from((until.0 - now.0) / DAY + 1).unwrap_or_default(),
            }
        });
        // A talk that goes on elsewhere waits for nobody.
        let open =
            |case: &&Case| case.is_open() && !matches!(case.measure, Measure::Redirect { .. });
        let cases = self.moderation.cases().iter();
        let (entries, head) = self.moderation.log();
        Notice::Bench {
            theme: self.title.clone(),
            seats: seats.collect(),
            cases: cases
                .filter(|(_, case)| open(case))
                .map(|(number, _)| *number)
                .collect(),
            entries,
            head: head.to_string(),
        }
    }

    /// Takes over that somebody answered another.
    pub fn know_exchange(&mut self, who: &MemberId, other: &MemberId, at: Timestamp) {
        let pair = (who.clone(), other.clone());
        self.exchanges.retain(|_, last| at.0 - last.0 < DAY);
        let last = self.exchanges.entry(pair).or_insert(at);
        *last = at.max(*last);
    }

    /// Whom whoever says this answers by it.
    pub fn exchange_of(&self, said: &Said) -> Option<MemberId> {
        let talks = matches!(
            said.hearing,
            Hearing::Talk | Hearing::Command(Command::Propose { .. } | Command::Amend { .. }, _)
        );
        let author = said.about.as_ref()?.author.as_ref()?;
        (talks && author.member != said.speaker.member).then(|| author.member.clone())
    }
}

/// Whether a command writes something that others read as its author's words.
fn writes(command: &Command) -> bool {
    matches!(
        command,
        Command::Propose { .. }
            | Command::Amend { .. }
            | Command::Edit { .. }
            | Command::TakeName(_)
            | Command::DropName
            | Command::ComeBack
            // Whose accounts are one person's must not change what holds for them.
            | Command::Link(_)
            | Command::Unlink
    ) || matches!(command, Command::Moderate(wish) if wish.has_words())
}

fn muted_for(until: Timestamp, now: Timestamp) -> Refusal {
    let minutes = minutes_until(until, now);
    Refusal::Hindered(Hindrance::Muted { minutes })
}

fn minutes_until(until: Timestamp, now: Timestamp) -> u32 {
    u32::try_from((until.0 - now.0) / 60_000 + 1).unwrap_or(u32::MAX)
}

/// A day, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
