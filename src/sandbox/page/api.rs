//! The HTTP API. `GET /api` tells all of it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::answer::{Group, Message, No, Person, group_id};
use crate::phones::{Phone, bridge_account, chat_with};
use crate::town::{NoNewcomer, Town};

pub(super) type Answer<T> = Result<T, No>;
pub(super) type OfTown = State<Arc<Town>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Newcomer {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitation {
    link: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leaving {
    group: String,
}

pub(super) async fn about() -> impl IntoResponse {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, include_str!("about.json"))
}

pub(super) async fn people(State(town): OfTown) -> Json<Value> {
    let people = town.people().await;
    let people: Vec<Person> = people.iter().map(|phone| Person::from(&**phone)).collect();
    Json(json!({ "people": people }))
}

pub(super) async fn move_in(
    State(town): OfTown,
    body: Result<Json<Newcomer>, JsonRejection>,
) -> Answer<(StatusCode, Json<Person>)> {
    let newcomer = understood(body)?;
    let phone = town.move_in(&newcomer.name).await.map_err(no_newcomer)?;
    Ok((StatusCode::CREATED, Json(Person::from(&*phone))))
}

pub(super) async fn groups(State(town): OfTown, Path(name): Path<String>) -> Answer<Json<Value>> {
    let phone = phone_of(&town, &name).await?;
    let groups = phone.groups();
    let mut groups: Vec<(i64, Group)> = groups
        .iter()
        .map(|group| {
            let chat = phone.chat(&group.address);
            let latest = chat.last().map_or(0, |message| message.at);
            (latest, Group::new(group, &chat))
        })
        .collect();
    groups.sort_by_key(|(latest, _)| std::cmp::Reverse(*latest));
    let groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    let alone = phone.chat(&chat_with(&bridge_account()));
    let alone = json!({ "id": ATY, "last": alone.last().map(Message::from) });
    Ok(Json(json!({ "groups": groups, "alone": alone })))
}

pub(super) async fn join(
    State(town): OfTown,
    Path(name): Path<String>,
    body: Result<Json<Invitation>, JsonRejection>,
) -> Answer<(StatusCode, Json<Value>)> {
    let link = understood(body)?.link;
    let phone = phone_of(&town, &name).await?;
    let address = phone.join(link.trim()).await.map_err(|error| {
        tracing::debug!("nobody could join: {error:#}");
        No::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Con ese enlace no se puede entrar. Pedí uno nuevo, o que alguien te agregue.",
            "One can't get in by this link. Ask for a new one, or for being added.",
        )
    })?;
    let groups = phone.groups();
    let joined = groups.iter().find(|group| group.address == address);
    let Some(joined) = joined else {
        let asking = json!({ "id": group_id(&address), "waiting": true });
        return Ok((StatusCode::ACCEPTED, Json(asking)));
    };
    let joined = json!(Group::new(joined, &phone.chat(&address)));
    Ok((StatusCode::OK, Json(joined)))
}

pub(super) async fn leave(
    State(town): OfTown,
    Path(name): Path<String>,
    body: Result<Json<Leaving>, JsonRejection>,
) -> Answer<Json<Value>> {
    let group = understood(body)?.group;
    let phone = phone_of(&town, &name).await?;
    let address = address_of(&phone, &group)?;
    phone.leave(&address).await?;
    Ok(Json(json!({ "left": group })))
}

/// One event for each change on someone's screen, and a comment now and then so that the connection stays.
pub(super) async fn events(
    State(town): OfTown,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold(town.changes(), |mut changes| async {
        let event = match changes.recv().await {
            Ok(person) => Event::default()
                .event("change")
                .json_data(json!({ "person": person })),
            Err(RecvError::Lagged(_)) => Event::default().event("change").json_data(json!({})),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event.unwrap_or_default()), changes))
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

pub(super) async fn nothing_here() -> No {
    No::not_found(
        "Acá no hay nada. /api dice lo que hay.",
        "There is nothing here. /api tells what there is.",
    )
}

pub(super) async fn wrong_method() -> No {
    No::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Eso no se puede hacer aquí. /api dice lo que se puede.",
        "This can't be done here. /api tells what can.",
    )
}

pub(super) fn understood<T>(body: Result<Json<T>, JsonRejection>) -> Answer<T> {
    body.map(|Json(value)| value).map_err(|rejection| {
        No::new(
            rejection.status(),
            format!("No se entiende lo enviado: {}", rejection.body_text()),
            format!(
                "What was sent can't be understood: {}",
                rejection.body_text()
            ),
        )
    })
}

pub(super) async fn phone_of(town: &Town, name: &str) -> Answer<Arc<Phone>> {
    town.person(name).await.ok_or_else(|| {
        No::not_found(
            "No hay nadie con ese nombre. /api/people dice quiénes hay.",
            "Nobody has this name. /api/people tells who there is.",
        )
    })
}

/// The id of the conversation with the bridge alone.
pub(super) const ATY: &str = "aty";

/// The address behind an opaque id, for someone who is in the group; or of the bridge's account.
pub(super) fn address_of(phone: &Phone, id: &str) -> Answer<String> {
    if id == ATY {
        return Ok(chat_with(&bridge_account()));
    }
    let groups = phone.groups().into_iter();
    let mut addresses = groups.map(|group| group.address);
    addresses
        .find(|address| group_id(address) == id)
        .ok_or_else(no_such_group)
}

fn no_such_group() -> No {
    No::not_found(
        "Esa persona no está en ese grupo.",
        "This person is not in this group.",
    )
}

fn no_newcomer(error: NoNewcomer) -> No {
    match error {
        NoNewcomer::NameTaken => No::new(
            StatusCode::CONFLICT,
            "Ya hay alguien con ese nombre.",
            "Somebody has this name already.",
        ),
        NoNewcomer::NotAName => No::bad_request(
            "Un nombre tiene de 1 a 40 letras, cifras, espacios o guiones.",
            "A name has 1 to 40 letters, digits, spaces or hyphens.",
        ),
        NoNewcomer::Broken(error) => error.into(),
    }
}
