use std::fmt;
use std::str::FromStr;

/// An id or a short name that is not written as it must be. Displays what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" can't be {what}: {rule}")]
pub struct Malformed {
    text: String,
    what: &'static str,
    rule: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(Malformed { text: text.to_owned(), what: $what, rule: $rule })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn keyed(text: &str) -> bool {
    text.len() == 16
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

text_id! {
    /// A person, on whichever network: a keyed id from which no number can be recovered.
    MemberId, "a member id", "it has 16 characters of a–z and 2–7", keyed
}

text_id! {
    /// A WhatsApp group: a keyed id, the same wherever the group is met again.
    GroupId, "a group id", "it has 16 characters of a–z and 2–7", keyed
}

text_id! {
    /// The name of a theme in addresses and files, such as `agua`.
    ThemeSlug, "a slug", "write 1 to 32 lowercase letters a–z, digits or hyphens, such as agua",
    |text| matches!(text.len(), 1..=32)
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
}

text_id! {
    /// The short code that begins the ids of a theme's proposals, such as `AGUA` in `AGUA-7`.
    ThemeCode, "a theme's code", "write 2 to 8 capital letters A–Z or digits, such as AGUA",
    |text| matches!(text.len(), 2..=8)
        && text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9'))
}

/// Names a message over all legs. Whoever carries messages makes it; here it is only told apart from others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; 16]);

impl MessageId {
    /// As bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for MessageId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl FromStr for MessageId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let number = || u128::from_str_radix(text, 16).ok();
        let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_hex.then(number).flatten() {
            Some(number) => Ok(Self(number.to_be_bytes())),
            None => Err(Malformed {
                text: text.to_owned(),
                what: "a message id",
                rule: "it has 32 hexadecimal digits",
            }),
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A moment: milliseconds since 1970-01-01 00:00 UTC, as Matrix counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment so many hours later.
    #[must_use]
    pub fn plus_hours(self, hours: u32) -> Self {
        Self(self.0 + i64::from(hours) * 3_600_000)
    }

    /// The moment so many minutes later.
    #[must_use]
    pub fn plus_minutes(self, minutes: u32) -> Self {
        Self(self.0 + i64::from(minutes) * 60_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_only_what_they_are() {
        assert!("mzxw6ytbojtg633c".parse::<MemberId>().is_ok());
        assert!("mzxw6ytbojtg6330".parse::<MemberId>().is_err());
        assert!("12025550123".parse::<MemberId>().is_err());
        assert!("agua-2".parse::<ThemeSlug>().is_ok());
        assert!("-agua".parse::<ThemeSlug>().is_err());
        let refusal = "agua".parse::<ThemeCode>().unwrap_err().to_string();
        assert!(refusal.contains("such as AGUA"), "{refusal}");
    }

    #[test]
    fn a_message_id_is_written_as_it_is_read() {
        let id = MessageId::from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0eff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(
            "+00102030405060708090a0b0c0d0eff"
                .parse::<MessageId>()
                .is_err()
        );
        assert!("0001".parse::<MessageId>().is_err());
    }
}
