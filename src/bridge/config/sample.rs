//! The sample file and the reference, written from the settings' own words.

use serde_json::Value as Json;

use super::{
    settings::BridgeFile,
    shape::{Field, Kind},
    themes,
};

const WIDTH: usize = 100;

/// A configuration file with every setting, its explanation and its default. What may be left out without
/// having a default is commented out.
pub fn sample() -> String {
    let mut text = String::from(
        "# The bridge's settings. `aty config check` tells what to mend; `aty config sample` prints this file.\n\
         # A line that is left out means its default. Relative paths begin at this file's folder.\n",
    );
    for field in &BridgeFile::fields() {
        text.push('\n');
        write_setting(&mut text, field, "");
    }
    text
}

fn write_setting(text: &mut String, field: &Field, indent: &str) {
    for line in wrapped(&field.doc, WIDTH - indent.len() - 2) {
        text.push_str(&format!("{indent}# {line}\n"));
    }
    let key = &field.key;
    if let Kind::Section(fields) = &field.kind {
        text.push_str(&format!("{indent}{key}:\n"));
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            write_setting(text, field, &format!("{indent}  "));
        }
        return;
    }
    let line = match (shown(field), &field.example) {
        (Some(value), _) => format!("{indent}{key}: {}\n", yaml(value)),
        (None, Some(example)) => format!("{indent}# {key}: {}\n", yaml(example)),
        (None, None) => format!("{indent}# {key}:\n"),
    };
    text.push_str(&line);
}

/// The value that the sample shows; none for what is commented out.
fn shown(field: &Field) -> Option<&Json> {
    match &field.default {
        Some(default) if !default.is_null() => Some(default),
        _ if field.required => field.example.as_ref(),
        _ => None,
    }
}

/// A scalar as YAML: plain where that can't be misread, quoted otherwise.
fn yaml(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let begins = text
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
    let ambiguous =
        ["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str());
    begins && !ambiguous && !text.contains(": ") && !text.contains(" #") && !text.ends_with(':')
}

/// The reference documentation of both files, in Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         Two files: `bridge.yaml`, the settings of one bridge, and `themes.yaml`, the plan and its themes. Samples of both\n\
         are in `bridge-config/`. This page is generated from the settings' doc comments.\n\n\
         - Relative paths begin at the folder of `bridge.yaml`.\n\
         - A line that is left out means its default. An unknown key is an error.\n\
         - Where there is both `x` and `x_file`, give the value itself or the file that holds it, not both.\n\
         - `aty config check` reads both files and tells everything there is to mend; `aty config sample` prints a\n  \
           `bridge.yaml` to begin with.\n\n\
         ## bridge.yaml\n",
    );
    write_reference(&mut text, &BridgeFile::fields(), "");
    text.push_str("\n## themes.yaml\n");
    write_reference(&mut text, &themes::fields(), "");
    text
}

fn write_reference(text: &mut String, fields: &[Field], path: &str) {
    let (sections, plain): (Vec<&Field>, Vec<&Field>) = fields
        .iter()
        .partition(|field| inner(field).is_some_and(|fields| !is_words(fields)));
    if !plain.is_empty() {
        text.push('\n');
    }
    for field in plain {
        let words = one_line(&field.doc);
        text.push_str(&format!(
            "- **`{}`**{}. {words}\n",
            field.key,
            manner(field)
        ));
    }
    for field in sections {
        let name = format!("{path}{}", field.key);
        text.push_str(&format!("\n### `{name}`\n\n{}\n", one_line(&field.doc)));
        write_reference(text, inner(field).unwrap_or_default(), &format!("{name}."));
    }
}

fn inner(field: &Field) -> Option<&[Field]> {
    match &field.kind {
        Kind::Section(fields) => Some(fields),
        Kind::List(item) => match &**item {
            Kind::Section(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

/// Whether these are the languages of one text, which need no explanation of their own.
fn is_words(fields: &[Field]) -> bool {
    fields
        .iter()
        .all(|field| field.key.parse::<civic::Language>().is_ok())
}

fn manner(field: &Field) -> String {
    let languages = civic::Language::ALL
        .map(|language| format!("`{language}`"))
        .join(", ");
    match (&field.kind, &field.default) {
        (Kind::Section(_), _) => format!(" (by language: {languages})"),
        (_, Some(default)) if !default.is_null() => format!(" (default `{}`)", yaml(default)),
        _ if field.required => " (required)".to_owned(),
        _ => " (optional)".to_owned(),
    }
}

fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wrapped(doc: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in doc.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
