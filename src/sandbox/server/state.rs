use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use anyhow::Result;
use tokio::sync::mpsc::UnboundedSender;
use whatsapp_rust::Jid;
use whatsapp_rust::wacore_binary::Node;

use super::faults::Faults;
use super::link_code::Typed;
use super::model::{Account, AccountRecord, DeviceAddress, Group, KeyBundle};
use super::network::Network;
use super::noise;
use super::stanza;
use super::store::{Loaded, Store};

/// How many delivered stanzas are remembered, so that a test can have one delivered again.
const REMEMBERED: usize = 500;

/// What goes down a connection.
pub(super) enum Outgoing {
    Stanza(Node),
    /// The connection is torn down without a word.
    Drop,
}

/// The sending end of one connection.
pub(super) type Line = UnboundedSender<Outgoing>;

pub(super) struct Connection {
    pub(super) line: Line,
    /// A client is passive until it asks for what was queued; only then it gets what is new.
    pub(super) active: bool,
}

/// A client that waits for a phone to scan its code.
pub(super) struct Pairing {
    pub(super) line: Line,
    /// Who has scanned it, and which device the client becomes.
    pub(super) device: Option<DeviceAddress>,
}

/// A client that waits for its code to be typed on a phone.
pub(super) struct LinkCode {
    pub(super) line: Line,
    pub(super) reference: String,
    /// The client's key, sealed with the code.
    pub(super) sealed_key: Vec<u8>,
    /// What was typed.
    pub(super) typed: Option<Typed>,
}

/// Everything the server knows. Public methods look; only stanzas and the server's own methods change it.
#[derive(Default)]
pub struct State {
    pub(super) accounts: BTreeMap<String, AccountRecord>,
    numbers: HashMap<String, String>,
    pub(super) groups: BTreeMap<String, Group>,
    pub(super) bundles: HashMap<DeviceAddress, KeyBundle>,
    pub(super) connections: HashMap<DeviceAddress, Connection>,
    pub(super) pairings: HashMap<String, Pairing>,
    /// By the number of the phone.
    pub(super) link_codes: HashMap<String, LinkCode>,
    pub(super) faults: Faults,
    /// The numbers of those whose settings let nobody add them to a group.
    pub(super) not_addable: BTreeSet<String>,
    pub(super) network: Network,
    queues: HashMap<DeviceAddress, BTreeMap<u64, Node>>,
    next_position: u64,
    delivered: VecDeque<(DeviceAddress, Node)>,
    pub(super) store: Store,
    outgoing: Vec<(Line, Outgoing)>,
}

