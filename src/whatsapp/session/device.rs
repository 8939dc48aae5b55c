use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vault::Batch;
use whatsapp_rust::wacore::store::Device;
use whatsapp_rust::wacore::store::error::{Result, StoreError};
use whatsapp_rust::wacore::store::traits::DeviceStore;

use super::store::{Store, decoded, encoded, failed};

const DEVICE: &[u8] = b"device";
/// There when the account was unlinked from this device.
const UNLINKED: &[u8] = b"unlinked";

/// The layout of the stored device. It changes when whatsapp-rust changes its `Device` so that old ones can no
/// longer be read as they are; then this is the place to translate them.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Saving<'a> {
    version: u32,
    device: &'a Device,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
struct Saved {
    device: Device,
}

impl Store {
    pub(super) fn load_device(&self) -> Result<Option<Device>> {
        let Some(bytes) = self.device.get(DEVICE).map_err(failed)? else {
            return Ok(None);
        };
        match decoded::<Version>(&bytes)?.version {
            VERSION => Ok(Some(decoded::<Saved>(&bytes)?.device)),
            other => Err(StoreError::Validation(format!(
                "the WhatsApp session was written by another version of Aty (layout {other}, this one reads {VERSION})"
            ))),
        }
    }
}

impl Store {
    pub(super) fn is_unlinked(&self) -> Result<bool> {
        self.device.contains(UNLINKED).map_err(failed)
    }

    pub(super) async fn unlink(&self) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&self.device, UNLINKED, b"");
        self.commit(batch).await
    }
}

#[async_trait]
impl DeviceStore for Store {
    async fn save(&self, device: &Device) -> Result<()> {
        let mut batch = Batch::new();
        let saving = Saving {
            version: VERSION,
            device,
        };
        batch.put(&self.device, DEVICE, encoded(&saving)?);
        self.commit(batch).await
    }

    async fn load(&self) -> Result<Option<Device>> {
        self.load_device()
    }

    async fn exists(&self) -> Result<bool> {
        self.device.contains(DEVICE).map_err(failed)
    }

    async fn create(&self) -> Result<i32> {
        if !self.exists().await? {
            self.save(&Device::new()).await?;
        }
        Ok(1)
    }
}
