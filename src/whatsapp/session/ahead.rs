//! Sender keys that are ahead of the messages.
//!
//! With each message in a group the key that opens its author's next one moves on, and then no longer opens the message
//! before. whatsapp-rust writes keys and messages apart. Were a key that has moved on upon the disk before the message that
//! moved it, a kill in between would lose that message: it comes again, looks like a repetition, and is acknowledged. So a
//! key waits here until as many messages of its author are kept as it has moved on by. That the disk is behind does no harm:
//! from there the key moves on once more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use whatsapp_rust::wacore::libsignal::protocol::SenderKeyRecord;

use super::signal::user_of;

/// Not every key moves on by a message that is kept; none waits for longer than this while its author writes.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The keys of others, by group and author, since this session was opened.
#[derive(Default)]
pub(super) struct Ahead(Mutex<HashMap<(String, String), Moving>>);

struct Moving {
    on_disk: Step,
    /// So many messages of its author are kept that it has not moved on by on the disk.
    kept: u32,
    waiting: Option<Waiting>,
}

struct Waiting {
    address: String,
    record: Vec<u8>,
    step: Step,
    since: Instant,
}

/// How far a key has moved on.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    key: u32,
    iteration: u32,
}

impl Step {
    /// None for a key of our own: what is sent with it must never be sent with it again.
    fn of(record: &[u8]) -> Option<Self> {
        let record = SenderKeyRecord::deserialize(record).ok()?;
        let state = record.sender_key_state().ok()?;
        let chain = state.sender_chain_key()?;
        state.signing_key_private().is_err().then_some(Self {
            key: state.chain_id(),
            iteration: chain.iteration(),
        })
    }
}

impl Moving {
    fn at(on_disk: Step) -> Self {
        Self {
            on_disk,
            kept: 0,
            waiting: None,
        }
    }

    /// Whether a key may go to the disk: all that moved it on is there.
    fn may_be_at(&self, step: Step) -> bool {
        step.iteration.saturating_sub(self.on_disk.iteration) <= self.kept
    }

    fn is_at(&mut self, step: Step) {
        let moved = step.iteration.saturating_sub(self.on_disk.iteration);
        self.kept = self.kept.saturating_sub(moved);
        self.on_disk = step;
        self.waiting = None;
    }
}

impl Ahead {
    /// Whether a key is to be written now; otherwise it waits. `before` is what the disk has.
    pub(super) fn may_be_written(
        &self,
        address: &str,
        record: &[u8],
        before: impl FnOnce() -> Option<Vec<u8>>,
    ) -> bool {
        let (Some(place), Some(step)) = (place(address), Step::of(record)) else {
            return true;
        };
        let mut keys = self.keys();
        if !keys.contains_key(&place) {
            let on_disk = before().as_deref().and_then(Step::of);
            keys.insert(place.clone(), Moving::at(on_disk.unwrap_or(step)));
        }
        let Some(moving) = keys.get_mut(&place) else {
            return true;
        };
        // A new key opens what no other does.
        if moving.on_disk.key != step.key {
            *moving = Moving::at(step);
            return true;
        }
        let since = moving.waiting.as_ref().map(|waiting| waiting.since);
        let too_long = since.is_some_and(|since| since.elapsed() > LONGEST_WAIT);
        if moving.may_be_at(step) || too_long {
            moving.is_at(step);
            return true;
        }
        moving.waiting = Some(Waiting {
            address: address.to_owned(),
            record: record.to_vec(),
            step,
            since: since.unwrap_or_else(Instant::now),
        });
        false
    }

    /// A message is being kept: the key that waited for it, to be written with it.
    pub(super) fn keeps(&self, chat: &str, sender: &str) -> Option<(String, Vec<u8>)> {
        let mut keys = self.keys();
        let place = (chat.to_owned(), user_of(sender).to_owned());
        let moving = keys.get_mut(&place)?;
        moving.kept = moving.kept.saturating_add(1);
        let step = moving.waiting.as_ref()?.step;
        if !moving.may_be_at(step) {
            return None;
        }
        let waited = moving.waiting.take()?;
        moving.is_at(step);
        Some((waited.address, waited.record))
    }

