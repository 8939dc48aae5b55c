//! What somebody asks for, by a command or by a natural act, and how it is answered.

use super::{Effect, Known, Leg, Said, Theme};
use crate::moderation::Wish;
use crate::proposal::Proposal;
use crate::{Command, Language, Notice, ProposalRef, Refusal, Timestamp};

/// What is done about a wish, or why it is not.
pub(super) type Outcome = Result<Vec<Effect>, Refusal>;

/// A wish, with all that an answer to it needs.
pub(super) struct Ask<'a> {
    pub(super) theme: &'a Theme,
    pub(super) now: Timestamp,
    pub(super) known: &'a Known<'a>,
    pub(super) said: &'a Said,
    /// In which language it was asked; `None` for what is done without words.
    pub(super) language: Option<Language>,
}

impl<'a> Ask<'a> {
    pub(super) fn obey(&self, command: &Command) -> Vec<Effect> {
        let outcome = match command {
            Command::TakeName(wish) => Ok(self.take_name(wish.as_deref())),
            Command::DropName => Ok(self.drop_name()),
            Command::StayOut => Ok(self.be_carried(false)),
            Command::ComeBack => Ok(self.be_carried(true)),
            Command::Help(topic) => Ok(vec![self.tell(Notice::Help(*topic))]),
            Command::Propose { title, text } => self.propose(title.as_deref(), text.as_deref()),
            Command::Moderate(wish) => return self.moderate(wish),
            Command::Accept(None) if self.accepts_mandate() => {
                return self.moderate(&Wish::Agree);
            }
            Command::Support(which) => self.support(which.as_ref()),
            Command::Unsupport(which) => self.unsupport(which.as_ref()),
            Command::List { page } => Ok(self.list(*page)),
            Command::Show(which) => self.show(which.as_ref()),
            Command::Amend { of, change } => self.amend(of.as_ref(), change.as_ref()),
            Command::Accept(which) => self.accept(*which),
            Command::Decline(which) => self.decline(*which),
            Command::Promote(which) => self.promote(*which),
            Command::Edit { of, title, text } => {
                self.edit(of.as_ref(), title.as_deref(), text.as_deref())
            }
            Command::Withdraw(which) => self.withdraw(which.as_ref()),
            Command::Numbers => Ok(self.say_numbers()),
            Command::Link(step) => self.link(*step),
            Command::Unlink => self.unlink(),
            Command::Facilitate(code) => return self.hide_code(code.as_deref()),
        };
        self.answered(outcome)
    }

    /// What is done, or the kind sentence that says why not.
    pub(super) fn answered(&self, outcome: Outcome) -> Vec<Effect> {
        outcome.unwrap_or_else(|refusal| vec![self.tell(Notice::Refused(refusal))])
    }

    /// An answer where it was asked.
    pub(super) fn tell(&self, notice: Notice) -> Effect {
        Effect::Answer {
            notice,
            language: self.language,
        }
    }

    /// What is almost a command is answered with the nearest.
    pub(super) fn near_miss(&self, heard: &str, nearest: &str) -> Vec<Effect> {
        vec![self.tell(Notice::NearMiss {
            heard: heard.to_owned(),
            nearest: nearest.to_owned(),
            hidden: false,
        })]
    }

    /// Whoever stays out, or writes where nothing is public yet, changes nothing that is public.
    pub(super) fn takes_part(&self) -> Result<(), Refusal> {
        if !self.said.speaker.choice.carried {
            return Err(Refusal::StaysOut);
        }
        match self.said.from.is_direct() || self.theme.is_open(&self.said.from) {
            true => Ok(()),
            false => Err(Refusal::NotOpenYet),
        }
    }

    /// The proposal that is meant: the one that is named, or else the one that is answered.
    pub(super) fn meant(&self, named: Option<&ProposalRef>) -> Result<&'a Proposal, Refusal> {
        let Some(named) = named else {
            return self.answered_proposal().ok_or(Refusal::WhichProposal);
        };
        if named.code == self.theme.code {
            let found = self.theme.proposals.get(&named.number);
            return found.ok_or_else(|| Refusal::NoSuchProposal(named.clone()));
        }
        match self.theme.neighbours.get(&named.code) {
            Some(theme) => Err(Refusal::OtherTheme {
                reference: named.clone(),
                theme: theme.clone(),
            }),
            None => Err(Refusal::NoSuchProposal(named.clone())),
        }
    }

    /// The proposal that the message answers, or in whose thread it stands.
    pub(super) fn answered_proposal(&self) -> Option<&'a Proposal> {
        let about = self.said.about.as_ref()?;
        let found = self.theme.proposal_of(about.message);
        found.or_else(|| self.theme.proposal_of(about.thread?))
    }

    /// What people call a proposal.
    pub(super) fn name_of(&self, proposal: &Proposal) -> ProposalRef {
        self.theme.reference(proposal.number())
    }

    /// Shows a proposal's card in the room and anew in every group.
    pub(super) fn show_everywhere(&self, proposal: u32) -> impl Iterator<Item = Effect> {
        self.theme
            .legs()
            .map(move |to| Effect::Card { proposal, to })
    }
}

/// Brings a proposal's card in the room up to date.
pub(super) fn show_in_room(proposal: u32) -> Effect {
    Effect::Card {
        proposal,
        to: Leg::Room,
    }
}
