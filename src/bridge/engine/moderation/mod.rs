//! Moderation: from what was decided to the log, the rooms' powers and what is done in the groups.

mod admins;
mod approval;
mod comings;
mod digest;
mod enforce;
mod erase;
mod inviting;
mod lay;
mod left_undone;
mod out;
mod perform;
mod policies;
mod put_back;

pub(in crate::engine) use digest::{legs, week_of};
pub use erase::EraseError;
pub(crate) use lay::StateOut;
pub(crate) use out::StoredSetting;

use std::collections::BTreeMap;

use civic::moderation::{Deed, Entry, Seal};
use civic::{Known, MemberId, Network, Trusted};
use matrix::record::ModerationAct;
use vault::VaultError;

use super::{Engine, Seat, lock};
use crate::clock;

/// The entry that an act of the room's timeline tells; none where it says what this version doesn't know.
pub(crate) fn entry_of(act: &ModerationAct) -> Option<Entry> {
    if act.v > matrix::record::VERSION {
        return None;
    }
    Some(Entry {
        number: act.number,
        prev: act.prev.parse().ok()?,
        at: civic::Timestamp(act.at),
        deed: Deed::read(&act.act, &act.fields)?,
    })
}

impl Engine {
    /// What themes know of the world beyond them. Locks the people and then the persons: whoever locks a theme, too, does so
    /// before.
    pub(in crate::engine) fn knowing<T>(&self, ask: impl FnOnce(&Known<'_>) -> T) -> T {
        let trusted = self.trusted();
        let (people, persons) = (lock(&self.people), lock(&self.persons));
        ask(&Known {
            names: people.names(),
            persons: &persons,
            trusted: &trusted,
            seal: Seal::new(self.key.id("report", &[])),
        })
    }

    /// Who is trusted beyond a theme: the facilitators, and the delegates of every theme.
    pub(in crate::engine) fn trusted(&self) -> Trusted {
        lock(&self.trusted).clone()
    }

    /// Takes over who are delegates of a theme now, and what it votes on that is to be everywhere.
    pub(in crate::engine) fn know_theme(&self, theme: &civic::Theme) {
        let mandates = theme.moderation().mandates().values();
        let seated = mandates.filter(|mandate| mandate.over.is_none());
        let delegates = seated
            .filter_map(|mandate| Some((mandate.who.clone(), mandate.seated?.1)))
            .collect();
        let wide = theme.wide();
        let mut trusted = lock(&self.trusted);
        trusted.delegates.insert(theme.code().clone(), delegates);
        let before = trusted.wide.insert(theme.code().clone(), wide.clone());
        if !wide.is_empty() && before.as_ref() != Some(&wide) {
            // The other themes look whether they vote on it, too.
            self.seats.values().for_each(|seat| seat.bell.notify_one());
        }
    }

    /// Whether a theme is to vote on what another votes on. Nobody tells it: it looks each time, and so after a restart, too.
    pub(in crate::engine) fn is_to_bring(&self, seat: &Seat) -> bool {
        let nothing = lock(&self.trusted).wide.values().all(Vec::is_empty);
        let theme = lock(&seat.theme);
        !nothing && self.knowing(|known| theme.is_to_bring(clock::now(), known))
    }

    /// The members who are facilitators: those that the configuration names, and those who became it by a code.
    pub(in crate::engine) fn facilitators(
        &self,
    ) -> Result<BTreeMap<MemberId, Network>, VaultError> {
        let by_code = self.facilitating_members()?;
        let people = lock(&self.people);
        let named = self.config.homeserver.facilitators.iter();
        let named = named.map(|user| (people.on_matrix(user), Network::Matrix));
        let by_code = by_code.into_iter().map(|member| {
            let network = people.network_of(&member);
            (member, network)
        });
        Ok(named.chain(by_code).collect())
    }
}
