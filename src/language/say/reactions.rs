use civic::Language;
use civic::reactions::Alike;
use fluent_bundle::FluentArgs;

use crate::words;

/// `👍 Ana, Luis y 3 más · ❤️ Beto`
pub(super) fn reactions(alike: &[Alike], others: usize, language: Language) -> String {
    let more = |more: usize| {
        let mut arguments = FluentArgs::new();
        arguments.set("more", more);
        (more > 0).then(|| words::text(language, "reactions-more", None, &arguments))
    };
    let told = |people: &Alike| {
        let named = format!("{} {}", people.emoji, people.names.join(", "));
        [Some(named), more(people.more)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let all = alike.iter().map(told).chain(more(others));
    all.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use civic::Notice;

    use super::*;
    use crate::say;

    #[test]
    fn reactions_are_one_line() {
        let alike = |emoji: &str, names: &[&str], more| Alike {
            emoji: emoji.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            more,
        };
        let notice = |more| Notice::Reactions {
            alike: vec![alike("👍", &["Ana", "Luis"], 3), alike("❤️", &["Beto"], 0)],
            more,
        };
        assert_eq!(
            say(&notice(0), Language::Es),
            "👍 Ana, Luis y 3 más · ❤️ Beto"
        );
        assert_eq!(
            say(&notice(2), Language::En),
            "👍 Ana, Luis and 3 others · ❤️ Beto · and 2 others"
        );
        assert!(say(&notice(1), Language::En).ends_with("and 1 other"));
    }
}
