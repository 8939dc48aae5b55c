//! What people do with messages, on either network, and how it arrives on the other and in the theme's other group.

use matrix_sdk::ruma::EventId;
use sandbox::phones::{Kind, Shown, Thing};
use serde_json::{Value, json};

use crate::scene::{Scene, body, id};
use crate::shows::Seen::{First, Group, Room, Second};
use crate::shows::{NOTHING, Row, Showing};
use crate::world::Line;

pub const FORMATTING: Row = Row {
    what: "Bold, italic, strike, code, lists, quotes, links",
    arrives: &[
        "Matrix HTML",
        "the same marks behind `*Name*: `",
        "WhatsApp's marks; a link's target in parentheses behind its label",
    ],
    test: "formatting_crosses",
};
pub const LITERAL: Row = Row {
    what: "Signs that only look like marks",
    arrives: &[
        "as they are",
        "as they are",
        "as they are, or a look-alike (`∗`) where they would mark something",
    ],
    test: "formatting_crosses",
};
pub const HOSTILE: Row = Row {
    what: "Scripts, links to programs, lines that imitate another's",
    arrives: &[
        NOTHING,
        NOTHING,
        "left out; what imitates a name is marked with `│`",
    ],
    test: "formatting_crosses",
};

/// Bold, italic, struck through, code, lists, quotes and links are the same on both sides; what only looks like a mark is none.
#[tokio::test(flavor = "multi_thread")]
async fn formatting_crosses() {
    let shows = Showing::of(&[&FORMATTING, &LITERAL, &HOSTILE]);
    let scene = Scene::new().await;
    let marked =
        "*fuerte* _suave_ ~viejo~ `código` https://example.org/a_b_c\n- uno\n- dos\n> cita";
    scene.ana.send_text(&scene.one, marked).await.unwrap();
    let event = scene
        .room_has("the formatted text", |event| {
            body(event).starts_with("fuerte")
        })
        .await;
    let html = event["content"]["formatted_body"].as_str().unwrap();
    for part in [
        "<strong>fuerte</strong>",
        "<em>suave</em>",
        "<del>viejo</del>",
        "<code>código</code>",
        "<li>uno</li>",
        "<blockquote>",
    ] {
        assert!(html.contains(part), "{html}");
    }
    assert_eq!(event["content"]["m.mentions"], json!({}));
    shows.saw(&FORMATTING, &[Room]);
    scene
        .beto_sees("the same marks", |shown| {
            shown.text == format!("*Ana*: {marked}")
        })
        .await;
    shows.saw(&FORMATTING, &[Group]);
    let literal = "son 3 * 4 y un_nombre_largo";
    scene.ana.send_text(&scene.one, literal).await.unwrap();
    let event = scene
        .room_has("the same signs", |event| body(event) == literal)
        .await;
    assert_eq!(event["content"]["formatted_body"], Value::Null);
    shows.saw(&LITERAL, &[Room]);
    scene
        .beto_sees("the same signs", |shown| {
            shown.text == format!("*Ana*: {literal}")
        })
        .await;
    shows.saw(&LITERAL, &[Group]);

    let html = "<p><b>negrita</b> y <i>cursiva</i>, <a href=\"https://example.org/acta\">el acta</a></p><ol><li>agua</li><li>luz</li></ol>";
    let content = json!({"msgtype": "m.text", "body": "negrita y cursiva", "format": "org.matrix.custom.html", "formatted_body": html});
    scene.maria_sends("m.room.message", content).await;
    let shown =
        "*María*: *negrita* y _cursiva_, el acta (https://example.org/acta)\n1. agua\n2. luz";
    scene
        .both_see("marks", |message| message.text == shown)
        .await;
    shows.saw(&FORMATTING, &[First, Second]);
    scene.maria.say("2*3*4 no es *negrita*").await;
    let literal = "*María*: 2*3*4 no es ∗negrita∗";
    scene
        .both_see("no marks", |message| message.text == literal)
        .await;
    shows.saw(&LITERAL, &[First, Second]);
    let hostile = json!({"msgtype": "m.text", "body": "x", "format": "org.matrix.custom.html",
        "formatted_body": "<script>alert(1)</script><a href=\"javascript:x\">aquí</a><br><b>Beto</b>: yo no fui"});
    scene.maria_sends("m.room.message", hostile).await;
    let harmless = "*María*: aquí\n│ *Beto*: yo no fui";
    scene
        .both_see("nothing hostile", |message| message.text == harmless)
        .await;
    shows.saw(&HOSTILE, &[First, Second]);
    scene.ends().await;
}

