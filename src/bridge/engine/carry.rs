//! From what was decided to what stands in the lanes.

use std::sync::Arc;

use civic::{Choice, Effect, GroupId, Language, Leg, MemberId, Notice, Timestamp};
use vault::{Batch, VaultError};

use super::entries::{Act, Copy, Incoming, Kept, Outgoing, Talk, leg_key};
use super::lane::Lane;
use super::{Engine, Seat, lock};

/// Effects on their way into the lanes.
struct Layout<'a> {
    engine: &'a Arc<Engine>,
    seat: &'a Arc<Seat>,
    batch: &'a mut Batch,
    now: Timestamp,
    incoming: &'a Incoming,
    /// The copies of what was said, for its link.
    copies: Vec<Copy>,
    rung: Vec<Arc<Lane>>,
}

impl Engine {
    /// Writes what was decided into the batch, lane by lane. Returns the lanes to be rung once it is written.
    pub(crate) fn lay_out(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        batch: &mut Batch,
        now: Timestamp,
        incoming: &Incoming,
        effects: &[Effect],
    ) -> Result<Vec<Arc<Lane>>, VaultError> {
        let mut layout = Layout {
            engine: self,
            seat,
            batch,
            now,
            incoming,
            copies: Vec::new(),
            rung: Vec::new(),
        };
        for effect in effects {
            layout.put(effect)?;
        }
        Ok(layout.finish())
    }

    pub(crate) fn ring_lanes(&self, lanes: &[Arc<Lane>]) {
        for lane in lanes {
            lane.bell.notify_one();
        }
    }

    /// What the bridge says, in a language.
    pub(crate) fn words(&self, notice: &Notice, language: Option<Language>) -> String {
        language::say(notice, language.unwrap_or(self.config.language))
    }
}

impl Layout<'_> {
    fn put(&mut self, effect: &Effect) -> Result<(), VaultError> {
        match effect {
            Effect::Carry { to } => self.carry(to)?,
            Effect::Tell {
                to,
                notice,
                language,
            } => {
                let text = self.engine.words(notice, *language);
                self.send(to, Act::Tell { text }, None, None);
            }
            Effect::Describe(group) => self.describe(group),
            Effect::Choose { member, choice, .. } => self.choose(member, choice),
            Effect::Leave(member) => {
                self.send(
                    &Leg::Room,
                    Act::Leave {
                        member: member.to_string(),
                    },
                    None,
                    None,
                );
            }
            Effect::Record(record) => {
                self.send(&Leg::Room, Act::of_record(record), None, None);
            }
        }
        Ok(())
    }

    fn talk(&self) -> Option<&Talk> {
        match &self.incoming.what {
            Kept::Talk(talk) => Some(talk),
            _ => None,
        }
    }

    fn carry(&mut self, to: &Leg) -> Result<(), VaultError> {
        let Some(talk) = self.talk().cloned() else {
            return Ok(());
        };
        if matches!(to, Leg::Group(_)) && self.floods(to, &talk)? {
            return Ok(());
        }
        let link =
            self.engine
                .notebook
                .message_name(self.seat.slug().as_str(), &talk.from, &talk.message);
        let act = match to {
            Leg::Room => Act::Say {
                member: talk.member.clone(),
                text: talk.text.clone(),
                at: talk.at,
            },
            Leg::Group(_) => {
                let name = talk
                    .member
                    .parse()
                    .map(|member| lock(&self.engine.people).shown(&member));
                Act::Relay {
                    name: name.unwrap_or_default(),
                    text: talk.text.clone(),
                }
            }
        };
        let effect = self.send(to, act, Some(talk.member), Some(link));
        self.copies.push(Copy {
            leg: leg_key(to),
            effect,
            message: None,
        });
        Ok(())
    }

    /// Whether so much of this speaker's waits for the group already that no more is taken. It is said once.
    fn floods(&mut self, to: &Leg, talk: &Talk) -> Result<bool, VaultError> {
        let lane = self.engine.lane(self.seat, to);
        let limit = self.engine.config.whatsapp.sender_backlog as usize;
        if self.engine.notebook.outbox_size(lane.prefix) < limit {
            return Ok(false);
        }
        let waiting = self.engine.notebook.outbox(lane.prefix, &[], usize::MAX)?;
        let theirs = waiting
            .iter()
            .filter(|(_, entry)| entry.speaker.as_ref() == Some(&talk.member))
            .count();
        if theirs < limit {
            return Ok(false);
        }
        if lane.tells_of_flood(&talk.member, self.now)
            && let Some(from) = super::entries::leg(&talk.from)
        {
            let text = self.engine.words(&Notice::TooMany, None);
            self.send(&from, Act::Tell { text }, None, None);
        }
        Ok(true)
    }

    fn describe(&mut self, group: &GroupId) {
        let theme = self
            .seat
            .definition
            .name
            .get(self.engine.config.language)
            .to_owned();
        let text = self.engine.words(&Notice::GroupDescription { theme }, None);
        self.send(
            &Leg::Group(group.clone()),
            Act::Describe { text },
            None,
            None,
        );
    }

    fn choose(&mut self, member: &MemberId, choice: &Choice) {
        let named = {
            let mut people = lock(&self.engine.people);
            people.choose(&self.engine.notebook, self.batch, member, choice);
            people.get(member).is_some_and(|person| {
                person
                    .ghost_name
                    .as_ref()
                    .is_some_and(|name| *name != person.shown)
            })
        };
        let id = member.to_string();
        self.send(
            &Leg::Room,
            Act::KeepChoice {
                member: id.clone(),
                choice: choice.into(),
            },
            None,
            None,
        );
        if named {
            self.send(&Leg::Room, Act::Rename { member: id.clone() }, None, None);
        }
        if !choice.carried {
            for seat in self.engine.seats.values() {
                if lock(&seat.theme).ghosts().contains(member) {
                    self.send_in(
                        seat,
                        &Leg::Room,
                        Act::Leave { member: id.clone() },
                        None,
                        None,
                    );
                }
            }
        }
    }

    fn send(
        &mut self,
        to: &Leg,
        act: Act,
        speaker: Option<String>,
        link: Option<Vec<u8>>,
    ) -> String {
        let seat = self.seat.clone();
        self.send_in(&seat, to, act, speaker, link)
    }

    fn send_in(
        &mut self,
        seat: &Arc<Seat>,
        to: &Leg,
        act: Act,
        speaker: Option<String>,
        link: Option<Vec<u8>>,
    ) -> String {
        let lane = self.engine.lane(seat, to);
        let what = format!("{}/{}/{}", seat.slug(), leg_key(to), act.name());
        let effect = self.engine.effect(&self.incoming.source, &what);
        let outgoing = Outgoing {
            effect: effect.clone(),
            at: self.now.0,
            speaker,
            link,
            origin: self.talk().map(|talk| talk.from.clone()),
            again: self.incoming.again,
            act,
        };
        self.engine
            .notebook
            .send_out(self.batch, lane.prefix, &outgoing);
        self.rung.push(lane);
        effect
    }

    fn finish(self) -> Vec<Arc<Lane>> {
        if let (Some(talk), false) = (self.talk(), self.copies.is_empty()) {
            let origin = (talk.from.clone(), talk.message.clone());
            self.engine.notebook.link(
                self.batch,
                self.seat.slug().as_str(),
                (&origin.0, &origin.1),
                self.copies,
            );
        }
        self.rung
    }
}
