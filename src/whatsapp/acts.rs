//! Keeps what members and admins did with a group. WhatsApp tells of it beside the messages, and takes it for heard at
//! once: so what the inbox can't keep is kept here until it can.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use whatsapp_rust::wacore::types::events::GroupUpdate;

use crate::connector::Inbox;
use crate::heard::acts;
use crate::session::Session;

/// How long to wait before the inbox is asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// Where notifications go.
pub(crate) type Told = UnboundedSender<GroupUpdate>;

/// Hands on what notifications tell, in the order in which they came.
pub(crate) struct Acts {
    closing: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Acts {
    pub(crate) fn keep(session: Session, inbox: Arc<dyn Inbox>) -> (Told, Self) {
        let (told, notifications) = unbounded_channel();
        let (closing, closed) = oneshot::channel();
        let ended = tokio::spawn(keep(session, inbox, notifications, closed));
        (told, Self { closing, ended })
    }

    /// Takes no more, and returns when all that came is handed on, or the inbox can't keep it.
    pub(crate) async fn close(self) {
        drop(self.closing);
        // What it panicked over is in the log.
        let _ = self.ended.await;
    }
}

async fn keep(
    session: Session,
    inbox: Arc<dyn Inbox>,
    mut notifications: UnboundedReceiver<GroupUpdate>,
    mut closed: oneshot::Receiver<()>,
) {
    let mut closing = false;
    loop {
        let next = tokio::select! {
            next = notifications.recv() => next,
            _ = &mut closed, if !closing => {
                closing = true;
                notifications.close();
                continue;
            }
        };
        let Some(update) = next else { return };
        let heard = acts(&update, &session.own(), &|person| session.complete(person));
        if heard.is_empty() {
            continue;
        }
        while inbox.keep(&heard).await.is_err() {
            if closing {
                return;
            }
            tracing::error!("what was done in a group could not be kept; trying again");
            tokio::select! {
                _ = &mut closed => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
