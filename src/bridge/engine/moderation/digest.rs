//! Once a week: what was moderated, and the log's hash, which every phone keeps with it.

use std::sync::Arc;

use civic::{Leg, Notice, Standing, Timestamp};
use time::OffsetDateTime;
use vault::{Batch, VaultError};

use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::{Engine, Seat, lock};

impl Engine {
    /// Tells each theme in which something was moderated since the last time, once a week.
    pub(in crate::engine) async fn tell_of_log(self: &Arc<Self>) -> Result<(), VaultError> {
        let now = clock::now();
        let Some(this_week) = week_of(now) else {
            return Ok(());
        };
        for seat in self.seats.values() {
            let note = format!("log digest/{}", seat.slug());
            let kept = self.notebook.note(&note)?.unwrap_or_default();
            let kept = String::from_utf8(kept).unwrap_or_default();
            let (told_in, told) = kept.split_once('/').unwrap_or(("", "0"));
            let told: u32 = told.parse().unwrap_or_default();
            if told_in == this_week {
                continue;
            }
            let (last, hash) = lock(&seat.theme).moderation().log();
            let mut batch = Batch::new();
            let noted = format!("{this_week}/{last}");
            self.notebook.put_note(&mut batch, &note, noted.as_bytes());
            let mut lanes = Vec::new();
            // In the week in which a theme begins nobody is told of what they have just seen.
            if last > told && !told_in.is_empty() {
                let notice = Notice::LogDigest {
                    entries: last - told,
                    last,
                    hash: hash.to_string(),
                    link: self.address_of_log(),
                };
                for leg in legs(seat) {
                    let lane = self.lane(seat, &leg);
                    let what = format!("{}/{leg:?}", seat.slug());
                    let source = self.source(&[b"log digest", this_week.as_bytes()]);
                    let outgoing = Outgoing::of_bridge(
                        self.effect(&source, &what),
                        now,
                        Act::Tell {
                            text: self.words(&notice, None),
                            answers: None,
                        },
                    );
                    self.notebook.send_out(&mut batch, lane.prefix, &outgoing);
                    lanes.push(lane);
                }
            }
            self.notebook.commit(batch).await?;
            self.ring_lanes(&lanes);
        }
        Ok(())
    }
}

/// The week of a moment, as ISO 8601 counts them.
pub(in crate::engine) fn week_of(now: Timestamp) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(now.0.div_euclid(1000)).ok()?;
    let (year, week, _) = moment.to_iso_week_date();
    Some(format!("{year}-W{week:02}"))
}

pub(in crate::engine) fn legs(seat: &Seat) -> Vec<Leg> {
    let theme = lock(&seat.theme);
    let open = theme
        .groups()
        .iter()
        .filter(|(_, standing)| **standing == Standing::Open);
    std::iter::once(Leg::Room)
        .chain(open.map(|(group, _)| Leg::Group(group.clone())))
        .collect()
}
