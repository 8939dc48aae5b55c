//! Why a wish of moderation is not done, and what to do instead.

use civic::Language;
use civic::moderation::Hindrance;
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use super::moderation::{categories, length, protected};
use crate::words;

/// As many digits may be somebody's number.
const DIGITS_OF_A_NUMBER: usize = 6;

pub(super) fn hindered(hindrance: &Hindrance, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    match hindrance {
        Hindrance::UnknownName(name)
        | Hindrance::NotSeen(name)
        | Hindrance::TheyAreNew(name)
        | Hindrance::DelegateAlready(name)
        | Hindrance::NominatedAlready(name)
        | Hindrance::NotNominated(name)
        | Hindrance::NoObjectionNow(name)
        | Hindrance::RecallVoted(name)
        | Hindrance::NoDelegate(name) => arguments.set("name", unmarked(name)),
        Hindrance::NotAgainYet { name, days } => {
            arguments.set("name", unmarked(name));
            arguments.set("days", *days);
        }
        Hindrance::SecondsMissing(missing) => arguments.set("missing", *missing),
        Hindrance::NotYours { delegates } => arguments.set("delegates", *delegates),
        Hindrance::CategoryAsked => arguments.set("categories", categories(language)),
        Hindrance::Protected(what) => arguments.set("protected", protected(*what, language)),
        Hindrance::PointersFirst { so_far } => arguments.set("sofar", *so_far),
        Hindrance::LengthAsked { most: minutes }
        | Hindrance::TooLong { most: minutes }
        | Hindrance::Muted { minutes }
        | Hindrance::Out { minutes } => arguments.set("length", length(*minutes, language)),
        Hindrance::NoSuchCase(number)
        | Hindrance::CaseOver(number)
        | Hindrance::ReasonFirst(number)
        | Hindrance::NothingToConfirm(number)
        | Hindrance::SecondNeeded(number)
        | Hindrance::BeingVoted(number)
        | Hindrance::AskedOtherwise(number)
        | Hindrance::RuleVoted(number)
        | Hindrance::VotedIn(number)
        | Hindrance::Outlawed(number)
        | Hindrance::NoSuchVote(number)
        | Hindrance::NoSuchReport(number)
        | Hindrance::NotYourCase(number)
        | Hindrance::AppealAsked(number)
        | Hindrance::AppealedAlready(number)
        | Hindrance::MandateOver(number)
        | Hindrance::NotOnPanel(number) => arguments.set("number", *number),
        Hindrance::WhichAppeal(cases) => {
            let numbers: Vec<String> = cases.iter().map(u32::to_string).collect();
            arguments.set("cases", numbers.join(", "));
            arguments.set("number", cases.first().copied().unwrap_or_default());
        }
        Hindrance::ReportsOpen(open) => arguments.set("open", *open),
        Hindrance::TooFewToVote { can, needed } => {
            arguments.set("can", *can);
            arguments.set("needed", *needed);
        }
        Hindrance::WhichOfTwo(one, other) => {
            arguments.set("one", one.as_str());
            arguments.set("other", other.as_str());
        }
        Hindrance::LookedAt { closed } => {
            arguments.set("closed", if *closed { "yes" } else { "no" });
        }
        _ => {}
    }
    words::text(language, name(hindrance), None, &arguments)
}

