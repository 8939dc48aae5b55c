//! What an operator asks of the notebook: how old what waits is, what was put aside, a copy of all of it.

use civic::{Leg, ThemeSlug, Timestamp};
use vault::{Batch, Database, VaultError};

use super::{Notebook, Prefix, decoded, encode};
use crate::engine::entries::{DeadLetter, Incoming, Link, Outgoing};
use crate::engine::{RECALLS, YES};

/// The keys of dead letters begin so.
const LETTERS: Prefix = [0; 8];
/// How many links are read at a time.
const HANDFUL: usize = 256;

impl Notebook {
    /// The database, to be copied.
    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// What was put aside, by its number, oldest first.
    pub(crate) fn letters(&self) -> Result<Vec<(u64, DeadLetter)>, VaultError> {
        let letters: Vec<(Vec<u8>, DeadLetter)> = decoded(self.dead.scan(&LETTERS)?)?;
        let numbered = letters.into_iter().filter_map(|(key, letter)| {
            let number = key.last_chunk::<8>()?;
            Some((u64::from_be_bytes(*number), letter))
        });
        Ok(numbered.collect())
    }

    pub(crate) fn drop_letter(&self, batch: &mut Batch, number: u64) {
        batch.delete(&self.dead, [LETTERS, number.to_be_bytes()].concat());
    }

    /// Since when the first entry of a theme's inbox waits.
    pub(crate) fn heard_since(&self, theme: &str) -> Result<Option<Timestamp>, VaultError> {
        let first = self
            .inbox
            .scan_from(&self.theme_prefix(theme), &[], 1)?
            .into_iter();
        let first: Vec<(Vec<u8>, Incoming)> = decoded(first.collect())?;
        let Some((_, incoming)) = first.first() else {
            return Ok(None);
        };
        let seen = self.seen.get(&incoming.source[..16])?;
        Ok(seen
            .and_then(|value| value.try_into().ok())
            .map(|bytes| Timestamp(i64::from_be_bytes(bytes))))
    }

    /// Since when something waits for a leg of a theme.
    pub(crate) fn lane_waits_since(
        &self,
        theme: &ThemeSlug,
        leg: &Leg,
    ) -> Result<Option<Timestamp>, VaultError> {
        let first = self.waits_since(self.first_prefix(theme, leg))?;
        let other = self.waits_since(self.lane_prefix(theme, leg))?;
        Ok(first.into_iter().chain(other).min())
    }

    /// Since when the first entry of a lane waits.
    pub(crate) fn waits_since(&self, lane: Prefix) -> Result<Option<Timestamp>, VaultError> {
        let first: Vec<(Vec<u8>, Outgoing)> = self.outbox(lane, &[], 1)?;
        Ok(first.first().map(|(_, entry)| Timestamp(entry.at)))
    }

    /// The messages that are hidden, by the names of their links.
    pub(crate) fn hidden(&self) -> Result<Vec<Vec<u8>>, VaultError> {
        let (mut hidden, mut after) = (Vec::new(), Vec::new());
        loop {
            let links = self.links.scan_from(&[], &after, HANDFUL)?;
            let Some((last, _)) = links.last() else {
                return Ok(hidden);
            };
            after.clone_from(last);
            let links: Vec<(Vec<u8>, Link)> = decoded(links)?;
            let these = links.into_iter().filter(|(_, link)| link.hidden);
            hidden.extend(these.map(|(name, _)| name));
        }
    }

    /// This notebook is from a backup, and a later one knew more: what is in the inbox may have been carried already, and
    /// what people chose is asked from the homeserver again.
    pub(crate) async fn comes_from_a_backup(&self) -> Result<(), VaultError> {
        let entries: Vec<(Vec<u8>, Incoming)> = decoded(self.inbox.scan(&[])?)?;
        let mut batch = Batch::new();
        for (key, mut incoming) in entries {
            incoming.again = true;
            batch.put(&self.inbox, key, encode(&incoming));
        }
        for (member, mut person) in self.people()? {
            person.recalled = false;
            self.keep_person(&mut batch, &member, &person);
        }
        self.put_note(&mut batch, RECALLS, YES);
        self.commit(batch).await
    }
}

#[cfg(test)]
mod tests {
    use vault::Key;

    use super::*;
    use crate::engine::entries::Kept;

    #[tokio::test]
    async fn what_a_backup_had_to_do_is_looked_for_first() {
        let folder = tempfile::tempdir().unwrap();
        let notebook = Notebook::open(folder.path(), &Key::from_bytes([1; 32])).unwrap();
        let theme = "agua".parse().unwrap();
        let heard = Kept::Opened {
            group: "a".repeat(16),
        };
        let mut batch = Batch::new();
        let incoming = Incoming::new([7; 32], &theme, heard);
        notebook.take_in(&mut batch, Timestamp(5), &incoming);
        notebook.commit(batch).await.unwrap();
        assert_eq!(notebook.heard_since("agua").unwrap(), Some(Timestamp(5)));

        notebook.comes_from_a_backup().await.unwrap();
        let entries = notebook.inbox(&theme, 9).unwrap();
        assert_eq!(entries.len(), 1);
        assert!(entries[0].1.again);
        assert_eq!(notebook.note(RECALLS).unwrap().as_deref(), Some(YES));
    }
}
