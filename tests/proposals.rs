//! From an idea in a chat to a thread, a card and a record in the room's state.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::phones::Shown;
use serde_json::{Value, json};

use crate::reading::{space, state_of};
use crate::scene::{Scene, body, id};
use crate::world::{Citizen, Line};

/// A proposal's state, once it is as wanted.
async fn state(
    scene: &Scene,
    of: (&str, &str),
    what: &str,
    holds: impl Fn(&Value) -> bool,
) -> Value {
    let (event_type, key) = of;
    let event = scene.room_has(what, |event| {
        event["type"] == event_type && event["state_key"] == key && holds(&event["content"])
    });
    event.await["content"].clone()
}

/// A citizen on a cheap phone takes an idea to an amended proposal without ever opening Matrix, others support it from everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_made_supported_and_amended_from_both_networks() {
    let scene = Scene::new().await;
    let said = "!propuesta Agua en la escuela\nUn filtro en cada escuela rural.";
    scene.ana.send_text(&scene.one, said).await.unwrap();

    let root = scene
        .room_has("Ana's own words", |event| {
            body(event).starts_with("!propuesta")
        })
        .await;
    let head = state(&scene, ("org.aty.proposal", "agua-1"), "the head", |_| true).await;
    assert_eq!(head["ref"], "AGUA-1");
    assert_eq!(head["title"], json!({"es": "Agua en la escuela"}));
    assert_eq!(
        head["body"],
        json!({"es": "Un filtro en cada escuela rural."})
    );
    assert_eq!(head["status"], "open");
    assert_eq!(head["root_event"], id(&root));
    assert_eq!(head["authors"][0]["network"], "whatsapp");
    assert_eq!(head["authors"][0]["user_id"], root["sender"]);
    let card = scene
        .room_has("the card", |event| {
            event["content"]["org.aty.card"] == "AGUA-1"
        })
        .await;
    let relation = &card["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.thread", "{card:#}");
    assert_eq!(relation["event_id"], id(&root));
    assert!(body(&card).contains("Agua en la escuela"), "{card:#}");
    let shows_card = |shown: &Shown| shown.who == "Aty" && shown.text.contains("AGUA-1");
    scene.ana_sees("the card", shows_card).await;
    scene
        .beto_sees("her words", |shown| {
            shown.text.starts_with("*Ana*: !propuesta")
        })
        .await;
    let at_beto = scene.beto_sees("the card", shows_card).await;

    // Support: by a reaction to the card on a phone, to the first message in a Matrix client, by command in the other group.
    scene
        .beto
        .react(&scene.two, &at_beto.id, "👍🏾")
        .await
        .unwrap();
    let content =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": id(&root), "key": "👍"}});
    scene.maria_sends("m.reaction", content).await;
    scene
        .ana
        .send_text(&scene.one, "!apoyar agua 1")
        .await
        .unwrap();
    let endorsed = scene
        .room_has("an endorsement", |event| {
            event["type"] == "org.aty.endorsement"
        })
        .await;
    assert_eq!(endorsed["content"]["by"]["user_id"], root["sender"]);

    // An amendment from Element, accepted on the phone.
    scene
        .maria
        .say("!enmienda AGUA-1 cada escuela rural -> cada escuela")
        .await;
    scene
        .ana_sees("the amendment", |shown| {
            shown.who == "Aty" && shown.text.contains("!aceptar 1")
        })
        .await;
    scene.ana.send_text(&scene.one, "!aceptar 1").await.unwrap();
    let head = state(
        &scene,
        ("org.aty.proposal", "agua-1"),
        "the new text",
        |head| head["rev"] == 2,
    )
    .await;
    assert_eq!(head["body"], json!({"es": "Un filtro en cada escuela."}));
    assert_eq!(
        head["amendments"],
        json!({"open": 0, "accepted": 1, "declined": 0})
    );
    // From the last act the chain leads back over the new text to the beginning.
    let mut chain = Vec::new();
    scene.world.settled().await;
    let mut next = heads(&scene.maria).await["agua-1"]["rev_event"].clone();
    while let Some(event) = next.as_str() {
        let act = scene.room_has("an act", |act| id(act) == event).await;
        chain.push(act["content"]["act"].as_str().unwrap().to_owned());
        next = act["content"]["prev"].clone();
    }
    assert_eq!(chain, ["revised", "decided", "amended", "proposed"]);
    scene
        .room_has("the changed card", |event| {
            let new = &event["content"]["m.new_content"];
            new["org.aty.card"] == "AGUA-1"
                && new["body"].as_str().unwrap().contains("en cada escuela.")
        })
        .await;

    // An answer to the proposal on a phone is a comment in its thread.
    let hers = scene.ana_sees("hers", |shown| shown.text == said).await;
    scene
        .ana
        .reply(&scene.one, &hers.id, "¿quién lo paga?")
        .await
        .unwrap();
    let comment = scene
        .room_has("the comment", |event| body(event) == "¿quién lo paga?")
        .await;
    let relation = &comment["content"]["m.relates_to"];
    assert_eq!(relation["rel_type"], "m.thread");
    assert_eq!(relation["event_id"], id(&root));
    scene.ends().await;
}

