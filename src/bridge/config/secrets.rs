//! Secrets are given as a value (`x`) or as the file that holds it (`x_file`), never both.

use std::{fs, path::Path};

use super::{
    problem::Problems,
    shape::{FILE_SUFFIX, Field, Kind},
    source::{Entry, Node, Value},
};

/// Replaces each `x_file` by `x` with what the file holds, wherever the settings know both.
pub(super) fn resolve(tree: &mut Node, fields: &[Field], base: &Path, problems: &mut Problems) {
    resolve_in(tree, fields, "", base, problems);
}

fn resolve_in(node: &mut Node, fields: &[Field], path: &str, base: &Path, problems: &mut Problems) {
    let Value::Map(entries) = &mut node.value else {
        return;
    };
    for field in fields {
        if let Kind::Section(inner) = &field.kind {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key == field.key) {
                resolve_in(
                    &mut entry.node,
                    inner,
                    &format!("{path}{}.", field.key),
                    base,
                    problems,
                );
            }
        } else if let Some(key) = field.key.strip_suffix(FILE_SUFFIX)
            && fields.iter().any(|other| other.key == key)
            && let Some(index) = entries
                .iter()
                .position(|entry| entry.key == field.key && entry.node.as_text().is_some())
        {
            let file = entries.remove(index);
            take(entries, key, &file, path, base, problems);
        }
    }
}

fn take(
    entries: &mut Vec<Entry>,
    key: &str,
    file: &Entry,
    path: &str,
    base: &Path,
    problems: &mut Problems,
) {
    let name = &file.key;
    if let Some(value) = entries.iter().find(|entry| entry.key == key) {
        let message = format!(
            "{path}{key} (line {}) and {path}{name} are both set: keep one of them",
            value.line
        );
        problems.add(file.line, message);
        return;
    }
    let place = base.join(file.node.as_text().unwrap_or_default());
    match fs::read_to_string(&place) {
        Ok(text) if text.trim().is_empty() => {
            let message = format!(
                "{path}{name}: {} is empty: write the value into it",
                place.display()
            );
            problems.add(file.line, message);
        }
        Ok(text) => {
            let node = Node::text(file.line, text.trim_end_matches(['\r', '\n']));
            entries.push(Entry {
                key: key.to_owned(),
                line: file.line,
                node,
            });
        }
        Err(error) => {
            let message = format!(
                "{path}{name}: {} cannot be read ({error}): create it, or give the value as {key}",
                place.display()
            );
            problems.add(file.line, message);
        }
    }
}
