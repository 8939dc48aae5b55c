//! What somebody writes to the bridge alone: commands, and no talk. Whoever stays out of the other network, is muted or is
//! suspended is answered there like everybody.

use super::asking::Ask;
use super::{Effect, Hearing};
use crate::moderation::{Enforcement, Wish};
use crate::{Alone, Command, Language, Notice, Refusal};

impl Ask<'_> {
    /// What is done about it. Nothing of it is ever carried, and none of it counts as having spoken.
    pub(super) fn heard_alone(&self) -> Vec<Effect> {
        match &self.said.hearing {
            Hearing::Command(command, language) => self.in_language(*language).obey_alone(command),
            Hearing::Almost {
                heard,
                nearest,
                language,
                ..
            } => self.in_language(*language).near_miss(heard, nearest),
            Hearing::Talk => vec![self.tell(Notice::Refused(Refusal::WrittenInPublic))],
            // What was asked for and answered is not asked for again, nor taken back, by another mark on it.
            Hearing::Edit { .. } | Hearing::React(_) | Hearing::Unreact(_) | Hearing::TakeBack => {
                Vec::new()
            }
        }
    }

    fn obey_alone(&self, command: &Command) -> Vec<Effect> {
        match command {
            Command::Help(None) => vec![self.tell(Notice::Alone(Alone::Help))],
            Command::Help(Some(_)) => self.obey(command),
            Command::Facilitate(code) => self.facilitate(code.as_deref()),
            Command::Accept(None) if self.accepts_mandate() => self.obey(command),
            Command::Moderate(wish) if wish.can_be_private() => {
                match self.held_alone(command, wish) {
                    Some(refusal) => vec![self.tell(Notice::Refused(refusal))],
                    None => self.moderate(wish),
                }
            }
            _ => vec![self.tell(Notice::Refused(Refusal::WrittenInPublic))],
        }
    }

    /// Why somebody can't have this now. Whoever is out reads the rules, reports, appeals and votes, and does nothing else here.
    fn held_alone(&self, command: &Command, wish: &Wish) -> Option<Refusal> {
        let kept = wish.is_everybodys()
            || matches!(
                wish,
                Wish::Rules | Wish::Delegates | Wish::Vote { .. } | Wish::Resign
            );
        match self.out_for().filter(|_| !kept) {
            Some(refusal) => Some(refusal),
            None => self.muted_words(command),
        }
    }

    fn facilitate(&self, code: Option<&str>) -> Vec<Effect> {
        let code = code.unwrap_or_default().to_owned();
        let language = self.language;
        vec![Effect::Facilitate { code, language }]
    }

    /// A code that others could read is worth nothing any more, and out of sight.
    pub(super) fn hide_code(&self, code: Option<&str>) -> Vec<Effect> {
        let message = self.said.message;
        let code = code.unwrap_or_default().to_owned();
        vec![
            Effect::Enforce(Enforcement::Hide { message }),
            Effect::VoidCode { code },
            self.tell(Notice::Refused(Refusal::OnlyAlone)),
        ]
    }

    fn in_language(&self, language: Language) -> Self {
        Self {
            language: Some(language),
            ..*self
        }
    }
}
