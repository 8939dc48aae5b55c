//! `aty doctor`: what is well, what is not, and how to mend it.

use clap::Args;

use super::{ConfigFile, say};
use crate::doctor::{self, Level};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    file: ConfigFile,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let findings = doctor::examine(&self.file.load()?).await;
        if self.json {
            say(&serde_json::to_string_pretty(&findings)?);
        } else {
            findings
                .iter()
                .for_each(|finding| say(&finding.to_string()));
        }
        let count = |level| {
            findings
                .iter()
                .filter(|finding| finding.level == level)
                .count()
        };
        match count(Level::Error) {
            0 => Ok(()),
            1 => anyhow::bail!("One thing has to be mended."),
            errors => anyhow::bail!("{errors} things have to be mended."),
        }
    }
}
