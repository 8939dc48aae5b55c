//! How many take part: kept as people speak, and written down once a day.

use std::sync::Arc;

use civic::{Network, Seen, Timestamp};
use matrix::names;
use matrix::record::{self, Participants, Participation, VERSION};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use vault::{Batch, VaultError};

use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;
use crate::engine::perform::misplaced;
use crate::engine::{Engine, Seat, lock};

/// How somebody takes part in a theme, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredSeen {
    network: record::Network,
    first: i64,
    last: i64,
    days: u32,
    messages: u32,
}

impl From<Seen> for StoredSeen {
    fn from(seen: Seen) -> Self {
        Self {
            network: match seen.network {
                Network::WhatsApp => record::Network::WhatsApp,
                Network::Matrix => record::Network::Matrix,
            },
            first: seen.first.0,
            last: seen.last.0,
            days: seen.days,
            messages: seen.messages,
        }
    }
}

impl From<StoredSeen> for Seen {
    fn from(seen: StoredSeen) -> Self {
        Self {
            network: match seen.network {
                record::Network::WhatsApp => Network::WhatsApp,
                record::Network::Matrix => Network::Matrix,
            },
            first: Timestamp(seen.first),
            last: Timestamp(seen.last),
            days: seen.days,
            messages: seen.messages,
        }
    }
}

impl Engine {
    /// Writes down once a day how many take part in each theme.
    pub(in crate::engine) async fn count_participants(self: &Arc<Self>) -> Result<(), VaultError> {
        let now = clock::now();
        let Ok(moment) = OffsetDateTime::from_unix_timestamp(now.0.div_euclid(1000)) else {
            return Ok(());
        };
        let day = moment.date().to_string();
        for seat in self.seats.values() {
            let note = format!("participation/{}", seat.slug());
            if self.notebook.note(&note)?.as_deref() == Some(day.as_bytes()) {
                continue;
            }
            let counted = self.participation(seat, &day);
            // Where nobody has come yet there is nothing to tell.
            if counted.participants.people == 0 && counted.proposals == 0 {
                continue;
            }
            let mut batch = Batch::new();
            self.notebook.put_note(&mut batch, &note, day.as_bytes());
            let lane = self.lane(seat, &civic::Leg::Room);
            let act = Act::Participation { counted };
            let of = [seat.slug().as_str().as_bytes(), day.as_bytes()];
            let source = self.source(&[b"participation", of[0], of[1]]);
            let outgoing = Outgoing::of_bridge(self.effect(&source, &act.name()), now, act);
            self.notebook.send_out(&mut batch, lane.prefix, &outgoing);
            self.notebook.commit(batch).await?;
            self.ring_lanes(&[lane]);
        }
        Ok(())
    }

    fn participation(&self, seat: &Seat, day: &str) -> Participation {
        let theme = lock(&seat.theme);
        let numbers = self.knowing(|known| theme.numbers(known));
        Participation {
            v: VERSION,
            day: day.to_owned(),
            participants: Participants {
                people: numbers.people as u64,
                whatsapp: numbers.whatsapp_people as u64,
                matrix: numbers.matrix_people as u64,
            },
            messages: record::Count {
                whatsapp: numbers.whatsapp_messages,
                matrix: numbers.matrix_messages,
            },
            proposals: numbers.proposals as u64,
            supports: numbers.supports as u64,
        }
    }

    pub(in crate::engine) async fn write_participation(
        &self,
        seat: &Seat,
        counted: &Participation,
    ) -> Result<Option<String>, Failure> {
        let content = serde_json::to_value(counted).map_err(|_| misplaced())?;
        let key = seat.slug().as_str();
        self.homeserver
            .set_state(&self.space, names::PARTICIPATION, key, &content)
            .await?;
        Ok(None)
    }
}
