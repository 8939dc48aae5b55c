//! Our part of the configuration file. The doc comments are the reference documentation.

use std::net::SocketAddr;
use std::path::PathBuf;

use ruma::{OwnedServerName, OwnedUserId, ServerName, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::identity::{Identity, NoIdentity};

/// The Matrix homeserver whose rooms the plan lives in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HomeserverSettings {
    /// Where the bridge reaches the homeserver.
    #[serde(default = "default_homeserver_url")]
    #[schemars(with = "String", default = "default_homeserver_url")]
    pub url: Url,
    /// The homeserver's name: what user ids and room aliases end with. Not always the same as the host in `url`.
    pub server_name: String,
    /// A Matrix account that shares the rooms' highest power with the bridge, in case the bridge is lost.
    /// Make the account first, and keep its password offline. It can be given only before a room is made: it can't be added to
    /// one later, or be another's.
    #[serde(default)]
    pub keeper: Option<String>,
    /// The Matrix accounts of the facilitators: those of the organisation who are the rooms' admins. They set topic, pins
    /// and @room, and their `!apoyar` lets the first delegates of a young theme sit at once; over people they have no power.
    #[serde(default)]
    pub facilitators: Vec<String>,
}

/// How the bridge presents itself to the homeserver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AppserviceSettings {
    /// The bridge's name in its registration. Two bridges on one homeserver need two names
    /// (`aty config check A.yaml B.yaml` says what else they can't share). The rooms' aliases
    /// are this name, or begin with it and a hyphen (aty-agua): those the registration lays claim to.
    pub id: String,
    /// Where the bridge listens for the homeserver.
    pub listen: SocketAddr,
    /// How the homeserver reaches the bridge, as seen from the homeserver.
    #[schemars(with = "String")]
    pub url: Url,
    /// The name (localpart) of the bridge's own account, the bot.
    pub bot: String,
    /// The beginning of the accounts that stand for people on WhatsApp, the ghosts. Two bridges on one homeserver need two, of
    /// which neither is the beginning of the other. It can't change later: people would be there twice.
    pub ghost_prefix: String,
    /// The registration file with the secrets that homeserver and bridge share. `aty registration` writes it.
    /// A relative path begins at the data folder.
    pub registration: PathBuf,
}

/// Something in the settings that can't work, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about, as written in the file.
    pub field: &'static str,
    /// What is wrong and what to write instead, as one sentence.
    pub what: String,
}

impl HomeserverSettings {
    /// All that is wrong with these settings; nothing when they can work.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        check_url("url", &self.url, "http://127.0.0.1:8008", &mut problems);
        if self.server_name().is_none() {
            problems.push(Problem {
                field: "server_name",
                what: format!(
                    "\"{}\" is not a server name: write the part after the colon of your user ids, such as example.org",
                    self.server_name
                ),
            });
        }
        if let Some(keeper) = &self.keeper
            && self.keeper().is_none()
        {
            problems.push(Problem {
                field: "keeper",
                what: format!(
                    "\"{keeper}\" is not a Matrix user id: write it as @name:{}, or leave the line out",
                    self.server_name
                ),
            });
        }
        for facilitator in &self.facilitators {
            if UserId::parse(facilitator).is_err() {
                problems.push(Problem {
                    field: "facilitators",
                    what: format!(
                        "\"{facilitator}\" is not a Matrix user id: write it as @name:{}",
                        self.server_name
                    ),
                });
            }
        }
        problems
    }

    /// The server name, if it is one.
    pub fn server_name(&self) -> Option<OwnedServerName> {
        ServerName::parse(&self.server_name).ok()
    }

    /// The keeper's account, if one is named and the name is a user id.
    pub fn keeper(&self) -> Option<OwnedUserId> {
        UserId::parse(self.keeper.as_deref()?).ok()
    }
}

