//! No number leaves the bridge.

use serde_json::Value;

use crate::shows::Seen::{Group, Room};
use crate::shows::{Row, Showing};
use crate::world::{AGUA, World, files_under};

/// People talk, give each other's numbers, mention each other, take names, leave; then every event, profile, log line and
/// file is searched for any number or LID of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_found_anywhere() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let link = world.open_group("agua").await;
    let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
    let group = ana.join(&link).await.unwrap();
    beto.join(&link).await.unwrap();
    let numbers: Vec<String> = world.secrets();
    let number_of_beto = beto.device().number.clone();
    // A push name that is a number, from somebody without a name.
    let nameless = world.phone("+1 202-555-0103").await;
    nameless.join(&link).await.unwrap();
    let maria = world.citizen("María", "agua").await;

    ana.send_text(&group, "hola").await.unwrap();
    ana.send_text(&group, &format!("el número de Beto es +{number_of_beto}"))
        .await
        .unwrap();
    ana.send_text(&group, &format!("o https://wa.me/{number_of_beto}"))
        .await
        .unwrap();
    beto.send_text(&group, &format!("@{} gracias", ana.device().number))
        .await
        .unwrap();
    nameless
        .send_text(&group, "yo no tengo nombre")
        .await
        .unwrap();
    maria.wait_for_text("yo no tengo nombre").await;
    ana.send_text(&group, "!nombre Sol").await.unwrap();
    ana.send_text(&group, "chau").await.unwrap();
    maria.wait_for_text("chau").await;
    beto.leave(&group).await.unwrap();
    ana.send_text(&group, "último").await.unwrap();
    maria.wait_for_text("último").await;
    world.settled().await;
    world.aty(&["group", "list"]).await.unwrap();
    bridge.stop().await;

    let seen = everything_public(&world, &maria).await;
    assert!(
        seen.contains("chau"),
        "the search looks at the right events"
    );
    let mut places = vec![("the homeserver".to_owned(), seen.into_bytes())];
    for file in files_under(world.folder.path()) {
        // Synapse's own database holds what its API showed above, and no more of ours.
        places.push((file.display().to_string(), std::fs::read(&file).unwrap()));
    }
    assert!(
        places.iter().any(|(place, _)| place.contains("notebook")),
        "the notebook is searched"
    );
    assert!(
        places
            .iter()
            .any(|(place, _)| place.ends_with("bridge.log")),
        "the log is searched"
    );
    let mut secrets = numbers;
    secrets.extend(world.secrets());
    for secret in secrets {
        for (place, bytes) in &places {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {place}");
        }
    }
}

/// All events of the room and the profiles of everybody in it, as the homeserver gives them to a citizen.
async fn everything_public(world: &World, citizen: &crate::world::Citizen) -> String {
    let http = reqwest::Client::new();
    let token = citizen.client.access_token().unwrap();
    let get = async |path: String| {
        let url = format!("{}/_matrix/client/v3/{path}", world.synapse.url());
        http.get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    };
    let room = citizen.room.room_id();
    let mut seen = get(format!("rooms/{room}/messages?dir=b&limit=500"))
        .await
        .to_string();
    seen.push_str(&get(format!("rooms/{room}/state")).await.to_string());
    let members = get(format!("rooms/{room}/members")).await;
    for member in members["chunk"].as_array().unwrap() {
        let profile = format!("profile/{}", member["state_key"].as_str().unwrap());
        seen.push_str(&get(profile).await.to_string());
    }
    seen
}

pub const JOINS: Row = Row {
    what: "Somebody joins a group",
    arrives: &[
        "nothing, until they speak: then their ghost joins",
        "nothing",
    ],
    test: "ghosts_come_with_the_first_word_and_go_with_their_person",
};

/// Whoever never speaks is not published, and whoever leaves the group leaves the room.
#[tokio::test(flavor = "multi_thread")]
async fn ghosts_come_with_the_first_word_and_go_with_their_person() {
    let shows = Showing::of(&[&JOINS]);
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let link = world.open_group("agua").await;
    let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
    let group = ana.join(&link).await.unwrap();
    beto.join(&link).await.unwrap();
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;
    world.settled().await;
    assert_eq!(world.names_in_room("agua").await, ["Ana", "Aty", "María"]);
    shows.saw(&JOINS, &[Room]);
    // Beside her own words only the bridge's welcome, which came before her.
    assert_eq!(ana.chat(&group).len(), 1, "{:#?}", ana.chat(&group));
    shows.saw(&JOINS, &[Group]);

    ana.leave(&group).await.unwrap();
    world
        .wait_for_names_in_room("agua", &["Aty", "María"])
        .await;
    bridge.stop().await;
}
