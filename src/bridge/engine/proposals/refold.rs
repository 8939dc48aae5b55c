//! The public record read again from a room, when the notebook that knew it is lost.

use std::collections::BTreeMap;

use civic::proposal::is_thumb;
use civic::{Command, Hearing, Leg, MemberId, Network, Party, Theme, ThemeSlug, Timestamp};
use matrix::record::{Act, Did, ModerationAct};
use matrix::{Happened, Homeserver, names};
use ruma::{OwnedRoomId, RoomId, UserId};
use serde::Deserialize;
use serde_json::Value;
use vault::Batch;

use super::Reading;
use super::lay::{acts_name, amendment_name, card_name};
use super::perform::{LastAct, note_of};
use super::stored::{Stored, party_out};
use crate::engine::entries::{Copy, Link, Reaction, Spot, leg_key};
use crate::engine::notebook::Notebook;
use crate::engine::people::People;
use crate::engine::tangents::pointer_name;

/// An event, as far as it is read here.
#[derive(Deserialize)]
struct Event {
    event_id: String,
    #[serde(rename = "type")]
    event_type: String,
    sender: String,
    origin_server_ts: i64,
    #[serde(default)]
    state_key: Option<String>,
    content: Value,
}

/// What was read: the records found, and which message is of which proposal.
pub(crate) struct Refold<'a> {
    homeserver: &'a Homeserver,
    notebook: &'a Notebook,
    people: &'a People,
    theme: &'a ThemeSlug,
    /// The room that is being read.
    room: OwnedRoomId,
    records: Vec<Stored>,
    links: BTreeMap<[u8; 16], Link>,
    /// What the bridge's own messages carried out: where they stand, link, effect.
    became: Vec<(Spot, [u8; 16], String)>,
    reactions: Vec<([u8; 16], MemberId, Reaction)>,
    /// Root and card events, and their links.
    shown_by: BTreeMap<String, (u32, [u8; 16])>,
    last: BTreeMap<String, LastAct>,
    /// Who said something that others read, and when.
    spoke: Vec<(Party, Timestamp)>,
}

impl<'a> Refold<'a> {
    /// Nothing read yet.
    pub(crate) fn new(reading: &Reading<'a>, room: &RoomId) -> Self {
        Self {
            homeserver: reading.homeserver,
            notebook: reading.notebook,
            people: reading.people,
            theme: &reading.definition.slug,
            room: room.to_owned(),
            records: Vec::new(),
            links: BTreeMap::new(),
            became: Vec::new(),
            reactions: Vec::new(),
            shown_by: BTreeMap::new(),
            last: BTreeMap::new(),
            spoke: Vec::new(),
        }
    }

    /// Takes in what happened in a room since its beginning.
    pub(crate) fn read(&mut self, room: &RoomId, happened: &[Happened]) {
        room.clone_into(&mut self.room);
        // Anybody may write anything: what can't be read is nobody's record.
        let events: Vec<Event> = happened
            .iter()
            .filter_map(|happened| serde_json::from_str::<Event>(happened.event.get()).ok())
            .filter(|event| event.state_key.is_none())
            .collect();
        self.look_ahead(&events);
        events.iter().for_each(|event| self.take(event));
    }

    /// Keeps what was read, gives the records in their order, and shows the theme who has spoken.
    pub(crate) fn keep(mut self, batch: &mut Batch, theme: &mut Theme) -> Vec<Stored> {
        self.support_after_beginnings();
        for (who, at) in &self.spoke {
            theme.see(who, *at);
        }
        for (member, seen) in theme.seen() {
            let stored = (*seen).into();
            self.notebook.keep_seen(batch, self.theme, member, &stored);
        }
        let (notebook, room) = (self.notebook, leg_key(&Leg::Room));
        for (name, link) in &self.links {
            notebook.keep_link(batch, self.theme.as_str(), name, link);
        }
        for (spot, name, effect) in &self.became {
            notebook.copy_became(batch, self.theme.as_str(), name, &room, effect, spot);
        }
        for (to, member, reaction) in &self.reactions {
            notebook.keep_reaction(batch, to, member.as_str(), Some(reaction));
        }
        for (proposal, last) in &self.last {
            let bytes = serde_json::to_vec(last).unwrap_or_default();
            notebook.put_note(batch, &note_of(self.theme, proposal), &bytes);
        }
        for record in &self.records {
            notebook.keep_record(batch, self.theme, record);
        }
        self.records
    }

