//! What can be seen without the bridge: its files, the homeserver, the disk, the clock.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use matrix::{Homeserver, Identity, Registration, SendError};
use ruma::OwnedUserId;
use tokio::time::{error::Elapsed, timeout};
use vault::{Key, VaultError};

use super::Finding;
use crate::clock;
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(15);
/// So many milliseconds two clocks may be apart.
const CLOCKS_APART: i64 = 60_000;
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 100 << 20;
const FULL: u64 = 8 << 20;

pub(super) fn key_file(config: &Config) -> Finding {
    let path = &config.key_file;
    if !path.exists() {
        let shown = path.display();
        return match config.key_is_needed() {
            true => Finding::error(
                "key",
                format!(
                    "The key file {shown} is missing, and nothing that is stored can be opened without it."
                ),
                "Put your copy of it back there, readable by its owner alone (chmod 600).",
            ),
            false => Finding::warning(
                "key",
                format!("There is no key file {shown} yet."),
                "The first start makes it. Keep a copy of it offline then.",
            ),
        };
    }
    match Key::open(path) {
        Ok(_) => Finding::ok("key", "The key file is readable by its owner alone."),
        Err(error @ VaultError::KeyOpenToOthers(_)) => Finding::error(
            "key",
            error.to_string(),
            format!("chmod 600 {}", path.display()),
        ),
        Err(error) => Finding::error("key", error.to_string(), "Put the right key file back."),
    }
}

/// The registration, if it can be used, and what there is to say of it.
pub(super) fn registration(config: &Config) -> (Option<Registration>, Vec<Finding>) {
    const ABOUT: &str = "registration";
    const ANEW: &str = "Move the old one away, write it anew with `aty registration`, give it to the homeserver, and restart the homeserver and the bridge.";
    let path = &config.appservice.registration;
    let registration = match Registration::load(path) {
        Ok(registration) => registration,
        Err(error) => {
            let finding = Finding::error(
                ABOUT,
                format!("The registration can't be used: {error}."),
                ANEW,
            );
            return (None, vec![finding]);
        }
    };
    let Some(identity) = identity(config) else {
        let finding = Finding::error(
            ABOUT,
            "The names in the configuration can't be.",
            "Run `aty config check`.",
        );
        return (None, vec![finding]);
    };
    let mut findings = Vec::new();
    for difference in registration.differences(&config.appservice, &identity) {
        findings.push(Finding::error(
            ABOUT,
            format!("The registration does not fit the configuration: {difference}."),
            format!("Correct the configuration. Or else: {ANEW}"),
        ));
    }
    if !registration.reserves_aliases(&config.appservice, &identity) {
        findings.push(Finding::warning(
            "aliases",
            "The registration does not keep the aliases of the plan's rooms for the bridge, so that others could take them.",
            ANEW,
        ));
    }
    if is_open_to_others(path) {
        findings.push(Finding::warning(
            ABOUT,
            "The registration holds secrets and can be read by others.",
            format!("chmod 600 {}", path.display()),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            ABOUT,
            "The registration fits the configuration and keeps the rooms' aliases.",
        ));
    }
    (Some(registration), findings)
}

fn identity(config: &Config) -> Option<Identity> {
    let server_name = config.homeserver.server_name()?;
    config.appservice.identity(&server_name).ok()
}

fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Whether the homeserver answers and knows the bridge, and whether its clock and ours agree.
pub(super) async fn homeserver(
    config: &Config,
    registration: Option<&Registration>,
) -> Vec<Finding> {
    let url = &config.homeserver.url;
    let Some((answers, date)) = versions(url).await else {
        return vec![Finding::error(
            "homeserver",
            format!("The homeserver at {url} does not answer."),
            "Start it, or correct homeserver.url. Meanwhile nothing is lost.",
        )];
    };
    if !answers {
        return vec![Finding::error(
            "homeserver",
            format!("What answers at {url} is no homeserver."),
            "Correct homeserver.url, or what stands before the homeserver (a proxy).",
        )];
    }
    let mut findings = vec![Finding::ok("homeserver", "The homeserver answers.")];
    if let (Some(registration), Some(identity)) = (registration, identity(config)) {
        findings.extend(known(config, registration, identity).await);
    }
    findings.extend(date.map(|date| clocks(clock::now().0 - date)));
    findings
}

