//! What stands in public and must not be understood there: whom a report is about.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Hash;
use super::field::Field;
use super::log::NoHash;
use crate::{MemberId, ThemeCode};

/// What a member is called in what must not name them: nobody without the seal can tell whose it is. HMAC-SHA256, by RFC 2104.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tag(Hash);

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Tag {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        text.parse().map(Self)
    }
}

impl Field for Tag {
    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn read(text: Option<&str>) -> Option<Self> {
        text?.parse().ok()
    }
}

/// The secret by which tags are made.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Seal([u8; 32]);

impl Seal {
    /// The seal that these secret bytes are.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// What a member is called in a report of a theme: in another it is something else, so that one that comes to light tells
    /// nothing of the others.
    pub fn of(&self, (theme, report): (&ThemeCode, u32), member: &MemberId) -> Tag {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("report\n{theme}\n{report}\n{member}").as_bytes());
        Tag(Hash::from(<[u8; 32]>::from(mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}
