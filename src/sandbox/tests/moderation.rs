//! What administrators do on their phones, and what the others see of it.

use anyhow::Result;
use whatsapp_rust::Jid;

use super::{known_group_of, town};
use crate::phones::{NotPossible, Phone};

/// Why a phone did not do it.
fn why<T: std::fmt::Debug>(outcome: Result<T>) -> NotPossible {
    let error = outcome.expect_err("it was refused");
    *error.downcast_ref().expect("a reason that one is told")
}

async fn asks(phone: &Phone, group: &str, names: &[&str]) -> Result<()> {
    phone
        .wait_for_group(group, |shown| {
            shown
                .asking
                .iter()
                .map(|one| &*one.name)
                .eq(names.iter().copied())
        })
        .await
}

#[tokio::test]
async fn where_only_administrators_write_the_others_cannot() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = known_group_of(&server, &phones).await?;
    let [ana, beto, carmen] = &phones[..] else {
        panic!("three phones")
    };
    assert_eq!(
        why(beto.set_announcement(&group, true).await),
        NotPossible::NotAnAdmin
    );
    ana.set_announcement(&group, true).await?;
    for phone in [beto, carmen] {
        phone
            .wait_for_group(&group, |shown| shown.announcement)
            .await?;
    }
    assert_eq!(
        why(beto.send_text(&group, "¿Y ahora?").await),
        NotPossible::OnlyAdminsWrite
    );
    let id = ana.send_text(&group, "Descansemos un rato").await?;
    beto.wait_for_message(&group, &id, |_| true).await?;
    let reacted = beto.react(&group, &id, "👍").await;
    assert_eq!(why(reacted), NotPossible::OnlyAdminsWrite);

    ana.promote(&group, "Carmen").await?;
    carmen.send_text(&group, "Sí").await?;
    ana.set_announcement(&group, false).await?;
    beto.send_text(&group, "Sigamos").await?;
    let shown = ana.wait_for_text(&group, "Sigamos").await?;
    let texts: Vec<_> = shown.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(texts, ["Descansemos un rato", "Sí", "Sigamos"]);
    Ok(())
}

#[tokio::test]
async fn who_asks_is_let_in_or_turned_away_by_an_administrator() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = known_group_of(&server, &phones[..2]).await?;
    let link = server.invite_link(&group).await?;
    let [ana, beto, carmen] = &phones[..] else {
        panic!("three phones")
    };
    assert_eq!(
        why(beto.set_approval(&group, true).await),
        NotPossible::NotAnAdmin
    );
    ana.set_approval(&group, true).await?;
    beto.wait_for_group(&group, |shown| shown.approval).await?;

    for _ in 0..2 {
        assert_eq!(carmen.join(&link).await?, group);
        asks(ana, &group, &["Carmen"]).await?;
    }
    assert!(carmen.groups().is_empty());
    assert!(carmen.send_text(&group, "¿Se puede?").await.is_err());
    let address: Jid = group.parse()?;
    let (bs, cs) = (beto.client().await?, carmen.client().await?);
    assert!(bs.groups().get_membership_requests(&address).await.is_err());
    let herself = [Jid::pn(carmen.device().number.as_str())];
    for client in [&bs, &cs] {
        let groups = client.groups();
        let approved = groups.approve_membership_requests(&address, &herself);
        assert!(approved.await.is_err(), "only administrators let in");
    }

    carmen.ask_no_longer(&group).await?;
    asks(ana, &group, &[]).await?;
    assert_eq!(
        why(ana.approve(&group, "Carmen").await),
        NotPossible::NoSuchMember
    );
    carmen.join(&link).await?;
    asks(ana, &group, &["Carmen"]).await?;
    ana.reject(&group, "Carmen").await?;
    carmen.join(&link).await?;
    asks(ana, &group, &["Carmen"]).await?;
    ana.approve(&group, "Carmen").await?;
    carmen.wait_for_membership(&group, true).await?;
    asks(ana, &group, &[]).await?;
    carmen.send_text(&group, "¡Gracias!").await?;
    beto.wait_for_text(&group, "¡Gracias!").await?;

    ana.promote(&group, "Beto").await?;
    carmen.leave(&group).await?;
    carmen.join(&link).await?;
    asks(beto, &group, &["Carmen"]).await?;
    ana.set_approval(&group, false).await?;
    assert_eq!(carmen.join(&link).await?, group);
    carmen.wait_for_membership(&group, true).await?;
    Ok(())
}

