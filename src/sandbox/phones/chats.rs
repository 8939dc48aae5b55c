//! What a phone shows, and where it keeps it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use vault::{Batch, Database, Tree};
use whatsapp_rust::Jid;
use whatsapp_rust::wacore_binary::JidExt;

/// One message as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The message's id.
    pub id: String,
    /// The name of whoever wrote it.
    pub who: String,
    /// What it says; empty once it was deleted for everyone.
    pub text: String,
    /// When it was sent, in milliseconds since 1970.
    pub at: i64,
    /// Written on this phone.
    pub own: bool,
    /// Its author has changed it.
    pub edited: bool,
    /// Its author, or an administrator, has deleted it for everyone.
    pub deleted: bool,
    /// The author's address, by which two messages with the same id are told apart.
    pub(super) author: String,
    /// Its place in the phone's memory.
    pub(super) place: u64,
}

/// One group as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownGroup {
    /// The group's address.
    pub address: String,
    /// Its name.
    pub subject: String,
    /// Its description; empty if it has none.
    pub description: String,
    /// How many are in it.
    pub members: usize,
}

/// Something that changes a conversation.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Said(Shown),
    Edited { id: String, text: String },
    Deleted { id: String },
}

/// All that is on the screen.
#[derive(Clone, Debug, Default)]
pub struct Chats {
    groups: BTreeMap<String, ShownGroup>,
    messages: BTreeMap<String, Vec<Shown>>,
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
    pub(super) fn hear(&mut self, group: &str, heard: Heard) -> Option<&Shown> {
        let messages = self.messages.entry(group.to_owned()).or_default();
        match heard {
            Heard::Said(said) => {
                let same = |known: &Shown| known.id == said.id && known.author == said.author;
                if messages.iter().any(same) {
                    return None;
                }
                messages.push(said);
                messages.last()
            }
            Heard::Edited { id, text } => {
                let message = messages.iter_mut().find(|message| message.id == id)?;
                message.text = text;
                message.edited = true;
                Some(message)
            }
            Heard::Deleted { id } => {
                let message = messages.iter_mut().find(|message| message.id == id)?;
                message.text.clear();
                message.deleted = true;
                Some(message)
            }
        }
    }

    /// Takes over the conversations of another state, and leaves the groups as they are.
    pub(super) fn take_messages_of(&mut self, other: Self) {
        self.messages = other.messages;
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

/// A group's address, from its text.
pub(super) fn address(group: &str) -> Result<Jid> {
    let address: Jid = group.parse().ok().context("this is no group's address")?;
    if !address.is_group() {
        bail!("this is no group's address");
    }
    Ok(address)
}
