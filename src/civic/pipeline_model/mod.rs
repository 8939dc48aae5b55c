//! A model of the bridge's pipeline: every way in which a few messages can go through it, with every crash.
//!
//! The engine itself (`src/bridge/engine`) is async, has a disk and two networks, so a test of it sees one course
//! of events among very many. Here its parts are small values, each thing that it or the world does at one moment
//! is a [`Step`](steps::Step), and [`search::explore`] takes all steps in all orders. What must hold is checked in
//! every state: each message once on each leg but its own, in order per sender, nothing acknowledged that the disk
//! doesn't have; and from every state the pipeline comes to rest by itself, with nothing left over.
//!
//! The model is worth something only as far as it is like the engine. So each step names the function that it
//! stands for, and each rule that the engine keeps can be broken ([`Flaw`]) to see that it is needed.
//!
//! Simplified: everything is in one theme; nothing is refused for good; pace and backlog limits, commands and
//! records are left out; a transaction of the homeserver has one event.

mod faults;
mod keeping;
mod search;
mod sending;
mod state;
mod steps;
mod tests;

/// Who writes what where, what may go wrong, and which rules are broken.
#[derive(Clone, Copy)]
struct Scenario {
    messages: &'static [Said],
    /// How many legs the theme has, its room included.
    legs: usize,
    faults: Faults,
    flaws: &'static [Flaw],
}

/// A message. One sender's messages have to stay in this order.
#[derive(Clone, Copy)]
struct Said {
    sender: u8,
    /// Where: [`state::ROOM`] or a group.
    on: usize,
}

/// How often something may go wrong. It may then happen at any moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Faults {
    /// The bridge is killed, and starts again.
    crashes: u8,
    /// A network or the bridge misses an answer, or a request is lost.
    losses: u8,
    /// The homeserver restarts: it has forgotten transaction ids, and nobody gets an answer.
    restarts: u8,
    /// Somebody puts a ghost out of the room.
    kicks: u8,
    /// The disk refuses a write.
    refused_writes: u8,
}

const NO_FAULTS: Faults = Faults {
    crashes: 0,
    losses: 0,
    restarts: 0,
    kicks: 0,
    refused_writes: 0,
};

/// A rule that is broken, or something taken for granted of the world that isn't so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// What is heard is acknowledged when it is written, and not when it is on the disk.
    AcknowledgesBeforeTheFlush,
    /// What is heard again is acknowledged since it is known, though it is not on the disk yet.
    AcknowledgesTheKnownAtOnce,
    /// Whether something is known is looked up before it is written, and not in the same moment.
    LooksUpBeforeItWrites,
    /// An inbox entry goes out in one write, and what follows from it comes in with the next.
    TakesOutThenSendsOut,
    /// What follows from an inbox entry comes in with one write, and the entry goes out with the next.
    SendsOutThenTakesOut,
    /// Effects have ids made by chance, and not by what they follow from.
    IdsByChance,
    /// A message is carried to all legs.
    CarriesBack,
    /// Lanes are rung before that is written for which they are rung.
    RingsBeforeItWrites,
    /// A lane sends what is written and not on the disk yet.
    SendsBeforeTheFlush,
    /// A lane repeats what it may have sent without looking for it.
    RepeatsWithoutLooking,
    /// After a start only what is first in a lane is taken for uncertain.
    DoubtsOnlyTheFirst,
    /// What was sent counts as uncertain only if its answer was missed, not if it could not be crossed out.
    DoubtsOnlyTheUnanswered,
    /// After a missed answer a lane goes on with what comes next.
    GoesOnWithTheNext,
    /// An entry is crossed out first and sent then.
    CrossesOutFirst,
    /// A lane goes on when crossing out is written, and not when it is on the disk.
    GoesOnBeforeTheFlush,
    /// A link is read at one moment and written, whole, at another.
    WritesStaleLinks,
    /// What a ghost says is put aside for good when it is not in the room.
    BuriesWhatAbsentGhostsSay,
    /// The world: a request reaches the homeserver though it restarted since.
    RequestsOutliveTheHomeserver,
    /// The world: between looking for something and sending it again the homeserver restarts, and gets it.
    TrustsAnOldLook,
    /// The world: phones show a message again that comes again under its id.
    PhonesShowRepeats,
}

impl Scenario {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaws.contains(&flaw)
    }
}
