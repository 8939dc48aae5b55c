//! WhatsApp's way of writing formatted text, read and written.
//!
//! WhatsApp's marks stand in the text itself: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, ```` ```block``` ````, lines
//! that begin with `> `, `- `, `* ` or `1. `. A mark counts only at the edge of a word, both ends in one line; any other
//! is a sign like any. There is no way to say that a sign shall be one: so where words from elsewhere hold signs that
//! would mark something here, [`write()`] puts a look-alike in their place (`∗` for `*`), and only there. Nothing invisible
//! is put in: it would come along with whatever is copied, and phones don't agree which of it parts words.

mod imitation;
mod line;
mod read;
mod spans;
mod write;

use civic::{MemberId, Rich};

pub use read::{Mentioned, read};
pub use write::write;

/// How a mention is written: `@Ana`, or `@` and the digits of an address that goes into the message's context.
pub type WriteMention<'a> = dyn Fn(&MemberId, &str) -> String + 'a;

/// Words of somebody elsewhere, as a group reads them: `*Name*: text`. No line of the text can pass for another
/// person's: one that begins like a name is marked with `│`.
///
/// `name` is what [`civic::name`] makes of it: one line without marks.
pub fn relayed(name: &str, rich: &Rich, mention: &WriteMention<'_>) -> String {
    let text = imitation::marked(&write(rich, mention));
    // Quotes, lists and blocks need a line's beginning.
    let own_line = rich
        .blocks()
        .first()
        .is_some_and(|block| !matches!(block, civic::rich::Block::Paragraph(_)));
    let between = if own_line { "\n" } else { " " };
    let name = line::harmless(name);
    format!("*{name}*:{between}{text}")
}

/// Words of somebody that stand within the bridge's own: they mark nothing, and no line of them passes for another person's.
pub fn literal(text: &str) -> String {
    let plain = write(&Rich::literal(text), &|_, name| format!("@{name}"));
    imitation::marked(&plain)
}

#[cfg(test)]
mod tests;
