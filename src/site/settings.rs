//! Our part of the configuration file. The doc comments are the reference documentation.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use civic::ThemeSlug;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// The public pages: one standing address per theme, from which people join on WhatsApp or Matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteSettings {
    /// Where the pages are served, for a web server with TLS in front; `none` serves none.
    #[schemars(with = "String")]
    pub listen: Listen,
    /// The address at which everyone reaches the pages, such as `https://temas.example.org`. QR codes lead there, and the
    /// descriptions of new groups name it. Leave it out while there is none: there are no QR codes then.
    #[schemars(with = "Option<String>")]
    pub url: Option<Url>,
}

/// Something in the settings that can't work, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about, as written in the file.
    pub field: &'static str,
    /// What is wrong and what to write instead, as one sentence.
    pub what: String,
}

impl SiteSettings {
    /// All that is wrong with these settings; nothing when they can work.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Listen::At(address) = self.listen
            && address.port() == 0
        {
            problems.push(Problem {
                field: "listen",
                what: format!("port 0 is no port: write {}:29351", address.ip()),
            });
        }
        if let Some(url) = &self.url {
            let plain = url.query().is_none() && url.fragment().is_none();
            if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
                problems.push(Problem {
                    field: "url",
                    what: format!(
                        "\"{url}\" can't be the address of the pages: write it as https://temas.example.org"
                    ),
                });
            }
        }
        problems
    }

    /// The standing address of a theme's page, if the pages have an address and are served.
    pub fn page_of(&self, theme: &ThemeSlug) -> Option<String> {
        self.below(theme.as_str())
    }

    /// The address of the page that shows the log of moderation, if there is one.
    pub fn log_page(&self) -> Option<String> {
        self.below(LOG)
    }

    fn below(&self, page: &str) -> Option<String> {
        let url = self.url.as_ref()?;
        let base = url.as_str().trim_end_matches('/');
        (self.listen != Listen::None).then(|| format!("{base}/{page}"))
    }
}

/// Where the log of moderation is shown.
pub(crate) const LOG: &str = "registro";

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Listen {
    /// At this address.
    At(SocketAddr),
    /// Nowhere.
    None,
}

impl Default for Listen {
    /// On loopback.
    fn default() -> Self {
        Self::At((Ipv4Addr::LOCALHOST, 29351).into())
    }
}

/// Text that says nowhere to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnAddress;

impl std::error::Error for NotAnAddress {}

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write an address and a port, such as 127.0.0.1:29351, or none")
    }
}

impl FromStr for Listen {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        match text {
            "none" => Ok(Self::None),
            address => address.parse().map(Self::At).map_err(|_| NotAnAddress),
        }
    }
}

impl TryFrom<String> for Listen {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(address) => address.fmt(f),
            Self::None => f.write_str("none"),
        }
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SiteSettings, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn the_defaults_can_work_and_stay_on_this_machine() {
        let settings = SiteSettings::default();
        assert_eq!(settings.check(), []);
        assert!(matches!(settings.listen, Listen::At(address) if address.ip().is_loopback()));
        assert_eq!(settings.page_of(&"agua".parse().unwrap()), None);
    }

    #[test]
    fn a_theme_has_one_address_below_that_of_the_pages() {
        let agua = "agua".parse().unwrap();
        for url in ["https://example.org/temas", "https://example.org/temas/"] {
            let settings = read(&format!(r#"{{"url":"{url}"}}"#)).unwrap();
            let page = settings.page_of(&agua);
            assert_eq!(page.as_deref(), Some("https://example.org/temas/agua"));
        }
        let none = read(r#"{"listen":"none","url":"https://example.org"}"#).unwrap();
        assert_eq!(none.page_of(&agua), None, "there is no page");
    }

    #[test]
    fn what_cannot_work_is_named_with_what_to_write() {
        let settings = read(r#"{"listen":"127.0.0.1:0","url":"ftp://example.org"}"#).unwrap();
        let fields: Vec<_> = settings.check().iter().map(|p| p.field).collect();
        assert_eq!(fields, ["listen", "url"]);
        let error = read(r#"{"listen":"here"}"#).unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:29351, or none"), "{error}");
    }
}
