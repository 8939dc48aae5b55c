//! The file with the plan and its themes.

use std::{path::Path, str::FromStr};

use civic::{Language, Plan, ThemeDefinition, Words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    check,
    problem::{Problem, Problems},
    read,
    shape::{self, Field},
    source::{self, Node, Value},
};

/// A plan and its themes, in the order in which they are shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThemesFile {
    /// The action plan: a country's, a province's, a town's. Its space holds the rooms of its themes.
    plan: PlanEntry,
    /// The themes, in the order in which they are shown; each has a room.
    themes: Vec<ThemeEntry>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanEntry {
    /// Its name in files and addresses: lowercase letters, digits, hyphens. Never change it later.
    #[schemars(example = &"paga")]
    slug: String,
    /// The alias of its space, without `#` and server.
    #[schemars(example = &"aty")]
    alias: String,
    /// What people call it.
    name: WordsEntry,
    /// One sentence on what it is.
    topic: WordsEntry,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ThemeEntry {
    /// Its name in files and addresses: lowercase letters, digits, hyphens. Never change it later.
    #[schemars(example = &"agua")]
    slug: String,
    /// What the ids of its proposals begin with, as in `AGUA-7`: 2 to 8 capital letters or digits, easy to type on a phone.
    #[schemars(example = &"AGUA")]
    code: String,
    /// The alias of its room, without `#` and server.
    #[schemars(example = &"aty-agua")]
    alias: String,
    /// What people call it.
    name: WordsEntry,
    /// One short sentence on what it is about.
    topic: WordsEntry,
}

/// The same words in several languages.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WordsEntry {
    /// In Spanish.
    #[schemars(example = &"Ambiente y agua")]
    es: String,
    /// In English.
    #[serde(default)]
    en: Option<String>,
    /// In Guaraní.
    #[serde(default)]
    gn: Option<String>,
}

impl WordsEntry {
    fn into_words(self) -> Words {
        let others = [(Language::En, self.en), (Language::Gn, self.gn)];
        let given = others
            .into_iter()
            .filter_map(|(language, text)| Some((language, text?)));
        given.fold(Words::new(self.es), |words, (language, text)| {
            words.with(language, text)
        })
    }
}

/// Every key of the file.
pub(super) fn fields() -> Vec<Field> {
    let mut fields = shape::fields_of::<ThemesFile>();
    shape::describe::<PlanEntry>(&mut fields, "plan");
    if let Some(shape::Kind::List(item)) = fields
        .iter_mut()
        .find(|field| field.key == "themes")
        .map(|field| &mut field.kind)
    {
        **item = shape::Kind::Section(shape::fields_of::<ThemeEntry>());
    }
    fields
}

/// Reads the plan.
pub(super) fn load(path: &Path) -> Result<Plan, Vec<Problem>> {
    let mut problems = Problems::new(path);
    let otherwise = "write the plan and its themes there";
    let Some(tree) = source::read(path, otherwise, &mut problems) else {
        return Err(problems.into_vec());
    };
    find_doubles(&tree, &mut problems);
    let fields = fields();
    let mut tree = check::check(tree, &fields, &mut problems);
    let plan = read::read::<ThemesFile>(&mut tree, &fields, &mut problems)
        .and_then(|file| into_plan(file, &tree, &mut problems));
    match plan {
        Some(plan) if problems.is_empty() => Ok(plan),
        _ => Err(problems.into_vec()),
    }
}

fn items(tree: &Node) -> &[Node] {
    match tree.at("themes").map(|entry| &entry.node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// Slugs, codes and aliases must each be a theme's own; the plan's alias, too, is not to be had twice.
fn find_doubles(tree: &Node, problems: &mut Problems) {
    for (key, what) in [("slug", "slug"), ("code", "short code"), ("alias", "alias")] {
        let mut seen: Vec<(&str, usize)> = Vec::new();
        if key == "alias" {
            seen.extend(tree.text_at("plan.alias"));
        }
        for (text, line) in items(tree).iter().filter_map(|item| item.text_at(key)) {
            let same = |(other, _): &&(&str, usize)| other.eq_ignore_ascii_case(text);
            if let Some((_, first)) = seen.iter().find(same) {
                let message = format!(
                    "theme {key} \"{text}\" is used twice (first in line {first}): give each theme its own {what}"
                );
                problems.add(line, message);
            } else {
                seen.push((text, line));
            }
        }
    }
}

fn into_plan(file: ThemesFile, tree: &Node, problems: &mut Problems) -> Option<Plan> {
    let root = tree.at("plan").map_or(tree, |entry| &entry.node);
    let line = tree.at("themes").map_or(0, |entry| entry.line);
    if file.themes.is_empty() && problems.is_empty() {
        problems.add(
            line,
            "there is no theme yet: write at least one, beginning with `- slug: agua`",
        );
    }
    check_texts(root, problems);
    let slug = parsed(root, "slug", &file.plan.slug, problems);
    let mut themes = Vec::new();
    for (entry, node) in file.themes.into_iter().zip(items(tree)) {
        check_texts(node, problems);
        let slug = parsed(node, "slug", &entry.slug, problems);
        let code = parsed(node, "code", &entry.code, problems);
        if let (Some(slug), Some(code)) = (slug, code) {
            let (name, topic) = (entry.name.into_words(), entry.topic.into_words());
            themes.push(ThemeDefinition {
                slug,
                code,
                name,
                topic,
                alias: entry.alias,
            });
        }
    }
    let PlanEntry {
        alias, name, topic, ..
    } = file.plan;
    Some(Plan {
        slug: slug?,
        name: name.into_words(),
        topic: topic.into_words(),
        alias,
        themes,
    })
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(
    node: &Node,
    key: &str,
    text: &str,
    problems: &mut Problems,
) -> Option<T> {
    let line = node.at(key).map_or(node.line, |entry| entry.line);
    text.parse()
        .map_err(|error| problems.add(line, format!("{error}")))
        .ok()
}

/// Aliases are localparts, and words are not empty.
fn check_texts(node: &Node, problems: &mut Problems) {
    if let Some((alias, line)) = node.text_at("alias")
        && !is_localpart(alias)
    {
        let proposed = alias_from(alias);
        let message = format!(
            "alias \"{alias}\" can't be part of an address: write it without # and server, such as {proposed}"
        );
        problems.add(line, message);
    }
    for path in ["name", "topic"] {
        for entry in node
            .at(path)
            .map(|entry| entry.node.entries())
            .unwrap_or_default()
        {
            if entry
                .node
                .as_text()
                .is_some_and(|text| text.trim().is_empty())
            {
                problems.add(
                    entry.line,
                    format!(
                        "{path}.{} is empty: write the words, or leave the line out",
                        entry.key
                    ),
                );
            }
        }
    }
}

fn is_localpart(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    matches!(text.len(), 1..=64) && text.bytes().all(fits)
}

fn alias_from(text: &str) -> String {
    let text = text
        .trim()
        .trim_start_matches('#')
        .split(':')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if is_localpart(&text) {
        text
    } else {
        "aty-agua".to_owned()
    }
}
