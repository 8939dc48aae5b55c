//! All steps in all orders, and what must hold wherever they lead.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use super::Scenario;
use super::state::{Event, Message, State, copy, message_of};
use super::steps::Step;

/// How much was looked at.
#[derive(Debug)]
pub(super) struct Explored {
    pub(super) states: usize,
    /// The states in which the pipeline rests.
    pub(super) ends: usize,
}

/// What does not hold, and the shortest way there.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) wrong: Wrong,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    AcknowledgedAndNotKept,
    Twice,
    OutOfOrder,
    BackAtItsOrigin,
    /// All is at rest, and something is missing on a leg, or in a link.
    Lost,
    LinkIncomplete,
    /// Something waits, and nothing will ever happen to it.
    Stuck,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}, after:", self.wrong)?;
        self.steps
            .iter()
            .try_for_each(|step| writeln!(f, "  {step:?}"))
    }
}

/// The states that were found, each with how it was first reached.
struct Found {
    states: Vec<State>,
    reached: Vec<Option<(usize, Step)>>,
    places: HashMap<State, usize, BuildHasherDefault<Mixer>>,
}

/// A plain hash. The usual one withstands enemies, and takes most of the time in a debug build.
#[derive(Default)]
struct Mixer(u64);

impl Mixer {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.mix(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.mix(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.mix(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_isize(&mut self, word: isize) {
        self.mix(word as u64);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

impl Found {
    fn place(&mut self, state: State, by: Option<(usize, Step)>) -> usize {
        *self.places.entry(state).or_insert_with(|| {
            self.states.push(state);
            self.reached.push(by);
            self.states.len() - 1
        })
    }

    fn story(&self, wrong: Wrong, mut place: usize) -> Story {
        let mut steps = Vec::new();
        while let Some((before, step)) = self.reached[place] {
            steps.push(step);
            place = before;
        }
        steps.reverse();
        Story { wrong, steps }
    }
}

/// Takes all steps in all orders, nearest states first.
pub(super) fn explore(scenario: &Scenario) -> Result<Explored, Story> {
    let mut found = Found {
        states: Vec::new(),
        reached: Vec::new(),
        places: HashMap::default(),
    };
    found.place(State::at_first(scenario), None);
    let steps = Step::all(scenario);
    // Which state leads to which without anything going wrong, and where nothing more happens.
    let (mut ways, mut ends, mut place) = (Vec::new(), Vec::new(), 0);
    while let Some(&before) = found.states.get(place) {
        let mut goes_on = false;
        for &step in &steps {
            let Some(after) = scenario.take(&before, step) else {
                continue;
            };
            let next = found.place(after, Some((place, step)));
            if let Some(wrong) = scenario.wrong(&before, step, &after) {
                return Err(found.story(wrong, next));
            }
            if !step.is_fault() {
                goes_on = true;
                ways.push((next, place));
            }
        }
        if !goes_on {
            if let Some(wrong) = scenario.unfinished(&before) {
                return Err(found.story(wrong, place));
            }
            ends.push(place);
        }
        place += 1;
    }
    match first_without_end(found.states.len(), ways, &ends) {
        Some(place) => Err(found.story(Wrong::Stuck, place)),
        None => Ok(Explored {
            states: found.states.len(),
            ends: ends.len(),
        }),
    }
}

/// A state from which no way leads to an end. `ways` are pairs of a state and one that leads to it.
fn first_without_end(
    states: usize,
    mut ways: Vec<(usize, usize)>,
    ends: &[usize],
) -> Option<usize> {
    ways.sort_unstable();
    let mut comes_to_rest = vec![false; states];
    let mut looked_at = ends.to_vec();
    while let Some(place) = looked_at.pop() {
        if std::mem::replace(&mut comes_to_rest[place], true) {
            continue;
        }
        let first = ways.partition_point(|&(to, _)| to < place);
        let leading = ways[first..].iter().take_while(|&&(to, _)| to == place);
        looked_at.extend(leading.map(|&(_, from)| from));
    }
    comes_to_rest.iter().position(|&does| !does)
}

impl Scenario {
    /// What must hold at every moment.
    fn wrong(&self, before: &State, step: Step, after: &State) -> Option<Wrong> {
        match step {
            Step::Acknowledge(leg) => match before.next_event(leg) {
                Some(Event::Talk(message)) if !before.durable.seen.contains(message) => {
                    Some(Wrong::AcknowledgedAndNotKept)
                }
                _ => None,
            },
            Step::Accept(leg) | Step::AcceptStray(leg, _) => self.wrong_on(leg, after),
            _ => None,
        }
    }

    /// What is wrong with what people see on a leg.
    fn wrong_on(&self, leg: usize, state: &State) -> Option<Wrong> {
        let shown: Vec<Message> = state.networks[leg].shown.iter().map(message_of).collect();
        let (&last, earlier) = shown.split_last()?;
        let said = self.messages[usize::from(last)];
        let of_the_same =
            |message: &&Message| self.messages[usize::from(**message)].sender == said.sender;
        if said.on == leg {
            Some(Wrong::BackAtItsOrigin)
        } else if earlier.contains(&last) {
            Some(Wrong::Twice)
        } else if earlier
            .iter()
            .filter(of_the_same)
            .any(|message| *message > last)
        {
            Some(Wrong::OutOfOrder)
        } else {
            None
        }
    }

    /// What is missing where nothing more happens.
    fn unfinished(&self, state: &State) -> Option<Wrong> {
        let waits = |leg: usize| {
            !state.networks[leg].to_tell.is_empty() || !state.written.outbox[leg].is_empty()
        };
        if (0..self.legs).any(waits)
            || !state.written.inbox.is_empty()
            || state.written != state.durable
        {
            return Some(Wrong::Stuck);
        }
        for (message, said) in (0..).zip(self.messages) {
            for leg in (0..self.legs).filter(|leg| *leg != said.on) {
                let mut shown = state.networks[leg].shown.iter().map(message_of);
                if !shown.any(|other| other == message) {
                    return Some(Wrong::Lost);
                }
                if !state.written.copies.contains(copy(message, leg)) {
                    return Some(Wrong::LinkIncomplete);
                }
            }
        }
        None
    }
}
