//! Inviting people on Matrix to a theme's room who can come back, or are let in. Their homeserver may not answer, so none of them
//! waits in a lane: they are noted, and invited by a task of its own.

use std::sync::Arc;
use std::time::Duration;

use civic::{MemberId, Notice, ThemeSlug, Timestamp};
use futures_util::future::join_all;
use matrix::SendError;
use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use vault::{Batch, VaultError};

use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;
use crate::engine::{Engine, Seat, lock};

/// For how long one try is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The first pause between two tries, in milliseconds; each is as long as all before it.
const PAUSE: i64 = 60_000;
/// For how long it is tried, in milliseconds.
const A_DAY: i64 = 24 * 60 * 60_000;
/// The longest wait for the next try, so that a clock that is set forward is noticed.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// What the names of the notes begin with: then come the theme and the account.
const NOTED: &str = "invite/";

/// Somebody who is to be invited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct ToInvite {
    /// Whether they knocked: who knocks no more stays as they are.
    knocked: bool,
    since: i64,
    /// The last try, if there was one.
    tried: Option<i64>,
}

impl ToInvite {
    fn due(&self) -> i64 {
        let Some(tried) = self.tried else {
            return self.since;
        };
        tried + PAUSE.max(tried - self.since)
    }
}

/// What came of a try.
enum Tried {
    /// They are invited, or that is not wanted any more.
    Done,
    /// There was no answer.
    Again,
    /// Their homeserver does not want it.
    Refused,
}

impl Engine {
    /// Has somebody invited, soon.
    pub(super) async fn have_invited(
        &self,
        seat: &Seat,
        user: &UserId,
        knocked: bool,
    ) -> Result<(), Failure> {
        let to_invite = ToInvite {
            knocked,
            since: clock::now().0,
            tried: None,
        };
        let bytes = serde_json::to_vec(&to_invite).unwrap_or_default();
        let note = format!("{NOTED}{}/{user}", seat.slug());
        self.keep_note(&note, &bytes).await?;
        self.inviting.notify_one();
        Ok(())
    }

    /// Invites whoever is to be invited, for ever.
    pub(in crate::engine) async fn invite_people(self: Arc<Self>) {
        let each = |engine: Arc<Self>| async move { engine.invite_each().await };
        self.whenever_rung(|engine| &engine.inviting, LONGEST_WAIT, each)
            .await;
    }

    /// Whether some have to be tried again.
    async fn invite_each(&self) -> Result<bool, VaultError> {
        let now = clock::now().0;
        let noted = self.notebook.notes_with(NOTED)?.into_iter();
        let noted = noted.filter_map(|(note, bytes)| {
            let to_invite: ToInvite = serde_json::from_slice(&bytes).ok()?;
            Some((note, to_invite))
        });
        // A clock that was set back holds nobody up.
        let is_due = |to_invite: &ToInvite| {
            to_invite.due() <= now || to_invite.tried.is_some_and(|at| at > now)
        };
        let (due, later): (Vec<_>, Vec<_>) = noted.partition(|(_, to_invite)| is_due(to_invite));
        let tries = due.into_iter().map(|(note, to_invite)| async move {
            let open = self.follow(&note, to_invite, now).await?;
            Ok::<bool, VaultError>(open)
        });
        let mut open = !later.is_empty();
        for tried in join_all(tries).await {
            open |= tried?;
        }
        Ok(open)
    }

