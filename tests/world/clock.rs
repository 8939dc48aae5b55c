//! A clock of a world's own: its bridge, or its homeserver too, sees it in the place of the machine's.

use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::shim;

/// The clock that the programs of a world go by, as long as they run. Clocks that only go forward are the machine's.
pub struct Clock {
    file: PathBuf,
    /// By so many seconds it is ahead.
    ahead: i64,
}

impl Clock {
    /// Gives the programs that are started in a folder a clock of their own, which goes right at first.
    pub(super) async fn lay_into(folder: &Path) -> Self {
        shim::compiled().await;
        let clock = Self {
            file: folder.join(shim::CLOCK),
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
}
