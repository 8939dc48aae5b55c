//! What the bridge knows: asked of the running one, or read in what a stopped one left.

use civic::ThemeSlug;
use vault::{Key, VaultError};
use whatsapp::Status;

use super::{Finding, Level, outside};
use crate::clock;
use crate::config::Config;
use crate::engine::{
    Bridge, GroupHealth, Health, Notebook, PhoneSilence, Queues, StartError, only_told_in_words,
    open_session,
};

/// What waits longer than this is stuck, in milliseconds.
const STUCK: i64 = 10 * 60_000;

/// What the running bridge finds out about itself.
///
/// # Errors
/// When its notebook can't be read.
pub async fn running(bridge: &Bridge) -> Result<Vec<Finding>, VaultError> {
    let Health {
        whatsapp,
        phone,
        reached,
        astray,
        lacking,
        halted,
        groups,
        queues,
    } = bridge.health().await?;
    let mut findings = vec![match reached {
        Ok(()) => Finding::ok("ping", "The homeserver reaches the bridge."),
        Err(error) => Finding::error(
            "ping",
            format!("The homeserver does not reach the bridge: {error}."),
            "See that appservice.url is the address under which the homeserver reaches this machine, that its registration says the same, and that nothing between them (firewall, container network) is closed.",
        ),
    }];
    findings.push(rooms(astray));
    findings.extend(records(lacking, halted));
    findings.push(account(&whatsapp));
    findings.extend(phone.map(self::phone));
    findings.extend(groups.map(self::groups).unwrap_or_default());
    findings.extend(self::queues(&queues, clock::now().0));
    let only_told = bridge.only_told();
    if !only_told.is_empty() {
        findings.push(Finding::ok(
            "only told",
            format!(
                "Since the start these were not carried, only told by a line: {}.",
                only_told_in_words(&only_told)
            ),
        ));
    }
    Ok(findings)
}

/// What can be seen of a bridge that is not running.
pub(super) fn stopped(config: &Config) -> Vec<Finding> {
    let not_running = Finding::warning("bridge", "The bridge is not running.", "aty run");
    if !config.key_file.exists() || !config.data.join("notebook").exists() {
        return vec![not_running];
    }
    if outside::is_full(config) {
        let finding = Finding::warning(
            "notebook",
            "What is stored is not looked into: the disk is full, and nothing may be written now.",
            "Make room, and ask again. Leave the data folder as it is: nothing in it is lost.",
        );
        return vec![not_running, finding];
    }
    let Ok(key) = Key::open(&config.key_file) else {
        // The finding about the key says why.
        return vec![not_running];
    };
    let notebook = match Notebook::open(&config.data.join("notebook"), &key) {
        Ok(notebook) => notebook,
        Err(VaultError::InUse(_)) => {
            return vec![Finding::warning(
                "bridge",
                "The bridge is starting: it takes no commands yet.",
                "If it stays so, mend what else is found here (it waits for the homeserver), and read its log.",
            )];
        }
        Err(error) => {
            return vec![
                not_running,
                Finding::error(
                    "notebook",
                    error.to_string(),
                    "Put the right key file back; or restore the data folder from a backup (aty restore).",
                ),
            ];
        }
    };
    let mut findings = vec![not_running];
    findings.push(linked(config, &key));
    // That it was heard when the bridge last ran says nothing of now; that it was not is worth knowing.
    let silence = PhoneSilence::read(&notebook, clock::now());
    let silence = silence.ok().flatten().map(phone);
    findings.extend(silence.filter(|finding| finding.level != Level::Ok));
    let themes = config.plan.themes.iter().map(|theme| &theme.slug);
    match Queues::read(&notebook, themes) {
        Ok(queues) => findings.extend(self::queues(&queues, clock::now().0)),
        Err(error) => findings.push(Finding::error(
            "notebook",
            error.to_string(),
            "Restore the data folder from a backup (aty restore).",
        )),
    }
    findings
}

fn linked(config: &Config, key: &Key) -> Finding {
    let paired = open_session(config, key).and_then(|session| Ok(session.is_paired()?));
    match paired {
        Ok(true) => Finding::ok(
            "whatsapp",
            "A WhatsApp account is linked; whether WhatsApp takes it shows when the bridge runs.",
        ),
        Ok(false) => account(&Status::NotPaired),
        Err(StartError::Vault(VaultError::InUse(_))) => Finding::warning(
            "whatsapp",
            "The WhatsApp session is in use: an account is being linked.",
            "Wait until `aty login` has ended.",
        ),
        Err(error) => Finding::error(
            "whatsapp",
            error.to_string(),
            "Put the right key file back; or restore the data folder from a backup (aty restore). Where there is none, move data/session away, keep it, and link the account again: aty login",
        ),
    }
}

