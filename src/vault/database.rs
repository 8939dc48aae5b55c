mod disk;
mod export;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard, PoisonError};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use tokio::sync::Mutex;

use crate::{Key, VaultError};
use disk::Disk;
pub use export::{export, import};

const NONCE: usize = 24;

/// One sled database whose values are sealed (XChaCha20-Poly1305, bound to their tree and key).
///
/// sled is durable only after a flush and a sync of its files, so [`commit`](Database::commit) is the only way to write something
/// that is going to be acknowledged; flushes of writers at the same moment are one flush.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    path: PathBuf,
    db: sled::Db,
    disk: Disk,
    cipher: XChaCha20Poly1305,
    names: Key,
    /// How many writes there were. Held over each write, so that whoever has seen one can't count without it.
    written: std::sync::Mutex<u64>,
    /// Up to which write all is on the disk.
    flushed: Mutex<u64>,
    /// While a copy is made: what is written meanwhile.
    journal: std::sync::Mutex<Option<export::Journal>>,
}

impl Database {
    /// Opens or makes the database in a folder, with so many bytes of cache.
    ///
    /// # Errors
    /// [`VaultError::InUse`] if another process has it, [`VaultError::WrongKey`] if it was made with another key.
    pub fn open(path: &Path, key: &Key, cache_bytes: u64) -> Result<Self, VaultError> {
        disk::prepare(path)?;
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(cache_bytes)
            .flush_every_ms(None)
            .open()
            .map_err(|error| match error {
                sled::Error::Io(source)
                    if source.to_string().contains("could not acquire lock") =>
                {
                    VaultError::InUse(path.into())
                }
                sled::Error::Io(source) => VaultError::Disk {
                    path: path.into(),
                    source,
                },
                other => VaultError::Database(other),
            })?;
        let disk = Disk::open(path).map_err(|source| VaultError::Disk {
            path: path.into(),
            source,
        })?;
        let database = Self(Arc::new(Inner {
            path: path.into(),
            db,
            disk,
            cipher: XChaCha20Poly1305::new(key.derive("seal").bytes().into()),
            names: key.derive("names"),
            written: std::sync::Mutex::new(1),
            flushed: Mutex::new(0),
            journal: std::sync::Mutex::new(None),
        }));
        database.prove_key()?;
        Ok(database)
    }

    /// A tree of this database.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn tree(&self, name: &'static str) -> Result<Tree, VaultError> {
        Ok(Tree {
            name,
            tree: self.0.db.open_tree(name)?,
            database: self.clone(),
        })
    }

    /// A key that tells nothing: 16 bytes of HMAC for each part, so that a scan by leading parts works.
    pub fn name(&self, parts: &[&[u8]]) -> Vec<u8> {
        parts
            .iter()
            .flat_map(|part| self.0.names.id("name", &[part])[..16].to_vec())
            .collect()
    }

    /// Writes the whole batch or none of it, and returns when it is on the disk.
    ///
    /// # Errors
    /// When the disk fails; then nothing may be taken as written.
    pub async fn commit(&self, batch: Batch) -> Result<(), VaultError> {
        self.apply(batch)?;
        self.flush().await
    }

    /// Writes the whole batch or none of it; it reaches the disk with the next flush.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn apply(&self, batch: Batch) -> Result<(), VaultError> {
        let names: Vec<_> = batch.0.keys().copied().collect();
        let (trees, writes) = batch.by_tree()?;
        if trees.is_empty() {
            return Ok(());
        }
        let mut journal = self.journal();
        let mut written = self.written();
        let outcome = trees.as_slice().transaction(|views| {
            for (view, writes) in views.iter().zip(&writes) {
                for (key, value) in writes {
                    match value {
                        Some(value) => view.insert(&key[..], &value[..])?,
                        None => view.remove(&key[..])?,
                    };
                }
            }
            Ok::<(), ConflictableTransactionError<()>>(())
        });
        *written += 1;
        drop(written);
        match outcome {
            Ok(()) => {
                if let Some(journal) = journal.as_mut() {
                    journal.extend(names.into_iter().zip(writes));
                }
                Ok(())
            }
            Err(TransactionError::Storage(error)) => Err(error.into()),
            Err(TransactionError::Abort(())) => unreachable!("the transaction above never aborts"),
        }
    }

    /// Returns when all that was written before the call is on the disk.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn flush(&self) -> Result<(), VaultError> {
        let mine = *self.written();
        let mut flushed = self.0.flushed.lock().await;
        if *flushed >= mine {
            return Ok(());
        }
        let upto = *self.written();
        // Not sled's own `flush_async`: its pool of threads is shared by all databases of a process, flushes wait in it for
        // writes that wait in it for a free thread, and with a dozen databases all of them stand still.
        let inner = self.0.clone();
        tokio::task::spawn_blocking(move || inner.flush())
            .await
            .map_err(|_| sled::Error::Unsupported("a flush did not end".to_owned()))??;
        *flushed = upto;
        Ok(())
    }

    /// Empties all trees.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn clear(&self) -> Result<(), VaultError> {
        for name in self.0.db.tree_names() {
            self.0.db.open_tree(name)?.clear()?;
        }
        self.prove_key()?;
        *self.written() += 1;
        self.flush().await
    }

    fn written(&self) -> MutexGuard<'_, u64> {
        self.0
            .written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where this database lies.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Bytes on the disk.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn size(&self) -> Result<u64, VaultError> {
        Ok(self.0.db.size_on_disk()?)
    }

    fn prove_key(&self) -> Result<(), VaultError> {
        let proof = self.tree("proof")?;
        if proof.get(b"key")?.is_none() {
            proof
                .tree
                .insert(b"key", self.seal(&proof, b"key", b"aty"))?;
            self.0.flush()?;
        }
        Ok(())
    }

    #[cfg(test)]
    fn disk(&self) -> &Disk {
        &self.0.disk
    }

    fn seal(&self, tree: &Tree, key: &[u8], value: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::random();
        let aad = tree.bound(key);
        let sealed = self
            .0
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: value,
                    aad: &aad,
                },
            )
            .expect("a value fits into memory, so it is far below the cipher's limit");
        [&nonce[..], &sealed].concat()
    }

    fn unseal(&self, tree: &Tree, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(VaultError::WrongKey)?;
        let aad = tree.bound(key);
        self.0
            .cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map_err(|_| VaultError::WrongKey)
    }
}

