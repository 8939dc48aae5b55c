use async_trait::async_trait;
use vault::Batch;
use whatsapp_rust::wacore::store::error::Result;
use whatsapp_rust::wacore::store::traits::{
    DeviceListRecord, LidPnMappingEntry, PendingInboundKey, PendingInboundRow, ProtocolStore,
    TcTokenEntry,
};

use super::store::{Store, dated, decoded, encoded, failed, undated};

impl Store {
    pub(super) fn mapping_of_lid(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.read(&self.lids, &[lid])
    }

    pub(super) fn mapping_of_number(&self, number: &str) -> Result<Option<LidPnMappingEntry>> {
        match self.get(&self.numbers, &[number])? {
            Some(lid) => self.mapping_of_lid(&String::from_utf8_lossy(&lid)),
            None => Ok(None),
        }
    }

    /// Writes both directions of a mapping into the batch, and takes back the number that the LID had before.
    fn map_lid(&self, batch: &mut Batch, entry: &LidPnMappingEntry) -> Result<()> {
        let old: Option<LidPnMappingEntry> = self.read(&self.lids, &[&entry.lid])?;
        if let Some(old) = old.filter(|old| old.phone_number != entry.phone_number) {
            batch.delete(&self.numbers, self.name(&[&old.phone_number]));
        }
        batch.put(&self.numbers, self.name(&[&entry.phone_number]), &entry.lid);
        batch.put(&self.lids, self.name(&[&entry.lid]), encoded(entry)?);
        Ok(())
    }

    /// Changes a contact's token in one step. `change` gets the old one and returns the new one, or nothing to
    /// leave it.
    fn change_token(
        &self,
        jid: &str,
        change: impl FnOnce(Option<TcTokenEntry>) -> Option<TcTokenEntry>,
    ) -> Result<()> {
        let _rewriting = self.rewriting();
        let old: Option<(String, TcTokenEntry)> = self.read(&self.contact_tokens, &[jid])?;
        let Some(new) = change(old.map(|(_, token)| token)) else {
            return Ok(());
        };
        let mut batch = Batch::new();
        batch.put(
            &self.contact_tokens,
            self.name(&[jid]),
            encoded(&(jid, new))?,
        );
        self.apply(batch)
    }

    /// Writes received messages before the library may forget them. If that fails, the session stops: the
    /// library would otherwise go on and lose them.
    async fn keep_pending(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        let mut batch = Batch::new();
        for row in rows {
            let name = self.name(&[row.chat, row.sender, row.id]);
            let comes_again = self.pending.contains(&name).map_err(failed)?;
            if !comes_again && let Some((address, key)) = self.ahead.keeps(row.chat, row.sender) {
                batch.put(&self.sender_keys, self.name(&[&address]), key);
            }
            self.put_sessions_kept(&mut batch, row.sender);
            batch.put(&self.pending, name, dated(row.message));
        }
        let kept = self.commit(batch).await;
        if kept.is_err() {
            self.break_off();
        }
        kept
    }
}

/// `(name, whether it has our sender key)`
type SenderKeyDevice = (String, bool);

#[async_trait]
impl ProtocolStore for Store {
    async fn get_sender_key_devices(&self, group: &str) -> Result<Vec<SenderKeyDevice>> {
        self.sender_key_devices
            .scan(&self.name(&[group]))
            .map_err(failed)?
            .iter()
            .map(|(_, value)| decoded(value))
            .collect()
    }

    async fn set_sender_key_status(&self, group: &str, entries: &[(&str, bool)]) -> Result<()> {
        let mut batch = Batch::new();
        for entry @ (device, _) in entries {
            batch.put(
                &self.sender_key_devices,
                self.name(&[group, device]),
                encoded(entry)?,
            );
        }
        self.commit(batch).await
    }

    async fn clear_sender_key_devices(&self, group: &str) -> Result<()> {
        self.delete_under(&self.sender_key_devices, &[group]).await
    }

    async fn delete_sender_key_device_rows(&self, devices: &[&str]) -> Result<()> {
        self.prune(&self.sender_key_devices, |value| {
            let (device, _): SenderKeyDevice = decoded(value)?;
            Ok(devices.contains(&&*device))
        })?;
        self.db.flush().await.map_err(failed)
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        self.delete_under(&self.sender_key_devices, &[]).await
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.mapping_of_lid(lid)
    }

    async fn get_pn_mapping(&self, number: &str) -> Result<Option<LidPnMappingEntry>> {
        self.mapping_of_number(number)
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.put_lid_mappings(std::slice::from_ref(entry)).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        {
            let _rewriting = self.rewriting();
            for entry in entries {
                let mut batch = Batch::new();
                self.map_lid(&mut batch, entry)?;
                self.apply(batch)?;
            }
        }
        self.db.flush().await.map_err(failed)
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        self.lids
            .scan(b"")
            .map_err(failed)?
            .iter()
            .map(|(_, value)| decoded(value))
            .collect()
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        self.put(&self.base_keys, &[address, message_id], base_key)
            .await
    }

