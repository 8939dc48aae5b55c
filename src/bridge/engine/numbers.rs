//! No number leaves the bridge: mentions become names, and numbers that are somebody's are taken out of what people
//! type.

use vault::VaultError;
use whatsapp::{KnownNumbers, scrub_text};

use super::{Engine, lock};

impl Engine {
    /// Words as they may be carried: `known` are the numbers of the speaker and of the group's members.
    pub(crate) fn without_numbers(
        &self,
        text: &str,
        known: &KnownNumbers,
    ) -> Result<String, VaultError> {
        let named = with_names(text, |address| self.name_at(address))?;
        Ok(scrub_text(&named, known).into_owned())
    }

    fn name_at(&self, address: &str) -> Result<Option<String>, VaultError> {
        let member = match self.notebook.member_at("lid", address)? {
            None => self.notebook.member_at("number", address)?,
            found => found,
        };
        Ok(member.map(|member| lock(&self.people).shown(&member)))
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
