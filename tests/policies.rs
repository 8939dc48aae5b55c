//! Who is suspended in several themes stands on a list that other moderation tools can follow.

use matrix_sdk::ruma::RoomOrAliasId;
use serde_json::{Value, json};

use crate::moderation::{Bench, has};
use crate::scene::{body, sees};
use crate::world::{Citizen, SALUD, SERVER};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_in_two_themes_is_on_the_list_until_one_of_them_ends() {
    let mut bench = Bench::beside(&[SALUD]).await;
    let alias = format!("#aty-paga-politicas:{SERVER}");
    let list = Citizen::join(&bench.scene.world.synapse, "Lector", &alias).await;
    let ghost = bench.scene.maria.wait_for_text("permiso").await.sender;
    // The same people talk about health, where nobody moderates yet: delegates of a neighbouring theme decide there.
    let link = bench.scene.world.open_group("salud").await;
    let health = bench.carla.join(&link).await.unwrap();
    let scene = &bench.scene;
    scene.ana.join(&link).await.unwrap();
    bench.carla.send_text(&health, "hola, salud").await.unwrap();
    let salud = format!("#aty-salud:{SERVER}");
    let salud: &RoomOrAliasId = salud.as_str().try_into().unwrap();
    let salud = scene
        .maria
        .client
        .join_room_by_id_or_alias(salud, &[])
        .await;
    let salud = salud.unwrap();
    scene.world.settled().await;

    let wish = "!suspender @Carla 2 días odio: insulta a los vecinos";
    scene.ana.send_text(&scene.one, wish).await.unwrap();
    bench.everybody_hears(&["Carla", "!confirmar 1"]).await;
    let scene = &bench.scene;
    scene.maria.say("!confirmar 1").await;
    bench
        .carla
        .wait_for_membership(&scene.one, false)
        .await
        .unwrap();
    scene.world.settled().await;
    let rules = |events: Vec<Value>| -> Vec<Value> {
        let rules = events.into_iter();
        rules
            .filter(|event| event["type"] == "m.policy.rule.user")
            .collect()
    };
    assert_eq!(rules(list.timeline().await), [] as [Value; 0]);

    let wish = "!suspender @Carla 3 días spam: vende en cada mensaje";
    scene.ana.send_text(&health, wish).await.unwrap();
    sees(&scene.ana, &health, "that another has to agree", |shown| {
        has(&shown.text, &["Carla", "!confirmar 1"])
    })
    .await;
    let text = matrix_sdk::ruma::events::room::message::RoomMessageEventContent::text_plain;
    salud.send(text("!confirmar 1")).await.unwrap();
    bench
        .carla
        .wait_for_membership(&health, false)
        .await
        .unwrap();
    let rule = |event: &Value| event["type"] == "m.policy.rule.user";
    let listed = list.wait_for_event("the rule", rule).await;
    assert_eq!(listed["state_key"], format!("rule:{ghost}"));
    let content = &listed["content"];
    assert_eq!(content["entity"], ghost.as_str());
    assert_eq!(content["recommendation"], "m.ban");
    let reason = content["reason"].as_str().unwrap();
    assert!(
        has(reason, &["AGUA", "insulta", "SALUD", "vende"]),
        "{reason}"
    );
    // Nobody else writes there.
    let refused = list.room.send(text("¡Eh!")).await;
    refused.expect_err("nobody writes here");

    // Over in one of them: there is one theme left.
    bench.passes(49).await;
    let over = |event: &Value| rule(event) && event["content"] == json!({});
    let over = list.wait_for_event("that it is over", over).await;
    assert_eq!(over["state_key"], listed["state_key"]);
    let scene = &bench.scene;
    let again = |event: &Value| has(body(event), &["Carla", "puede participar"]);
    scene.room_has("that she can take part", again).await;
    scene.world.settled().await;
    assert_eq!(rules(list.timeline().await).len(), 2);
    bench.scene.ends().await;
}
