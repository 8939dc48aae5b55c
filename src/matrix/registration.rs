//! The registration: what homeserver and bridge agree on, in a file that both read.
//!
//! Spec: Application Service API, "Registration".

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::identity::Identity;
use crate::settings::AppserviceSettings;

/// A registration file. Its Debug form leaves the tokens out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The bridge's name on the homeserver.
    pub id: String,
    /// Where the homeserver reaches the bridge.
    pub url: Url,
    /// The secret the bridge shows the homeserver.
    pub as_token: String,
    /// The secret the homeserver shows the bridge.
    pub hs_token: String,
    /// The bot's localpart.
    pub sender_localpart: String,
    /// What belongs to the bridge alone.
    pub namespaces: Namespaces,
    /// Whether the homeserver limits the bridge's requests.
    #[serde(default)]
    pub rate_limited: bool,
    /// Whether typing, receipts and presence are to be sent to the bridge.
    #[serde(default)]
    pub receive_ephemeral: bool,
}

/// What the bridge lays claim to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Namespaces {
    /// The ghosts.
    #[serde(default)]
    pub users: Vec<Namespace>,
    /// The rooms. A homeserver lets a bridge make no other aliases than those it lays claim to.
    #[serde(default)]
    pub aliases: Vec<Namespace>,
    /// None.
    #[serde(default)]
    pub rooms: Vec<Namespace>,
}

/// One pattern of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Whether nobody else may use these names.
    pub exclusive: bool,
    /// The pattern.
    pub regex: String,
}

/// A registration that can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// There is one already; replacing it would lock the bridge out of the homeserver.
    #[error(
        "{0} is there already: move it away first if you want a new one, and give the new one to the homeserver too"
    )]
    Exists(String),
    /// The file isn't there.
    #[error(
        "there is no registration at {0}: write one with `aty registration` and give it to the homeserver too"
    )]
    Missing(String),
    /// The file can't be read or written.
    #[error("{path} can't be used: {why}")]
    File {
        /// Which file.
        path: String,
        /// The system's reason.
        why: io::Error,
    },
    /// The file isn't a registration.
    #[error("this is not a registration: {0}; write a new one with `aty registration`")]
    Unreadable(String),
}

impl Registration {
    /// A new registration with new tokens.
    pub fn generate(settings: &AppserviceSettings, identity: &Identity) -> Self {
        Self::with_tokens(settings, identity, random_token(), random_token())
    }

    /// The registration as the documentation shows it, without secrets.
    pub fn example(settings: &AppserviceSettings, identity: &Identity) -> Self {
        let token = |whose: &str| format!("<a long random text: the {whose} token>");
        Self::with_tokens(settings, identity, token("bridge's"), token("homeserver's"))
    }

    fn with_tokens(
        settings: &AppserviceSettings,
        identity: &Identity,
        as_token: String,
        hs_token: String,
    ) -> Self {
        let exclusive = |regex| {
            vec![Namespace {
                exclusive: true,
                regex,
            }]
        };
        Self {
            id: settings.id.clone(),
            url: settings.url.clone(),
            as_token,
            hs_token,
            sender_localpart: identity.bot().localpart().to_owned(),
            namespaces: Namespaces {
                users: exclusive(identity.ghost_regex()),
                aliases: exclusive(settings.alias_regex(identity)),
                rooms: Vec::new(),
            },
            rate_limited: false,
            receive_ephemeral: false,
        }
    }