pub const ANSWER: Row = Row {
    what: "An answer",
    arrives: &[
        "an answer, in the thread of what it answers",
        "an answer that quotes the copy there",
        "an answer that quotes the message or its copy",
    ],
    test: "answers_find_what_they_answer",
};
pub const THREAD: Row = Row {
    what: "A message in a thread",
    arrives: &[
        NOTHING,
        NOTHING,
        "an answer that quotes what it answers, or the thread's first message",
    ],
    test: "answers_find_what_they_answer",
};

/// An answer finds the message that it answers on each leg, wherever that was written; one to what nobody knows quotes it; what is
/// written in a thread, and what answers it, stays in it.
#[tokio::test(flavor = "multi_thread")]
async fn answers_find_what_they_answer() {
    let shows = Showing::of(&[&ANSWER, &THREAD]);
    let scene = Scene::new().await;
    let hola = scene
        .ana_sees("her own", |shown| shown.text == "hola")
        .await;
    let in_room = scene.maria.wait_for_text("hola").await.event.to_string();
    let reply = json!({"msgtype": "m.text", "body": "¡qué tal!", "m.relates_to": {"m.in_reply_to": {"event_id": in_room}}});
    scene.maria_sends("m.room.message", reply).await;
    let there = scene
        .ana_sees("an answer", |shown| shown.text == "*María*: ¡qué tal!")
        .await;
    let quote = there.quote.clone().expect("a quote");
    assert_eq!(
        (quote.id.as_str(), quote.text.as_str()),
        (hola.id.as_str(), "hola")
    );
    let at_beto = scene
        .beto_sees("an answer", |shown| shown.text == "*María*: ¡qué tal!")
        .await;
    assert_eq!(at_beto.quote.expect("a quote").text, "*Ana*: hola");
    shows.saw(&ANSWER, &[First, Second]);

    // Beto answers María's words, which stand in his group as the bridge's.
    scene
        .beto
        .reply(&scene.two, &at_beto.id, "todo bien")
        .await
        .unwrap();
    let event = scene
        .room_has("Beto's answer", |event| body(event) == "todo bien")
        .await;
    let answered = &event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"];
    let marias = scene
        .room_has("María's words", |event| body(event) == "¡qué tal!")
        .await;
    assert_eq!(answered, id(&marias));
    let at_ana = scene
        .ana_sees("Beto's answer", |shown| shown.text == "*Beto*: todo bien")
        .await;
    assert_eq!(at_ana.quote.expect("a quote").id, there.id);
    shows.saw(&ANSWER, &[Group]);

    // A thread on Matrix.
    let thread = json!({"msgtype": "m.text", "body": "en el hilo", "m.relates_to": {"rel_type": "m.thread",
        "event_id": in_room, "is_falling_back": true, "m.in_reply_to": {"event_id": in_room}}});
    scene.maria_sends("m.room.message", thread).await;
    let in_thread = scene
        .ana_sees("the thread's", |shown| shown.text == "*María*: en el hilo")
        .await;
    assert_eq!(in_thread.quote.as_ref().expect("a quote").id, hola.id);
    let quotes_it = |shown: &Shown| {
        let quote = shown.quote.as_ref();
        shown.text == in_thread.text && quote.is_some_and(|quote| quote.text == "*Ana*: hola")
    };
    scene.beto_sees("the thread's", quotes_it).await;
    shows.saw(&THREAD, &[First, Second]);
    scene
        .ana
        .reply(&scene.one, &in_thread.id, "yo también")
        .await
        .unwrap();
    let event = scene
        .room_has("Ana's answer", |event| body(event) == "yo también")
        .await;
    let relation = &event["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.thread", "{relation}");
    assert_eq!(relation["event_id"], in_room.as_str());
    shows.saw(&ANSWER, &[Room]);
    scene.ends().await;
}

pub const CHANGE: Row = Row {
    what: "A change",
    arrives: &["a change (`m.replace`)", "an edit", "an edit"],
    test: "changes_and_deletions_cross",
};
pub const DELETION: Row = Row {
    what: "A deletion",
    arrives: &[
        "every copy and every edit is redacted",
        "every copy is deleted for everyone",
        "every copy is deleted for everyone",
    ],
    test: "changes_and_deletions_cross",
};

