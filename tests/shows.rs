//! What the tests show, as the tables of docs/reference/conversation.md. Each row stands beside its test; a test that ends without
//! having seen a cell of its rows fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use crate::{exchange, late, mentions, people, plan_changes, privacy, reactions, times, upgrades};

/// Nothing is claimed in this cell.
pub const NOTHING: &str = "–";

/// A row: something that people do, and how it arrives.
pub struct Row {
    pub what: &'static str,
    /// One for each column of its table.
    pub arrives: &'static [&'static str],
    /// The test that shows it.
    pub test: &'static str,
}

/// Where something was seen to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// From a group in the room; what people do anywhere, in the room.
    Room,
    /// From a group in the theme's other group; what people do anywhere, in groups.
    Group,
    /// From the room in one group, and in the other.
    First,
    Second,
}

impl Row {
    /// Where each of its cells has to be seen.
    fn claims(&self) -> impl Iterator<Item = Seen> {
        let columns: [&[Seen]; 3] = [&[Seen::Room], &[Seen::Group], &[Seen::First, Seen::Second]];
        let cells = self.arrives.iter().zip(columns);
        cells
            .filter(|(cell, _)| **cell != NOTHING)
            .flat_map(|(_, seen)| seen.iter().copied())
    }
}

/// What a test shows of its rows. Dropped, it fails the test if a cell was not seen.
pub struct Showing {
    open: Mutex<BTreeSet<(&'static str, Seen)>>,
}

impl Showing {
    /// To be asked by the test that these rows name.
    pub fn of(rows: &[&'static Row]) -> Self {
        let thread = std::thread::current();
        let test = thread.name().expect("a test has a name");
        let claims = rows.iter().flat_map(|row| {
            assert!(test.ends_with(row.test), "{test} is not {}", row.test);
            row.claims().map(|seen| (row.what, seen))
        });
        Self {
            open: Mutex::new(claims.collect()),
        }
    }

    /// It was just seen to arrive.
    pub fn saw(&self, row: &Row, seen: &[Seen]) {
        let mut open = self.open.lock().unwrap();
        for seen in seen {
            assert!(
                row.claims().any(|claim| claim == *seen),
                "{} claims nothing {seen:?}",
                row.what
            );
            open.remove(&(row.what, *seen));
        }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let open = self.open.lock().unwrap();
            assert!(open.is_empty(), "the test never saw {open:#?}");
        }
    }
}

/// The rows of a table, each with the module and the name of its constant.
macro_rules! rows {
    ($($module:ident::$name:ident,)*) => {
        &[$((&$module::$name, stringify!($module), stringify!($name)),)*]
    };
}

type Named = (&'static Row, &'static str, &'static str);

struct Table {
    columns: &'static [&'static str],
    rows: &'static [Named],
}

const MESSAGES: Table = Table {
    columns: &[
        "from WhatsApp, in the room",
        "from WhatsApp, in another group",
        "from Matrix, in each group",
    ],
    rows: rows![
        exchange::FORMATTING,
        exchange::LITERAL,
        exchange::HOSTILE,
        exchange::ANSWER,
        exchange::THREAD,
        late::UNKNOWN_IN_GROUP,
        late::UNKNOWN_IN_ROOM,
        exchange::CHANGE,
        late::LATE_CHANGE,
        exchange::DELETION,
        exchange::REACTION,
        reactions::WHO_REACTED,
        reactions::MORE_REACTED,
        exchange::STAYS_OUT,
        exchange::MENTION,
        mentions::TYPED,
        exchange::NOT_CARRIED,
        times::OPENED_LATER,
    ],
};

const PEOPLE: Table = Table {
    columns: &["in the room", "in groups"],
    rows: rows![
        privacy::JOINS,
        people::LEAVES,
        people::IN_THE_ROOM,
        people::NEW_NAME,
        people::KICKED,
        people::BANNED,
        people::INVITED,
        plan_changes::RENAMED_THEME,
        upgrades::REPLACED,
    ],
};

impl Table {
    fn written(&self) -> String {
        let mut text = format!("| What | {} | Test |\n", self.columns.join(" | "));
        text.push_str(&"|---".repeat(self.columns.len() + 2));
        text.push_str("|\n");
        for (row, ..) in self.rows {
            assert_eq!(row.arrives.len(), self.columns.len(), "{}", row.what);
            let cells = row.arrives.join(" | ");
            let _ = writeln!(text, "| {} | {cells} | `{}` |", row.what, row.test);
        }
        text
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// docs/reference/conversation.md has the tables as the tests show them.
#[test]
fn the_tables_are_those_of_the_tests() {
    let path = root().join("docs/reference/conversation.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut fresh = page.clone();
    for (name, table) in [("messages", MESSAGES), ("people", PEOPLE)] {
        let (begin, end) = (
            format!("<!-- {name}: written by the tests -->\n"),
            "<!-- end -->",
        );
        let (before, rest) = fresh.split_once(&begin).expect("the table has its place");
        let (_, after) = rest.split_once(end).expect("the table has an end");
        fresh = format!("{before}{begin}{}{end}{after}", table.written());
    }
    if std::env::var_os("ATY_BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == fresh,
        "docs/reference/conversation.md is stale: run the tests once with ATY_BLESS=1 and commit it"
    );
}

/// The test that a row names is there, and answers for it.
#[test]
fn every_row_is_shown_by_its_test() {
    for (row, module, name) in MESSAGES.rows.iter().chain(PEOPLE.rows) {
        let source = std::fs::read_to_string(root().join(format!("tests/{module}.rs"))).unwrap();
        let head = format!(
            "#[tokio::test(flavor = \"multi_thread\")]\nasync fn {}()",
            row.test
        );
        let (_, rest) = source
            .split_once(&head)
            .unwrap_or_else(|| panic!("tests/{module}.rs has no test {}", row.test));
        let body = rest.split("\n}\n").next().unwrap();
        let shown = body
            .split_once("Showing::of(&[")
            .map_or("", |(_, rest)| rest);
        let rows = shown.split(']').next().unwrap();
        let answers = rows.split(',').any(|row| row.trim() == format!("&{name}"));
        assert!(answers, "{} does not answer for {name}", row.test);
    }
}
