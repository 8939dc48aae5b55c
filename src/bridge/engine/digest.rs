//! After a long outage a group is not flooded: what is late by hours becomes one message with a link to the theme, in
//! whose room all of it stands with its own time.

use std::collections::BTreeSet;

use vault::{Batch, VaultError};

use super::Engine;
use super::act::Act;
use super::entries::Outgoing;
use super::lane::Lane;
use crate::clock;

/// So many late messages still come one by one.
const BEARABLE: usize = 30;
/// So many entries are looked at to see whether a lane is late.
const FIRST: usize = 8;
const HOUR: i64 = 60 * 60_000;

impl Engine {
    /// Puts one message into the place of many that are late in this lane.
    pub(super) async fn digest_what_is_late(&self, lane: &Lane) -> Result<(), VaultError> {
        // In a room everything has its own time.
        if lane.leg == civic::Leg::Room {
            return Ok(());
        }
        let wait = i64::from(self.config.whatsapp.digest_after_hours) * HOUR;
        let late_before = self.time_of_words().0 - wait;
        let is_late =
            |entry: &Outgoing| matches!(entry.act, Act::Relay { at, .. } if at <= late_before);
        // What people react with may wait before what they say.
        let first = self.notebook.outbox(lane.prefix, &[], FIRST)?;
        let begins_late = first.iter().any(|(_, entry)| is_late(entry));
        if !begins_late || self.notebook.outbox_keys(lane.prefix)?.len() <= BEARABLE {
            return Ok(());
        }
        let mut late = self.notebook.outbox(lane.prefix, &[], usize::MAX)?;
        late.retain(|(_, entry)| is_late(entry));
        let [(key, first), .., (_, last)] = &late[..] else {
            return Ok(());
        };
        if late.len() <= BEARABLE {
            return Ok(());
        }
        let people: BTreeSet<_> = late
            .iter()
            .filter_map(|(_, entry)| entry.speaker.as_ref())
            .collect();
        let source = self.source(&[b"digest", first.effect.as_bytes(), last.effect.as_bytes()]);
        let digest = Outgoing::of_bridge(
            self.effect(&source, "digest"),
            clock::now(),
            Act::Digest {
                messages: late.len(),
                people: people.len(),
            },
        );
        let mut batch = Batch::new();
        late[1..]
            .iter()
            .for_each(|(key, _)| self.notebook.done(&mut batch, key));
        self.notebook.send_instead(&mut batch, key, &digest);
        tracing::info!(
            messages = late.len(),
            "late messages for a group become one"
        );
        self.notebook.commit(batch).await
    }
}
