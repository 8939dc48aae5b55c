use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The id under which a message is sent. Sent again under the same id it is the same message to all phones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// The id as it goes over the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The message id of an effect: always the same for the same effect. In the form of WhatsApp Web's own, `3EB0`
/// and 18 hexadecimal digits. The effect's id must be a keyed one: this hash of it is not.
pub fn message_id(effect: &[u8]) -> MessageId {
    let hash = Sha256::digest(effect);
    let digits: String = hash[..9].iter().map(|byte| format!("{byte:02X}")).collect();
    MessageId(format!("3EB0{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_effect_has_the_same_id_and_others_have_others() {
        let id = message_id(b"effect 1");
        assert_eq!(id, message_id(b"effect 1"));
        assert_ne!(id, message_id(b"effect 2"));
        assert_eq!(id.as_str().len(), 22);
        assert!(id.as_str().starts_with("3EB0"));
        assert!(
            id.as_str()
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
        );
    }
}
