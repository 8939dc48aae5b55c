//! Carrying out in the groups: who is out, and when it is quiet.

use civic::{GroupId, GroupSetting, Leg, MemberId, Network, Notice, Standing};
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};
use whatsapp::{
    Connector, GroupInfo, GroupJid, Heard, Invitation, OrderError, Outcome, Person, SendError,
};

use super::approval;
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Kept, Outgoing};
use crate::engine::lane::Failure;
use crate::engine::perform::member_id;
use crate::engine::{Engine, Seat, lock};

/// What an admin can set about a group, as it is stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredSetting {
    Announcement,
    Approval,
}

impl From<StoredSetting> for GroupSetting {
    fn from(setting: StoredSetting) -> Self {
        match setting {
            StoredSetting::Announcement => Self::Announcement,
            StoredSetting::Approval => Self::Approval,
        }
    }
}

impl Engine {
    /// Lets a group be quiet, or not, as the theme stands now.
    pub(in crate::engine) async fn quiet(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
    ) -> Result<Option<String>, Failure> {
        let on = self.is_paused(seat);
        let note = quiet_note(group);
        let before = self.notebook.note(&note);
        let before = before.map_err(|_| Failure::Later(None))?;
        let set = match (on, before.as_deref()) {
            (true, None) => {
                let before = match connector.group(jid).await?.announcement {
                    true => CLOSED,
                    false => OPEN,
                };
                self.keep_note(&note, before).await?;
                let set = connector.set_announcement(jid, true).await;
                // What was never closed is not to be opened.
                if is_no_admin(&set) {
                    self.keep_note(&note, &[]).await?;
                }
                set
            }
            (true, Some(_)) => connector.set_announcement(jid, true).await,
            (false, Some(OPEN)) => connector.set_announcement(jid, false).await,
            // Its own admins had closed it.
            (false, _) => Ok(Outcome::Already),
        };
        if !on && set.is_ok() {
            self.keep_note(&note, &[]).await?;
        }
        self.told((seat, entry, group), set.map(drop)).await
    }

    /// A group that is no part of a theme, any more or yet, is as it was before the bridge had it quiet and its door closed.
    pub(in crate::engine) async fn let_go(&self, info: &GroupInfo) -> Result<(), VaultError> {
        let group = self.group_id(&info.jid);
        let Ok(connector) = self.connected() else {
            return Ok(());
        };
        if self.is_open(&group) || !info.we_are_admin {
            return Ok(());
        }
        let mut batch = Batch::new();
        let quiet = quiet_note(&group);
        if let Some(before) = self.notebook.note(&quiet)? {
            let opened = match before == OPEN {
                true => connector.set_announcement(&info.jid, false).await,
                false => Ok(Outcome::Already),
            };
            self.forget_once_done(&mut batch, &quiet, opened);
        }
        let door = approval::door_note(&group);
        if let Some(by_approval) = self.by_approval_before(&group)? {
            let opened = match by_approval {
                true => Ok(Outcome::Already),
                false => connector.set_approval(&info.jid, false).await,
            };
            self.forget_once_done(&mut batch, &door, opened);
        }
        self.notebook.commit(batch).await
    }

    fn forget_once_done(&self, batch: &mut Batch, note: &str, opened: Result<Outcome, OrderError>) {
        match opened {
            Ok(_) => self.notebook.drop_note(batch, note),
            Err(error) => {
                tracing::warn!(%error, "a group that is no part of its theme could not be opened again; the next sign of change tries again");
            }
        }
    }

