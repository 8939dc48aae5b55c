//! Rooms in which the bot talks with one person alone. Spec: Client-Server API, "Direct Messaging".

use ruma::api::client::room::create_room::v3::{Request, RoomPreset};
use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde_json::json;

use crate::homeserver::{Homeserver, raw};
use crate::names;
use crate::send_error::SendError;

/// How things stand in a room of the bot's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Who is in it or invited, the bot aside.
    pub others: Vec<OwnedUserId>,
    /// Whether what is written there is encrypted.
    pub encrypted: bool,
}

impl Homeserver {
    /// Who is in a room with the bot, and whether it can read there.
    ///
    /// # Errors
    /// [`SendError`]; refused if the bot is not in it.
    pub async fn company(&self, room: &RoomId) -> Result<Company, SendError> {
        let state = self.all_state(room).await?;
        let is_here = |membership: &str| matches!(membership, "join" | "invite");
        let members = state
            .iter()
            .filter(|event| event.event_type == "m.room.member")
            .filter(|event| event.content["membership"].as_str().is_some_and(is_here));
        Ok(Company {
            others: members
                .filter_map(|event| OwnedUserId::try_from(event.state_key.as_str()).ok())
                .filter(|user| user != self.bot())
                .collect(),
            encrypted: state
                .iter()
                .any(|event| event.event_type == "m.room.encryption"),
        })
    }

    /// Opens a room with somebody alone, without encryption, and invites them.
    ///
    /// # Errors
    /// [`SendError`]; after [`SendError::Uncertain`] look with [`Self::opened_with`] first.
    pub async fn open_direct(&self, user: &UserId) -> Result<OwnedRoomId, SendError> {
        let mut request = Request::new();
        request.is_direct = true;
        request.invite = vec![user.to_owned()];
        request.preset = Some(RoomPreset::TrustedPrivateChat);
        request.creation_content = Some(raw(&json!({ names::ALONE_WITH: user }))?);
        self.create_room(request).await
    }

    /// A room among these that the bot opened with somebody alone.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn opened_with(
        &self,
        user: &UserId,
        rooms: impl IntoIterator<Item = OwnedRoomId>,
    ) -> Result<Option<OwnedRoomId>, SendError> {
        for room in rooms {
            let creation = self.state(&room, "m.room.create", "").await?;
            let with =
                creation.and_then(|content| Some(content[names::ALONE_WITH].as_str()?.to_owned()));
            if with.as_deref() == Some(user.as_str()) {
                return Ok(Some(room));
            }
        }
        Ok(None)
    }
}
