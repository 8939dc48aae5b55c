//! What people say when they are asked: yes or no, and whether a case ends.

use std::sync::LazyLock;

use civic::Command;
use civic::moderation::Wish;

use crate::commands::{listed_in_all, plainly_listed};
use crate::wish::{Phrase, plain_words};

/// `sí 3`, `3 no`, `a favor en la 3`, `no, por favor`; nothing if it is not plain which of both.
pub(crate) fn vote(rest: &str) -> Option<Command> {
    let words = plain_words(rest);
    let (mut vote, mut answer) = (None, None);
    let mut left = &words[..];
    while let Some(word) = left.first() {
        let begins = KNOWN
            .voices
            .iter()
            .filter(|(phrase, _)| phrase.begins(left));
        // `a favor` is a yes and `por favor` is none: the longest that fits is what is meant.
        let Some((phrase, voice)) = begins.max_by_key(|(phrase, _)| phrase.count()) else {
            let number: u32 = word.parse().ok()?;
            vote.replace(number).is_none().then_some(())?;
            left = &left[1..];
            continue;
        };
        let said = &left[..phrase.count()];
        left = &left[phrase.count()..];
        let Some(yes) = voice.answer() else {
            continue;
        };
        match answer.replace((yes, said)) {
            None => {}
            Some((before, _)) if before && yes => {}
            // `no, no` is a no; `no en contra` may be none.
            Some((before, same)) if before == yes && same == said => {}
            Some(_) => return None,
        }
    }
    let (yes, _) = answer?;
    Some(Command::Moderate(Wish::Vote { vote, yes }))
}

/// `3 termina`, `AGUA 3 sigue`; nothing if it is not plain which of both, as in `no termina`.
pub(crate) fn judge(rest: &str) -> Option<Command> {
    let words = plain_words(rest);
    let said = |known: &[String]| words.iter().any(|word| known.contains(word));
    let reverse = match (said(&KNOWN.ends), said(&KNOWN.stands)) {
        _ if said(&KNOWN.negations) => return None,
        (true, false) => true,
        (false, true) => false,
        (true, true) | (false, false) => return None,
    };
    let case = words.iter().find_map(|word| word.parse().ok());
    Some(Command::Moderate(Wish::Judge { case, reverse }))
}

/// What some words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Yes,
    No,
    /// They go with an answer and are none: `por favor`, `en la`.
    Neither,
}

impl Voice {
    fn answer(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Neither => None,
        }
    }
}

/// The words that are understood, in all languages.
struct Known {
    voices: Vec<(Phrase, Voice)>,
    ends: Vec<String>,
    stands: Vec<String>,
    negations: Vec<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let voices = [
        ("yes", Voice::Yes),
        ("no", Voice::No),
        ("among", Voice::Neither),
    ];
    let voices = voices.into_iter().flat_map(|(attribute, voice)| {
        let texts = listed_in_all("command-vote", attribute).into_iter();
        texts.map(move |text| (Phrase::of(&text), voice))
    });
    Known {
        voices: voices.collect(),
        ends: plainly_listed("command-judge", "yes"),
        stands: plainly_listed("command-judge", "no"),
        negations: plainly_listed("command-judge", "negation"),
    }
});

#[cfg(test)]
#[path = "voices_tests.rs"]
mod tests;
