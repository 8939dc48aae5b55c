use civic::{Card, Counts, Language, Status};
use fluent_bundle::FluentArgs;

use crate::words;

/// How much of a text a card shows, in characters.
const BEGINNING: usize = 700;

/// A proposal's card: what it is, whose, and how many support it, and how to.
pub(super) fn card(card: &Card, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("reference", card.reference.to_string());
    let title = unmarked(&card.title);
    arguments.set("title", title.as_str());
    let say = |message| words::text(language, message, None, &arguments);
    if card.status == Status::Withdrawn {
        let title = (!card.title.is_empty()).then(|| say("card-title"));
        return title
            .into_iter()
            .chain([say("card-withdrawn")])
            .collect::<Vec<_>>()
            .join("\n");
    }
    let mut lines = vec![say("card-title")];
    match beginning(&card.text) {
        (text, _) if text.is_empty() => lines.push(say("card-draft")),
        (text, true) => lines.extend([text, say("card-more")]),
        (text, false) => lines.push(text),
    }
    lines.push(authors(card, language));
    if let Some(origin) = &card.promoted_from {
        let mut arguments = FluentArgs::new();
        arguments.set("reference", origin.to_string());
        lines.push(words::text(language, "card-promoted", None, &arguments));
    }
    lines.push(support(card.counts, language));
    if !card.amendments.is_empty() {
        lines.push(amendments(card, language));
    }
    match card.status {
        Status::InReview => lines.push(say("card-in-review")),
        Status::Answered => lines.push(say("card-answered")),
        Status::Draft | Status::Open | Status::Withdrawn => {}
    }
    if card.status.takes_support() {
        lines.push(say("card-how"));
    }
    lines.join("\n")
}

fn authors(card: &Card, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("count", card.authors.len());
    arguments.set("authors", unmarked(&card.authors.join(", ")));
    words::text(language, "card-authors", None, &arguments)
}

/// How many support it; on which networks only if they do on both.
pub(super) fn support(counts: Counts, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("people", counts.people);
    arguments.set("whatsapp", counts.whatsapp);
    arguments.set("matrix", counts.matrix);
    let people = words::text(language, "card-support", None, &arguments);
    if counts.whatsapp == 0 || counts.matrix == 0 {
        return people;
    }
    let networks = words::text(language, "card-networks", None, &arguments);
    format!("{people} {networks}")
}

fn amendments(card: &Card, language: Language) -> String {
    let numbers: Vec<String> = card.amendments.iter().map(u32::to_string).collect();
    let mut arguments = FluentArgs::new();
    arguments.set("reference", card.reference.to_string());
    arguments.set("numbers", numbers.join(", "));
    words::text(language, "card-amendments", None, &arguments)
}

/// The beginning of a text, and whether it goes on.
fn beginning(text: &str) -> (String, bool) {
    let text = unmarked(text);
    if text.chars().nth(BEGINNING).is_none() {
        return (text, false);
    }
    let cut: String = text.chars().take(BEGINNING).collect();
    let whole = cut
        .rsplit_once(char::is_whitespace)
        .map_or(cut.as_str(), |(whole, _)| whole);
    (format!("{}…", whole.trim_end()), true)
}

/// People's words, in which an asterisk marks nothing.
pub(super) fn unmarked(text: &str) -> String {
    text.replace('*', "∗")
}
