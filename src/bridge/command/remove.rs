//! `aty remove`: what the law forbids, taken out by the operator, in public like every other act.

use clap::Args;

use super::{ConfigFile, show};
use crate::control::{self, Request};

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The theme, by its slug or code.
    #[arg(long)]
    theme: String,
    /// The message, by its matrix.to link or its event id.
    #[arg(long, value_name = "LINK")]
    message: String,
    /// Why, in a few words. Everybody reads it in the log.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    file: ConfigFile,
}

impl Remove {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let request = Request::Remove {
            theme: self.theme,
            message: self.message,
            reason: self.reason,
        };
        show(control::ask(&self.file.load()?.data, &request).await?)
    }
}

/// What is done now, and what is not.
pub(crate) fn removed_lines() -> Vec<String> {
    vec![
        "It goes from the room and the groups now, and the notebook keeps nothing of it. Everybody reads so in the log, and whoever wrote it can appeal."
            .to_owned(),
        "Backups that were made before still hold it, and so does the homeserver for as long as it keeps what was redacted."
            .to_owned(),
    ]
}