/// Changes arrive as changes; what is taken back is gone everywhere, with its changes; nobody changes or takes back what is
/// another's.
#[tokio::test(flavor = "multi_thread")]
async fn changes_and_deletions_cross() {
    let shows = Showing::of(&[&CHANGE, &DELETION]);
    let scene = Scene::new().await;
    let error = scene.ana.send_text(&scene.one, "mañna").await.unwrap();
    let first = scene
        .room_has("the message", |event| body(event) == "mañna")
        .await;
    scene
        .beto_sees("it", |shown| shown.text == "*Ana*: mañna")
        .await;
    scene
        .ana
        .edit(&scene.one, &error, "*mañana*")
        .await
        .unwrap();
    let edit = scene
        .room_has("the change", |event| {
            event["content"]["m.new_content"]["body"] == "mañana"
        })
        .await;
    let relation = &edit["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.replace");
    assert_eq!(relation["event_id"], id(&first));
    assert_eq!(edit["sender"], first["sender"]);
    scene
        .beto_sees("the change", |shown| {
            shown.text == "*Ana*: *mañana*" && shown.edited
        })
        .await;
    shows.saw(&CHANGE, &[Room, Group]);
    scene.ana.delete(&scene.one, &error).await.unwrap();
    for event in [id(&first), id(&edit)] {
        scene
            .room_has("nothing of it", |found| {
                id(found) == event && found["content"].as_object().unwrap().is_empty()
            })
            .await;
    }
    let gone = |shown: &Shown| shown.deleted;
    scene.beto_sees("nothing of it", gone).await;
    shows.saw(&DELETION, &[Room, Group]);

    let event = scene.maria.say("otra cosa").await.to_string();
    scene
        .both_see("it", |shown| shown.text == "*María*: otra cosa")
        .await;
    let edit = json!({"msgtype": "m.text", "body": "* otra idea", "m.new_content": {"msgtype": "m.text", "body": "otra idea"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    let edit = scene.maria_sends("m.room.message", edit).await;
    let changed = scene
        .both_see("the change", |shown| {
            shown.text == "*María*: otra idea" && shown.edited
        })
        .await;
    shows.saw(&CHANGE, &[First, Second]);
    let event = EventId::parse(&event).unwrap();
    scene.maria.room.redact(&event, None, None).await.unwrap();
    scene
        .ana_sees("nothing of it", |shown| {
            shown.id == changed.id && shown.deleted
        })
        .await;
    let both = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 2;
    scene.beto.wait_for(&scene.two, both).await.unwrap();
    shows.saw(&DELETION, &[First, Second]);
    scene
        .room_has("no change of it", |found| {
            id(found) == edit && found["content"].as_object().unwrap().is_empty()
        })
        .await;
    scene.ends().await;
}

pub const STAYS_OUT: Row = Row {
    what: "What somebody does who stays out (`!no`)",
    arrives: &[
        "nothing of it; what they delete is deleted",
        "nothing of it; what they delete is deleted",
        "nothing of it; what they delete is deleted",
    ],
    test: "whoever_stays_out_leaves_no_trace",
};

/// Nobody but an admin deletes somebody else's words. Whoever stays out leaves no trace, and may still
/// take back what they said before.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stays_out_leaves_no_trace() {
    let shows = Showing::of(&[&STAYS_OUT]);
    let scene = Scene::new().await;
    let event = scene.maria.say("una estafa").await.to_string();
    let at_ana = scene
        .ana_sees("it", |shown| shown.text == "*María*: una estafa")
        .await;
    scene
        .beto_sees("it", |shown| shown.text == "*María*: una estafa")
        .await;
    let refused = scene.ana.delete_as_admin(&scene.one, &at_ana.id).await;
    assert!(refused.is_err(), "Ana is no admin");
    let hola = scene.ana_sees("hers", |shown| shown.text == "hola").await;
    scene.ana.send_text(&scene.one, "!no").await.unwrap();
    scene
        .ana_sees("an answer", |shown| {
            shown.who == "Aty" && shown.text.contains("!si")
        })
        .await;
    scene.ana.react(&scene.one, &at_ana.id, "👎").await.unwrap();
    scene
        .ana
        .edit(&scene.one, &hola.id, "hola a nadie")
        .await
        .unwrap();
    scene.ana.delete(&scene.one, &hola.id).await.unwrap();
    let marias = scene.maria.client.user_id().unwrap().to_owned();
    scene
        .room_has("no hola", |found| {
            found["type"] == "m.room.redaction" && found["sender"] != marias.as_str()
        })
        .await;
    let timeline = scene.timeline().await;
    let told = serde_json::to_string(&timeline).unwrap();
    assert!(
        !told.contains("hola a nadie") && !told.contains("👎"),
        "{told}"
    );
    shows.saw(&STAYS_OUT, &[Room]);
    scene.beto_sees("no hola", |shown| shown.deleted).await;
    let beto = scene.beto.chat(&scene.two);
    assert!(beto.iter().all(|shown| shown.reactions.is_empty()));
    shows.saw(&STAYS_OUT, &[Group]);
    scene.maria.say("!no").await;
    let answered = |lines: &[Line]| lines.iter().any(|line| line.text.contains("!si"));
    scene.maria.wait_for("an answer", answered).await;
    scene.maria.say("esto queda acá").await;
    let event = EventId::parse(&event).unwrap();
    scene.maria.room.redact(&event, None, None).await.unwrap();
    let both = |chat: &[Shown]| chat.iter().filter(|shown| shown.deleted).count() == 2;
    scene.beto.wait_for(&scene.two, both).await.unwrap();
    scene.ana.wait_for(&scene.one, both).await.unwrap();
    for chat in [scene.ana.chat(&scene.one), scene.beto.chat(&scene.two)] {
        let kept = chat.iter().all(|shown| !shown.text.contains("queda acá"));
        assert!(kept, "{chat:#?}");
    }
    shows.saw(&STAYS_OUT, &[First, Second]);
    scene.ends().await;
}

pub const REACTION: Row = Row {
    what: "A reaction, another, none",
    arrives: &[
        "the person's own reaction",
        "the bridge's own, with the emoji that most people elsewhere chose",
        "the bridge's own, with the emoji that most people elsewhere chose",
    ],
    test: "reactions_cross",
};

/// Reactions arrive as their person's in the room, and in groups as the bridge's own, the one that most people chose; each is
/// changed and taken back.
#[tokio::test(flavor = "multi_thread")]
async fn reactions_cross() {
    let shows = Showing::of(&[&REACTION]);
    let scene = Scene::new().await;
    let event = scene.maria.say("¿quién viene?").await.to_string();
    let at_ana = scene
        .ana_sees("it", |shown| shown.text.ends_with("viene?"))
        .await;
    scene
        .beto_sees("it", |shown| shown.text.ends_with("viene?"))
        .await;
    let reacts = |key: &'static str| {
        let event = event.clone();
        move |found: &Value| {
            let relation = &found["content"]["m.relates_to"];
            relation["key"] == key && relation["event_id"] == event.as_str()
        }
    };
    scene.ana.react(&scene.one, &at_ana.id, "👍").await.unwrap();
    let thumb = scene.room_has("a thumb", reacts("👍")).await;
    assert_eq!(thumb["type"], "m.reaction");
    let bridges = |emoji: &'static str| {
        move |shown: &Shown| {
            shown.text.ends_with("viene?")
                && shown
                    .reactions
                    .iter()
                    .any(|reaction| reaction.emoji == emoji)
        }
    };
    scene.beto_sees("a thumb", bridges("👍")).await;
    scene.ana.react(&scene.one, &at_ana.id, "❤️").await.unwrap();
    let heart = scene.room_has("a heart", reacts("❤️")).await;
    assert_eq!(heart["sender"], thumb["sender"]);
    let empty = |of: &Value| {
        let of = id(of).to_owned();
        move |found: &Value| id(found) == of && found["content"].as_object().unwrap().is_empty()
    };
    scene.room_has("no thumb", empty(&thumb)).await;
    scene.beto_sees("a heart", bridges("❤️")).await;
    scene.ana.react(&scene.one, &at_ana.id, "").await.unwrap();
    scene.room_has("no heart", empty(&heart)).await;
    shows.saw(&REACTION, &[Room]);
    let none = |shown: &Shown| shown.text.ends_with("viene?") && shown.reactions.is_empty();
    scene.beto_sees("no reaction", none).await;
    shows.saw(&REACTION, &[Group]);

    let hola = scene.maria.wait_for_text("hola").await.event.to_string();
    let content =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": hola, "key": "🎉"}});
    let party = scene.maria_sends("m.reaction", content).await;
    let celebrated = |shown: &Shown| {
        shown.text.ends_with("hola")
            && shown
                .reactions
                .iter()
                .any(|reaction| reaction.emoji == "🎉")
    };
    scene.both_see("a party", celebrated).await;
    let party = EventId::parse(&party).unwrap();
    scene.maria.room.redact(&party, None, None).await.unwrap();
    let plain = |shown: &Shown| shown.text.ends_with("hola") && shown.reactions.is_empty();
    scene.both_see("no party", plain).await;
    shows.saw(&REACTION, &[First, Second]);
    scene.ends().await;
}

