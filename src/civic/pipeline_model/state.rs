//! The pipeline at one moment: what each network has, what the notebook holds, what the engine has in memory.

#[cfg(doc)]
use super::Flaw;
use super::{Faults, Scenario};

/// How many legs there can be: the room and two groups.
pub(super) const LEGS: usize = 3;
/// The room's place among the legs.
pub(super) const ROOM: usize = 0;

/// A short list of numbers below 31. Packed, because a state is copied and compared a million times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct List(u64);

/// A set of numbers below 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Set(u16);

/// Everything, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) networks: [Network; LEGS],
    /// The effects whose transaction ids the homeserver remembers.
    pub(super) remembered: Set,
    /// Whose ghosts are in the room.
    pub(super) present: Set,
    /// The notebook as it would be read now.
    pub(super) written: Notebook,
    /// The notebook as it would be read after a crash.
    pub(super) durable: Notebook,
    pub(super) engine: Engine,
    /// What may still go wrong.
    pub(super) left: Faults,
}

/// What one leg's network has of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Network {
    /// What it has to tell, in order, until it is acknowledged ([`Event`]s).
    pub(super) to_tell: List,
    /// What the lane has asked of it.
    pub(super) request: Request,
    /// Effects with a request on its way for whose answer nobody waits any more. Of one effect there may be several,
    /// which makes no difference: for the network they are the same.
    pub(super) strays: Set,
    /// What people see there that came over the bridge ([`Effect`]s), in order.
    pub(super) shown: List,
}

/// How it stands with a request for whose answer a lane waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Request {
    #[default]
    None,
    OnItsWay,
    /// Done; that is being answered.
    Accepted,
    /// Refused since the ghost is not in the room; that is being answered.
    Refused,
}

/// `engine::notebook`, as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Notebook {
    /// Messages that were heard and not yet decided on.
    pub(super) inbox: List,
    /// All messages that were ever heard.
    pub(super) seen: Set,
    /// Effects that wait, lane by lane.
    pub(super) outbox: [List; LEGS],
    /// Messages that have a link.
    pub(super) linked: Set,
    /// The copies whose own message ids stand in the links ([`copy`]).
    pub(super) copies: Set,
}

/// What is lost in a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Engine {
    pub(super) ears: [Ear; LEGS],
    pub(super) theme: ThemeTask,
    pub(super) lanes: [Lane; LEGS],
    /// Effects of the room's lane that may have been carried out already (`lane::Work::uncertain`).
    pub(super) uncertain: Set,
    /// Whose ghosts are taken to be in the room (`Theme::ghosts`).
    pub(super) ghosts: Set,
}

/// How far it is with what a network is telling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Ear {
    pub(super) keeping: Keeping,
    /// Messages that were looked up and not known, and are now going to be written.
    pub(super) unknown: List,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Keeping {
    #[default]
    Nothing,
    LookedUp,
    /// Written; waits for the flush.
    Written,
    /// To be acknowledged.
    Kept,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum ThemeTask {
    #[default]
    Ready,
    /// Only with a [`Flaw`]: between two writes that should be one.
    Half(Message),
    /// What was decided is written; waits for the flush.
    Decided,
}

/// `lane::Work`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub(super) stage: Stage,
    /// It has found nothing to do, and waits for its bell.
    pub(super) asleep: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    #[default]
    Idle,
    /// Looked for and not found.
    Missing(Effect),
    Asked(Effect),
    /// Only with [`Flaw::WritesStaleLinks`]: it was done, and the links were so when they were read.
    LinkRead(Effect, Set),
    /// Crossed out; waits for the flush.
    CrossedOut(Effect),
}

/// A message, by its place in [`Scenario::messages`]: at most four.
pub(super) type Message = u8;

/// An effect: which message, and how often the bridge had crashed if ids are made by chance, else zero. The leg is
/// always known from where it stands.
pub(super) type Effect = u8;

/// The message that an effect carries.
pub(super) fn message_of(effect: Effect) -> Message {
    effect % 4
}

/// A message's copy on a leg.
pub(super) fn copy(message: Message, leg: usize) -> u8 {
    message * LEGS as u8 + leg as u8
}

/// What a network tells the bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Talk(Message),
    /// A ghost's own event comes back.
    Echo(Effect),
    Joined(u8),
    Left(u8),
}

impl Event {
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Talk(message) => message,
            Self::Echo(effect) => 4 + effect,
            Self::Joined(sender) => 16 + sender,
            Self::Left(sender) => 20 + sender,
        }
    }

    pub(super) fn of(number: u8) -> Self {
        match number {
            0..4 => Self::Talk(number),
            4..16 => Self::Echo(number - 4),
            16..20 => Self::Joined(number - 16),
            _ => Self::Left(number - 20),
        }
    }
}

impl State {
    /// Everybody has written, and nobody has heard it. Ghosts are in the room.
    pub(super) fn at_first(scenario: &Scenario) -> Self {
        let mut networks = [Network::default(); LEGS];
        let mut ghosts = Set::default();
        for (message, said) in (0..).zip(scenario.messages) {
            networks[said.on]
                .to_tell
                .push(Event::Talk(message).number());
            ghosts.insert(said.sender);
        }
        let mut state = Self {
            networks,
            remembered: Set::default(),
            present: ghosts,
            written: Notebook::default(),
            durable: Notebook::default(),
            engine: Engine {
                ghosts,
                ..Engine::default()
            },
            left: scenario.faults,
        };
        (0..LEGS).for_each(|leg| scenario.rest(&mut state, leg));
        state
    }

    pub(super) fn next_event(&self, leg: usize) -> Option<Event> {
        self.networks[leg].to_tell.first().map(Event::of)
    }
}

impl Engine {
    /// Whether some task has written something and goes on when it is on the disk.
    pub(super) fn waits_for_flush(&self) -> bool {
        let crossing_out = |lane: &Lane| matches!(lane.stage, Stage::CrossedOut(_));
        self.theme == ThemeTask::Decided
            || self.ears.iter().any(|ear| ear.keeping == Keeping::Written)
            || self.lanes.iter().any(crossing_out)
    }
}

impl List {
    const BITS: u32 = 5;

    pub(super) fn push(&mut self, item: u8) {
        let place = self.len() * Self::BITS;
        assert!(
            item < 31 && place + Self::BITS <= u64::BITS,
            "too much for a list"
        );
        self.0 |= u64::from(item + 1) << place;
    }

    pub(super) fn pop(&mut self) -> Option<u8> {
        let first = self.first();
        self.0 >>= Self::BITS;
        first
    }

    pub(super) fn first(self) -> Option<u8> {
        (self.0 as u8 & 31).checked_sub(1)
    }

    pub(super) fn len(self) -> u32 {
        (u64::BITS - self.0.leading_zeros()).div_ceil(Self::BITS)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn contains(self, item: u8) -> bool {
        self.iter().any(|other| other == item)
    }

    pub(super) fn iter(mut self) -> impl Iterator<Item = u8> {
        std::iter::from_fn(move || self.pop())
    }
}

impl Set {
    pub(super) fn insert(&mut self, item: u8) {
        self.0 |= 1 << item;
    }

    pub(super) fn remove(&mut self, item: u8) {
        self.0 &= !(1 << item);
    }

    pub(super) fn contains(self, item: u8) -> bool {
        self.0 & 1 << item != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn first(self) -> Option<u8> {
        (!self.is_empty()).then(|| self.0.trailing_zeros() as u8)
    }
}
