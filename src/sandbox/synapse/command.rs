//! Runs an installer's commands and tells apart why they fail.

use std::collections::VecDeque;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::install::{Progress, Step};

/// How many of a command's last lines are kept, to be shown when it fails.
const KEPT: usize = 8;

/// Why a command failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    NoNetwork { said: String },
    NoSpace,
    Other { program: String, said: String },
}

impl Failure {
    /// Whether another installer would fail just the same.
    pub(super) fn is_final(&self) -> bool {
        !matches!(self, Failure::Other { .. })
    }

    fn from_output(program: &str, said: String) -> Failure {
        if last_line_with(&said, &NO_SPACE).is_some() {
            Failure::NoSpace
        } else if let Some(line) = last_line_with(&said, &NO_NETWORK) {
            Failure::NoNetwork { said: line }
        } else {
            Failure::Other {
                program: program.to_owned(),
                said,
            }
        }
    }
}

const NO_SPACE: [&str; 3] = [
    "No space left on device",
    "os error 28",
    "Disk quota exceeded",
];

const NO_NETWORK: [&str; 9] = [
    "dns error",
    "name resolution",
    "Name or service not known",
    "error sending request",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "timed out",
];

fn last_line_with(said: &str, signs: &[&str]) -> Option<String> {
    let tells = |line: &&str| signs.iter().any(|sign| line.contains(sign));
    let line = said.lines().rev().find(tells)?;
    Some(line.trim().trim_start_matches("cause: ").to_owned())
}

/// Runs `command` to its end, and tells its standard error line by line.
pub(super) async fn run(command: &mut Command, progress: Progress<'_>) -> Result<(), Failure> {
    let program = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    let other = |said: String| Failure::Other {
        program: program.clone(),
        said,
    };
    let mut child = command
        // What the caller's own Python environment says must not lead this one astray.
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .env_remove("VIRTUAL_ENV")
        .env("UV_NO_PROGRESS", "1")
        .env("UV_PYTHON_DOWNLOADS", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| other(error.to_string()))?;
    let mut last_lines = VecDeque::new();
    if let Some(stderr) = child.stderr.take() {
        let mut lines = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if last_lines.len() == KEPT {
                last_lines.pop_front();
            }
            last_lines.push_back(line.clone());
            progress(Step::Detail(line));
        }
    }
    let status = child
        .wait()
        .await
        .map_err(|error| other(error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let said = last_lines.make_contiguous().join("\n");
    Err(Failure::from_output(&program, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_told_from_a_full_disk_and_from_the_rest() {
        let kind = |said: &str| Failure::from_output("uv", said.to_owned());
        assert_eq!(
            kind("error: Failed to fetch\n  cause: dns error\n  cause: error resolving DNS"),
            Failure::NoNetwork {
                said: "dns error".to_owned()
            }
        );
        assert!(matches!(
            kind(
                "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"
            ),
            Failure::NoNetwork { .. }
        ));
        assert_eq!(
            kind("failed to write: No space left on device (os error 28)"),
            Failure::NoSpace
        );
        assert!(matches!(
            kind("no wheel for your platform"),
            Failure::Other { .. }
        ));
    }

    #[tokio::test]
    async fn a_failed_command_shows_its_last_words() {
        let mut heard = Vec::new();
        let outcome = run(
            Command::new("sh").args(["-c", "echo one >&2; echo two >&2; exit 3"]),
            &mut |step| heard.push(step.to_string()),
        )
        .await;
        assert_eq!(heard, ["one", "two"]);
        assert_eq!(
            outcome,
            Err(Failure::Other {
                program: "sh".to_owned(),
                said: "one\ntwo".to_owned()
            })
        );
    }
}
