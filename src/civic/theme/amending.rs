//! Changes that others propose to a proposal, and what its authors decide.

use std::collections::BTreeSet;

use super::asking::{Ask, Outcome, show_in_room};
use super::proposing::{LONGEST_TEXT, beginning, titled};
use super::{Effect, Leg, Record, Theme};
use crate::proposal::{Amendment, Change, Decision, Misfit, Proposal, Root};
use crate::{Notice, ProposalRef, Refusal};

/// As many people turn a declined amendment into a proposal of its own.
pub(super) const BACKERS: usize = 3;
/// How much of the new words goes into the title of such a proposal, and how much of the old title, in characters.
const PART_OF_TITLE: usize = 58;

impl Ask<'_> {
    pub(super) fn amend(&self, which: Option<&ProposalRef>, change: Option<&Change>) -> Outcome {
        let proposal = self.meant(which)?;
        self.takes_part()?;
        self.takes_changes(proposal)?;
        let reference = self.name_of(proposal);
        let change = change.ok_or_else(|| Refusal::ChangeAsked(reference.clone()))?;
        self.made(proposal, change)?;
        let amendment = self.theme.last_amendment + 1;
        let record = Record::Amended {
            amendment,
            number: proposal.number(),
            change: change.clone(),
            source: Some(self.said.message),
            by: self.said.by(),
            at: self.now,
        };
        let notice = Notice::Amended {
            amendment,
            reference,
            by: self.known.names.of(&self.said.speaker.member),
        };
        let mut effects = self.theme.carry(&self.said.from);
        effects.push(Effect::Record(record));
        effects.extend(self.tell_all(&notice));
        effects.push(show_in_room(proposal.number()));
        Ok(effects)
    }

    pub(super) fn accept(&self, which: Option<u32>) -> Outcome {
        let (amendment, proposal, change) = self.to_decide(which)?;
        let text = self.made(proposal, change)?;
        let reference = self.name_of(proposal);
        let mut effects = vec![self.decided(amendment, true)];
        let revised = self.revise(proposal, proposal.title(), &text, Some(amendment))?;
        effects.extend(revised.unwrap_or_else(|| vec![show_in_room(proposal.number())]));
        let notice = Notice::AmendmentAccepted {
            amendment,
            reference,
        };
        effects.extend(self.tell_all(&notice));
        Ok(effects)
    }

    pub(super) fn decline(&self, which: Option<u32>) -> Outcome {
        let (amendment, proposal, _) = self.to_decide(which)?;
        let notice = Notice::AmendmentDeclined {
            amendment,
            reference: self.name_of(proposal),
        };
        let mut effects = vec![self.decided(amendment, false)];
        effects.extend(self.tell_all(&notice));
        effects.push(show_in_room(proposal.number()));
        Ok(effects)
    }

    pub(super) fn promote(&self, which: Option<u32>) -> Outcome {
        let number = which.ok_or(Refusal::WhichAmendment)?;
        let (proposal, amendment) = self.amendment(number)?;
        self.takes_part()?;
        match (amendment.decision(), amendment.promoted_to()) {
            (Decision::Pending, _) => return Err(Refusal::NotDeclined(number)),
            (Decision::Accepted, _) => return Err(Refusal::DecidedAlready(number)),
            (Decision::Declined, Some(before)) => {
                return Err(Refusal::ProposedAlready(self.theme.reference(before)));
            }
            (Decision::Declined, None) => {}
        }
        let me = self.said.by();
        let persons = self.known.persons;
        let backers = amendment.backers().iter().chain([&me]);
        let backers: BTreeSet<_> = backers
            .map(|party| persons.canonical(&party.member))
            .collect();
        let mine = persons.canonical(&me.member);
        let mut before = amendment.backers().iter();
        if before.any(|party| persons.canonical(&party.member) == mine) {
            return Err(Refusal::BackedAlready(number));
        }
        let people = backers.len();
        let mut effects = vec![Effect::Record(Record::Backed {
            amendment: number,
            by: me.clone(),
            at: self.now,
        })];
        if people < BACKERS {
            effects.push(self.tell(Notice::Backed {
                amendment: number,
                people,
                needed: BACKERS,
            }));
        } else {
            effects.extend(self.promoted(number, proposal, amendment));
        }
        Ok(effects)
    }

    /// The proposal that an amendment becomes: the text as it would be with it.
    fn promoted(&self, amended: u32, origin: &Proposal, amendment: &Amendment) -> Vec<Effect> {
        let words = amendment.change().words();
        let whole = amendment.change().made_in(origin.text());
        let whole = whole
            .ok()
            .filter(|text| text.chars().count() <= LONGEST_TEXT);
        let part = |text: &str| beginning(text, PART_OF_TITLE);
        let line = words.lines().next().unwrap_or_default();
        let title = format!("{} · {}", part(origin.title()), part(line));
        let (title, text) = titled(&title, whole.as_deref().unwrap_or(words));
        let number = self.theme.next_number();
        let record = Effect::Record(Record::Proposed {
            number,
            title,
            text,
            authors: vec![amendment.by().clone()],
            root: Root::Card,
            source: None,
            promoted_from: Some(amended),
            at: self.now,
        });
        let shown = self.show_everywhere(number);
        std::iter::once(record).chain(shown).collect()
    }

    /// The text with a change made in it.
    fn made(&self, proposal: &Proposal, change: &Change) -> Result<String, Refusal> {
        let text = change.made_in(proposal.text()).map_err(|misfit| {
            let reference = self.name_of(proposal);
            match misfit {
                Misfit::Gone => Refusal::PassageGone(reference),
                Misfit::Doubled => Refusal::PassageDoubled(reference),
            }
        })?;
        match text.chars().count() > LONGEST_TEXT {
            true => Err(Refusal::TooLong { most: LONGEST_TEXT }),
            false => Ok(text),
        }
    }

    /// The amendment to decide on, which is the asker's to do: the one that is named, or the only one that is open.
    fn to_decide(&self, which: Option<u32>) -> Result<(u32, &Proposal, &Change), Refusal> {
        let only = || {
            let mut open = self.answered_proposal()?.open_amendments();
            open.next()
                .filter(|_| open.next().is_none())
                .map(|(number, _)| number)
        };
        let number = which.or_else(only).ok_or(Refusal::WhichAmendment)?;
        let (proposal, amendment) = self.amendment(number)?;
        self.takes_part()?;
        self.is_mine(proposal)?;
        if amendment.decision() != Decision::Pending {
            return Err(Refusal::DecidedAlready(number));
        }
        self.takes_changes(proposal)?;
        Ok((number, proposal, amendment.change()))
    }

    fn amendment(&self, number: u32) -> Result<(&Proposal, &Amendment), Refusal> {
        let found = self.theme.amendment(number);
        match found.ok_or(Refusal::NoSuchAmendment(number))? {
            (proposal, _) if proposal.held().is_some() => {
                Err(Refusal::HeldBack(self.name_of(proposal)))
            }
            (_, amendment) if self.theme.hides(amendment) => Err(Refusal::AmendmentHidden(number)),
            found => Ok(found),
        }
    }

    fn decided(&self, amendment: u32, accepted: bool) -> Effect {
        Effect::Record(Record::Decided {
            amendment,
            accepted,
            by: self.said.by(),
            at: self.now,
        })
    }

    /// Something for everybody; where it was asked, in the asker's language.
    fn tell_all(&self, notice: &Notice) -> impl Iterator<Item = Effect> {
        let tell = |to: Leg| match to == self.said.from {
            true => self.tell(notice.clone()),
            false => Effect::Tell {
                to,
                notice: notice.clone(),
                language: None,
            },
        };
        self.theme.legs().map(tell)
    }
}

impl Theme {
    /// An amendment by its number in the theme, and the proposal that it would change.
    pub fn amendment(&self, number: u32) -> Option<(&Proposal, &Amendment)> {
        let mut proposals = self.proposals.values();
        proposals.find_map(|proposal| Some((proposal, proposal.amendments().get(&number)?)))
    }
}
