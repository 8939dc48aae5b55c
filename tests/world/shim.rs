//! A library between the programs of a world and the C library: `tests/shim`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio::sync::OnceCell;

/// The variables that put the clock of a folder before a program's own, and let its power be cut, if the folder has these.
pub fn environment(folder: &Path) -> BTreeMap<OsString, OsString> {
    let mut environment = BTreeMap::new();
    let variables = [
        ("ATY_TEST_CLOCK", folder.join(CLOCK)),
        ("ATY_TEST_POWER", folder.join(POWER)),
    ];
    for (variable, file) in variables {
        if file.exists() {
            environment.insert("LD_PRELOAD".into(), library().into());
            environment.insert(variable.into(), file.into());
        }
    }
    environment
}

/// By how many seconds the clock of a folder's programs is ahead.
pub(super) const CLOCK: &str = "clock";
/// Is there in a folder whose programs' power can be cut.
pub(super) const POWER: &str = "power";

/// The environment of a program whose forks may get a clock of their own.
pub(super) async fn preloaded() -> BTreeMap<OsString, OsString> {
    compiled().await;
    BTreeMap::from([("LD_PRELOAD".into(), library().into())])
}

fn library() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shim.so")
}

/// Compiles it, once.
pub(super) async fn compiled() {
    static COMPILED: OnceCell<()> = OnceCell::const_new();
    COMPILED
        .get_or_init(|| async {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/shim/lib.rs");
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            // Another run of the tests may be using the one that is there.
            let new = library().with_file_name(format!("shim-{}.so", std::process::id()));
            let compiled = Command::new(rustc)
                .args(["--edition", "2024", "--crate-type", "cdylib"])
                .args(["--crate-name", "shim", "-O", "-o"])
                .args([&new, &source])
                .output();
            let compiled = compiled.await.expect("rustc runs");
            let said = String::from_utf8_lossy(&compiled.stderr);
            assert!(compiled.status.success(), "{said}");
            std::fs::rename(new, library()).expect("it is in its place");
        })
        .await;
}
