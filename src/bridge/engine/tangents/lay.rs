//! From what was decided about a tangent to what stands in the lanes.

use civic::{Debate, DebateTold, Effect, Leg, MessageId, Network, Notice, Party};
use vault::VaultError;

use super::{DEBATE, Debating, copy_name, debate_name, pointed, pointer_name};
use crate::engine::act::Act;
use crate::engine::carry::Layout;
use crate::engine::entries::{Copy, Did, Link, Outgoing, Words, leg, leg_key};
use crate::engine::lock;

impl Layout<'_> {
    pub(in crate::engine) fn debate(&mut self, debate: &Debate) {
        match debate {
            Debate::Copy { message, author } => self.copy_moved(*message, author),
            Debate::Join => self.join_debate(),
            Debate::Point { .. } => self.point(debate),
        }
    }

    /// The name of the link of what debate libre begins with.
    pub(in crate::engine) fn debate_name(&self) -> [u8; 16] {
        debate_name(&self.engine.notebook, self.seat.slug().as_str())
    }

    pub(in crate::engine) fn copy_name(&self, original: &[u8]) -> [u8; 16] {
        let theme = self.seat.slug().as_str();
        copy_name(&self.engine.notebook, theme, original)
    }

    /// Sees to it that debate libre stands in the room. That costs nothing where it does.
    fn open(&mut self) {
        let name = self.debate_name();
        let effect = self.engine.debate_effect(self.seat);
        if !matches!(self.engine.notebook.link(&name), Ok(Some(_))) {
            let mut link = Link::of_bridge(DEBATE, self.now.0);
            // What answers it stands in its thread.
            link.thread = Some(name.to_vec());
            link.copies = vec![Copy {
                leg: leg_key(&Leg::Room),
                effect: effect.clone(),
            }];
            self.keep_as(&name, &link);
        }
        let act = Debating::Open {
            text: self.engine.debate_begins(self.seat),
        };
        self.send_known(&Leg::Room, effect, act, &name);
    }

    /// What was moved is said there, too, unless it is hidden, has no words, or was said there before.
    fn copy_moved(&mut self, message: MessageId, author: &Party) {
        let Ok(Some(link)) = self.engine.notebook.link(message.as_bytes()) else {
            return;
        };
        if link.shown().is_empty() {
            return;
        }
        let words = Words {
            text: link.text,
            html: None,
        };
        self.copy(message.as_bytes(), author, words);
    }

    fn copy(&mut self, of: &[u8], author: &Party, words: Words) {
        let name = self.copy_name(of);
        if matches!(self.engine.notebook.link(&name), Ok(Some(_))) {
            return;
        }
        self.open();
        let mut link = Link::of_bridge(DEBATE, self.now.0);
        link.member = author.member.to_string();
        link.text.clone_from(&words.text);
        link.thread = Some(self.debate_name().to_vec());
        link.copy_of = Some(of.to_vec());
        self.said_there(&name, &mut link, (of, author, words));
        self.keep_as(&name, &link);
    }

    /// What is said now is part of debate libre: from a group it is said there; from the room it stands there, or is said there
    /// again.
    fn join_debate(&mut self) {
        let Some(talk) = self.talk().cloned() else {
            return;
        };
        let Did::Say { words, answers, .. } = &talk.did else {
            return;
        };
        self.debated = true;
        let stands = self.engine.debate_into(self.seat, answers.as_ref());
        if matches!(stands, Ok(Some(_))) {
            return;
        }
        if talk.from == leg_key(&Leg::Room) {
            let Ok(member) = talk.member.parse() else {
                return;
            };
            let network = Network::Matrix;
            let own = self.own_name(&talk);
            return self.copy(&own, &Party { member, network }, words.clone());
        }
        self.open();
        let answers = self.answered_there();
        self.say(&Leg::Room, &talk, words.clone(), Some(answers));
    }

    /// What of debate libre is answered: what stands there, or its copy there, or else its beginning.
    fn answered_there(&self) -> Vec<u8> {
        let debate = self.debate_name().to_vec();
        let notebook = &self.engine.notebook;
        let Some(target) = self.target.clone() else {
            return debate;
        };
        let stands = notebook.link(&target).ok().flatten();
        if stands.is_some_and(|link| link.thread.as_ref() == Some(&debate)) {
            return target;
        }
        let copy = self.copy_name(&target);
        match notebook.link(&copy) {
            Ok(Some(_)) => copy.to_vec(),
            _ => debate,
        }
    }

    fn point(&mut self, debate: &Debate) {
        let (
            Debate::Point {
                case,
                message,
                author,
                by,
                here,
            },
            Some(theme),
        ) = (debate, self.theme)
        else {
            return;
        };
        let told = {
            let people = lock(&self.engine.people);
            DebateTold::Pointer {
                theme: theme.title().to_owned(),
                who: people.shown(&author.member),
                by: by.iter().map(|by| people.shown(&by.member)).collect(),
                case: *case,
                here: here.map(|number| theme.reference(number)),
                link: self.engine.address_of_theme(self.seat),
            }
        };
        let text = self.engine.words(&Notice::Debate(told), None);
        let name = pointer_name(&self.engine.notebook, self.seat.slug().as_str(), *case);
        let mut link = Link::of_bridge(DEBATE, self.now.0);
        link.answers = true;
        let legs = std::iter::once(Leg::Room).chain(self.groups());
        for leg in legs.collect::<Vec<_>>() {
            let effect = self.engine.pointer_effect(self.seat, *case, &leg);
            link.copies.extend(pointed(&leg, &effect));
            let act = Debating::Point {
                of: message.as_bytes().to_vec(),
                case: *case,
                text: text.clone(),
            };
            self.send_known(&leg, effect, act, &name);
        }
        self.keep_as(&name, &link);
    }

    /// What its author changes or takes back is changed and taken back in debate libre, too.
    pub(in crate::engine) fn follow_in_debate(
        &mut self,
        effects: &[Effect],
    ) -> Result<(), VaultError> {
        let (Some(talk), Some(of)) = (self.talk().cloned(), self.target.clone()) else {
            return Ok(());
        };
        let name = self.copy_name(&of);
        let Some(mut link) = self.engine.notebook.link(&name)? else {
            return Ok(());
        };
        let held_back = |effect: &Effect| matches!(effect, Effect::Enforce(_));
        match &talk.did {
            Did::Edit { words, .. } if !effects.iter().any(held_back) => {
                let correct = Debating::Correct {
                    of,
                    copy: name.to_vec(),
                    member: talk.member.clone(),
                    words: words.clone(),
                    quoted: talk.from == leg_key(&Leg::Room),
                };
                let act = Act::Debate(Box::new(correct));
                let effect = self.send(&Leg::Room, act, None, Some(name.to_vec()));
                link.text.clone_from(&words.text);
                let leg = leg_key(&Leg::Room);
                link.copies.push(Copy { leg, effect });
            }
            Did::TakeBack { .. } if self.reaction_to.is_none() => {
                let act = Act::TakeBack {
                    of: name.to_vec(),
                    by_author: false,
                };
                self.wherever_told(&link, &act);
                link.text.clear();
            }
            _ => return Ok(()),
        }
        self.keep_as(&name, &link);
        Ok(())
    }

    /// What is hidden is hidden there, too.
    pub(in crate::engine) fn hide_copy(&mut self, message: MessageId) {
        let name = self.copy_name(message.as_bytes());
        if let Ok(Some(mut link)) = self.engine.notebook.link(&name) {
            link.hidden = true;
            self.keep_as(&name, &link);
            let of = name.to_vec();
            self.wherever_told(&link, &Act::Hide { of });
        }
    }

    /// What is done about a copy is done wherever it stands: once a week its first words are told in the groups, too.
    pub(in crate::engine) fn wherever_told(&mut self, link: &Link, act: &Act) {
        self.send(&Leg::Room, act.clone(), None, None);
        for group in self.groups() {
            let key = leg_key(&group);
            if link.copies.iter().any(|copy| copy.leg == key) {
                self.send(&group, act.clone(), None, None);
            }
        }
    }

    /// What was moved and hidden is said there again.
    pub(in crate::engine) fn restore_copy(
        &mut self,
        message: MessageId,
        author: &Party,
        words: &Words,
    ) {
        let name = self.copy_name(message.as_bytes());
        if let Ok(Some(mut link)) = self.engine.notebook.link(&name)
            && link.hidden
        {
            link.hidden = false;
            let copy = (message.as_bytes().as_slice(), author, words.clone());
            self.said_there(&name, &mut link, copy);
            self.keep_as(&name, &link);
        }
    }

    /// What was written there and hidden is said there again, and in the group where it was written; in no other.
    pub(in crate::engine) fn say_there_again(
        &mut self,
        (name, link): (&[u8], &mut Link),
        author: &Party,
        words: Words,
    ) {
        if let Some(group @ Leg::Group(_)) = leg(&link.leg) {
            let act = Act::Relay {
                member: author.member.to_string(),
                words: words.clone(),
                at: self.now.0,
                answers: None,
            };
            let effect = self.send(&group, act, None, Some(name.to_vec()));
            let leg = leg_key(&group);
            link.copies.push(Copy { leg, effect });
        }
        self.said_there(name, link, (name, author, words));
    }

    /// Says in debate libre what somebody wrote, as copies of this link.
    fn said_there(
        &mut self,
        name: &[u8],
        link: &mut Link,
        (of, author, words): (&[u8], &Party, Words),
    ) {
        for words in self.engine.pieces(self.seat, words) {
            let copy = Debating::Copy {
                of: of.to_vec(),
                member: author.member.to_string(),
                words,
                quoted: author.network == Network::Matrix,
            };
            let act = Act::Debate(Box::new(copy));
            let effect = self.send(&Leg::Room, act, None, Some(name.to_vec()));
            let leg = leg_key(&Leg::Room);
            link.copies.push(Copy { leg, effect });
        }
    }

    /// Sends something that has the same effect whatever input it comes from.
    fn send_known(&mut self, to: &Leg, effect: String, act: Debating, link: &[u8]) {
        let lane = self.engine.lane(self.seat, to);
        let outgoing = Outgoing {
            link: Some(link.to_vec()),
            again: self.incoming.again,
            ..Outgoing::of_bridge(effect, self.now, Act::Debate(Box::new(act)))
        };
        self.engine
            .notebook
            .send_out(self.batch, lane.prefix, &outgoing);
        self.rung.push(lane);
    }
}

impl super::Engine {
    /// What stands at the beginning of a theme's debate libre.
    pub(super) fn debate_begins(&self, seat: &super::Seat) -> String {
        let theme = seat.definition.name.get(self.config.language).to_owned();
        self.words(&Notice::Debate(DebateTold::Begins { theme }), None)
    }
}
