//! A homeserver whose database was put back to an earlier day: what it lost of a theme's record is written again, from the
//! notebook.
//!
//! That something was lost shows in a head that is missing or tells of an act before the last one, or in another count than the
//! records give. What was lost is the end of what was written: acts are looked for from the last one back, to the first that is
//! there.

use std::collections::BTreeSet;

use civic::{Counts, Leg, Proposal, ProposalRef, Theme};
use matrix::record::{Did, Support};
use matrix::{StateEvent, names};
use vault::{Batch, VaultError};

use super::lay::{CARD, acts_name, card_name, is_head_effect, root_name};
use super::perform::{LastAct, note_of};
use super::stored::{Stored, reference};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Copy, Link, Outgoing, Spot, leg_key};
use crate::engine::fold::until_answered;
use crate::engine::perform_changes::InRoom;
use crate::engine::start::StartError;
use crate::engine::{Engine, Seat, lock};

/// An act that was written.
struct Written {
    effect: String,
    event: Option<InRoom>,
}

/// What is written again of one proposal.
struct Again<'a> {
    of: ProposalRef,
    proposal: &'a Proposal,
    acts: Vec<Written>,
    /// The places of its acts among the theme's records.
    records: Vec<usize>,
    /// From here on its acts are not there any more.
    lost: usize,
    /// Whether its head is missing, or tells of an earlier act.
    is_behind: bool,
    reactions: Vec<LostReaction>,
}

/// What somebody in a group reacted to a proposal's message, and is not there any more.
struct LostReaction {
    to: Vec<u8>,
    member: String,
    effect: String,
    emoji: String,
    at: i64,
}

