//! What agrees between what the bridge says of a proposal and what its acts and supporters come to.

use matrix::record::{Amendments, Head, Party, Status, Support, Texts};

use super::chain::{Chain, Step};
use super::finding::{Finding, Reason, Subject, Verdict};
use super::fold::{Folded, is_empty};
use super::support::Supporters;
use crate::moment::moment;

/// The bridge counts at most once a minute, and what was done is not at once everywhere.
const SETTLED_AFTER: i64 = 120_000;

/// A support that was counted anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recount<'a> {
    pub(crate) supporters: &'a Supporters,
    /// Whether the messages that people react to were found.
    pub(crate) has_thread: bool,
    /// Whether all its acts can be read.
    pub(crate) whole: bool,
    /// When anything was last taken back in the room.
    pub(crate) last_redaction: Option<i64>,
    /// The time of this reading.
    pub(crate) now: i64,
}

/// Compares a head with what its acts come to.
pub(crate) fn check_head(head: &Head, chain: &Chain, folded: &Folded, now: i64) -> Vec<Finding> {
    let gap = gap_in(chain, folded);
    let check = |subject, written: String, found: Option<String>| match (found, &gap) {
        (Some(found), _) => Finding::compared(subject, written, found),
        (None, gap) => Finding::unknown(subject, gap.clone().unwrap_or(Reason::ChainBroken)),
    };
    let counted = |text: String| gap.is_none().then_some(text);
    vec![
        chain_finding(head, chain, now),
        words_finding(
            Subject::Title,
            &head.title,
            folded.title.as_ref(),
            folded,
            gap.as_ref(),
        ),
        words_finding(
            Subject::Text,
            &head.body,
            folded.text.as_ref(),
            folded,
            gap.as_ref(),
        ),
        check(
            Subject::Status,
            status_name(head.status),
            folded.status.map(status_name),
        ),
        check(
            Subject::Authors,
            who(&head.authors),
            folded.authors.as_deref().map(who),
        ),
        check(
            Subject::Revision,
            head.rev.to_string(),
            counted(folded.revisions.to_string()),
        ),
        check(
            Subject::Amendments,
            amendments_text(head.amendments),
            counted(amendments_text(folded.counts())),
        ),
        check(
            Subject::Origin,
            origin(head.promoted_from),
            folded.promoted_from.map(origin),
        ),
        thread_finding(head, folded, gap.as_ref()),
        dates_finding(head, folded, gap.as_ref()),
    ]
}

/// Compares the public count with one made anew.
pub(crate) fn check_support(
    head: &Head,
    written: Option<&Support>,
    recount: Recount<'_>,
) -> Finding {
    let supporters = recount.supporters;
    let found = support_text(
        supporters.people.len() as u64,
        supporters.whatsapp,
        supporters.matrix,
    );
    // Before anybody supports it, nothing has to be written.
    let (people, shown) = written.map_or((0, support_text(0, 0, 0)), |written| {
        let shown = support_text(written.people, written.whatsapp, written.matrix);
        (written.people, shown)
    });
    let finding = Finding::compared(Subject::Support, shown, found);
    if finding.verdict == Verdict::Agrees {
        return finding;
    }
    let last = supporters.last.max(recount.last_redaction);
    let closed = matches!(head.status, Status::Answered | Status::Withdrawn);
    let reason = if !recount.has_thread {
        Reason::NoThread
    } else if last.is_some_and(|last| is_just_now(last, recount.now)) {
        Reason::JustNow
    } else if closed && (!recount.whole || (supporters.people.len() as u64) < people) {
        Reason::Closed
    } else if !recount.whole && (supporters.people.len() as u64) < people {
        // Cards and endorsements that were deleted with hidden words are not there to be counted.
        Reason::NoThread
    } else {
        return finding;
    };
    Finding {
        verdict: Verdict::Unknown,
        reason: Some(reason),
        ..finding
    }
}

fn is_just_now(at: i64, now: i64) -> bool {
    now.saturating_sub(at) < SETTLED_AFTER
}

/// Why not all of a story is known, where it isn't.
fn gap_in(chain: &Chain, folded: &Folded) -> Option<Reason> {
    let (deleted, unreadable) = (folded.deleted, folded.unreadable);
    if chain.broken.is_some() {
        Some(Reason::ChainBroken)
    } else if unreadable > 0 {
        Some(Reason::Unreadable { acts: unreadable })
    } else if deleted > 0 {
        Some(Reason::Deleted { acts: deleted })
    } else {
        None
    }
}

