use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use whatsapp_rust::Jid;
use whatsapp_rust::wacore_binary::Node;

/// Someone with a telephone: a number (digits only, from a range reserved for fiction), the hidden address
/// (LID) WhatsApp gives them, and the name they show.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// International digits, without a plus sign.
    pub number: String,
    /// The LID's digits.
    pub lid: String,
    /// The push name that others see.
    pub name: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.name)
    }
}

/// One device of an account: the phone itself is device 0, linked companions have others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceAddress {
    /// The account's number.
    pub number: String,
    /// 0 for the phone.
    pub device: u16,
}

impl DeviceAddress {
    /// Device `device` of the account with this number.
    pub fn new(number: impl Into<String>, device: u16) -> Self {
        Self {
            number: number.into(),
            device,
        }
    }
}

impl fmt::Debug for DeviceAddress {
    /// Without the number: logs must not carry any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "device {}", self.device)
    }
}

/// What the server keeps of an account.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AccountRecord {
    pub(super) account: Account,
    /// The private key with which the phone signs its companions.
    pub(super) signing_key: [u8; 32],
    /// Companions by device number, each with its signed identity (empty if it was linked without pairing).
    pub(super) companions: BTreeMap<u16, Vec<u8>>,
    /// The last number that a companion was given: none is given twice.
    #[serde(default)]
    pub(super) last_companion: u16,
}

impl AccountRecord {
    /// All device numbers, the phone first.
    pub(super) fn devices(&self) -> impl Iterator<Item = u16> {
        std::iter::once(0).chain(
            self.companions
                .keys()
                .copied()
                .filter(|device| *device != 0),
        )
    }

    pub(super) fn lid(&self) -> Jid {
        Jid::lid(self.account.lid.as_str())
    }

    pub(super) fn number(&self) -> Jid {
        Jid::pn(self.account.number.as_str())
    }
}

/// The public keys a device has uploaded, without its one-time keys.
#[derive(Clone)]
pub(super) struct KeyBundle {
    pub(super) registration: Vec<u8>,
    pub(super) identity: Vec<u8>,
    pub(super) signed: Node,
    /// One-time keys not yet given out, by key id.
    pub(super) one_time: BTreeMap<u32, Node>,
}

/// What a member may do in a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Role {
    /// Reads and writes.
    Member,
    /// Also administers.
    Admin,
    /// Has created the group.
    Creator,
}

impl Role {
    /// Whether this member may administer the group.
    pub fn administers(self) -> bool {
        self != Self::Member
    }

    /// The value of a participant's `type`, which plain members don't have.
    pub(super) fn on_the_wire(self) -> Option<&'static str> {
        match self {
            Self::Member => None,
            Self::Admin => Some("admin"),
            Self::Creator => Some("superadmin"),
        }
    }
}

/// A group's description, with the token that the next change must name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Description {
    /// Chosen by the client that set it.
    pub id: String,
    /// What it says.
    pub text: String,
    /// The number of whoever set it.
    pub(super) owner: String,
    pub(super) at: u64,
}

/// A group, its members by number.
#[derive(Clone, Serialize, Deserialize)]
pub struct Group {
    /// The address without `@g.us`.
    pub id: String,
    /// Its name.
    pub subject: String,
    /// Its description, if it has one.
    pub description: Option<Description>,
    /// Members by number.
    pub members: BTreeMap<String, Role>,
    /// The code of its invitation link.
    pub invite: String,
    /// Only administrators may write.
    pub announcement: bool,
    /// Only administrators may change subject and description.
    pub locked: bool,
    /// Administrators let in whoever comes by the link.
    #[serde(default)]
    pub approval: bool,
    /// Who asks to be let in, by number, and since when.
    #[serde(default)]
    pub requests: BTreeMap<String, u64>,
    /// The codes of those who were invited because they can't be added, by number.
    #[serde(default)]
    pub(super) invited: BTreeMap<String, String>,
    /// The numbers of those whom an administrator has removed: the link doesn't lead them back.
    #[serde(default)]
    pub(super) removed: BTreeSet<String>,
    pub(super) revoked_invites: Vec<String>,
    pub(super) creator: String,
    pub(super) created: u64,
    pub(super) subject_owner: String,
    pub(super) subject_at: u64,
}

impl Group {
    /// Whether this number is a member who administers.
    pub fn is_admin(&self, number: &str) -> bool {
        self.members
            .get(number)
            .is_some_and(|role| role.administers())
    }

    /// The numbers of those who administer.
    pub(super) fn admins(&self) -> impl Iterator<Item = &String> {
        let admins = self.members.iter().filter(|(_, role)| role.administers());
        admins.map(|(number, _)| number)
    }

    pub(super) fn jid(&self) -> Jid {
        Jid::group(self.id.as_str())
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({}, {} members)", self.subject, self.members.len())
    }
}