pub const MENTION: Row = Row {
    what: "A mention",
    arrives: &[
        "a pill, and `m.mentions`",
        "`@Name`",
        "a mention of those who are in the group, for others `@Name`",
    ],
    test: "mentions_cross",
};

/// Whoever is mentioned is mentioned: by a pill in the room, by their own phone's notice in a group where they are; never by a
/// number.
#[tokio::test(flavor = "multi_thread")]
async fn mentions_cross() {
    let shows = Showing::of(&[&MENTION]);
    let mut scene = Scene::new().await;
    let carla = scene.world.phone("Carla").await;
    carla.join(&scene.link).await.unwrap();
    carla.send_text(&scene.one, "llegué").await.unwrap();
    let carlas = scene
        .room_has("Carla", |event| body(event) == "llegué")
        .await;
    let ghost = carlas["sender"].as_str().unwrap().to_owned();
    scene
        .ana
        .mention(&scene.one, "@Carla ¿venís?", &["Carla"])
        .await
        .unwrap();
    let event = scene
        .room_has("a mention", |event| body(event).contains("¿venís?"))
        .await;
    assert_eq!(body(&event), "@Carla ¿venís?");
    let html = event["content"]["formatted_body"].as_str().unwrap();
    assert!(
        html.contains(&format!("https://matrix.to/#/{ghost}")),
        "{html}"
    );
    assert_eq!(event["content"]["m.mentions"]["user_ids"], json!([ghost]));
    shows.saw(&MENTION, &[Room]);
    scene
        .beto_sees("her name", |shown| shown.text == "*Ana*: @Carla ¿venís?")
        .await;
    shows.saw(&MENTION, &[Group]);

    let pill = format!("<a href=\"https://matrix.to/#/{ghost}\">Carla</a>: gracias");
    let content = json!({"msgtype": "m.text", "body": "Carla: gracias", "format": "org.matrix.custom.html", "formatted_body": pill});
    scene.maria_sends("m.room.message", content).await;
    let shown = scene
        .ana_sees("a mention", |shown| {
            shown.text == "*María*: @Carla: gracias"
        })
        .await;
    assert_eq!(shown.mentions, ["Carla"]);
    scene
        .beto_sees("her name", |shown| shown.text == "*María*: @Carla: gracias")
        .await;
    shows.saw(&MENTION, &[First, Second]);
    scene.ends().await;
}

