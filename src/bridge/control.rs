//! How one `aty` command talks to the running bridge: a Unix socket in the data folder, one JSON line each way.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use civic::Standing;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::command::{backup_done, code_lines, letter_line, removed_lines, retried_lines};
use crate::doctor::{self, Finding};
use crate::engine::{Bridge, GroupState, OnlyTold};

/// The longest request that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// So many requests are answered at once.
const AT_ONCE: usize = 16;
/// How long somebody who has connected may take to ask.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait after a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(200);

/// What can be asked of the running bridge.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// How things stand.
    Status,
    /// All groups.
    Groups,
    /// Open a group for a theme.
    OpenGroup {
        /// Slug or code.
        theme: String,
    },
    /// Adopt a group by its invitation link.
    AdoptGroup {
        /// Slug or code.
        theme: String,
        /// Its invitation link.
        link: String,
    },
    /// The invitation links of a theme.
    GroupLinks {
        /// Slug or code.
        theme: String,
    },
    /// Start again, with the account that was linked to take over.
    BeginAnew,
    /// What is well and what is not.
    Examine,
    /// Write a backup.
    Backup {
        /// Into this file, from the root.
        file: PathBuf,
    },
    /// What was put aside.
    Letters,
    /// Send what was put aside again.
    Retry {
        /// These, or all if there are none.
        only: Vec<u64>,
    },
    /// Make a one-time code by which somebody becomes a facilitator.
    FacilitatorCode,
    /// Take it from somebody who became a facilitator by a code.
    RemoveFacilitator {
        /// What they are shown as.
        name: String,
    },
    /// Take a message out that the law forbids.
    Remove {
        /// Slug or code.
        theme: String,
        /// Its link or event id.
        message: String,
        /// Why, for everybody to read.
        reason: String,
    },
    /// Drop something that was put aside.
    Forget {
        /// Which.
        number: u64,
    },
}

/// What the running bridge answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done; lines for the person who asked.
    Done(Vec<String>),
    /// Not done, and why.
    Refused(String),
    /// How things stand.
    Status(StatusReport),
    /// What is well and what is not.
    Findings(Vec<Finding>),
}

/// How the running bridge stands.
#[derive(Debug, Serialize, Deserialize)]
pub struct StatusReport {
    /// How the connection to WhatsApp stands, in words.
    pub whatsapp: String,
    /// For how long the phone of the account was not heard, in words, if there is one to hear.
    pub phone: Option<String>,
    /// How many rooms it serves.
    pub rooms: usize,
    /// How many open groups.
    pub open_groups: usize,
    /// Whether nothing waits to be carried.
    pub idle: bool,
    /// How many things were put aside.
    pub dead_letters: usize,
    /// How many of which kind were not carried, only told by a line, since it started.
    #[serde(default)]
    pub only_told: OnlyTold,
    /// What those are shown as who became facilitators by a code.
    #[serde(default)]
    pub facilitators: Vec<String>,
}

/// Why the running bridge could not be asked. Displays what to do.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No bridge runs on this data folder.
    #[error("No bridge is running on {0}. Start it first: aty run (or aty up)")]
    NotRunning(PathBuf),
    /// It broke off.
    #[error("The running bridge did not answer: {0}")]
    NoAnswer(String),
}

/// Where the socket of a data folder is.
pub fn socket(data: &Path) -> PathBuf {
    data.join("aty.sock")
}

/// Answers requests, for ever.
///
/// # Errors
/// When the socket can't be made.
pub async fn serve(bridge: Arc<Bridge>, data: &Path) -> io::Result<()> {
    let path = socket(data);
    // A socket left by a bridge that was killed; a living one would hold the notebook.
    if path.exists() {
        fs::remove_file(&path)?;
    }
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let seat = seats.clone().acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many files are open, or the like: it passes, and whoever asks waits.
                tracing::warn!(%error, "a command could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let bridge = bridge.clone();
        tokio::spawn(async move {
            let _seat = seat;
            if let Err(error) = answer(&bridge, stream).await {
                tracing::warn!(%error, "a command could not be answered");
            }
        });
    }
}

/// Asks the bridge that runs on a data folder.
///
/// # Errors
/// [`ControlError`].
pub async fn ask(data: &Path, request: &Request) -> Result<Answer, ControlError> {
    let not_running = |_| ControlError::NotRunning(data.to_owned());
    let broken = |error: io::Error| ControlError::NoAnswer(error.to_string());
    let mut stream = UnixStream::connect(socket(data))
        .await
        .map_err(not_running)?;
    let mut line = serde_json::to_string(request).map_err(|error| broken(error.into()))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).await.map_err(broken)?;
    let mut answer = String::new();
    BufReader::new(stream)
        .read_line(&mut answer)
        .await
        .map_err(broken)?;
    serde_json::from_str(&answer).map_err(|error| broken(error.into()))
}