    async fn has_same_base_key(
        &self,
        address: &str,
        message_id: &str,
        current_base_key: &[u8],
    ) -> Result<bool> {
        Ok(self
            .get(&self.base_keys, &[address, message_id])?
            .is_some_and(|stored| stored == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        self.delete(&self.base_keys, &[address, message_id]).await
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.update_device_lists(vec![record]).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let mut batch = Batch::new();
        for record in &records {
            batch.put(
                &self.device_lists,
                self.name(&[&record.user]),
                encoded(record)?,
            );
        }
        self.commit(batch).await
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        self.read(&self.device_lists, &[user])
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        self.delete(&self.device_lists, &[user]).await
    }

    async fn get_group_metadata(&self, group: &str) -> Result<Option<Vec<u8>>> {
        self.get(&self.groups, &[group])
    }

    async fn put_group_metadata(&self, group: &str, blob: &[u8]) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&self.groups, self.name(&[group]), blob);
        self.apply(batch)
    }

    async fn delete_group_metadata(&self, group: &str) -> Result<()> {
        self.delete(&self.groups, &[group]).await
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        let stored: Option<(String, TcTokenEntry)> = self.read(&self.contact_tokens, &[jid])?;
        Ok(stored.map(|(_, token)| token))
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.change_token(jid, |_| Some(entry.clone()))
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        self.delete(&self.contact_tokens, &[jid]).await
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        self.contact_tokens
            .scan(b"")
            .map_err(failed)?
            .iter()
            .map(|(_, value)| decoded::<(String, TcTokenEntry)>(value).map(|(jid, _)| jid))
            .collect()
    }

    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        let _rewriting = self.rewriting();
        self.prune(&self.contact_tokens, |value| {
            let (_, token): (String, TcTokenEntry) = decoded(value)?;
            let token_lives = !token.token.is_empty() && token.token_timestamp >= token_cutoff;
            let sender_lives = token.sender_timestamp.is_some_and(|at| at >= sender_cutoff);
            Ok(!token_lives && !sender_lives)
        })
    }

    async fn touch_tc_token_sender_timestamp(&self, jid: &str, at: i64) -> Result<()> {
        self.change_token(jid, |old| {
            let mut token = old.unwrap_or(TcTokenEntry {
                token: Vec::new(),
                token_timestamp: at,
                sender_timestamp: None,
            });
            token.sender_timestamp = Some(token.sender_timestamp.map_or(at, |old| old.max(at)));
            Some(token)
        })
    }

    async fn store_received_tc_token(&self, jid: &str, token: &[u8], at: i64) -> Result<()> {
        self.change_token(jid, |old| {
            let newer_is_known = old
                .as_ref()
                .is_some_and(|old| !old.token.is_empty() && at < old.token_timestamp);
            (!newer_is_known).then(|| TcTokenEntry {
                token: token.to_vec(),
                token_timestamp: at,
                sender_timestamp: old.and_then(|old| old.sender_timestamp),
            })
        })
    }

    async fn store_sent_message(&self, chat: &str, id: &str, payload: &[u8]) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&self.sent, self.name(&[chat, id]), dated(payload));
        self.apply(batch)
    }

    async fn take_sent_message(&self, chat: &str, id: &str) -> Result<Option<Vec<u8>>> {
        let _rewriting = self.rewriting();
        let Some(stored) = self.get(&self.sent, &[chat, id])? else {
            return Ok(None);
        };
        let mut batch = Batch::new();
        batch.delete(&self.sent, self.name(&[chat, id]));
        self.apply(batch)?;
        Ok(Some(undated(&stored)?.1.to_vec()))
    }

    async fn delete_expired_sent_messages(&self, cutoff: i64) -> Result<u32> {
        self.prune(&self.sent, |value| Ok(undated(value)?.0 < cutoff))
    }

    async fn store_pending_inbound(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
        message: &[u8],
    ) -> Result<()> {
        self.keep_pending(&[PendingInboundRow {
            chat,
            sender,
            id,
            message,
        }])
        .await
    }

    async fn store_pending_inbound_batch(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        self.keep_pending(rows).await
    }

    async fn get_pending_inbound(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
    ) -> Result<Option<Vec<u8>>> {
        self.get(&self.pending, &[chat, sender, id])?
            .map(|value| Ok(undated(&value)?.1.to_vec()))
            .transpose()
    }

    async fn delete_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<()> {
        self.delete_pending_inbound_batch(&[PendingInboundKey { chat, sender, id }])
            .await
    }

    // Not flushed: what comes back in a crash is heard twice, which the inbox is ready for.
    async fn delete_pending_inbound_batch(&self, keys: &[PendingInboundKey<'_>]) -> Result<()> {
        let mut batch = Batch::new();
        for key in keys {
            batch.delete(&self.pending, self.name(&[key.chat, key.sender, key.id]));
        }
        self.apply(batch)
    }

    async fn delete_expired_pending_inbound(&self, cutoff: i64) -> Result<u32> {
        self.prune(&self.pending, |value| Ok(undated(value)?.0 < cutoff))
    }
}
