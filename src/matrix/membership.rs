//! Who is in a room: joining, inviting, leaving; who is kept out, and let in again.

use std::collections::BTreeMap;

use ruma::api::client::membership;
use ruma::{OwnedRoomId, OwnedUserId, RoomId, ServerName, UserId};

use crate::homeserver::Homeserver;
use crate::send_error::SendError;

impl Homeserver {
    /// Joins a room. Joining again changes nothing.
    pub async fn join(&self, as_user: &UserId, room: &RoomId) -> Result<(), SendError> {
        let request = membership::join_room_by_id::v3::Request::new(room.to_owned());
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Joins a room that another server may know of.
    pub async fn join_via(
        &self,
        as_user: &UserId,
        room: &RoomId,
        server: &ServerName,
    ) -> Result<(), SendError> {
        let mut request =
            membership::join_room_by_id_or_alias::v3::Request::new(room.to_owned().into());
        request.via = vec![server.to_owned()];
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Invites somebody.
    pub async fn invite(
        &self,
        as_user: &UserId,
        room: &RoomId,
        user: &UserId,
    ) -> Result<(), SendError> {
        use membership::invite_user::v3::{InvitationRecipient, InviteUserId, Request};
        let whom = InvitationRecipient::UserId(InviteUserId::new(user.to_owned()));
        self.ask(Some(as_user), Request::new(room.to_owned(), whom))
            .await
            .map(drop)
    }

    /// Declines an invitation to a room, and says why.
    pub async fn decline(
        &self,
        as_user: &UserId,
        room: &RoomId,
        reason: &str,
    ) -> Result<(), SendError> {
        let mut request = membership::leave_room::v3::Request::new(room.to_owned());
        request.reason = Some(reason.to_owned());
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Leaves a room.
    pub async fn leave(&self, as_user: &UserId, room: &RoomId) -> Result<(), SendError> {
        let request = membership::leave_room::v3::Request::new(room.to_owned());
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Who is in a room, with the name they have there.
    pub async fn joined_members(
        &self,
        room: &RoomId,
    ) -> Result<BTreeMap<OwnedUserId, Option<String>>, SendError> {
        let request = membership::joined_members::v3::Request::new(room.to_owned());
        let joined = self.ask(None, request).await?.joined;
        Ok(joined
            .into_iter()
            .map(|(user, member)| (user, member.display_name))
            .collect())
    }

    /// The rooms the bot is in.
    pub async fn joined_rooms(&self) -> Result<Vec<OwnedRoomId>, SendError> {
        let request = membership::joined_rooms::v3::Request::new();
        Ok(self.ask(None, request).await?.joined_rooms)
    }

    /// Bans somebody from a room, as the bot; who is there has to leave. Whoever is banned already stays so.
    ///
    /// Spec: Client-Server API, "Banning users in a room".
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn ban(&self, room: &RoomId, user: &UserId, reason: &str) -> Result<(), SendError> {
        let mut request = membership::ban_user::v3::Request::new(room.to_owned(), user.to_owned());
        request.reason = Some(reason.to_owned());
        self.ask(None, request).await.map(drop)
    }

    /// Has somebody leave a room, as the bot; who knocks is turned away by it.
    ///
    /// Spec: Client-Server API, "Kicking users" and "Knocking on rooms".
    ///
    /// # Errors
    /// [`SendError`]; refused if they are not there.
    pub async fn kick(&self, room: &RoomId, user: &UserId, reason: &str) -> Result<(), SendError> {
        let mut request = membership::kick_user::v3::Request::new(room.to_owned(), user.to_owned());
        request.reason = Some(reason.to_owned());
        self.ask(None, request).await.map(drop)
    }

    /// Lifts a ban, as the bot.
    ///
    /// # Errors
    /// [`SendError`]; refused if there is none.
    pub async fn unban(&self, room: &RoomId, user: &UserId) -> Result<(), SendError> {
        let request = membership::unban_user::v3::Request::new(room.to_owned(), user.to_owned());
        self.ask(None, request).await.map(drop)
    }
}
