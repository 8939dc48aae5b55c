//! One running Synapse.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout};

use super::forkserver::ForkedProcess;
use super::install::Installation;
use super::settings::{Files, SynapseSettings, new_secret};

const LAUNCHER: &str = include_str!("launcher.py");

/// A first start takes four seconds on a quiet machine; a busy one may take this long.
const START_LIMIT: Duration = Duration::from_secs(180);
/// How long a predecessor that is just ending may still hold the port.
const PORT_LIMIT: Duration = Duration::from_secs(3);
/// How long an orderly end may take before it is enforced.
pub(super) const STOP_LIMIT: Duration = Duration::from_secs(20);
/// How often another free port is tried, should a stranger take the chosen one first.
const PORT_ATTEMPTS: u32 = 3;

/// A homeserver on 127.0.0.1. Dropping it ends it at once; [`stop`](Synapse::stop) does so in order.
#[derive(Debug)]
pub struct Synapse {
    pub(super) settings: SynapseSettings,
    pub(super) registration_secret: String,
    pub(super) client: reqwest::Client,
    installation: Installation,
    files: Files,
    port: u16,
    url: String,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    process: Process,
    log_start: u64,
}

/// The process of a homeserver. Dropped, it is killed.
#[derive(Debug)]
enum Process {
    /// A child of ours, and the pipe that it lives on: Synapse ends when this end closes.
    Own {
        child: Box<Child>,
        _lifeline: Option<ChildStdin>,
    },
    /// One of the forkserver's.
    Forked(ForkedProcess),
}

impl Process {
    /// Its process id, while it runs and nobody has awaited its end.
    fn id(&self) -> Option<Pid> {
        match self {
            Process::Own { child, .. } => child.id().and_then(|id| Pid::from_raw(id.cast_signed())),
            Process::Forked(forked) => forked.id(),
        }
    }

    async fn wait(&mut self) -> io::Result<ExitStatus> {
        match self {
            Process::Own { child, .. } => child.wait().await,
            Process::Forked(forked) => forked.wait().await,
        }
    }

    async fn kill(&mut self) -> io::Result<()> {
        match self {
            Process::Own { child, .. } => child.kill().await,
            Process::Forked(forked) => forked.kill().await,
        }
    }
}

