//! Conversations between phones on the sandbox's own server.

mod alone;
mod connector;
mod faults;
mod groups;
mod kinds;
mod moderation;
mod orders;
mod page;
mod page_admin;
mod pairing;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use crate::phones::{Phone, cast};
use crate::server::{Role, WhatsAppServer};
use crate::town::Town;

/// How long anything is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A server that forgets everything, and so many phones.
async fn town(people: usize) -> Result<(Arc<WhatsAppServer>, Vec<Arc<Phone>>)> {
    let server = WhatsAppServer::start(loopback(), None).await?;
    let mut phones = Vec::new();
    for person in cast(people) {
        phones.push(Phone::start(&server, person, None).await?);
    }
    Ok((server, phones))
}

/// A group of these phones, the first one its creator.
async fn group_of(server: &WhatsAppServer, phones: &[Arc<Phone>]) -> Result<String> {
    let numbers: Vec<&str> = phones
        .iter()
        .map(|phone| phone.device().number.as_str())
        .collect();
    let group = server.add_group("Agua", numbers[0], &numbers[1..]).await?;
    Ok(group)
}

/// A group of these phones, the first one its creator, that all of them show.
async fn known_group_of(server: &WhatsAppServer, phones: &[Arc<Phone>]) -> Result<String> {
    let group = group_of(server, &phones[..1]).await?;
    let link = server.invite_link(&group).await?;
    for phone in &phones[1..] {
        phone.join(&link).await?;
    }
    for phone in phones {
        phone
            .wait_for_group(&group, |shown| shown.members == phones.len())
            .await?;
    }
    Ok(group)
}

#[tokio::test]
async fn what_one_writes_the_others_read() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = group_of(&server, &phones).await?;
    let id = phones[0]
        .send_text(&group, "¿Quién viene el sábado?")
        .await?;
    for phone in &phones[1..] {
        let shown = phone
            .wait_for_text(&group, "¿Quién viene el sábado?")
            .await?;
        assert_eq!((shown[0].who.as_str(), shown[0].own), ("Ana", false));
        assert_eq!(shown[0].id, id);
    }
    phones[1].send_text(&group, "Yo voy").await?;
    let shown = phones[0].wait_for_text(&group, "Yo voy").await?;
    let lines: Vec<_> = shown
        .iter()
        .map(|shown| (shown.who.as_str(), shown.own))
        .collect();
    assert_eq!(lines, [("Ana", true), ("Beto", false)]);
    Ok(())
}

#[tokio::test]
async fn by_the_link_one_comes_in_and_one_goes_out_again() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones[..1]).await?;
    let link = server.invite_link(&group).await?;
    assert_eq!(phones[1].join(&link).await?, group);
    assert_eq!(phones[1].groups()[0].subject, "Agua");
    phones[0].send_text(&group, "Bienvenido").await?;
    phones[1].wait_for_text(&group, "Bienvenido").await?;

    phones[1].leave(&group).await?;
    assert!(phones[1].groups().is_empty());
    let beto = phones[1].device().number.as_str();
    let members = server
        .state()
        .await
        .group(&group)
        .expect("the group")
        .members
        .clone();
    assert_eq!(members.get(beto), None);
    assert_eq!(
        members.get(&phones[0].device().number),
        Some(&Role::Creator)
    );
    assert!(phones[1].send_text(&group, "¿Hola?").await.is_err());
    Ok(())
}

#[tokio::test]
async fn who_was_offline_gets_everything_once_and_in_order() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones).await?;
    phones[0].send_text(&group, "0").await?;
    phones[1].wait_for_text(&group, "0").await?;
    phones[1].go_offline().await;
    for text in ["1", "2", "3", "4"] {
        phones[0].send_text(&group, text).await?;
    }
    assert_eq!(server.queued(phones[1].device()).await.len(), 4);
    phones[1].come_online().await?;
    let shown = phones[1].wait_for_text(&group, "4").await?;
    let texts: Vec<_> = shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(texts, ["0", "1", "2", "3", "4"]);
    let device = phones[1].device().clone();
    server
        .wait_until("an empty queue", |state| state.queued(&device).is_empty())
        .await
}

#[tokio::test]
async fn after_a_restart_everything_is_as_it_was() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let town = Town::open(Some(folder.path()), loopback(), &["Ana", "Beto"]).await?;
    let key = town.server().static_key();
    let (ana, beto) = both(&town).await;
    let numbers = [ana.device().number.as_str(), beto.device().number.as_str()];
    let group = town
        .server()
        .add_group("Salud", numbers[0], &numbers[1..])
        .await?;
    let link = town.server().invite_link(&group).await?;
    ana.send_text(&group, "Antes").await?;
    beto.wait_for_text(&group, "Antes").await?;
    beto.send_text(&group, "También antes").await?;
    ana.wait_for_text(&group, "También antes").await?;
    town.move_in("Noelia").await?;
    town.close().await?;
    drop((ana, beto, town));

    let town = Town::open(Some(folder.path()), loopback(), &["Ana", "Beto"]).await?;
    assert_eq!(town.server().static_key(), key);
    assert_eq!(town.server().invite_link(&group).await?, link);
    assert!(town.person("Noelia").await.is_some());
    let (ana, beto) = both(&town).await;
    beto.send_text(&group, "Después").await?;
    let shown = ana.wait_for_text(&group, "Después").await?;
    let texts: Vec<_> = shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(texts, ["Antes", "También antes", "Después"]);
    town.close().await
}

async fn both(town: &Town) -> (Arc<Phone>, Arc<Phone>) {
    let person = async |name| town.person(name).await.expect("one of the cast");
    (person("Ana").await, person("Beto").await)
}
