//! From what was decided to what stands in the lanes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use civic::moderation::Deed;
use civic::{
    Choice, Effect, GroupId, Language, Leg, MemberId, Notice, Record, Standing, Support, Theme,
    Timestamp,
};
use vault::{Batch, VaultError};

use super::act::Act;
use super::entries::{Copy, Did, Incoming, Kept, Link, Outgoing, Talk, Words, leg_key};
use super::lane::Lane;
use super::{Engine, Seat, lock};

/// Effects on their way into the lanes.
pub(super) struct Layout<'a> {
    pub(super) engine: &'a Arc<Engine>,
    pub(super) seat: &'a Arc<Seat>,
    pub(super) batch: &'a mut Batch,
    pub(super) now: Timestamp,
    pub(super) incoming: &'a Incoming,
    /// The copies of what was said, for its link.
    pub(super) copies: Vec<Copy>,
    pub(super) rung: Vec<Arc<Lane>>,
    /// The link of what it answers, changes, takes back or reacts to.
    pub(super) target: Option<Vec<u8>>,
    /// If that is a reaction: the link of what was reacted to.
    pub(super) reaction_to: Option<Vec<u8>>,
    /// Whether that stands only where it was written.
    pub(super) only_here: bool,
    /// If so: whether it is a command.
    pub(super) of_command: bool,
    /// Whether its author takes it back, where they wrote it.
    pub(super) by_author: bool,
    /// If it changes something: how that began until now.
    pub(super) said_before: String,
    /// How often the message that is changed was changed before.
    pub(super) changed_before: i64,
    /// The effect by which this person's reaction stands in the room until now.
    pub(super) before: Option<String>,
    /// The theme as it is when all of this is taken over; only where proposals are concerned.
    pub(super) theme: Option<&'a Theme>,
    /// Links that are written with this batch.
    pub(super) links: BTreeMap<Vec<u8>, Link>,
    /// The cards that were laid out already.
    pub(super) carded: BTreeSet<(Leg, u32)>,
    /// Whether what was said is taken out of sight at once.
    pub(super) hides_it: bool,
    /// Whether what was said is part of debate libre.
    pub(super) debated: bool,
    /// What is said elsewhere, too: it is not only for whoever asked.
    pub(super) announced: Vec<&'a Notice>,
    /// What was laid out already, by what its ids are made of.
    pub(super) laid: BTreeSet<String>,
}

impl Engine {
    /// Writes what was decided into the batch, lane by lane. Returns the lanes to be rung once it is written.
    pub(crate) fn lay_out(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        batch: &mut Batch,
        now: Timestamp,
        incoming: &Incoming,
        (effects, theme): (&[Effect], Option<&Theme>),
    ) -> Result<Vec<Arc<Lane>>, VaultError> {
        let announced = effects.iter().filter_map(|effect| match effect {
            Effect::Tell { notice, .. } => Some(notice),
            _ => None,
        });
        let mut layout = Layout {
            engine: self,
            seat,
            batch,
            now,
            incoming,
            copies: Vec::new(),
            rung: Vec::new(),
            target: None,
            reaction_to: None,
            only_here: false,
            of_command: false,
            by_author: false,
            said_before: String::new(),
            changed_before: 0,
            before: None,
            theme,
            links: BTreeMap::new(),
            carded: BTreeSet::new(),
            hides_it: false,
            debated: false,
            announced: announced.collect(),
            laid: BTreeSet::new(),
        };
        if let Some(talk) = layout.talk().cloned() {
            layout.look_up(&talk)?;
        }
        layout.hides_it |= layout.is_hidden_by(effects);
        let taken = layout.is_taken();
        for effect in effects {
            layout.put(effect, taken)?;
        }
        // Of whoever stays out nothing is noted that others could see later.
        let carried = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Carry { .. }))
            || layout.debated;
        layout.follow_in_debate(effects)?;
        if !carried {
            layout.withhold();
        }
        // A reaction that counts is known by its link when it is taken back.
        let counted = effects.iter().any(counts);
        let known = layout.stands_here();
        layout.finish(carried || counted, known)
    }

    pub(crate) fn ring_lanes(&self, lanes: &[Arc<Lane>]) {
        for lane in lanes {
            lane.bell.notify_one();
        }
    }

    /// What the bridge says, in a language.
    pub(crate) fn words(&self, notice: &Notice, language: Option<Language>) -> String {
        let said = language::say(notice, language.unwrap_or(self.config.language));
        match notice {
            // Where all of it can be read.
            Notice::Rules { .. } | Notice::Bench { .. } => {
                format!("{said} {}", self.address_of_log())
            }
            _ => said,
        }
    }
}

/// Whether it is what a reaction counts as: support, or that something is off topic.
fn counts(effect: &Effect) -> bool {
    match effect {
        Effect::Record(Record::Supported { how, .. }) => *how == Support::Reaction,
        Effect::Record(Record::Moderated(entry)) => matches!(entry.deed, Deed::Flagged { .. }),
        _ => false,
    }
}

