//! Groups that become part of a theme while something holds there, and groups that are no part of it any more.

use sandbox::phones::Shown;
use sandbox::server::{Group, State};

use crate::moderation::Bench;
use crate::scene::sees;
use crate::world::{AGUA, SALUD, World};

async fn becomes(world: &World, group: &str, what: &str, is: impl Fn(&Group) -> bool) {
    let is = |state: &State| is(state.group(group).expect("there is such a group"));
    world.whatsapp.wait_until(what, is).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_opens_meanwhile_is_paused_and_closed_like_the_others() {
    let mut bench = Bench::new().await;
    let opening = "  group_open_every_minutes: 0\n";
    let at_once = format!("{opening}  adoption_wait_hours: 0\n");
    bench.scene.bridge.stop().await;
    let world = &bench.scene.world;
    world.change_config("bridge.yaml", opening, &at_once);
    bench.scene.bridge = world.start_bridge().await;
    let scene = &mut bench.scene;
    scene
        .maria
        .say("!aprobacion 2h cuentas que nadie conoce")
        .await;
    bench.everybody_hears(&["2 horas", "!aprobar"]).await;
    let wish = "!suspender @Carla 1 día odio: insulta a los vecinos";
    bench.scene.maria.say(wish).await;
    bench.everybody_hears(&["Carla", "!confirmar"]).await;
    let scene = &mut bench.scene;
    scene
        .ana
        .send_text(&scene.one, "!confirmar 2")
        .await
        .unwrap();
    let out = bench.carla.wait_for_membership(&scene.one, false);
    out.await.unwrap();
    scene.maria.say("!pausa 15m respiremos un poco").await;
    becomes(&scene.world, &scene.one, "the pause", |group| {
        group.announcement
    })
    .await;

    // One that the bridge opens, and one that Diego brings, with Carla in it; he makes the bridge an admin of it.
    scene.world.open_group("agua").await;
    let third = |state: &State| {
        let mut groups = state.groups();
        groups.any(|group| {
            group.subject == "Ambiente y agua 3" && group.announcement && group.approval
        })
    };
    let whatsapp = &scene.world.whatsapp;
    whatsapp
        .wait_until("paused and closed", third)
        .await
        .unwrap();
    let diego = scene.world.phone("Diego").await;
    let number = diego.device().number.clone();
    let whatsapp = &scene.world.whatsapp;
    let group = whatsapp.add_group("Vecinas", &number, &[]).await.unwrap();
    let link = whatsapp.invite_link(&group).await.unwrap();
    bench.carla.join(&link).await.unwrap();
    scene
        .world
        .aty(&["group", "adopt", "agua", &link])
        .await
        .unwrap();
    let opened = |shown: &Shown| shown.text.contains("una sola conversación");
    sees(&diego, &group, "that it is part of the theme", opened).await;
    scene.world.settled().await;
    diego.promote(&group, "Aty").await.unwrap();
    becomes(&scene.world, &group, "paused and closed", |group| {
        group.announcement && group.approval
    })
    .await;
    let out = bench.carla.wait_for_membership(&group, false);
    out.await.unwrap();

    bench.passes(3).await;
    let scene = &bench.scene;
    for group in [&scene.one, &group] {
        becomes(&scene.world, group, "as it was", |group| {
            !group.announcement && !group.approval
        })
        .await;
    }
    bench.scene.ends().await;
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_theme_is_no_longer_in_the_plan_is_as_it_was() {
    let mut bench = Bench::beside(&[SALUD]).await;
    let scene = &mut bench.scene;
    scene
        .maria
        .say("!aprobacion 2h cuentas que nadie conoce")
        .await;
    becomes(&scene.world, &scene.one, "approval", |group| group.approval).await;
    scene.maria.say("!pausa 15m respiremos un poco").await;
    becomes(&scene.world, &scene.one, "the pause", |group| {
        group.announcement
    })
    .await;
    scene.world.settled().await;
    bench.scene.bridge.stop().await;
    let world = &bench.scene.world;
    let (slug, code, name) = AGUA;
    let theme = format!(
        "  - slug: {slug}\n    code: {code}\n    name: {{es: {name}, en: {name}}}\n    topic: {{es: Sobre {name}., en: On {name}.}}\n    alias: aty-{slug}\n"
    );
    world.change_config("themes.yaml", &theme, "");
    bench.scene.bridge = world.start_bridge().await;
    let scene = &bench.scene;
    for group in [&scene.one, &scene.two] {
        becomes(&scene.world, group, "as it was", |group| {
            !group.announcement && !group.approval
        })
        .await;
    }
    bench.scene.ends().await;
}
