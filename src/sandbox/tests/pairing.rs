//! Pairing, from the side of the new companion. The real client can't be used: at a first contact it checks
//! WhatsApp's own certificates. What it does after that check is called here.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use whatsapp_rust::async_channel::Receiver;
use whatsapp_rust::buffa::{Message as _, MessageField};
use whatsapp_rust::pair::{CompanionWebClientType, DeviceState, PairUtils};
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::wacore::framing::{FrameDecoder, encode_frame};
use whatsapp_rust::wacore::handshake::{NoiseCipher, NoiseHandshake};
use whatsapp_rust::wacore::libsignal::protocol::KeyPair;
use whatsapp_rust::wacore::net::{Transport, TransportEvent, TransportFactory};
use whatsapp_rust::wacore::store::Device;
use whatsapp_rust::wacore_binary::consts::{NOISE_PATTERN_XX, WA_CONN_HEADER};
use whatsapp_rust::wacore_binary::marshal::{marshal, unmarshal_ref};
use whatsapp_rust::wacore_binary::node::NodeContent;
use whatsapp_rust::wacore_binary::util::unpack;
use whatsapp_rust::wacore_binary::{JidExt, Node};
use whatsapp_rust::waproto::whatsapp as wa;

use super::loopback;
use crate::phones::bridge_account;
use crate::server::WhatsAppServer;

/// A connection made by Noise XX that takes any certificate.
struct Companion {
    transport: Arc<dyn Transport>,
    incoming: Incoming,
    ciphers: (NoiseCipher, NoiseCipher),
    counters: (u32, u32),
}

struct Incoming {
    events: Receiver<TransportEvent>,
    decoder: FrameDecoder,
}

impl Incoming {
    async fn frame(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(frame) = self.decoder.decode_frame() {
                return Ok(frame.to_vec());
            }
            match self.events.recv().await? {
                TransportEvent::DataReceived(data) => self.decoder.feed(&data),
                TransportEvent::Connected => {}
                TransportEvent::Disconnected(_) => anyhow::bail!("the server hung up"),
            }
        }
    }
}

impl Companion {
    async fn connect(server: &WhatsAppServer, device: &Device) -> Result<Self> {
        let factory = TokioWebSocketTransportFactory::new().with_url(server.url().as_str());
        let (transport, events) = factory.create_transport().await?;
        let decoder = FrameDecoder::new();
        let mut incoming = Incoming { events, decoder };

        let ephemeral = KeyPair::generate(&mut rand::make_rng::<rand::rngs::StdRng>());
        let (private, public) = (ephemeral.private_key.serialize(), &ephemeral.public_key);
        let mut noise = NoiseHandshake::new(NOISE_PATTERN_XX, &WA_CONN_HEADER)?;
        noise.authenticate(public.public_key_bytes());
        let hello = wa::handshake_message::ClientHello {
            ephemeral: Some(public.public_key_bytes().to_vec()),
            ..Default::default()
        };
        let hello = wa::HandshakeMessage {
            client_hello: MessageField::some(hello),
            ..Default::default()
        };
        let hello = encode_frame(&hello.encode_to_vec(), Some(&WA_CONN_HEADER))?;
        transport.send(hello.into()).await?;

        let answer = wa::HandshakeMessage::decode_from_slice(&incoming.frame().await?)?;
        let answer = answer
            .server_hello
            .into_option()
            .context("no server hello")?;
        let theirs = answer.ephemeral.context("no ephemeral key")?;
        noise.authenticate(&theirs);
        noise.mix_shared_secret(private, &theirs)?;
        let server_key = noise.decrypt(&answer.r#static.context("no static key")?)?;
        ensure!(
            server_key == server.static_key(),
            "the server shows another key"
        );
        noise.mix_shared_secret(private, &server_key)?;
        noise.decrypt(&answer.payload.context("no certificates")?)?;

        let own = &device.noise_key;
        let sealed_key = noise.encrypt(own.public_key.public_key_bytes())?;
        noise.mix_shared_secret(own.private_key.serialize(), &theirs)?;
        let payload = noise.encrypt(&device.get_client_payload().encode_to_vec())?;
        let finish = wa::handshake_message::ClientFinish {
            r#static: Some(sealed_key),
            payload: Some(payload),
            ..Default::default()
        };
        let finish = wa::HandshakeMessage {
            client_finish: MessageField::some(finish),
            ..Default::default()
        };
        transport
            .send(encode_frame(&finish.encode_to_vec(), None)?.into())
            .await?;
        Ok(Self {
            transport,
            incoming,
            ciphers: noise.finish()?,
            counters: (0, 0),
        })
    }

    async fn say(&mut self, node: &Node) -> Result<()> {
        let mut bytes = marshal(node)?;
        self.ciphers
            .0
            .encrypt_in_place_with_counter(self.counters.0, &mut bytes)?;
        self.counters.0 += 1;
        self.transport
            .send(encode_frame(&bytes, None)?.into())
            .await
    }

    async fn hear(&mut self) -> Result<Node> {
        let mut frame = self.incoming.frame().await?;
        self.ciphers
            .1
            .decrypt_in_place_with_counter(self.counters.1, &mut frame)?;
        self.counters.1 += 1;
        Ok(unmarshal_ref(&unpack(&frame)?)?.to_owned())
    }
}

fn content(node: &Node) -> Result<&[u8]> {
    match &node.content {
        Some(NodeContent::Bytes(bytes)) => Ok(bytes),
        _ => anyhow::bail!("<{}> holds no bytes", node.tag),
    }
}

#[tokio::test]
async fn a_phone_scans_the_code_and_the_companion_may_log_in() -> Result<()> {
    let server = WhatsAppServer::start(loopback(), None).await?;
    let account = bridge_account();
    server.add_account(account.clone()).await?;
    let mut device = Device::new();
    let state = DeviceState {
        identity_key: device.identity_key.clone(),
        noise_key: device.noise_key.clone(),
        adv_secret_key: device.adv_secret_key,
    };

    let mut companion = Companion::connect(&server, &device).await?;
    let offer = companion.hear().await?;
    let codes = offer
        .get_optional_child("pair-device")
        .context("no code to show")?;
    let first = codes
        .get_children_by_tag("ref")
        .next()
        .context("no code to show")?;
    let reference = std::str::from_utf8(content(first)?)?;
    let code = PairUtils::make_qr_data(&state, reference, CompanionWebClientType::Chrome);
    let linked = server.scan_qr(&account.number, &code).await?;
    assert_eq!(linked.device, 1);

    let success = companion.hear().await?;
    let success = success
        .get_optional_child("pair-success")
        .context("not paired")?;
    let identity = success
        .get_optional_child("device-identity")
        .context("no identity")?;
    let (signed, index) =
        PairUtils::do_pair_crypto(&state, content(identity)?).map_err(|error| error.source)?;
    let answer = PairUtils::build_pair_success_response("1", signed, index);
    companion.say(&answer).await?;
    assert_eq!(companion.hear().await?.tag, "stream:error");

    let address = success.get_optional_child("device").context("no address")?;
    device.pn = address.attrs().optional_jid("jid");
    assert!(
        device
            .pn
            .as_ref()
            .is_some_and(|jid| !jid.is_group() && jid.device == 1)
    );
    let mut companion = Companion::connect(&server, &device).await?;
    assert_eq!(companion.hear().await?.tag, "success");

    server.log_out(&linked).await?;
    let mut companion = Companion::connect(&server, &device).await?;
    assert_eq!(companion.hear().await?.tag, "failure");
    Ok(())
}
