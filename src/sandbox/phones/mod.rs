//! People: ordinary WhatsApp clients that keep what their screen shows.

mod acts;
mod admin;
mod chats;
mod client;
mod device;
mod hearing;
mod people;
mod shown;
mod things;

pub use crate::server::Account as PersonSeed;
pub use acts::{Draft, NotPossible};
pub use people::{NAMES, bridge_account, cast, chat_with, person};
pub use shown::{Invitation, Quote, Reaction, Shown, ShownGroup, ShownMember};
pub use things::{Kind, Thing};

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::sync::{Mutex, watch};
use url::Url;
use whatsapp_rust::wacore::store::traits::Backend;
use whatsapp_rust::waproto::whatsapp as wa;

use crate::server::{DeviceAddress, Network, WhatsAppServer};
use chats::{Chats, Conversations};
use client::{Running, Screen};
use shown::Change;

/// How long anything on a phone is waited for before it counts as broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's telephone. Whatever it shows was sealed, sent and opened by a real client.
pub struct Phone {
    name: String,
    device: DeviceAddress,
    server: Url,
    network: Network,
    backend: Arc<dyn Backend>,
    screen: Arc<Screen>,
    running: Mutex<Option<Running>>,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}'s phone", self.name)
    }
}

impl Phone {
    /// Turns a phone on and waits until it is connected and can be written to. With a folder it remembers its
    /// keys and its conversations; without one it forgets them with the process.
    ///
    /// # Errors
    /// When the folder can't be read or the server does not let it in.
    pub async fn start(
        server: &WhatsAppServer,
        person: PersonSeed,
        folder: Option<&Path>,
    ) -> Result<Arc<Self>> {
        let device = DeviceAddress::new(person.number.as_str(), 0);
        Self::start_as(device, server, person, folder).await
    }

    /// Turns on a phone of an account that other devices are linked to, such as the bridge's. It writes as its owner, and
    /// forgets with the process.
    ///
    /// On the wire it is one of the linked devices: its client would take the keys that the others send to a group for its own,
    /// were it the first (whatsapp-rust 0.7 files them under the account, and those of the first device as well).
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_beside(server: &WhatsAppServer, person: PersonSeed) -> Result<Arc<Self>> {
        let others = server.state().await.devices(&person.number);
        let last = others.iter().map(|other| other.device).max();
        let device = DeviceAddress::new(person.number.as_str(), last.unwrap_or(0) + 1);
        server.link_device(&device).await?;
        Self::start_as(device, server, person, None).await
    }

    async fn start_as(
        device: DeviceAddress,
        server: &WhatsAppServer,
        person: PersonSeed,
        folder: Option<&Path>,
    ) -> Result<Arc<Self>> {
        server.add_account(person.clone()).await?;
        let storage =
            device::Storage::open(&person, device.device, server.static_key(), folder).await?;
        let phone = Arc::new(Self {
            device,
            server: server.url(),
            backend: storage.backend,
            screen: Screen::new(server.network(), Conversations::open(storage.database)?),
            network: server.network(),
            running: Mutex::new(None),
            name: person.name,
        });
        phone.come_online().await?;
        let what = format!("the keys of {}'s phone", phone.name);
        server
            .wait_until(&what, |state| state.has_keys(&phone.device))
            .await?;
        Ok(phone)
    }

    /// The name its owner shows to others.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its place on the server, to ask the server about it.
    pub fn device(&self) -> &DeviceAddress {
        &self.device
    }

    /// Joins a group by its invitation link, and returns the group's address. Where administrators let people in, its owner
    /// is no member yet when this returns.
    ///
    /// # Errors
    /// When the link leads nowhere, an administrator has removed the phone's owner from the group, or the phone is offline.
    pub async fn join(&self, link: &str) -> Result<String> {
        let client = self.client().await?;
        let joined = client
            .groups()
            .join_with_invite_code(link)
            .await
            .with_context(|| format!("{} can't join by this link", self.name))?;
        self.screen.look_up_groups(&client).await?;
        Ok(joined.group_jid().to_string())
    }

    /// Joins a group by an invitation that one got alone. Returns the group's address.
    ///
    /// # Errors
    /// When the message invites nowhere, the invitation holds no more, or the phone is offline.
    pub async fn accept(&self, from: &str, message: &str) -> Result<String> {
        let shown = self.shown(from, message)?;
        let invited = shown.invitation.as_ref();
        let invited = invited.context("the message is no invitation")?;
        let client = self.client().await?;
        let groups = client.groups();
        let joined = groups.join_with_invite_v4(
            chats::address(&invited.group)?,
            &invited.code,
            invited.expires,
            whatsapp_rust::Jid::lid(shown.author.as_str()),
        );
        let joined = joined.await.context("the invitation leads nowhere")?;
        self.screen.look_up_groups(&client).await?;
        Ok(joined.group_jid().to_string())
    }

    /// Asks no longer to be let into a group.
    ///
    /// # Errors
    /// When there is no such group or the phone is offline.
    pub async fn ask_no_longer(&self, group: &str) -> Result<()> {
        let client = self.client().await?;
        let own = [client.lid().context("the phone has no LID")?.to_non_ad()];
        let groups = client.groups();
        let cancelled = groups.cancel_membership_requests(chats::address(group)?, &own);
        cancelled.await.context("the request can't be taken back")?;
        Ok(())
    }

    /// Leaves a group; what was said there stays on the phone.
    ///
    /// # Errors
    /// When its owner is no member or the phone is offline.
    pub async fn leave(&self, group: &str) -> Result<()> {
        let client = self.client().await?;
        let left = client.groups().leave(chats::address(group)?).await;
        left.with_context(|| format!("{} can't leave the group", self.name))?;
        self.screen.look_up_groups(&client).await
    }

