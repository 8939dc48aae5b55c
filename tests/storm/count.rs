//! Counting afterwards: what stands on a leg against what should.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::screens::Stands;
use super::wanted::{Message, Wanted, Which};

/// What is wrong on a leg: by person and kind.
type Wrong = BTreeMap<(String, &'static str), Vec<String>>;

/// What is wrong on a leg, in words. `people` write there themselves; what the others react with, the bridge does there.
pub fn wrong_on(leg: &str, people: &[&str], stands: &[Stands], wanted: &Wanted) -> String {
    let mut wrong = Wrong::new();
    let mut note = |which: &Which, what, more: String| {
        let found = wrong.entry((which.who.clone(), what)).or_default();
        found.push(format!("{}{more}", which.number));
    };
    let mut highest: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for stand in stands {
        let which = &stand.which;
        if !seen.insert(which) {
            note(which, "twice", String::new());
            continue;
        }
        let highest = highest.entry(&which.who).or_default();
        if which.number < *highest {
            note(which, "out of order", String::new());
        }
        *highest = which.number.max(*highest);
        match wanted.get(which) {
            Some(message) if !message.deleted => {
                for (what, more) in differs(stand, message, people, wanted) {
                    note(which, what, more);
                }
            }
            // What nobody is known to have written is being written just now.
            None => note(which, "unheard of", String::new()),
            Some(_) => note(which, "not gone", String::new()),
        }
    }
    for (which, message) in wanted {
        if !message.deleted && !seen.contains(which) {
            note(which, "missing", String::new());
        }
    }
    let mut said = String::new();
    for ((who, what), numbers) in wrong {
        let _ = writeln!(said, "  {leg}: {what} of {who}: {}", numbers.join(", "));
    }
    said
}

/// In what a message is not as it should be.
fn differs(
    stand: &Stands,
    message: &Message,
    people: &[&str],
    wanted: &Wanted,
) -> Vec<(&'static str, String)> {
    let mut differs = Vec::new();
    if stand.version != message.version {
        let more = format!(" (v{}, not v{})", stand.version, message.version);
        differs.push(("another version", more));
    }
    // Whether an answer still shows what was deleted is each network's own affair.
    let answers = message.answers.as_ref();
    let gone = answers.is_some_and(|which| wanted.get(which).is_none_or(|of| of.deleted));
    if !gone && stand.answers != message.answers {
        let shown = |which: Option<&Which>| which.map_or("nothing".to_owned(), Which::to_string);
        let (has, wants) = (shown(stand.answers.as_ref()), shown(answers));
        differs.push(("another answer", format!(" (to {has}, not to {wants})")));
    }
    if !reacts(stand, message, people) {
        let more = format!(" ({:?}, chosen {:?})", stand.reactions, message.reactions);
        differs.push(("other reactions", more));
    }
    differs
}

/// Whether the reactions are as chosen: each one's of those who write there, and from the bridge what most of the others
/// react with. Where as many react with one as with another, either will do.
fn reacts(stand: &Stands, message: &Message, people: &[&str]) -> bool {
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    let mut own = Vec::new();
    for (who, emoji) in &message.reactions {
        match people.contains(who) {
            true => own.push(((*who).to_owned(), plain(emoji))),
            false => *others.entry(plain(emoji)).or_default() += 1,
        }
    }
    let there = stand.reactions.iter();
    let there = there.map(|(who, emoji)| (who.clone(), plain(emoji)));
    let (mut by_people, by_bridge): (Vec<_>, Vec<_>) =
        there.partition(|(who, _)| people.contains(&who.as_str()));
    by_people.sort();
    own.sort();
    let most = others.values().max().copied().unwrap_or(0);
    let bridge_is_right = match &by_bridge[..] {
        [] => others.is_empty(),
        [(_, emoji)] => others.get(emoji) == Some(&most),
        _ => false,
    };
    by_people == own && bridge_is_right
}

/// Without what only asks for a coloured picture.
fn plain(emoji: &str) -> String {
    emoji.replace('\u{fe0f}', "")
}

#[cfg(test)]
mod tests {
    use super::super::wanted::read;
    use super::*;

    fn which(text: &str) -> Which {
        read(text).unwrap().0
    }

    fn stands(text: &str, answers: Option<&str>, reactions: &[(&str, &str)]) -> Stands {
        let (which, version) = read(text).unwrap();
        let reactions = reactions.iter();
        Stands {
            which,
            version,
            answers: answers.map(|text| read(text).unwrap().0),
            reactions: reactions
                .map(|(who, emoji)| ((*who).to_owned(), (*emoji).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let message = Message::default;
        let mut wanted = Wanted::new();
        for text in [
            "Ana 1", "Ana 2", "Ana 3", "Ana 4", "Ana 5", "Beto 1", "Beto 2",
        ] {
            wanted.insert(which(text), message());
        }
        wanted.get_mut(&which("Ana 3")).unwrap().version = 2;
        wanted.get_mut(&which("Ana 5")).unwrap().deleted = true;
        wanted.get_mut(&which("Beto 2")).unwrap().answers = Some(which("Ana 1"));
        let there = [
            stands("Ana 1", None, &[]),
            stands("Ana 3 v1", None, &[]),
            stands("Beto 1", None, &[]),
            stands("Ana 2", None, &[]),
            stands("Beto 1", None, &[]),
            stands("Beto 2", Some("Ana 2"), &[]),
            stands("Ana 5", None, &[]),
        ];
        let found = wrong_on("agua", &[], &there, &wanted);
        let lines: Vec<_> = found.lines().map(str::trim).collect();
        let expected = [
            "agua: another version of Ana: 3 (v1, not v2)",
            "agua: missing of Ana: 4",
            "agua: not gone of Ana: 5",
            "agua: out of order of Ana: 2",
            "agua: another answer of Beto: 2 (to Ana 2, not to Ana 1)",
            "agua: twice of Beto: 1",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_bridge_reacts_as_most_of_the_others_do_and_people_as_they_chose() {
        let mut message = Message::default();
        for (who, emoji) in [
            ("Ana", "😂"),
            ("Beto", "👍"),
            ("María", "❤️"),
            ("José", "👍"),
        ] {
            message.reactions.insert(who, emoji.to_owned());
        }
        let right = |people: &[&str], reactions: &[(&str, &str)]| {
            reacts(&stands("Ana 1", None, reactions), &message, people)
        };
        let ana = ("Ana", "😂");
        assert!(right(&["Ana"], &[("Aty", "👍"), ana]));
        assert!(!right(&["Ana"], &[("Aty", "❤"), ana]));
        assert!(!right(&["Ana"], &[("Aty", "👍")]));
        assert!(!right(&["Ana"], &[ana]));
        // In Beto's group two of the others are left with one each, and Ana.
        assert!(right(&["Beto"], &[("Beto", "👍"), ("Aty", "❤")]));
        let all = [("María", "❤"), ("José", "👍"), ana, ("Beto", "👍")];
        let people = ["Ana", "Beto", "María", "José"];
        assert!(right(&people, &all));
        assert!(!right(&people, &[&all[..], &[ana]].concat()));
    }
}
