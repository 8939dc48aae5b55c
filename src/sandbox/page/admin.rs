//! What administrators do over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Answer, OfTown, understood};
use super::chat::{Body, OfChat, chat_of};

/// Somebody in, or at the door of, a group on a person's phone.
type OfMember = Path<(String, String, String)>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    admin: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    #[serde(default)]
    announcement: Option<bool>,
    #[serde(default)]
    approval: Option<bool>,
}

pub(super) async fn set_role(
    State(town): OfTown,
    Path((name, group, who)): OfMember,
    body: Body<Role>,
) -> Answer<Json<Value>> {
    let admin = understood(body)?.admin;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    match admin {
        true => phone.promote(&address, &who).await?,
        false => phone.demote(&address, &who).await?,
    }
    Ok(Json(json!({ "name": who, "admin": admin })))
}

pub(super) async fn remove(
    State(town): OfTown,
    Path((name, group, who)): OfMember,
) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    phone.remove(&address, &who).await?;
    Ok(Json(json!({ "removed": who })))
}

pub(super) async fn approve(
    State(town): OfTown,
    Path((name, group, who)): OfMember,
) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    phone.approve(&address, &who).await?;
    Ok(Json(json!({ "approved": who })))
}

pub(super) async fn reject(
    State(town): OfTown,
    Path((name, group, who)): OfMember,
) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    phone.reject(&address, &who).await?;
    Ok(Json(json!({ "rejected": who })))
}

pub(super) async fn set(
    State(town): OfTown,
    Path((name, group)): OfChat,
    body: Body<Settings>,
) -> Answer<Json<Value>> {
    let settings = understood(body)?;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    if let Some(on) = settings.announcement {
        phone.set_announcement(&address, on).await?;
    }
    if let Some(on) = settings.approval {
        phone.set_approval(&address, on).await?;
    }
    Ok(Json(json!({ "id": group })))
}

pub(super) async fn reset(State(town): OfTown, Path((name, group)): OfChat) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    let link = phone.reset_link(&address).await?;
    Ok(Json(json!({ "link": link })))
}
