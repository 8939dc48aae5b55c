//! What holds in every order of events, and that each rule is needed for it.

use super::search::{Explored, Story, Wrong, explore};
use super::state::ROOM;
use super::{Faults, Flaw, NO_FAULTS, Said, Scenario};

/// A group of the theme.
const A: usize = 1;

const ONE: &[Said] = &[Said { sender: 0, on: A }];
const TWO_OF_ONE_SENDER: &[Said] = &[ONE[0]; 2];
const TWO_SENDERS: &[Said] = &[
    Said { sender: 0, on: A },
    Said {
        sender: 1,
        on: ROOM,
    },
];
const TWO_OF_TWO_SENDERS: &[Said] = &[
    Said { sender: 0, on: A },
    Said { sender: 0, on: A },
    Said {
        sender: 1,
        on: ROOM,
    },
    Said {
        sender: 1,
        on: ROOM,
    },
];

/// The room and one group, or the room and two.
const A_PAIR: usize = 2;
const A_HUB: usize = 3;

const CRASH: Faults = Faults {
    crashes: 1,
    ..NO_FAULTS
};
const CRASH_AND_RESTART: Faults = Faults {
    restarts: 1,
    ..CRASH
};
const ONE_OF_EACH: Faults = Faults {
    losses: 1,
    ..CRASH_AND_RESTART
};

/// What was found in all orders of events.
struct Outcome(Result<Explored, Story>);

fn exploring(messages: &'static [Said], legs: usize, faults: Faults) -> Outcome {
    exploring_with(&[], messages, legs, faults)
}

fn exploring_with(
    flaws: &'static [Flaw],
    messages: &'static [Said],
    legs: usize,
    faults: Faults,
) -> Outcome {
    Outcome(explore(&Scenario {
        messages,
        legs,
        faults,
        flaws,
    }))
}

impl Outcome {
    fn holds(self) {
        match self.0 {
            Ok(explored) => assert!(explored.states > 100 && explored.ends > 0, "{explored:?}"),
            Err(story) => panic!("{story}"),
        }
    }

    fn goes_wrong(self, expected: Wrong) {
        match self.0 {
            Ok(explored) => panic!("nobody noticed, in {} states", explored.states),
            Err(story) => assert_eq!(story.wrong, expected, "{story}"),
        }
    }
}

// What holds

#[test]
fn one_message_survives_whatever_happens() {
    let faults = Faults {
        crashes: 2,
        losses: 2,
        ..ONE_OF_EACH
    };
    exploring(ONE, A_HUB, faults).holds();
}

#[test]
fn one_message_survives_crash_upon_crash() {
    let faults = Faults {
        crashes: 3,
        losses: 2,
        restarts: 3,
        ..NO_FAULTS
    };
    exploring(ONE, A_PAIR, faults).holds();
}

#[test]
fn what_one_sender_says_stays_in_order() {
    exploring(TWO_OF_ONE_SENDER, A_HUB, CRASH_AND_RESTART).holds();
    exploring(TWO_OF_ONE_SENDER, A_PAIR, ONE_OF_EACH).holds();
}

#[test]
fn people_on_both_networks_talk_at_once() {
    exploring(TWO_SENDERS, A_HUB, CRASH).holds();
    exploring(TWO_SENDERS, A_PAIR, ONE_OF_EACH).holds();
}

#[test]
fn a_longer_talk_survives_a_crash() {
    exploring(TWO_OF_TWO_SENDERS, A_PAIR, CRASH).holds();
}

#[test]
fn a_longer_talk_reaches_all_legs() {
    exploring(TWO_OF_TWO_SENDERS, A_HUB, NO_FAULTS).holds();
}

#[test]
fn a_ghost_that_was_put_out_comes_back_to_speak() {
    let faults = Faults {
        kicks: 1,
        ..CRASH_AND_RESTART
    };
    exploring(TWO_OF_ONE_SENDER, A_PAIR, faults).holds();
}

#[test]
fn a_disk_that_refuses_a_write_makes_nothing_come_twice() {
    let faults = Faults {
        refused_writes: 2,
        ..ONE_OF_EACH
    };
    exploring(TWO_OF_ONE_SENDER, A_PAIR, faults).holds();
}

// Why each rule is there

#[test]
fn acknowledging_before_the_flush_loses() {
    let flaws = &[Flaw::AcknowledgesBeforeTheFlush];
    exploring_with(flaws, ONE, A_PAIR, NO_FAULTS).goes_wrong(Wrong::AcknowledgedAndNotKept);
}

#[test]
fn being_known_is_not_being_kept() {
    let flaws = &[Flaw::AcknowledgesTheKnownAtOnce];
    exploring_with(flaws, ONE, A_PAIR, ONE_OF_EACH).goes_wrong(Wrong::AcknowledgedAndNotKept);
}

#[test]
fn what_is_told_twice_at_once_has_to_be_looked_up_as_it_is_written() {
    let flaws = &[Flaw::LooksUpBeforeItWrites];
    exploring_with(flaws, ONE, A_PAIR, ONE_OF_EACH).goes_wrong(Wrong::Twice);
}

#[test]
fn out_of_the_inbox_and_into_the_outbox_is_one_write() {
    let flaws = &[Flaw::TakesOutThenSendsOut];
    exploring_with(flaws, ONE, A_PAIR, CRASH).goes_wrong(Wrong::Lost);
    let flaws = &[Flaw::SendsOutThenTakesOut];
    exploring_with(flaws, ONE, A_PAIR, CRASH_AND_RESTART).goes_wrong(Wrong::Twice);
}