    /// Tries it once, and notes what came of it. Whether it has to be tried again.
    async fn follow(&self, note: &str, to_invite: ToInvite, now: i64) -> Result<bool, VaultError> {
        let whom = note[NOTED.len()..].split_once('/');
        let whom = whom.and_then(|(theme, user)| {
            let seat = self.seats.get(&theme.parse::<ThemeSlug>().ok()?)?;
            Some((seat, UserId::parse(user).ok()?))
        });
        let mut batch = Batch::new();
        let tried = match &whom {
            // The theme is no longer in the plan.
            None => Tried::Done,
            Some((seat, user)) => self.try_to_invite(seat, user, to_invite.knocked).await,
        };
        let given_up = match tried {
            Tried::Done => false,
            Tried::Refused => true,
            Tried::Again => now - to_invite.since >= A_DAY,
        };
        if let (Some((seat, user)), true) = (&whom, given_up)
            && !self.say_not_invited(seat, user, to_invite.since).await
        {
            return Ok(true);
        }
        let again = matches!(tried, Tried::Again) && !given_up;
        match again {
            true => {
                let tried = Some(now);
                let to_invite = ToInvite { tried, ..to_invite };
                let bytes = serde_json::to_vec(&to_invite).unwrap_or_default();
                self.notebook.put_note(&mut batch, note, &bytes);
            }
            false => self.notebook.drop_note(&mut batch, note),
        }
        self.notebook.commit(batch).await?;
        Ok(again)
    }

    async fn try_to_invite(&self, seat: &Seat, user: &OwnedUserId, knocked: bool) -> Tried {
        let member = lock(&self.people).on_matrix(user.as_str());
        let wanted = match self.is_to_come(seat, (user, &member), knocked).await {
            Ok(wanted) => wanted,
            Err(_) => return Tried::Again,
        };
        if !wanted {
            return Tried::Done;
        }
        let invite = self
            .homeserver
            .invite(self.homeserver.bot(), &seat.room, user);
        let invited = timeout(PATIENCE, invite).await;
        match invited.unwrap_or(Err(SendError::Uncertain)) {
            Ok(()) => Tried::Done,
            Err(error @ SendError::Rejected { .. }) => {
                // They may have come meanwhile.
                match self.is_to_come(seat, (user, &member), knocked).await {
                    Ok(false) => Tried::Done,
                    Ok(true) => {
                        tracing::warn!(%error, theme = %seat.slug(), "somebody could not be invited");
                        Tried::Refused
                    }
                    Err(_) => Tried::Again,
                }
            }
            Err(error) => {
                tracing::warn!(%error, theme = %seat.slug(), "somebody's homeserver did not take an invitation; trying again");
                Tried::Again
            }
        }
    }

    /// Whether somebody is still to be invited: not if they are in, were invited, or are out again.
    async fn is_to_come(
        &self,
        seat: &Seat,
        (user, member): (&UserId, &MemberId),
        knocked: bool,
    ) -> Result<bool, SendError> {
        let state = self
            .homeserver
            .state(&seat.room, "m.room.member", user.as_str());
        let found = state.await?;
        let is = found.as_ref().map(|found| &found["membership"]);
        let is = is.and_then(serde_json::Value::as_str);
        let waits = match knocked {
            true => is == Some("knock"),
            false => matches!(is, None | Some("leave" | "knock")),
        };
        Ok(waits && !self.is_out(seat, member))
    }

    /// Says in the log that somebody could not be invited. Whether that was said.
    async fn say_not_invited(&self, seat: &Seat, user: &UserId, since: i64) -> bool {
        let who = {
            let people = lock(&self.people);
            people.shown(&people.on_matrix(user.as_str()))
        };
        let text = self
            .words(&Notice::NotInvited { who }, None)
            .replace('*', "");
        let theme = seat.slug().as_str().as_bytes();
        let parts: [&[u8]; 4] = [
            b"not invited",
            theme,
            user.as_str().as_bytes(),
            &since.to_be_bytes(),
        ];
        let act = Act::Tell {
            text: text.clone(),
            answers: None,
        };
        let effect = self.effect(&self.source(&parts), &act.name());
        let entry = Outgoing::of_bridge(effect, Timestamp(since), act);
        self.say_in_log(seat, &entry, &text).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_so_that_a_silent_homeserver_is_asked_some_ten_times_a_day() {
        let mut to_invite = ToInvite {
            knocked: false,
            since: 1_800_000_000_000,
            tried: None,
        };
        let mut tries = 0;
        while to_invite.due() - to_invite.since < A_DAY {
            to_invite.tried = Some(to_invite.due());
            tries += 1;
        }
        assert_eq!(tries, 12);
    }
}
