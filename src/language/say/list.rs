use civic::{Language, Listed, Status};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use crate::words;

/// How much of a title fits a line of a list, in characters.
const TITLE: usize = 70;

/// A page of proposals, a line for each.
pub(super) fn list(
    theme: &str,
    proposals: &[Listed],
    (page, pages): (usize, usize),
    language: Language,
) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("theme", theme);
    let Some(first) = proposals.first() else {
        return words::text(language, "list-none", None, &arguments);
    };
    let mut lines = vec![words::text(language, "list-begin", None, &arguments)];
    lines.extend(proposals.iter().map(|listed| item(listed, language)));
    if page < pages {
        arguments.set("page", page);
        arguments.set("pages", pages);
        arguments.set("next", page + 1);
        lines.push(words::text(language, "list-more", None, &arguments));
    }
    arguments.set("reference", first.reference.to_string());
    lines.push(words::text(language, "list-end", None, &arguments));
    lines.join("\n")
}

fn item(listed: &Listed, language: Language) -> String {
    let title = match listed.title.chars().nth(TITLE) {
        Some(_) => format!(
            "{}…",
            listed
                .title
                .chars()
                .take(TITLE)
                .collect::<String>()
                .trim_end()
        ),
        None => listed.title.clone(),
    };
    let mut arguments = FluentArgs::new();
    arguments.set("reference", listed.reference.to_string());
    arguments.set("title", unmarked(&title));
    arguments.set("people", listed.people);
    let message = match (listed.status, listed.people) {
        _ if listed.held => "list-held",
        (Status::Draft, _) => "list-draft",
        (_, 0) => "list-item",
        _ => "list-supported",
    };
    words::text(language, message, None, &arguments)
}
