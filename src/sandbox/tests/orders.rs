//! The bridge's connector as an administrator of a group, seen from the phones there; and what it hears of others who are.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use whatsapp::{GroupJid, Heard, OrderError, Outcome, Person, SendError, What, message_id};

use super::connector::Scene;
use crate::phones::{NotPossible, Phone, bridge_account, cast, chat_with};

impl Scene {
    fn group(&self) -> GroupJid {
        self.group.parse().expect("a group")
    }

    /// A third phone, in no group yet.
    async fn carmen(&self) -> Result<Arc<Phone>> {
        let carmen = cast(3).pop().context("three people")?;
        Phone::start(&self.server, carmen, None).await
    }

    /// The next that is heard, who did it, and what it is.
    async fn hears_of(&self, by: &Person) -> Result<What> {
        let heard: Heard = self.hears().await?;
        assert!(heard.sender.is(by), "{heard:?} by somebody else");
        assert_eq!(heard.from_me, by.is(&bridge()));
        Ok(heard.what)
    }
}

fn bridge() -> Person {
    let account = bridge_account();
    Person {
        lid: account.lid.parse().ok(),
        number: account.number.parse().ok(),
    }
}

/// Whom it is about, if it is the act that is expected.
macro_rules! whom {
    ($heard:expr, $act:ident) => {
        match $heard {
            What::$act { who } => who,
            other => panic!("heard {other:?}"),
        }
    };
}

