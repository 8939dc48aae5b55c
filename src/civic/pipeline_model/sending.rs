//! From the lanes to the networks: `engine::lane`, `engine::perform`.

use super::keeping::note_copy;
use super::state::{Effect, Event, Lane, ROOM, Request, Stage, State, copy, message_of};
use super::steps::only_if;
use super::{Flaw, Scenario};

impl Scenario {
    /// What a lane that is free takes up next. It works on what is written; sends only what is on the disk.
    fn next_in_lane(&self, state: &State, leg: usize) -> Option<Effect> {
        let lane = state.engine.lanes[leg];
        only_if(lane.stage == Stage::Idle && !lane.asleep)?;
        let effect = state.written.outbox[leg].first()?;
        let durable = state.durable.outbox[leg].contains(effect);
        (durable || self.has(Flaw::SendsBeforeTheFlush)).then_some(effect)
    }

    fn needs_a_look(&self, state: &State, leg: usize, effect: Effect) -> bool {
        leg == ROOM
            && state.engine.uncertain.contains(effect)
            && !self.has(Flaw::RepeatsWithoutLooking)
    }

    pub(super) fn join(&self, state: &mut State) -> Option<()> {
        let sender = self.sender(self.next_in_lane(state, ROOM)?);
        only_if(!state.engine.ghosts.contains(sender))?;
        state.engine.ghosts.insert(sender);
        if !state.present.contains(sender) {
            state.present.insert(sender);
            tell(state, Event::Joined(sender));
        }
        Some(())
    }

    pub(super) fn look(&self, state: &mut State) -> Option<()> {
        let effect = self.next_in_lane(state, ROOM)?;
        only_if(self.needs_a_look(state, ROOM, effect) && self.has_ghost(state, effect))?;
        let echoed = state
            .written
            .copies
            .contains(copy(message_of(effect), ROOM));
        let found = echoed || state.networks[ROOM].shown.contains(effect);
        match found {
            true => self.cross_out(state, ROOM, effect),
            false => state.engine.lanes[ROOM].stage = Stage::Missing(effect),
        }
        Some(())
    }

    pub(super) fn ask(&self, state: &mut State, leg: usize) -> Option<()> {
        let effect = match state.engine.lanes[leg].stage {
            Stage::Missing(effect) => effect,
            Stage::Idle => {
                let effect = self.next_in_lane(state, leg)?;
                let may = leg != ROOM || self.has_ghost(state, effect);
                only_if(may && !self.needs_a_look(state, leg, effect))?;
                only_if(!self.has(Flaw::CrossesOutFirst))?;
                effect
            }
            _ => return None,
        };
        if leg == ROOM && !self.has(Flaw::DoubtsOnlyTheUnanswered) {
            state.engine.uncertain.insert(effect);
        }
        state.engine.lanes[leg].stage = Stage::Asked(effect);
        state.networks[leg].request = Request::OnItsWay;
        Some(())
    }

    fn has_ghost(&self, state: &State, effect: Effect) -> bool {
        state.engine.ghosts.contains(self.sender(effect))
    }

    pub(super) fn accept(&self, state: &mut State, leg: usize) -> Option<()> {
        let Stage::Asked(effect) = state.engine.lanes[leg].stage else {
            return None;
        };
        only_if(state.networks[leg].request == Request::OnItsWay)?;
        state.networks[leg].request = self.carry_out(state, leg, effect);
        Some(())
    }

    pub(super) fn accept_stray(&self, state: &mut State, leg: usize, effect: Effect) -> Option<()> {
        only_if(state.networks[leg].strays.contains(effect))?;
        state.networks[leg].strays.remove(effect);
        self.carry_out(state, leg, effect);
        Some(())
    }

    /// What a network does about a request. The homeserver knows a transaction id again for a while, and lets only
    /// ghosts speak that are in the room; phones drop a message whose id they have seen.
    fn carry_out(&self, state: &mut State, leg: usize, effect: Effect) -> Request {
        let known = match leg {
            ROOM => state.remembered.contains(effect),
            _ => state.networks[leg].shown.contains(effect) && !self.has(Flaw::PhonesShowRepeats),
        };
        if known {
            return Request::Accepted;
        }
        if leg == ROOM {
            if !state.present.contains(self.sender(effect)) {
                return Request::Refused;
            }
            state.remembered.insert(effect);
            tell(state, Event::Echo(effect));
        }
        state.networks[leg].shown.push(effect);
        Request::Accepted
    }

