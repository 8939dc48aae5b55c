//! What the API says, and how it says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::phones::{Kind, NotPossible, Phone, Quote, Reaction, Shown, ShownGroup, ShownMember};

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
    /// Whether this person is an administrator of it.
    admin: bool,
    /// Only administrators may write.
    announcement: bool,
    /// Administrators let in whoever comes by the link.
    approval: bool,
    people: Vec<Member>,
    /// The names of those who ask to be let in, for an administrator.
    asking: Vec<String>,
    last: Option<Message>,
}

/// Someone in a group.
#[derive(Serialize)]
struct Member {
    name: String,
    admin: bool,
}

impl Group {
    pub(super) fn new(group: &ShownGroup, chat: &[Shown]) -> Self {
        Self {
            id: group_id(&group.address),
            subject: group.subject.clone(),
            description: group.description.clone(),
            members: group.members,
            admin: group.admin,
            announcement: group.announcement,
            approval: group.approval,
            people: group.people.iter().map(Member::from).collect(),
            asking: group.asking.iter().map(|one| one.name.clone()).collect(),
            last: chat.last().map(Message::from),
        }
    }
}

impl From<&ShownMember> for Member {
    fn from(member: &ShownMember) -> Self {
        Self {
            name: member.name.clone(),
            admin: member.admin,
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
    /// The administrator who has deleted it, if it was not its author.
    deleted_by: Option<String>,
    /// What it is beside text.
    kind: Option<Kind>,
    /// What it answers.
    quote: Option<Quoted>,
    /// Who is mentioned in it, by name.
    mentions: Vec<String>,
    reactions: Vec<Reacted>,
}

/// A message within the one that answers it.
#[derive(Serialize)]
struct Quoted {
    id: String,
    who: String,
    text: String,
}

/// What someone thinks of a message.
#[derive(Serialize)]
struct Reacted {
    who: String,
    emoji: String,
    own: bool,
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
            deleted_by: shown.deleted_by.clone(),
            kind: shown.kind,
            quote: shown.quote.as_ref().map(Quoted::from),
            mentions: shown.mentions.clone(),
            reactions: shown.reactions.iter().map(Reacted::from).collect(),
        }
    }
}

impl From<&Quote> for Quoted {
    fn from(quote: &Quote) -> Self {
        Self {
            id: quote.id.clone(),
            who: quote.who.clone(),
            text: quote.text.clone(),
        }
    }
}

impl From<&Reaction> for Reacted {
    fn from(reaction: &Reaction) -> Self {
        Self {
            who: reaction.who.clone(),
            emoji: reaction.emoji.clone(),
            own: reaction.own,
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

/// What the phone itself says no to. The details of everything else go to the log: they may hold addresses.
impl From<anyhow::Error> for No {
    fn from(error: anyhow::Error) -> Self {
        let Some(reason) = error.downcast_ref::<NotPossible>() else {
            tracing::debug!("a phone could not do it: {error:#}");
            return Self::new(
                StatusCode::BAD_GATEWAY,
                "El servidor de WhatsApp no lo aceptó.",
                "The WhatsApp server did not take it.",
            );
        };
        match reason {
            NotPossible::NoSuchMessage => Self::not_found(
                "Ese mensaje ya no está.",
                "This message is not there any more.",
            ),
            NotPossible::NoSuchMember => Self::not_found(
                "Nadie en el grupo se llama así.",
                "Nobody in the group has this name.",
            ),
            NotPossible::NotAnAdmin => Self::new(
                StatusCode::FORBIDDEN,
                "Eso lo hacen solo quienes administran el grupo.",
                "Only administrators of the group can do that.",
            ),
            NotPossible::TheCreator => Self::new(
                StatusCode::FORBIDDEN,
                "Nadie puede sacar del grupo a quien lo creó, ni quitarle la administración.",
                "Nobody can remove the creator of a group, or take the administration from them.",
            ),
            NotPossible::OnlyAdminsWrite => Self::new(
                StatusCode::FORBIDDEN,
                "En este grupo ahora escriben solo quienes lo administran.",
                "Only administrators write in this group now.",
            ),
            NotPossible::NotYours => Self::new(
                StatusCode::FORBIDDEN,
                "Ese mensaje es de otra persona.",
                "This message is somebody else's.",
            ),
            NotPossible::TooLate => Self::new(
                StatusCode::CONFLICT,
                "Un mensaje se puede editar durante 15 minutos.",
                "A message can be edited for 15 minutes.",
            ),
            NotPossible::NotAText => Self::new(
                StatusCode::CONFLICT,
                "Solo se edita un texto.",
                "Only a text can be edited.",
            ),
        }
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.es, "error_en": self.en });
        (self.status, Json(body)).into_response()
    }
}
