//! Proposals and persons as they stand at a start: from the notebook, or, where that is lost, from the rooms.

use civic::{Counts, Leg, MemberId, Persons, Plan, Theme, ThemeDefinition, Timestamp};
use matrix::record::{Linked, Support};
use matrix::{Homeserver, SendError, StateEvent, names};
use ruma::{OwnedRoomId, RoomId};
use vault::Batch;

use super::lay::card_name;
use super::refold::Refold;
use super::stored::reference;
use crate::clock;
use crate::engine::act::Act;

use crate::engine::fold::until_answered;
use crate::engine::notebook::Notebook;
use crate::engine::people::People;
use crate::engine::start::StartError;

/// How long it matters who spoke with whom, in milliseconds.
const A_DAY: i64 = 24 * 60 * 60 * 1000;

/// What a theme's proposals are read from.
pub(crate) struct Reading<'a> {
    pub(crate) homeserver: &'a Homeserver,
    pub(crate) notebook: &'a Notebook,
    pub(crate) people: &'a People,
    pub(crate) definition: &'a ThemeDefinition,
}

impl Reading<'_> {
    /// Gives a theme its proposals. `rooms` are its own and those that it replaced, oldest first; `state` is its own room's.
    pub(crate) async fn proposals(
        &self,
        batch: &mut Batch,
        theme: &mut Theme,
        rooms: &[&OwnedRoomId],
        state: &[StateEvent],
    ) -> Result<(), StartError> {
        let by_bot = |event: &&StateEvent| event.sender == self.homeserver.bot();
        let of_type = |wanted: &'static str| {
            let ours = state.iter().filter(by_bot);
            ours.filter(move |event| event.event_type == wanted)
        };
        for (member, seen) in self.notebook.seen(&self.definition.slug)? {
            theme.know_seen(member, seen.into());
        }
        let a_day_ago = Timestamp(clock::now().0 - A_DAY);
        let slug = &self.definition.slug;
        for (one, other, at) in self.notebook.exchanges(batch, slug, a_day_ago)? {
            theme.know_exchange(&one, &other, at);
        }
        let mut records = self.notebook.records(&self.definition.slug)?;
        let folded = format!("folded/{}", self.definition.slug);
        if self.notebook.note(&folded)?.is_none() && records.is_empty() {
            records = self
                .refold(batch, theme, rooms)
                .await
                .map_err(StartError::Fold)?;
        }
        self.notebook.put_note(batch, &folded, b"yes");
        for record in records.iter().filter_map(super::Stored::record) {
            theme.apply(&record);
        }
        let numbers: Vec<u32> = theme.proposals().keys().copied().collect();
        for number in numbers {
            let of = reference(&self.definition.code, number);
            theme.know_card(number, card_name(self.notebook, &of).into());
        }
        for event in of_type(names::SUPPORT) {
            let support = serde_json::from_value::<Support>(event.content.clone());
            let of = event.state_key.parse::<civic::ProposalRef>();
            if let (Ok(support), Ok(of)) = (support, of) {
                let counts = Counts {
                    people: number(support.people),
                    whatsapp: number(support.whatsapp),
                    matrix: number(support.matrix),
                };
                theme.know_count(of.number, counts, Timestamp(support.updated_ts));
            }
        }
        Ok(())
    }

    async fn refold(
        &self,
        batch: &mut Batch,
        theme: &mut Theme,
        rooms: &[&OwnedRoomId],
    ) -> Result<Vec<super::Stored>, SendError> {
        let [first, ..] = rooms else {
            return Ok(Vec::new());
        };
        let mut refold = Refold::new(self, first);
        for room in rooms {
            // In a large room that takes a while, but it is done once in a notebook's life.
            let from_the_beginning = async || {
                let homeserver = self.homeserver;
                homeserver
                    .happened_since(room, None, Timestamp(i64::MIN))
                    .await
            };
            let since = until_answered(from_the_beginning).await?;
            refold.read(room, &since.happened);
        }
        Ok(refold.keep(batch, theme))
    }
}

/// Whose accounts are one person's: as the plan's space tells, and what is still to be written there.
pub(crate) async fn persons_in(
    homeserver: &Homeserver,
    notebook: &Notebook,
    space: &RoomId,
    plan: &Plan,
) -> Result<Persons, StartError> {
    let mut persons = Persons::default();
    let state = until_answered(async || homeserver.all_state(space).await)
        .await
        .map_err(StartError::Fold)?;
    for event in &state {
        let ours = event.sender == homeserver.bot() && event.event_type == names::PERSON;
        let linked = serde_json::from_value::<Linked>(event.content.clone());
        if let (true, Ok(linked)) = (ours, linked) {
            link(&mut persons, &linked.accounts, true);
        }
    }
    for theme in &plan.themes {
        let lane = notebook.lane_prefix(&theme.slug, &Leg::Room);
        for (_, entry) in notebook.outbox(lane, &[], usize::MAX)? {
            if let Act::Join { accounts, on } = &entry.act {
                link(&mut persons, accounts, *on);
            }
        }
    }
    Ok(persons)
}

fn link(persons: &mut Persons, accounts: &[matrix::record::Party], on: bool) {
    let members: Vec<MemberId> = accounts
        .iter()
        .filter_map(|account| account.member.parse().ok())
        .collect();
    match (&members[..], on) {
        ([one, other], true) => persons.link(one, other),
        ([one, _], false) => persons.unlink(one),
        _ => {}
    }
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
