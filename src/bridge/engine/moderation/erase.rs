//! What the law forbids: taken out on every leg, and out of the notebook.

use civic::{Leg, MessageId, Network, Party, ProposalRef, ThemeSlug};
use ruma::{EventId, MatrixToUri, matrix_uri::MatrixId};
use vault::{Batch, VaultError};

use crate::clock;
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Dead, Did, Incoming, Kept, Outgoing, Spot, leg_key};
use crate::engine::groups::GroupError;
use crate::engine::proposals::{empty_texts, reference};
use crate::engine::{Bridge, Engine, Seat, lock};

/// Why a message could not be taken out. Displays what to do.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// It names no message.
    #[error(
        "\"{0}\" is no message: give its matrix.to link (share it from the room), or its event id, which begins with $."
    )]
    NoMessage(String),
    /// Nobody is told why.
    #[error("Say why, in a few words: everybody reads it in the log.")]
    NoReason,
    /// It was never carried.
    #[error(
        "The bridge knows no such message in this theme. What it never carried stands in the room alone: whoever has the power there redacts it."
    )]
    Unknown,
    /// The plan has no such theme.
    #[error(transparent)]
    Theme(#[from] GroupError),
    /// The notebook failed.
    #[error(transparent)]
    Notebook(#[from] VaultError),
}

impl Bridge {
    /// Takes a message out of a theme that the law forbids, on all legs and for good. Everybody reads so in the log.
    ///
    /// # Errors
    /// [`EraseError`].
    pub async fn remove(&self, theme: &str, message: &str, reason: &str) -> Result<(), EraseError> {
        self.engine.outlaw(theme, message, reason).await
    }
}

impl Engine {
    async fn outlaw(&self, theme: &str, message: &str, reason: &str) -> Result<(), EraseError> {
        let slug = self.theme_called(theme)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(EraseError::NoReason);
        }
        let event = event_named(message).ok_or_else(|| EraseError::NoMessage(message.into()))?;
        let (name, author) = self.carried_as(&slug, &event)?.ok_or(EraseError::Unknown)?;
        let what = Kept::Outlawed {
            message: name.to_string(),
            author: author.member.to_string(),
            on_matrix: author.network == Network::Matrix,
            reason: whatsapp::redact_log(reason).into_owned(),
            by: lock(&self.people).organisers().to_string(),
        };
        let source = self.source(&[b"outlawed", name.as_bytes()]);
        Ok(self.tell_theme(&slug, source, what, clock::now()).await?)
    }

    /// The link of a message in a theme's room, or one that it replaced, and who wrote it.
    fn carried_as(
        &self,
        theme: &ThemeSlug,
        event: &EventId,
    ) -> Result<Option<(MessageId, Party)>, VaultError> {
        let here = leg_key(&Leg::Room);
        let rooms = self.rooms.iter().filter(|(_, of)| *of == theme);
        for (room, _) in rooms {
            let spot = Spot::event(room, event.as_str());
            let Some(mut name) = self.notebook.link_of(theme.as_str(), &here, &spot)? else {
                continue;
            };
            // What says a message again in debate libre is that message.
            let said_again = self.notebook.link(&name)?.and_then(|link| link.copy_of);
            if let Some(original) = said_again {
                name = original;
            }
            let (Some(link), Ok(id)) = (self.notebook.link(&name)?, <[u8; 16]>::try_from(&*name))
            else {
                continue;
            };
            let network = match link.leg == here {
                true => Network::Matrix,
                false => Network::WhatsApp,
            };
            if let Ok(member) = link.member.parse() {
                let author = Party { member, network };
                return Ok(Some((MessageId::from(id), author)));
            }
        }
        Ok(None)
    }
}

/// The event that a link or an id names.
fn event_named(text: &str) -> Option<ruma::OwnedEventId> {
    let text = text.trim();
    if let Ok(id) = EventId::parse(text) {
        return Some(id);
    }
    match MatrixToUri::parse(text).ok()?.id() {
        MatrixId::Event(_, event) => Some(event.clone()),
        _ => None,
    }
}

