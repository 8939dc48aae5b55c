//! How groups look: name and description follow the plan. What people changed by hand since is theirs, until the plan changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use civic::{GroupId, Standing, ThemeDefinition};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use vault::{Batch, VaultError};
use whatsapp::{Connector, GroupInfo, SendError};

use super::entries::KnownGroup;
use super::groups::GroupError;
use super::{Engine, lock};

/// What the bridge last gave a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Looks {
    name: Named,
    description: Option<String>,
}

/// Who named a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Named {
    /// Nobody remembers.
    #[default]
    Unknown,
    /// People, before the bridge came.
    ByPeople,
    /// The bridge, after its theme.
    After { title: String, number: u32 },
}

impl Named {
    /// The name by which the bridge calls groups of this title, if it is one.
    fn of(subject: &str, title: &str) -> Self {
        let number = match subject.strip_prefix(title) {
            Some("") => Some(1),
            Some(rest) => rest
                .strip_prefix(' ')
                .and_then(|number| number.parse().ok())
                .filter(|number| *number > 1),
            None => None,
        };
        match number {
            Some(number) => Self::After {
                title: title.to_owned(),
                number,
            },
            None => Self::Unknown,
        }
    }

    /// The name that a group gets now: its number stays, where no other group has it.
    fn next(&self, title: &str, taken: &BTreeSet<String>) -> Option<String> {
        let Self::After {
            title: before,
            number,
        } = self
        else {
            return None;
        };
        let mut wanted = std::iter::once(*number).chain(1..);
        (before != title).then(|| {
            let free = wanted.find_map(|number| {
                let subject = numbered(title, number);
                (!taken.contains(&subject)).then_some(subject)
            });
            free.unwrap_or_else(|| title.to_owned())
        })
    }
}

/// A theme's name, with a number from its second group on.
pub(super) fn numbered(title: &str, number: u32) -> String {
    match number {
        1 => title.to_owned(),
        number => format!("{title} {number}"),
    }
}

impl Engine {
    /// Notes that the bridge opened a group with this name and description.
    pub(super) async fn note_opened(
        &self,
        group: &GroupId,
        theme: &ThemeDefinition,
        info: &GroupInfo,
    ) -> Result<(), VaultError> {
        let looks = Looks {
            name: Named::of(&info.subject, theme.name.get(self.config.language)),
            description: Some(self.group_description(theme)),
        };
        self.note_looks(group, &looks).await
    }

    /// Notes that a group had its name before the bridge came.
    pub(super) async fn note_adopted(&self, group: &GroupId) -> Result<(), VaultError> {
        let mut looks = self.looks(group)?;
        looks.name = Named::ByPeople;
        self.note_looks(group, &looks).await
    }

    pub(super) async fn note_described(
        &self,
        group: &GroupId,
        description: &str,
    ) -> Result<(), VaultError> {
        let mut looks = self.looks(group)?;
        looks.description = Some(description.to_owned());
        self.note_looks(group, &looks).await
    }

    /// Gives groups the name and the description that the plan has for them, for ever: at each sign that something about a
    /// group or the connection became known. Where nothing is to be given, WhatsApp is asked nothing.
    pub(crate) async fn follow_the_plan(self: Arc<Self>) {
        let mut tidings = self.tidings.subscribe();
        let mut refused = BTreeSet::new();
        loop {
            for (group, known, theme) in self.groups_in_the_plan() {
                if refused.contains(&group) {
                    continue;
                }
                match self.dress(&group, &known, &theme).await {
                    Ok(()) => {}
                    Err(GroupError::Notebook(error)) => return self.fail(&error).await,
                    Err(error @ GroupError::WhatsApp(SendError::Rejected { .. })) => {
                        tracing::warn!(%error, theme = %theme.slug, "a group did not get the name or the description of its theme; the next start tries again");
                        refused.insert(group);
                    }
                    Err(error) => {
                        tracing::debug!(%error, "a group's looks wait for the connection");
                    }
                }
            }
            if tidings.changed().await.is_err() {
                return;
            }
        }
    }

    /// The open groups that are found, and their themes.
    fn groups_in_the_plan(&self) -> Vec<(GroupId, KnownGroup, ThemeDefinition)> {
        let found = |group: GroupId| {
            let groups = lock(&self.groups);
            let seated = groups.get(&group)?;
            let theme = self.seats.get(&seated.theme)?.definition.clone();
            Some((group, seated.known.clone()?, theme))
        };
        let states = self.group_states().into_iter();
        states
            .filter(|state| state.standing == Standing::Open)
            .filter_map(|state| found(state.group))
            .collect()
    }

