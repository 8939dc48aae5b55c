use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use whatsapp_rust::wacore::time::now_millis;
use whatsapp_rust::wacore::types::events::{
    ConnectFailureReason, Event, EventHandler, EventInterest, EventKind, ServerAck,
};

use crate::acts::Told;
use crate::hints::Hints;
use crate::moderation::Administered;
use crate::phone::OwnPhone;
use crate::status::{Broken, Status};
use crate::unopened::Unopened;
use crate::{GroupJid, MessageId};

/// How long nothing is sent after WhatsApp has said once that the account may not (error 463).
const LIMITED: Duration = Duration::from_secs(3600);

/// What the server said to a message that we sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ack {
    Accepted,
    Refused(u16),
}

/// How many messages came that were not kept, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Status broadcasts, newsletters and the like.
    pub elsewhere: u64,
    /// Messages with nothing in them that a person wrote.
    pub machinery: u64,
    /// Messages that could not be decrypted at first; their senders were asked to send them again.
    pub undecryptable: u64,
    /// Times that the inbox could not keep what was heard; it comes again.
    pub not_kept: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) elsewhere: AtomicU64,
    pub(crate) machinery: AtomicU64,
    pub(crate) undecryptable: AtomicU64,
    pub(crate) not_kept: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            elsewhere: read(&self.elsewhere),
            machinery: read(&self.machinery),
            undecryptable: read(&self.undecryptable),
            not_kept: read(&self.not_kept),
        }
    }
}

/// What the connection tells of itself. Written from within whatsapp-rust's dispatch, so in order and with
/// nothing lost; nothing here waits.
pub(crate) struct Line {
    pub(crate) status: watch::Sender<Status>,
    pub(crate) hints: Hints,
    pub(crate) counters: Counters,
    pub(crate) phone: OwnPhone,
    pub(crate) unopened: Unopened,
    pub(crate) administered: Administered,
    awaited: Mutex<HashMap<String, Awaited>>,
}

/// Who waits for the server's answer to a message.
struct Awaited {
    answer: oneshot::Sender<Ack>,
    /// Whether it is for one person alone: then a 463 says that this one may not be written to, and nothing of the groups.
    alone: bool,
}

impl Line {
    pub(crate) fn new(status: Status) -> Arc<Self> {
        Arc::new(Self {
            status: watch::Sender::new(status),
            hints: Hints::default(),
            counters: Counters::default(),
            phone: OwnPhone::default(),
            unopened: Unopened::default(),
            administered: Administered::default(),
            awaited: Mutex::default(),
        })
    }

    pub(crate) fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Changes the status. What is broken stays broken, and a lost connection says nothing new of an account
    /// that is logged out.
    pub(crate) fn set(&self, new: Status) {
        self.status.send_if_modified(|status| {
            // A connection that comes back doesn't lift a limit that still holds.
            let limited =
                matches!(status, Status::Banned { until_ms, .. } if *until_ms > now_millis());
            let stays = matches!(status, Status::Broken(_))
                || (status.is_final() && new == Status::Disconnected)
                || (limited && new == Status::Connected);
            let changes = !stays && *status != new;
            if changes {
                tracing::info!(status = %new, "WhatsApp");
                *status = new;
            }
            changes
        });
    }

    /// Listens for the server's answer to a message that is going to be sent.
    pub(crate) fn expect(self: &Arc<Self>, id: &MessageId, alone: bool) -> Expected {
        let (answer, answered) = oneshot::channel();
        let awaited = Awaited { answer, alone };
        self.awaited().insert(id.as_str().to_owned(), awaited);
        Expected {
            line: self.clone(),
            id: id.clone(),
            answered,
        }
    }

