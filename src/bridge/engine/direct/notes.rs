//! What the notebook keeps of those who talk with the bridge alone.

use civic::MemberId;
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};

use crate::engine::notebook::Notebook;

/// A room in which the bridge talks with one person alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DirectRoom {
    /// Who that is.
    pub(crate) user: OwnedUserId,
    /// Whether what is written there is encrypted: then the bridge can't read it.
    #[serde(default)]
    pub(crate) encrypted: bool,
    /// When it was opened, or the bridge came in.
    pub(crate) since: i64,
}

/// An invitation of somebody who wants to talk with the bridge alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invited {
    /// Who invites.
    pub(crate) by: OwnedUserId,
    /// The invitation.
    pub(crate) event: OwnedEventId,
    /// When.
    pub(crate) at: i64,
    /// The keyed id of it.
    pub(crate) source: [u8; 32],
}

/// What the names of these notes begin with.
const INVITED: &str = "invited to ";
const ROOM: &str = "direct room ";
const CONTACT: &str = "wrote alone ";

impl Notebook {
    /// The room, if the bridge talks with one person alone there.
    pub(in crate::engine) fn direct_room(
        &self,
        room: &RoomId,
    ) -> Result<Option<DirectRoom>, VaultError> {
        let note = self.note(&format!("{ROOM}{room}"))?;
        Ok(note.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// All of them.
    pub(in crate::engine) fn direct_rooms(
        &self,
    ) -> Result<Vec<(OwnedRoomId, DirectRoom)>, VaultError> {
        let notes = self.notes_with(ROOM)?.into_iter();
        let rooms = notes.filter_map(|(name, bytes)| {
            let room = RoomId::parse(name.strip_prefix(ROOM)?).ok()?;
            Some((room, serde_json::from_slice(&bytes).ok()?))
        });
        Ok(rooms.collect())
    }

    /// The room in which this person can be told something alone: the latest.
    pub(super) fn direct_room_with(
        &self,
        user: &UserId,
    ) -> Result<Option<OwnedRoomId>, VaultError> {
        let rooms = self.direct_rooms()?.into_iter();
        let theirs = rooms.filter(|(_, known)| known.user == user && !known.encrypted);
        let latest = theirs.max_by_key(|(_, known)| known.since);
        Ok(latest.map(|(room, _)| room))
    }

    pub(super) fn keep_direct_room(&self, batch: &mut Batch, room: &RoomId, known: &DirectRoom) {
        let bytes = serde_json::to_vec(known).expect("a room has string keys only");
        self.put_note(batch, &format!("{ROOM}{room}"), &bytes);
    }

    pub(super) fn forget_direct_room(&self, batch: &mut Batch, room: &RoomId) {
        self.drop_note(batch, &format!("{ROOM}{room}"));
    }

    /// The invitations that are still to be followed.
    pub(super) fn invited(&self) -> Result<Vec<(OwnedRoomId, Invited)>, VaultError> {
        let notes = self.notes_with(INVITED)?.into_iter();
        let rooms = notes.filter_map(|(name, bytes)| {
            let room = RoomId::parse(name.strip_prefix(INVITED)?).ok()?;
            Some((room, serde_json::from_slice(&bytes).ok()?))
        });
        Ok(rooms.collect())
    }

    pub(super) fn keep_invited(&self, batch: &mut Batch, room: &RoomId, invited: &Invited) {
        let bytes = serde_json::to_vec(invited).expect("an invitation has string keys only");
        self.put_note(batch, &format!("{INVITED}{room}"), &bytes);
    }

    pub(super) fn forget_invited(&self, batch: &mut Batch, room: &RoomId) {
        self.drop_note(batch, &format!("{INVITED}{room}"));
    }

    /// The address of somebody who has written to the bridge's number: they can be written to without being a stranger.
    pub(super) fn contact(
        &self,
        member: &MemberId,
    ) -> Result<Option<whatsapp::Person>, VaultError> {
        let note = self.note(&format!("{CONTACT}{member}"))?;
        Ok(note.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub(super) fn keep_contact(
        &self,
        batch: &mut Batch,
        member: &MemberId,
        person: &whatsapp::Person,
    ) {
        let bytes = serde_json::to_vec(person).expect("a person has string keys only");
        self.put_note(batch, &format!("{CONTACT}{member}"), &bytes);
    }
}
