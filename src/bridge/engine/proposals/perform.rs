//! Writing a proposal into its room: acts, heads, counts and the card.

use matrix::names;
use matrix::record::{Did, Head, Support};
use ruma::OwnedEventId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vault::{Batch, VaultError};

use super::lay::{amendment_name, card_name, head_effect};
use super::stored::Stored;
use crate::engine::entries::{Outgoing, Spot, leg_key};
use crate::engine::lane::Failure;
use crate::engine::perform::{Event, misplaced};
use crate::engine::perform_changes::{InRoom, amended};
use crate::engine::{Engine, Seat, words};

/// The last act of a proposal that stands in the room, and the one before it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LastAct {
    pub(crate) effect: String,
    pub(crate) event: String,
    pub(crate) prev: Option<String>,
}

impl Engine {
    /// Writes an act, and the head that follows from it.
    pub(in crate::engine) async fn write_act(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (stored, head, root): (&Stored, Option<&Head>, Option<&[u8]>),
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let stored = self.without_hidden(stored)?;
        let Stored::Act { act, source, .. } = &stored else {
            return Err(misplaced());
        };
        let proposal: civic::ProposalRef =
            act.context.reference.parse().map_err(|_| misplaced())?;
        let root = self.root_event(root, &proposal)?;
        // Whoever supports changes nothing of the proposal, and has no place in the chain.
        let chained = act.did.event_type() != names::ENDORSEMENT;
        let last = self.last_act(seat, &proposal)?;
        let prev = match last.effect == entry.effect {
            true => last.prev,
            false => Some(last.event).filter(|event| !event.is_empty()),
        };
        let mut act = act.clone();
        act.context.root_event = root.as_ref().map(|(_, event)| event.to_string());
        act.context.prev = prev.clone().filter(|_| chained);
        if let (
            Did::Proposed { source_event, .. }
            | Did::Held { source_event, .. }
            | Did::Amended { source_event, .. },
            Some(source),
        ) = (&mut act.did, source)
        {
            let event = self.event_of(source)?;
            *source_event = event.map(|(_, event)| event.to_string());
        }
        let event = Event {
            event_type: act.did.event_type(),
            content: serde_json::to_value(&*act).map_err(|_| misplaced())?,
            at: None,
        };
        let bot = self.homeserver.bot();
        let sent = self
            .send_once(&seat.room, bot, entry, &event, uncertain)
            .await?;
        let standing = sent.clone().and_then(|spot| Spot(spot).in_room());
        let (Some(head), Some((_, event)), true) = (head, standing, chained) else {
            return Ok(sent);
        };
        let mut head = head.clone();
        head.root_event = root.map(|(_, event)| event.to_string());
        head.rev_event = Some(event.to_string());
        head.prev.clone_from(&prev);
        let content = serde_json::to_value(&head).map_err(|_| misplaced())?;
        let key = proposal.state_key();
        let written = self
            .homeserver
            .set_state(&seat.room, names::PROPOSAL, &key, &content)
            .await?;
        let last = LastAct {
            effect: entry.effect.clone(),
            event: event.to_string(),
            prev,
        };
        self.note_act(seat, &proposal, entry, &last, &written)
            .await?;
        Ok(sent)
    }

    /// A record as it may be written now: an amendment that is hidden by then without its words.
    fn without_hidden(&self, stored: &Stored) -> Result<Stored, Failure> {
        let mut stored = stored.clone();
        let Stored::Act { act, .. } = &stored else {
            return Ok(stored);
        };
        let Did::Amended { amendment, .. } = act.did else {
            return Ok(stored);
        };
        let of: civic::ProposalRef = act.context.reference.parse().map_err(|_| misplaced())?;
        let name = amendment_name(&self.notebook, &of, amendment);
        let link = self.notebook.link(&name)?;
        if link.is_some_and(|link| link.hidden) {
            stored.empty_amendment(&of, amendment);
        }
        Ok(stored)
    }

    pub(in crate::engine) async fn write_count(
        &self,
        seat: &Seat,
        proposal: &str,
        support: &Support,
    ) -> Result<Option<String>, Failure> {
        let proposal: civic::ProposalRef = proposal.parse().map_err(|_| misplaced())?;
        let content = serde_json::to_value(support).map_err(|_| misplaced())?;
        let key = proposal.state_key();
        self.homeserver
            .set_state(&seat.room, names::SUPPORT, &key, &content)
            .await?;
        Ok(None)
    }