    /// The file's text, with comments.
    pub fn to_yaml(&self) -> String {
        let url = self.url.as_str().trim_end_matches('/');
        let namespaces = [
            ("users", &self.namespaces.users),
            ("aliases", &self.namespaces.aliases),
            ("rooms", &self.namespaces.rooms),
        ];
        let namespaces: String = namespaces
            .iter()
            .map(|(of, patterns)| namespace_yaml(of, patterns))
            .collect();
        format!(
            "# Registration of the Aty bridge with its homeserver (Matrix Application Service API).\n\
             # Both read this file: name it in the homeserver's configuration (in Synapse under\n\
             # app_service_config_files) and restart the homeserver. It holds secrets: keep it to yourself.\n\
             \n\
             # The bridge's name on this homeserver.\n\
             id: {id}\n\
             # Where the homeserver reaches the bridge.\n\
             url: {url}\n\
             # The secret the bridge shows the homeserver.\n\
             as_token: {as_token}\n\
             # The secret the homeserver shows the bridge.\n\
             hs_token: {hs_token}\n\
             # The name of the bridge's own account, the bot.\n\
             sender_localpart: {bot}\n\
             # What is the bridge's alone: an account for each person of the groups who speaks, and the rooms' aliases.\n\
             namespaces:\n\
             {namespaces}\
             # The bridge paces itself.\n\
             rate_limited: {rate_limited}\n\
             # The bridge has no use for typing, receipts and presence.\n\
             receive_ephemeral: {receive_ephemeral}\n",
            id = quoted(&self.id),
            url = quoted(url),
            as_token = quoted(&self.as_token),
            hs_token = quoted(&self.hs_token),
            bot = quoted(&self.sender_localpart),
            rate_limited = self.rate_limited,
            receive_ephemeral = self.receive_ephemeral,
        )
    }

    /// Reads a registration file's text.
    ///
    /// # Errors
    /// When it is not YAML or lacks a field.
    pub fn from_yaml(text: &str) -> Result<Self, RegistrationError> {
        serde_saphyr::from_str(text).map_err(|error| {
            // Only the first line: what follows quotes the file, and with it the tokens.
            let why = error.without_snippet().to_string();
            RegistrationError::Unreadable(why.lines().next().unwrap_or_default().to_owned())
        })
    }

