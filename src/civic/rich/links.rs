//! Addresses of the web, in texts and behind words.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Span;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// An address, which both networks make a link by themselves.
    Address(&'a str),
}

/// Takes a text apart into words and addresses. Together they are the text.
pub fn bare_links(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text[from..].find("://") {
        let slashes = from + found;
        from = slashes + 3;
        let Some(start) = begin(text, slashes).filter(|start| *start >= done) else {
            continue;
        };
        let end = end(text, slashes + 3);
        if end == slashes + 3 {
            continue;
        }
        if start > done {
            pieces.push(Piece::Words(&text[done..start]));
        }
        pieces.push(Piece::Address(&text[start..end]));
        (done, from) = (end, end);
    }
    if done < text.len() {
        pieces.push(Piece::Words(&text[done..]));
    }
    pieces
}

/// Where the scheme before `://` begins, if it is one of the web's and no part of a word.
fn begin(text: &str, slashes: usize) -> Option<usize> {
    let before = &text.as_bytes()[..slashes];
    let start = ["https", "http"].into_iter().find_map(|scheme| {
        let start = slashes.checked_sub(scheme.len())?;
        before[start..]
            .eq_ignore_ascii_case(scheme.as_bytes())
            .then_some(start)
    })?;
    let part_of_word = text[..start]
        .chars()
        .next_back()
        .is_some_and(char::is_alphanumeric);
    (!part_of_word).then_some(start)
}

/// Where an address ends: at what no address has in it, without the punctuation of the sentence that it ends.
fn end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let mut end = rest.find(|c| !in_address(c)).unwrap_or(rest.len());
    let mut open = rest[..end].bytes().fold(0_i64, |open, byte| match byte {
        b'(' => open + 1,
        b')' => open - 1,
        _ => open,
    });
    while let Some(last) = rest[..end].chars().next_back() {
        let of_sentence = match last {
            ')' => open < 0,
            other => matches!(
                other,
                '.' | ','
                    | ';'
                    | ':'
                    | '!'
                    | '?'
                    | '\''
                    | '*'
                    | '_'
                    | '~'
                    | '’'
                    | '»'
                    | '”'
                    | '…'
                    | ']'
                    | '|'
            ),
        };
        if !of_sentence {
            break;
        }
        if last == ')' {
            open += 1;
        }
        end -= last.len_utf8();
    }
    from + end
}

fn in_address(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !is_unseen(c) && !matches!(c, '<' | '>' | '"' | '`')
}

/// Characters that are not seen but change what is.
fn is_unseen(c: char) -> bool {
    matches!(u32::from(c), 0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFC
        | 0xE_0000..=0xE_0FFF)
}

/// The schemes that a link may have (Client-Server API, "m.room.message msgtypes").
const SCHEMES: [&str; 5] = ["https://", "http://", "ftp://", "mailto:", "magnet:"];

/// A link's target as it may be shown: of a scheme that Matrix allows, in one piece, with nothing unseen in it.
/// `None` for any other, `javascript:` and what is no whole address.
pub fn safe_target(href: &str) -> Option<Cow<'_, str>> {
    let href = href.trim();
    let scheme = SCHEMES.iter().find(|scheme| {
        href.len() > scheme.len()
            && href.as_bytes()[..scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
    })?;
    if href[scheme.len()..].chars().all(in_address) {
        return Some(Cow::Borrowed(href));
    }
    let mut safe = String::with_capacity(href.len() + 16);
    for c in href.chars() {
        if in_address(c) {
            safe.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing into a String never fails.
                let _ = write!(safe, "%{byte:02X}");
            }
        }
    }
    Some(Cow::Owned(safe))
}

/// Whether a link's label says where it leads: then one of the two is enough.
pub fn is_said_by(href: &str, label: &[Span]) -> bool {
    let bare = |address: &str| {
        let rest = SCHEMES
            .iter()
            .find_map(|scheme| address.strip_prefix(scheme))
            .unwrap_or(address);
        rest.strip_suffix('/').unwrap_or(rest).to_owned()
    };
    let mut said = String::new();
    super::layout::plain(label, &mut said);
    bare(&said) == bare(href)
}

/// Whatever a reader's client may begin a new line at (Unicode's mandatory breaks).
pub fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        bare_links(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Address(address) => Some(address),
                Piece::Words(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        for (text, found) in [
            ("https://example.org", "https://example.org"),
            (
                "Mirá https://example.org/_a_b_c, ¿sí?",
                "https://example.org/_a_b_c",
            ),
            ("(http://example.org/a_(b))", "http://example.org/a_(b)"),
            ("*HTTPS://example.org*", "HTTPS://example.org"),
            ("<https://example.org/>", "https://example.org/"),
        ] {
            assert_eq!(addresses(text), [found], "{text}");
        }
        for text in [
            "xhttps://example.org",
            "javascript://x",
            "http://",
            "://",
            "https://.",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_link_leads_only_where_it_may() {
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:x",
            "data:text/html,x",
            "java\nscript:x",
            "/here",
            "https://",
            "tel:+12025550123",
            "",
        ] {
            assert_eq!(safe_target(bad), None, "{bad}");
        }
        assert_eq!(
            safe_target(" https://a.example/\u{202e}b c").as_deref(),
            Some("https://a.example/%E2%80%AEb%20c")
        );
        assert_eq!(
            safe_target("mailto:a@example.org").as_deref(),
            Some("mailto:a@example.org")
        );
    }
}
