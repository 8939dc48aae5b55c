//! Starting and stopping: the homeserver reached, the rooms seen to, the themes folded, everything set going.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use civic::{Leg, Record, Standing, Theme, ThemeSlug};
use matrix::bridge_info::{self, GroupRecord, GroupStatus};
use matrix::provision::{self, ProvisionError, Provisioned};
use matrix::registration::RegistrationError;
use matrix::{Homeserver, Identity, Registration, SendError, endpoint};
use ruma::OwnedRoomId;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use url::Url;
use vault::{Batch, Database, Key, VaultError};
use whatsapp::{Connector, ConnectorError, KnownNumbers, Session, SessionError, Status};

use super::entries::KnownGroup;
use super::groups::{GroupError, GroupState};
use super::intake::{MatrixIntake, WhatsAppIntake};
use super::notebook::Notebook;
use super::people::People;
use super::{Engine, GroupSeat, Seat, lock, theme_queue};
use crate::clock;
use crate::config::Config;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Of sled's cache for the WhatsApp session.
const SESSION_CACHE_BYTES: u64 = 16 << 20;
/// Note in the notebook: whether it is younger than the rooms.
const RECALLS: &str = "recalls choices";
const YES: &[u8] = b"yes";
const NO: &[u8] = b"no";

/// Why the bridge can't start. Displays what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something at rest can't be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The registration can't be read.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// The registration is not that of this configuration.
    #[error(
        "The registration does not fit the configuration: {0}. Write it anew with `aty registration`, give it to the homeserver, and restart the homeserver."
    )]
    OtherRegistration(String),
    /// The address for the homeserver is taken.
    #[error(
        "The bridge can't listen on {0}: {1}. Is another Aty running? Otherwise change appservice.listen."
    )]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The homeserver refuses us.
    #[error(
        "The homeserver refuses the bridge: {0}. Does it have this registration, and was it restarted since?"
    )]
    Refused(SendError),
    /// The rooms can't be brought about.
    #[error("The plan's rooms can't be brought about. {0}")]
    Provision(#[from] ProvisionError),
    /// A room can't be read.
    #[error("A room of the plan can't be read: {0}")]
    Fold(SendError),
    /// The WhatsApp session can't be read.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The connection to WhatsApp can't be set up.
    #[error(transparent)]
    WhatsApp(#[from] ConnectorError),
    /// The names in the configuration can't be.
    #[error("The configuration can't be used: {0}")]
    Names(String),
}

/// A running bridge.
pub struct Bridge {
    pub(super) engine: Arc<Engine>,
    pub(super) session: Session,
    /// Held by whoever sends something again or drops it, so that nothing goes back twice.
    pub(super) letters: tokio::sync::Mutex<()>,
    space: OwnedRoomId,
}

/// How far the start has come.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// The homeserver does not answer yet.
    WaitingForHomeserver(&'a Url),
    /// So many of the plan's rooms are as they should be.
    Room {
        /// How many.
        done: usize,
        /// Of how many.
        of: usize,
        /// The name of the latest.
        name: &'a str,
    },
}

/// Who is told how far the start has come.
pub trait Progress: Send + Sync {
    /// One step.
    fn step(&self, step: Step<'_>);
}

impl Bridge {
    /// Starts the bridge and returns when it carries messages, as far as WhatsApp lets it.
    ///
    /// # Errors
    /// What can't mend itself; what can is waited for.
    pub async fn start(config: Config, progress: &dyn Progress) -> Result<Self, StartError> {
        let key = Key::open_or_create(&config.key_file)?;
        let notebook = Notebook::open(&config.data.join("notebook"), &key)?;
        let session = open_session(&config, &key)?;
        let registration = Registration::load(&config.appservice.registration)?;
        let homeserver = homeserver(&config, &registration)?;

        let (open, gate) = watch::channel(None);
        let mut tasks = JoinSet::new();
        serve(&config, &registration, gate, &mut tasks).await?;
        reach(&homeserver, &config.homeserver.url, progress).await?;
        let keeper = config.homeserver.keeper();
        let provisioned = loop {
            let step = |step: provision::Step<'_>| {
                progress.step(Step::Room {
                    done: step.done,
                    of: step.of,
                    name: step.name,
                });
            };
            match provision::provision(&homeserver, &config.plan, keeper.as_deref(), step).await {
                Err(error) if error.may_pass() => {
                    tracing::warn!(%error, "trying again");
                    tokio::time::sleep(FIRST_PAUSE * 10).await;
                }
                outcome => break outcome?,
            }
        };
        say_what_changed(&provisioned);
        let space = provisioned.space.clone();
        let engine = Arc::new(fold(config, key, notebook, homeserver, provisioned, tasks).await?);
        engine.notebook.forget_old_sources(clock::now()).await?;
        engine.set_going(session.clone()).await?;
        open.send_replace(Some(engine.clone()));
        // The ping makes the homeserver deliver at once what it has kept for us.
        engine
            .homeserver
            .ping(&engine.config.appservice.id)
            .await
            .map_err(StartError::Refused)?;
        Ok(Self {
            engine,
            session,
            letters: tokio::sync::Mutex::default(),
            space,
        })
    }

    /// The plan's space.
    pub fn space(&self) -> &ruma::RoomId {
        &self.space
    }

    /// The room of each theme.
    pub fn rooms(&self) -> BTreeMap<ThemeSlug, OwnedRoomId> {
        self.engine
            .seats
            .iter()
            .map(|(slug, seat)| (slug.clone(), seat.room.clone()))
            .collect()
    }

    /// How the connection to WhatsApp stands.
    pub fn whatsapp(&self) -> watch::Receiver<Status> {
        self.engine
            .connector
            .get()
            .expect("set going sets it")
            .status()
    }

    /// Opens a new group for a theme (by slug or code) and gives its invitation link.
    ///
    /// # Errors
    /// [`GroupError`].
    pub async fn open_group(&self, theme: &str) -> Result<Url, GroupError> {
        self.engine.open_group(theme).await
    }

    /// Joins an existing group by its invitation link; after the announced wait it is part of the theme.
    ///
    /// # Errors
    /// [`GroupError`].
    pub async fn adopt_group(&self, theme: &str, link: &str) -> Result<(), GroupError> {
        self.engine.adopt_group(theme, link).await.map(drop)
    }

    /// The invitation links of a theme's open groups.
    ///
    /// # Errors
    /// [`GroupError`].
    pub async fn group_links(&self, theme: &str) -> Result<Vec<Url>, GroupError> {
        self.engine.group_links(theme).await
    }

    /// All groups, theme by theme.
    pub fn groups(&self) -> Vec<GroupState> {
        self.engine.group_states()
    }

    /// Whether nothing waits in inbox or outbox.
    pub fn is_idle(&self) -> bool {
        self.engine.notebook.is_idle()
    }

    /// How many things were put aside because they could not be read or sent.
    pub fn dead_letters(&self) -> usize {
        self.engine.notebook.dead_letters()
    }

    /// Stops. What was not done yet stands in the notebook and is done after the next start.
    pub async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *lock(&self.engine.tasks));
        tasks.shutdown().await;
        if let Err(error) = self.engine.notebook.commit(Batch::new()).await {
            tracing::error!(%error, "the notebook could not be closed well");
        }
    }
}

