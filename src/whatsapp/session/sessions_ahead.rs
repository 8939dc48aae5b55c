//! Sessions that are ahead of the messages.
//!
//! A message that brings the sender key of its group is opened by its author's session, which moves on by that, and then no
//! longer opens it. whatsapp-rust writes sessions first, sender keys then, and the message last. Were the session alone upon
//! the disk, a kill then would leave the message without its key: it comes again, can't be opened, and its author's phone has to
//! be asked for it, while later ones overtake it. So a session that has moved on by hearing alone waits here until a message of
//! that person is kept. That the disk is behind does no harm: from there the session moves on once more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vault::Batch;
use whatsapp_rust::wacore::libsignal::protocol::SessionRecord;

use super::signal::user_of;
use super::store::Store;

/// Not every session moves on by a message that is kept; none waits for longer than this while anybody writes.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The sessions that wait, by address.
#[derive(Default)]
pub(super) struct SessionsAhead(Mutex<HashMap<String, Waiting>>);

struct Waiting {
    record: Vec<u8>,
    since: Instant,
}

impl SessionsAhead {
    /// Whether a session is to be written now; otherwise it waits. `before` is what the disk has.
    fn may_be_written(&self, address: &str, record: &[u8], before: Option<&[u8]>) -> bool {
        let heard_only = before.is_some_and(|before| has_only_heard(before, record));
        let mut waiting = self.waiting_ones();
        let since = waiting.get(address).map(|waiting| waiting.since);
        let too_long = since.is_some_and(|since| since.elapsed() > LONGEST_WAIT);
        if !heard_only || too_long {
            waiting.remove(address);
            return true;
        }
        let record = Waiting {
            record: record.to_vec(),
            since: since.unwrap_or_else(Instant::now),
        };
        waiting.insert(address.to_owned(), record);
        false
    }

    /// A message of somebody is being kept: their sessions that waited for it, to be written with it.
    fn keeps(&self, sender: &str) -> Vec<(String, Vec<u8>)> {
        let mut waiting = self.waiting_ones();
        let theirs = waiting.extract_if(|address, _| user_of(address) == user_of(sender));
        theirs
            .map(|(address, waiting)| (address, waiting.record))
            .collect()
    }

    /// The session that waits, newer than what the disk has.
    pub(super) fn waiting(&self, address: &str) -> Option<Vec<u8>> {
        let waiting = self.waiting_ones();
        waiting.get(address).map(|waiting| waiting.record.clone())
    }

    pub(super) fn forget(&self, address: &str) {
        self.waiting_ones().remove(address);
    }

    fn waiting_ones(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Writes sessions, but for those that are ahead of the messages.
    pub(super) fn put_sessions_into(
        &self,
        batch: &mut Batch,
        address: &str,
        record: &[u8],
    ) -> whatsapp_rust::wacore::store::error::Result<()> {
        let parts = [user_of(address), address];
        let before = self.get(&self.sessions, &parts)?;
        if self
            .sessions_ahead
            .may_be_written(address, record, before.as_deref())
        {
            batch.put(&self.sessions, self.name(&parts), record);
        }
        Ok(())
    }

    /// Writes the sessions that waited for a message of somebody.
    pub(super) fn put_sessions_kept(&self, batch: &mut Batch, sender: &str) {
        for (address, record) in self.sessions_ahead.keeps(sender) {
            let name = self.name(&[user_of(&address), &address]);
            batch.put(&self.sessions, name, record);
        }
    }
}

/// Whether a session has moved on by what was heard alone. What was sent with it must never be sent with it again.
fn has_only_heard(before: &[u8], now: &[u8]) -> bool {
    let sending = |record: &[u8]| {
        let record = SessionRecord::deserialize(record).ok()?;
        let state = record.session_state()?;
        let chain = state.get_sender_chain_key().ok()?;
        let key = state.sender_ratchet_key().ok()?;
        Some((key.serialize().to_vec(), chain.index()))
    };
    sending(before).is_some_and(|before| sending(now) == Some(before))
}

#[cfg(test)]
mod tests {
    use wa::SessionStructure;
    use wa::session_structure::{Chain, chain::ChainKey};
    use whatsapp_rust::buffa::{Message as _, MessageField};
    use whatsapp_rust::wacore::libsignal::protocol::{KeyPair, PublicKey};
    use whatsapp_rust::wacore::store::traits::{ProtocolStore, SignalStore};
    use whatsapp_rust::waproto::whatsapp as wa;

    use crate::session::store::Store;

    const GROUP: &str = "120363000000000001@g.us";
    const ADDRESS: &str = "100000000000001@lid.0";

    fn public() -> PublicKey {
        KeyPair::generate(&mut rand::make_rng::<rand::rngs::StdRng>()).public_key
    }

    fn chain(key: &PublicKey, index: u32) -> Chain {
        Chain {
            sender_ratchet_key: Some(key.serialize().to_vec()),
            chain_key: MessageField::some(ChainKey {
                index: Some(index),
                key: Some(vec![1; 32].into()),
            }),
            ..Default::default()
        }
    }

    /// A session in which so much was sent with a key, and so much heard.
    fn session(key: &PublicKey, sent: u32, heard: u32) -> Vec<u8> {
        let current = SessionStructure {
            session_version: Some(3),
            sender_chain: MessageField::some(chain(key, sent)),
            receiver_chains: vec![chain(key, heard)],
            ..Default::default()
        };
        wa::RecordStructure {
            current_session: MessageField::some(current),
            ..Default::default()
        }
        .encode_to_vec()
    }

    #[tokio::test]
    async fn a_session_is_not_on_the_disk_before_the_message_that_moved_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = vault::Key::from_bytes([1; 32]);
        let database = vault::Database::open(folder.path(), &key, 1 << 20).unwrap();
        let store = Store::open(database).unwrap();
        let put = async |record: &[u8]| store.put_session(ADDRESS, record).await.unwrap();
        let keep = async |user: &str, id| {
            let sender = format!("{user}@lid");
            let kept = store.store_pending_inbound(GROUP, &sender, id, b"x").await;
            kept.unwrap();
        };
        let parts = ["100000000000001", ADDRESS];
        // As a kill now would leave it.
        let on_disk = || store.get(&store.sessions, &parts).unwrap().unwrap();
        let (mine, another) = (public(), public());
        let [first, second, third] = [1, 2, 3].map(|heard| session(&mine, 5, heard));
        put(&first).await;
        assert_eq!(on_disk(), first, "a new session is kept with what made it");
        put(&second).await;
        assert_eq!(on_disk(), first);
        let known = store.get_session(ADDRESS).await.unwrap();
        assert_eq!(
            known.as_deref(),
            Some(&second[..]),
            "and is known all the same"
        );
        keep("100000000000002", "A").await;
        assert_eq!(on_disk(), first, "that was somebody else's message");
        keep("100000000000001", "B").await;
        assert_eq!(on_disk(), second);
        put(&third).await;
        assert_eq!(on_disk(), second);
        // What was sent with it must never be sent with it again.
        let sent = session(&mine, 6, 3);
        put(&sent).await;
        assert_eq!(on_disk(), sent);
        keep("100000000000001", "C").await;
        assert_eq!(on_disk(), sent, "nothing older comes after it");
        let answered = session(&another, 0, 4);
        put(&answered).await;
        assert_eq!(on_disk(), answered);
    }
}
