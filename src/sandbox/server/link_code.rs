//! A new client shows eight characters; a person types them on the phone, and the phone signs the client as its
//! companion. The server passes keys on and never sees the characters.

use anyhow::{Context, Result, ensure};
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore::crypto::hkdf_sha256_into;
use whatsapp_rust::wacore::libsignal::crypto::aes_256_gcm_decrypt;
use whatsapp_rust::wacore::libsignal::protocol::{KeyPair, PublicKey};
use whatsapp_rust::wacore::pair_code::PairCodeUtils;
use whatsapp_rust::wacore_binary::Node;

use super::iq::Answer;
use super::model::AccountRecord;
use super::noise;
use super::pairing;
use super::stanza;
use super::state::{Line, LinkCode, Pairing, State};

/// Both the request's and the notification's name.
pub(super) const TAG: &str = "link_code_companion_reg";

const KEY_BUNDLE: &[u8] = b"link_code_pairing_key_bundle_encryption_key";
const SECRET: &[u8] = b"adv_secret";

/// The keys that a phone has for one typed code.
pub(super) struct Typed {
    /// The phone's own, made for this linking.
    own: KeyPair,
    /// The client's, if the code was right; otherwise nobody's.
    theirs: [u8; 32],
}

/// A client asks for a code to be taken, or answers a phone on which one was typed.
pub(super) fn handle(
    state: &mut State,
    line: &Line,
    request: &Node,
    registration: &Node,
) -> Result<()> {
    let number = stanza::address(registration, "jid").context("nobody's phone")?;
    let number = number.user.to_string();
    match stanza::required(registration, "stage")?.as_str() {
        "companion_hello" => {
            let answer = hello(state, line, number, registration);
            state.say(line, answer.into_stanza(request));
            Ok(())
        }
        "companion_finish" => {
            state.say(line, Answer::done().into_stanza(request));
            finish(state, &number, registration)
        }
        other => anyhow::bail!("an unknown stage of linking: {other}"),
    }
}

fn hello(state: &mut State, line: &Line, number: String, registration: &Node) -> Answer {
    if !state.accounts.contains_key(&number) {
        return Answer::bad_request();
    }
    let waiting = LinkCode {
        line: line.clone(),
        reference: format!("3@{}", stanza::token(32)),
        sealed_key: stanza::child_bytes(
            registration,
            "link_code_pairing_wrapped_companion_ephemeral_pub",
        ),
        typed: None,
    };
    let reference = bytes("link_code_pairing_ref", waiting.reference.as_bytes());
    state.link_codes.insert(number, waiting);
    Answer::one(NodeBuilder::new(TAG).children([reference]).build())
}

/// What a phone makes of a typed code. Takes a second: a code is short, so each guess is made costly.
pub(super) fn type_in(sealed_key: &[u8], code: &str) -> Result<(Typed, [u8; 80])> {
    let theirs = PairCodeUtils::decrypt_primary_ephemeral_pub(sealed_key, code)?;
    let own = noise::random_key();
    let public: [u8; 32] = own.public_key.public_key_bytes().try_into()?;
    let sealed = PairCodeUtils::encrypt_ephemeral_pub(&public, code);
    Ok((Typed { own, theirs }, sealed))
}

/// The phone greets the client with the key that it has sealed with the code.
pub(super) fn greet(state: &mut State, number: &str, typed: Typed, sealed: &[u8]) -> Result<()> {
    let record = state.accounts.get(number).context("no such account")?;
    let signing_key = noise::key_pair(&record.signing_key)?;
    let waiting = state.link_codes.get_mut(number).context(NOBODY_WAITS)?;
    waiting.typed = Some(typed);
    let children = [
        bytes("link_code_pairing_wrapped_primary_ephemeral_pub", sealed),
        bytes(
            "primary_identity_pub",
            signing_key.public_key.public_key_bytes(),
        ),
        bytes("link_code_pairing_ref", waiting.reference.as_bytes()),
    ];
    let line = waiting.line.clone();
    state.say(&line, notification("primary_hello", children));
    Ok(())
}

pub(super) const NOBODY_WAITS: &str = "nobody waits for a code to be typed on this phone";

/// The client's answer reaches the phone, which opens it if the code was right.
fn finish(state: &mut State, number: &str, registration: &Node) -> Result<()> {
    let waiting = state.link_codes.remove(number).context(NOBODY_WAITS)?;
    let record = state.accounts.get(number).context("no such account")?;
    let line = waiting.line;
    let typed = waiting.typed.context("nothing was typed yet")?;
    let Ok((identity, secret)) = open(record, &typed, registration) else {
        let reference = bytes("link_code_pairing_ref", waiting.reference.as_bytes());
        state.say(&line, notification("refresh_code", [reference]));
        return Ok(());
    };
    let (device, success) = pairing::pair_success(record, &identity, &secret)?;
    let pairing = Pairing {
        line: line.clone(),
        device: Some(device),
    };
    state.pairings.insert(waiting.reference, pairing);
    state.say(&line, success);
    Ok(())
}

/// The client's identity key, and the secret that it and the phone now share.
fn open(
    record: &AccountRecord,
    typed: &Typed,
    registration: &Node,
) -> Result<([u8; 32], [u8; 32])> {
    let signing_key = noise::key_pair(&record.signing_key)?;
    let identity = stanza::child_bytes(registration, "companion_identity_public");
    let identity: [u8; 32] = identity.as_slice().try_into()?;
    let wrapped = stanza::child_bytes(registration, "link_code_pairing_wrapped_key_bundle");
    let (salt, rest) = wrapped.split_at_checked(32).context("no salt")?;
    let (nonce, sealed) = rest.split_at_checked(12).context("no nonce")?;

    let shared = agreement(&typed.own, &typed.theirs)?;
    let mut key = [0; 32];
    hkdf_sha256_into(&shared, Some(salt), KEY_BUNDLE, &mut key)?;
    let mut bundle = Vec::new();
    aes_256_gcm_decrypt(&key, nonce.try_into()?, b"", sealed, &mut bundle)?;
    let (keys, random) = bundle.split_at_checked(64).context("a short bundle")?;
    let both = [&identity[..], signing_key.public_key.public_key_bytes()].concat();
    ensure!(keys == both, "the bundle is for others");

    let shared = [&shared[..], &agreement(&signing_key, &identity)?, random].concat();
    let mut secret = [0; 32];
    hkdf_sha256_into(&shared, None, SECRET, &mut secret)?;
    Ok((identity, secret))
}

fn agreement(own: &KeyPair, theirs: &[u8; 32]) -> Result<[u8; 32]> {
    let theirs = PublicKey::from_djb_public_key_bytes(theirs)?;
    Ok(own.private_key.calculate_agreement(&theirs)?)
}

fn notification<const N: usize>(stage: &'static str, children: [Node; N]) -> Node {
    let registration = NodeBuilder::new(TAG)
        .attr("stage", stage)
        .children(children);
    NodeBuilder::new("notification")
        .attr("from", stanza::SERVER)
        .attr("type", TAG)
        .attr("id", stanza::token(10))
        .attr("t", stanza::now().to_string())
        .children([registration.build()])
        .build()
}

fn bytes(tag: &'static str, bytes: &[u8]) -> Node {
    NodeBuilder::new(tag).bytes(bytes).build()
}
