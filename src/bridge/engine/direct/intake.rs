//! What is written to the bridge alone, kept before it is acknowledged.

use std::sync::Arc;

use civic::rich::Rich;
use civic::{Leg, MemberId, Network};
use matrix::heard::{Membership, TextKind};
use ruma::matrix_uri::MatrixId;
use ruma::{MatrixToUri, OwnedUserId, RoomId, UserId};
use vault::{Batch, VaultError};
use whatsapp::{Answered, KnownNumbers, markup};

use super::notes::Invited;
use super::theme::Meant;
use super::{Address, DirectRoom, Itself, Privately};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Answers, Did, Incoming, Kept, Outgoing, Spot, Talk, Words, leg_key};
use crate::engine::intake::Taken;
use crate::engine::{Engine, Seat, lock};

/// Words that were written alone, before it is known which theme they mean.
struct Written {
    source: [u8; 32],
    network: Network,
    member: MemberId,
    own_name: Option<String>,
    user: Option<OwnedUserId>,
    message: Spot,
    address: Option<whatsapp::Person>,
    at: i64,
    again: bool,
    back: Address,
    /// None: it is no text.
    words: Option<Words>,
    /// The message of a theme that they answer.
    answered: Option<Linked>,
}

/// A message of a theme: the theme, the leg on which it was written, and what it is there.
type Linked = (Arc<Seat>, String, Answers);

impl Engine {
    pub(in crate::engine) async fn keep_written(
        &self,
        heard: &[whatsapp::Direct],
    ) -> Result<(), VaultError> {
        let rung = self
            .write_written(heard)
            .inspect_err(|error| self.note_failure(error))?;
        self.flush_and_ring(&rung).await
    }

    fn write_written(&self, heard: &[whatsapp::Direct]) -> Result<Vec<Arc<Seat>>, VaultError> {
        let _one_at_a_time = lock(&self.intake);
        let mut batch = Batch::new();
        let mut rung = Vec::new();
        let mut taken = Taken::new();
        for direct in heard {
            rung.extend(self.keep_direct_message(&mut batch, &mut taken, direct)?);
        }
        self.notebook.apply(batch)?;
        Ok(rung)
    }

    fn keep_direct_message(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        heard: &whatsapp::Direct,
    ) -> Result<Option<Arc<Seat>>, VaultError> {
        let Some(member) = self.member_of(batch, &heard.sender)? else {
            return Ok(None);
        };
        let id = heard.id.as_bytes();
        let source = self.source(&[b"whatsapp alone", member.as_str().as_bytes(), id]);
        if !taken.insert(source) || self.notebook.knows(&source)? {
            return Ok(None);
        }
        self.notebook.keep_contact(batch, &member, &heard.sender);
        let answered = match &heard.answers {
            Some(answers) => self.answered_of_group(batch, answers)?,
            None => None,
        };
        let own = self.numbers_of(&heard.sender);
        let words = heard.text.as_ref().map(|text| {
            let rich = markup::read(text, &|_| None);
            let rich: Rich = rich.map_text(&mut |text| self.scrubbed(text, &own));
            Words {
                text: rich.plain(),
                html: None,
            }
        });
        let written = Written {
            source,
            network: Network::WhatsApp,
            message: Spot::message(member.as_str(), &heard.id),
            member,
            own_name: heard.push_name.clone(),
            user: None,
            address: Some(heard.sender.clone()),
            at: heard.at_ms,
            again: false,
            back: Address::Phone(heard.sender.clone()),
            words,
            answered,
        };
        Ok(self.take_in_written(batch, written))
    }

    fn numbers_of(&self, person: &whatsapp::Person) -> KnownNumbers {
        let mut own = KnownNumbers::default();
        person.number.iter().for_each(|number| own.insert(number));
        person.lid.iter().for_each(|lid| own.insert_lid(lid));
        own
    }

    /// The message of a theme's group that somebody answers in private.
    fn answered_of_group(
        &self,
        batch: &mut Batch,
        answers: &Answered,
    ) -> Result<Option<Linked>, VaultError> {
        let Some(group) = answers.group.as_ref().map(|jid| self.group_id(jid)) else {
            return Ok(None);
        };
        let to = self.spot_of(batch, &answers.message.key)?;
        let (Some(seat), Some(to)) = (self.seat_of(&group), to) else {
            return Ok(None);
        };
        let answers = Answers {
            to,
            thread: None,
            quoted: None,
        };
        Ok(Some((seat, leg_key(&Leg::Group(group)), answers)))
    }