impl Engine {
    /// Lets the lane of a theme's room write again what the room has lost of the record. `state` is what the bridge wrote there.
    /// To be called before the lane is at work.
    pub(in crate::engine) async fn write_again(
        &self,
        seat: &Seat,
        state: &[StateEvent],
    ) -> Result<(), StartError> {
        let theme = lock(&seat.theme).clone();
        let records = self.notebook.records(seat.slug())?;
        let waiting = self.waits_to_be_written(seat)?;
        let mut batch = Batch::new();
        let mut again = Vec::new();
        for proposal in theme.proposals().values() {
            let of = reference(&seat.definition.code, proposal.number());
            // What waits in the lane will bring a head of its own.
            if !waiting.contains(&of.to_string())
                && let Some(found) = self.lost_of(seat, state, &records, (of, proposal)).await?
            {
                again.push(found);
            }
        }
        if again.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            theme = %seat.slug(),
            proposals = again.len(),
            "the homeserver has lost some of the theme's record (was its database put back?); it is written again"
        );
        for found in &again {
            self.forget_lost(&mut batch, seat, &records, found).await?;
        }
        self.lay_again(&mut batch, seat, &records, &again);
        Ok(self.notebook.commit(batch).await?)
    }

    /// The proposals of which an act waits in the lane.
    fn waits_to_be_written(&self, seat: &Seat) -> Result<BTreeSet<String>, VaultError> {
        let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
        let waiting = self.notebook.outbox(lane, &[], usize::MAX)?.into_iter();
        Ok(waiting
            .filter_map(|(_, entry)| match entry.act {
                Act::Write { stored, .. } => match *stored {
                    Stored::Act { act, .. } => Some(act.context.reference),
                    Stored::Reacted { .. } | Stored::Moderated { .. } => None,
                },
                _ => None,
            })
            .collect())
    }

    /// What the room has lost of a proposal, if it has.
    async fn lost_of<'a>(
        &self,
        seat: &Seat,
        state: &[StateEvent],
        records: &[Stored],
        (of, proposal): (ProposalRef, &'a Proposal),
    ) -> Result<Option<Again<'a>>, StartError> {
        let key = of.state_key();
        let standing = |event_type: &str| {
            let found =
                |event: &&StateEvent| event.event_type == event_type && event.state_key == key;
            state.iter().find(found).map(|event| &event.content)
        };
        let acts = self.written(&of)?;
        let last = self.last_act_noted(seat, &of)?;
        let is_behind = match standing(names::PROPOSAL) {
            None => !last.event.is_empty(),
            // A head that tells of what the notebook doesn't know is later: then it is the notebook that was put back.
            Some(head) => {
                let tells_of = |act: &Written| {
                    let event = act.event.as_ref().map(|(_, event)| event.as_str());
                    event.is_some()
                        && event != Some(&last.event)
                        && event == head["rev_event"].as_str()
                };
                acts.iter().any(tells_of)
            }
        };
        let written = standing(names::SUPPORT).cloned().and_then(|content| {
            let support = serde_json::from_value::<Support>(content).ok()?;
            Some((support.people, support.whatsapp, support.matrix))
        });
        let counts = proposal.supporters().counts(&lock(&self.persons));
        if !is_behind && written.unwrap_or_default() == as_written(counts) {
            return Ok(None);
        }
        let mut lost = acts.len();
        while let Some(act) = lost.checked_sub(1).and_then(|before| acts.get(before)) {
            match &act.event {
                Some(event) if !self.is_there(seat, event).await? => lost -= 1,
                _ => break,
            }
        }
        let is_of = |stored: &Stored| matches!(stored, Stored::Act { act, .. } if act.context.reference == of.to_string());
        let places = (0..).zip(records).filter(|(_, stored)| is_of(stored));
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        if places.len() != acts.len() {
            tracing::error!(proposal = %of, "the homeserver has lost some of a proposal's record, and the notebook can't tell all of it");
            return Ok(None);
        }
        let reactions = self.lost_reactions(seat, &of, proposal).await?;
        let is_whole = !is_behind && lost == acts.len() && reactions.is_empty();
        let again = Again {
            of,
            proposal,
            acts,
            records: places,
            lost,
            is_behind,
            reactions,
        };
        Ok((!is_whole).then_some(again))
    }

    async fn lost_reactions(
        &self,
        seat: &Seat,
        of: &ProposalRef,
        proposal: &Proposal,
    ) -> Result<Vec<LostReaction>, StartError> {
        let card = card_name(&self.notebook, of).to_vec();
        let mut lost = Vec::new();
        for to in std::iter::once(card).chain(root_name(proposal.root())) {
            for (member, reaction) in self.notebook.reactions(&to)? {
                let Some(effect) = reaction.effect else {
                    continue;
                };
                let spot = self.notebook.message_of_effect(&effect)?;
                if let Some(event) = spot.and_then(|spot| Spot(spot).in_room())
                    && !self.is_there(seat, &event).await?
                {
                    lost.push(LostReaction {
                        to: to.clone(),
                        member: member.to_string(),
                        effect,
                        emoji: reaction.emoji,
                        at: reaction.at,
                    });
                }
            }
        }
        Ok(lost)
    }

    /// The acts of a proposal as they were written, oldest first.
    fn written(&self, of: &ProposalRef) -> Result<Vec<Written>, VaultError> {
        let link = self.notebook.link(&acts_name(&self.notebook, of))?;
        let copies = link.map(|link| link.copies).unwrap_or_default().into_iter();
        let acts = copies.filter(|copy| !is_head_effect(&copy.effect));
        acts.map(|copy| {
            let spot = self.notebook.message_of_effect(&copy.effect)?;
            Ok(Written {
                event: spot.and_then(|spot| Spot(spot).in_room()),
                effect: copy.effect,
            })
        })
        .collect()
    }

    /// Whether the homeserver has an event. Of a room that was replaced that is not asked: the bridge may not be there any more.
    pub(in crate::engine) async fn is_there(
        &self,
        seat: &Seat,
        (room, event): &InRoom,
    ) -> Result<bool, StartError> {
        if *room != seat.room {
            return Ok(true);
        }
        let found = until_answered(async || self.homeserver.event(room, event).await).await;
        Ok(found.map_err(StartError::Fold)?.is_some())
    }

    /// Forgets where that stood which is not there any more, so that it is sent again and nothing refers to it.
    async fn forget_lost(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        records: &[Stored],
        again: &Again<'_>,
    ) -> Result<(), StartError> {
        for reaction in &again.reactions {
            self.notebook.forget_copy(batch, &reaction.effect);
        }
        if again.lost == again.acts.len() {
            return Ok(());
        }
        for act in &again.acts[again.lost..] {
            self.notebook.forget_copy(batch, &act.effect);
        }
        let note = note_of(seat.slug(), &again.of.state_key());
        let stands = again.acts[..again.lost].iter().zip(&again.records);
        let last = stands
            .rev()
            .find(|(_, place)| is_chained(&records[**place]));
        match last.and_then(|(act, _)| Some((act, act.event.as_ref()?))) {
            Some((act, (_, event))) => {
                let last = LastAct {
                    effect: act.effect.clone(),
                    event: event.to_string(),
                    prev: None,
                };
                let bytes = serde_json::to_vec(&last).expect("it is plain JSON");
                self.notebook.put_note(batch, &note, &bytes);
            }
            None => self.notebook.drop_note(batch, &note),
        }
        let mut shown_by = vec![card_name(&self.notebook, &again.of).to_vec()];
        shown_by.extend(again.messages(records).filter(|_| again.lost == 0));
        for message in shown_by {
            self.forget_lost_message(batch, seat, &message).await?;
        }
        Ok(())
    }

    async fn forget_lost_message(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        name: &[u8],
    ) -> Result<(), StartError> {
        let Some(mut link) = self.notebook.link(name)? else {
            return Ok(());
        };
        let room = leg_key(&Leg::Room);
        if link.leg == room {
            if let Some(event) = link.spot.in_room()
                && !self.is_there(seat, &event).await?
            {
                link.spot = Spot::ours("");
                let theme = seat.slug().as_str();
                self.notebook.keep_link(batch, theme, name, &link);
            }
            return Ok(());
        }
        for copy in link.copies.iter().rev().filter(|copy| copy.leg == room) {
            let spot = self.notebook.message_of_effect(&copy.effect)?;
            match spot.and_then(|spot| Spot(spot).in_room()) {
                Some(event) if self.is_there(seat, &event).await? => break,
                Some(_) => self.notebook.forget_copy(batch, &copy.effect),
                None => {}
            }
        }
        Ok(())
    }

    /// Puts into the lane what is written again: cards first, which threads may begin with, the acts in their order, each with
    /// the head as it was then, and what people in groups reacted.
    fn lay_again(&self, batch: &mut Batch, seat: &Seat, records: &[Stored], again: &[Again<'_>]) {
        for found in again.iter().filter(|found| found.lost < found.acts.len()) {
            self.show_again(batch, seat, records, found);
        }
        let definition = &seat.definition;
        let name = definition.name.get(self.config.language);
        let mut then = Theme::new(definition.slug.clone(), definition.code.clone(), name);
        for (place, stored) in records.iter().enumerate() {
            if let Some(record) = stored.record() {
                then.apply(&record);
            }
            let Some((found, effect)) = again
                .iter()
                .find_map(|found| Some((found, found.is_written_again(records, place)?)))
            else {
                continue;
            };
            let head = then.proposals().get(&found.of.number);
            let act = Act::Write {
                stored: Box::new(stored.clone()),
                head: head.map(|proposal| Box::new(self.head(seat, proposal))),
                root: root_name(found.proposal.root()),
            };
            let link = acts_name(&self.notebook, &found.of).to_vec();
            self.send_again(batch, seat, (effect.to_owned(), act), Some(link));
        }
        for reaction in again.iter().flat_map(|found| &found.reactions) {
            let link = self
                .notebook
                .link_of_effect(&reaction.effect)
                .ok()
                .flatten();
            let act = Act::React {
                member: reaction.member.clone(),
                to: reaction.to.clone(),
                emoji: Some(reaction.emoji.clone()),
                before: None,
                at: reaction.at,
            };
            self.send_again(batch, seat, (reaction.effect.clone(), act), link);
        }
    }

    /// The card is made anew, or changed to what it says now. What was deleted for good is taken back again where it stands.
    fn show_again(&self, batch: &mut Batch, seat: &Seat, records: &[Stored], found: &Again<'_>) {
        let card = card_name(&self.notebook, &found.of).to_vec();
        let acts = acts_name(&self.notebook, &found.of).to_vec();
        let new = |act: Act| {
            let (theme, of) = (seat.slug().as_str(), found.of.to_string());
            let moment = clock::now().0.to_be_bytes();
            let parts: [&[u8]; 4] = [b"again", theme.as_bytes(), of.as_bytes(), &moment];
            (self.effect(&self.source(&parts), &act.name()), act)
        };
        if let Some(silent) = found.silent_from(records) {
            let mut taken_back = vec![acts, card.clone()];
            taken_back.extend(found.messages(records).filter(|message| {
                let link = self.notebook.link(message).ok().flatten();
                link.is_some_and(|link| link.shown().is_empty())
            }));
            for of in taken_back.into_iter().filter(|_| silent >= found.lost) {
                let act = Act::TakeBack {
                    of,
                    by_author: false,
                };
                self.send_again(batch, seat, new(act), None);
            }
            if found.proposal.is_erased() {
                return;
            }
        }
        let (effect, act) = new(Act::Card {
            proposal: found.of.to_string(),
            text: self.card_text(&lock(&seat.theme), found.of.number),
            root: root_name(found.proposal.root()),
        });
        let known = self.notebook.link(&card).ok().flatten();
        let mut link = known.unwrap_or_else(|| Link::of_bridge(CARD, clock::now().0));
        link.copies.push(Copy {
            leg: leg_key(&Leg::Room),
            effect: effect.clone(),
        });
        let theme = seat.slug().as_str();
        self.notebook.keep_link(batch, theme, &card, &link);
        self.send_again(batch, seat, (effect, act), Some(card));
    }

    pub(in crate::engine) fn send_again(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        (effect, act): (String, Act),
        link: Option<Vec<u8>>,
    ) {
        let outgoing = Outgoing {
            link,
            // An act that stands there already only brings its head.
            again: true,
            ..Outgoing::of_bridge(effect, clock::now(), act)
        };
        let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
        self.notebook.send_out(batch, lane, &outgoing);
    }
}

