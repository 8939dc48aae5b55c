//! Ghosts are in their themes' rooms and nowhere else: whoever invites one elsewhere is told so, rather than talk to nobody.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use civic::Notice;
use ruma::{OwnedRoomId, OwnedUserId};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::{Engine, lock};

/// So many are kept in mind at most: anybody may invite as often as they like.
const MOST: usize = 1000;
/// How long to wait before the homeserver is asked again.
const PAUSE: Duration = Duration::from_secs(10);

/// Invitations that are to be declined.
#[derive(Default)]
pub(crate) struct Invitations {
    open: Mutex<BTreeSet<(OwnedUserId, OwnedRoomId)>>,
    bell: Notify,
}

impl Invitations {
    /// This ghost is to decline the invitation to this room.
    pub(crate) fn decline(&self, ghost: OwnedUserId, room: OwnedRoomId) {
        let mut open = lock(&self.open);
        if open.len() < MOST {
            open.insert((ghost, room));
        }
        self.bell.notify_one();
    }
}

impl Engine {
    /// Declines invitations, for ever. What is lost with the process is not important: it would be an invitation that nobody
    /// answers.
    pub(crate) async fn decline_invitations(self: Arc<Self>) {
        let invitations = &self.invitations;
        let reason = self.words(&Notice::OnlyInItsTheme, None);
        loop {
            let next = lock(&invitations.open).pop_first();
            let Some((ghost, room)) = next else {
                invitations.bell.notified().await;
                continue;
            };
            match self.homeserver.decline(&ghost, &room, &reason).await {
                Ok(()) => tracing::debug!("a ghost declined an invitation"),
                Err(error) if error.may_pass() => {
                    invitations.decline(ghost, room);
                    sleep(error.retry_after().unwrap_or(PAUSE)).await;
                }
                Err(error) => tracing::debug!(%error, "an invitation was taken back already"),
            }
        }
    }
}
