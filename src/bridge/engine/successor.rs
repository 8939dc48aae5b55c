//! Another account takes over: it is linked beside the present one, and put into its place when the bridge starts.
//!
//! The groups stay what they are: they are known by their own addresses, whichever account is in them. Each step is one
//! rename, so that a start that breaks off is completed by the next.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use vault::{Database, Key, VaultError};
use whatsapp::Session;

use super::start::{SESSION_CACHE_BYTES, StartError, open_session};
use crate::config::Config;

/// Beside `session` while an account is being linked to take over.
const LINKING: &str = "session.linking";
/// Linked, and to be put into the place of `session`.
const NEXT: &str = "session.next";
/// How often, and after which pause, it is tried to open what another has open.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);
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

/// Puts it into the place of the one before, if there is one to take over. Says whether there was.
pub(super) fn take_office(config: &Config) -> io::Result<bool> {
    let [next, present, before] = [NEXT, "session", BEFORE].map(|name| config.data.join(name));
    if !next.exists() {
        return Ok(false);
    }
    if present.exists() {
        remove(&before)?;
        fs::rename(&present, &before)?;
    }
    fs::rename(&next, &present)?;
    tracing::warn!("another WhatsApp account leads the groups from now on");
    Ok(true)
}

/// Opens the session as soon as nobody else has it open.
pub(super) async fn open_soon(config: &Config, key: &Key) -> Result<Session, StartError> {
    let mut tries = 0;
    loop {
        match open_session(config, key) {
            Err(StartError::Vault(VaultError::InUse(_))) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            opened => return opened,
        }
    }
}

fn remove(folder: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
