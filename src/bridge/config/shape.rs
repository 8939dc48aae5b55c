//! What a settings struct looks like from outside: its keys, their words, defaults and examples.
//!
//! Taken from the JSON Schema that schemars derives from the struct, so that a setting is defined
//! once, by its field and its doc comment.

use std::fmt;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Serialize, de};
use serde_json::Value as Json;

/// What the key of a setting ends with that names the file in which another setting's value stands.
pub(super) const FILE_SUFFIX: &str = "_file";

/// One setting.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) key: String,
    /// The doc comment.
    pub(super) doc: String,
    pub(super) required: bool,
    /// Whether it can also be given as a file (`x_file`); its value is then never repeated in a message.
    pub(super) secret: bool,
    pub(super) default: Option<Json>,
    pub(super) example: Option<Json>,
    pub(super) kind: Kind,
}

/// What may be written as its value.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Settings of its own, indented below it.
    Section(Vec<Field>),
    List(Box<Kind>),
    Text,
    /// An address: something with `://` in it.
    Address,
    Whole {
        least: Option<i64>,
        most: Option<i64>,
    },
    Fraction,
    Truth,
    OneOf(Vec<String>),
}

impl Field {
    /// A value that would do: the default or else the example.
    pub(super) fn substitute(&self) -> Option<&Json> {
        self.default
            .as_ref()
            .filter(|default| !default.is_null())
            .or(self.example.as_ref())
    }
}

/// The fields of a settings struct in the order in which they are written in it; what `Default` says of a
/// required one is its example.
pub(super) fn fields_of<T>() -> Vec<Field>
where
    T: JsonSchema + Default + Serialize + for<'de> Deserialize<'de>,
{
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut fields = section(schema.as_value());
    let sample = serde_json::to_value(T::default()).unwrap_or_default();
    for field in &mut fields {
        if field.example.is_none() {
            field.example = sample
                .get(&field.key)
                .filter(|value| !value.is_null())
                .cloned();
        }
    }
    let order = order_of::<T>();
    fields.sort_by_key(|field| {
        order
            .iter()
            .position(|key| *key == field.key)
            .unwrap_or(usize::MAX)
    });
    fields
}

/// A section of `fields` described by its own struct.
pub(super) fn describe<T>(fields: &mut [Field], key: &str)
where
    T: JsonSchema + Default + Serialize + for<'de> Deserialize<'de>,
{
    if let Some(field) = fields.iter_mut().find(|field| field.key == key) {
        field.kind = Kind::Section(fields_of::<T>());
    }
}

fn section(whole: &Json) -> Vec<Field> {
    let required = |key: &str| {
        whole["required"]
            .as_array()
            .is_some_and(|required| required.iter().any(|name| name == key))
    };
    let properties = whole["properties"].as_object();
    let field = |(key, schema): (&String, &Json)| Field {
        key: key.clone(),
        doc: schema["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        required: required(key),
        secret: whole["properties"]
            .get(format!("{key}{FILE_SUFFIX}"))
            .is_some(),
        default: schema.get("default").cloned(),
        example: schema["examples"].get(0).cloned(),
        kind: if key == "url" {
            Kind::Address
        } else {
            kind(schema)
        },
    };
    properties.into_iter().flatten().map(field).collect()
}

fn kind(schema: &Json) -> Kind {
    if let Some(choices) = choices(schema) {
        return Kind::OneOf(choices);
    }
    let optional = schema["anyOf"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["type"] != "null");
    if let Some(schema) = optional {
        return kind(schema);
    }
    match type_of(schema) {
        Some("object") => Kind::Section(section(schema)),
        Some("array") => Kind::List(Box::new(kind(&schema["items"]))),
        Some("integer") => Kind::Whole {
            least: schema["minimum"].as_i64(),
            most: schema["maximum"].as_i64(),
        },
        Some("number") => Kind::Fraction,
        Some("boolean") => Kind::Truth,
        _ if schema["format"] == "uri" => Kind::Address,
        _ => Kind::Text,
    }
}

fn type_of(schema: &Json) -> Option<&str> {
    match &schema["type"] {
        Json::Array(types) => types
            .iter()
            .filter_map(Json::as_str)
            .find(|name| *name != "null"),
        other => other.as_str(),
    }
}

/// The words of an enum, whether its variants carry docs (`oneOf`) or not (`enum`).
fn choices(schema: &Json) -> Option<Vec<String>> {
    if let Some(words) = schema["enum"].as_array() {
        return Some(
            words
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
        );
    }
    let variants = schema["oneOf"].as_array()?;
    let mut words = Vec::new();
    for variant in variants {
        match variant["const"].as_str() {
            Some(word) => words.push(word.to_owned()),
            None => words.extend(choices(variant)?),
        }
    }
    Some(words)
}

/// The field names that a derived `Deserialize` asks for, in the order of the struct.
fn order_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let mut order: &'static [&'static str] = &[];
    // The listener never gives a value, so the answer is always its refusal.
    let _refused = T::deserialize(Listener(&mut order));
    order
}

/// A deserializer that only listens to which fields it is asked for.
struct Listener<'a>(&'a mut &'static [&'static str]);

#[derive(Debug)]
struct Heard;

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only listened")
    }
}

impl std::error::Error for Heard {}

impl de::Error for Heard {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Listener<'_> {
    type Error = Heard;

    fn deserialize_any<V: de::Visitor<'de>>(self, _: V) -> Result<V::Value, Heard> {
        Err(Heard)
    }

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Heard> {
        *self.0 = fields;
        Err(Heard)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
