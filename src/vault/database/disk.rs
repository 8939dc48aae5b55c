//! The part of keeping that sled leaves to the system: power cuts and full disks.
//!
//! A flush of sled 0.34 ends with `sync_file_range`, which is no promise against a power cut (sync_file_range(2)): neither
//! the file's size nor the disk's own cache is written. Large values (blobs) and its settings it does not sync at all. And a
//! snapshot that could not be finished, for the disk was full, is read at the next start as if it were one (sled issues 1527, 1533).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::VaultError;

/// sled's names for its log, for the folder of large values, and for a snapshot that is not finished.
const LOG: &str = "db";
const BLOBS: &str = "blobs";
const UNFINISHED: (&str, &str) = ("snap.", ".generating");

/// The files of an open database.
pub(super) struct Disk {
    log: File,
    blobs: PathBuf,
    /// Which of the large values are on the disk. sled writes each once.
    safe: Mutex<BTreeSet<OsString>>,
}

/// Makes the folder, its owner's alone, or makes good what a crash left in it. To be called before sled opens it.
pub(super) fn prepare(folder: &Path) -> Result<(), VaultError> {
    let disk = |source| VaultError::Disk {
        path: folder.into(),
        source,
    };
    let make = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    make.map_err(disk)?;
    let log = match File::open(folder.join(LOG)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        log => log.map_err(disk)?,
    };
    match log.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(VaultError::InUse(folder.into())),
        Err(TryLockError::Error(source)) => return Err(disk(source)),
    }
    remove_unfinished(folder).map_err(disk)?;
    // sled syncs the snapshot that it makes now. It must not know more than the log that a killed process has left unsynced.
    sync(&log, &folder.join(BLOBS), &mut BTreeSet::new()).map_err(disk)
}

fn remove_unfinished(folder: &Path) -> io::Result<()> {
    let (begins, ends) = UNFINISHED;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(begins) && name.ends_with(ends) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

impl Disk {
    /// The files that sled has just opened or made; returns when all of them are on the disk, names and all.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        for entry in fs::read_dir(folder)? {
            File::open(entry?.path())?.sync_all()?;
        }
        // The folder may be new, and that which it is in, too.
        for folder in folder.ancestors().take(3) {
            if !folder.as_os_str().is_empty() {
                File::open(folder)?.sync_all()?;
            }
        }
        let disk = Self {
            log: File::open(folder.join(LOG))?,
            blobs: folder.join(BLOBS),
            safe: Mutex::default(),
        };
        disk.sync()?;
        Ok(disk)
    }

    /// Returns when all that sled has written is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        let mut safe = self.safe.lock().unwrap_or_else(PoisonError::into_inner);
        sync(&self.log, &self.blobs, &mut safe)
    }
}

/// Large values first: the log points to them.
fn sync(log: &File, blobs: &Path, safe: &mut BTreeSet<OsString>) -> io::Result<()> {
    let mut found = BTreeSet::new();
    let entries = match fs::read_dir(blobs) {
        // Somebody's copy of the files without the empty folder. sled makes it again.
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        entries => Some(entries?),
    };
    for entry in entries.into_iter().flatten() {
        let entry = entry?;
        let name = entry.file_name();
        if !safe.contains(&name) {
            match File::open(entry.path()) {
                Ok(blob) => blob.sync_all()?,
                // It was already of no use any more.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            }
        }
        found.insert(name);
    }
    if !found.is_subset(safe) {
        File::open(blobs)?.sync_all()?;
    }
    *safe = found;
    log.sync_data()
}

#[cfg(test)]
mod tests {
    use super::super::{Batch, Database};
    use super::*;
    use crate::Key;

    fn open(folder: &Path) -> Result<Database, VaultError> {
        Database::open(folder, &Key::from_bytes([1; 32]), 1 << 20)
    }

    async fn put(db: &Database, key: &str, value: &[u8]) {
        let mut batch = Batch::new();
        batch.put(&db.tree("t").unwrap(), key, value);
        db.commit(batch).await.unwrap();
    }

    #[tokio::test]
    async fn what_a_full_disk_left_half_written_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for (round, left) in [&b""[..], b"cut"].into_iter().enumerate() {
            let db = open(folder.path()).unwrap();
            put(&db, &round.to_string(), b"kept").await;
            drop(db);
            let snapshot = folder.path().join("snap.FFFFFFFFFFFFFFFF.generating");
            fs::write(&snapshot, left).unwrap();
            let db = open(folder.path()).unwrap();
            let kept = db.tree("t").unwrap().count(b"");
            assert_eq!(kept, round + 1);
            assert!(!snapshot.exists());
        }
    }

    #[tokio::test]
    async fn a_snapshot_in_the_making_is_left_to_whoever_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path()).unwrap();
        let snapshot = folder.path().join("snap.0000000000000001.generating");
        fs::write(&snapshot, b"half").unwrap();
        assert!(matches!(open(folder.path()), Err(VaultError::InUse(_))));
        assert!(snapshot.exists());
        drop(db);
    }

    #[tokio::test]
    async fn large_values_are_synced_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path()).unwrap();
        put(&db, "large", &vec![7; 3 << 20]).await;
        let blobs = fs::read_dir(folder.path().join(BLOBS)).unwrap();
        let blobs: BTreeSet<OsString> = blobs.map(|blob| blob.unwrap().file_name()).collect();
        assert!(!blobs.is_empty(), "sled keeps it as a blob");
        assert_eq!(*db.disk().safe.lock().unwrap(), blobs);
    }

    #[test]
    fn the_folder_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data/notebook");
        drop(open(&data).unwrap());
        for folder in [data.parent().unwrap(), &data] {
            let mode = fs::metadata(folder).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }
}
