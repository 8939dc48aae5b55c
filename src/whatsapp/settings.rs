//! Our part of the configuration file. The doc comments are the reference documentation.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::PhoneNumber;

/// The WhatsApp account that the groups talk to, and how carefully it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WhatsAppSettings {
    /// Another WhatsApp server than WhatsApp itself: the sandbox's. Leave it out for the real one.
    #[schemars(with = "Option<String>")]
    pub url: Option<Url>,
    /// The key by which the server of `url` is known, 64 hexadecimal digits. Only together with `url`.
    #[schemars(with = "Option<String>")]
    pub server_key: Option<ServerKey>,
    /// The phone number of a spare account that becomes second admin of every group that the bridge opens, so
    /// that the groups can be led on if the bridge's account is lost. In international form: +1 202 555 0123.
    #[schemars(with = "Option<String>")]
    pub second_admin: Option<PhoneNumber>,
    /// The file that holds the second admin's number, instead of `second_admin`.
    pub second_admin_file: Option<PathBuf>,
    /// An address that opens a conversation with the bridge's account alone, such as `https://wa.me/12025550123`. `!ayuda` offers it
    /// in the groups. It shows the account's number; without it `!ayuda` says how to find the bridge in the group.
    #[schemars(with = "Option<String>")]
    pub contact_link: Option<Url>,
    /// At most one group is opened in so many minutes. WhatsApp bans accounts that open many groups at once.
    pub group_open_every_minutes: u32,
    /// A group that is adopted learns of it at once, and is carried to Matrix only after so many hours.
    pub adoption_wait_hours: u32,
    /// At most so many messages a minute are relayed into one group; what is more waits its turn.
    pub group_per_minute: u32,
    /// At most so many messages a minute of one person on Matrix are relayed; what is more waits its turn.
    pub sender_per_minute: u32,
    /// At most so many messages of one person on Matrix wait; what is more is not relayed, and they are told so.
    pub sender_backlog: u32,
    /// What could not reach a group for so many hours is told there as one message with a link to the theme, if it is
    /// more than 30 messages: nobody reads hundreds of late ones.
    pub digest_after_hours: u32,
    /// Reactions of people elsewhere are gathered for so many seconds before a group is told of them in a line, and before
    /// that line is changed.
    pub reactions_every_seconds: u32,
}

impl Default for WhatsAppSettings {
    fn default() -> Self {
        Self {
            url: None,
            server_key: None,
            second_admin: None,
            second_admin_file: None,
            contact_link: None,
            group_open_every_minutes: 30,
            adoption_wait_hours: 24,
            group_per_minute: 20,
            sender_per_minute: 12,
            sender_backlog: 60,
            digest_after_hours: 6,
            reactions_every_seconds: 20,
        }
    }
}

/// Something in the settings that can't work, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about, as written in the file.
    pub field: &'static str,
    /// What is wrong and what to write instead, as one sentence.
    pub what: String,
}

impl WhatsAppSettings {
    /// All that is wrong with these settings; nothing when they can work.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut problem = |field, what: String| problems.push(Problem { field, what });
        if let Some(url) = &self.url
            && (!matches!(url.scheme(), "ws" | "wss") || !url.has_host())
        {
            problem(
                "url",
                format!(
                    "\"{url}\" can't be used: write a WebSocket address such as ws://127.0.0.1:29360/ws/chat, or leave the line out for WhatsApp itself"
                ),
            );
        }
        if self.server_key.is_some() && self.url.is_none() {
            problem(
                "server_key",
                "there is a key, but no url that it belongs to: write both, or leave both out for WhatsApp itself".to_owned(),
            );
        }
        if let Some(link) = &self.contact_link
            && link.scheme() != "https"
        {
            problem(
                "contact_link",
                format!(
                    "\"{link}\" can't be used: write an address that begins with https://, such as https://wa.me/12025550123, or leave the line out"
                ),
            );
        }
        for (field, limit) in [
            ("group_per_minute", self.group_per_minute),
            ("sender_per_minute", self.sender_per_minute),
            ("sender_backlog", self.sender_backlog),
        ] {
            if limit == 0 {
                problem(
                    field,
                    "with 0 nothing would be relayed: write at least 1".to_owned(),
                );
            }
        }
        problems
    }
}

/// A server's static Noise key, by which it proves to be itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerKey(pub [u8; 32]);

impl fmt::Display for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<ServerKey> for String {
    fn from(key: ServerKey) -> Self {
        key.to_string()
    }
}

/// Text that is not a server's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not a server's key: it has 64 hexadecimal digits")]
pub struct NotAServerKey;

impl FromStr for ServerKey {
    type Err = NotAServerKey;

    fn from_str(text: &str) -> Result<Self, NotAServerKey> {
        let mut key = [0; 32];
        let digits: Vec<u8> = text
            .chars()
            .map(|c| c.to_digit(16).map(|digit| digit as u8))
            .collect::<Option<_>>()
            .ok_or(NotAServerKey)?;
        if digits.len() != 2 * key.len() {
            return Err(NotAServerKey);
        }
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(Self(key))
    }
}

impl TryFrom<String> for ServerKey {
    type Error = NotAServerKey;

    fn try_from(text: String) -> Result<Self, NotAServerKey> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_work() {
        assert_eq!(WhatsAppSettings::default().check(), []);
    }

    #[test]
    fn what_cannot_work_is_named_with_what_to_write() {
        let settings = WhatsAppSettings {
            url: Some(Url::parse("https://example.org").unwrap()),
            sender_backlog: 0,
            ..WhatsAppSettings::default()
        };
        let fields: Vec<_> = settings.check().iter().map(|p| p.field).collect();
        assert_eq!(fields, ["url", "sender_backlog"]);
        let settings = WhatsAppSettings {
            server_key: Some(ServerKey([7; 32])),
            ..WhatsAppSettings::default()
        };
        assert_eq!(settings.check()[0].field, "server_key");
    }

    #[test]
    fn keys_and_numbers_are_read_and_numbers_are_not_shown() {
        let text = format!(
            r#"{{"server_key":"{}","second_admin":"+1 202 555 0123"}}"#,
            "0a".repeat(32)
        );
        let settings: WhatsAppSettings = serde_json::from_str(&text).unwrap();
        assert_eq!(settings.server_key, Some(ServerKey([10; 32])));
        assert_eq!(settings.server_key.unwrap().to_string(), "0a".repeat(32));
        assert!(!format!("{settings:?}").contains("555"));
        for text in [
            r#"{"server_key":"0a"}"#,
            r#"{"second_admin":"x202 555 0187"}"#,
            r#"{"nope":1}"#,
        ] {
            let error = serde_json::from_str::<WhatsAppSettings>(text).unwrap_err();
            assert!(!error.to_string().contains("0187"));
        }
    }
}
