//! Messages that could not be opened when they came. Their authors' phones are asked for them, and send them again under
//! the same id; WhatsApp stamps them anew then.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use whatsapp_rust::Jid;
use whatsapp_rust::wacore::types::message::MessageInfo;

/// So many are remembered: a phone that is away answers when it is back.
const REMEMBERED: usize = 1000;

/// When messages came that could not be opened. Forgotten at a restart: those that come later carry the time at which they
/// were sent again.
#[derive(Default)]
pub(crate) struct Unopened(Mutex<VecDeque<Came>>);

struct Came {
    chat: Jid,
    id: String,
    /// The digits of whoever sent it: of the LID, of the number.
    sender: [Option<String>; 2],
    at_ms: i64,
}

impl Came {
    fn new(info: &MessageInfo) -> Self {
        let digits = |jid: &Jid| jid.user.to_string();
        Self {
            chat: info.source.chat.to_non_ad(),
            id: info.id.to_string(),
            sender: [
                Some(digits(&info.source.sender)),
                info.source.sender_alt.as_ref().map(digits),
            ],
            at_ms: info.timestamp.timestamp_millis(),
        }
    }

    fn is(&self, other: &Self) -> bool {
        let named = |digits: &Option<String>| digits.is_some() && other.sender.contains(digits);
        self.id == other.id && self.chat == other.chat && self.sender.iter().any(named)
    }
}

impl Unopened {
    /// A message can't be opened.
    pub(crate) fn note(&self, info: &MessageInfo) {
        let mut came = self.came();
        if came.len() == REMEMBERED {
            came.pop_front();
        }
        came.push_back(Came::new(info));
    }

    /// When a message came first, in milliseconds since 1970, by WhatsApp's clock.
    pub(crate) fn came_first(&self, info: &MessageInfo) -> i64 {
        let now = Came::new(info);
        let came = self.came();
        let earlier = came.iter().filter(|came| came.is(&now));
        earlier
            .map(|came| came.at_ms)
            .chain([now.at_ms])
            .min()
            .unwrap_or(now.at_ms)
    }

    fn came(&self) -> MutexGuard<'_, VecDeque<Came>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_rust::wacore::time::from_secs;
    use whatsapp_rust::wacore::types::message::MessageSource;

    use super::*;

    fn message(id: &str, sender: Jid, alt: Option<Jid>, at: i64) -> MessageInfo {
        MessageInfo {
            id: id.into(),
            source: MessageSource {
                chat: "120363000000000001@g.us".parse().unwrap(),
                sender,
                sender_alt: alt,
                is_group: true,
                ..MessageSource::default()
            },
            timestamp: from_secs(at).unwrap(),
            ..MessageInfo::default()
        }
    }

    #[test]
    fn a_message_that_is_sent_again_keeps_the_time_at_which_it_came_first() {
        let unopened = Unopened::default();
        let ana = Jid::lid("200000000000001");
        let number = Jid::pn("12025550101");
        unopened.note(&message("A", ana.clone(), Some(number.clone()), 100));
        let came =
            |id, sender: &Jid| unopened.came_first(&message(id, sender.clone(), None, 900)) / 1000;
        assert_eq!(came("A", &ana), 100);
        assert_eq!(came("A", &number), 100);
        assert_eq!(came("B", &ana), 900);
        assert_eq!(came("A", &Jid::lid("200000000000002")), 900);
    }
}
