use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use vault::{Batch, Database, Tree, VaultError};
use whatsapp_rust::wacore::store::error::{Result, StoreError};
use whatsapp_rust::wacore::time::now_secs;

use super::ahead::Ahead;
use super::sessions_ahead::SessionsAhead;

/// The trees of a session. Keys are HMACs of their parts ([`Database::name`]), because nearly all of them carry
/// somebody's number; where a listing needs the plain name, it stands in the sealed value.
pub(crate) struct Store {
    pub(super) db: Database,
    pub(super) device: Tree,
    pub(super) identities: Tree,
    pub(super) sessions: Tree,
    pub(super) prekeys: Tree,
    pub(super) signed_prekeys: Tree,
    pub(super) sender_keys: Tree,
    pub(super) sync_keys: Tree,
    pub(super) sync_versions: Tree,
    pub(super) sync_macs: Tree,
    pub(super) sender_key_devices: Tree,
    pub(super) lids: Tree,
    pub(super) numbers: Tree,
    pub(super) base_keys: Tree,
    pub(super) device_lists: Tree,
    pub(super) groups: Tree,
    pub(super) contact_tokens: Tree,
    pub(super) sent: Tree,
    pub(super) pending: Tree,
    pub(super) secrets: Tree,
    pub(super) ahead: Ahead,
    pub(super) sessions_ahead: SessionsAhead,
    /// Held over each read-modify-write. Never across an await.
    pub(super) rewriting: std::sync::Mutex<()>,
    broken: AtomicBool,
    broken_tx: watch::Sender<bool>,
}

impl Store {
    pub(super) fn open(db: Database) -> std::result::Result<Arc<Self>, VaultError> {
        Ok(Arc::new(Self {
            device: db.tree("wa-device")?,
            identities: db.tree("wa-identities")?,
            sessions: db.tree("wa-sessions")?,
            prekeys: db.tree("wa-prekeys")?,
            signed_prekeys: db.tree("wa-signed-prekeys")?,
            sender_keys: db.tree("wa-sender-keys")?,
            sync_keys: db.tree("wa-sync-keys")?,
            sync_versions: db.tree("wa-sync-versions")?,
            sync_macs: db.tree("wa-sync-macs")?,
            sender_key_devices: db.tree("wa-sender-key-devices")?,
            lids: db.tree("wa-lids")?,
            numbers: db.tree("wa-numbers")?,
            base_keys: db.tree("wa-base-keys")?,
            device_lists: db.tree("wa-device-lists")?,
            groups: db.tree("wa-groups")?,
            contact_tokens: db.tree("wa-contact-tokens")?,
            sent: db.tree("wa-sent")?,
            pending: db.tree("wa-pending")?,
            secrets: db.tree("wa-secrets")?,
            ahead: Ahead::default(),
            sessions_ahead: SessionsAhead::default(),
            rewriting: std::sync::Mutex::new(()),
            broken: AtomicBool::new(false),
            broken_tx: watch::Sender::new(false),
            db,
        }))
    }

    pub(super) fn name(&self, parts: &[&str]) -> Vec<u8> {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.db.name(&parts)
    }

    /// Writes and returns when it is on the disk.
    pub(super) async fn commit(&self, batch: Batch) -> Result<()> {
        self.apply(batch)?;
        self.db.flush().await.map_err(failed)
    }

    /// Writes; it reaches the disk with the next flush. Only for what may be forgotten in a crash.
    pub(super) fn apply(&self, batch: Batch) -> Result<()> {
        if self.is_broken() {
            return Err(StoreError::Validation(
                "the session stopped writing after a failed write".into(),
            ));
        }
        self.db.apply(batch).map_err(failed)
    }

    pub(super) fn get(&self, tree: &Tree, parts: &[&str]) -> Result<Option<Vec<u8>>> {
        tree.get(&self.name(parts)).map_err(failed)
    }

    pub(super) fn read<T: DeserializeOwned>(
        &self,
        tree: &Tree,
        parts: &[&str],
    ) -> Result<Option<T>> {
        self.get(tree, parts)?
            .map(|bytes| decoded(&bytes))
            .transpose()
    }

    pub(super) async fn put(&self, tree: &Tree, parts: &[&str], value: &[u8]) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(tree, self.name(parts), value);
        self.commit(batch).await
    }

    pub(super) async fn delete(&self, tree: &Tree, parts: &[&str]) -> Result<()> {
        let mut batch = Batch::new();
        batch.delete(tree, self.name(parts));
        self.commit(batch).await
    }

    /// Deletes all entries under the leading parts.
    pub(super) async fn delete_under(&self, tree: &Tree, parts: &[&str]) -> Result<()> {
        let mut batch = Batch::new();
        for (key, _) in tree.scan(&self.name(parts)).map_err(failed)? {
            batch.delete(tree, key);
        }
        self.commit(batch).await
    }

    /// Deletes the entries whose value is dead, and says how many.
    pub(super) fn prune(&self, tree: &Tree, dead: impl Fn(&[u8]) -> Result<bool>) -> Result<u32> {
        let mut batch = Batch::new();
        let mut count = 0;
        for (key, value) in tree.scan(b"").map_err(failed)? {
            if dead(&value)? {
                batch.delete(tree, key);
                count += 1;
            }
        }
        self.apply(batch)?;
        Ok(count)
    }

    /// From now on nothing is written. The keys on the disk then stay behind the message that could not be
    /// kept, so that it can be decrypted again after a restart.
    pub(super) fn break_off(&self) {
        self.broken.store(true, Ordering::SeqCst);
        self.broken_tx.send_replace(true);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    pub(super) fn broken(&self) -> watch::Receiver<bool> {
        self.broken_tx.subscribe()
    }

    pub(super) fn rewriting(&self) -> std::sync::MutexGuard<'_, ()> {
        self.rewriting
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

pub(super) fn failed(error: VaultError) -> StoreError {
    StoreError::Database(Box::new(error))
}

pub(super) fn encoded<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| StoreError::Serialization(Box::new(error)))
}

pub(super) fn decoded<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Serialization(Box::new(error)))
}

/// Puts the time (seconds since 1970, by the library's own clock) before a value, so that it can be pruned by age.
pub(super) fn dated(value: &[u8]) -> Vec<u8> {
    [&now_secs().to_be_bytes(), value].concat()
}

/// The time and the value that [`dated`] put together.
pub(super) fn undated(bytes: &[u8]) -> Result<(i64, &[u8])> {
    bytes
        .split_first_chunk::<8>()
        .map(|(time, value)| (i64::from_be_bytes(*time), value))
        .ok_or_else(|| StoreError::Validation("a dated value is shorter than its date".into()))
}
