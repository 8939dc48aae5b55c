//! What `aty config check` says.

use std::path::Path;

use site::settings::Listen;

use super::{Config, ConfigErrors};

/// Reads a configuration as the bridge would, and sums it up in a few lines.
///
/// # Errors
/// Everything that has to be mended; its `Display` is one line each.
pub fn report(path: impl AsRef<Path>) -> Result<String, ConfigErrors> {
    let config = Config::load(path)?;
    let Config {
        homeserver,
        appservice,
        plan,
        ..
    } = &config;
    let codes: Vec<&str> = plan
        .themes
        .iter()
        .map(|theme| theme.code.as_str())
        .collect();
    let notes = unclaimed(&config);
    let keeper = homeserver
        .keeper
        .as_deref()
        .unwrap_or("none: the rooms can't be rescued if the bridge is lost");
    let pages = match (&config.site.url, config.site.listen) {
        (_, Listen::None) => "none".to_owned(),
        (Some(url), listen) => format!("{url}, listening on {listen}"),
        (None, listen) => format!("listening on {listen}; without site.url there are no QR codes"),
    };
    Ok(format!(
        "All good: {file}\n\
         \x20 plan        {plan} (#{alias}:{server})\n\
         \x20 themes      {count}: {codes}\n\
         \x20 homeserver  {server} at {url}\n\
         \x20 keeper      {keeper}\n\
         \x20 bridge      @{bot}:{server}, listening on {listen}\n\
         \x20 pages       {pages}\n\
         \x20 data        {data}\n\
         \x20 key         {key}{notes}",
        file = config.file.display(),
        plan = plan.name.get(config.language),
        alias = plan.alias,
        count = codes.len(),
        codes = codes.join(" "),
        server = homeserver.server_name,
        url = homeserver.url,
        bot = appservice.bot,
        listen = appservice.listen,
        data = config.data.display(),
        key = config.key_file.display(),
    ))
}

/// The aliases that the homeserver will let the bridge make only if the registration was widened by hand.
fn unclaimed(config: &Config) -> String {
    let Config {
        appservice, plan, ..
    } = config;
    let aliases = plan.themes.iter().map(|theme| &theme.alias);
    let unclaimed: Vec<&str> = std::iter::once(&plan.alias)
        .chain(aliases)
        .filter(|alias| !appservice.reserves_alias(alias))
        .map(String::as_str)
        .collect();
    match unclaimed.as_slice() {
        [] => String::new(),
        aliases => format!(
            "\n  note        the registration lays no claim to {}: let them begin with \"{}-\", or add them to its aliases",
            aliases.join(", "),
            appservice.id,
        ),
    }
}
