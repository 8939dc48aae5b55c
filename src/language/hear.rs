use std::sync::LazyLock;

use civic::moderation::Wish;
use civic::{Command, Hearing, Language, Near, Topic};

use crate::commands::{COMMANDS, Definition};
use crate::parse::{is_around, plain};
use crate::voices;
use crate::wish::is_aimed;

/// More of a word than this is neither looked at nor repeated.
const LONGEST: usize = 24;

/// As many characters may follow what is almost a command; what goes on longer is talk, and must not be held up.
const FEW: usize = 40;

/// A word of so many letters is hardly like another by chance.
const LONG_WORD: usize = 8;

/// Words of every day that are like a command's.
const EVERYDAY: [&str; 29] = [
    "amen", "anuncia", "anunciar", "anuncio", "aportar", "aporte", "aporto", "deport", "deportar",
    "deporte", "deportes", "exporto", "hombre", "importe", "importo", "negras", "normal",
    "recortar", "recorte", "recorto", "regalo", "regalos", "reparte", "repartir", "reparto",
    "respeto", "resort", "resorte", "soporte",
];

/// What a text means. A command stands at the beginning of a message, in any language, however a phone's
/// keyboard has bent its marks, capitals and accents.
///
/// `¡No puede ser!` and `!!!` are talk: what looks like an exclamation is never taken for a command. A few words that
/// merely follow one (`!ayuda, vecinos`) are answered with a question rather than obeyed, many are talk. Only after the
/// wish to stay out is nothing taken for talk, because talk is published; and after a command that takes a text, because
/// it would be lost among the talk.
///
/// Without a mark only what can't be meant otherwise is a command: `Propuesta: …`, or one with a colon that names a proposal.
pub fn hear(text: &str) -> Hearing {
    let Some(call) = Call::of(text) else {
        return unmarked(text);
    };
    let exact = call.known();
    if let Some((word, rest)) = exact
        && let Some(command) = word.command(rest, call.words)
        && !call.may_cry(&command)
    {
        return Hearing::Command(command, word.language);
    }
    let (first, rest) = split_word(call.words);
    let first: String = plain(first).chars().take(LONGEST).collect();
    if let Some(word) = call.almost_reports(exact, &first, rest) {
        return almost(&format!("!{first}"), word, rest);
    }
    let appeals = |word: &Word| near(word, rest) == Near::Appeal && is_close(&first, word);
    let word = match exact {
        Some((word, _)) => Some(word).filter(|word| !call.exclaims || wants_out(word)),
        None if call.exclaims => None,
        None => nearest(&first).filter(|word| fits(word, rest) || appeals(word)),
    };
    let held =
        |word: &&Word| wants_out(word) || begins_a_text(word) || appeals(word) || is_short(rest);
    match word.filter(|word| !call.upside_down && held(word)) {
        Some(word) => almost(&format!("!{first}"), word, rest),
        None => Hearing::Talk,
    }
}

/// The same of what is written to the bridge alone: all of it is meant for the bridge, so a command that is done there needs no
/// mark (`apelar 3 no fue así`).
pub fn hear_alone(text: &str) -> Hearing {
    let heard = hear(text);
    if heard != Hearing::Talk || Call::of(text).is_some() {
        return heard;
    }
    let text = text.trim_matches(is_around);
    let meant = exactly(text).and_then(|(word, rest)| {
        let command = word.command(rest, text).filter(is_done_alone)?;
        Some(Hearing::Command(command, word.language))
    });
    meant.unwrap_or(heard)
}

/// The command that begins a text without its mark, and what follows its word.
pub(crate) fn known(words: &str) -> Option<(&'static Definition, &str)> {
    let (word, rest) = exactly(words)?;
    Some((word.command, rest))
}

/// Whether a command can begin with this.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '!' | '！' | '﹗' | '¡')
}

/// What a text means that has no mark at its beginning.
fn unmarked(text: &str) -> Hearing {
    let text = text.trim_matches(is_around);
    let line = text.lines().next().unwrap_or_default();
    let Some((word, _)) = line.split_once(':').filter(|(word, _)| is_short(word)) else {
        return Hearing::Talk;
    };
    let typed = plain(word);
    let Some(word) = LEXICON.iter().find(|word| word.plain == typed) else {
        return Hearing::Talk;
    };
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    match (word.command.make)(rest.trim_start()).filter(is_plainly_meant) {
        Some(command) => Hearing::Command(command, word.language),
        None => Hearing::Talk,
    }
}

/// Whether a command says what it is about, so that it can't be talk.
fn is_plainly_meant(command: &Command) -> bool {
    match command {
        Command::Propose { title, .. } => title.is_some(),
        Command::Support(which)
        | Command::Unsupport(which)
        | Command::Show(which)
        | Command::Withdraw(which) => which.is_some(),
        Command::Amend { of, change } => of.is_some() && change.is_some(),
        Command::Edit { of, title, text } => of.is_some() && (title.is_some() || text.is_some()),
        _ => false,
    }
}

fn is_done_alone(command: &Command) -> bool {
    match command {
        Command::Moderate(wish) => wish.can_be_private(),
        Command::Help(_) | Command::Facilitate(Some(_)) | Command::Accept(None) => true,
        _ => false,
    }
}

