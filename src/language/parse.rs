//! What was written after a command's word.

use civic::{Change, Command, Language, LinkCode, Linking, ProposalRef, Topic};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::commands::{listed, plainly_listed, topic_message};

/// More than this is no question for help, but talk.
const LONGEST_QUESTION: usize = 40;
/// As many words may a number stand among: `la enmienda 3`.
const FEW_WORDS: usize = 3;

/// Nothing is to follow.
pub(crate) fn alone(rest: &str, command: Command) -> Option<Command> {
    plain(rest).is_empty().then_some(command)
}

/// What a person gave with the command on its line, without the quotes and marks that keyboards put around it.
pub(crate) fn line(rest: &str) -> Option<String> {
    let around = |c| is_around(c) || matches!(c, ',' | ';' | '<' | '>');
    let line = rest.lines().next().unwrap_or_default();
    given(line.trim_matches(around))
}

/// A title on the first line, and below it the text.
pub(crate) fn propose(rest: &str) -> Option<Command> {
    let rest = rest.trim();
    let (title, text) = rest.split_once('\n').unwrap_or((rest, ""));
    Some(Command::Propose {
        title: given(title.trim_matches(is_around)).filter(|title| !plain(title).is_empty()),
        text: given(text.trim()),
    })
}

/// A proposal's name, or none; the outer `None` if something else was written.
pub(crate) fn reference(rest: &str) -> Option<Option<ProposalRef>> {
    if plain(rest).is_empty() {
        return Some(None);
    }
    leading_reference(rest).map(|(reference, _)| Some(reference))
}

pub(crate) fn list(rest: &str) -> Option<Command> {
    if plain(rest).is_empty() {
        return Some(Command::List { page: 1 });
    }
    let page = plain(rest).parse().ok().filter(|page| *page > 0)?;
    Some(Command::List { page })
}

/// An amendment's number, or none; the outer `None` if something else was written.
pub(crate) fn number(rest: &str) -> Option<Option<u32>> {
    if plain(rest).is_empty() {
        return Some(None);
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    if words.len() > FEW_WORDS {
        return None;
    }
    let mut numbers = words.iter().filter_map(|word| {
        word.trim_matches(|c: char| is_around(c) || c.is_ascii_punctuation())
            .parse()
            .ok()
    });
    Some(Some(numbers.next()?))
}

/// The number with which a text begins.
pub(crate) fn first_number(text: &str) -> Option<u32> {
    let first = text.split_whitespace().next()?;
    let digits = first.trim_matches(|c: char| is_around(c) || c.is_ascii_punctuation());
    digits.parse().ok()
}

/// `AGUA-7 a paragraph`, or `AGUA-7 old -> new`.
pub(crate) fn amend(rest: &str) -> Option<Command> {
    let (of, rest) = leading(rest);
    let passage = |text: &str| text.trim().trim_matches(is_around).to_owned();
    let change = match split_at_arrow(rest) {
        Some((old, new)) => Some((passage(old), passage(new)))
            .filter(|(old, _)| !old.is_empty())
            .map(|(old, new)| Change::Replace { old, new }),
        None => given(rest.trim()).map(Change::Add),
    };
    Some(Command::Amend { of, change })
}

/// `AGUA-7 text`, or with `título: …` on the first line.
pub(crate) fn edit(rest: &str) -> Option<Command> {
    let (of, rest) = leading(rest);
    let rest = rest.trim();
    let (first, below) = rest.split_once('\n').unwrap_or((rest, ""));
    let titled = first
        .split_once(':')
        .filter(|(word, _)| plainly_listed("command-edit", "title").contains(&plain(word)));
    let (title, text) = match titled {
        Some((_, title)) => (given(title.trim_matches(is_around)), given(below.trim())),
        None => (None, given(rest)),
    };
    Some(Command::Edit { of, title, text })
}

pub(crate) fn linking(rest: &str) -> Option<Linking> {
    let rest = rest.trim_matches(is_around);
    let word = plain(rest);
    if word.is_empty() {
        return Some(Linking::Begin);
    }
    if plainly_listed("command-link", "confirm").contains(&word) {
        return Some(Linking::Confirm);
    }
    LinkCode::read(rest).map(Linking::Claim)
}

/// Help, with the topic that one of a few words names.
pub(crate) fn help(rest: &str) -> Option<Command> {
    if plain(rest).is_empty() {
        return Some(Command::Help(None));
    }
    if rest.chars().nth(LONGEST_QUESTION).is_some() {
        return None;
    }
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).map(plain);
    words
        .find_map(|word| topic(&word))
        .map(|topic| Command::Help(Some(topic)))
}

fn topic(word: &str) -> Option<Topic> {
    let knows = |topic: &Topic| {
        Language::ALL.into_iter().any(|language| {
            let message = topic_message(*topic);
            let mut words = listed(language, message, "word");
            words.extend(listed(language, message, "also"));
            words.iter().any(|known| known == word)
        })
    };
    Topic::ALL.into_iter().find(knows)
}

fn leading(rest: &str) -> (Option<ProposalRef>, &str) {
    match leading_reference(rest) {
        Some((reference, rest)) => (Some(reference), rest),
        None => (None, rest),
    }
}

/// A proposal's name at the beginning, in up to three words (`agua - 7`), and what follows it.
fn leading_reference(rest: &str) -> Option<(ProposalRef, &str)> {
    let rest = rest.trim_start_matches(is_around);
    let around = is_around_reference;
    let is_end = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '=');
    let ends = rest
        .match_indices(is_end)
        .map(|(at, _)| at)
        .chain([rest.len()]);
    let mut named = ends
        .take(FEW_WORDS)
        .filter(|end| !rest[..*end].contains('\n'))
        .filter_map(|end| {
            let reference = rest[..end].trim_matches(around).parse().ok()?;
            Some((reference, rest[end..].trim_start_matches(around)))
        });
    named.next()
}

/// The proposal that is named among the first words.
pub(crate) fn named(rest: &str) -> Option<ProposalRef> {
    let words = rest.split_whitespace().take(FEW_WORDS);
    let in_one_word = |word: &str| word.trim_matches(is_around_reference).parse().ok();
    let named = words.map(in_one_word).find_map(|named| named);
    named.or_else(|| leading_reference(rest).map(|(named, _)| named))
}

fn is_around_reference(c: char) -> bool {
    is_around(c) || matches!(c, ':' | ',' | ';' | '.' | '(' | ')' | '=')
}

/// What stands before and after the first arrow, however a keyboard draws it.
fn split_at_arrow(text: &str) -> Option<(&str, &str)> {
    const ARROWS: [&str; 8] = ["->", "→", "–>", "—>", "=>", "⇒", "➡", "➜"];
    let arrows = ARROWS
        .iter()
        .filter_map(|arrow| Some((text.find(arrow)?, arrow.len())));
    let (at, length) = arrows.min()?;
    let after = text[at + length..].trim_start_matches(['>', '\u{FE0F}']);
    Some((&text[..at], after))
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Spaces of all kinds, quotes of all kinds, marks of formatting, and what can't be seen.
pub(crate) fn is_around(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '"' | '\'' | '`' | '´' | '*' | '_' | '~' | '«' | '»' | '‹' | '›'
        )
        || matches!(c, '\u{2018}'..='\u{201F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FE0F}' | '\u{FEFF}' | '\u{AD}')
}

/// Letters and digits only, without accents and capitals, in the width of ours.
pub(crate) fn plain(text: &str) -> String {
    let letters = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
