//! What must hold in moderation whatever people do, in whichever order.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::moderating_steps::{Step, step};
use super::*;
use crate::moderation::{
    Case, CaseStanding, Deed, Ending, Enforcement, Entry, Hash, Measure, Moderation, Question, Rule,
};

const DAY: i64 = 24 * 3_600_000;

impl Town {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.records.iter().filter_map(|record| match record {
            Record::Moderated(entry) => Some(entry),
            _ => None,
        })
    }

    /// How many people these are.
    fn persons_of<'a>(&self, parties: impl IntoIterator<Item = &'a Party>) -> usize {
        let persons = parties.into_iter();
        let persons: BTreeSet<_> = persons
            .map(|by| self.persons.canonical(&by.member))
            .collect();
        persons.len()
    }

    fn are_one(&self, one: &Party, other: &Party) -> bool {
        self.persons.are_one(&one.member, &other.member)
    }

    fn is_facilitator(&self, party: &Party) -> bool {
        let facilitators = &self.trusted.facilitators;
        let mut all = facilitators.keys();
        all.any(|other| self.persons.are_one(other, &party.member))
    }

    /// Who is kept out by what was carried out.
    fn kept_out(&self) -> BTreeSet<&MemberId> {
        let mut out = BTreeSet::new();
        for enforcement in &self.enforced {
            match enforcement {
                Enforcement::Suspend { who, on: true } => out.insert(who),
                Enforcement::Suspend { who, on: false } => out.remove(who),
                _ => false,
            };
        }
        out
    }

    /// What is out of sight by what was carried out.
    fn hidden(&self) -> BTreeSet<MessageId> {
        let mut hidden = BTreeSet::new();
        for enforcement in &self.enforced {
            match enforcement {
                Enforcement::Hide { message } => hidden.insert(*message),
                Enforcement::Restore { message, .. } => hidden.remove(message),
                _ => false,
            };
        }
        hidden
    }
}

/// As many as the table of acts says, for something that nobody voted on.
fn needed(before: &Moderation, at: Timestamp, deed: &Deed) -> usize {
    let Deed::InForce {
        measure,
        category,
        reason,
        until,
        confirm_by,
        ..
    } = deed
    else {
        return 0;
    };
    let by_length = |rule, minutes| {
        let alone = i64::from(before.charter().of(rule)) * minutes * 60_000;
        let lasts = until.expect("it has an end").0 - at.0;
        1 + usize::from(lasts > alone)
    };
    let small = matches!(measure, Measure::Redirect { .. } | Measure::Focus);
    assert!(small || !reason.is_empty(), "{deed:?}");
    assert!(
        small || category.is_some() || measure.about().is_none(),
        "{deed:?}"
    );
    match measure {
        Measure::Redirect { .. } | Measure::Focus => 1,
        Measure::Hide { .. } => 1 + usize::from(confirm_by.is_none()),
        Measure::Suspend(_) => {
            assert!(until.is_some());
            2
        }
        Measure::Mute(_) => by_length(Rule::MuteHours, 60),
        Measure::Pause => by_length(Rule::PauseMinutes, 1),
        Measure::Approval => by_length(Rule::ApprovalHours, 60),
    }
}

/// What is put into force is so by enough people who may, with a reason and an end.
fn is_authorised(town: &Town, before: &Moderation, entry: &Entry) -> TestCaseResult {
    let Deed::InForce {
        case, by, measure, ..
    } = &entry.deed
    else {
        return Ok(());
    };
    let on = Question::Case(*case);
    if before.votes().values().any(|vote| vote.on == on) {
        return Ok(());
    }
    let people = town.persons_of(by);
    prop_assert!(people >= needed(before, entry.at, &entry.deed), "{entry:?}");
    if !matches!(measure, Measure::Redirect { .. } | Measure::Focus) {
        for by in by {
            let mandate = before.mandate_of(entry.at, &town.persons, &by.member);
            let keeps_the_door = *measure == Measure::Approval && town.is_facilitator(by);
            prop_assert!(mandate.is_some() || keeps_the_door, "{by:?} {entry:?}");
        }
    }
    // Nobody decides about themselves, though everybody can take elsewhere what they said.
    let own = matches!(measure, Measure::Redirect { .. });
    if let Some(about) = measure.about().filter(|_| !own) {
        prop_assert!(by.iter().all(|by| !town.are_one(by, about)), "{entry:?}");
        let is_delegate = before.mandate_of(entry.at, &town.persons, &about.member);
        let muted = matches!(measure, Measure::Mute(_));
        prop_assert!(!muted || is_delegate.is_none() || people >= 2, "{entry:?}");
    }
    // Nor does one alone again what they did and what ended.
    let was_done = |case: &Case| match case.standing {
        CaseStanding::Over(Ending::Expired | Ending::Lifted) => {
            entry.at.0 - case.since.0 < DAY && case.by.iter().all(|it| town.are_one(it, &by[0]))
        }
        _ => false,
    };
    let mut same = before.cases().values().filter(|it| it.measure == *measure);
    if people == 1 && matches!(measure, Measure::Mute(_) | Measure::Pause) {
        prop_assert!(!same.any(was_done), "{entry:?}");
    }
    Ok(())
}

