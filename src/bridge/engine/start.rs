//! Starting and stopping: the homeserver reached, the rooms seen to, the themes folded, everything set going.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use civic::{Leg, Network, ThemeSlug};
use matrix::provision::{self, ProvisionError, Provisioned};
use matrix::registration::RegistrationError;
use matrix::{Homeserver, Registration, SendError, endpoint};
use ruma::OwnedRoomId;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;
use vault::{Batch, Database, Key, VaultError};
use whatsapp::{Connector, ConnectorError, Session, SessionError, Status};

use super::fold::fold;
use super::groups::{GroupError, GroupState};
use super::intake::{MatrixIntake, WhatsAppIntake};
use super::notebook::Notebook;
use super::{Engine, doors, lock, successor, theme_queue};
use crate::clock;
use crate::config::Config;
use crate::doorway::Doorway;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const AN_HOUR: Duration = Duration::from_secs(60 * 60);
/// Of sled's cache for a WhatsApp session.
pub(super) const SESSION_CACHE_BYTES: u64 = 16 << 20;

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
    /// The address for the public pages is taken.
    #[error(
        "The public pages can't be served on {0}: {1}. Is another Aty running? Otherwise change site.listen, or write none there."
    )]
    ListenForPages(std::net::SocketAddr, std::io::Error),
    /// The homeserver refuses us.
    #[error(
        "The homeserver refuses the bridge: {0}. Does it have this registration, and was it restarted since?"
    )]
    Refused(SendError),
    /// Another appservice has the ghosts' names, or the homeserver knows other names of ours.
    #[error(
        "The homeserver gives the bridge no accounts called @{0}…: another bridge's registration lays claim to them, or it has not read this bridge's registration since it was written anew. Let `aty doctor` say what to do."
    )]
    NoGhosts(String),
    /// The rooms can't be brought about.
    #[error("The plan's rooms can't be brought about. {0}")]
    Provision(#[from] ProvisionError),
    /// A room can't be read.
    #[error("A room of the plan can't be read: {0}")]
    Fold(SendError),
    /// The WhatsApp session can't be read.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The account that takes over can't be put in its place.
    #[error(
        "The linked account can't be put into the place of the one before (in the data folder): {0}"
    )]
    Successor(std::io::Error),
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
        let key = config.key()?;
        let notebook = Notebook::open(&config.data.join("notebook"), &key)?;
        let session = match successor::take_office(&config).map_err(StartError::Successor)? {
            // Whoever linked the account has it open for a moment still.
            true => successor::open_soon(&config, &key).await?,
            false => open_session(&config, &key)?,
        };
        let registration = Registration::load(&config.appservice.registration)?;
        let homeserver = homeserver(&config, &registration)?;

        let (open, gate) = watch::channel(None);
        let mut tasks = JoinSet::new();
        serve(&config, &registration, gate, &mut tasks).await?;
        let porch = doors::serve(&config, &mut tasks).await?;
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
        engine.set_going(session.clone()).await?;
        // A transaction that waits for us shows that the homeserver is delivering. Pinged then, Synapse would begin a second
        // delivery beside the first, and the two could overtake each other.
        let delivers = open.receiver_count() > 1;
        open.send_replace(Some(engine.clone()));
        porch.open(engine.clone());
        if !delivers {
            engine.ask_for_delivery().await;
        }
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

    /// Whether nothing waits in inbox or outbox, and nothing is due.
    pub fn is_idle(&self) -> bool {
        let now = clock::now();
        let mut seats = self.engine.seats.values();
        let due = seats.any(|seat| {
            let next = lock(&seat.theme).next_due();
            next.is_some_and(|(at, _)| at <= now)
        });
        !due && self.engine.notebook.is_idle()
    }

    /// Returns when the bridge has to be stopped and started again, because its rooms are others now.
    pub async fn begins_anew(&self) {
        let mut anew = self.engine.anew.subscribe();
        if anew.wait_for(|anew| *anew).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Lets the bridge be stopped and started again.
    pub fn begin_anew(&self) {
        self.engine.anew.send_replace(true);
    }

    /// Returns when nothing can be kept any more, and why: the process then has to stop.
    pub async fn failed(&self) -> String {
        let mut failed = self.engine.failed.subscribe();
        match failed.wait_for(Option::is_some).await {
            Ok(why) => why.clone().unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }

    /// How many things were put aside because they could not be read or sent.
    pub fn dead_letters(&self) -> usize {
        self.engine.notebook.dead_letters()
    }

    /// Stops. What was not done yet stands in the notebook and is done after the next start.
    pub async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *lock(&self.engine.tasks));
        tasks.shutdown().await;
        let mut batch = Batch::new();
        self.engine.keep_phone(&mut batch);
        if let Err(error) = self.engine.notebook.commit(batch).await {
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
    let identity = config
        .appservice
        .identity(&server_name)
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
    let router = endpoint::router(&registration.hs_token, Arc::new(MatrixIntake(gate)))
        .into_make_service_with_connect_info::<SocketAddr>();
    tasks.spawn(async move {
        let doorway = Doorway::new(listener).tap_io(|_| {});
        if let Err(error) = axum::serve(doorway, router).await {
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
        let reached = async {
            match homeserver.whoami().await {
                // A bot that is not registered yet is made by provisioning.
                Err(error) if error.is("M_FORBIDDEN") || error.is("M_EXCLUSIVE") => {}
                known => drop(known?),
            }
            homeserver.lets_us_make_ghosts().await
        };
        match reached.await {
            Ok(true) => return Ok(()),
            Ok(false) => {
                let prefix = homeserver.identity().ghost_prefix().to_owned();
                return Err(StartError::NoGhosts(prefix));
            }
            Err(error) if error.may_pass() => {
                progress.step(Step::WaitingForHomeserver(url));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(StartError::Refused(error)),
        }
    }
}

fn say_what_changed(provisioned: &Provisioned) {
    for change in &provisioned.changed {
        tracing::info!("{change}");
    }
    for lacking in &provisioned.lacking {
        tracing::error!("{lacking}");
    }
    for removed in &provisioned.removed {
        tracing::warn!(room = %removed.room, "the theme \"{}\" is no longer in the plan; its room is left alone", removed.theme);
    }
}

impl Engine {
    /// The ping makes the homeserver deliver at once what it has kept for us.
    async fn ask_for_delivery(&self) {
        let ping = self.homeserver.ping(&self.config.appservice.id);
        if let Err(error) = ping.await {
            tracing::warn!(%error, "the homeserver did not reach the bridge when asked to; see `aty doctor`");
        }
    }

    /// Forgets once a day what nobody repeats any more, and looks each hour whether a new day is to be counted.
    async fn keep_house(self: Arc<Self>) {
        let (mut hourly, mut round) = (tokio::time::interval(AN_HOUR), 0_u32);
        loop {
            hourly.tick().await;
            if round.is_multiple_of(24)
                && let Err(error) = self.notebook.forget_old_sources(clock::now()).await
            {
                self.fail(&error).await;
            }
            if let Err(error) = self.count_participants().await {
                self.fail(&error).await;
            }
            if let Err(error) = self.tell_of_log().await {
                self.fail(&error).await;
            }
            if let Err(error) = self.tell_of_debate().await {
                self.fail(&error).await;
            }
            round = round.wrapping_add(1);
        }
    }

    async fn set_going(self: &Arc<Self>, session: Session) -> Result<(), StartError> {
        let intake = Arc::new(WhatsAppIntake(self.clone()));
        let connector = Connector::start(session, &self.config.whatsapp, intake).await?;
        self.connector
            .set(connector)
            .map_err(drop)
            .expect("it is set going once");
        for seat in self.seats.values() {
            let work = (self.clone(), seat.clone());
            self.spawn(move || theme_queue::run(work.0.clone(), work.1.clone()));
            self.lane(seat, &Leg::Room);
            let mut groups: BTreeSet<_> = lock(&seat.theme).groups().keys().cloned().collect();
            let seated = lock(&self.groups);
            let noted = seated
                .iter()
                .filter(|(_, group)| group.theme == *seat.slug());
            groups.extend(noted.map(|(group, _)| group.clone()));
            drop(seated);
            for group in groups {
                self.lane(seat, &Leg::Group(group));
            }
        }
        if let Some(home) = self.home() {
            for network in [Network::Matrix, Network::WhatsApp] {
                self.lane(home, &Leg::Direct(network));
            }
        }
        lock(&self.tasks).spawn(self.clone().see_to_powers());
        lock(&self.tasks).spawn(self.clone().tell_who_knocks());
        lock(&self.tasks).spawn(self.clone().see_to_policies());
        let engine = self.clone();
        self.spawn(move || engine.clone().look_back_at_times());
        let engine = self.clone();
        self.spawn(move || engine.clone().watch_groups());
        let engine = self.clone();
        self.spawn(move || engine.clone().watch_connection());
        let engine = self.clone();
        self.spawn(move || engine.clone().listen_for_the_phone());
        let engine = self.clone();
        self.spawn(move || engine.clone().keep_house());
        let engine = self.clone();
        self.spawn(move || engine.clone().follow_the_plan());
        let engine = self.clone();
        self.spawn(move || engine.clone().decline_invitations());
        let engine = self.clone();
        self.spawn(move || engine.clone().follow_direct_invitations());
        let engine = self.clone();
        self.spawn(move || engine.clone().invite_people());
        Ok(())
    }
}
