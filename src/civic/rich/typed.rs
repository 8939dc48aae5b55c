//! Names that somebody typed behind an `@`, where their network knows no such person.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Block, Rich, Span};
use crate::MemberId;

/// Who can be spoken to by typing `@` and their name. Whether letters are capitals or have accents makes no difference.
#[derive(Debug, Clone, Default)]
pub struct Called {
    /// By folded name; none where several are called so.
    people: BTreeMap<String, Option<(MemberId, String)>>,
    /// The longest of these names, in bytes.
    longest: usize,
}

impl Called {
    /// Lets somebody be spoken to by this name. Where two are called so, neither is.
    pub fn add(&mut self, person: &MemberId, name: &str) {
        let folded: String = name.chars().flat_map(folded).collect();
        if folded.is_empty() {
            return;
        }
        self.longest = self.longest.max(folded.len());
        let new = Some((person.clone(), name.to_owned()));
        let known = self.people.entry(folded).or_insert_with(|| new.clone());
        if known.as_ref().map(|(person, _)| person) != Some(person) {
            *known = None;
        }
    }

    /// Whose name this text begins with, and how long it is there. The longest one counts, and only whole words do.
    fn first(&self, text: &str) -> Option<(&(MemberId, String), usize)> {
        let (mut begun, mut found) = (String::new(), None);
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            begun.extend(folded(letter));
            if begun.len() > self.longest {
                break;
            }
            let next = letters.peek().map(|(_, next)| *next);
            let ends = !next.is_some_and(|next| next.is_alphanumeric() || is_combining_mark(next));
            if ends && let Some(people) = self.people.get(&begun) {
                found = people.as_ref().map(|one| (one, at + letter.len_utf8()));
            }
        }
        found
    }
}

impl Rich {
    /// The same, where `@` and a name of those who are `called` so speaks to them: in words, but not in code, in the label of a
    /// link, or in what is quoted.
    #[must_use]
    pub fn speaking_to(self, called: &Called) -> Self {
        Self::new(in_blocks(self.blocks, called))
    }
}

fn in_blocks(of: Vec<Block>, called: &Called) -> Vec<Block> {
    of.into_iter()
        .map(|block| match block {
            Block::Paragraph(inner) => Block::Paragraph(in_spans(inner, called)),
            Block::List { start, items } => Block::List {
                start,
                items: items
                    .into_iter()
                    .map(|item| in_blocks(item, called))
                    .collect(),
            },
            other @ (Block::Quote(_) | Block::Code { .. }) => other,
        })
        .collect()
}

fn in_spans(of: Vec<Span>, called: &Called) -> Vec<Span> {
    let mut found = Vec::with_capacity(of.len());
    for span in of {
        match span {
            Span::Text(text) => in_text(&text, called, &mut found),
            Span::Marked(mark, inner) => found.push(Span::Marked(mark, in_spans(inner, called))),
            other => found.push(other),
        }
    }
    found
}

fn in_text(text: &str, called: &Called, found: &mut Vec<Span>) {
    let mut done = 0;
    for (at, sign) in text.match_indices('@') {
        // Within a word it is an address.
        let begins = !text[..at].ends_with(|before: char| before.is_alphanumeric());
        let name = at + sign.len();
        if at < done || !begins {
            continue;
        }
        if let Some(((person, shown), length)) = called.first(&text[name..]) {
            found.push(Span::text(&text[done..at]));
            found.push(Span::Mention {
                person: person.clone(),
                name: shown.clone(),
            });
            done = name + length;
        }
    }
    found.push(Span::text(&text[done..]));
}

/// A letter without its accents, small; any blank is the same.
fn folded(letter: char) -> impl Iterator<Item = char> {
    let letter = if letter.is_whitespace() { ' ' } else { letter };
    std::iter::once(letter)
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::*;

    fn person(letter: &str) -> MemberId {
        letter.repeat(16).parse().unwrap()
    }

    fn called() -> Called {
        let mut called = Called::default();
        called.add(&person("a"), "María");
        called.add(&person("b"), "María José");
        called.add(&person("c"), "Sol");
        called.add(&person("d"), "SÓL");
        called.add(&person("e"), "Ana (k7qx)");
        called
    }

    /// The text with whoever is spoken to in brackets.
    fn spoken(rich: Rich) -> String {
        fn all(of: &[Span]) -> String {
            of.iter()
                .map(|span| match span {
                    Span::Mention { person, name } => {
                        format!("[{} {name}]", &person.as_str()[..1])
                    }
                    Span::Marked(_, inner) => all(inner),
                    Span::Text(text) | Span::Code(text) => text.clone(),
                    other => format!("{other:?}"),
                })
                .collect()
        }
        match rich.speaking_to(&called()).blocks() {
            [Block::Paragraph(spans)] => all(spans),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_typed_name_speaks_to_the_one_who_has_it() {
        for (typed, wanted) in [
            ("@María vení", "[a María] vení"),
            ("@MARIA, vení", "[a María], vení"),
            ("@Mari\u{301}a", "[a María]"),
            ("(@maria jose)", "([b María José])"),
            ("@maria\u{a0}José!", "[b María José]!"),
            ("@maria josefina", "[a María] josefina"),
            ("@ana (k7qx): sí", "[e Ana (k7qx)]: sí"),
            ("@María@María", "[a María]@María"),
            ("@ @maria", "@ [a María]"),
        ] {
            assert_eq!(spoken(Rich::literal(typed)), wanted);
        }
    }

    #[test]
    fn nobody_is_spoken_to_by_half_a_name_or_by_that_of_two() {
        for typed in [
            "María",
            "@Mariana",
            "@Mar",
            "@Sol",
            "@sól",
            "correo@maria",
            "@Ana",
            "@",
        ] {
            assert_eq!(spoken(Rich::literal(typed)), typed);
        }
    }

    #[test]
    fn nobody_is_spoken_to_in_code_or_in_a_quote() {
        let marked = |span| Rich::new(vec![Block::Paragraph(vec![span])]);
        let bold = marked(Span::marked(Mark::Bold, "@maria"));
        assert_eq!(spoken(bold), "[a María]");
        assert_eq!(spoken(marked(Span::Code("@maria".into()))), "@maria");
        let quoted = Block::Quote(Rich::literal("@maria").into_blocks());
        let code = Block::Code {
            language: None,
            text: "@maria".into(),
        };
        let rich = Rich::new(vec![quoted, code]);
        assert_eq!(rich.clone().speaking_to(&called()), rich);
    }
}
