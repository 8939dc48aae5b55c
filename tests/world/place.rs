//! Where the worlds of a run lie: in memory where the machine has it, for what is lost with a test needs no disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

const MEMORY: &str = "/dev/shm";
/// The bytes that the worlds of a whole run take, with some to spare.
const WANTED: u64 = 2 << 30;
const PREFIX: &str = "aty-tests-";

/// A folder for one world.
pub fn folder() -> TempDir {
    let mut prefix = PREFIX.to_owned();
    prefix.push_str(&std::process::id().to_string());
    prefix.push('-');
    let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(all());
    folder.expect("a temporary folder")
}

/// The folder that they are all in.
pub fn all() -> &'static Path {
    static CHOSEN: OnceLock<PathBuf> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let chosen = match room_in_memory() {
            Some(free) if free >= WANTED => PathBuf::from(MEMORY),
            _ => std::env::temp_dir(),
        };
        remove_leftovers(&chosen);
        chosen
    })
}

#[cfg(target_os = "linux")]
fn room_in_memory() -> Option<u64> {
    let shared = rustix::fs::statvfs(MEMORY).ok()?;
    // The file system's own limit, and the memory that there is.
    let memory = super::turn::available_memory()?;
    Some((shared.f_bavail * shared.f_frsize).min(memory / 2))
}

#[cfg(not(target_os = "linux"))]
fn room_in_memory() -> Option<u64> {
    None
}

/// Worlds that were left by runs that were killed.
fn remove_leftovers(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let of = name.to_str().and_then(|name| {
            let (process, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
            process.parse::<u32>().ok()
        });
        if of.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