/// Everybody proposes at once from everywhere, and the bridge is killed in the middle: every proposal has a number of its own, and no
/// number is left out.
#[tokio::test(flavor = "multi_thread")]
async fn proposals_made_at_once_have_distinct_numbers_without_a_gap() {
    // So many take a busy machine minutes.
    const EACH: usize = if cfg!(feature = "long") { 67 } else { 12 };
    let Scene {
        world,
        bridge,
        ana,
        beto,
        one,
        two,
        maria,
        ..
    } = Scene::new().await;
    let text = |who: &str, number: usize| format!("!propuesta De {who} {number}\nCon su texto.");
    let from_group = async |phone: &sandbox::phones::Phone, group: &str, who: &str| {
        for number in 0..EACH {
            phone.send_text(group, &text(who, number)).await.unwrap();
        }
    };
    let from_room = async || {
        for number in 0..EACH {
            maria.say(&text("María", number)).await;
        }
    };
    let killed = async {
        let shows = |line: &Line| line.text.contains("AGUA-10 ");
        let card = |lines: &[Line]| lines.iter().any(shows);
        maria.wait_for("the tenth's card", card).await;
        bridge.kill().await;
        world.start_bridge().await
    };
    let (_, _, (), bridge) = tokio::join!(
        from_group(&ana, &one, "Ana"),
        from_group(&beto, &two, "Beto"),
        from_room(),
        killed
    );
    world.settled_after_much().await;
    let heads = heads(&maria).await;
    let numbers: Vec<String> = (1..=3 * EACH)
        .map(|number| format!("agua-{number}"))
        .collect();
    let keys: BTreeSet<&String> = heads.keys().collect();
    assert_eq!(keys, numbers.iter().collect());
    let titles: BTreeSet<&str> = heads
        .values()
        .map(|head| head["title"]["es"].as_str().unwrap())
        .collect();
    assert_eq!(titles.len(), 3 * EACH, "each was proposed once");
    bridge.stop().await;
}

