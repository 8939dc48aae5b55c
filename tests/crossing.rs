//! Words cross, both ways, with the right names.

use crate::world::{AGUA, World};

#[tokio::test(flavor = "multi_thread")]
async fn text_crosses_both_ways() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let link = world.open_group("agua").await;
    let ana = world.phone("Ana").await;
    let group = ana.join(&link).await.unwrap();
    let maria = world.citizen("María", "agua").await;

    ana.send_text(&group, "Hola, ¿hay agua en el barrio?").await.unwrap();
    let line = maria.wait_for_text("Hola, ¿hay agua en el barrio?").await;
    assert_eq!(line.who, "Ana");

    maria.say("Buen día, Ana").await;
    ana.wait_for_text(&group, "*María*: Buen día, Ana").await.unwrap();
    bridge.stop().await;
}
