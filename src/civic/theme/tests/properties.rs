//! What must hold whatever people do, in whichever order.

use proptest::prelude::*;

use super::*;
use crate::{Change, Linking, Support};

/// One thing that somebody does. What only an author may do, an author does; that others can't is tested elsewhere.
#[derive(Debug, Clone)]
enum Act {
    Propose { answering: Option<usize> },
    React { to: usize, thumb: Option<bool> },
    Support { number: u32, on: bool },
    Amend { number: u32, add: bool },
    Decide { amendment: u32, accept: bool },
    Promote { amendment: u32 },
    Edit { number: u32, root: bool },
    Withdraw { number: u32, root: bool },
    Link { with: usize },
    Unlink,
    StayOut { out: bool },
    Wait { minutes: u32 },
}

/// Who, and on which leg they write.
const PEOPLE: [(char, Option<char>); 7] = [
    ('a', Some('a')),
    ('b', Some('b')),
    ('c', Some('a')),
    ('d', Some('b')),
    ('m', None),
    ('n', None),
    ('o', None),
];

fn act() -> impl Strategy<Value = Act> {
    let number = || 1..4_u32;
    let message = || 0..40_usize;
    let mostly = || prop::bool::weighted(0.8);
    prop_oneof![
        4 => prop::option::of(message()).prop_map(|answering| Act::Propose { answering }),
        8 => (message(), prop::option::weighted(0.8, mostly())).prop_map(|(to, thumb)| Act::React { to, thumb }),
        5 => (number(), mostly()).prop_map(|(number, on)| Act::Support { number, on }),
        6 => (number(), any::<bool>()).prop_map(|(number, add)| Act::Amend { number, add }),
        4 => (number(), any::<bool>()).prop_map(|(amendment, accept)| Act::Decide { amendment, accept }),
        8 => number().prop_map(|amendment| Act::Promote { amendment }),
        3 => (number(), any::<bool>()).prop_map(|(number, root)| Act::Edit { number, root }),
        1 => (number(), any::<bool>()).prop_map(|(number, root)| Act::Withdraw { number, root }),
        2 => (0..PEOPLE.len()).prop_map(|with| Act::Link { with }),
        1 => Just(Act::Unlink),
        2 => prop::bool::weighted(0.3).prop_map(|out| Act::StayOut { out }),
        3 => (0..3_u32).prop_map(|minutes| Act::Wait { minutes }),
    ]
}

fn life() -> impl Strategy<Value = Vec<(usize, Act)>> {
    prop::collection::vec((0..PEOPLE.len(), act()), 0..80)
}

fn leg_of(person: usize) -> Leg {
    PEOPLE[person].1.map_or(Leg::Room, group)
}

impl Town {
    fn lives(&mut self, life: &[(usize, Act)]) {
        for (person, act) in life {
            self.acts(*person, act);
            if let Some((at, due)) = self.theme.next_due()
                && at <= self.now
            {
                self.take_in(Input::Due(due));
            }
        }
    }

    /// A message, most often one of a proposal's.
    fn message(&self, place: usize) -> Option<MessageId> {
        let mut messages: Vec<MessageId> = self.messages.keys().copied().collect();
        let of_proposals = self
            .messages
            .keys()
            .filter(|message| self.theme.proposal_of(**message).is_some());
        (0..3).for_each(|_| messages.extend(of_proposals.clone()));
        (!messages.is_empty()).then(|| messages[place % messages.len()])
    }

    /// Who of the people is the first author of a proposal.
    fn author(&self, number: u32) -> Option<usize> {
        let author = &self.theme.proposals().get(&number)?.authors()[0].member;
        PEOPLE
            .iter()
            .position(|(letter, _)| member(*letter) == *author)
    }

