use std::ops::Range;

/// Digits that stand close together, as a number is typed: `+1 (202) 555-0123`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The digits without anything between them, group by group.
    pub(super) groups: Vec<Group>,
}

/// Digits with nothing between them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Where they stand, in bytes.
    pub(super) at: Range<usize>,
    /// The digits, as ASCII.
    pub(super) digits: String,
}

/// So many characters between two groups still hold them together.
const GAP: usize = 3;

/// All runs of digits in a text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut gap = usize::MAX;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if let Some(digit) = digit(c) {
            let group = match runs.last_mut() {
                Some(run) if gap <= GAP => &mut run.groups,
                _ => {
                    runs.push(Run { groups: Vec::new() });
                    gap = usize::MAX;
                    let last = runs.len() - 1;
                    &mut runs[last].groups
                }
            };
            match group.last_mut() {
                Some(open) if gap == 0 => {
                    open.at.end = end;
                    open.digits.push(digit);
                }
                _ => group.push(Group {
                    at: at..end,
                    digits: digit.to_string(),
                }),
            }
            gap = 0;
        } else if holds_together(c) {
            gap = gap.saturating_add(1);
        } else {
            gap = usize::MAX;
        }
    }
    runs
}

/// The digit that a character shows, whatever script or style it is written in.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 12] = [
        0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
        0x1FBF0,
    ];
    let code = u32::from(c);
    let zero = ZEROS
        .into_iter()
        .find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// What people put between the digits of a number, seen or unseen.
fn holds_together(c: char) -> bool {
    c == ' '
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '_' | '*' | '~' | '+')
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{2015}' | '\u{202a}'..='\u{202f}')
        || matches!(
            c,
            '\u{2060}'..='\u{2069}' | '\u{20e3}' | '\u{fe0f}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<Vec<String>> {
        runs(text)
            .into_iter()
            .map(|run| run.groups.into_iter().map(|group| group.digits).collect())
            .collect()
    }

    #[test]
    fn digits_that_stand_together_are_one_run() {
        assert_eq!(
            digits("+1 (202) 555-0123 and 7"),
            [vec!["1", "202", "555", "0123"], vec!["7"]]
        );
        assert_eq!(digits("a1b2"), [vec!["1"], vec!["2"]]);
        assert_eq!(digits("1    2"), [vec!["1"], vec!["2"]]);
        assert!(digits("none").is_empty());
    }

    #[test]
    fn digits_of_other_scripts_and_styles_are_digits() {
        assert_eq!(digits("１２\u{200b}٣٤"), [vec!["12", "34"]]);
        assert_eq!(
            digits("1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}"),
            [vec!["1", "2"]]
        );
        assert_eq!(digits("𝟏𝟐"), [vec!["12"]]);
    }
}
