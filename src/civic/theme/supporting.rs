//! Supporting proposals, by a 👍 or by the command, and counting who does.

use super::asking::{Ask, Outcome, show_in_room};
use super::{Effect, Known, Leg, Record, Theme};
use crate::proposal::{Proposal, Support, is_thumb};
use crate::{MemberId, Notice, Party, Persons, ProposalRef, Refusal, Timestamp};

/// How many supporters are worth telling the groups of.
const MILESTONES: [usize; 8] = [3, 10, 25, 50, 100, 250, 500, 1000];

/// What points out that a message belongs elsewhere.
const COMPASS: &str = "🧭";

fn is_compass(emoji: &str) -> bool {
    emoji.starts_with(COMPASS)
}

/// Somebody's support that begins or ends.
type Turn = (Party, Support, bool);

impl Ask<'_> {
    /// A reaction to a proposal, or to anything else.
    pub(super) fn react(&self, emoji: Option<&str>) -> Vec<Effect> {
        // On Matrix another reaction stands beside it, on WhatsApp in its place.
        let beside = self.said.from == Leg::Room && emoji.is_some();
        let mut effects = match emoji.is_some_and(is_compass) {
            true => self.points_away(),
            false if beside => Vec::new(),
            false => self.points_no_more(),
        };
        effects.extend(self.thumb(emoji));
        effects
    }

    /// One of somebody's reactions is taken away; the others stand.
    pub(super) fn unreact(&self, emoji: &str) -> Vec<Effect> {
        match emoji {
            emoji if is_compass(emoji) => self.points_no_more(),
            emoji if is_thumb(emoji) => self.thumb(None),
            _ => Vec::new(),
        }
    }

    /// What a reaction does to the support of a proposal: on WhatsApp another emoji takes the place of the 👍.
    fn thumb(&self, emoji: Option<&str>) -> Vec<Effect> {
        let about = self.said.about.as_ref();
        let Some(proposal) = about.and_then(|about| self.theme.proposal_of(about.message)) else {
            return Vec::new();
        };
        let me = self.said.by();
        let stands = proposal.supporters().of(&me).contains(&Support::Reaction);
        // On Matrix another reaction stands beside the 👍, on WhatsApp in its place.
        let on = match emoji {
            Some(emoji) if is_thumb(emoji) => true,
            Some(_) if self.said.from == Leg::Room => return Vec::new(),
            Some(_) | None => false,
        };
        if on == stands {
            return Vec::new();
        }
        let outcome = match on {
            true => self.may_react().and_then(|()| self.takes_support(proposal)),
            false => Ok(()),
        };
        let turn = (me, Support::Reaction, on);
        self.answered(outcome.map(|()| self.turn(proposal, vec![turn])))
    }

    pub(super) fn support(&self, which: Option<&ProposalRef>) -> Outcome {
        let proposal = self.meant(which)?;
        self.takes_part()?;
        self.takes_support(proposal)?;
        let me = self.said.by();
        if !proposal.supporters().of(&me).is_empty() {
            return Err(Refusal::SupportedAlready(self.name_of(proposal)));
        }
        let effects = self.turn(proposal, vec![(me, Support::Command, true)]);
        let people = self.people_after(proposal, &effects);
        let reference = self.name_of(proposal);
        let told = self.tell(Notice::Supported { reference, people });
        Ok(effects.into_iter().chain([told]).collect())
    }

    pub(super) fn unsupport(&self, which: Option<&ProposalRef>) -> Outcome {
        let proposal = self.meant(which)?;
        self.takes_support(proposal)?;
        let reference = self.name_of(proposal);
        let persons = self.known.persons;
        let me = persons.canonical(&self.said.speaker.member);
        let mine = || {
            let all = proposal.supporters().iter();
            all.filter(|(party, _)| persons.canonical(&party.member) == me)
        };
        let by_command = mine().filter(|(_, ways)| ways.contains(&Support::Command));
        let turns: Vec<Turn> = by_command
            .map(|(party, _)| (party.clone(), Support::Command, false))
            .collect();
        let thumb = mine().any(|(_, ways)| ways.contains(&Support::Reaction));
        if turns.is_empty() {
            return Err(match thumb {
                true => Refusal::ThumbStands(reference),
                false => Refusal::NotSupported(reference),
            });
        }
        let mut effects = self.turn(proposal, turns);
        let people = self.people_after(proposal, &effects);
        effects.push(self.tell(match thumb {
            true => Notice::Refused(Refusal::ThumbStands(reference)),
            false => Notice::Unsupported { reference, people },
        }));
        Ok(effects)
    }

    /// In the room a 👍 stands for everybody to see, also that of whoever stays out: what is counted is what can be counted there.
    fn may_react(&self) -> Result<(), Refusal> {
        match self.said.from {
            Leg::Room => Ok(()),
            Leg::Group(_) | Leg::Direct(_) => self.takes_part(),
        }
    }

    fn takes_support(&self, proposal: &Proposal) -> Result<(), Refusal> {
        match proposal.status().takes_support() {
            true => Ok(()),
            false => Err(Refusal::Closed(self.name_of(proposal))),
        }
    }

    /// The records of what begins and ends, and what that makes of the count.
    fn turn(&self, proposal: &Proposal, turns: Vec<Turn>) -> Vec<Effect> {
        let number = proposal.number();
        let at = self.now;
        let records = turns.into_iter().map(|(by, how, on)| Record::Supported {
            number,
            by,
            how,
            on,
            at,
        });
        let mut effects: Vec<Effect> = records.map(Effect::Record).collect();
        let after = with(proposal, &effects);
        effects.extend(self.theme.count(self.now, self.known, &after));
        effects
    }

    fn people_after(&self, proposal: &Proposal, effects: &[Effect]) -> usize {
        let after = with(proposal, effects);
        after.supporters().counts(self.known.persons).people
    }
}

