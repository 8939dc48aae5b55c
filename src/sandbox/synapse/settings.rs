//! What Synapse reads at its start: its configuration, its log's, its signing key.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// How a homeserver is to run.
#[derive(Debug, Clone)]
pub struct SynapseSettings {
    /// Where its database, media, keys and log lie. One folder, one server name, for ever.
    pub folder: PathBuf,
    /// The name after the colon of user ids and aliases, such as `aty.localhost`.
    pub server_name: String,
    /// The TCP port on 127.0.0.1; 0 picks a free one, which then stays for as long as this value lives.
    pub port: u16,
    /// Registration files of application services. They must exist before the start.
    pub registrations: Vec<PathBuf>,
    /// Keeps the database in memory: quicker, and a restart forgets everything.
    pub in_memory: bool,
    /// Variables of its environment, besides those of this program.
    pub environment: BTreeMap<OsString, OsString>,
}

/// The configuration in a homeserver's folder.
pub(super) const CONFIG: &str = "homeserver.yaml";

/// The files of one homeserver's folder.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
    pub(super) config: PathBuf,
    pub(super) log: PathBuf,
}

impl Files {
    /// Names the files under `folder` and makes it, with the signing key if it is new.
    pub(super) fn prepare(folder: &Path) -> io::Result<Files> {
        let folder = std::path::absolute(folder)?;
        fs::create_dir_all(&folder)?;
        let files = Files {
            config: folder.join(CONFIG),
            log: folder.join("homeserver.log"),
            folder,
        };
        let key = files.signing_key();
        if !key.exists() {
            // Renamed into place: a half-written key would never be mended.
            let unfinished = key.with_extension("new");
            write_private(&unfinished, &new_signing_key())?;
            fs::rename(unfinished, key)?;
        }
        write_private(&files.log_config(), LOG_CONFIG)?;
        Ok(files)
    }

    /// Writes `homeserver.yaml` for this start.
    pub(super) fn write_config(
        &self,
        settings: &SynapseSettings,
        port: u16,
        registration_secret: &str,
    ) -> io::Result<()> {
        write_private(
            &self.config,
            &self.config_text(settings, port, registration_secret),
        )
    }

    fn signing_key(&self) -> PathBuf {
        self.folder.join("signing.key")
    }

    fn log_config(&self) -> PathBuf {
        self.folder.join("log.yaml")
    }

    fn config_text(
        &self,
        settings: &SynapseSettings,
        port: u16,
        registration_secret: &str,
    ) -> String {
        let database = if settings.in_memory {
            PathBuf::from(":memory:")
        } else {
            self.folder.join("homeserver.db")
        };
        let registrations: Vec<String> = settings
            .registrations
            .iter()
            .map(|file| quoted_path(&std::path::absolute(file).unwrap_or_else(|_| file.clone())))
            .collect();
        format!(
            "# Written anew at every start; changes made here do not last.\n\
             server_name: {server_name}\n\
             public_baseurl: http://127.0.0.1:{port}/\n\
             pid_file: {pid_file}\n\
             signing_key_path: {signing_key}\n\
             log_config: {log_config}\n\
             media_store_path: {media}\n\
             registration_shared_secret: {secret}\n\
             app_service_config_files: [{registrations}]\n\
             listeners:\n\
             \x20 - {{port: {port}, type: http, bind_addresses: [127.0.0.1], resources: [{{names: [client]}}]}}\n\
             database: {{name: sqlite3, args: {{database: {database}}}}}\n\
             {FIXED}",
            server_name = quoted(&settings.server_name),
            pid_file = quoted_path(&self.folder.join("homeserver.pid")),
            signing_key = quoted_path(&self.signing_key()),
            log_config = quoted_path(&self.log_config()),
            media = quoted_path(&self.folder.join("media")),
            secret = quoted(registration_secret),
            registrations = registrations.join(", "),
            database = quoted_path(&database),
        )
    }
}

/// A JSON string is a YAML string, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

fn new_signing_key() -> String {
    let seed: [u8; 32] = rand::random();
    let name = new_secret();
    let name = &name[..6];
    format!("ed25519 a_{name} {}\n", STANDARD_NO_PAD.encode(seed))
}

/// A fresh random word of 32 hexadecimal digits.
pub(super) fn new_secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// To standard error, where what Python says before it has a log goes as well.
const LOG_CONFIG: &str = "\
version: 1
formatters: {plain: {format: '%(asctime)s %(levelname)s %(name)s: %(message)s'}}
handlers: {console: {class: logging.StreamHandler, formatter: plain}}
root: {level: WARNING, handlers: [console]}
disable_existing_loggers: false
";

/// What is the same on every machine: nobody outside, no limits, nothing that a sandbox doesn't need.
const FIXED: &str = "\
trusted_key_servers: []
federation_domain_whitelist: []
report_stats: false
enable_registration: false
allow_guest_access: true
allow_public_rooms_without_auth: true
require_auth_for_profile_requests: false
room_list_publication_rules: [{action: allow}]
presence: {enabled: false}
push: {enabled: false}
send_federation: false
gc_thresholds: [10000, 20, 20]
url_preview_enabled: false
bcrypt_rounds: 4
max_upload_size: 50M
rc_message: &unlimited {per_second: 100000, burst_count: 100000}
rc_registration: *unlimited
rc_registration_token_validity: *unlimited
rc_login: {address: *unlimited, account: *unlimited, failed_attempts: *unlimited}
rc_admin_redaction: *unlimited
rc_joins: {local: *unlimited, remote: *unlimited}
rc_joins_per_room: *unlimited
rc_invites: {per_room: *unlimited, per_user: *unlimited, per_issuer: *unlimited}
rc_3pid_validation: *unlimited
rc_media_create: *unlimited
rc_presence: {per_user: *unlimited}
rc_key_requests: *unlimited
rc_delayed_event_mgmt: *unlimited
rc_room_creation: *unlimited
rc_reports: *unlimited
rc_user_directory: *unlimited
rc_profile: *unlimited
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_stay_one_value_of_the_configuration() {
        let files = Files {
            folder: PathBuf::from("/tmp/a: \"b\" # c"),
            config: PathBuf::new(),
            log: PathBuf::new(),
        };
        let settings = SynapseSettings {
            folder: PathBuf::new(),
            server_name: "aty.localhost".to_owned(),
            port: 0,
            registrations: vec![PathBuf::from("/a, b.yaml")],
            in_memory: false,
            environment: BTreeMap::new(),
        };
        let text = files.config_text(&settings, 8008, "s");
        assert!(
            text.contains(r#"{database: "/tmp/a: \"b\" # c/homeserver.db"}"#),
            "{text}"
        );
        assert!(
            text.contains(r#"app_service_config_files: ["/a, b.yaml"]"#),
            "{text}"
        );
    }

    #[test]
    fn a_signing_key_is_an_algorithm_a_name_and_32_bytes() {
        let key = new_signing_key();
        let words: Vec<&str> = key.split_whitespace().collect();
        assert_eq!(words[0], "ed25519");
        assert_eq!(words[1].len(), 8);
        assert_eq!(STANDARD_NO_PAD.decode(words[2]).unwrap().len(), 32);
    }
}
