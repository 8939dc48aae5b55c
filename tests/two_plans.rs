//! Two bridges on one homeserver, each with a plan and a WhatsApp account of its own.

use crate::world::{AGUA, Citizen, Line, Names, SERVER, World, program};

const SECOND: Names<'_> = Names {
    id: "sur",
    bot: "sur-bot",
    ghost_prefix: "_sur_",
};
/// Lays claim to names that the world's own bridge has already.
const CLASHING: Names<'_> = Names {
    id: "norte",
    bot: "norte",
    ghost_prefix: "_aty_norte_",
};

/// Whatever is said in one plan is heard in all of it and nowhere in the other, also by somebody who takes part in both; a monitor
/// knows each plan's people by what its rooms say.
#[tokio::test(flavor = "multi_thread")]
async fn neither_hears_the_other() {
    let mut world = World::with_neighbours(&[AGUA], &[SECOND]).await;
    let files = ["bridge.yaml", "sur/bridge.yaml"];
    let checked = world.aty(&["config", "check", files[0], files[1]]).await;
    assert_eq!(checked.unwrap().matches("All good: ").count(), 2);
    let own = world.start_bridge().await;
    let second = world.neighbours[0].start_bridge().await;

    let (ana, group) = world.newcomer("Ana", "agua").await;
    let link = world.neighbours[0].aty(&["group", "open", "agua"]).await;
    let other_group = ana.join(link.unwrap().trim()).await.unwrap();
    world.neighbours[0].settled().await;
    let here = world.citizen("María", "agua").await;
    let there = Citizen::join(&world.synapse, "Luis", &format!("#sur-agua:{SERVER}")).await;

    ana.send_text(&group, "acá").await.unwrap();
    ana.send_text(&other_group, "allá").await.unwrap();
    let in_own = here.wait_for_text("acá").await;
    let in_other = there.wait_for_text("allá").await;
    assert!(
        in_own.sender.localpart().starts_with("_aty_"),
        "{}",
        in_own.sender
    );
    assert!(
        in_other.sender.localpart().starts_with(SECOND.ghost_prefix),
        "{}",
        in_other.sender
    );
    here.say("buen día acá").await;
    there.say("buen día allá").await;
    for (in_group, text) in [
        (&group, "*María*: buen día acá"),
        (&other_group, "*Luis*: buen día allá"),
    ] {
        ana.wait_for_text(in_group, text).await.unwrap();
    }
    here.wait_for_text("buen día acá").await;
    there.wait_for_text("buen día allá").await;
    world.settled().await;
    world.neighbours[0].settled().await;
    let said = |lines: Vec<Line>| -> Vec<String> {
        let bots = ["aty", SECOND.bot];
        let people = lines
            .into_iter()
            .filter(|line| !bots.contains(&line.sender.localpart()));
        people.map(|line| line.text).collect()
    };
    assert_eq!(said(here.lines()), ["acá", "buen día acá"]);
    assert_eq!(said(there.lines()), ["allá", "buen día allá"]);

    for plan in ["aty", "sur"] {
        let space = format!("#{plan}-paga:{SERVER}");
        let url = world.synapse.url();
        let list = ["monitor", "list", &space, "--json", "--homeserver", url];
        let listed = world.aty(&list).await;
        let listed: serde_json::Value = serde_json::from_str(&listed.unwrap()).unwrap();
        let theme = &listed["themes"][0];
        assert_eq!(
            (theme["people"].as_u64(), theme["whatsapp_people"].as_u64()),
            (Some(2), Some(1)),
            "{plan}: {listed}"
        );
    }
    own.stop().await;
    second.stop().await;
}

/// A bridge whose ghosts would be another's says so, instead of losing what its people say.
#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_whose_ghosts_are_anothers_does_not_start() {
    let world = World::with_neighbours(&[AGUA], &[CLASHING]).await;
    let files = ["bridge.yaml", "norte/bridge.yaml"];
    let checked = world.aty(&["config", "check", files[0], files[1]]).await;
    let checked = checked.unwrap_err();
    assert!(
        checked.contains("norte/bridge.yaml: appservice.ghost_prefix \"_aty_norte_\""),
        "{checked}"
    );
    let started = world.neighbours[0].aty(&["run"]).await.unwrap_err();
    assert!(
        started.contains("no accounts called @_aty_norte_"),
        "{started}"
    );
    let doctor = program(&world.neighbours[0].folder)
        .arg("doctor")
        .output()
        .await;
    let doctor = String::from_utf8(doctor.unwrap().stdout).unwrap();
    assert!(
        doctor.contains("no accounts called @_aty_norte_"),
        "{doctor}"
    );
}
