//! Names of people: what of them is shown, and who bears which.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use crate::MemberId;
use crate::notice::NameProblem;

/// Longest name shown, in characters.
pub const LONGEST: usize = 32;

/// Names that nobody but the bridge may bear, in the languages of the house. Matched as whole words.
const RESERVED: [&str; 29] = [
    "aty",
    "bot",
    "puente",
    "bridge",
    "whatsapp",
    "matrix",
    "admin",
    "administrador",
    "administradora",
    "administrator",
    "moderador",
    "moderadora",
    "moderator",
    "moderacion",
    "facilitador",
    "facilitadora",
    "facilitator",
    "delegado",
    "delegada",
    "delegate",
    "operador",
    "operadora",
    "operator",
    "soporte",
    "organizacion",
    "organizador",
    "organizadora",
    "organizers",
    "organisers",
];

/// What of a name is shown: one line, no marks that pretend formatting, no control or invisible characters,
/// at most [`LONGEST`] characters; `None` if nothing is left or it holds a number of a telephone's length.
///
/// Names come from people's phones: a push name may hold a number, a line break that imitates another
/// message, or characters that reverse the line.
pub fn presentable(raw: &str) -> Option<String> {
    let visible: String = raw
        .nfc()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| {
            !invisible(*c)
                && !matches!(c, '*' | '_' | '~' | '`' | ':' | '@' | '+' | '<' | '>' | '#')
        })
        .collect();
    let name: String = visible
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(LONGEST)
        .collect();
    let name = without_mark(name.trim());
    (name.chars().any(char::is_alphanumeric) && !holds_number(name)).then(|| name.to_owned())
}

/// A pseudonym that a person asks for: like [`presentable`], but refused instead of mended.
///
/// # Errors
/// Why it can't be had. Whether somebody else has it is for the caller to say.
pub fn pseudonym(raw: &str) -> Result<String, NameProblem> {
    let raw = raw
        .trim()
        .trim_matches(|c| matches!(c, '"' | '“' | '”' | '«' | '»' | '\''));
    if holds_number(raw) {
        return Err(NameProblem::Number);
    }
    if !(2..=LONGEST).contains(&raw.chars().count()) {
        return Err(NameProblem::Length);
    }
    let name = presentable(raw).ok_or(NameProblem::Length)?;
    if is_reserved(&name) {
        return Err(NameProblem::Reserved);
    }
    Ok(name)
}

/// A name without the mark by which [`told_apart`] tells people apart, which nobody may put there themselves.
fn without_mark(name: &str) -> &str {
    let Some((before, mark)) = name.rsplit_once('(') else {
        return name;
    };
    let ours =
        |mark: &str| mark.len() == 4 && mark.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match mark
        .trim()
        .strip_suffix(')')
        .is_some_and(|mark| ours(mark.trim()))
    {
        true => without_mark(before.trim_end()),
        false => name,
    }
}

/// A friendly, neutral name for somebody whose phone gives none: `Vecina k7q`-like, from the member id.
pub fn neutral(member: &MemberId) -> String {
    format!("Participante {}", &member.as_str()[..4])
}

/// The name with a mark that tells its bearer apart from an earlier bearer of the same or a look-alike name.
pub fn told_apart(name: &str, member: &MemberId) -> String {
    format!("{name} ({})", &member.as_str()[..4])
}

/// Who bears which name, over all themes and both networks. Who came first keeps the plain name; whoever comes
/// with the same or a look-alike one is told apart.
#[derive(Debug, Clone, Default)]
pub struct Names {
    bearers: BTreeMap<String, MemberId>,
    claims: BTreeMap<MemberId, BTreeSet<String>>,
    shown_as: BTreeMap<MemberId, String>,
}

impl Names {
    /// Who bears this name, or one that looks like it.
    pub fn bearer(&self, name: &str) -> Option<&MemberId> {
        self.bearers.get(&looks(name))
    }

    /// Whether more than one name begins so: who writes but the first word of one may mean another.
    pub fn is_ambiguous(&self, name: &str) -> bool {
        let begins = looks(name);
        let from = self.bearers.range(begins.clone()..);
        from.take_while(|(name, _)| name.starts_with(&begins))
            .nth(1)
            .is_some()
    }

    /// What a person who was met is shown as.
    pub fn of(&self, member: &MemberId) -> String {
        let shown = self.shown_as.get(member).cloned();
        shown.unwrap_or_else(|| neutral(member))
    }

    /// What a person is shown as, whose network or wish calls them so: presentable, not reserved, no one else's.
    pub fn shown(&self, member: &MemberId, wish: Option<&str>) -> String {
        let Some(name) = wish.and_then(presentable) else {
            return neutral(member);
        };
        if is_reserved(&name) {
            return neutral(member);
        }
        let anothers = self.bearer(&name).is_some_and(|bearer| bearer != member);
        if anothers {
            told_apart(&name, member)
        } else {
            name
        }
    }

