//! How the bridge's own words read in a room.

/// What the bridge says, as a Matrix room reads it: plain, and as HTML (`org.matrix.custom.html`). Our words mark what is
/// important as WhatsApp does, with asterisks, and what people said with `> ` at the beginning of a line.
pub(crate) fn in_room(text: &str) -> (String, String) {
    let (mut plain, mut html) = (String::new(), String::new());
    let mut quoting = false;
    for (number, line) in text.split('\n').enumerate() {
        let quoted = line.strip_prefix("> ");
        let between = match (quoting, quoted.is_some()) {
            (false, true) => "<blockquote>",
            (true, false) => "</blockquote>",
            _ if number == 0 => "",
            _ => "<br>",
        };
        html.push_str(between);
        if number > 0 {
            plain.push('\n');
        }
        if quoted.is_some() {
            plain.push_str("> ");
        }
        quoting = quoted.is_some();
        write_line(quoted.unwrap_or(line), &mut plain, &mut html);
    }
    if quoting {
        html.push_str("</blockquote>");
    }
    (plain, html)
}

fn write_line(line: &str, plain: &mut String, html: &mut String) {
    let parts: Vec<&str> = line.split('*').collect();
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
            other => html.push(other),
        });
        if important {
            html.push_str("</strong>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_people_said_is_quoted_in_the_room() {
        let (plain, html) = in_room("*AGUA-1*\n> Agua\n> para *todos*\nPropone: Ana");
        assert_eq!(plain, "AGUA-1\n> Agua\n> para todos\nPropone: Ana");
        assert_eq!(
            html,
            "<strong>AGUA-1</strong><blockquote>Agua<br>para <strong>todos</strong></blockquote>Propone: Ana"
        );
        assert_eq!(in_room("> Agua").1, "<blockquote>Agua</blockquote>");
    }
}
