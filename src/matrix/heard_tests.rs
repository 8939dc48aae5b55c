use ruma::server_name;
use serde_json::json;

use super::*;

const GHOST: &str = "@_aty_abcdefghij234567:example.org";

fn identity() -> Identity {
    Identity::new("aty", "_aty_", server_name!("example.org")).unwrap()
}

fn hear(event: Value) -> Result<Heard, Unreadable> {
    let raw = serde_json::value::to_raw_value(&event).unwrap();
    Heard::from_raw(&raw, &identity())
}

fn event(sender: &str, event_type: &str, content: Value) -> Value {
    json!({
        "event_id": "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg",
        "room_id": "!Pf1Y0cYkPY1tmDTWzg7sMbzrNnYzzdPsdqSNZFYAhTw",
        "sender": sender,
        "origin_server_ts": 1_700_000_000_000_i64,
        "type": event_type,
        "content": content,
    })
}

fn with_key(mut event: Value, key: &str) -> Value {
    event["state_key"] = key.into();
    event
}

fn what(event: Value) -> What {
    hear(event).unwrap().what
}

fn from_ana(content: Value) -> Value {
    event("@ana:example.org", "m.room.message", content)
}

#[test]
fn a_message_is_heard_with_who_where_and_when() {
    let heard = hear(from_ana(json!({ "msgtype": "m.text", "body": "Hola" }))).unwrap();
    assert_eq!(
        heard.event_id,
        "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg"
    );
    assert_eq!(heard.room, "!Pf1Y0cYkPY1tmDTWzg7sMbzrNnYzzdPsdqSNZFYAhTw");
    assert_eq!(heard.sender, "@ana:example.org");
    assert_eq!(heard.at, Timestamp(1_700_000_000_000));
    let said = What::Text {
        body: "Hola".to_owned(),
        formatted: None,
        kind: TextKind::Text,
        relates: None,
    };
    assert_eq!(heard.what, said);
}

#[test]
fn markup_counts_only_in_its_known_format() {
    let html = json!({
        "msgtype": "m.emote", "body": "saluda",
        "format": "org.matrix.custom.html", "formatted_body": "<b>saluda</b>",
    });
    let mut unknown = html.clone();
    unknown["format"] = "text/x-tex".into();
    let text = |formatted: Option<&str>| What::Text {
        body: "saluda".to_owned(),
        formatted: formatted.map(str::to_owned),
        kind: TextKind::Emote,
        relates: None,
    };
    assert_eq!(what(from_ana(html)), text(Some("<b>saluda</b>")));
    assert_eq!(what(from_ana(unknown)), text(None));
}

#[test]
fn an_answer_keeps_what_it_answers() {
    let relation = json!({ "m.in_reply_to": { "event_id": "$before" } });
    let content = json!({ "msgtype": "m.notice", "body": "sí", "m.relates_to": relation });
    let What::Text { relates, kind, .. } = what(from_ana(content)) else {
        panic!("not a text")
    };
    assert_eq!((relates, kind), (Some(relation), TextKind::Notice));
}

#[test]
fn an_edit_is_no_new_text() {
    let content = json!({
        "msgtype": "m.text", "body": "* mañana",
        "m.new_content": { "msgtype": "m.text", "body": "mañana" },
        "m.relates_to": { "rel_type": "m.replace", "event_id": "$before" },
    });
    let edit = What::Edit {
        of: OwnedEventId::try_from("$before").unwrap(),
        body: "mañana".to_owned(),
        formatted: None,
        kind: TextKind::Text,
    };
    assert_eq!(what(from_ana(content)), edit);
}

#[test]
fn a_broken_edit_is_not_taken_for_new_text() {
    for (relation, new) in [
        (
            json!({ "rel_type": "m.replace" }),
            json!({ "msgtype": "m.text", "body": "x" }),
        ),
        (
            json!({ "rel_type": "m.replace", "event_id": 5 }),
            json!({ "msgtype": "m.text", "body": "x" }),
        ),
        (
            json!({ "rel_type": "m.replace", "event_id": "$before" }),
            Value::Null,
        ),
        (
            json!({ "rel_type": "m.replace", "event_id": "$before" }),
            json!({ "msgtype": "m.text" }),
        ),
    ] {
        let content = json!({
            "msgtype": "m.text", "body": "* x", "m.new_content": new, "m.relates_to": relation,
        });
        assert_eq!(what(from_ana(content.clone())), nothing(), "{content}");
    }
}

#[test]
fn our_own_words_come_back_with_their_effect() {
    for sender in [GHOST, "@aty:example.org"] {
        let sent = json!({ "msgtype": "m.text", "body": "Hola", "org.aty.effect": "e1" });
        let echo = What::Ours {
            effect: Some("e1".to_owned()),
            event_type: "m.room.message".to_owned(),
        };
        assert_eq!(what(event(sender, "m.room.message", sent)), echo);
    }
    // Whatever is not text is no effect, and it is ours all the same: never to be answered.
    let odd = event(GHOST, "m.room.message", json!({ "org.aty.effect": 7 }));
    let echo = What::Ours {
        effect: None,
        event_type: "m.room.message".to_owned(),
    };
    assert_eq!(what(odd), echo);
}

#[test]
fn nobody_else_can_pass_for_us() {
    for sender in [
        "@ana:example.org",
        "@_aty_abcdefghij234567:elsewhere.example",
    ] {
        let forged = json!({ "msgtype": "m.text", "body": "Hola", "org.aty.effect": "e1" });
        let heard = what(event(sender, "m.room.message", forged));
        assert!(matches!(heard, What::Text { .. }), "{heard:?}");
    }
}

