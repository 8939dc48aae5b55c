use async_trait::async_trait;
use vault::Batch;
use whatsapp_rust::wacore::store::error::Result;
use whatsapp_rust::wacore::store::traits::{
    MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry, merge_msg_secret_message_ts,
};

use super::store::{Store, decoded, encoded, failed};

impl Store {
    fn secret(&self, chat: &str, sender: &str, id: &str) -> Result<Option<MsgSecretEntry>> {
        self.read(&self.secrets, &[chat, sender, id])
    }

    /// Later deadlines and known times win over what was stored.
    fn merge_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<()> {
        let _rewriting = self.rewriting();
        // One by one: the same message may stand in a batch twice.
        for mut entry in entries {
            if let Some(old) = self.secret(&entry.chat, &entry.sender, &entry.msg_id)? {
                entry.expires_at = merge_msg_secret_expiry(old.expires_at, entry.expires_at);
                entry.message_ts = merge_msg_secret_message_ts(old.message_ts, entry.message_ts);
            }
            let name = self.name(&[&entry.chat, &entry.sender, &entry.msg_id]);
            let mut batch = Batch::new();
            batch.put(&self.secrets, name, encoded(&entry)?);
            self.apply(batch)?;
        }
        Ok(())
    }
}

#[async_trait]
impl MsgSecretStore for Store {
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        let count = entries.len();
        self.merge_secrets(entries)?;
        self.db.flush().await.map_err(failed)?;
        Ok(count)
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .secret(chat, sender, id)?
            .map(|entry| entry.secret.to_vec()))
    }

    async fn get_msg_secret_with_ts(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
    ) -> Result<Option<(Vec<u8>, i64)>> {
        Ok(self
            .secret(chat, sender, id)?
            .map(|entry| (entry.secret.to_vec(), entry.message_ts)))
    }

    async fn delete_expired_msg_secrets(&self, cutoff: i64) -> Result<u32> {
        self.prune(&self.secrets, |bytes| {
            let entry: MsgSecretEntry = decoded(bytes)?;
            Ok(entry.expires_at != 0 && entry.expires_at <= cutoff)
        })
    }
}
