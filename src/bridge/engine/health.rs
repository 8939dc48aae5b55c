//! How the bridge stands, as facts: what they mean and how to mend what is wrong is for `doctor` to say.

use std::path::PathBuf;
use std::time::Duration;

use civic::{Leg, Network, Standing, ThemeSlug, Timestamp};
use matrix::SendError;
use ruma::RoomAliasId;
use tokio::time::timeout;
use vault::VaultError;
use whatsapp::Status;

use super::notebook::Notebook;
use super::phone::PhoneSilence;
use super::start::Bridge;
use super::{Engine, lock};
use crate::backup;

/// How long a network may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// A group with more members than this has hardly room for anybody (it holds 1,024).
pub(super) const NEARLY_FULL: usize = 1000;
/// So many reasons of what was put aside are told.
const REASONS: usize = 3;

/// How the running bridge stands.
#[derive(Debug)]
pub struct Health {
    /// The connection to WhatsApp.
    pub whatsapp: Status,
    /// For how long the account's phone was not heard, if there is one to hear.
    pub phone: Option<PhoneSilence>,
    /// Whether the homeserver reaches the bridge.
    pub reached: Result<(), SendError>,
    /// Aliases of the plan that lead to another room than the theme's, or nowhere. `None` if that could not be asked.
    pub astray: Option<Vec<String>>,
    /// What the bridge may not do in its rooms, in words.
    pub lacking: Vec<String>,
    /// Themes whose records the homeserver refuses, and why.
    pub halted: Vec<(ThemeSlug, String)>,
    /// The groups; `None` while WhatsApp is not connected or doesn't answer.
    pub groups: Option<GroupHealth>,
    /// What waits, and what was put aside.
    pub queues: Queues,
}

/// How the open groups of all themes stand.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct GroupHealth {
    /// How many there are.
    pub open: usize,
    /// In so many of them the bridge's account is not.
    pub absent: usize,
    /// In so many it is not an admin.
    pub not_admin: usize,
    /// In so many the second admin is not, or is no admin. `None` if no second admin is configured.
    pub without_second: Option<usize>,
    /// Names of those that are nearly full.
    pub nearly_full: Vec<String>,
}

/// What waits, and what was put aside.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Queues {
    /// The oldest entry of each queue that is not empty.
    pub waiting: Vec<Waiting>,
    /// How many were put aside.
    pub put_aside: usize,
    /// Why, the latest first; without anybody's number.
    pub reasons: Vec<String>,
}

/// A queue that something waits in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which one, in words.
    pub queue: String,
    /// Since when its oldest entry waits.
    pub since: Timestamp,
}

impl Queues {
    /// Reads them from a notebook.
    pub(crate) fn read<'a>(
        notebook: &Notebook,
        themes: impl Iterator<Item = &'a ThemeSlug>,
    ) -> Result<Self, VaultError> {
        let groups = notebook.groups()?;
        let mut waiting = Vec::new();
        for theme in themes {
            if let Some(since) = notebook.heard_since(theme.as_str())? {
                let queue = format!("what was heard for {theme}");
                waiting.push(Waiting { queue, since });
            }
            let its_groups = groups
                .iter()
                .filter(|(_, group)| group.theme == theme.as_str())
                .map(|(id, group)| (Leg::Group(id.clone()), group.subject.as_str()));
            for (leg, name) in std::iter::once((Leg::Room, "the room")).chain(its_groups) {
                if let Some(since) = notebook.lane_waits_since(theme, &leg)? {
                    let queue = match leg {
                        Leg::Room => format!("what is for the room of {theme}"),
                        Leg::Group(_) => format!("what is for the group “{name}” of {theme}"),
                        Leg::Direct(network) => format!("what is for people alone on {network}"),
                    };
                    waiting.push(Waiting { queue, since });
                }
            }
        }
        for network in [Network::Matrix, Network::WhatsApp] {
            let lane = notebook.direct_prefix(&Leg::Direct(network));
            if let Some(since) = notebook.waits_since(lane)? {
                let queue = format!("what is for people alone on {network}");
                waiting.push(Waiting { queue, since });
            }
        }
        let letters = notebook.letters()?;
        let reasons = letters
            .iter()
            .rev()
            .take(REASONS)
            .map(|(_, letter)| whatsapp::redact_log(&letter.why).into_owned());
        Ok(Self {
            waiting,
            put_aside: letters.len(),
            reasons: reasons.collect(),
        })
    }
}

