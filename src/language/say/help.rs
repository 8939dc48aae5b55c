use civic::{Language, Topic};
use fluent_bundle::FluentArgs;

use crate::commands::{COMMANDS, Definition, topic_message};
use crate::words;

/// What is worth knowing first; the topics have the rest.
const FIRST: [&str; 5] = [
    "command-propose",
    "command-support",
    "command-list",
    "command-take-name",
    "command-stay-out",
];

/// What can be written here: the most important, or all that a topic has.
pub(super) fn help(topic: Option<Topic>, language: Language) -> String {
    let none = FluentArgs::new();
    let text = |message, attribute| words::text(language, message, attribute, &none);
    let shown = |command: &&Definition| match topic {
        Some(_) => command.topic == topic,
        None => FIRST.contains(&command.message),
    };
    let line = |command: &Definition| {
        format!(
            "*{}* – {}",
            command.example(language),
            command.what(language)
        )
    };
    let mut lines = vec![text("help-begin", None)];
    lines.extend(COMMANDS.iter().filter(shown).map(line));
    match topic {
        Some(topic) => lines.push(text(topic_message(topic), Some("tip"))),
        None => {
            lines.push(more(language));
            lines.push(text("help-end", None));
        }
    }
    lines.join("\n")
}

/// How to ask about each topic.
fn more(language: Language) -> String {
    let mut arguments = FluentArgs::new();
    // Those who moderate hear of what they can do where they hear of who moderates.
    let offered = Topic::ALL.into_iter();
    let offered = offered.filter(|topic| !matches!(topic, Topic::Measures | Topic::Joining));
    let topics = offered.map(|topic| {
        let message = topic_message(topic);
        words::text(language, message, Some("word"), &FluentArgs::new())
    });
    arguments.set("topics", topics.collect::<Vec<_>>().join(", "));
    words::text(language, "help-more", None, &arguments)
}
