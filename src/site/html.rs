//! Text as HTML.

use std::fmt::{self, Display, Write};

/// Text in which nothing is markup.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // What turns the direction of the text would turn what stands behind it, too.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                c if c.is_control() => f.write_char(' ')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A sentence of ours, in which asterisks mark what is to be typed as it stands.
pub(crate) struct Sentence<'a>(pub(crate) &'a str);

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.split('*').enumerate() {
            match index % 2 {
                0 => write!(f, "{}", Text(part))?,
                _ => write!(f, "<kbd>{}</kbd>", Text(part))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let hostile = "<script>\"a\" & 'b'</script>\u{202e}\n";
        let shown = Text(hostile).to_string();
        assert_eq!(
            shown,
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt; "
        );
    }

    #[test]
    fn what_is_to_be_typed_stands_out() {
        let shown = Sentence("Con *!no* <b>").to_string();
        assert_eq!(shown, "Con <kbd>!no</kbd> &lt;b&gt;");
    }
}