    /// Nothing is supported before there is anything that tells of it.
    fn support_after_beginnings(&mut self) {
        let number = |stored: &Stored| match stored {
            Stored::Act { act, .. } => {
                let of = act.context.reference.parse::<civic::ProposalRef>();
                of.ok().map(|of| of.number)
            }
            _ => None,
        };
        let mut waiting: Vec<Stored> = Vec::new();
        let mut known = std::collections::BTreeSet::new();
        let mut records = Vec::new();
        for stored in std::mem::take(&mut self.records) {
            if let Stored::Reacted { number, .. } = &stored
                && !known.contains(number)
            {
                waiting.push(stored);
                continue;
            }
            let begun = number(&stored).filter(|number| known.insert(*number));
            records.push(stored);
            let of_it = |waits: &Stored| matches!(waits, Stored::Reacted { number, .. } if Some(*number) == begun);
            let (now, later) = waiting.into_iter().partition(of_it);
            waiting = later;
            records.extend::<Vec<Stored>>(now);
        }
        self.records = records;
    }

    fn take(&mut self, event: &Event) {
        let by_bot = event.sender == self.homeserver.bot().as_str();
        match event.event_type.as_str() {
            names::REVISION | names::AMENDMENT | names::STATUS_CHANGE | names::ENDORSEMENT
                if by_bot =>
            {
                self.act(event);
            }
            names::MODERATION_ACT if by_bot => {
                if let Ok(act) = serde_json::from_value::<ModerationAct>(event.content.clone()) {
                    self.records.push(Stored::Moderated { act: act.into() });
                }
            }
            "m.room.message" if by_bot && event.content.get(names::CARD).is_some() => {
                self.card(event);
            }
            "m.room.message" if by_bot && event.content.get(names::POINTER).is_some() => {
                self.pointer(event);
            }
            "m.reaction" if !by_bot => self.reaction(event),
            "m.room.message" if !by_bot => self.speech(event),
            _ => {}
        }
    }

    fn act(&mut self, event: &Event) {
        let Ok(act) = serde_json::from_value::<Act>(event.content.clone()) else {
            return;
        };
        let Ok(proposal) = act.context.reference.parse::<civic::ProposalRef>() else {
            return;
        };
        let effect = effect_of(event);
        let acts = acts_name(self.notebook, &proposal);
        self.copy(acts, "acts", event, &effect);
        if let Did::Amended { amendment, .. } = &act.did {
            let name = amendment_name(self.notebook, &proposal, *amendment);
            self.stands_in_room(name, "acts", event, &effect);
        }
        if act.did.event_type() != names::ENDORSEMENT {
            let last = LastAct {
                effect,
                event: event.event_id.clone(),
                prev: act.context.prev.clone(),
            };
            self.last.insert(proposal.state_key(), last);
        }
        let (root, source) = self.begins_with(&act, &proposal);
        self.records.push(Stored::Act {
            act: Box::new(act),
            root,
            source,
        });
    }

    /// The messages that a proposal begins with, where an act tells of them: what begins its thread, and what holds its words.
    fn begins_with(
        &mut self,
        act: &Act,
        proposal: &civic::ProposalRef,
    ) -> (Option<[u8; 16]>, Option<[u8; 16]>) {
        let (author, from_card, source_event) = match &act.did {
            Did::Proposed {
                authors,
                from_card,
                source_event,
                ..
            }
            | Did::Held {
                authors,
                from_card,
                source_event,
                ..
            } => (authors.first(), *from_card, source_event),
            Did::Amended {
                by, source_event, ..
            } => {
                let event = source_event.as_ref();
                let member = by.member.as_str();
                let source = event.map(|event| self.message(event, act.context.ts, member));
                return (None, source);
            }
            _ => return (None, None),
        };
        let author = author.map(|party| party.member.as_str());
        let mut message = |event: &Option<String>| {
            let event = event.as_ref()?;
            Some(self.message(event, act.context.ts, author.unwrap_or_default()))
        };
        let source = message(source_event);
        let root = message(&act.context.root_event).filter(|_| !from_card);
        if let (Some(root), Some(event)) = (root, &act.context.root_event) {
            self.shown_by.insert(event.clone(), (proposal.number, root));
        }
        (root, source)
    }

    /// Of what was hidden only a later act tells what its thread begins with. Who reacted to that before supports it.
    fn look_ahead(&mut self, events: &[Event]) {
        let by_bot = events
            .iter()
            .filter(|event| event.sender == self.homeserver.bot().as_str())
            .filter(|event| event.event_type == names::STATUS_CHANGE);
        for event in by_bot.collect::<Vec<_>>() {
            let act = serde_json::from_value::<Act>(event.content.clone());
            if let Ok(act) = act
                && let Ok(proposal) = act.context.reference.parse::<civic::ProposalRef>()
                && matches!(act.did, Did::Held { .. })
            {
                self.begins_with(&act, &proposal);
            }
        }
    }

