//! Where a stanza goes: messages to devices, receipts to whoever wrote the message, requests to their topic.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};
use whatsapp_rust::wacore_binary::{JidExt, Node, NodeContent};
use whatsapp_rust::{Jid, NodeBuilder};

use super::connection::Peer;
use super::iq;
use super::model::DeviceAddress;
use super::stanza;
use super::state::State;

pub(super) fn handle(state: &mut State, peer: &Peer, node: &Node) -> Result<()> {
    match node.tag.as_ref() {
        "iq" => iq::handle(state, peer, node),
        "message" => message(state, peer, node),
        "receipt" => receipt(state, peer, node),
        "ack" => acknowledged(state, peer, node),
        "presence" => presence(state, peer, node),
        _ => Ok(()),
    }
}

/// Tells a client how much is about to come from its queue.
pub(super) fn offline_preview(queued: &[Node]) -> Node {
    let count = |tag| {
        queued
            .iter()
            .filter(|node| node.tag == tag)
            .count()
            .to_string()
    };
    let preview = NodeBuilder::new("offline_preview")
        .attr("count", queued.len().to_string())
        .attr("message", count("message"))
        .attr("receipt", count("receipt"))
        .attr("notification", count("notification"))
        .attr("appdata", "0")
        .attr("call", "0");
    broadcast(preview.build())
}

/// Tells a client that its queue is through.
pub(super) fn offline_end(count: usize) -> Node {
    broadcast(
        NodeBuilder::new("offline")
            .attr("count", count.to_string())
            .build(),
    )
}

fn broadcast(child: Node) -> Node {
    NodeBuilder::new("ib")
        .attr("from", stanza::SERVER)
        .children([child])
        .build()
}

/// Routes a message: to one device if it is a repetition for that device, otherwise to all it concerns.
fn message(state: &mut State, peer: &Peer, node: &Node) -> Result<()> {
    let sender = peer.logged_in()?.clone();
    let to = stanza::address(node, "to").context("a message to nobody")?;
    if let Some(error) = nack(state, &sender, &to, node) {
        let refused = stanza::ack("message", node, state.network.now());
        let refused = refused.attr("error", error.to_string()).build();
        state.say(&peer.line, refused);
        return Ok(());
    }
    if !state.faults.acks_withheld.contains(&sender) {
        let ack = stanza::ack("message", node, state.network.now()).build();
        state.say(&peer.line, ack);
    }
    let own_copies = copies_by_device(state, node);
    for device in recipients(state, &to, node, &own_copies)? {
        if device == sender {
            continue;
        }
        let own_copy = own_copies.get(&device);
        if let Some(copy) = copy_for(state, &sender, &to, node, own_copy, &device) {
            let copy = match state.faults.garbled.remove(&device) {
                true => garbled(copy),
                false => copy,
            };
            state.deliver(&device, copy)?;
        }
    }
    Ok(())
}

/// A message that nobody can open.
fn garbled(mut copy: Node) -> Node {
    if let Some(NodeContent::Nodes(parts)) = &mut copy.content {
        for part in parts.iter_mut().filter(|part| part.tag == "enc") {
            if let Some(NodeContent::Bytes(sealed)) = &mut part.content {
                sealed.last_mut().into_iter().for_each(|last| *last ^= 1);
            }
        }
    }
    copy
}

/// The values of `edit`, all that the server sees of what a message does to another one.
const EDITS: &str = "1";
const REVOKES_AS_ADMIN: &str = "8";

/// The error code with which a message is refused.
fn nack(state: &State, sender: &DeviceAddress, to: &Jid, node: &Node) -> Option<u16> {
    if !to.is_group() {
        return None;
    }
    let group = state.groups.get(to.user.as_str())?;
    let Some(role) = group.members.get(&sender.number) else {
        return Some(403);
    };
    match stanza::attribute(node, "edit").as_deref() {
        _ if group.announcement && !role.administers() => Some(420),
        Some(REVOKES_AS_ADMIN) if !role.administers() => Some(403),
        Some(EDITS) => state.faults.edits_refused.get(sender).copied(),
        Some(REVOKES_AS_ADMIN) => state.faults.deletions_refused.get(sender).copied(),
        _ => None,
    }
}

/// The parts that are sealed for one device each.
fn copies_by_device(state: &State, node: &Node) -> HashMap<DeviceAddress, Node> {
    let participants = node.get_optional_child("participants");
    let copies = participants
        .into_iter()
        .flat_map(|list| list.get_children_by_tag("to"));
    copies
        .filter_map(|copy| {
            let device = state.device_of(&stanza::address(copy, "jid")?)?;
            Some((device, copy.get_optional_child("enc")?.clone()))
        })
        .collect()
}

fn recipients(
    state: &State,
    to: &Jid,
    node: &Node,
    own_copies: &HashMap<DeviceAddress, Node>,
) -> Result<Vec<DeviceAddress>> {
    if let Some(participant) = stanza::address(node, "participant") {
        return Ok(state.device_of(&participant).into_iter().collect());
    }
    if to.is_group() {
        return Ok(state.member_devices(to.user.as_str()));
    }
    if own_copies.is_empty() {
        return Ok(vec![
            state
                .device_of(to)
                .context("a message to someone unknown")?,
        ]);
    }
    Ok(own_copies.keys().cloned().collect())
}

