//! Who moderates, and by which rules; and the phrases of which both these and the log are made.

use civic::moderation::{Category, Charter, Enough, Protected, Rule};
use civic::{Language, Notice};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use crate::vocabulary::{Unit, category_message, protected_message, rule_message, unit};
use crate::words;

/// With fewer delegates than this, more are asked for.
const FEW_DELEGATES: usize = 2;
/// As much of a hash tells one log from another.
const BEGINNING_OF_A_HASH: usize = 8;
/// As many open cases are named.
const CASES: usize = 20;

/// The charter, as a newcomer reads it.
pub(super) fn rules(theme: &str, charter: &Charter, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("theme", unmarked(theme));
    arguments.set("delegates", charter.of(Rule::Delegates));
    arguments.set("seconders", charter.of(Rule::Seconders));
    for (name, rule) in [
        ("mandate", Rule::MandateDays),
        ("objection", Rule::ObjectionHours),
        ("pause", Rule::PauseMinutes),
        ("longPause", Rule::LongPauseMinutes),
        ("mute", Rule::MuteHours),
        ("longMute", Rule::LongMuteHours),
        ("suspension", Rule::SuspensionDays),
        ("longSuspension", Rule::LongSuspensionDays),
        ("confirmation", Rule::ConfirmationHours),
        ("approval", Rule::ApprovalHours),
    ] {
        arguments.set(name, value(rule, charter.of(rule), language));
    }
    for (name, share, enough) in [
        ("objectors", "objectorsShare", Enough::OBJECTORS),
        ("recallers", "recallersShare", Enough::RECALLERS),
        ("quorum", "quorumShare", Enough::QUORUM),
        ("greatQuorum", "greatQuorumShare", Enough::GREAT_QUORUM),
    ] {
        let (people, percent) = enough.parts();
        arguments.set(name, people);
        arguments.set(share, percent);
    }
    let categories = Category::ALL.iter().map(|it| category_message(*it));
    let categories = categories.map(|message| brief(message, language));
    arguments.set("categories", categories.collect::<Vec<_>>().join("; "));
    let protected = Protected::ALL.iter().map(|it| protected_message(*it));
    let protected = protected.map(|message| brief(message, language));
    arguments.set("protected", protected.collect::<Vec<_>>().join(", "));
    let admins = charter.of(Rule::GroupAdmins) > 0;
    let admins = admins.then(|| plain_text("rules-group-admins", language));
    let mut lines = vec![words::text(language, "rules", None, &arguments)];
    lines.extend(admins);
    lines.join("\n")
}

/// Who moderates, and what is open.
pub(super) fn bench(notice: &Notice, language: Language) -> String {
    let Notice::Bench {
        theme,
        seats,
        cases,
        entries,
        head,
    } = notice
    else {
        return String::new();
    };
    let mut arguments = FluentArgs::new();
    arguments.set("theme", unmarked(theme));
    arguments.set("entries", *entries);
    let head: String = head.chars().take(BEGINNING_OF_A_HASH).collect();
    arguments.set("head", head);
    let shown = cases.iter().take(CASES).map(u32::to_string);
    arguments.set("cases", shown.collect::<Vec<_>>().join(", "));
    let say = |message| words::text(language, message, None, &arguments);
    let begin = match seats.is_empty() {
        true => "bench-none",
        false => "bench-begin",
    };
    let mut lines = vec![say(begin)];
    lines.extend(seats.iter().map(|seat| {
        let mut arguments = FluentArgs::new();
        arguments.set("name", unmarked(&seat.name));
        arguments.set("left", counted("days", seat.days, language));
        words::text(language, "bench-seat", None, &arguments)
    }));
    if seats.len() < FEW_DELEGATES {
        lines.push(say("bench-few"));
    }
    if !cases.is_empty() {
        lines.push(say("bench-cases"));
    }
    lines.push(say("bench-log"));
    lines.join("\n")
}

/// `6 horas`, `1 día y 12 horas`: the two greatest parts of a length in minutes.
pub(super) fn length(minutes: u32, language: Language) -> String {
    let parts = [
        ("days", minutes / (24 * 60)),
        ("hours", minutes / 60 % 24),
        ("minutes", minutes % 60),
    ];
    let mut parts = parts.into_iter().filter(|(_, count)| *count > 0);
    let Some((unit, count)) = parts.next() else {
        return counted("minutes", minutes, language);
    };
    let first = counted(unit, count, language);
    match parts.next() {
        // Nobody counts the minutes of days.
        Some((smaller, count)) if (unit, smaller) != ("days", "minutes") => {
            and(&first, &counted(smaller, count, language), language)
        }
        _ => first,
    }
}

/// What a number of the charter is: `6 horas`.
pub(super) fn value(rule: Rule, value: u32, language: Language) -> String {
    match unit(rule) {
        Unit::People => value.to_string(),
        Unit::Minutes => counted("minutes", value, language),
        Unit::Hours => counted("hours", value, language),
        Unit::Days => counted("days", value, language),
        Unit::Whether if value == 0 => plain_text("whether-no", language),
        Unit::Whether => plain_text("whether-yes", language),
    }
}

/// What a number of the charter is called.
pub(super) fn rule(rule: Rule, language: Language) -> String {
    plain_text(rule_message(rule), language)
}