/// Nobody gets a say by themselves, nor twice, nor by each other in a circle.
fn is_entrusted(town: &Town, before: &Moderation, entry: &Entry) -> TestCaseResult {
    let moderation = town.theme.moderation();
    match &entry.deed {
        Deed::Nominated { mandate, by, .. } | Deed::Seconded { mandate, by } => {
            let who = &moderation.mandates()[mandate].who;
            prop_assert!(!town.are_one(who, by), "{entry:?}");
        }
        Deed::Announced { mandate, .. } => {
            let mandate = &moderation.mandates()[mandate];
            let all = mandate.seconders.iter().chain([&mandate.nominated_by]);
            let needed = before.charter().of(Rule::Seconders);
            prop_assert!(town.persons_of(all) > needed as usize, "{entry:?}");
        }
        Deed::Seated {
            mandate: number, ..
        } => {
            let mandate = &moderation.mandates()[number];
            let on = Question::Seat(*number);
            let votes = moderation.votes().values();
            let by_vote = votes
                .filter(|vote| vote.on == on)
                .any(|vote| vote.passed == Some(true));
            let unopposed = mandate
                .objections_until
                .is_some_and(|until| until <= entry.at);
            prop_assert!(by_vote || unopposed || mandate.countersigned, "{entry:?}");
        }
        Deed::VoteOpened { roll, .. } => {
            let people: BTreeSet<_> = roll.iter().map(|it| town.persons.canonical(it)).collect();
            prop_assert_eq!(people.len(), roll.len());
        }
        Deed::Judged { by, .. } => {
            let mandate = before.mandate_of(entry.at, &town.persons, &by.member);
            prop_assert!(mandate.is_some() || town.is_facilitator(by), "{entry:?}");
        }
        _ => {}
    }
    Ok(())
}

/// What holds is carried out, and what is over is undone.
fn is_carried_out(town: &Town) -> TestCaseResult {
    let cases = town.theme.moderation().cases();
    let holds = |case: &&Case| matches!(case.standing, CaseStanding::InForce { .. });
    let mut out = BTreeSet::new();
    for case in cases.values().filter(holds) {
        if let Measure::Suspend(_) = case.measure {
            let linked = case.accounts().filter_map(|it| town.persons.linked(it));
            out.extend(case.accounts().chain(linked));
        }
    }
    prop_assert_eq!(out, town.kept_out(), "{:?}", cases);
    let hidden = town.hidden();
    for case in cases.values() {
        let Measure::Hide { message, .. } = case.measure else {
            continue;
        };
        // That is done for good before it is logged.
        if case.outlawed {
            continue;
        }
        let is_out = |other: &Case| matches!(other.measure, Measure::Hide { message: it, .. } if it == message);
        let same = cases.values().filter(holds).any(is_out);
        // What somebody said who must not write went out of sight by itself.
        let held = matches!(case.standing, CaseStanding::Over(why) if why != Ending::Unconfirmed);
        if same {
            prop_assert!(hidden.contains(&message), "{case:?}");
        } else if held {
            prop_assert!(!hidden.contains(&message), "{case:?}");
        }
    }
    Ok(())
}

/// What changes in what people may do is carried out in the same step.
fn is_enforced(
    town: &Town,
    (then, before): (Timestamp, &Moderation),
    done: &[Enforcement],
) -> TestCaseResult {
    let now = town.now;
    let after = town.theme.moderation();
    let paused = |it: &Moderation, at| it.paused_until(at).is_some();
    let door = |it: &Moderation, at| it.approval_until(at).is_some();
    let muted = |it: &Moderation, at| -> BTreeSet<MemberId> {
        let held = it
            .held_back(at)
            .filter(|case| matches!(case.measure, Measure::Mute(_)));
        held.flat_map(|case| case.accounts().cloned().collect::<Vec<_>>())
            .collect()
    };
    let seated = |it: &Moderation, at| -> BTreeSet<MemberId> {
        it.delegates(at)
            .map(|(_, mandate)| mandate.who.member.clone())
            .collect()
    };
    if paused(before, then) != paused(after, now) {
        prop_assert!(done.contains(&Enforcement::Quiet) && done.contains(&Enforcement::Powers));
    }
    if door(before, then) != door(after, now) {
        prop_assert!(done.contains(&Enforcement::Approval));
    }
    if muted(before, then) != muted(after, now) {
        prop_assert!(done.contains(&Enforcement::Powers));
    }
    if seated(before, then) != seated(after, now) {
        prop_assert!(done.contains(&Enforcement::Powers) && done.contains(&Enforcement::Admins));
    }
    Ok(())
}

