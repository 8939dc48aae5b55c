//! A WhatsApp server on loopback that speaks the real wire protocol: Noise, binary stanzas, key bundles, groups.
//!
//! It does no end-to-end cryptography. As the real one it stores public keys, routes sealed messages and keeps
//! what has not been acknowledged. The shapes of its stanzas are those that the client's parser accepts.
//!
//! *Architecture invariant:* a stanza is answered, and passed on, only after what it changed is on the disk.

mod connection;
mod devices;
mod faults;
mod groups;
mod iq;
mod link_code;
mod model;
mod network;
mod noise;
mod pairing;
mod route;
mod socket;
mod stanza;
mod state;
mod store;

pub use faults::Ban;
pub use model::{Account, Description, DeviceAddress, Group, Role};

pub use state::State;

pub(crate) use network::Network;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use url::Url;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::{Jid, NodeBuilder};

use noise::Identity;
use store::Store;

/// How long anything in the sandbox is waited for before it counts as broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. It ends when it is dropped.
pub struct WhatsAppServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<JoinHandle<()>>,
    stopping: Arc<Notify>,
}

/// What the server's connections share.
pub(super) struct Shared {
    identity: Identity,
    state: Mutex<State>,
    network: Network,
    /// Counts the changes, for those who wait for one.
    changes: watch::Sender<u64>,
}

