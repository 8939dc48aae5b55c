//! Numbers and addresses taken out of texts: greedily out of logs, carefully out of what people write.

mod digits;
mod known;

use std::borrow::Cow;
use std::ops::Range;

use digits::{Group, Run};
pub use known::KnownNumbers;

/// What stands in the place of something taken out of a log line.
const REDACTED: &str = "<redacted>";

/// What stands in the place of something taken out of what a person wrote. Says the same in every language.
pub const SCRUBBED: &str = "•••";

/// So many digits in a row are taken for a number in a log.
const LONG: usize = 8;

/// So many digits after an `@` are a mention of somebody by number or LID.
const MENTION: usize = 7;

/// Takes out everything that may be an address, a number or a LID. For log lines of other people's code: rather
/// too much than too little, so long counters and the like go too; dates, years and short numbers stay.
pub fn redact_log(text: &str) -> Cow<'_, str> {
    let mut out = addresses(text);
    out.extend(links(text));
    for run in digits::runs(text) {
        out.extend(numbers_in_log(text, &run));
    }
    replaced(text, out, REDACTED)
}

/// Takes out of what a person wrote: addresses, mentions by number, `wa.me` links, and those numbers that are
/// known to be somebody's, however they are typed. Other numbers stay: dates, prices, telephone numbers of
/// offices.
pub fn scrub_text<'a>(text: &'a str, known: &KnownNumbers) -> Cow<'a, str> {
    let mut out = addresses(text);
    out.extend(links(text));
    for run in digits::runs(text) {
        out.extend(mention(text, &run));
        out.extend(known.find(&run));
    }
    replaced(text, out, SCRUBBED)
}

/// The servers of addresses that name a person or a group.
const SERVERS: [&str; 9] = [
    "s.whatsapp.net",
    "whatsapp.net",
    "hosted.lid",
    "hosted",
    "lid",
    "g.us",
    "c.us",
    "newsletter",
    "broadcast",
];

/// Where addresses stand, from their user part to their server.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let after = &text.as_bytes()[at + 1..];
        let server = SERVERS.iter().find(|server| {
            after.len() >= server.len()
                && after[..server.len()].eq_ignore_ascii_case(server.as_bytes())
                && !after
                    .get(server.len())
                    .is_some_and(|next| next.is_ascii_alphanumeric())
        });
        if let Some(server) = server {
            let user = text[..at]
                .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | ':' | '_' | '-' | '+')))
                .map_or(0, |before| {
                    before + text[before..].chars().next().map_or(1, char::len_utf8)
                });
            found.push(user..at + 1 + server.len());
        }
    }
    found
}

/// The places on the web that lead to a person by their number.
const PLACES: [&str; 4] = ["wa.me/", "api.whatsapp.com/", "wa.link/", "whatsapp://send"];

/// Where links stand that lead to a person. An invitation to a group is none: it is public on purpose.
fn links(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | ')' | ']');
    let mut found = Vec::new();
    for place in PLACES {
        let mut done = 0;
        for (at, _) in lower.match_indices(place) {
            if at < done {
                continue;
            }
            let end = at + text[at..].find(ends).unwrap_or(text.len() - at);
            let start = ["https://www.", "http://www.", "https://", "http://", "www."]
                .iter()
                .find_map(|start| lower[..at].strip_suffix(start))
                .map_or(at, str::len);
            found.push(start..end);
            done = end;
        }
    }
    found
}

/// A mention as WhatsApp writes it into the text: `@` and the number or LID.
fn mention(text: &str, run: &Run) -> Option<Range<usize>> {
    let first = run.groups.first()?;
    let mentioned = text[..first.at.start].ends_with('@') && first.digits.len() >= MENTION;
    mentioned.then(|| first.at.clone())
}

fn numbers_in_log(text: &str, run: &Run) -> Vec<Range<usize>> {
    let mut groups = &run.groups[..];
    if let [year, month, day, rest @ ..] = groups
        && is_year(year)
        && [month.digits.len(), day.digits.len()] == [2, 2]
        && text[year.at.end..day.at.start]
            .chars()
            .all(|c| matches!(c, '-' | '0'..='9'))
    {
        groups = rest;
    }
    let total: usize = groups.iter().map(|group| group.digits.len()).sum();
    let Some(first) = groups.first().filter(|_| total >= LONG) else {
        return Vec::new();
    };
    let international = text[..first.at.start].ends_with('+');
    let long = |digits: &str| digits.len() >= LONG;
    if international || !groups.iter().any(|group| long(&group.digits)) {
        if !international && (groups.iter().all(is_year) || is_point_notation(text, groups)) {
            return Vec::new();
        }
        let last = groups.last().unwrap_or(first);
        let whole = first.at.start..last.at.end;
        return Vec::from([whole]);
    }
    groups
        .iter()
        .filter(|group| long(&group.digits) && !is_fraction(text, &group.at))
        .map(|group| group.at.clone())
        .collect()
}

fn is_year(group: &Group) -> bool {
    group.digits.len() == 4 && (group.digits.starts_with("19") || group.digits.starts_with("20"))
}

/// Seconds with a fraction, or an IP address.
fn is_point_notation(text: &str, groups: &[Group]) -> bool {
    let points = groups
        .windows(2)
        .all(|pair| &text[pair[0].at.end..pair[1].at.start] == ".");
    points
        && match groups {
            [_, _] => true,
            [_, _, _, _] => groups.iter().all(|group| group.digits.len() <= 3),
            _ => false,
        }
}

/// The digits after the point of a time or a duration.
fn is_fraction(text: &str, at: &Range<usize>) -> bool {
    let mut before = text[..at.start].bytes().rev();
    at.len() <= 9
        && before.next() == Some(b'.')
        && before.next().is_some_and(|byte| byte.is_ascii_digit())
}

fn replaced<'a>(text: &'a str, mut out: Vec<Range<usize>>, with: &str) -> Cow<'a, str> {
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.sort_by_key(|range| range.start);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for range in out {
        if range.start >= done {
            result.push_str(&text[done..range.start]);
            result.push_str(with);
        }
        done = done.max(range.end);
    }
    result.push_str(&text[done..]);
    Cow::Owned(result)
}

#[cfg(test)]
mod tests;
