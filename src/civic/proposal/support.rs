use std::collections::{BTreeMap, BTreeSet};

use crate::{Network, Party, Persons};

/// How somebody supports a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Support {
    /// With a 👍 on it.
    Reaction,
    /// With the command.
    Command,
}

/// How many support a proposal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// People: whoever has linked their accounts counts once.
    pub people: usize,
    /// Those on WhatsApp.
    pub whatsapp: usize,
    /// Those on Matrix.
    pub matrix: usize,
}

/// Who supports a proposal, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supporters(BTreeMap<Party, BTreeSet<Support>>);

impl Supporters {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Party, &BTreeSet<Support>)> {
        self.0.iter()
    }

    /// How this account supports it; empty if it does not.
    pub fn of(&self, party: &Party) -> BTreeSet<Support> {
        self.0.get(party).cloned().unwrap_or_default()
    }

    /// How many they are.
    pub fn counts(&self, persons: &Persons) -> Counts {
        let people = |network: Option<Network>| {
            let counted = self
                .0
                .keys()
                .filter(|party| network.is_none_or(|network| party.network == network));
            let persons: BTreeSet<_> = counted
                .map(|party| persons.canonical(&party.member))
                .collect();
            persons.len()
        };
        Counts {
            people: people(None),
            whatsapp: people(Some(Network::WhatsApp)),
            matrix: people(Some(Network::Matrix)),
        }
    }

    /// Takes a support over, or that it is taken back. Whether that changed anything.
    pub(crate) fn set(&mut self, by: &Party, how: Support, on: bool) -> bool {
        if on {
            return self.0.entry(by.clone()).or_default().insert(how);
        }
        let Some(ways) = self.0.get_mut(by) else {
            return false;
        };
        let changed = ways.remove(&how);
        if ways.is_empty() {
            self.0.remove(by);
        }
        changed
    }
}

/// Whether a reaction is the 👍 that supports, in any skin tone.
pub fn is_thumb(emoji: &str) -> bool {
    let mut shapes = emoji
        .chars()
        .filter(|c| !matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{FE0E}' | '\u{FE0F}'));
    shapes.next() == Some('👍') && shapes.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumb_has_any_skin() {
        for emoji in ["👍", "👍🏿", "👍🏻", "👍\u{FE0F}"] {
            assert!(is_thumb(emoji), "{emoji}");
        }
        for emoji in ["", "👎", "❤️", "👍👍", "👍 sí", "\u{1F3FB}"] {
            assert!(!is_thumb(emoji), "{emoji}");
        }
    }
}
