use std::fmt;

use serde::{Deserialize, Serialize};

use super::Quoted;
use crate::{GroupJid, Person};

/// What somebody wrote to the bridge's own number, alone.
///
/// The same may be heard again: it is the same if the sender and `id` are the same. What they change, take back or react
/// with there is not heard. Its serde form holds addresses: only for sealed storage.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// WhatsApp's id of the message. Unique only together with the sender.
    pub id: String,
    /// Who.
    pub sender: Person,
    /// The name that the sender goes by. May hold anything, a number too.
    pub push_name: Option<String>,
    /// When, in milliseconds since 1970, by WhatsApp's clock.
    pub at_ms: i64,
    /// The text; none if it is something else.
    pub text: Option<String>,
    /// What it answers.
    pub answers: Option<Answered>,
}

/// A message that is answered where only the bridge reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The group that it was written in, if the sender answers it in private; none if it was written to or by the bridge.
    pub group: Option<GroupJid>,
    /// Which message.
    pub message: Quoted,
}

/// Never the text or the name: this is for logs.
impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Direct")
            .field("id", &self.id)
            .field("at_ms", &self.at_ms)
            .field("bytes", &self.text.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}