pub const NOT_CARRIED: Row = Row {
    what: "A photo, video, voice message, document, sticker, contact, place, poll, event",
    arrives: &[
        "a line that says what it was, and its caption",
        "a line that says what it was, and its caption",
        "a line that says what it was",
    ],
    test: "what_is_not_carried_is_told",
};

/// What is not carried yet is told, where it can be seen, with the words that came with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_carried_is_told() {
    let shows = Showing::of(&[&NOT_CARRIED]);
    let scene = Scene::new().await;
    let photo = Thing::new(Kind::Image, "la *canilla* rota");
    scene.ana.send(&scene.one, photo).await.unwrap();
    let event = scene
        .room_has("a photo", |event| body(event).contains("Foto"))
        .await;
    assert_eq!(
        body(&event),
        "📷 Foto (se ve solo en WhatsApp)\nla canilla rota"
    );
    scene
        .beto_sees("a photo", |shown| {
            shown
                .text
                .contains("📷 Foto (se ve solo en WhatsApp)\nla *canilla* rota")
        })
        .await;
    shows.saw(&NOT_CARRIED, &[Room, Group]);
    let file = json!({"msgtype": "m.file", "body": "acta.pdf", "url": "mxc://aty.test/x"});
    scene.maria_sends("m.room.message", file).await;
    scene
        .both_see("a document", |shown| {
            shown.text == "*María*: 📄 Documento (se ve solo en Matrix)"
        })
        .await;
    scene
        .world
        .wait_for_status("both are counted", |status| {
            status["only_told"] == json!({"document": 1, "photo": 1})
        })
        .await;
    for command in ["status", "doctor"] {
        let said = scene.world.aty(&[command]).await.unwrap();
        assert!(said.contains("1 document, 1 photo"), "{said}");
    }
    shows.saw(&NOT_CARRIED, &[First, Second]);
    scene.ends().await;
}
