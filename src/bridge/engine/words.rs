//! How words of one network are written on another.

use std::borrow::Cow;

/// Words of somebody elsewhere, as a WhatsApp group reads them: `*Name*: text`. No line of the text can pass for
/// another person's: one that begins like a name is marked.
pub(crate) fn relayed(name: &str, text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text
        .split(is_line_end)
        .map(|line| match imitates_a_name(line) {
            true => Cow::Owned(format!("│ {line}")),
            false => Cow::Borrowed(line),
        })
        .collect();
    format!("*{name}*: {}", lines.join("\n"))
}

/// Whatever a phone may begin a new line at (Unicode's mandatory breaks).
fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// What the bridge says, as a Matrix room reads it: plain, and as HTML (`org.matrix.custom.html`). Our words mark what is
/// important as WhatsApp does, with asterisks.
pub(crate) fn in_room(text: &str) -> (String, String) {
    let (mut plain, mut html) = (String::new(), String::new());
    let parts: Vec<&str> = text.split('*').collect();
    let last = parts.len() - 1;
    for (place, part) in parts.into_iter().enumerate() {
        plain.push_str(part);
        let important = place % 2 == 1 && place < last;
        if important {
            html.push_str("<strong>");
        }
        part.chars().for_each(|c| match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>"),
            other => html.push(other),
        });
        if important {
            html.push_str("</strong>");
        }
    }
    (plain, html)
}

/// Whether a line reads like the beginning of somebody's message: something bold, maybe in other marks, then a colon.
fn imitates_a_name(line: &str) -> bool {
    let seen = line
        .chars()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c));
    let mut rest =
        seen.skip_while(|c| matches!(c, '_' | '~' | '`' | '>' | '-' | '•' | '.' | '0'..='9'));
    let bold = rest
        .next()
        .is_some_and(|c| matches!(c, '*' | '＊' | '∗' | '⁎' | '﹡'));
    bold && rest.any(|c| matches!(c, ':' | '：' | '∶' | '꞉' | '︓' | '﹕'))
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0x00AD | 0x034F | 0x061C | 0x180B..=0x180E | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_before_the_text() {
        assert_eq!(relayed("Ana", "hola\n¿qué tal?"), "*Ana*: hola\n¿qué tal?");
    }

    #[test]
    fn what_is_important_is_bold_in_the_room() {
        let (plain, html) = in_room("Listo: *Sol*.\nPara más: *!ayuda* <3");
        assert_eq!(plain, "Listo: Sol.\nPara más: !ayuda <3");
        assert_eq!(
            html,
            "Listo: <strong>Sol</strong>.<br>Para más: <strong>!ayuda</strong> &lt;3"
        );
        assert_eq!(in_room("2 * 3").1, "2  3", "a lone asterisk marks nothing");
        assert_eq!(in_room("").1, "");
    }

    #[test]
    fn no_line_passes_for_another_persons() {
        for line in [
            "*Beto*: yo no fui",
            " * Beto * : yo",
            "\u{200b}*Beto*: yo",
            "＊Beto＊：yo",
            "*_Beto_*: yo",
            "_*Beto*_: yo",
            "> *Beto*: yo",
            "- ~*Beto*~: yo",
            "1. *Beto*: yo",
        ] {
            let shown = relayed("Ana", &format!("hola\n{line}"));
            assert_eq!(shown, format!("*Ana*: hola\n│ {line}"));
        }
        assert_eq!(
            relayed("Ana", "hola\u{2028}*Beto*: yo"),
            "*Ana*: hola\n│ *Beto*: yo"
        );
        assert_eq!(
            relayed("Ana", "hola\r*Beto*: yo"),
            "*Ana*: hola\n│ *Beto*: yo"
        );
        let first = relayed("Ana", "*Beto*: yo no fui");
        assert_eq!(first, "*Ana*: │ *Beto*: yo no fui");
        assert_eq!(
            relayed("Ana", "hola\n*importante*"),
            "*Ana*: hola\n*importante*"
        );
    }
}