    /// Reads a registration file.
    ///
    /// # Errors
    /// When it isn't there, or is no registration.
    pub fn load(path: &Path) -> Result<Self, RegistrationError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_yaml(&text),
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                Err(RegistrationError::Missing(name))
            }
            Err(why) => Err(RegistrationError::File { path: name, why }),
        }
    }

    /// Writes a new registration file that only its owner can read.
    ///
    /// # Errors
    /// When there is one already, or the place can't be written to.
    pub fn write(&self, path: &Path) -> Result<(), RegistrationError> {
        let name = || path.display().to_string();
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            file.write_all(self.to_yaml().as_bytes())?;
            file.sync_all()
        });
        written.map_err(|why| match why.kind() {
            io::ErrorKind::AlreadyExists => RegistrationError::Exists(name()),
            _ => RegistrationError::File { path: name(), why },
        })
    }

    /// What in this registration does not fit the configuration, each as one sentence; nothing when all fits.
    pub fn differences(&self, settings: &AppserviceSettings, identity: &Identity) -> Vec<String> {
        let wanted = Self::with_tokens(
            settings,
            identity,
            self.as_token.clone(),
            self.hs_token.clone(),
        );
        let says = |what: &str, here: &str, there: &str| {
            (here.trim_end_matches('/') != there.trim_end_matches('/')).then(|| {
                format!(
                    "{what} is \"{here}\" in the registration and \"{there}\" in the configuration"
                )
            })
        };
        let ghosts = |of: &Self| {
            let regexes = of.namespaces.users.iter().map(|one| one.regex.as_str());
            regexes.collect::<Vec<_>>().join(", ")
        };
        // Aliases are not compared: an operator may lay claim to more of them by hand.
        [
            says("id", &self.id, &wanted.id),
            says("url", self.url.as_str(), wanted.url.as_str()),
            says("the bot", &self.sender_localpart, &wanted.sender_localpart),
            says("the ghosts' namespace", &ghosts(self), &ghosts(&wanted)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Registration {
    /// Whether it keeps the aliases of the plan's rooms for the bridge, as a fresh one would.
    pub fn reserves_aliases(&self, settings: &AppserviceSettings, identity: &Identity) -> bool {
        let wanted = settings.alias_regex(identity);
        self.namespaces
            .aliases
            .iter()
            .any(|namespace| namespace.regex == wanted)
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("id", &self.id)
            .field("url", &self.url.as_str())
            .field("sender_localpart", &self.sender_localpart)
            .field("namespaces", &self.namespaces)
            .finish_non_exhaustive()
    }
}

fn random_token() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 64)
}

fn namespace_yaml(of: &str, patterns: &[Namespace]) -> String {
    if patterns.is_empty() {
        return format!("  {of}: []\n");
    }
    let patterns = patterns.iter().map(|pattern| {
        format!(
            "    - exclusive: {}\n      regex: {}\n",
            pattern.exclusive,
            quoted(&pattern.regex)
        )
    });
    format!("  {of}:\n{}", patterns.collect::<String>())
}

/// A JSON string is a double-quoted YAML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::server_name;

    fn identity() -> Identity {
        Identity::new("aty", "_aty_", server_name!("datos.example.org")).unwrap()
    }

    fn generated() -> Registration {
        Registration::generate(&AppserviceSettings::default(), &identity())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let registration = generated();
        assert_eq!(
            Registration::from_yaml(&registration.to_yaml()).unwrap(),
            registration
        );
    }

    #[test]
    fn tokens_are_long_and_new_each_time() {
        let (one, two) = (generated(), generated());
        assert!(one.as_token.len() >= 64 && one.hs_token.len() >= 64);
        assert_ne!(one.as_token, one.hs_token);
        assert_ne!(one.as_token, two.as_token);
    }

    #[test]
    fn the_example_shows_everything_but_secrets() {
        let text = Registration::example(&AppserviceSettings::default(), &identity()).to_yaml();
        assert_eq!(text, include_str!("registration_example.yaml"));
    }

    #[test]
    fn the_ghosts_and_the_rooms_aliases_are_ours_alone() {
        let Namespaces {
            users,
            aliases,
            rooms,
        } = generated().namespaces;
        let alias_regex = r"#aty(-.+)?:datos\.example\.org".to_owned();
        assert_eq!(
            aliases,
            [Namespace {
                exclusive: true,
                regex: alias_regex
            }]
        );
        assert_eq!(rooms, []);
        let namespace = Namespace {
            exclusive: true,
            regex: r"@_aty_.+:datos\.example\.org".to_owned(),
        };
        assert_eq!(users, [namespace]);
    }

    #[test]
    fn a_registration_as_others_write_it_is_read() {
        let text = "id: aty\nurl: http://localhost:29350\nas_token: a\nhs_token: b\nsender_localpart: aty\n\
                    namespaces: {users: [{exclusive: true, regex: '@_aty_.+:example\\.org'}]}\nprotocols: [whatsapp]\n";
        let registration = Registration::from_yaml(text).unwrap();
        assert_eq!(
            registration.namespaces.users[0].regex,
            r"@_aty_.+:example\.org"
        );
        assert!(!registration.rate_limited);
    }

    #[test]
    fn tokens_do_not_leak() {
        let registration = generated();
        assert!(!format!("{registration:?}").contains(&registration.as_token));
        let broken = registration
            .to_yaml()
            .replace("namespaces:", "namespaces: 7 #");
        let error = Registration::from_yaml(&broken).unwrap_err().to_string();
        assert!(!error.contains(&registration.as_token), "{error}");
        assert!(!error.contains(&registration.hs_token), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registration.yaml");
        assert!(matches!(
            Registration::load(&path),
            Err(RegistrationError::Missing(_))
        ));
        let registration = generated();
        registration.write(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(
            generated().write(&path),
            Err(RegistrationError::Exists(_))
        ));
        assert_eq!(Registration::load(&path).unwrap(), registration);
    }

    #[test]
    fn differences_from_the_configuration_are_named() {
        let registration = generated();
        let settings = AppserviceSettings::default();
        assert!(registration.differences(&settings, &identity()).is_empty());
        assert!(registration.reserves_aliases(&settings, &identity()));
        let elsewhere = Identity::new("aty", "_aty_", server_name!("otro.example.org")).unwrap();
        assert!(!registration.reserves_aliases(&settings, &elsewhere));
        let moved = AppserviceSettings {
            url: Url::parse("http://10.0.0.2:29350").unwrap(),
            ..settings
        };
        let differences = registration.differences(&moved, &elsewhere);
        assert_eq!(differences.len(), 2, "{differences:?}");
        assert!(differences[0].contains("10.0.0.2"), "{differences:?}");
    }
}
