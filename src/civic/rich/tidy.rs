//! Formatted text put in order, so that what is the same to a reader is the same value.

use super::links::{Piece, bare_links, is_line_end, safe_target};
use super::{Block, DEEPEST, Mark, Span};

/// The marks that something bears, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Marks(u8);

impl Marks {
    fn with(self, mark: Mark) -> Self {
        Self(self.0 | 1 << mark as u8)
    }

    fn without(self, mark: Mark) -> Self {
        Self(self.0 & !(1 << mark as u8))
    }

    fn has(self, mark: Mark) -> bool {
        self.0 & 1 << mark as u8 != 0
    }
}

/// A span that has none within it (a link's label apart), and the marks on it.
#[derive(Clone)]
struct Leaf {
    marks: Marks,
    span: Span,
}

pub(super) fn blocks(of: Vec<Block>, depth: usize) -> Vec<Block> {
    let mut tidy: Vec<Block> = Vec::with_capacity(of.len());
    for block in of {
        match block {
            Block::Paragraph(inner) => {
                let may_begin_blank = matches!(tidy.last(), Some(Block::Paragraph(_)));
                let paragraphs = paragraphs(inner, may_begin_blank);
                tidy.extend(paragraphs.into_iter().map(Block::Paragraph));
            }
            Block::Quote(inner) if depth < DEEPEST => {
                let inner = blocks(inner, depth + 1);
                tidy.extend((!inner.is_empty()).then_some(Block::Quote(inner)));
            }
            Block::List { start, items } if depth < DEEPEST => {
                let items: Vec<_> = items
                    .into_iter()
                    .map(|item| blocks(item, depth + 1))
                    .filter(|item| !item.is_empty())
                    .collect();
                tidy.extend((!items.is_empty()).then_some(Block::List { start, items }));
            }
            Block::Code { language, text } => {
                let text = code_lines(&text);
                let language = language.filter(|language| is_language(language));
                tidy.extend((!text.trim().is_empty()).then_some(Block::Code { language, text }));
            }
            // Too deep: its words stand where it would have stood.
            Block::Quote(inner) => tidy.extend(blocks(inner, depth)),
            Block::List { items, .. } => {
                tidy.extend(blocks(items.into_iter().flatten().collect(), depth));
            }
        }
    }
    tidy
}

fn is_language(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_' | b'#' | b'.')
        })
}

fn code_lines(text: &str) -> String {
    let lines: Vec<String> = lines(text).map(|line| seen(line).collect()).collect();
    let blank = |line: &&String| line.trim().is_empty();
    let first = lines.iter().take_while(blank).count();
    let last = lines.iter().rev().take_while(blank).count();
    match first + last >= lines.len() {
        true => String::new(),
        false => lines[first..lines.len() - last].join("\n"),
    }
}

/// The lines of a text, whatever ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(is_line_end) else {
            rest = None;
            return Some(text);
        };
        let one = if text[end..].starts_with("\r\n") {
            2
        } else {
            text[end..].chars().next().map_or(1, char::len_utf8)
        };
        rest = Some(&text[end + one..]);
        Some(&text[..end])
    })
}

/// Without the control characters that show nothing.
fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| *c == '\t' || !c.is_control())
}

/// The paragraphs that a paragraph's spans make: a blank line begins a new one, more of them stand at its beginning.
fn paragraphs(spans: Vec<Span>, mut may_begin_blank: bool) -> Vec<Vec<Span>> {
    let mut leaves = Vec::new();
    flatten(spans, Marks::default(), false, &mut leaves);
    let mut paragraphs: Vec<Vec<Span>> = Vec::new();
    let mut current: Vec<Span> = Vec::new();
    let mut blank_lines = 0;
    let mut begun = false;
    for line in leaves.split(|leaf| leaf.span == Span::Break) {
        let blank = line
            .iter()
            .all(|leaf| matches!(&leaf.span, Span::Text(text) if text.trim().is_empty()));
        if blank {
            blank_lines += 1;
            continue;
        }
        let breaks = match (begun, blank_lines) {
            (false, _) if !may_begin_blank => 0,
            (false, blank_lines) => blank_lines,
            (true, 0) => 1,
            (true, blank_lines) => {
                paragraphs.push(std::mem::take(&mut current));
                blank_lines - 1
            }
        };
        current.extend(std::iter::repeat_n(Span::Break, breaks));
        current.extend(nested(
            &without_end(ordered(with_links(line))),
            Marks::default(),
        ));
        (blank_lines, begun, may_begin_blank) = (0, true, true);
    }
    if begun {
        paragraphs.push(current);
    }
    paragraphs
}