impl Layout<'_> {
    /// Every copy of a message goes, and what the notebook has of it: its words, what waits to be sent or to be handled, and what
    /// was put aside.
    pub(super) fn erase_message(&mut self, message: MessageId) -> Result<(), VaultError> {
        let name = message.as_bytes().to_vec();
        let copy = self.copy_name(&name).to_vec();
        for (name, is_copy) in [(&name, false), (&copy, true)] {
            let Some(mut link) = self.engine.notebook.link(name)? else {
                continue;
            };
            if is_copy {
                let of = copy.clone();
                self.wherever_told(&link, &Act::Hide { of });
            }
            link.text.clear();
            link.hidden = true;
            link.erased = true;
            self.keep_as(name, &link);
            self.drop_what_waits(name, &link.spot)?;
        }
        self.empty_proposals(message)?;
        self.empty_amendments(message)?;
        let act = Act::Hide { of: name };
        self.send(&Leg::Room, act.clone(), None, None);
        self.in_groups(&act);
        Ok(())
    }

    fn drop_what_waits(&mut self, name: &[u8], spot: &Spot) -> Result<(), VaultError> {
        let (engine, seat) = (self.engine.clone(), self.seat.clone());
        let notebook = &engine.notebook;
        for leg in self.everywhere() {
            let lane = engine.lane(&seat, &leg);
            for (key, mut entry) in notebook.outbox(lane.prefix, &[], usize::MAX)? {
                if tells(&entry, name) {
                    notebook.done(self.batch, &key);
                } else if entry.act.answered().is_some_and(|asked| asked.forget(spot)) {
                    notebook.send_instead(self.batch, &key, &entry);
                }
            }
        }
        for (key, incoming) in notebook.inbox(seat.slug(), usize::MAX)? {
            if is_of(&incoming, spot) {
                notebook.take_out(self.batch, &key);
            }
        }
        drop_letters(&engine, &seat, self.batch, (name, spot))
    }
}

impl Layout<'_> {
    /// Wherever something waits to be said.
    fn everywhere(&self) -> Vec<Leg> {
        let alone = [Network::WhatsApp, Network::Matrix].map(Leg::Direct);
        let legs = std::iter::once(Leg::Room).chain(self.groups());
        legs.chain(alone).collect()
    }

    /// What waits to be written of the proposals whose words a message holds is written without them.
    fn empty_proposals(&mut self, message: MessageId) -> Result<(), VaultError> {
        let Some(theme) = self.theme else {
            return Ok(());
        };
        let held = theme.proposals().values();
        let held = held.filter(|proposal| proposal.is_held_by(message));
        let held: Vec<u32> = held.map(civic::Proposal::number).collect();
        let (engine, seat) = (self.engine.clone(), self.seat.clone());
        let notebook = &engine.notebook;
        for leg in self.everywhere() {
            let lane = engine.lane(&seat, &leg);
            for (key, mut entry) in notebook.outbox(lane.prefix, &[], usize::MAX)? {
                for number in &held {
                    let of = theme.reference(*number);
                    if empties(&mut entry.act, &of, || engine.card_text(theme, *number)) {
                        notebook.send_instead(self.batch, &key, &entry);
                    }
                }
            }
        }
        Ok(())
    }

    /// The amendments whose words a message holds go with them: out of their records, and out of what waits to be written.
    fn empty_amendments(&mut self, message: MessageId) -> Result<(), VaultError> {
        let (engine, seat) = (self.engine.clone(), self.seat.clone());
        let notebook = &engine.notebook;
        let amended = lock(&seat.theme).amended_by(message);
        for (amendment, number) in amended {
            let of = reference(&seat.definition.code, number);
            notebook.change_records(self.batch, seat.slug(), |stored| {
                stored.empty_amendment(&of, amendment)
            })?;
            let lane = engine.lane(&seat, &Leg::Room);
            for (key, mut entry) in notebook.outbox(lane.prefix, &[], usize::MAX)? {
                if let Act::Write { stored, .. } = &mut entry.act
                    && stored.empty_amendment(&of, amendment)
                {
                    notebook.send_instead(self.batch, &key, &entry);
                }
            }
        }
        Ok(())
    }
}

