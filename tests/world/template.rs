//! A plan's rooms, made once a run and copied into each world: to make them costs more than most of what is then played.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::turn::Turn;
use super::{QUICK, Theme, World, files_under, place};

/// The files of a homeserver and a bridge that have made a plan's rooms, and both stopped.
pub struct Template {
    /// The bridge's address in its registration.
    listen: SocketAddr,
    /// By the path in the world's folder.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// What of a world's folder is its homeserver's and its bridge's and good in any other world.
fn is_kept(path: &Path) -> bool {
    let text = path.to_string_lossy();
    path == Path::new("aty.key")
        || path == Path::new(REGISTRATION)
        || text.starts_with("data/notebook/")
        || text.starts_with("homeserver/homeserver.db")
        || text == "homeserver/signing.key"
}

const REGISTRATION: &str = "data/registration.yaml";

impl Template {
    /// The template of a plan with these themes.
    pub async fn of(themes: &[Theme]) -> Arc<Self> {
        type Made = Arc<OnceCell<Arc<Template>>>;
        static TEMPLATES: Mutex<BTreeMap<Vec<&str>, Made>> = Mutex::new(BTreeMap::new());
        let slugs = themes.iter().map(|(slug, ..)| *slug).collect();
        let made = {
            let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
            templates.entry(slugs).or_default().clone()
        };
        made.get_or_init(|| Self::make(themes)).await.clone()
    }

    async fn make(themes: &[Theme]) -> Arc<Self> {
        let turn = Turn::take().await;
        let mut world = World::inside(place::folder(), themes, QUICK, None, turn).await;
        world.link_account().await;
        let bridge = world.start_bridge().await;
        world.settled().await;
        bridge.stop().await;
        world.synapse.stop().await.expect("it stops");
        let folder = world.folder.path();
        let files = files_under(folder).into_iter().filter_map(|path| {
            let within = path.strip_prefix(folder).ok()?.to_owned();
            is_kept(&within).then(|| (within, fs::read(path).expect("it can be read")))
        });
        Arc::new(Self {
            listen: world.listen,
            files: files.collect(),
        })
    }

    /// Copies it into a world's folder, whose bridge listens there.
    pub fn lay_into(&self, folder: &Path, listen: SocketAddr) {
        for (path, bytes) in &self.files {
            let to = folder.join(path);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it is made");
            write_private(&to, bytes);
        }
        let path = folder.join(REGISTRATION);
        let text = fs::read_to_string(&path).expect("it was just written");
        let text = text.replace(&self.listen.to_string(), &listen.to_string());
        write_private(&path, text.as_bytes());
    }
}

/// The bridge takes no key that others can read.
fn write_private(path: &Path, bytes: &[u8]) {
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(bytes));
    written.expect("it is written");
}