/// Spans as leaves, with the marks that are around each.
fn flatten(spans: Vec<Span>, marks: Marks, in_label: bool, leaves: &mut Vec<Leaf>) {
    for span in spans {
        match span {
            Span::Marked(mark, inner) => flatten(inner, marks.with(mark), in_label, leaves),
            Span::Link { href, label } => link(&href, label, marks, in_label, leaves),
            Span::Text(text) => {
                for (place, line) in lines(&text).enumerate() {
                    if place > 0 {
                        push_break(in_label, leaves);
                    }
                    push_text(seen(line).collect(), marks, leaves);
                }
            }
            Span::Code(text) => push_code(&text, marks, leaves),
            Span::Break => push_break(in_label, leaves),
            Span::Mention { name, .. } if in_label => push_text(format!("@{name}"), marks, leaves),
            Span::Room if in_label => push_text("@room".to_owned(), marks, leaves),
            Span::Mention { .. } | Span::Room => leaves.push(Leaf { marks, span }),
        }
    }
}

fn push_text(text: String, marks: Marks, leaves: &mut Vec<Leaf>) {
    if !text.is_empty() {
        let span = Span::Text(text);
        leaves.push(Leaf { marks, span });
    }
}

fn push_break(in_label: bool, leaves: &mut Vec<Leaf>) {
    let marks = Marks::default();
    let span = if in_label {
        Span::text(" ")
    } else {
        Span::Break
    };
    leaves.push(Leaf { marks, span });
}

/// Code in a line: what is blank at its ends is outside of it.
fn push_code(text: &str, marks: Marks, leaves: &mut Vec<Leaf>) {
    let joined: Vec<String> = lines(text).map(|line| seen(line).collect()).collect();
    let joined = joined.join(" ");
    let (before, code, after) = without_edges(&joined);
    push_text(before.to_owned(), marks, leaves);
    if !code.is_empty() {
        let span = Span::Code(code.to_owned());
        leaves.push(Leaf { marks, span });
    }
    push_text(after.to_owned(), marks, leaves);
}

/// What is blank before a text, the text, and what is blank after it.
fn without_edges(text: &str) -> (&str, &str, &str) {
    let (before, rest) = text.split_at(text.len() - text.trim_start().len());
    let (core, after) = rest.split_at(rest.trim_end().len());
    (before, core, after)
}

/// A link that leads somewhere good; of any other, or one within another, its label.
fn link(href: &str, label: Vec<Span>, marks: Marks, in_label: bool, leaves: &mut Vec<Leaf>) {
    let target = safe_target(href).filter(|_| !in_label);
    let Some(target) = target else {
        return flatten(label, marks, in_label, leaves);
    };
    let mut inner = Vec::new();
    flatten(label, Marks::default(), true, &mut inner);
    let mut inner = ordered(inner);
    let (mut before, mut after) = (String::new(), String::new());
    if let Some(Span::Text(text)) = inner.first_mut().map(|leaf| &mut leaf.span) {
        let core = text.trim_start();
        before.push_str(&text[..text.len() - core.len()]);
        *text = core.to_owned();
    }
    if let Some(Span::Text(text)) = inner.last_mut().map(|leaf| &mut leaf.span) {
        after.push_str(&text[text.trim_end().len()..]);
        text.truncate(text.trim_end().len());
    }
    inner.retain(|leaf| leaf.span != Span::Text(String::new()));
    if inner.is_empty() {
        push_text((*target).to_owned(), marks, &mut inner);
    }
    let common = inner
        .iter()
        .fold(u8::MAX, |common, leaf| common & leaf.marks.0);
    let outer = Marks(marks.0 | common);
    for leaf in &mut inner {
        leaf.marks.0 &= !outer.0;
    }
    push_text(before, marks, leaves);
    leaves.push(Leaf {
        marks: outer,
        span: Span::Link {
            href: target.into_owned(),
            label: nested(&merged(inner), Marks::default()),
        },
    });
    push_text(after, marks, leaves);
}

