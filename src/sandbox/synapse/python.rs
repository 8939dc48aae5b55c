//! Finds a Python that can run Synapse.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use super::install::InstallError;

/// The oldest Python that the pinned Synapse runs on.
pub(super) const OLDEST: (u32, u32) = (3, 10);

const NAMES: [&str; 7] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python",
];

/// A Python found on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Python {
    pub(super) path: PathBuf,
    pub(super) version: (u32, u32),
}

/// The first Python in the search path that is new enough.
pub(super) async fn find() -> Result<Python, InstallError> {
    let mut too_old: Option<Python> = None;
    for name in NAMES {
        let Some(python) = ask(name).await else {
            continue;
        };
        if python.version >= OLDEST {
            return Ok(python);
        }
        if too_old
            .as_ref()
            .is_none_or(|other| other.version < python.version)
        {
            too_old = Some(python);
        }
    }
    Err(match too_old {
        Some(Python { path, version }) => InstallError::PythonTooOld {
            path,
            major: version.0,
            minor: version.1,
        },
        None => InstallError::NoPython,
    })
}

async fn ask(name: &str) -> Option<Python> {
    let output = Command::new(name)
        .args([
            "-c",
            "import sys; print(*sys.version_info[:2], sys.executable)",
        ])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .ok()?;
    if !output.status.success() {
        return None;
    }
    parse(&String::from_utf8_lossy(&output.stdout))
}

fn parse(answer: &str) -> Option<Python> {
    let mut words = answer.trim_end().splitn(3, ' ');
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let path = PathBuf::from(words.next()?);
    Some(Python { path, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_answer_is_a_version_and_a_path_even_with_spaces() {
        assert_eq!(
            parse("3 12 /opt/my python/bin/python3\n"),
            Some(Python {
                path: PathBuf::from("/opt/my python/bin/python3"),
                version: (3, 12),
            })
        );
        assert_eq!(parse("Python was not found"), None);
    }
}
