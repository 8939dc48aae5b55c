//! The built program `aty`, as a process.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bridge::control::{self, Answer, Request};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aty");
const PATIENCE: Duration = Duration::from_secs(60);

/// A running bridge. Dropped, it is killed.
pub struct BridgeProcess {
    child: Child,
}

impl BridgeProcess {
    pub async fn start(folder: &Path) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("bridge.log"))
            .expect("a log");
        let mut child = program(folder)
            .arg("run")
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(stdout).lines();
        let ready = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if line == "Aty is ready." {
                    return true;
                }
            }
            false
        };
        let ready = timeout(PATIENCE, ready).await.unwrap_or(false);
        assert!(
            ready,
            "the bridge did not become ready; its log ends:\n{}",
            last_lines(folder)
        );
        // Commands are taken from now on.
        wait_for_status(folder, "connected", |status| {
            status["whatsapp"] == "connected to WhatsApp"
        })
        .await;
        Self { child }
    }

    /// As a power cut would end it.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the bridge is killed");
    }

    /// As its operator would end it.
    pub async fn stop(mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        Command::new("kill")
            .arg(pid)
            .status()
            .await
            .expect("kill runs");
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("it ends")
            .expect("it is awaited");
        assert!(status.success(), "the bridge ended with {status}");
    }
}

/// Runs a command of the program to its end.
pub async fn aty(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = program(folder)
        .args(arguments)
        .output()
        .await
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

/// Asks the running bridge how it stands, until it stands as wanted.
pub async fn wait_for_status(
    folder: &Path,
    what: &str,
    holds: impl Fn(&serde_json::Value) -> bool,
) {
    let data = folder.join("data");
    let mut last = String::new();
    let asking = async {
        let mut often = interval(Duration::from_millis(25));
        loop {
            often.tick().await;
            match control::ask(&data, &Request::Status).await {
                Ok(Answer::Status(report)) => {
                    let report = serde_json::to_value(report).expect("a report is JSON");
                    if holds(&report) {
                        return;
                    }
                    last = report.to_string();
                }
                other => last = format!("{other:?}"),
            }
        }
    };
    let held = timeout(PATIENCE, asking).await;
    assert!(
        held.is_ok(),
        "waited for {what}; the bridge says {last}; its log ends:\n{}",
        last_lines(folder)
    );
}

/// The program, to be run with a configuration of this folder.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env("ATY_CONFIG", folder.join("bridge.yaml"))
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

pub fn last_lines(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("bridge.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