/// Whether it may well be an outcry, where it ends with an exclamation mark: `!Pausa, vecinos!`
fn is_outcry(command: &Command) -> bool {
    matches!(command, Command::Moderate(wish) if !is_aimed(wish))
}

/// Whether what follows what is almost a word can follow that word. Only the words of moderation ask for this: they are
/// like many of every day (`!foto del río`, `!causa justa`).
fn fits(word: &Word, rest: &str) -> bool {
    let moderates = matches!(
        word.command.topic,
        Some(Topic::Moderation | Topic::Measures | Topic::Joining)
    );
    let aimed = |command: Command| !is_outcry(&command);
    !moderates || (word.command.make)(rest).is_some_and(aimed)
}

/// What a word that is almost written, or written with what can't follow it, is about.
fn near(word: &Word, rest: &str) -> Near {
    match word.command.meant(rest).message {
        "command-report" => Near::Report,
        "command-appeal" => Near::Appeal,
        _ => Near::Other,
    }
}

fn wants_out(word: &Word) -> bool {
    (word.command.make)("") == Some(Command::StayOut)
}

/// Whether a text follows the word, which is so long that nothing else is like it by chance.
fn begins_a_text(word: &Word) -> bool {
    word.command.takes_text && word.plain.chars().count() >= LONG_WORD
}

fn is_short(text: &str) -> bool {
    text.chars().nth(FEW).is_none()
}

fn almost(heard: &str, word: &Word, rest: &str) -> Hearing {
    let language = word.language;
    Hearing::Almost {
        heard: heard.to_owned(),
        nearest: word.command.meant(rest).example_for(language, rest),
        language,
        near: near(word, rest),
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
        let mark = text.chars().next().filter(|c| is_mark(*c))?;
        let words = text[mark.len_utf8()..].trim_start_matches(is_around);
        let exclaims = text.ends_with(['!', '！', '﹗']) && text.chars().count() > 1;
        let begins = words.chars().next().is_some_and(char::is_alphanumeric);
        begins.then_some(Self {
            words,
            upside_down: mark == '¡',
            exclaims,
        })
    }

    fn known(&self) -> Option<(&'static Word, &'a str)> {
        exactly(self.words)
    }

    /// Whether it may well be an outcry and no command: `¡No!`, `!Pausa, vecinos!` A report is one only as Spanish writes it, and
    /// where nobody is named: others must not read who reports whom.
    fn may_cry(&self, command: &Command) -> bool {
        let spanish = self.upside_down && self.exclaims;
        match command {
            Command::Moderate(Wish::Report { whom, .. }) => spanish && whom.is_none(),
            _ => spanish || self.exclaims && is_outcry(command),
        }
    }

    /// The word that is meant where somebody almost reports: one letter is wrong, or it is plain from what follows; or they
    /// want to see what a report would do.
    fn almost_reports(
        &self,
        exact: Option<(&'static Word, &str)>,
        first: &str,
        rest: &str,
    ) -> Option<&'static Word> {
        if self.upside_down && self.exclaims {
            return None;
        }
        match exact {
            Some((word, rest)) => Some(word).filter(|word| near(word, rest) == Near::Report),
            None => nearest(first).filter(|word| {
                near(word, rest) == Near::Report && (is_close(first, word) || fits(word, rest))
            }),
        }
    }
}

/// The command that is written here exactly, and what follows it. Two words may be one: `!sin nombre`.
fn exactly(words: &str) -> Option<(&'static Word, &str)> {
    let (first, rest) = split_word(words);
    let (second, after) = split_word(rest);
    let joined = plain(first) + &plain(second);
    let find = |name: &str| LEXICON.iter().find(|word| word.plain == name);
    let both = find(&joined).filter(|_| !second.is_empty());
    both.map(|word| (word, after))
        .or_else(|| Some((find(&plain(first))?, rest)))
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

/// A word by which a command is known.
struct Word {
    plain: String,
    language: Language,
    command: &'static Definition,
}

impl Word {
    /// The command, if what follows the word can follow it. With a number, `!no 3` is a vote: nobody says so that they want
    /// to stay out.
    fn command(&self, rest: &str, with_word: &str) -> Option<Command> {
        let answers = || match (self.command.make)("")? {
            Command::StayOut | Command::ComeBack => voices::vote(with_word),
            _ => None,
        };
        let numbered = |command: &Command| matches!(command, Command::Moderate(Wish::Vote { vote, .. }) if vote.is_some());
        (self.command.make)(rest).or_else(|| answers().filter(numbered))
    }
}

/// All of them; where two languages share a word, the one that is spoken first has it.
static LEXICON: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let of = |language: Language, command: &'static Definition| {
        let words = command.words(language).into_iter();
        words.map(move |word| Word {
            plain: plain(&word),
            language,
            command,
        })
    };
    let of_language = |language| {
        COMMANDS
            .iter()
            .flat_map(move |command| of(language, command))
    };
    Language::ALL.into_iter().flat_map(of_language).collect()
});

/// The command that a word was probably meant to be: a letter or two away, or with letters held down too long.
fn nearest(typed: &str) -> Option<&'static Word> {
    if EVERYDAY.contains(&typed) {
        return None;
    }
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

/// Whether at most one letter is wrong, or held down too long.
fn is_close(typed: &str, word: &Word) -> bool {
    squeezed(typed) == squeezed(&word.plain) || strsim::damerau_levenshtein(typed, &word.plain) <= 1
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