impl AppserviceSettings {
    /// All that is wrong with these settings; nothing when they can work.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let plain = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-');
        if self.id.is_empty() || !self.id.chars().all(plain) {
            let what = format!(
                "\"{}\" can't be the bridge's name: write small letters and digits, such as aty",
                self.id
            );
            problems.push(Problem { field: "id", what });
        }
        if self.listen.port() == 0 {
            let what = format!("port 0 is no port: write {}:29350", self.listen.ip());
            problems.push(Problem {
                field: "listen",
                what,
            });
        }
        check_url("url", &self.url, "http://127.0.0.1:29350", &mut problems);
        if let Err(refused) = self.identity(ruma::server_name!("example.org")) {
            problems.push(Problem {
                field: refused.field(),
                what: refused.to_string(),
            });
        }
        if self.registration.as_os_str().is_empty() {
            let what = "the registration needs a file: write registration.yaml".to_owned();
            problems.push(Problem {
                field: "registration",
                what,
            });
        }
        problems
    }

    /// Who the bridge is on this server.
    ///
    /// # Errors
    /// When bot or ghosts can't be called so.
    pub fn identity(&self, server_name: &ServerName) -> Result<Identity, NoIdentity> {
        Identity::new(&self.bot, &self.ghost_prefix, server_name)
    }

    /// Whether the registration lays claim to this alias (without # and server). A homeserver lets a bridge make no
    /// other: Synapse refuses with `M_EXCLUSIVE`.
    pub fn reserves_alias(&self, localpart: &str) -> bool {
        let rest = localpart.strip_prefix(&self.id);
        rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with('-') && rest.len() > 1))
    }

    /// The aliases that the registration lays claim to.
    pub(crate) fn alias_regex(&self, identity: &Identity) -> String {
        format!("#{}(-.+)?:{}", self.id, identity.server_regex())
    }
}

impl Default for HomeserverSettings {
    /// What the sample configuration shows.
    fn default() -> Self {
        Self {
            url: default_homeserver_url(),
            server_name: "example.org".to_owned(),
            keeper: None,
            facilitators: Vec::new(),
        }
    }
}

impl Default for AppserviceSettings {
    fn default() -> Self {
        Self {
            id: "aty".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 29350)),
            url: Url::parse("http://127.0.0.1:29350").expect("it is a URL"),
            bot: "aty".to_owned(),
            ghost_prefix: "_aty_".to_owned(),
            registration: PathBuf::from("registration.yaml"),
        }
    }
}

fn default_homeserver_url() -> Url {
    Url::parse("http://127.0.0.1:8008").expect("it is a URL")
}

fn check_url(field: &'static str, url: &Url, example: &str, problems: &mut Vec<Problem>) {
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !web || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        let what =
            format!("\"{url}\" can't be used: write scheme, host and port only, such as {example}");
        problems.push(Problem { field, what });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_have_no_problems() {
        assert_eq!(HomeserverSettings::default().check(), []);
        assert_eq!(AppserviceSettings::default().check(), []);
    }

    #[test]
    fn an_empty_appservice_section_is_the_default() {
        let read: AppserviceSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(read, AppserviceSettings::default());
    }

    #[test]
    fn a_server_name_must_be_given() {
        let error = serde_json::from_str::<HomeserverSettings>("{}").unwrap_err();
        assert!(error.to_string().contains("server_name"), "{error}");
    }

    #[test]
    fn the_registration_claims_what_the_settings_say_it_does() {
        let settings = AppserviceSettings::default();
        let identity = settings
            .identity(ruma::server_name!("example.org"))
            .unwrap();
        let regex = format!("^(?:{})$", settings.alias_regex(&identity));
        let regex = regex::Regex::new(&regex).unwrap();
        for (alias, claimed) in [
            ("aty", true),
            ("aty-agua", true),
            ("aty-", false),
            ("atyra", false),
            ("agua", false),
        ] {
            assert_eq!(settings.reserves_alias(alias), claimed, "{alias}");
            assert_eq!(
                regex.is_match(&format!("#{alias}:example.org")),
                claimed,
                "{alias}"
            );
        }
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let text = r#"{"server_name": "example.org", "sever": 1}"#;
        let error = serde_json::from_str::<HomeserverSettings>(text).unwrap_err();
        assert!(error.to_string().contains("`sever`"), "{error}");
    }

    #[test]
    fn each_problem_says_what_to_write() {
        let homeserver = HomeserverSettings {
            url: Url::parse("ftp://example.org").unwrap(),
            server_name: "https://example.org".to_owned(),
            keeper: Some("ana".to_owned()),
            facilitators: vec!["beto".to_owned()],
        };
        let problems = homeserver.check();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["url", "server_name", "keeper", "facilitators"]);
        assert!(
            problems
                .iter()
                .all(|problem| problem.what.contains("write")),
            "{problems:?}"
        );

        let appservice = AppserviceSettings {
            id: " ".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            url: Url::parse("http://127.0.0.1:1/?x=y").unwrap(),
            bot: "_aty_bot".to_owned(),
            ghost_prefix: "_aty_".to_owned(),
            registration: PathBuf::new(),
        };
        let problems = appservice.check();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["id", "listen", "url", "bot", "registration"]);
        assert!(
            problems
                .iter()
                .all(|problem| problem.what.contains("write")),
            "{problems:?}"
        );
    }
}
