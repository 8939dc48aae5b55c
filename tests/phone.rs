//! The phone of the bridge's account: WhatsApp unlinks the bridge when it stays away for over two weeks.

use std::time::Duration;

use sandbox::phones::{Phone, person};
use serde_json::Value;

use crate::login::link_by_qr;
use crate::world::{AGUA, QUICK, World, program};

const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

/// The phone is heard when something is written on it and when it gets what the bridge sends; then it stays away, and the
/// doctor tells before WhatsApp unlinks the bridge, until it is back. What was known outlives a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_stays_away_is_told_before_whatsapp_unlinks_the_bridge() {
    let mut world = World::unlinked(&[AGUA], QUICK).await;
    link_by_qr(&mut world).await;
    let mut clock = world.clock().await;
    let bridge = world.start_bridge().await;
    assert_eq!(said_of_phone(&world).await.0, "ok");
    let listening = "not heard yet; the bridge has listened for 0 days";
    wait_until_phone_was(&world, listening).await;

    world.open_group("agua").await;
    let phone = Phone::start(&world.whatsapp, person(0, "Aty"), None).await;
    let phone = phone.unwrap();
    let group = group_of(&world).await;
    phone.send_text(&group, "desde el teléfono").await.unwrap();
    wait_until_phone_was(&world, "last heard today").await;
    phone.go_offline().await;

    // So that each time the bridge has been there meanwhile.
    let mut half_days = 0;
    let mut pass = async |half: i64, said: &str| {
        while half_days < half {
            half_days += 1;
            clock.jumps(12);
            world.whatsapp.advance(HALF_A_DAY);
            let days = half_days / 2;
            let said = match days {
                0 => "last heard today".to_owned(),
                1 => "last heard 1 day ago".to_owned(),
                _ => format!("last heard {days} days ago"),
            };
            wait_until_phone_was(&world, &said).await;
        }
        wait_until_phone_was(&world, said).await;
    };
    pass(23, "last heard 11 days ago").await;
    assert_eq!(said_of_phone(&world).await.0, "ok");
    pass(24, "last heard 12 days ago").await;
    let (level, says, mend) = said_of_phone(&world).await;
    assert_eq!(level, "warning");
    assert_eq!(says, "The phone of the account was last heard 12 days ago.");
    assert!(mend.starts_with("Open WhatsApp on that phone"), "{mend}");
    bridge.stop().await;
    assert_eq!(said_of_phone(&world).await.0, "warning");

    let bridge = world.start_bridge().await;
    pass(28, "last heard 14 days ago").await;
    let (level, says, _) = said_of_phone(&world).await;
    assert_eq!(level, "error");
    assert!(
        says.ends_with("may unlink the bridge any moment."),
        "{says}"
    );
    let told = world.aty(&["status"]).await.unwrap();
    assert!(
        told.contains("its phone     last heard 14 days ago\n"),
        "{told}"
    );

    let companion = world.bridge_device();
    world.whatsapp.phone_confirms(&companion).await.unwrap();
    wait_until_phone_was(&world, "last heard today").await;
    assert_eq!(said_of_phone(&world).await.0, "ok");
    bridge.stop().await;
}

async fn group_of(world: &World) -> String {
    let state = world.whatsapp.state().await;
    let group = state.groups().next().expect("the group");
    format!("{}@g.us", group.id)
}

async fn wait_until_phone_was(world: &World, said: &str) {
    let what = format!("that the phone was {said}");
    let holds = |status: &Value| status["phone"] == said;
    world.wait_for_status(&what, holds).await;
}

/// What the doctor says of the phone: how bad it is, how it stands, and what to do.
async fn said_of_phone(world: &World) -> (String, String, String) {
    let doctor = program(world.folder.path())
        .args(["doctor", "--json"])
        .output();
    let findings: Vec<Value> = serde_json::from_slice(&doctor.await.unwrap().stdout).unwrap();
    let finding = findings.iter().find(|finding| finding["about"] == "phone");
    let finding = finding.expect("a finding about the phone");
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    (text("level"), text("says"), text("mend"))
}
