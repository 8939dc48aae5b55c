//! How what is logged is written as text: one form, of which the room's events and the hash of the log are made.

use crate::{MemberId, MessageId, Network, Party, ThemeCode, Timestamp};

/// Something that stands in a log entry.
pub(super) trait Field: Sized {
    /// As text; `None` leaves the field out.
    fn write(&self) -> Option<String>;
    /// From text; of what was left out, from none.
    fn read(text: Option<&str>) -> Option<Self>;
}

macro_rules! parsed {
    ($($kind:ty),*) => {$(
        impl Field for $kind {
            fn write(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn read(text: Option<&str>) -> Option<Self> {
                text?.parse().ok()
            }
        }
    )*};
}

parsed!(u32, bool, String, MemberId, MessageId, ThemeCode);

impl Field for Timestamp {
    fn write(&self) -> Option<String> {
        Some(self.0.to_string())
    }

    fn read(text: Option<&str>) -> Option<Self> {
        Some(Self(text?.parse().ok()?))
    }
}

/// `whatsapp/mzxw6ytbojtg633c`.
impl Field for Party {
    fn write(&self) -> Option<String> {
        let network = match self.network {
            Network::WhatsApp => "whatsapp",
            Network::Matrix => "matrix",
        };
        Some(format!("{network}/{}", self.member))
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let (network, member) = text?.split_once('/')?;
        let network = match network {
            "whatsapp" => Network::WhatsApp,
            "matrix" => Network::Matrix,
            _ => return None,
        };
        Some(Self {
            member: member.parse().ok()?,
            network,
        })
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self) -> Option<String> {
        self.as_ref().and_then(Field::write)
    }

    fn read(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(None),
            some => Some(Some(T::read(some)?)),
        }
    }
}

/// With spaces between them, which none of what stands in lists has.
impl<T: Field> Field for Vec<T> {
    fn write(&self) -> Option<String> {
        let texts: Vec<String> = self.iter().filter_map(Field::write).collect();
        Some(texts.join(" "))
    }

    fn read(text: Option<&str>) -> Option<Self> {
        let texts = text?.split_whitespace();
        texts.map(|text| T::read(Some(text))).collect()
    }
}

/// An enum whose values are words.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$of:meta])* $value:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$of])* $value,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// As records name it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }

        impl crate::moderation::field::Field for $name {
            fn write(&self) -> Option<String> {
                Some(self.as_str().to_owned())
            }

            fn read(text: Option<&str>) -> Option<Self> {
                Self::ALL.iter().find(|value| Some(value.as_str()) == text).copied()
            }
        }
    };
}

pub(super) use words;