    /// Says the card, in the thread of its proposal; or changes it, where it stands already.
    pub(in crate::engine) async fn show_card(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (proposal, text, root): (&str, &str, Option<&[u8]>),
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let of: civic::ProposalRef = proposal.parse().map_err(|_| misplaced())?;
        let (body, html) = words::in_room(text);
        let mut content = json!({
            "msgtype": "m.notice",
            "body": body,
            "format": "org.matrix.custom.html",
            "formatted_body": html,
            names::CARD: proposal,
        });
        let standing = self.standing_card(&of)?;
        let own = self.notebook.message_of_effect(&entry.effect);
        let own = own.map_err(|_| Failure::Later(None))?;
        let own = own.and_then(|spot| Spot(spot).in_room());
        // In a room that took the place of another the card is made anew: relations don't lead into another room.
        let here = |found: &InRoom| found.0 == seat.room;
        match standing.filter(|found| here(found) && own.as_ref() != Some(found)) {
            Some((_, card)) => content = amended(content, &card),
            None => {
                if let Some((_, root)) = self.root_event(root, &of)?.filter(here) {
                    content["m.relates_to"] = in_thread(&root);
                }
            }
        }
        let event = Event {
            event_type: "m.room.message",
            content,
            at: None,
        };
        let bot = self.homeserver.bot();
        self.send_once(&seat.room, bot, entry, &event, uncertain)
            .await
    }

    /// The event that shows a proposal's card, and is changed with it.
    fn standing_card(&self, proposal: &civic::ProposalRef) -> Result<Option<InRoom>, Failure> {
        let find = || -> Result<Option<InRoom>, VaultError> {
            let Some(link) = self.notebook.link(&card_name(&self.notebook, proposal))? else {
                return Ok(None);
            };
            let room = leg_key(&civic::Leg::Room);
            let copies = link.copies.iter().skip(link.taken_back);
            for copy in copies.filter(|copy| copy.leg == room) {
                if let Some(spot) = self.notebook.message_of_effect(&copy.effect)? {
                    return Ok(Spot(spot).in_room());
                }
            }
            Ok(None)
        };
        find().map_err(|_| Failure::Later(None))
    }

    /// The event that begins a proposal's thread: the message of this link, or the card.
    fn root_event(
        &self,
        root: Option<&[u8]>,
        proposal: &civic::ProposalRef,
    ) -> Result<Option<InRoom>, Failure> {
        match root {
            Some(message) => self.event_of(message),
            None => self.event_of(&card_name(&self.notebook, proposal)),
        }
    }

    fn last_act(&self, seat: &Seat, proposal: &civic::ProposalRef) -> Result<LastAct, Failure> {
        let noted = self.last_act_noted(seat, proposal);
        noted.map_err(|_| Failure::Later(None))
    }

    /// The last act of a proposal; an empty one where there is none.
    pub(super) fn last_act_noted(
        &self,
        seat: &Seat,
        proposal: &civic::ProposalRef,
    ) -> Result<LastAct, VaultError> {
        let name = note_of(seat.slug(), &proposal.state_key());
        let note = self.notebook.note(&name)?;
        Ok(note
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default())
    }

    async fn note_act(
        &self,
        seat: &Seat,
        proposal: &civic::ProposalRef,
        entry: &Outgoing,
        last: &LastAct,
        head: &OwnedEventId,
    ) -> Result<(), Failure> {
        let mut batch = Batch::new();
        let bytes = serde_json::to_vec(last).map_err(|_| misplaced())?;
        self.notebook.put_note(
            &mut batch,
            &note_of(seat.slug(), &proposal.state_key()),
            &bytes,
        );
        let (theme, leg) = (seat.slug().as_str(), leg_key(&civic::Leg::Room));
        self.notebook.copy_became(
            &mut batch,
            theme,
            &super::lay::acts_name(&self.notebook, proposal),
            &leg,
            &head_effect(&entry.effect),
            &Spot::event(&seat.room, head.as_str()),
        );
        let noted = self.notebook.commit(batch).await;
        noted.map_err(|_| Failure::Later(None))
    }
}

/// The name of the note that holds a proposal's last act.
pub(crate) fn note_of(theme: &civic::ThemeSlug, proposal: &str) -> String {
    format!("last act/{theme}/{proposal}")
}

/// Spec: Client-Server API, "Threading".
fn in_thread(root: &OwnedEventId) -> Value {
    json!({
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": true,
        "m.in_reply_to": { "event_id": root },
    })
}
