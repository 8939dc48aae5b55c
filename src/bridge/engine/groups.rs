//! The groups of the themes: opened, adopted, watched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use civic::{GroupId, Standing, ThemeSlug, Timestamp};
use url::Url;
use vault::{Batch, VaultError};
use whatsapp::{GroupInfo, GroupJid, KnownNumbers, Person, SendError, Status};

use super::entries::{Kept, KnownGroup, StoredChoice};
use super::looks::numbered;
use super::perform::choice_type;
use super::{Engine, GroupSeat, lock};
use crate::clock;

/// Why a group could not be opened or adopted. Displays what to do.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The plan has no such theme.
    #[error("There is no theme \"{0}\". The themes are: {1}.")]
    NoSuchTheme(String, String),
    /// Groups that are opened fast get an account banned.
    #[error(
        "WhatsApp takes offence at groups opened in a row. Open the next one in {0} minutes (or change whatsapp.group_open_every_minutes, at your own risk)."
    )]
    TooSoon(i64),
    /// WhatsApp is not connected.
    #[error("WhatsApp is not connected: {0}.")]
    NotConnected(Status),
    /// WhatsApp did not do it.
    #[error(transparent)]
    WhatsApp(#[from] SendError),
    /// The group belongs to another theme.
    #[error("That group is joined to the theme \"{0}\" already.")]
    AnotherTheme(ThemeSlug),
    /// The notebook failed.
    #[error(transparent)]
    Notebook(#[from] VaultError),
}

/// A group as an operator sees it.
#[derive(Debug, Clone)]
pub struct GroupState {
    /// Its theme.
    pub theme: ThemeSlug,
    /// Its opaque id.
    pub group: GroupId,
    /// Its subject on WhatsApp.
    pub subject: String,
    /// How it stands with its theme.
    pub standing: Standing,
}

/// How long to wait before something is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// Note: when the last group was opened.
const LAST_OPENED: &str = "last group opened";
/// Note: the subject of the group that is being opened.
const OPENING: &str = "group being opened";

impl Engine {
    /// Opens a new group for a theme and gives its invitation link.
    pub(crate) async fn open_group(&self, theme: &str) -> Result<Url, GroupError> {
        let slug = self.theme_called(theme)?;
        let connector = self.connected()?;
        let _one_at_a_time = self.opening.lock().await;
        self.mind_the_pace()?;
        let seat = &self.seats[&slug];
        let title = seat.definition.name.get(self.config.language);
        let subject = self.free_subject(title);
        let description = self.group_description(&seat.definition);
        let second_admin = self.config.whatsapp.second_admin.as_ref();
        let info = match self.left_half_opened(&subject).await? {
            Some(info) => info,
            None => {
                self.note_opening(Some(&subject), clock::now()).await?;
                connector
                    .open_group(&subject, &description, second_admin)
                    .await?
            }
        };
        let group = self.know_group(&slug, &info).await?;
        self.note_opened(&group, &seat.definition, &info).await?;
        let source = self.source(&[b"opened", group.as_str().as_bytes()]);
        let now = clock::now();
        self.tell_theme(
            &slug,
            source,
            Kept::Opened {
                group: group.to_string(),
            },
            now,
        )
        .await?;
        self.note_opening(None, now).await?;
        Ok(connector.invite_link(&info.jid).await?)
    }

    /// Joins a group that exists, and tells it that it will become part of the theme's conversation.
    pub(crate) async fn adopt_group(&self, theme: &str, link: &str) -> Result<GroupId, GroupError> {
        let slug = self.theme_called(theme)?;
        let info = self.connected()?.join_by_link(link).await?;
        let group = self.group_id(&info.jid);
        if let Some(other) = lock(&self.groups)
            .get(&group)
            .filter(|known| known.theme != slug)
        {
            return Err(GroupError::AnotherTheme(other.theme.clone()));
        }
        self.know_group(&slug, &info).await?;
        self.note_adopted(&group).await?;
        let now = clock::now();
        let source = self.source(&[b"adopted", group.as_str().as_bytes(), &now.0.to_be_bytes()]);
        let wait_hours = self.config.whatsapp.adoption_wait_hours;
        self.tell_theme(
            &slug,
            source,
            Kept::Adopted {
                group: group.to_string(),
                wait_hours,
            },
            now,
        )
        .await?;
        Ok(group)
    }

    /// The standing invitation link of each open group of a theme.
    pub(crate) async fn group_links(&self, theme: &str) -> Result<Vec<Url>, GroupError> {
        let slug = self.theme_called(theme)?;
        let connector = self.connected()?;
        let mut links = Vec::new();
        for group in self
            .group_states()
            .into_iter()
            .filter(|group| group.theme == slug)
        {
            if let (Standing::Open, Some(jid)) = (group.standing, self.address_of(&group.group)) {
                links.push(connector.invite_link(&jid).await?);
            }
        }
        Ok(links)
    }

    /// All groups, theme by theme.
    pub(crate) fn group_states(&self) -> Vec<GroupState> {
        let of = |seat: &Arc<super::Seat>| {
            let groups = lock(&seat.theme).groups().clone();
            let theme = seat.slug().clone();
            groups.into_iter().map(move |(group, standing)| GroupState {
                subject: self.group_name(&group),
                theme: theme.clone(),
                group,
                standing,
            })
        };
        self.seats.values().flat_map(of).collect()
    }

    /// Watches the groups, for ever: who comes and goes, and whether we are still in them.
    pub(crate) async fn watch_groups(self: Arc<Self>) {
        let Some(connector) = self.connector.get() else {
            return;
        };
        let hints = connector.hints();
        loop {
            let group = hints.next().await.group;
            self.forget_link(&group).await;
            if let Err(error) = self.look_at(&group).await {
                tracing::warn!(%error, "a group could not be looked at; the next sign of change tries again");
            }
        }
    }

    /// Watches the connection, for ever: says what it becomes, and looks at all groups when it is there.
    pub(crate) async fn watch_connection(self: Arc<Self>) {
        let Some(connector) = self.connector.get() else {
            return;
        };
        let mut status = connector.status();
        loop {
            let now = status.borrow_and_update().clone();
            match &now {
                Status::Connected => {
                    tracing::info!("{now}");
                    self.find_groups().await;
                }
                Status::Starting | Status::Disconnected => tracing::info!("{now}"),
                _ => tracing::error!("{now}"),
            }
            if status.changed().await.is_err() {
                return;
            }
        }
    }

    /// Matches the account's groups with those that the rooms tell of, by their keyed ids.
    async fn find_groups(&self) {
        let Ok(connector) = self.connected() else {
            return;
        };
        let groups = loop {
            match connector.groups().await {
                Ok(groups) => break groups,
                Err(SendError::NotSending(_)) => return,
                Err(_) if *connector.status().borrow() != Status::Connected => return,
                Err(error) => {
                    tracing::warn!(%error, "the account's groups could not be read; trying again");
                    tokio::time::sleep(ASK_AGAIN).await;
                }
            }
        };
        for info in &groups {
            if let Err(error) = self.take_over(info).await {
                return self.fail(&error).await;
            }
        }
        self.look_for_lost(&groups).await;
        self.tidings.send_modify(|count| *count += 1);
    }

    /// Looks at those groups of ours that the account no longer lists.
    async fn look_for_lost(&self, listed: &[GroupInfo]) {
        let lost: Vec<GroupJid> = {
            let groups = lock(&self.groups);
            let known = groups
                .values()
                .filter_map(|seat| Some(seat.known.as_ref()?.jid.clone()));
            known
                .filter(|jid| !listed.iter().any(|info| info.jid == *jid))
                .collect()
        };
        for jid in lost {
            if let Err(error) = self.look_at(&jid).await {
                tracing::warn!(%error, "a group that the account no longer lists could not be looked at");
            }
        }
    }

    async fn look_at(&self, jid: &GroupJid) -> Result<(), GroupError> {
        let Some(theme) = self.theme_of(&self.group_id(jid)) else {
            return Ok(());
        };
        match self.connected()?.group(jid).await {
            Ok(info) => self.take_over(&info).await?,
            Err(SendError::Rejected {
                code: 401 | 403 | 404,
                ..
            }) => {
                let group = self.group_id(jid);
                tracing::warn!(%theme, "the bridge is no longer in a group of the theme");
                let source = self.source(&[
                    b"lost",
                    group.as_str().as_bytes(),
                    &clock::now().0.to_be_bytes(),
                ]);
                self.tell_theme(
                    &theme,
                    source,
                    Kept::Lost {
                        group: group.to_string(),
                    },
                    clock::now(),
                )
                .await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Takes over what a group of ours is called and who is in it.
    async fn take_over(&self, info: &GroupInfo) -> Result<(), VaultError> {
        let group = self.group_id(&info.jid);
        self.let_go(info).await?;
        let Some(theme) = self.theme_of(&group) else {
            return Ok(());
        };
        self.know_group(&theme, info).await?;
        self.mind_the_room(&theme);
        let known = lock(&self.groups)
            .get(&group)
            .and_then(|seat| seat.known.clone());
        let present = known.map(|known| known.people.into_keys().collect());
        let present = present.unwrap_or_default();
        let now = clock::now();
        let moment = now.0.to_be_bytes();
        let source = self.source(&[b"members", group.as_str().as_bytes(), &moment]);
        let told = Kept::Members {
            group: group.to_string(),
            present,
        };
        self.tell_theme(&theme, source, told, now).await?;
        let seat = &self.seats[&theme];
        self.look_to_admins(seat, &group, info).await;
        if info.we_are_admin {
            self.catch_up_there(seat, &group).await?;
        }
        self.look_who_asks(seat, &group, info).await
    }

    pub(super) fn theme_of(&self, group: &GroupId) -> Option<ThemeSlug> {
        lock(&self.groups)
            .get(group)
            .map(|known| known.theme.clone())
    }

    /// Takes over a group's address, name and members.
    async fn know_group(&self, theme: &ThemeSlug, info: &GroupInfo) -> Result<GroupId, VaultError> {
        let id = self.group_id(&info.jid);
        let mut batch = Batch::new();
        let (mut people, mut admins) = (BTreeMap::new(), BTreeSet::new());
        for member in &info.members {
            let person = Person {
                lid: member.lid.clone(),
                number: member.number.clone(),
            };
            let Some(known) = self.member_of(&mut batch, &person)? else {
                continue;
            };
            if member.admin {
                admins.insert(known.to_string());
            }
            people.insert(known.to_string(), person);
        }
        let known = KnownGroup {
            jid: info.jid.clone(),
            theme: theme.to_string(),
            subject: whatsapp::redact_log(&info.subject).into_owned(),
            people,
            admins,
        };
        self.notebook.keep_group(&mut batch, &id, &known);
        let called = lock(&self.groups)
            .get(&id)
            .and_then(|seat| Some(seat.known.as_ref()?.subject.clone()));
        let recorded = self.seats.get(theme).filter(|seat| {
            let theme = lock(&seat.theme);
            theme.groups().contains_key(&id) && called.as_ref() != Some(&known.subject)
        });
        if let Some(seat) = recorded {
            self.record_name(&mut batch, seat, &id);
        }
        self.notebook.commit(batch).await?;
        let seat = GroupSeat {
            theme: theme.clone(),
            known: Some(known),
        };
        lock(&self.groups).insert(id.clone(), seat);
        if let Some(seat) = recorded {
            seat.ring_room();
        }
        self.gather_numbers();
        self.tidings.send_modify(|count| *count += 1);
        Ok(id)
    }

    /// Gathers the numbers and LIDs of everybody in any group, and the bridge's own.
    pub(crate) fn gather_numbers(&self) {
        let mut numbers = KnownNumbers::default();
        let second_admin = self.config.whatsapp.second_admin.iter();
        second_admin.for_each(|number| numbers.insert(number));
        let own = self.connector.get().and_then(whatsapp::Connector::own_lid);
        own.iter().for_each(|lid| numbers.insert_lid(lid));
        let groups = lock(&self.groups);
        let known = groups.values().filter_map(|seat| seat.known.as_ref());
        for person in known.flat_map(|known| known.people.values()) {
            let (lid, number) = (person.lid.iter(), person.number.iter());
            number.for_each(|number| numbers.insert(number));
            lid.for_each(|lid| numbers.insert_lid(lid));
        }
        drop(groups);
        *lock(&self.numbers) = Arc::new(numbers);
    }

    pub(crate) fn address_of(&self, group: &GroupId) -> Option<GroupJid> {
        lock(&self.groups)
            .get(group)?
            .known
            .as_ref()
            .map(|known| known.jid.clone())
    }

    pub(crate) fn group_name(&self, group: &GroupId) -> String {
        let groups = lock(&self.groups);
        let known = groups.get(group).and_then(|seat| seat.known.as_ref());
        known.map_or_else(|| "WhatsApp".to_owned(), |known| known.subject.clone())
    }

    /// What a person chose before the notebook was lost, asked once, before they are heard.
    pub(crate) async fn recall_choice(&self, what: &Kept) -> Result<(), VaultError> {
        let Kept::Talk(talk) = what else {
            return Ok(());
        };
        let Ok(member) = talk.member.parse() else {
            return Ok(());
        };
        let known = lock(&self.people)
            .get(&member)
            .is_some_and(|person| person.recalled);
        if !self.recalls || known {
            return Ok(());
        }
        let stored = loop {
            match self
                .homeserver
                .account_data(self.homeserver.bot(), &choice_type(&talk.member))
                .await
            {
                Ok(stored) => break stored,
                Err(error) => {
                    // Whoever stays out must not be carried because the homeserver gave no answer.
                    tracing::warn!(%error, "what a person chose could not be asked; trying again before they are heard");
                    tokio::time::sleep(ASK_AGAIN).await;
                }
            }
        };
        let choice: StoredChoice = stored
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
        let mut batch = Batch::new();
        lock(&self.people).recall(&self.notebook, &mut batch, &member, choice);
        self.notebook.commit(batch).await
    }

    pub(super) fn theme_called(&self, name: &str) -> Result<ThemeSlug, GroupError> {
        let fits = |seat: &&Arc<super::Seat>| {
            seat.slug().as_str() == name || seat.definition.code.as_str().eq_ignore_ascii_case(name)
        };
        let all = || {
            self.seats
                .keys()
                .map(ThemeSlug::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found = self.seats.values().find(fits);
        found
            .map(|seat| seat.slug().clone())
            .ok_or_else(|| GroupError::NoSuchTheme(name.to_owned(), all()))
    }

    pub(crate) fn connected(&self) -> Result<&whatsapp::Connector, GroupError> {
        let connector = self
            .connector
            .get()
            .ok_or(GroupError::NotConnected(Status::Starting))?;
        let status = connector.status().borrow().clone();
        match status {
            Status::Connected => Ok(connector),
            other => Err(GroupError::NotConnected(other)),
        }
    }

    fn mind_the_pace(&self) -> Result<(), GroupError> {
        let every = i64::from(self.config.whatsapp.group_open_every_minutes) * 60_000;
        let last = self
            .notebook
            .note(LAST_OPENED)?
            .and_then(|note| note.try_into().ok());
        let next = last.map_or(0, i64::from_be_bytes) + every;
        match clock::until(Timestamp(next), every, clock::now()) {
            Some(wait) => Err(GroupError::TooSoon((wait + 59_999) / 60_000)),
            None => Ok(()),
        }
    }

    /// Notes that a group is being opened now, or that it has been.
    async fn note_opening(&self, subject: Option<&str>, now: Timestamp) -> Result<(), VaultError> {
        let mut batch = Batch::new();
        match subject {
            Some(subject) => {
                let at = now.0.to_be_bytes();
                self.notebook
                    .put_note(&mut batch, OPENING, subject.as_bytes());
                self.notebook.put_note(&mut batch, LAST_OPENED, &at);
            }
            None => self.notebook.drop_note(&mut batch, OPENING),
        }
        self.notebook.commit(batch).await
    }

    /// A group of this subject that was opened just before the bridge stopped, so that it isn't opened twice.
    async fn left_half_opened(&self, subject: &str) -> Result<Option<GroupInfo>, GroupError> {
        if self.notebook.note(OPENING)?.as_deref() != Some(subject.as_bytes()) {
            return Ok(None);
        }
        let groups = self.connected()?.groups().await?;
        let known = |info: &GroupInfo| lock(&self.groups).contains_key(&self.group_id(&info.jid));
        Ok(groups
            .into_iter()
            .find(|info| info.subject == subject && info.we_are_admin && !known(info)))
    }

    /// The theme's name, with a number from its second group on.
    fn free_subject(&self, title: &str) -> String {
        let groups = lock(&self.groups);
        let taken: BTreeSet<_> = groups
            .values()
            .filter_map(|seat| Some(seat.known.as_ref()?.subject.as_str()))
            .collect();
        (1..)
            .map(|number| numbered(title, number))
            .find(|subject| !taken.contains(subject.as_str()))
            .unwrap_or_else(|| title.to_owned())
    }
}
