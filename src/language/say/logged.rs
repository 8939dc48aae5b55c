//! The log of moderation, an entry in a sentence or two: who, whom, for what, how long, and what one can do.

use civic::moderation::{Category, Deed, Ending, Logged, Measure, Question, Reach};
use civic::{Language, MemberId, Timestamp};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use super::moderation::{category, length, people, rule, value};
use crate::commands::listed;
use crate::parse::plain;
use crate::vocabulary::category_message;
use crate::words;

/// As much of a reason stands in a sentence, in characters.
const REASON: usize = 200;

/// What would be logged.
pub(super) fn rehearsed(all: &[Logged], language: Language) -> String {
    let begin = match all.is_empty() {
        true => "rehearsed-nothing",
        false => "rehearsed-begin",
    };
    let begin = words::text(language, begin, None, &FluentArgs::new());
    let told = all.iter().map(|entry| logged(entry, language));
    let lines: Vec<String> = std::iter::once(begin).chain(told).collect();
    lines.join("\n")
}

/// An entry of the log.
pub(super) fn logged(entry: &Logged, language: Language) -> String {
    let mut arguments = about(entry, language);
    let message = match &entry.deed {
        Deed::Declared {
            organisation,
            official,
            ..
        } => {
            arguments.set("organisation", unmarked(organisation));
            arguments.set("official", yes_or_no(*official));
            match organisation.is_empty() {
                true => "log-undeclared",
                false => "log-declared",
            }
        }
        Deed::Nominated { .. } => "log-nominated",
        Deed::Seconded { .. } => "log-seconded",
        Deed::Countersigned { .. } => "log-countersigned",
        Deed::Agreed { .. } => "log-agreed",
        Deed::Announced { until, .. } => {
            arguments.set("length", between(entry.at, *until, language));
            "log-announced"
        }
        Deed::Objected { .. } => "log-objected",
        Deed::Seated { until, .. } => {
            arguments.set("length", between(entry.at, *until, language));
            "log-seated"
        }
        Deed::Left { why, .. } => {
            arguments.set("why", why.as_str());
            "log-left"
        }
        Deed::Recalled { reason, .. } => {
            arguments.set("reason", why(None, reason, language));
            "log-recalled"
        }
        Deed::VoteOpened {
            vote,
            on,
            roll,
            until,
            ..
        } => {
            arguments.set("vote", *vote);
            arguments.set("roll", roll.len());
            // Whether what was so decided is to end, each theme decides without the others.
            if !matches!(on, Question::Case(_)) {
                arguments.set("reach", "here");
            }
            arguments.set("length", between(entry.at, *until, language));
            "log-vote-opened"
        }
        Deed::Voted { vote, yes, .. } => {
            arguments.set("vote", *vote);
            arguments.set("yes", yes_or_no(*yes));
            "log-voted"
        }
        Deed::VoteClosed {
            vote,
            yes,
            no,
            passed,
        } => {
            arguments.set("vote", *vote);
            arguments.set("yes", *yes);
            arguments.set("no", *no);
            let few = yes.saturating_add(*no) < entry.quorum;
            let end = match (passed, few) {
                (true, _) => "passed",
                (false, true) => "few",
                (false, false) => "failed",
            };
            arguments.set("end", end);
            "log-vote-closed"
        }
        Deed::Flagged { .. } => "log-flagged",
        Deed::Unflagged { .. } => "log-unflagged",
        Deed::Enrolled { vote, roll } => {
            arguments.set("vote", *vote);
            arguments.set("roll", roll.len());
            "log-enrolled"
        }
        Deed::Asked {
            case,
            category,
            reason,
            until,
            ..
        } => {
            arguments.set("case", *case);
            arguments.set("why", why(*category, reason, language));
            arguments.set("wait", between(entry.at, *until, language));
            "log-asked"
        }
        Deed::Brought {
            case,
            category,
            reason,
            ..
        } => {
            arguments.set("case", *case);
            arguments.set("why", why(*category, reason, language));
            "log-brought"
        }
        Deed::InForce { confirm_by, .. } => {
            let text = in_force(entry, arguments, language);
            let confirm = confirm_by.map(|until| to_confirm(entry, until, language));
            let lines: Vec<String> = [Some(text), confirm].into_iter().flatten().collect();
            return lines.join(" ");
        }
        Deed::Native {
            case, until, again, ..
        } => {
            arguments.set("case", *case);
            arguments.set("again", again.unwrap_or_default());
            arguments.set("wait", between(entry.at, *until, language));
            "log-native"
        }
        Deed::Outlawed { case, reason, .. } => {
            arguments.set("case", *case);
            arguments.set("reason", why(None, reason, language));
            "log-outlawed"
        }
        Deed::Explained {
            case,
            category,
            reason,
            minutes,
            ..
        } => {
            arguments.set("case", *case);
            arguments.set("why", why(*category, reason, language));
            arguments.set("lasts", yes_or_no(minutes.is_some()));
            "log-explained"
        }
        Deed::Confirmed { case, .. } => {
            arguments.set("case", *case);
            "log-confirmed"
        }
        Deed::LiftAsked { case, .. } => {
            arguments.set("case", *case);
            "log-lift-asked"
        }
        Deed::Over {
            case,
            why: Ending::PutToVote,
            ..
        } => {
            arguments.set("case", *case);
            "log-put-to-vote"
        }
        Deed::Over { case, why, by } => {
            arguments.set("case", *case);
            arguments.set("why", why.as_str());
            arguments.set("deciders", by.len());
            if entry.outlawed {
                arguments.set("measure", "outlawed");
            }
            "log-over"
        }
        Deed::Reported {
            report,
            category: which,
            owner,
            until,
            ..
        } => {
            arguments.set("report", *report);
            arguments.set("category", category(*which, language));
            arguments.set("owners", owner.iter().count());
            arguments.set("wait", between(entry.at, *until, language));
            "log-reported"
        }
        Deed::ReportPassed { report, until, .. } => {
            arguments.set("report", *report);
            arguments.set("wait", between(entry.at, *until, language));
            "log-report-passed"
        }
        Deed::ReportClosed {
            report,
            outcome,
            case,
            reason,
            ..
        } => {
            arguments.set("report", *report);
            arguments.set("outcome", outcome.as_str());
            arguments.set("case", case.unwrap_or_default());
            arguments.set("why", why(None, reason, language));
            "log-report-closed"
        }
        Deed::Appealed {
            case,
            text,
            panel,
            voted,
            until,
            ..
        } => {
            arguments.set("case", *case);
            arguments.set("why", why(None, text, language));
            let judges = match (voted, panel.len()) {
                (true, _) => "vote",
                (false, 0) => "nobody",
                (false, 1) => "one",
                (false, _) => "panel",
            };
            arguments.set("judges", judges);
            arguments.set("code", entry.code.to_string());
            arguments.set("wait", between(entry.at, *until, language));
            "log-appealed"
        }
        Deed::Judged { case, reverse, .. } => {
            arguments.set("case", *case);
            arguments.set("reverse", yes_or_no(*reverse));
            "log-judged"
        }
        Deed::AppealClosed { case, upheld } => {
            arguments.set("case", *case);
            arguments.set("upheld", yes_or_no(*upheld));
            "log-appeal-closed"
        }
        Deed::Wave { people } => {
            arguments.set("people", *people);
            "log-wave"
        }
        Deed::Admitted {
            who, yes, reason, ..
        } => {
            let names = who.iter().map(|party| {
                let name = entry.names.get(&party.member).cloned();
                name.unwrap_or_default()
            });
            let names: Vec<String> = names.collect();
            arguments.set("names", people(&names, language));
            arguments.set("yes", yes_or_no(*yes));
            arguments.set("reason", why(None, reason, language));
            arguments.set("explained", yes_or_no(!reason.is_empty()));
            "log-admitted"
        }
        Deed::RuleChanged {
            rule: which,
            value: new,
        } => {
            arguments.set("rule", rule(*which, language));
            arguments.set("value", value(*which, *new, language));
            "log-rule-changed"
        }
    };
    let text = words::text(language, message, None, &arguments);
    match entry.few_delegates {
        true => format!(
            "{text}\n{}",
            words::text(language, "bench-few", None, &arguments)
        ),
        false => text,
    }
}