/// The session with WhatsApp, in a database of its own.
pub(crate) fn open_session(config: &Config, key: &Key) -> Result<Session, StartError> {
    let database = Database::open(&config.data.join("session"), key, SESSION_CACHE_BYTES)?;
    Ok(Session::open(database)?)
}

fn homeserver(config: &Config, registration: &Registration) -> Result<Homeserver, StartError> {
    let server_name = config
        .homeserver
        .server_name()
        .ok_or_else(|| StartError::Names("homeserver.server_name".into()))?;
    let identity = Identity::new(&config.appservice.bot, &server_name)
        .map_err(|error| StartError::Names(error.to_string()))?;
    let differences = registration.differences(&config.appservice, &identity);
    if !differences.is_empty() {
        return Err(StartError::OtherRegistration(differences.join("; ")));
    }
    Homeserver::new(&config.homeserver.url, &registration.as_token, identity)
        .map_err(StartError::Refused)
}

async fn serve(
    config: &Config,
    registration: &Registration,
    gate: watch::Receiver<Option<Arc<Engine>>>,
    tasks: &mut JoinSet<()>,
) -> Result<(), StartError> {
    let address = config.appservice.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| StartError::Listen(address, error))?;
    let router = endpoint::router(&registration.hs_token, Arc::new(MatrixIntake(gate)));
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the homeserver can no longer reach the bridge; restart it");
        }
    });
    Ok(())
}

