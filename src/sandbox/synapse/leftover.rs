//! A homeserver that outlived the program that had started it.
//!
//! Its twin (launcher.py) ends it when that program goes. Where both are killed at once, it goes on and holds its port.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::process::STOP_LIMIT;
use super::settings::CONFIG;

/// Ends, in order, a homeserver that still runs in this folder, and returns when it is gone; whether there was one. To be asked
/// by whoever knows that nobody else uses the folder. One of a forkserver's is not found.
///
/// # Errors
/// When the system does not let it be seen or ended.
pub fn end_leftover(folder: &Path) -> io::Result<bool> {
    let config = std::path::absolute(folder)?.join(CONFIG);
    let mut found = false;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.parse().ok());
        let Some(id) = id.and_then(Pid::from_raw) else {
            continue;
        };
        if !runs(id, &config) {
            continue;
        }
        let process = match pidfd_open(id, PidfdFlags::NONBLOCK) {
            // It has just ended by itself.
            Err(Errno::SRCH) => continue,
            process => process?,
        };
        // Held now, so that no other process can have come by its id meanwhile.
        if runs(id, &config) {
            end(&process)?;
            found = true;
        }
    }
    Ok(found)
}

/// Whether this process is a homeserver with this configuration.
fn runs(id: Pid, config: &Path) -> bool {
    let line = fs::read(format!("/proc/{}/cmdline", id.as_raw_pid())).unwrap_or_default();
    let mut arguments = line.split(|byte| *byte == 0);
    arguments.any(|argument| argument == b"synapse.app.homeserver")
        && arguments.any(|argument| argument == config.as_os_str().as_encoded_bytes())
}

fn end(process: &OwnedFd) -> io::Result<()> {
    // One that is paused hears nothing but this.
    pidfd_send_signal(process, Signal::CONT)?;
    pidfd_send_signal(process, Signal::TERM)?;
    // It can be read from when the process has ended.
    let mut ended = [PollFd::new(process, PollFlags::IN)];
    if poll(
        &mut ended,
        Some(&STOP_LIMIT.try_into().expect("it is short")),
    )? == 0
    {
        pidfd_send_signal(process, Signal::KILL)?;
        poll(&mut ended, None)?;
    }
    Ok(())
}
