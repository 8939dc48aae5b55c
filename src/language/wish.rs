//! What was written after the word of a command of moderation.

use std::sync::LazyLock;

use civic::Command;
use civic::moderation::{Category, Protected, Reach, Reason, Rule, Whom, Wish};

use crate::commands::{Definition, listed_in_all, plainly_listed};
use crate::hear;
use crate::length::{self, LENGTHS};
use crate::parse::{is_around, line, number, plain, reference};
use crate::vocabulary::{Unit, category_message, protected_message, rule_message, unit};

/// More of a reason than this is not kept, in characters.
const LONGEST_REASON: usize = 1000;
/// No organisation is called longer, in characters.
const LONGEST_NAME: usize = 80;
/// No number of the charter is greater.
const GREATEST: u32 = 9999;

pub(crate) fn nominate(rest: &str) -> Option<Command> {
    only_whom(rest).map(Wish::Nominate).map(Command::Moderate)
}

/// A proposal's support; where somebody is named, that of a nomination.
pub(crate) fn support(rest: &str) -> Option<Command> {
    match only_whom(rest) {
        Some(Some(whom)) => Some(Command::Moderate(Wish::Second(Some(whom)))),
        _ => reference(rest).map(Command::Support),
    }
}

pub(crate) fn second(rest: &str) -> Option<Command> {
    only_whom(rest).map(Wish::Second).map(Command::Moderate)
}

pub(crate) fn object(rest: &str) -> Option<Command> {
    only_whom(rest).map(Wish::Object).map(Command::Moderate)
}

pub(crate) fn recall(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let whom = words.take_whom();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Recall { whom, reason }))
}

pub(crate) fn organisation(rest: &str) -> Option<Command> {
    declared(rest, false)
}

pub(crate) fn institution(rest: &str) -> Option<Command> {
    declared(rest, true)
}

fn declared(rest: &str, official: bool) -> Option<Command> {
    let name = line(rest).filter(|name| name.chars().nth(LONGEST_NAME).is_none())?;
    let organisation = Some(name).filter(|name| !KNOWN.none.contains(&plain(name)));
    Some(Command::Moderate(Wish::Declare {
        organisation,
        official,
    }))
}

pub(crate) fn pause(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let minutes = words.take_minutes();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Pause { minutes, reason }))
}

/// `12h entran cuentas que nadie conoce`; of a number alone, hours are meant.
pub(crate) fn approval(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let hours = || Some(plain(rest).parse::<u32>().ok()?.saturating_mul(60));
    let (minutes, reason) = match hours() {
        Some(minutes) => (Some(minutes), None),
        None => (words.take_minutes(), words.into_reason()),
    };
    Some(Command::Moderate(Wish::Approval { minutes, reason }))
}

pub(crate) fn admit(rest: &str) -> Option<Command> {
    only_whom(rest).map(Wish::Admit).map(Command::Moderate)
}

/// An amendment is declined; where somebody is named, they are not let in.
pub(crate) fn decline(rest: &str) -> Option<Command> {
    match Words::of(rest).take_whom() {
        Some(_) => turn_away(rest),
        None => number(rest).map(Command::Decline),
    }
}

pub(crate) fn turn_away(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let whom = words.take_whom();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::TurnAway { whom, reason }))
}

pub(crate) fn hide(rest: &str) -> Option<Command> {
    let reason = Words::of(rest).into_reason();
    Some(Command::Moderate(Wish::Hide { reason }))
}

pub(crate) fn mute(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let whom = words.take_whom();
    let minutes = words.take_minutes();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Mute {
        whom,
        minutes,
        reason,
    }))
}

/// `@Beto 10d en todos los temas amenaza`.
pub(crate) fn suspend(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let whom = words.take_whom();
    let minutes = words.take_minutes();
    let reach = words.take_reach();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Suspend {
        whom,
        minutes,
        reason,
        reach,
    }))
}

/// `3 publicidad`: the reason for a case, with its number or without.
pub(crate) fn explain(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let case = words.take_number();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Explain { case, reason }))
}

pub(crate) fn report(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let whom = words.take_whom();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Report { whom, reason }))
}