impl Theme {
    /// What is written down in public and no longer so, as after a stop in the wrong moment, is due to be written again.
    pub fn recount(&mut self, persons: &Persons) {
        for proposal in self.proposals.values_mut() {
            let counts = proposal.supporters().counts(persons);
            proposal.count_if_other(counts);
        }
    }

    pub(super) fn count_due(&self, now: Timestamp, known: &Known<'_>, number: u32) -> Vec<Effect> {
        let proposal = self.proposals.get(&number);
        proposal.map_or_else(Vec::new, |proposal| self.count(now, known, proposal))
    }

    /// Counts anew whatever one of these supports: who they are one person with has changed.
    pub(in crate::theme) fn count_again(
        &self,
        now: Timestamp,
        known: &Known<'_>,
        members: [&MemberId; 2],
    ) -> Vec<Effect> {
        let proposals = self.proposals.values();
        proposals
            .flat_map(|proposal| {
                let mut proposal = proposal.clone();
                proposal.count_again(members);
                self.count(now, known, &proposal)
            })
            .collect()
    }

    /// Writes the count of a proposal whose support has changed, if it is time: once a minute, and at once where it is
    /// worth telling.
    fn count(&self, now: Timestamp, known: &Known<'_>, proposal: &Proposal) -> Vec<Effect> {
        let Some(due) = proposal.count_due() else {
            return Vec::new();
        };
        let counts = proposal.supporters().counts(known.persons);
        let reached = MILESTONES
            .iter()
            .any(|milestone| (proposal.peak() + 1..=counts.people).contains(milestone));
        if due > now && !reached {
            return Vec::new();
        }
        let number = proposal.number();
        let count = Effect::Count {
            proposal: number,
            counts,
        };
        let written = proposal.written().map(|(_, counts)| counts);
        let shown = match reached {
            true => self
                .legs()
                .map(|to| Effect::Card {
                    proposal: number,
                    to,
                })
                .collect(),
            false if written == Some(counts) => Vec::new(),
            false => vec![show_in_room(number)],
        };
        std::iter::once(count).chain(shown).collect()
    }
}

/// A proposal as it is after these effects.
fn with(proposal: &Proposal, effects: &[Effect]) -> Proposal {
    let mut after = proposal.clone();
    for effect in effects {
        if let Effect::Record(Record::Supported { by, how, on, .. }) = effect {
            after.support(by, *how, *on);
        }
    }
    after
}