#[test]
fn memberships() {
    let member = |sender: &str, user: &str, content: Value| {
        what(with_key(event(sender, "m.room.member", content), user))
    };
    let is = |user: &str, membership, display_name: Option<&str>| What::Member {
        user: OwnedUserId::try_from(user).unwrap(),
        membership,
        was: None,
        display_name: display_name.map(str::to_owned),
    };
    let (ana, bot) = ("@ana:example.org", "@aty:example.org");
    let joined = json!({ "membership": "join", "displayname": "Ana" });
    assert_eq!(
        member(ana, ana, joined),
        is(ana, Membership::Joined, Some("Ana"))
    );
    let nameless = json!({ "membership": "join", "displayname": { "no": "text" } });
    assert_eq!(
        member(ana, ana, nameless),
        is(ana, Membership::Joined, None)
    );
    assert_eq!(
        member(ana, bot, json!({ "membership": "invite" })),
        What::Invite { direct: false }
    );
    let alone = json!({ "membership": "invite", "is_direct": true });
    assert_eq!(member(ana, bot, alone), What::Invite { direct: true });
    let kicked = json!({ "membership": "leave" });
    assert_eq!(
        member(ana, GHOST, kicked.clone()),
        is(GHOST, Membership::Left, None)
    );
    assert_eq!(
        member(bot, ana, kicked.clone()),
        is(ana, Membership::Left, None)
    );
    for (before, expected) in [
        (json!("ban"), Some(Membership::Banned)),
        (json!("strange"), None),
        (json!(7), None),
    ] {
        let mut event = with_key(
            event("@keeper:example.org", "m.room.member", kicked.clone()),
            ana,
        );
        event["unsigned"] = json!({ "prev_content": { "membership": before } });
        let What::Member { was, .. } = what(event) else {
            panic!("it is a membership");
        };
        assert_eq!(was, expected);
    }
    let echo = What::Ours {
        effect: None,
        event_type: "m.room.member".to_owned(),
    };
    assert_eq!(member(GHOST, GHOST, json!({ "membership": "join" })), echo);
}

#[test]
fn a_room_that_ends_says_where_it_goes_on() {
    let ended = |content| with_key(event("@ana:example.org", "m.room.tombstone", content), "");
    let next = OwnedRoomId::try_from("!next").unwrap();
    let named = json!({ "body": "nos mudamos", "replacement_room": "!next" });
    assert_eq!(
        what(ended(named)),
        What::Tombstone {
            replacement: Some(next)
        }
    );
    assert_eq!(
        what(ended(json!({}))),
        What::Tombstone { replacement: None }
    );
}

#[test]
fn a_message_already_taken_back_is_no_error() {
    assert_eq!(what(from_ana(json!({}))), What::Redacted);
}

#[test]
fn what_we_do_not_know_is_named() {
    let image = from_ana(json!({ "msgtype": "m.image", "body": "foto.jpg", "url": "mxc://x/y" }));
    let other = |event_type: &str, message_type: Option<&str>| What::Other {
        event_type: event_type.to_owned(),
        message_type: message_type.map(str::to_owned),
        caption: None,
    };
    assert_eq!(what(image), other("m.room.message", Some("m.image")));
    let reaction = event(
        "@ana:example.org",
        "m.reaction",
        json!({ "m.relates_to": 5 }),
    );
    assert_eq!(what(reaction), other("m.reaction", None));
    // A message with a state key is state, and nobody's words.
    let state = with_key(from_ana(json!({ "msgtype": "m.text", "body": "x" })), "");
    assert_eq!(what(state), other("m.room.message", None));
}

#[test]
fn what_lacks_the_least_is_unreadable() {
    let good = from_ana(json!({ "msgtype": "m.text", "body": "Hola" }));
    for field in [
        "event_id",
        "room_id",
        "sender",
        "origin_server_ts",
        "type",
        "content",
    ] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(field);
        assert!(hear(without).is_err(), "without {field}");
        let mut odd = good.clone();
        odd[field] = json!([1.5]);
        assert!(hear(odd).is_err(), "odd {field}");
    }
}

#[test]
fn hostile_events_are_unreadable_and_harmless() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in ["null", "7", "\"text\"", "[]", "{}", deep.as_str()] {
        let raw = RawValue::from_string(text.to_owned()).unwrap();
        assert!(Heard::from_raw(&raw, &identity()).is_err());
    }
    for (user, content) in [
        ("nobody", json!({ "membership": "join" })),
        ("@ana:example.org", json!({})),
        ("@ana:example.org", json!({ "membership": "king" })),
        ("@ana:example.org", json!({ "membership": 1 })),
    ] {
        let odd = with_key(event("@ana:example.org", "m.room.member", content), user);
        assert!(hear(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn what_a_member_writes_wrongly_is_nothing() {
    for content in [
        json!({ "msgtype": "m.text", "body": 7 }),
        json!({ "msgtype": "m.text", "body": null }),
        json!({ "msgtype": "m.text" }),
        json!({ "msgtype": ["m.text"], "body": "x" }),
        json!({ "body": "x" }),
    ] {
        assert_eq!(what(from_ana(content.clone())), nothing(), "{content}");
    }
}

fn nothing() -> What {
    What::Other {
        event_type: "m.room.message".to_owned(),
        message_type: None,
        caption: None,
    }
}

#[test]
fn an_error_does_not_repeat_what_was_said() {
    let said = json!({ "membership": "mi número es 12025550123" });
    let odd = event("@ana:example.org", "m.room.member", said);
    let error = hear(with_key(odd, "@ana:example.org")).unwrap_err();
    assert!(!error.to_string().contains("12025550123"), "{error}");
}
