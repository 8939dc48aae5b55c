//! The machine's power is cut: what was acknowledged to WhatsApp or to the homeserver is there when it comes back.

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::world::{AGUA, Unsynced, World};

/// So many times the power is cut.
const CUTS: usize = if cfg!(feature = "long") { 30 } else { 2 };
/// So many messages are acknowledged before each cut.
const EACH: usize = 5;

/// The homeserver stands still, so that what WhatsApp has been told is kept is nowhere but in the bridge's databases.
#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let mut world = World::new(&[AGUA]).await;
    world.can_lose_power().await;
    let mut bridge = world.start_bridge().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;
    let mut dice = StdRng::seed_from_u64(0);
    let mut said = vec!["hola".to_owned()];
    for cut in 0..CUTS {
        world.synapse.pause().unwrap();
        for number in 0..EACH {
            let text = format!("antes del corte {cut}, {number}");
            ana.send_text(&group, &text).await.unwrap();
            said.push(text);
        }
        let device = world.bridge_device();
        let taken = world
            .whatsapp
            .wait_until("all to be acknowledged", |state| {
                state.queued(&device).is_empty()
            });
        taken.await.unwrap();
        let unsynced = match cut % 2 {
            0 => Unsynced::Lost,
            _ => Unsynced::LostInPart,
        };
        world.loses_power(bridge, unsynced, &mut dice).await;
        world.synapse.resume().unwrap();
        bridge = world.start_bridge().await;
        for text in said.iter().rev().take(EACH) {
            maria.wait_for_text(text).await;
        }
        let answer = format!("después del corte {cut}");
        maria.say(&answer).await;
        ana.wait_for_text(&group, &format!("*María*: {answer}"))
            .await
            .unwrap();
    }
    world.settled().await;
    let lines = maria.lines().into_iter();
    let heard: Vec<String> = lines
        .filter(|line| line.who == "Ana")
        .map(|line| line.text)
        .collect();
    assert_eq!(heard, said, "each once, in order");
    bridge.stop().await;
}
