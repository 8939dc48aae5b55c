//! Worlds that are made once a run and copied: to make a plan's rooms, or seat its delegates, costs more than most of
//! what is then played.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::turn::Turn;
use super::{Beginning, QUICK, Theme, World, files_under, place};

/// The files of a world in which everything has stopped.
pub struct Template {
    /// The bridge's address in its registration.
    listen: SocketAddr,
    /// Who has a phone, in the order in which they came.
    pub(super) people: Vec<String>,
    /// By the path in the world's folder.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Things that are made once a run, by their keys.
pub struct Templates<T>(Mutex<Made<T>>);

type Made<T> = BTreeMap<String, Arc<OnceCell<Arc<T>>>>;

impl<T> Templates<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    pub async fn get(&self, key: &str, make: impl AsyncFnOnce() -> T) -> Arc<T> {
        let made = {
            let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            made.entry(key.to_owned()).or_default().clone()
        };
        let make = async || Arc::new(make().await);
        made.get_or_init(make).await.clone()
    }
}

const REGISTRATION: &str = "data/registration.yaml";

impl Template {
    /// A plan's rooms, in which nobody is.
    pub(super) async fn of_rooms(themes: &[Theme]) -> Arc<Self> {
        static ROOMS: Templates<Template> = Templates::new();
        let slugs: Vec<&str> = themes.iter().map(|(slug, ..)| *slug).collect();
        let make = async || {
            let turn = Turn::take().await;
            let beginning = Beginning::of(themes, QUICK);
            let world = World::begin(beginning, place::folder(), turn).await;
            world.link_account().await;
            let bridge = world.start_bridge().await;
            world.settled().await;
            bridge.stop().await;
            Self::of(world).await
        };
        ROOMS.get(&slugs.join(" "), make).await
    }

    /// Stops a world, whose bridge has stopped already, and takes what its folder holds.
    pub async fn of(mut world: World) -> Self {
        for phone in world.phones.values() {
            phone.go_offline().await;
        }
        world.phones.clear();
        world.whatsapp.stop().await.expect("it stops");
        world.synapse.stop().await.expect("it stops");
        let folder = world.folder.path();
        let files = files_under(folder).into_iter().filter_map(|path| {
            let within = path.strip_prefix(folder).ok()?.to_owned();
            let kept = is_kept(&within, world.keeps_phones);
            kept.then(|| (within, fs::read(path).expect("it can be read")))
        });
        Self {
            listen: world.listen,
            people: world.people.clone(),
            files: files.collect(),
        }
    }

    /// Copies it into a world's folder, whose bridge listens there.
    pub(super) fn lay_into(&self, folder: &Path, listen: SocketAddr) {
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

/// Whether a file of a world's folder is good in any other; the session on WhatsApp is so together with its server.
fn is_kept(path: &Path, with_phones: bool) -> bool {
    let text = path.to_string_lossy();
    let begins = |folders: &[&str]| folders.iter().any(|folder| text.starts_with(folder));
    matches!(&*text, "aty.key" | REGISTRATION | "homeserver/signing.key")
        || begins(&["data/notebook/", "homeserver/homeserver.db"])
        || with_phones && begins(&["data/session/", "whatsapp/"])
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
