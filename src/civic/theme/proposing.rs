//! Proposing: with one's own words, or with those of the message that is answered.

use super::asking::{Ask, Outcome};
use super::{About, Effect, Record};
use crate::proposal::Root;
use crate::{MessageId, Party, Refusal};

/// How long a title may be, in characters. What is longer is its beginning, and stands in the text in full.
const LONGEST_TITLE: usize = 120;
/// How long a text may be, in characters: its state has room for 32 KiB, and says other things too.
pub(super) const LONGEST_TEXT: usize = 10_000;

/// What becomes a proposal.
struct Draft {
    text: String,
    authors: Vec<Party>,
    root: Root,
    source: MessageId,
}

impl Ask<'_> {
    pub(super) fn propose(&self, title: Option<&str>, text: Option<&str>) -> Outcome {
        self.takes_part()?;
        let draft = self.draft(text)?;
        let title = title.ok_or(Refusal::TitleAsked)?;
        let (title, text) = titled(title, &draft.text);
        if text.chars().count() > LONGEST_TEXT {
            return Err(Refusal::TooLong { most: LONGEST_TEXT });
        }
        let number = self.theme.next_number();
        let mut effects = self.theme.carry(&self.said.from);
        effects.push(Effect::Record(Record::Proposed {
            number,
            title,
            text,
            authors: draft.authors,
            root: draft.root,
            source: Some(draft.source),
            promoted_from: None,
            at: self.now,
        }));
        effects.extend(self.show_everywhere(number));
        Ok(effects)
    }

    /// Whose words become the proposal, and where they stand.
    fn draft(&self, own: Option<&str>) -> Result<Draft, Refusal> {
        let mine = |text: &str, root| Draft {
            text: text.to_owned(),
            authors: vec![self.said.by()],
            root,
            source: self.said.message,
        };
        let Some(about) = &self.said.about else {
            return Ok(mine(
                own.unwrap_or_default(),
                Root::Message(self.said.message),
            ));
        };
        // A message whose words were taken back has none, like one that was spoken.
        let words = about.text.as_deref().filter(|text| !text.trim().is_empty());
        let (author, words) = match (&about.author, own, words) {
            // Their own words, in an answer to something.
            (_, Some(own), Some(_)) | (None, Some(own), None) => return Ok(mine(own, Root::Card)),
            // An answer to the bridge has nothing of anybody's to propose.
            (None, None, _) => return Ok(mine("", Root::Card)),
            // Something spoken, and somebody writes down what.
            (Some(author), Some(own), None) => (author, own),
            (Some(author), None, Some(words)) => (author, words),
            (Some(_), None, None) => return Err(Refusal::WordsAsked),
        };
        let before = self.theme.proposal_of(about.message);
        if let Some(before) = before.filter(|proposal| proposal.is_held_by(about.message)) {
            return Err(Refusal::ProposedAlready(self.name_of(before)));
        }
        let me = self.said.by();
        let other = (*author != me).then_some(me);
        Ok(Draft {
            text: words.trim().to_owned(),
            authors: std::iter::once(author.clone()).chain(other).collect(),
            root: root_at(about),
            source: match own {
                Some(_) => self.said.message,
                None => about.message,
            },
        })
    }
}

fn root_at(about: &About) -> Root {
    match about.can_be_root() {
        true => Root::Message(about.message),
        false => Root::Card,
    }
}

/// A title on one line, of a length to be read on a phone; one that is too long begins the text as well.
pub(super) fn titled(title: &str, text: &str) -> (String, String) {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= LONGEST_TITLE {
        return (title, text.trim().to_owned());
    }
    let text = format!("{title}\n\n{}", text.trim()).trim().to_owned();
    (beginning(&title, LONGEST_TITLE), text)
}

/// The first words, as many as have room.
pub(super) fn beginning(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    let whole = cut
        .rsplit_once(char::is_whitespace)
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end())
}
