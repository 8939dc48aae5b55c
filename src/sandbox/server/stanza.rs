//! Small words for reading and writing stanzas.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use whatsapp_rust::Jid;
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::wacore_binary::marshal::{marshal, unmarshal_ref};
use whatsapp_rust::wacore_binary::node::NodeContent;
use whatsapp_rust::wacore_binary::util::unpack;

/// The server's own address.
pub(super) const SERVER: &str = "s.whatsapp.net";

/// Seconds since 1970, by the machine's own clock.
#[expect(clippy::disallowed_methods, reason = "WhatsApp has a clock of its own")]
pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// A random token of so many hexadecimal digits, in capitals as WhatsApp's ids are.
pub(super) fn token(digits: usize) -> String {
    (0..digits)
        .map(|_| format!("{:X}", rand::random::<u8>() & 15))
        .collect()
}

pub(super) fn attribute(node: &Node, name: &str) -> Option<String> {
    node.attrs.get(name).map(ToString::to_string)
}

/// An attribute that the stanza can't do without.
pub(super) fn required(node: &Node, name: &str) -> Result<String> {
    attribute(node, name).with_context(|| format!("<{}> has no {name}", node.tag))
}

pub(super) fn address(node: &Node, name: &str) -> Option<Jid> {
    node.attrs.get(name)?.to_jid()
}

/// The content as bytes; empty if there is none.
pub(super) fn bytes(node: &Node) -> Vec<u8> {
    match &node.content {
        Some(NodeContent::Bytes(bytes)) => bytes.clone(),
        Some(NodeContent::String(text)) => text.as_bytes().to_vec(),
        _ => Vec::new(),
    }
}

/// The content of a child as bytes; empty if there is no such child.
pub(super) fn child_bytes(node: &Node, tag: &str) -> Vec<u8> {
    node.get_optional_child(tag).map(bytes).unwrap_or_default()
}

/// The content of a child as text; empty if there is no such child.
pub(super) fn child_text(node: &Node, tag: &str) -> String {
    String::from_utf8_lossy(&child_bytes(node, tag)).into_owned()
}

pub(super) fn first_child(node: &Node) -> Option<&Node> {
    node.children()?.first()
}

/// The addresses of all `<tag jid="…">` children.
pub(super) fn addresses_of(node: &Node, tag: &str) -> Vec<Jid> {
    node.get_children_by_tag(tag)
        .filter_map(|child| address(child, "jid"))
        .collect()
}

/// What a stanza is on the wire, decrypted; also the form in which it is stored.
pub(super) fn to_bytes(node: &Node) -> Result<Vec<u8>> {
    Ok(marshal(node)?)
}

pub(super) fn from_bytes(bytes: &[u8]) -> Result<Node> {
    Ok(unmarshal_ref(&unpack(bytes)?)?.to_owned())
}

/// `<ack>` for a stanza of this class.
pub(super) fn ack(class: &'static str, stanza: &Node, now: u64) -> NodeBuilder {
    let mut ack = NodeBuilder::new("ack")
        .attr("class", class)
        .attr("id", attribute(stanza, "id").unwrap_or_default())
        .attr("t", now.to_string());
    if let Some(to) = stanza.attrs.get("to") {
        ack = ack.attr("from", to.clone());
    }
    ack
}
