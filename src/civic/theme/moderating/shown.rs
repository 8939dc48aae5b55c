//! Entries of the log with all that a person needs to understand them.

use std::collections::BTreeMap;

use crate::MemberId;
use crate::moderation::{Case, Deed, Entry, Leaving, Logged, Moderation, Question, Rule};
use crate::theme::{Known, Theme};

/// An entry with all that its sentence needs.
pub(super) fn logged(
    theme: &Theme,
    moderation: &Moderation,
    entry: &Entry,
    known: &Known<'_>,
) -> Logged {
    let mandate = |number: &u32| {
        let mandate = moderation.mandates().get(number);
        mandate.map(|mandate| mandate.who.member.clone())
    };
    let case = |number: &u32| moderation.cases().get(number);
    let vote = |number: &u32| moderation.votes().get(number);
    let question = |on: &Question| match on {
        Question::Seat(number) | Question::Recall(number) => mandate(number),
        Question::Case(number) | Question::Appeal(number) => {
            case(number).and_then(|case| Some(case.measure.about()?.member.clone()))
        }
        Question::Rule(..) => None,
    };
    let about = match &entry.deed {
        Deed::Nominated { who, .. } => Some(who.member.clone()),
        Deed::Seconded {
            mandate: number, ..
        }
        | Deed::Countersigned {
            mandate: number, ..
        }
        | Deed::Agreed { mandate: number }
        | Deed::Announced {
            mandate: number, ..
        }
        | Deed::Objected {
            mandate: number, ..
        }
        | Deed::Seated {
            mandate: number, ..
        }
        | Deed::Left {
            mandate: number, ..
        }
        | Deed::Recalled {
            mandate: number, ..
        } => mandate(number),
        Deed::VoteOpened { on, .. } => question(on),
        Deed::Voted { vote: number, .. } | Deed::VoteClosed { vote: number, .. } => {
            vote(number).and_then(|vote| question(&vote.on))
        }
        Deed::Asked { measure, .. }
        | Deed::Brought { measure, .. }
        | Deed::InForce { measure, .. }
        | Deed::Outlawed { measure, .. }
        | Deed::Native { measure, .. } => measure.about().map(|who| who.member.clone()),
        Deed::Confirmed { case: number, .. }
        | Deed::Explained { case: number, .. }
        | Deed::LiftAsked { case: number, .. }
        | Deed::Over { case: number, .. } => {
            case(number).and_then(|case| Some(case.measure.about()?.member.clone()))
        }
        Deed::Appealed { by, .. } => Some(by.member.clone()),
        Deed::Judged { case: number, .. } | Deed::AppealClosed { case: number, .. } => {
            case(number).and_then(|case| Some(case.measure.about()?.member.clone()))
        }
        // Whom a report is about is told to nobody but those who look at it.
        Deed::Declared { .. }
        | Deed::Flagged { .. }
        | Deed::Unflagged { .. }
        | Deed::Enrolled { .. }
        | Deed::Reported { .. }
        | Deed::ReportPassed { .. }
        | Deed::ReportClosed { .. }
        | Deed::Wave { .. }
        | Deed::Admitted { .. }
        | Deed::RuleChanged { .. } => None,
    };
    let on = match &entry.deed {
        Deed::VoteOpened { on, .. } => Some(on.clone()),
        Deed::Voted { vote: number, .. } | Deed::VoteClosed { vote: number, .. } => {
            vote(number).map(|vote| vote.on.clone())
        }
        Deed::InForce { case: number, .. } => {
            let on = Question::Case(*number);
            let mut votes = moderation.votes().values();
            let by_vote = votes.any(|vote| vote.on == on && vote.passed == Some(true));
            by_vote.then_some(on)
        }
        _ => None,
    };
    let its_case = match (&entry.deed, &on) {
        (
            Deed::Asked { case: number, .. }
            | Deed::Brought { case: number, .. }
            | Deed::InForce { case: number, .. }
            | Deed::Outlawed { case: number, .. }
            | Deed::Native { case: number, .. }
            | Deed::Explained { case: number, .. }
            | Deed::Confirmed { case: number, .. }
            | Deed::LiftAsked { case: number, .. }
            | Deed::Appealed { case: number, .. }
            | Deed::Judged { case: number, .. }
            | Deed::AppealClosed { case: number, .. }
            | Deed::Over { case: number, .. },
            _,
        )
        | (_, Some(Question::Case(number) | Question::Appeal(number))) => case(number),
        _ => None,
    };
    let quorum = match &entry.deed {
        Deed::Voted { vote: number, .. }
        | Deed::VoteOpened { vote: number, .. }
        | Deed::VoteClosed { vote: number, .. } => vote(number).map(|vote| vote.quorum),
        _ => None,
    };
    let by: Vec<MemberId> = doers(&entry.deed);
    let names: BTreeMap<MemberId, String> = about
        .iter()
        .chain(&by)
        .chain(admitted(&entry.deed))
        .map(|member| (member.clone(), known.names.of(member)))
        .collect();
    let seconds_missing = match &entry.deed {
        Deed::Nominated {
            mandate: number, ..
        }
        | Deed::Seconded {
            mandate: number, ..
        } => {
            let needed = moderation.charter().of(Rule::Seconders);
            let have = moderation.mandates().get(number);
            let have = have.map_or(0, |mandate| mandate.seconders.len());
            needed.saturating_sub(u32::try_from(have).unwrap_or_default())
        }
        _ => 0,
    };
    let others_missing = match &entry.deed {
        Deed::Seconded {
            mandate: number, ..
        } if seconds_missing == 0 => {
            let wanted = moderation.mandates().get(number);
            wanted.is_some_and(|mandate| moderation.is_of_one_organisation(known.persons, mandate))
        }
        _ => false,
    };
    let few_delegates = match &entry.deed {
        Deed::Left {
            mandate: number,
            why,
        } => {
            let left = moderation.mandates().get(number);
            let was_delegate = left.is_some_and(|mandate| mandate.seated.is_some());
            let others = moderation.delegates(entry.at);
            let others = others.filter(|(other, _)| other != number);
            was_delegate && *why != Leaving::Renewed && others.count() < 2
        }
        _ => false,
    };
    Logged {
        code: theme.code.clone(),
        number: entry.number,
        at: entry.at,
        deed: entry.deed.clone(),
        names,
        about,
        by,
        measure: its_case.map(|case| case.measure.clone()),
        category: its_case.and_then(|case| case.category),
        minutes: its_case.and_then(|case| case.minutes),
        reach: its_case.map(|case| case.reach).unwrap_or_default(),
        brought_from: its_case.and_then(|case| brought_from(theme, case)),
        outlawed: its_case.is_some_and(|case| case.outlawed),
        on,
        quorum: quorum.unwrap_or_default(),
        seconds_missing,
        others_missing,
        few_delegates,
    }
}