/// Whether the bridge may write into its rooms what it has to.
fn records(lacking: Vec<String>, halted: Vec<(ThemeSlug, String)>) -> Vec<Finding> {
    const ABOUT: &str = "records";
    let lacking = lacking.into_iter().map(|what| {
        Finding::error(
            ABOUT,
            format!("Of a room that was replaced: {what}."),
            "Then restart the bridge. (Where only power was missing it does so by itself.)",
        )
    });
    let halted = halted.into_iter().map(|(theme, why)| {
        Finding::error(
            ABOUT,
            format!("The record of the theme {theme} can't be written into its room: {why}."),
            "Give the bridge's account its power in that room back (100), or mend the homeserver. It is tried every minute; the conversation goes on meanwhile.",
        )
    });
    let mut findings: Vec<_> = lacking.chain(halted).collect();
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, "The bridge may write in all its rooms."));
    }
    findings
}

fn rooms(astray: Option<Vec<String>>) -> Finding {
    const ABOUT: &str = "aliases";
    match astray {
        None => Finding::warning(
            ABOUT,
            "The homeserver did not say where the rooms' aliases lead.",
            "Try again in a while.",
        ),
        Some(astray) if astray.is_empty() => {
            Finding::ok(ABOUT, "Every alias leads to its theme's room.")
        }
        Some(astray) => Finding::error(
            ABOUT,
            format!(
                "These aliases don't lead to their theme's room: {}.",
                astray.join(", ")
            ),
            "Restart the bridge: it sees to the aliases. If one was given to another room, take it away there first.",
        ),
    }
}

fn account(status: &Status) -> Finding {
    const ABOUT: &str = "whatsapp";
    let says = match status {
        Status::Connected => return Finding::ok(ABOUT, "WhatsApp is connected."),
        Status::Starting | Status::Disconnected => {
            return Finding::warning(
                ABOUT,
                "WhatsApp is not connected now; the bridge is trying.",
                "If it stays so, look at this machine's network. What is for the groups waits.",
            );
        }
        Status::NotPaired => "No WhatsApp account is linked.".to_owned(),
        Status::LoggedOut { reason } => {
            format!("The WhatsApp account was unlinked from the bridge ({reason}).")
        }
        Status::Replaced => "Another program has opened the same WhatsApp session.".to_owned(),
        Status::Banned { why, .. } => {
            format!("WhatsApp has stopped the account for a while: {why}.")
        }
        other => other.to_string(),
    };
    let mend = match status {
        Status::NotPaired | Status::LoggedOut { .. } => {
            "Stop the bridge, link the account (aty login), start the bridge. What is for the groups waits."
        }
        Status::Replaced => "End that program, then restart the bridge.",
        Status::Banned { .. } => {
            "Wait; the bridge goes on by itself. Then lower whatsapp.group_per_minute and sender_per_minute. Or let the spare account lead the groups on now: aty login --take-over"
        }
        _ => "Do what it says, then restart the bridge.",
    };
    Finding::error(ABOUT, whatsapp::redact_log(&says), mend)
}

/// Whether the account's phone is there: without it WhatsApp unlinks the bridge.
fn phone(silence: PhoneSilence) -> Finding {
    const ABOUT: &str = "phone";
    const MEND: &str = "Open WhatsApp on that phone and look into one of the groups; keep the phone charged and on the network. When it stays away for more than 14 days, WhatsApp unlinks the bridge.";
    let says = format!("The phone of the account was {silence}");
    match silence.silent_days {
        PhoneSilence::TOO_LONG.. => Finding::error(
            ABOUT,
            format!("{says}: WhatsApp may unlink the bridge any moment."),
            MEND,
        ),
        PhoneSilence::LONG.. => Finding::warning(ABOUT, says + ".", MEND),
        _ => Finding::ok(ABOUT, says + "."),
    }
}

