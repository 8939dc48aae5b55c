//! Formatted text, as both networks know it: what is bold here is bold there, and what only looks like a mark stays text.
//!
//! A network's own way of writing it (Matrix HTML, WhatsApp's marks) is read and written by its adapter. Here it is only
//! what it means. A [`Rich`] is always tidy (see [`Rich::new`]), so that the same text is the same value, however it was
//! written.

mod grapheme;
mod layout;
mod links;
mod map;
mod split;
mod tidy;
mod typed;

pub use layout::{Line, Shown};
pub use links::{Piece, bare_links, is_line_end, is_said_by, safe_target};
pub use typed::Called;

use crate::MemberId;

/// Quotes and lists deeper than this are laid into the one around them: nobody reads deeper, and no stack has to be.
pub const DEEPEST: usize = 8;

/// Formatted text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rich {
    blocks: Vec<Block>,
}

/// What stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Words. Where the paragraph before it is one too, it may begin with [`Span::Break`]s: further blank lines.
    Paragraph(Vec<Span>),
    /// Words of somebody else.
    Quote(Vec<Block>),
    /// One below the other.
    List {
        /// The number of the first, where they are numbered.
        start: Option<u32>,
        /// What each says.
        items: Vec<Vec<Block>>,
    },
    /// Text as it is, letter by letter.
    Code {
        /// The language it is written in, as Matrix clients name it.
        language: Option<String>,
        /// Its lines, with `\n` between them.
        text: String,
    },
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words, in one line, as they are: a `*` in them is an asterisk.
    Text(String),
    /// Words that stand out.
    Marked(Mark, Vec<Span>),
    /// Text as it is, letter by letter, in one line.
    Code(String),
    /// Words that lead somewhere.
    Link {
        /// Where to; always one of the schemes that [`safe_target`] lets through.
        href: String,
        /// What is shown: text, marks and code.
        label: Vec<Span>,
    },
    /// Somebody who is spoken to.
    Mention {
        /// Who.
        person: MemberId,
        /// What they are called.
        name: String,
    },
    /// Everybody here is spoken to: `@room`.
    Room,
    /// The line ends here.
    Break,
}

/// How words stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Bold, for what is important.
    Bold,
    /// Italic, for what is stressed.
    Italic,
    /// Struck through, for what no longer holds.
    Strike,
}

impl Mark {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bold, Self::Italic, Self::Strike];
}

impl Span {
    /// Words as they are.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Words that stand out.
    pub fn marked(mark: Mark, text: impl Into<String>) -> Self {
        Self::Marked(mark, Vec::from([Self::Text(text.into())]))
    }
}

impl Rich {
    /// Formatted text, put in order.
    ///
    /// What is the same to a reader is the same value then: neighbours that are marked alike are one; a mark does not go
    /// over a line's end, begins and ends with a letter, and is not within itself; two breaks in a row begin a new
    /// paragraph; an address in the text is a link; a link that leads nowhere good is only its label; what is empty,
    /// and blanks at the end of a line, are left out; a line break or control character in a text is a [`Span::Break`] or nothing.
    pub fn new(blocks: Vec<Block>) -> Self {
        Self {
            blocks: tidy::blocks(blocks, 0),
        }
    }

    /// Words without any format: every sign in them stands for itself. Addresses (`https://…`) are links.
    pub fn literal(text: &str) -> Self {
        Self::new(Vec::from([Block::Paragraph(Vec::from([Span::text(text)]))]))
    }

    /// What it consists of.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// What it consists of, to make something else of it.
    pub fn into_blocks(self) -> Vec<Block> {
        self.blocks
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether [`plain`](Self::plain) says all there is: no marks, no mentions, no labels on links.
    pub fn is_plain(&self) -> bool {
        let plain = |span: &Span| match span {
            Span::Text(_) | Span::Break => true,
            Span::Link { href, label } => {
                matches!(&label[..], [Span::Text(text)] if text == href)
                    && bare_links(href) == [Piece::Address(href)]
            }
            _ => false,
        };
        self.blocks.iter().all(|block| match block {
            Block::Paragraph(spans) => spans.iter().all(plain),
            _ => false,
        })
    }

    /// As plain text, readable without any format: quotes behind `> `, lists behind `- ` and `1. `, a link's target in
    /// parentheses behind its label.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for (place, line) in self.lines().into_iter().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            text.push_str(&line.prefix);
            match line.shown {
                Shown::Spans(spans) => layout::plain(spans, &mut text),
                Shown::Code { line, .. } => text.push_str(line),
            }
        }
        text
    }

    /// The same as [`plain`](Self::plain), where those who are mentioned are named by their ids: `@mzxw6ytbojtg633c`.
    pub fn plain_by_ids(&self) -> String {
        let mut named = Vec::new();
        for_each(&self.blocks, &mut |span| {
            if let Span::Mention { person, name } = span {
                named.push((name.as_str(), person));
            }
        });
        // Of two names of which one begins the other, the longer first.
        named.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        named.iter().fold(self.plain(), |text, (name, person)| {
            text.replace(&format!("@{name}"), &format!("@{person}"))
        })
    }

    /// Who is mentioned, each once, in order.
    pub fn mentions(&self) -> Vec<&MemberId> {
        let mut found: Vec<&MemberId> = Vec::new();
        let mut known = std::collections::BTreeSet::new();
        for_each(&self.blocks, &mut |span| {
            if let Span::Mention { person, .. } = span
                && known.insert(person)
            {
                found.push(person);
            }
        });
        found
    }

    /// Whether the whole room is mentioned.
    pub fn mentions_room(&self) -> bool {
        let mut found = false;
        for_each(&self.blocks, &mut |span| found |= *span == Span::Room);
        found
    }
}

/// Every span, those within others too.
fn for_each<'a>(blocks: &'a [Block], visit: &mut impl FnMut(&'a Span)) {
    fn spans<'a>(of: &'a [Span], visit: &mut impl FnMut(&'a Span)) {
        for span in of {
            visit(span);
            if let Span::Marked(_, inner) | Span::Link { label: inner, .. } = span {
                spans(inner, visit);
            }
        }
    }
    for block in blocks {
        match block {
            Block::Paragraph(inner) => spans(inner, visit),
            Block::Quote(inner) => for_each(inner, visit),
            Block::List { items, .. } => {
                for item in items {
                    for_each(item, visit);
                }
            }
            Block::Code { .. } => {}
        }
    }
}

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod tests;
