use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::Node;

use super::super::model::{Description, Group, Role};
use super::super::state::State;

/// A group as the server tells it.
pub(in super::super) fn node(state: &State, group: &Group) -> Node {
    let members = group.members.iter();
    let mut children: Vec<Node> = members
        .filter_map(|(number, role)| participant(state, number, Some(*role)))
        .collect();
    if let Some(description) = &group.description {
        children.push(description_node(state, description));
    }
    if group.announcement {
        children.push(NodeBuilder::new("announcement").build());
    }
    if group.locked {
        children.push(NodeBuilder::new("locked").build());
    }
    if group.approval {
        children.push(approval_node(true));
    }
    let mut node = NodeBuilder::new("group")
        .attr("id", group.id.as_str())
        .attr("subject", group.subject.as_str())
        .attr("addressing_mode", "lid")
        .attr("creation", group.created.to_string())
        .attr("s_t", group.subject_at.to_string())
        .attr("size", group.members.len().to_string());
    if let Some(record) = state.accounts.get(&group.creator) {
        node = node
            .attr("creator", record.lid())
            .attr("creator_pn", record.number());
    }
    if let Some(record) = state.accounts.get(&group.subject_owner) {
        node = node
            .attr("s_o", record.lid())
            .attr("s_o_pn", record.number());
    }
    node.children(children).build()
}

/// A participant, with the role if it matters.
pub(super) fn participant(state: &State, number: &str, role: Option<Role>) -> Option<Node> {
    let record = state.accounts.get(number)?;
    let mut node = NodeBuilder::new("participant")
        .attr("jid", record.lid())
        .attr("phone_number", record.number());
    if let Some(kind) = role.and_then(Role::on_the_wire) {
        node = node.attr("type", kind);
    }
    Some(node.build())
}

/// Whether administrators let in whoever comes by the link.
pub(super) fn approval_node(on: bool) -> Node {
    let join = NodeBuilder::new("group_join").attr("state", if on { "on" } else { "off" });
    NodeBuilder::new("membership_approval_mode")
        .children([join.build()])
        .build()
}

/// A description as it stands in a group.
pub(super) fn description_node(state: &State, description: &Description) -> Node {
    let mut node = NodeBuilder::new("description")
        .attr("id", description.id.as_str())
        .attr("t", description.at.to_string());
    if let Some(record) = state.accounts.get(&description.owner) {
        node = node
            .attr("participant", record.lid())
            .attr("participant_pn", record.number());
    }
    let body = NodeBuilder::new("body")
        .string_content(description.text.as_str())
        .build();
    node.children([body]).build()
}
