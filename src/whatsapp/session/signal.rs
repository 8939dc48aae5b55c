use std::sync::Arc;

use async_trait::async_trait;
use vault::{Batch, Tree};
use whatsapp_rust::bytes::Bytes;
use whatsapp_rust::wacore::store::error::{Result, StoreError};
use whatsapp_rust::wacore::store::traits::SignalStore;

use super::store::{Store, failed};

/// The part of a Signal address (`user@server`, `user:device@server`) that is one person's, so that all of a
/// person's devices are found by one scan.
pub(super) fn user_of(address: &str) -> &str {
    address
        .split_once([':', '@'])
        .map_or(address, |(user, _)| user)
}

impl Store {
    async fn put_by_user<'a>(
        &self,
        tree: &Tree,
        entries: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        for (address, value) in entries {
            batch.put(tree, self.name(&[user_of(address), address]), value);
        }
        self.commit(batch).await
    }

    /// Writes them, but for those that are ahead of the messages.
    async fn put_sender_keys<'a>(
        &self,
        sender_keys: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        for (address, record) in sender_keys {
            // What can't be read is as good as not there.
            let before = || self.get(&self.sender_keys, &[address]).ok().flatten();
            if self.ahead.may_be_written(address, record, before) {
                batch.put(&self.sender_keys, self.name(&[address]), record);
            }
        }
        self.commit(batch).await
    }

    fn get_by_user(&self, tree: &Tree, address: &str) -> Result<Option<Vec<u8>>> {
        self.get(tree, &[user_of(address), address])
    }
}

/// A one-time key's record after a byte that says whether the server has it.
fn prekey_value(record: &[u8], uploaded: bool) -> Vec<u8> {
    [&[u8::from(uploaded)], record].concat()
}

fn id_of(key: &[u8]) -> Result<u32> {
    key.try_into()
        .map(u32::from_be_bytes)
        .map_err(|_| StoreError::Validation("a stored key id is not four bytes long".into()))
}

#[async_trait]
impl SignalStore for Store {
    async fn put_identity(&self, address: &str, key: [u8; 32]) -> Result<()> {
        self.put_by_user(&self.identities, [(address, &key[..])].into_iter())
            .await
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        self.put_by_user(
            &self.identities,
            identities
                .iter()
                .map(|(address, key)| (&**address, &key[..])),
        )
        .await
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        self.get_by_user(&self.identities, address)?
            .map(|key| {
                key.try_into().map_err(|_| {
                    StoreError::Validation("a stored identity is not 32 bytes long".into())
                })
            })
            .transpose()
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        self.delete(&self.identities, &[user_of(address), address])
            .await
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        let stored = match self.sessions_ahead.waiting(address) {
            Some(waiting) => Some(waiting),
            None => self.get_by_user(&self.sessions, address)?,
        };
        Ok(stored.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        let mut batch = Batch::new();
        self.put_sessions_into(&mut batch, address, session)?;
        self.commit(batch).await
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        let mut batch = Batch::new();
        for (address, session) in sessions {
            self.put_sessions_into(&mut batch, address, session)?;
        }
        self.commit(batch).await
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        self.sessions_ahead.forget(address);
        self.delete(&self.sessions, &[user_of(address), address])
            .await
    }

    async fn has_signal_state_for_user(&self, user: &str) -> Result<bool> {
        let prefix = self.name(&[user]);
        Ok(self.sessions.count(&prefix) > 0 || self.identities.count(&prefix) > 0)
    }

    async fn store_prekey(&self, id: u32, record: &[u8], uploaded: bool) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(
            &self.prekeys,
            id.to_be_bytes(),
            prekey_value(record, uploaded),
        );
        self.commit(batch).await
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], uploaded: bool) -> Result<()> {
        let mut batch = Batch::new();
        for (id, record) in keys {
            batch.put(
                &self.prekeys,
                id.to_be_bytes(),
                prekey_value(record, uploaded),
            );
        }
        self.commit(batch).await
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        Ok(self
            .prekeys
            .get(&id.to_be_bytes())
            .map_err(failed)?
            .map(|value| Bytes::from(value).slice(1..)))
    }

    async fn mark_prekeys_uploaded(&self, ids: &[u32]) -> Result<()> {
        {
            let _rewriting = self.rewriting();
            let mut batch = Batch::new();
            for id in ids {
                let key = id.to_be_bytes();
                // One that was used up meanwhile stays away.
                if let Some(value) = self.prekeys.get(&key).map_err(failed)? {
                    batch.put(&self.prekeys, key, prekey_value(&value[1..], true));
                }
            }
            self.apply(batch)?;
        }
        self.db.flush().await.map_err(failed)
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        {
            let _rewriting = self.rewriting();
            let mut batch = Batch::new();
            batch.delete(&self.prekeys, id.to_be_bytes());
            self.apply(batch)?;
        }
        self.db.flush().await.map_err(failed)
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        let ids = self.prekeys.keys(&[]).map_err(failed)?;
        ids.last().map_or(Ok(0), |key| id_of(key))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&self.signed_prekeys, id.to_be_bytes(), record);
        self.commit(batch).await
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        self.signed_prekeys.get(&id.to_be_bytes()).map_err(failed)
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        self.signed_prekeys
            .scan(b"")
            .map_err(failed)?
            .into_iter()
            .map(|(key, record)| Ok((id_of(&key)?, record)))
            .collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        let mut batch = Batch::new();
        batch.delete(&self.signed_prekeys, id.to_be_bytes());
        self.commit(batch).await
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        self.put_sender_keys([(address, record)].into_iter()).await
    }

    async fn put_sender_keys_batch(&self, sender_keys: &[(Arc<str>, Bytes)]) -> Result<()> {
        let keys = sender_keys.iter();
        self.put_sender_keys(keys.map(|(address, record)| (&**address, &record[..])))
            .await
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        match self.ahead.waiting(address) {
            Some(record) => Ok(Some(record)),
            None => self.get(&self.sender_keys, &[address]),
        }
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        self.ahead.forget(address);
        self.delete(&self.sender_keys, &[address]).await
    }
}
