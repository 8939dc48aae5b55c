//! What somebody writes to the bridge alone: commands, and no talk. Whoever stays out of the other network, is muted or is
//! suspended is answered there like everybody.

use super::asking::Ask;
use super::{Effect, Hearing};
use crate::{Command, Language, Notice, Refusal};

impl Ask<'_> {
    /// What is done about it. Nothing of it is ever carried, and none of it counts as having spoken.
    pub(super) fn heard_alone(&self) -> Vec<Effect> {
        match &self.said.hearing {
            Hearing::Command(command, language) => self.in_language(*language).obey_alone(command),
            Hearing::Almost {
                heard,
                nearest,
                language,
            } => {
                let notice = Notice::NearMiss {
                    heard: heard.clone(),
                    nearest: nearest.clone(),
                };
                vec![self.in_language(*language).tell(notice)]
            }
            Hearing::Talk => vec![self.tell(Notice::Refused(Refusal::WrittenInPublic))],
            // What was asked for and answered is not asked for again, nor taken back, by another mark on it.
            Hearing::Edit { .. } | Hearing::React(_) | Hearing::TakeBack => Vec::new(),
        }
    }

    fn obey_alone(&self, command: &Command) -> Vec<Effect> {
        match command {
            Command::Help(_) => self.obey(command),
            Command::Accept(None) if self.accepts_mandate() => self.obey(command),
            Command::Moderate(wish) if wish.can_be_private() => match self.muted_words(command) {
                Some(refusal) => vec![self.tell(Notice::Refused(refusal))],
                None => self.moderate(wish),
            },
            _ => vec![self.tell(Notice::Refused(Refusal::WrittenInPublic))],
        }
    }

    fn in_language(&self, language: Language) -> Self {
        Self {
            language: Some(language),
            ..*self
        }
    }
}
