//! No number leaves the bridge: mentions become names, and numbers that are somebody's are taken out of what people
//! type.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use vault::VaultError;

use super::{Engine, lock};

/// What stands where a number stood.
const GAP: &str = "…";
/// Fewer digits are no telephone number, whoever's it may be.
const SHORTEST: usize = 7;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r"[0-9][0-9.:-]*@(?:s\.whatsapp\.net|c\.us|lid|g\.us)"));
static LINK: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)(?:https?://)?(?:wa\.me|api\.whatsapp\.com|web\.whatsapp\.com)/[^ \n\t]*[0-9]{7}[^ \n\t]*"));
static MENTION: LazyLock<Regex> = LazyLock::new(|| regex(r"@([0-9]{7,20})"));
static TYPED: LazyLock<Regex> = LazyLock::new(|| regex(r"\+?\(?[0-9](?:[ .()/\x{a0}\x{2010}-\x{2015}-]{0,2}[0-9]){6,17}"));

impl Engine {
    /// Words as they may be carried: `known` are the numbers of the speaker and of the group's members.
    pub(crate) fn without_numbers(&self, text: &str, known: &[String]) -> Result<String, VaultError> {
        let mut found = Vec::new();
        for mention in MENTION.captures_iter(text) {
            found.push((mention[1].to_owned(), self.name_at(&mention[1])?));
        }
        let name = |digits: &str| found.iter().find(|(at, _)| at == digits).and_then(|(_, name)| name.clone());
        Ok(scrub(text, known, name))
    }

    fn name_at(&self, address: &str) -> Result<Option<String>, VaultError> {
        let member = match self.notebook.member_at("lid", address)? {
            None => self.notebook.member_at("number", address)?,
            found => found,
        };
        Ok(member.map(|member| lock(&self.people).shown(&member)))
    }
}

fn scrub(text: &str, known: &[String], name: impl Fn(&str) -> Option<String>) -> String {
    let text = ADDRESS.replace_all(text, GAP);
    let text = LINK.replace_all(&text, GAP);
    let text = MENTION.replace_all(&text, |mention: &Captures<'_>| {
        format!("@{}", name(&mention[1]).as_deref().unwrap_or(GAP))
    });
    let text = TYPED.replace_all(&text, |typed: &Captures<'_>| match is_known(&typed[0], known) {
        true => GAP.to_owned(),
        false => typed[0].to_owned(),
    });
    text.into_owned()
}

/// Whether a number, in whichever form it was typed, is one of these: whole, or without the country's code.
fn is_known(typed: &str, known: &[String]) -> bool {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    digits.len() >= SHORTEST && known.iter().any(|number| number.ends_with(digits))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant that the tests have compiled")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str) -> String {
        let known = ["12025550123".to_owned(), "595210000123".to_owned()];
        scrub(text, &known, |digits| (digits == "200000000000001").then(|| "Ana".to_owned()))
    }

    #[test]
    fn members_numbers_are_taken_out_in_every_form() {
        for typed in [
            "12025550123", "+1 202 555 0123", "+1 (202) 555-0123", "202.555.0123", "(202) 555 0123", "0210 000 123",
            "+595 21 0000123", "001 202 555 0123",
        ] {
            assert_eq!(scrubbed(&format!("llamame al {typed} hoy")), "llamame al … hoy", "{typed}");
        }
    }

    #[test]
    fn mentions_become_names() {
        assert_eq!(scrubbed("hola @200000000000001!"), "hola @Ana!");
        assert_eq!(scrubbed("hola @200000000000009!"), "hola @…!");
    }

    #[test]
    fn addresses_and_links_to_numbers_go() {
        assert_eq!(scrubbed("https://wa.me/12025550199?text=x ya"), "… ya");
        assert_eq!(scrubbed("a 12025550199@s.whatsapp.net b 120363000000000001@g.us"), "a … b …");
        assert_eq!(scrubbed("https://chat.whatsapp.com/AbCd1234567890"), "https://chat.whatsapp.com/AbCd1234567890");
    }

    #[test]
    fn other_numbers_stay() {
        for text in ["AGUA-7 cuesta 12.500.000 Gs", "el 2026-11-22 a las 14:30", "línea 911 o 0800 110 110", "1 2 3 4 5 6"] {
            assert_eq!(scrubbed(text), text);
        }
    }
}
