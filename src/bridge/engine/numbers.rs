//! No number leaves the bridge: mentions become names, and numbers that are somebody's are taken out of what people
//! type.

use std::collections::BTreeSet;

use civic::{GroupId, MemberId};
use vault::VaultError;
use whatsapp::{KnownNumbers, scrub_text};

use super::{Engine, lock};

impl Engine {
    /// Words of a group as they may be carried. Mentions of its members become names, where those are carried themselves;
    /// nobody may find out who is behind a number by mentioning it.
    pub(crate) fn without_numbers(
        &self,
        group: &GroupId,
        text: &str,
        own: &KnownNumbers,
    ) -> Result<String, VaultError> {
        let members = lock(&self.groups)
            .get(group)
            .and_then(|seat| Some(seat.known.as_ref()?.members.clone()))
            .unwrap_or_default();
        let named = with_names(text, |address| self.name_at(address, &members))?;
        let all = lock(&self.numbers).clone();
        Ok(scrub_text(&scrub_text(&named, &all), own).into_owned())
    }

    fn name_at(
        &self,
        address: &str,
        members: &BTreeSet<String>,
    ) -> Result<Option<String>, VaultError> {
        let found = match self.notebook.member_at("lid", address)? {
            None => self.notebook.member_at("number", address)?,
            found => found,
        };
        let people = lock(&self.people);
        let shown = |member: &MemberId| {
            let person = people.get(member)?;
            let public = person.ghost_name.is_some() && people.choice(member).carried;
            (public && members.contains(member.as_str())).then(|| person.shown.clone())
        };
        Ok(found.as_ref().and_then(shown))
    }
}

/// Mentions, which WhatsApp writes as `@` and the digits of an address, as `@` and the name. Those of nobody we know
/// stay, for the scrubber to take out.
fn with_names<E>(
    text: &str,
    name: impl Fn(&str) -> Result<Option<String>, E>,
) -> Result<String, E> {
    let mut parts = text.split('@');
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        let found = if address.is_empty() {
            None
        } else {
            name(address)?
        };
        named.push('@');
        named.push_str(found.as_deref().unwrap_or(address));
        named.push_str(rest);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn mentions_of_people_we_know_become_names() {
        let name = |address: &str| {
            Ok::<_, Infallible>((address == "200000000000001").then(|| "Ana".to_owned()))
        };
        let named = |text: &str| with_names(text, name).unwrap();
        assert_eq!(
            named("hola @200000000000001, ¿y @200000000000009?"),
            "hola @Ana, ¿y @200000000000009?"
        );
        assert_eq!(named("ana@example.org"), "ana@example.org");
        assert_eq!(named("@"), "@");
        assert_eq!(named(""), "");
    }
}