pub(super) fn category(category: Category, language: Language) -> String {
    plain_text(category_message(category), language)
}

pub(super) fn protected(protected: Protected, language: Language) -> String {
    plain_text(protected_message(protected), language)
}

/// All categories, as a list.
pub(super) fn categories(language: Language) -> String {
    let all = Category::ALL.iter();
    let all: Vec<String> = all.map(|it| category(*it, language)).collect();
    all.join("; ")
}

/// `Ana, Beto y María`, in bold.
pub(super) fn people(names: &[String], language: Language) -> String {
    let bold: Vec<String> = names
        .iter()
        .map(|name| format!("*{}*", unmarked(name)))
        .collect();
    match bold.split_last() {
        None => plain_text("somebody", language),
        Some((only, [])) => only.clone(),
        Some((last, others)) => and(&others.join(", "), last, language),
    }
}

fn and(first: &str, last: &str, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("first", first);
    arguments.set("last", last);
    words::text(language, "and-last", None, &arguments)
}

fn counted(unit: &'static str, count: u32, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    arguments.set("count", count);
    words::text(language, unit, None, &arguments)
}

/// As it is named among others.
fn brief(message: &'static str, language: Language) -> String {
    words::text(language, message, Some("brief"), &FluentArgs::new())
}

fn plain_text(message: &'static str, language: Language) -> String {
    words::text(language, message, None, &FluentArgs::new())
}

#[cfg(test)]
mod tests {
    use civic::moderation::Seat;

    use super::*;
    use crate::say;

    fn bench(names: &[&str], cases: Vec<u32>) -> String {
        let seats = names.iter().zip([90, 1, 7]).map(|(name, days)| Seat {
            name: (*name).to_owned(),
            days,
        });
        let notice = Notice::Bench {
            theme: "Agua".to_owned(),
            seats: seats.collect(),
            cases,
            entries: 12,
            head: "0123456789abcdef".repeat(4),
        };
        say(&notice, Language::Es)
    }

    #[test]
    fn who_moderates_is_told_with_what_is_open_and_what_is_logged() {
        assert_eq!(
            bench(&["Ana", "Beto"], vec![3, 5]),
            "Moderan *Agua*:\n\
             *Ana* (90 días más)\n\
             *Beto* (1 día más)\n\
             Casos abiertos: 3, 5\n\
             Registro: 12 anotaciones (01234567). Las reglas: *!reglas*. Para leerlo:"
        );
    }

    #[test]
    fn where_fewer_than_two_moderate_more_are_asked_for() {
        for (names, begin) in [
            (&[][..], "Todavía nadie modera *Agua*.\n"),
            (&["Ana"][..], "Moderan *Agua*:\n*Ana*"),
        ] {
            let text = bench(names, vec![]);
            assert!(text.starts_with(begin), "{text}");
            assert!(text.contains("*!nominar @nombre*"), "{text}");
            assert!(!text.contains("Casos"), "{text}");
        }
    }

    #[test]
    fn the_rules_fit_a_phone_and_come_from_the_charter() {
        for language in [Language::Es, Language::En] {
            let notice = Notice::Rules {
                theme: "Participación ciudadana y gobiernos locales".to_owned(),
                charter: Charter::default(),
            };
            let text = say(&notice, language);
            assert!(text.chars().count() <= 1450, "{text}");
            for enough in [
                Enough::OBJECTORS,
                Enough::RECALLERS,
                Enough::QUORUM,
                Enough::GREAT_QUORUM,
            ] {
                let (people, percent) = enough.parts();
                assert!(text.contains(&format!(" {people} ")), "{people}: {text}");
                assert!(
                    text.contains(&format!("({percent} %)")),
                    "{percent}: {text}"
                );
            }
            for rule in [
                Rule::Delegates,
                Rule::Seconders,
                Rule::MandateDays,
                Rule::ObjectionHours,
                Rule::PauseMinutes,
                Rule::LongPauseMinutes,
                Rule::MuteHours,
                Rule::LongMuteHours,
                Rule::SuspensionDays,
                Rule::LongSuspensionDays,
                Rule::ConfirmationHours,
                Rule::ApprovalHours,
            ] {
                let value = value(rule, rule.default(), language);
                assert!(text.contains(&value), "{rule:?}: {text}");
            }
            for it in Category::ALL {
                let named = brief(category_message(*it), language);
                assert!(text.contains(&named), "{it:?}: {text}");
            }
            for it in Protected::ALL {
                let named = brief(protected_message(*it), language);
                assert!(text.contains(&named), "{it:?}: {text}");
            }
            assert!(!text.contains(['{', '}']), "{text}");
        }
    }

    #[test]
    fn a_length_has_its_two_greatest_parts() {
        for (minutes, words) in [
            (0, "0 minutos"),
            (1, "1 minuto"),
            (15, "15 minutos"),
            (60, "1 hora"),
            (90, "1 hora y 30 minutos"),
            (24 * 60, "1 día"),
            (36 * 60, "1 día y 12 horas"),
            (24 * 60 + 5, "1 día"),
            (90 * 24 * 60, "90 días"),
        ] {
            assert_eq!(length(minutes, Language::Es), words);
        }
    }
}
