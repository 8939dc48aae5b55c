//! Addresses of WhatsApp as types that don't show what they hold.
//!
//! *Architecture invariant:* outside of this crate an address is one of these types, its text is had by
//! `expose()` alone, and the only place where it is stored is a sealed tree.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use whatsapp_rust::Jid;

/// Text that is not the address it should be. Says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Not a phone number.
    #[error(
        "that is not a phone number: write it in international form, 7 to 15 digits, like +1 202 555 0123"
    )]
    PhoneNumber,
    /// Not a LID.
    #[error("that is not a LID")]
    Lid,
    /// Not a group's address.
    #[error("that is not the address of a WhatsApp group")]
    Group,
}

macro_rules! redacted {
    ($type:ident, $shown:literal) => {
        impl $type {
            /// The text itself. Only for the wire, for HMACs, and for sealed storage.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($shown)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($shown)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NotAnAddress;
            fn try_from(text: String) -> Result<Self, NotAnAddress> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(address: $type) -> String {
                address.0
            }
        }
    };
}

/// A phone number in international form, digits only.
///
/// Its serde form is the plain number: only for sealed storage and for reading configuration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);
redacted!(PhoneNumber, "<number>");

/// WhatsApp's own id of a person, which does not tell the number. It stays when the number changes.
///
/// Its serde form is the plain id: only for sealed storage.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lid(String);
redacted!(Lid, "<lid>");

/// The address of a WhatsApp group, with its `@g.us`.
///
/// Its serde form is the plain address: only for sealed storage.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupJid(String);
redacted!(GroupJid, "<group>");

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl FromStr for PhoneNumber {
    type Err = NotAnAddress;

    /// Takes the usual ways of writing a number: `+1 202-555-0123`, `1 (202) 555 0123`.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let number: String = text
            .strip_prefix('+')
            .unwrap_or(text)
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}'))
            .collect();
        if digits(&number, 7..=15) && !number.starts_with('0') {
            Ok(Self(number))
        } else {
            Err(NotAnAddress::PhoneNumber)
        }
    }
}

impl FromStr for Lid {
    type Err = NotAnAddress;

    /// Takes the digits, with or without `@lid`.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let user = text.strip_suffix("@lid").unwrap_or(text);
        if digits(user, 1..=20) {
            Ok(Self(user.to_owned()))
        } else {
            Err(NotAnAddress::Lid)
        }
    }
}

impl FromStr for GroupJid {
    type Err = NotAnAddress;

    /// Takes `120363…@g.us` and the older form `number-time@g.us`.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let id = text.strip_suffix("@g.us").ok_or(NotAnAddress::Group)?;
        let known = match id.split_once('-') {
            Some((number, time)) => digits(number, 5..=20) && digits(time, 1..=20),
            None => digits(id, 5..=32),
        };
        if known {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAddress::Group)
        }
    }
}

impl PhoneNumber {
    pub(crate) fn from_jid(jid: &Jid) -> Option<Self> {
        (jid.is_pn()).then(|| jid.user.parse().ok()).flatten()
    }

    pub(crate) fn to_jid(&self) -> Jid {
        Jid::pn(self.0.clone())
    }
}

impl Lid {
    pub(crate) fn from_jid(jid: &Jid) -> Option<Self> {
        (jid.is_lid()).then(|| jid.user.parse().ok()).flatten()
    }

    pub(crate) fn to_jid(&self) -> Jid {
        Jid::lid(self.0.clone())
    }
}

impl GroupJid {
    pub(crate) fn from_jid(jid: &Jid) -> Option<Self> {
        jid.to_non_ad_string().parse().ok()
    }

    pub(crate) fn to_jid(&self) -> Jid {
        self.0
            .parse()
            .expect("a GroupJid is digits, maybe a dash, and @g.us, which is a JID")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_do_not_show_what_they_hold() {
        let number: PhoneNumber = "+1 (202) 555-0123".parse().unwrap();
        let lid: Lid = "100000000000001@lid".parse().unwrap();
        let group: GroupJid = "120363000000000001@g.us".parse().unwrap();
        assert_eq!(number.expose(), "12025550123");
        assert_eq!(lid.expose(), "100000000000001");
        assert_eq!(
            format!("{number} {lid} {group} {number:?} {lid:?} {group:?}"),
            "<number> <lid> <group> <number> <lid> <group>"
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused_without_repeating_it() {
        for text in [
            "",
            "0187",
            "+0 202 555 0187",
            "call me",
            "1202555018712345",
            "１２０２５５５０１８７",
        ] {
            let error = text.parse::<PhoneNumber>().unwrap_err();
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
        for text in [
            "",
            "@g.us",
            "120363000000000001",
            "12036@s.whatsapp.net",
            "a-1@g.us",
            "12036 3@g.us",
        ] {
            assert_eq!(text.parse::<GroupJid>(), Err(NotAnAddress::Group), "{text}");
        }
        assert_eq!("x@lid".parse::<Lid>(), Err(NotAnAddress::Lid));
    }

    #[test]
    fn addresses_come_back_from_the_wire() {
        for text in ["120363000000000001@g.us", "12025550123-1600000000@g.us"] {
            let group: GroupJid = text.parse().unwrap();
            assert_eq!(GroupJid::from_jid(&group.to_jid()), Some(group));
        }
        let number: PhoneNumber = "12025550123".parse().unwrap();
        let with_device = Jid::pn_device("12025550123", 7);
        assert_eq!(PhoneNumber::from_jid(&with_device), Some(number.clone()));
        assert_eq!(Lid::from_jid(&with_device), None);
        assert_eq!(PhoneNumber::from_jid(&number.to_jid()), Some(number));
    }
}
