//! The client inside a phone, and how what it hears gets onto the screen.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use async_trait::async_trait;
use tokio::sync::{Mutex, Notify, oneshot, watch};
use tokio::task::JoinSet;
use url::Url;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::prelude::{Event, EventHandler, InboundMessage, MessageBuilderExt};
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::types::events::EventInterest;
use whatsapp_rust::wacore::net::{HttpClient, HttpRequest, HttpResponse};
use whatsapp_rust::wacore::proto_helpers::MessageExt;
use whatsapp_rust::wacore::store::traits::Backend;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Client, InboundDurabilityHook, SendOptions};

use super::PATIENCE;
use super::chats::{self, Chats, Conversations, Heard, Shown, ShownGroup};

/// A sandbox phone meets a dozen others, not hundreds.
const ONE_TIME_KEYS: usize = 30;
/// Any version will do for a server that does not ask.
const VERSION: (u32, u32, u32) = (2, 3000, 1);

/// What the phone shows, fed by its client.
pub(super) struct Screen {
    pub(super) chats: watch::Sender<Chats>,
    pub(super) online: watch::Sender<bool>,
    memory: Mutex<Conversations>,
    /// Who waits for the server's word on a message, by id.
    sending: SyncMutex<HashMap<String, oneshot::Sender<Option<String>>>>,
    /// The groups have to be looked up anew.
    stale: Notify,
}

impl Screen {
    pub(super) fn new(mut memory: Conversations) -> Arc<Self> {
        Arc::new(Self {
            chats: watch::Sender::new(std::mem::take(&mut memory.loaded)),
            online: watch::Sender::new(false),
            memory: Mutex::new(memory),
            sending: SyncMutex::default(),
            stale: Notify::new(),
        })
    }

    pub(super) async fn look_up_groups(&self, client: &Client) -> Result<()> {
        let known = client.groups().get_participating().await?;
        let groups: BTreeMap<String, ShownGroup> = known
            .into_values()
            .map(|group| {
                let shown = ShownGroup {
                    address: group.id.to_string(),
                    subject: group.subject.to_string(),
                    description: group.description.unwrap_or_default(),
                    members: group.participants.len(),
                };
                (shown.address.clone(), shown)
            })
            .collect();
        self.chats
            .send_if_modified(|chats| chats.set_groups(groups));
        Ok(())
    }

