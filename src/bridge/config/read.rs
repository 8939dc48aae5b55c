//! Turns a checked tree into a settings struct, through serde; an error knows its line and its key.

use std::fmt;

use serde::{
    Deserialize,
    de::{self, IntoDeserializer, value::StrDeserializer},
};

use super::{
    check::stand_in,
    problem::Problems,
    shape::{Field, Kind},
    source::{Entry, Node, Value},
};

/// Reads the struct. A value that its type refuses is reported and stood in for, so that the next one is
/// looked at too; none is returned only when something was reported.
pub(super) fn read<T: for<'de> Deserialize<'de>>(
    tree: &mut Node,
    fields: &[Field],
    problems: &mut Problems,
) -> Option<T> {
    loop {
        let refused = match T::deserialize(&*tree) {
            Ok(settings) => return Some(settings),
            Err(refused) => refused,
        };
        let mut path: Vec<&str> = refused.path.iter().map(String::as_str).collect();
        path.reverse();
        problems.add(refused.line, explain(&path, &refused, tree, fields));
        if !mend(tree, &path, fields) {
            return None;
        }
    }
}

fn explain(path: &[&str], refused: &Refused, tree: &Node, fields: &[Field]) -> String {
    let name = path.join(".");
    let field = field_at(path, fields);
    let mut message = refused.message.clone();
    let stands = match tree.text_at(&name) {
        Some((text, _)) if field.is_some_and(|field| field.secret) => {
            message = message.replace(text, "…");
            String::new()
        }
        Some((text, _)) => format!(" is \"{text}\""),
        None => String::new(),
    };
    let example = field
        .and_then(Field::substitute)
        .and_then(|value| value.as_str());
    let instead = example.map_or_else(String::new, |example| {
        format!(": write for example \"{example}\"")
    });
    format!("{name}{stands}: {message}{instead}")
}

fn field_at<'a>(path: &[&str], fields: &'a [Field]) -> Option<&'a Field> {
    let (key, rest) = path.split_first()?;
    let field = fields.iter().find(|field| field.key == *key)?;
    match &field.kind {
        Kind::Section(fields) if !rest.is_empty() => field_at(rest, fields),
        _ => Some(field),
    }
}

/// Puts a value in place that will do; false when there is none, or it was there already.
fn mend(tree: &mut Node, path: &[&str], fields: &[Field]) -> bool {
    let (Some((key, rest)), Value::Map(entries)) = (path.split_first(), &mut tree.value) else {
        return false;
    };
    let Some(field) = fields.iter().find(|field| field.key == *key) else {
        return false;
    };
    let Some(index) = entries.iter().position(|entry| entry.key == *key) else {
        return false;
    };
    match &field.kind {
        Kind::Section(fields) if !rest.is_empty() => mend(&mut entries[index].node, rest, fields),
        _ if !field.required => {
            entries.remove(index);
            true
        }
        _ => match stand_in(entries[index].line, field) {
            Some(node) if node.value != entries[index].node.value => {
                entries[index].node = node;
                true
            }
            _ => false,
        },
    }
}

/// Why a value was refused by its type.
#[derive(Debug)]
pub(super) struct Refused {
    line: usize,
    /// The keys from the innermost to the outermost.
    path: Vec<String>,
    message: String,
}

impl Refused {
    fn within(mut self, entry: &Entry) -> Self {
        if self.line == 0 {
            self.line = entry.line;
        }
        self.path.push(entry.key.clone());
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            line: 0,
            path: Vec::new(),
            message: message.to_string(),
        }
    }
}

/// Whole numbers of any size are read as one size; serde says when one doesn't fit.
macro_rules! as_whole_number {
    ($($method:ident)*) => {
        $(fn $method<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.deserialize_i64(visitor)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = Refused;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match &self.value {
            Value::Empty => visitor.visit_unit(),
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Map(entries) => visitor.visit_map(Entries {
                entries: entries.iter(),
                current: None,
            }),
            Value::Scalar { text, quoted: true } => visitor.visit_borrowed_str(text),
            Value::Scalar {
                text,
                quoted: false,
            } => match (text.parse::<i64>(), text.as_str()) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, "true") => visitor.visit_bool(true),
                (_, "false") => visitor.visit_bool(false),
                _ => visitor.visit_borrowed_str(text),
            },
        }
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.value {
            Value::Empty => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.as_text() {
            Some(text) => visitor.visit_enum(IntoDeserializer::<Refused>::into_deserializer(text)),
            None => Err(de::Error::custom("write one word")),
        }
    }

    fn deserialize_str<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.as_text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => Err(de::Error::custom("write one value")),
        }
    }

    fn deserialize_string<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.as_text().map(str::parse) {
            Some(Ok(truth)) => visitor.visit_bool(truth),
            _ => Err(de::Error::custom("write true or false")),
        }
    }

    fn deserialize_f64<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.as_text().map(str::parse) {
            Some(Ok(number)) => visitor.visit_f64(number),
            _ => Err(de::Error::custom("write a number")),
        }
    }

    fn deserialize_i64<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.as_text().map(str::parse) {
            Some(Ok(number)) => visitor.visit_i64(number),
            _ => Err(de::Error::custom("write a whole number")),
        }
    }

    as_whole_number! { deserialize_i8 deserialize_i16 deserialize_i32 }
    as_whole_number! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Refused;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        let Some(item) = self.0.next() else {
            return Ok(None);
        };
        seed.deserialize(item).map(Some).map_err(|mut refused| {
            if refused.line == 0 {
                refused.line = item.line;
            }
            refused
        })
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Refused;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        self.current = self.entries.next();
        let Some(entry) = self.current else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(&entry.key))
            .map(Some)
            .map_err(|refused: Refused| refused.within(entry))
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Refused> {
        let Some(entry) = self.current else {
            return Err(de::Error::custom("a value without a key"));
        };
        seed.deserialize(&entry.node)
            .map_err(|refused| refused.within(entry))
    }
}