/// `3 hablamos y quedó claro`.
pub(crate) fn resolve(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let report = words.take_number();
    let reason = words.into_reason();
    Some(Command::Moderate(Wish::Resolve { report, reason }))
}

/// `3 no fue así`: what somebody says against a case, with its number or without.
pub(crate) fn appeal(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let case = words.take_number();
    let text = words.into_reason().map(|reason| reason.text);
    Some(Command::Moderate(Wish::Appeal { case, text }))
}

pub(crate) fn confirm(rest: &str) -> Option<Command> {
    number(rest).map(Wish::Confirm).map(Command::Moderate)
}

pub(crate) fn lift(rest: &str) -> Option<Command> {
    number(rest).map(Wish::Lift).map(Command::Moderate)
}

/// `silencio 12`, `silencio largo a 2 días`, `administradores sí`.
pub(crate) fn change(rest: &str) -> Option<Command> {
    let mut words = Words::of(rest);
    let minutes = words.take_minutes();
    let plain_words: Vec<String> = words.0.iter().map(|word| plain(word)).collect();
    let number = |word: &String| word.parse::<u32>().ok();
    let given = plain_words.iter().find_map(number);
    let mut name: Vec<&str> = plain_words
        .iter()
        .filter(|word| number(word).is_none() && !KNOWN.among_rules.contains(word))
        .map(String::as_str)
        .collect();
    let whether = name.last().and_then(|last| {
        let mut answers = KNOWN.whether.iter();
        let (value, _) = answers.find(|(_, words)| words.iter().any(|word| word == last))?;
        Some(*value)
    });
    if whether.is_some() {
        name.pop();
    }
    let name = name.concat();
    let known = |(_, names): &&(Rule, Vec<String>)| names.contains(&name);
    let (rule, _) = *KNOWN.rules.iter().find(known).as_ref()?;
    let value = match (minutes, given, whether) {
        (None, None, Some(value)) if unit(*rule) == Unit::Whether => Some(value),
        (None, Some(value), None) => Some(value),
        (Some(minutes), None, None) => unit(*rule).of(minutes),
        _ => None,
    };
    let value = value.filter(|value| *value <= GREATEST)?;
    Some(Command::Moderate(Wish::Change { rule: *rule, value }))
}

/// Another command of moderation, with its mark or without.
pub(crate) fn rehearse(rest: &str) -> Option<Command> {
    let (word, rest) = hear::known(rehearsed_words(rest))?;
    if word.message == "command-rehearse" {
        return None;
    }
    let wish = match (word.make)(rest)? {
        // Written where others read, it would tell who reports whom.
        Command::Moderate(Wish::Report { .. }) => return None,
        Command::Moderate(wish) => wish,
        Command::Accept(None) => Wish::Agree,
        _ => return None,
    };
    Some(Command::Moderate(Wish::Rehearse(Box::new(wish))))
}

/// The command that is to be rehearsed.
pub(crate) fn rehearsed(rest: &str) -> Option<&'static Definition> {
    let (word, _) = hear::known(rehearsed_words(rest))?;
    Some(word)
}

fn rehearsed_words(rest: &str) -> &str {
    rest.trim_start_matches(|c| is_around(c) || hear::is_mark(c))
}

/// Whether a wish names whom, which or for how long, so that it is neither an outcry (`!Pausa, vecinos!`) nor a word of every
/// day that is like a command's.
pub(crate) fn is_aimed(wish: &Wish) -> bool {
    match wish {
        Wish::Nominate(whom) | Wish::Second(whom) | Wish::Object(whom) | Wish::Admit(whom) => {
            whom.is_some()
        }
        Wish::Recall { whom, .. } | Wish::TurnAway { whom, .. } => whom.is_some(),
        Wish::Mute { whom, minutes, .. } | Wish::Suspend { whom, minutes, .. } => {
            whom.is_some() || minutes.is_some()
        }
        Wish::Pause { minutes, .. } | Wish::Approval { minutes, .. } => minutes.is_some(),
        Wish::Hide { reason } => reason.as_ref().is_some_and(|reason| {
            let Reason { category, .. } = reason;
            category.is_some()
        }),
        Wish::Report { whom, reason } => {
            let named = reason
                .as_ref()
                .is_some_and(|reason| reason.category.is_some());
            whom.is_some() || named
        }
        Wish::Confirm(case)
        | Wish::Lift(case)
        | Wish::Explain { case, .. }
        | Wish::Appeal { case, .. }
        | Wish::Resolve { report: case, .. } => case.is_some(),
        Wish::Vote { .. }
        | Wish::Judge { .. }
        | Wish::Change { .. }
        | Wish::Rules
        | Wish::Delegates
        | Wish::Rehearse(_) => true,
        Wish::Agree | Wish::Resign | Wish::Redirect | Wish::Declare { .. } => false,
    }
}