    fn acts(&mut self, person: usize, act: &Act) {
        let (leg, who) = (leg_of(person), PEOPLE[person].0);
        let text = format!("Agua {} en la plaza", self.messages.len());
        match act {
            Act::Propose { answering } => {
                let about = answering.and_then(|place| self.message(place));
                let own = if about.is_some() { "" } else { text.as_str() };
                let hearing = Hearing::Command(propose("Agua", own), Language::Es);
                self.does(&leg, who, about, Some(&text), hearing);
            }
            Act::React { to, thumb } => {
                if let Some(message) = self.message(*to) {
                    let emoji = thumb.map(|thumb| if thumb { "👍" } else { "❤️" });
                    self.reacts(&leg, who, message, emoji);
                }
            }
            Act::Support { number, on } => {
                let which = Some(agua(*number));
                let command = match on {
                    true => Command::Support(which),
                    false => Command::Unsupport(which),
                };
                self.asks(&leg, who, command);
            }
            Act::Amend { number, add } => {
                let change = match add {
                    true => Change::Add(text),
                    false => Change::Replace {
                        old: "la plaza".to_owned(),
                        new: format!("el parque {}", self.messages.len()),
                    },
                };
                let command = Command::Amend {
                    of: Some(agua(*number)),
                    change: Some(change),
                };
                self.asks(&leg, who, command);
            }
            Act::Decide { amendment, accept } => {
                let of = self
                    .theme
                    .amendment(*amendment)
                    .map(|(proposal, _)| proposal.number());
                let author = of.and_then(|number| self.author(number));
                let person = author.unwrap_or(person);
                let command = match accept {
                    true => Command::Accept(Some(*amendment)),
                    false => Command::Decline(Some(*amendment)),
                };
                self.asks(&leg_of(person), PEOPLE[person].0, command);
            }
            Act::Promote { amendment } => {
                self.asks(&leg, who, Command::Promote(Some(*amendment)));
            }
            Act::Edit { number, root } => {
                let (person, source) = self.by_author(*number, person);
                let (leg, who) = (leg_of(person), PEOPLE[person].0);
                match source.filter(|_| *root) {
                    Some(source) => self.edits(&leg, who, source, &text, Hearing::Talk),
                    None => {
                        let command = Command::Edit {
                            of: Some(agua(*number)),
                            title: None,
                            text: Some(text),
                        };
                        self.asks(&leg, who, command)
                    }
                };
            }
            Act::Withdraw { number, root } => {
                let (person, source) = self.by_author(*number, person);
                let (leg, who) = (leg_of(person), PEOPLE[person].0);
                match source.filter(|_| *root) {
                    Some(source) => self.deletes(&leg, who, source),
                    None => self.asks(&leg, who, Command::Withdraw(Some(agua(*number)))),
                };
            }
            Act::Link { with } => {
                let effects = self.asks(&leg, who, Command::Link(Linking::Begin));
                if let [Notice::LinkOffered { code, .. }] = notices(&effects)[..] {
                    let claim = Command::Link(Linking::Claim(*code));
                    self.asks(&leg_of(*with), PEOPLE[*with].0, claim);
                    self.asks(&leg, who, Command::Link(Linking::Confirm));
                }
            }
            Act::Unlink => {
                self.asks(&leg, who, Command::Unlink);
            }
            Act::StayOut { out: true } => {
                self.out.insert(member(who));
            }
            Act::StayOut { out: false } => {
                self.out.clear();
            }
            Act::Wait { minutes } => self.passes(*minutes),
        }
    }

    /// The author of a proposal, or else somebody, and the message that holds its words.
    fn by_author(&self, number: u32, somebody: usize) -> (usize, Option<MessageId>) {
        let source = self
            .theme
            .proposals()
            .get(&number)
            .and_then(Proposal::source);
        (self.author(number).unwrap_or(somebody), source)
    }

    /// The theme as somebody folds it who has nothing but the records.
    fn folded(&self, records: &[Record]) -> Theme {
        let mut theme = Theme::new(
            self.theme.slug().clone(),
            self.theme.code().clone(),
            self.theme.title(),
        );
        records.iter().for_each(|record| theme.apply(record));
        theme
    }
}

/// What of a proposal is of record: all but where its cards are and when its count was written.
fn of_record(theme: &Theme) -> Vec<impl PartialEq + std::fmt::Debug + use<>> {
    let proposals = theme.proposals().values().map(|proposal| {
        let words = (
            proposal.title().to_owned(),
            proposal.text().to_owned(),
            proposal.revision(),
        );
        let life = (
            proposal.status(),
            proposal.is_erased(),
            proposal.created(),
            proposal.updated(),
        );
        let people = (proposal.authors().to_vec(), proposal.supporters().clone());
        let place = (
            proposal.number(),
            proposal.root(),
            proposal.source(),
            proposal.promoted_from(),
        );
        (words, life, people, place, proposal.amendments().clone())
    });
    proposals.collect()
}

