//! Key bundles: a device uploads its own and fetches those of the devices it wants to write to.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::{Jid, NodeBuilder};

use super::super::model::{DeviceAddress, KeyBundle};
use super::super::stanza;
use super::super::state::State;
use super::Answer;

pub(super) fn answer(state: &mut State, me: &DeviceAddress, request: &Node) -> Result<Answer> {
    if request.get_optional_child("identity").is_some() {
        return upload(state, me, request);
    }
    let asked = stanza::first_child(request).map(|child| child.tag.to_string());
    match asked.as_deref() {
        Some("count") => Ok(count(state, me)),
        Some("key") => fetch(state, request),
        Some("rotate") => rotate(state, me, request),
        _ => Ok(Answer::not_found()),
    }
}

fn count(state: &State, me: &DeviceAddress) -> Answer {
    let left = state
        .bundles
        .get(me)
        .map_or(0, |bundle| bundle.one_time.len());
    Answer::one(
        NodeBuilder::new("count")
            .attr("value", left.to_string())
            .build(),
    )
}

fn upload(state: &mut State, me: &DeviceAddress, request: &Node) -> Result<Answer> {
    let list = request.get_optional_child("list").and_then(Node::children);
    let fresh = list
        .unwrap_or_default()
        .iter()
        .map(|key| (key_id(key), key.clone()));
    let identity = stanza::child_bytes(request, "identity");
    let mut bundle = KeyBundle {
        registration: stanza::child_bytes(request, "registration"),
        signed: request
            .get_optional_child("skey")
            .context("no signed key")?
            .clone(),
        one_time: fresh.collect(),
        identity,
    };
    state.store.put_bundle(me, &bundle)?;
    match state.bundles.remove(me) {
        Some(former) if former.identity == bundle.identity => {
            let kept = former.one_time.into_iter();
            bundle.one_time = kept.chain(bundle.one_time).collect();
        }
        Some(former) => {
            for id in former.one_time.into_keys() {
                if !bundle.one_time.contains_key(&id) {
                    state.store.delete_one_time_key(me, id);
                }
            }
            tell_of_new_identity(state, me)?;
        }
        None => {}
    }
    state.bundles.insert(me.clone(), bundle);
    Ok(Answer::done())
}

/// Somebody has set up a new telephone: whoever shares a group with them has to seal for the new keys.
fn tell_of_new_identity(state: &mut State, me: &DeviceAddress) -> Result<()> {
    let record = state.accounts.get(&me.number).context("no such account")?;
    let notification = NodeBuilder::new("notification")
        .attr("id", stanza::token(16))
        .attr("from", record.number().with_device(me.device))
        .attr("lid", record.lid().with_device(me.device))
        .attr("type", "encrypt")
        .attr("t", stanza::now().to_string())
        .children([NodeBuilder::new("identity").build()])
        .build();
    let shared = state
        .groups()
        .filter(|group| group.members.contains_key(&me.number));
    let acquaintances: BTreeSet<String> = shared
        .flat_map(|group| group.members.keys().cloned())
        .collect();
    let others = acquaintances.iter().filter(|number| **number != me.number);
    let devices: Vec<_> = others.flat_map(|number| state.devices(number)).collect();
    for device in devices {
        state.deliver(&device, notification.clone())?;
    }
    Ok(())
}

fn rotate(state: &mut State, me: &DeviceAddress, request: &Node) -> Result<Answer> {
    let fresh = request
        .get_optional_child("rotate")
        .and_then(|rotate| rotate.get_optional_child("skey"))
        .context("no signed key")?;
    let Some(bundle) = state.bundles.get_mut(me) else {
        return Ok(Answer::not_found());
    };
    bundle.signed = fresh.clone();
    state.store.put_bundle(me, bundle)?;
    Ok(Answer::done())
}

/// One bundle for each device asked for; each time it gives a one-time key away.
fn fetch(state: &mut State, request: &Node) -> Result<Answer> {
    let asked = request
        .get_optional_child("key")
        .context("nothing asked for")?;
    let addresses = stanza::addresses_of(asked, "user");
    let users = addresses
        .into_iter()
        .map(|address| bundle_of(state, address));
    let users: Vec<Node> = users.collect();
    Ok(Answer::one(
        NodeBuilder::new("list").children(users).build(),
    ))
}

fn bundle_of(state: &mut State, address: Jid) -> Node {
    let device = state.device_of(&address);
    let user = NodeBuilder::new("user").attr("jid", address);
    let Some((device, bundle)) = device.and_then(|device| {
        state
            .bundles
            .get_mut(&device)
            .map(|bundle| (device, bundle))
    }) else {
        let error = NodeBuilder::new("error")
            .attr("code", "406")
            .attr("text", "not-acceptable");
        return user.children([error.build()]).build();
    };
    let mut parts = vec![
        NodeBuilder::new("registration")
            .bytes(bundle.registration.clone())
            .build(),
        NodeBuilder::new("type").bytes(vec![5]).build(),
        NodeBuilder::new("identity")
            .bytes(bundle.identity.clone())
            .build(),
        bundle.signed.clone(),
    ];
    if let Some((id, key)) = bundle.one_time.pop_first() {
        parts.push(key);
        state.store.delete_one_time_key(&device, id);
    }
    let companions = state
        .accounts
        .get(&device.number)
        .map(|record| &record.companions);
    if let Some(identity) = companions.and_then(|companions| companions.get(&device.device))
        && !identity.is_empty()
    {
        parts.push(
            NodeBuilder::new("device-identity")
                .bytes(identity.clone())
                .build(),
        );
    }
    user.children(parts).build()
}

/// Three bytes, the most significant first.
fn key_id(key: &Node) -> u32 {
    stanza::child_bytes(key, "id")
        .iter()
        .fold(0, |id, byte| id << 8 | u32::from(*byte))
}
