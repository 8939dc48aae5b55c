//! What the API says, and how it says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::phones::{Phone, Shown, ShownGroup};

/// Someone, as the API names them.
#[derive(Serialize)]
pub(super) struct Person {
    name: String,
    online: bool,
    groups: usize,
}

impl From<&Phone> for Person {
    fn from(phone: &Phone) -> Self {
        Self {
            name: phone.name().to_owned(),
            online: phone.is_online(),
            groups: phone.groups().len(),
        }
    }
}

/// A group on someone's phone.
#[derive(Serialize)]
pub(super) struct Group {
    id: String,
    subject: String,
    description: String,
    members: usize,
    last: Option<Message>,
}

impl Group {
    pub(super) fn new(group: &ShownGroup, chat: &[Shown]) -> Self {
        Self {
            id: group_id(&group.address),
            subject: group.subject.clone(),
            description: group.description.clone(),
            members: group.members,
            last: chat.last().map(Message::from),
        }
    }
}

/// A message on someone's phone.
#[derive(Serialize)]
pub(super) struct Message {
    id: String,
    who: String,
    text: String,
    /// Milliseconds since 1970.
    at: i64,
    own: bool,
    edited: bool,
    deleted: bool,
}

impl From<&Shown> for Message {
    fn from(shown: &Shown) -> Self {
        Self {
            id: shown.id.clone(),
            who: shown.who.clone(),
            text: shown.text.clone(),
            at: shown.at,
            own: shown.own,
            edited: shown.edited,
            deleted: shown.deleted,
        }
    }
}

/// A group's opaque id. A plain hash will do here: the address it hides is random and says nothing of anyone.
pub(super) fn group_id(address: &str) -> String {
    vault::base32_16(&Sha256::digest(address.as_bytes()).into())
}

/// No, in one plain sentence in Spanish and one in English.
#[derive(Debug)]
pub(super) struct No {
    status: StatusCode,
    es: String,
    en: String,
}

impl No {
    pub(super) fn new(status: StatusCode, es: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            status,
            es: es.into(),
            en: en.into(),
        }
    }

    pub(super) fn not_found(es: &str, en: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, es, en)
    }

    pub(super) fn bad_request(es: &str, en: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, es, en)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.es, "error_en": self.en });
        (self.status, Json(body)).into_response()
    }
}