/// Whoever shows from both networks that they are one person counts once, and is one in the plan's space.
#[tokio::test(flavor = "multi_thread")]
async fn linked_accounts_count_once() {
    let scene = Scene::new().await;
    scene.maria.say("!propuesta Una plaza\nCon sombra.").await;
    let card = scene
        .room_has("the card", |event| {
            event["content"]["org.aty.card"] == "AGUA-1"
        })
        .await;
    let content =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": id(&card), "key": "👍"}});
    scene.maria_sends("m.reaction", content).await;
    scene
        .ana_sees("María's support", |shown| {
            shown.text.contains("AGUA-1") && !shown.reactions.is_empty()
        })
        .await;
    scene
        .ana
        .send_text(&scene.one, "!apoyar AGUA-1")
        .await
        .unwrap();
    scene
        .ana_sees("that two do", |shown| shown.text.contains("2 personas"))
        .await;

    scene.ana.send_text(&scene.one, "!vincular").await.unwrap();
    let offered = scene
        .ana_sees("a code", |shown| {
            shown.who == "Aty" && shown.text.contains("!vincular ")
        })
        .await;
    let code = offered.text.split("!vincular ").nth(1).unwrap();
    let code: String = code.chars().take_while(char::is_ascii_digit).collect();
    scene.maria.say(&format!("!vincular {code}")).await;
    scene
        .ana_sees("who says so", |shown| {
            shown.text.contains("María") && shown.text.contains("!vincular sí")
        })
        .await;
    scene
        .ana
        .send_text(&scene.one, "!vincular sí")
        .await
        .unwrap();
    scene
        .room_has("that it is done", |event| {
            event["sender"] == "@aty:aty.test"
                && body(event).contains("Ana")
                && event["type"] == "m.room.message"
                && !event["content"]["org.aty.card"].is_string()
        })
        .await;
    scene.world.settled().await;
    let person = space_state(&scene, "org.aty.person").await;
    let accounts = person[0]["content"]["accounts"].as_array().unwrap();
    let networks: Vec<_> = accounts.iter().map(|account| &account["network"]).collect();
    assert_eq!(networks, ["whatsapp", "matrix"], "{person:#?}");
    scene.maria.say("!ver AGUA-1").await;
    scene
        .room_has("that one person does", |event| {
            body(event).contains("1 persona")
        })
        .await;
    scene.ends().await;
}

/// The notebook is lost, and the public picture is the same: heads, support, and who is who; and life goes on with the next number.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notebook_loses_no_proposal() {
    let mut scene = Scene::new().await;
    let say = async |scene: &Scene, text: &str| {
        scene.ana.send_text(&scene.one, text).await.unwrap();
    };
    say(
        &scene,
        "!propuesta Agua en la escuela\nUn filtro en cada escuela rural.",
    )
    .await;
    let card = scene
        .room_has("the card", |event| {
            event["content"]["org.aty.card"] == "AGUA-1"
        })
        .await;
    let thumb =
        json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": id(&card), "key": "👍"}});
    let thumb = scene.maria_sends("m.reaction", thumb).await;
    say(&scene, "!apoyar AGUA-1").await;
    scene
        .beto
        .send_text(&scene.two, "!enmienda AGUA-1 rural -> pública")
        .await
        .unwrap();
    scene
        .ana_sees("the amendment", |shown| shown.text.contains("!aceptar 1"))
        .await;
    say(&scene, "!aceptar 1").await;
    scene.maria.say("!enmienda AGUA-1 Y en cada plaza.").await;
    scene
        .ana_sees("the next", |shown| shown.text.contains("!aceptar 2"))
        .await;
    scene.world.settled().await;
    let before = (heads(&scene.maria).await, counted(&scene).await);
    assert_eq!(before.1, (2, 1, 1));

    scene.bridge.stop().await;
    std::fs::remove_dir_all(scene.world.folder.path().join("data/notebook")).unwrap();
    scene.bridge = scene.world.start_bridge().await;
    scene.world.settled().await;
    assert_eq!(heads(&scene.maria).await, before.0);
    assert_eq!(counted(&scene).await, before.1);

    // María takes her 👍 back; Ana accepts what was open; the next proposal has the next number.
    let thumb = matrix_sdk::ruma::EventId::parse(&thumb).unwrap();
    scene.maria.room.redact(&thumb, None, None).await.unwrap();
    say(&scene, "!aceptar 2").await;
    let head = state(
        &scene,
        ("org.aty.proposal", "agua-1"),
        "the new text",
        |head| head["rev"] == 3,
    )
    .await;
    assert_eq!(
        head["body"]["es"],
        "Un filtro en cada escuela pública.\n\nY en cada plaza."
    );
    assert_eq!(
        head["prev"], before.0["agua-1"]["rev_event"],
        "the chain goes on"
    );
    say(&scene, "!propuesta Otra\nCosa.").await;
    state(&scene, ("org.aty.proposal", "agua-2"), "the next", |_| true).await;
    scene
        .ana_sees("the count", |shown| {
            shown.who == "Aty" && shown.text.contains("AGUA-2")
        })
        .await;
    say(&scene, "!ver AGUA-1").await;
    scene
        .ana_sees("that one person does", |shown| {
            shown.text.contains("1 persona")
        })
        .await;
    scene.ends().await;
}

