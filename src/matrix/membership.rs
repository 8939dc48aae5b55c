//! Who is kept out of a room, and let in again.

use ruma::api::client::membership;
use ruma::{RoomId, UserId};

use crate::homeserver::Homeserver;
use crate::send_error::SendError;

impl Homeserver {
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

    /// Lifts a ban, as the bot.
    ///
    /// # Errors
    /// [`SendError`]; refused if there is none.
    pub async fn unban(&self, room: &RoomId, user: &UserId) -> Result<(), SendError> {
        let request = membership::unban_user::v3::Request::new(room.to_owned(), user.to_owned());
        self.ask(None, request).await.map(drop)
    }
}