    /// Shows the text at once, sends it, and takes it back if the server refuses it.
    pub(super) async fn send_text(
        &self,
        client: &Client,
        name: &str,
        group: &str,
        text: &str,
    ) -> Result<String> {
        let to = chats::address(group)?;
        let id = message_id();
        let (done, answer) = oneshot::channel();
        self.sending().insert(id.clone(), done);
        let said = Shown {
            id: id.clone(),
            who: name.to_owned(),
            text: text.to_owned(),
            at: now(),
            own: true,
            edited: false,
            deleted: false,
            author: client
                .lid()
                .map(|lid| lid.user.to_string())
                .unwrap_or_default(),
            place: 0,
        };
        self.hear(vec![(group.to_owned(), Heard::Said(said))])
            .await?;
        let options = SendOptions::default().with_message_id(id.as_str());
        let sent = client
            .send_message_with_options(&to, wa::Message::text(text), options)
            .await;
        let outcome = match sent {
            Ok(_) => match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(None)) => Ok(id.clone()),
                Ok(Ok(Some(code))) => Err(anyhow!("the server refused the message (code {code})")),
                _ => Err(anyhow!("the server never answered to the message")),
            },
            Err(error) => Err(error).context("the message can't be sent"),
        };
        self.sending().remove(&id);
        if outcome.is_err() {
            self.unsay(group, &id).await?;
        }
        outcome
    }

    /// Keeps what was heard, then shows it.
    async fn hear(&self, heard: Vec<(String, Heard)>) -> Result<()> {
        let mut memory = self.memory.lock().await;
        let mut chats = self.chats.borrow().clone();
        let mut kept = Vec::new();
        for (group, mut heard) in heard {
            if let Heard::Said(said) = &mut heard {
                said.place = memory.place();
            }
            if let Some(shown) = chats.hear(&group, heard) {
                kept.push((group, shown.clone()));
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        memory.keep(&kept).await?;
        self.chats
            .send_modify(|shown| shown.take_messages_of(chats));
        Ok(())
    }

    async fn unsay(&self, group: &str, id: &str) -> Result<()> {
        let memory = self.memory.lock().await;
        let mut unsaid = None;
        self.chats
            .send_modify(|chats| unsaid = chats.unsay(group, id));
        match unsaid {
            Some(message) => memory.forget(&message).await,
            None => Ok(()),
        }
    }

    fn sending(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<String, oneshot::Sender<Option<String>>>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client at work.
pub(super) struct Running {
    bot: BotHandle,
    /// Ends with the rest.
    chores: JoinSet<()>,
}

impl Running {
    pub(super) fn client(&self) -> Arc<Client> {
        self.bot.client()
    }

    /// Disconnects, and returns when nothing of it runs any more.
    pub(super) async fn stop(mut self) {
        self.chores.shutdown().await;
        self.bot.shutdown().await;
    }
}

/// Connects, and stays connected until stopped.
pub(super) async fn start(
    server: &Url,
    backend: Arc<dyn Backend>,
    name: &str,
    screen: &Arc<Screen>,
) -> Result<Running> {
    let bot = Bot::builder()
        .with_backend_arc(backend)
        .with_transport_factory(TokioWebSocketTransportFactory::new().with_url(server.as_str()))
        .with_http_client(NoWeb)
        .with_version(VERSION)
        .with_push_name(name)
        .with_wanted_pre_key_count(ONE_TIME_KEYS)
        .with_inbound_durability_hook(Hearing(Arc::clone(screen)))
        .with_event_handler(Watching(Arc::clone(screen)))
        .skip_history_sync()
        .build()
        .await?;
    let bot = bot.spawn();
    let mut chores = JoinSet::new();
    chores.spawn(keep_groups_fresh(bot.client(), Arc::clone(screen)));
    Ok(Running { bot, chores })
}

/// Group notifications come out of order and twice; each only says that it is time to ask.
async fn keep_groups_fresh(client: Arc<Client>, screen: Arc<Screen>) {
    loop {
        screen.stale.notified().await;
        if let Err(error) = screen.look_up_groups(&client).await {
            tracing::debug!("a phone could not look up its groups: {error:#}");
        }
    }
}

/// Hears messages; the client acknowledges them only after they are kept.
struct Hearing(Arc<Screen>);

#[async_trait]
impl InboundDurabilityHook for Hearing {
    async fn on_messages(&self, _client: Arc<Client>, batch: &[InboundMessage]) -> Result<()> {
        let heard = batch.iter().filter_map(heard).collect();
        self.0.hear(heard).await
    }
}

/// Watches the connection, the server's answers, and changes of groups.
struct Watching(Arc<Screen>);

impl EventHandler for Watching {
    fn handle_event(&self, event: Arc<Event>) {
        let screen = &self.0;
        match &*event {
            Event::Connected(_) => {
                screen.stale.notify_one();
                screen.online.send_replace(true);
            }
            Event::Disconnected(_) | Event::LoggedOut(_) => {
                screen.online.send_replace(false);
            }
            Event::GroupUpdate(_) => screen.stale.notify_one(),
            Event::ServerAck(ack) => {
                if let Some(waiting) = screen.sending().remove(&ack.id) {
                    // Whoever waited has given up; the phone has taken the message back.
                    let _nobody = waiting.send(ack.error.clone());
                }
            }
            _ => {}
        }
    }

    fn interest(&self) -> EventInterest {
        EventInterest::ALL
    }
}

/// What a message does to the conversation of a group; `None` for what a phone shows no text for.
fn heard(inbound: &InboundMessage) -> Option<(String, Heard)> {
    let (message, info) = (&inbound.message, &inbound.info);
    if !info.source.is_group {
        return None;
    }
    let group = info.source.chat.to_string();
    let base = message.get_base_message();
    if let Some(protocol) = base.protocol_message.as_option() {
        return Some((group, changed(protocol)?));
    }
    let said = Shown {
        id: info.id.clone(),
        who: info.push_name.clone(),
        text: message.text_content()?.to_owned(),
        at: info.timestamp.timestamp_millis(),
        own: info.source.is_from_me,
        edited: false,
        deleted: false,
        author: info.source.sender.user.to_string(),
        place: 0,
    };
    Some((group, Heard::Said(said)))
}

fn changed(protocol: &wa::message::ProtocolMessage) -> Option<Heard> {
    use wa::message::protocol_message::Type;
    let id = protocol.key.as_option()?.id.clone()?;
    match protocol.r#type? {
        Type::Revoke => Some(Heard::Deleted { id }),
        Type::MessageEdit => {
            let text = protocol
                .edited_message
                .as_option()?
                .text_content()?
                .to_owned();
            Some(Heard::Edited { id, text })
        }
        _ => None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a telephone has a clock of its own"
)]
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64)
}

/// As phones make them: `3A` and eighteen random digits.
fn message_id() -> String {
    let digits = (0..18).map(|_| format!("{:X}", rand::random::<u8>() & 15));
    std::iter::once("3A".to_owned()).chain(digits).collect()
}

/// Nothing in the sandbox goes to the web.
struct NoWeb;

#[async_trait]
impl HttpClient for NoWeb {
    async fn execute(&self, _request: HttpRequest) -> Result<HttpResponse> {
        bail!("the sandbox has no web")
    }
}
