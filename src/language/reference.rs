use std::fmt::Write;

use civic::Language;

use crate::commands::COMMANDS;

/// The reference of all commands, in Markdown.
pub fn reference() -> String {
    let spoken: Vec<Language> = Language::ALL
        .into_iter()
        .filter(|language| {
            COMMANDS
                .iter()
                .any(|command| !command.words(*language).is_empty())
        })
        .collect();
    let mut text = String::from(
        "# Commands\n\n\
         What people can write in any room and any group, at the beginning of a message. Every language is understood\n\
         everywhere; capitals, accents, quotes and spaces after `!` don't matter, and `¡` will do. Something close to a command\n\
         gets a kind answer with an example; everything else is talk. This page is generated from the commands and\n\
         their words in `src/language`.\n\n\
         | what it does |",
    );
    for language in &spoken {
        let _infallible = write!(text, " {language} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(spoken.len()));
    text.push('\n');
    for command in &COMMANDS {
        let _infallible = write!(text, "| {} |", command.what(Language::En));
        for language in &spoken {
            let words = command.words(*language);
            let also: Vec<String> = words
                .iter()
                .skip(1)
                .map(|word| format!("`!{word}`"))
                .collect();
            let example = command.example(*language);
            let also = if also.is_empty() {
                String::new()
            } else {
                format!("; also {}", also.join(", "))
            };
            let _infallible = write!(text, " `{example}`{also} |");
        }
        text.push('\n');
    }
    text.push_str(
        "\nWhere two languages share a word (`!no`), the answer comes in the one named first. Guaraní is open for its speakers:\n\
         `src/language/gn.ftl`, `gn-moderation.ftl` and `gn-alone.ftl`.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    #[test]
    fn the_page_in_the_docs_is_fresh() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .unwrap();
        let path = root.join("docs/reference/commands.md");
        if env::var_os("ATY_BLESS").is_some() {
            fs::write(&path, reference()).unwrap();
        }
        let shipped = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shipped == reference(),
            "docs/reference/commands.md is stale: run the tests once with ATY_BLESS=1"
        );
    }
}
