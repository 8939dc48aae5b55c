use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::model::Account;
use super::stanza;

/// What telephones have from their network, beside messages: the time, and whose an address is, as if everybody had
/// everybody among their contacts. Clones are the same network.
#[derive(Clone, Default)]
pub(crate) struct Network(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// By how many seconds it is ahead of the machine's clock; less than none where it is behind.
    ahead: AtomicI64,
    /// By number and by LID.
    people: RwLock<HashMap<String, Account>>,
}

impl Network {
    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        stanza::now().saturating_add_signed(self.0.ahead.load(Ordering::SeqCst))
    }

    /// Milliseconds since 1970, as messages are stamped: in whole seconds.
    pub(crate) fn now_ms(&self) -> i64 {
        i64::try_from(self.now() * 1000).unwrap_or(i64::MAX)
    }

    pub(super) fn advance(&self, by: Duration) {
        self.0.ahead.fetch_add(seconds(by), Ordering::SeqCst);
    }

    pub(super) fn set_back(&self, by: Duration) {
        self.0.ahead.fetch_sub(seconds(by), Ordering::SeqCst);
    }

    /// Whose a number or a LID is, from its digits.
    pub(crate) fn person(&self, digits: &str) -> Option<Account> {
        let people = self.0.people.read().unwrap_or_else(PoisonError::into_inner);
        people.get(digits).cloned()
    }

    pub(super) fn know(&self, account: &Account) {
        let mut people = self
            .0
            .people
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for digits in [&account.number, &account.lid] {
            people.insert(digits.clone(), account.clone());
        }
    }
}

fn seconds(of: Duration) -> i64 {
    i64::try_from(of.as_secs()).unwrap_or(i64::MAX)
}
