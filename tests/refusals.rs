//! What comes in wrong is refused, logged, and disturbs nothing else.

use serde_json::{Value, json};

use crate::world::{AGUA, World};

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_nonsense_are_refused_and_disturb_nothing() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let maria = world.citizen("María", "agua").await;

    // A connection for each: the server may end one after it refused what it had not read.
    let http = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let endpoint = format!("http://{}/_matrix/app/v1/transactions/t1", world.listen);
    let token = world.hs_token();
    let event = json!({"type": "m.room.message", "event_id": "$forged", "room_id": maria.room.room_id(), "sender": "@eve:aty.test",
        "origin_server_ts": 1, "content": {"msgtype": "m.text", "body": "falso"}});
    let forged = json!({ "events": [event] }).to_string();

    let put = |token: Option<String>, body: String| {
        let request = http.put(&endpoint).body(body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        async move {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap_or_default();
            (
                status,
                body["errcode"].as_str().unwrap_or_default().to_owned(),
            )
        }
    };
    assert_eq!(
        put(None, forged.clone()).await,
        (401, "M_UNAUTHORIZED".into())
    );
    assert_eq!(
        put(Some("wrong".into()), forged).await,
        (403, "M_FORBIDDEN".into())
    );
    assert_eq!(put(Some(token.clone()), "{ nonsense".into()).await.0, 400);
    assert_eq!(
        put(Some(token.clone()), json!({"events": 7}).to_string())
            .await
            .0,
        400
    );
    // Whoever is refused in the middle of so much may find the connection cut before the answer.
    let huge = http
        .put(&endpoint)
        .bearer_auth(&token)
        .body("x".repeat(33 << 20));
    let answer = huge.send().await;
    let refused = answer.map_or_else(
        |cut| !cut.is_connect(),
        |answer| answer.status().as_u16() == 413,
    );
    assert!(refused, "33 MB were taken");
    // One event that can't be read among others does not hold them up; it is put aside.
    // What doesn't even say that it is of a room of ours is nobody's; and what comes twice is put aside once.
    let room = maria.room.room_id();
    let unreadable = json!({"events": [
        {"room_id": room, "event_id": "$a", "type": 7},
        {"room_id": room, "event_id": "$b", "content": "no"},
        {"type": 7},
        null,
    ]});
    for _ in 0..2 {
        let token = Some(token.clone());
        assert_eq!(put(token, unreadable.to_string()).await.0, 200);
    }
    world
        .wait_for_status("two were put aside", |status| status["dead_letters"] == 2)
        .await;

    // A group gets the beginning of a book, and where the rest stands.
    maria.say(&"palabra ".repeat(4_000)).await;
    let cut = |chat: &[sandbox::phones::Shown]| {
        let books = chat.iter().filter(|shown| shown.text.contains("palabra"));
        let mut cut =
            books.map(|book| book.text.len() < 9_000 && book.text.contains("sigue en http"));
        cut.next() == Some(true) && cut.next().is_none()
    };
    ana.wait_for(&group, cut).await.unwrap();

    maria.say("seguimos").await;
    let shown = ana
        .wait_for_text(&group, "*María*: seguimos")
        .await
        .unwrap();
    assert!(shown.iter().all(|message| !message.text.contains("falso")));
    bridge.stop().await;
}

/// What an operator does wrong is told in a sentence that says what to do.
#[tokio::test(flavor = "multi_thread")]
async fn an_operators_mistakes_are_told_plainly() {
    let world = World::new(&[AGUA]).await;
    let refused = world.aty(&["group", "open", "agua"]).await.unwrap_err();
    assert!(
        refused.contains("No bridge is running") && refused.contains("aty run"),
        "{refused}"
    );

    let bridge = world.start_bridge().await;
    let refused = world.aty(&["group", "open", "fuego"]).await.unwrap_err();
    assert!(
        refused.contains("no theme \"fuego\"") && refused.contains("agua"),
        "{refused}"
    );
    let refused = world
        .aty(&[
            "group",
            "adopt",
            "agua",
            "https://chat.whatsapp.com/NoSuchGroupAtAll000000",
        ])
        .await
        .unwrap_err();
    assert!(refused.contains("WhatsApp refused"), "{refused}");
    let refused = world.aty(&["run"]).await.unwrap_err();
    assert!(refused.contains("in use by another Aty"), "{refused}");
    let refused = world.aty(&["registration"]).await.unwrap_err();
    assert!(refused.contains("is there already"), "{refused}");
    bridge.stop().await;

    // Nothing could ever be opened with another key: none is made in the place of one that is lost.
    let key = world.folder.path().join("aty.key");
    let offline = key.with_extension("offline");
    std::fs::rename(&key, &offline).unwrap();
    for command in ["run", "login"] {
        let refused = world.aty(&[command]).await.unwrap_err();
        assert!(refused.contains("aty.key is missing"), "{refused}");
        assert!(!key.exists());
    }
    std::fs::rename(&offline, &key).unwrap();
    world.start_bridge().await.stop().await;

    // A keeper has all power: the rooms' own stays, and another gets none.
    let server = "  server_name: aty.test\n";
    let named = format!("{server}  keeper: \"@custodia:aty.test\"\n");
    world.change_config("bridge.yaml", server, &named);
    let refused = world.aty(&["run"]).await.unwrap_err();
    assert!(refused.contains("made without one"), "{refused}");
}