/// Why the homeserver does not run or do as asked.
#[derive(Debug, thiserror::Error)]
pub enum SynapseError {
    /// Something else listens there.
    #[error(
        "Port {port} on 127.0.0.1 is taken by another program. End that program, or choose another port for the homeserver."
    )]
    PortTaken {
        /// The port asked for.
        port: u16,
    },
    /// It ended by itself, while starting or later.
    #[error(
        "The homeserver ended by itself ({status}). The last lines of its log, {log}:\n{last_lines}"
    )]
    Ended {
        /// How the process ended.
        status: ExitStatus,
        /// The whole log.
        log: PathBuf,
        /// Its last lines.
        last_lines: String,
    },
    /// It runs but does not answer.
    #[error(
        "The homeserver did not answer within {} seconds of its start. Is this machine very busy? \
         The last lines of its log, {log}:\n{last_lines}", START_LIMIT.as_secs()
    )]
    Silent {
        /// The whole log.
        log: PathBuf,
        /// Its last lines.
        last_lines: String,
    },
    /// Its folder or its process could not be handled.
    #[error(
        "The homeserver in {folder} could not be run: {source}. See that this folder can be written to."
    )]
    System {
        /// The homeserver's folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It was asked something and did not answer.
    #[error("The homeserver could not be reached at {url}: {source}. Is it running?")]
    Unreachable {
        /// Its address.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// It was asked something and refused.
    #[error("The homeserver refused to {act}: {reason}")]
    Refused {
        /// What was asked of it.
        act: String,
        /// Its answer.
        reason: String,
    },
}

impl Synapse {
    /// Starts a homeserver and returns when it answers.
    ///
    /// # Errors
    /// [`SynapseError::PortTaken`], [`Ended`](SynapseError::Ended) with the end of its log, and the like.
    pub async fn start(
        installation: &Installation,
        settings: SynapseSettings,
    ) -> Result<Synapse, SynapseError> {
        let system = |source| SynapseError::System {
            folder: settings.folder.clone(),
            source,
        };
        let files = Files::prepare(&settings.folder).map_err(system)?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| system(io::Error::other(error)))?;
        let mut synapse = Synapse {
            registration_secret: new_secret(),
            client,
            installation: installation.clone(),
            files,
            port: settings.port,
            url: String::new(),
            running: None,
            settings,
        };
        let mut attempts = if synapse.settings.port == 0 {
            PORT_ATTEMPTS
        } else {
            1
        };
        loop {
            attempts -= 1;
            synapse.choose_port()?;
            match synapse.run().await {
                Err(SynapseError::PortTaken { .. }) if attempts > 0 => {}
                outcome => return outcome.map(|()| synapse),
            }
        }
    }

    /// Its base address, such as `http://127.0.0.1:8008`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name after the colon of user ids and aliases.
    pub fn server_name(&self) -> &str {
        &self.settings.server_name
    }

    /// The log file; later starts append to it.
    pub fn log(&self) -> &std::path::Path {
        &self.files.log
    }

    /// Waits until the homeserver ends by itself and says how. For ever, if it was stopped or killed through this value.
    pub async fn ended(&mut self) -> SynapseError {
        let Some(running) = &mut self.running else {
            return std::future::pending().await;
        };
        let outcome = running.process.wait().await;
        let log_start = running.log_start;
        self.running = None;
        match outcome {
            Ok(status) => self.ended_with(status, log_start),
            Err(source) => self.system(source),
        }
    }

    /// Ends it in order and returns when it is gone. Stopping what is stopped does nothing.
    ///
    /// # Errors
    /// [`SynapseError::System`], should the system refuse.
    pub async fn stop(&mut self) -> Result<(), SynapseError> {
        // One that is paused hears nothing but this.
        self.signal(Signal::CONT)?;
        self.signal(Signal::TERM)?;
        let Some(mut running) = self.running.take() else {
            return Ok(());
        };
        match timeout(STOP_LIMIT, running.process.wait()).await {
            Ok(outcome) => outcome.map(drop),
            Err(_) => running.process.kill().await,
        }
        .map_err(|source| self.system(source))
    }

    /// Kills it on the spot, as a power cut would, and returns when it is gone.
    ///
    /// # Errors
    /// [`SynapseError::System`], should the system refuse.
    pub async fn kill(&mut self) -> Result<(), SynapseError> {
        match self.running.take() {
            Some(mut running) => {
                let killed = running.process.kill().await;
                killed.map_err(|source| self.system(source))
            }
            None => Ok(()),
        }
    }

    /// Starts it again, on the same port and folder, after stopping it if it runs.
    ///
    /// # Errors
    /// As for [`start`](Synapse::start).
    pub async fn restart(&mut self) -> Result<(), SynapseError> {
        self.stop().await?;
        self.run().await
    }

    /// Makes it stand still: connections are accepted, nothing is answered.
    ///
    /// # Errors
    /// [`SynapseError::System`], should the system refuse.
    pub fn pause(&self) -> Result<(), SynapseError> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`pause`](Synapse::pause).
    ///
    /// # Errors
    /// [`SynapseError::System`], should the system refuse.
    pub fn resume(&self) -> Result<(), SynapseError> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<(), SynapseError> {
        // No id means that it has ended and was awaited: there is nobody to tell.
        let running = self.running.as_ref();
        match running.and_then(|running| running.process.id()) {
            Some(process) => {
                kill_process(process, signal).map_err(|error| self.system(error.into()))
            }
            None => Ok(()),
        }
    }

    fn choose_port(&mut self) -> Result<(), SynapseError> {
        if self.settings.port == 0 {
            self.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .and_then(|listener| listener.local_addr())
                .map_err(|source| self.system(source))?
                .port();
        }
        self.url = format!("http://127.0.0.1:{}", self.port);
        Ok(())
    }

    async fn run(&mut self) -> Result<(), SynapseError> {
        wait_for_port(self.port)
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::AddrInUse => SynapseError::PortTaken { port: self.port },
                _ => self.system(error),
            })?;
        self.files
            .write_config(&self.settings, self.port, &self.registration_secret)
            .map_err(|source| self.system(source))?;
        let spawned = self.spawn().await;
        self.running = Some(spawned.map_err(|source| self.system(source))?);
        let outcome = self.wait_until_it_answers().await;
        if outcome.is_err() {
            self.running = None;
        }
        outcome
    }

    async fn spawn(&self) -> io::Result<Running> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.files.log)?;
        let log_start = log.metadata()?.len();
        let process = match self.installation.forkserver() {
            Some(forkserver) => Process::Forked(
                forkserver
                    .fork(
                        &self.files.config,
                        &self.files.log,
                        &self.settings.environment,
                    )
                    .await?,
            ),
            None => self.spawn_own(log)?,
        };
        Ok(Running { process, log_start })
    }

    fn spawn_own(&self, log: File) -> io::Result<Process> {
        let mut child = Command::new(self.installation.python())
            .args(["-c", LAUNCHER])
            .arg(&self.files.config)
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .envs(&self.settings.environment)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for the program in front, which then stops its homeserver when it no longer needs it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Process::Own {
            _lifeline: child.stdin.take(),
            child: Box::new(child),
        })
    }

    async fn wait_until_it_answers(&mut self) -> Result<(), SynapseError> {
        let deadline = Instant::now() + START_LIMIT;
        let mut pause = Duration::from_millis(20);
        while Instant::now() < deadline {
            tokio::select! {
                end = self.ended() => return Err(end),
                () = sleep(pause) => {}
            }
            if self.answers().await {
                return Ok(());
            }
            pause = (pause * 2).min(Duration::from_millis(200));
        }
        Err(SynapseError::Silent {
            log: self.files.log.clone(),
            last_lines: self
                .running
                .as_ref()
                .map(|running| self.last_lines(running.log_start))
                .unwrap_or_default(),
        })
    }

    async fn answers(&self) -> bool {
        let answer = self
            .client
            .get(format!("{}/health", self.url))
            .timeout(Duration::from_secs(5))
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    fn ended_with(&self, status: ExitStatus, log_start: u64) -> SynapseError {
        let last_lines = self.last_lines(log_start);
        if last_lines.contains("Address already in use") {
            return SynapseError::PortTaken { port: self.port };
        }
        SynapseError::Ended {
            status,
            log: self.files.log.clone(),
            last_lines,
        }
    }

    /// What this run wrote to the log, the end of it.
    fn last_lines(&self, log_start: u64) -> String {
        let mut text = Vec::new();
        let read = File::open(&self.files.log).and_then(|mut log| {
            log.seek(SeekFrom::Start(log_start))?;
            log.read_to_end(&mut text)
        });
        if let Err(error) = read {
            return format!("(it could not be read: {error})");
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    fn system(&self, source: io::Error) -> SynapseError {
        SynapseError::System {
            folder: self.settings.folder.clone(),
            source,
        }
    }
}

/// Waits for a predecessor whose program was killed a moment ago: there is no one to tell when it is quite gone.
pub(super) async fn wait_for_port(port: u16) -> io::Result<()> {
    let deadline = Instant::now() + PORT_LIMIT;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                sleep(Duration::from_millis(50)).await;
            }
            outcome => return outcome.map(drop),
        }
    }
}
