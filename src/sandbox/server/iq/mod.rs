//! Questions and orders of a client, by topic.

mod groups;
mod keys;
mod other;
mod usync;

use anyhow::Result;
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::Node;

use super::connection::Peer;
use super::link_code;
use super::model::DeviceAddress;
use super::pairing;
use super::stanza;
use super::state::State;

/// What a client is told.
pub(super) enum Answer {
    /// What it asked for.
    Result(Vec<Node>),
    /// An error code and its name.
    Refused(u16, &'static str),
}

impl Answer {
    /// Done, with nothing more to say.
    pub(super) fn done() -> Self {
        Self::Result(Vec::new())
    }

    pub(super) fn one(node: Node) -> Self {
        Self::Result(vec![node])
    }

    fn not_found() -> Self {
        Self::Refused(404, "item-not-found")
    }

    pub(super) fn bad_request() -> Self {
        Self::Refused(400, "bad-request")
    }

    pub(super) fn into_stanza(self, request: &Node) -> Node {
        let (kind, children) = match self {
            Self::Result(children) => ("result", children),
            Self::Refused(code, text) => {
                let error = NodeBuilder::new("error")
                    .attr("code", code.to_string())
                    .attr("text", text);
                ("error", vec![error.build()])
            }
        };
        let mut answer = NodeBuilder::new("iq")
            .attr("type", kind)
            .attr("id", stanza::attribute(request, "id").unwrap_or_default());
        if let Some(to) = request.attrs.get("to") {
            answer = answer.attr("from", to.clone());
        }
        answer.children(children).build()
    }
}

pub(super) fn handle(state: &mut State, peer: &Peer, request: &Node) -> Result<()> {
    let kind = stanza::attribute(request, "type").unwrap_or_default();
    if kind == "result" || kind == "error" {
        let signs = request.get_optional_child("pair-device-sign").is_some();
        return if signs {
            pairing::signed(state, &peer.line, request)
        } else {
            Ok(())
        };
    }
    let topic = stanza::attribute(request, "xmlns").unwrap_or_default();
    if peer.device.is_none()
        && let Some(registration) = request.get_optional_child(link_code::TAG)
    {
        return link_code::handle(state, &peer.line, request, registration);
    }
    let answer = match &peer.device {
        Some(device) => answer(state, device, &topic, request)?,
        None => other::stranger(),
    };
    let answer = answer.into_stanza(request);
    state.say(&peer.line, answer);
    if topic == "passive"
        && let Some(device) = &peer.device
    {
        other::passive(state, device, request);
    }
    Ok(())
}

fn answer(state: &mut State, me: &DeviceAddress, topic: &str, request: &Node) -> Result<Answer> {
    match topic {
        "encrypt" => keys::answer(state, me, request),
        "usync" => usync::answer(state, request),
        "w:g2" => groups::answer(state, me, request),
        _ => Ok(other::answer(topic, request)),
    }
}