fn groups(health: GroupHealth) -> Vec<Finding> {
    const ABOUT: &str = "groups";
    let mut findings = Vec::new();
    let mut count = |number: usize, says: &str, mend: &str| {
        if number > 0 {
            let says = format!("In {number} of {} open groups {says}.", health.open);
            findings.push(Finding::warning(ABOUT, says, mend));
        }
    };
    count(
        health.absent,
        "the bridge's account is no longer",
        "Join them again: aty group adopt THEME LINK.",
    );
    count(
        health.not_admin,
        "the bridge's account is no admin",
        "Let an admin of the group make it one, on a phone.",
    );
    count(
        health.without_second.unwrap_or(0),
        "the second admin is missing or no admin",
        "Add the spare number to the group and make it an admin, on the bridge's phone; otherwise nobody can lead the group on if the account is lost.",
    );
    if health.without_second.is_none() {
        findings.push(Finding::warning(
            ABOUT,
            "No second admin is configured, or it is the account that leads them now.",
            "Set whatsapp.second_admin to a spare number: if the bridge's account is lost, it leads the groups on.",
        ));
    }
    if !health.nearly_full.is_empty() {
        findings.push(Finding::warning(
            ABOUT,
            format!(
                "These groups are nearly full: {}.",
                health.nearly_full.join(", ")
            ),
            "Open another group for the theme, and spread its link instead: aty group open THEME",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            ABOUT,
            format!(
                "The bridge and the second admin lead all {} open groups.",
                health.open
            ),
        ));
    }
    findings
}

fn queues(queues: &Queues, now: i64) -> Vec<Finding> {
    let mut findings: Vec<_> = queues
        .waiting
        .iter()
        .filter(|waiting| now - waiting.since.0 > STUCK)
        .map(|waiting| {
            Finding::warning(
                "queues",
                format!(
                    "{} has waited for {} minutes.",
                    capital(&waiting.queue),
                    (now - waiting.since.0) / 60_000
                ),
                "Mend what else is found here. Where people write more than may be sent in a minute, it catches up by itself.",
            )
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::ok("queues", "Nothing waits for long."));
    }
    findings.push(match queues.put_aside {
        0 => Finding::ok("dead letters", "Nothing was put aside."),
        count => Finding::warning(
            "dead letters",
            format!(
                "{count} could not be read or sent and lie aside; latest: {}.",
                queues.reasons.join("; ")
            ),
            "Look at them (aty retry --list). When the reason is mended, send them again (aty retry), or drop one (aty retry --forget ID).",
        ),
    });
    findings
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

#[cfg(test)]
mod tests {
    use civic::Timestamp;

    use super::*;
    use crate::engine::Waiting;

    #[test]
    fn what_waits_for_more_than_ten_minutes_is_told() {
        let minute = 60_000;
        let waiting = |since| Waiting {
            queue: "what is for the room of agua".to_owned(),
            since: Timestamp(since),
        };
        let found = queues(
            &Queues {
                waiting: vec![waiting(0), waiting(25 * minute)],
                ..Queues::default()
            },
            30 * minute,
        );
        assert_eq!(found[0].level, Level::Warning);
        assert_eq!(
            found[0].says,
            "What is for the room of agua has waited for 30 minutes."
        );
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn groups_are_counted_where_something_is_wrong() {
        let found = groups(GroupHealth {
            open: 3,
            not_admin: 1,
            without_second: Some(2),
            nearly_full: vec!["Agua".to_owned()],
            ..GroupHealth::default()
        });
        let said: Vec<_> = found.iter().map(|finding| &*finding.says).collect();
        assert_eq!(
            said,
            [
                "In 1 of 3 open groups the bridge's account is no admin.",
                "In 2 of 3 open groups the second admin is missing or no admin.",
                "These groups are nearly full: Agua."
            ]
        );
        let well = groups(GroupHealth {
            open: 3,
            without_second: Some(0),
            ..GroupHealth::default()
        });
        assert_eq!(well.len(), 1);
        assert_eq!(well[0].level, Level::Ok);
    }

    #[test]
    fn a_silent_phone_is_a_warning_from_12_days_on_and_an_error_from_14() {
        let levels = [0, 11, 12, 13, 14, 40].map(|days| {
            phone(PhoneSilence {
                heard_days_ago: Some(days),
                silent_days: days,
            })
            .level
        });
        use Level::{Error, Ok, Warning};
        assert_eq!(levels, [Ok, Ok, Warning, Warning, Error, Error]);
    }

    #[test]
    fn a_lost_account_is_an_error_and_tells_no_number() {
        let finding = account(&Status::LoggedOut {
            reason: "12025550123@s.whatsapp.net".to_owned(),
        });
        assert_eq!(finding.level, Level::Error);
        assert!(!finding.says.contains("555"), "{finding:?}");
        assert_eq!(account(&Status::Disconnected).level, Level::Warning);
    }
}