proptest! {
    // A file of failures beside the crates would be taken for one of them.
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_records_tell_all(life in life()) {
        let mut town = Town::new();
        town.lives(&life);
        prop_assert_eq!(of_record(&town.folded(&town.records)), of_record(&town.theme));
    }

    #[test]
    fn a_record_twice_is_a_record_once_also_where_the_last_ones_come_again(life in life(), back in 0..30_usize) {
        let mut town = Town::new();
        town.lives(&life);
        let once = town.folded(&town.records);
        let mut twice = town.records.clone();
        twice = twice.into_iter().flat_map(|record| [record.clone(), record]).collect();
        prop_assert_eq!(&town.folded(&twice), &once);
        // Those in the room, and then what the notebook believes to be still on its way.
        let pending = town.records.len().saturating_sub(back);
        let again = [&town.records[..], &town.records[pending..]].concat();
        prop_assert_eq!(of_record(&town.folded(&again)), of_record(&once));
    }

    #[test]
    fn closed_stays_closed_whatever_is_recorded(life in life(), after in life()) {
        let mut town = Town::new();
        town.lives(&life);
        let closed: Vec<Proposal> = town.theme.proposals().values()
            .filter(|proposal| proposal.status().is_closed()).cloned().collect();
        town.lives(&after);
        // Even what another theme decided, where nothing was closed, changes nothing here.
        let mut other = Town::new();
        other.lives(&after);
        other.records.iter().for_each(|record| town.theme.apply(record));
        for before in closed {
            let now = town.proposal(before.number());
            prop_assert!(now.status().is_closed());
            prop_assert_eq!(now.supporters(), before.supporters());
            prop_assert!(now.is_erased() || now.text() == before.text());
            prop_assert!(now.amendments().len() <= before.amendments().len());
        }
    }

    #[test]
    fn numbers_are_gapless_and_the_same_before_and_after_they_are_written(life in life(), cut in 0..60_usize) {
        let mut town = Town::new();
        town.lives(&life);
        let numbers: Vec<u32> = town.theme.proposals().keys().copied().collect();
        prop_assert_eq!(&numbers, &(1..).take(numbers.len()).collect::<Vec<u32>>());
        let given: Vec<u32> = town.records.iter().filter_map(|record| match record {
            Record::Proposed { number, .. } => Some(*number),
            _ => None,
        }).collect();
        prop_assert_eq!(&given, &numbers, "each is given once, in order");
        let given: Vec<u32> = town.records.iter().filter_map(|record| match record {
            Record::Amended { amendment, .. } => Some(*amendment),
            _ => None,
        }).collect();
        prop_assert_eq!(&given, &(1..).take(given.len()).collect::<Vec<u32>>());
        // What the room has, and then what is still in the outbox: the next number is the same.
        let cut = cut.min(town.records.len());
        let mut folded = town.folded(&town.records[..cut]);
        town.records[cut..].iter().for_each(|record| folded.apply(record));
        prop_assert_eq!(folded.next_number(), town.theme.next_number());
    }

    #[test]
    fn one_person_counts_once(life in life()) {
        let mut town = Town::new();
        town.lives(&life);
        for proposal in town.theme.proposals().values() {
            let counts = proposal.supporters().counts(&town.persons);
            let parties: Vec<&Party> = proposal.supporters().iter().map(|(party, _)| party).collect();
            let linked = parties.iter().filter(|party| {
                let other = town.persons.linked(&party.member);
                other.is_some_and(|other| parties.iter().any(|party| party.member == *other))
            }).count();
            prop_assert_eq!(counts.people, parties.len() - linked / 2);
            prop_assert_eq!(counts.whatsapp + counts.matrix, parties.len());
        }
        for (one, other) in town.persons.links() {
            prop_assert_eq!(town.persons.canonical(one), town.persons.canonical(other));
            prop_assert_eq!(town.persons.linked(other), Some(one));
        }
    }

    #[test]
    fn the_count_that_is_written_is_true_in_the_end(life in life()) {
        let mut town = Town::new();
        town.lives(&life);
        town.passes(1);
        while let Some((at, due)) = town.theme.next_due() {
            prop_assert!(at <= town.now, "nothing is due later than a minute");
            let effects = town.take_in(Input::Due(due));
            prop_assert!(!effects.is_empty(), "what is due gets done");
        }
        for proposal in town.theme.proposals().values() {
            let counts = proposal.supporters().counts(&town.persons);
            let written = proposal.written().map(|(_, counts)| counts);
            prop_assert_eq!(written.unwrap_or_default(), counts);
        }
    }

    #[test]
    fn whoever_stays_out_records_nothing_but_what_takes_back_and_a_thumb_in_the_room(life in life()) {
        let mut town = Town::new();
        town.lives(&life);
        for (letter, _) in PEOPLE {
            town.out.insert(member(letter));
        }
        let before = town.records.len();
        let nobody_returns: Vec<_> = life
            .into_iter()
            .filter(|(_, act)| !matches!(act, Act::StayOut { .. }))
            .collect();
        town.lives(&nobody_returns);
        for record in &town.records[before..] {
            let may_be = match record {
                Record::Withdrawn { .. } | Record::Supported { on: false, .. } => true,
                Record::Supported { by, how, .. } => {
                    by.network == Network::Matrix && *how == Support::Reaction
                }
                _ => false,
            };
            prop_assert!(may_be, "{:?}", record);
        }
    }
}
