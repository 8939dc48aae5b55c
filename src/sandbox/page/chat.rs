//! Conversations over HTTP: what stands in them, and what one can do there.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Message, No};
use super::api::{Answer, OfTown, address_of, phone_of, understood};
use crate::phones::{Draft, Kind, Phone, Thing};
use crate::town::Town;

/// The longest text WhatsApp takes.
const LONGEST_TEXT: usize = 65_536;

/// A person's conversation.
pub(super) type OfChat = Path<(String, String)>;
/// A message in a person's conversation.
pub(super) type OfMessage = Path<(String, String, String)>;
pub(super) type Body<T> = Result<Json<T>, JsonRejection>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Writing {
    text: String,
    #[serde(default)]
    reply: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    /// The group in which the message stands that is answered, if it is answered in private.
    #[serde(default)]
    from: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sending {
    kind: Kind,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reacting {
    emoji: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Editing {
    text: String,
}

pub(super) async fn messages(
    State(town): OfTown,
    Path((name, group)): OfChat,
) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    let chat = phone.chat(&address);
    let messages: Vec<Message> = chat.iter().map(Message::from).collect();
    Ok(Json(json!({ "messages": messages })))
}

pub(super) async fn write(
    State(town): OfTown,
    Path((name, group)): OfChat,
    body: Body<Writing>,
) -> Answer<(StatusCode, Json<Value>)> {
    let writing = understood(body)?;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    let from = writing.from.map(|group| address_of(&phone, &group));
    let draft = Draft {
        text: sayable(writing.text)?,
        reply: writing.reply,
        from: from.transpose()?,
        mentions: writing.mentions,
    };
    let id = phone.write(&address, draft).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub(super) async fn send(
    State(town): OfTown,
    Path((name, group)): OfChat,
    body: Body<Sending>,
) -> Answer<(StatusCode, Json<Value>)> {
    let Sending { kind, text } = understood(body)?;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    let id = phone.send(&address, Thing::new(kind, text)).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub(super) async fn react(
    State(town): OfTown,
    Path((name, group, message)): OfMessage,
    body: Body<Reacting>,
) -> Answer<Json<Value>> {
    let emoji = understood(body)?.emoji;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    phone.react(&address, &message, &emoji).await?;
    Ok(Json(json!({ "id": message })))
}

pub(super) async fn edit(
    State(town): OfTown,
    Path((name, group, message)): OfMessage,
    body: Body<Editing>,
) -> Answer<Json<Value>> {
    let text = sayable(understood(body)?.text)?;
    let (phone, address) = chat_of(&town, &name, &group).await?;
    phone.edit(&address, &message, &text).await?;
    Ok(Json(json!({ "id": message })))
}

/// One's own message, or as an administrator somebody else's.
pub(super) async fn delete(
    State(town): OfTown,
    Path((name, group, message)): OfMessage,
) -> Answer<Json<Value>> {
    let (phone, address) = chat_of(&town, &name, &group).await?;
    let chat = phone.chat(&address);
    let own = chat.iter().any(|shown| shown.id == message && shown.own);
    match own {
        true => phone.delete(&address, &message).await?,
        false => phone.delete_as_admin(&address, &message).await?,
    }
    Ok(Json(json!({ "id": message })))
}

pub(super) async fn chat_of(town: &Town, name: &str, group: &str) -> Answer<(Arc<Phone>, String)> {
    let phone = phone_of(town, name).await?;
    let address = address_of(&phone, group)?;
    Ok((phone, address))
}

fn sayable(text: String) -> Answer<String> {
    if text.trim().is_empty() || text.len() > LONGEST_TEXT {
        return Err(No::bad_request(
            "Un mensaje tiene entre 1 y 65.536 bytes.",
            "A message has 1 to 65,536 bytes.",
        ));
    }
    Ok(text)
}