    /// That an admin has set by hand who may write in a group, or how one comes into it; nothing if it was the bridge's own
    /// account. Whoever undoes it opens a group that was open before.
    pub(in crate::engine) fn set_by_hand(
        &self,
        batch: &mut Batch,
        heard: &Heard,
        (group, setting, on): (&GroupId, StoredSetting, bool),
        by: &MemberId,
    ) -> Result<Option<Kept>, VaultError> {
        // How a group is when it becomes part of the theme is for its admins.
        if heard.from_me || !self.is_open(group) {
            return Ok(None);
        }
        let (note, open) = match setting {
            StoredSetting::Announcement => (quiet_note(group), OPEN.to_vec()),
            StoredSetting::Approval => approval::open_before(group),
        };
        if on && self.notebook.note(&note)?.is_none() {
            self.notebook.put_note(batch, &note, &open);
        }
        Ok(Some(Kept::GroupSet {
            group: group.to_string(),
            setting,
            on,
            by: by.to_string(),
        }))
    }

    /// Removes somebody from a group, or adds them again where they were removed.
    pub(in crate::engine) async fn remove(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        member: &str,
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        let note = note_of(group, &member);
        let kept = self.notebook.note(&note);
        let kept = kept.map_err(|_| Failure::Later(None))?;
        let removed: Option<Person> = kept
            .filter(|bytes| !bytes.is_empty())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if !on {
            let Some(person) = removed else {
                return Ok(None);
            };
            let added = match connector.add(jid, &person).await {
                Err(OrderError::NotThere) => Ok(()),
                // Their phone lets nobody add them: an admin has to, or let them in.
                Err(OrderError::NotAddable(invitation)) => {
                    let invited =
                        self.invite_back(seat, entry, (jid, group), (&member, invitation));
                    let said = Notice::NotAddableThere {
                        group: self.subject_of(group),
                        invited: invited.await?,
                    };
                    self.say_in_log(seat, entry, &self.words(&said, None))
                        .await?;
                    Ok(())
                }
                added => added.map(drop),
            };
            if is_no_admin(&added) {
                return self.told((seat, entry, group), added).await;
            }
            self.told((seat, entry, group), added).await?;
            self.keep_note(&note, &[]).await?;
            return Ok(None);
        }
        let here = {
            let groups = lock(&self.groups);
            let known = groups.get(group).and_then(|seat| seat.known.as_ref());
            known.and_then(|known| known.people.get(member.as_str()).cloned())
        };
        let was_out = removed.is_some();
        let Some(person) = here.or(removed) else {
            return Ok(None);
        };
        // Kept first: afterwards the group knows them no more.
        let bytes = serde_json::to_vec(&person).unwrap_or_default();
        self.keep_note(&note, &bytes).await?;
        let removed = match connector.remove(jid, &person).await {
            Err(OrderError::NotThere) => Ok(()),
            removed => removed.map(drop),
        };
        // Whoever was never removed is not to be added again.
        let refused = matches!(
            removed,
            Err(OrderError::TheCreator | OrderError::Send(SendError::Rejected { .. }))
        );
        let stays = is_no_admin(&removed) || refused;
        if stays && !was_out {
            self.keep_note(&note, &[]).await?;
        }
        self.told((seat, entry, group), removed).await
    }

    /// Lets whoever can't be added have an invitation, alone; on WhatsApp nobody is written to who never wrote to the bridge. Tells
    /// whether they get it.
    async fn invite_back(
        &self,
        seat: &Seat,
        entry: &Outgoing,
        (jid, group): (&GroupJid, &GroupId),
        (member, invitation): (&MemberId, Option<Invitation>),
    ) -> Result<bool, Failure> {
        let to = self.phone_of(member, false);
        let to = to.map_err(|_| Failure::Later(None))?;
        let (Some(to), Some(invitation)) = (to, invitation) else {
            return Ok(false);
        };
        let theme = lock(&seat.theme).title().to_owned();
        let act = Act::Invite {
            to,
            group: jid.clone(),
            subject: self.subject_of(group),
            invitation,
            text: self.words(&Notice::ComeBack { theme }, None),
        };
        // The same at each try, so that they get it once.
        let source = self.source(&[b"invited back", entry.effect.as_bytes()]);
        let outgoing = Outgoing {
            speaker: Some(member.to_string()),
            ..Outgoing::of_bridge(self.effect(&source, &act.name()), clock::now(), act)
        };
        let leg = Leg::Direct(Network::WhatsApp);
        let mut batch = Batch::new();
        self.notebook
            .send_out(&mut batch, self.notebook.direct_prefix(&leg), &outgoing);
        let kept = self.notebook.commit(batch).await;
        kept.map_err(|_| Failure::Later(None))?;
        self.ring_direct(Network::WhatsApp);
        Ok(true)
    }

