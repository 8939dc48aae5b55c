//! What a phone shows, and where it keeps it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use vault::{Batch, Database, Tree};
use whatsapp_rust::Jid;
use whatsapp_rust::wacore_binary::JidExt;

use super::shown::{Change, Heard, Shown, ShownGroup};

/// All that is on the screen.
#[derive(Clone, Debug, Default)]
pub struct Chats {
    groups: BTreeMap<String, ShownGroup>,
    messages: BTreeMap<String, Vec<Shown>>,
    /// What was done to messages that are still on their way.
    early: Vec<(String, Change)>,
    /// Authors and ids of the messages since the phone was turned on.
    heard: BTreeSet<(String, String)>,
}

impl Chats {
    /// The groups the owner is in.
    pub fn groups(&self) -> impl Iterator<Item = &ShownGroup> {
        self.groups.values()
    }

    /// Whether the owner is in a group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// A group, if the owner is in it.
    pub(super) fn group(&self, group: &str) -> Option<&ShownGroup> {
        self.groups.get(group)
    }

    /// A conversation, oldest message first.
    pub fn chat(&self, group: &str) -> &[Shown] {
        self.messages.get(group).map_or(&[], Vec::as_slice)
    }

    /// Returns whether anything is new.
    pub(super) fn set_groups(&mut self, groups: BTreeMap<String, ShownGroup>) -> bool {
        let new = self.groups != groups;
        self.groups = groups;
        new
    }

    /// Takes a change in, and returns the message that has to be kept, if the change concerns one.
    pub(super) fn hear(&mut self, heard: Heard) -> Option<&Shown> {
        let Heard { group, change, .. } = heard;
        if !self.heard.insert(heard.message) {
            return None;
        }
        let messages = self.messages.entry(group.clone()).or_default();
        let Change::Said(mut said) = change else {
            let Some(found) = change.of().and_then(|of| of.find_in(messages)) else {
                self.early.push((group, change));
                return None;
            };
            let message = &mut messages[found];
            return message.take(change).then_some(message);
        };
        if said.key().find_in(messages).is_some() {
            return None;
        }
        let meant = |(place, early): &mut (String, Change)| {
            *place == group && early.of().is_some_and(|of| of.is(&said))
        };
        let early: Vec<_> = self.early.extract_if(.., meant).collect();
        for (_, change) in early {
            said.take(change);
        }
        messages.push(*said);
        messages.last()
    }

    /// Takes over the conversations of another state, and leaves the groups as they are.
    pub(super) fn take_messages_of(&mut self, other: Self) {
        self.messages = other.messages;
        self.early = other.early;
        self.heard = other.heard;
    }

    /// Takes back what the server did not take.
    pub(super) fn unsay(&mut self, group: &str, id: &str) -> Option<Shown> {
        let messages = self.messages.get_mut(group)?;
        let index = messages
            .iter()
            .rposition(|message| message.own && message.id == id)?;
        Some(messages.remove(index))
    }
}

/// The phone's memory of its conversations: none without a database.
pub(super) struct Conversations {
    disk: Option<(Database, Tree)>,
    next_place: u64,
    pub(super) loaded: Chats,
}

impl Conversations {
    pub(super) fn open(database: Option<Database>) -> Result<Self> {
        let mut loaded = Chats::default();
        let mut next_place = 0;
        let disk = match database {
            Some(database) => {
                let tree = database.tree("chats")?;
                for (_, value) in tree.scan(b"")? {
                    let (group, shown): (String, Shown) = serde_json::from_slice(&value)?;
                    next_place = shown.place + 1;
                    loaded.messages.entry(group).or_default().push(shown);
                }
                Some((database, tree))
            }
            None => None,
        };
        Ok(Self {
            disk,
            next_place,
            loaded,
        })
    }

    /// A fresh place at the end.
    pub(super) fn place(&mut self) -> u64 {
        self.next_place += 1;
        self.next_place - 1
    }

    /// Keeps messages as they are now; on the disk when it returns.
    pub(super) async fn keep(&self, shown: &[(String, Shown)]) -> Result<()> {
        let Some((database, tree)) = &self.disk else {
            return Ok(());
        };
        let mut batch = Batch::new();
        for (group, message) in shown {
            let value = serde_json::to_vec(&(group, message))?;
            batch.put(tree, message.place.to_be_bytes(), value);
        }
        Ok(database.commit(batch).await?)
    }

    pub(super) async fn forget(&self, message: &Shown) -> Result<()> {
        let Some((database, tree)) = &self.disk else {
            return Ok(());
        };
        let mut batch = Batch::new();
        batch.delete(tree, message.place.to_be_bytes());
        Ok(database.commit(batch).await?)
    }
}

/// The address of a group, or of somebody who is written to alone, from its text.
pub(super) fn address(chat: &str) -> Result<Jid> {
    let address: Jid = chat.parse().ok().context("this is no chat's address")?;
    if !address.is_group() && !address.is_lid() {
        bail!("this is no chat's address");
    }
    Ok(address)
}
