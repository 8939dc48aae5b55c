//! Topics that need little: the client asks at login, and is content with an empty answer.

use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::Node;

use super::super::model::DeviceAddress;
use super::super::stanza;
use super::super::state::State;
use super::Answer;

/// A client that has not logged in may ask nothing.
pub(super) fn stranger() -> Answer {
    Answer::Refused(401, "not-authorized")
}

/// A client turns active when it is ready for what was queued.
pub(super) fn passive(state: &mut State, me: &DeviceAddress, request: &Node) {
    if request.get_optional_child("active").is_some() {
        state.activate(me);
    }
}

pub(super) fn answer(topic: &str, request: &Node) -> Answer {
    match topic {
        "w:sync:app:state" => app_state(request),
        "abt" => Answer::one(
            NodeBuilder::new("props")
                .attr("protocol", "1")
                .attr("hash", "sandbox")
                .attr("refresh", "86400")
                .build(),
        ),
        "privacy" => Answer::one(NodeBuilder::new("privacy").build()),
        "blocklist" => Answer::one(NodeBuilder::new("list").build()),
        _ => Answer::done(),
    }
}

/// Every collection of synchronised settings is empty.
fn app_state(request: &Node) -> Answer {
    let asked = request.get_optional_child("sync");
    let asked = asked
        .into_iter()
        .flat_map(|sync| sync.get_children_by_tag("collection"));
    let empty = asked.map(|collection| {
        NodeBuilder::new("collection")
            .attr(
                "name",
                stanza::attribute(collection, "name").unwrap_or_default(),
            )
            .attr("version", "0")
            .build()
    });
    Answer::one(
        NodeBuilder::new("sync")
            .children(empty.collect::<Vec<_>>())
            .build(),
    )
}
