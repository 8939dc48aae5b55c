//! Tangents: moved into the theme's debate libre, a thread of its room, and told of once a week.
//!
//! What debate libre begins with, and each pointer to it, has a name and an effect that follow from the theme alone (and the case):
//! so they are made once, and found again by a notebook that begins anew.

mod keep;
mod lay;
mod perform;
mod weekly;

use civic::{Debate, Effect, Theme};
use serde::{Deserialize, Serialize};
use vault::VaultError;

use super::entries::{Answers, Copy, Spot, Words, leg_key};
use super::own_quotes::without_quote;
use super::{Engine, Notebook, Seat};

/// The leg under which the links of what the bridge says of debate libre stand.
const DEBATE: &str = "debate";

/// Something of a theme's debate libre that is done on a leg.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Debating {
    /// In the room: its first message, unless that stands there already.
    Open { text: String },
    /// In the room: the message of a link said there, too; as its author's ghost, or, of somebody on Matrix, by the bridge.
    Copy {
        of: Vec<u8>,
        member: String,
        words: Words,
        quoted: bool,
    },
    /// In the room: the same, as its author has changed it. `copy` is the link of what was said there.
    Correct {
        of: Vec<u8>,
        copy: Vec<u8>,
        member: String,
        words: Words,
        quoted: bool,
    },
    /// On any leg: where a tangent goes on, as an answer to the message of a link.
    Point {
        of: Vec<u8>,
        case: u32,
        text: String,
    },
}

impl Debating {
    /// What tells it apart from the other effects of one input on one leg.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Open { .. } => "debate".to_owned(),
            Self::Copy { of, .. } => format!("debate {of:02x?}"),
            Self::Correct { of, .. } => format!("debate again {of:02x?}"),
            Self::Point { case, .. } => format!("debate pointer {case}"),
        }
    }

    /// The link of the message whose words it shows.
    pub(crate) fn shows(&self) -> Option<&Vec<u8>> {
        match self {
            Self::Open { .. } | Self::Point { .. } => None,
            Self::Copy { of, .. } | Self::Correct { of, .. } => Some(of),
        }
    }
}

/// The name of the link of what a theme's debate libre begins with.
fn debate_name(notebook: &Notebook, theme: &str) -> [u8; 16] {
    notebook.message_name(theme, DEBATE, &Spot::ours("root"))
}

/// That of what points there because of a case.
pub(in crate::engine) fn pointer_name(notebook: &Notebook, theme: &str, case: u32) -> [u8; 16] {
    notebook.message_name(theme, DEBATE, &Spot::ours(&format!("pointer {case}")))
}

/// The copies of what points there on a leg: it, and what is said in its place, should that quote nothing any more.
fn pointed(leg: &civic::Leg, effect: &str) -> Vec<Copy> {
    let effects = match leg {
        civic::Leg::Group(_) => vec![effect.to_owned(), without_quote(effect)],
        _ => vec![effect.to_owned()],
    };
    let leg = leg_key(leg);
    let copies = effects.into_iter().map(|effect| Copy {
        leg: leg.clone(),
        effect,
    });
    copies.collect()
}

/// That of what says a message there again.
fn copy_name(notebook: &Notebook, theme: &str, original: &[u8]) -> [u8; 16] {
    notebook.message_name(theme, DEBATE, &Spot::ours(&format!("copy {original:02x?}")))
}

impl Engine {
    fn debate_effect(&self, seat: &Seat) -> String {
        let theme = seat.slug().as_str();
        let source = self.source(&[b"debate", theme.as_bytes()]);
        self.effect(&source, "root")
    }

    fn pointer_effect(&self, seat: &Seat, case: u32, leg: &civic::Leg) -> String {
        let theme = seat.slug().as_str();
        let source = self.source(&[b"debate", theme.as_bytes(), &case.to_be_bytes()]);
        self.effect(&source, &leg_key(leg))
    }

    /// What points to debate libre has a name before it stands anywhere: whatever is said to it then goes there.
    pub(in crate::engine) fn know_pointer(&self, theme: &mut Theme, effect: &Effect) {
        if let Effect::Debate(Debate::Point { case, .. }) = effect {
            let pointer = pointer_name(&self.notebook, theme.slug().as_str(), *case);
            theme.know_pointer(*case, pointer.into());
        }
    }

    /// Debate libre, if it is there that somebody answers something of which nothing is known.
    pub(in crate::engine) fn debate_into(
        &self,
        seat: &Seat,
        answers: Option<&Answers>,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let Some(thread) = answers.and_then(|answers| answers.thread.as_ref()) else {
            return Ok(None);
        };
        let theme = seat.slug().as_str();
        let room = leg_key(&civic::Leg::Room);
        let root = self.notebook.link_of(theme, &room, thread)?;
        let debate = debate_name(&self.notebook, theme);
        Ok(root.filter(|root| *root == debate))
    }
}
