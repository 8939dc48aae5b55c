//! `aty up`: everything on one machine.

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Up {}

impl Up {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        anyhow::bail!("not yet")
    }
}
