//! A phone's keys, made as if it had been set up long ago.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use vault::{Database, Key, VaultError};
use whatsapp::{SeedDevice, Session};
use whatsapp_rust::wacore::store::InMemoryBackend;
use whatsapp_rust::wacore::store::traits::{Backend, DeviceStore};

use super::PersonSeed;

/// A phone needs little room.
const CACHE: u64 = 1 << 20;
/// How long a stopped client may hold on to its database.
const LETTING_GO: Duration = Duration::from_secs(10);
const LOOKING_AGAIN: Duration = Duration::from_millis(20);
/// Where a phone keeps its keys and, with a folder, its conversations.
pub(super) struct Storage {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) database: Option<Database>,
}

impl Storage {
    pub(super) async fn open(
        person: &PersonSeed,
        device: u16,
        server_key: [u8; 32],
        folder: Option<&Path>,
    ) -> Result<Self> {
        let seed = SeedDevice {
            number: person.number.parse()?,
            lid: person.lid.parse()?,
            device,
            push_name: person.name.clone(),
            server_key: Some(server_key),
        };
        let Some(folder) = folder else {
            let backend = Arc::new(InMemoryBackend::new());
            backend.save(&seed.make()).await?;
            return Ok(Self {
                backend,
                database: None,
            });
        };
        let key = Key::open_or_create(&folder.join("key"))?;
        let database = open_when_free(&folder.join("state"), &key).await?;
        let session = Session::open(database.clone())?;
        session.seed(seed).await?;
        Ok(Self {
            backend: session.backend(),
            database: Some(database),
        })
    }
}

/// Opens a database. A client that has just stopped lets go of its own a moment later, when the last of its
/// tasks ends; nothing tells when, so this looks again until then.
async fn open_when_free(path: &Path, key: &Key) -> Result<Database, VaultError> {
    let given_up = Instant::now() + LETTING_GO;
    loop {
        match Database::open(path, key, CACHE) {
            Err(VaultError::InUse(_)) if Instant::now() < given_up => {
                tokio::time::sleep(LOOKING_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}