fn chain_finding(head: &Head, chain: &Chain, now: i64) -> Finding {
    let just_now = chain.last.is_some_and(|last| is_just_now(last, now));
    let reason = match (&chain.broken, chain.beside, chain.newer) {
        (Some(reason), ..) => reason.clone(),
        (None, acts @ 1.., _) => Reason::LeftOut { acts },
        (None, 0, 1..) if just_now => return Finding::unknown(Subject::Chain, Reason::JustNow),
        (None, 0, acts @ 1..) => Reason::Behind { acts },
        (None, 0, 0) => return previous_finding(head, chain),
    };
    Finding::wrong(Subject::Chain, reason)
}

/// The head names the act before the last one, too.
fn previous_finding(head: &Head, chain: &Chain) -> Finding {
    let shown = |event: &Option<String>| event.clone().unwrap_or_default();
    match chain.steps.last() {
        Some(Step::Act(_, act)) => {
            Finding::compared(Subject::Chain, shown(&head.prev), shown(&act.context.prev))
        }
        _ => Finding::agrees(Subject::Chain),
    }
}

fn words_finding(
    subject: Subject,
    written: &Texts,
    found: Option<&Texts>,
    folded: &Folded,
    gap: Option<&Reason>,
) -> Finding {
    let withdrawn = folded.status == Some(Status::Withdrawn);
    if folded.erased && (!is_empty(written) || folded.revisions > 0) && subject == Subject::Text {
        return Finding::wrong(subject, Reason::StillThere);
    }
    if withdrawn && is_empty(written) {
        return Finding::agrees(subject);
    }
    match found {
        Some(found) if found == written || (is_empty(found) && is_empty(written)) => {
            Finding::agrees(subject)
        }
        Some(found) => Finding::differs(subject, words(written), words(found)),
        None => Finding::unknown(
            subject,
            gap.cloned().unwrap_or(Reason::Deleted {
                acts: folded.deleted,
            }),
        ),
    }
}

fn thread_finding(head: &Head, folded: &Folded, gap: Option<&Reason>) -> Finding {
    let written = head.root_event.clone().unwrap_or_default();
    // A message that could not be sent at first may have been sent later.
    let mut others = folded.roots.iter().filter(|root| **root != written);
    match (others.next(), gap) {
        (Some(other), _) => Finding::differs(Subject::Thread, written, other.clone()),
        (None, Some(gap)) if folded.roots.is_empty() => {
            Finding::unknown(Subject::Thread, gap.clone())
        }
        (None, _) => Finding::agrees(Subject::Thread),
    }
}

fn dates_finding(head: &Head, folded: &Folded, gap: Option<&Reason>) -> Finding {
    let shown = |from: i64, to: i64| format!("{}, {}", moment(from), moment(to));
    let (Some(created), Some(settled), Some(last), None) =
        (folded.created, folded.settled, folded.last, gap)
    else {
        return Finding::unknown(Subject::Dates, gap.cloned().unwrap_or(Reason::ChainBroken));
    };
    let in_time =
        head.created_ts == created && (settled..=last.max(settled)).contains(&head.updated_ts);
    match in_time {
        true => Finding::agrees(Subject::Dates),
        false => Finding::differs(
            Subject::Dates,
            shown(head.created_ts, head.updated_ts),
            shown(created, last),
        ),
    }
}

/// The word for it in the record.
pub(crate) fn status_name(status: Status) -> String {
    let name = match status {
        Status::Draft => "draft",
        Status::Open => "open",
        Status::InReview => "in_review",
        Status::Answered => "answered",
        Status::Withdrawn => "withdrawn",
    };
    name.to_owned()
}

fn words(texts: &Texts) -> String {
    let words = texts
        .iter()
        .map(|(language, text)| format!("{language}: {text}"));
    words.collect::<Vec<_>>().join("; ")
}

/// In any order.
fn who(parties: &[Party]) -> String {
    let mut who: Vec<&str> = parties.iter().map(|party| party.member.as_str()).collect();
    who.sort_unstable();
    who.join(", ")
}

fn origin(amendment: Option<u32>) -> String {
    amendment.map_or("-".to_owned(), |number| number.to_string())
}

fn amendments_text(amendments: Amendments) -> String {
    format!(
        "{}/{}/{}",
        amendments.open, amendments.accepted, amendments.declined
    )
}

fn support_text(people: u64, whatsapp: u64, matrix: u64) -> String {
    format!("{people}/{whatsapp}/{matrix}")
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
