//! Formatted text as lines, one below the other: how both plain text and WhatsApp show it.

use super::links::is_said_by;
use super::{Block, Rich, Span};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// What quotes and lists put before it: `> `, `- `, `2. `, or spaces below those.
    pub prefix: String,
    /// What stands in it.
    pub shown: Shown<'a>,
}

/// What stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Spans, without breaks. None: a blank line.
    Spans(&'a [Span]),
    /// A line of a code block.
    Code {
        /// Its text.
        line: &'a str,
        /// Whether it is the block's first.
        first: bool,
        /// Whether it is the block's last.
        last: bool,
    },
}

impl Rich {
    /// All lines, one below the other.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        blocks(&self.blocks, &mut Prefix::default(), &mut lines);
        lines
    }
}

/// What stands before the lines of a block. An item's own sign stands before its first line only.
#[derive(Default)]
struct Prefix {
    always: String,
    first: Option<String>,
}

impl Prefix {
    fn next(&mut self) -> String {
        match self.first.take() {
            Some(first) => first,
            None => self.always.clone(),
        }
    }

    /// Puts more behind the prefix while something is laid out.
    fn with(&mut self, first: &str, then: &str, lay: impl FnOnce(&mut Self)) {
        let length = self.always.len();
        let begun = self.first.take().unwrap_or_else(|| self.always.clone());
        self.always.push_str(then);
        self.first = Some(begun + first);
        lay(self);
        self.first = None;
        self.always.truncate(length);
    }
}

fn blocks<'a>(of: &'a [Block], prefix: &mut Prefix, lines: &mut Vec<Line<'a>>) {
    let mut before: Option<&Block> = None;
    for block in of {
        if before.is_some_and(|before| needs_blank_line(before, block)) {
            lines.push(Line {
                prefix: prefix.next().trim_end().to_owned(),
                shown: Shown::Spans(&[]),
            });
        }
        before = Some(block);
        match block {
            Block::Paragraph(spans) => {
                lines.extend(spans.split(|span| *span == Span::Break).map(|spans| {
                    let before = prefix.next();
                    Line {
                        prefix: if spans.is_empty() {
                            before.trim_end().to_owned()
                        } else {
                            before
                        },
                        shown: Shown::Spans(spans),
                    }
                }));
            }
            Block::Quote(inner) => prefix.with("> ", "> ", |prefix| blocks(inner, prefix, lines)),
            Block::List { start, items } => {
                for (place, item) in items.iter().enumerate() {
                    let sign = sign(*start, place);
                    prefix.with(&sign, "  ", |prefix| blocks(item, prefix, lines));
                }
            }
            Block::Code { text, .. } => {
                let last = text.split('\n').count() - 1;
                lines.extend(text.split('\n').enumerate().map(|(place, line)| Line {
                    prefix: prefix.next(),
                    shown: Shown::Code {
                        line,
                        first: place == 0,
                        last: place == last,
                    },
                }));
            }
        }
    }
}

fn sign(start: Option<u32>, place: usize) -> String {
    match start {
        Some(start) => format!("{}. ", number(start, place)),
        None => "- ".to_owned(),
    }
}

fn number(start: u32, place: usize) -> u64 {
    u64::from(start).saturating_add(place as u64)
}

/// Whether two blocks would read as one without a blank line between them.
fn needs_blank_line(before: &Block, block: &Block) -> bool {
    match (before, block) {
        (Block::Paragraph(_), Block::Paragraph(_)) | (Block::Quote(_), Block::Quote(_)) => true,
        (Block::List { start: None, .. }, Block::List { start: None, .. }) => true,
        (
            Block::List {
                start: Some(first),
                items,
            },
            Block::List {
                start: Some(then), ..
            },
        ) => number(*first, items.len()) == u64::from(*then),
        _ => false,
    }
}

/// What spans say, in plain text.
pub(super) fn plain(spans: &[Span], text: &mut String) {
    for span in spans {
        match span {
            Span::Text(words) | Span::Code(words) => text.push_str(words),
            Span::Marked(_, inner) => plain(inner, text),
            Span::Link { href, label } => link(href, label, text),
            Span::Mention { name, .. } => {
                text.push('@');
                text.push_str(name);
            }
            Span::Room => text.push_str("@room"),
            Span::Break => text.push('\n'),
        }
    }
}

fn link(href: &str, label: &[Span], text: &mut String) {
    let start = text.len();
    plain(label, text);
    if is_said_by(href, label) {
        text.truncate(start);
        text.push_str(href.strip_prefix("mailto:").unwrap_or(href));
    } else {
        text.push_str(" (");
        text.push_str(href);
        text.push(')');
    }
}