/// Somebody's name or nothing; the outer `None` if something else was written.
fn only_whom(rest: &str) -> Option<Option<Whom>> {
    if plain(rest).is_empty() {
        return Some(None);
    }
    let whom = Words::of(rest).take_whom()?;
    Some(Some(whom))
}

/// What is left of what was written.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn of(rest: &'a str) -> Self {
        Self(rest.split_whitespace().collect())
    }

    /// The first name with an `@`: the bridge has put the ids of those it knows in the place of their names.
    fn take_whom(&mut self) -> Option<Whom> {
        let at = self.0.iter().position(|word| mention(word).is_some())?;
        let name = mention(self.0[at])?;
        self.take(at, 1, &KNOWN.before_whom);
        Some(match name.parse() {
            Ok(member) => Whom::Member(member),
            Err(_) => Whom::Unknown(name.to_owned()),
        })
    }

    /// The first length of time, in minutes: `15m`, `6 horas`.
    fn take_minutes(&mut self) -> Option<u32> {
        let is_none_here = |at: usize| {
            let before = at.checked_sub(1).map(|before| plain(self.0[before]));
            before.is_some_and(|before| LENGTHS.not_after.contains(&before))
        };
        let mut found = (0..self.0.len())
            .filter(|at| !is_none_here(*at))
            .filter_map(|at| {
                let (minutes, taken) = length::begins(&self.0[at..])?;
                Some((at, minutes, taken))
            });
        let (at, minutes, taken) = found.next()?;
        self.take(at, taken, &LENGTHS.before);
        Some(minutes)
    }

    /// Whether it is to be everywhere, where that stands first. Further on it is part of the reason: `vende en todos los
    /// temas` tells what somebody does.
    fn take_reach(&mut self) -> Reach {
        let words: Vec<String> = self.0.iter().map(|word| plain(word)).collect();
        let said = KNOWN.everywhere.iter().filter(|it| it.begins(&words));
        let Some(longest) = said.map(Phrase::count).max() else {
            return Reach::Here;
        };
        // `en todos sus mensajes` is no place.
        let goes_on = words
            .get(longest)
            .is_some_and(|next| KNOWN.whose.contains(next));
        if goes_on {
            return Reach::Here;
        }
        self.0.drain(..longest);
        Reach::Everywhere
    }

    /// The number that stands first.
    fn take_number(&mut self) -> Option<u32> {
        let number = self.0.first()?.trim_matches(|c| is_beside(c) || c == '#');
        let number = number.parse().ok()?;
        self.0.remove(0);
        Some(number)
    }

    /// Takes words away, and the one that leads to them.
    fn take(&mut self, at: usize, taken: usize, leading: &[String]) {
        let led = at > 0 && leading.contains(&plain(self.0[at - 1]));
        self.0.drain(at - usize::from(led)..at + taken);
    }

    /// What is left says why.
    fn into_reason(self) -> Option<Reason> {
        let text = self.0.join(" ");
        let text = text.trim_start_matches(is_beside);
        let text = text.trim_end_matches(|c| is_around(c) || matches!(c, ',' | ':' | ';'));
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let text = match LENGTHS.before.contains(&plain(first)) {
            true => rest,
            false => text,
        };
        if plain(text).is_empty() {
            return None;
        }
        let text: String = text.chars().take(LONGEST_REASON).collect();
        let words = plain_words(&text);
        let category = KNOWN.categories.named(&words);
        let protected = match category {
            None => KNOWN.protected.named(&words),
            Some(_) => None,
        };
        Some(Reason {
            text,
            category,
            protected,
        })
    }
}

