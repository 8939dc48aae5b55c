//! The client inside a phone, and how what it hears gets onto the screen.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use anyhow::{Context, Result, anyhow, bail};
use async_trait::async_trait;
use tokio::sync::{Mutex, Notify, oneshot, watch};
use tokio::task::JoinSet;
use url::Url;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::prelude::{Event, EventHandler, InboundMessage};
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::types::events::EventInterest;
use whatsapp_rust::wacore::net::{HttpClient, HttpRequest, HttpResponse};
use whatsapp_rust::wacore::store::traits::Backend;
use whatsapp_rust::waproto::whatsapp as wa;
use whatsapp_rust::{Client, GroupMetadata, InboundDurabilityHook, Jid, SendOptions};

use super::chats::{self, Chats, Conversations};
use super::shown::{Change, Heard, Shown, ShownGroup, ShownMember};
use super::{NotPossible, PATIENCE, hearing};
use crate::server::Network;

/// A sandbox phone meets a dozen others, not hundreds.
const ONE_TIME_KEYS: usize = 30;
/// Any version will do for a server that does not ask.
const VERSION: (u32, u32, u32) = (2, 3000, 1);
/// The server's number for a message that only an administrator may write.
const ONLY_ADMINS_WRITE: &str = "420";

/// What the phone shows, fed by its client.
pub(super) struct Screen {
    pub(super) chats: watch::Sender<Chats>,
    pub(super) online: watch::Sender<bool>,
    network: Network,
    memory: Mutex<Conversations>,
    /// Who waits for the server's word on a message, by id.
    sending: SyncMutex<HashMap<String, oneshot::Sender<Option<String>>>>,
    /// The groups have to be looked up anew.
    stale: Notify,
}

impl Screen {
    pub(super) fn new(network: Network, mut memory: Conversations) -> Arc<Self> {
        Arc::new(Self {
            chats: watch::Sender::new(std::mem::take(&mut memory.loaded)),
            online: watch::Sender::new(false),
            network,
            memory: Mutex::new(memory),
            sending: SyncMutex::default(),
            stale: Notify::new(),
        })
    }

    pub(super) async fn look_up_groups(&self, client: &Client) -> Result<()> {
        let known = client.groups().get_participating().await?;
        let own = client.lid();
        let mut groups = BTreeMap::new();
        for group in known.into_values() {
            let id = group.id.clone();
            let mut shown = self.shown_group(group, own.as_ref());
            if shown.admin && shown.approval {
                shown.asking = self.asking(client, &id).await?;
            }
            groups.insert(shown.address.clone(), shown);
        }
        self.chats
            .send_if_modified(|chats| chats.set_groups(groups));
        Ok(())
    }

    async fn asking(&self, client: &Client, group: &Jid) -> Result<Vec<ShownMember>> {
        let requests = client.groups().get_membership_requests(group).await?;
        let asking = requests.iter().map(|request| ShownMember {
            name: hearing::name(&self.network, &request.jid.user),
            admin: false,
            author: request.jid.user.to_string(),
        });
        Ok(asking.collect())
    }

    /// Shows a message at once, sends it, and takes it back if the server refuses it. Returns its id.
    pub(super) async fn say(
        &self,
        client: &Client,
        group: &str,
        said: Shown,
        message: wa::Message,
    ) -> Result<String> {
        let id = message_id();
        let said = Shown {
            id: id.clone(),
            ..said
        };
        self.hear(vec![Heard {
            group: group.to_owned(),
            message: (said.author.clone(), id.clone()),
            change: Change::Said(Box::new(said)),
        }])
        .await?;
        let outcome = self.send(client, group, &id, message).await;
        if outcome.is_err() {
            self.unsay(group, &id).await?;
        }
        outcome.map(|()| id)
    }

    /// Sends what changes another message, and shows the change once the server has taken it.
    pub(super) async fn change(
        &self,
        client: &Client,
        group: &str,
        message: wa::Message,
        change: Change,
    ) -> Result<()> {
        let id = message_id();
        self.send(client, group, &id, message).await?;
        self.hear(vec![Heard {
            group: group.to_owned(),
            message: (String::new(), id),
            change,
        }])
        .await
    }

    /// Sends a message and waits until the server has taken it.
    async fn send(
        &self,
        client: &Client,
        group: &str,
        id: &str,
        message: wa::Message,
    ) -> Result<()> {
        let to = chats::address(group)?;
        let (done, answer) = oneshot::channel();
        self.sending().insert(id.to_owned(), done);
        let options = SendOptions::default().with_message_id(id);
        let sent = client
            .send_message_with_options(&to, message, options)
            .await;
        let outcome = match sent {
            Ok(_) => match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(None)) => Ok(()),
                Ok(Ok(Some(code))) if code == ONLY_ADMINS_WRITE => {
                    Err(NotPossible::OnlyAdminsWrite.into())
                }
                Ok(Ok(Some(code))) => Err(anyhow!("the server refused the message (code {code})")),
                _ => Err(anyhow!("the server never answered to the message")),
            },
            Err(error) => Err(error).context("the message can't be sent"),
        };
        self.sending().remove(id);
        outcome
    }

    fn shown_group(&self, group: GroupMetadata, own: Option<&Jid>) -> ShownGroup {
        let people = group.participants.iter().map(|one| ShownMember {
            name: hearing::name(&self.network, &one.jid.user),
            admin: one.is_admin(),
            author: one.jid.user.to_string(),
        });
        let mut people: Vec<ShownMember> = people.collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        let is_own = |member: &&ShownMember| own.is_some_and(|own| own.user == member.author);
        ShownGroup {
            address: group.id.to_string(),
            subject: group.subject.to_string(),
            description: group.description.unwrap_or_default(),
            members: people.len(),
            admin: people
                .iter()
                .find(is_own)
                .is_some_and(|member| member.admin),
            announcement: group.is_announcement,
            approval: group.membership_approval,
            people,
            asking: Vec::new(),
        }
    }

    /// Keeps what was heard, then shows it.
    async fn hear(&self, heard: Vec<Heard>) -> Result<()> {
        let mut memory = self.memory.lock().await;
        let mut chats = self.chats.borrow().clone();
        let mut kept = Vec::new();
        for mut heard in heard {
            if let Change::Said(said) = &mut heard.change {
                said.place = memory.place();
            }
            let group = heard.group.clone();
            if !chats.is_in(&group) {
                self.stale.notify_one();
            }
            if let Some(shown) = chats.hear(heard) {
                kept.push((group, shown.clone()));
            }
        }
        if !kept.is_empty() {
            memory.keep(&kept).await?;
        }
        self.chats.send_if_modified(|shown| {
            shown.take_messages_of(chats);
            !kept.is_empty()
        });
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
        let network = &self.0.network;
        let heard = batch
            .iter()
            .filter_map(|message| hearing::heard(message, network));
        let heard = heard.collect();
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
