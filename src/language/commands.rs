use civic::{Command, Language};
use fluent_bundle::FluentArgs;

use crate::words;

/// Every command, made from what was written after its word.
pub(crate) const COMMANDS: [fn(Option<String>) -> Command; 5] = [
    Command::TakeName,
    |_| Command::DropName,
    |_| Command::StayOut,
    |_| Command::ComeBack,
    |_| Command::Help,
];

/// The Fluent message of a command.
pub(crate) fn message(command: &Command) -> &'static str {
    match command {
        Command::TakeName(_) => "command-take-name",
        Command::DropName => "command-drop-name",
        Command::StayOut => "command-stay-out",
        Command::ComeBack => "command-come-back",
        Command::Help => "command-help",
    }
}

/// Whether anything may follow the command's word.
pub(crate) fn takes_words(command: &Command) -> bool {
    matches!(command, Command::TakeName(_))
}

/// How a command is spoken of in a language, Spanish if it has no words there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// How to write it: `!nombre Sol`.
    pub(crate) example: String,
    /// What it does, to go on a line of help.
    pub(crate) what: String,
}

pub(crate) fn spelling(command: &Command, language: Language) -> Spelling {
    let none = FluentArgs::new();
    let message = message(command);
    Spelling {
        example: words::text(language, message, Some("example"), &none),
        what: words::text(language, message, None, &none),
    }
}

/// The words by which a command is known in exactly this language, the one that is taught first.
pub(crate) fn words_of(command: &Command, language: Language) -> Vec<String> {
    let none = FluentArgs::new();
    let attribute = |name| words::find(language, message(command), Some(name), &none);
    let listed = [attribute("word"), attribute("also")];
    let words = listed.iter().flatten().flat_map(|list| list.split(','));
    words
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
