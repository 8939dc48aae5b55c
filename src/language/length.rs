//! A length of time as people write it: `15m`, `una hora y media`.

use std::sync::LazyLock;

use crate::commands::plainly_listed;
use crate::parse::plain;
use crate::vocabulary::Unit;
use crate::wish::{is_accent, is_beside};

/// The words of lengths that are understood, in all languages.
pub(crate) struct Lengths {
    /// What leads to one.
    pub(crate) before: Vec<String>,
    /// After these it is none: `40 mensajes en 2 minutos`.
    pub(crate) not_after: Vec<String>,
    one: Vec<String>,
    half: Vec<String>,
    /// Between two that are one.
    and: Vec<String>,
    /// Each with its minutes.
    units: Vec<(u32, Vec<String>)>,
}

pub(crate) static LENGTHS: LazyLock<Lengths> = LazyLock::new(|| Lengths {
    before: plainly_listed("length", "before"),
    not_after: plainly_listed("length", "notafter"),
    one: plainly_listed("length", "one"),
    half: plainly_listed("length", "half"),
    and: plainly_listed("length", "and"),
    units: vec![
        (Unit::Minutes.minutes(), plainly_listed("length", "minute")),
        (Unit::Hours.minutes(), plainly_listed("length", "hour")),
        (Unit::Days.minutes(), plainly_listed("length", "day")),
        (7 * Unit::Days.minutes(), plainly_listed("length", "week")),
    ],
});

/// A length that words begin with, in minutes, and how many of them it takes: `6h`, `media hora`, `1 hora y 30 minutos`.
pub(crate) fn begins(words: &[&str]) -> Option<(u32, usize)> {
    let is = |at: usize, known: &[String]| {
        let word = words.get(at).map(|word| plain(word));
        word.is_some_and(|word| known.contains(&word))
    };
    let (mut minutes, unit, mut taken) = one_length(words)?;
    if is(taken, &LENGTHS.and) {
        if let Some((more, _, words)) = one_length(&words[taken + 1..]) {
            minutes = minutes.saturating_add(more);
            taken += 1 + words;
        } else {
            // `and a half`
            let half = taken + 1 + usize::from(is(taken + 1, &LENGTHS.one));
            if is(half, &LENGTHS.half) {
                minutes = minutes.saturating_add(unit / 2);
                taken = half + 1;
            }
        }
    }
    Some((minutes, taken))
}

/// The same of one number and one unit, whose length comes second.
fn one_length(words: &[&str]) -> Option<(u32, u32, usize)> {
    let word = words.first()?.trim_matches(is_beside);
    // `1,5 horas` are not fifteen, and `1/2 hora` is not twelve: it is asked for again.
    let is_whole = |c: char| c.is_ascii_digit() || c.is_alphabetic() || is_accent(c);
    if !word.chars().all(is_whole) {
        return None;
    }
    let minutes_of = |unit: &str| {
        let mut units = LENGTHS.units.iter();
        let found = units.find(|(_, words)| words.iter().any(|known| known == unit));
        found.map(|(minutes, _)| *minutes)
    };
    let unit_at = |at: usize| minutes_of(&plain(words.get(at)?));
    let word = plain(word);
    let end = word.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = word.split_at(end.unwrap_or(word.len()));
    if LENGTHS.half.contains(&word) {
        let an = words.get(1).map(|word| plain(word));
        let at = 1 + usize::from(an.is_some_and(|an| LENGTHS.one.contains(&an)));
        let unit = unit_at(at)?;
        return Some((unit / 2, unit, at + 1));
    }
    let (count, unit, taken) = match (digits, unit) {
        ("", one) if LENGTHS.one.iter().any(|known| known == one) => (1, unit_at(1)?, 2),
        ("", _) => return None,
        (digits, "") => (digits.parse().ok()?, unit_at(1)?, 2),
        (digits, unit) => (digits.parse().ok()?, minutes_of(unit)?, 1),
    };
    Some((unit.saturating_mul(count), unit, taken))
}
