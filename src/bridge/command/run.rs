//! `aty run`: the bridge, until it is told to stop.

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

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    logs::begin(&config.log, None).context("the log can't be written")?;
    let data = config.data.clone();
    let started = tokio::select! {
        started = Bridge::start(config, &Logged) => started,
        () = told_to_stop() => return Ok(()),
    };
    let bridge = Arc::new(started?);
    say(READY);
    tokio::select! {
        served = control::serve(bridge.clone(), &data) => served.context("commands can't be taken (aty.sock)")?,
        () = told_to_stop() => {}
        () = broken(&bridge) => tracing::error!("stopping: what was received is kept by WhatsApp until the next start"),
    }
    bridge.stop().await;
    Ok(())
}

/// Returns when somebody wants the program to end: Ctrl-C, or a polite kill.
pub(super) async fn told_to_stop() {
    let mut terminated = signal(SignalKind::terminate()).expect("the system has signals");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

/// Returns when going on would lose messages.
pub(super) async fn broken(bridge: &Bridge) {
    let mut status = bridge.whatsapp();
    let cannot_keep = |status: &whatsapp::Status| {
        matches!(
            status,
            whatsapp::Status::Broken(whatsapp::Broken::CannotKeep)
        )
    };
    if status.wait_for(cannot_keep).await.is_err() {
        std::future::pending::<()>().await;
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
