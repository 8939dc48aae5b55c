use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use whatsapp_rust::anyhow::anyhow;
use whatsapp_rust::bot::BotHandle;
use whatsapp_rust::wacore::types::events::InboundMessage;
use whatsapp_rust::wacore_binary::JidExt;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Client, InboundDurabilityHook, Jid, SendOptions};

use crate::acts::{Acts, Told};
use crate::events::{Ack, Counters, Counts, Line, Listener, until};
use crate::heard::{self, Direct, Frame, Heard, Origin};
use crate::hints::Hints;
use crate::invitation::Invitation;
use crate::person::Form;
use crate::session::{Session, SessionError};
use crate::set_back::the_clock_is_set_back;
use crate::settings::WhatsAppSettings;
use crate::status::{Broken, SendError, Status};
use crate::{GroupJid, Lid, MessageId, Person, PhoneNumber, ReplyTo, Saying, account, saying};

/// How long to wait before the library is started again where it gave up.
const PAUSE: Duration = Duration::from_secs(5);
/// How long keys may take to get onto the disk before a message is acknowledged without.
const SETTLING: Duration = Duration::from_millis(50);
/// How long the server may take to say that it has a message.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where what is heard goes.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps all of it, and returns Ok only when it is durable: WhatsApp then forgets it. The same message may
    /// come again, also after it was kept. Must not wait for anything that needs the connector.
    ///
    /// # Errors
    /// When it could not be kept. Then all of it comes again, after some seconds.
    async fn keep(&self, heard: &[Heard]) -> Result<(), NotKept>;

    /// The same of what people write to the bridge alone.
    ///
    /// # Errors
    /// As [`keep`](Self::keep).
    async fn keep_direct(&self, heard: &[Direct]) -> Result<(), NotKept>;
}

/// What was heard could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was heard could not be kept")]
pub struct NotKept;

/// Why the connector could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectorError {
    /// The session can't be read or written.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// whatsapp-rust could not be set up.
    #[error("The WhatsApp connection could not be set up: {0}.")]
    Setup(String),
    /// This session is linked to an account already.
    #[error(
        "This session is linked to a WhatsApp account already. To link it anew, unlink it on the phone and start the bridge once, so that it notices."
    )]
    AlreadyPaired,
    /// Another server than WhatsApp itself is set; its accounts are linked from the start.
    #[error(
        "An account can be linked only on WhatsApp itself. Take whatsapp.url out of the configuration."
    )]
    OnlyWhatsAppPairs,
    /// It was built with the feature `pair-with-sandbox`.
    #[error(
        "This program was built for tests and can't tell whether a server is WhatsApp. Build another one: cargo build"
    )]
    BuiltForTests,
}

/// One WhatsApp account, connected: hears what is said in its groups, and speaks there.
pub struct Connector {
    pub(crate) line: Arc<Line>,
    pub(crate) session: Session,
    /// The latest time that a reaction of ours has carried.
    reacted: AtomicI64,
    /// None while nothing runs: without an account, or while a ban lasts.
    client: watch::Receiver<Option<Arc<Client>>>,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    acts: Acts,
}

impl Connector {
    /// Connects the account of a session, and stays connected. Returns at once; the status tells how it goes. A
    /// session without an account is no error: the status says so, and nothing is sent.
    ///
    /// # Errors
    /// When the session can't be read or written.
    pub async fn start(
        session: Session,
        settings: &WhatsAppSettings,
        inbox: Arc<dyn Inbox>,
    ) -> Result<Self, ConnectorError> {
        let (shown, client) = watch::channel(None);
        if !session.is_paired()? {
            return Ok(Self {
                line: Line::new(Status::NotPaired),
                session,
                reacted: AtomicI64::new(0),
                client,
                running: None,
            });
        }
        session.trust(settings.server_key).await?;
        let line = Line::new(Status::Starting);
        let own_device = session.own_device()?;
        line.phone.is_of(session.own(), own_device);
        let (told, acts) = Acts::keep(session.clone(), inbox.clone());
        let account = Account {
            own_device,
            session: session.clone(),
            settings: settings.clone(),
            inbox,
            line: line.clone(),
            told,
        };
        let bot = account.connect().await?;
        shown.send_replace(Some(bot.client()));
        let (stop, stopping) = oneshot::channel();
        let ended = tokio::spawn(account.stay_connected(bot, shown, stopping));
        Ok(Self {
            line,
            session,
            reacted: AtomicI64::new(0),
            client,
            running: Some(Running { stop, ended, acts }),
        })
    }