    /// The key that waits, newer than what the disk has.
    pub(super) fn waiting(&self, address: &str) -> Option<Vec<u8>> {
        let keys = self.keys();
        let waiting = keys.get(&place(address)?)?.waiting.as_ref()?;
        Some(waiting.record.clone())
    }

    pub(super) fn forget(&self, address: &str) {
        if let Some(place) = place(address) {
            self.keys().remove(&place);
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<(String, String), Moving>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Group and author of a sender key's address (`group@g.us:user@server.0`).
fn place(address: &str) -> Option<(String, String)> {
    let (group, author) = address.split_once(':')?;
    Some((group.to_owned(), user_of(author).to_owned()))
}

#[cfg(test)]
mod tests {
    use wa::sender_key_state_structure::{SenderChainKey, SenderSigningKey};
    use whatsapp_rust::buffa::{Message as _, MessageField};
    use whatsapp_rust::wacore::libsignal::protocol::KeyPair;
    use whatsapp_rust::wacore::store::traits::{ProtocolStore, SignalStore};
    use whatsapp_rust::waproto::whatsapp as wa;

    use crate::session::store::Store;

    const LID: &str = "100000000000001";
    const GROUP: &str = "120363000000000001@g.us";

    /// The record of somebody's sender key that has moved on so far.
    fn sender_key(id: u32, iteration: u32) -> Vec<u8> {
        let public = KeyPair::generate(&mut rand::make_rng::<rand::rngs::StdRng>()).public_key;
        let state = wa::SenderKeyStateStructure {
            sender_key_id: Some(id),
            sender_chain_key: MessageField::some(SenderChainKey {
                iteration: Some(iteration),
                seed: Some(vec![1; 32].into()),
            }),
            sender_signing_key: MessageField::some(SenderSigningKey {
                public: Some(public.serialize().to_vec().into()),
                private: None,
            }),
            ..Default::default()
        };
        wa::SenderKeyRecordStructure {
            sender_key_states: vec![state],
        }
        .encode_to_vec()
    }

    #[tokio::test]
    async fn a_key_is_not_on_the_disk_before_the_message_that_moved_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = vault::Key::from_bytes([1; 32]);
        let database = vault::Database::open(folder.path(), &key, 1 << 20).unwrap();
        let store = Store::open(database).unwrap();
        let address = format!("{GROUP}:{LID}@lid.0");
        let put = async |record: &[u8]| store.put_sender_key(&address, record).await.unwrap();
        let keep = async |id| {
            let sender = format!("{LID}@lid");
            let kept = store.store_pending_inbound(GROUP, &sender, id, b"x").await;
            kept.unwrap();
        };
        // As a kill now would leave it.
        let on_disk = || store.get(&store.sender_keys, &[&address]).unwrap().unwrap();
        let [first, second, third] = [5, 6, 7].map(|iteration| sender_key(1, iteration));
        put(&first).await;
        assert_eq!(on_disk(), first, "a new key opens what no other does");
        put(&second).await;
        assert_eq!(on_disk(), first);
        let known = store.get_sender_key(&address).await.unwrap();
        assert_eq!(known, Some(second.clone()), "and is known all the same");
        keep("A").await;
        assert_eq!(on_disk(), second);
        keep("A").await;
        put(&third).await;
        assert_eq!(
            on_disk(),
            second,
            "the same message once more moves nothing"
        );
        keep("B").await;
        assert_eq!(on_disk(), third);
        keep("C").await;
        let fourth = sender_key(1, 8);
        put(&fourth).await;
        assert_eq!(on_disk(), fourth, "its message was kept before");
        let another = sender_key(2, 40);
        put(&another).await;
        assert_eq!(on_disk(), another);
    }
}