    /// Puts it into the inbox of the theme that it means.
    fn take_in_written(&self, batch: &mut Batch, written: Written) -> Option<Arc<Seat>> {
        let home = self.home()?.clone();
        let (of, answers) = match &written.answered {
            Some((_, leg, answers)) => (Some(leg.clone()), Some(answers.clone())),
            None => (None, None),
        };
        let (seat, words, itself) = match written.words {
            None => (home, Words::default(), Some(Itself::OnlyText)),
            Some(words) => {
                let who = (&written.member, written.user.as_deref());
                let answered = written.answered.map(|(seat, ..)| seat);
                match self.meant(&words.text, who, answered)? {
                    Meant::Theme(seat, text) if text == words.text => (seat, words, None),
                    Meant::Theme(seat, text) => (seat, Words { text, html: None }, None),
                    Meant::Which => (home, words, Some(Itself::WhichTheme)),
                }
            }
        };
        let talk = Talk {
            from: leg_key(&Leg::Direct(written.network)),
            member: written.member.to_string(),
            own_name: written.own_name,
            user_id: written.user.map(|user| user.to_string()),
            message: written.message,
            address: written.address,
            at: written.at,
            did: Did::Say {
                words,
                answers,
                in_place: false,
            },
            only_told: None,
            privately: Some(Box::new(Privately {
                back: written.back,
                of,
                itself,
            })),
        };
        let incoming = Incoming {
            again: written.again,
            ..Incoming::new(written.source, seat.slug(), Kept::Talk(talk.into()))
        };
        self.notebook.take_in(batch, clock::now(), &incoming);
        Some(seat)
    }

    /// An event of a room that is no theme's: the bot is asked to talk alone, or does so already.
    pub(in crate::engine) fn keep_direct_event(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        heard: &matrix::Heard,
        again: bool,
    ) -> Result<Option<Arc<Seat>>, VaultError> {
        let source = self.source(&[b"matrix", heard.event_id.as_bytes()]);
        if let matrix::What::Invite { direct: true } = heard.what {
            if taken.insert(source) && !self.notebook.knows(&source)? {
                let invited = Invited {
                    by: heard.sender.clone(),
                    event: heard.event_id.clone(),
                    at: heard.at.0,
                    source,
                };
                self.notebook.keep_invited(batch, &heard.room, &invited);
                self.notebook.remember(batch, &source, clock::now());
            }
            return Ok(None);
        }
        let Some(known) = self.notebook.direct_room(&heard.room)? else {
            return Ok(None);
        };
        match &heard.what {
            matrix::What::Member {
                user, membership, ..
            } => {
                self.company_changed(
                    batch,
                    taken,
                    (source, again),
                    (heard, &known),
                    (user, *membership),
                )?;
            }
            matrix::What::Other { event_type, .. }
                if event_type == "m.room.encryption" && !known.encrypted =>
            {
                let now = DirectRoom {
                    encrypted: true,
                    ..known
                };
                self.notebook.keep_direct_room(batch, &heard.room, &now);
                let tell = self.cannot_read(&heard.room);
                self.lay_once(batch, taken, source, tell, again)?;
            }
            _ if heard.sender != known.user || known.encrypted => {}
            matrix::What::Text {
                body,
                formatted,
                kind: TextKind::Text | TextKind::Emote,
                ..
            } => {
                if let Some(home) = self.home() {
                    let (answered, rest) = self.linked_message(body);
                    let formatted = formatted.as_deref().filter(|_| answered.is_none());
                    let words = self.words_from_room(home, &rest, formatted);
                    let said = (Some(words), answered);
                    return self.hear_alone(batch, taken, (source, again), heard, said);
                }
            }
            matrix::What::Other {
                event_type,
                message_type,
                ..
            } if message_type.is_some() || event_type == "m.sticker" => {
                let no_text = (None, None);
                return self.hear_alone(batch, taken, (source, again), heard, no_text);
            }
            _ => {}
        }
        Ok(None)
    }

