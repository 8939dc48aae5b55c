//! What people write to the bridge alone.

use whatsapp_rust::prelude::MessageBuilderExt;

use super::*;

fn read_alone(message: &wa::Message) -> Option<(Option<String>, Option<Answered>)> {
    let frame = Frame {
        group: None,
        sender: &ana(),
        own: &|| person("200000000000009", "12025550109"),
        edit: &EditAttribute::Empty,
        complete: &|person| person,
    };
    super::alone(message, &frame)
}

fn answering(chat: Option<&str>) -> wa::Message {
    let context = wa::ContextInfo {
        stanza_id: Some("3A01".into()),
        participant: Some("200000000000002@lid".into()),
        remote_jid: chat.map(str::to_owned),
        quoted_message: MessageField::some(text("¡Oferta!")),
        ..Default::default()
    };
    wa::Message::text_with_context("!reportar spam", context)
}

#[test]
fn text_is_heard_and_of_the_rest_that_there_was_something() {
    let said = Some((Some("!reglas".to_owned()), None));
    assert_eq!(read_alone(&text("!reglas")), said);
    assert_eq!(read_alone(&ephemeral(text("!reglas"))), said);
    assert_eq!(read_alone(&image(Some("!reglas"))), Some((None, None)));
    let reaction = wa::Message {
        reaction_message: MessageField::some(wa::message::ReactionMessage {
            key: MessageField::some(wa::MessageKey {
                id: Some("3A01".into()),
                ..Default::default()
            }),
            text: Some("👍".into()),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(read_alone(&reaction), None);
    assert_eq!(read_alone(&text("")), None);
}

#[test]
fn a_message_of_a_group_that_is_answered_in_private_is_named() {
    let (said, answered) = read_alone(&answering(Some(GROUP))).unwrap();
    assert_eq!(said.as_deref(), Some("!reportar spam"));
    let answered = answered.unwrap();
    assert_eq!(answered.group, GROUP.parse().ok());
    assert_eq!(answered.message.key.id, "3A01");
    let author = answered.message.key.author.unwrap();
    assert!(author.is(&person("200000000000002", "")) && !answered.message.key.ours);
    assert_eq!(answered.message.text.as_deref(), Some("¡Oferta!"));

    let (_, here) = read_alone(&answering(None)).unwrap();
    assert_eq!(here.unwrap().group, None);
    let (_, elsewhere) = read_alone(&answering(Some("status@broadcast"))).unwrap();
    assert_eq!(elsewhere, None);
}

#[test]
fn what_was_written_alone_is_not_shown_in_logs() {
    let direct = Direct {
        id: "3A02".into(),
        sender: person("200000000000001", "12025550123"),
        push_name: Some("Ana 12025550123".into()),
        at_ms: 1_700_000_000_000,
        text: Some("soy Ana, 12025550123".into()),
        answers: None,
    };
    let stored = serde_json::to_vec(&direct).unwrap();
    assert_eq!(serde_json::from_slice::<Direct>(&stored).unwrap(), direct);
    let shown = format!("{direct:?}");
    for secret in ["555", "Ana", "20000000000000"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
