//! One Python that has imported Synapse and forks a homeserver whenever one is asked for: 0.3 s of processor time in
//! place of 3.5. For whoever starts many of them, such as tests.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{oneshot, watch};

const PROGRAM: &str = include_str!("forkserver.py");

/// The running forkserver. It ends, with all of its homeservers, when this value is dropped or this process ends.
#[derive(Debug)]
pub(super) struct Forkserver {
    /// Where homeservers are asked for, and who waits for one, in the order of asking.
    asking: Mutex<ChildStdin>,
    waiting: Arc<Mutex<VecDeque<oneshot::Sender<ForkedProcess>>>>,
}

/// A homeserver that the forkserver has forked. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct ForkedProcess {
    pid: Pid,
    status: watch::Receiver<Option<ExitStatus>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Forked { pid: i32 },
    Ended { ended: i32, status: i32 },
}

impl Forkserver {
    /// Starts it; it takes requests at once and answers them when Synapse is imported.
    pub(super) fn start(
        python: &Path,
        environment: &BTreeMap<OsString, OsString>,
    ) -> io::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let requests = child.stdin.take().ok_or_else(gone)?;
        let answers = child.stdout.take().ok_or_else(gone)?;
        let waiting = Arc::default();
        let served = Arc::clone(&waiting);
        // A thread and no task: it outlives the runtime of the test that happens to start it.
        thread::spawn(move || {
            read_answers(answers, &served);
            let _ = child.wait();
        });
        Ok(Self {
            asking: Mutex::new(requests),
            waiting,
        })
    }

    /// Forks a homeserver with this configuration, whose output is appended to the log.
    pub(super) async fn fork(
        &self,
        config: &Path,
        log: &Path,
        environment: &BTreeMap<OsString, OsString>,
    ) -> io::Result<ForkedProcess> {
        let environment: BTreeMap<_, _> = environment
            .iter()
            .map(|(name, value)| (name.to_string_lossy(), value.to_string_lossy()))
            .collect();
        let request = json!({"config": config, "log": log, "environment": environment});
        let forked = {
            let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            let (sender, forked) = oneshot::channel();
            lock(&self.waiting).push_back(sender);
            writeln!(asking, "{request}")?;
            forked
        };
        let ended = |_| io::Error::other("the forkserver of the homeservers has ended");
        forked.await.map_err(ended)
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_answers(answers: ChildStdout, waiting: &Mutex<VecDeque<oneshot::Sender<ForkedProcess>>>) {
    let mut running = HashMap::new();
    for line in BufReader::new(answers).lines() {
        let answer = line.ok().and_then(|line| serde_json::from_str(&line).ok());
        match answer {
            Some(Answer::Forked { pid }) => {
                let Some(process) = Pid::from_raw(pid) else {
                    break;
                };
                let (sender, status) = watch::channel(None);
                running.insert(pid, sender);
                let process = ForkedProcess {
                    pid: process,
                    status,
                };
                if let Some(waits) = lock(waiting).pop_front() {
                    // Who no longer waits drops it, which kills it.
                    let _ = waits.send(process);
                }
            }
            Some(Answer::Ended { ended, status }) => {
                if let Some(sender) = running.remove(&ended) {
                    sender.send_replace(Some(ExitStatus::from_raw(status)));
                }
            }
            None => break,
        }
    }
    // Whoever waits for a homeserver, or for the end of one, is told that there is nobody left to tell.
    lock(waiting).clear();
}

impl ForkedProcess {
    /// Its process id, while it runs.
    pub(super) fn id(&self) -> Option<Pid> {
        self.status.borrow().is_none().then_some(self.pid)
    }

    /// Waits for its end.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let ended = self.status.wait_for(Option::is_some).await;
        let status = ended.ok().and_then(|status| *status);
        status.ok_or_else(|| io::Error::other("the forkserver of the homeservers has ended"))
    }

    /// Kills it at once and waits for its end.
    pub(super) async fn kill(&mut self) -> io::Result<()> {
        self.end();
        self.wait().await.map(drop)
    }

    fn end(&self) {
        if let Some(pid) = self.id() {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

impl Drop for ForkedProcess {
    fn drop(&mut self) {
        self.end();
    }
}