    fn hear_alone(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        (source, again): ([u8; 32], bool),
        heard: &matrix::Heard,
        (words, answered): (Option<Words>, Option<Linked>),
    ) -> Result<Option<Arc<Seat>>, VaultError> {
        if !taken.insert(source) || self.notebook.knows(&source)? {
            return Ok(None);
        }
        let member = lock(&self.people).on_matrix(heard.sender.as_str());
        let written = Written {
            source,
            network: Network::Matrix,
            own_name: self.name_anywhere(&heard.sender, &member),
            member,
            user: Some(heard.sender.clone()),
            message: Spot::event(&heard.room, heard.event_id.as_str()),
            address: None,
            at: heard.at.0,
            again,
            back: Address::Room(heard.room.to_string()),
            words,
            answered,
        };
        Ok(self.take_in_written(batch, written))
    }

    /// The message of a theme's room that somebody names by its link, since nothing answers from one room into another; and
    /// their words without it. Spec: Appendices, "matrix.to navigation".
    fn linked_message(&self, body: &str) -> (Option<Linked>, String) {
        let linked = body.split_whitespace().find_map(|word| {
            let uri = MatrixToUri::parse(word).ok()?;
            let MatrixId::Event(room, event) = uri.id() else {
                return None;
            };
            let room = RoomId::parse(room.as_str()).ok()?;
            let seat = self.seats.get(self.rooms.get(&room)?)?.clone();
            let answers = Answers {
                to: Spot::event(&room, event.as_str()),
                thread: None,
                quoted: None,
            };
            Some((word, (seat, leg_key(&Leg::Room), answers)))
        });
        match linked {
            Some((word, linked)) => (Some(linked), body.replacen(word, "", 1)),
            None => (None, body.to_owned()),
        }
    }

    /// What somebody on Matrix is called in a theme's room, or else by their account. Whoever is in none and known keeps the name
    /// that they had: so it is with those who are suspended.
    fn name_anywhere(&self, user: &UserId, member: &MemberId) -> Option<String> {
        let mut seats = self.seats.values();
        let named = seats.find_map(|seat| lock(&seat.names).get(user).cloned().flatten());
        let known = lock(&self.people).get(member).is_some();
        named.or_else(|| (!known).then(|| user.localpart().to_owned()))
    }

    /// Only two talk alone: where a third comes in the bridge goes, and where the other goes, too.
    fn company_changed(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        (source, again): ([u8; 32], bool),
        (heard, known): (&matrix::Heard, &DirectRoom),
        (user, membership): (&UserId, Membership),
    ) -> Result<(), VaultError> {
        let here = matches!(membership, Membership::Joined | Membership::Invited);
        let is_theirs = user == known.user;
        if here == is_theirs || membership == Membership::Knocking {
            return Ok(());
        }
        let ours = user == self.homeserver.bot();
        if !is_theirs && !here && !ours {
            return Ok(());
        }
        self.notebook.forget_direct_room(batch, &heard.room);
        let part = Act::Part {
            room: heard.room.to_string(),
            says_why: here,
        };
        self.lay_once(batch, taken, source, part, again)
    }

    /// Lets the bot do something in a room of its own, once for each event that asks for it.
    fn lay_once(
        &self,
        batch: &mut Batch,
        taken: &mut Taken,
        source: [u8; 32],
        act: Act,
        again: bool,
    ) -> Result<(), VaultError> {
        if !taken.insert(source) || self.notebook.knows(&source)? {
            return Ok(());
        }
        self.notebook.remember(batch, &source, clock::now());
        self.lay_in_direct_lane(batch, &source, act, again);
        Ok(())
    }

    /// Lets the bot do something where it talks with one person alone.
    pub(super) fn lay_in_direct_lane(
        &self,
        batch: &mut Batch,
        source: &[u8; 32],
        act: Act,
        again: bool,
    ) {
        let effect = self.effect(source, &act.name());
        let outgoing = Outgoing {
            again,
            ..Outgoing::of_bridge(effect, clock::now(), act)
        };
        let lane = self.notebook.direct_prefix(&Leg::Direct(Network::Matrix));
        self.notebook.send_out(batch, lane, &outgoing);
    }
}