#[tokio::test]
async fn whom_an_administrator_removes_the_link_does_not_lead_back() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = known_group_of(&server, &phones).await?;
    let link = server.invite_link(&group).await?;
    let [ana, beto, carmen] = &phones[..] else {
        panic!("three phones")
    };
    assert_eq!(
        why(beto.remove(&group, "Carmen").await),
        NotPossible::NotAnAdmin
    );
    ana.remove(&group, "Beto").await?;
    beto.wait_for_membership(&group, false).await?;
    carmen
        .wait_for_group(&group, |shown| shown.member("Beto").is_none())
        .await?;
    assert!(beto.send_text(&group, "¿Por qué?").await.is_err());
    assert!(beto.join(&link).await.is_err(), "he was removed");
    let new = ana.reset_link(&group).await?;
    assert!(beto.join(&new).await.is_err(), "a new link changes nothing");

    // Where administrators decide, he may ask them.
    ana.set_approval(&group, true).await?;
    beto.join(&new).await?;
    asks(ana, &group, &["Beto"]).await?;
    ana.approve(&group, "Beto").await?;
    beto.wait_for_membership(&group, true).await?;

    // Who went by themselves, and whom an administrator has added since, comes by the link.
    ana.set_approval(&group, false).await?;
    beto.leave(&group).await?;
    assert_eq!(beto.join(&new).await?, group);
    ana.remove(&group, "Beto").await?;
    let beto_is = [Jid::pn(beto.device().number.as_str())];
    let client = ana.client().await?;
    client
        .groups()
        .add_participants(group.parse::<Jid>()?, &beto_is)
        .await?;
    beto.wait_for_membership(&group, true).await?;
    beto.leave(&group).await?;
    assert_eq!(beto.join(&new).await?, group);
    Ok(())
}

#[tokio::test]
async fn an_administrator_does_all_but_touch_the_creator() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = known_group_of(&server, &phones).await?;
    let [ana, beto, carmen] = &phones[..] else {
        panic!("three phones")
    };
    assert_eq!(
        why(beto.promote(&group, "Beto").await),
        NotPossible::NotAnAdmin
    );
    assert_eq!(why(beto.reset_link(&group).await), NotPossible::NotAnAdmin);
    let id = carmen.send_text(&group, "¡Gané la lotería!").await?;
    for phone in [ana, beto] {
        phone.wait_for_message(&group, &id, |_| true).await?;
    }
    assert!(beto.delete_as_admin(&group, &id).await.is_err());

    ana.promote(&group, "Beto").await?;
    carmen
        .wait_for_group(&group, |shown| {
            shown.member("Beto").is_some_and(|beto| beto.admin)
        })
        .await?;
    beto.delete_as_admin(&group, &id).await?;
    for phone in &phones {
        let seen = phone
            .wait_for_message(&group, &id, |shown| shown.deleted)
            .await?;
        assert_eq!(seen.deleted_by.as_deref(), Some("Beto"));
    }
    assert_eq!(
        why(beto.remove(&group, "Ana").await),
        NotPossible::TheCreator
    );
    assert_eq!(
        why(beto.demote(&group, "Ana").await),
        NotPossible::TheCreator
    );
    beto.promote(&group, "Carmen").await?;
    beto.demote(&group, "Carmen").await?;
    ana.demote(&group, "Beto").await?;
    carmen
        .wait_for_group(&group, |shown| {
            shown.people.iter().filter(|one| one.admin).count() == 1
        })
        .await?;
    assert_eq!(
        why(beto.remove(&group, "Carmen").await),
        NotPossible::NotAnAdmin
    );
    Ok(())
}

#[tokio::test]
async fn what_is_so_already_nobody_is_told_of() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = known_group_of(&server, &phones).await?;
    let [ana, beto] = &phones[..] else {
        panic!("two phones")
    };
    beto.go_offline().await;
    for _ in 0..2 {
        ana.promote(&group, "Beto").await?;
        ana.set_announcement(&group, true).await?;
        ana.set_approval(&group, true).await?;
    }
    assert_eq!(server.queued(beto.device()).await.len(), 3);
    Ok(())
}