    /// Stops sending for a while, after WhatsApp refused a message because of what the account did.
    fn limit(self: &Arc<Self>) {
        let limited = Status::Banned {
            until_ms: now_millis().saturating_add(LIMITED.as_millis() as i64),
            why: "the account may not write for now".to_owned(),
        };
        self.set(limited.clone());
        let line = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(LIMITED).await;
            line.status.send_if_modified(|status| {
                *status == limited && {
                    *status = Status::Connected;
                    true
                }
            });
        });
    }

    fn acknowledged(self: &Arc<Self>, ack: &ServerAck) {
        if ack.class.as_deref() != Some("message") {
            return;
        }
        let Some(awaited) = self.awaited().remove(&ack.id) else {
            return;
        };
        let said = match &ack.error {
            None => Ack::Accepted,
            Some(code) => Ack::Refused(code.parse().unwrap_or(0)),
        };
        if said == Ack::Refused(463) && !awaited.alone {
            self.limit();
        }
        // Nobody waits any more: the sender has given up meanwhile, and will ask again.
        let _ = awaited.answer.send(said);
    }

    fn awaited(&self) -> MutexGuard<'_, HashMap<String, Awaited>> {
        self.awaited
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The server's answer to one message, still to come.
pub(crate) struct Expected {
    line: Arc<Line>,
    id: MessageId,
    answered: oneshot::Receiver<Ack>,
}

impl Expected {
    /// Waits for the answer, and no longer than the connection lasts. None: it won't come.
    pub(crate) async fn answer(mut self, patience: Duration) -> Option<Ack> {
        let mut status = self.line.status.subscribe();
        tokio::select! {
            biased;
            answer = &mut self.answered => answer.ok(),
            _ = status.wait_for(|status| *status != Status::Connected) => {
                // The answer may have been what changed the status.
                self.answered.try_recv().ok()
            }
            () = tokio::time::sleep(patience) => None,
        }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.line.awaited().remove(self.id.as_str());
    }
}

/// The end of whatsapp-rust that tells us.
pub(crate) struct Listener {
    pub(crate) line: Arc<Line>,
    /// Where what notifications tell of groups goes.
    pub(crate) told: Told,
}

impl EventHandler for Listener {
    fn interest(&self) -> EventInterest {
        EventInterest::of(&[
            EventKind::Connected,
            EventKind::Disconnected,
            EventKind::LoggedOut,
            EventKind::StreamReplaced,
            EventKind::TemporaryBan,
            EventKind::ConnectFailure,
            EventKind::ClientOutdated,
            EventKind::ServerAck,
            EventKind::Receipt,
            EventKind::GroupUpdate,
            EventKind::UndecryptableMessage,
        ])
    }

    fn handle_event(&self, event: Arc<Event>) {
        let line = &self.line;
        match &*event {
            Event::Connected(_) => {
                line.set(Status::Connected);
                line.hints.hint_all();
            }
            Event::Disconnected(_) => line.set(Status::Disconnected),
            Event::LoggedOut(logout) => line.set(Status::LoggedOut {
                reason: reason(logout.reason),
            }),
            Event::StreamReplaced(_) => line.set(Status::Replaced),
            Event::TemporaryBan(ban) => line.set(Status::Banned {
                until_ms: now_millis().saturating_add(ban.expire.num_milliseconds()),
                why: ban.code.to_string(),
            }),
            Event::ClientOutdated(_) => line.set(Status::Broken(Broken::Outdated)),
            Event::ConnectFailure(failure) if failure.reason.should_reconnect() => {
                line.set(Status::Disconnected);
            }
            Event::ConnectFailure(failure) => {
                line.set(Status::Broken(Broken::Refused(reason(failure.reason))));
            }
            Event::ServerAck(ack) => line.acknowledged(ack),
            Event::Receipt(receipt) => {
                let at_ms = receipt.timestamp.timestamp_millis();
                line.phone.hears(&receipt.source, at_ms);
            }
            Event::GroupUpdate(update) => {
                if let Some(group) = GroupJid::from_jid(&update.group_jid) {
                    line.hints.hint(group);
                    // Nobody listens any more where the connector is being stopped.
                    let _ = self.told.send(update.clone());
                }
            }
            Event::UndecryptableMessage(message) => {
                Counters::add(&line.counters.undecryptable);
                line.unopened.note(&message.info);
            }
            _ => {}
        }
    }
}

/// How long it is until a time in milliseconds since 1970.
pub(crate) fn until(time_ms: i64) -> Duration {
    Duration::from_millis(time_ms.saturating_sub(now_millis()).try_into().unwrap_or(0))
}

fn reason(reason: ConnectFailureReason) -> String {
    format!("{reason:?}, {}", reason.code())
}

#[cfg(test)]
mod tests;