pub(super) fn name(hindrance: &Hindrance) -> &'static str {
    match hindrance {
        Hindrance::WhomAsked => "hindered-whom-asked",
        Hindrance::WhichOfTwo(..) => "hindered-which-of-two",
        // A mention that nobody bears may be a number, which is never repeated.
        Hindrance::UnknownName(name) if holds_a_number(name) => "hindered-whom-asked",
        Hindrance::UnknownName(_) => "hindered-unknown-name",
        Hindrance::NotSeen(_) => "hindered-not-seen",
        Hindrance::Oneself => "hindered-oneself",
        Hindrance::TheBridge => "hindered-the-bridge",
        Hindrance::Newcomer => "hindered-newcomer",
        Hindrance::TheyAreNew(_) => "hindered-they-are-new",
        Hindrance::DelegateAlready(_) => "hindered-delegate-already",
        Hindrance::NominatedAlready(_) => "hindered-nominated-already",
        Hindrance::NotNominated(_) => "hindered-not-nominated",
        Hindrance::NobodyNominatedYou => "hindered-nobody-nominated-you",
        Hindrance::DoneAlready => "hindered-done-already",
        Hindrance::SecondsMissing(_) => "hindered-seconds-missing",
        Hindrance::NoObjectionNow(_) => "hindered-no-objection-now",
        Hindrance::NoSeat => "hindered-no-seat",
        Hindrance::NoDelegate(_) => "hindered-no-delegate",
        Hindrance::NotYours { .. } => "hindered-not-yours",
        Hindrance::ReasonAsked => "hindered-reason-asked",
        Hindrance::CategoryAsked => "hindered-category-asked",
        Hindrance::Protected(_) => "hindered-protected",
        Hindrance::PointersFirst { .. } => "hindered-pointers-first",
        Hindrance::LengthAsked { .. } => "hindered-length-asked",
        Hindrance::TooLong { .. } => "hindered-too-long",
        Hindrance::MessageAsked => "hindered-message-asked",
        Hindrance::NobodyWaits => "hindered-nobody-waits",
        Hindrance::NotAPersons => "hindered-not-a-persons",
        Hindrance::PartOfIt => "hindered-part-of-it",
        Hindrance::WhichCase => "hindered-which-case",
        Hindrance::WhichAppeal(_) => "hindered-which-appeal",
        Hindrance::NoSuchCase(_) => "hindered-no-such-case",
        Hindrance::CaseOver(_) => "hindered-case-over",
        Hindrance::ReasonFirst(_) => "hindered-reason-first",
        Hindrance::NothingToConfirm(_) => "hindered-nothing-to-confirm",
        Hindrance::Outlawed(_) => "hindered-outlawed",
        Hindrance::TooFewToVote { .. } => "hindered-too-few-to-vote",
        Hindrance::BeingVoted(_) => "hindered-being-voted",
        Hindrance::AskedOtherwise(_) => "hindered-asked-otherwise",
        Hindrance::RuleVoted(_) => "hindered-rule-voted",
        Hindrance::RecallVoted(_) => "hindered-recall-voted",
        Hindrance::NotAgainYet { .. } => "hindered-not-again-yet",
        Hindrance::VotedIn(_) => "hindered-voted-in",
        Hindrance::SecondNeeded(_) => "hindered-second-needed",
        Hindrance::WhichVote => "hindered-which-vote",
        Hindrance::NoSuchVote(_) => "hindered-no-such-vote",
        Hindrance::NotOnRoll => "hindered-not-on-roll",
        Hindrance::SoAlready => "hindered-so-already",
        Hindrance::LookedAt { .. } => "hindered-looked-at",
        Hindrance::ReportsOpen(_) => "hindered-reports-open",
        Hindrance::WhichReport => "hindered-which-report",
        Hindrance::NoSuchReport(_) => "hindered-no-such-report",
        Hindrance::NothingToAppeal => "hindered-nothing-to-appeal",
        Hindrance::NotYourCase(_) => "hindered-not-your-case",
        Hindrance::AppealAsked(_) => "hindered-appeal-asked",
        Hindrance::AppealedAlready(_) => "hindered-appealed-already",
        Hindrance::MandateOver(_) => "hindered-mandate-over",
        Hindrance::NotOnPanel(_) => "hindered-not-on-panel",
        Hindrance::Out { .. } => "hindered-out",
        Hindrance::Muted { .. } => "hindered-muted",
    }
}

fn holds_a_number(name: &str) -> bool {
    let digits = name.chars().filter(|c| c.is_numeric());
    digits.count() >= DIGITS_OF_A_NUMBER
}

#[cfg(test)]
#[path = "hindrance_tests.rs"]
mod tests;