/// Takes a proposal's words out of an act. Whether they stood there.
fn empties(act: &mut Act, of: &ProposalRef, card: impl Fn() -> String) -> bool {
    match act {
        Act::Write { stored, head, .. } => {
            let emptied = stored.empty(of);
            if let Some(head) = head.as_mut().filter(|_| emptied) {
                empty_texts([&mut head.title, &mut head.body]);
            }
            emptied
        }
        Act::Card { proposal, text, .. } if *proposal == of.to_string() => {
            *text = card();
            true
        }
        _ => false,
    }
}

fn drop_letters(
    engine: &Engine,
    seat: &Seat,
    batch: &mut Batch,
    (name, spot): (&[u8], &Spot),
) -> Result<(), VaultError> {
    for (number, letter) in engine.notebook.letters()? {
        let theirs = letter.theme.as_deref() == Some(seat.slug().as_str());
        let holds = match &letter.what {
            Dead::Outgoing { entry, .. } => tells(entry, name),
            Dead::Incoming(incoming) => is_of(incoming, spot),
            // What can't be read can't be told apart: an event names itself.
            Dead::Unreadable(text) => text.contains(spot.id()),
        };
        if theirs && holds {
            engine.notebook.drop_letter(batch, number);
        }
    }
    Ok(())
}

/// Whether an act says what a message says.
fn tells(entry: &Outgoing, name: &[u8]) -> bool {
    match &entry.act {
        Act::Say { .. } | Act::Relay { .. } | Act::Quote { .. } | Act::Debate(_) => {
            entry.link.as_deref() == Some(name)
        }
        // Once a week the first words of one are told; whoever is to look at one hears how it begins.
        Act::Tell { .. } | Act::Whisper { .. } => entry.link.as_deref() == Some(name),
        Act::Amend { of, .. } => of == name,
        _ => false,
    }
}

/// Whether it is the message itself, or a change of it.
fn is_of(incoming: &Incoming, spot: &Spot) -> bool {
    let Kept::Talk(talk) = &incoming.what else {
        return false;
    };
    match &talk.did {
        Did::Edit { of, .. } => of == spot,
        Did::Say { .. } => talk.message == *spot,
        Did::TakeBack { .. } | Did::React { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_to_tell_of_a_message_is_known_by_its_link() {
        let of_week = Act::Tell {
            text: "🗣️ … «¿Quién gana?»".to_owned(),
            answers: None,
        };
        let to_owner = Act::Whisper {
            to: crate::engine::direct::Address::Account("@ana:example.org".to_owned()),
            text: "📮 … «¿Quién gana?»".to_owned(),
            answers: None,
        };
        for act in [of_week, to_owner] {
            let mut entry = Outgoing::of_bridge(String::new(), civic::Timestamp(0), act);
            assert!(!tells(&entry, b"question"), "of nothing that people wrote");
            entry.link = Some(b"question".to_vec());
            assert!(tells(&entry, b"question") && !tells(&entry, b"another"));
        }
    }

    #[test]
    fn a_message_is_named_by_its_link_or_its_id() {
        let id = "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg";
        for text in [
            id.to_owned(),
            format!(" {id}\n"),
            format!(
                "https://matrix.to/#/!Pf1Y0cYkPY1tmDTWzg7sMbzrNnYzzdPsdqSNZFYAhTw/{id}?via=example.org"
            ),
            format!("https://matrix.to/#/%23aty-agua%3Aexample.org/{id}"),
        ] {
            assert_eq!(event_named(&text).unwrap(), id, "{text}");
        }
        for text in [
            "",
            "agua",
            "https://matrix.to/#/%23aty-agua%3Aexample.org",
            "https://example.org",
        ] {
            assert_eq!(event_named(text), None, "{text}");
        }
    }
}
