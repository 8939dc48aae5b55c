//! Copies of databases, made while they are written to.
//!
//! A copy is a scan of all trees, followed by the writes that happened meanwhile. Nobody waits for the scan; when it
//! is done, the writes of all the databases end at one and the same moment. So a copy is what a power cut at that
//! moment would have left, in all of them together.
//!
//! Values stay sealed and keys opaque, so a copy is as unreadable as its database, and needs the same key file.

use std::io::{self, Read, Write};
use std::sync::{MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Database, Writes};
use crate::{Key, VaultError};

const FORMAT: &[u8] = b"aty vault copy 1\n";
const MAC_BYTES: usize = 32;
/// sled's own tree, which nothing is kept in.
const DEFAULT_TREE: &[u8] = b"__sled__default";

/// What comes next in a copy.
mod tag {
    pub(super) const END: u8 = 0;
    pub(super) const DATABASE: u8 = 1;
    pub(super) const TREE: u8 = 2;
    pub(super) const PUT: u8 = 3;
    pub(super) const DELETE: u8 = 4;
}

/// What was written since a copy was begun, in order.
pub(super) type Journal = Vec<(&'static str, Writes)>;

/// Writes a copy of some databases of one key, each under its name, all as they are at one moment.
///
/// Blocks while it reads and writes; those who write to the databases wait only for the last moment of it.
///
/// # Errors
/// [`VaultError::CopyUnderWay`], [`VaultError::Copy`] when the copy can't be written, or when the disk fails.
pub fn export(databases: &[(&str, &Database)], out: &mut impl Write) -> Result<(), VaultError> {
    let Some((_, first)) = databases.first() else {
        return Ok(());
    };
    let recordings = databases
        .iter()
        .map(|(_, database)| Recording::begin(database))
        .collect::<Result<Vec<_>, _>>()?;
    let mut copy = CopyWriter::begin(out, &first.0.names)?;
    for (name, database) in databases {
        copy.named(tag::DATABASE, name.as_bytes())?;
        for tree in database.0.db.tree_names() {
            if tree == DEFAULT_TREE {
                continue;
            }
            copy.named(tag::TREE, &tree)?;
            for entry in &database.0.db.open_tree(&tree)? {
                let (key, sealed) = entry?;
                copy.put(&key, &sealed)?;
            }
        }
    }
    for ((name, _), journal) in databases.iter().zip(end_together(&recordings)) {
        copy.named(tag::DATABASE, name.as_bytes())?;
        for (tree, writes) in journal {
            copy.named(tag::TREE, tree.as_bytes())?;
            for (key, sealed) in writes {
                match sealed {
                    Some(sealed) => copy.put(&key, &sealed)?,
                    None => copy.delete(&key)?,
                }
            }
        }
    }
    copy.end()
}

/// Reads a copy into empty databases, each known by its name. Returns when all of it is on the disk.
///
/// # Errors
/// [`VaultError::WrongKey`] if it was made with another key: then nothing was written. [`VaultError::NotACopy`] if it
/// is damaged or another thing altogether, [`VaultError::Copy`] when it can't be read: then what was written is of no
/// use and should be removed.
pub fn import(databases: &[(&str, &Database)], from: &mut impl Read) -> Result<(), VaultError> {
    let Some((_, first)) = databases.first() else {
        return Ok(());
    };
    let mut copy = CopyReader::begin(from, &first.0.names)?;
    let mut database = None;
    let mut tree = None;
    loop {
        match copy.tag()? {
            tag::DATABASE => {
                let name = copy.bytes()?;
                let found = databases
                    .iter()
                    .find(|(known, _)| known.as_bytes() == name)
                    .ok_or(VaultError::NotACopy)?;
                (database, tree) = (Some(found.1), None);
            }
            tag::TREE => {
                let name = copy.bytes()?;
                let within = database.ok_or(VaultError::NotACopy)?;
                tree = Some(within.0.db.open_tree(name)?);
            }
            tag::PUT => {
                let (key, sealed) = (copy.bytes()?, copy.bytes()?);
                let tree = tree.as_ref().ok_or(VaultError::NotACopy)?;
                tree.insert(key, sealed)?;
            }
            tag::DELETE => {
                let key = copy.bytes()?;
                tree.as_ref().ok_or(VaultError::NotACopy)?.remove(key)?;
            }
            tag::END => break,
            _ => return Err(VaultError::NotACopy),
        }
    }
    copy.end()?;
    for (_, database) in databases {
        database.0.flush()?;
    }
    Ok(())
}

/// While it lives, a database notes what is written to it.
struct Recording<'a>(&'a Database);

impl<'a> Recording<'a> {
    fn begin(database: &'a Database) -> Result<Self, VaultError> {
        let mut journal = database.journal();
        if journal.is_some() {
            return Err(VaultError::CopyUnderWay);
        }
        *journal = Some(Journal::new());
        Ok(Self(database))
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        *self.0.journal() = None;
    }
}