impl Inner {
    /// Returns when all that was written before is on the disk.
    fn flush(&self) -> Result<(), VaultError> {
        self.db.flush()?;
        self.disk.sync().map_err(|source| VaultError::Disk {
            path: self.path.clone(),
            source,
        })
    }
}

/// One tree of a [`Database`]: sealed values under plain keys, in key order.
///
/// A key must never hold a number or an address: make it with [`Database::name`].
#[derive(Clone)]
pub struct Tree {
    name: &'static str,
    tree: sled::Tree,
    database: Database,
}

impl Tree {
    /// The value under a key.
    ///
    /// # Errors
    /// When the disk fails or the key file is another's.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        self.tree
            .get(key)?
            .map(|sealed| self.database.unseal(self, key, &sealed))
            .transpose()
    }

    /// Whether there is a value under a key.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn contains(&self, key: &[u8]) -> Result<bool, VaultError> {
        Ok(self.tree.contains_key(key)?)
    }

    /// All entries whose key begins so, in key order.
    ///
    /// # Errors
    /// When the disk fails or the key file is another's.
    pub fn scan(&self, prefix: &[u8]) -> Result<Vec<Entry>, VaultError> {
        self.opened(self.tree.scan_prefix(prefix), usize::MAX)
    }

    /// At most `limit` entries whose key begins with `prefix` and is greater than `after`, in key order.
    ///
    /// # Errors
    /// When the disk fails or the key file is another's.
    pub fn scan_from(
        &self,
        prefix: &[u8],
        after: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, VaultError> {
        use std::ops::Bound::{Excluded, Unbounded};
        let range = (Excluded(after.max(prefix).to_vec()), Unbounded);
        let entries = self.tree.range::<Vec<u8>, _>(range).take_while(|entry| {
            entry
                .as_ref()
                .map_or(true, |(key, _)| key.starts_with(prefix))
        });
        self.opened(entries, limit)
    }

    /// The first entry whose key begins so.
    ///
    /// # Errors
    /// When the disk fails or the key file is another's.
    pub fn first(&self, prefix: &[u8]) -> Result<Option<Entry>, VaultError> {
        Ok(self.opened(self.tree.scan_prefix(prefix), 1)?.pop())
    }

    /// All keys that begin so, in order. Reads no value.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, VaultError> {
        Ok(self
            .tree
            .scan_prefix(prefix)
            .keys()
            .map(|key| key.map(|key| key.to_vec()))
            .collect::<Result<_, _>>()?)
    }

    /// How many entries begin so. Reads no value.
    pub fn count(&self, prefix: &[u8]) -> usize {
        self.tree.scan_prefix(prefix).keys().count()
    }

    fn opened(
        &self,
        entries: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
        limit: usize,
    ) -> Result<Vec<Entry>, VaultError> {
        entries
            .take(limit)
            .map(|entry| {
                let (key, sealed) = entry?;
                let value = self.database.unseal(self, &key, &sealed)?;
                Ok((key.to_vec(), value))
            })
            .collect()
    }

    fn bound(&self, key: &[u8]) -> Vec<u8> {
        [self.name.as_bytes(), &[0], key].concat()
    }
}

/// A key and its opened value.
type Entry = (Vec<u8>, Vec<u8>);