fn in_force(entry: &Logged, mut arguments: FluentArgs<'_>, language: Language) -> String {
    let Deed::InForce {
        case,
        measure,
        category,
        reason,
        by,
        until,
        ..
    } = &entry.deed
    else {
        return String::new();
    };
    arguments.set("case", *case);
    let why = match (measure, reason.is_empty()) {
        // Everybody was told of it.
        (Measure::Approval, true) => words::text(language, "why-wave", None, &arguments),
        _ => why(*category, reason, language),
    };
    arguments.set("why", why);
    let lasts = until.map(|until| between(entry.at, until, language));
    arguments.set("length", lasts.unwrap_or_default());
    let decided = match (measure, by.len()) {
        _ if entry.on.is_some() => "vote",
        (_, 1) => "one",
        // As many participants as one delegate.
        (Measure::Redirect { .. } | Measure::Focus, _) => "flags",
        _ => "other",
    };
    arguments.set("decided", decided);
    words::text(language, "log-in-force", None, &arguments)
}

fn to_confirm(entry: &Logged, until: Timestamp, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    let case = match &entry.deed {
        Deed::InForce { case, .. } => *case,
        _ => 0,
    };
    arguments.set("case", case);
    arguments.set("wait", between(entry.at, until, language));
    words::text(language, "log-confirm-by", None, &arguments)
}

