//! No number leaves the bridge: mentions become names, and numbers that are somebody's are taken out of what people
//! type.

use civic::{GroupId, MemberId};
use vault::VaultError;
use whatsapp::{KnownNumbers, scrub_text};

use super::{Engine, lock};

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
}
