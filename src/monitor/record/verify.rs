//! What agrees between what the bridge says of a proposal and what its acts and supporters come to.

use matrix::record::{Amendments, Head, Party, Status, Support, Texts};
use serde::Serialize;

use super::chain::{Chain, Step};
use super::fold::{Folded, is_empty};
use super::support::Supporters;
use crate::moment::moment;

/// The bridge counts at most once a minute, and what was done is not at once everywhere.
const SETTLED_AFTER: i64 = 120_000;

/// What was looked at, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: Subject,
    /// What came of it.
    pub verdict: Verdict,
    /// What the bridge's account wrote, where it isn't what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What was found, where it isn't what the bridge's account wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Why it doesn't agree or can't be known, where that is not to be seen from the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What of a proposal is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// That its acts hang together, and all of them do.
    Chain,
    /// Its title.
    Title,
    /// Its text.
    Text,
    /// Where it stands.
    Status,
    /// Who proposed it.
    Authors,
    /// How often its words were set.
    Revision,
    /// How many amendments stand how.
    Amendments,
    /// The amendment that it came from.
    Origin,
    /// Where its thread begins.
    Thread,
    /// When it was proposed and changed.
    Dates,
    /// How many support it.
    Support,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Both say the same.
    Agrees,
    /// They don't.
    Differs,
    /// It can't be known from the rooms, now or ever.
    Unknown,
}

/// Why something doesn't agree, or can't be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The head names no act.
    NoActs,
    /// The act that comes next is not in the room.
    Missing {
        /// Its event.
        event: String,
    },
    /// The act that comes next was not written by the bridge's account.
    Forged {
        /// Its event.
        event: String,
    },
    /// The act that comes next is another proposal's.
    OfAnother {
        /// Its event.
        event: String,
    },
    /// The acts lead back to one that was there already.
    Circle {
        /// Its event.
        event: String,
    },
    /// The first act does not propose it.
    NoBeginning {
        /// Its event.
        event: String,
    },
    /// Acts on it that the chain leaves out.
    LeftOut {
        /// How many.
        acts: u64,
    },
    /// The head does not tell of the last acts.
    Behind {
        /// How many.
        acts: u64,
    },
    /// Acts were deleted for good.
    Deleted {
        /// How many.
        acts: u64,
    },
    /// Acts are of a shape that is not known here.
    Unreadable {
        /// How many.
        acts: u64,
    },
    /// Its acts can't be followed, so that nothing can be told from them.
    ChainBroken,
    /// Something was done a moment ago.
    JustNow,
    /// It takes no support any more, and who has since taken theirs back can't be seen.
    Closed,
    /// The messages that people react to can't be found.
    NoThread,
    /// Words that were deleted for good still stand there.
    StillThere,
}

/// A support that was counted anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recount<'a> {
    pub(crate) supporters: &'a Supporters,
    /// Whether the messages that people react to were found.
    pub(crate) has_thread: bool,
    /// When anything was last taken back in the room.
    pub(crate) last_redaction: Option<i64>,
    /// The time of this reading.
    pub(crate) now: i64,
}

