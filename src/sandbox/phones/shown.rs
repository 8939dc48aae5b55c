//! What stands on a phone's screen, and what can happen to it.

use std::fmt;

use serde::{Deserialize, Serialize};
use whatsapp::EDITS_TAKEN;

use super::things::Kind;

/// One message as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The message's id.
    pub id: String,
    /// The name of whoever wrote it.
    pub who: String,
    /// What it says; empty once it was deleted for everyone. Whoever is mentioned stands in it as `@` and their name.
    pub text: String,
    /// What comes with the text, or is there in place of one.
    pub kind: Option<Kind>,
    /// When it was sent, in milliseconds since 1970.
    pub at: i64,
    /// Written on this phone.
    pub own: bool,
    /// Its author has changed it.
    pub edited: bool,
    /// Its author, or an administrator, has deleted it for everyone.
    pub deleted: bool,
    /// The name of the administrator who has deleted it, if it was not its author.
    #[serde(default)]
    pub deleted_by: Option<String>,
    /// The message that it answers, as it stands above it.
    pub quote: Option<Quote>,
    /// The names of those who are mentioned in it.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// One for each who has reacted, in the order in which they did.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// The group that it invites to, if it does.
    #[serde(default)]
    pub invitation: Option<Invitation>,
    /// The author's address, by which two messages with the same id are told apart.
    pub(super) author: String,
    /// Its place in the phone's memory.
    pub(super) place: u64,
}

/// A message within the one that answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The id of the message.
    pub id: String,
    /// Who wrote it.
    pub who: String,
    /// What it said when it was quoted.
    pub text: String,
}

/// An invitation to a group, for whoever got it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The group's address.
    pub group: String,
    /// Its name.
    pub subject: String,
    pub(super) code: String,
    pub(super) expires: i64,
}

/// What someone thinks of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Who.
    pub who: String,
    /// The emoji.
    pub emoji: String,
    /// Made on this phone.
    pub own: bool,
    /// The address of whoever reacted.
    pub(super) author: String,
}

/// One group as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownGroup {
    /// The group's address.
    pub address: String,
    /// Its name.
    pub subject: String,
    /// Its description; empty if it has none.
    pub description: String,
    /// How many are in it.
    pub members: usize,
    /// Whether the phone's owner is an administrator.
    pub admin: bool,
    /// Only administrators may write.
    pub announcement: bool,
    /// Administrators let in whoever comes by the link.
    pub approval: bool,
    /// Who is in it.
    pub people: Vec<ShownMember>,
    /// Who asks to be let in, where the phone's owner is an administrator and lets people in.
    pub asking: Vec<ShownMember>,
}

impl ShownGroup {
    /// Somebody, by name, if they are in it.
    pub fn member(&self, name: &str) -> Option<&ShownMember> {
        self.people.iter().find(|member| member.name == name)
    }
}

/// Someone in a group, or who asks to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMember {
    /// Their name.
    pub name: String,
    /// Whether they are an administrator.
    pub admin: bool,
    /// The digits of their LID.
    pub(super) author: String,
}

/// Which message something is about.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) id: String,
    /// The digits of the author's LID; None where that can't be told.
    pub(super) author: Option<String>,
}

/// Something that changes a conversation.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Said(Box<Shown>),
    Edited {
        of: Key,
        text: String,
        mentions: Vec<String>,
        at: i64,
    },
    Deleted {
        of: Key,
        /// The administrator who did it, if it was not the author.
        by: Option<String>,
    },
    /// An empty emoji takes the reaction back.
    Reacted {
        of: Key,
        reaction: Reaction,
    },
}

/// A change of a group's conversation, and the message that brought it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) group: String,
    /// Author and id of the message: the same again changes nothing.
    pub(super) message: (String, String),
    pub(super) change: Change,
}

impl Key {
    pub(super) fn is(&self, message: &Shown) -> bool {
        let same = |author: &String| *author == message.author;
        self.id == message.id && self.author.as_ref().is_none_or(same)
    }

    pub(super) fn find_in(&self, messages: &[Shown]) -> Option<usize> {
        messages.iter().rposition(|message| self.is(message))
    }
}

impl Change {
    /// The message that is changed, if it is one that was there before.
    pub(super) fn of(&self) -> Option<&Key> {
        match self {
            Self::Said(_) => None,
            Self::Edited { of, .. } | Self::Deleted { of, .. } | Self::Reacted { of, .. } => {
                Some(of)
            }
        }
    }
}

/// One line, as it could be read out.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.who)?;
        if let Some(kind) = self.kind {
            write!(f, "[{kind:?}] ")?;
        }
        if let Some(quote) = &self.quote {
            write!(f, "[to {}: {}] ", quote.who, quote.text)?;
        }
        f.write_str(&self.text)?;
        for (marked, mark) in [(self.edited, " [edited]"), (self.deleted, "[deleted]")] {
            f.write_str(if marked { mark } else { "" })?;
        }
        let mut reactions = self.reactions.iter();
        reactions.try_for_each(|reaction| write!(f, " [{} {}]", reaction.who, reaction.emoji))
    }
}

impl Shown {
    pub(super) fn key(&self) -> Key {
        Key {
            id: self.id.clone(),
            author: Some(self.author.clone()),
        }
    }

    /// Takes in what happened to it, and returns whether anything is new.
    pub(super) fn take(&mut self, change: Change) -> bool {
        let before = self.clone();
        match change {
            // Nothing happens any more to what was deleted.
            _ if self.deleted => {}
            Change::Said(_) => {}
            Change::Edited {
                text, mentions, at, ..
            } => {
                let late = at.saturating_sub(self.at) >= EDITS_TAKEN.as_millis() as i64;
                if !late {
                    self.text = text;
                    self.mentions = mentions;
                    self.edited = true;
                }
            }
            Change::Deleted { by, .. } => {
                self.deleted = true;
                self.deleted_by = by;
                self.text.clear();
                self.kind = None;
                self.quote = None;
                self.mentions.clear();
                self.reactions.clear();
            }
            Change::Reacted { reaction, .. } => {
                let same = |known: &Reaction| known.author == reaction.author;
                match self.reactions.iter().position(same) {
                    Some(place) if reaction.emoji.is_empty() => {
                        self.reactions.remove(place);
                    }
                    Some(place) => self.reactions[place] = reaction,
                    None if reaction.emoji.is_empty() => {}
                    None => self.reactions.push(reaction),
                }
            }
        }
        *self != before
    }
}
