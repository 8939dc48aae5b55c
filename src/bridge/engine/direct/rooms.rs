//! The rooms in which the bot talks with one person alone: coming in, going, and opening one.

use std::sync::Arc;
use std::time::Duration;

use civic::{Alone, Network, Notice, Timestamp};
use matrix::SendError;
use ruma::{OwnedRoomId, RoomId, UserId};
use vault::{Batch, VaultError};

use super::DirectRoom;
use super::notes::Invited;
use crate::clock;
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;

/// Whoever opens one room after the other gets no more.
const MOST_ROOMS: usize = 5;
/// How long to wait before an invitation is tried again whose homeserver did not answer.
const PAUSE: Duration = Duration::from_secs(60);
/// For how long it is tried.
const A_DAY: i64 = 24 * 60 * 60_000;

impl Engine {
    /// Follows the invitations of those who want to talk with the bridge alone, for ever. Each may be on a homeserver that does
    /// not answer, so none of them waits in a lane.
    pub(in crate::engine) async fn follow_direct_invitations(self: Arc<Self>) {
        let each = |engine: Arc<Self>| async move { engine.follow_each().await };
        self.whenever_rung(|engine| &engine.invited, PAUSE, each)
            .await;
    }

    /// Whether some have to be tried again.
    async fn follow_each(&self) -> Result<bool, VaultError> {
        let mut open = false;
        for (room, invited) in self.notebook.invited()? {
            let followed = self.follow_invitation(&room, &invited).await;
            let (mut batch, heard) = match followed {
                Ok(followed) => followed,
                Err(error) if error.may_pass() && clock::now().0 - invited.at < A_DAY => {
                    open = true;
                    continue;
                }
                Err(error) => {
                    tracing::debug!(%error, "an invitation to talk alone could not be followed");
                    (Batch::new(), false)
                }
            };
            self.notebook.forget_invited(&mut batch, &room);
            if heard {
                // With the room: a stop between the two would lose what was written with the invitation.
                self.mark(&mut batch, &room, invited.event, Timestamp(invited.at))?;
            }
            self.notebook.commit(batch).await?;
            self.ring_direct(Network::Matrix);
            if heard && let Err(error) = self.hear_from_mark(&room).await {
                // It is doubted until it was looked at.
                tracing::warn!(%error, "what was written before the bridge came could not be read yet");
            }
        }
        Ok(open)
    }

    /// Comes in. What is to be noted and said then stands in the batch; with it, whether what is written there is heard.
    async fn follow_invitation(
        &self,
        room: &RoomId,
        invited: &Invited,
    ) -> Result<(Batch, bool), SendError> {
        let mut batch = Batch::new();
        let known = self.notebook.direct_rooms().unwrap_or_default();
        let theirs = known
            .iter()
            .filter(|(other, known)| known.user == invited.by && other != room);
        if theirs.count() >= MOST_ROOMS {
            tracing::info!("an invitation to one more room of one person was not followed");
            return Ok((batch, false));
        }
        self.homeserver.join(self.homeserver.bot(), room).await?;
        let company = self.homeserver.company(room).await?;
        let alone = company.others == [invited.by.clone()];
        let act = if !alone {
            let says_why = company.others.iter().any(|other| *other != invited.by);
            Some(Act::Part {
                room: room.to_string(),
                says_why,
            })
        } else {
            let here = DirectRoom {
                user: invited.by.clone(),
                encrypted: company.encrypted,
                since: clock::now().0,
            };
            self.notebook.keep_direct_room(&mut batch, room, &here);
            here.encrypted.then(|| self.cannot_read(room))
        };
        if let Some(act) = act {
            self.lay_in_direct_lane(&mut batch, &invited.source, act, false);
        }
        Ok((batch, alone && !company.encrypted))
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
                    tracing::debug!(why, "the bridge left a room without a word");
                }
                Err(failure) => return Err(failure),
            }
        }
        match self.homeserver.leave(self.homeserver.bot(), room).await {
            Err(SendError::Rejected { .. }) => Ok(None),
            left => Ok(left.map(|()| None)?),
        }
    }

    /// The room in which somebody can be told something alone; opened where there is none, or where one of the two has left.
    pub(super) async fn room_with(
        &self,
        user: &UserId,
        uncertain: bool,
    ) -> Result<OwnedRoomId, Failure> {
        let noted = self.notebook.direct_room_with(user);
        if let Some(room) = noted.map_err(|_| Failure::Later(None))? {
            match self.homeserver.company(&room).await {
                Ok(company) if company.others == [user] && !company.encrypted => return Ok(room),
                Ok(_) | Err(SendError::Rejected { .. }) => {
                    let mut batch = Batch::new();
                    self.notebook.forget_direct_room(&mut batch, &room);
                    self.noted(batch).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let half_done = match uncertain {
            true => self.opened_before(user).await?,
            false => None,
        };
        let room = match half_done {
            Some(room) => room,
            None => self.open_room(user).await?,
        };
        let opened = DirectRoom {
            user: user.to_owned(),
            encrypted: false,
            since: clock::now().0,
        };
        let mut batch = Batch::new();
        self.notebook.keep_direct_room(&mut batch, &room, &opened);
        self.noted(batch).await?;
        Ok(room)
    }

    /// A homeserver that does not answer when one of its people is invited must not hold up what is for others.
    async fn open_room(&self, user: &UserId) -> Result<OwnedRoomId, Failure> {
        let is_here = user.server_name() == self.homeserver.identity().server_name();
        match self.homeserver.open_direct(user).await {
            Err(error) if !is_here => Err(Failure::Refused(format!(
                "somebody on another homeserver could not be invited: {error}"
            ))),
            opened => Ok(opened?),
        }
    }

    /// A room that was opened for them and not noted: the bridge was killed in that moment.
    async fn opened_before(&self, user: &UserId) -> Result<Option<OwnedRoomId>, Failure> {
        let noted = self.notebook.direct_rooms();
        let noted = noted.map_err(|_| Failure::Later(None))?;
        let mut rooms = self.homeserver.joined_rooms().await?;
        rooms.retain(|room| {
            let is_ours = self.rooms.contains_key(room) || *room == self.space || *room == self.log;
            !is_ours && !noted.iter().any(|(known, _)| known == room)
        });
        let Some(room) = self.homeserver.opened_with(user, rooms).await? else {
            return Ok(None);
        };
        let company = self.homeserver.company(&room).await?;
        Ok((company.others == [user]).then_some(room))
    }

    async fn noted(&self, batch: Batch) -> Result<(), Failure> {
        let committed = self.notebook.commit(batch).await;
        committed.map_err(|_| Failure::Later(None))
    }
}