impl Again<'_> {
    /// The effect of the record at this place, if it is one that is written again: those that were lost, or the last one
    /// alone for its head. Of what was deleted for good only that it was.
    fn is_written_again(&self, records: &[Stored], place: usize) -> Option<&str> {
        let act = self.records.iter().position(|of| *of == place)?;
        let chained = |place: &usize| is_chained(&records[*place]);
        let again = match self.lost < self.acts.len() {
            true => act >= self.lost.max(self.silent_from(records).unwrap_or(0)),
            false => self.is_behind && Some(act) == self.records.iter().rposition(chained),
        };
        again.then_some(self.acts[act].effect.as_str())
    }

    /// The links of the messages that it began with: of the one that begins its thread, and of the one that held its words.
    fn messages(&self, records: &[Stored]) -> impl Iterator<Item = Vec<u8>> {
        let first = self.records.first().map(|place| &records[*place]);
        let (root, source) = match first {
            Some(Stored::Act { root, source, .. }) => (*root, *source),
            _ => (None, None),
        };
        let messages = root.into_iter().chain(source);
        messages.map(|message| message.to_vec())
    }

    /// Which of its acts deleted it for good, or else which was the last by which it was hidden, or came back: what was written
    /// before is not to be read.
    fn silent_from(&self, records: &[Stored]) -> Option<usize> {
        let is = |place: &usize, wanted: fn(&Did) -> bool| match &records[*place] {
            Stored::Act { act, .. } => wanted(&act.did),
            _ => false,
        };
        let erases = |did: &Did| matches!(did, Did::Withdrawn { erased: true, .. });
        let holds = |did: &Did| matches!(did, Did::Held { .. });
        let mut places = self.records.iter();
        let erased = places.position(|place| is(place, erases));
        erased.or_else(|| self.records.iter().rposition(|place| is(place, holds)))
    }
}

/// Whether it has a place in the chain of acts.
fn is_chained(stored: &Stored) -> bool {
    matches!(stored, Stored::Act { act, .. } if act.did.event_type() != names::ENDORSEMENT)
}

fn as_written(counts: Counts) -> (u64, u64, u64) {
    let Counts {
        people,
        whatsapp,
        matrix,
    } = counts;
    (people as u64, whatsapp as u64, matrix as u64)
}