    /// Makes a message of the room known again, so that what answers or changes it finds it.
    fn message(&mut self, event: &str, at: i64, author: &str) -> [u8; 16] {
        let (room, spot) = (leg_key(&Leg::Room), Spot::event(&self.room, event));
        let name = self
            .notebook
            .message_name(self.theme.as_str(), &room, &spot);
        let mut link = Link::of_bridge(&room, at);
        link.spot = spot;
        author.clone_into(&mut link.member);
        self.links.entry(name).or_insert(link);
        name
    }

    fn card(&mut self, event: &Event) {
        let proposal = event.content[names::CARD].as_str().unwrap_or_default();
        let Ok(proposal) = proposal.parse::<civic::ProposalRef>() else {
            return;
        };
        let name = card_name(self.notebook, &proposal);
        self.shown_by
            .insert(event.event_id.clone(), (proposal.number, name));
        self.copy(name, "card", event, &effect_of(event));
    }

    /// What points to debate libre, so that what answers it there finds it.
    fn pointer(&mut self, event: &Event) {
        let case = event.content[names::POINTER]["case"].as_u64();
        if let Some(case) = case.and_then(|case| u32::try_from(case).ok()) {
            let name = pointer_name(self.notebook, self.theme.as_str(), case);
            let spot = Spot::event(&self.room, &event.event_id);
            self.became.push((spot, name, effect_of(event)));
        }
    }

    /// Somebody said something that is no change of what they said before, and no question to the bridge.
    fn speech(&mut self, event: &Event) {
        let Some(body) = event.content["body"].as_str() else {
            return;
        };
        let changes = event.content["m.relates_to"]["rel_type"] == "m.replace"
            || event.content.get(names::COPIED).is_some();
        let heard = language::hear(body);
        let is_talk = matches!(
            heard,
            Hearing::Talk | Hearing::Command(Command::Propose { .. } | Command::Amend { .. }, _)
        );
        if let (Some(who), true, false) = (self.party(&event.sender), is_talk, changes) {
            self.spoke.push((who, Timestamp(event.origin_server_ts)));
        }
    }

    /// Who has this account; none for one that can't be.
    fn party(&self, account: &str) -> Option<Party> {
        let sender = UserId::parse(account).ok()?;
        Some(match self.homeserver.identity().member_of(&sender) {
            Some(member) => Party {
                member,
                network: Network::WhatsApp,
            },
            None => Party {
                member: self.people.on_matrix(sender.as_str()),
                network: Network::Matrix,
            },
        })
    }

    /// Somebody supports a proposal; that they take it back later is heard by the link of their reaction.
    fn reaction(&mut self, event: &Event) {
        let relation = &event.content["m.relates_to"];
        let (Some(key), Some(to)) = (relation["key"].as_str(), relation["event_id"].as_str())
        else {
            return;
        };
        let Some((number, target)) = self.shown_by.get(to).copied() else {
            return;
        };
        let Some(by) = self.party(&event.sender) else {
            return;
        };
        let room = leg_key(&Leg::Room);
        let reaction = Reaction {
            leg: room.clone(),
            emoji: key.to_owned(),
            effect: (by.network == Network::WhatsApp).then(|| effect_of(event)),
            at: event.origin_server_ts,
        };
        self.reactions.push((target, by.member.clone(), reaction));
        let spot = Spot::event(&self.room, &event.event_id);
        let name = self
            .notebook
            .message_name(self.theme.as_str(), &room, &spot);
        let mut link = Link::of_bridge(&room, event.origin_server_ts);
        link.spot = spot;
        link.member = by.member.to_string();
        link.reacts_to = Some(target.to_vec());
        key.clone_into(&mut link.text);
        self.links.insert(name, link);
        if is_thumb(key) {
            self.records.push(Stored::Reacted {
                number,
                by: party_out(&by, Some(event.sender.clone())),
                on: true,
                at: event.origin_server_ts,
            });
        }
    }

    fn copy(&mut self, name: [u8; 16], leg: &str, event: &Event, effect: &str) {
        self.stands_in_room(name, leg, event, effect);
        let spot = Spot::event(&self.room, &event.event_id);
        self.became.push((spot, name, effect.to_owned()));
    }

    fn stands_in_room(&mut self, name: [u8; 16], leg: &str, event: &Event, effect: &str) {
        let link = self
            .links
            .entry(name)
            .or_insert_with(|| Link::of_bridge(leg, event.origin_server_ts));
        link.copies.push(Copy {
            leg: leg_key(&Leg::Room),
            effect: effect.to_owned(),
        });
    }
}

fn effect_of(event: &Event) -> String {
    let effect = event.content[names::EFFECT].as_str();
    effect.unwrap_or(&event.event_id).to_owned()
}
