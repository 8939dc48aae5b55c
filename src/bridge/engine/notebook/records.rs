//! What a theme is folded from at a start: its records, who has spoken in it, and who answered whom.

use civic::{MemberId, ProposalRef, ThemeSlug, Timestamp};
use vault::{Batch, VaultError};

use super::{Notebook, decoded, encode};
use crate::engine::proposals::{Stored, StoredSeen};

impl Notebook {
    /// Keeps a record of a theme, behind those before it.
    pub(crate) fn keep_record(&self, batch: &mut Batch, theme: &ThemeSlug, record: &Stored) {
        let prefix = self.prefix("records", &[theme.as_str().as_bytes()]);
        batch.put(&self.records, self.next_key(prefix), encode(record));
    }

    /// Takes the words out of all records of a proposal.
    pub(crate) fn empty_records(
        &self,
        batch: &mut Batch,
        theme: &ThemeSlug,
        proposal: &ProposalRef,
    ) -> Result<(), VaultError> {
        self.change_records(batch, theme, |record| record.empty(proposal))
    }

    /// Changes those records of a theme of which this says that it has.
    pub(crate) fn change_records(
        &self,
        batch: &mut Batch,
        theme: &ThemeSlug,
        change: impl Fn(&mut Stored) -> bool,
    ) -> Result<(), VaultError> {
        let prefix = self.prefix("records", &[theme.as_str().as_bytes()]);
        let stored: Vec<(Vec<u8>, Stored)> = decoded(self.records.scan(&prefix)?)?;
        for (key, mut record) in stored {
            if change(&mut record) {
                batch.put(&self.records, key, encode(&record));
            }
        }
        Ok(())
    }

    /// The records of a theme, in their order.
    pub(crate) fn records(&self, theme: &ThemeSlug) -> Result<Vec<Stored>, VaultError> {
        let prefix = self.prefix("records", &[theme.as_str().as_bytes()]);
        let stored: Vec<(Vec<u8>, Stored)> = decoded(self.records.scan(&prefix)?)?;
        Ok(stored.into_iter().map(|(_, record)| record).collect())
    }

    /// Keeps how somebody takes part in a theme.
    pub(crate) fn keep_seen(
        &self,
        batch: &mut Batch,
        theme: &ThemeSlug,
        member: &MemberId,
        seen: &StoredSeen,
    ) {
        let key = [
            &self.prefix("seen people", &[theme.as_str().as_bytes()])[..],
            member.as_str().as_bytes(),
        ];
        batch.put(&self.seen_people, key.concat(), encode(seen));
    }

    /// How people take part in a theme.
    pub(crate) fn seen(
        &self,
        theme: &ThemeSlug,
    ) -> Result<Vec<(MemberId, StoredSeen)>, VaultError> {
        let prefix = self.prefix("seen people", &[theme.as_str().as_bytes()]);
        let stored: Vec<(Vec<u8>, StoredSeen)> = decoded(self.seen_people.scan(&prefix)?)?;
        let seen = stored.into_iter().filter_map(|(key, seen)| {
            let member = std::str::from_utf8(key.get(prefix.len()..)?).ok()?;
            Some((member.parse().ok()?, seen))
        });
        Ok(seen.collect())
    }

    /// Keeps that somebody answered another.
    pub(crate) fn keep_exchange(
        &self,
        batch: &mut Batch,
        theme: &ThemeSlug,
        (one, other): (&MemberId, &MemberId),
        at: Timestamp,
    ) {
        let prefix = self.prefix("exchanges", &[theme.as_str().as_bytes()]);
        let key = [
            &prefix[..],
            one.as_str().as_bytes(),
            other.as_str().as_bytes(),
        ];
        batch.put(&self.exchanges, key.concat(), at.0.to_be_bytes());
    }

    /// Who was part of one exchange with whom, and when last; those before `since` are forgotten.
    pub(crate) fn exchanges(
        &self,
        batch: &mut Batch,
        theme: &ThemeSlug,
        since: Timestamp,
    ) -> Result<Vec<(MemberId, MemberId, Timestamp)>, VaultError> {
        let prefix = self.prefix("exchanges", &[theme.as_str().as_bytes()]);
        let mut exchanges = Vec::new();
        for (key, value) in self.exchanges.scan(&prefix)? {
            let at = Timestamp(value.try_into().map_or(0, i64::from_be_bytes));
            let members = key
                .get(prefix.len()..)
                .and_then(|ids| ids.split_at_checked(16));
            let member = |id: &[u8]| std::str::from_utf8(id).ok()?.parse().ok();
            match members.and_then(|(one, other)| Some((member(one)?, member(other)?))) {
                Some((one, other)) if at >= since => exchanges.push((one, other, at)),
                _ => batch.delete(&self.exchanges, key),
            }
        }
        Ok(exchanges)
    }
}
