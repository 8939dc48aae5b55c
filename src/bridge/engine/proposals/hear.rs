//! What somebody said or did, as their theme hears it: with what it is about.

use civic::moderation::Wish;
use civic::{
    About, Command, Effect, Hearing, Leg, LinkCode, MemberId, MessageId, Network, Party, Record,
    Said, Speaker, Theme, Timestamp,
};
use vault::{Batch, VaultError};

use crate::engine::entries::{Did, Incoming, Link, Talk, leg, leg_key};
use crate::engine::{Engine, Seat, lock};

impl Engine {
    /// Takes over who says something, and gives what it means. None: the notebook holds what no version wrote.
    pub(in crate::engine) fn said(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        (incoming, talk): (&Incoming, &Talk),
    ) -> Result<Option<Said>, VaultError> {
        let (Ok(member), Some(from)) = (talk.member.parse(), leg(&talk.from)) else {
            return Ok(None);
        };
        let mut about = self.about(seat, talk)?;
        let hear = match from.is_direct() {
            true => language::hear_alone,
            false => language::hear,
        };
        let hearing = match &talk.did {
            Did::Say { words, .. } => match hear(&words.text) {
                Hearing::Command(Command::Moderate(_), _) | Hearing::Almost { .. }
                    if words.html.is_some() =>
                {
                    hear(&self.said_by_ids(seat, words))
                }
                hearing => hearing,
            },
            Did::Edit { words, .. } => Hearing::Edit {
                text: words.text.clone(),
                hearing: Box::new(language::hear(&words.text)),
            },
            Did::React { emoji, .. } => Hearing::React(emoji.clone()),
            Did::TakeBack { .. } => match about.take() {
                Some((link, _)) if link.reacts_to.is_some() => {
                    about = match &link.reacts_to {
                        Some(to) => self.found(to)?,
                        None => None,
                    };
                    Hearing::Unreact(link.text)
                }
                found => {
                    about = found;
                    Hearing::TakeBack
                }
            },
        };
        // A command is nobody's talk: it can be hidden and reported, and changed by whoever wrote it.
        about = about.filter(|(link, _)| !link.command || concerns_commands(&hearing));
        let mut people = lock(&self.people);
        let mut hearing = hearing;
        if member == *people.organisers() {
            // The bridge is called what it is called, proposes nothing and supports nothing.
            about = about.filter(|_| hearing == Hearing::TakeBack);
            if let Hearing::Command(command, _) = &mut hearing {
                *command = Command::Help(None);
            }
        } else {
            let (name, account) = (talk.own_name.as_deref(), talk.user_id.as_deref());
            people.meet(&self.notebook, batch, &member, name, account);
        }
        let choice = people.choice(&member);
        Ok(Some(Said {
            from,
            speaker: Speaker {
                member,
                own_name: talk.own_name.clone(),
                choice,
            },
            message: self
                .notebook
                .message_name(seat.slug().as_str(), &talk.from, &talk.message)
                .into(),
            at: Timestamp(talk.at),
            about: about.map(|(_, about)| about),
            hearing,
            code: self.code(&incoming.source),
        }))
    }

    /// The message that this is about. What only its author may do to it finds it only if they are.
    fn about(&self, seat: &Seat, talk: &Talk) -> Result<Option<(Link, About)>, VaultError> {
        let spot = match &talk.did {
            Did::Say { answers, .. } => answers.as_ref().map(|answers| &answers.to),
            Did::Edit { of, .. } | Did::TakeBack { of } => Some(of),
            Did::React { to, .. } => Some(to),
        };
        let Some(spot) = spot else {
            return Ok(None);
        };
        let of = talk.privately.as_ref().and_then(|alone| alone.of.as_ref());
        let leg = of.unwrap_or(&talk.from);
        let known = self.notebook.link_of(seat.slug().as_str(), leg, spot)?;
        let known = match (&talk.did, known) {
            (Did::Say { answers, .. }, None) => self.debate_into(seat, answers.as_ref())?,
            (_, known) => known,
        };
        let Some(name) = known else {
            return Ok(None);
        };
        let found = self.found(&name)?;
        let own = matches!(talk.did, Did::Edit { .. });
        Ok(found.filter(|(link, _)| {
            let by_author = link.member == talk.member && link.leg == talk.from;
            !own || by_author && !self.too_late(talk, link)
        }))
    }

    fn found(&self, name: &[u8]) -> Result<Option<(Link, About)>, VaultError> {
        let Some(link) = self.notebook.link(name)? else {
            return Ok(None);
        };
        if let Some(original) = &link.copy_of {
            let thread = link.thread.as_deref().and_then(message_id);
            let found = self.found(original)?;
            return Ok(found.map(|(link, about)| (link, About { thread, ..about })));
        }
        let Some(message) = message_id(name) else {
            return Ok(None);
        };
        let network = match link.leg == leg_key(&Leg::Room) {
            true => Network::Matrix,
            false => Network::WhatsApp,
        };
        let author: Option<MemberId> = link.member.parse().ok();
        // Nobody makes something public of the words of whoever stays out, nor of what is kept nowhere.
        let stays_out = author
            .as_ref()
            .is_some_and(|author| !lock(&self.people).choice(author).carried);
        let author = author.filter(|_| !stays_out && !link.erased);
        let about = About {
            message,
            thread: link.thread.as_deref().and_then(message_id),
            answers: link.answers,
            author: author.map(|member| Party { member, network }),
            text: Some(link.text.clone()).filter(|_| !link.in_place && !stays_out && !link.hidden),
        };
        Ok(Some((link, about)))
    }

    /// A card's name is known before it is shown, so that whatever is said about it then is about its proposal.
    pub(in crate::engine) fn know_cards(&self, theme: &mut Theme, effects: &[Effect]) {
        for effect in effects {
            self.know_pointer(theme, effect);
            if let Effect::Record(Record::Proposed { number, .. }) = effect {
                let of = theme.reference(*number);
                theme.know_card(*number, super::lay::card_name(&self.notebook, &of).into());
            }
        }
    }

    /// Always the same for the same source, and nobody can guess it.
    fn code(&self, source: &[u8; 32]) -> LinkCode {
        let id = self.key.id("link code", &[source]);
        let entropy = id.first_chunk::<8>().copied().unwrap_or_default();
        LinkCode::from_entropy(u64::from_be_bytes(entropy))
    }

    /// The thread in which an answer to this message stands, if that is a proposal's: the message that begins it.
    pub(in crate::engine) fn thread_of_proposal(
        &self,
        seat: &Seat,
        message: &[u8],
    ) -> Option<Vec<u8>> {
        let message = message_id(message)?;
        let theme = lock(&seat.theme);
        let proposal = theme.proposal_of(message)?;
        let root = super::lay::root_name(proposal.root());
        let of = super::stored::reference(&seat.definition.code, proposal.number());
        Some(root.unwrap_or_else(|| super::lay::card_name(&self.notebook, &of).to_vec()))
    }
}

fn message_id(name: &[u8]) -> Option<MessageId> {
    Some(MessageId::from(<[u8; 16]>::try_from(name).ok()?))
}

/// Whether this does something about a command, which is nobody's talk: what moves it elsewhere does not.
fn concerns_commands(hearing: &Hearing) -> bool {
    match hearing {
        Hearing::Command(Command::Moderate(wish), _) => !moves(wish),
        hearing => matches!(hearing, Hearing::Edit { .. }),
    }
}

fn moves(wish: &Wish) -> bool {
    match wish {
        Wish::Rehearse(wish) => moves(wish),
        wish => matches!(wish, Wish::Redirect),
    }
}