    pub(super) fn answer(&self, state: &mut State, leg: usize) -> Option<()> {
        let effect = answered(state, leg, Request::Accepted)?;
        if self.has(Flaw::CrossesOutFirst) {
            self.rest(state, leg);
        } else if self.has(Flaw::WritesStaleLinks) {
            state.engine.lanes[leg].stage = Stage::LinkRead(effect, state.written.copies);
        } else {
            self.cross_out(state, leg, effect);
        }
        Some(())
    }

    pub(super) fn answer_no(&self, state: &mut State) -> Option<()> {
        let effect = answered(state, ROOM, Request::Refused)?;
        if self.has(Flaw::BuriesWhatAbsentGhostsSay) {
            state.written.outbox[ROOM].pop();
            state.engine.lanes[ROOM].stage = Stage::CrossedOut(effect);
        } else {
            state.engine.ghosts.remove(self.sender(effect));
            self.rest(state, ROOM);
        }
        Some(())
    }

    pub(super) fn write_link(&self, state: &mut State, leg: usize) -> Option<()> {
        let Stage::LinkRead(effect, read) = state.engine.lanes[leg].stage else {
            return None;
        };
        for leg in 0..self.legs {
            let copy = copy(message_of(effect), leg);
            state.written.copies.remove(copy);
            if read.contains(copy) {
                state.written.copies.insert(copy);
            }
        }
        self.cross_out(state, leg, effect);
        Some(())
    }

    pub(super) fn cross_out_first(&self, state: &mut State, leg: usize) -> Option<()> {
        only_if(self.has(Flaw::CrossesOutFirst))?;
        let effect = self.next_in_lane(state, leg)?;
        self.cross_out(state, leg, effect);
        Some(())
    }

    fn cross_out(&self, state: &mut State, leg: usize, effect: Effect) {
        state.written.outbox[leg].pop();
        note_copy(state, message_of(effect), leg);
        state.engine.lanes[leg].stage = Stage::CrossedOut(effect);
        if self.has(Flaw::GoesOnBeforeTheFlush) {
            self.crossed_out(state, leg, effect);
        }
    }

    /// Crossing out is on the disk.
    pub(super) fn crossed_out(&self, state: &mut State, leg: usize, effect: Effect) {
        if self.has(Flaw::CrossesOutFirst) {
            state.engine.lanes[leg].stage = Stage::Missing(effect);
            return;
        }
        if leg == ROOM {
            state.engine.uncertain.remove(effect);
        }
        self.rest(state, leg);
    }

    /// A lane is free again. It goes to sleep at once where nothing is written for it: what is written later it may
    /// send only after the flush, and by then it is rung. A lane that doesn't wait for the flush sees it sooner.
    pub(super) fn rest(&self, state: &mut State, leg: usize) {
        let nothing = state.written.outbox[leg].is_empty();
        state.engine.lanes[leg] = Lane {
            stage: Stage::Idle,
            asleep: nothing && !self.has(Flaw::SendsBeforeTheFlush),
        };
    }

    pub(super) fn lose_stray(&self, state: &mut State, leg: usize) -> Option<()> {
        let effect = state.networks[leg].strays.first()?;
        state.networks[leg].strays.remove(effect);
        Some(())
    }

    fn sender(&self, effect: Effect) -> u8 {
        self.messages[usize::from(message_of(effect))].sender
    }
}

/// Which effect of a lane is answered so, if its answer is there. The answer is taken.
pub(super) fn answered(state: &mut State, leg: usize, so: Request) -> Option<Effect> {
    let Stage::Asked(effect) = state.engine.lanes[leg].stage else {
        return None;
    };
    only_if(std::mem::take(&mut state.networks[leg].request) == so)?;
    Some(effect)
}

/// The homeserver has something more to tell us.
pub(super) fn tell(state: &mut State, event: Event) {
    state.networks[ROOM].to_tell.push(event.number());
}
