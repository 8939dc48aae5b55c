//! Counting afterwards: what stands on each leg, read by somebody who has nothing to do with the bridge.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sandbox::phones::Phone;

use super::people::Account;

/// A leg of a theme, and who looks at it.
pub struct Leg {
    pub theme: &'static str,
    pub name: String,
    pub reader: Reader,
}

pub enum Reader {
    /// Over plain HTTP, page by page, going on where it stopped.
    Room {
        account: Account,
        from: Option<String>,
        seen: Vec<String>,
    },
    Phone {
        phone: Arc<Phone>,
        group: String,
    },
}

/// What is wrong on a leg with what one person wrote.
#[derive(Default, PartialEq, Eq)]
pub struct Wrong {
    pub missing: Vec<usize>,
    pub twice: Vec<usize>,
    /// Numbers that stand behind a later one.
    pub late: Vec<usize>,
}

impl Leg {
    /// All messages that stand there now, in order.
    pub async fn texts(&mut self) -> Vec<String> {
        match &mut self.reader {
            Reader::Room {
                account,
                from,
                seen,
            } => {
                while let Some(page) = account.page(&forward(from.as_deref())).await {
                    let events = page["chunk"].as_array().cloned().unwrap_or_default();
                    let texts = events
                        .iter()
                        .filter(|event| event["type"] == "m.room.message")
                        .filter(|event| event["content"]["msgtype"] == "m.text")
                        .filter_map(|event| event["content"]["body"].as_str());
                    seen.extend(texts.map(str::to_owned));
                    match page["end"].as_str() {
                        Some(end) if !events.is_empty() => *from = Some(end.to_owned()),
                        _ => break,
                    }
                }
                seen.clone()
            }
            Reader::Phone { phone, group } => {
                let chat = phone.chat(group).into_iter();
                chat.map(|message| message.text).collect()
            }
        }
    }
}

fn forward(from: Option<&str>) -> String {
    let from = from.map(|from| format!("&from={from}"));
    format!("dir=f&limit=500{}", from.unwrap_or_default())
}

/// What is wrong on a leg: by person.
pub fn wrong_in(
    texts: &[String],
    written: &BTreeMap<&'static str, usize>,
) -> BTreeMap<&'static str, Wrong> {
    let mut stand: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for text in texts {
        // `Ana 3`, or `*Ana*: Ana 3`.
        let words = text.rsplit(": ").next().unwrap_or_default();
        if let Some((who, number)) = words.split_once(' ')
            && let Ok(number) = number.parse()
        {
            stand.entry(who).or_default().push(number);
        }
    }
    let nothing = Vec::new();
    let all = written.iter().map(|(who, count)| {
        let numbers = stand.get(who).unwrap_or(&nothing);
        (*who, wrong(numbers, *count))
    });
    all.filter(|(_, wrong)| *wrong != Wrong::default())
        .collect()
}

fn wrong(numbers: &[usize], count: usize) -> Wrong {
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut late, mut highest) = (Vec::new(), 0);
    for number in numbers {
        *times.entry(*number).or_default() += 1;
        if *number < highest {
            late.push(*number);
        }
        highest = highest.max(*number);
    }
    Wrong {
        missing: (1..=count)
            .filter(|number| !times.contains_key(number))
            .collect(),
        twice: times
            .into_iter()
            .filter(|(_, times)| *times > 1)
            .map(|(number, _)| number)
            .collect(),
        late,
    }
}

/// What is wrong, in words: for one leg.
pub fn report(leg: &str, wrong: &BTreeMap<&'static str, Wrong>) -> String {
    let mut said = String::new();
    for (who, wrong) in wrong {
        for (what, numbers) in [
            ("missing", &wrong.missing),
            ("twice", &wrong.twice),
            ("out of order", &wrong.late),
        ] {
            if !numbers.is_empty() {
                let _ = writeln!(said, "  {leg}: {what} of {who}: {numbers:?}");
            }
        }
    }
    said
}

#[test]
fn what_is_wrong_is_found() {
    let texts = ["*Ana*: Ana 1", "Ana 3", "Beto 1", "Ana 2", "Beto 1"].map(str::to_owned);
    let written = BTreeMap::from([("Ana", 4), ("Beto", 1), ("Carmen", 0)]);
    let found = wrong_in(&texts, &written);
    assert_eq!(
        report("agua", &found),
        "  agua: missing of Ana: [4]\n  agua: out of order of Ana: [2]\n  agua: twice of Beto: [1]\n"
    );
}
