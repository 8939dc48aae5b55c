//! Debate libre: where it begins, what points there, and what was talked about in a week.

use civic::{DebateTold, Language};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use super::moderation::people;
use crate::words;

/// What is told of it.
pub(super) fn debate(told: &DebateTold, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    let mut lines = Vec::new();
    match told {
        DebateTold::Begins { theme } => {
            arguments.set("theme", unmarked(theme));
            lines.push("debate-begins");
        }
        DebateTold::Pointer {
            theme,
            who,
            by,
            case,
            here,
            link,
        } => {
            arguments.set("theme", unmarked(theme));
            arguments.set("who", unmarked(who));
            arguments.set("by", people(by, language));
            arguments.set("deciders", by.len());
            arguments.set("case", *case);
            arguments.set("link", link);
            lines.push("debate-pointer");
            lines.push(match here {
                Some(reference) => {
                    arguments.set("reference", reference.to_string());
                    "debate-here"
                }
                None => "debate-here-theme",
            });
        }
        DebateTold::Week {
            messages,
            people,
            first,
            link,
        } => {
            arguments.set("messages", *messages);
            arguments.set("people", *people);
            arguments.set("link", link);
            lines.push("debate-week");
            if let Some((who, words)) = first {
                arguments.set("who", unmarked(who));
                arguments.set("words", unmarked(words));
                lines.push("debate-week-first");
            }
            lines.push("debate-week-all");
        }
    }
    let lines = lines.into_iter();
    let lines = lines.map(|line| words::text(language, line, None, &arguments));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say;
    use civic::Notice;

    fn said(told: DebateTold) -> [String; 2] {
        let notice = Notice::Debate(told);
        [Language::Es, Language::En].map(|language| say(&notice, language))
    }

    fn pointer(here: Option<&str>) -> DebateTold {
        DebateTold::Pointer {
            theme: "Ambiente y agua".to_owned(),
            who: "Car*la".to_owned(),
            by: vec!["Ana".to_owned()],
            case: 3,
            here: here.map(|of| of.parse().unwrap()),
            link: "https://example.org/agua".to_owned(),
        }
    }

    #[test]
    fn a_pointer_says_who_where_why_and_what_is_talked_about_here() {
        for said in said(pointer(Some("AGUA-7"))) {
            for part in [
                "🧭",
                "*Car∗la*",
                "*Ana*",
                " 3)",
                "*AGUA-7*",
                "https://example.org/agua",
            ] {
                assert!(said.contains(part), "{part} lacks: {said}");
            }
        }
        for said in said(pointer(None)) {
            assert!(said.contains("*Ambiente y agua*"), "{said}");
        }
    }

    #[test]
    fn a_week_of_debate_is_told_in_few_words() {
        let week = |first| DebateTold::Week {
            messages: 12,
            people: 1,
            first,
            link: "https://example.org/agua".to_owned(),
        };
        let first = Some(("Ana".to_owned(), "¿Quién gana?".to_owned()));
        for said in said(week(first)) {
            for part in [
                "12 ",
                "1 ",
                "Ana",
                "¿Quién gana?",
                "https://example.org/agua",
            ] {
                assert!(said.contains(part), "{part} lacks: {said}");
            }
        }
        for said in said(week(None)) {
            assert_eq!(said.lines().count(), 2, "{said}");
        }
        let theme = "Ambiente y agua".to_owned();
        for said in said(DebateTold::Begins { theme }) {
            assert!(said.contains("Ambiente y agua"), "{said}");
        }
    }
}
