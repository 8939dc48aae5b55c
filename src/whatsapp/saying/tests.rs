use whatsapp_rust::buffa::Message as _;
use whatsapp_rust::wacore::types::message::EditAttribute;

use super::*;
use crate::heard::{Frame, what};
use crate::{MessageKey, Quoted, What};

const GROUP: &str = "120363000000000001@g.us";

fn person(lid: &str, number: &str) -> Person {
    Person {
        lid: lid.parse().ok(),
        number: number.parse().ok(),
    }
}

fn own() -> Person {
    person("200000000000009", "12025550109")
}

fn ana() -> Person {
    person("200000000000001", "12025550101")
}

fn sent(saying: &Saying, form: Form) -> wa::Message {
    saying.message(&GROUP.parse().unwrap(), &own(), form)
}

/// What is sent, as another bridge in the same group hears it.
fn heard(saying: &Saying) -> What {
    let message = sent(saying, Form::Lid);
    let frame = Frame {
        group: Some(&GROUP.parse().unwrap()),
        sender: &own(),
        own: &ana,
        edit: &EditAttribute::infer_from_message(&message).unwrap_or_default(),
        complete: &|person| person,
    };
    what(&message, &frame).unwrap()
}

fn of(author: Person) -> MessageKey {
    MessageKey {
        id: "3A01".into(),
        ours: author.is(&ana()),
        author: Some(author),
    }
}

fn answer(author: Option<Person>) -> Saying {
    Saying::Text {
        text: "*Eva*: sí, @200000000000001".into(),
        reply: Some(ReplyTo {
            id: "3A01".into(),
            author,
            text: "¿vienen?".into(),
        }),
        mentions: vec![ana()],
    }
}

fn edit() -> Saying {
    Saying::Edit {
        of: "3A01".into(),
        text: "*Eva*: no".into(),
        mentions: Vec::new(),
        at_ms: 1_700_000_000_000,
    }
}

fn revoke(author: Option<Person>) -> Saying {
    Saying::Revoke {
        of: "3A01".into(),
        author,
    }
}

fn react(author: Option<Person>, emoji: &str) -> Saying {
    Saying::Reaction {
        of: "3A01".into(),
        author,
        emoji: emoji.into(),
        at_ms: 1_700_000_000_000,
    }
}

#[test]
fn plain_text_stays_plain_and_asks_for_nothing() {
    let message = sent(&Saying::text("hola"), Form::Lid);
    assert_eq!(message, wa::Message::text("hola"));
    assert!(!Saying::text("hola").names_somebody());
}

#[test]
fn what_is_sent_is_heard_as_what_it_is() {
    let known_by_lid = person("200000000000001", "");
    let quoted = Quoted {
        key: of(known_by_lid.clone()),
        text: Some("¿vienen?".into()),
    };
    assert_eq!(
        heard(&answer(Some(ana()))),
        What::Text {
            text: "*Eva*: sí, @200000000000001".into(),
            reply: Some(quoted),
            mentions: vec![known_by_lid.clone()],
        }
    );
    assert_eq!(
        heard(&edit()),
        What::Edit {
            of: of(own()),
            text: "*Eva*: no".into(),
            mentions: Vec::new(),
        }
    );
    assert_eq!(heard(&revoke(None)), What::Revoke { of: of(own()) });
    let as_admin = What::Revoke {
        of: of(known_by_lid.clone()),
    };
    assert_eq!(heard(&revoke(Some(ana()))), as_admin);
    for (author, expected) in [
        (None, own()),
        (Some(own()), own()),
        (Some(ana()), known_by_lid),
    ] {
        for (emoji, left) in [("👍", Some("👍".to_owned())), ("", None)] {
            let expected = What::Reaction {
                of: of(expected.clone()),
                emoji: left,
            };
            assert_eq!(heard(&react(author.clone(), emoji)), expected);
        }
    }
}

#[test]
fn the_server_is_told_what_it_has_to_know() {
    for (saying, expected) in [
        (Saying::text("hola"), None),
        (answer(None), None),
        (edit(), Some(EditAttribute::MessageEdit)),
        (revoke(None), Some(EditAttribute::SenderRevoke)),
        (revoke(Some(ana())), Some(EditAttribute::AdminRevoke)),
        (react(None, "👍"), None),
        (react(None, ""), Some(EditAttribute::SenderRevoke)),
    ] {
        let message = sent(&saying, Form::Lid);
        assert_eq!(
            EditAttribute::infer_from_message(&message),
            expected,
            "{saying:?}"
        );
    }
}

#[test]
fn people_are_named_as_the_group_names_them() {
    let author = |form| {
        let message = sent(&revoke(Some(ana())), form);
        message.protocol_message.key.participant.clone().unwrap()
    };
    assert_eq!(author(Form::Lid), "200000000000001@lid");
    assert_eq!(author(Form::Number), "12025550101@s.whatsapp.net");
    let editor = |form| {
        let message = sent(&edit(), form);
        message.protocol_message.key.participant.clone().unwrap()
    };
    assert_eq!(editor(Form::Lid), "200000000000009@lid");
    assert_eq!(editor(Form::Number), "12025550109@s.whatsapp.net");
    let quoted = |author, form| {
        let message = sent(&answer(author), form);
        let context = &message.extended_text_message.context_info;
        (
            context.participant.clone().unwrap(),
            context.mentioned_jid.clone(),
        )
    };
    let mentioned = vec!["200000000000001@lid".to_owned()];
    assert_eq!(
        quoted(None, Form::Number),
        ("12025550109@s.whatsapp.net".to_owned(), mentioned.clone())
    );
    assert_eq!(
        quoted(Some(ana()), Form::Lid),
        ("200000000000001@lid".to_owned(), mentioned)
    );
}

#[test]
fn the_same_saying_is_the_same_bytes() {
    for saying in [
        answer(Some(ana())),
        edit(),
        revoke(None),
        react(Some(ana()), "👍"),
    ] {
        let bytes = || sent(&saying, Form::Lid).encode_to_vec();
        assert_eq!(bytes(), bytes());
    }
}

#[test]
fn nothing_of_it_is_shown_in_logs() {
    for saying in [
        answer(Some(ana())),
        edit(),
        revoke(Some(ana())),
        react(Some(ana()), "👍"),
    ] {
        let shown = format!("{saying:?}");
        assert!(shown.contains("3A01"), "{shown}");
        for secret in ["Eva", "vienen", "👍", "20000000000000", "555"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn a_later_reaction_carries_a_later_time_though_the_clock_was_set_back() {
    let latest = AtomicI64::new(0);
    let times = [5_000, 9_000, 1_000, 2_000, 10_000].map(|at_ms| {
        let reaction = Saying::Reaction {
            of: "3A01".to_owned(),
            author: None,
            emoji: "👍".to_owned(),
            at_ms,
        };
        match reaction.after(&latest) {
            Saying::Reaction { at_ms, .. } => at_ms,
            _ => 0,
        }
    });
    assert_eq!(times, [5_000, 9_000, 9_001, 9_002, 10_000]);
}
