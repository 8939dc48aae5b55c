//! What goes wrong: crashes, lost answers, a homeserver that restarts, a disk that is full.

use super::sending::{answered, tell};
use super::state::{Ear, Engine, Event, Keeping, ROOM, Request, Set, Stage, State};
use super::steps::{only_if, spend};
use super::{Flaw, Scenario};

impl Scenario {
    pub(super) fn crash(&self, state: &mut State) -> Option<()> {
        spend(&mut state.left.crashes)?;
        state.written = state.durable;
        for leg in 0..self.legs {
            self.stop_waiting(state, leg);
        }
        let left = state.written.outbox[ROOM];
        let doubted = match self.has(Flaw::DoubtsOnlyTheFirst) {
            true => 1,
            false => usize::MAX,
        };
        let mut uncertain = Set::default();
        left.iter()
            .take(doubted)
            .for_each(|effect| uncertain.insert(effect));
        state.engine = Engine {
            uncertain,
            ghosts: state.present,
            ..Engine::default()
        };
        for leg in 0..state.engine.lanes.len() {
            self.rest(state, leg);
        }
        Some(())
    }

    pub(super) fn lose(&self, state: &mut State, leg: usize) -> Option<()> {
        only_if(state.networks[leg].request != Request::None)?;
        spend(&mut state.left.losses)?;
        state.networks[leg].request = Request::None;
        self.unanswered(state, leg)
    }

    pub(super) fn give_up_waiting(&self, state: &mut State, leg: usize) -> Option<()> {
        only_if(state.networks[leg].request == Request::OnItsWay)?;
        spend(&mut state.left.losses)?;
        self.stop_waiting(state, leg);
        self.unanswered(state, leg)
    }

    /// Nobody waits for the answer any more: what is on its way may still arrive.
    fn stop_waiting(&self, state: &mut State, leg: usize) {
        let network = &mut state.networks[leg];
        let request = std::mem::take(&mut network.request);
        if let (Request::OnItsWay, Stage::Asked(effect)) = (request, state.engine.lanes[leg].stage)
        {
            network.strays.insert(effect);
        }
    }

    /// `Failure::Uncertain`: to be looked for before it is tried again.
    fn unanswered(&self, state: &mut State, leg: usize) -> Option<()> {
        let Stage::Asked(effect) = state.engine.lanes[leg].stage else {
            return None;
        };
        if leg == ROOM {
            state.engine.uncertain.insert(effect);
        }
        if self.has(Flaw::GoesOnWithTheNext) {
            state.written.outbox[leg].pop();
            state.written.outbox[leg].push(effect);
        }
        self.rest(state, leg);
        Some(())
    }

    pub(super) fn restart_homeserver(&self, state: &mut State) -> Option<()> {
        spend(&mut state.left.restarts)?;
        state.remembered = Set::default();
        state.engine.ears[ROOM] = Ear {
            keeping: Keeping::Nothing,
            ..state.engine.ears[ROOM]
        };
        if state.networks[ROOM].request != Request::None {
            self.stop_waiting(state, ROOM);
            self.unanswered(state, ROOM)?;
        }
        if let Stage::Missing(_) = state.engine.lanes[ROOM].stage
            && !self.has(Flaw::TrustsAnOldLook)
        {
            self.rest(state, ROOM);
        }
        if !self.has(Flaw::RequestsOutliveTheHomeserver) {
            state.networks[ROOM].strays = Set::default();
        }
        Some(())
    }

    pub(super) fn refuse_write(&self, state: &mut State, leg: usize) -> Option<()> {
        answered(state, leg, Request::Accepted)?;
        spend(&mut state.left.refused_writes)?;
        self.rest(state, leg);
        Some(())
    }

    pub(super) fn tell_again(&self, state: &mut State, leg: usize) -> Option<()> {
        only_if(state.engine.ears[leg].keeping != Keeping::Nothing)?;
        spend(&mut state.left.losses)?;
        state.engine.ears[leg].keeping = Keeping::Nothing;
        Some(())
    }

    pub(super) fn kick(&self, state: &mut State) -> Option<()> {
        only_if(state.present.contains(0))?;
        spend(&mut state.left.kicks)?;
        state.present.remove(0);
        tell(state, Event::Left(0));
        Some(())
    }
}
