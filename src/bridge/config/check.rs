//! Holds a file against the shape of its settings: every unknown, doubled, missing or mistyped key at once.

use serde_json::Value as Json;

use super::{
    problem::{Problems, either, nearest},
    shape::{Field, Kind},
    source::{Entry, Node, Value},
};

/// Reports whatever does not fit, and returns the tree with it taken out or replaced by the default or the
/// example, so that the rest can be looked at too.
pub(super) fn check(tree: Node, fields: &[Field], problems: &mut Problems) -> Node {
    let line = tree.line;
    let entries = match tree.value {
        Value::Map(entries) => entries,
        _ => {
            let example = example_line(fields);
            problems.add(
                line,
                format!("write settings here, one per line, such as {example}"),
            );
            Vec::new()
        }
    };
    let mut checker = Checker {
        root: fields,
        problems,
    };
    checker.section("", line, entries, fields)
}

fn example_line(fields: &[Field]) -> String {
    fields
        .first()
        .map_or_else(String::new, |field| format!("`{}: …`", field.key))
}

struct Checker<'a> {
    /// The fields of the whole file, to tell where a misplaced key belongs.
    root: &'a [Field],
    problems: &'a mut Problems,
}

impl Checker<'_> {
    fn section(&mut self, path: &str, line: usize, entries: Vec<Entry>, fields: &[Field]) -> Node {
        let mut kept: Vec<Entry> = Vec::new();
        for mut entry in self.known(path, entries, fields) {
            let here = join(path, &entry.key);
            let Some(field) = fields.iter().find(|field| field.key == entry.key) else {
                continue;
            };
            if let Some(first) = kept.iter().find(|first| first.key == entry.key) {
                let first = first.line;
                self.problems.add(
                    entry.line,
                    format!("{here} is set twice (first in line {first}): keep one of them"),
                );
                continue;
            }
            match (&entry.node.value, &field.kind) {
                (Value::Empty, Kind::Section(_)) => entry.node = Node::empty_map(entry.line),
                (Value::Empty, _) if !field.required => continue,
                _ => {}
            }
            let node = self.value(&here, &entry, field);
            kept.extend(node.map(|node| Entry { node, ..entry }));
        }
        let missing = fields.iter().filter(|field| field.required);
        for field in missing {
            if !kept.iter().any(|entry| entry.key == field.key) {
                kept.extend(self.missing(path, line, field));
            }
        }
        Node {
            line,
            value: Value::Map(kept),
        }
    }

    /// The entries with a key of ours. A mistyped key is reported, and read as the one that was meant
    /// unless that is there as well.
    fn known(&mut self, path: &str, entries: Vec<Entry>, fields: &[Field]) -> Vec<Entry> {
        let is_ours = |key: &str| fields.iter().any(|field| field.key == key);
        let written: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let mut known = Vec::new();
        for mut entry in entries {
            if !is_ours(&entry.key) {
                match self.unknown(path, &entry, fields) {
                    Some(meant) if !written.contains(&meant) => entry.key = meant,
                    _ => continue,
                }
            }
            known.push(entry);
        }
        known
    }

    /// Reports a key that is none of ours, and returns the one that was probably meant.
    fn unknown(&mut self, path: &str, entry: &Entry, fields: &[Field]) -> Option<String> {
        let known = || fields.iter().map(|field| field.key.as_str());
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" in {path}")
        };
        let home = self.home(&entry.key);
        let meant = nearest(&entry.key, known()).filter(|_| home.is_none());
        let advice = match (home, meant) {
            (Some(home), _) => home,
            (None, Some(name)) => format!("did you mean \"{name}\"?"),
            (None, None) => format!("write {}, or take the line out", either(known())),
        };
        self.problems.add(
            entry.line,
            format!("there is no setting \"{}\"{place}: {advice}", entry.key),
        );
        meant.map(str::to_owned)
    }

    /// Where a key belongs that stands elsewhere.
    fn home(&self, key: &str) -> Option<String> {
        let has = |fields: &[Field]| fields.iter().any(|field| field.key == key);
        if has(self.root) {
            return Some("it belongs at the beginning of a line".to_owned());
        }
        let section = |field: &&Field| matches!(&field.kind, Kind::Section(fields) if has(fields));
        let mut homes = self
            .root
            .iter()
            .filter(section)
            .map(|field| format!("`{}:`", field.key))
            .peekable();
        homes.peek()?;
        let homes: Vec<String> = homes.collect();
        Some(format!(
            "it belongs below {}, indented",
            either(homes.iter().map(String::as_str))
        ))
    }

    /// A required key that is not there; a section is asked for key by key.
    fn missing(&mut self, path: &str, line: usize, field: &Field) -> Option<Entry> {
        let here = join(path, &field.key);
        let node = match &field.kind {
            Kind::Section(fields) => self.section(&here, line, Vec::new(), fields),
            kind => {
                self.problems.add(
                    line,
                    format!("{here} is missing: write {}", example(field, kind)),
                );
                stand_in(line, field)?
            }
        };
        Some(Entry {
            key: field.key.clone(),
            line,
            node,
        })
    }

    fn value(&mut self, path: &str, entry: &Entry, field: &Field) -> Option<Node> {
        if let Some(wrong) = self.misfit(path, &entry.node, &field.kind) {
            let said = what_stands(path, &entry.node, field);
            self.problems
                .add(entry.line, format!("{said}: {wrong}{}", for_example(field)));
            return stand_in(entry.line, field);
        }
        Some(self.descend(
            path,
            Node {
                line: entry.line,
                ..entry.node.clone()
            },
            &field.kind,
        ))
    }

    fn descend(&mut self, path: &str, node: Node, kind: &Kind) -> Node {
        match (node.value, kind) {
            (Value::Map(entries), Kind::Section(fields)) => {
                self.section(path, node.line, entries, fields)
            }
            (Value::List(items), Kind::List(kind)) => {
                let item = |(index, item)| self.item(&format!("{path}[{}]", index + 1), item, kind);
                Node {
                    line: node.line,
                    value: Value::List(items.into_iter().enumerate().filter_map(item).collect()),
                }
            }
            (value, _) => Node {
                line: node.line,
                value,
            },
        }
    }

    fn item(&mut self, path: &str, item: Node, kind: &Kind) -> Option<Node> {
        match self.misfit(path, &item, kind) {
            Some(wrong) => {
                self.problems.add(item.line, format!("{path}: {wrong}"));
                None
            }
            None => Some(self.descend(path, item, kind)),
        }
    }

    /// What to write instead, if the value is not of this kind.
    fn misfit(&self, path: &str, node: &Node, kind: &Kind) -> Option<String> {
        let text = node.as_text();
        match kind {
            Kind::Section(fields) if !matches!(node.value, Value::Map(_)) => {
                let keys = either(fields.iter().map(|field| field.key.as_str()));
                Some(format!("write its settings below it, indented ({keys})"))
            }
            Kind::List(_) if !matches!(node.value, Value::List(_)) => {
                Some("write a list below it, each item beginning with \"- \"".to_owned())
            }
            Kind::Section(_) | Kind::List(_) => None,
            _ if text.is_none() => Some(format!(
                "write one value on the same line after `{}:`",
                last(path)
            )),
            Kind::Whole { least, most } => whole(text?, *least, *most),
            Kind::Fraction if text?.parse::<f64>().is_err() => Some("write a number".to_owned()),
            Kind::Truth if !matches!(text?, "true" | "false") => {
                Some("write true or false".to_owned())
            }
            Kind::Address => address(text?),
            Kind::OneOf(words) if !words.iter().any(|word| word == text.unwrap_or_default()) => {
                let words = || words.iter().map(String::as_str);
                Some(match nearest(text?, words()) {
                    Some(word) => format!("did you mean \"{word}\"? Write {}", either(words())),
                    None => format!("write {}", either(words())),
                })
            }
            _ => None,
        }
    }
}