/// What every sentence may name.
fn about(entry: &Logged, language: Language) -> FluentArgs<'static> {
    let name = |member: &MemberId| {
        let name = entry.names.get(member).cloned();
        name.unwrap_or_else(|| people(&[], language))
    };
    let mut arguments = FluentArgs::new();
    let by: Vec<String> = entry.by.iter().map(name).collect();
    // One alone stands in bold by its sentence.
    let by = match (&entry.deed, &by[..]) {
        (Deed::InForce { .. } | Deed::Over { .. } | Deed::Appealed { .. }, _) => {
            people(&by, language)
        }
        (_, [only]) => unmarked(only),
        _ => by.join(", "),
    };
    arguments.set("by", by);
    let who = entry.about.as_ref().map(name).unwrap_or_default();
    arguments.set("who", unmarked(&who));
    arguments.set("missing", entry.seconds_missing);
    let others = if entry.others_missing { "yes" } else { "no" };
    arguments.set("others", others);
    arguments.set("quorum", entry.quorum);
    if let Some(measure) = &entry.measure {
        arguments.set("measure", kind(measure));
    }
    let minutes = entry.minutes.unwrap_or_default();
    arguments.set("length", length(minutes, language));
    let reach = match (&entry.brought_from, entry.reach) {
        (Some(theme), _) => {
            arguments.set("theme", unmarked(theme));
            "brought"
        }
        (None, Reach::Everywhere) => "everywhere",
        (None, Reach::Here) => "here",
    };
    arguments.set("reach", reach);
    if let Some(on) = &entry.on {
        let question = question(entry, on, &arguments, language);
        arguments.set("question", question);
    }
    arguments
}

fn question(entry: &Logged, on: &Question, about: &FluentArgs<'_>, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    for (name, value) in about.iter() {
        arguments.set(name, value.clone());
    }
    let message = match on {
        Question::Seat(_) => "question-seat",
        Question::Recall(_) => "question-recall",
        Question::Case(case) => {
            arguments.set("case", *case);
            arguments.set("why", why(entry.category, "", language));
            "question-case"
        }
        Question::Appeal(case) => {
            arguments.set("case", *case);
            "question-appeal"
        }
        Question::Rule(which, new) => {
            arguments.set("rule", rule(*which, language));
            arguments.set("value", value(*which, *new, language));
            "question-rule"
        }
    };
    words::text(language, message, None, &arguments)
}

/// For what, and in whose words, unless these say no more.
pub(super) fn why(named: Option<Category>, reason: &str, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    let said_with = |named: Category| {
        let mut languages = Language::ALL.into_iter();
        let message = category_message(named);
        languages.any(|language| {
            let known = listed(language, message, "words");
            known.iter().any(|known| plain(known) == plain(reason))
        })
    };
    arguments.set("reason", shortened(reason));
    let Some(named) = named else {
        return words::text(language, "why-reason", None, &arguments);
    };
    let called = category(named, language);
    if reason.is_empty() || said_with(named) {
        return called;
    }
    arguments.set("category", called);
    words::text(language, "why-both", None, &arguments)
}

/// People's words on one line, and not more of them than a sentence holds.
fn shortened(reason: &str) -> String {
    let reason = unmarked(reason);
    let words: Vec<&str> = reason.split_whitespace().collect();
    let line = words.join(" ");
    match line.chars().nth(REASON) {
        None => line,
        Some(_) => line.chars().take(REASON).collect::<String>() + "…",
    }
}

/// How long it is from one moment to another.
fn between(from: Timestamp, until: Timestamp, language: Language) -> String {
    let time = u64::try_from(until.0 - from.0).unwrap_or_default();
    let minutes = time.div_ceil(60_000);
    length(u32::try_from(minutes).unwrap_or(u32::MAX), language)
}

fn kind(measure: &Measure) -> &'static str {
    match measure {
        Measure::Redirect { .. } => "redirect",
        Measure::Focus => "focus",
        Measure::Pause => "pause",
        Measure::Approval => "approval",
        Measure::Hide { .. } => "hide",
        Measure::Mute(_) => "mute",
        Measure::Suspend(_) => "suspend",
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    match yes {
        true => "yes",
        false => "no",
    }
}

#[cfg(test)]
#[path = "logged_tests.rs"]
mod tests;
