//! What people write to the bridge alone, and what it tells somebody so.
//!
//! Each network has one lane for it, at one pace, whatever theme it is about. Words that are written alone go into the inbox of
//! the theme that they mean, and are answered where they were written; nothing of them is carried, or counts as spoken.

mod facilitate;
mod intake;
mod notes;
mod perform;
mod reporter;
mod rooms;
mod tell;
mod theme;

use std::sync::Arc;

use civic::{Alone, Effect, Hearing, Language, Leg, Network, Notice};
use serde::{Deserialize, Serialize};
use url::Url;

use super::entries::{Did, Incoming, Kept, Talk};
use super::talk::beginning_of;
use super::{Engine, Seat, lock};

pub(super) use notes::DirectRoom;

/// What belongs to words that were written to the bridge alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Privately {
    /// Where they are answered.
    pub(crate) back: Address,
    /// The leg of the message that they answer, if that is one of a theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<String>,
    /// What the bridge answers without asking a theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) itself: Option<Itself>,
}

/// How somebody is reached alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Address {
    /// In this room of theirs.
    Room(String),
    /// On Matrix, in the room that the bridge has with this account; it opens one where there is none.
    Account(String),
    /// On WhatsApp.
    Phone(whatsapp::Person),
}

impl Address {
    pub(crate) fn leg(&self) -> Leg {
        Leg::Direct(match self {
            Self::Room(_) | Self::Account(_) => Network::Matrix,
            Self::Phone(_) => Network::WhatsApp,
        })
    }
}

/// What the bridge answers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Itself {
    /// Which theme is meant?
    WhichTheme,
    /// What was sent is no text.
    OnlyText,
}

impl Engine {
    /// The theme whose tasks do what belongs to none.
    pub(in crate::engine) fn home(&self) -> Option<&Arc<Seat>> {
        self.seats.values().next()
    }

    /// Lets the lane go to work for what is said alone on a network.
    pub(in crate::engine) fn ring_direct(&self, network: Network) {
        let lanes = self.home().map(|home| lock(&home.lanes));
        let lane = lanes.and_then(|lanes| lanes.get(&Leg::Direct(network)).cloned());
        if let Some(lane) = lane {
            lane.bell.notify_one();
        }
        if network == Network::Matrix {
            self.invited.notify_one();
        }
    }
}

impl Engine {
    /// What the bridge answers without asking a theme.
    pub(in crate::engine) fn answered_by_itself(&self, incoming: &Incoming) -> Vec<Effect> {
        let Kept::Talk(talk) = &incoming.what else {
            return Vec::new();
        };
        let (Some(privately), Did::Say { words, .. }) = (&talk.privately, &talk.did) else {
            return Vec::new();
        };
        let (said, language) = match privately.itself {
            None => return Vec::new(),
            Some(Itself::OnlyText) => (Alone::OnlyText, None),
            Some(Itself::WhichTheme) => {
                let command = words.text.split_whitespace().next().unwrap_or_default();
                let themes = self.seats.values().map(|seat| {
                    let theme = lock(&seat.theme);
                    (theme.code().clone(), theme.title().to_owned())
                });
                let which = Alone::WhichTheme {
                    command: beginning_of(command),
                    themes: themes.collect(),
                };
                match language::hear_alone(&words.text) {
                    Hearing::Command(_, language) => (which, Some(language)),
                    _ => (which, None),
                }
            }
        };
        vec![Effect::Answer {
            notice: Notice::Alone(said),
            language,
        }]
    }

    /// What is answered on a leg: where others read, help tells that one can write alone, too.
    pub(in crate::engine) fn answer_in(
        &self,
        from: &Leg,
        notice: &Notice,
        language: Option<Language>,
    ) -> String {
        let said = self.words(notice, language);
        match notice {
            Notice::Help(None) if !from.is_direct() => {
                let link = self
                    .config
                    .whatsapp
                    .contact_link
                    .as_ref()
                    .map(Url::to_string);
                let offered = perform::offered(from.network(), link);
                format!("{said}\n{}", self.words(&offered, language))
            }
            _ => said,
        }
    }
}

impl Talk {
    /// Whether the bridge answers it without asking a theme.
    pub(in crate::engine) fn is_answered_by_itself(&self) -> bool {
        let privately = self.privately.as_ref();
        privately.is_some_and(|privately| privately.itself.is_some())
    }
}
