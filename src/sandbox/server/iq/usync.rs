//! Whose devices there are, which LID belongs to a number, whether a number is on WhatsApp.

use anyhow::{Context, Result};
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::buffa::Message as _;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::waproto::whatsapp as wa;

use super::super::model::AccountRecord;
use super::super::stanza;
use super::super::state::State;
use super::Answer;

pub(super) fn answer(state: &State, request: &Node) -> Result<Answer> {
    let usync = request.get_optional_child("usync").context("no query")?;
    let list = usync
        .get_optional_child("list")
        .context("nobody is asked for")?;
    let users = list
        .get_children_by_tag("user")
        .filter_map(|asked| user(state, asked));
    let result = NodeBuilder::new("result").children([NodeBuilder::new("devices").build()]);
    let children = [
        result.build(),
        NodeBuilder::new("list")
            .children(users.collect::<Vec<_>>())
            .build(),
    ];
    let answer = NodeBuilder::new("usync")
        .attr("sid", stanza::attribute(usync, "sid").unwrap_or_default())
        .attr("mode", "query")
        .children(children);
    Ok(Answer::one(answer.build()))
}

/// Someone is asked for by address, or by a number as it stands in an address book.
fn user(state: &State, asked: &Node) -> Option<Node> {
    if let Some(address) = stanza::address(asked, "jid") {
        let record = state.record_of(&address)?;
        let user = NodeBuilder::new("user").attr("jid", address);
        return Some(user.children(description(record)).build());
    }
    let typed = stanza::child_text(asked, "contact");
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let contact = NodeBuilder::new("contact");
    let known = state.accounts.get(&digits);
    let (contact, about) = match known {
        Some(record) => (contact.attr("type", "in"), description(record)),
        None => (contact.attr("type", "out"), Vec::new()),
    };
    let contact = contact.string_content(typed).build();
    let children = std::iter::once(contact).chain(about);
    Some(
        NodeBuilder::new("user")
            .attr("jid", whatsapp_rust::Jid::pn(digits))
            .children(children)
            .build(),
    )
}

fn description(record: &AccountRecord) -> Vec<Node> {
    vec![
        devices(record),
        NodeBuilder::new("lid").attr("val", record.lid()).build(),
    ]
}

fn devices(record: &AccountRecord) -> Node {
    let devices = record.devices().map(|device| {
        let entry = NodeBuilder::new("device").attr("id", device.to_string());
        match device {
            0 => entry.build(),
            companion => entry.attr("key-index", companion.to_string()).build(),
        }
    });
    let list = NodeBuilder::new("device-list")
        .children(devices.collect::<Vec<_>>())
        .build();
    let mut children = vec![list];
    if !record.companions.is_empty() {
        children.push(key_index_list(record));
    }
    NodeBuilder::new("devices").children(children).build()
}

/// Which companions are valid; the client does not check the signature of its own server's word.
fn key_index_list(record: &AccountRecord) -> Node {
    let valid: Vec<u32> = record.devices().map(u32::from).collect();
    let list = wa::ADVKeyIndexList {
        raw_id: Some(1),
        timestamp: Some(stanza::now()),
        current_index: valid.iter().copied().max(),
        valid_indexes: valid,
        ..Default::default()
    };
    let signed = wa::ADVSignedKeyIndexList {
        details: Some(list.encode_to_vec()),
        account_signature: Some(vec![0; 64]),
        ..Default::default()
    };
    NodeBuilder::new("key-index-list")
        .attr("ts", stanza::now().to_string())
        .bytes(signed.encode_to_vec())
        .build()
}
