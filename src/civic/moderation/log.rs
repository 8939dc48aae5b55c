//! The log: every entry holds the hash of the one before it, so that nothing can be taken out of it unseen.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::deed::Deed;
use crate::Timestamp;

/// The hash of a log up to an entry, with which anybody can compare it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Hash([u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(NoHash);
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = &text[2 * place..2 * place + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NoHash)?;
        }
        Ok(Self(bytes))
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// It is no hash: that has 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 hexadecimal digits")]
pub struct NoHash;

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An entry of a theme's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1, without gaps.
    pub number: u32,
    /// The hash of the entry before; of the first, nothing but zeros.
    pub prev: Hash,
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
}

impl Entry {
    /// What is hashed, besides the hash before: lines of `name=value`, of which the first three are `number`, `at` and
    /// `act`, and the others follow by name. In a value `\` stands as `\\` and the end of a line as `\n`.
    pub fn lines(&self) -> String {
        let first = format!(
            "number={}\nat={}\nact={}\n",
            self.number,
            self.at.0,
            self.deed.act()
        );
        let fields = self.deed.fields();
        fields.iter().fold(first, |text, (name, value)| {
            let value = value.replace('\\', "\\\\").replace('\n', "\\n");
            text + name + "=" + &value + "\n"
        })
    }

    /// SHA-256 of the hash before as 64 hexadecimal digits, the end of that line, and [`Entry::lines`].
    pub fn hash(&self) -> Hash {
        let text = format!("{}\n{}", self.prev, self.lines());
        Hash(Sha256::digest(text.as_bytes()).into())
    }
}
