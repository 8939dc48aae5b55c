//! What the server keeps on disk, so that a second start continues where the first one was.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use vault::{Batch, Database, Key, Tree};
use whatsapp_rust::wacore_binary::Node;

use super::model::{AccountRecord, DeviceAddress, Group, KeyBundle};
use super::stanza;

const CACHE: u64 = 8 << 20;

/// Collects the changes of one stanza, then writes them all or none.
#[derive(Default)]
pub(super) struct Store {
    disk: Option<Disk>,
}

struct Disk {
    database: Database,
    server: Tree,
    accounts: Tree,
    groups: Tree,
    bundles: Tree,
    one_time: Tree,
    queues: Tree,
    batch: Batch,
    /// Whether something in the batch must be on the disk before anyone is answered.
    pressing: bool,
}

/// All that a folder held.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) identity: Option<[u8; 32]>,
    pub(super) accounts: Vec<AccountRecord>,
    pub(super) groups: Vec<Group>,
    pub(super) bundles: HashMap<DeviceAddress, KeyBundle>,
    pub(super) queues: HashMap<DeviceAddress, BTreeMap<u64, Node>>,
}

impl Store {
    /// Forgets everything when dropped.
    pub(super) fn in_memory() -> Self {
        Self::default()
    }

    pub(super) fn open(folder: &Path) -> Result<(Self, Loaded)> {
        let key = Key::open_or_create(&folder.join("key"))?;
        let database = Database::open(&folder.join("state"), &key, CACHE)?;
        let disk = Disk {
            server: database.tree("server")?,
            accounts: database.tree("accounts")?,
            groups: database.tree("groups")?,
            bundles: database.tree("bundles")?,
            one_time: database.tree("one-time-keys")?,
            queues: database.tree("queues")?,
            batch: Batch::new(),
            pressing: false,
            database,
        };
        let loaded = disk.load().context(
            "the sandbox's WhatsApp server can't read its own folder; delete it to begin anew",
        )?;
        Ok((Self { disk: Some(disk) }, loaded))
    }

    pub(super) fn put_identity(&mut self, private_key: &[u8; 32]) {
        self.write(|disk| disk.batch.put(&disk.server, "identity", private_key));
    }

    pub(super) fn put_account(&mut self, record: &AccountRecord) -> Result<()> {
        let value = serde_json::to_vec(record)?;
        self.write(|disk| {
            let key = disk.name(&record.account.number);
            disk.batch.put(&disk.accounts, key, value);
        });
        Ok(())
    }

    pub(super) fn put_group(&mut self, group: &Group) -> Result<()> {
        let value = serde_json::to_vec(group)?;
        self.write(|disk| disk.batch.put(&disk.groups, group.id.as_str(), value));
        Ok(())
    }

    pub(super) fn put_bundle(&mut self, of: &DeviceAddress, bundle: &KeyBundle) -> Result<()> {
        let signed = stanza::to_bytes(&bundle.signed)?;
        let value = serde_json::to_vec(&(of, &bundle.registration, &bundle.identity, signed))?;
        let mut keys = Vec::with_capacity(bundle.one_time.len());
        for (id, key) in &bundle.one_time {
            keys.push((*id, serde_json::to_vec(&(of, stanza::to_bytes(key)?))?));
        }
        self.write(|disk| {
            let name = disk.device(of);
            for (id, value) in keys {
                let key = [&name[..], &id.to_be_bytes()].concat();
                disk.batch.put(&disk.one_time, key, value);
            }
            disk.batch.put(&disk.bundles, name, value);
        });
        Ok(())
    }

    pub(super) fn delete_one_time_key(&mut self, of: &DeviceAddress, id: u32) {
        self.write(|disk| {
            let key = [&disk.device(of)[..], &id.to_be_bytes()].concat();
            disk.batch.delete(&disk.one_time, key);
        });
    }

    pub(super) fn put_queued(
        &mut self,
        at: &DeviceAddress,
        number: u64,
        node: &Node,
    ) -> Result<()> {
        let value = serde_json::to_vec(&(at, stanza::to_bytes(node)?))?;
        self.write(|disk| {
            let key = disk.position(at, number);
            disk.batch.put(&disk.queues, key, value);
        });
        Ok(())
    }

    /// What is only taken away may come back after a crash: it would be delivered once more, as on the real
    /// server, so nobody waits for the disk.
    pub(super) fn delete_queued(&mut self, at: &DeviceAddress, number: u64) {
        if let Some(disk) = &mut self.disk {
            let key = disk.position(at, number);
            disk.batch.delete(&disk.queues, key);
        }
    }

    /// Writes what was collected.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let Some(disk) = &mut self.disk else {
            return Ok(());
        };
        let batch = std::mem::take(&mut disk.batch);
        if std::mem::take(&mut disk.pressing) {
            disk.database.commit(batch).await?;
        } else {
            disk.database.apply(batch)?;
        }
        Ok(())
    }

    /// Returns when all is on the disk.
    pub(super) async fn flush(&self) -> Result<()> {
        if let Some(disk) = &self.disk {
            disk.database.flush().await?;
        }
        Ok(())
    }

    fn write(&mut self, change: impl FnOnce(&mut Disk)) {
        if let Some(disk) = &mut self.disk {
            disk.pressing = true;
            change(disk);
        }
    }
}

impl Disk {
    fn name(&self, number: &str) -> Vec<u8> {
        self.database.name(&[number.as_bytes()])
    }

    fn device(&self, of: &DeviceAddress) -> Vec<u8> {
        self.database
            .name(&[of.number.as_bytes(), &of.device.to_be_bytes()])
    }

    fn position(&self, at: &DeviceAddress, number: u64) -> Vec<u8> {
        [&self.device(at)[..], &number.to_be_bytes()].concat()
    }

    fn load(&self) -> Result<Loaded> {
        let mut loaded = Loaded {
            identity: self
                .server
                .get(b"identity")?
                .and_then(|key| key.try_into().ok()),
            ..Loaded::default()
        };
        for (_, value) in self.accounts.scan(b"")? {
            loaded.accounts.push(serde_json::from_slice(&value)?);
        }
        for (_, value) in self.groups.scan(b"")? {
            loaded.groups.push(serde_json::from_slice(&value)?);
        }
        self.load_keys(&mut loaded)?;
        for (key, value) in self.queues.scan(b"")? {
            let (at, node): (DeviceAddress, Vec<u8>) = serde_json::from_slice(&value)?;
            let number = u64::from_be_bytes(*key.last_chunk().context("a damaged queue")?);
            let queue = loaded.queues.entry(at).or_default();
            queue.insert(number, stanza::from_bytes(&node)?);
        }
        Ok(loaded)
    }

    fn load_keys(&self, loaded: &mut Loaded) -> Result<()> {
        for (_, value) in self.bundles.scan(b"")? {
            let (of, registration, identity, signed): (DeviceAddress, _, _, Vec<u8>) =
                serde_json::from_slice(&value)?;
            let bundle = KeyBundle {
                registration,
                identity,
                signed: stanza::from_bytes(&signed)?,
                one_time: BTreeMap::new(),
            };
            loaded.bundles.insert(of, bundle);
        }
        for (key, value) in self.one_time.scan(b"")? {
            let (of, node): (DeviceAddress, Vec<u8>) = serde_json::from_slice(&value)?;
            let id = u32::from_be_bytes(*key.last_chunk().context("a damaged key")?);
            if let Some(bundle) = loaded.bundles.get_mut(&of) {
                bundle.one_time.insert(id, stanza::from_bytes(&node)?);
            }
        }
        Ok(())
    }
}
