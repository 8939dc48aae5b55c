//! How the bridge's own words read in a room.

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
}
