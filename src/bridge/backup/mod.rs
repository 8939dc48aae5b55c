//! Backups: everything of a bridge but its key, in one file, made while it runs.
//!
//! The file is a tar archive: what it is, the configuration and the themes, the registration, and a copy of both
//! databases as they were at one moment. The databases stay sealed. The registration and the configuration are as
//! they are, so the file is its owner's alone.

mod restore;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use vault::Database;

use crate::clock;
use crate::config::Config;

pub use restore::restore;

/// The layout of the archive. It changes when an older program could not read it.
const FORMAT: u32 = 1;
const ABOUT: &str = "aty-backup.json";
const CONFIG: &str = "bridge.yaml";
const THEMES: &str = "themes.yaml";
const REGISTRATION: &str = "registration.yaml";
const DATABASES: &str = "databases";
/// The names of the databases in the data folder and in a copy.
const SESSION: &str = "session";
const NOTEBOOK: &str = "notebook";

/// What an archive says about itself.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    format: u32,
    /// The program that wrote it.
    version: String,
    /// When, in milliseconds since 1970.
    made: i64,
    /// Where the themes' file was, from the configuration file's folder.
    themes: PathBuf,
}

/// Writes a backup into a file that is not there yet. It is there whole, or not at all.
///
/// Blocks while it reads and writes. Says how many bytes it has.
///
/// # Errors
/// A sentence that says what to do.
pub fn write(
    config: &Config,
    session: &Database,
    notebook: &Database,
    file: &Path,
) -> anyhow::Result<u64> {
    let shown = file.display();
    if file.symlink_metadata().is_ok() {
        bail!("{shown} is there already. Name another file, or move it away.");
    }
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(format!(".{:08x}.part", rand::random::<u32>()));
    let unfinished = PathBuf::from(unfinished);
    let written = archive(config, session, notebook, &unfinished).and_then(|bytes| {
        fs::rename(&unfinished, file)?;
        // The name, too, has to be on the disk.
        if let Some(folder) = file.parent().filter(|folder| folder.is_dir()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(bytes)
    });
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written.with_context(|| format!("The backup {shown} can't be written"))
}

fn archive(
    config: &Config,
    session: &Database,
    notebook: &Database,
    file: &Path,
) -> anyhow::Result<u64> {
    // New, so that nothing that somebody has laid there is followed or written into.
    let out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    let mut archive = tar::Builder::new(out);
    let base = config.file.parent().unwrap_or(Path::new(""));
    let about = About {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made: clock::now().0,
        themes: config
            .themes
            .strip_prefix(base)
            .unwrap_or(&config.themes)
            .to_owned(),
    };
    put(&mut archive, ABOUT, &serde_json::to_vec_pretty(&about)?)?;
    for (name, path) in [
        (CONFIG, &config.file),
        (THEMES, &config.themes),
        (REGISTRATION, &config.appservice.registration),
    ] {
        let content =
            fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        put(&mut archive, name, &content)?;
    }
    let mut header = header();
    let mut copy = BufWriter::new(archive.append_writer(&mut header, DATABASES)?);
    vault::export(&[(SESSION, session), (NOTEBOOK, notebook)], &mut copy)?;
    copy.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .finish()?;
    let mut out = archive.into_inner()?;
    out.flush()?;
    out.sync_all()?;
    Ok(out.metadata()?.len())
}

fn put(archive: &mut tar::Builder<File>, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = header();
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, name, content)
}

fn header() -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(clock::now().0 / 1000).unwrap_or(0));
    header
}

/// Whether a path stays in its folder.
fn is_within(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
