//! A new client shows a code; a phone scans it and signs the client as its companion.

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::buffa::Message as _;
use whatsapp_rust::wacore::pair::PairUtils;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::waproto::whatsapp as wa;

use super::devices;
use super::model::{AccountRecord, DeviceAddress};
use super::noise;
use super::stanza;
use super::state::{Line, Pairing, State};

/// How many codes a client gets; it shows one after the other as they grow old.
const CODES: usize = 6;

/// What the phone's signature over a companion begins with.
const ACCOUNT_SIGNATURE: [u8; 2] = [6, 0];

/// Gives a new client the codes it may show.
pub(super) fn offer(state: &mut State, line: &Line) {
    let codes: Vec<String> = (0..CODES)
        .map(|_| format!("2@{}", stanza::token(32)))
        .collect();
    let refs = codes
        .iter()
        .map(|code| NodeBuilder::new("ref").bytes(code.as_bytes()).build());
    let request = from_server("pair-device").children([NodeBuilder::new("pair-device")
        .children(refs.collect::<Vec<_>>())
        .build()]);
    let request = request.build();
    for code in codes {
        let pairing = Pairing {
            line: line.clone(),
            device: None,
        };
        state.pairings.insert(code, pairing);
    }
    state.say(line, request);
}

/// The phone of this number scans a client's code.
pub(super) fn scan(state: &mut State, number: &str, code: &str) -> Result<DeviceAddress> {
    let (reference, _noise_key, identity) = PairUtils::parse_qr_code(code)?;
    let secret = code.split(',').nth(3).context("the code has no secret")?;
    let secret = BASE64_STANDARD.decode(secret)?;
    let record = state.accounts.get(number).context("no such account")?;
    let (device, success) = pair_success(record, &identity, &secret)?;
    let pairing = state
        .pairings
        .get_mut(&reference)
        .context("nobody shows this code any more")?;
    pairing.device = Some(device.clone());
    let line = pairing.line.clone();
    state.say(&line, success);
    Ok(device)
}

/// The client has countersigned: it is a companion now, and has to log in as such.
pub(super) fn signed(state: &mut State, line: &Line, answer: &Node) -> Result<()> {
    let identity = answer
        .get_optional_child("pair-device-sign")
        .map(|sign| stanza::child_bytes(sign, "device-identity"))
        .context("the client did not sign")?;
    let device = state
        .pairings
        .values()
        .find_map(|pairing| {
            pairing
                .device
                .clone()
                .filter(|_| pairing.line.same_channel(line))
        })
        .context("no phone has linked this client")?;
    let record = state
        .accounts
        .get_mut(&device.number)
        .context("no such account")?;
    record.companions.insert(device.device, identity);
    record.last_companion = device.device;
    let record = record.clone();
    state.store.put_account(&record)?;
    devices::tell(state, devices::Change::Added, &device)?;
    state.say(
        line,
        NodeBuilder::new("stream:error").attr("code", "515").build(),
    );
    Ok(())
}

/// Which device a client becomes, and what tells it so: with the phone's signature, under the secret they share.
pub(super) fn pair_success(
    record: &AccountRecord,
    identity: &[u8; 32],
    secret: &[u8],
) -> Result<(DeviceAddress, Node)> {
    let highest = record.companions.keys().next_back().copied();
    let device = highest.unwrap_or_default().max(record.last_companion) + 1;
    let signed = sign(record, device, identity)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret)?;
    mac.update(&signed);
    let sealed = wa::ADVSignedDeviceIdentityHMAC {
        details: Some(signed),
        hmac: Some(mac.finalize().into_bytes().to_vec()),
        ..Default::default()
    };
    let children = [
        NodeBuilder::new("device-identity")
            .bytes(sealed.encode_to_vec())
            .build(),
        NodeBuilder::new("biz").attr("name", "").build(),
        NodeBuilder::new("device")
            .attr("jid", record.number().with_device(device))
            .attr("lid", record.lid().with_device(device))
            .build(),
        NodeBuilder::new("platform").attr("name", "android").build(),
    ];
    let success = NodeBuilder::new("pair-success").children(children).build();
    let request = from_server("pair-success").attr("t", stanza::now().to_string());
    let address = DeviceAddress::new(record.account.number.as_str(), device);
    Ok((address, request.children([success]).build()))
}

/// The phone's signature over a companion's identity key.
fn sign(record: &AccountRecord, device: u16, identity: &[u8; 32]) -> Result<Vec<u8>> {
    let keys = noise::key_pair(&record.signing_key)?;
    let details = wa::ADVDeviceIdentity {
        raw_id: Some(1),
        timestamp: Some(stanza::now()),
        key_index: Some(u32::from(device)),
        ..Default::default()
    }
    .encode_to_vec();
    let message = [&ACCOUNT_SIGNATURE[..], &details, identity].concat();
    let mut random = rand::make_rng::<rand::rngs::StdRng>();
    let signature = keys
        .private_key
        .calculate_signature(&message, &mut random)?;
    let signed = wa::ADVSignedDeviceIdentity {
        details: Some(details),
        account_signature_key: Some(keys.public_key.public_key_bytes().to_vec()),
        account_signature: Some(signature.to_vec()),
        ..Default::default()
    };
    Ok(signed.encode_to_vec())
}

fn from_server(id: &'static str) -> NodeBuilder {
    NodeBuilder::new("iq")
        .attr("from", stanza::SERVER)
        .attr("type", "set")
        .attr("id", format!("{id}-{}", stanza::token(6)))
        .attr("xmlns", "md")
}