    /// From now on this person bears these names, and no longer others: first what they are shown as, then what their own
    /// network calls them, which others there may still see.
    pub fn claim(&mut self, member: &MemberId, names: &[&str]) {
        match names.first() {
            Some(shown) => self.shown_as.insert(member.clone(), (*shown).to_owned()),
            None => self.shown_as.remove(member),
        };
        let wanted: BTreeSet<String> = names.iter().map(|name| looks(name)).collect();
        for earlier in self.claims.remove(member).unwrap_or_default() {
            if !wanted.contains(&earlier) && self.bearers.get(&earlier) == Some(member) {
                self.bearers.remove(&earlier);
            }
        }
        for looks in &wanted {
            let bearer = self.bearers.entry(looks.clone());
            bearer.or_insert_with(|| member.clone());
        }
        self.claims.insert(member.clone(), wanted);
    }
}

/// What two names that look alike have in common (Unicode TR 39), without case, accents and spaces.
pub fn looks(name: &str) -> String {
    let plain: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !invisible(*c))
        .collect();
    // A foreign capital is compared as a capital (М is M), an ASCII one is not (I is i, not l).
    let ours: String = plain
        .chars()
        .map(|c| match c.is_ascii() {
            true => c.to_string(),
            false => skeleton(c.encode_utf8(&mut [0; 4])).collect(),
        })
        .collect();
    skeleton(&ours.to_lowercase())
        .collect::<String>()
        .nfkd()
        .filter(|c| c.is_alphanumeric() || !c.is_ascii())
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a name claims an office that is the bridge's or the moderators' to give.
pub fn is_reserved(name: &str) -> bool {
    let reserved: Vec<String> = RESERVED.iter().map(|word| looks(word)).collect();
    let whole = looks(name);
    reserved.contains(&whole)
        || name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| reserved.contains(&looks(word)))
}

/// Seven digits or more, whatever stands between them: long enough to be a telephone number.
fn holds_number(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).count() >= 7
}

fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_plain_line() {
        assert_eq!(presentable("  Ana\n María ").as_deref(), Some("Ana María"));
        assert_eq!(presentable("*Ana*: hola").as_deref(), Some("Ana hola"));
        assert_eq!(presentable("\u{202e}anA").as_deref(), Some("anA"));
        assert_eq!(presentable("Ana (aaaa) (k7qx)").as_deref(), Some("Ana"));
        assert_eq!(presentable("Ana (Luque)").as_deref(), Some("Ana (Luque)"));
        assert_eq!(presentable("🌻"), None);
        assert_eq!(presentable("Ana 🌻").as_deref(), Some("Ana 🌻"));
        assert_eq!(
            presentable(&"a".repeat(99)).map(|name| name.len()),
            Some(32)
        );
    }

    #[test]
    fn a_number_is_no_name() {
        assert_eq!(presentable("+1 202 555 0123"), None);
        assert_eq!(presentable("Ana 202-555-0123"), None);
        assert_eq!(presentable("１２０２５５５０１２３"), None);
        assert_eq!(presentable("Ana 1984").as_deref(), Some("Ana 1984"));
        assert_eq!(pseudonym("12025550123"), Err(NameProblem::Number));
    }

    #[test]
    fn names_that_look_alike_are_alike() {
        assert_eq!(looks("Ana"), looks("ANA"));
        assert_eq!(looks("José"), looks("Jose"));
        assert_eq!(looks("Ana"), looks("Аnа"), "Cyrillic А and а");
        assert_eq!(looks("A n a"), looks("Ana"));
        assert_ne!(looks("Ana"), looks("Eva"));
    }

    #[test]
    fn who_came_first_keeps_the_plain_name() {
        let (ana, other) = (
            "a".repeat(16).parse().unwrap(),
            "b".repeat(16).parse().unwrap(),
        );
        let mut names = Names::default();
        assert_eq!(names.shown(&ana, Some("Ana")), "Ana");
        names.claim(&ana, &["Ana"]);
        assert_eq!(names.shown(&ana, Some("Ana")), "Ana");
        assert_eq!(names.of(&ana), "Ana");
        assert_eq!(names.of(&other), "Participante bbbb", "nobody has met them");
        assert_eq!(names.shown(&other, Some("ANA")), "ANA (bbbb)");
        names.claim(&other, &["ANA (bbbb)"]);
        names.claim(&ana, &["Sol", "Ana"]);
        assert_eq!(
            names.shown(&other, Some("Ana")),
            "Ana (bbbb)",
            "her own network calls her so"
        );
        names.claim(&ana, &["Sol"]);
        assert_eq!(names.shown(&other, Some("Ana")), "Ana");
        assert_eq!(names.shown(&other, Some("Admin")), "Participante bbbb");
        assert_eq!(names.shown(&other, None), "Participante bbbb");
    }

    #[test]
    fn offices_are_not_names() {
        for name in [
            "Moderador",
            "MODERADORA",
            "Aty",
            "el admin",
            "Мoderador",
            "Bot",
            "Organización",
        ] {
            assert_eq!(pseudonym(name), Err(NameProblem::Reserved), "{name}");
        }
        assert_eq!(pseudonym("Admirable").as_deref(), Ok("Admirable"));
        assert_eq!(pseudonym("“Sol”").as_deref(), Ok("Sol"));
        assert_eq!(pseudonym("S"), Err(NameProblem::Length));
    }
}
