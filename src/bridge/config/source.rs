//! A YAML file as a tree that remembers the line of everything in it.

use std::{fs, io::ErrorKind, path::Path};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::problem::Problems;

/// A value and the line it stands in, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What can be written in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing after the colon.
    Empty,
    /// A word, a number, a sentence; `quoted` keeps `"12"` apart from `12`.
    Scalar {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One `key: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The line of the key.
    pub(super) line: usize,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn empty_map(line: usize) -> Self {
        Self {
            line,
            value: Value::Map(Vec::new()),
        }
    }

    pub(super) fn text(line: usize, text: impl Into<String>) -> Self {
        Self {
            line,
            value: Value::Scalar {
                text: text.into(),
                quoted: true,
            },
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entry at a dotted path, such as `homeserver.url`.
    pub(super) fn at(&self, path: &str) -> Option<&Entry> {
        let (key, rest) = path
            .split_once('.')
            .map_or((path, None), |(key, rest)| (key, Some(rest)));
        let entry = self.entries().iter().find(|entry| entry.key == key)?;
        rest.map_or(Some(entry), |rest| entry.node.at(rest))
    }

    /// The text at a dotted path and the line of its key.
    pub(super) fn text_at(&self, path: &str) -> Option<(&str, usize)> {
        let entry = self.at(path)?;
        entry.node.as_text().map(|text| (text, entry.line))
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// Why a file could not be read as YAML at all.
#[derive(Debug)]
struct NotYaml {
    line: usize,
    message: String,
}

impl NotYaml {
    /// Says what is usually behind an error of this kind in this line.
    fn explain(text: &str, error: &ScanError) -> Self {
        let line = error.marker().line();
        let written = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let value = written
            .split_once(':')
            .map_or(written, |(_, value)| value)
            .trim_start();
        let advice = if written.trim_start_matches(' ').starts_with('\t') {
            "indent with spaces, not with a tab"
        } else if value.starts_with(['@', '`', '%', '|', '>', '!', '&', '*']) {
            "put the value in quotes"
        } else {
            "look for a missing colon, space, quote or indentation here or just above"
        };
        let message = format!(
            "this line could not be read as YAML ({}): {advice}",
            error.info()
        );
        Self { line, message }
    }
}

/// Reads a file. What can't be read is reported; `otherwise` says what to do when it isn't there.
pub(super) fn read(path: &Path, otherwise: &str, problems: &mut Problems) -> Option<Node> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            problems.add(
                0,
                "is not UTF-8 text: save it again as UTF-8, from any text editor",
            );
            return None;
        }
        Err(error) => {
            problems.add(0, format!("cannot be read ({error}): {otherwise}"));
            return None;
        }
    };
    parse(&text)
        .map_err(|error| problems.add(error.line, error.message))
        .ok()
}

/// Reads the one document of a file; an empty file is an empty map.
fn parse(text: &str) -> Result<Node, NotYaml> {
    let mut reader = Reader {
        text,
        parser: Parser::new_from_str(text),
    };
    let mut document = Node::empty_map(1);
    let mut documents = 0;
    while let Some((event, span)) = reader.next()? {
        if let Event::DocumentStart(..) = event {
            documents += 1;
            if documents > 1 {
                let message = "a second document begins here with \"---\": put everything into one"
                    .to_owned();
                return Err(NotYaml {
                    line: span.start.line(),
                    message,
                });
            }
            let (event, span) = reader.expect_next()?;
            document = reader.node(event, span)?;
        }
    }
    if document.value == Value::Empty {
        document.value = Value::Map(Vec::new());
    }
    Ok(document)
}

struct Reader<'text> {
    text: &'text str,
    parser: Parser<'text, StrInput<'text>>,
}

impl<'text> Reader<'text> {
    /// The next event that carries meaning.
    fn next(&mut self) -> Result<Option<(Event<'text>, Span)>, NotYaml> {
        while let Some(event) = self.parser.next_event() {
            let (event, span) = event.map_err(|error| NotYaml::explain(self.text, &error))?;
            if event.is_node()
                || matches!(
                    event,
                    Event::DocumentStart(..) | Event::SequenceEnd | Event::MappingEnd
                )
            {
                return Ok(Some((event, span)));
            }
        }
        Ok(None)
    }

    fn expect_next(&mut self) -> Result<(Event<'text>, Span), NotYaml> {
        self.next()?.ok_or_else(|| NotYaml {
            line: 0,
            message: "the file ends in the middle of a setting: is something missing at its end?"
                .to_owned(),
        })
    }

    fn node(&mut self, event: Event<'text>, span: Span) -> Result<Node, NotYaml> {
        let line = span.start.line();
        let value = match event {
            Event::Scalar(text, style, ..) => scalar(text.into_owned(), style),
            Event::SequenceStart(..) => self.list()?,
            Event::MappingStart(..) => self.map()?,
            _ => {
                let message = "\"&\" and \"*\" references are not understood here: write the value itself, or put it in quotes";
                return Err(NotYaml {
                    line,
                    message: message.to_owned(),
                });
            }
        };
        Ok(Node { line, value })
    }

    fn list(&mut self) -> Result<Value, NotYaml> {
        let mut items = Vec::new();
        loop {
            match self.expect_next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Value, NotYaml> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.expect_next()?;
            if event == Event::MappingEnd {
                return Ok(Value::Map(entries));
            }
            let line = span.start.line();
            let Value::Scalar { text: key, .. } = self.node(event, span)?.value else {
                let message = "a key must be a plain word: write `key: value`".to_owned();
                return Err(NotYaml { line, message });
            };
            let (event, span) = self.expect_next()?;
            entries.push(Entry {
                key,
                line,
                node: self.node(event, span)?,
            });
        }
    }
}

fn scalar(text: String, style: ScalarStyle) -> Value {
    let plain = style == ScalarStyle::Plain;
    match text.as_str() {
        "" | "~" | "null" if plain => Value::Empty,
        _ => Value::Scalar {
            text,
            quoted: !plain,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let tree =
            parse("# a comment\nhomeserver:\n  url: http://localhost # here\n\nlanguage: 'es'\n")
                .unwrap();
        assert_eq!(
            tree.text_at("homeserver.url"),
            Some(("http://localhost", 3))
        );
        assert_eq!(tree.text_at("language"), Some(("es", 5)));
        assert_eq!(tree.at("homeserver").map(|entry| entry.line), Some(2));
    }

    #[test]
    fn an_empty_file_is_an_empty_map() {
        for text in ["", "# nothing\n", "---\n", "~"] {
            assert_eq!(
                parse(text).unwrap().value,
                Value::Map(Vec::new()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_usual_slips_are_called_by_their_name() {
        let advice = |text| parse(text).unwrap_err().message;
        assert!(advice("a:\n\tb: 1\n").ends_with("indent with spaces, not with a tab"));
        assert!(advice("keeper: @ana:example.org\n").ends_with("put the value in quotes"));
    }

    #[test]
    fn what_is_not_yaml_is_refused_with_its_line() {
        assert_eq!(parse("a: 1\nb: [1, 2\nc: 3\n").unwrap_err().line, 3);
        assert_eq!(parse("a: 1\n---\nb: 2\n").unwrap_err().line, 2);
        assert_eq!(parse("a: &x 1\nb: *x\n").unwrap_err().line, 2);
        assert_eq!(parse("a: 1\n[b, c]: 3\n").unwrap_err().line, 2);
    }
}
