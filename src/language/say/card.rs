use civic::{Card, Change, Counts, Language, OpenAmendment, Status};
use fluent_bundle::FluentArgs;

use crate::words;

/// How much of a text a card shows, in characters: with the rest of the card, about one screen of a small phone.
const BEGINNING: usize = 300;

/// A proposal's card: what it is, whose, and how many support it, and how to.
pub(super) fn card(card: &Card, language: Language) -> String {
    let mut lines = head(card, Some(BEGINNING), language);
    if card.status.takes_changes() && !card.amendments.is_empty() {
        lines.push(amendments(card, language));
    }
    lines.extend(how(card, "card-how", language));
    lines.join("\n")
}

/// All of a proposal, with what others want to change in it.
pub(super) fn whole(card: &Card, open: &[OpenAmendment], language: Language) -> String {
    let mut lines = head(card, None, language);
    if let Some(first) = open.first() {
        lines.push(words::text(
            language,
            "show-amendments",
            None,
            &FluentArgs::new(),
        ));
        lines.extend(
            open.iter()
                .map(|amendment| proposed_change(amendment, language)),
        );
        let mut arguments = FluentArgs::new();
        arguments.set("number", first.number);
        lines.push(words::text(language, "show-decide", None, &arguments));
    }
    lines.extend(how(card, "show-how", language));
    if card.status.takes_changes() && card.held.is_none() {
        lines.push(words::text(language, "show-amend", None, &about(card)));
    }
    lines.join("\n")
}

/// What it is, whose, and how many support it.
fn head(card: &Card, most: Option<usize>, language: Language) -> Vec<String> {
    let arguments = about(card);
    let say = |message| words::text(language, message, None, &arguments);
    if card.held.is_some() {
        let support = support(card.counts, language);
        return std::iter::once(say("card-held")).chain(support).collect();
    }
    if card.status == Status::Withdrawn {
        return match card.title.is_empty() {
            true => vec![say("card-erased")],
            false => vec![say("card-title"), say("card-withdrawn")],
        };
    }
    let mut lines = vec![say("card-title")];
    match beginning(&card.text, most) {
        (text, _) if text.is_empty() => lines.push(say("card-draft")),
        (text, true) => lines.extend([quoted(&text), say("card-more")]),
        (text, false) => lines.push(quoted(&text)),
    }
    lines.push(authors(card, language));
    if let Some(origin) = &card.promoted_from {
        let mut arguments = FluentArgs::new();
        arguments.set("reference", origin.to_string());
        lines.push(words::text(language, "card-promoted", None, &arguments));
    }
    lines.extend(support(card.counts, language));
    lines
}

/// What can be done with it now.
fn how(card: &Card, open: &'static str, language: Language) -> Option<String> {
    let message = match card.status {
        _ if card.held.is_some() => return None,
        Status::InReview => "card-in-review",
        Status::Answered => "card-answered",
        Status::Draft | Status::Open => open,
        Status::Withdrawn => return None,
    };
    Some(words::text(language, message, None, &about(card)))
}

fn about(card: &Card) -> FluentArgs<'static> {
    let mut arguments = FluentArgs::new();
    arguments.set("reference", card.reference.to_string());
    arguments.set("title", unmarked(&card.title));
    arguments.set("case", card.held.unwrap_or_default());
    arguments
}

fn proposed_change(amendment: &OpenAmendment, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("number", amendment.number);
    arguments.set("by", unmarked(&amendment.by));
    arguments.set("new", unmarked(amendment.change.words()));
    let message = match &amendment.change {
        Change::Add(_) => "show-add",
        Change::Replace { old, new } => {
            arguments.set("old", unmarked(old));
            match new.is_empty() {
                true => "show-remove",
                false => "show-replace",
            }
        }
    };
    words::text(language, message, None, &arguments)
}

fn authors(card: &Card, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("count", card.authors.len());
    arguments.set("authors", unmarked(&card.authors.join(", ")));
    words::text(language, "card-authors", None, &arguments)
}

/// How many support it; on which networks only if they do on both. Nothing while nobody does: a group's card stays as it was
/// posted, and would go on saying so below somebody's 👍.
fn support(counts: Counts, language: Language) -> Option<String> {
    if counts.people == 0 {
        return None;
    }
    let mut arguments = FluentArgs::new();
    arguments.set("people", counts.people);
    arguments.set("whatsapp", counts.whatsapp);
    arguments.set("matrix", counts.matrix);
    let people = words::text(language, "card-support", None, &arguments);
    if counts.whatsapp == 0 || counts.matrix == 0 {
        return Some(people);
    }
    let networks = words::text(language, "card-networks", None, &arguments);
    Some(format!("{people} {networks}"))
}

fn amendments(card: &Card, language: Language) -> String {
    let numbers: Vec<String> = card.amendments.iter().map(u32::to_string).collect();
    let mut arguments = FluentArgs::new();
    arguments.set("reference", card.reference.to_string());
    arguments.set("numbers", numbers.join(", "));
    words::text(language, "card-amendments", None, &arguments)
}

/// The beginning of a text, and whether it goes on.
fn beginning(text: &str, most: Option<usize>) -> (String, bool) {
    let text = unmarked(text);
    let Some(most) = most.filter(|most| text.chars().nth(*most).is_some()) else {
        return (text, false);
    };
    let cut: String = text.chars().take(most).collect();
    let whole = cut
        .rsplit_once(char::is_whitespace)
        .map_or(cut.as_str(), |(whole, _)| whole);
    (format!("{}…", whole.trim_end()), true)
}

/// People's words, line by line, so that none of them looks like the bridge's own.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    lines.join("\n")
}

/// People's words, in which an asterisk marks nothing.
pub(super) fn unmarked(text: &str) -> String {
    text.replace('*', "∗")
}
