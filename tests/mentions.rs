//! Names that somebody types in a group, of people whom their phone can't offer.

use sandbox::phones::Shown;
use serde_json::json;

use crate::scene::{Scene, body};
use crate::shows::Seen::{Group, Room};
use crate::shows::{NOTHING, Row, Showing};

pub const TYPED: Row = Row {
    what: "`@Name` that is typed: of somebody in the room, or with a ghost there, as the groups know them",
    arrives: &[
        "a pill, and `m.mentions`",
        "a mention of those who are in the group, for others `@Name`",
        NOTHING,
    ],
    test: "a_name_typed_in_a_group_is_a_mention",
};

/// `@` and the name of somebody in the room, or in another group, speaks to them; in code, by half a name or by that of
/// somebody who stays out it doesn't.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_typed_in_a_group_is_a_mention() {
    let shows = Showing::of(&[&TYPED]);
    let scene = Scene::new().await;
    let maria = "@mara:aty.test";
    let says = async |text: &str| {
        scene.ana.send_text(&scene.one, text).await.unwrap();
    };
    says("@maria ¿venís? `@maria` no, ni @mariana ni x@maria").await;
    let event = scene
        .room_has("a mention", |event| body(event).contains("¿venís?"))
        .await;
    assert_eq!(event["content"]["m.mentions"]["user_ids"], json!([maria]));
    let html = event["content"]["formatted_body"].as_str().unwrap();
    let pill = format!("<a href=\"https://matrix.to/#/{maria}\">María</a> ¿venís?");
    assert!(html.starts_with(&pill), "{html}");
    assert_eq!(html.matches("matrix.to").count(), 1, "{html}");
    shows.saw(&TYPED, &[Room]);
    scene
        .beto_sees("her name", |shown| {
            shown.text == "*Ana*: @María ¿venís? `@maria` no, ni @mariana ni x@maria"
        })
        .await;

    // Beto's phone tells him, though Ana's doesn't know him.
    says("¡@BETO!").await;
    let event = scene
        .room_has("a mention", |event| body(event) == "¡@Beto!")
        .await;
    let betos = scene
        .room_has("Beto", |event| body(event) == "buenas")
        .await;
    assert_eq!(
        event["content"]["m.mentions"]["user_ids"],
        json!([betos["sender"]])
    );
    let told = scene
        .beto_sees("his name", |shown| shown.text == "*Ana*: ¡@Beto!")
        .await;
    assert_eq!(told.mentions, ["Beto"]);
    shows.saw(&TYPED, &[Group]);

    // The groups know her by another name now.
    scene.maria.say("!nombre Sol").await;
    scene
        .room_has("an answer", |event| body(event).contains("Listo"))
        .await;
    says("@sol y @maria").await;
    let event = scene
        .room_has("a mention", |event| body(event) == "@Sol y @maria")
        .await;
    assert_eq!(event["content"]["m.mentions"]["user_ids"], json!([maria]));

    scene.beto.send_text(&scene.two, "!no").await.unwrap();
    let answered = |shown: &Shown| shown.who == "Aty" && shown.text.contains("!si");
    scene.beto_sees("an answer", answered).await;
    says("¿y @Beto?").await;
    let event = scene
        .room_has("his name", |event| body(event) == "¿y @Beto?")
        .await;
    assert_eq!(event["content"]["m.mentions"], json!({}));
    let told = scene
        .beto_sees("his name", |shown| shown.text == "*Ana*: ¿y @Beto?")
        .await;
    assert_eq!(told.mentions, Vec::<String>::new());
    scene.ends().await;
}