/// Compares a head with what its acts come to.
pub(crate) fn check_head(head: &Head, chain: &Chain, folded: &Folded, now: i64) -> Vec<Finding> {
    let gap = gap_in(chain, folded);
    let check = |subject, written: String, found: Option<String>| match (found, &gap) {
        (Some(found), _) => compared(subject, written, found),
        (None, gap) => unknown(subject, gap.clone().unwrap_or(Reason::ChainBroken)),
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
    let finding = compared(Subject::Support, shown, found);
    if finding.verdict == Verdict::Agrees {
        return finding;
    }
    let last = supporters.last.max(recount.last_redaction);
    let closed = matches!(head.status, Status::Answered | Status::Withdrawn);
    let reason = if !recount.has_thread {
        Reason::NoThread
    } else if last.is_some_and(|last| is_just_now(last, recount.now)) {
        Reason::JustNow
    } else if closed && (supporters.people.len() as u64) < people {
        Reason::Closed
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
        (None, 0, 1..) if just_now => return unknown(Subject::Chain, Reason::JustNow),
        (None, 0, acts @ 1..) => Reason::Behind { acts },
        (None, 0, 0) => return previous_finding(head, chain),
    };
    Finding {
        verdict: Verdict::Differs,
        ..unknown(Subject::Chain, reason)
    }
}

/// The head names the act before the last one, too.
fn previous_finding(head: &Head, chain: &Chain) -> Finding {
    let shown = |event: &Option<String>| event.clone().unwrap_or_default();
    match chain.steps.last() {
        Some(Step::Act(_, act)) => {
            compared(Subject::Chain, shown(&head.prev), shown(&act.context.prev))
        }
        _ => agrees(Subject::Chain),
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
        return Finding {
            verdict: Verdict::Differs,
            ..unknown(subject, Reason::StillThere)
        };
    }
    if withdrawn && is_empty(written) {
        return agrees(subject);
    }
    match found {
        Some(found) if found == written || (is_empty(found) && is_empty(written)) => {
            agrees(subject)
        }
        Some(found) => differs(subject, words(written), words(found)),
        None => unknown(
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
        (Some(other), _) => differs(Subject::Thread, written, other.clone()),
        (None, Some(gap)) if folded.roots.is_empty() => unknown(Subject::Thread, gap.clone()),
        (None, _) => agrees(Subject::Thread),
    }
}

fn dates_finding(head: &Head, folded: &Folded, gap: Option<&Reason>) -> Finding {
    let shown = |from: i64, to: i64| format!("{}, {}", moment(from), moment(to));
    let (Some(created), Some(settled), Some(last), None) =
        (folded.created, folded.settled, folded.last, gap)
    else {
        return unknown(Subject::Dates, gap.cloned().unwrap_or(Reason::ChainBroken));
    };
    let in_time =
        head.created_ts == created && (settled..=last.max(settled)).contains(&head.updated_ts);
    match in_time {
        true => agrees(Subject::Dates),
        false => differs(
            Subject::Dates,
            shown(head.created_ts, head.updated_ts),
            shown(created, last),
        ),
    }
}

fn compared(subject: Subject, written: String, found: String) -> Finding {
    match written == found {
        true => agrees(subject),
        false => differs(subject, written, found),
    }
}

fn agrees(subject: Subject) -> Finding {
    Finding {
        subject,
        verdict: Verdict::Agrees,
        written: None,
        found: None,
        reason: None,
    }
}

fn differs(subject: Subject, written: String, found: String) -> Finding {
    Finding {
        verdict: Verdict::Differs,
        written: Some(written),
        found: Some(found),
        ..agrees(subject)
    }
}

fn unknown(subject: Subject, reason: Reason) -> Finding {
    Finding {
        verdict: Verdict::Unknown,
        reason: Some(reason),
        ..agrees(subject)
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
mod tests {
    use std::collections::BTreeSet;

    use matrix::record::{Change, Did};

    use super::*;
    use crate::record::fold::fold;
    use crate::record::scene::{MARIA, Story, ana, maria, texts};

    /// Long after everything.
    const LATER: i64 = 1_000_000;

    fn findings(story: &Story) -> Vec<Finding> {
        let chain = story.chain();
        check_head(&story.head, &chain, &fold(&chain), LATER)
    }

    /// What doesn't agree, and what can't be known.
    fn others(story: &Story) -> Vec<(Subject, Verdict)> {
        let findings = findings(story).into_iter();
        let others = findings.filter(|finding| finding.verdict != Verdict::Agrees);
        others
            .map(|finding| (finding.subject, finding.verdict))
            .collect()
    }

    #[test]
    fn a_good_story_agrees_in_everything() {
        let mut story = Story::amended();
        assert_eq!(findings(&story).len(), 10);
        assert_eq!(others(&story), []);
        story.act(Did::Amended {
            amendment: 4,
            change: Change::Add("Y en la plaza.".to_owned()),
            by: maria(),
        });
        story.act(Did::Decided {
            amendment: 4,
            accepted: false,
            by: ana(),
        });
        story.act(Did::Backed {
            amendment: 4,
            by: maria(),
        });
        story.head.amendments.declined = 1;
        assert_eq!(others(&story), []);
        story.act(Did::Withdrawn {
            by: ana(),
            erased: false,
        });
        story.head.status = Status::Withdrawn;
        assert_eq!(others(&story), []);
    }

    #[test]
    fn a_draft_opens_with_its_text() {
        let mut story = Story {
            head: crate::record::scene::head("AGUA-7"),
            events: Vec::new(),
        };
        let title = story.head.title.clone();
        story.head.body = texts("");
        story.head.status = Status::Draft;
        story.act(Did::Proposed {
            title: title.clone(),
            text: matrix::record::Texts::new(),
            authors: vec![ana()],
            from_card: false,
            promoted_from: None,
        });
        assert_eq!(others(&story), []);
        story.head.body = texts("Un filtro.");
        story.act(Did::Revised {
            title,
            text: texts("Un filtro."),
            by: ana(),
            amendment: None,
        });
        story.head.rev = 2;
        assert_eq!(others(&story), [(Subject::Status, Verdict::Differs)]);
        story.head.status = Status::Open;
        assert_eq!(others(&story), []);
    }

    #[test]
    fn whatever_the_head_says_otherwise_is_found() {
        let differs = |change: fn(&mut Head), subject: Subject| {
            let mut story = Story::amended();
            change(&mut story.head);
            assert_eq!(others(&story), [(subject, Verdict::Differs)]);
        };
        differs(|head| head.title = texts("Otra cosa"), Subject::Title);
        differs(|head| head.body = texts("Nada."), Subject::Text);
        differs(|head| head.status = Status::Answered, Subject::Status);
        differs(|head| head.authors.push(maria()), Subject::Authors);
        differs(|head| head.authors.clear(), Subject::Authors);
        differs(|head| head.rev = 3, Subject::Revision);
        differs(|head| head.amendments.open = 1, Subject::Amendments);
        differs(|head| head.promoted_from = Some(2), Subject::Origin);
        differs(|head| head.root_event = None, Subject::Thread);
        differs(|head| head.created_ts = 1, Subject::Dates);
        differs(|head| head.updated_ts = LATER, Subject::Dates);
        differs(|head| head.prev = Some("$act0".to_owned()), Subject::Chain);
    }

    #[test]
    fn the_head_may_be_a_moment_behind_and_no_longer() {
        let mut story = Story::amended();
        let before = story.head.clone();
        story.act(Did::Backed {
            amendment: 3,
            by: maria(),
        });
        story.head = before;
        assert_eq!(others(&story), [(Subject::Chain, Verdict::Differs)]);
        let chain = story.chain();
        let finding = &check_head(&story.head, &chain, &fold(&chain), 1_010)[0];
        assert_eq!(finding.reason, Some(Reason::JustNow));
        assert_eq!(finding.verdict, Verdict::Unknown);
    }

    #[test]
    fn a_broken_chain_differs_and_what_stood_after_the_break_is_still_compared() {
        let mut story = Story::amended();
        story.events[1].sender = "@mallory:example.org".to_owned();
        let found = others(&story);
        assert_eq!(found[0], (Subject::Chain, Verdict::Differs));
        assert!(
            found[1..]
                .iter()
                .all(|(_, verdict)| *verdict == Verdict::Unknown),
            "{found:?}"
        );
        assert!(!found.iter().any(|(subject, _)| *subject == Subject::Text));
        story.head.body = texts("Nada.");
        assert!(others(&story).contains(&(Subject::Text, Verdict::Differs)));
    }

    #[test]
    fn what_was_deleted_cannot_be_compared_and_must_not_stand_in_the_head() {
        let mut story = Story::amended();
        for act in 0..4 {
            story.redact(act);
        }
        story.act(Did::Withdrawn {
            by: ana(),
            erased: true,
        });
        story.head.status = Status::Withdrawn;
        let body = std::mem::take(&mut story.head.body);
        story.head.title.clear();
        assert!(
            others(&story)
                .iter()
                .all(|(_, verdict)| *verdict == Verdict::Unknown)
        );
        let agreeing = |subject| {
            findings(&story)
                .iter()
                .any(|finding| *finding == agrees(subject))
        };
        assert!(agreeing(Subject::Chain) && agreeing(Subject::Text) && agreeing(Subject::Status));
        story.head.body = body;
        assert!(others(&story).contains(&(Subject::Text, Verdict::Differs)));
    }

    fn supporters(accounts: &[&str], last: i64) -> Supporters {
        Supporters {
            people: accounts
                .iter()
                .map(|one| BTreeSet::from([(*one).to_owned()]))
                .collect(),
            whatsapp: 0,
            matrix: accounts.len() as u64,
            last: Some(last),
        }
    }

    fn support(people: u64) -> Support {
        Support {
            v: 1,
            people,
            whatsapp: 0,
            matrix: people,
            updated_ts: 1_000,
        }
    }

    #[test]
    fn a_count_agrees_or_not_or_is_not_made_yet() {
        let story = Story::amended();
        let one = supporters(&[MARIA], 2_000);
        let recount = Recount {
            supporters: &one,
            has_thread: true,
            last_redaction: None,
            now: LATER,
        };
        let verdict = |written: Option<Support>, recount| {
            let finding = check_support(&story.head, written.as_ref(), recount);
            (finding.verdict, finding.reason)
        };
        assert_eq!(verdict(Some(support(1)), recount), (Verdict::Agrees, None));
        assert_eq!(verdict(Some(support(2)), recount), (Verdict::Differs, None));
        assert_eq!(verdict(None, recount), (Verdict::Differs, None));
        let quiet = Supporters::default();
        let nobody = Recount {
            supporters: &quiet,
            ..recount
        };
        assert_eq!(verdict(None, nobody), (Verdict::Agrees, None));
        let just_now = (Verdict::Unknown, Some(Reason::JustNow));
        assert_eq!(
            verdict(
                Some(support(2)),
                Recount {
                    now: 60_000,
                    ..recount
                }
            ),
            just_now
        );
        let taken_back = Recount {
            last_redaction: Some(LATER - 1),
            ..recount
        };
        assert_eq!(verdict(Some(support(2)), taken_back), just_now);
        let lost = Recount {
            has_thread: false,
            ..recount
        };
        assert_eq!(verdict(Some(support(2)), lost).1, Some(Reason::NoThread));
    }

    #[test]
    fn of_a_closed_proposal_only_too_many_are_wrong() {
        let mut story = Story::amended();
        story.head.status = Status::Withdrawn;
        let one = supporters(&[MARIA], 2_000);
        let recount = Recount {
            supporters: &one,
            has_thread: true,
            last_redaction: None,
            now: LATER,
        };
        let fewer = check_support(&story.head, Some(&support(2)), recount);
        assert_eq!(fewer.reason, Some(Reason::Closed));
        let more = check_support(&story.head, Some(&support(0)), recount);
        assert_eq!(more.verdict, Verdict::Differs);
    }
}
