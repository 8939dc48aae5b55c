//! What a person sees in the terminal.

use civic::Language;
use matrix::record::{Amendments, Change, Did, Network, Party, Status, Support, Texts};

use super::*;
use crate::record::{AmendmentState, Finding, Reason, Subject, Verdict};

fn person(name: &str) -> PersonView {
    PersonView {
        name: name.to_owned(),
        network: Network::WhatsApp,
        account: "@_aty_x:example.org".to_owned(),
    }
}

fn party() -> Party {
    Party {
        member: "x".to_owned(),
        network: Network::WhatsApp,
        user_id: None,
    }
}

fn act(name: &str, what: StepView) -> ActView {
    ActView {
        event: None,
        at: Some(1_790_000_000_000),
        who: vec![person(name)],
        what,
    }
}

fn finding(subject: Subject, verdict: Verdict, reason: Option<Reason>) -> Finding {
    Finding {
        subject,
        verdict,
        written: None,
        found: None,
        reason,
    }
}

fn proposal() -> ProposalView {
    let text = Finding {
        written: Some("Agua\x1b[2J".to_owned()),
        found: Some("Agua".to_owned()),
        ..finding(Subject::Text, Verdict::Differs, None)
    };
    ProposalView {
        reference: "AGUA-7".to_owned(),
        title: "Agua\n en la \x1b[31mescuela".to_owned(),
        theme: "agua".to_owned(),
        room_id: "!agua".to_owned(),
        status: Status::InReview,
        support: Some(Support {
            v: 1,
            people: 1,
            whatsapp: 1,
            matrix: 0,
            updated_ts: 0,
        }),
        amendments: Amendments {
            open: 2,
            accepted: 0,
            declined: 1,
        },
        held: None,
        created_ts: 1_790_000_000_000,
        updated_ts: i64::MAX,
        findings: Some(vec![
            finding(Subject::Title, Verdict::Agrees, None),
            finding(
                Subject::Status,
                Verdict::Unknown,
                Some(Reason::Deleted { acts: 1 }),
            ),
            text,
        ]),
    }
}

fn story() -> StoryView {
    let change = Change::Add("a".repeat(500));
    let amended = Did::Amended {
        amendment: 3,
        change: change.clone(),
        source_event: None,
        by: party(),
    };
    let texts = Texts::from([("es".to_owned(), "Agua".to_owned())]);
    let proposed = Did::Proposed {
        title: texts.clone(),
        text: texts,
        authors: Vec::new(),
        from_card: false,
        source_event: None,
        promoted_from: Some(2),
    };
    let gap = ActView {
        at: None,
        who: Vec::new(),
        ..act("", StepView::Gap { act: Gap::Deleted })
    };
    StoryView {
        proposal: proposal(),
        text: "Uno.\n\u{202E}Dos.\x07\n".to_owned(),
        authors: vec![person("Ana\x1b]0;x\x07"), person("Beto")],
        promoted_from: Some(2),
        root_event: None,
        acts: vec![
            act("Ana", StepView::Done(Box::new(proposed))),
            act(&"B".repeat(900), StepView::Done(Box::new(amended))),
            gap,
        ],
        endorsements: Vec::new(),
        amendments_proposed: vec![AmendmentView {
            number: 3,
            state: AmendmentState::Declined,
            by: None,
            at: None,
            change: None,
            backers: vec![person("Sol")],
        }],
        supporters: SupportersView {
            people: 1,
            whatsapp: 1,
            matrix: 0,
            names: Some(vec![vec![person("Luz")]]),
        },
        discussion: None,
        language: Language::Es,
    }
}

#[test]
fn whatever_is_written_the_terminal_stays_as_it_is() {
    let shown = story().to_string();
    let moving = |c: char| (c.is_control() && c != '\n') || c == '\u{202E}';
    assert!(!shown.contains(moving), "{shown:?}");
    let longest = shown
        .lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap();
    assert!(longest < 200, "{shown}");
    let expected = "\
AGUA-7  Agua  en la  [31mescuela
agua · en revisión · apoyan 1 persona (WhatsApp 1, Matrix 0) · viene de la enmienda 2
Propuesta por Ana ]0;x , Beto, 2026-09-21 14:13; último cambio ? (UTC)

  Uno.
  Dos.

Historia
  2026-09-21 14:13  Ana                       la propuso: «Agua» (de la enmienda 2)
";
    assert!(shown.starts_with(expected), "{shown}");
    let end = "
Enmiendas
  3  declinada  (borrada)  (la quieren como propuesta: Sol)

Apoyos contados ahora: 1 persona (WhatsApp 1, Matrix 0)
  Luz (WhatsApp)
Conversación: no se encuentra

✓ Coincide: el título
✗ No coincide: el texto: la sala dice «Agua [2J»; se encontró «Agua»
? No se puede saber: el estado: 1 acto de su historia: borrado para siempre";
    assert!(shown.ends_with(end), "{shown}");
}

#[test]
fn proposals_stand_under_each_other_and_what_is_wrong_below() {
    let other = ProposalView {
        reference: "AGUA-12".to_owned(),
        title: "Luz en la plaza".to_owned(),
        support: None,
        findings: Some(vec![finding(Subject::Title, Verdict::Agrees, None)]),
        ..proposal()
    };
    let view = ProposalsView {
        name: "Plan".to_owned(),
        alias: None,
        room_id: "!plan".to_owned(),
        proposals: vec![proposal(), other],
        unread: 1,
        without_head: vec!["AGUA-9".to_owned()],
        hidden_rooms: 0,
        language: Language::En,
    };
    let expected = "\
Plan (!plan)

Proposal   Title                     Status     Support  WA/Mx  Amendments  Last change
✗ AGUA-7   Agua  en la  [31mescuela  in review        1    1/0           2  ?
✓ AGUA-12  Luz en la plaza           in review        -      -           2  ?

2 proposals · 1 that can't be read · times in UTC
? AGUA-7, the status: 1 act of its story: deleted for good
✗ AGUA-7, the text: the room says «Agua [2J»; found was «Agua»
✗ AGUA-9: there are acts, and no state";
    assert_eq!(view.to_string(), expected);
    assert_eq!(view.differing(), ["AGUA-7", "AGUA-9"]);
}
