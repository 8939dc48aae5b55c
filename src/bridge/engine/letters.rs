//! What was put aside: shown, sent again, or dropped.
//!
//! A letter stays until it is really back where it belongs: taking it out and putting it back is one write.

use civic::ThemeSlug;
use vault::{Batch, VaultError};

use super::Engine;
use super::act::Act;
use super::entries::{Dead, DeadLetter, Did, Kept, leg};
use super::start::Bridge;
use crate::clock;

/// So much of somebody's words is shown.
const SHOWN_CHARACTERS: usize = 60;

/// Something that was put aside, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number, by which it is sent again or dropped.
    pub number: u64,
    /// When it was put aside, in milliseconds since 1970.
    pub at: i64,
    /// Its theme, if it has one.
    pub theme: Option<String>,
    /// What it was to be, in plain words; of what somebody wrote, the beginning.
    pub what: String,
    /// Why it was put aside.
    pub why: String,
}

impl Bridge {
    /// What was put aside, oldest first.
    ///
    /// # Errors
    /// When the notebook fails.
    pub fn letters(&self) -> Result<Vec<Letter>, VaultError> {
        let letters = self.engine.notebook.letters()?;
        let shown = letters
            .iter()
            .map(|(number, letter)| shown(*number, letter));
        Ok(shown.collect())
    }

    /// Sends what was put aside again: these, or all. What was to go out goes to the end of its lane, what was heard
    /// into the inbox of its theme. Says which went back and which can't.
    ///
    /// # Errors
    /// When the notebook fails.
    pub async fn retry(&self, only: &[u64]) -> Result<Retried, VaultError> {
        let _alone = self.letters.lock().await;
        let mut retried = Retried::default();
        for (number, letter) in self.engine.notebook.letters()? {
            if only.is_empty() || only.contains(&number) {
                match self.engine.put_back(number, letter).await? {
                    true => retried.back.push(number),
                    false => retried.stayed.push(number),
                }
            }
        }
        let known =
            |number: &&u64| !retried.back.contains(number) && !retried.stayed.contains(number);
        retried.unknown = only.iter().filter(known).copied().collect();
        Ok(retried)
    }

    /// Drops something that was put aside. Says whether it was there.
    ///
    /// # Errors
    /// When the notebook fails.
    pub async fn forget_letter(&self, number: u64) -> Result<bool, VaultError> {
        let _alone = self.letters.lock().await;
        let notebook = &self.engine.notebook;
        let known = notebook
            .letters()?
            .iter()
            .any(|(known, _)| *known == number);
        let mut batch = Batch::new();
        notebook.drop_letter(&mut batch, number);
        notebook.commit(batch).await?;
        Ok(known)
    }
}

/// What became of letters that were to be sent again, by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retried {
    /// Back on their way.
    pub back: Vec<u64>,
    /// They can't be sent: unreadable, or of a theme that is no longer in the plan.
    pub stayed: Vec<u64>,
    /// There is nothing of this number.
    pub unknown: Vec<u64>,
}

impl Engine {
    /// Puts one letter back where it belongs. Says whether that was possible.
    async fn put_back(
        self: &std::sync::Arc<Self>,
        number: u64,
        letter: DeadLetter,
    ) -> Result<bool, VaultError> {
        let theme = letter.theme.as_deref();
        let seat = theme
            .and_then(|theme| theme.parse::<ThemeSlug>().ok())
            .and_then(|theme| self.seats.get(&theme).cloned());
        let Some(seat) = seat else {
            return Ok(false);
        };
        let mut batch = Batch::new();
        self.notebook.drop_letter(&mut batch, number);
        match letter.what {
            Dead::Unreadable(_) => return Ok(false),
            Dead::Incoming(mut incoming) => {
                incoming.again = true;
                self.notebook.take_in(&mut batch, clock::now(), &incoming);
                self.notebook.commit(batch).await?;
                seat.bell.notify_one();
            }
            Dead::Outgoing { leg: to, mut entry } => {
                let Some(to) = leg(&to) else {
                    return Ok(false);
                };
                let lane = self.lane(&seat, &to);
                entry.again = true;
                let prefix = lane.prefix_of(&entry.act);
                self.notebook.send_out(&mut batch, prefix, &entry);
                self.notebook.commit(batch).await?;
                lane.bell.notify_one();
            }
        }
        tracing::info!(number, theme = %seat.slug(), "something that was put aside is sent again");
        Ok(true)
    }
}

