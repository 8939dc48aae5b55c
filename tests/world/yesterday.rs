//! The homeserver's database, copied and put back.

use std::fs;
use std::path::PathBuf;

use super::{World, files_under};

/// What the homeserver knew when it was taken.
pub struct Yesterday(Vec<(PathBuf, Vec<u8>)>);

impl World {
    /// Copies the homeserver's database; it is away meanwhile.
    pub async fn remember_homeserver(&mut self) -> Yesterday {
        self.synapse.stop().await.expect("it stops");
        let files = self.databases().into_iter();
        let copies = files.map(|path| (path.clone(), fs::read(path).expect("it can be read")));
        let copies = copies.collect();
        self.synapse.restart().await.expect("it starts");
        Yesterday(copies)
    }

    /// Puts the homeserver's database back: it has lost what came since.
    pub async fn put_homeserver_back(&mut self, yesterday: &Yesterday) {
        self.synapse.stop().await.expect("it stops");
        for path in self.databases() {
            fs::remove_file(path).expect("it can be removed");
        }
        for (path, bytes) in &yesterday.0 {
            fs::write(path, bytes).expect("it can be written");
        }
        self.synapse.restart().await.expect("it starts");
    }

    fn databases(&self) -> Vec<PathBuf> {
        let mut files = files_under(&self.folder.path().join("homeserver"));
        files.retain(|path| path.to_string_lossy().contains("homeserver.db"));
        files
    }
}
