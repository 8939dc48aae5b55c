//! Another account takes over: it is linked beside the present one, and put into its place when the bridge starts.
//!
//! The groups stay what they are: they are known by their own addresses, whichever account is in them. Each step is one
//! rename, so that a start that breaks off is completed by the next.

use std::fs;
use std::io;
use std::path::PathBuf;

use vault::{Database, Key};
use whatsapp::Session;

use super::start::{SESSION_CACHE_BYTES, StartError};
use crate::config::Config;

/// Beside `session` while an account is being linked to take over.
const LINKING: &str = "session.linking";
/// Linked, and to be put into the place of `session`.
const NEXT: &str = "session.next";
/// What led the groups before.
const BEFORE: &str = "session.before";

/// The session of the account that is to take over, linked or not yet.
pub(crate) fn open(config: &Config, key: &Key) -> Result<Session, StartError> {
    let database = Database::open(&config.data.join(LINKING), key, SESSION_CACHE_BYTES)?;
    Ok(Session::open(database)?)
}

/// Lets it take over at the next start.
pub(crate) fn appoint(config: &Config) -> io::Result<()> {
    let next = config.data.join(NEXT);
    remove(&next)?;
    fs::rename(config.data.join(LINKING), next)
}

/// Puts it into the place of the one before, if there is one to take over.
pub(super) fn take_office(config: &Config) -> io::Result<()> {
    let [next, present, before] = [NEXT, "session", BEFORE].map(|name| config.data.join(name));
    if !next.exists() {
        return Ok(());
    }
    if present.exists() {
        remove(&before)?;
        fs::rename(&present, &before)?;
    }
    fs::rename(&next, &present)?;
    tracing::warn!("another WhatsApp account leads the groups from now on");
    Ok(())
}

fn remove(folder: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
