//! Matrix HTML, understood.

use std::cell::RefCell;

use civic::MemberId;
use civic::rich::{Block, Mark, Rich, Span};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
};
use ruma::UserId;

use super::line::{Link, Piece};
use super::tags::Does;

/// Which of the people who may be mentioned is who, and what they are called.
pub type Known<'a> = dyn Fn(&UserId) -> Option<(MemberId, String)> + 'a;

/// Elements in elements, as deep as the specification wants them looked at. What is deeper counts as its text.
const DEEPEST: usize = 100;

/// What Matrix HTML says.
///
/// A link to a user whom `known` knows is a mention under the name that `known` tells, whatever its label says; to
/// anybody else it is only its label. What has no form of its own stays readable: a table's cells are parted by ` | `, an
/// image is its `alt`, a spoiler is told to be one. Text of unknown elements stays; `script`, `style` and `mx-reply` go.
pub fn read(html: &str, known: &Known<'_>) -> Rich {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(
        Reader(RefCell::new(Page::new(known, html.len()))),
        Default::default(),
    );
    // Scripts are never run, so that nothing makes it stop before the end.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Reader<'a>(RefCell<Page<'a>>);

impl TokenSink for Reader<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => page.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                page.start(&tag);
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                        TokenSinkResult::RawData(RawKind::Rawtext)
                    }
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => page.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What has been read so far.
pub(super) struct Page<'a> {
    pub(super) known: &'a Known<'a>,
    pub(super) open: Vec<Element>,
    /// Elements that began deeper than we look.
    pub(super) too_deep: usize,
    /// What is being left out: the element, and how often it stands in itself.
    pub(super) skipping: Option<(String, usize)>,
    pub(super) containers: Vec<Container>,
    pub(super) line: Vec<Piece>,
    pub(super) link: Option<Link>,
    pub(super) code: Option<String>,
    /// Cells that we are in.
    pub(super) cell: usize,
    /// Cells of this row so far.
    pub(super) cells: usize,
    pub(super) ends_blank: bool,
    /// So many bytes of addresses may still be said again, where a link goes on in another paragraph: no more than were read.
    pub(super) repeats: usize,
}

pub(super) struct Element {
    pub(super) name: String,
    pub(super) does: Does,
    /// Where its own text begins.
    pub(super) from: usize,
    /// A formula, as it is written where nothing stands in for it.
    pub(super) formula: Option<String>,
}

#[derive(Default)]
pub(super) struct Container {
    pub(super) blocks: Vec<Block>,
    pub(super) items: Vec<Vec<Block>>,
    pub(super) language: Option<String>,
    pub(super) is_list: bool,
    pub(super) start: Option<u32>,
}

impl<'a> Page<'a> {
    fn new(known: &'a Known<'a>, repeats: usize) -> Self {
        Self {
            known,
            open: Vec::new(),
            too_deep: 0,
            skipping: None,
            containers: Vec::from([Container::default()]),
            line: Vec::new(),
            link: None,
            code: None,
            cell: 0,
            cells: 0,
            ends_blank: true,
            repeats,
        }
    }

    fn finish(mut self) -> Rich {
        while !self.open.is_empty() {
            self.close();
        }
        self.end_paragraph();
        Rich::new(
            self.containers
                .into_iter()
                .flat_map(|container| container.blocks)
                .collect(),
        )
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let mut does = Does::of(name);
        if let Some((skipped, depth)) = &mut self.skipping {
            if skipped == name {
                *depth += 1;
            }
            return;
        }
        if does == Does::Nothing && !does.is_void(name) {
            self.skipping = Some((name.to_owned(), 1));
            return;
        }
        if self.code.is_some() && !self.start_in_code(does, tag) {
            return;
        }
        if self.cell > 0
            && does.is_block()
            && !matches!(does, Does::Cell(_) | Does::Row | Does::Table)
        {
            // A cell is one line.
            self.blank();
            does = if does == Does::Heading {
                Does::Marks(Mark::Bold)
            } else {
                Does::Vanishes
            };
        }
        self.close_what_ends_before(does);
        if does.is_void(name) {
            return self.void(does, tag);
        }
        if self.open.len() >= DEEPEST {
            self.too_deep += 1;
            return;
        }
        self.open(does, tag);
        let from = self.text_pieces().len();
        self.open.push(Element {
            name: name.to_owned(),
            does,
            from,
            formula: attribute(tag, "data-mx-maths").map(str::to_owned),
        });
    }

    /// In code only its letters count. Whether this element ends code that was never closed.
    fn start_in_code(&mut self, does: Does, tag: &Tag) -> bool {
        let in_lines = self.in_block_code();
        match does {
            Does::Breaks => self.text("\n"),
            Does::Image => self.image(tag),
            Does::Code if in_lines => self.note_language(tag),
            does if does.is_block() && !in_lines => {
                let mut open = self.open.iter();
                let code = open.position(|element| element.does == Does::Code);
                self.close_to(code.unwrap_or(self.open.len()));
                return true;
            }
            _ => {}
        }
        false
    }