/// What one device gets: the part sealed for it, the part sealed for all, and who wrote it.
fn copy_for(
    state: &State,
    sender: &DeviceAddress,
    to: &Jid,
    node: &Node,
    own_copy: Option<&Node>,
    device: &DeviceAddress,
) -> Option<Node> {
    let mut parts: Vec<Node> = own_copy.cloned().into_iter().collect();
    if to.is_group() || own_copy.is_none() {
        parts.extend(node.get_children_by_tag("enc").cloned());
    }
    if parts.is_empty() {
        return None;
    }
    for tag in ["device-identity", "meta", "reporting"] {
        parts.extend(node.get_optional_child(tag).cloned());
    }
    let record = state.accounts.get(&sender.number)?;
    let kind = stanza::attribute(node, "type").unwrap_or_else(|| "text".into());
    let mut copy = NodeBuilder::new("message")
        .attr("id", stanza::attribute(node, "id")?)
        .attr("t", state.network.now().to_string())
        .attr("type", kind)
        .attr("notify", record.account.name.as_str());
    if let Some(edit) = node.attrs.get("edit") {
        copy = copy.attr("edit", edit.clone());
    }
    let lid = record.lid().with_device(sender.device);
    let number = record.number().with_device(sender.device);
    copy = if to.is_group() {
        copy.attr("from", to)
            .attr("participant", lid)
            .attr("participant_pn", record.number())
            .attr("addressing_mode", "lid")
    } else if to.is_lid() {
        copy.attr("from", lid).attr("sender_pn", number)
    } else {
        copy.attr("from", number).attr("sender_lid", lid)
    };
    if !to.is_group() && device.number == sender.number {
        copy = copy.attr("recipient", to.to_non_ad());
    }
    Some(copy.children(parts).build())
}

/// A receipt says that messages have arrived, were read, or could not be opened: the first two take them out
/// of the queue, the last asks their author to seal them anew.
fn receipt(state: &mut State, peer: &Peer, node: &Node) -> Result<()> {
    let reader = peer.logged_in()?.clone();
    let kind = stanza::attribute(node, "type");
    let is_retry = kind.as_deref() == Some("retry");
    state.acknowledge(&reader, "message", &ids(node));
    let ack = stanza::ack("receipt", node, state.network.now()).build();
    state.say(&peer.line, ack);

    let to = stanza::address(node, "to").context("a receipt to nobody")?;
    let author = stanza::address(node, "participant").unwrap_or_else(|| to.clone());
    let Some(author) = state.device_of(&author) else {
        return Ok(());
    };
    let forwarded = forwarded_receipt(state, &reader, &to, node)?;
    if is_retry {
        return state.deliver(&author, forwarded);
    }
    if author.number != reader.number {
        for device in state.devices(&author.number) {
            state.send_live(&device, forwarded.clone());
        }
    }
    Ok(())
}

fn forwarded_receipt(state: &State, reader: &DeviceAddress, to: &Jid, node: &Node) -> Result<Node> {
    let record = state
        .accounts
        .get(&reader.number)
        .context("a reader without account")?;
    let lid = record.lid().with_device(reader.device);
    let mut receipt = NodeBuilder::new("receipt")
        .attr("id", stanza::required(node, "id")?)
        .attr("t", state.network.now().to_string());
    if let Some(kind) = node.attrs.get("type") {
        receipt = receipt.attr("type", kind.clone());
    }
    receipt = if to.is_group() {
        receipt.attr("from", to).attr("participant", lid)
    } else if to.is_lid() {
        receipt.attr("from", lid)
    } else {
        receipt.attr("from", record.number().with_device(reader.device))
    };
    let children = node.children().unwrap_or_default().to_vec();
    Ok(receipt.children(children).build())
}

/// What a phone sends to its companion when it has got one of the companion's messages.
pub(super) fn phone_confirms(state: &State, companion: &DeviceAddress) -> Result<Node> {
    let record = state.accounts.get(&companion.number);
    let phone = record.context("a companion without account")?.lid();
    let sent = state.network.now();
    Ok(NodeBuilder::new("receipt")
        .attr("id", format!("3EB0{sent:016X}"))
        .attr("from", phone)
        .attr("type", "sender")
        .attr("t", sent.to_string())
        .build())
}

/// The ids a receipt or an acknowledgement speaks of.
fn ids(node: &Node) -> BTreeSet<String> {
    let list = node.get_optional_child("list");
    let items = list
        .into_iter()
        .flat_map(|list| list.get_children_by_tag("item"));
    items
        .chain(std::iter::once(node))
        .filter_map(|item| stanza::attribute(item, "id"))
        .collect()
}

/// A client has taken a stanza of some class (or refuses it for good, which comes to the same).
fn acknowledged(state: &mut State, peer: &Peer, node: &Node) -> Result<()> {
    // Before it has logged in a client has no queue, and acknowledges all the same.
    let Some(device) = &peer.device else {
        return Ok(());
    };
    let class = stanza::attribute(node, "class").unwrap_or_default();
    state.acknowledge(device, &class, &ids(node));
    Ok(())
}

/// A client says the name it wants to be shown under.
fn presence(state: &mut State, peer: &Peer, node: &Node) -> Result<()> {
    let (Some(device), Some(name)) = (&peer.device, stanza::attribute(node, "name")) else {
        return Ok(());
    };
    let Some(account) = state.account(&device.number) else {
        return Ok(());
    };
    if name.is_empty() || name == account.name {
        return Ok(());
    }
    let renamed = super::model::Account {
        name,
        ..account.clone()
    };
    state.add_account(renamed)
}
