//! A long message in several.

use super::grapheme::Cutter;
use super::{Block, Mark, Rich, Span};

impl Rich {
    /// The same in pieces, where each is no longer than `limit`, as `measure` tells: how long a piece is as its network
    /// writes it. Cut at the end of a paragraph, or else of a line or sentence, or else of a word; never within a letter or
    /// emoji, never within a link, unless it is longer than half a piece. Marks, quotes and lists go on in the next piece.
    ///
    /// A piece has at least one letter, even if that is too long.
    #[must_use]
    pub fn split(self, limit: usize, measure: &dyn Fn(&Self) -> usize) -> Vec<Self> {
        if measure(&self) <= limit {
            return Vec::from([self]);
        }
        // What quotes and lists put before it has to fit too.
        let fits = |span: &Span| {
            let alone = Block::Paragraph(Vec::from([span.clone()]));
            measure(&Self::new(Vec::from([alone]))) <= limit / 2
        };
        let flat = Flat::new(&self.blocks, &fits);
        let cuts = flat.cuts();
        let mut pieces = Vec::new();
        let (mut start, mut next) = (0, 0);
        while next < cuts.len() {
            let last = furthest(&flat, start, &cuts[next..], limit, measure);
            let chosen = next + best(start, &cuts[next..=next + last]);
            let piece = Self::new(flat.slice(start, cuts[chosen].at));
            pieces.extend((!piece.is_empty()).then_some(piece));
            start = cuts[chosen].at;
            next = chosen + 1;
        }
        pieces
    }
}

/// A place where a text may be cut, and how well.
#[derive(Clone, Copy)]
struct Cut {
    at: usize,
    rank: Rank,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Letter,
    Word,
    Sentence,
    Block,
}

/// The furthest cut with which the piece is still short enough; the first where none is.
fn furthest(
    flat: &Flat<'_>,
    start: usize,
    cuts: &[Cut],
    limit: usize,
    measure: &dyn Fn(&Rich) -> usize,
) -> usize {
    let is_short = |cut: usize| measure(&Rich::new(flat.slice(start, cuts[cut].at))) <= limit;
    let (mut short, mut step) = (0, limit.max(1));
    // Pieces grow with what is in them: first in steps, so that no more is looked at than a piece holds.
    let long = loop {
        let next = short + step;
        if next >= cuts.len() {
            if is_short(cuts.len() - 1) {
                return cuts.len() - 1;
            }
            break cuts.len() - 1;
        }
        if !is_short(next) {
            break next;
        }
        (short, step) = (next, step * 2);
    };
    let (mut low, mut high) = (short, long);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_short(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    // And almost always: a mark may be needed only until the next letter.
    while low > 0 && !is_short(low) {
        low -= 1;
    }
    low
}

/// Which of these cuts is the kindest. A good one is not worth a piece of less than half the length.
fn best(start: usize, cuts: &[Cut]) -> usize {
    let last = cuts.len() - 1;
    if cuts[last].rank == Rank::Block {
        return last;
    }
    let half = start + (cuts[last].at - start) / 2;
    let kindest = |rank: Rank, from: usize| {
        cuts.iter()
            .rposition(|cut| cut.rank >= rank && cut.at > from)
    };
    kindest(Rank::Block, half)
        .or_else(|| kindest(Rank::Sentence, half))
        .or_else(|| kindest(Rank::Word, start))
        .unwrap_or(last)
}

/// Formatted text as a row of leaves, each knowing what it is in.
struct Flat<'a> {
    nodes: Vec<Node<'a>>,
    leaves: Vec<Leaf<'a>>,
    end: usize,
}

struct Node<'a> {
    parent: Option<usize>,
    start: usize,
    kind: Kind<'a>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    Paragraph,
    Quote,
    List(Option<u32>),
    Item(u32),
    CodeBlock(Option<&'a str>),
    Marked(Mark),
}

