//! `aty backup` and `aty restore`.

use std::path::PathBuf;

use clap::Args;
use vault::VaultError;

use super::{ConfigFile, say, show};
use crate::backup;
use crate::config::Config;
use crate::control::{self, ControlError, Request};
use crate::engine::{Notebook, StartError, open_session};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write. It must not be there yet.
    to: PathBuf,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup.
    from: PathBuf,
    #[command(flatten)]
    file: ConfigFile,
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.file.load()?;
        // The running bridge may have another working folder.
        let file = std::path::absolute(&self.to)?;
        let request = Request::Backup { file: file.clone() };
        match control::ask(&config.data, &request).await {
            Ok(answer) => show(answer),
            Err(ControlError::NotRunning(_)) => {
                say(&done(stopped(&config, &file)?));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A backup of a bridge that is not running.
fn stopped(config: &Config, file: &std::path::Path) -> anyhow::Result<u64> {
    let folder = config.data.join("notebook");
    if !folder.exists() || !config.key_file.exists() {
        anyhow::bail!(
            "There is nothing to back up: {} holds no bridge's data, or the key file {} is missing.",
            config.data.display(),
            config.key_file.display()
        );
    }
    let key = config.key()?;
    let starting = |error| match error {
        StartError::Vault(VaultError::InUse(_)) => anyhow::anyhow!(
            "The bridge is starting and takes no commands yet. Try again when it is ready, or stop it first."
        ),
        other => other.into(),
    };
    let notebook = Notebook::open(&folder, &key).map_err(|error| starting(error.into()))?;
    let session = open_session(config, &key).map_err(starting)?;
    backup::write(config, session.database(), notebook.database(), file)
}

/// What is said when a backup was written.
pub(crate) fn done(bytes: u64) -> String {
    format!(
        "Written: {} KB. The key file is not in it; keep the two apart.",
        bytes.div_ceil(1024)
    )
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let said = backup::restore(&self.from, &self.file.config).await?;
        said.iter().for_each(|line| say(line));
        Ok(())
    }
}
