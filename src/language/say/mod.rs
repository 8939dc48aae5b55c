mod alone;
mod card;
mod debate;
mod help;
mod hindrance;
mod list;
mod logged;
mod moderation;
mod reactions;
mod refusal;
mod reports;

use civic::{Deed, Kind, Language, NameProblem, Notice, Refusal};
use fluent_bundle::FluentArgs;

use crate::words;

/// A notice in words; what the language does not have is said in Spanish. `*` marks what is bold, `> ` at the beginning of a
/// line what people said.
pub fn say(notice: &Notice, language: Language) -> String {
    match notice {
        Notice::Help(topic) => help::help(*topic, language),
        Notice::Alone(said) => alone::alone(said, language),
        Notice::Card(card) => card::card(card, language),
        Notice::Reactions { alike, more } => reactions::reactions(alike, *more, language),
        Notice::Shown { card, amendments } => card::whole(card, amendments, language),
        Notice::List {
            theme,
            proposals,
            page,
            pages,
        } => list::list(theme, proposals, (*page, *pages), language),
        Notice::Debate(told) => debate::debate(told, language),
        Notice::Logged(logged) => logged::logged(logged, language),
        Notice::Rehearsed(logged) => logged::rehearsed(logged, language),
        Notice::ReportTaken { .. } | Notice::ReportToYou { .. } => {
            reports::report(notice, language)
        }
        Notice::Rules { theme, charter } => moderation::rules(theme, charter, language),
        Notice::Bench { .. } => moderation::bench(notice, language),
        Notice::Refused(Refusal::Hindered(hindrance)) => hindrance::hindered(hindrance, language),
        _ => {
            let (message, arguments) = message(notice);
            words::text(language, message, None, &arguments)
        }
    }
}

