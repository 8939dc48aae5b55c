//! The rooms in which the bot talks with one person alone: coming in, going, and opening one.

use civic::{Alone, Notice, Timestamp};
use matrix::SendError;
use ruma::{OwnedRoomId, RoomId, UserId};
use vault::{Batch, VaultError};

use super::DirectRoom;
use crate::clock;
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;

/// Whoever opens one room after the other gets no more.
const MOST_ROOMS: usize = 5;

impl Engine {
    /// Follows an invitation to talk alone, and hears what was written before the bridge came.
    pub(super) async fn enter(
        &self,
        entry: &Outgoing,
        (room, user): (&RoomId, &UserId),
        (invited_by, at): (&str, i64),
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        let known = self.kept(self.notebook.direct_rooms())?;
        let theirs = known
            .iter()
            .filter(|(other, known)| known.user == user && other != room);
        if theirs.count() >= MOST_ROOMS {
            tracing::info!("an invitation to one more room of one person was not followed");
            return Ok(None);
        }
        match self.homeserver.join(self.homeserver.bot(), room).await {
            Err(error @ SendError::Rejected { .. }) => {
                tracing::debug!(%error, "an invitation was taken back already");
                return Ok(None);
            }
            joined => joined?,
        }
        let company = self.homeserver.company(room).await?;
        if company.others != [user] {
            let somebody_else = company.others.iter().any(|other| other != user);
            return self.part(entry, room, somebody_else, uncertain).await;
        }
        let here = DirectRoom {
            user: user.to_owned(),
            encrypted: company.encrypted,
            since: clock::now().0,
        };
        let mut batch = Batch::new();
        self.notebook.keep_direct_room(&mut batch, room, &here);
        self.kept(self.notebook.commit(batch).await)?;
        if here.encrypted {
            let Act::Whisper { text, .. } = self.cannot_read(room) else {
                return Ok(None);
            };
            return self.say_alone(entry, room, (&text, None), uncertain).await;
        }
        let invited = ruma::EventId::parse(invited_by).ok();
        self.hear_since(room, invited, Timestamp(at)).await?;
        Ok(None)
    }

    /// Leaves a room in which the bridge talked with one person alone; says why, where somebody else came in.
    pub(super) async fn part(
        &self,
        entry: &Outgoing,
        room: &RoomId,
        says_why: bool,
        uncertain: bool,
    ) -> Result<Option<String>, Failure> {
        if says_why {
            let text = self.words(&Notice::Alone(Alone::NotAlone), None);
            match self.say_alone(entry, room, (&text, None), uncertain).await {
                Ok(_) => {}
                // Whoever may not write there goes all the same.
                Err(Failure::Refused(why)) => {
                    tracing::debug!(why, "the bridge left a room without a word")
                }
                Err(failure) => return Err(failure),
            }
        }
        match self.homeserver.leave(self.homeserver.bot(), room).await {
            Err(SendError::Rejected { .. }) => Ok(None),
            left => Ok(left.map(|()| None)?),
        }
    }

    /// The room in which somebody can be told something alone; opened where there is none.
    pub(super) async fn room_with(
        &self,
        user: &UserId,
        uncertain: bool,
    ) -> Result<OwnedRoomId, Failure> {
        if let Some(room) = self.kept(self.notebook.direct_room_with(user))? {
            return Ok(room);
        }
        let half_done = match uncertain {
            true => self.opened_before(user).await?,
            false => None,
        };
        let room = match half_done {
            Some(room) => room,
            None => self.homeserver.open_direct(user).await?,
        };
        let opened = DirectRoom {
            user: user.to_owned(),
            encrypted: false,
            since: clock::now().0,
        };
        let mut batch = Batch::new();
        self.notebook.keep_direct_room(&mut batch, &room, &opened);
        self.kept(self.notebook.commit(batch).await)?;
        Ok(room)
    }

    /// A room that was opened for them and not noted: the bridge was killed in that moment.
    async fn opened_before(&self, user: &UserId) -> Result<Option<OwnedRoomId>, Failure> {
        let noted = self.kept(self.notebook.direct_rooms())?;
        let mut rooms = self.homeserver.joined_rooms().await?;
        rooms.retain(|room| {
            let is_ours = self.rooms.contains_key(room) || *room == self.space || *room == self.log;
            !is_ours && !noted.iter().any(|(known, _)| known == room)
        });
        let Some(room) = self.homeserver.opened_with(user, rooms).await? else {
            return Ok(None);
        };
        let company = self.homeserver.company(&room).await?;
        Ok(company
            .others
            .iter()
            .any(|other| other == user)
            .then_some(room))
    }

    fn kept<T>(&self, outcome: Result<T, VaultError>) -> Result<T, Failure> {
        outcome.map_err(|_| Failure::Later(None))
    }
}