/// What the theme is called from which a case was brought; its code, if there is no such theme any more.
fn brought_from(theme: &Theme, case: &Case) -> Option<String> {
    let (code, _) = case.brought.as_ref()?;
    let title = theme.neighbours.get(code).cloned();
    Some(title.unwrap_or_else(|| code.to_string()))
}

/// Who is let in, or turned away.
fn admitted(deed: &Deed) -> impl Iterator<Item = &MemberId> {
    let who = match deed {
        Deed::Admitted { who, .. } => who.as_slice(),
        _ => &[],
    };
    who.iter().map(|party| &party.member)
}

/// Who does it.
fn doers(deed: &Deed) -> Vec<MemberId> {
    match deed {
        Deed::Declared { by, .. }
        | Deed::Nominated { by, .. }
        | Deed::Seconded { by, .. }
        | Deed::Countersigned { by, .. }
        | Deed::Objected { by, .. }
        | Deed::Recalled { by, .. }
        | Deed::Flagged { by, .. }
        | Deed::Brought { by, .. }
        | Deed::Unflagged { by, .. }
        | Deed::Asked { by, .. }
        | Deed::Native { by, .. }
        | Deed::Explained { by, .. }
        | Deed::Admitted { by, .. }
        | Deed::Confirmed { by, .. }
        | Deed::LiftAsked { by, .. }
        | Deed::Judged { by, .. }
        | Deed::ReportPassed { owner: by, .. } => vec![by.member.clone()],
        Deed::Voted { by, .. } => vec![by.clone()],
        Deed::InForce { by, .. } | Deed::Over { by, .. } => {
            by.iter().map(|by| by.member.clone()).collect()
        }
        Deed::Reported { owner: by, .. }
        | Deed::ReportClosed { by, .. }
        | Deed::VoteOpened { by, .. } => by.iter().map(|by| by.member.clone()).collect(),
        // Those who decide on it.
        Deed::Appealed { panel, .. } => panel.iter().map(|by| by.member.clone()).collect(),
        Deed::AppealClosed { .. }
        | Deed::Agreed { .. }
        | Deed::Announced { .. }
        | Deed::Seated { .. }
        | Deed::Left { .. }
        | Deed::Enrolled { .. }
        | Deed::VoteClosed { .. }
        | Deed::Wave { .. }
        | Deed::Outlawed { .. }
        | Deed::RuleChanged { .. } => Vec::new(),
    }
}
