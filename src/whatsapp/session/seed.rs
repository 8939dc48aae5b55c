//! A device made as if it had been paired long ago.

use std::sync::Arc;

use whatsapp_rust::Jid;
use whatsapp_rust::buffa::Message as _;
use whatsapp_rust::wacore::libsignal::protocol::KeyPair;
use whatsapp_rust::wacore::store::{CachedNoiseCert, CachedServerCertChain, Device};
use whatsapp_rust::waproto::whatsapp as wa;

use crate::{Lid, PhoneNumber};

/// From when to when a certificate of the sandbox holds, in seconds since 1970. It only has to hold today; the key
/// is what the handshake proves.
const VALIDITY: (i64, i64) = (1_700_000_000, 4_000_000_000);
/// What the signatures over a device's identity begin with.
const ACCOUNT_SIGNATURE: [u8; 2] = [6, 0];
const DEVICE_SIGNATURE: [u8; 2] = [6, 1];

/// A device to be made as if it had been paired already, for a server that knows its account: the sandbox's
/// people and its bridge.
#[derive(Clone, Debug)]
pub struct SeedDevice {
    /// The account's number.
    pub number: PhoneNumber,
    /// The account's LID.
    pub lid: Lid,
    /// 0 is the phone itself; others are linked devices.
    pub device: u16,
    /// The name that others see.
    pub push_name: String,
    /// The server's static Noise key. With it the device connects by Noise IK, to this server and no other.
    pub server_key: Option<[u8; 32]>,
}

impl SeedDevice {
    /// The device, with new keys.
    pub fn make(&self) -> Device {
        let mut device = Device::new();
        device.pn = Some(Jid::pn_device(self.number.expose().to_owned(), self.device));
        device.lid = Some(Jid::lid_device(self.lid.expose().to_owned(), self.device));
        device.account = Some(Arc::new(signed_identity(&device.identity_key)));
        self.bring_up_to_date(&mut device);
        device
    }

    /// Gives a device that was made before its name and server of today.
    pub fn bring_up_to_date(&self, device: &mut Device) {
        device.push_name.clone_from(&self.push_name);
        device.server_cert_chain = self.server_key.map(server_cert_chain);
    }
}

/// What a device remembers of a server that it met before.
pub(super) fn server_cert_chain(key: [u8; 32]) -> CachedServerCertChain {
    let certificate = |key| CachedNoiseCert {
        key,
        not_before: VALIDITY.0,
        not_after: VALIDITY.1,
    };
    CachedServerCertChain {
        intermediate: certificate([0; 32]),
        leaf: certificate(key),
    }
}

/// A signed identity: without one a client can neither seal a message for a device that it has not met nor answer
/// one that asks for a message again.
fn signed_identity(identity: &KeyPair) -> wa::ADVSignedDeviceIdentity {
    let mut random = rand::make_rng::<rand::rngs::StdRng>();
    let account = KeyPair::generate(&mut random);
    let account_key = account.public_key.public_key_bytes();
    let identity_key = identity.public_key.public_key_bytes();
    let details = wa::ADVDeviceIdentity {
        raw_id: Some(1),
        timestamp: u64::try_from(VALIDITY.0).ok(),
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
