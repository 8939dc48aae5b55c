//! `aty registration`: tells the homeserver about the bridge.

use std::fs;

use anyhow::Context;
use matrix::Registration;

use super::say;
use crate::config::Config;

pub(super) fn write(config: &Config) -> anyhow::Result<()> {
    generate(config)?;
    say(&format!(
        "Written: {path}\n\n\
         It holds secrets, so only you can read it. Next:\n\
         1. Let the homeserver read it (Synapse: add it under app_service_config_files in homeserver.yaml).\n\
         2. Restart the homeserver.\n\
         3. Link the WhatsApp account: aty login\n\
         4. Start the bridge: aty run",
        path = config.appservice.registration.display(),
    ));
    Ok(())
}

/// Writes a registration with new tokens.
pub(super) fn generate(config: &Config) -> anyhow::Result<()> {
    let path = &config.appservice.registration;
    let server_name = config
        .homeserver
        .server_name()
        .context("homeserver.server_name is not a server name")?;
    let identity = config.appservice.identity(&server_name)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
    }
    Registration::generate(&config.appservice, &identity).write(path)?;
    Ok(())
}