/// What was recorded, up to one moment that is the same for all.
fn end_together(recordings: &[Recording<'_>]) -> Vec<Journal> {
    let mut held: Vec<_> = recordings
        .iter()
        .map(|recording| recording.0.journal())
        .collect();
    held.iter_mut()
        .map(|journal| journal.take().unwrap_or_default())
        .collect()
}

impl Database {
    /// The journal of a copy that is being made. Held over each write, so that writes are noted in their order.
    pub(super) fn journal(&self) -> MutexGuard<'_, Option<Journal>> {
        self.0
            .journal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// By what a copy shows that it is of a key, without showing the key.
fn fingerprint(names: &Key) -> [u8; 32] {
    names.id("copy of", &[])
}

fn mac(names: &Key) -> Hmac<Sha256> {
    Hmac::new_from_slice(names.derive("copy").bytes()).expect("HMAC takes keys of any length")
}

struct CopyWriter<'a, W> {
    out: &'a mut W,
    mac: Hmac<Sha256>,
}

impl<'a, W: Write> CopyWriter<'a, W> {
    fn begin(out: &'a mut W, names: &Key) -> Result<Self, VaultError> {
        let mac = mac(names);
        let mut copy = Self { out, mac };
        copy.write(FORMAT)?;
        copy.write(&fingerprint(names))?;
        Ok(copy)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        self.mac.update(bytes);
        self.out.write_all(bytes).map_err(VaultError::Copy)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        let length = u32::try_from(bytes.len())
            .map_err(|_| VaultError::Copy(io::ErrorKind::InvalidInput.into()))?;
        self.write(&length.to_be_bytes())?;
        self.write(bytes)
    }

    fn named(&mut self, tag: u8, name: &[u8]) -> Result<(), VaultError> {
        self.write(&[tag])?;
        self.bytes(name)
    }

    fn put(&mut self, key: &[u8], sealed: &[u8]) -> Result<(), VaultError> {
        self.write(&[tag::PUT])?;
        self.bytes(key)?;
        self.bytes(sealed)
    }

    fn delete(&mut self, key: &[u8]) -> Result<(), VaultError> {
        self.named(tag::DELETE, key)
    }

    /// Ends with a seal over the whole, so that a copy that is cut short or changed is known.
    fn end(mut self) -> Result<(), VaultError> {
        self.write(&[tag::END])?;
        let seal = self.mac.finalize().into_bytes();
        self.out.write_all(&seal).map_err(VaultError::Copy)
    }
}

struct CopyReader<'a, R> {
    from: &'a mut R,
    mac: Hmac<Sha256>,
}

impl<'a, R: Read> CopyReader<'a, R> {
    fn begin(from: &'a mut R, names: &Key) -> Result<Self, VaultError> {
        let mac = mac(names);
        let mut copy = Self { from, mac };
        if copy.read(FORMAT.len())? != FORMAT {
            return Err(VaultError::NotACopy);
        }
        if copy.read(MAC_BYTES)? != fingerprint(names) {
            return Err(VaultError::WrongKey);
        }
        Ok(copy)
    }

    /// So many bytes. Of a length that is damage, no more memory is taken than there are bytes.
    fn read(&mut self, length: usize) -> Result<Vec<u8>, VaultError> {
        let bytes = read(self.from, length)?;
        self.mac.update(&bytes);
        Ok(bytes)
    }

    fn tag(&mut self) -> Result<u8, VaultError> {
        Ok(self.read(1)?[0])
    }

    fn bytes(&mut self) -> Result<Vec<u8>, VaultError> {
        let length = self.read(4)?;
        let length = u32::from_be_bytes(length.try_into().map_err(|_| VaultError::NotACopy)?);
        self.read(length as usize)
    }

    fn end(self) -> Result<(), VaultError> {
        let seal = read(self.from, MAC_BYTES)?;
        self.mac
            .verify_slice(&seal)
            .map_err(|_| VaultError::NotACopy)
    }
}

