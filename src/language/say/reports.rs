//! What is said alone to those whom a report concerns.

use civic::{Language, Notice};
use fluent_bundle::FluentArgs;

use super::card::unmarked;
use super::logged::why;
use crate::words;

/// To whoever reported something, and to the delegate who looks at it.
pub(super) fn report(notice: &Notice, language: Language) -> String {
    let mut arguments = FluentArgs::new();
    let message = match notice {
        Notice::ReportTaken {
            report,
            owner,
            hours,
        } => {
            arguments.set("report", *report);
            arguments.set("owners", owner.iter().count());
            arguments.set("owner", unmarked(owner.as_deref().unwrap_or_default()));
            arguments.set("hours", *hours);
            "report-taken"
        }
        Notice::ReportToYou {
            code,
            theme,
            report,
            about,
            category,
            reason,
            words,
            hours,
            ..
        } => {
            arguments.set("code", code.to_string());
            arguments.set("theme", unmarked(theme));
            arguments.set("report", *report);
            arguments.set("about", unmarked(about));
            arguments.set("why", why(Some(*category), reason, language));
            arguments.set("quoted", if words.is_some() { "yes" } else { "no" });
            arguments.set("words", unmarked(words.as_deref().unwrap_or_default()));
            arguments.set("hours", *hours);
            "report-to-you"
        }
        _ => return String::new(),
    };
    words::text(language, message, None, &arguments)
}
