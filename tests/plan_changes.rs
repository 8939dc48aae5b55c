//! What follows when an operator changes the plan.

use std::sync::Arc;

use sandbox::phones::{Phone, Shown};

use crate::shows::Seen::{Group, Room};
use crate::shows::{Row, Showing};
use crate::world::{AGUA, QUICK, World};

pub const RENAMED_THEME: Row = Row {
    what: "A theme's name or address changes",
    arrives: &[
        "its name",
        "name and description of the groups that the bridge opened; of adopted ones the description, where it is an admin",
    ],
    test: "groups_follow_the_name_and_the_address_of_their_theme",
};

/// A theme that gets another name, and an address: the groups that the bridge opened get both, each with its number, adopted
/// ones the description alone and only where the bridge may; what people rename by hand stays so, and a later start changes
/// nothing.
#[tokio::test(flavor = "multi_thread")]
async fn groups_follow_the_name_and_the_address_of_their_theme() {
    let shows = Showing::of(&[&RENAMED_THEME]);
    let settings = format!("{QUICK}  adoption_wait_hours: 0\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    let page = format!("http://{}/agua", world.pages);
    let address = format!("  url: http://{}\n", world.pages);
    world.change_config("bridge.yaml", &address, "");
    let bridge = world.start_bridge().await;
    let (ana, one) = world.newcomer("Ana", "agua").await;
    let (beto, two) = world.newcomer("Beto", "agua").await;
    let (carla, three) = world.newcomer("Carla", "agua").await;
    let diego = world.phone("Diego").await;
    let (mine, theirs) = (
        adopted(&world, &diego, "Vecinas").await,
        adopted(&world, &diego, "Canilla").await,
    );
    diego.promote(&mine, "Aty").await.unwrap();
    looks(&diego, &mine, "Vecinas", "Ambiente y agua").await;
    looks(&ana, &one, "Ambiente y agua", "Ambiente y agua").await;
    looks(&beto, &two, "Ambiente y agua 2", "Ambiente y agua").await;
    let without = |group: &Worn| assert!(!group.1.contains(&page), "{group:?}");
    seen(&world).await.iter().for_each(without);
    carla.rename_group(&three, "Aguateras").await.unwrap();
    world.settled().await;
    bridge.stop().await;

    let bridge = world.start_bridge().await;
    ana.send_text(&one, "hola").await.unwrap();
    carla.wait_for_text(&three, "*Ana*: hola").await.unwrap();
    looks(&carla, &three, "Aguateras", "Ambiente y agua").await;
    bridge.stop().await;

    world.change_config("bridge.yaml", "site:\n", &format!("site:\n{address}"));
    world.change_config(
        "themes.yaml",
        "{es: Ambiente y agua,",
        "{es: Agua para todos,",
    );
    let bridge = world.start_bridge().await;
    looks(&ana, &one, "Agua para todos", &page).await;
    looks(&beto, &two, "Agua para todos 2", &page).await;
    looks(&carla, &three, "Agua para todos 3", &page).await;
    looks(&diego, &mine, "Vecinas", &page).await;
    looks(&diego, &theirs, "Canilla", "").await;
    world.settled().await;
    carla.rename_group(&three, "Aguateras").await.unwrap();
    let before = seen(&world).await;
    bridge.stop().await;

    let bridge = world.start_bridge().await;
    ana.send_text(&one, "¿seguimos?").await.unwrap();
    carla
        .wait_for_text(&three, "*Ana*: ¿seguimos?")
        .await
        .unwrap();
    world.settled().await;
    assert_eq!(seen(&world).await, before);
    shows.saw(&RENAMED_THEME, &[Group]);
    let maria = world.citizen("María", "agua").await;
    let name = maria.room.name();
    assert!(name.is_some_and(|name| name.contains("Agua para todos")));
    shows.saw(&RENAMED_THEME, &[Room]);
    bridge.stop().await;
}

/// Name, description, and the token that each new description gets.
type Worn = (String, String, String);

async fn seen(world: &World) -> Vec<Worn> {
    let state = world.whatsapp.state().await;
    let groups = state.groups().map(|group| {
        let description = group.description.as_ref();
        let (text, id) = description
            .map(|description| (description.text.clone(), description.id.clone()))
            .unwrap_or_default();
        (group.subject.clone(), text, id)
    });
    groups.collect()
}

async fn looks(phone: &Phone, group: &str, subject: &str, described: &str) {
    let looks_so = phone.wait_for_group(group, |group| {
        group.subject == subject && group.description.contains(described)
    });
    let waited = looks_so.await;
    waited.unwrap_or_else(|error| panic!("{subject}, {described}: {error}; {:#?}", phone.groups()));
}

/// A group of Diego's, once the bridge is in it.
pub async fn adopted(world: &World, diego: &Arc<Phone>, subject: &str) -> String {
    let number = diego.device().number.clone();
    let group = world
        .whatsapp
        .add_group(subject, &number, &[])
        .await
        .unwrap();
    let link = world.whatsapp.invite_link(&group).await.unwrap();
    diego.join(&link).await.unwrap();
    world.aty(&["group", "adopt", "agua", &link]).await.unwrap();
    let open = |chat: &[Shown]| {
        chat.iter()
            .any(|shown| shown.text.contains("una sola conversación"))
    };
    diego.wait_for(&group, open).await.unwrap();
    group
}