fn read(from: &mut impl Read, length: usize) -> Result<Vec<u8>, VaultError> {
    let mut bytes = Vec::new();
    from.take(length as u64)
        .read_to_end(&mut bytes)
        .map_err(VaultError::Copy)?;
    match bytes.len() == length {
        true => Ok(bytes),
        false => Err(VaultError::NotACopy),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::{Batch, Tree};

    fn open(folder: &Path, key: u8) -> Database {
        Database::open(folder, &Key::from_bytes([key; 32]), 1 << 20).unwrap()
    }

    async fn put(db: &Database, tree: &Tree, key: &str, value: &str) {
        let mut batch = Batch::new();
        batch.put(tree, key, value);
        db.commit(batch).await.unwrap();
    }

    async fn a_copy(folder: &Path) -> Vec<u8> {
        let (one, two) = (open(&folder.join("one"), 1), open(&folder.join("two"), 1));
        put(&one, &one.tree("inbox").unwrap(), "a", "words of Ana").await;
        put(&two, &two.tree("keys").unwrap(), "k", "a secret").await;
        let mut copy = Vec::new();
        export(&[("one", &one), ("two", &two)], &mut copy).unwrap();
        copy
    }

    #[tokio::test]
    async fn what_is_copied_is_read_back_with_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let copy = a_copy(folder.path()).await;
        assert!(!copy.windows(12).any(|window| window == b"words of Ana"));

        let (one, two) = (
            open(&folder.path().join("new one"), 1),
            open(&folder.path().join("new two"), 1),
        );
        import(&[("one", &one), ("two", &two)], &mut &copy[..]).unwrap();
        let inbox = one.tree("inbox").unwrap();
        assert_eq!(
            inbox.scan(b"").unwrap(),
            [(b"a".to_vec(), b"words of Ana".to_vec())]
        );
        let keys = two.tree("keys").unwrap();
        assert_eq!(keys.get(b"k").unwrap().unwrap(), b"a secret");
        drop((inbox, keys, one, two));
        open(&folder.path().join("new one"), 1);
    }

    #[tokio::test]
    async fn another_key_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let copy = a_copy(folder.path()).await;
        let (one, two) = (
            open(&folder.path().join("x"), 2),
            open(&folder.path().join("y"), 2),
        );
        let refusal = import(&[("one", &one), ("two", &two)], &mut &copy[..]);
        assert!(matches!(refusal, Err(VaultError::WrongKey)));
        assert_eq!(one.tree("inbox").unwrap().count(b""), 0);
    }

    #[tokio::test]
    async fn a_copy_that_was_cut_or_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let copy = a_copy(folder.path()).await;
        let mut changed = copy.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        for (number, damaged) in [&copy[..copy.len() - 1], &copy[..60], b"", &changed]
            .into_iter()
            .enumerate()
        {
            let (one, two) = (
                open(&folder.path().join(format!("one {number}")), 1),
                open(&folder.path().join(format!("two {number}")), 1),
            );
            let refusal = import(&[("one", &one), ("two", &two)], &mut &*damaged);
            assert!(
                matches!(refusal, Err(VaultError::NotACopy)),
                "{number}: {refusal:?}"
            );
        }
    }

    /// Things move from one tree to another, and from one database to another, while copies are made: each copy has
    /// each of them exactly once.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_copy_of_what_moves_has_everything_once() {
        const THINGS: usize = 300;
        let folder = tempfile::tempdir().unwrap();
        let one = open(&folder.path().join("one"), 1);
        let two = open(&folder.path().join("two"), 1);
        let (inbox, outbox) = (one.tree("inbox").unwrap(), one.tree("outbox").unwrap());
        let count = two.tree("count").unwrap();
        for number in 0..THINGS {
            put(&one, &inbox, &format!("{number:04}"), "x").await;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let moving = {
            let (one, two, stop) = (one.clone(), two.clone(), stop.clone());
            tokio::task::spawn_blocking(move || {
                let mut moves = 0u64;
                while !stop.load(Ordering::SeqCst) {
                    for (from, to) in [(&inbox, &outbox), (&outbox, &inbox)] {
                        for number in 0..THINGS {
                            let key = format!("{number:04}");
                            let mut batch = Batch::new();
                            batch.delete(from, key.as_str());
                            batch.put(to, key.as_str(), "x");
                            // First here, then there: a copy never knows of a move that it hasn't.
                            moves += 1;
                            batch.put(from, "moves", moves.to_be_bytes());
                            batch.put(to, "moves", moves.to_be_bytes());
                            one.apply(batch).unwrap();
                            let mut batch = Batch::new();
                            batch.put(&count, "moves", moves.to_be_bytes());
                            two.apply(batch).unwrap();
                        }
                    }
                }
            })
        };
        for round in 0..5 {
            let mut copy = Vec::new();
            export(&[("one", &one), ("two", &two)], &mut copy).unwrap();
            let folder = folder.path().join(format!("round {round}"));
            let (a, b) = (open(&folder.join("one"), 1), open(&folder.join("two"), 1));
            import(&[("one", &a), ("two", &b)], &mut &copy[..]).unwrap();
            let (inbox, outbox) = (a.tree("inbox").unwrap(), a.tree("outbox").unwrap());
            let things = |tree: &Tree| {
                let entries = tree.scan(b"").unwrap().into_iter();
                let keys = entries.map(|(key, _)| key);
                keys.filter(|key| key != b"moves").collect::<Vec<_>>()
            };
            let mut all = [things(&inbox), things(&outbox)].concat();
            all.sort();
            all.dedup();
            assert_eq!(things(&inbox).len() + things(&outbox).len(), THINGS);
            assert_eq!(all.len(), THINGS);
            let number = |value: Option<Vec<u8>>| {
                value.map_or(0, |value| u64::from_be_bytes(value.try_into().unwrap()))
            };
            let here = number(inbox.get(b"moves").unwrap());
            let there = number(b.tree("count").unwrap().get(b"moves").unwrap());
            assert!(here == there || here == there + 1, "{here} and {there}");
        }
        stop.store(true, Ordering::SeqCst);
        moving.await.unwrap();
    }
}
