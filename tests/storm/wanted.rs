//! What should stand everywhere in the end, and how a message of the storm is told from all else that stands there.

use std::collections::BTreeMap;
use std::fmt;

/// Names a message: who wrote it in its theme, and which of theirs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Which {
    pub who: String,
    pub number: usize,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.who, self.number)
    }
}

/// A message as it should be.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// How often it was changed.
    pub version: usize,
    pub deleted: bool,
    pub answers: Option<Which>,
    /// By person.
    pub reactions: BTreeMap<&'static str, String>,
}

/// What should stand on every leg of a theme.
pub type Wanted = BTreeMap<Which, Message>;

/// What a message says: `Ana 3`, and `Ana 3 v2` after it was changed for the second time.
pub fn text(which: &Which, version: usize) -> String {
    match version {
        0 => which.to_string(),
        version => format!("{which} v{version}"),
    }
}

/// Which message a text is, and which version of it. `*Ana*: Ana 3` is the same as `Ana 3`; what else the bridge says is none.
pub fn read(text: &str) -> Option<(Which, usize)> {
    let words = text.rsplit(": ").next()?;
    let mut words = words.split(' ');
    let (who, number) = (words.next()?, words.next()?.parse().ok()?);
    let version = match words.next() {
        None => 0,
        Some(version) => version.strip_prefix('v')?.parse().ok()?,
    };
    let which = Which {
        who: who.to_owned(),
        number,
    };
    words.next().is_none().then_some((which, version))
}

#[test]
fn a_message_is_told_from_all_else() {
    let ana = Which {
        who: "Ana".to_owned(),
        number: 3,
    };
    assert_eq!(read("*Ana*: Ana 3"), Some((ana.clone(), 0)));
    assert_eq!(read(&text(&ana, 2)), Some((ana, 2)));
    for other in [
        "",
        "Ana",
        "¡Hola! Este grupo",
        "Ana 3 v2 y más",
        "👍 Ana, Beto",
    ] {
        assert_eq!(read(other), None, "{other}");
    }
}