    /// Whether a group is part of its theme by now.
    pub(super) fn is_open(&self, group: &GroupId) -> bool {
        self.theme_of(group).is_some_and(|theme| {
            let theme = lock(&self.seats[&theme].theme);
            theme.groups().get(group) == Some(&Standing::Open)
        })
    }

    /// That somebody was removed by hand; none if it was by the bridge's own account. They are noted, to be added again.
    pub(in crate::engine) fn removal(
        &self,
        batch: &mut Batch,
        heard: &Heard,
        group: &GroupId,
        who: &Person,
        by: &MemberId,
    ) -> Result<Option<Kept>, VaultError> {
        let removed = self.member_of(batch, who)?;
        // Before it is part of the theme, whom a group removes is for its admins.
        let Some(removed) = removed.filter(|_| !heard.from_me && self.is_open(group)) else {
            return Ok(None);
        };
        let bytes = serde_json::to_vec(who).unwrap_or_default();
        self.notebook
            .put_note(batch, &note_of(group, &removed), &bytes);
        Ok(Some(Kept::Removed {
            who: removed.to_string(),
            by: by.to_string(),
            group: Some(group.to_string()),
        }))
    }

    /// What came of an order. What the bridge may not do in a group, or WhatsApp refuses, is said in the log, never pretended.
    pub(in crate::engine) async fn told(
        &self,
        (seat, entry, group): (&Seat, &Outgoing, &GroupId),
        ordered: Result<(), OrderError>,
    ) -> Result<Option<String>, Failure> {
        match ordered {
            Ok(()) => Ok(None),
            Err(OrderError::Send(error)) if !matches!(error, SendError::Rejected { .. }) => {
                Err(error.into())
            }
            Err(error) => {
                tracing::warn!(%error, theme = %seat.slug(), "moderation could not be carried out in a group");
                self.leave_undone((seat, entry, group), &error).await
            }
        }
    }

    pub(super) fn subject_of(&self, group: &GroupId) -> String {
        let groups = lock(&self.groups);
        let known = groups.get(group).and_then(|seat| seat.known.as_ref());
        known.map(|known| known.subject.clone()).unwrap_or_default()
    }

    /// Keeps a note; with nothing in it, no longer.
    pub(super) async fn keep_note(&self, note: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut batch = Batch::new();
        match bytes.is_empty() {
            true => self.notebook.drop_note(&mut batch, note),
            false => self.notebook.put_note(&mut batch, note, bytes),
        }
        let noted = self.notebook.commit(batch).await;
        noted.map_err(|_| Failure::Later(None))
    }
}

/// Whether an order was not carried out because the bridge is no admin there.
pub(super) fn is_no_admin<T>(ordered: &Result<T, OrderError>) -> bool {
    matches!(ordered, Err(OrderError::NotAdmin | OrderError::NotMember))
}

/// In the note of a group that is quiet: whether it was before.
const OPEN: &[u8] = b"open";
const CLOSED: &[u8] = b"closed";

/// The name of the note that holds whether a group was quiet before the bridge, or an admin by hand, made it so.
pub(super) fn quiet_note(group: &GroupId) -> String {
    format!("quiet/{group}")
}

/// The name of the note that holds the address of whoever was removed from a group.
pub(super) fn note_of(group: &GroupId, member: &MemberId) -> String {
    format!("removed/{group}/{member}")
}