struct Leaf<'a> {
    node: usize,
    start: usize,
    end: usize,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Text(&'a str),
    Code(&'a str),
    /// Never cut.
    Whole(&'a Span),
}

impl<'a> Flat<'a> {
    fn new(blocks: &'a [Block], fits: &dyn Fn(&Span) -> bool) -> Self {
        let (nodes, leaves) = (Vec::new(), Vec::new());
        let mut flat = Self {
            nodes,
            leaves,
            end: 0,
        };
        flat.blocks(blocks, None, fits);
        flat
    }

    fn node(&mut self, parent: Option<usize>, kind: Kind<'a>) -> usize {
        let start = self.end;
        self.nodes.push(Node {
            parent,
            start,
            kind,
        });
        self.nodes.len() - 1
    }

    fn leaf(&mut self, node: usize, what: What<'a>) {
        let length = match what {
            What::Text(text) | What::Code(text) => text.len(),
            What::Whole(_) => 1,
        };
        let start = self.end;
        self.end += length;
        let end = self.end;
        self.leaves.push(Leaf {
            node,
            start,
            end,
            what,
        });
    }

    fn blocks(&mut self, blocks: &'a [Block], parent: Option<usize>, fits: &dyn Fn(&Span) -> bool) {
        for block in blocks {
            match block {
                Block::Paragraph(spans) => {
                    let node = self.node(parent, Kind::Paragraph);
                    self.spans(spans, node, fits);
                }
                Block::Quote(inner) => {
                    let node = self.node(parent, Kind::Quote);
                    self.blocks(inner, Some(node), fits);
                }
                Block::List { start, items } => {
                    let list = self.node(parent, Kind::List(*start));
                    for (place, item) in (0..).zip(items) {
                        let node = self.node(Some(list), Kind::Item(place));
                        self.blocks(item, Some(node), fits);
                    }
                }
                Block::Code { language, text } => {
                    let node = self.node(parent, Kind::CodeBlock(language.as_deref()));
                    self.leaf(node, What::Code(text));
                }
            }
        }
    }

    fn spans(&mut self, spans: &'a [Span], parent: usize, fits: &dyn Fn(&Span) -> bool) {
        for span in spans {
            match span {
                Span::Text(text) => self.leaf(parent, What::Text(text)),
                Span::Code(text) => self.leaf(parent, What::Code(text)),
                Span::Marked(mark, inner) => {
                    let node = self.node(Some(parent), Kind::Marked(*mark));
                    self.spans(inner, node, fits);
                }
                Span::Link { href, label } if !fits(span) => {
                    self.spans(label, parent, fits);
                    if !matches!(&label[..], [Span::Text(text)] if text == href) {
                        self.leaf(parent, What::Text(" ("));
                        self.leaf(parent, What::Text(href));
                        self.leaf(parent, What::Text(")"));
                    }
                }
                whole => self.leaf(parent, What::Whole(whole)),
            }
        }
    }

    /// The block that a leaf stands in.
    fn block_of(&self, leaf: &Leaf<'_>) -> usize {
        let mut node = leaf.node;
        while let (Kind::Marked(_), Some(parent)) = (self.nodes[node].kind, self.nodes[node].parent)
        {
            node = parent;
        }
        node
    }

    /// Every place where one may cut, the end as the last.
    fn cuts(&self) -> Vec<Cut> {
        let mut cuts = Vec::new();
        let mut cutter = Cutter::default();
        let mut before = '\0';
        let mut ends_sentence = false;
        let mut block = None;
        for leaf in &self.leaves {
            let new_block = block.replace(self.block_of(leaf)) != block;
            let text = match leaf.what {
                What::Text(text) | What::Code(text) => text,
                // Stands for itself in the row of letters.
                What::Whole(_) => "\u{FFFC}",
            };
            let is_break = matches!(leaf.what, What::Whole(Span::Break));
            for (place, c) in text.char_indices() {
                let may_cut = cutter.may_cut_before(c) || matches!(leaf.what, What::Whole(_));
                let rank = if new_block && place == 0 {
                    Rank::Block
                } else if is_break || before == '\n' {
                    Rank::Sentence
                } else if before.is_whitespace() && !c.is_whitespace() {
                    if ends_sentence {
                        Rank::Sentence
                    } else {
                        Rank::Word
                    }
                } else {
                    Rank::Letter
                };
                let at = leaf.start + place;
                if at > 0 && (may_cut || rank == Rank::Block) {
                    cuts.push(Cut { at, rank });
                }
                if matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
                    ends_sentence = true;
                } else if c.is_alphanumeric() {
                    ends_sentence = false;
                }
                before = c;
            }
        }
        cuts.push(Cut {
            at: self.end,
            rank: Rank::Block,
        });
        cuts
    }

    /// What stands between two places, within what it is in.
    fn slice(&self, from: usize, to: usize) -> Vec<Block> {
        let first = self.leaves.partition_point(|leaf| leaf.end <= from);
        let mut open = Open {
            flat: self,
            from,
            stack: Vec::new(),
            done: Vec::new(),
        };
        for leaf in self.leaves[first..]
            .iter()
            .take_while(|leaf| leaf.start < to)
        {
            let part = |text: &str| {
                let (start, end) = (from.max(leaf.start), to.min(leaf.end));
                text[start - leaf.start..end - leaf.start].to_owned()
            };
            open.turn_to(leaf.node);
            open.push(match leaf.what {
                What::Text(text) => Span::Text(part(text)),
                What::Code(text) => Span::Code(part(text)),
                What::Whole(span) => span.clone(),
            });
        }
        open.close_to(0);
        open.done
    }
}

/// What is built at the moment.
struct Open<'a> {
    flat: &'a Flat<'a>,
    from: usize,
    stack: Vec<(usize, Content)>,
    done: Vec<Block>,
}