impl Bridge {
    /// For how long the account's phone was not heard, if there is one to hear.
    pub fn phone(&self) -> Option<PhoneSilence> {
        self.engine.phone_silence()
    }

    /// How the bridge stands.
    ///
    /// # Errors
    /// When the notebook fails.
    pub async fn health(&self) -> Result<Health, VaultError> {
        let engine = &self.engine;
        let whatsapp = self.whatsapp().borrow().clone();
        let ping = engine.homeserver.ping(&engine.config.appservice.id);
        let reached = match timeout(PATIENCE, ping).await {
            Ok(answer) => answer.map(drop),
            Err(_) => Err(SendError::Uncertain),
        };
        let halted = lock(&engine.halted).clone().into_iter().collect();
        Ok(Health {
            whatsapp,
            phone: self.phone(),
            reached,
            astray: timeout(PATIENCE, engine.astray()).await.ok().flatten(),
            lacking: engine.lacking.clone(),
            halted,
            groups: timeout(PATIENCE, engine.group_health())
                .await
                .ok()
                .flatten(),
            queues: Queues::read(&engine.notebook, engine.seats.keys())?,
        })
    }
}

impl Bridge {
    /// Writes a backup into a file, while everything goes on. Says how many bytes it has.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn back_up(&self, file: PathBuf) -> anyhow::Result<u64> {
        let (engine, session) = (self.engine.clone(), self.session.clone());
        let write = move || {
            let notebook = engine.notebook.database();
            backup::write(&engine.config, session.database(), notebook, &file)
        };
        tokio::task::spawn_blocking(write).await?
    }
}

impl Engine {
    async fn astray(&self) -> Option<Vec<String>> {
        let mut astray = Vec::new();
        let server = self.homeserver.identity().server_name();
        for seat in self.seats.values() {
            let alias = format!("#{}:{server}", seat.definition.alias);
            let parsed = <&RoomAliasId>::try_from(alias.as_str()).ok()?;
            let room = self.homeserver.resolve_alias(parsed).await.ok()?;
            if room.as_ref() != Some(&seat.room) {
                astray.push(alias);
            }
        }
        Some(astray)
    }

    async fn group_health(&self) -> Option<GroupHealth> {
        let connector = self.connected().ok()?;
        let there = connector.groups().await.ok()?;
        // An account can't be its own spare: it has taken over.
        let second = self.config.whatsapp.second_admin.as_ref();
        let second = second.filter(|number| !connector.is_own(number));
        let mut health = GroupHealth {
            without_second: second.map(|_| 0),
            ..GroupHealth::default()
        };
        for seat in self.seats.values() {
            let groups = lock(&seat.theme).groups().clone();
            let open = groups
                .into_iter()
                .filter(|(_, standing)| *standing == Standing::Open);
            for (group, _) in open {
                health.open += 1;
                let found = there.iter().find(|info| self.group_id(&info.jid) == group);
                let Some(info) = found else {
                    health.absent += 1;
                    continue;
                };
                if !info.we_are_admin {
                    health.not_admin += 1;
                }
                if info.members.len() > NEARLY_FULL {
                    health.nearly_full.push(self.group_name(&group));
                }
                let leads = |member: &whatsapp::Member| {
                    member.admin && member.number.is_some() && member.number.as_ref() == second
                };
                if let Some(without) = &mut health.without_second
                    && !info.members.iter().any(leads)
                {
                    *without += 1;
                }
            }
        }
        Some(health)
    }
}