    /// HTML lets some ends be left out: a paragraph ends where another block begins, an item where the next does.
    fn close_what_ends_before(&mut self, does: Does) {
        let ends: fn(Does) -> bool = match does {
            Does::Item => |open| open == Does::Item,
            Does::Row => |open| matches!(open, Does::Row | Does::Cell(_)),
            Does::Cell(_) => |open| matches!(open, Does::Cell(_)),
            Does::Links => |open| open == Does::Links,
            does if does.is_block() => |open| open == Does::Heading,
            _ => return,
        };
        let wall: fn(Does) -> bool = match does {
            Does::Item => |open| matches!(open, Does::Lists(_)),
            Does::Row | Does::Cell(_) => |open| open == Does::Table,
            _ => Does::is_wall,
        };
        let within = self
            .open
            .iter()
            .rposition(|element| wall(element.does))
            .map_or(0, |wall| wall + 1);
        if let Some(found) = self.open[within..]
            .iter()
            .position(|element| ends(element.does))
        {
            self.close_to(within + found);
        }
        if does.is_block()
            && !matches!(does, Does::Cell(_))
            && let Some(paragraph) = self.open[within.min(self.open.len())..]
                .iter()
                .rposition(|element| element.name == "p")
        {
            self.close_to(within + paragraph);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipping {
            if skipped == name {
                *depth -= 1;
                if *depth == 0 {
                    self.skipping = None;
                }
            }
            return;
        }
        if self.too_deep > 0 && !Does::of(name).is_void(name) {
            self.too_deep -= 1;
            return;
        }
        let of = Does::of(name);
        if self.code.is_some() && !of.is_block() && (of != Does::Code || self.in_block_code()) {
            return;
        }
        if name == "br" {
            // Browsers take `</br>` for `<br>`.
            return self.end_line();
        }
        let wall = of.is_wall();
        for place in (0..self.open.len()).rev() {
            if self.open[place].name == name {
                return self.close_to(place);
            }
            if self.open[place].does.is_wall() && !wall {
                return;
            }
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.close();
        }
    }

    /// What begins with an element.
    fn open(&mut self, does: Does, tag: &Tag) {
        match does {
            Does::Links => {
                self.link = attribute(tag, "href")
                    .and_then(|href| self.target(href))
                    .map(|to| Link {
                        to,
                        label: Vec::new(),
                    });
            }
            Does::Code => {
                self.code = Some(String::new());
            }
            Does::Preformatted => {
                self.end_paragraph();
                self.containers.push(Container::default());
                self.code = Some(String::new());
            }
            Does::Quotes | Does::Item => {
                self.end_paragraph();
                self.containers.push(Container::default());
            }
            Does::Lists(numbered) => {
                self.end_paragraph();
                let start = attribute(tag, "start").and_then(|start| start.trim().parse().ok());
                self.containers.push(Container {
                    is_list: true,
                    start: numbered.then(|| start.unwrap_or(1)),
                    ..Container::default()
                });
            }
            Does::Table if self.cell > 0 => self.blank(),
            Does::Paragraph | Does::Heading | Does::Table => self.end_paragraph(),
            Does::Row if self.cell > 0 => self.blank(),
            Does::Row => self.begin_row(),
            Does::Cell(_) => {
                if self.cells > 0 {
                    self.push(Span::text(" | "));
                    self.ends_blank = true;
                }
                self.cells += 1;
                self.cell += 1;
            }
            Does::Spans => {
                if let Some(reason) = attribute(tag, "data-mx-spoiler") {
                    let reason: String = reason.chars().filter(|c| !c.is_control()).collect();
                    let told = match reason.trim() {
                        "" => "[spoiler] ".to_owned(),
                        reason => format!("[spoiler: {reason}] "),
                    };
                    self.push(Span::Text(told));
                    self.ends_blank = true;
                }
            }
            _ => {}
        }
    }

    /// What ends with the innermost element.
    fn close(&mut self) {
        let Some(Element {
            name,
            does,
            from,
            formula,
        }) = self.open.pop()
        else {
            return;
        };
        if let Some(formula) = formula.filter(|_| self.text_pieces().len() <= from) {
            self.push(Span::Text(formula));
        }
        match does {
            Does::Links => self.end_link(),
            Does::Code => {
                if let Some(code) = self.code.take().filter(|code| !code.is_empty()) {
                    self.ends_blank = code.ends_with(char::is_whitespace);
                    self.push(Span::Code(code));
                }
            }
            Does::Preformatted => {
                let text = self.code.take().unwrap_or_default();
                let language = self
                    .containers
                    .pop()
                    .and_then(|container| container.language);
                self.block(Block::Code { language, text });
            }
            Does::Quotes => {
                self.end_paragraph();
                let inner = self.containers.pop().map(|container| container.blocks);
                self.block(Block::Quote(inner.unwrap_or_default()));
            }
            Does::Item => {
                self.end_paragraph();
                let inner = self
                    .containers
                    .pop()
                    .map(|container| container.blocks)
                    .unwrap_or_default();
                match self.container() {
                    list if list.is_list => list.items.push(inner),
                    around => around.blocks.extend(inner),
                }
            }
            Does::Lists(_) => {
                self.end_paragraph();
                let Container { items, start, .. } = self.containers.pop().unwrap_or_default();
                self.block(Block::List { start, items });
            }
            Does::Table if self.cell > 0 => self.blank(),
            Does::Paragraph | Does::Heading | Does::Table => self.end_paragraph(),
            Does::Cell(_) => self.cell -= 1,
            Does::Raises | Does::Lowers => self.shift(from, does == Does::Raises),
            _ if name == "div" || name == "p" => self.blank(),
            _ => {}
        }
    }

    fn void(&mut self, does: Does, tag: &Tag) {
        match does {
            Does::Breaks => self.end_line(),
            Does::Rules => {
                self.end_paragraph();
                self.push(Span::text("———"));
                self.end_paragraph();
            }
            Does::Image => self.image(tag),
            _ => {}
        }
    }
}

pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| &*attribute.value)
}
