//! What is not carried but told by a line: how much of it there is, for those who decide what the bridge learns next.

use std::collections::BTreeMap;

use civic::Kind;

use super::start::Bridge;
use super::{Engine, lock};

/// Every kind by its name in reports, for one and for several.
const NAMES: [(Kind, &str, &str); 10] = [
    (Kind::Image, "photo", "photos"),
    (Kind::Video, "video", "videos"),
    (Kind::Audio, "voice message", "voice messages"),
    (Kind::Document, "document", "documents"),
    (Kind::Sticker, "sticker", "stickers"),
    (Kind::Contact, "contact", "contacts"),
    (Kind::Location, "location", "locations"),
    (Kind::Poll, "poll", "polls"),
    (Kind::Event, "event", "events"),
    (Kind::Other, "other", "others"),
];

/// How many of which kind, by the kind's name.
pub type OnlyTold = BTreeMap<String, usize>;

/// The name under which a kind is counted.
pub(super) fn name(kind: Kind) -> &'static str {
    let named = NAMES.iter().find(|(named, ..)| *named == kind);
    named.map_or("other", |(_, name, _)| name)
}

/// The same in words, the most frequent first: `12 photos, 3 voice messages`. Nothing: `nothing`.
pub fn in_words(told: &OnlyTold) -> String {
    let mut told: Vec<_> = told.iter().collect();
    told.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let words = told.into_iter().map(|(name, count)| {
        let several = NAMES.iter().find(|(_, one, _)| one == name);
        match (count, several) {
            (2.., Some((.., several))) => format!("{count} {several}"),
            _ => format!("{count} {name}"),
        }
    });
    let words = words.collect::<Vec<_>>().join(", ");
    if words.is_empty() {
        "nothing".to_owned()
    } else {
        words
    }
}

impl Engine {
    pub(super) fn count_only_told(&self, name: &str) {
        *lock(&self.only_told).entry(name.to_owned()).or_default() += 1;
    }
}

impl Bridge {
    /// What was told by a line only since the bridge started.
    pub fn only_told(&self) -> OnlyTold {
        lock(&self.engine.only_told).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_said_in_words() {
        assert_eq!(in_words(&OnlyTold::new()), "nothing");
        let told = [(Kind::Audio, 1), (Kind::Image, 12), (Kind::Poll, 2)];
        let told = told.map(|(kind, count)| (name(kind).to_owned(), count));
        assert_eq!(
            in_words(&told.into()),
            "12 photos, 2 polls, 1 voice message"
        );
    }
}
