//! The steps: each thing that the engine or the world does at one moment, and where in the engine it is done.

use super::state::{Effect, State, message_of};
use super::{Flaw, Scenario};

/// One step. The number is the leg where it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `intake::keep_events`, `keep_messages`: what a network tells next is written, if it isn't known.
    Hear(usize),
    /// Only with [`Flaw::LooksUpBeforeItWrites`]: the second half of hearing.
    WriteWhatWasHeard(usize),
    /// `matrix::endpoint` answers 200, or `whatsapp::Connector`'s hook Ok: the network forgets what it told.
    Acknowledge(usize),
    /// `vault::Database::flush`: what is written is on the disk, and whoever waits for that goes on. Also when
    /// sled writes by itself: nobody can know how much of what was not flushed survives a crash.
    Flush,
    /// `theme_queue::handle`: from the inbox through the decision into the lanes.
    Decide,
    /// Only where [`Flaw`] makes two writes of it: the second half of deciding.
    DecideTheRest,
    /// `perform::seat_ghost`: a ghost that is taken to be absent joins.
    Join,
    /// `perform::sent_before`: whether what is uncertain is there, among the echoes or in the room. Then it is
    /// crossed out.
    Look,
    /// `Homeserver::send`, `Connector::send_text`: a request leaves.
    Ask(usize),
    /// The network carries out what was asked.
    Accept(usize),
    /// The network carries out a request for whose answer nobody waits any more.
    AcceptStray(usize, Effect),
    /// Such a request never arrives.
    LoseStray(usize),
    /// The answer arrives, and `lane::cross_out` writes: the entry out, the copy's id into the link. Nobody else
    /// sees anything of what is between the two, so they are one step.
    Answer(usize),
    /// The answer arrives: the homeserver refuses what an absent ghost says.
    AnswerNo,
    /// Only with [`Flaw::WritesStaleLinks`]: the second half of the answer, after the link was read.
    WriteLink(usize),
    /// Only with [`Flaw::CrossesOutFirst`].
    CrossOut(usize),

    /// The bridge is killed and starts again: `engine::fold`, `lane::Work::start`.
    Crash,
    /// The network misses the acknowledgement, or has no patience: it tells the same again.
    TellAgain(usize),
    /// A request is lost, or its answer is.
    Lose(usize),
    /// No answer comes in time, though the request is still on its way.
    GiveUpWaiting(usize),
    /// The homeserver restarts. It keeps events and what it has to tell; transaction ids it forgets.
    RestartHomeserver,
    /// Somebody puts the ghost of the first sender out of the room.
    Kick,
    /// The answer arrives, and crossing out fails: the disk refuses the write.
    RefuseWrite(usize),
}

impl Step {
    /// All steps that there are in a scenario.
    pub(super) fn all(scenario: &Scenario) -> Vec<Self> {
        use Step::*;
        let mut steps = vec![
            Flush,
            Decide,
            DecideTheRest,
            Join,
            Look,
            AnswerNo,
            Crash,
            RestartHomeserver,
            Kick,
        ];
        for leg in 0..scenario.legs {
            steps.extend([
                Hear(leg),
                WriteWhatWasHeard(leg),
                Acknowledge(leg),
                Ask(leg),
                Accept(leg),
                LoseStray(leg),
                Answer(leg),
                WriteLink(leg),
                CrossOut(leg),
                TellAgain(leg),
                Lose(leg),
                GiveUpWaiting(leg),
                RefuseWrite(leg),
            ]);
            steps.extend(scenario.effects().map(|effect| AcceptStray(leg, effect)));
        }
        steps
    }

    /// Whether something goes wrong: it may happen, and nothing may depend on it.
    pub(super) fn is_fault(self) -> bool {
        use Step::*;
        match self {
            Crash | TellAgain(_) | Lose(_) | GiveUpWaiting(_) | RestartHomeserver | Kick
            | RefuseWrite(_) => true,
            Hear(_) | WriteWhatWasHeard(_) | Acknowledge(_) | Flush | Decide | DecideTheRest
            | Join | Look | Ask(_) | Accept(_) | AcceptStray(..) | LoseStray(_) | Answer(_)
            | AnswerNo | WriteLink(_) | CrossOut(_) => false,
        }
    }
}

impl Scenario {
    /// What a step leads to, if it can be taken now.
    pub(super) fn take(&self, before: &State, step: Step) -> Option<State> {
        let mut state = *before;
        let taken = match step {
            Step::Hear(leg) => self.hear(&mut state, leg),
            Step::WriteWhatWasHeard(leg) => self.write_what_was_heard(&mut state, leg),
            Step::Acknowledge(leg) => self.acknowledge(&mut state, leg),
            Step::Flush => self.flush(&mut state),
            Step::Decide => self.decide(&mut state),
            Step::DecideTheRest => self.decide_the_rest(&mut state),
            Step::Join => self.join(&mut state),
            Step::Look => self.look(&mut state),
            Step::Ask(leg) => self.ask(&mut state, leg),
            Step::Accept(leg) => self.accept(&mut state, leg),
            Step::AcceptStray(leg, effect) => self.accept_stray(&mut state, leg, effect),
            Step::LoseStray(leg) => self.lose_stray(&mut state, leg),
            Step::Answer(leg) => self.answer(&mut state, leg),
            Step::AnswerNo => self.answer_no(&mut state),
            Step::WriteLink(leg) => self.write_link(&mut state, leg),
            Step::CrossOut(leg) => self.cross_out_first(&mut state, leg),
            Step::Crash => self.crash(&mut state),
            Step::TellAgain(leg) => self.tell_again(&mut state, leg),
            Step::Lose(leg) => self.lose(&mut state, leg),
            Step::GiveUpWaiting(leg) => self.give_up_waiting(&mut state, leg),
            Step::RestartHomeserver => self.restart_homeserver(&mut state),
            Step::Kick => self.kick(&mut state),
            Step::RefuseWrite(leg) => self.refuse_write(&mut state, leg),
        };
        taken.map(|()| state)
    }

    /// All effects that there may be on a leg.
    fn effects(&self) -> impl Iterator<Item = Effect> {
        let lives = match self.has(Flaw::IdsByChance) {
            true => self.faults.crashes + 1,
            false => 1,
        };
        let messages = self.messages.len();
        (0..4 * lives).filter(move |effect| usize::from(message_of(*effect)) < messages)
    }
}

/// Goes on only if this holds.
pub(super) fn only_if(holds: bool) -> Option<()> {
    holds.then_some(())
}

/// Takes one of what may still go wrong.
pub(super) fn spend(left: &mut u8) -> Option<()> {
    *left = left.checked_sub(1)?;
    Some(())
}
