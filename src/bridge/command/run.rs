//! `aty run`: the bridge, until it is told to stop.

use std::os::unix::process::CommandExt;
use std::pin::pin;
use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::say;
use crate::config::Config;
use crate::control;
use crate::engine::{Bridge, Progress, Step};
use crate::logs;

/// What is said when the bridge carries messages. Scripts wait for this line.
pub(super) const READY: &str = "Aty is ready.";

const CANNOT_START_AGAIN: &str =
    "the bridge has to start again and can't do so by itself: start it";

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    logs::begin(&config.log, None).context("the log can't be written")?;
    let data = config.data.clone();
    // Listened for all the time: what is said between two who listen is heard by neither.
    let mut told = pin!(told_to_stop());
    let started = tokio::select! {
        started = Bridge::start(config, &Logged) => started,
        () = &mut told => return Ok(()),
    };
    let bridge = Arc::new(started?);
    say(READY);
    tokio::select! {
        served = control::serve(bridge.clone(), &data) => served.context("commands can't be taken (aty.sock)")?,
        () = &mut told => {}
        why = broken(&bridge) => {
            bridge.stop().await;
            anyhow::bail!(why);
        }
        () = bridge.begins_anew() => {
            bridge.stop().await;
            return Err(start_again());
        }
    }
    bridge.stop().await;
    Ok(())
}

/// Replaces this process by the same program with the same arguments. Returns only if that can't be, and why.
pub(super) fn start_again() -> anyhow::Error {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return anyhow::Error::new(error).context(CANNOT_START_AGAIN),
    };
    let error = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .exec();
    anyhow::Error::new(error).context(CANNOT_START_AGAIN)
}

/// Returns when somebody wants the program to end: Ctrl-C, a polite kill, or a terminal that was closed.
pub(super) async fn told_to_stop() {
    let listen = |kind| signal(kind).expect("the system has signals");
    let mut terminated = listen(SignalKind::terminate());
    let mut closed = (!outlives_terminal()).then(|| listen(SignalKind::hangup()));
    let terminal_closed = async {
        match &mut closed {
            Some(closed) => closed.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
        _ = terminal_closed => {}
    }
}

/// Whether whoever started the program wants it to go on without its terminal: nohup has the signal ignored, and to
/// listen for it would undo that. Linux tells by a mask of the ignored signals, of which SIGHUP is the first.
fn outlives_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 1)
}

/// Returns when going on would lose messages or say them twice, and why. What was received is kept until the next start by
/// those who sent it.
pub(super) async fn broken(bridge: &Bridge) -> String {
    let mut status = bridge.whatsapp();
    let cannot_keep = async {
        let broken = whatsapp::Status::Broken(whatsapp::Broken::CannotKeep);
        match status.wait_for(|status| *status == broken).await {
            Ok(status) => status.to_string(),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        why = cannot_keep => why,
        why = bridge.failed() => format!("{why}\nMend that (is the disk full?) and start again. Nothing is lost."),
    }
}

/// Progress as lines of the log.
struct Logged;

impl Progress for Logged {
    fn step(&self, step: Step<'_>) {
        match step {
            Step::WaitingForHomeserver(url) => {
                tracing::warn!("waiting for the homeserver at {url}")
            }
            Step::Room { done, of, name } => tracing::info!("room {done} of {of}: {name}"),
        }
    }
}