/// Waits until the homeserver answers and knows the bridge.
async fn reach(
    homeserver: &Homeserver,
    url: &Url,
    progress: &dyn Progress,
) -> Result<(), StartError> {
    let mut pause = FIRST_PAUSE;
    loop {
        match homeserver.whoami().await {
            Ok(_) => return Ok(()),
            Err(error) if error.may_pass() => {
                progress.step(Step::WaitingForHomeserver(url));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            // A bot that is not registered yet is made by provisioning.
            Err(error) if error.is("M_FORBIDDEN") || error.is("M_EXCLUSIVE") => return Ok(()),
            Err(error) => return Err(StartError::Refused(error)),
        }
    }
}

fn say_what_changed(provisioned: &Provisioned) {
    for change in &provisioned.changed {
        tracing::info!("{change}");
    }
    for removed in &provisioned.removed {
        tracing::warn!(room = %removed.room, "the theme \"{}\" is no longer in the plan; its room is left alone", removed.theme);
    }
}

/// Folds the themes from their rooms, and from what the notebook has yet to write into them.
async fn fold(
    config: Config,
    key: Key,
    notebook: Notebook,
    homeserver: Homeserver,
    provisioned: Provisioned,
    tasks: JoinSet<()>,
) -> Result<Engine, StartError> {
    let mut people = People::read(&notebook, &key)?;
    let known: BTreeMap<_, _> = notebook.groups()?.into_iter().collect();
    let mut batch = Batch::new();
    let (mut seats, mut groups, mut rooms) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for definition in &config.plan.themes {
        let room = provisioned.rooms[&definition.slug].clone();
        let state = homeserver
            .all_state(&room)
            .await
            .map_err(StartError::Fold)?;
        let mut theme = Theme::new(
            definition.slug.clone(),
            definition.name.get(config.language),
        );
        for record in bridge_info::groups_in(&state, homeserver.bot()) {
            theme.apply(&record_of(record));
        }
        for (_, entry) in notebook.outbox(
            notebook.lane_prefix(&definition.slug, &Leg::Room),
            &[],
            usize::MAX,
        )? {
            if let Some(record) = entry.act.record() {
                theme.apply(&record);
            }
        }
        let mut names = BTreeMap::new();
        for (user, name) in homeserver
            .joined_members(&room)
            .await
            .map_err(StartError::Fold)?
        {
            match homeserver.identity().member_of(&user) {
                Some(member) => {
                    theme.know_ghost(&member, true);
                    let called = name.unwrap_or_default();
                    if people
                        .get(&member)
                        .is_none_or(|person| person.ghost_name.is_none())
                    {
                        people.ghost_is_called(&notebook, &mut batch, &member, &called);
                    }
                }
                None => {
                    names.insert(user, name);
                }
            }
        }
        for (group, standing) in theme.groups() {
            if *standing != Standing::Closed {
                let known: Option<KnownGroup> = known.get(group).cloned();
                groups.insert(
                    group.clone(),
                    GroupSeat {
                        theme: definition.slug.clone(),
                        known,
                        numbers: KnownNumbers::default(),
                    },
                );
            }
        }
        rooms.insert(room.clone(), definition.slug.clone());
        let seat = Seat {
            definition: definition.clone(),
            room,
            theme: Mutex::new(theme),
            names: Mutex::new(names),
            bell: Notify::new(),
            lanes: Mutex::new(BTreeMap::new()),
        };
        seats.insert(definition.slug.clone(), Arc::new(seat));
    }
    let recalls = match notebook.note(RECALLS)? {
        Some(note) => note == YES,
        // A new notebook: did anybody talk here before it?
        None => !groups.is_empty(),
    };
    notebook.put_note(&mut batch, RECALLS, if recalls { YES } else { NO });
    notebook.commit(batch).await?;
    Ok(Engine {
        config,
        key,
        notebook,
        people: Mutex::new(people),
        homeserver,
        seats,
        rooms,
        groups: Mutex::new(groups),
        connector: OnceLock::new(),
        tidings: watch::channel(0).0,
        recalls,
        tasks: Mutex::new(tasks),
    })
}

fn record_of(record: GroupRecord) -> Record {
    let standing = match (record.status, record.open_from) {
        (GroupStatus::Open, _) => Standing::Open,
        (GroupStatus::Closed, _) => Standing::Closed,
        (GroupStatus::Announced, open_from) => Standing::Announced {
            open_from: open_from.unwrap_or(record.since),
        },
    };
    Record::Group {
        group: record.group,
        standing,
        since: record.since,
    }
}

impl Engine {
    async fn set_going(self: &Arc<Self>, session: Session) -> Result<(), StartError> {
        let intake = Arc::new(WhatsAppIntake(self.clone()));
        let connector = Connector::start(session, &self.config.whatsapp, intake).await?;
        self.connector
            .set(connector)
            .map_err(drop)
            .expect("it is set going once");
        for seat in self.seats.values() {
            self.spawn(theme_queue::run(self.clone(), seat.clone()));
            self.lane(seat, &Leg::Room);
            let groups: Vec<_> = lock(&seat.theme).groups().keys().cloned().collect();
            for group in groups {
                self.lane(seat, &Leg::Group(group));
            }
        }
        self.spawn(self.clone().watch_groups());
        self.spawn(self.clone().watch_connection());
        Ok(())
    }
}
