//! Formatted text as Matrix HTML.

use civic::MemberId;
use civic::rich::{Block, Mark, Rich, Span};
use ruma::OwnedUserId;

/// A message as it goes into an event's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `body`: readable without any format.
    pub body: String,
    /// `formatted_body`, of format `org.matrix.custom.html`; none where `body` says it all.
    pub formatted: Option<String>,
    /// `m.mentions.user_ids`.
    pub mentions: Vec<OwnedUserId>,
    /// `m.mentions.room`.
    pub room: bool,
}

/// Formatted text as Matrix writes it: tags that the specification allows, everything else escaped. Attributes are
/// `href`, `start` of a list (a number) and `class` of code (`language-` and a name).
///
/// `user` tells who a person is in Matrix; one of whom it doesn't know is named, not mentioned. Send `m.mentions` also
/// where it is empty: without it, clients search the text for names and `@room`.
pub fn write(rich: &Rich, user: &dyn Fn(&MemberId) -> Option<OwnedUserId>) -> Written {
    let mut writer = Writer {
        html: String::new(),
        ends_blank: true,
        mentions: Vec::new(),
        user,
    };
    match rich.blocks() {
        [Block::Paragraph(spans)] => writer.spans(spans),
        blocks => writer.blocks(blocks),
    }
    Written {
        body: rich.plain(),
        formatted: (!rich.is_plain()).then_some(writer.html),
        mentions: writer.mentions,
        room: rich.mentions_room(),
    }
}

struct Writer<'a> {
    html: String,
    /// Whether a blank here would not be seen.
    ends_blank: bool,
    mentions: Vec<OwnedUserId>,
    user: &'a dyn Fn(&MemberId) -> Option<OwnedUserId>,
}

impl Writer<'_> {
    fn within(&mut self, tag: &str, write: impl FnOnce(&mut Self)) {
        self.html += &format!("<{tag}>");
        write(self);
        self.html += &format!("</{tag}>");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.ends_blank = true;
            match block {
                Block::Paragraph(spans) => self.within("p", |writer| writer.spans(spans)),
                Block::Quote(inner) => self.within("blockquote", |writer| writer.blocks(inner)),
                Block::List { start, items } => self.list(*start, items),
                Block::Code { language, text } => {
                    self.html += "<pre><code";
                    if let Some(language) = language {
                        self.html += " class=\"language-";
                        self.escaped(language);
                        self.html.push('"');
                    }
                    self.html.push('>');
                    self.escaped(text);
                    self.html += "</code></pre>";
                }
            }
        }
    }

    fn list(&mut self, start: Option<u32>, items: &[Vec<Block>]) {
        match start {
            None => self.html += "<ul>",
            Some(1) => self.html += "<ol>",
            Some(start) => self.html += &format!("<ol start=\"{start}\">"),
        }
        for item in items {
            self.ends_blank = true;
            self.within("li", |writer| match &item[..] {
                [Block::Paragraph(spans)] => writer.spans(spans),
                blocks => writer.blocks(blocks),
            });
        }
        self.html += if start.is_some() { "</ol>" } else { "</ul>" };
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            match span {
                Span::Text(text) => self.words(text),
                Span::Marked(mark, inner) => {
                    let tag = match mark {
                        Mark::Bold => "strong",
                        Mark::Italic => "em",
                        Mark::Strike => "del",
                    };
                    self.within(tag, |writer| writer.spans(inner));
                }
                Span::Code(code) => self.within("code", |writer| writer.words(code)),
                Span::Link { href, label } => {
                    self.html += "<a href=\"";
                    self.escaped(href);
                    self.html += "\">";
                    self.spans(label);
                    self.html += "</a>";
                }
                Span::Mention { person, name } => self.mention(person, name),
                Span::Room => self.words("@room"),
                Span::Break => {
                    self.html += "<br>";
                    self.ends_blank = true;
                }
            }
        }
    }

    fn mention(&mut self, person: &MemberId, name: &str) {
        let Some(user) = (self.user)(person) else {
            self.words("@");
            return self.words(name);
        };
        self.html += "<a href=\"";
        self.escaped(&user.matrix_to_uri().to_string());
        self.html += "\">";
        self.words(name);
        self.html += "</a>";
        if !self.mentions.contains(&user) {
            self.mentions.push(user);
        }
    }

    /// Words, with blanks that would not be seen as ones that are.
    fn words(&mut self, words: &str) {
        for c in words.chars() {
            let blank = matches!(c, ' ' | '\t');
            match blank {
                true if self.ends_blank => self.html.push('\u{a0}'),
                true => self.html.push(' '),
                false => self.letter(c),
            }
            self.ends_blank = blank;
        }
    }

    fn escaped(&mut self, text: &str) {
        text.chars().for_each(|c| self.letter(c));
    }

    fn letter(&mut self, c: char) {
        match c {
            '&' => self.html += "&amp;",
            '<' => self.html += "&lt;",
            '>' => self.html += "&gt;",
            '"' => self.html += "&quot;",
            '\'' => self.html += "&#39;",
            other => self.html.push(other),
        }
    }
}
