//! Other bridges on a world's homeserver: of other plans, on the same machine.

use std::path::{Path, PathBuf};

use sandbox::phones::person;
use sandbox::server::WhatsAppServer;

use super::bridge::{self, BridgeProcess};
use super::free_address;
use super::told::{Names, Theme, config, seed, write_themes};

/// Their accounts' place among the numbers, beyond all people.
const FIRST_ACCOUNT: usize = 90;

/// A bridge beside the world's own, with a WhatsApp account and a plan of its own.
pub struct Neighbour {
    pub folder: PathBuf,
}

impl Neighbour {
    /// Writes all that the bridge needs into a folder of its own below the world's, and links its account.
    pub(super) async fn move_in(
        world: &Path,
        (at, names): (usize, Names<'_>),
        homeserver: &str,
        whatsapp: &WhatsAppServer,
        (themes, settings): (&[Theme], &str),
    ) -> Self {
        let folder = world.join(names.id);
        std::fs::create_dir(&folder).expect("it is made");
        write_themes(&folder, names.id, themes);
        let config = config(whatsapp, names, [free_address(), free_address()], settings);
        let config = config.replace("HOMESERVER", homeserver);
        std::fs::write(folder.join("bridge.yaml"), config).expect("it is written");
        let written = bridge::aty(&folder, &["registration"]).await;
        written.expect("a registration");
        let account = person(FIRST_ACCOUNT + at, names.id);
        let added = whatsapp.add_account(account.clone()).await;
        added.expect("an account");
        seed(&folder, whatsapp, account).await;
        Self { folder }
    }

    pub(super) fn registration(&self) -> PathBuf {
        self.folder.join("data/registration.yaml")
    }

    /// Starts it and waits until it is ready.
    pub async fn start_bridge(&self) -> BridgeProcess {
        BridgeProcess::start(&self.folder).await
    }

    /// A command of the program against this bridge: what it prints, or what it says is wrong.
    pub async fn aty(&self, arguments: &[&str]) -> Result<String, String> {
        bridge::aty(&self.folder, arguments).await
    }

    /// Waits until it has nothing left to carry.
    pub async fn settled(&self) {
        let idle = |status: &serde_json::Value| status["idle"] == true;
        bridge::wait_for_status(&self.folder, bridge::PATIENCE, "nothing waits", idle).await;
    }
}
