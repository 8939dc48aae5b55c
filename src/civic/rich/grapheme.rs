//! Where a text may be cut without cutting a letter or an emoji.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// Goes along a text and tells before each character whether one may cut there.
///
/// Follows Unicode's grapheme clusters (UAX 29), where in doubt on the side of not cutting.
#[derive(Default)]
pub(super) struct Cutter {
    before: Option<char>,
    flags: usize,
}

impl Cutter {
    /// Whether one may cut before this character.
    pub(super) fn may_cut_before(&mut self, c: char) -> bool {
        let half_a_flag = is_flag_letter(c) && self.flags % 2 == 1;
        let free = self
            .before
            .is_some_and(|before| !half_a_flag && !holds_together(before, c));
        self.flags = if is_flag_letter(c) { self.flags + 1 } else { 0 };
        self.before = Some(c);
        free
    }
}

fn holds_together(before: char, c: char) -> bool {
    const JOINER: char = '\u{200D}';
    const VIRAMA: u8 = 9;
    let prepended = matches!(
        u32::from(before),
        0x0600..=0x0605 | 0x06DD | 0x070F | 0x08E2 | 0x110BD | 0x110CD
    );
    let korean =
        is_leading_jamo(before) && (is_leading_jamo(c) || ('\u{AC00}'..='\u{D7A3}').contains(&c));
    extends(c)
        || before == JOINER
        || prepended
        || korean
        || (before == '\r' && c == '\n')
        || canonical_combining_class(before) == VIRAMA
}

fn extends(c: char) -> bool {
    is_combining_mark(c)
        || matches!(u32::from(c), 0x0E33 | 0x0EB3 | 0x1160..=0x11FF | 0x200C..=0x200D | 0xD7B0..=0xD7FB
            | 0xFE00..=0xFE0F | 0xFF9E..=0xFF9F | 0x1_F3FB..=0x1_F3FF | 0xE_0020..=0xE_007F | 0xE_0100..=0xE_01EF)
}

fn is_flag_letter(c: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&c)
}

fn is_leading_jamo(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115F | 0xA960..=0xA97C)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_emoji_stay_whole() {
        for (text, letters) in [
            ("año", 3),
            ("an\u{303}o", 3),
            ("👩‍👩‍👧‍👦!", 2),
            ("👍🏽👍🏽", 2),
            ("🇵🇾🇦🇷", 2),
            ("❤️1️⃣", 2),
            (
                "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}x",
                2,
            ),
            ("क्षि", 1),
            ("\u{1112}\u{1161}\u{11ab}한", 2),
        ] {
            let mut cutter = Cutter::default();
            let cuts = text.chars().filter(|c| cutter.may_cut_before(*c)).count();
            assert_eq!(cuts + 1, letters, "{text}");
        }
    }
}
