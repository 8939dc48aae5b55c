//! What must hold in moderation whatever people do, in whichever order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::moderating::{for_hate, for_spam, home, whom};
use super::*;
use crate::moderation::{
    CaseStanding, Deed, Ending, Entry, Hash, Measure, Moderation, Reach, Wish,
};

const PEOPLE: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'm', 'n'];

#[derive(Debug, Clone)]
enum Step {
    Wish {
        who: usize,
        wish: Wish,
    },
    Hide {
        who: usize,
        spam: bool,
    },
    Talk {
        who: usize,
        answers: bool,
    },
    Link {
        one: usize,
        other: usize,
    },
    Wait {
        hours: i64,
    },
    /// Somebody removes another by hand.
    Remove {
        who: usize,
        by: usize,
    },
    /// Another theme votes on whether somebody is to be out everywhere.
    Elsewhere {
        who: usize,
        case: u32,
    },
}

fn somebody() -> impl Strategy<Value = usize> {
    0..PEOPLE.len()
}

fn wish() -> impl Strategy<Value = Wish> {
    let person = || somebody().prop_map(|who| whom(PEOPLE[who]));
    let number = || prop::option::of(1..6_u32);
    let minutes = || {
        prop::sample::select(vec![
            None,
            Some(30),
            Some(600),
            Some(2 * 1440),
            Some(20 * 1440),
        ])
    };
    let reach = || prop::sample::select(vec![Reach::Here, Reach::Here, Reach::Everywhere]);
    prop_oneof![
        4 => person().prop_map(Wish::Nominate),
        6 => person().prop_map(Wish::Second),
        4 => Just(Wish::Agree),
        1 => person().prop_map(Wish::Object),
        1 => Just(Wish::Resign),
        2 => person().prop_map(|whom| Wish::Recall { whom, reason: for_hate() }),
        6 => (number(), any::<bool>()).prop_map(|(vote, yes)| Wish::Vote { vote, yes }),
        6 => (person(), minutes()).prop_map(|(whom, minutes)| Wish::Mute { whom, minutes, reason: for_spam() }),
        6 => (person(), minutes(), reach()).prop_map(|(whom, minutes, reach)| Wish::Suspend { whom, minutes, reason: for_hate(), reach }),
        2 => minutes().prop_map(|minutes| Wish::Approval { minutes, reason: for_spam() }),
        2 => minutes().prop_map(|minutes| Wish::Pause { minutes, reason: for_spam() }),
        6 => number().prop_map(Wish::Confirm),
        3 => number().prop_map(Wish::Lift),
        3 => person().prop_map(|whom| Wish::Report { whom, reason: for_hate() }),
        2 => number().prop_map(|report| Wish::Resolve { report, reason: for_spam() }),
        3 => number().prop_map(|case| Wish::Appeal { case, text: Some("No fue así".to_owned()) }),
        4 => (number(), any::<bool>()).prop_map(|(case, reverse)| Wish::Judge { case, reverse }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (somebody(), wish()).prop_map(|(who, wish)| Step::Wish { who, wish }),
        3 => (somebody(), any::<bool>()).prop_map(|(who, spam)| Step::Hide { who, spam }),
        4 => (somebody(), any::<bool>()).prop_map(|(who, answers)| Step::Talk { who, answers }),
        1 => (somebody(), somebody()).prop_map(|(one, other)| Step::Link { one, other }),
        2 => (somebody(), somebody()).prop_map(|(who, by)| Step::Remove { who, by }),
        1 => (somebody(), 1..4_u32).prop_map(|(who, case)| Step::Elsewhere { who, case }),
        4 => prop::sample::select(vec![1, 13, 49, 73, 200]).prop_map(|hours| Step::Wait { hours }),
    ]
}

impl Town {
    fn takes(&mut self, step: &Step) {
        match step {
            Step::Wish { who, wish } => {
                self.wishes(PEOPLE[*who], wish.clone());
            }
            Step::Hide { who, spam } => {
                let who = PEOPLE[*who];
                let theirs = self.messages.values().rev();
                let mut theirs = theirs.filter(|about| about.author.is_some());
                if let Some(message) = theirs.next().map(|about| about.message) {
                    let reason = if *spam { for_spam() } else { for_hate() };
                    let command = Command::Moderate(Wish::Hide { reason });
                    self.asks_about(&home(who), who, message, command);
                }
            }
            Step::Talk { who, answers } => {
                let who = PEOPLE[*who];
                let last = self.messages.keys().last().copied();
                let about = last.filter(|_| *answers);
                self.does(&home(who), who, about, Some("Bueno"), Hearing::Talk);
            }
            Step::Link { one, other } => {
                let (one, other) = (member(PEOPLE[*one]), member(PEOPLE[*other]));
                self.persons.link(&one, &other);
                self.take_in(Input::PersonsChanged(one, other));
            }
            Step::Elsewhere { who, case } => {
                let elsewhere = self.elsewhere(*case, PEOPLE[*who]);
                self.trusted.wide = elsewhere;
                self.looks();
            }
            Step::Remove { who, by } => {
                let [who, by] = [who, by].map(|it| party(PEOPLE[*it], Network::WhatsApp));
                self.take_in(Input::Removed {
                    who,
                    by,
                    lasting: true,
                });
            }
            Step::Wait { hours } => {
                self.pass(hours * 3_600_000);
            }
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.records.iter().filter_map(|record| match record {
            Record::Moderated(entry) => Some(entry),
            _ => None,
        })
    }
}

/// As many as the table of acts says.
fn needed(deed: &Deed) -> usize {
    match deed {
        Deed::InForce {
            measure,
            category,
            until,
            confirm_by,
            ..
        } => match measure {
            Measure::Redirect { .. } | Measure::Focus => 1,
            Measure::Hide { .. } => {
                assert!(category.is_some());
                1 + usize::from(confirm_by.is_none())
            }
            Measure::Suspend(_) => {
                assert!(category.is_some() && until.is_some());
                2
            }
            Measure::Mute(_) | Measure::Pause | Measure::Approval => {
                assert!(until.is_some());
                1
            }
        },
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn moderation_keeps_to_its_rules(steps in prop::collection::vec(step(), 0..60), town in 0..3) {
        let mut town = match town {
            0 => Town::grown(),
            1 => Town::with_delegates(),
            _ => Town::large(),
        };
        let mut rolls = BTreeMap::new();
        for step in &steps {
            let before = town.theme.moderation().clone();
            let known = town.records.len();
            town.takes(step);
            let moderation = town.theme.moderation();
            for record in &town.records[known..] {
                let Record::Moderated(entry) = record else { continue };
                if let Deed::Judged { by, .. } = &entry.deed {
                    let mandate = before.mandate_of(entry.at, &town.persons, &by.member);
                    prop_assert!(mandate.is_some(), "{entry:?}");
                }
                // No one acts without a living mandate, and no one alone where two are needed.
                if let Deed::InForce { case, by, measure, until, .. } = &entry.deed {
                    let voted = before.votes().values().any(|vote| {
                        vote.on == crate::moderation::Question::Case(*case)
                    });
                    let people: BTreeSet<_> =
                        by.iter().map(|by| town.persons.canonical(&by.member)).collect();
                    prop_assert!(voted || people.len() >= needed(&entry.deed), "{entry:?}");
                    let long = until.is_some_and(|until| until.0 - entry.at.0 > 6 * 3_600_000);
                    if matches!(measure, Measure::Mute(_)) && long {
                        prop_assert!(people.len() >= 2, "{entry:?}");
                    }
                    if !voted && !matches!(measure, Measure::Redirect { .. } | Measure::Focus) {
                        for by in by {
                            let mandate = before.mandate_of(entry.at, &town.persons, &by.member);
                            prop_assert!(mandate.is_some(), "{by:?} {entry:?}");
                        }
                    }
                    // Nobody decides about themselves.
                    if let Some(about) = measure.about().filter(|_| !voted) {
                        prop_assert!(by.iter().all(|by| !town.persons.are_one(&by.member, &about.member)));
                    }
                }
            }
            // What is to be everywhere is so by a vote of this theme alone, whatever others decide; and it votes once.
            for (number, case) in moderation.cases().iter().filter(|(_, case)| case.is_wide()) {
                let on = crate::moderation::Question::Case(*number);
                let votes: Vec<_> =
                    moderation.votes().values().filter(|vote| vote.on == on).collect();
                prop_assert!(votes.len() <= 1);
                let passed = votes.first().is_some_and(|vote| vote.passed == Some(true));
                let holds = matches!(case.standing, CaseStanding::InForce { .. });
                prop_assert!(!holds || passed, "{case:?}");
                prop_assert!(case.brought.is_none() || !votes.is_empty(), "{case:?}");
            }
            let brought: Vec<_> =
                moderation.cases().values().filter_map(|case| case.brought.clone()).collect();
            let different: BTreeSet<_> = brought.iter().collect();
            prop_assert_eq!(brought.len(), different.len());
            // What has ended is undone: nothing holds beyond its end.
            for case in moderation.cases().values() {
                if let CaseStanding::InForce { until, confirm_by } = case.standing {
                    prop_assert!(until.is_none_or(|until| town.now < until));
                    prop_assert!(confirm_by.is_none_or(|until| town.now < until));
                }
            }
            // What is done by hand twice without a reason does not hold.
            for (number, case) in moderation.cases() {
                let again = town.records.iter().any(|record| matches!(record, Record::Moderated(Entry {
                    deed: Deed::Native { case, again: Some(_), .. }, ..
                }) if case == number));
                prop_assert_eq!(again, case.standing == CaseStanding::Over(Ending::Unexplained));
            }
            // A roll never changes, and a person who had linked their accounts stands on it once.
            for (number, vote) in moderation.votes() {
                let roll = rolls.entry(*number).or_insert_with(|| vote.roll.clone());
                prop_assert_eq!(&vote.roll, &*roll);
                // No vote is held that can't count.
                prop_assert!(vote.roll.len() >= vote.quorum as usize);
                prop_assert!(vote.cast.keys().all(|member| roll.contains(member)));
            }
            prop_assert!(moderation.delegates(town.now).count() <= 7);
            for case in moderation.cases().values() {
                let Some(appeal) = &case.appeal else { continue };
                // Whoever had a part in it decides nothing about it.
                for judge in &appeal.panel {
                    let part = |other: &Party| town.persons.are_one(&other.member, &judge.member);
                    let was = before.cases().values().any(|known| known.appeal == case.appeal);
                    prop_assert!(was || !part(&appeal.by) && !case.by.iter().any(part));
                }
                // What is decided is so for both, and nothing waits beyond its time.
                let reversed = case.standing == CaseStanding::Over(Ending::Reversed);
                prop_assert!(!reversed || appeal.upheld == Some(false));
                prop_assert!(!case.is_open() || !appeal.is_open() || town.now < appeal.until);
            }
            for report in moderation.reports().values().filter(|report| report.is_open()) {
                prop_assert!(town.now < report.until);
            }
        }
        // Replaying the log gives the same roster and sanctions; twice is once, and its chain holds.
        let mut again = Moderation::default();
        let mut head = Hash::default();
        for (place, entry) in town.entries().enumerate() {
            prop_assert_eq!(entry.number as usize, place + 1);
            prop_assert_eq!(entry.prev, head);
            head = entry.hash();
            let read = Deed::read(entry.deed.act(), &entry.deed.fields());
            prop_assert_eq!(read.as_ref(), Some(&entry.deed));
            again.apply(entry);
            again.apply(entry);
        }
        prop_assert_eq!(&again, town.theme.moderation());
    }
}
