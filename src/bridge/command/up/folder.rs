//! The folder in which `aty up` keeps everything.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sandbox::town::Town;
use serde::{Deserialize, Serialize};

use super::told::Facts;
use super::{SERVER_NAME, Up};

/// The plan that is tried where the folder it is started in has none.
const THEMES: &str = include_str!("../../../../bridge-config/themes.yaml");
/// Where the plan of a checkout is.
const OWN_THEMES: &str = "bridge-config/themes.yaml";

/// The folder, held by this process alone.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

/// The Matrix accounts that are made.
#[derive(Serialize, Deserialize)]
pub(super) struct Accounts {
    /// For the person who tries it.
    citizen: String,
    /// Shares the rooms' highest power with the bridge; nobody uses it.
    keeper: String,
}

impl Accounts {
    pub(super) fn user(&self) -> (&str, &str) {
        ("ciudadana", &self.citizen)
    }

    pub(super) fn all(&self) -> [(&str, &str); 2] {
        [self.user(), ("keeper", &self.keeper)]
    }
}

impl Folder {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let unwritable = || {
            format!(
                "No se puede escribir en {0}. ¿Hay lugar en el disco? / {0} can't be written to. Is there room on the disk?",
                path.display()
            )
        };
        fs::create_dir_all(path).with_context(unwritable)?;
        let path = path.canonicalize().with_context(unwritable)?;
        let lock = File::create(path.join("lock")).with_context(unwritable)?;
        if lock.try_lock().is_err() {
            bail!(
                "Ya hay un aty up en marcha en {0}. Primero hay que pararlo (Ctrl-C).\n\
                 An aty up is running on {0} already. Stop it first (Ctrl-C).",
                path.display()
            );
        }
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path("aty.log")
    }

    /// The passwords of the accounts, made at the first start.
    pub(super) fn accounts(&self) -> anyhow::Result<Accounts> {
        let path = self.path("accounts.json");
        if path.exists() {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("{} can't be read", path.display()))?;
            return serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged", path.display()));
        }
        let password = || format!("{:016x}", rand::random::<u64>());
        let accounts = Accounts {
            citizen: password(),
            keeper: password(),
        };
        write_private(&path, &serde_json::to_string_pretty(&accounts)?)?;
        Ok(accounts)
    }

    /// The configuration of this start.
    pub(super) fn write_config(&self, up: &Up, town: &Town) -> anyhow::Result<PathBuf> {
        let own = Path::new(OWN_THEMES);
        let themes = match own.exists() {
            true => own.canonicalize()?,
            false => {
                let path = self.path("themes.yaml");
                if !path.exists() {
                    fs::write(&path, THEMES)?;
                }
                path
            }
        };
        let key: String = town
            .server()
            .static_key()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = format!(
            "# Written by `aty up` at each start.\n\
             homeserver:\n  url: http://127.0.0.1:{homeserver}\n  server_name: {SERVER_NAME}\n  keeper: \"@keeper:{SERVER_NAME}\"\n  facilitators: [\"@ciudadana:{SERVER_NAME}\"]\n\
             appservice:\n  listen: 127.0.0.1:{bridge}\n  url: http://127.0.0.1:{bridge}\n\
             whatsapp:\n  url: {whatsapp}\n  server_key: {key}\n  group_open_every_minutes: 0\n\
             site:\n  listen: 127.0.0.1:{site}\n  url: http://localhost:{site}\n\
             themes: {themes}\n",
            homeserver = up.homeserver_port,
            bridge = up.bridge_port,
            site = up.site_port,
            whatsapp = town.url(),
            themes = serde_json::to_string(&themes)?,
        );
        let path = self.path("bridge.yaml");
        fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))?;
        Ok(path)
    }

    /// Everything that a script needs.
    pub(super) fn write_facts(&self, facts: &Facts) -> anyhow::Result<()> {
        write_private(&self.path("up.json"), &serde_json::to_string_pretty(facts)?)
    }
}

/// Written whole or not at all, for the owner's eyes.
fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .with_context(|| format!("{} can't be written", fresh.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(fresh, path)?)
}
