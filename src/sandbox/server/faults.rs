use std::collections::{HashMap, HashSet};

use super::model::DeviceAddress;

/// A temporary ban, as a client is told at login.
#[derive(Clone, Copy, Debug)]
pub struct Ban {
    /// WhatsApp's reason: 101 too many messages to strangers, 102 blocked by many, 103 groups for strangers,
    /// 104 the same to many, 106 a broadcast list.
    pub code: u16,
    /// For how long, in seconds.
    pub seconds: u64,
}

/// What goes wrong on purpose.
#[derive(Default)]
pub(super) struct Faults {
    /// Bans by number.
    pub(super) bans: HashMap<String, Ban>,
    /// Whose messages are taken and never acknowledged.
    pub(super) acks_withheld: HashSet<DeviceAddress>,
    /// Whose edits are refused, and with which code.
    pub(super) edits_refused: HashMap<DeviceAddress, u16>,
    /// Whose deletions of others' messages are refused, and with which code.
    pub(super) deletions_refused: HashMap<DeviceAddress, u16>,
    /// Whose next message arrives garbled.
    pub(super) garbled: HashSet<DeviceAddress>,
    /// Every connection is refused.
    pub(super) closed: bool,
}