/// Who deletes their own proposal withdraws it, and its words are gone from everywhere that anybody could read them.
#[tokio::test(flavor = "multi_thread")]
async fn what_its_author_deletes_is_gone_everywhere() {
    let scene = Scene::new().await;
    let said = "!propuesta Un secreto\nQue no debía decirse.";
    let sent = scene.ana.send_text(&scene.one, said).await.unwrap();
    scene
        .beto_sees("the card", |shown| shown.text.contains("AGUA-1"))
        .await;
    scene
        .ana
        .send_text(&scene.one, "!editar AGUA-1 Que tampoco debía decirse.")
        .await
        .unwrap();
    state(
        &scene,
        ("org.aty.proposal", "agua-1"),
        "other words",
        |head| head["rev"] == 2,
    )
    .await;
    scene.world.settled().await;
    scene.ana.delete(&scene.one, &sent).await.unwrap();
    let head = state(&scene, ("org.aty.proposal", "agua-1"), "its end", |head| {
        head["status"] == "withdrawn"
    })
    .await;
    assert_eq!(head["body"]["es"], "");
    scene.world.settled().await;
    let told = serde_json::to_string(&scene.timeline().await).unwrap();
    for word in ["secreto", "debía"] {
        assert!(!told.contains(word), "{told}");
    }
    let chat = scene.beto.chat(&scene.two);
    assert!(
        chat.iter()
            .all(|shown| shown.deleted || !shown.text.contains("debía")),
        "{chat:#?}"
    );
    scene.ends().await;
}

/// Each proposal's state, by its key.
async fn heads(reader: &Citizen) -> BTreeMap<String, Value> {
    let state = state_of(reader, reader.room.room_id()).await;
    let heads = state
        .into_iter()
        .filter(|event| event["type"] == "org.aty.proposal");
    heads
        .map(|event| {
            (
                event["state_key"].as_str().unwrap().to_owned(),
                event["content"].clone(),
            )
        })
        .collect()
}

/// How many support the first proposal: people, on WhatsApp, on Matrix; as a reader counts it who knows no more than the room.
async fn counted(scene: &Scene) -> (usize, usize, usize) {
    let events = scene.timeline().await;
    let shows = |event: &&Value| {
        event["content"]["org.aty.card"] == "AGUA-1"
            && event["content"]["m.relates_to"]["rel_type"] != "m.replace"
    };
    let mut shown: BTreeSet<&str> = events.iter().filter(shows).map(id).collect();
    let roots = events
        .iter()
        .filter(|event| event["content"]["act"] == "proposed");
    shown.extend(roots.filter_map(|event| event["content"]["root_event"].as_str()));
    let mut supporters = BTreeSet::new();
    for event in &events {
        let content = &event["content"];
        let relation = &content["m.relates_to"];
        let reacts = relation["key"]
            .as_str()
            .is_some_and(|key| key.starts_with('👍'));
        if reacts
            && shown.contains(relation["event_id"].as_str().unwrap())
            && event["sender"] != "@aty:aty.test"
        {
            supporters.insert(event["sender"].as_str().unwrap().to_owned());
        }
        if event["type"] == "org.aty.endorsement" {
            let who = content["by"]["user_id"].as_str().unwrap().to_owned();
            match content["on"] == true {
                true => supporters.insert(who),
                false => supporters.remove(&who),
            };
        }
    }
    let ghosts = supporters
        .iter()
        .filter(|user| user.starts_with("@_aty_"))
        .count();
    (supporters.len(), ghosts, supporters.len() - ghosts)
}

async fn space_state(scene: &Scene, event_type: &str) -> Vec<Value> {
    let (state, _) = space(&scene.maria).await;
    let state = state.into_iter();
    state.filter(|event| event["type"] == event_type).collect()
}