fn whole(text: &str, least: Option<i64>, most: Option<i64>) -> Option<String> {
    let fits = |number: &i64| {
        least.is_none_or(|least| *number >= least) && most.is_none_or(|most| *number <= most)
    };
    if text.parse::<i64>().is_ok_and(|number| fits(&number)) {
        return None;
    }
    Some(match (least, most) {
        (Some(least), Some(most)) => format!("write a whole number from {least} to {most}"),
        (Some(least), None) => format!("write a whole number, {least} or more"),
        _ => "write a whole number".to_owned(),
    })
}

fn address(text: &str) -> Option<String> {
    match url::Url::parse(text) {
        Ok(url) if url.has_host() => None,
        _ => Some("write the whole address, from its http:// or the like on".to_owned()),
    }
}

/// `homeserver.url is "x"`; what may be a secret is not repeated.
fn what_stands(path: &str, node: &Node, field: &Field) -> String {
    match node.as_text() {
        Some(text) if !field.secret => format!("{path} is \"{text}\""),
        None if node.value == Value::Empty => format!("{path} is empty"),
        _ => path.to_owned(),
    }
}

fn for_example(field: &Field) -> String {
    match (&field.kind, field.substitute()) {
        (Kind::Section(_) | Kind::List(_) | Kind::OneOf(_) | Kind::Truth, _) | (_, None) => {
            String::new()
        }
        (_, Some(value)) => format!(", such as {}", plain(value)),
    }
}

fn example(field: &Field, kind: &Kind) -> String {
    match (kind, field.substitute()) {
        (_, Some(value)) if !value.is_object() && !value.is_array() => {
            format!("`{}: {}`", field.key, plain(value))
        }
        (Kind::List(_), _) => format!(
            "`{}:` and its items below it, each beginning with \"- \"",
            field.key
        ),
        _ => format!("`{}: …`", field.key),
    }
}

fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The value that stands in for a bad one, so that the rest can be checked; none leaves it out.
pub(super) fn stand_in(line: usize, field: &Field) -> Option<Node> {
    let value = match (&field.kind, field.substitute()) {
        (Kind::Section(fields), _) => {
            let entry = |field: &Field| {
                Some(Entry {
                    key: field.key.clone(),
                    line,
                    node: stand_in(line, field)?,
                })
            };
            let required = fields.iter().filter(|field| field.required);
            return Some(Node {
                line,
                value: Value::Map(required.filter_map(entry).collect()),
            });
        }
        (Kind::List(_), _) => {
            return Some(Node {
                line,
                value: Value::List(Vec::new()),
            });
        }
        (_, Some(value)) => value,
        (Kind::OneOf(words), None) => return words.first().map(|word| Node::text(line, word)),
        (_, None) => return None,
    };
    Some(Node::text(line, plain(value)))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
