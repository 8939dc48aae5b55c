//! A homeserver whose database was put back to an earlier day: what it lost of the log is written again, and what holds is carried
//! out again in the room.
//!
//! That something was lost shows in the log: the room's last entry is not the theme's last.

use std::collections::BTreeMap;

use civic::Leg;
use civic::moderation::{Case, Measure};
use matrix::record::ModerationAct;
use matrix::{StateEvent, names};
use ruma::RoomId;
use serde::Deserialize;
use serde_json::{Map, Value};
use vault::{Batch, VaultError};

use super::{StateOut, entry_of};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::Outgoing;
use crate::engine::fold::until_answered;
use crate::engine::proposals::Stored;
use crate::engine::start::StartError;
use crate::engine::{Engine, Seat, lock};

/// So many of the latest entries are asked for: one that can't be read must not make the log look shorter.
const LATEST: u32 = 10;

/// An event, as far as it is read here.
#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    content: Map<String, Value>,
}

impl Engine {
    /// Lets the lane of a theme's room do again what the room has lost of moderation. `state` is what the bridge wrote there,
    /// `banned` whom it has banned there. To be called before the lane is at work.
    pub(in crate::engine) async fn moderate_again(
        &self,
        seat: &Seat,
        (state, banned): (&[StateEvent], &[String]),
    ) -> Result<(), StartError> {
        let records = self.notebook.records(seat.slug())?;
        let log = records.iter().filter_map(|stored| match stored {
            Stored::Moderated { act } => Some(&**act),
            _ => None,
        });
        let log: Vec<&ModerationAct> = log.collect();
        let Some(last) = log.last() else {
            return Ok(());
        };
        let Some(there) = self.last_logged(seat).await? else {
            return Ok(());
        };
        let waiting = self.waiting_log(seat)?;
        let waits =
            |act: &ModerationAct| waiting.iter().any(|(_, _, number)| *number == act.number);
        let lost = log.iter().filter(|act| act.number > there && !waits(act));
        let lost: Vec<ModerationAct> = lost.map(|act| (*act).clone()).collect();
        if lost.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            theme = %seat.slug(),
            entries = lost.len(),
            last = last.number,
            "the homeserver has lost some of the theme's log (was its database put back?); it is written again, and what holds is done again"
        );
        let mut batch = Batch::new();
        let mut states = self.states_lost(seat, &log, state);
        let last = lost.len() - 1;
        for (place, act) in lost.into_iter().enumerate() {
            let act = Act::Log {
                stored: Box::new(Stored::Moderated { act: act.into() }),
                states: match place == last {
                    true => std::mem::take(&mut states),
                    false => Vec::new(),
                },
            };
            self.do_again(&mut batch, seat, act);
        }
        // What was not written yet follows what was.
        let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
        for (key, entry, _) in waiting {
            self.notebook.done(&mut batch, &key);
            self.notebook.send_out(&mut batch, lane, &entry);
        }
        self.enforce_again(&mut batch, seat, banned).await?;
        Ok(self.notebook.commit(batch).await?)
    }

    /// The number of the last entry that the theme's room tells, or one that it replaced; none where that can't be read.
    async fn last_logged(&self, seat: &Seat) -> Result<Option<u32>, StartError> {
        let last = self.last_logged_in(&seat.room).await;
        let mut last = last.map_err(StartError::Fold)?;
        if last > 0 {
            return Ok(Some(last));
        }
        let rooms = self.rooms.iter();
        let earlier = rooms.filter(|(room, theme)| *theme == seat.slug() && **room != seat.room);
        for (room, _) in earlier {
            match self.last_logged_in(room).await {
                Ok(there) => last = last.max(there),
                // The bridge may not be there any more.
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(last))
    }

    async fn last_logged_in(&self, room: &RoomId) -> Result<u32, matrix::SendError> {
        let (homeserver, bot) = (&self.homeserver, self.homeserver.bot());
        let latest = until_answered(async || {
            homeserver
                .latest_of_type(bot, room, names::MODERATION_ACT, LATEST)
                .await
        });
        let latest = latest.await?.into_iter();
        let numbers = latest.filter_map(|happened| {
            let event: Event = serde_json::from_str(happened.event.get()).ok()?;
            let act: ModerationAct = serde_json::from_value(event.content.into()).ok()?;
            Some(act.number)
        });
        Ok(numbers.max().unwrap_or_default())
    }

    /// The entries that wait to be written, with their numbers.
    fn waiting_log(&self, seat: &Seat) -> Result<Vec<(Vec<u8>, Outgoing, u32)>, VaultError> {
        let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
        let waiting = self.notebook.outbox(lane, &[], usize::MAX)?.into_iter();
        let log = waiting.filter_map(|(key, entry)| {
            let number = match &entry.act {
                Act::Log { stored, .. } => match &**stored {
                    Stored::Moderated { act } => act.number,
                    _ => return None,
                },
                _ => return None,
            };
            Some((key, entry, number))
        });
        Ok(log.collect())
    }

    /// The state that follows from the log, as far as the room says something else.
    fn states_lost(
        &self,
        seat: &Seat,
        log: &[&ModerationAct],
        state: &[StateEvent],
    ) -> Vec<StateOut> {
        let theme = lock(&seat.theme).clone();
        let now = clock::now();
        let mut wanted = BTreeMap::new();
        for entry in log.iter().filter_map(|act| entry_of(act)) {
            for state in self.states(&theme, &entry, now) {
                wanted.insert((state.event_type.clone(), state.key.clone()), state);
            }
        }
        let nothing = Value::Object(Map::new());
        let stands = |wanted: &StateOut| {
            let mut found = state.iter();
            let found = found.find(|found| {
                found.event_type == wanted.event_type && found.state_key == wanted.key
            });
            found.map_or(&nothing, |found| &found.content) == &wanted.content
        };
        wanted
            .into_values()
            .filter(|wanted| !stands(wanted))
            .collect()
    }

    /// Has done again in the room what holds, and undone there what is over. Its powers, its door and the list of suspensions are
    /// seen to at each start.
    async fn enforce_again(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        banned: &[String],
    ) -> Result<(), StartError> {
        let out: Vec<String> = {
            let theme = lock(&seat.theme);
            let held = theme.moderation().held_back(clock::now());
            let persons = lock(&self.persons);
            let out = held.filter(|case| matches!(case.measure, Measure::Suspend(_)));
            let out = out.flat_map(Case::accounts);
            // Both accounts of one person are out.
            out.flat_map(|member| [Some(member), persons.linked(member)])
                .flatten()
                .map(ToString::to_string)
                .collect()
        };
        let on_matrix: Vec<(String, String)> = {
            let people = lock(&self.people);
            let known = out.iter().filter_map(|member| {
                let account = people.account_of(&member.parse().ok()?)?;
                Some((member.clone(), account.to_owned()))
            });
            known.collect()
        };
        for (member, account) in &on_matrix {
            if !banned.contains(account) {
                let (member, on) = (member.clone(), true);
                self.do_again(batch, seat, Act::Ban { member, on });
            }
        }
        for account in banned {
            if !on_matrix.iter().any(|(_, out)| out == account) {
                let member = lock(&self.people).on_matrix(account).to_string();
                self.do_again(batch, seat, Act::Ban { member, on: false });
            }
        }
        for of in self.notebook.hidden()? {
            if self.stands_open(seat, &of).await? {
                self.do_again(batch, seat, Act::Hide { of });
            }
        }
        Ok(())
    }

    /// Whether something of a message can be read in the room.
    async fn stands_open(&self, seat: &Seat, of: &[u8]) -> Result<bool, StartError> {
        let Ok(events) = self.events_of(of) else {
            return Ok(false);
        };
        for (room, event) in events.iter().filter(|(room, _)| *room == seat.room) {
            let found = until_answered(async || self.homeserver.event(room, event).await).await;
            let found = found.map_err(StartError::Fold)?;
            let event = found.and_then(|event| serde_json::from_str::<Event>(event.get()).ok());
            if event.is_some_and(|event| !event.content.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn do_again(&self, batch: &mut Batch, seat: &Seat, act: Act) {
        let (theme, moment) = (seat.slug().as_str(), clock::now().0.to_be_bytes());
        let parts: [&[u8]; 3] = [b"moderated again", theme.as_bytes(), &moment];
        let effect = self.effect(&self.source(&parts), &act.name());
        self.send_again(batch, seat, (effect, act), None);
    }
}