impl WhatsAppServer {
    /// Listens on an address (port 0 for any), continuing what lies in the folder; without one, all is forgotten.
    ///
    /// # Errors
    /// When the address is taken or the folder can't be read.
    pub async fn start(listen: SocketAddr, folder: Option<&Path>) -> Result<Arc<Self>> {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("the sandbox's WhatsApp server can't listen on {listen}"))?;
        let address = listener.local_addr()?;
        let (mut store, loaded) = match folder {
            Some(folder) => Store::open(folder)?,
            None => (Store::in_memory(), store::Loaded::default()),
        };
        let keys = match &loaded.identity {
            Some(key) => noise::key_pair(key)?,
            None => noise::random_key(),
        };
        let identity = Identity::new(keys);
        store.put_identity(&identity.private_key());
        store.settle().await?;
        let state = State::restore(store, loaded);
        let shared = Arc::new(Shared {
            identity,
            network: state.network.clone(),
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
        });
        let stopping = Arc::new(Notify::new());
        let listening = listen_on(listener, Arc::clone(&shared), Arc::clone(&stopping));
        Ok(Arc::new(Self {
            address,
            listening: Mutex::new(tokio::spawn(listening)),
            stopping,
            shared,
        }))
    }

    /// Where clients connect.
    pub fn url(&self) -> Url {
        let address = format!("ws://{}/ws/chat", self.address);
        Url::parse(&address).expect("an address and a port make a URL")
    }

    /// The key by which clients know this server; the same after a restart on the same folder.
    pub fn static_key(&self) -> [u8; 32] {
        self.shared.identity.public_key()
    }

    /// Adds an account; one with the same number gets the new name.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn add_account(&self, account: Account) -> Result<()> {
        self.change(|state| state.add_account(account)).await
    }

    /// Links a companion to an account without the ceremony of pairing, for a device that was seeded.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn link_device(&self, device: &DeviceAddress) -> Result<()> {
        self.change(|state| {
            let record = state
                .accounts
                .get_mut(&device.number)
                .context("no such account")?;
            record.companions.entry(device.device).or_default();
            let record = record.clone();
            state.store.put_account(&record)
        })
        .await
    }

    /// Makes a group of these numbers, the creator among them, and tells nobody. Returns its address.
    ///
    /// # Errors
    /// When one of the numbers has no account.
    pub async fn add_group(
        &self,
        subject: &str,
        creator: &str,
        members: &[&str],
    ) -> Result<String> {
        self.change(|state| {
            let numbers = members.iter().map(|number| (*number).to_owned());
            let group = groups::new_group(state, subject, creator, numbers.collect())?;
            let address = group.jid().to_string();
            state.put_group(group)?;
            Ok(address)
        })
        .await
    }

    /// Makes a member an administrator, as the group's creator does on their phone.
    ///
    /// # Errors
    /// When there is no such group, or its creator has left it.
    pub async fn make_admin(&self, group: &str, number: &str) -> Result<()> {
        let id = group.trim_end_matches("@g.us");
        let whom = [Jid::pn(number)];
        self.change(|state| {
            let creator = state.group(id).map(|group| group.creator.clone());
            let creator = creator.context("there is no such group")?;
            let promote = groups::Membership::Promote;
            groups::change_members(state, &creator, id, promote, &whom)
                .map(drop)
                .map_err(|_| anyhow!("the group's creator can't do that"))
        })
        .await
    }

    /// From now on somebody's settings let nobody add them to a group: they can only be invited.
    pub async fn let_nobody_add(&self, number: &str) {
        let mut state = self.shared.state.lock().await;
        state.not_addable.insert(number.to_owned());
    }

    /// The invitation link of a group.
    ///
    /// # Errors
    /// When there is no such group.
    pub async fn invite_link(&self, group: &str) -> Result<String> {
        let state = self.shared.state.lock().await;
        let group = state.group(group).context("there is no such group")?;
        Ok(format!("https://chat.whatsapp.com/{}", group.invite))
    }

    /// The ids of what a device has not acknowledged yet, oldest first.
    pub async fn queued(&self, device: &DeviceAddress) -> Vec<String> {
        self.state().await.queued(device)
    }

    /// Everything the server knows, to look at. It stands still meanwhile.
    pub async fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().await
    }

    /// Waits until something holds.
    ///
    /// # Errors
    /// Names `what` was waited for if it does not come in half a minute.
    pub async fn wait_until(&self, what: &str, holds: impl Fn(&State) -> bool) -> Result<()> {
        let mut changes = self.shared.changes.subscribe();
        let waiting = async {
            loop {
                changes.borrow_and_update();
                if holds(&*self.shared.state.lock().await) {
                    return Ok(());
                }
                changes.changed().await.context("the server has stopped")?;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| Err(anyhow!("waited in vain on the WhatsApp server: {what}")))
    }

    /// A phone scans the code that a client shows, and links it as a new device, which is returned.
    ///
    /// # Errors
    /// When nobody shows this code any more, or there is no such account.
    pub async fn scan_qr(&self, number: &str, code: &str) -> Result<DeviceAddress> {
        self.change(|state| pairing::scan(state, number, code))
            .await
    }

    /// On a phone somebody types a code. The client that waits for this number is told; if it shows that code, it is
    /// linked as a new device.
    ///
    /// # Errors
    /// When nobody waits for a code to be typed on this phone.
    pub async fn type_code(&self, number: &str, code: &str) -> Result<()> {
        let sealed_key = {
            let state = self.state().await;
            let waiting = state.link_codes.get(number);
            waiting.context(link_code::NOBODY_WAITS)?.sealed_key.clone()
        };
        let code = code.to_owned();
        let typing = tokio::task::spawn_blocking(move || link_code::type_in(&sealed_key, &code));
        let (typed, sealed) = typing.await??;
        self.change(|state| link_code::greet(state, number, typed, &sealed))
            .await
    }

    /// From the next login on this account is banned for a while.
    pub async fn ban(&self, number: &str, ban: Ban) {
        self.state()
            .await
            .faults
            .bans
            .insert(number.to_owned(), ban);
    }

    /// Lifts a ban.
    pub async fn lift_ban(&self, number: &str) {
        self.state().await.faults.bans.remove(number);
    }

    /// A device's messages are taken and routed but never acknowledged to it, until switched off.
    pub async fn withhold_acks(&self, device: &DeviceAddress, withheld: bool) {
        let whose = &mut self.state().await.faults.acks_withheld;
        match withheld {
            true => whose.insert(device.clone()),
            false => whose.remove(device),
        };
    }

    /// The next message for this device arrives so that it can't be opened: a client then asks its author to send it again.
    pub async fn garble_next(&self, device: &DeviceAddress) {
        self.state().await.faults.garbled.insert(device.clone());
    }

    /// Refuses this device's edits with a code, until switched off. The real server can't see which message an edit
    /// is of, so it has no reason of its own to.
    pub async fn refuse_edits(&self, device: &DeviceAddress, code: Option<u16>) {
        let whose = &mut self.state().await.faults.edits_refused;
        match code {
            Some(code) => whose.insert(device.clone(), code),
            None => whose.remove(device),
        };
    }

    /// Refuses this device's deletions of others' messages with a code, until switched off.
    pub async fn refuse_deletions(&self, device: &DeviceAddress, code: Option<u16>) {
        let whose = &mut self.state().await.faults.deletions_refused;
        match code {
            Some(code) => whose.insert(device.clone(), code),
            None => whose.remove(device),
        };
    }

    /// Lets time pass for the server and the phones on it: what is sent from now on is stamped that much later.
    pub fn advance(&self, by: Duration) {
        self.shared.network.advance(by);
    }

    /// Sets the clock of the server and the phones back: what is sent from now on was sent that much earlier, as whatever
    /// reaches others late was.
    pub fn set_back(&self, by: Duration) {
        self.shared.network.set_back(by);
    }

    pub(crate) fn network(&self) -> Network {
        self.shared.network.clone()
    }

    /// Refuses every new connection, until switched off.
    pub async fn refuse_connections(&self, refused: bool) {
        self.state().await.faults.closed = refused;
    }

    /// The phone removes this companion: it is logged out now and at every later login.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn log_out(&self, device: &DeviceAddress) -> Result<()> {
        self.change(|state| {
            let record = state
                .accounts
                .get_mut(&device.number)
                .context("no such account")?;
            record.companions.remove(&device.device);
            let record = record.clone();
            state.store.put_account(&record)?;
            state.bundles.remove(device);
            devices::tell(state, devices::Change::Removed, device)?;
            state.send_live(
                device,
                NodeBuilder::new("stream:error").attr("code", "516").build(),
            );
            Ok(())
        })
        .await
    }

    /// The account's phone tells a companion that it has got a message of the companion's.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn phone_confirms(&self, companion: &DeviceAddress) -> Result<()> {
        self.change(|state| {
            let receipt = route::phone_confirms(state, companion)?;
            state.deliver(companion, receipt)
        })
        .await
    }

    /// Another connection takes this device's place.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn replace(&self, device: &DeviceAddress) -> Result<()> {
        self.change(|state| {
            state.send_live(device, connection::replaced());
            Ok(())
        })
        .await
    }

    /// Tears a device's connection down without a word.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn drop_connection(&self, device: &DeviceAddress) -> Result<()> {
        self.change(|state| {
            if let Some(connection) = state.connections.get(device) {
                let line = connection.line.clone();
                state.drop_line(&line);
            }
            Ok(())
        })
        .await
    }

    /// Delivers a stanza to a device once more, as the real server sometimes does.
    ///
    /// # Errors
    /// When nothing with this id was delivered to it lately.
    pub async fn redeliver(&self, device: &DeviceAddress, id: &str) -> Result<()> {
        self.change(|state| {
            let node = state
                .delivered(device, id)
                .context("it was never delivered")?;
            state.deliver(device, node)
        })
        .await
    }

    /// Sends a stanza of one's own making, queued until acknowledged.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn push(&self, device: &DeviceAddress, stanza: Node) -> Result<()> {
        self.change(|state| state.deliver(device, stanza)).await
    }

    /// Ends it in order: all connections closed, all on the disk.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn stop(&self) -> Result<()> {
        self.stopping.notify_one();
        let mut listening = self.listening.lock().await;
        if !listening.is_finished() {
            (&mut *listening).await?;
        }
        self.state().await.store.flush().await
    }

    async fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        self.shared.change(change).await
    }
}

impl Drop for WhatsAppServer {
    fn drop(&mut self) {
        self.listening.get_mut().abort();
    }
}

impl Shared {
    /// Makes a change, writes it, and only then sends what it caused.
    async fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.state.lock().await;
        let outcome = change(&mut state);
        state.settle().await?;
        self.changes.send_modify(|count| *count += 1);
        outcome
    }
}

/// Serves connections until told to stop, and ends them then.
async fn listen_on(listener: TcpListener, shared: Arc<Shared>, stopping: Arc<Notify>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.notified() => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Ok((tcp, _)) = accepted else { continue };
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            if let Err(end) = connection::serve(&shared, tcp).await {
                tracing::debug!("a WhatsApp connection ended: {end:#}");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}