    /// Resets a group's invitation link, and returns the new one; the one before leads nowhere from now on.
    ///
    /// # Errors
    /// When its owner is no admin of the group or the phone is offline.
    pub async fn reset_link(&self, group: &str) -> Result<String> {
        let client = self.client().await?;
        let groups = client.groups();
        let reset = groups.get_invite_link(chats::address(group)?, true).await;
        reset.map_err(admin::refused)
    }

    /// The groups its owner is in.
    pub fn groups(&self) -> Vec<ShownGroup> {
        self.screen.chats.borrow().groups().cloned().collect()
    }

    /// A conversation, oldest message first.
    pub fn chat(&self, group: &str) -> Vec<Shown> {
        self.screen.chats.borrow().chat(group).to_vec()
    }

    /// Changes whenever the screen does.
    pub fn changes(&self) -> watch::Receiver<Chats> {
        self.screen.chats.subscribe()
    }

    /// Waits until a conversation looks a certain way, and returns it.
    ///
    /// # Errors
    /// Lists what the phone shows instead if that does not come in half a minute.
    pub async fn wait_for(
        &self,
        group: &str,
        holds: impl Fn(&[Shown]) -> bool,
    ) -> Result<Vec<Shown>> {
        let mut changes = self.screen.chats.subscribe();
        let waiting = changes.wait_for(|chats| holds(chats.chat(group)));
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(chats)) => Ok(chats.chat(group).to_vec()),
            Ok(Err(_)) => Err(anyhow!("{}'s phone was turned off", self.name)),
            Err(_) => Err(self.not_shown(group)),
        }
    }

    /// Waits until a conversation shows a text.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for).
    pub async fn wait_for_text(&self, group: &str, text: &str) -> Result<Vec<Shown>> {
        let shown = |messages: &[Shown]| messages.iter().any(|message| message.text == text);
        self.wait_for(group, shown)
            .await
            .with_context(|| format!("waited for “{text}”"))
    }

    /// Waits until its owner is a member of a group, or no longer.
    ///
    /// # Errors
    /// When that does not come in half a minute.
    pub async fn wait_for_membership(&self, group: &str, member: bool) -> Result<()> {
        let mut changes = self.screen.chats.subscribe();
        let waiting = changes.wait_for(|chats| chats.is_in(group) == member);
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(_)) => Ok(()),
            _ => bail!(
                "{} should be a member of the group: {member}; it did not come so",
                self.name
            ),
        }
    }

    /// Waits until a message in a conversation looks a certain way, and returns it.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for).
    pub async fn wait_for_message(
        &self,
        group: &str,
        id: &str,
        holds: impl Fn(&Shown) -> bool,
    ) -> Result<Shown> {
        let fits = |message: &&Shown| message.id == id && holds(message);
        let shown = self
            .wait_for(group, |messages| {
                messages.iter().any(|message| fits(&message))
            })
            .await?;
        shown.iter().find(fits).cloned().context("it is gone again")
    }

    /// Waits until a group looks a certain way.
    ///
    /// # Errors
    /// When that does not come in half a minute.
    pub async fn wait_for_group(
        &self,
        group: &str,
        holds: impl Fn(&ShownGroup) -> bool,
    ) -> Result<()> {
        let mut changes = self.screen.chats.subscribe();
        let waiting = changes.wait_for(|chats| chats.group(group).is_some_and(&holds));
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(_)) => Ok(()),
            _ => bail!("the group did not come to look so on {}'s phone", self.name),
        }
    }

    /// Whether it is connected.
    pub fn is_online(&self) -> bool {
        *self.screen.online.borrow()
    }

    /// Turns the connection on and waits until it is up.
    ///
    /// # Errors
    /// When the server does not let the phone in within half a minute.
    pub async fn come_online(&self) -> Result<()> {
        let mut running = self.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let backend = Arc::clone(&self.backend);
        *running = Some(client::start(&self.server, backend, &self.name, &self.screen).await?);
        let mut online = self.screen.online.subscribe();
        let up = tokio::time::timeout(PATIENCE, online.wait_for(|online| *online)).await;
        up.map_err(|_| anyhow!("{}'s phone does not get a connection", self.name))??;
        Ok(())
    }

    /// Turns the connection off; the server queues what comes meanwhile.
    pub async fn go_offline(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.stop().await;
        }
        self.screen.online.send_replace(false);
    }

    /// The client inside, for what phones have no button for.
    pub(crate) async fn client(&self) -> Result<Arc<whatsapp_rust::Client>> {
        let running = self.running.lock().await;
        let handle = running
            .as_ref()
            .with_context(|| format!("{}'s phone is offline", self.name))?;
        Ok(handle.client())
    }

    async fn say(&self, group: &str, said: Shown, message: wa::Message) -> Result<String> {
        let client = self.client().await?;
        self.screen.say(&client, group, said, message).await
    }

    async fn change(&self, group: &str, message: wa::Message, change: Change) -> Result<()> {
        let client = self.client().await?;
        self.screen.change(&client, group, message, change).await
    }

    fn not_shown(&self, group: &str) -> anyhow::Error {
        let shown: Vec<String> = self
            .chat(group)
            .iter()
            .map(|message| format!("\n  {message}"))
            .collect();
        let shown = if shown.is_empty() {
            " nothing".to_owned()
        } else {
            shown.concat()
        };
        anyhow!("{}'s phone does not show it. It shows:{shown}", self.name)
    }
}