    /// How the connection stands, now and whenever it changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.line.status.subscribe()
    }

    /// Hints about groups that changed: one for each known group after each connecting, and then as they come.
    pub fn hints(&self) -> Hints {
        self.line.hints.clone()
    }

    /// How many messages came that are not carried over.
    pub fn counts(&self) -> Counts {
        self.line.counters.read()
    }

    /// The account's own LID, once it is known.
    pub fn own_lid(&self) -> Option<Lid> {
        self.session.own_lid().ok().flatten()
    }

    /// When the account's phone was last heard, in milliseconds since 1970, by WhatsApp's clock; `None` in it as long as
    /// it was not. Without an account, and where this device is the phone itself, there is none to hear.
    pub fn phone_heard(&self) -> Option<watch::Receiver<Option<i64>>> {
        self.line.phone.heard()
    }

    /// The public key that this device got when it was linked: another one each time.
    pub fn linking(&self) -> Option<Vec<u8>> {
        self.session.linking().ok().flatten()
    }

    /// Whether this is the account's own number.
    pub fn is_own(&self, number: &PhoneNumber) -> bool {
        self.own_number().as_ref() == Some(number)
    }

    pub(crate) fn own_number(&self) -> Option<PhoneNumber> {
        self.session.own_number().ok().flatten()
    }

    /// Says or does something in a group, and returns when WhatsApp has it. The same id again is the same message;
    /// what changes a message has an id of its own.
    ///
    /// # Errors
    /// See [`SendError`]; after all but [`SendError::Rejected`] the same message should be sent again, later.
    pub async fn send(
        &self,
        group: &GroupJid,
        id: &MessageId,
        saying: &Saying,
    ) -> Result<(), SendError> {
        let client = self.client()?;
        let form = match saying.names_somebody() {
            true => account::form_of(&client, group).await?,
            false => Form::Lid,
        };
        let saying = saying.clone().after(&self.reacted);
        let message = saying.message(group, &self.session.own(), form);
        match self.hand_over(&client, group.to_jid(), id, message).await? {
            Some(Ack::Refused(463)) => Err(SendError::NotSending(self.line.status())),
            answer => accepted(answer),
        }
    }

    /// Writes to somebody alone, and returns when WhatsApp has it. The same id again is the same message. Whoever never wrote
    /// to the bridge is a stranger: WhatsApp minds messages to strangers, and bans accounts that send many.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_direct(
        &self,
        person: &Person,
        id: &MessageId,
        text: &str,
        reply: Option<&ReplyTo>,
    ) -> Result<(), SendError> {
        let client = self.client()?;
        let to = person.jid().ok_or_else(|| account::refused(400))?;
        let message = saying::alone(text, reply, &self.session.own());
        accepted(self.hand_over(&client, to, id, message).await?)
    }

    /// Sends somebody alone an invitation to a group, with a few words. As [`send_direct`](Self::send_direct).
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn invite(
        &self,
        person: &Person,
        id: &MessageId,
        (group, subject): (&GroupJid, &str),
        invitation: &Invitation,
        text: &str,
    ) -> Result<(), SendError> {
        let client = self.client()?;
        let to = person.jid().ok_or_else(|| account::refused(400))?;
        let message = invitation.message(group, subject, text);
        accepted(self.hand_over(&client, to, id, message).await?)
    }

    /// Sends, and gives the server's answer; none if it won't come.
    async fn hand_over(
        &self,
        client: &Client,
        to: Jid,
        id: &MessageId,
        message: wa::Message,
    ) -> Result<Option<Ack>, SendError> {
        let expected = self.line.expect(id, !to.is_group());
        let options = SendOptions::default().with_message_id(id.as_str());
        client
            .send_message_with_options(to, message, options)
            .await
            .map_err(account::send_error)?;
        Ok(expected.answer(PATIENCE).await)
    }
}

fn accepted(answer: Option<Ack>) -> Result<(), SendError> {
    match answer {
        Some(Ack::Accepted) => Ok(()),
        // Too much at once, or trouble of the server's own: it passes.
        Some(Ack::Refused(429 | 500..)) => Err(SendError::Transient),
        Some(Ack::Refused(0)) | None => Err(SendError::Uncertain),
        Some(Ack::Refused(code)) => Err(account::refused(code)),
    }
}

