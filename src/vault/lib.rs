//! What is kept at rest: one key file, ids derived from it, and sealed trees on sled.
//!
//! *Architecture invariant:* nothing that this crate writes can be read, and no id that it makes can be
//! traced back to a phone number, without the key file.

mod database;
mod key;

pub use database::{Batch, Database, Tree, export, import};
pub use key::{Key, base32_16};

use std::path::PathBuf;

/// Why something at rest could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Another process has the database open.
    #[error(
        "{0} is in use by another Aty. Stop that one first (only one may run on one data folder)."
    )]
    InUse(PathBuf),
    /// There is no key file.
    #[error(
        "The key file {0} is missing, and nothing that is stored can be opened without it. Put your copy of it back there, readable by its owner alone (chmod 600)."
    )]
    NoKey(PathBuf),
    /// The key file can be read by others than its owner.
    #[error("The key file {0} can be read by others. Close it with: chmod 600 {0}")]
    KeyOpenToOthers(PathBuf),
    /// The key file is not one of ours.
    #[error("{0} is not a key file of Aty (it should hold one line of 64 hexadecimal digits).")]
    NotAKey(PathBuf),
    /// What is stored was sealed with another key, or is damaged.
    #[error(
        "What is stored can't be opened with this key file: it is another deployment's, or damaged. Put the right key file back."
    )]
    WrongKey,
    /// The disk or the database failed.
    #[error("The disk failed at {path}: {source}")]
    Disk {
        /// What was being read or written.
        path: PathBuf,
        /// The underlying failure.
        source: std::io::Error,
    },
    /// A copy could not be written or read.
    #[error("The copy can't be written or read: {0}")]
    Copy(std::io::Error),
    /// What should be a copy of databases is none.
    #[error("That is not a copy of Aty's databases, or it is damaged.")]
    NotACopy,
    /// One copy at a time.
    #[error("A copy is being made already. Wait until it is done.")]
    CopyUnderWay,
    /// The database failed.
    #[error("The database failed: {0}")]
    Database(#[from] sled::Error),
}