#[tokio::test]
async fn roles_and_membership_are_ordered_and_seen() -> Result<()> {
    let scene = Scene::set(true).await?;
    let (group, bridge) = (scene.group(), bridge());
    let is_beto = scene.person(&scene.beto).await;
    let connector = &scene.connector;
    let is_admin = |admin: bool| {
        scene.ana.wait_for_group(&scene.group, move |shown| {
            shown.member("Beto").is_some_and(|beto| beto.admin == admin)
        })
    };

    assert_eq!(connector.promote(&group, &is_beto).await, Ok(Outcome::Done));
    is_admin(true).await?;
    assert!(whom!(scene.hears_of(&bridge).await?, Promoted).is(&is_beto));
    let again = connector.promote(&group, &is_beto).await;
    assert_eq!(again, Ok(Outcome::Already));
    assert_eq!(connector.demote(&group, &is_beto).await, Ok(Outcome::Done));
    is_admin(false).await?;
    assert!(whom!(scene.hears_of(&bridge).await?, Demoted).is(&is_beto));
    let again = connector.demote(&group, &is_beto).await;
    assert_eq!(again, Ok(Outcome::Already));

    // By the number alone, as an operator may name somebody.
    let by_number = Person {
        lid: None,
        ..is_beto.clone()
    };
    assert_eq!(
        connector.remove(&group, &by_number).await,
        Ok(Outcome::Done)
    );
    scene.beto.wait_for_membership(&scene.group, false).await?;
    assert!(whom!(scene.hears_of(&bridge).await?, Removed).is(&is_beto));
    for who in [&is_beto, &by_number] {
        let again = connector.remove(&group, who).await;
        assert_eq!(again, Ok(Outcome::Already));
    }
    let gone = connector.demote(&group, &is_beto).await;
    assert_eq!(gone, Ok(Outcome::Already));
    let gone = connector.promote(&group, &is_beto).await;
    assert_eq!(gone, Err(OrderError::NotThere));
    let link = scene.server.invite_link(&scene.group).await?;
    assert!(scene.beto.join(&link).await.is_err(), "he was removed");

    assert_eq!(connector.add(&group, &is_beto).await, Ok(Outcome::Done));
    scene.beto.wait_for_membership(&scene.group, true).await?;
    assert!(whom!(scene.hears_of(&bridge).await?, Added).is(&is_beto));
    let again = connector.add(&group, &is_beto).await;
    assert_eq!(again, Ok(Outcome::Already));
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn settings_and_requests_are_ordered_and_seen() -> Result<()> {
    let scene = Scene::set(true).await?;
    let (group, bridge) = (scene.group(), bridge());
    let connector = &scene.connector;
    assert_eq!(
        connector.set_announcement(&group, true).await,
        Ok(Outcome::Done)
    );
    let refused = scene.beto.send_text(&scene.group, "¿Y ahora?").await;
    assert_eq!(
        refused.unwrap_err().downcast_ref(),
        Some(&NotPossible::OnlyAdminsWrite)
    );
    assert_eq!(
        scene.hears_of(&bridge).await?,
        What::Announcement { on: true }
    );
    let again = connector.set_announcement(&group, true).await;
    assert_eq!(again, Ok(Outcome::Already));
    assert!(connector.group(&group).await?.announcement);
    assert_eq!(
        connector.set_announcement(&group, false).await,
        Ok(Outcome::Done)
    );
    assert_eq!(
        scene.hears_of(&bridge).await?,
        What::Announcement { on: false }
    );

    assert_eq!(
        connector.set_approval(&group, true).await,
        Ok(Outcome::Done)
    );
    assert_eq!(scene.hears_of(&bridge).await?, What::Approval { on: true });
    let again = connector.set_approval(&group, true).await;
    assert_eq!(again, Ok(Outcome::Already));
    assert!(connector.group(&group).await?.approval);

    let carmen = scene.carmen().await?;
    let is_carmen = scene.person(&carmen).await;
    let link = connector.invite_link(&group).await?;
    let asked = async || -> Result<()> {
        carmen.join(link.as_str()).await?;
        assert!(whom!(scene.hears_of(&is_carmen).await?, Requested).is(&is_carmen));
        let requests = scene.connector.requests(&group).await?;
        assert!(requests.len() == 1 && requests[0].who.is(&is_carmen));
        assert!(requests[0].since_ms.is_some());
        Ok(())
    };
    asked().await?;
    assert_eq!(
        connector.reject(&group, &is_carmen).await,
        Ok(Outcome::Done)
    );
    assert!(whom!(scene.hears_of(&bridge).await?, RequestClosed).is(&is_carmen));
    let again = connector.reject(&group, &is_carmen).await;
    assert_eq!(again, Ok(Outcome::Already));
    let gone = connector.approve(&group, &is_carmen).await;
    assert_eq!(gone, Err(OrderError::NotThere));

    asked().await?;
    carmen.ask_no_longer(&scene.group).await?;
    let closed = whom!(scene.hears_of(&is_carmen).await?, RequestClosed);
    assert!(closed.is(&is_carmen));

    asked().await?;
    assert_eq!(
        connector.approve(&group, &is_carmen).await,
        Ok(Outcome::Done)
    );
    carmen.wait_for_membership(&scene.group, true).await?;
    assert!(whom!(scene.hears_of(&bridge).await?, Added).is(&is_carmen));
    let again = connector.approve(&group, &is_carmen).await;
    assert_eq!(again, Ok(Outcome::Already));
    assert_eq!(connector.requests(&group).await, Ok(Vec::new()));

    let new = connector.reset_link(&group, &link).await?;
    assert_eq!(scene.hears_of(&bridge).await?, What::LinkReset);
    assert_ne!(new, link);
    assert_eq!(connector.reset_link(&group, &link).await?, new);
    carmen.leave(&scene.group).await?;
    assert!(carmen.join(link.as_str()).await.is_err());
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn whoever_lets_nobody_add_them_comes_back_by_an_invitation() -> Result<()> {
    let scene = Scene::set(true).await?;
    let (group, connector) = (scene.group(), &scene.connector);
    let is_beto = scene.person(&scene.beto).await;
    scene
        .server
        .let_nobody_add(&scene.beto.device().number)
        .await;
    let removed = connector.remove(&group, &is_beto).await;
    assert_eq!(removed, Ok(Outcome::Done));
    scene.beto.wait_for_membership(&scene.group, false).await?;
    let Err(OrderError::NotAddable(Some(invitation))) = connector.add(&group, &is_beto).await
    else {
        bail!("he was added, or is not invited");
    };
    let id = message_id(b"a case");
    let to = (&group, "Ambiente y agua");
    connector
        .invite(&is_beto, &id, to, &invitation, "Ya podés volver.")
        .await?;
    let alone = chat_with(&bridge_account());
    let shown = scene.beto.wait_for_text(&alone, "Ya podés volver.").await?;
    scene.beto.accept(&alone, &shown[0].id).await?;
    scene.beto.wait_for_membership(&scene.group, true).await?;
    // It holds for one time.
    scene.beto.leave(&scene.group).await?;
    assert!(scene.beto.accept(&alone, &shown[0].id).await.is_err());
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_message_is_deleted_once_however_often_that_is_asked() -> Result<()> {
    let scene = Scene::set(true).await?;
    let (group, connector) = (scene.group(), &scene.connector);
    let is_beto = scene.person(&scene.beto).await;
    let first = scene
        .beto
        .send_text(&scene.group, "¡Gané la lotería!")
        .await?;
    scene.hears().await?;
    let id = message_id(b"a case");
    for _ in 0..2 {
        connector.revoke(&group, &id, &first, &is_beto).await?;
    }
    for phone in [&scene.ana, &scene.beto] {
        let seen = phone
            .wait_for_message(&scene.group, &first, |shown| shown.deleted)
            .await?;
        assert_eq!(seen.deleted_by.as_deref(), Some("Aty"));
    }
    // A message that is not there any more, or never was.
    let id = message_id(b"another case");
    connector.revoke(&group, &id, &first, &is_beto).await?;
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn an_account_that_may_not_is_told_so() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, connector) = (scene.group(), &scene.connector);
    let (is_ana, is_beto) = (
        scene.person(&scene.ana).await,
        scene.person(&scene.beto).await,
    );
    let first = scene.beto.send_text(&scene.group, "Buen día").await?;
    scene.hears().await?;
    let link = scene.server.invite_link(&scene.group).await?.parse()?;
    let id = message_id(b"a case");
    let tried = async || {
        [
            connector.remove(&group, &is_beto).await.err(),
            connector.add(&group, &bridge()).await.err(),
            connector.promote(&group, &is_beto).await.err(),
            connector.demote(&group, &is_ana).await.err(),
            connector.set_announcement(&group, true).await.err(),
            connector.set_approval(&group, true).await.err(),
            connector.requests(&group).await.err(),
            connector.approve(&group, &is_beto).await.err(),
            connector.reject(&group, &is_beto).await.err(),
            connector.reset_link(&group, &link).await.err(),
            connector.revoke(&group, &id, &first, &is_beto).await.err(),
        ]
    };
    let all = |error: OrderError| std::array::from_fn(|_| Some(error.clone()));
    assert_eq!(tried().await, all(OrderError::NotAdmin));

    let number = bridge_account().number;
    scene.server.make_admin(&scene.group, &number).await?;
    assert!(whom!(scene.hears_of(&is_ana).await?, Promoted).is(&bridge()));
    for outcome in [
        connector.remove(&group, &is_ana).await,
        connector.demote(&group, &is_ana).await,
    ] {
        assert_eq!(outcome, Err(OrderError::TheCreator));
    }
    connector.revoke(&group, &id, &first, &is_beto).await?;

    // No look at the group comes between: WhatsApp's own refusal tells.
    scene.ana.demote(&scene.group, "Aty").await?;
    let again = connector.revoke(&group, &id, &first, &is_beto).await;
    assert_eq!(again, Err(OrderError::NotAdmin));
    assert!(whom!(scene.hears_of(&is_ana).await?, Demoted).is(&bridge()));

    scene.ana.remove(&scene.group, "Aty").await?;
    assert!(whom!(scene.hears_of(&is_ana).await?, Removed).is(&bridge()));
    assert_eq!(tried().await, all(OrderError::NotMember));
    let joined = connector.join_by_link(link.as_str()).await;
    assert!(
        matches!(joined, Err(SendError::Rejected { code: 401, .. })),
        "{joined:?}"
    );
    scene.connector.stop().await;
    Ok(())
}

#[tokio::test]
async fn what_an_admin_does_by_hand_is_heard_with_who_did_it() -> Result<()> {
    let scene = Scene::set(false).await?;
    let (group, ana, beto) = (&scene.group, &scene.ana, &scene.beto);
    let (is_ana, is_beto) = (scene.person(ana).await, scene.person(beto).await);
    let carmen = scene.carmen().await?;
    let is_carmen = scene.person(&carmen).await;
    // Who comes by the link did it themselves: what is heard next is Ana's.
    carmen.join(&scene.server.invite_link(group).await?).await?;
    ana.promote(group, "Beto").await?;
    assert!(whom!(scene.hears_of(&is_ana).await?, Promoted).is(&is_beto));
    ana.set_announcement(group, true).await?;
    assert_eq!(
        scene.hears_of(&is_ana).await?,
        What::Announcement { on: true }
    );
    beto.wait_for_group(group, |shown| shown.admin).await?;
    beto.set_announcement(group, false).await?;
    assert_eq!(
        scene.hears_of(&is_beto).await?,
        What::Announcement { on: false }
    );

    let first = carmen.send_text(group, "¡Gané la lotería!").await?;
    assert_eq!(scene.hears().await?.takes_anothers(), None);
    beto.wait_for_message(group, &first, |_| true).await?;
    beto.delete_as_admin(group, &first).await?;
    let heard = scene.hears().await?;
    assert!(heard.sender.is(&is_beto));
    let of = heard.takes_anothers().context("no deletion")?;
    assert_eq!(of.id, first);
    assert!(
        of.author
            .as_ref()
            .is_some_and(|author| author.is(&is_carmen))
    );
    let own = carmen.send_text(group, "Perdón").await?;
    scene.hears().await?;
    carmen.delete(group, &own).await?;
    assert_eq!(scene.hears().await?.takes_anothers(), None);

    beto.remove(group, "Carmen").await?;
    assert!(whom!(scene.hears_of(&is_beto).await?, Removed).is(&is_carmen));
    beto.set_approval(group, true).await?;
    assert_eq!(scene.hears_of(&is_beto).await?, What::Approval { on: true });
    beto.reset_link(group).await?;
    assert_eq!(scene.hears_of(&is_beto).await?, What::LinkReset);
    ana.demote(group, "Beto").await?;
    assert!(whom!(scene.hears_of(&is_ana).await?, Demoted).is(&is_beto));

    // The bridge was away: it hears of it all the same, and then what is said.
    let away = scene.server.state().await.devices(&bridge_account().number);
    scene.server.refuse_connections(true).await;
    scene.server.drop_connection(&away[0]).await?;
    ana.set_approval(group, false).await?;
    scene.server.refuse_connections(false).await;
    assert_eq!(scene.hears_of(&is_ana).await?, What::Approval { on: false });
    scene.connector.stop().await;
    Ok(())
}
