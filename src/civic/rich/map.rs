//! Texts changed within their format, by those who have to take something out of them.

use super::links::safe_target;
use super::{Block, Rich, Span, layout};

impl Rich {
    /// The same with every text in it changed: words, code, labels, and what links lead to.
    ///
    /// `change` is asked for each text by itself, and then for each paragraph and for the whole, without format: what it
    /// changes there, because it goes over the end of a mark (`555 01*23*`), loses its format and is changed. So nothing
    /// is left in [`plain`](Self::plain) that `change` would change, where changing twice is changing once. A link
    /// whose target would be changed is only its label. Names of people who are mentioned are left as they are.
    #[must_use]
    pub fn map_text(self, change: &mut dyn FnMut(&str) -> String) -> Self {
        let mapped = Self::new(blocks(self.blocks, change));
        let plain = mapped.plain();
        let changed = change(&plain);
        if changed == plain {
            mapped
        } else {
            Self::literal(&changed)
        }
    }

    /// The same, where `@room` in the words speaks to the whole room: for messages whose `m.mentions` say so.
    #[must_use]
    pub fn speaking_to_the_room(self) -> Self {
        Self::new(with_room_in_blocks(self.blocks))
    }
}

fn blocks(of: Vec<Block>, change: &mut dyn FnMut(&str) -> String) -> Vec<Block> {
    of.into_iter()
        .map(|block| match block {
            Block::Paragraph(inner) => Block::Paragraph(paragraph(inner, change)),
            Block::Quote(inner) => Block::Quote(blocks(inner, change)),
            Block::List { start, items } => Block::List {
                start,
                items: items.into_iter().map(|item| blocks(item, change)).collect(),
            },
            Block::Code { language, text } => Block::Code {
                language,
                text: change(&text),
            },
        })
        .collect()
}

fn paragraph(inner: Vec<Span>, change: &mut dyn FnMut(&str) -> String) -> Vec<Span> {
    let mapped = spans(inner, change);
    let mut plain = String::new();
    layout::plain(&mapped, &mut plain);
    let changed = change(&plain);
    if changed == plain {
        mapped
    } else {
        Vec::from([Span::Text(changed)])
    }
}

fn spans(of: Vec<Span>, change: &mut dyn FnMut(&str) -> String) -> Vec<Span> {
    let mut mapped = Vec::with_capacity(of.len());
    for span in of {
        match span {
            Span::Text(text) => mapped.push(Span::Text(change(&text))),
            Span::Code(text) => mapped.push(Span::Code(change(&text))),
            Span::Marked(mark, inner) => mapped.push(Span::Marked(mark, spans(inner, change))),
            Span::Link { href, label } => {
                let label = spans(label, change);
                match is_unchanged(&href, change) {
                    true => mapped.push(Span::Link { href, label }),
                    false => mapped.extend(label),
                }
            }
            other @ (Span::Mention { .. } | Span::Room | Span::Break) => mapped.push(other),
        }
    }
    mapped
}

/// Whether a target may stay, read as it is and as what it stands for (`%35` is a 5).
fn is_unchanged(href: &str, change: &mut dyn FnMut(&str) -> String) -> bool {
    let meant = decoded(href);
    safe_target(href).is_some() && change(href) == href && change(&meant) == meant
}

fn decoded(href: &str) -> String {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn with_room_in_blocks(of: Vec<Block>) -> Vec<Block> {
    of.into_iter()
        .map(|block| match block {
            Block::Paragraph(inner) => Block::Paragraph(with_room(inner)),
            Block::Quote(inner) => Block::Quote(with_room_in_blocks(inner)),
            Block::List { start, items } => Block::List {
                start,
                items: items.into_iter().map(with_room_in_blocks).collect(),
            },
            code @ Block::Code { .. } => code,
        })
        .collect()
}

fn with_room(of: Vec<Span>) -> Vec<Span> {
    const ROOM: &str = "@room";
    let mut found = Vec::with_capacity(of.len());
    for span in of {
        match span {
            Span::Text(text) => {
                let mut done = 0;
                for (at, _) in text.match_indices(ROOM) {
                    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                    let end = at + ROOM.len();
                    if !in_word(text[..at].chars().next_back())
                        && !in_word(text[end..].chars().next())
                    {
                        found.push(Span::text(&text[done..at]));
                        found.push(Span::Room);
                        done = end;
                    }
                }
                found.push(Span::text(&text[done..]));
            }
            Span::Marked(mark, inner) => found.push(Span::Marked(mark, with_room(inner))),
            other => found.push(other),
        }
    }
    found
}