/// The name that follows an `@`.
fn mention(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(is_beside).strip_prefix('@')?;
    let name = name.trim_matches(is_beside);
    (!name.is_empty()).then_some(name)
}

/// What stands around a name or a reason, and does not belong to it.
pub(crate) fn is_beside(c: char) -> bool {
    is_around(c) || matches!(c, ',' | ':' | ';' | '.' | '(' | ')' | '!' | '?' | '-' | '–')
}

pub(crate) fn plain_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !is_accent(c));
    words.map(plain).filter(|word| !word.is_empty()).collect()
}

/// Some keyboards send an accent after its letter.
pub(crate) fn is_accent(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// What reasons can be for, each with its phrases and with those that are it only where nothing else is written: whoever
/// tells of `la estafa del medidor` accuses nobody here, and `el partido de anoche` was football.
struct Reasons<T>(Vec<(T, Vec<Phrase>, Vec<Phrase>)>);

impl<T: Copy> Reasons<T> {
    fn of(all: &[T], message: fn(T) -> &'static str) -> Self {
        let reason = |it: &T| {
            let phrases = |attribute| phrases(message(*it), attribute);
            (*it, phrases("words"), phrases("only"))
        };
        Self(all.iter().map(reason).collect())
    }

    /// What is named first in a text.
    fn named(&self, words: &[String]) -> Option<T> {
        let begin = |words: &[String], phrases: &[Phrase]| {
            let mut phrases = phrases.iter();
            phrases.any(|it| it.begins(words))
        };
        let all = |words: &[String], phrases: &[Phrase]| {
            let mut phrases = phrases.iter();
            phrases.any(|it| it.count() == words.len() && it.begins(words))
        };
        let first = (0..words.len()).find_map(|at| {
            let mut reasons = self.0.iter();
            reasons.find(|(_, phrases, _)| begin(&words[at..], phrases))
        });
        let mut reasons = self.0.iter();
        let found = first.or_else(|| reasons.find(|(.., only)| all(words, only)));
        found.map(|(what, ..)| *what)
    }
}

fn phrases(message: &str, attribute: &str) -> Vec<Phrase> {
    let texts = listed_in_all(message, attribute);
    texts.iter().map(|text| Phrase::of(text)).collect()
}

/// Words one after the other.
pub(crate) struct Phrase(Vec<String>);

impl Phrase {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.split_whitespace().map(plain).collect())
    }

    /// How many words it has.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn begins(&self, words: &[String]) -> bool {
        !self.0.is_empty() && words.starts_with(&self.0)
    }
}

/// The words that are understood, in all languages.
struct Known {
    among_rules: Vec<String>,
    whether: [(u32, Vec<String>); 2],
    none: Vec<String>,
    before_whom: Vec<String>,
    everywhere: Vec<Phrase>,
    /// What follows `en todos` where something else than themes is meant.
    whose: Vec<String>,
    categories: Reasons<Category>,
    protected: Reasons<Protected>,
    rules: Vec<(Rule, Vec<String>)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let rules = Rule::ALL.iter();
    Known {
        among_rules: plainly_listed("command-change-rule", "among"),
        whether: [
            (1, plainly_listed("whether-yes", "words")),
            (0, plainly_listed("whether-no", "words")),
        ],
        none: plainly_listed("command-organisation", "none"),
        before_whom: plainly_listed("whom", "before"),
        everywhere: phrases("everywhere", "words"),
        whose: plainly_listed("everywhere", "notbefore"),
        categories: Reasons::of(Category::ALL, category_message),
        protected: Reasons::of(Protected::ALL, protected_message),
        rules: rules
            .map(|it| (*it, plainly_listed(rule_message(*it), "words")))
            .collect(),
    }
});

#[cfg(test)]
#[path = "wish_tests.rs"]
mod tests;
