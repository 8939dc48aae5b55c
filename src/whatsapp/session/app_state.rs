use async_trait::async_trait;
use vault::Batch;
use whatsapp_rust::wacore::appstate::hash::HashState;
use whatsapp_rust::wacore::appstate::processor::AppStateMutationMAC;
use whatsapp_rust::wacore::store::error::Result;
use whatsapp_rust::wacore::store::traits::{AppStateSyncKey, AppSyncStore};

use super::store::{Store, decoded, encoded, failed};

/// Under this key (no HMAC, so no name can meet it) lies the id of the newest key.
const LATEST: &[u8] = b"latest";

impl Store {
    fn mac_name(&self, collection: &str, index: &[u8]) -> Vec<u8> {
        self.db.name(&[collection.as_bytes(), index])
    }
}

#[async_trait]
impl AppSyncStore for Store {
    async fn get_sync_key(&self, id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        self.sync_keys
            .get(&self.db.name(&[id]))
            .map_err(failed)?
            .map(|bytes| decoded(&bytes))
            .transpose()
    }

    async fn set_sync_key(&self, id: &[u8], key: AppStateSyncKey) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&self.sync_keys, self.db.name(&[id]), encoded(&key)?);
        batch.put(&self.sync_keys, LATEST, id);
        self.commit(batch).await
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        Ok(self.read(&self.sync_versions, &[name])?.unwrap_or_default())
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        self.put(&self.sync_versions, &[name], &encoded(&state)?)
            .await
    }

    async fn put_mutation_macs(
        &self,
        name: &str,
        _version: u64,
        mutations: &[AppStateMutationMAC],
    ) -> Result<()> {
        let mut batch = Batch::new();
        for mac in mutations {
            batch.put(
                &self.sync_macs,
                self.mac_name(name, &mac.index_mac),
                &mac.value_mac,
            );
        }
        self.commit(batch).await
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        self.sync_macs
            .get(&self.mac_name(name, index_mac))
            .map_err(failed)
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        let mut batch = Batch::new();
        for index in index_macs {
            batch.delete(&self.sync_macs, self.mac_name(name, index));
        }
        self.commit(batch).await
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        self.delete_under(&self.sync_macs, &[name]).await
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.sync_keys.get(LATEST).map_err(failed)
    }
}
