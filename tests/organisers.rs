//! What is typed on the phone of the bridge's own account: those speak who run the bridge.

use matrix_sdk::ruma::EventId;
use sandbox::phones::{Phone, Shown, person};
use serde_json::Value;

use crate::login::link_by_qr;
use crate::scene::{body, id, sees};
use crate::world::{AGUA, QUICK, World};

const BOT: &str = "@aty:aty.test";

/// It arrives in the organisers' name, said by the bridge itself: words, answers to them, changes, reactions, deletions. Nobody
/// else is called so; the account gets no ghost, and can't be silenced by a command.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_on_the_bridges_phone_is_the_organisers() {
    let mut world = World::unlinked(&[AGUA], QUICK).await;
    link_by_qr(&mut world).await;
    let phone = Phone::start_beside(&world.whatsapp, person(0, "Aty"))
        .await
        .unwrap();
    let bridge = world.start_bridge().await;
    let (ana, one) = world.newcomer("Ana", "agua").await;
    let (beto, two) = world.newcomer("Beto", "agua").await;
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&one, "hola").await.unwrap();
    beto.send_text(&two, "buenas").await.unwrap();
    maria.wait_for_text("hola").await;
    maria.wait_for_text("buenas").await;
    phone.wait_for_text(&one, "hola").await.unwrap();

    let said = phone
        .send_text(&one, "Mañana hay *asamblea*")
        .await
        .unwrap();
    let event = maria
        .wait_for_event("their words", |event| body(event).contains("asamblea"))
        .await;
    assert_eq!(event["sender"], BOT);
    assert_eq!(event["content"]["msgtype"], "m.text");
    assert_eq!(body(&event), "Organización: Mañana hay asamblea");
    assert_eq!(
        event["content"]["formatted_body"],
        "<strong>Organización</strong>: Mañana hay <strong>asamblea</strong>"
    );
    let theirs = "*Organización*: Mañana hay *asamblea*";
    sees(&beto, &two, "their words", |shown| shown.text == theirs).await;

    ana.reply(&one, &said, "¿a qué hora?").await.unwrap();
    let answer = maria
        .wait_for_event("an answer", |event| body(event) == "¿a qué hora?")
        .await;
    let answered = &answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"];
    assert_eq!(answered, id(&event));
    let asked = sees(&beto, &two, "an answer", |shown| {
        shown.text == "*Ana*: ¿a qué hora?"
    })
    .await;
    assert_eq!(
        asked.quote.unwrap().text,
        "*Organización*: Mañana hay asamblea"
    );

    phone.edit(&one, &said, "Mañana no hay").await.unwrap();
    let edit = maria
        .wait_for_event("a change", |event| {
            event["content"]["m.new_content"]["body"] == "Organización: Mañana no hay"
        })
        .await;
    assert_eq!(edit["sender"], BOT);
    let changed = |shown: &Shown| shown.text == "*Organización*: Mañana no hay" && shown.edited;
    sees(&beto, &two, "a change", changed).await;

    let hola = phone.chat(&one);
    let hola = hola.iter().find(|shown| shown.text == "hola").unwrap();
    phone.react(&one, &hola.id, "👏").await.unwrap();
    let reaction = maria
        .wait_for_event("a reaction", |event| event["type"] == "m.reaction")
        .await;
    assert_eq!(reaction["sender"], BOT);
    assert_eq!(reaction["content"]["m.relates_to"]["key"], "👏");
    let applauded = |shown: &Shown| {
        shown.text == "*Ana*: hola" && shown.reactions.iter().any(|one| one.emoji == "👏")
    };
    sees(&beto, &two, "a reaction", applauded).await;
    phone.react(&one, &hola.id, "").await.unwrap();
    let gone = |of: &Value| {
        let of = EventId::parse(id(of)).unwrap();
        move |event: &Value| id(event) == of && event["content"].as_object().unwrap().is_empty()
    };
    maria.wait_for_event("no reaction", gone(&reaction)).await;

    phone.send_text(&one, "!no").await.unwrap();
    sees(&ana, &one, "the help", |shown| {
        shown.who == "Aty" && shown.text.contains("!ayuda")
    })
    .await;
    phone.delete(&one, &said).await.unwrap();
    maria.wait_for_event("nothing", gone(&event)).await;
    maria.wait_for_event("nothing", gone(&edit)).await;
    sees(&beto, &two, "nothing", |shown| shown.deleted).await;
    ana.send_text(&one, "!nombre Organización").await.unwrap();
    sees(&ana, &one, "a refusal", |shown| {
        shown.who == "Aty" && shown.text.contains("otro")
    })
    .await;
    world.settled().await;
    assert_eq!(
        world.names_in_room("agua").await,
        ["Ana", "Aty", "Beto", "María"]
    );
    bridge.stop().await;
}