impl Layout<'_> {
    /// Lays out one effect. What is too much is neither carried to groups nor answered.
    fn put(&mut self, effect: &Effect, taken: bool) -> Result<(), VaultError> {
        match effect {
            Effect::Whisper { to, .. } if !taken && self.is_asker(to) => {}
            Effect::Whisper { to, notice } => self.whisper(to, notice)?,
            Effect::KeepReporter { report } => self.keep_reporter(*report),
            Effect::TellReporter { report, notice } => self.tell_reporter(*report, notice)?,
            Effect::Facilitate { .. } if !taken => {}
            Effect::Facilitate { code, language } => self.facilitate(code, *language)?,
            Effect::VoidCode { code } => self.engine.void_code(self.batch, code)?,
            Effect::Carry { to: Leg::Group(_) } if !taken => {}
            Effect::Carry { to } => self.carry(to),
            Effect::Tell { .. } | Effect::Answer { .. } if !taken => {}
            Effect::Tell {
                to,
                notice,
                language,
            } => {
                let act = Act::Tell {
                    text: self.engine.words(notice, *language),
                    answers: None,
                };
                let asker = self.talk().map(|talk| talk.member.clone());
                self.send(to, act, asker, None);
            }
            Effect::Answer { notice, .. } if self.was_said_lately(notice) => {}
            Effect::Answer { notice, language } => {
                let asker = self.talk().map(|talk| talk.member.clone());
                self.answer(notice, *language, asker);
            }
            Effect::Describe(group) => self.describe(group),
            Effect::Choose { member, choice, .. } => self.choose(member, choice),
            Effect::Leave(member) => {
                let member = member.to_string();
                self.send(&Leg::Room, Act::Leave { member }, None, None);
            }
            Effect::Record(Record::Group {
                group,
                standing,
                since,
            }) => {
                let act = Act::of_group(group, *standing, *since);
                let notebook = &self.engine.notebook;
                notebook.note_standing(self.batch, group, (*standing, *since));
                self.send(&Leg::Room, act, None, None);
                if *standing == Standing::Open {
                    self.moderate_newcomer(group);
                }
            }
            Effect::Record(Record::Moderated(entry)) => self.moderated(entry),
            Effect::Enforce(enforcement) => self.enforce(enforcement)?,
            Effect::Debate(debate) => self.debate(debate),
            Effect::Record(record) => self.record(record)?,
            Effect::Card {
                to: Leg::Group(_), ..
            } if !taken => {}
            Effect::Card { proposal, to } => self.card(*proposal, to),
            Effect::HideAmendment {
                amendment,
                proposal,
                on,
            } => self.hide_amendment(*amendment, *proposal, *on)?,
            Effect::Count { proposal, counts } => self.count(*proposal, *counts),
            // Kept in memory alone: whoever offered asks again after ten minutes.
            Effect::Offer(_) => {}
            Effect::Link(one, other) => self.join(one, other, true),
            Effect::Unlink(one, other) => self.join(one, other, false),
        }
        Ok(())
    }

    /// Whether what a person wrote is taken for the groups, or is too much; that is said once in a while.
    fn is_taken(&mut self) -> bool {
        let Some(talk) = self.talk().cloned() else {
            return true;
        };
        if matches!(talk.did, Did::TakeBack { .. }) {
            return true;
        }
        let tells = {
            let mut flood = lock(&self.engine.flood);
            if !flood.is_over(self.now, &talk.member) {
                flood.take(self.now, &talk.member);
                return true;
            }
            flood.tells(self.now, &talk.member)
        };
        if tells {
            self.answer(&Notice::TooMany, None, None);
        }
        false
    }

    /// What is carried nowhere because its author stays out, or its group is not open, is not quoted later either. What was said
    /// in a room that has no groups yet is.
    fn withhold(&mut self) {
        let Some(talk) = self.talk().cloned() else {
            return;
        };
        let stays_out = self.stays_out(&talk);
        let in_room = talk.from == leg_key(&Leg::Room);
        let alone = talk.privately.is_some();
        if matches!(talk.did, Did::Say { .. }) && (stays_out || !in_room) && !alone {
            self.engine.withhold(self.batch, self.seat, &talk);
        }
    }

    /// Whether whoever says something is carried nowhere, as they chose.
    pub(super) fn stays_out(&self, talk: &Talk) -> bool {
        let member = talk.member.parse();
        member.is_ok_and(|member| !lock(&self.engine.people).choice(&member).carried)
    }

    pub(super) fn talk(&self) -> Option<&Talk> {
        match &self.incoming.what {
            Kept::Talk(talk) => Some(talk),
            _ => None,
        }
    }

    /// Lets a leg have what somebody said or did.
    fn carry(&mut self, to: &Leg) {
        let Some(talk) = self.talk().cloned() else {
            return;
        };
        if self.only_here && !matches!(talk.did, Did::Say { .. }) {
            return;
        }
        let (member, at) = (talk.member.clone(), talk.at);
        let act = match (&talk.did, self.target.clone()) {
            (Did::Say { words, .. }, answers) => {
                return self.say(to, &talk, words.clone(), answers);
            }
            (Did::Edit { words, .. }, Some(of)) => Act::Amend {
                member,
                of,
                words: words.clone(),
                // WhatsApp counts in seconds, and clients show the change with the latest time.
                at: at + self.changed_before,
                was: self.said_before.clone(),
            },
            (Did::TakeBack { .. }, Some(of)) => match (self.reaction_to.clone(), to) {
                (None, _) => Act::TakeBack {
                    of,
                    by_author: self.by_author,
                },
                (Some(target), Leg::Group(_)) => return self.react_in_group(to, &target, at),
                (Some(target), Leg::Room) => Act::React {
                    member,
                    to: target,
                    emoji: None,
                    before: self.before.clone(),
                    at,
                },
                (Some(_), Leg::Direct(_)) => return,
            },
            (Did::React { emoji, .. }, Some(target)) => match to {
                Leg::Group(_) => return self.react_in_group(to, &target, at),
                Leg::Room => Act::React {
                    member,
                    to: target,
                    emoji: emoji.clone(),
                    before: self.before.clone(),
                    at,
                },
                Leg::Direct(_) => return,
            },
            (_, None) => return,
        };
        let link = match &act {
            Act::Amend { of, .. } => Some(of.clone()),
            Act::React { .. } => Some(self.own_name(&talk)),
            _ => None,
        };
        let copied = link.is_some();
        let effect = self.send(to, act, Some(talk.member), link);
        if copied {
            self.copies.push(Copy {
                leg: leg_key(to),
                effect,
            });
        }
    }

    /// Lets a group see what is thought of a message elsewhere.
    fn react_in_group(&mut self, to: &Leg, target: &[u8], at: i64) {
        let target = target.to_vec();
        let mood = Act::Mood {
            to: target.clone(),
            at,
        };
        self.send(to, mood, self.talk().map(|talk| talk.member.clone()), None);
        let due = self.engine.gathered_until(self.now).0;
        self.send(to, Act::Gather { to: target, due }, None, None);
    }

    pub(super) fn say(&mut self, to: &Leg, talk: &Talk, words: Words, answers: Option<Vec<u8>>) {
        let link = self.own_name(talk);
        let member = || talk.member.clone();
        let quoted = match &talk.did {
            Did::Say {
                answers: Some(answers),
                ..
            } if self.target.is_none() => answers.quoted.as_deref(),
            _ => None,
        };
        let words = match quoted {
            Some(quoted) => self.engine.behind_quote(self.seat, quoted, &words),
            None => words,
        };
        let acts = match to {
            // Nothing is carried to somebody alone.
            Leg::Direct(_) => return,
            Leg::Group(_) => vec![Act::Relay {
                member: member(),
                words,
                at: talk.at,
                answers,
            }],
            Leg::Room => {
                let pieces = self.engine.pieces(self.seat, words).into_iter();
                let said = pieces.enumerate().map(|(piece, words)| Act::Say {
                    member: member(),
                    words,
                    at: talk.at,
                    answers: answers.clone(),
                    piece,
                });
                said.collect()
            }
        };
        for act in acts {
            let effect = self.send(to, act, Some(member()), Some(link.clone()));
            self.copies.push(Copy {
                leg: leg_key(to),
                effect,
            });
        }
    }

    /// The name of the link of what is carried now.
    pub(super) fn own_name(&self, talk: &Talk) -> Vec<u8> {
        let theme = self.seat.slug().as_str();
        let notebook = &self.engine.notebook;
        notebook
            .message_name(theme, &talk.from, &talk.message)
            .to_vec()
    }

    fn describe(&mut self, group: &GroupId) {
        let text = self.engine.group_description(&self.seat.definition);
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

    pub(super) fn send(
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
        let mut what = format!("{}/{}/{}", seat.slug(), leg_key(to), act.name());
        // Two of a kind in one place are two things all the same.
        while !self.laid.insert(what.clone()) {
            what.push('+');
        }
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
        let prefix = lane.prefix_of(&outgoing.act);
        self.engine.notebook.send_out(self.batch, prefix, &outgoing);
        self.rung.push(lane);
        effect
    }

    fn finish(mut self, carried: bool, stands: bool) -> Result<Vec<Arc<Lane>>, VaultError> {
        if let Some(talk) = self.talk().filter(|_| carried || stands).cloned() {
            if let Some(kind) = talk.only_told.as_ref().filter(|_| carried) {
                self.engine.count_only_told(kind);
            }
            self.remember(&talk)?;
        }
        Ok(self.rung)
    }
}