    async fn dress(
        &self,
        group: &GroupId,
        known: &KnownGroup,
        theme: &ThemeDefinition,
    ) -> Result<(), GroupError> {
        let title = theme.name.get(self.config.language);
        let description = self.group_description(theme);
        let mut looks = self.looks(group)?;
        if looks.name == Named::Unknown {
            looks.name = Named::of(&known.subject, title);
        }
        let subject = looks.name.next(title, &self.subjects_but(group));
        let described = looks.description.as_ref() == Some(&description);
        if (described && subject.is_none()) || !self.administers(known) {
            return Ok(());
        }
        let connector = self.connected()?;
        let info = connector.group(&known.jid).await?;
        if let Some(subject) = subject {
            if info.subject != subject {
                connector.set_subject(&known.jid, &subject).await?;
                self.pause_after_a_change().await;
            }
            looks.name = Named::of(&subject, title);
            self.note_looks(group, &looks).await?;
        }
        if !described {
            if info.description.as_ref() != Some(&description) {
                connector.set_description(&known.jid, &description).await?;
                self.pause_after_a_change().await;
            }
            looks.description = Some(description);
            self.note_looks(group, &looks).await?;
        }
        Ok(())
    }

    /// Changes of all groups together come as slowly as messages in one: many at once would look like a machine's.
    async fn pause_after_a_change(&self) {
        let a_minute = Duration::from_secs(60);
        sleep(a_minute / self.config.whatsapp.group_per_minute.max(1)).await;
    }

    fn subjects_but(&self, group: &GroupId) -> BTreeSet<String> {
        let groups = lock(&self.groups);
        let others = groups.iter().filter(|(other, _)| *other != group);
        others
            .filter_map(|(_, seat)| Some(seat.known.as_ref()?.subject.clone()))
            .collect()
    }

    /// Whether the bridge's account is an admin of a group.
    fn administers(&self, known: &KnownGroup) -> bool {
        let connector = self.connector.get();
        let is_us = |connector: &Connector, member: &String| {
            let person = &known.people[member];
            let (lid, number) = (person.lid.as_ref(), person.number.as_ref());
            (lid.is_some() && lid == connector.own_lid().as_ref())
                || number.is_some_and(|number| connector.is_own(number))
        };
        let mut admins = known.admins.iter();
        connector.is_some_and(|connector| admins.any(|admin| is_us(connector, admin)))
    }

    fn looks(&self, group: &GroupId) -> Result<Looks, VaultError> {
        let note = self.notebook.note(&name_of_note(group))?;
        let looks = note.and_then(|note| serde_json::from_slice(&note).ok());
        Ok(looks.unwrap_or_default())
    }

    async fn note_looks(&self, group: &GroupId, looks: &Looks) -> Result<(), VaultError> {
        let note = serde_json::to_vec(looks).expect("looks have a JSON form");
        let mut batch = Batch::new();
        self.notebook
            .put_note(&mut batch, &name_of_note(group), &note);
        self.notebook.commit(batch).await
    }
}

fn name_of_note(group: &GroupId) -> String {
    format!("looks of {group}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(before: &Named, title: &str, taken: &[&str]) -> Option<String> {
        let taken = taken.iter().map(|subject| (*subject).to_owned()).collect();
        before.next(title, &taken)
    }

    #[test]
    fn a_group_keeps_its_number_when_its_theme_is_renamed() {
        let first = Named::of("Agua", "Agua");
        let second = Named::of("Agua 2", "Agua");
        assert_eq!(next(&first, "Agua", &[]), None, "nothing changed");
        assert_eq!(next(&first, "Ríos", &["Agua 2"]).unwrap(), "Ríos");
        assert_eq!(next(&second, "Ríos", &["Ríos"]).unwrap(), "Ríos 2");
        assert_eq!(
            next(&second, "Ríos", &["Ríos 2", "Ríos"]).unwrap(),
            "Ríos 3"
        );
    }

    #[test]
    fn what_people_named_keeps_its_name() {
        for named in [
            Named::ByPeople,
            Named::Unknown,
            Named::of("Vecinas", "Agua"),
            Named::of("Agua limpia", "Agua"),
            Named::of("Agua 1", "Agua"),
        ] {
            assert_eq!(next(&named, "Ríos", &[]), None, "{named:?}");
        }
    }
}
