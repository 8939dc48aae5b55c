//! A phone's keys, made as if it had been set up long ago.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use vault::{Database, Key, VaultError};
use whatsapp_rust::Jid;
use whatsapp_rust::buffa::Message as _;
use whatsapp_rust::wacore::libsignal::protocol::KeyPair;
use whatsapp_rust::wacore::store::traits::Backend;
use whatsapp_rust::wacore::store::{
    CachedNoiseCert, CachedServerCertChain, Device, InMemoryBackend,
};
use whatsapp_rust::waproto::whatsapp as wa;

use super::PersonSeed;
use crate::server::{CERTIFICATE_VALIDITY, INTERMEDIATE_KEY};

/// A phone needs little room.
const CACHE: u64 = 1 << 20;
/// How long a stopped client may hold on to its database.
const LETTING_GO: Duration = Duration::from_secs(10);
const LOOKING_AGAIN: Duration = Duration::from_millis(20);
/// What the signatures over a device's identity begin with.
const ACCOUNT_SIGNATURE: [u8; 2] = [6, 0];
const DEVICE_SIGNATURE: [u8; 2] = [6, 1];

/// Where a phone keeps its keys and, with a folder, its conversations.
pub(super) struct Storage {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) database: Option<Database>,
}

impl Storage {
    pub(super) async fn open(
        person: &PersonSeed,
        server_key: [u8; 32],
        folder: Option<&Path>,
    ) -> Result<Self> {
        let storage = match folder {
            None => Self {
                backend: Arc::new(InMemoryBackend::new()),
                database: None,
            },
            Some(folder) => {
                let key = Key::open_or_create(&folder.join("key"))?;
                let database = open_when_free(&folder.join("state"), &key).await?;
                Self {
                    backend: Arc::new(InMemoryBackend::new()),
                    database: Some(database),
                }
            }
        };
        let known = storage
            .backend
            .load()
            .await?
            .filter(|device| device.pn.is_some());
        let mut device = known.unwrap_or_else(|| new_device(person));
        device.push_name = person.name.clone();
        device.server_cert_chain = Some(certificates(server_key));
        storage.backend.save(&device).await?;
        Ok(storage)
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

fn new_device(person: &PersonSeed) -> Device {
    let mut device = Device::new();
    device.pn = Some(Jid::pn_device(person.number.as_str(), 0));
    device.lid = Some(Jid::lid_device(person.lid.as_str(), 0));
    device.account = Some(Arc::new(signed_identity(&device.identity_key)));
    device
}

/// With this the client connects by Noise IK: to this server and no other.
fn certificates(server_key: [u8; 32]) -> CachedServerCertChain {
    let certificate = |key| CachedNoiseCert {
        key,
        not_before: CERTIFICATE_VALIDITY.0,
        not_after: CERTIFICATE_VALIDITY.1,
    };
    CachedServerCertChain {
        intermediate: certificate(INTERMEDIATE_KEY),
        leaf: certificate(server_key),
    }
}

/// A signed identity, which a client must hold to seal a message for a device it has not met.
fn signed_identity(identity: &KeyPair) -> wa::ADVSignedDeviceIdentity {
    let mut random = rand::make_rng::<rand::rngs::StdRng>();
    let account = KeyPair::generate(&mut random);
    let account_key = account.public_key.public_key_bytes();
    let identity_key = identity.public_key.public_key_bytes();
    let details = wa::ADVDeviceIdentity {
        raw_id: Some(1),
        timestamp: Some(CERTIFICATE_VALIDITY.0 as u64),
        key_index: Some(0),
        ..Default::default()
    }
    .encode_to_vec();
    let mut sign = |keys: &KeyPair, message: &[&[u8]]| {
        let signature = keys
            .private_key
            .calculate_signature(&message.concat(), &mut random);
        signature.expect("a fresh key can sign").to_vec()
    };
    wa::ADVSignedDeviceIdentity {
        account_signature: Some(sign(
            &account,
            &[&ACCOUNT_SIGNATURE, &details, identity_key],
        )),
        device_signature: Some(sign(
            identity,
            &[&DEVICE_SIGNATURE, &details, identity_key, account_key],
        )),
        account_signature_key: Some(account_key.to_vec()),
        details: Some(details),
    }
}