/// What is to be everywhere is so by a vote of this theme alone, whatever others decide; and it votes once.
fn is_decided_here(moderation: &Moderation) -> TestCaseResult {
    for (number, case) in moderation.cases().iter().filter(|(_, case)| case.is_wide()) {
        let on = Question::Case(*number);
        let votes: Vec<_> = moderation
            .votes()
            .values()
            .filter(|vote| vote.on == on)
            .collect();
        prop_assert!(votes.len() <= 1);
        let passed = votes.first().is_some_and(|vote| vote.passed == Some(true));
        let holds = matches!(case.standing, CaseStanding::InForce { .. });
        prop_assert!(!holds || passed, "{case:?}");
        prop_assert!(case.brought.is_none() || !votes.is_empty(), "{case:?}");
    }
    let cases = moderation.cases().values();
    let brought: Vec<_> = cases.filter_map(|case| case.brought.clone()).collect();
    let different: BTreeSet<_> = brought.iter().collect();
    prop_assert_eq!(brought.len(), different.len());
    Ok(())
}

/// Nothing holds or waits beyond its time.
fn is_timely(town: &Town, moderation: &Moderation) -> TestCaseResult {
    for case in moderation.cases().values() {
        if let CaseStanding::InForce { until, confirm_by } = case.standing {
            prop_assert!(until.is_none_or(|until| town.now < until));
            prop_assert!(confirm_by.is_none_or(|until| town.now < until));
        }
        if let Some(appeal) = case.open_appeal() {
            prop_assert!(town.now < appeal.until);
        }
    }
    for report in moderation
        .reports()
        .values()
        .filter(|report| report.is_open())
    {
        prop_assert!(town.now < report.until);
    }
    for vote in moderation
        .votes()
        .values()
        .filter(|vote| vote.passed.is_none())
    {
        prop_assert!(town.now < vote.until);
    }
    Ok(())
}

/// Whoever had a part in something decides nothing about it, neither when they are drawn nor when they decide.
fn is_impartial(town: &Town, before: &Moderation, entry: &Entry) -> TestCaseResult {
    let (case, judges) = match &entry.deed {
        Deed::Appealed { case, panel, .. } => (case, panel.as_slice()),
        Deed::Judged { case, by, .. } => (case, std::slice::from_ref(by)),
        _ => return Ok(()),
    };
    let case = &before.cases()[case];
    for judge in judges {
        let took_part = case.by.iter().chain(case.measure.about());
        for other in took_part {
            prop_assert!(!town.are_one(other, judge), "{entry:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn moderation_keeps_to_its_rules(steps in prop::collection::vec(step(), 0..60), town in 0..4) {
        let mut town = match town {
            0 => Town::grown(),
            1 => Town::with_delegates(),
            2 => Town::large(),
            _ => Town::young(),
        };
        let mut rolls = BTreeMap::new();
        for step in &steps {
            let before = town.theme.moderation().clone();
            let (then, known, done) = (town.now, town.records.len(), town.enforced.len());
            town.takes(step);
            let moderation = town.theme.moderation();
            for record in &town.records[known..] {
                let Record::Moderated(entry) = record else { continue };
                is_authorised(&town, &before, entry)?;
                is_entrusted(&town, &before, entry)?;
                is_impartial(&town, &before, entry)?;
            }
            is_carried_out(&town)?;
            // Who was nominated by both accounts of a person, or linked since, may do what either may.
            if !matches!(step, Step::Link { .. } | Step::Unlink { .. }) {
                is_enforced(&town, (then, &before), &town.enforced[done..])?;
            }
            is_decided_here(moderation)?;
            is_timely(&town, moderation)?;
            // What is done by hand again after it was undone does not hold.
            for (number, case) in moderation.cases() {
                let again = town.entries().any(|entry| matches!(&entry.deed,
                    Deed::Native { case, again: Some(_), .. } if case == number));
                prop_assert_eq!(again, case.standing == CaseStanding::Over(Ending::Unexplained));
            }
            // A roll never changes.
            for (number, vote) in moderation.votes() {
                let roll = rolls.entry(*number).or_insert_with(|| vote.roll.clone());
                prop_assert_eq!(&vote.roll, &*roll);
                // No vote is held that can't count.
                prop_assert!(vote.roll.len() >= vote.quorum as usize);
                prop_assert!(vote.cast.keys().all(|member| roll.contains(member)));
            }
            prop_assert!(moderation.delegates(town.now).count() <= 7);
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
