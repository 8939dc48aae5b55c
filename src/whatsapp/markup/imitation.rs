//! Lines that would pass for another person's, as WhatsApp shows them: something bold, then a colon.

use std::ops::Range;

/// What stands before such a line.
const SIGN: &str = "│ ";

/// So many blanks in a row may push what follows onto a line of its own.
const WIDE: usize = 8;

/// The text with every line marked that begins like a name, also where a phone may begin a new line without being told.
pub(super) fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 8);
    for (place, line) in text.split(civic::rich::is_line_end).enumerate() {
        if place > 0 {
            marked.push('\n');
        }
        let last_colon = line
            .char_indices()
            .rev()
            .find(|(at, c)| is_colon(*c) && !is_of_an_address(&line[at + c.len_utf8()..]))
            .map(|(at, _)| at);
        // What turns the direction around may show the end first.
        let turned = last_colon.is_some() && line.contains(is_turn) && line.contains(is_bold);
        let mut done = 0;
        for begin in begins(line) {
            marked.push_str(&line[done..begin.start]);
            let named = begins_bold(&line[begin.clone()])
                && last_colon.is_some_and(|colon| colon > begin.start);
            if named || (turned && begin.start == 0) {
                marked.push_str(SIGN);
            }
            done = begin.start;
        }
        marked.push_str(&line[done..]);
    }
    marked
}

/// The parts of a line that may be seen as lines: it, and what stands behind many blanks.
fn begins(line: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut begin, mut blanks) = (0, 0);
    for (at, c) in line.char_indices() {
        if is_blank(c) {
            blanks += 1;
            continue;
        }
        if blanks >= WIDE {
            parts.push(begin..at);
            begin = at;
        }
        blanks = 0;
    }
    parts.push(begin..line.len());
    parts
}

/// Whether something bold comes first, maybe in other marks. With a colon behind it, it reads like a name.
fn begins_bold(line: &str) -> bool {
    let mut seen = line.chars().filter(|c| !is_blank(*c)).skip_while(|c| {
        matches!(
            c,
            '_' | '~' | '`' | '>' | '-' | '•' | '.' | '＿' | '∼' | '‘' | '›' | '0'..='9'
        )
    });
    seen.next().is_some_and(is_bold)
}

/// A bold mark, what looks like one, or a letter that is bold by itself.
fn is_bold(c: char) -> bool {
    matches!(c, '*' | '＊' | '∗' | '⁎' | '﹡' | '✱' | '٭')
        || ('\u{1D400}'..='\u{1D7FF}').contains(&c)
}

/// Whether a colon with this behind it belongs to an address (`https://`).
fn is_of_an_address(rest: &str) -> bool {
    rest.strip_prefix("//")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

fn is_colon(c: char) -> bool {
    matches!(
        c,
        ':' | '：' | '∶' | '꞉' | '︓' | '﹕' | '˸' | '։' | '׃' | '܃' | '⁚' | 'ː'
    )
}

/// Not seen, or seen as nothing.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(u32::from(c), 0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF)
}

/// Turns the direction in which a line is shown.
fn is_turn(c: char) -> bool {
    matches!(u32::from(c), 0x202A..=0x202E | 0x2066..=0x2069)
}