/// A letter as it may be shown: nobody's number, and of what somebody wrote only the beginning.
fn shown(number: u64, letter: &DeadLetter) -> Letter {
    let what = match &letter.what {
        Dead::Unreadable(event) => format!("an event that can't be read: {}", shortened(event)),
        Dead::Incoming(incoming) => match &incoming.what {
            Kept::Talk(talk) if talk.privately.is_some() => "heard, written alone".to_owned(),
            Kept::Talk(talk) => match &talk.did {
                Did::Say { words, .. } => format!("heard: {}", shortened(&words.text)),
                Did::Edit { words, .. } => format!("heard, changed: {}", shortened(&words.text)),
                Did::TakeBack { .. } => "heard: that something is taken back".to_owned(),
                Did::React { .. } => "heard: a reaction".to_owned(),
            },
            _ => "heard: news of a group".to_owned(),
        },
        Dead::Outgoing { leg, entry } => {
            let place = match leg.as_str() {
                "room" => "to the room",
                direct if direct.starts_with("direct-") => "to one person alone",
                _ => "to a group",
            };
            format!("{place}: {}", act(&entry.act))
        }
    };
    Letter {
        number,
        at: letter.at,
        theme: letter.theme.clone(),
        what,
        why: whatsapp::redact_log(&letter.why).into_owned(),
    }
}

fn act(act: &Act) -> String {
    match act {
        Act::Tell { text, .. } => shortened(text),
        // What is said to one person alone is theirs.
        Act::Whisper { .. } => "what the bridge says".to_owned(),
        Act::Invite { .. } => "an invitation back into a group".to_owned(),
        Act::Part { .. } => "who talks with the bridge alone".to_owned(),
        Act::Say { words, .. } | Act::Relay { words, .. } | Act::Amend { words, .. } => {
            shortened(&words.text)
        }
        Act::TakeBack { .. } => "that something is taken back".to_owned(),
        Act::React { .. } | Act::Mood { .. } | Act::Gather { .. } => "a reaction".to_owned(),
        Act::Rename { .. } => "a person's new name".to_owned(),
        Act::Leave { .. } => "a person who leaves".to_owned(),
        Act::Digest { messages, .. } => format!("that {messages} messages were written elsewhere"),
        Act::Record { .. } => "how a group stands".to_owned(),
        Act::KeepFacilitators => "who is a facilitator".to_owned(),
        Act::KeepChoice { .. } => "what a person chose".to_owned(),
        Act::Describe { .. } => "the description".to_owned(),
        Act::Write { stored, .. } => format!("the record of {}", stored.name()),
        Act::Count { proposal, .. } => format!("how many support {proposal}"),
        Act::Policies => "who is suspended in several themes".to_owned(),
        Act::Participation { .. } => "how many take part".to_owned(),
        Act::Card { proposal, .. } => format!("the card of {proposal}"),
        Act::Join { .. } => "whose accounts are one person's".to_owned(),
        Act::Log { stored, .. } => format!("the record of {}", stored.name()),
        Act::Powers => "who may do what".to_owned(),
        Act::Admins => "who administers a group".to_owned(),
        Act::Quiet => "whether only admins write".to_owned(),
        Act::Approval => "whether people wait to be let in".to_owned(),
        Act::Admit { .. } => "whether somebody is let in".to_owned(),
        Act::Hide { .. } => "that a message is hidden".to_owned(),
        Act::Unquote { .. } => "that a message is quoted no more".to_owned(),
        Act::Quote { words, .. } => shortened(&words.text),
        Act::Ban { .. } | Act::Remove { .. } => "whether somebody is out".to_owned(),
        Act::Call { .. } => "a group's name".to_owned(),
        Act::CatchUp => "what could not be done in a group before".to_owned(),
        Act::Debate(_) => "something of the theme's debate libre".to_owned(),
    }
}

/// Scrubbed first and cut then: half a number is not found.
fn shortened(text: &str) -> String {
    let clean = whatsapp::redact_log(text);
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("“{}…”", &line[..end]),
        None => format!("“{line}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_in_part_and_never_a_number() {
        let text = format!("llamen al +1 202 555 0123 {}", "ya ".repeat(40));
        let letter = DeadLetter {
            at: 0,
            why: "refused for 12025550123@s.whatsapp.net".to_owned(),
            theme: Some("agua".to_owned()),
            what: Dead::Unreadable(text),
        };
        let shown = shown(7, &letter);
        assert!(!format!("{shown:?}").contains("555"), "{shown:?}");
        assert!(shown.what.ends_with("ya…”"), "{shown:?}");
        assert!(shown.what.chars().count() < 100, "{shown:?}");
        assert_eq!(shortened("hola\n a todos"), "“hola a todos”");
    }
}
