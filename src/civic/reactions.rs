//! Reactions: what counts as one, and who reacts to a message, in one short line.

use crate::Timestamp;

/// So many people elsewhere make it worth a message that tells who they are. One alone is told by the bridge's own emoji,
/// and a message rings on every phone of the group.
const WORTH_A_LINE: [usize; 6] = [2, 5, 10, 25, 50, 100];
/// So many kinds of reaction are shown with names.
const KINDS: usize = 4;
/// So many names stand with an emoji; of more people than that, one fewer, and how many the others are.
const NAMES: usize = 3;
/// What stands for a reaction that is no emoji: a picture of one's own, or words, which could say anything.
const NO_EMOJI: &str = "💬";
/// The longest emoji there are (families, flags of regions) have less bytes.
const LONGEST: usize = 64;

/// Somebody's reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// What the person is called.
    pub name: String,
    /// One emoji.
    pub emoji: String,
    /// When.
    pub at: Timestamp,
}

/// People who react alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// How.
    pub emoji: String,
    /// The first of them.
    pub names: Vec<String>,
    /// How many they are besides.
    pub more: usize,
}

/// What becomes of the line below a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing: what stands there stays.
    Nothing,
    /// It is said, or said anew.
    Say,
    /// It is changed.
    Change,
    /// Nobody reacts any more: it is taken back.
    TakeBack,
}

/// What somebody reacts with: one emoji as it is, and one that stands for whatever else it may be.
pub fn emoji(raw: &str) -> &str {
    let raw = raw.trim();
    if is_emoji(raw) { raw } else { NO_EMOJI }
}

/// The reactions to a message as a line tells them: what most people chose comes first, with names in the order in which they
/// did; and how many others there are.
pub fn gather(mut reactions: Vec<Reaction>) -> (Vec<Alike>, usize) {
    reactions.sort_by(|one, other| (one.at, &one.name).cmp(&(other.at, &other.name)));
    let mut kinds: Vec<(String, Vec<Reaction>)> = Vec::new();
    for reaction in reactions {
        // Some clients write behind an emoji that it is one.
        let bare = reaction.emoji.replace('\u{FE0F}', "");
        match kinds.iter_mut().find(|(kind, _)| *kind == bare) {
            Some((_, people)) => people.push(reaction),
            None => kinds.push((bare, vec![reaction])),
        }
    }
    kinds.sort_by_key(|(_, people)| std::cmp::Reverse(people.len()));
    let others = kinds.iter().skip(KINDS).map(|(_, people)| people.len());
    let others = others.sum();
    let alike = kinds.into_iter().take(KINDS).map(|(_, people)| {
        let named = match people.len() {
            all @ ..=NAMES => all,
            _ => NAMES - 1,
        };
        Alike {
            emoji: people[0].emoji.clone(),
            more: people.len() - named,
            names: people.into_iter().take(named).map(|one| one.name).collect(),
        }
    });
    (alike.collect(), others)
}

/// What becomes of the line below a message to which so many people react. `most` is how many it told of at most until
/// now; `stands` is since when the last one stands, and `editable` for how many milliseconds from then on it can be changed.
///
/// It comes when there are enough people, changes while it can, and comes anew only when there are many more. So whoever
/// takes reactions back and makes them again brings no second one.
pub fn step(
    now: Timestamp,
    people: usize,
    most: usize,
    stands: Option<Timestamp>,
    editable: i64,
) -> Step {
    match stands {
        Some(_) if people == 0 => Step::TakeBack,
        Some(since) if now.0 - since.0 < editable => Step::Change,
        _ if WORTH_A_LINE
            .iter()
            .any(|worth| (most + 1..=people).contains(worth)) =>
        {
            Step::Say
        }
        _ => Step::Nothing,
    }
}

/// Whether this is one emoji. Unicode Technical Standard 51; where it is in doubt, one more sign counts as one.
fn is_emoji(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next().filter(|_| text.len() <= LONGEST) else {
        return false;
    };
    if first.is_ascii() {
        let is_key = first.is_ascii_digit() || matches!(first, '#' | '*');
        return is_key && matches!(letters.as_str(), "\u{20E3}" | "\u{FE0F}\u{20E3}");
    }
    let mut before = first;
    is_picture(first)
        && letters.all(|letter| {
            let joined = before == '\u{200D}' && is_picture(letter);
            let flag = is_flag_letter(letter) && before == first && is_flag_letter(first);
            before = letter;
            joined || flag || belongs_to_the_one_before(letter)
        })
}

fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x24C2
        | 0x25A0..=0x27BF | 0x2934..=0x2935 | 0x2B00..=0x2BFF | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x1_F000..=0x1_FAFF)
}

fn is_flag_letter(c: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&c)
}

fn belongs_to_the_one_before(c: char) -> bool {
    matches!(u32::from(c), 0x200D | 0xFE0E..=0xFE0F | 0x20E3 | 0x1_F3FB..=0x1_F3FF | 0xE_0020..=0xE_007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn reactions(of: &[(&str, &str)]) -> Vec<Reaction> {
        let numbered = (0..).zip(of);
        numbered
            .map(|(at, (name, emoji))| Reaction {
                name: (*name).to_owned(),
                emoji: (*emoji).to_owned(),
                at: Timestamp(at),
            })
            .collect()
    }

    #[test]
    fn one_emoji_is_one_and_anything_else_says_nothing() {
        for one in [
            "👍",
            "👍🏽",
            "❤️",
            "❤",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "🇵🇾",
            "3️⃣",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "©️",
            "✅",
            " 👏 ",
        ] {
            assert_eq!(emoji(one), one.trim());
        }
        for other in [
            "",
            "3",
            "+1",
            "sí",
            "👍👍",
            "👍 ya",
            "*Beto*: no",
            "mxc://aty.test/gato",
            "🇵🇾🇵🇾",
            "\u{200D}",
            "1️⃣2️⃣",
        ] {
            assert_eq!(emoji(other), NO_EMOJI, "{other}");
        }
        assert_eq!(emoji(&"👩‍".repeat(40)), NO_EMOJI);
    }

    #[test]
    fn whoever_came_first_is_named_and_the_others_are_counted() {
        let thumbs = ["Ana", "Luis", "Eva"].map(|name| (name, "👍"));
        let (alike, others) = gather(reactions(&thumbs));
        assert_eq!(
            (&alike[0].names[..], alike[0].more),
            (&["Ana", "Luis", "Eva"].map(str::to_owned)[..], 0)
        );
        assert_eq!((alike.len(), others), (1, 0));

        let more = [("Beto", "❤️"), ("Ana", "👍"), ("Luis", "❤")];
        let rest = ["Eva", "Sol", "Rosa", "Iván"].map(|name| (name, "👍"));
        let (alike, _) = gather(reactions(&[&more[..], &rest].concat()));
        assert_eq!(
            (alike[0].names.join(" "), alike[0].more),
            ("Ana Eva".to_owned(), 3)
        );
        assert_eq!(
            (alike[1].emoji.as_str(), alike[1].names.join(" ")),
            ("❤️", "Beto Luis".to_owned())
        );
    }

    #[test]
    fn a_line_shows_few_kinds() {
        let all = ["👍", "❤️", "🎉", "👏", "😮", "🙏"].map(|emoji| ("Ana", emoji));
        let (alike, others) = gather(reactions(&all));
        assert_eq!((alike.len(), others), (4, 2));
    }

    #[test]
    fn a_line_comes_changes_and_goes_and_rarely_comes_anew() {
        let (posted, editable) = (Timestamp(1_000), 15 * MINUTE);
        let later = |minutes| Timestamp(posted.0 + minutes * MINUTE);
        let none = |people, most| step(posted, people, most, None, editable);
        assert_eq!(none(1, 0), Step::Nothing, "the bridge's emoji tells it");
        assert_eq!(none(2, 0), Step::Say);
        assert_eq!(none(3, 0), Step::Say);
        assert_eq!(none(2, 2), Step::Nothing, "it was told before");
        let line =
            |people, most, minutes| step(later(minutes), people, most, Some(posted), editable);
        assert_eq!(line(5, 2, 14), Step::Change);
        assert_eq!(line(1, 2, 14), Step::Change);
        assert_eq!(line(4, 2, 15), Step::Nothing);
        assert_eq!(line(5, 2, 15), Step::Say);
        assert_eq!(line(9, 5, 60), Step::Nothing);
        assert_eq!(line(11, 5, 60), Step::Say);
        assert_eq!(line(300, 100, 60), Step::Nothing);
        assert_eq!(line(0, 5, 1), Step::TakeBack);
        assert_eq!(line(0, 5, 60), Step::TakeBack);
    }
}