async fn answer(bridge: &Bridge, mut stream: UnixStream) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let mut reader = BufReader::new(tokio::io::AsyncReadExt::take(reader, LONGEST));
    timeout(PATIENCE, reader.read_line(&mut line)).await??;
    let request = serde_json::from_str(&line);
    let begins_anew = matches!(request, Ok(Request::BeginAnew));
    let answer = match request {
        Ok(request) => carry_out(bridge, request).await,
        Err(error) => Answer::Refused(format!("that is not a request: {error}")),
    };
    let mut line = serde_json::to_string(&answer)?;
    line.push('\n');
    let told = writer.write_all(line.as_bytes()).await;
    if begins_anew {
        // Only now: the process that answers is the one that ends.
        bridge.begin_anew();
    }
    told
}

async fn carry_out(bridge: &Bridge, request: Request) -> Answer {
    let done: anyhow::Result<Vec<String>> = match request {
        Request::Status => return Answer::Status(status(bridge)),
        Request::BeginAnew => Ok(vec![
            "The account is linked. The bridge starts again with it, and it leads the groups from now on."
                .to_owned(),
        ]),
        Request::Groups => Ok(bridge.groups().iter().map(described).collect()),
        Request::OpenGroup { theme } => bridge
            .open_group(&theme)
            .await
            .map(|link| vec![link.to_string()])
            .map_err(Into::into),
        Request::AdoptGroup { theme, link } => bridge
            .adopt_group(&theme, &link)
            .await
            .map(|()| {
                vec![
                    "The group was told. After the announced wait it is part of the conversation."
                        .to_owned(),
                ]
            })
            .map_err(Into::into),
        Request::GroupLinks { theme } => bridge
            .group_links(&theme)
            .await
            .map(|links| links.iter().map(ToString::to_string).collect())
            .map_err(Into::into),
        Request::Examine => match doctor::running(bridge).await {
            Ok(findings) => return Answer::Findings(findings),
            Err(error) => Err(error.into()),
        },
        Request::Backup { file } => bridge
            .back_up(file)
            .await
            .map(|bytes| vec![backup_done(bytes)]),
        Request::Letters => bridge
            .letters()
            .map(|letters| match letters.is_empty() {
                true => vec!["Nothing was put aside.".to_owned()],
                false => letters.iter().map(letter_line).collect(),
            })
            .map_err(Into::into),
        Request::Retry { only } => bridge
            .retry(&only)
            .await
            .map(|retried| retried_lines(&retried))
            .map_err(Into::into),
        Request::FacilitatorCode => bridge
            .facilitator_code()
            .await
            .map(|code| code_lines(&code))
            .map_err(Into::into),
        Request::RemoveFacilitator { name } => match bridge.remove_facilitator(&name).await {
            Ok(true) => Ok(vec![format!("{name} is no facilitator any more.")]),
            Ok(false) => Err(anyhow::anyhow!(
                "Nobody of this name became a facilitator by a code. Who did: aty status"
            )),
            Err(error) => Err(error.into()),
        },
        Request::Remove {
            theme,
            message,
            reason,
        } => bridge
            .remove(&theme, &message, &reason)
            .await
            .map(|()| removed_lines())
            .map_err(Into::into),
        Request::Forget { number } => match bridge.forget_letter(number).await {
            Ok(true) => Ok(vec!["It is gone.".to_owned()]),
            Ok(false) => Err(anyhow::anyhow!(
                "There is no {number}. What was put aside: aty retry --list"
            )),
            Err(error) => Err(error.into()),
        },
    };
    done.map_or_else(|error| Answer::Refused(format!("{error:#}")), Answer::Done)
}

fn status(bridge: &Bridge) -> StatusReport {
    StatusReport {
        whatsapp: bridge.whatsapp().borrow().to_string(),
        phone: bridge.phone().map(|silence| silence.to_string()),
        rooms: bridge.rooms().len(),
        open_groups: bridge
            .groups()
            .iter()
            .filter(|group| group.standing == Standing::Open)
            .count(),
        idle: bridge.is_idle(),
        dead_letters: bridge.dead_letters(),
        only_told: bridge.only_told(),
        facilitators: bridge.facilitators(),
    }
}

fn described(group: &GroupState) -> String {
    let standing = match group.standing {
        Standing::Announced { .. } => "announced, not open yet",
        Standing::Open => "open",
        Standing::Closed => "closed",
    };
    format!(
        "{:<24} {:<32} {standing}",
        group.theme.as_str(),
        group.subject
    )
}