/// Whether a homeserver answers there, and what its clock says in milliseconds since 1970.
async fn versions(homeserver: &url::Url) -> Option<(bool, Option<i64>)> {
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .ok()?;
    let url = format!(
        "{}/_matrix/client/versions",
        homeserver.as_str().trim_end_matches('/')
    );
    let answer = client.get(url).send().await.ok()?;
    let date = matrix::date(answer.headers()).map(|date| date.0);
    let body = answer.json::<serde_json::Value>().await;
    Some((body.is_ok_and(|body| body["versions"].is_array()), date))
}

/// Whether the homeserver knows the bridge, and whether it lets it make ghosts.
async fn known(config: &Config, registration: &Registration, identity: Identity) -> Vec<Finding> {
    let ghosts = identity.ghost_called("…");
    let homeserver = Homeserver::new(&config.homeserver.url, &registration.as_token, identity);
    let asked = async { homeserver.clone()?.whoami().await };
    let mut findings = vec![account(timeout(PATIENCE, asked).await)];
    let asked = async { homeserver?.lets_us_make_ghosts().await };
    if let Ok(Ok(false)) = timeout(PATIENCE, asked).await {
        findings.push(Finding::error(
            "ghosts",
            format!("The homeserver gives the bridge no accounts called {ghosts}."),
            "Is another bridge's appservice.ghost_prefix the beginning of this one, or the other way round? Give one of them another. If it is not that: give the homeserver the registration in the data folder, and restart it.",
        ));
    }
    findings
}

fn account(answer: Result<Result<OwnedUserId, SendError>, Elapsed>) -> Finding {
    const ABOUT: &str = "account";
    let mend = "Give the homeserver the registration in the data folder, and restart it.";
    match answer {
        Ok(Ok(_)) => Finding::ok(ABOUT, "The homeserver knows the bridge."),
        Ok(Err(error)) if error.is("M_FORBIDDEN") || error.is("M_EXCLUSIVE") => Finding::warning(
            ABOUT,
            "The bridge's account is not made yet.",
            "The first start makes it: aty run",
        ),
        Ok(Err(error)) if error.may_pass() => Finding::warning(
            ABOUT,
            "The homeserver is too busy to say whether it knows the bridge.",
            "Try again in a while.",
        ),
        Ok(Err(error)) => Finding::error(
            ABOUT,
            format!("The homeserver does not know the bridge: {error}."),
            mend,
        ),
        Err(_) => Finding::warning(
            ABOUT,
            "The homeserver does not say whether it knows the bridge.",
            "Look whether it is overloaded.",
        ),
    }
}

fn clocks(apart: i64) -> Finding {
    match apart.abs() > CLOCKS_APART {
        false => Finding::ok("clock", "The clock agrees with the homeserver's."),
        true => Finding::warning(
            "clock",
            format!(
                "The clock and the homeserver's are {} seconds apart.",
                apart.abs() / 1000
            ),
            "Let both machines set their clocks by the network (timedatectl set-ntp true).",
        ),
    }
}

/// How much the data folder's disk has left.
pub(super) fn disk(config: &Config) -> Option<Finding> {
    free(config).map(space)
}

fn free(config: &Config) -> Option<u64> {
    let existing = config.data.ancestors().find(|path| path.exists());
    let folder = existing.unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Whether there is no room even to open a database, which writes a little.
pub(super) fn is_full(config: &Config) -> bool {
    free(config).is_some_and(|free| free < FULL)
}

fn space(free: u64) -> Finding {
    let says = format!("The data folder's disk has {} MB left", free >> 20);
    let mend = "Make room on it. When it is full, nothing new is taken in; WhatsApp and the homeserver keep it meanwhile.";
    match free {
        free if free < NO_SPACE => Finding::error("disk", says + ".", mend),
        free if free < LITTLE_SPACE => Finding::warning("disk", says + ".", mend),
        _ => Finding::ok("disk", "The data folder's disk has room."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn little_space_is_a_warning_and_hardly_any_an_error() {
        let levels = [50 << 20, 500 << 20, 5 << 30].map(|free| space(free).level);
        assert_eq!(levels, [Level::Error, Level::Warning, Level::Ok]);
    }

    #[test]
    fn clocks_may_be_a_minute_apart() {
        let levels = [59_000, -59_000, 61_000, -3_600_000].map(|apart| clocks(apart).level);
        assert_eq!(
            levels,
            [Level::Ok, Level::Ok, Level::Warning, Level::Warning]
        );
    }
}
