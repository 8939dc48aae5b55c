//! From what was decided to what stands in the lanes.

use std::sync::Arc;

use civic::{Choice, Effect, GroupId, Language, Leg, MemberId, Notice, Timestamp};
use vault::Batch;

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
    ) -> Vec<Arc<Lane>> {
        let mut layout = Layout {
            engine: self,
            seat,
            batch,
            now,
            incoming,
            copies: Vec::new(),
            rung: Vec::new(),
        };
        let taken = layout.is_taken();
        for effect in effects {
            layout.put(effect, taken);
        }
        layout.finish()
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
    /// Lays out one effect. What is too much is neither carried to groups nor answered.
    fn put(&mut self, effect: &Effect, taken: bool) {
        match effect {
            Effect::Carry { to: Leg::Group(_) } if !taken => {}
            Effect::Carry { to } => self.carry(to),
            Effect::Tell { .. } if !taken => {}
            Effect::Tell {
                to,
                notice,
                language,
            } => {
                let text = self.engine.words(notice, *language);
                let asker = self.talk().map(|talk| talk.member.clone());
                self.send(to, Act::Tell { text }, asker, None);
            }
            Effect::Describe(group) => self.describe(group),
            Effect::Choose { member, choice, .. } => self.choose(member, choice),
            Effect::Leave(member) => {
                let member = member.to_string();
                self.send(&Leg::Room, Act::Leave { member }, None, None);
            }
            Effect::Record(record) => {
                self.send(&Leg::Room, Act::of_record(record), None, None);
            }
        }
    }

    /// Whether what a person wrote is taken for the groups, or is too much; that is said once in a while.
    fn is_taken(&mut self) -> bool {
        let Some(talk) = self.talk().cloned() else {
            return true;
        };
        let tells = {
            let mut flood = lock(&self.engine.flood);
            if !flood.is_over(self.now, &talk.member) {
                flood.take(self.now, &talk.member);
                return true;
            }
            flood.tells(self.now, &talk.member)
        };
        if let (true, Some(from)) = (tells, super::entries::leg(&talk.from)) {
            let text = self.engine.words(&Notice::TooMany, None);
            self.send(&from, Act::Tell { text }, None, None);
        }
        false
    }

    fn talk(&self) -> Option<&Talk> {
        match &self.incoming.what {
            Kept::Talk(talk) => Some(talk),
            _ => None,
        }
    }

    fn carry(&mut self, to: &Leg) {
        let Some(talk) = self.talk().cloned() else {
            return;
        };
        let theme = self.seat.slug().as_str();
        let link = self
            .engine
            .notebook
            .message_name(theme, &talk.from, &talk.message);
        let act = match to {
            Leg::Room => Act::Say {
                member: talk.member.clone(),
                text: talk.text,
                at: talk.at,
            },
            Leg::Group(_) => Act::Relay {
                member: talk.member.clone(),
                text: talk.text,
                at: talk.at,
            },
        };
        let effect = self.send(to, act, Some(talk.member), Some(link));
        self.copies.push(Copy {
            leg: leg_key(to),
            effect,
        });
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
