//! WhatsApp's text, understood: the blocks.

use civic::MemberId;
use civic::rich::{Block, Rich, Span, is_line_end};

use super::spans::{FENCE, spans};

/// Who is mentioned by the digits of an address, and what they are called. For those alone who are in the message's
/// context (`mentioned_jid`).
pub type Mentioned<'a> = dyn Fn(&str) -> Option<(MemberId, String)> + 'a;

/// Blocks in quotes in quotes: no phone writes deeper.
const DEEPEST: usize = 3;

/// What a text of WhatsApp says. Mentions of nobody whom `mentioned` knows stay text, for the scrubber to see.
pub fn read(text: &str, mentioned: &Mentioned<'_>) -> Rich {
    // Fences go over lines: they are found first, and what is between them is nobody else's.
    let mut blocks = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, code, after)) = fenced(rest) {
        let begins_line = before
            .chars()
            .next_back()
            .map_or(words.is_empty(), is_line_end);
        let ends_line = after.chars().next().is_none_or(is_line_end);
        let in_lines = code.contains(is_line_end) || (begins_line && ends_line);
        if in_lines && !code.trim().is_empty() {
            words.push_str(before);
            blocks.extend(lines(&std::mem::take(&mut words), mentioned, 0));
            blocks.push(Block::Code {
                language: None,
                text: code.to_owned(),
            });
            rest = after
                .strip_prefix("\r\n")
                .unwrap_or_else(|| after.strip_prefix(is_line_end).unwrap_or(after));
        } else {
            // In a line it is code like any, which `spans` finds; with nothing between them fences are signs.
            let length = rest.len() - after.len();
            words.push_str(&rest[..length]);
            rest = after;
        }
    }
    words.push_str(rest);
    blocks.extend(lines(&words, mentioned, 0));
    Rich::new(blocks)
}

/// What is before, between and after the first two fences with something between them.
fn fenced(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(FENCE)?;
    let (code, after) = rest.split_once(FENCE)?;
    // Of more backticks than a fence has, the outer ones are code.
    let more = after.len() - after.trim_start_matches('`').len();
    let code_end = text.len() - after.len() - FENCE.len() + more;
    let code = if code.trim().is_empty() && more == 0 {
        code
    } else {
        &text[before.len() + FENCE.len()..code_end]
    };
    Some((before, code, &after[more..]))
}

/// The blocks that whole lines make.
fn lines(text: &str, mentioned: &Mentioned<'_>, depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = text.replace("\r\n", "\n");
    let all: Vec<&str> = text.split(is_line_end).collect();
    let mut rest = &all[..];
    while let Some(first) = rest.first() {
        let kind = kind(first, depth);
        let mut expected = kind;
        let count = rest
            .iter()
            .take_while(|line| {
                let same = self::kind(line, depth) == expected;
                if let Kind::Numbered(number) = &mut expected {
                    *number = number.saturating_add(1);
                }
                same
            })
            .count();
        let (these, after) = rest.split_at(count);
        let item = |line: &&str, sign: usize| {
            let inner = spans(&line[sign..], mentioned);
            Vec::from([Block::Paragraph(inner)])
        };
        blocks.push(match kind {
            Kind::Words => Block::Paragraph(paragraph(these, mentioned)),
            Kind::Quote => {
                let inner: Vec<&str> = these
                    .iter()
                    .map(|line| line.strip_prefix("> ").unwrap_or(&line[1..]))
                    .collect();
                Block::Quote(lines(&inner.join("\n"), mentioned, depth + 1))
            }
            Kind::Bulleted => Block::List {
                start: None,
                items: these.iter().map(|line| item(line, 2)).collect(),
            },
            Kind::Numbered(start) => Block::List {
                start: Some(start),
                items: these
                    .iter()
                    .map(|line| item(line, line.find(' ').map_or(0, |space| space + 1)))
                    .collect(),
            },
        });
        rest = after;
    }
    blocks
}

fn paragraph(lines: &[&str], mentioned: &Mentioned<'_>) -> Vec<Span> {
    let mut all = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            all.push(Span::Break);
        }
        all.extend(spans(line, mentioned));
    }
    all
}

/// What a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Quote,
    Bulleted,
    Numbered(u32),
}

fn kind(line: &str, depth: usize) -> Kind {
    let says_more = |rest: &str| rest.chars().any(|c| !c.is_whitespace() && !c.is_control());
    if depth < DEEPEST && (line == ">" || line.starts_with("> ")) {
        return Kind::Quote;
    }
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
        && says_more(rest)
    {
        return Kind::Bulleted;
    }
    match line.split_once(". ") {
        Some((number, rest)) if says_more(rest) => number
            .parse()
            .ok()
            .filter(|parsed: &u32| number.len() <= 9 && parsed.to_string() == number)
            .map_or(Kind::Words, Kind::Numbered),
        _ => Kind::Words,
    }
}
