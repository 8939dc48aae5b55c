//! From a network into the notebook, and from the inbox into the lanes: `engine::intake`, `engine::theme_queue`.

use super::state::{Event, Keeping, Message, ROOM, Stage, State, ThemeTask, copy, message_of};
use super::steps::only_if;
use super::{Flaw, Scenario};

impl Scenario {
    pub(super) fn hear(&self, state: &mut State, leg: usize) -> Option<()> {
        let event = state.next_event(leg)?;
        only_if(state.engine.ears[leg].keeping == Keeping::Nothing)?;
        match event {
            Event::Talk(message) if state.written.seen.contains(message) => {
                self.wait_for_flush(state, leg, Flaw::AcknowledgesTheKnownAtOnce);
            }
            Event::Talk(message) if self.has(Flaw::LooksUpBeforeItWrites) => {
                state.engine.ears[leg].unknown.push(message);
                state.engine.ears[leg].keeping = Keeping::LookedUp;
            }
            Event::Talk(message) => {
                take_in(state, message);
                self.wait_for_flush(state, leg, Flaw::AcknowledgesBeforeTheFlush);
            }
            Event::Echo(effect) => {
                note_copy(state, message_of(effect), ROOM);
                self.wait_for_flush(state, leg, Flaw::AcknowledgesTheKnownAtOnce);
            }
            Event::Joined(sender) => {
                state.engine.ghosts.insert(sender);
                state.engine.ears[leg].keeping = Keeping::Kept;
            }
            Event::Left(sender) => {
                state.engine.ghosts.remove(sender);
                state.engine.ears[leg].keeping = Keeping::Kept;
            }
        }
        Some(())
    }

    fn wait_for_flush(&self, state: &mut State, leg: usize, unless: Flaw) {
        let at_once = self.has(unless) || state.written == state.durable;
        state.engine.ears[leg].keeping = match at_once {
            true => Keeping::Kept,
            false => Keeping::Written,
        };
    }

    pub(super) fn write_what_was_heard(&self, state: &mut State, leg: usize) -> Option<()> {
        let message = state.engine.ears[leg].unknown.pop()?;
        take_in(state, message);
        if state.engine.ears[leg].keeping == Keeping::LookedUp {
            self.wait_for_flush(state, leg, Flaw::AcknowledgesBeforeTheFlush);
        }
        Some(())
    }

    pub(super) fn flush(&self, state: &mut State) -> Option<()> {
        only_if(state.written != state.durable || state.engine.waits_for_flush())?;
        state.durable = state.written;
        for ear in &mut state.engine.ears {
            if ear.keeping == Keeping::Written {
                ear.keeping = Keeping::Kept;
            }
        }
        if state.engine.theme == ThemeTask::Decided {
            state.engine.theme = ThemeTask::Ready;
            if !self.has(Flaw::RingsBeforeItWrites) {
                ring_lanes(state);
            }
        }
        for leg in 0..self.legs {
            if let Stage::CrossedOut(effect) = state.engine.lanes[leg].stage {
                self.crossed_out(state, leg, effect);
            }
        }
        Some(())
    }

    pub(super) fn acknowledge(&self, state: &mut State, leg: usize) -> Option<()> {
        only_if(state.engine.ears[leg].keeping == Keeping::Kept)?;
        state.engine.ears[leg].keeping = Keeping::Nothing;
        state.networks[leg].to_tell.pop().map(drop)
    }

    pub(super) fn decide(&self, state: &mut State) -> Option<()> {
        only_if(state.engine.theme == ThemeTask::Ready)?;
        let message = state.written.inbox.first()?;
        let (removal_waits, effects_wait) = (
            self.has(Flaw::SendsOutThenTakesOut),
            self.has(Flaw::TakesOutThenSendsOut),
        );
        if !effects_wait {
            self.send_out(state, message);
        }
        if !removal_waits {
            state.written.inbox.pop();
        }
        state.engine.theme = match removal_waits || effects_wait {
            true => ThemeTask::Half(message),
            false => ThemeTask::Decided,
        };
        Some(())
    }

    pub(super) fn decide_the_rest(&self, state: &mut State) -> Option<()> {
        let ThemeTask::Half(message) = state.engine.theme else {
            return None;
        };
        if self.has(Flaw::SendsOutThenTakesOut) {
            state.written.inbox.pop();
        } else {
            self.send_out(state, message);
        }
        state.engine.theme = ThemeTask::Decided;
        Some(())
    }

    /// `Theme::carry` and `carry::lay_out`: an effect for each other leg, and the link of the expected copies.
    fn send_out(&self, state: &mut State, message: Message) {
        let by_chance = match self.has(Flaw::IdsByChance) {
            true => self.faults.crashes - state.left.crashes,
            false => 0,
        };
        let origin = self.messages[usize::from(message)].on;
        state.written.linked.insert(message);
        for leg in 0..self.legs {
            state.written.copies.remove(copy(message, leg));
            if leg != origin || self.has(Flaw::CarriesBack) {
                state.written.outbox[leg].push(message + 4 * by_chance);
            }
        }
    }
}

/// `notebook::take_in`: the message and that it was seen, in one write.
fn take_in(state: &mut State, message: Message) {
    state.written.inbox.push(message);
    state.written.seen.insert(message);
}

/// `notebook::copy_became`: what a copy became, if its link is there.
pub(super) fn note_copy(state: &mut State, message: Message, leg: usize) {
    if state.written.linked.contains(message) {
        state.written.copies.insert(copy(message, leg));
    }
}

/// `carry::ring_lanes`: whoever sleeps looks again. A lane that is at work looks anyway before it sleeps.
fn ring_lanes(state: &mut State) {
    for (lane, outbox) in state.engine.lanes.iter_mut().zip(state.written.outbox) {
        lane.asleep &= outbox.is_empty();
    }
}
