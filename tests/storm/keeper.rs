//! Whoever keeps the bridge running, as systemd would: starts it, ends it, and knows how often it ended by itself.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;

const SIGTERM: i32 = 15;
/// How long a polite stop may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Keeper {
    folder: PathBuf,
    child: Option<Child>,
    /// How it ended when nobody ended it.
    pub ended_by_itself: Vec<String>,
    pub kills: usize,
    pub stops: usize,
}

impl Keeper {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            child: None,
            ended_by_itself: Vec::new(),
            kills: 0,
            stops: 0,
        }
    }

    /// Starts the bridge if it does not run, and does not wait for it.
    pub fn start(&mut self) {
        if self.runs() {
            return;
        }
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("bridge.log"))
            .expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_aty"))
            .arg("run")
            .env("ATY_CONFIG", self.folder.join("bridge.yaml"))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
    }

    /// Whether it runs. What ended by itself is noted.
    pub fn runs(&mut self) -> bool {
        let Some(child) = &mut self.child else {
            return false;
        };
        match child.try_wait().expect("it can be asked for") {
            None => true,
            Some(status) => {
                let log = self.folder.join("bridge.log");
                let log = std::fs::read_to_string(log).unwrap_or_default();
                // Lines of the log begin with the year, the program's last words do not.
                let mut words = log.lines().rev().filter(|line| !line.starts_with('2'));
                let last = words.next().unwrap_or_default();
                self.ended_by_itself.push(format!("{status}: {last}"));
                self.child = None;
                false
            }
        }
    }

    /// As a power cut would end it.
    pub async fn kill(&mut self) {
        if !self.runs() {
            return;
        }
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("it is killed");
            self.kills += 1;
        }
    }

    /// As its operator would end it.
    pub async fn stop(&mut self) {
        if !self.runs() {
            return;
        }
        let Some(mut child) = self.child.take() else {
            return;
        };
        let id = child.id().expect("it runs").to_string();
        Command::new("kill")
            .arg(id)
            .status()
            .await
            .expect("kill runs");
        let ended = timeout(PATIENCE, child.wait()).await;
        let status = ended.expect("it ends when it is asked to").unwrap();
        // Asked to end before it had begun, it can't be polite about it.
        let too_early = status.signal() == Some(SIGTERM);
        assert!(
            status.success() || too_early,
            "the bridge ended with {status}"
        );
        self.stops += 1;
    }
}
