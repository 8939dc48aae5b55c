//! What is said of other messages: answers, mentions, edits, deletions, reactions, in every shape they come in.

use wa::message::protocol_message::Type;

use super::*;

const BETOS_LID: &str = "200000000000002@lid";
const BETOS_NUMBER: &str = "12025550102@s.whatsapp.net";
const OWN_LID: &str = "200000000000009@lid";

fn key(from_me: Option<bool>, participant: Option<&str>) -> wa::MessageKey {
    wa::MessageKey {
        remote_jid: Some(GROUP.into()),
        from_me,
        id: Some("3A01".into()),
        participant: participant.map(Into::into),
    }
}

/// As the engine has to find it.
fn of(author: Option<Person>) -> MessageKey {
    MessageKey {
        id: "3A01".into(),
        ours: author
            .as_ref()
            .is_some_and(|author| !author.is(&ana()) && !author.is(&beto())),
        author,
    }
}

fn own() -> Person {
    person("200000000000009", "")
}

pub(super) fn protocol(kind: Type, key: Option<wa::MessageKey>) -> wa::Message {
    wa::Message {
        protocol_message: MessageField::some(wa::message::ProtocolMessage {
            r#type: Some(kind),
            key: key.map_or_else(MessageField::none, MessageField::some),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn edit(key: wa::MessageKey, content: wa::Message) -> wa::Message {
    let mut message = protocol(Type::MESSAGE_EDIT, Some(key));
    let inner = message.protocol_message.as_option_mut().unwrap();
    inner.edited_message = MessageField::some(content);
    message
}

fn reaction(key: wa::MessageKey, emoji: &str) -> wa::Message {
    wa::Message {
        reaction_message: MessageField::some(wa::message::ReactionMessage {
            key: MessageField::some(key),
            text: Some(emoji.into()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn extended(text: &str, context: wa::ContextInfo) -> wa::Message {
    wa::Message {
        extended_text_message: MessageField::some(wa::message::ExtendedTextMessage {
            text: Some(text.into()),
            context_info: MessageField::some(context),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn quoting(participant: &str, quoted: wa::Message) -> wa::ContextInfo {
    wa::ContextInfo {
        stanza_id: Some("3A01".into()),
        participant: Some(participant.into()),
        quoted_message: MessageField::some(quoted),
        ..Default::default()
    }
}

fn answer(message: &wa::Message) -> Option<Quoted> {
    match read(message) {
        Some(What::Text { text, reply, .. }) if text == "sí" => reply,
        other => panic!("taken for {other:?}"),
    }
}

#[test]
fn an_answer_names_what_it_answers() {
    let quoted = |author, text: &str| {
        Some(Quoted {
            key: of(Some(author)),
            text: Some(text.into()),
        })
    };
    for address in [BETOS_LID, BETOS_NUMBER, "12025550102:3@s.whatsapp.net"] {
        let Some(found) = answer(&extended("sí", quoting(address, text("¿vienen?")))) else {
            panic!("no answer");
        };
        let author = found.key.author.unwrap();
        assert!(author.is(&beto()), "{address}");
        assert_eq!(
            (found.text.as_deref(), found.key.ours),
            (Some("¿vienen?"), false)
        );
    }
    let to_us = ephemeral(extended("sí", quoting(OWN_LID, text("*Eva*: ¿vienen?"))));
    assert_eq!(answer(&to_us), quoted(own(), "*Eva*: ¿vienen?"));
    let to_a_photo = extended("sí", quoting(OWN_LID, image(Some("la plaza"))));
    assert_eq!(answer(&to_a_photo), quoted(own(), "la plaza"));
}

#[test]
fn an_answer_whose_author_cannot_be_told_is_one_all_the_same() {
    let found = answer(&extended("sí", quoting("0@s.whatsapp.net", image(None)))).unwrap();
    assert_eq!((found.key, found.text), (of(None), None));
}

#[test]
fn what_is_quoted_from_another_group_is_no_answer_here() {
    for (chat, answers) in [(GROUP, true), ("120363000000000002@g.us", false)] {
        let context = wa::ContextInfo {
            remote_jid: Some(chat.into()),
            ..quoting(BETOS_LID, text("¿vienen?"))
        };
        assert_eq!(answer(&extended("sí", context)).is_some(), answers);
    }
    let mentions_only = wa::ContextInfo {
        mentioned_jid: vec![BETOS_LID.into()],
        ..Default::default()
    };
    assert_eq!(answer(&extended("sí", mentions_only)), None);
}

#[test]
fn who_is_mentioned_is_named_once() {
    let context = wa::ContextInfo {
        mentioned_jid: [
            BETOS_NUMBER,
            "200000000000002@lid",
            OWN_LID,
            "status@broadcast",
            "?",
        ]
        .map(Into::into)
        .into(),
        ..Default::default()
    };
    let said = "¿@12025550102, @200000000000009?";
    let expected = What::Text {
        text: said.into(),
        reply: None,
        mentions: vec![beto(), own()],
    };
    assert_eq!(read(&extended(said, context.clone())), Some(expected));
    let expected = What::Edit {
        of: of(Some(ana())),
        text: said.into(),
        mentions: vec![beto(), own()],
    };
    let message = edit(key(Some(true), None), extended(said, context));
    assert_eq!(read(&message), Some(expected));
}

#[test]
fn an_edit_is_of_the_senders_own_message_whatever_its_key_says() {
    let expected = Some(What::Edit {
        of: of(Some(ana())),
        text: "mejor el lunes".into(),
        mentions: Vec::new(),
    });
    for key in [
        key(Some(true), None),
        key(Some(true), Some("200000000000001@lid")),
        key(Some(false), Some(BETOS_LID)),
        key(None, None),
    ] {
        let plain = edit(key, text("mejor el lunes"));
        let wrapped = wa::Message {
            edited_message: within(plain.clone()),
            ..Default::default()
        };
        for message in [
            &plain,
            &wrapped,
            &ephemeral(plain.clone()),
            &ephemeral(wrapped.clone()),
        ] {
            assert_eq!(read(message), expected);
        }
    }
    let caption = edit(
        key(Some(true), None),
        ephemeral(image(Some("mejor el lunes"))),
    );
    assert_eq!(read(&caption), expected);
}

#[test]
fn an_edit_is_never_a_new_text() {
    let sealed = wa::Message {
        secret_encrypted_message: MessageField::some(Default::default()),
        ..Default::default()
    };
    let bare = wa::Message {
        edited_message: within(text("mejor el lunes")),
        ..Default::default()
    };
    let without_text = edit(key(Some(true), None), image(None));
    for message in [sealed, bare, without_text] {
        assert_eq!(kind(&message), Some(Kind::Edit));
    }
    let of_nothing = edit(wa::MessageKey::default(), text("mejor el lunes"));
    assert_eq!(read(&of_nothing), None);
}

#[test]
fn ones_own_messages_one_may_delete_and_an_admin_everybodys() {
    let own_message = protocol(Type::REVOKE, Some(key(Some(true), None)));
    let named = protocol(
        Type::REVOKE,
        Some(key(Some(false), Some("200000000000001@lid"))),
    );
    for message in [&own_message, &named, &ephemeral(own_message.clone())] {
        match read_as(message, &EditAttribute::SenderRevoke) {
            Some(What::Revoke { of }) => assert!(of.author.unwrap().is(&ana())),
            other => panic!("taken for {other:?}"),
        }
    }
    let revoked = |author| Some(What::Revoke { of: of(author) });
    for (participant, author) in [
        (Some(BETOS_NUMBER), Some(beto())),
        (Some(OWN_LID), Some(own())),
        (None, None),
    ] {
        let message = protocol(Type::REVOKE, Some(key(Some(false), participant)));
        assert_eq!(
            read_as(&message, &EditAttribute::AdminRevoke),
            revoked(author)
        );
        assert_eq!(read_as(&message, &EditAttribute::SenderRevoke), None);
        assert_eq!(read(&message), None);
    }
}

#[test]
fn a_reaction_is_of_one_message_and_one_emoji_or_none() {
    for (key, author) in [
        (key(Some(true), None), Some(ana())),
        (key(Some(false), Some(BETOS_NUMBER)), Some(beto())),
        (key(None, Some(OWN_LID)), Some(own())),
        (key(Some(false), None), None),
    ] {
        for (emoji, expected) in [("👍", Some("👍".to_owned())), ("", None)] {
            let expected = What::Reaction {
                of: of(author.clone()),
                emoji: expected,
            };
            let message = reaction(key.clone(), emoji);
            assert_eq!(read(&ephemeral(message.clone())), Some(expected.clone()));
            assert_eq!(read(&message), Some(expected));
        }
    }
    assert_eq!(read(&reaction(wa::MessageKey::default(), "👍")), None);
}

#[test]
fn a_reaction_that_cannot_be_opened_is_named() {
    let sealed = wa::Message {
        enc_reaction_message: MessageField::some(Default::default()),
        ..Default::default()
    };
    assert_eq!(kind(&sealed), Some(Kind::Reaction));
}

#[test]
fn nothing_of_all_this_is_shown_in_logs() {
    for message in [
        extended("secreto", quoting(BETOS_LID, text("secreto"))),
        edit(key(Some(true), None), text("secreto")),
        protocol(Type::REVOKE, Some(key(Some(true), None))),
        reaction(key(Some(false), Some(BETOS_LID)), "🤫"),
    ] {
        let shown = format!("{:?}", read(&message).unwrap());
        assert!(shown.contains("3A01"), "{shown}");
        for secret in ["secreto", "🤫", "20000000000000", "555"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
