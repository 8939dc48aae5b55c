//! The server's side of the Noise handshake, in both patterns the client speaks: XX for a first contact, IK
//! for a client that already knows the server's static key.

use anyhow::{Context, Result, anyhow};
use whatsapp_rust::buffa::{Message as _, MessageField};
use whatsapp_rust::wacore::handshake::{NoiseCipher, NoiseHandshake};
use whatsapp_rust::wacore::libsignal::protocol::{KeyPair, PrivateKey};
use whatsapp_rust::wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, WA_CONN_HEADER};
use whatsapp_rust::waproto::whatsapp as wa;

use super::socket::Socket;

/// When the server's certificates begin and end to be valid, in seconds since 1970.
const CERTIFICATE_VALIDITY: (i64, i64) = (1_700_000_000, 4_000_000_000);
/// The key of the intermediate certificate. Nothing is signed with it: clients of the sandbox are seeded with it, and
/// those that are not linked yet don't look (feature `pair-with-sandbox` of `whatsapp`).
const INTERMEDIATE_KEY: [u8; 32] = [0xCC; 32];

/// The server's static key and the certificate chain it shows.
pub(super) struct Identity {
    keys: KeyPair,
    certificates: Vec<u8>,
}

/// A connection that is encrypted from here on, and what the client said of itself.
pub(super) struct Secured {
    pub(super) incoming: NoiseCipher,
    pub(super) outgoing: NoiseCipher,
    pub(super) hello: wa::ClientPayload,
}

pub(super) fn random_key() -> KeyPair {
    KeyPair::generate(&mut rand::make_rng::<rand::rngs::StdRng>())
}

/// A key pair from its private half.
pub(super) fn key_pair(private: &[u8; 32]) -> Result<KeyPair> {
    let private = PrivateKey::deserialize(private)?;
    Ok(KeyPair::new(private.public_key()?, private))
}

impl Identity {
    pub(super) fn new(keys: KeyPair) -> Self {
        let certificates = certificates(keys.public_key.public_key_bytes());
        Self { keys, certificates }
    }

    pub(super) fn private_key(&self) -> [u8; 32] {
        *self.keys.private_key.serialize()
    }

    pub(super) fn public_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(self.keys.public_key.public_key_bytes());
        key
    }

    /// Answers a client's hello.
    pub(super) async fn respond(&self, socket: &mut Socket) -> Result<Secured> {
        let hello = wa::HandshakeMessage::decode_from_slice(&socket.frame().await?)?
            .client_hello
            .into_option()
            .context("the handshake does not begin with a hello")?;
        match (hello.ephemeral, hello.r#static, hello.payload) {
            (Some(ephemeral), Some(key), Some(payload)) => {
                self.respond_ik(socket, &ephemeral, &key, &payload).await
            }
            (Some(ephemeral), ..) => self.respond_xx(socket, &ephemeral).await,
            _ => Err(anyhow!("the hello has no ephemeral key")),
        }
    }

    async fn respond_ik(
        &self,
        socket: &mut Socket,
        client_ephemeral: &[u8],
        sealed_static: &[u8],
        sealed_payload: &[u8],
    ) -> Result<Secured> {
        let own = self.keys.private_key.serialize();
        let ephemeral = random_key();
        let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER)?;
        noise.authenticate(self.keys.public_key.public_key_bytes());
        noise.authenticate(client_ephemeral);
        noise.mix_shared_secret(own, client_ephemeral)?;
        let client_static = noise
            .decrypt(sealed_static)
            .context("the client holds another server's key")?;
        noise.mix_shared_secret(own, &client_static)?;
        let payload = noise.decrypt(sealed_payload)?;
        noise.authenticate(ephemeral.public_key.public_key_bytes());
        noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?;
        noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?;
        let certificates = noise.encrypt(&self.certificates)?;
        socket
            .send(&server_hello(&ephemeral, None, certificates))
            .await?;
        secured(noise, &payload)
    }

    async fn respond_xx(&self, socket: &mut Socket, client_ephemeral: &[u8]) -> Result<Secured> {
        let own = self.keys.private_key.serialize();
        let ephemeral = random_key();
        let mut noise = NoiseHandshake::new(NOISE_PATTERN_XX, &WA_CONN_HEADER)?;
        noise.authenticate(client_ephemeral);
        noise.authenticate(ephemeral.public_key.public_key_bytes());
        noise.mix_shared_secret(ephemeral.private_key.serialize(), client_ephemeral)?;
        let sealed_static = noise.encrypt(self.keys.public_key.public_key_bytes())?;
        noise.mix_shared_secret(own, client_ephemeral)?;
        let certificates = noise.encrypt(&self.certificates)?;
        socket
            .send(&server_hello(&ephemeral, Some(sealed_static), certificates))
            .await?;
        let finish = wa::HandshakeMessage::decode_from_slice(&socket.frame().await?)?
            .client_finish
            .into_option()
            .context("the handshake was not finished")?;
        let client_static = noise.decrypt(&finish.r#static.context("no static key")?)?;
        noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_static)?;
        let payload = noise.decrypt(&finish.payload.context("no payload")?)?;
        secured(noise, &payload)
    }
}

/// The client's write cipher is what we read with.
fn secured(noise: NoiseHandshake, payload: &[u8]) -> Result<Secured> {
    let (incoming, outgoing) = noise.finish()?;
    Ok(Secured {
        incoming,
        outgoing,
        hello: wa::ClientPayload::decode_from_slice(payload)?,
    })
}

fn server_hello(
    ephemeral: &KeyPair,
    sealed_static: Option<Vec<u8>>,
    certificates: Vec<u8>,
) -> Vec<u8> {
    wa::HandshakeMessage {
        server_hello: MessageField::some(wa::handshake_message::ServerHello {
            ephemeral: Some(ephemeral.public_key.public_key_bytes().to_vec()),
            r#static: sealed_static,
            payload: Some(certificates),
            ..Default::default()
        }),
        ..Default::default()
    }
    .encode_to_vec()
}

fn certificates(static_key: &[u8]) -> Vec<u8> {
    use wa::cert_chain::{NoiseCertificate, noise_certificate::Details};
    let certificate = |serial, key: &[u8]| {
        let details = Details {
            serial: Some(serial),
            issuer_serial: Some(serial - 1),
            key: Some(key.to_vec()),
            not_before: Some(CERTIFICATE_VALIDITY.0 as u64),
            not_after: Some(CERTIFICATE_VALIDITY.1 as u64),
        };
        MessageField::some(NoiseCertificate {
            details: Some(details.encode_to_vec()),
            signature: Some(vec![0; 64]),
        })
    };
    wa::CertChain {
        leaf: certificate(2, static_key),
        intermediate: certificate(1, &INTERMEDIATE_KEY),
    }
    .encode_to_vec()
}