/// Writes that happen together or not at all, over any trees of one database. Of two writes to the same key
/// the later counts.
#[derive(Default)]
pub struct Batch(BTreeMap<&'static str, (Option<Tree>, Writes)>);

type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl Batch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value under a key.
    pub fn put(&mut self, tree: &Tree, key: impl Into<Vec<u8>>, value: impl AsRef<[u8]>) {
        let key = key.into();
        let sealed = tree.database.seal(tree, &key, value.as_ref());
        self.of(tree).insert(key, Some(sealed));
    }

    /// Deletes what is under a key.
    pub fn delete(&mut self, tree: &Tree, key: impl Into<Vec<u8>>) {
        self.of(tree).insert(key.into(), None);
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&mut self, tree: &Tree) -> &mut Writes {
        let (slot, writes) = self.0.entry(tree.name).or_default();
        slot.get_or_insert_with(|| tree.clone());
        writes
    }

    fn by_tree(self) -> Result<(Vec<sled::Tree>, Vec<Writes>), VaultError> {
        Ok(self
            .0
            .into_values()
            .filter_map(|(tree, writes)| Some((tree?.tree, writes)))
            .unzip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path, key: u8) -> Result<Database, VaultError> {
        Database::open(folder, &Key::from_bytes([key; 32]), 1 << 20)
    }

    #[tokio::test]
    async fn a_batch_over_two_trees_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path(), 1).unwrap();
        let (inbox, outbox) = (db.tree("inbox").unwrap(), db.tree("outbox").unwrap());
        let mut batch = Batch::new();
        batch.put(&inbox, "a", "1");
        batch.put(&outbox, "x", "2");
        db.commit(batch).await.unwrap();
        let mut batch = Batch::new();
        batch.delete(&inbox, "a");
        batch.put(&outbox, "y", "3");
        db.commit(batch).await.unwrap();
        drop((inbox, outbox, db));

        let db = open(folder.path(), 1).unwrap();
        assert_eq!(db.tree("inbox").unwrap().get(b"a").unwrap(), None);
        let outbox = db.tree("outbox").unwrap().scan(b"").unwrap();
        assert_eq!(
            outbox,
            [
                (b"x".to_vec(), b"2".to_vec()),
                (b"y".to_vec(), b"3".to_vec())
            ]
        );
    }

    #[test]
    fn scans_stay_within_their_prefix_and_limit() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path(), 1).unwrap();
        let tree = db.tree("t").unwrap();
        let mut batch = Batch::new();
        for key in ["a1", "a2", "a3", "b1"] {
            batch.put(&tree, key, key);
        }
        db.apply(batch).unwrap();
        let keys = |entries: Vec<(Vec<u8>, Vec<u8>)>| {
            entries
                .into_iter()
                .map(|(key, _)| String::from_utf8(key).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(tree.scan_from(b"a", b"a1", 9).unwrap()), ["a2", "a3"]);
        assert_eq!(keys(tree.scan_from(b"a", b"", 2).unwrap()), ["a1", "a2"]);
        assert_eq!(tree.first(b"b").unwrap().unwrap().0, b"b1");
        assert_eq!(tree.count(b"a"), 3);
    }

    #[test]
    fn another_key_and_a_second_opener_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path(), 1).unwrap();
        assert!(matches!(open(folder.path(), 1), Err(VaultError::InUse(_))));
        drop(db);
        assert!(matches!(open(folder.path(), 2), Err(VaultError::WrongKey)));
    }

    #[tokio::test]
    async fn a_cleared_database_is_empty_and_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path(), 1).unwrap();
        let tree = db.tree("t").unwrap();
        let mut batch = Batch::new();
        batch.put(&tree, "a", "1");
        db.commit(batch).await.unwrap();
        db.clear().await.unwrap();
        assert_eq!(tree.get(b"a").unwrap(), None);
        drop((tree, db));
        assert!(matches!(open(folder.path(), 2), Err(VaultError::WrongKey)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_dozen_databases_are_written_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let writers = (0..12).map(|number| {
            let db = open(&folder.path().join(number.to_string()), 1).unwrap();
            tokio::spawn(async move {
                let tree = db.tree("t").unwrap();
                for round in 0..100_u32 {
                    let mut batch = Batch::new();
                    batch.put(&tree, round.to_be_bytes(), [7; 512]);
                    db.commit(batch).await.unwrap();
                }
                tree.count(&[])
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            assert_eq!(writer.await.unwrap(), 100);
        }
    }

    #[tokio::test]
    async fn nothing_readable_reaches_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path(), 1).unwrap();
        let tree = db.tree("people").unwrap();
        let mut batch = Batch::new();
        batch.put(
            &tree,
            db.name(&[b"12025550123"]),
            "12025550123@s.whatsapp.net",
        );
        db.commit(batch).await.unwrap();
        drop((tree, db));
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                let bytes = std::fs::read(file.path()).unwrap();
                assert!(!bytes.windows(11).any(|window| window == b"12025550123"));
            }
        }
    }
}