#[test]
fn nothing_goes_back_to_where_it_was_written() {
    let flaws = &[Flaw::CarriesBack];
    exploring_with(flaws, ONE, A_PAIR, NO_FAULTS).goes_wrong(Wrong::BackAtItsOrigin);
}

#[test]
fn a_lane_that_is_rung_too_early_sleeps_on() {
    let flaws = &[Flaw::RingsBeforeItWrites];
    exploring_with(flaws, ONE, A_PAIR, NO_FAULTS).goes_wrong(Wrong::Stuck);
}

/// A lane at work sees what was just decided before it is flushed. If it sends that, and a crash undoes the
/// decision, then it is decided again, and nobody doubts the second sending.
#[test]
fn what_is_sent_has_to_be_on_the_disk() {
    let flaws = &[Flaw::SendsBeforeTheFlush];
    exploring_with(flaws, TWO_OF_ONE_SENDER, A_PAIR, CRASH_AND_RESTART).goes_wrong(Wrong::Twice);
}

/// Derived ids are the second line: with them a decision may be undone as long as the homeserver remembers. Ids by
/// chance would do only because an effect, and so its id, is on the disk before it is sent.
#[test]
fn ids_come_from_the_source() {
    let early = &[Flaw::SendsBeforeTheFlush];
    exploring_with(early, TWO_OF_ONE_SENDER, A_PAIR, CRASH).holds();
    let both = &[Flaw::SendsBeforeTheFlush, Flaw::IdsByChance];
    exploring_with(both, TWO_OF_ONE_SENDER, A_PAIR, CRASH).goes_wrong(Wrong::Twice);
    let by_chance = &[Flaw::IdsByChance];
    exploring_with(by_chance, TWO_OF_ONE_SENDER, A_PAIR, ONE_OF_EACH).holds();
}

#[test]
fn what_may_have_been_sent_is_looked_for() {
    let flaws = &[Flaw::RepeatsWithoutLooking];
    exploring_with(flaws, ONE, A_PAIR, CRASH_AND_RESTART).goes_wrong(Wrong::Twice);
}

/// Each success is flushed before the next is sent, so after a start only the first can have been sent. That is why
/// doubting all of them is no more than a precaution.
#[test]
fn only_the_first_in_a_lane_can_be_in_doubt_after_a_start() {
    let first = &[Flaw::DoubtsOnlyTheFirst];
    exploring_with(first, TWO_OF_ONE_SENDER, A_PAIR, ONE_OF_EACH).holds();
    let early = &[Flaw::GoesOnBeforeTheFlush];
    exploring_with(early, TWO_OF_ONE_SENDER, A_PAIR, ONE_OF_EACH).holds();
    let both = &[Flaw::DoubtsOnlyTheFirst, Flaw::GoesOnBeforeTheFlush];
    exploring_with(both, TWO_OF_ONE_SENDER, A_PAIR, CRASH_AND_RESTART).goes_wrong(Wrong::Twice);
}

#[test]
fn what_could_not_be_crossed_out_is_in_doubt_too() {
    let flaws = &[Flaw::DoubtsOnlyTheUnanswered];
    let faults = Faults {
        restarts: 1,
        refused_writes: 1,
        ..NO_FAULTS
    };
    exploring_with(flaws, ONE, A_PAIR, faults).goes_wrong(Wrong::Twice);
}

#[test]
fn a_lane_stays_with_what_was_not_answered() {
    let flaws = &[Flaw::GoesOnWithTheNext];
    exploring_with(flaws, TWO_OF_ONE_SENDER, A_PAIR, ONE_OF_EACH).goes_wrong(Wrong::OutOfOrder);
}

#[test]
fn crossing_out_comes_after_sending() {
    let flaws = &[Flaw::CrossesOutFirst];
    exploring_with(flaws, ONE, A_PAIR, CRASH).goes_wrong(Wrong::Lost);
}

#[test]
fn two_lanes_may_write_the_same_link_at_once() {
    let flaws = &[Flaw::WritesStaleLinks];
    exploring_with(flaws, ONE, A_HUB, NO_FAULTS).goes_wrong(Wrong::LinkIncomplete);
}

#[test]
fn an_absent_ghost_is_no_reason_to_give_up() {
    let flaws = &[Flaw::BuriesWhatAbsentGhostsSay];
    let faults = Faults {
        kicks: 1,
        ..NO_FAULTS
    };
    exploring_with(flaws, ONE, A_PAIR, faults).goes_wrong(Wrong::Lost);
}

/// What no bridge can make good: these have to be so in the world.
#[test]
fn what_is_taken_for_granted_is_needed() {
    let flaws = &[Flaw::RequestsOutliveTheHomeserver];
    exploring_with(flaws, ONE, A_PAIR, ONE_OF_EACH).goes_wrong(Wrong::Twice);
    let flaws = &[Flaw::TrustsAnOldLook];
    exploring_with(flaws, ONE, A_PAIR, ONE_OF_EACH).goes_wrong(Wrong::Twice);
    let flaws = &[Flaw::PhonesShowRepeats];
    exploring_with(flaws, TWO_SENDERS, A_PAIR, CRASH).goes_wrong(Wrong::Twice);
}
