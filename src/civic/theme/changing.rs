//! Authors who give their proposals other words, or take them back.

use super::asking::{Ask, Outcome};
use super::proposing::{LONGEST_TEXT, titled};
use super::{Effect, Hearing, Leg, Record};
use crate::name::looks;
use crate::proposal::Proposal;
use crate::{Command, Notice, ProposalRef, Refusal};

impl Ask<'_> {
    pub(super) fn edit(
        &self,
        which: Option<&ProposalRef>,
        title: Option<&str>,
        text: Option<&str>,
    ) -> Outcome {
        let proposal = self.meant(which)?;
        self.takes_part()?;
        self.is_mine(proposal)?;
        self.takes_changes(proposal)?;
        let reference = self.name_of(proposal);
        if title.is_none() && text.is_none() {
            return Err(Refusal::TextAsked(reference));
        }
        let title = title.unwrap_or(proposal.title());
        let revised = self.revise(proposal, title, text.unwrap_or(proposal.text()), None)?;
        let Some(mut effects) = revised else {
            return Err(Refusal::NothingNew(reference));
        };
        effects.extend(self.told_in_room(Notice::Revised(reference)));
        Ok(effects)
    }

    /// The message that holds a proposal's words was changed by its author: so is the proposal.
    pub(super) fn edit_root(&self, text: &str, hearing: &Hearing) -> Vec<Effect> {
        let Some(proposal) = self.own_root() else {
            return Vec::new();
        };
        let (title, text) = match hearing {
            Hearing::Command(Command::Propose { title, text }, _) => {
                (title.as_deref(), text.as_deref())
            }
            Hearing::Talk => (None, Some(without_title(text, proposal.title()))),
            _ => return Vec::new(),
        };
        let title = title.unwrap_or(proposal.title());
        let text = text.filter(|text| !text.is_empty());
        let takes = self
            .takes_part()
            .and_then(|()| self.takes_changes(proposal));
        let revise = || self.revise(proposal, title, text.unwrap_or(proposal.text()), None);
        self.answered(takes.and_then(|()| Ok(revise()?.unwrap_or_default())))
    }

    pub(super) fn withdraw(&self, which: Option<&ProposalRef>) -> Outcome {
        let proposal = self.meant(which)?;
        self.is_mine(proposal)?;
        if proposal.status().withdrawn().is_none() {
            return Err(Refusal::Closed(self.name_of(proposal)));
        }
        let mut effects = self.withdrawn(proposal, false);
        effects.extend(self.told_in_room(Notice::Withdrawn(self.name_of(proposal))));
        Ok(effects)
    }

    /// The message that holds a proposal's words was deleted by its author: none of them remain.
    pub(super) fn delete_root(&self) -> Vec<Effect> {
        let proposal = self.own_root().filter(|proposal| !proposal.is_erased());
        proposal.map_or_else(Vec::new, |proposal| self.withdrawn(proposal, true))
    }

    /// The proposal whose words are those of the message that is changed or deleted, if that is done by their author.
    fn own_root(&self) -> Option<&Proposal> {
        let about = self.said.about.as_ref()?;
        let me = self.said.by();
        let found = self.theme.proposal_of(about.message)?;
        let own = about.author.as_ref() == Some(&me) && found.authors().contains(&me);
        (own && found.is_held_by(about.message)).then_some(found)
    }

    /// The record of new words, and the cards with them; `None` if they are what they were.
    pub(super) fn revise(
        &self,
        proposal: &Proposal,
        title: &str,
        text: &str,
        amendment: Option<u32>,
    ) -> Result<Option<Vec<Effect>>, Refusal> {
        let (title, text) = titled(title, text);
        if text.chars().count() > LONGEST_TEXT {
            return Err(Refusal::TooLong { most: LONGEST_TEXT });
        }
        if title == proposal.title() && text == proposal.text() {
            return Ok(None);
        }
        let number = proposal.number();
        let record = Effect::Record(Record::Revised {
            number,
            revision: proposal.revision() + 1,
            title,
            text,
            by: self.said.by(),
            amendment,
            at: self.now,
        });
        let shown = self.show_everywhere(number);
        Ok(Some(std::iter::once(record).chain(shown).collect()))
    }

    fn withdrawn(&self, proposal: &Proposal, erased: bool) -> Vec<Effect> {
        let number = proposal.number();
        let record = Effect::Record(Record::Withdrawn {
            number,
            by: self.said.by(),
            erased,
            at: self.now,
        });
        let counted = proposal.count_due().map(|_| Effect::Count {
            proposal: number,
            counts: proposal.supporters().counts(self.known.persons),
        });
        let shown = self.show_everywhere(number);
        std::iter::once(record)
            .chain(counted)
            .chain(shown)
            .collect()
    }

    pub(super) fn is_mine(&self, proposal: &Proposal) -> Result<(), Refusal> {
        match proposal.is_by(self.known.persons, &self.said.by()) {
            true => Ok(()),
            false => Err(Refusal::NotYours(self.name_of(proposal))),
        }
    }

    pub(super) fn takes_changes(&self, proposal: &Proposal) -> Result<(), Refusal> {
        match proposal.status().takes_changes() {
            _ if proposal.held().is_some() => Err(Refusal::HeldBack(self.name_of(proposal))),
            true => Ok(()),
            false => Err(Refusal::Closed(self.name_of(proposal))),
        }
    }

    /// An answer for the room, where a card changes in silence; in a group the new card says it.
    pub(super) fn told_in_room(&self, notice: Notice) -> Option<Effect> {
        (self.said.from == Leg::Room).then(|| self.tell(notice))
    }
}

/// The text below its title, if it begins with it.
fn without_title<'a>(text: &'a str, title: &str) -> &'a str {
    match text.trim().split_once('\n') {
        Some((first, below)) if looks(first) == looks(title) => below.trim(),
        _ => text.trim(),
    }
}
