//! A session that comes from a backup: what may not be used a second time is begun anew.

use vault::{Batch, Database};
use whatsapp_rust::wacore::libsignal::protocol::SenderKeyRecord;

use super::{Session, SessionError};

impl Session {
    /// Makes a session that was copied a while ago fit to be used again.
    ///
    /// The keys in it have moved on since, with every message that was sent. What is sealed with one of the old keys
    /// is taken for a repetition by those who had that key's message, and never shown. So the bridge's own keys go:
    /// those of its groups (a new one is given to everybody with the next message) and those it shares with single
    /// devices (both sides agree on new ones). What others seal for the bridge stays readable by the keys that stay.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn begin_anew(&self) -> Result<(), SessionError> {
        let store = &self.store;
        let mut batch = Batch::new();
        for tree in [&store.sessions, &store.sender_key_devices, &store.base_keys] {
            for (key, _) in tree.scan(&[])? {
                batch.delete(tree, key);
            }
        }
        for (key, record) in store.sender_keys.scan(&[])? {
            if is_our_own(&record) {
                batch.delete(&store.sender_keys, key);
            }
        }
        Ok(store.commit(batch).await?)
    }

    /// The database that it lies in, to be copied.
    pub fn database(&self) -> &Database {
        &self.store.db
    }
}

/// Whether a sender key is one that we send with. Of others' keys we have only the half that verifies.
fn is_our_own(record: &[u8]) -> bool {
    let others = SenderKeyRecord::deserialize(record).is_ok_and(|record| {
        record
            .sender_key_state()
            .is_ok_and(|state| state.signing_key_private().is_err())
    });
    !others
}
