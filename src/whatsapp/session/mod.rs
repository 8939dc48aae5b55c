//! Where the WhatsApp account's keys live: whatsapp-rust's whole storage on sealed trees.

mod ahead;
mod app_state;
mod device;
mod protocol;
mod restored;
mod secrets;
mod seed;
mod sessions_ahead;
mod signal;
mod store;

use std::sync::Arc;

use tokio::sync::watch;
use vault::Database;
use whatsapp_rust::wacore::store::error::StoreError;
use whatsapp_rust::wacore::store::traits::{Backend, DeviceStore};

use crate::{Lid, Person, PhoneNumber, ServerKey};
pub use seed::SeedDevice;
use seed::server_cert_chain;
use store::Store;

/// One device of one WhatsApp account: its keys, and what it knows of the devices it talks to.
///
/// Clones are the same session. Only one [`Connector`](crate::Connector) may use it at a time.
#[derive(Clone)]
pub struct Session {
    store: Arc<Store>,
}

/// Why a session could not be opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The database failed.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// What is stored is not a session that this version reads, or can't be written.
    #[error("The WhatsApp session can't be used: {0}")]
    Unusable(String),
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(source) => match source.downcast::<vault::VaultError>() {
                Ok(vault) => Self::Vault(*vault),
                Err(other) => Self::Unusable(other.to_string()),
            },
            other => Self::Unusable(other.to_string()),
        }
    }
}

impl Session {
    /// Opens the session that lies in a database, or an empty one.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn open(database: Database) -> Result<Self, SessionError> {
        Ok(Self {
            store: Store::open(database)?,
        })
    }

    /// Whether this device is linked to an account.
    ///
    /// # Errors
    /// When the disk fails or what is stored was written by another version.
    pub fn is_paired(&self) -> Result<bool, SessionError> {
        let device = self.store.load_device()?;
        Ok(device.is_some_and(|device| device.is_registered()) && !self.store.is_unlinked()?)
    }

    /// Remembers that the account was unlinked from this device: it has to be linked anew.
    pub(crate) async fn unlink(&self) -> Result<(), SessionError> {
        Ok(self.store.unlink().await?)
    }

    /// Forgets a device that was unlinked, keys and all, so that the account can be linked to a new one.
    pub(crate) async fn start_over_if_unlinked(&self) -> Result<(), SessionError> {
        if self.store.is_unlinked()? {
            self.store.db.clear().await?;
        }
        Ok(())
    }

    /// Makes this an already linked device. One that is linked already keeps its keys; only the server's key
    /// is brought up to date.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn seed(&self, seed: SeedDevice) -> Result<(), SessionError> {
        self.start_over_if_unlinked().await?;
        let device = match self.store.load_device()? {
            Some(mut device) if device.is_registered() => {
                seed.bring_up_to_date(&mut device);
                device
            }
            _ => seed.make(),
        };
        Ok(self.store.save(&device).await?)
    }

    /// This device's own LID, once it is paired.
    ///
    /// # Errors
    /// When the disk fails or what is stored was written by another version.
    pub fn own_lid(&self) -> Result<Option<Lid>, SessionError> {
        Ok(self
            .store
            .load_device()?
            .and_then(|device| device.lid)
            .and_then(|jid| Lid::from_jid(&jid)))
    }

    pub(crate) fn own_number(&self) -> Result<Option<PhoneNumber>, SessionError> {
        Ok(self
            .store
            .load_device()?
            .and_then(|device| device.pn)
            .and_then(|jid| PhoneNumber::from_jid(&jid)))
    }

    /// The public key that this device was linked with.
    pub(crate) fn linking(&self) -> Result<Option<Vec<u8>>, SessionError> {
        let device = self.store.load_device()?;
        Ok(device.map(|device| device.identity_key.public_key.public_key_bytes().to_vec()))
    }

    /// The account itself, as far as it is known. What can't be read is as good as unknown: it is asked for messages
    /// that are there already.
    pub(crate) fn own(&self) -> Person {
        let device = self.store.load_device().ok().flatten();
        let known = device.iter().flat_map(|device| [&device.lid, &device.pn]);
        Person::from_jids(known.flatten()).unwrap_or(Person {
            lid: None,
            number: None,
        })
    }

    /// The number of this device among those of its account.
    pub(crate) fn own_device(&self) -> Result<u16, SessionError> {
        let device = self.store.load_device()?;
        Ok(device
            .and_then(|device| device.pn)
            .map_or(0, |jid| jid.device))
    }

    /// From now on only the server with this key is talked to. Without one, whatever was trusted stays so.
    pub(crate) async fn trust(&self, key: Option<ServerKey>) -> Result<(), SessionError> {
        let (Some(key), Some(mut device)) = (key, self.store.load_device()?) else {
            return Ok(());
        };
        let chain = Some(server_cert_chain(key.0));
        if device.server_cert_chain != chain {
            device.server_cert_chain = chain;
            self.store.save(&device).await?;
        }
        Ok(())
    }

    /// Fills in what of a person's LID and number was learnt before.
    pub(crate) fn complete(&self, person: Person) -> Person {
        let known = match &person {
            Person {
                lid: Some(lid),
                number: None,
            } => self.store.mapping_of_lid(lid.expose()),
            Person {
                lid: None,
                number: Some(number),
            } => self.store.mapping_of_number(number.expose()),
            _ => return person,
        };
        // A mapping that can't be read is as good as none: the message matters more.
        match known {
            Ok(Some(mapping)) => Person {
                lid: person.lid.or_else(|| mapping.lid.parse().ok()),
                number: person.number.or_else(|| mapping.phone_number.parse().ok()),
            },
            _ => person,
        }
    }

    /// The storage of an ordinary whatsapp-rust client: what the sandbox's people run on.
    pub fn backend(&self) -> Arc<dyn Backend> {
        self.store.clone()
    }

    #[cfg(test)]
    pub(crate) fn break_off(&self) {
        self.store.break_off();
    }

    /// Turns true when a received message could not be kept: the process must then stop, or messages are lost.
    pub(crate) fn broken(&self) -> watch::Receiver<bool> {
        self.store.broken()
    }
}

#[cfg(test)]
mod tests;
