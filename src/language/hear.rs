use std::sync::LazyLock;

use civic::{Command, Hearing, Language};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::commands::{COMMANDS, spelling, takes_words, words_of};

/// More of a word than this is neither looked at nor repeated.
const LONGEST: usize = 24;

/// As many characters may follow what is almost a command; what goes on longer is talk, and must not be held up.
const FEW: usize = 40;

/// What a text means. A command stands at the beginning of a message, in any language, however a phone's
/// keyboard has bent its marks, capitals and accents.
///
/// `¡No puede ser!` and `!!!` are talk: what looks like an exclamation is never taken for a command. A few words that
/// merely follow one (`!ayuda con mi nombre`) are answered with a question rather than obeyed, many are talk;
/// only after the wish to stay out is nothing taken for talk, because talk is published.
pub fn hear(text: &str) -> Hearing {
    let Some(call) = Call::of(text) else {
        return Hearing::Talk;
    };
    let exact = call.known();
    if let Some((word, rest)) = exact {
        let command = (word.make)(argument(rest));
        let complete = takes_words(&command) || plain(rest).is_empty();
        if complete && !(call.upside_down && call.exclaims) {
            return Hearing::Command(command, word.language);
        }
    }
    let (first, rest) = split_word(call.words);
    let first: String = plain(first).chars().take(LONGEST).collect();
    let word = match exact {
        Some((word, _)) => Some(word),
        None if call.exclaims => None,
        None => nearest(&first),
    };
    match word.filter(|word| !call.upside_down && (wants_out(word) || is_short(rest))) {
        Some(word) => almost(&first, word),
        None => Hearing::Talk,
    }
}

fn wants_out(word: &Word) -> bool {
    (word.make)(None) == Command::StayOut
}

fn is_short(text: &str) -> bool {
    text.chars().nth(FEW).is_none()
}

fn almost(heard: &str, word: &Word) -> Hearing {
    let language = word.language;
    Hearing::Almost {
        heard: format!("!{heard}"),
        nearest: spelling(&(word.make)(None), language).example,
        language,
    }
}

/// A message that begins as a command does.
struct Call<'a> {
    /// What stands after the mark.
    words: &'a str,
    /// Whether the mark was `¡`, with which Spanish exclamations begin.
    upside_down: bool,
    /// Whether it ends with an exclamation mark, too.
    exclaims: bool,
}

impl<'a> Call<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let text = text.trim_matches(is_around);
        let mark = text
            .chars()
            .next()
            .filter(|c| matches!(c, '!' | '！' | '﹗' | '¡'))?;
        let words = text[mark.len_utf8()..].trim_start_matches(is_around);
        let exclaims = text.ends_with(['!', '！', '﹗']) && text.chars().count() > 1;
        let begins = words.chars().next().is_some_and(char::is_alphanumeric);
        begins.then_some(Self {
            words,
            upside_down: mark == '¡',
            exclaims,
        })
    }

    /// The command that is written here exactly, and what follows it. Two words may be one: `!sin nombre`.
    fn known(&self) -> Option<(&'static Word, &'a str)> {
        let (first, rest) = split_word(self.words);
        let (second, after) = split_word(rest);
        let joined = plain(first) + &plain(second);
        let find = |name: &str| LEXICON.iter().find(|word| word.plain == name);
        let both = find(&joined).filter(|_| !second.is_empty());
        both.map(|word| (word, after))
            .or_else(|| Some((find(&plain(first))?, rest)))
    }
}

/// The first word and the rest. A colon parts them as well as a space does: `!nombre:Sol`.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text
        .find(|c: char| c.is_whitespace() || c == ':' || c == '=')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (
        word,
        rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':' || c == '='),
    )
}

/// What a person gave with the command on its line, without the quotes and marks that keyboards put around it.
fn argument(rest: &str) -> Option<String> {
    let around = |c| is_around(c) || matches!(c, ',' | ';' | '<' | '>');
    let line = rest.lines().next().unwrap_or_default().trim_matches(around);
    (!line.is_empty()).then(|| line.to_owned())
}

/// Spaces of all kinds, quotes of all kinds, marks of formatting, and what can't be seen.
fn is_around(c: char) -> bool {
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
fn plain(text: &str) -> String {
    let letters = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// A word by which a command is known.
struct Word {
    plain: String,
    language: Language,
    make: fn(Option<String>) -> Command,
}

/// All of them; where two languages share a word, the one that is spoken first has it.
static LEXICON: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let of = |language: Language, make: fn(Option<String>) -> Command| {
        let words = words_of(&make(None), language).into_iter();
        words.map(move |word| Word {
            plain: plain(&word),
            language,
            make,
        })
    };
    let of_language = |language| COMMANDS.iter().flat_map(move |make| of(language, *make));
    Language::ALL.into_iter().flat_map(of_language).collect()
});

/// The command that a word was probably meant to be: a letter or two away, or with letters held down too long.
fn nearest(typed: &str) -> Option<&'static Word> {
    let held = |word: &&Word| squeezed(typed) == squeezed(&word.plain);
    let distance = |word: &'static Word| (strsim::damerau_levenshtein(typed, &word.plain), word);
    let near = |(distance, word): &(usize, &Word)| *distance <= allowed(&word.plain);
    LEXICON.iter().find(held).or_else(|| {
        let nearest = LEXICON
            .iter()
            .map(distance)
            .filter(near)
            .min_by_key(|(distance, _)| *distance);
        nearest.map(|(_, word)| word)
    })
}

/// How many letters of a word may be wrong; none in words so short that every other word is near.
fn allowed(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        _ => 2,
    }
}

/// Without repeated letters: `siii` as `si`.
fn squeezed(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

#[cfg(test)]
#[path = "hear_tests.rs"]
mod tests;
