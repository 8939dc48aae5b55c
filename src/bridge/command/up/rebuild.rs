//! Spares whoever tries Aty by `cargo run` a second build at their second start.
//!
//! The build script of waproto 0.7 asks to be run again when a file changes that it writes itself, and so is seen to be newer
//! than its own run: cargo then builds it and all that stands on it once more, some minutes. Nothing was changed: the run is
//! dated as that file is.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Dates the run, if this program lies where cargo has built it.
pub(super) fn spare() -> io::Result<()> {
    let program = std::env::current_exe()?;
    let builds = program.parent().map(|folder| folder.join("build"));
    let Some(builds) = builds.filter(|builds| builds.is_dir()) else {
        return Ok(());
    };
    for build in fs::read_dir(builds)? {
        let build = build?;
        if build.file_name().to_string_lossy().starts_with("waproto-") {
            date(&build.path())?;
        }
    }
    Ok(())
}

fn date(build: &Path) -> io::Result<()> {
    let (written, run) = (build.join("out/whatsapp.local.desc"), build.join("output"));
    if !written.exists() || !run.exists() {
        return Ok(());
    }
    let written = fs::metadata(written)?.modified()?;
    let run = File::options().write(true).open(run)?;
    if run.metadata()?.modified()? < written {
        run.set_modified(written)?;
    }
    Ok(())
}
