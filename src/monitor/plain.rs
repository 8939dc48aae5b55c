//! What strangers wrote, made harmless for the terminal.

/// Whoever names a room or writes a text must not be able to move the cursor of the one who reads, nor turn the
/// direction of what comes after.
pub(crate) fn on_one_line(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().filter(|c| !turns(*c)).map(plain).collect()
}

/// The same with its lines, each indented.
pub(crate) fn indented(text: &str, by: &str) -> String {
    let lines = text.trim_end().lines().map(on_one_line);
    let lines = lines.map(|line| format!("{by}{line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// The same on one line, and no longer than this many characters.
pub(crate) fn short(text: &str, longest: usize) -> String {
    let line = on_one_line(text);
    if line.chars().count() <= longest {
        return line;
    }
    let kept: String = line.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Two texts on one line each, from where they begin to be different, and no longer than this many characters.
pub(crate) fn different(one: &str, other: &str, longest: usize) -> [String; 2] {
    let same = one.chars().zip(other.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    // Some words before it show where it is.
    let skipped = match same > longest / 2 {
        true => same - longest / 4,
        false => 0,
    };
    let from = |text: &str| {
        let rest: String = text.chars().skip(skipped).collect();
        let begin = if skipped > 0 { "…" } else { "" };
        format!("{begin}{}", short(&rest, longest))
    };
    [from(one), from(other)]
}

/// Marks that change the direction of writing, which nothing here needs.
fn turns(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_line() {
        assert_eq!(on_one_line("a\x1b[2J\u{202E}b\nc\u{2028}d"), "a [2Jb c d");
        assert_eq!(indented("uno\n\n\x1b[Ados\n", "  "), "  uno\n\n   [Ados");
        assert_eq!(short("Agua en la escuela", 9), "Agua en…");
        assert_eq!(short("Agua", 4), "Agua");
    }

    #[test]
    fn of_two_texts_is_shown_where_they_differ() {
        assert_eq!(different("uno", "dos", 8), ["uno", "dos"]);
        let [one, other] = different("Agua en la escuela", "Agua en la esquina", 8);
        assert_eq!([one.as_str(), other.as_str()], ["…escuela", "…esquina"]);
        assert_eq!(
            different("Agua en la plaza", "Agua en la plaza.", 8),
            ["…za", "…za."]
        );
    }
}
