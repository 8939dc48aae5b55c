use std::sync::Arc;

use whatsapp_rust::Jid;
use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::wacore::types::message::{EditAttribute, MessageInfo, MessageSource};
use whatsapp_rust::waproto::whatsapp as wa;

use super::*;

mod alone;
mod references;

const OWN_DEVICE: u16 = 7;
const GROUP: &str = "120363000000000001@g.us";

fn person(lid: &str, number: &str) -> Person {
    Person {
        lid: lid.parse().ok(),
        number: number.parse().ok(),
    }
}

/// Who speaks.
fn ana() -> Person {
    person("200000000000001", "12025550101")
}

fn beto() -> Person {
    person("200000000000002", "12025550102")
}

fn text(text: &str) -> wa::Message {
    wa::Message {
        conversation: Some(text.into()),
        ..Default::default()
    }
}

fn within(inner: wa::Message) -> MessageField<wa::message::FutureProofMessage> {
    MessageField::some(wa::message::FutureProofMessage {
        message: MessageField::some(inner),
    })
}

fn ephemeral(inner: wa::Message) -> wa::Message {
    wa::Message {
        ephemeral_message: within(inner),
        ..Default::default()
    }
}

fn image(caption: Option<&str>) -> wa::Message {
    wa::Message {
        image_message: MessageField::some(wa::message::ImageMessage {
            caption: caption.map(Into::into),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// What Ana says, as the bridge's account (the LID ends in 9) hears it.
fn read_as(message: &wa::Message, edit: &EditAttribute) -> Option<What> {
    let group = GROUP.parse().unwrap();
    let known = |person: Person| match person.number {
        Some(number) if number.expose() == "12025550102" => beto(),
        _ => person,
    };
    let frame = Frame {
        group: Some(&group),
        sender: &ana(),
        own: &|| person("200000000000009", "12025550109"),
        edit,
        complete: &known,
    };
    what(message, &frame)
}

fn read(message: &wa::Message) -> Option<What> {
    read_as(message, &EditAttribute::Empty)
}

fn kind(message: &wa::Message) -> Option<Kind> {
    match read(message)? {
        What::Unknown { kind, .. } => Some(kind),
        other => panic!("taken for {other:?}"),
    }
}

fn said(text: &str) -> Option<What> {
    Some(What::Text {
        text: text.into(),
        reply: None,
        mentions: Vec::new(),
    })
}

fn source(chat: &str, sender: &str, alternative: Option<&str>, from_me: bool) -> MessageInfo {
    let jid = |text: &str| text.parse::<Jid>().unwrap();
    MessageInfo {
        source: MessageSource {
            chat: jid(chat),
            sender: jid(sender),
            sender_alt: alternative.map(jid),
            is_from_me: from_me,
            ..Default::default()
        },
        ..Default::default()
    }
}

#[test]
fn plain_and_extended_text_is_text_also_within_wrappers() {
    let extended = wa::Message {
        extended_text_message: MessageField::some(wa::message::ExtendedTextMessage {
            text: Some("hola".into()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let from_the_phone = wa::Message {
        device_sent_message: MessageField::some(wa::message::DeviceSentMessage {
            message: MessageField::some(ephemeral(text("hola"))),
            ..Default::default()
        }),
        ..Default::default()
    };
    for message in [
        text("hola"),
        extended,
        ephemeral(text("hola")),
        from_the_phone,
    ] {
        assert_eq!(read(&message), said("hola"));
    }
}

#[test]
fn text_that_carries_a_sender_key_is_still_text() {
    let message = wa::Message {
        sender_key_distribution_message: MessageField::some(Default::default()),
        ..text("hola")
    };
    assert_eq!(read(&message), said("hola"));
}

#[test]
fn what_is_not_carried_over_yet_is_named_with_its_caption() {
    assert_eq!(
        read(&ephemeral(image(Some("la plaza")))),
        Some(What::Unknown {
            kind: Kind::Image,
            caption: Some("la plaza".into())
        })
    );
    assert_eq!(
        read(&image(Some(""))),
        Some(What::Unknown {
            kind: Kind::Image,
            caption: None
        })
    );
    let document = wa::Message {
        document_with_caption_message: within(wa::Message {
            document_message: MessageField::some(Default::default()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let poll = wa::Message {
        poll_creation_message_v3: MessageField::some(Default::default()),
        ..Default::default()
    };
    let vote = wa::Message {
        poll_update_message: MessageField::some(Default::default()),
        ..Default::default()
    };
    let invitation = wa::Message {
        group_invite_message: MessageField::some(wa::message::GroupInviteMessage {
            group_name: Some("otro".into()),
            ..Default::default()
        }),
        ..Default::default()
    };
    for (message, expected) in [
        (document, Kind::Document),
        (poll, Kind::Poll),
        (vote, Kind::PollVote),
        (invitation, Kind::Other),
    ] {
        assert_eq!(kind(&message), Some(expected));
    }
}

#[test]
fn machinery_is_nothing_that_was_said() {
    use wa::message::protocol_message::Type;
    let key = wa::Message {
        sender_key_distribution_message: MessageField::some(Default::default()),
        message_context_info: MessageField::some(Default::default()),
        ..Default::default()
    };
    let pin = wa::Message {
        pin_in_chat_message: MessageField::some(Default::default()),
        ..Default::default()
    };
    for message in [
        wa::Message::default(),
        text(""),
        key,
        pin,
        ephemeral(wa::Message::default()),
        references::protocol(Type::EPHEMERAL_SETTING, None),
        references::protocol(Type::HISTORY_SYNC_NOTIFICATION, None),
        references::protocol(Type::APP_STATE_SYNC_KEY_SHARE, None),
        wa::Message {
            protocol_message: MessageField::some(Default::default()),
            ..Default::default()
        },
    ] {
        assert_eq!(read(&message), None);
    }
}

#[test]
fn wrappers_within_wrappers_come_to_an_end() {
    let mut message = text("deep");
    for _ in 0..100 {
        message = ephemeral(message);
    }
    assert_eq!(kind(&message), Some(Kind::Other));
}

#[test]
fn hostile_text_stays_as_it_is() {
    for written in ["*\u{202e}", "\0", "a\r\nb", &"x".repeat(70_000)] {
        assert_eq!(read(&text(written)), said(written));
    }
}

#[test]
fn lid_and_number_are_taken_from_whichever_place_they_stand_in() {
    let group = "120363000000000001@g.us";
    let (lid, number) = ("200000000000001:3@lid", "12025550123:3@s.whatsapp.net");
    for (sender, alternative) in [(lid, Some(number)), (number, Some(lid))] {
        let Origin::Group(heard_in, sender) =
            origin(&source(group, sender, alternative, false), OWN_DEVICE)
        else {
            panic!("not heard in the group");
        };
        assert_eq!(heard_in.expose(), group);
        assert_eq!(sender.lid.unwrap().expose(), "200000000000001");
        assert_eq!(sender.number.unwrap().expose(), "12025550123");
    }
    let Origin::Group(_, sender) = origin(&source(group, lid, None, false), OWN_DEVICE) else {
        panic!("not heard in the group");
    };
    assert!(sender.lid.is_some() && sender.number.is_none());
}

#[test]
fn groups_and_whoever_writes_alone_are_heard_and_not_what_this_device_sent() {
    let group = "120363000000000001@g.us";
    let person = "12025550123@s.whatsapp.net";
    let of = |info| origin(&info, OWN_DEVICE);
    assert!(matches!(
        of(source(person, person, None, false)),
        Origin::Direct(_)
    ));
    // What is typed on the bridge's phone to one person is theirs.
    assert!(matches!(
        of(source(person, "100000000000001@lid", None, true)),
        Origin::Elsewhere
    ));
    for elsewhere in [
        source("status@broadcast", person, None, false),
        source("120363000000000009@newsletter", person, None, false),
        source(group, "100000000000001:7@lid", None, true),
        source(group, "1@bot", None, false),
    ] {
        assert!(matches!(of(elsewhere), Origin::Elsewhere));
    }
    let on_the_phone = source(group, "100000000000001@lid", None, true);
    assert!(matches!(of(on_the_phone), Origin::Group(..)));
}

#[test]
fn what_was_heard_survives_storage_and_is_not_shown_in_logs() {
    let heard = Heard {
        group: "120363000000000001@g.us".parse().unwrap(),
        id: "3EB0".into(),
        sender: Person {
            lid: Some("200000000000001".parse().unwrap()),
            number: Some("12025550123".parse().unwrap()),
        },
        push_name: Some("Ana 12025550123".into()),
        at_ms: 1_700_000_000_000,
        from_me: false,
        what: What::Text {
            text: "llamen al 12025550123".into(),
            reply: Some(Quoted {
                key: MessageKey {
                    id: "3EB1".into(),
                    author: Some(beto()),
                    ours: false,
                },
                text: Some("soy Ana, 12025550123".into()),
            }),
            mentions: vec![beto()],
        },
    };
    let stored = serde_json::to_vec(&Arc::new(heard.clone())).unwrap();
    assert_eq!(serde_json::from_slice::<Heard>(&stored).unwrap(), heard);
    let shown = format!("{heard:?} {:?}", heard.sender);
    for secret in ["555", "Ana", "20000000000000", "120363"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