impl Connector {
    /// Closes the connection. What was heard and not kept comes again at the next start.
    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            // It may have ended by itself; then there is nobody to tell.
            let _ = running.stop.send(());
            let _ = running.ended.await;
            running.acts.close().await;
        }
    }

    /// The client, if something can be sent now.
    pub(crate) fn client(&self) -> Result<Arc<Client>, SendError> {
        let status = self.line.status();
        if status.is_final() {
            return Err(SendError::NotSending(status));
        }
        let client = self.client.borrow().clone();
        client
            .filter(|_| status == Status::Connected)
            .ok_or(SendError::Transient)
    }
}

/// What it takes to connect, again and again.
struct Account {
    session: Session,
    settings: WhatsAppSettings,
    inbox: Arc<dyn Inbox>,
    line: Arc<Line>,
    own_device: u16,
    told: Told,
}

impl Account {
    async fn connect(&self) -> Result<BotHandle, ConnectorError> {
        let ears = Ears {
            session: self.session.clone(),
            inbox: self.inbox.clone(),
            line: self.line.clone(),
            own_device: self.own_device,
            redelivery: Arc::default(),
        };
        let bot = account::bot(&self.session, &self.settings)?
            .with_event_handler(Listener {
                line: self.line.clone(),
                told: self.told.clone(),
            })
            .with_inbound_durability_hook(ears)
            .build()
            .await
            .map_err(|error| account::setup_error(&error))?;
        Ok(bot.spawn())
    }

