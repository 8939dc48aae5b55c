//! A clock of a world's own: its bridge, or its homeserver too, sees it in the place of the machine's.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio::sync::OnceCell;

/// The clock that the programs of a world go by, as long as they run. Clocks that only go forward are the machine's.
pub struct Clock {
    file: PathBuf,
    /// By so many seconds it is ahead.
    ahead: i64,
}

impl Clock {
    /// Gives the programs that are started in a folder a clock of their own, which goes right at first.
    pub(super) async fn lay_into(folder: &Path) -> Self {
        shim().await;
        let clock = Self {
            file: folder.join("clock"),
            ahead: 0,
        };
        clock.show();
        clock
    }

    /// It jumps ahead by so many hours, or back.
    pub fn jumps(&mut self, hours: i64) {
        self.ahead += hours * 3600;
        self.show();
    }

    /// In place: programs have the file mapped.
    fn show(&self) {
        let mut options = std::fs::File::options();
        let file = options.write(true).create(true).truncate(false);
        let file = file.open(&self.file).expect("the clock is there");
        file.write_all_at(&self.ahead.to_ne_bytes(), 0)
            .expect("the clock is set");
    }

    /// What puts the clock of a folder before a program's own, if the folder has one.
    pub(super) fn environment(folder: &Path) -> BTreeMap<OsString, OsString> {
        let file = folder.join("clock");
        match file.exists() {
            true => BTreeMap::from([
                ("LD_PRELOAD".into(), library().into()),
                ("ATY_TEST_CLOCK".into(), file.into()),
            ]),
            false => BTreeMap::new(),
        }
    }
}

/// The environment of a program whose forks may get a clock of their own.
pub(super) async fn preloaded() -> BTreeMap<OsString, OsString> {
    shim().await;
    BTreeMap::from([("LD_PRELOAD".into(), library().into())])
}

fn library() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("clock.so")
}

/// Compiles what stands between a program and the machine's clock, once.
async fn shim() {
    static COMPILED: OnceCell<()> = OnceCell::const_new();
    COMPILED
        .get_or_init(|| async {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clock/shim.rs");
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            // Another run of the tests may be using the one that is there.
            let new = library().with_file_name(format!("clock-{}.so", std::process::id()));
            let compiled = Command::new(rustc)
                .args(["--edition", "2024", "--crate-type", "cdylib"])
                .args(["--crate-name", "clock", "-O", "-o"])
                .args([&new, &source])
                .output();
            let compiled = compiled.await.expect("rustc runs");
            let said = String::from_utf8_lossy(&compiled.stderr);
            assert!(compiled.status.success(), "{said}");
            std::fs::rename(new, library()).expect("the clock is in its place");
        })
        .await;
}