/// Addresses in the words of a line become links.
fn with_links(line: &[Leaf]) -> Vec<Leaf> {
    let mut linked = Vec::with_capacity(line.len());
    for Leaf { marks, span } in merged(line.iter().cloned()) {
        let Span::Text(text) = span else {
            linked.push(Leaf { marks, span });
            continue;
        };
        linked.extend(bare_links(&text).into_iter().map(|piece| Leaf {
            marks,
            span: match piece {
                Piece::Words(words) => Span::text(words),
                Piece::Address(address) => Span::Link {
                    href: address.to_owned(),
                    label: Vec::from([Span::text(address)]),
                },
            },
        }));
    }
    linked
}

/// The leaves of a line with what is blank outside of the marks, and neighbours that are alike as one.
fn ordered(line: Vec<Leaf>) -> Vec<Leaf> {
    let mut leaves = Vec::with_capacity(line.len());
    for Leaf { marks, span } in merged(line) {
        let Span::Text(text) = &span else {
            leaves.push(Leaf { marks, span });
            continue;
        };
        let (before, core, after) = without_edges(text);
        for part in [before, core, after] {
            push_text(part.to_owned(), marks, &mut leaves);
        }
    }
    for mark in Mark::ALL {
        for run in leaves.chunk_by_mut(|a, b| a.marks.has(mark) && b.marks.has(mark)) {
            let blank =
                |leaf: &&mut Leaf| matches!(&leaf.span, Span::Text(text) if text.trim().is_empty());
            let bare = |leaf: &mut Leaf| leaf.marks = leaf.marks.without(mark);
            run.iter_mut().take_while(blank).for_each(bare);
            run.iter_mut().rev().take_while(blank).for_each(bare);
        }
    }
    merged(leaves)
}

/// Without the blanks that a line ends with. They are within no mark.
fn without_end(mut line: Vec<Leaf>) -> Vec<Leaf> {
    if let Some(Leaf {
        span: Span::Text(text),
        ..
    }) = line.last_mut()
    {
        let length = text.trim_end().len();
        text.truncate(length);
        if text.is_empty() {
            line.pop();
        }
    }
    line
}

/// Neighbours that are alike as one.
fn merged(leaves: impl IntoIterator<Item = Leaf>) -> Vec<Leaf> {
    let mut merged: Vec<Leaf> = Vec::new();
    for leaf in leaves {
        let Some(last) = merged.last_mut().filter(|last| last.marks == leaf.marks) else {
            merged.push(leaf);
            continue;
        };
        match (&mut last.span, &leaf.span) {
            (Span::Text(text), Span::Text(more)) | (Span::Code(text), Span::Code(more)) => {
                text.push_str(more);
            }
            _ => merged.push(leaf),
        }
    }
    merged
}

/// Leaves within their marks again; the mark that goes furthest is outermost.
fn nested(leaves: &[Leaf], around: Marks) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = leaves;
    while let Some(first) = rest.first() {
        let reach = |mark: Mark| rest.iter().take_while(|leaf| leaf.marks.has(mark)).count();
        let outermost = Mark::ALL
            .into_iter()
            .filter(|mark| first.marks.has(*mark) && !around.has(*mark))
            .map(|mark| (reach(mark), std::cmp::Reverse(mark)))
            .max();
        let Some((reach, std::cmp::Reverse(mark))) = outermost else {
            spans.push(first.span.clone());
            rest = &rest[1..];
            continue;
        };
        let (marked, after) = rest.split_at(reach);
        spans.push(Span::Marked(mark, nested(marked, around.with(mark))));
        rest = after;
    }
    spans
}