    async fn connect_at_last(&self) -> BotHandle {
        loop {
            match self.connect().await {
                Ok(bot) => return bot,
                Err(error) => {
                    tracing::error!(%error, "WhatsApp could not be connected; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Runs until it is told to stop, or nobody is left to tell it. After a ban it connects again.
    async fn stay_connected(
        self,
        mut bot: BotHandle,
        shown: watch::Sender<Option<Arc<Client>>>,
        mut stopping: oneshot::Receiver<()>,
    ) {
        let mut broken = self.session.broken();
        loop {
            let stops = tokio::select! {
                _ = &mut stopping => Some(true),
                Ok(_) = broken.wait_for(|broken| *broken) => {
                    self.line.set(Status::Broken(Broken::CannotKeep));
                    Some(true)
                }
                () = &mut bot => Some(false),
                () = the_clock_is_set_back() => None,
            };
            let Some(stops) = stops else {
                tracing::warn!("the clock was set back; WhatsApp is connected anew");
                bot.client().reconnect_immediately().await;
                continue;
            };
            shown.send_replace(None);
            if stops {
                return bot.shutdown().await;
            }
            let pause = match self.line.status() {
                Status::Banned { until_ms, .. } => until(until_ms),
                Status::LoggedOut { .. } => return self.unlink().await,
                status if status.is_final() => return,
                // The library gave up on its own: it is asked again.
                _ => PAUSE,
            };
            tokio::select! {
                _ = &mut stopping => return,
                () = tokio::time::sleep(pause) => self.line.set(Status::Starting),
            }
            tokio::select! {
                _ = &mut stopping => return,
                again = self.connect_at_last() => bot = again,
            }
            shown.send_replace(Some(bot.client()));
        }
    }
}

impl Account {
    async fn unlink(&self) {
        if let Err(error) = self.session.unlink().await {
            tracing::error!(%error, "that the account was unlinked could not be noted");
        }
    }
}

/// Hears. The library acknowledges what this returned Ok for, and nothing else.
struct Ears {
    session: Session,
    inbox: Arc<dyn Inbox>,
    line: Arc<Line>,
    own_device: u16,
    redelivery: Arc<Redelivery>,
}

#[derive(Default)]
struct Redelivery {
    due: AtomicBool,
    in_a_row: AtomicU32,
}

impl Ears {
    /// Sorts messages into those of groups and those to the bridge alone, as far as they are to be kept.
    fn heard(&self, batch: &[InboundMessage]) -> (Vec<Heard>, Vec<Direct>) {
        let counters = &self.line.counters;
        let (mut in_groups, mut direct) = (Vec::new(), Vec::new());
        for message in batch {
            let kept = match heard::origin(&message.info, self.own_device) {
                Origin::Group(group, sender) => {
                    let heard = self.heard_in_group(message, group, sender);
                    heard.map(|heard| in_groups.push(heard))
                }
                Origin::Direct(sender) => {
                    let heard = self.heard_alone(message, sender);
                    heard.map(|heard| direct.push(heard))
                }
                Origin::Elsewhere => {
                    Counters::add(&counters.elsewhere);
                    continue;
                }
            };
            if kept.is_none() {
                Counters::add(&counters.machinery);
            }
        }
        (in_groups, direct)
    }

    fn heard_alone(&self, message: &InboundMessage, sender: Person) -> Option<Direct> {
        let sender = self.session.complete(sender);
        let frame = Frame {
            group: None,
            sender: &sender,
            own: &|| self.session.own(),
            edit: &message.info.edit,
            complete: &|person| self.session.complete(person),
        };
        let (text, answers) = heard::alone(&message.message, &frame)?;
        Some(Direct {
            id: message.info.id.to_string(),
            push_name: push_name(message),
            at_ms: self.line.unopened.came_first(&message.info),
            sender,
            text,
            answers,
        })
    }

    fn heard_in_group(
        &self,
        message: &InboundMessage,
        group: GroupJid,
        sender: Person,
    ) -> Option<Heard> {
        let sender = self.session.complete(sender);
        let frame = Frame {
            group: Some(&group),
            sender: &sender,
            own: &|| self.session.own(),
            edit: &message.info.edit,
            complete: &|person| self.session.complete(person),
        };
        let what = heard::what(&message.message, &frame)?;
        self.line.hints.know(&group);
        Some(Heard {
            group,
            id: message.info.id.to_string(),
            sender,
            push_name: push_name(message),
            at_ms: self.line.unopened.came_first(&message.info),
            from_me: message.info.source.is_from_me,
            what,
        })
    }

    /// Keeps both. Where only one could be kept both come again, and what was kept is known by its id.
    async fn keep(&self, heard: &[Heard], direct: &[Direct]) -> Result<(), NotKept> {
        if !heard.is_empty() {
            self.inbox.keep(heard).await?;
        }
        if !direct.is_empty() {
            self.inbox.keep_direct(direct).await?;
        }
        Ok(())
    }

    /// What was not acknowledged comes again with the next connection, so one is made: after 5 s, and each time
    /// it fails again after twice as long, up to 5 minutes.
    fn hear_again(&self, client: Arc<Client>) {
        if self.redelivery.due.swap(true, Ordering::SeqCst) {
            return;
        }
        let before = self.redelivery.in_a_row.fetch_add(1, Ordering::SeqCst);
        let wait = Duration::from_secs((5u64 << before.min(6)).min(300));
        let redelivery = self.redelivery.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            redelivery.due.store(false, Ordering::SeqCst);
            client.reconnect_immediately().await;
        });
    }
}

#[async_trait]
impl InboundDurabilityHook for Ears {
    // Only keeps: whatever sends in here can wait for itself.
    async fn on_messages(
        &self,
        client: Arc<Client>,
        batch: &[InboundMessage],
    ) -> whatsapp_rust::anyhow::Result<()> {
        for message in batch {
            let at_ms = message.info.timestamp.timestamp_millis();
            self.line.phone.hears(&message.info.source, at_ms);
        }
        let (heard, direct) = self.heard(batch);
        if heard.is_empty() && direct.is_empty() {
            return Ok(());
        }
        match self.keep(&heard, &direct).await {
            Ok(()) => {
                self.redelivery.in_a_row.store(0, Ordering::SeqCst);
                settle(&client).await;
                Ok(())
            }
            Err(NotKept) => {
                Counters::add(&self.line.counters.not_kept);
                tracing::error!(
                    messages = heard.len() + direct.len(),
                    "what was heard could not be kept; it is asked for again"
                );
                self.hear_again(client);
                Err(anyhow!(NotKept))
            }
        }
    }
}

fn push_name(message: &InboundMessage) -> Option<String> {
    let name = &message.info.push_name;
    (!name.is_empty()).then(|| name.clone())
}

/// Puts the keys that came with a message on the disk, before it is acknowledged. The library would do so 25 ms later:
/// killed in between, it could not open what comes next, and would have to ask the sender's phone for it again.
///
/// While it takes in what waited it puts them there by itself, and lets nobody else; then this comes to nothing.
async fn settle(client: &Client) {
    let settled = tokio::time::timeout(SETTLING, client.flush_pending_signal_state());
    if let Ok(Err(error)) = settled.await {
        tracing::warn!(%error, "the keys of a message are not on the disk yet");
    }
}

#[cfg(test)]
mod tests;
