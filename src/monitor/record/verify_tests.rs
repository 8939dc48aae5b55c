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
        source_event: None,
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
        source_event: None,
        promoted_from: None,
    });
    assert_eq!(others(&story), []);
    story.head.body = texts("Un filtro.");
    story.act(Did::Revised {
        rev: 2,
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
fn a_text_that_is_emptied_is_no_draft_again() {
    let mut story = Story::amended();
    story.head.body = texts("");
    story.act(Did::Revised {
        rev: 3,
        title: story.head.title.clone(),
        text: texts(""),
        by: ana(),
        amendment: None,
    });
    story.head.rev = 3;
    assert_eq!(others(&story), []);
}

#[test]
fn what_was_withdrawn_may_be_deleted_later() {
    let mut story = Story::amended();
    story.act(Did::Withdrawn {
        by: ana(),
        erased: false,
    });
    for act in 0..5 {
        story.redact(act);
    }
    story.act(Did::Withdrawn {
        by: ana(),
        erased: true,
    });
    story.head.status = Status::Withdrawn;
    story.head.title.clear();
    story.head.body.clear();
    story.head.amendments.accepted = 0;
    let others = others(&story);
    assert!(
        others
            .iter()
            .all(|(_, verdict)| *verdict == Verdict::Unknown),
        "{others:?}"
    );

    let mut kept = Story::amended();
    kept.act(Did::Withdrawn {
        by: ana(),
        erased: false,
    });
    kept.act(Did::Withdrawn {
        by: ana(),
        erased: true,
    });
    let folded = fold(&kept.chain());
    assert_eq!(
        folded.closed,
        Some(1_004),
        "it took no support from then on"
    );
    kept.head.status = Status::Withdrawn;
    kept.head.title.clear();
    kept.head.body.clear();
    kept.head.amendments.accepted = 0;
    assert_eq!(
        self::others(&kept),
        [(Subject::Text, Verdict::Differs)],
        "its acts still tell it"
    );
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
            .any(|finding| *finding == Finding::agrees(subject))
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
        whole: true,
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
        whole: true,
        last_redaction: None,
        now: LATER,
    };
    let fewer = check_support(&story.head, Some(&support(2)), recount);
    assert_eq!(fewer.reason, Some(Reason::Closed));
    let more = check_support(&story.head, Some(&support(0)), recount);
    assert_eq!(more.verdict, Verdict::Differs);
    let since_when = Recount {
        whole: false,
        ..recount
    };
    let more = check_support(&story.head, Some(&support(0)), since_when);
    assert_eq!(more.reason, Some(Reason::Closed));
}
