//! Formatted text as WhatsApp writes it.

use civic::rich::{Piece, Rich, Shown, Span, bare_links};

use super::WriteMention;
use super::line::{Line, look_alike};
use super::spans::{FENCE, SIGNS};

/// The text that shows this on WhatsApp. What has no mark here reads well without: a label before its link
/// (`acta (https://…)`), a list in a list behind spaces.
pub fn write(rich: &Rich, mention: &WriteMention<'_>) -> String {
    let mut text = String::new();
    for (place, line) in rich.lines().into_iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        text.push_str(&line.prefix);
        match line.shown {
            Shown::Spans(of) => {
                let mut written = Line::default();
                spans(of, &mut Vec::new(), mention, &mut written);
                // Behind the sign of a quote or list another may begin.
                text.push_str(&written.finish(true));
            }
            Shown::Code { line, first, last } => {
                if first {
                    text.push_str(FENCE);
                }
                text.push_str(&code_line(line, first, last));
                if last {
                    text.push_str(FENCE);
                }
            }
        }
    }
    text
}

fn spans(of: &[Span], around: &mut Vec<char>, mention: &WriteMention<'_>, line: &mut Line) {
    for span in of {
        match span {
            Span::Text(words) => {
                if line.needs_space_before(words) {
                    line.words(" ", &[]);
                }
                line.words(words, around);
            }
            Span::Marked(mark, inner) => {
                let sign = SIGNS
                    .into_iter()
                    .find(|(_, its)| its == mark)
                    .map_or(' ', |(sign, _)| sign);
                line.marked(sign, |line| {
                    around.push(sign);
                    spans(inner, around, mention, line);
                    around.pop();
                });
            }
            Span::Code(code) => {
                line.marked('`', |line| {
                    line.fixed(&code.replace('`', &look_alike('`').to_string()))
                });
            }
            Span::Link { href, label } => link(href, label, around, mention, line),
            Span::Mention { person, name } => line.words(&mention(person, name), around),
            Span::Room => line.words("@room", around),
            Span::Break => line.words(" ", around),
        }
    }
}

fn link(
    href: &str,
    label: &[Span],
    around: &mut Vec<char>,
    mention: &WriteMention<'_>,
    line: &mut Line,
) {
    if civic::rich::is_said_by(href, label) {
        return line.fixed(href.strip_prefix("mailto:").unwrap_or(href));
    }
    for span in label {
        match span {
            // An address as the label of another is an address, too.
            Span::Text(words) => {
                for piece in bare_links(words) {
                    match piece {
                        Piece::Words(words) => line.words(words, around),
                        Piece::Address(address) => line.fixed(address),
                    }
                }
            }
            other => spans(std::slice::from_ref(other), around, mention, line),
        }
    }
    line.words(" (", around);
    line.fixed(href);
    line.words(")", around);
}

/// A line of a block of code, without what would end the block.
fn code_line(line: &str, first: bool, last: bool) -> String {
    let tick = look_alike('`').to_string();
    let mut line = line.replace(FENCE, &tick.repeat(FENCE.len()));
    if first {
        let begin = line.len() - line.trim_start_matches('`').len();
        line.replace_range(..begin, &tick.repeat(begin));
    }
    if last {
        let end = line.trim_end_matches('`').len();
        let ticks = line.len() - end;
        line.replace_range(end.., &tick.repeat(ticks));
    }
    line
}