#[derive(Default)]
struct Content {
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    first_item: u32,
    spans: Vec<Span>,
}

impl Open<'_> {
    /// Closes what a node is not in, and opens what it is in.
    fn turn_to(&mut self, node: usize) {
        let mut path = Vec::new();
        let mut at = Some(node);
        let mut cut_item = false;
        while let Some(node) = at {
            let kind = self.flat.nodes[node].kind;
            // An item that began in an earlier piece goes on without its sign.
            let goes_on = matches!(kind, Kind::Item(_)) && self.flat.nodes[node].start < self.from;
            if !goes_on && !cut_item {
                path.push(node);
            }
            cut_item = goes_on;
            at = self.flat.nodes[node].parent;
        }
        path.reverse();
        let common = self
            .stack
            .iter()
            .zip(&path)
            .take_while(|((open, _), node)| open == *node)
            .count();
        self.close_to(common);
        for node in path.into_iter().skip(common) {
            if let (Kind::Item(place), Some((_, list))) =
                (self.flat.nodes[node].kind, self.stack.last_mut())
                && list.items.is_empty()
            {
                list.first_item = place;
            }
            self.stack.push((node, Content::default()));
        }
    }

    fn push(&mut self, span: Span) {
        if let Some((_, content)) = self.stack.last_mut() {
            content.spans.push(span);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.stack.len() > length
            && let Some((node, content)) = self.stack.pop()
        {
            let block = match self.flat.nodes[node].kind {
                Kind::Marked(mark) => {
                    self.push(Span::Marked(mark, content.spans));
                    continue;
                }
                Kind::Item(_) => {
                    if let Some((_, list)) = self.stack.last_mut() {
                        list.items.push(content.blocks);
                    }
                    continue;
                }
                Kind::Paragraph => Block::Paragraph(content.spans),
                Kind::Quote => Block::Quote(content.blocks),
                Kind::List(start) => Block::List {
                    start: start.map(|start| start.saturating_add(content.first_item)),
                    items: content.items,
                },
                Kind::CodeBlock(language) => Block::Code {
                    language: language.map(str::to_owned),
                    text: content
                        .spans
                        .into_iter()
                        .map(|span| match span {
                            Span::Code(text) | Span::Text(text) => text,
                            _ => String::new(),
                        })
                        .collect(),
                },
            };
            match self.stack.last_mut() {
                Some((_, around)) => around.blocks.push(block),
                None => self.done.push(block),
            }
        }
    }
}
