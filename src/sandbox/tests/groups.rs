//! Groups as administrators and members see them, with the client's own methods.

use anyhow::Result;
use whatsapp_rust::{
    GroupCreateOptions, GroupDescription, GroupParticipantOptions, GroupSubject, Jid,
    ParticipantType, PreviousDescription,
};

use super::{group_of, town};
use crate::phones::Phone;

fn number(phone: &Phone) -> Jid {
    Jid::pn(phone.device().number.as_str())
}

#[tokio::test]
async fn a_group_made_by_one_is_there_for_all() -> Result<()> {
    let (server, phones) = town(2).await?;
    let ana = phones[0].client().await?;
    let options = GroupCreateOptions::builder()
        .subject("Juventud")
        .description(GroupDescription::new(
            "Todo lo que se escribe aquí es público.",
        )?)
        .participants(vec![GroupParticipantOptions::new(number(&phones[1]))])
        .build();
    let made = ana.groups().create_group(options).await?.metadata;
    let group = made.id.to_string();
    assert_eq!(
        made.description.as_deref(),
        Some("Todo lo que se escribe aquí es público.")
    );
    phones[1].wait_for_membership(&group, true).await?;

    phones[1].send_text(&group, "¡Hola!").await?;
    phones[0].wait_for_text(&group, "¡Hola!").await?;
    let seen = phones[1]
        .client()
        .await?
        .groups()
        .get_metadata(&made.id)
        .await?;
    let kinds: Vec<_> = seen
        .participants
        .iter()
        .map(|one| one.participant_type)
        .collect();
    assert_eq!(
        kinds,
        [ParticipantType::SuperAdmin, ParticipantType::Member]
    );
    assert_eq!(server.state().await.groups().count(), 1);
    Ok(())
}

#[tokio::test]
async fn what_an_administrator_changes_everybody_sees() -> Result<()> {
    let (server, phones) = town(3).await?;
    let group = group_of(&server, &phones[..2]).await?;
    let address: Jid = group.parse()?;
    let (ana, beto) = (phones[0].client().await?, phones[1].client().await?);

    ana.groups()
        .add_participants(&address, &[number(&phones[2])])
        .await?;
    phones[2].wait_for_membership(&group, true).await?;
    ana.groups()
        .set_subject(&address, GroupSubject::new("Agua y ambiente")?)
        .await?;
    let text = GroupDescription::new("Somos la mesa del agua.")?;
    let none = PreviousDescription::Resolve;
    ana.groups()
        .set_description(&address, Some(text), none)
        .await?;
    ana.groups()
        .promote_participants(&address, &[number(&phones[1])])
        .await?;
    let seen = beto.groups().get_metadata(&address).await?;
    assert_eq!(seen.subject, "Agua y ambiente");
    assert_eq!(seen.description.as_deref(), Some("Somos la mesa del agua."));

    beto.groups()
        .remove_participants(&address, &[number(&phones[2])])
        .await?;
    phones[2].wait_for_membership(&group, false).await?;
    ana.groups()
        .demote_participants(&address, &[number(&phones[1])])
        .await?;
    let refused = beto
        .groups()
        .add_participants(&address, &[number(&phones[2])])
        .await;
    assert!(
        refused.is_err(),
        "who is no administrator any more can't add"
    );
    Ok(())
}

#[tokio::test]
async fn a_reset_link_leads_nowhere() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones[..1]).await?;
    let ana = phones[0].client().await?;
    let address: Jid = group.parse()?;
    let old = ana.groups().get_invite_link(&address, false).await?;
    assert_eq!(
        phones[1]
            .client()
            .await?
            .groups()
            .get_invite_info(&old)
            .await?
            .subject,
        "Agua"
    );
    let new = ana.groups().get_invite_link(&address, true).await?;
    assert!(phones[1].join(&old).await.is_err());
    assert_eq!(phones[1].join(&new).await?, group);
    assert_eq!(server.invite_link(&group).await?, new);
    Ok(())
}

#[tokio::test]
async fn each_sees_only_their_own_groups() -> Result<()> {
    let (server, phones) = town(2).await?;
    let group = group_of(&server, &phones[..1]).await?;
    assert!(phones[1].groups().is_empty());
    let beto = phones[1].client().await?;
    assert!(beto.groups().get_participating().await?.is_empty());
    assert!(beto.groups().get_metadata(&group.parse()?).await.is_err());
    assert!(phones[1].send_text(&group, "¿Se puede?").await.is_err());
    assert!(phones[1].chat(&group).is_empty());
    Ok(())
}
