//! What is well and what is not, and how to mend it.
//!
//! Whatever can be seen from outside of the bridge is looked at here, whether it runs or not; what only the running
//! bridge knows, it is asked for. No finding tells anybody's number.

mod inside;
mod outside;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::control::{self, Answer, ControlError, Request};

pub use inside::running;

/// How long the running bridge may take to look at itself.
const PATIENCE: Duration = Duration::from_secs(90);

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at, in one word that scripts can rely on.
    pub about: String,
    /// How it stands.
    pub level: Level,
    /// The same in one sentence.
    pub says: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is well.
    Ok,
    /// It works, or will by itself, but somebody should know.
    Warning,
    /// It does not work until somebody mends it.
    Error,
}

impl Finding {
    fn ok(about: &str, says: impl Into<String>) -> Self {
        Self {
            about: about.to_owned(),
            level: Level::Ok,
            says: says.into(),
            mend: None,
        }
    }

    fn warning(about: &str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            mend: Some(mend.into()),
            ..Self::ok(about, says)
        }
    }

    fn error(about: &str, says: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            ..Self::warning(about, says, mend)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        write!(f, "{level:<9}{}", self.says)?;
        match &self.mend {
            Some(mend) => write!(f, "\n         → {mend}"),
            None => Ok(()),
        }
    }
}

/// Looks at everything that belongs to a configuration.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![outside::key_file(config)];
    let (registration, written) = outside::registration(config);
    findings.extend(written);
    findings.extend(outside::homeserver(config, registration.as_ref()).await);
    findings.extend(outside::disk(config));
    let asked = control::ask(&config.data, &Request::Examine);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(Answer::Findings(seen))) => {
            findings.push(Finding::ok("bridge", "The bridge is running."));
            findings.extend(seen);
        }
        Ok(Err(ControlError::NotRunning(_))) => findings.extend(inside::stopped(config)),
        Ok(Ok(Answer::Refused(why))) => findings.push(Finding::error(
            "bridge",
            format!("The bridge is running, but can't look at itself: {why}."),
            "Read its log.",
        )),
        Ok(Ok(_)) => findings.push(Finding::error(
            "bridge",
            "The running bridge is of another version than this program.",
            "Restart it: stop it, then aty run.",
        )),
        Ok(Err(_)) | Err(_) => findings.push(Finding::error(
            "bridge",
            "The bridge is running, but does not answer.",
            "Read its log, and restart it. Nothing is lost.",
        )),
    }
    findings
}
