//! What `aty config check` says.

use std::path::Path;

use site::settings::Listen;

use super::{Config, ConfigErrors, neighbours};

/// Reads configurations as their bridges would, and sums each up in a few lines.
///
/// # Errors
/// Everything that has to be mended in each, or so that all can run beside each other; its `Display` is one line each.
pub fn report<P: AsRef<Path>>(paths: &[P]) -> Result<String, ConfigErrors> {
    let (mut configs, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        match Config::load(path) {
            Ok(config) => configs.push(config),
            Err(errors) => problems.extend(errors.problems().iter().cloned()),
        }
    }
    problems.extend(neighbours::check(&configs));
    if !problems.is_empty() {
        return Err(ConfigErrors::new(problems));
    }
    let summaries: Vec<String> = configs.iter().map(summary).collect();
    Ok(summaries.join("\n\n"))
}

fn summary(config: &Config) -> String {
    let Config {
        homeserver,
        appservice,
        plan,
        ..
    } = config;
    let codes: Vec<&str> = plan
        .themes
        .iter()
        .map(|theme| theme.code.as_str())
        .collect();
    let notes = unclaimed(config);
    let keeper = homeserver
        .keeper
        .as_deref()
        .unwrap_or("none: the rooms can't be rescued if the bridge is lost");
    let pages = match (&config.site.url, config.site.listen) {
        (_, Listen::None) => "none".to_owned(),
        (Some(url), listen) => format!("{url}, listening on {listen}"),
        (None, listen) => format!("listening on {listen}; without site.url there are no QR codes"),
    };
    format!(
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
    )
}

/// The aliases that the homeserver will let the bridge make only if the registration was widened by hand.
fn unclaimed(config: &Config) -> String {
    let appservice = &config.appservice;
    let unclaimed: Vec<&str> = config
        .aliases()
        .filter(|alias| !appservice.reserves_alias(alias))
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
