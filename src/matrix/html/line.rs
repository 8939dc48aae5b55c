//! Matrix HTML, understood: what stands in a line.

use civic::MemberId;
use civic::rich::{Block, Mark, Span, safe_target};
use html5ever::tokenizer::Tag;
use ruma::matrix_uri::MatrixId;
use ruma::{MatrixToUri, MatrixUri, OwnedUserId};

use super::read::{Container, Page, attribute};
use super::tags::{Does, shifted};

/// A label longer than any name is no label of a mention.
const LONGEST_NAME: usize = 255;

/// A span and the marks on it.
pub(super) type Piece = (Vec<Mark>, Span);

/// A link that has begun.
pub(super) struct Link {
    pub(super) to: Target,
    pub(super) label: Vec<Piece>,
}

/// Where a link leads.
pub(super) enum Target {
    Place(String),
    Person(MemberId, String),
    /// Somebody we don't know.
    Stranger(OwnedUserId),
}

impl Page<'_> {
    pub(super) fn image(&mut self, tag: &Tag) {
        let said = |text: &&str| !text.trim().is_empty();
        let text = attribute(tag, "alt").filter(said);
        if let Some(text) = text.or_else(|| attribute(tag, "title")) {
            self.text(text);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.skipping.is_some() {
            return;
        }
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if !self.ends_blank {
                    words.push(' ');
                }
                self.ends_blank = true;
            } else {
                words.push(c);
                self.ends_blank = false;
            }
        }
        if !words.is_empty() {
            self.push(Span::Text(words));
        }
    }

    pub(super) fn blank(&mut self) {
        if !self.ends_blank && self.code.is_none() {
            self.push(Span::text(" "));
            self.ends_blank = true;
        }
    }

    pub(super) fn push(&mut self, span: Span) {
        let mut marks: Vec<Mark> = Vec::new();
        for element in &self.open {
            let mark = match element.does {
                Does::Marks(mark) => mark,
                Does::Heading | Does::Cell(true) => Mark::Bold,
                _ => continue,
            };
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        self.text_pieces_mut().push((marks, span));
    }

    /// Where text goes at the moment.
    pub(super) fn text_pieces(&self) -> &Vec<Piece> {
        self.link.as_ref().map_or(&self.line, |link| &link.label)
    }

    pub(super) fn text_pieces_mut(&mut self) -> &mut Vec<Piece> {
        self.link
            .as_mut()
            .map_or(&mut self.line, |link| &mut link.label)
    }

    /// The innermost container. The outermost is never taken away.
    pub(super) fn container(&mut self) -> &mut Container {
        if self.containers.is_empty() {
            self.containers.push(Container::default());
        }
        let last = self.containers.len() - 1;
        &mut self.containers[last]
    }

    pub(super) fn block(&mut self, block: Block) {
        let container = self.container();
        match container.items.last_mut() {
            // What stands in a list and in none of its items goes on with the one before.
            Some(item) => item.push(block),
            None if container.is_list => container.items.push(Vec::from([block])),
            None => container.blocks.push(block),
        }
    }

    pub(super) fn end_line(&mut self) {
        if self.cell > 0 {
            return self.blank();
        }
        self.trim_end();
        self.push(Span::Break);
        self.ends_blank = true;
    }

    pub(super) fn begin_row(&mut self) {
        self.cells = 0;
        if !self.line.is_empty() {
            self.push(Span::Break);
        }
        self.ends_blank = true;
    }

    pub(super) fn end_paragraph(&mut self) {
        // A link goes on in the next paragraph, as long as that costs no more than the text itself.
        let goes_on = self.link.as_ref().and_then(|link| match &link.to {
            Target::Place(href) => {
                self.repeats = self.repeats.checked_sub(href.len())?;
                Some(Target::Place(href.clone()))
            }
            _ => None,
        });
        self.end_link();
        self.trim_end();
        let line = std::mem::take(&mut self.line);
        let spans: Vec<Span> = line.into_iter().map(spanned).collect();
        if !spans.is_empty() {
            self.block(Block::Paragraph(spans));
        }
        self.ends_blank = true;
        self.link = goes_on.map(|to| Link {
            to,
            label: Vec::new(),
        });
    }

    /// Takes a blank away that a line ends with.
    pub(super) fn trim_end(&mut self) {
        if let Some((_, Span::Text(text))) = self.text_pieces_mut().last_mut() {
            let length = text.trim_end_matches(' ').len();
            text.truncate(length);
        }
    }

    pub(super) fn end_link(&mut self) {
        let Some(Link { to, label }) = self.link.take() else {
            return;
        };
        let length: usize = label
            .iter()
            .map(|(_, span)| match span {
                Span::Text(text) | Span::Code(text) => text.len(),
                _ => 1,
            })
            .sum();
        match to {
            Target::Place(_) if label.is_empty() => {}
            Target::Place(href) => {
                let label = label.into_iter().map(spanned).collect();
                self.push(Span::Link { href, label });
            }
            Target::Person(person, name) => {
                self.push(Span::Mention { person, name });
                self.ends_blank = false;
                if length > LONGEST_NAME {
                    // Somebody's words in a link that was never closed.
                    self.push(Span::text(" "));
                    self.line.extend(label);
                }
            }
            Target::Stranger(user) if length == 0 => {
                self.push(Span::text(user.as_str()));
                self.ends_blank = false;
            }
            Target::Stranger(_) => self.line.extend(label),
        }
    }

    /// Where a link leads: to a person, or to a place of the web. To nothing else.
    pub(super) fn target(&self, href: &str) -> Option<Target> {
        if let Some(user) = user(href) {
            return Some(match (self.known)(&user) {
                Some((person, name)) => Target::Person(person, name),
                None => Target::Stranger(user),
            });
        }
        safe_target(href).map(|href| Target::Place(href.into_owned()))
    }

    pub(super) fn in_block_code(&self) -> bool {
        self.open
            .iter()
            .any(|element| element.does == Does::Preformatted)
    }

    pub(super) fn note_language(&mut self, tag: &Tag) {
        let class = attribute(tag, "class").unwrap_or_default();
        let language = class
            .split_ascii_whitespace()
            .find_map(|class| class.strip_prefix("language-"));
        self.container().language = language.map(str::to_owned);
    }

    /// Digits stand higher or lower, or else say that they do.
    pub(super) fn shift(&mut self, from: usize, raised: bool) {
        let pieces = self.text_pieces_mut();
        let Some(own) = pieces.get_mut(from..).filter(|own| !own.is_empty()) else {
            return;
        };
        let text: String = own
            .iter()
            .map(|(_, span)| match span {
                Span::Text(text) => text.as_str(),
                _ => "\u{FFFC}",
            })
            .collect();
        match shifted(text.trim(), raised) {
            Some(shifted) => {
                own[0].1 = Span::Text(shifted);
                pieces.truncate(from + 1);
            }
            None if raised => pieces.insert(from, (Vec::new(), Span::text("^"))),
            None => {}
        }
    }
}

fn spanned((marks, span): Piece) -> Span {
    marks
        .into_iter()
        .fold(span, |span, mark| Span::Marked(mark, Vec::from([span])))
}

/// The user that an address leads to, as `https://matrix.to/#/@…` or `matrix:u/…`.
fn user(href: &str) -> Option<OwnedUserId> {
    let href = href.trim();
    let id = match MatrixToUri::parse(href) {
        Ok(uri) => uri.id().clone(),
        Err(_) => MatrixUri::parse(href).ok()?.id().clone(),
    };
    match id {
        MatrixId::User(user) => Some(user),
        _ => None,
    }
}
