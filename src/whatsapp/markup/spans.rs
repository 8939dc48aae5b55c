//! WhatsApp's text, understood: what is marked in a line.

use civic::rich::{Mark, Piece, Span, bare_links};

use super::read::Mentioned;

/// What stands around a block of code.
pub(super) const FENCE: &str = "```";

/// The sign of each mark.
pub(super) const SIGNS: [(char, Mark); 3] =
    [('*', Mark::Bold), ('_', Mark::Italic), ('~', Mark::Strike)];

/// A mark that began and may yet end, and what has been said since.
struct Open {
    mark: Mark,
    sign: char,
    inner: Vec<Span>,
}

/// What a line says. Goes along it once: at most one of each mark is open.
pub(super) fn spans(line: &str, mentioned: &Mentioned<'_>) -> Vec<Span> {
    let mut row = Row {
        done: Vec::new(),
        open: Vec::new(),
        words: String::new(),
    };
    let mut before = None;
    let pieces = bare_links(line);
    let mut at = 0;
    for piece in pieces {
        match piece {
            Piece::Address(address) => {
                row.push(Span::Link {
                    href: address.to_owned(),
                    label: Vec::from([Span::text(address)]),
                });
                at += address.len();
            }
            Piece::Words(words) => {
                words_into(&mut row, line, at..at + words.len(), before, mentioned);
                at += words.len();
            }
        }
        before = line[..at].chars().next_back();
    }
    row.finish()
}

fn words_into(
    row: &mut Row,
    line: &str,
    range: std::ops::Range<usize>,
    mut before: Option<char>,
    mentioned: &Mentioned<'_>,
) {
    let words = &line[range.clone()];
    // The last place where code could still end; before it is looked for again and again.
    let last_tick = words.rfind('`').unwrap_or(0);
    let mut at = 0;
    while let Some(c) = words[at..].chars().next() {
        let rest = &words[at..];
        let after = line[range.start + at + c.len_utf8()..].chars().next();
        let mut taken = c.len_utf8();
        if c == '`' {
            match code(rest, before, last_tick > at) {
                Some((code, length)) => {
                    row.push(Span::Code(code.to_owned()));
                    taken = length;
                }
                None => {
                    taken = rest.len() - rest.trim_start_matches('`').len();
                    row.words.push_str(&rest[..taken]);
                }
            }
        } else if let Some((mark, sign)) = mark_of(c) {
            row.sign(mark, sign, before, after);
        } else if let Some((person, name, length)) =
            (c == '@').then(|| mention(rest, mentioned)).flatten()
        {
            row.push(Span::Mention { person, name });
            taken = length;
        } else {
            row.words.push(c);
        }
        at += taken;
        before = words[..at].chars().next_back();
    }
}

fn mark_of(c: char) -> Option<(Mark, char)> {
    SIGNS
        .into_iter()
        .find(|(sign, _)| *sign == c)
        .map(|(sign, mark)| (mark, sign))
}

/// Code that begins here, and how long it is with its backticks.
fn code(text: &str, before: Option<char>, may_end: bool) -> Option<(&str, usize)> {
    if !may_end || before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = match ticks {
        1 => "`",
        3 => FENCE,
        _ => return None,
    };
    let inner = &text[ticks..];
    let end = inner.find(fence)?;
    let code = &inner[..end];
    let after = &inner[end + fence.len()..];
    let whole = !code.trim().is_empty()
        && (ticks == 3
            || (!code.starts_with(char::is_whitespace) && !code.ends_with(char::is_whitespace)))
        && !after.starts_with(|c: char| c.is_alphanumeric() || c == '`');
    whole.then_some((code, ticks * 2 + end))
}

/// Who is mentioned here, and how long the mention is.
fn mention(text: &str, mentioned: &Mentioned<'_>) -> Option<(civic::MemberId, String, usize)> {
    let digits = &text[1..];
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    // Longer than any address: not looked up.
    if length == 0 || length > 32 {
        return None;
    }
    let (person, name) = mentioned(&digits[..length])?;
    Some((person, name, 1 + length))
}

/// What a line says so far.
struct Row {
    done: Vec<Span>,
    open: Vec<Open>,
    words: String,
}

impl Row {
    fn spans(&mut self) -> &mut Vec<Span> {
        match self.open.last_mut() {
            Some(open) => &mut open.inner,
            None => &mut self.done,
        }
    }

    fn push(&mut self, span: Span) {
        self.end_words();
        self.spans().push(span);
    }

    fn end_words(&mut self) {
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.spans().push(Span::Text(words));
        }
    }

    /// A sign that may begin a mark, end one, or be only itself.
    fn sign(&mut self, mark: Mark, sign: char, before: Option<char>, after: Option<char>) {
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        // Two of the same are no mark: `**`, `__`.
        let single = before != Some(sign) && after != Some(sign);
        let begun = self.open.iter().position(|open| open.mark == mark);
        let ends = single && !blank(before) && !in_word(after);
        let begins = single && !blank(after) && !in_word(before);
        match begun {
            Some(begun) if ends => {
                self.end_words();
                // What began within and did not end was no mark.
                while self.open.len() > begun + 1 {
                    self.give_up();
                }
                if let Some(open) = self.open.pop() {
                    self.push(Span::Marked(open.mark, open.inner));
                }
            }
            None if begins => {
                self.end_words();
                let inner = Vec::new();
                self.open.push(Open { mark, sign, inner });
            }
            _ => self.words.push(sign),
        }
    }

    /// The innermost open mark was a sign like any.
    fn give_up(&mut self) {
        if let Some(open) = self.open.pop() {
            let spans = self.spans();
            spans.push(Span::Text(open.sign.to_string()));
            spans.extend(open.inner);
        }
    }

    fn finish(mut self) -> Vec<Span> {
        self.end_words();
        while !self.open.is_empty() {
            self.give_up();
        }
        self.done
    }
}
