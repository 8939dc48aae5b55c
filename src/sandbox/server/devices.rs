//! Who shares a group with an account is told when one of its devices comes or goes, and seals for that device, or no more.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use whatsapp_rust::NodeBuilder;

use super::model::DeviceAddress;
use super::stanza;
use super::state::State;

/// The change of a device.
#[derive(Clone, Copy)]
pub(super) enum Change {
    Added,
    Removed,
}

/// Tells all others of it.
pub(super) fn tell(state: &mut State, change: Change, device: &DeviceAddress) -> Result<()> {
    let record = state.accounts.get(&device.number);
    let record = record.context("a device without account")?;
    let now = state.network.now().to_string();
    let tag = match change {
        Change::Added => "add",
        Change::Removed => "remove",
    };
    let which = NodeBuilder::new("device")
        .attr("jid", record.number().with_device(device.device))
        .attr("lid", record.lid().with_device(device.device))
        .attr("key-index", device.device.to_string())
        .build();
    let keys = NodeBuilder::new("key-index-list")
        .attr("ts", now.as_str())
        .build();
    let notification = NodeBuilder::new("notification")
        .attr("id", stanza::token(16))
        .attr("type", "devices")
        .attr("from", record.number())
        .attr("lid", record.lid())
        .attr("t", now.as_str())
        .children([NodeBuilder::new(tag).children([which, keys]).build()])
        .build();
    let shared = state.groups.values();
    let shared: Vec<String> = shared
        .filter(|group| group.members.contains_key(&device.number))
        .map(|group| group.id.clone())
        .collect();
    let told: BTreeSet<DeviceAddress> = shared
        .iter()
        .flat_map(|group| state.member_devices(group))
        .filter(|other| other.number != device.number)
        .collect();
    for other in told {
        state.deliver(&other, notification.clone())?;
    }
    Ok(())
}
