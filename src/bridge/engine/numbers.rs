//! No number leaves the bridge: mentions become names, and numbers that are somebody's are taken out of what people
//! type.

use std::collections::BTreeMap;

use civic::rich::Called;
use civic::{GroupId, MemberId};
use ruma::{OwnedUserId, UserId};
use vault::VaultError;
use whatsapp::{KnownNumbers, scrub_text};

use super::{Engine, Seat, lock};

impl Engine {
    /// Text without anybody's number, and without that of whoever wrote it.
    pub(crate) fn scrubbed(&self, text: &str, own: &KnownNumbers) -> String {
        let all = lock(&self.numbers).clone();
        scrub_text(&scrub_text(text, &all), own).into_owned()
    }

    /// Who is mentioned in a group by these digits, and what they are called: a member who is carried. Nobody may find out who
    /// is behind a number by mentioning it.
    pub(crate) fn mentioned_in(
        &self,
        group: &GroupId,
        digits: &str,
    ) -> Result<Option<(MemberId, String)>, VaultError> {
        let found = match self.notebook.member_at("lid", digits)? {
            None => self.notebook.member_at("number", digits)?,
            found => found,
        };
        let Some(member) = found else {
            return Ok(None);
        };
        let is_here = lock(&self.groups)
            .get(group)
            .and_then(|seat| seat.known.as_ref())
            .is_some_and(|known| known.people.contains_key(member.as_str()));
        let people = lock(&self.people);
        let named = is_here && people.is_public(&member);
        let name = named.then(|| people.shown(&member));
        Ok(name.map(|name| (member, name)))
    }

    /// Who can be spoken to in a theme by typing their name in a group, and their accounts: whoever is in the room or has a
    /// ghost there, under the name that the groups know, and does not stay out.
    pub(crate) fn called(&self, seat: &Seat) -> (Called, BTreeMap<MemberId, OwnedUserId>) {
        let (mut called, mut users) = (Called::default(), BTreeMap::new());
        let identity = self.homeserver.identity();
        let in_room: Vec<OwnedUserId> = lock(&seat.names).keys().cloned().collect();
        let ghosts = lock(&seat.theme).ghosts().clone();
        let ghosts = ghosts.into_iter().map(|member| {
            let ghost = identity.ghost_user_id(&member);
            let name = lock(&self.people).shown(&member);
            (ghost, member, name)
        });
        let people = in_room
            .into_iter()
            .filter(|user| user != self.homeserver.bot())
            .map(|user| {
                let (member, name) = self.on_matrix(seat, &user);
                (user, member, name)
            });
        for (user, member, name) in people.chain(ghosts) {
            if lock(&self.people).choice(&member).carried {
                called.add(&member, &name);
                users.insert(member, user);
            }
        }
        (called, users)
    }

    /// The person on Matrix, and what they are called in the groups, though they may not have said anything yet.
    pub(crate) fn on_matrix(&self, seat: &Seat, user: &UserId) -> (MemberId, String) {
        let own_name = seat.name_of(user);
        let people = lock(&self.people);
        let member = people.on_matrix(user.as_str());
        let name = match people.get(&member) {
            Some(person) => person.shown.clone(),
            None => people.names().shown(&member, Some(&own_name)),
        };
        (member, name)
    }
}
