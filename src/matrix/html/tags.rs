//! What each HTML element means to us.

use civic::rich::Mark;

/// What an element does with what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Makes it stand out.
    Marks(Mark),
    /// Shows it letter by letter.
    Code,
    /// The same, over lines.
    Preformatted,
    /// Leads somewhere.
    Links,
    /// Somebody else's words.
    Quotes,
    /// A list; numbered or not.
    Lists(bool),
    /// One thing of a list.
    Item,
    /// Lines of its own.
    Paragraph,
    /// The same, and stands out.
    Heading,
    /// A table.
    Table,
    /// One line of a table.
    Row,
    /// One cell of a row; its heading or not.
    Cell(bool),
    /// Stands higher: `m²`.
    Raises,
    /// Stands lower: `H₂O`.
    Lowers,
    /// May be hidden, or a formula.
    Spans,
    /// Is not shown, nor what is in it.
    Nothing,
    /// Is as if it were not there; what is in it stays.
    Vanishes,
    /// Ends the line. Has nothing in it.
    Breaks,
    /// A line across. Has nothing in it.
    Rules,
    /// An image. Has nothing in it.
    Image,
}

impl Does {
    /// What an element does.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "b" | "strong" => Self::Marks(Mark::Bold),
            "i" | "em" => Self::Marks(Mark::Italic),
            "s" | "del" | "strike" => Self::Marks(Mark::Strike),
            "code" | "tt" | "kbd" | "samp" => Self::Code,
            "pre" => Self::Preformatted,
            "a" => Self::Links,
            "blockquote" => Self::Quotes,
            "ol" => Self::Lists(true),
            "ul" | "menu" | "dir" => Self::Lists(false),
            "li" => Self::Item,
            "p" | "div" | "details" | "section" | "article" | "header" | "footer" | "aside"
            | "main" | "nav" | "figure" | "figcaption" | "address" | "center" | "dl" | "dt"
            | "dd" | "fieldset" | "form" | "caption" => Self::Paragraph,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" => Self::Heading,
            "table" => Self::Table,
            "tr" => Self::Row,
            "td" => Self::Cell(false),
            "th" => Self::Cell(true),
            "sup" => Self::Raises,
            "sub" => Self::Lowers,
            "span" => Self::Spans,
            "br" => Self::Breaks,
            "hr" => Self::Rules,
            "img" => Self::Image,
            // A reply's quote is for clients that don't know replies; the rest is for machines.
            "mx-reply" | "script" | "style" | "title" | "template" | "iframe" | "noembed"
            | "noframes" => Self::Nothing,
            _ => Self::Vanishes,
        }
    }

    /// Whether an element has neither content nor end.
    pub(super) fn is_void(self, name: &str) -> bool {
        matches!(self, Self::Breaks | Self::Rules | Self::Image)
            || matches!(
                name,
                "area"
                    | "base"
                    | "col"
                    | "embed"
                    | "input"
                    | "link"
                    | "meta"
                    | "param"
                    | "source"
                    | "track"
                    | "wbr"
            )
    }

    /// Whether an end tag within doesn't end anything outside of it.
    pub(super) fn is_wall(self) -> bool {
        matches!(
            self,
            Self::Quotes | Self::Lists(_) | Self::Item | Self::Table | Self::Cell(_)
        )
    }

    /// Whether it begins and ends lines.
    pub(super) fn is_block(self) -> bool {
        matches!(
            self,
            Self::Preformatted
                | Self::Quotes
                | Self::Lists(_)
                | Self::Item
                | Self::Paragraph
                | Self::Heading
                | Self::Table
                | Self::Row
                | Self::Cell(_)
                | Self::Rules
        )
    }
}

/// Digits as they stand higher or lower; `None` where not all letters have such a form.
pub(super) fn shifted(text: &str, raised: bool) -> Option<String> {
    let digits = if raised {
        "⁰¹²³⁴⁵⁶⁷⁸⁹"
    } else {
        "₀₁₂₃₄₅₆₇₈₉"
    };
    let shift = |c: char| match (c.to_digit(10), raised, c) {
        (Some(digit), ..) => digits.chars().nth(digit as usize),
        (_, true, '+') => Some('⁺'),
        (_, true, '-' | '−') => Some('⁻'),
        (_, true, 'n') => Some('ⁿ'),
        (_, false, '+') => Some('₊'),
        (_, false, '-' | '−') => Some('₋'),
        _ => None,
    };
    text.chars().map(shift).collect()
}
