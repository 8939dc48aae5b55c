//! The built program `aty`, as a process.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bridge::control::{self, Answer, Request};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aty");
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running bridge. Dropped, it is killed.
pub struct BridgeProcess {
    child: Child,
    /// What it says, where that does not go into its log.
    said: Option<JoinHandle<String>>,
}

impl BridgeProcess {
    pub async fn start(folder: &Path) -> Self {
        let mut command = program(folder);
        command.arg("run");
        Self::start_as(command, folder, Stdio::from(log(folder))).await
    }

    /// The same, in a terminal that can be closed, even where the tests themselves were started with nohup.
    pub async fn start_in_terminal(folder: &Path) -> Self {
        const LISTENING: &str = "import os, signal, sys\n\
            signal.signal(signal.SIGHUP, signal.SIG_DFL)\n\
            os.execv(sys.argv[1], sys.argv[1:])";
        let mut command = Command::new("python3");
        command
            .args(["-c", LISTENING, PROGRAM, "run"])
            .env("ATY_CONFIG", folder.join("bridge.yaml"))
            .current_dir(folder)
            .stdin(Stdio::null());
        Self::start_as(command, folder, Stdio::from(log(folder))).await
    }

    /// The same, as a process to which the system can refuse to write files without ending it, and that goes on without its
    /// terminal, as nohup has it.
    #[cfg(target_os = "linux")]
    pub async fn start_small(folder: &Path) -> Self {
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ HUP; exec \"$0\" run", PROGRAM])
            .env("ATY_CONFIG", folder.join("bridge.yaml"))
            .current_dir(folder)
            .stdin(Stdio::null());
        Self::start_as(command, folder, Stdio::piped()).await
    }

    /// A command, where the system writes nothing for it into any file; until it ends, or for a while.
    #[cfg(target_os = "linux")]
    pub async fn tries_without_room(folder: &Path, command: &str) {
        const A_WHILE: Duration = Duration::from_secs(5);
        let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {command}");
        let tried = Command::new("sh")
            .args(["-c", &script, PROGRAM])
            .env("ATY_CONFIG", folder.join("bridge.yaml"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let _ = timeout(A_WHILE, tried).await;
    }

    /// From now on the system writes nothing more for it into any file.
    #[cfg(target_os = "linux")]
    pub fn write_nothing_more(&self) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let pid = self.child.id().expect("it runs").cast_signed();
        let none = Rlimit {
            current: Some(0),
            maximum: None,
        };
        prlimit(Pid::from_raw(pid), Resource::Fsize, none).expect("it is our own process");
    }

    /// Waits until it has ended by itself, and gives what it said last.
    pub async fn ends(mut self) -> String {
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status.expect("it ends").expect("it is awaited");
        let said = self.said.take().expect("it is listened to");
        let said = said.await.expect("it is read");
        assert_eq!(status.code(), Some(1), "{said}");
        said
    }

    async fn start_as(mut command: Command, folder: &Path, log: Stdio) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let said = child.stderr.take().map(|mut stderr| {
            tokio::spawn(async move {
                let mut said = String::new();
                let _ = stderr.read_to_string(&mut said).await;
                said
            })
        });
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
        wait_for_status(folder, PATIENCE, "connected", |status| {
            status["whatsapp"] == "connected to WhatsApp"
        })
        .await;
        Self { child, said }
    }

    /// As a power cut would end it.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the bridge is killed");
    }

    /// As its operator would end it.
    pub async fn stop(self) {
        self.signal("TERM").await;
        self.ends_well().await;
    }

    /// The terminal that it was started in is closed.
    pub async fn lose_terminal(self) {
        self.signal("HUP").await;
        self.ends_well().await;
    }

    pub async fn signal(&self, signal: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let killed = Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(killed.await.expect("kill runs").success());
    }

    async fn ends_well(mut self) {
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("it ends")
            .expect("it is awaited");
        assert!(status.success(), "the bridge ended with {status}");
    }
}

fn log(folder: &Path) -> std::fs::File {
    std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("bridge.log"))
        .expect("a log")
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
    patience: Duration,
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
    let held = timeout(patience, asking).await;
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
    command.envs(super::shim::environment(folder));
    command
}

pub fn last_lines(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("bridge.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