impl State {
    /// The ids of what this device has not acknowledged yet, oldest first.
    pub fn queued(&self, device: &DeviceAddress) -> Vec<String> {
        self.queues
            .get(device)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|node| stanza::attribute(node, "id"))
            .collect()
    }

    /// Whether this device is logged in and receiving.
    pub fn is_online(&self, device: &DeviceAddress) -> bool {
        self.connections
            .get(device)
            .is_some_and(|connection| connection.active)
    }

    /// Whether this device has uploaded its keys, so that others can write to it.
    pub fn has_keys(&self, device: &DeviceAddress) -> bool {
        self.bundles.contains_key(device)
    }

    /// A group by its address, with or without `@g.us`.
    pub fn group(&self, group: &str) -> Option<&Group> {
        self.groups.get(group.trim_end_matches("@g.us"))
    }

    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// An account by its number.
    pub fn account(&self, number: &str) -> Option<&Account> {
        self.accounts.get(number).map(|record| &record.account)
    }

    /// Whether a client shows a code for a phone to link it.
    pub fn is_linking(&self) -> bool {
        !self.pairings.is_empty()
    }

    pub(super) fn restore(store: Store, loaded: Loaded) -> Self {
        let mut state = Self {
            store,
            bundles: loaded.bundles,
            queues: loaded.queues,
            ..Self::default()
        };
        for record in loaded.accounts {
            state.index(record);
        }
        for group in loaded.groups {
            state.groups.insert(group.id.clone(), group);
        }
        let last = state
            .queues
            .values()
            .filter_map(|queue| queue.keys().next_back())
            .max();
        state.next_position = last.map_or(0, |position| position + 1);
        state
    }

    fn index(&mut self, record: AccountRecord) {
        self.network.know(&record.account);
        let number = record.account.number.clone();
        self.numbers
            .insert(record.account.lid.clone(), number.clone());
        self.accounts.insert(number, record);
    }

    /// A new account, or a new name for one that is there.
    pub(super) fn add_account(&mut self, account: Account) -> Result<()> {
        let record = match self.accounts.get(&account.number) {
            Some(known) => AccountRecord {
                account,
                ..known.clone()
            },
            None => AccountRecord {
                account,
                signing_key: *noise::random_key().private_key.serialize(),
                companions: BTreeMap::new(),
                last_companion: 0,
            },
        };
        self.store.put_account(&record)?;
        self.index(record);
        Ok(())
    }

    pub(super) fn put_group(&mut self, group: Group) -> Result<()> {
        self.store.put_group(&group)?;
        self.groups.insert(group.id.clone(), group);
        Ok(())
    }

    /// Whose device an address is, whether it is written with the number or the LID.
    pub(super) fn device_of(&self, address: &Jid) -> Option<DeviceAddress> {
        let user = address.user.as_str();
        let number = if address.is_lid() {
            self.numbers.get(user)?.as_str()
        } else {
            user
        };
        Some(DeviceAddress::new(number, address.device))
    }

    pub(super) fn record_of(&self, address: &Jid) -> Option<&AccountRecord> {
        self.accounts.get(&self.device_of(address)?.number)
    }

    /// All devices of an account, the phone first.
    pub fn devices(&self, number: &str) -> Vec<DeviceAddress> {
        self.accounts
            .get(number)
            .into_iter()
            .flat_map(AccountRecord::devices)
            .map(|device| DeviceAddress::new(number, device))
            .collect()
    }

    /// All devices of all members of a group.
    pub(super) fn member_devices(&self, group: &str) -> Vec<DeviceAddress> {
        let members = self
            .groups
            .get(group)
            .into_iter()
            .flat_map(|group| group.members.keys());
        members.flat_map(|number| self.devices(number)).collect()
    }

    /// Queues a stanza until the device acknowledges it, and sends it if the device is there. A device that
    /// never uploaded keys (a phone whose companion is all there is) gets nothing.
    pub(super) fn deliver(&mut self, to: &DeviceAddress, node: Node) -> Result<()> {
        if !self.has_keys(to) && !self.connections.contains_key(to) {
            return Ok(());
        }
        let position = self.next_position;
        self.next_position += 1;
        self.store.put_queued(to, position, &node)?;
        self.queues
            .entry(to.clone())
            .or_default()
            .insert(position, node.clone());
        self.send_live(to, node);
        Ok(())
    }

    /// Sends a stanza if the device is there, and forgets it otherwise.
    pub(super) fn send_live(&mut self, to: &DeviceAddress, node: Node) {
        let Some(connection) = self
            .connections
            .get(to)
            .filter(|connection| connection.active)
        else {
            return;
        };
        let line = connection.line.clone();
        self.remember(to, &node);
        self.say(&line, node);
    }

    /// The device is ready: everything queued goes out first, in order, framed as the client expects it.
    pub(super) fn activate(&mut self, device: &DeviceAddress) {
        let Some(connection) = self.connections.get_mut(device) else {
            return;
        };
        connection.active = true;
        let line = connection.line.clone();
        let queued: Vec<Node> = self
            .queues
            .get(device)
            .map(|queue| queue.values().cloned().collect())
            .unwrap_or_default();
        self.say(&line, super::route::offline_preview(&queued));
        let count = queued.len();
        for mut node in queued {
            self.remember(device, &node);
            node.attrs.insert("offline", "1");
            self.say(&line, node);
        }
        self.say(&line, super::route::offline_end(count));
    }

    /// Takes acknowledged stanzas of one kind out of a device's queue.
    pub(super) fn acknowledge(
        &mut self,
        device: &DeviceAddress,
        tag: &str,
        ids: &BTreeSet<String>,
    ) {
        let Some(queue) = self.queues.get_mut(device) else {
            return;
        };
        let done: Vec<u64> = queue
            .iter()
            .filter(|(_, node)| node.tag == tag)
            .filter(|(_, node)| stanza::attribute(node, "id").is_some_and(|id| ids.contains(&id)))
            .map(|(position, _)| *position)
            .collect();
        for position in done {
            queue.remove(&position);
            self.store.delete_queued(device, position);
        }
    }

    /// The last stanza with this id that was sent to a device.
    pub(super) fn delivered(&self, device: &DeviceAddress, id: &str) -> Option<Node> {
        let mut sent = self.delivered.iter().rev();
        sent.find(|(to, node)| to == device && stanza::attribute(node, "id").as_deref() == Some(id))
            .map(|(_, node)| node.clone())
    }

    /// The ids of the messages that were sent to a device lately, oldest first.
    pub fn sent_lately(&self, device: &DeviceAddress) -> Vec<String> {
        let messages = self
            .delivered
            .iter()
            .filter(|(to, node)| to == device && node.tag == "message");
        messages
            .filter_map(|(_, node)| stanza::attribute(node, "id"))
            .collect()
    }

    fn remember(&mut self, to: &DeviceAddress, node: &Node) {
        if self.delivered.len() == REMEMBERED {
            self.delivered.pop_front();
        }
        self.delivered.push_back((to.clone(), node.clone()));
    }

    /// Puts a stanza on a line; it leaves once the changes made with it are written.
    pub(super) fn say(&mut self, line: &Line, node: Node) {
        self.outgoing.push((line.clone(), Outgoing::Stanza(node)));
    }

    pub(super) fn drop_line(&mut self, line: &Line) {
        self.outgoing.push((line.clone(), Outgoing::Drop));
    }

    /// Writes what changed, and only then lets anyone know.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.store.settle().await?;
        for (line, outgoing) in self.outgoing.drain(..) {
            // A client that has just gone finds its stanza in the queue when it is back.
            let _gone = line.send(outgoing);
        }
        Ok(())
    }
}