/// The Fluent message of a notice, and what goes into it.
pub(crate) fn message(notice: &Notice) -> (&'static str, FluentArgs<'_>) {
    let mut arguments = FluentArgs::new();
    let message = match notice {
        Notice::Welcome { theme } => {
            arguments.set("theme", theme);
            "welcome"
        }
        Notice::GroupDescription { theme } => {
            arguments.set("theme", theme);
            "group-description"
        }
        Notice::JoinPage { page } => {
            arguments.set("page", page);
            "join-page"
        }
        Notice::AdoptionAnnounced { theme, hours } => {
            arguments.set("theme", theme);
            arguments.set("hours", *hours);
            "adoption-announced"
        }
        Notice::GroupOpen { theme } => {
            arguments.set("theme", theme);
            "group-open"
        }
        Notice::NameTaken { name } => {
            arguments.set("name", name);
            "name-taken"
        }
        Notice::NameTakenForGroups { name } => {
            arguments.set("name", name);
            "name-taken-for-groups"
        }
        Notice::NameRefused { why } => {
            arguments.set("why", problem(*why));
            "name-refused"
        }
        Notice::NameAsked => "name-asked",
        Notice::NameDropped { name } => {
            arguments.set("name", name);
            "name-dropped"
        }
        Notice::StayedOut { vote } => {
            arguments.set("vote", vote.unwrap_or_default());
            "stayed-out"
        }
        Notice::CameBack { vote } => {
            arguments.set("vote", vote.unwrap_or_default());
            "came-back"
        }
        // These are put together of several messages.
        Notice::Help(_) => "help-begin",
        Notice::Alone(_) => "alone-help",
        Notice::Card(_) | Notice::Shown { .. } => "card-title",
        Notice::List { .. } => "list-begin",
        Notice::Logged(_) => "log-in-force",
        Notice::Debate(_) => "debate-begins",
        Notice::LogDigest {
            entries,
            last,
            hash,
            link,
        } => {
            arguments.set("entries", *entries);
            arguments.set("last", *last);
            arguments.set("hash", hash);
            arguments.set("link", link);
            "log-digest"
        }
        // These are put together of several messages, too.
        Notice::ReportTaken { .. } => "report-taken",
        Notice::ReportToYou { .. } => "report-to-you",
        Notice::NotAdminThere { group, what, case } => {
            arguments.set("group", card::unmarked(group));
            arguments.set("what", what.as_str());
            arguments.set("case", case.unwrap_or_default());
            "not-admin-there"
        }
        Notice::RefusedThere { group, what, case } => {
            arguments.set("group", card::unmarked(group));
            arguments.set("what", what.as_str());
            arguments.set("case", case.unwrap_or_default());
            "refused-there"
        }
        Notice::AdminThereNow { group } => {
            arguments.set("group", card::unmarked(group));
            "admin-there-now"
        }
        Notice::CreatorStaysThere { group, case } => {
            arguments.set("group", card::unmarked(group));
            arguments.set("case", case.unwrap_or_default());
            "creator-stays-there"
        }
        Notice::NotInvited { who } => {
            arguments.set("who", card::unmarked(who));
            "not-invited"
        }
        Notice::ComeBack { theme } => {
            arguments.set("theme", theme);
            "come-back-invited"
        }
        Notice::NotAddableThere { group, invited } => {
            arguments.set("group", card::unmarked(group));
            arguments.set("invited", if *invited { "yes" } else { "no" });
            "not-addable-there"
        }
        Notice::AskToJoin { names } => {
            let bold = names
                .iter()
                .map(|name| format!("*{}*", card::unmarked(name)));
            arguments.set("count", names.len());
            arguments.set("names", bold.collect::<Vec<_>>().join(", "));
            "ask-to-join"
        }
        Notice::Rehearsed(_) => "rehearsed-begin",
        Notice::Rules { .. } => "rules",
        Notice::Bench { .. } => "bench-begin",
        Notice::Supported { reference, people } => {
            arguments.set("reference", reference.to_string());
            arguments.set("people", *people);
            "supported"
        }
        Notice::Unsupported { reference, people } => {
            arguments.set("reference", reference.to_string());
            arguments.set("people", *people);
            "unsupported"
        }
        Notice::Revised(reference) => {
            arguments.set("reference", reference.to_string());
            "revised"
        }
        Notice::Withdrawn(reference) => {
            arguments.set("reference", reference.to_string());
            "withdrawn"
        }
        Notice::Amended {
            amendment,
            reference,
            by,
        } => {
            arguments.set("amendment", *amendment);
            arguments.set("reference", reference.to_string());
            arguments.set("by", by);
            "amended"
        }
        Notice::AmendmentAccepted {
            amendment,
            reference,
        } => {
            arguments.set("amendment", *amendment);
            arguments.set("reference", reference.to_string());
            "amendment-accepted"
        }
        Notice::AmendmentDeclined {
            amendment,
            reference,
        } => {
            arguments.set("amendment", *amendment);
            arguments.set("reference", reference.to_string());
            "amendment-declined"
        }
        Notice::Backed {
            amendment,
            people,
            needed,
        } => {
            arguments.set("amendment", *amendment);
            arguments.set("people", *people);
            arguments.set("needed", *needed);
            "backed"
        }
        Notice::Numbers { theme, numbers } => {
            arguments.set("theme", theme);
            arguments.set("people", numbers.people);
            arguments.set("whatsappPeople", numbers.whatsapp_people);
            arguments.set("matrixPeople", numbers.matrix_people);
            arguments.set("whatsappMessages", numbers.whatsapp_messages);
            arguments.set("matrixMessages", numbers.matrix_messages);
            arguments.set("proposals", numbers.proposals);
            arguments.set("supports", numbers.supports);
            "numbers"
        }
        Notice::LinkOffered { code, on, minutes } => {
            arguments.set("code", code.to_string());
            arguments.set("on", on.as_str());
            arguments.set("minutes", *minutes);
            "link-offered"
        }
        Notice::LinkClaimed { name, on } => {
            arguments.set("name", name);
            arguments.set("on", on.as_str());
            "link-claimed"
        }
        Notice::LinkToConfirm { on } => {
            arguments.set("on", on.as_str());
            "link-to-confirm"
        }
        Notice::Linked { name } => {
            arguments.set("name", name);
            "linked"
        }
        Notice::Unlinked => "unlinked",
        Notice::Refused(refusal) => refusal::message(refusal, &mut arguments),
        Notice::NearMiss {
            heard,
            nearest,
            hidden,
        } => {
            arguments.set("heard", heard);
            arguments.set("nearest", nearest);
            match hidden {
                true => "near-miss-hidden",
                false => "near-miss",
            }
        }
        Notice::TooMany => "too-many",
        Notice::Organisers => "organisers",
        Notice::Correction => "correction",
        Notice::AsAnswered => "as-answered",
        Notice::GoesOn { link } => {
            arguments.set("link", link);
            "goes-on"
        }
        Notice::NotCarried { kind, on_whatsapp } => {
            arguments.set("kind", what(*kind));
            arguments.set("place", if *on_whatsapp { "WhatsApp" } else { "Matrix" });
            "not-carried"
        }
        Notice::Digest {
            messages,
            people,
            link,
        } => {
            arguments.set("messages", *messages);
            arguments.set("people", *people);
            arguments.set("link", link);
            "digest"
        }
        Notice::Act(act) => {
            arguments.set("reference", act.reference.to_string());
            arguments.set("title", &act.title);
            arguments.set("who", &act.who);
            arguments.set("deed", deed(act.deed));
            arguments.set("amendment", act.amendment.unwrap_or_default());
            "act"
        }
        Notice::Reactions { more, .. } => {
            arguments.set("more", *more);
            "reactions-more"
        }
        Notice::OnlyInItsTheme => "only-in-its-theme",
        Notice::NotDelivered => "not-delivered",
    };
    (message, arguments)
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Video => "video",
        Kind::Audio => "audio",
        Kind::Document => "document",
        Kind::Sticker => "sticker",
        Kind::Contact => "contact",
        Kind::Location => "location",
        Kind::Poll => "poll",
        Kind::Event => "event",
        Kind::Other => "other",
    }
}

fn problem(why: NameProblem) -> &'static str {
    match why {
        NameProblem::Taken => "taken",
        NameProblem::Reserved => "reserved",
        NameProblem::Number => "number",
        NameProblem::Length => "length",
    }
}

#[cfg(test)]
mod proposal_tests;
#[cfg(test)]
mod tests;

fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Proposed => "proposed",
        Deed::Revised => "revised",
        Deed::Withdrawn => "withdrawn",
        Deed::Supported => "supported",
        Deed::Unsupported => "unsupported",
        Deed::Amended => "amended",
        Deed::Accepted => "accepted",
        Deed::Declined => "declined",
        Deed::Backed => "backed",
        Deed::HeldBack => "held",
        Deed::Restored => "restored",
    }
}
