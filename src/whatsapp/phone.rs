//! When the account's own phone was last heard. WhatsApp unlinks the bridge when it stays away for over two weeks.

use std::sync::OnceLock;

use tokio::sync::watch;
use whatsapp_rust::wacore::types::message::MessageSource;

use crate::Person;

/// The number that the phone itself has among the devices of an account.
const THE_PHONE: u16 = 0;

/// Hears the account's phone: what is written on it, and that it has got or shown a message.
#[derive(Default)]
pub(crate) struct OwnPhone {
    /// Unknown, too, where this device is the phone itself.
    account: OnceLock<Person>,
    heard: watch::Sender<Option<i64>>,
}

impl OwnPhone {
    /// Tells whose phone it is, and which of the account's devices this one is.
    pub(crate) fn is_of(&self, account: Person, own_device: u16) {
        if own_device != THE_PHONE {
            // Whose it is doesn't change while a connector lives.
            let _ = self.account.set(account);
        }
    }

    /// When it was last heard, in milliseconds since 1970, by WhatsApp's clock. None: this device is the phone.
    pub(crate) fn heard(&self) -> Option<watch::Receiver<Option<i64>>> {
        self.account.get().map(|_| self.heard.subscribe())
    }

    /// Somebody was heard, perhaps on it.
    pub(crate) fn hears(&self, source: &MessageSource, at_ms: i64) {
        if source.sender.device != THE_PHONE {
            return;
        }
        let known = [Some(&source.sender), source.sender_alt.as_ref()];
        let somebody = Person::from_jids(known.into_iter().flatten());
        let Some((account, somebody)) = self.account.get().zip(somebody) else {
            return;
        };
        if account.is(&somebody) {
            self.heard.send_if_modified(|heard| {
                let later = heard.is_none_or(|heard| heard < at_ms);
                if later {
                    *heard = Some(at_ms);
                }
                later
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_rust::Jid;

    use super::*;

    fn from(sender: Jid) -> MessageSource {
        MessageSource {
            sender,
            ..MessageSource::default()
        }
    }

    #[test]
    fn only_the_accounts_own_phone_is_heard_and_the_latest_counts() {
        let phone = OwnPhone::default();
        let account = Person {
            lid: "200000000000001".parse().ok(),
            number: "12025550101".parse().ok(),
        };
        phone.is_of(account, 3);
        let heard = phone.heard().unwrap();
        let number = "12025550101";
        phone.hears(&from(Jid::pn_device(number, 3)), 10);
        phone.hears(&from(Jid::pn("12025550102")), 20);
        phone.hears(&from(Jid::lid("200000000000002")), 30);
        assert_eq!(*heard.borrow(), None);
        phone.hears(&from(Jid::lid("200000000000001")), 50);
        phone.hears(&from(Jid::pn(number)), 40);
        assert_eq!(*heard.borrow(), Some(50));
    }

    #[test]
    fn a_bridge_that_is_the_phone_itself_listens_for_none() {
        let phone = OwnPhone::default();
        let account = Person {
            lid: None,
            number: "12025550101".parse().ok(),
        };
        phone.is_of(account, 0);
        phone.hears(&from(Jid::pn("12025550101")), 50);
        assert!(phone.heard().is_none());
    }
}
