//! The engine: what was heard goes through its theme into the lanes, and is carried out.
//!
//! *Architecture invariant:* nothing is acknowledged before it is in the notebook and on the disk; an inbox entry
//! goes out in the same write in which its effects come in; an effect's id is derived from its source alone.

mod act;
mod answers;
mod carry;
mod did;
mod digest;
mod direct;
mod doors;
mod entries;
mod fold;
mod group_records;
mod groups;
mod health;
mod intake;
mod invitations;
mod lane;
mod letters;
mod look_back;
mod looks;
mod moderation;
mod notebook;
mod numbers;
mod only_told;
mod own_quotes;
mod pace;
mod people;
mod perform;
mod perform_changes;
mod perform_in_group;
mod phone;
mod proposals;
mod quotes;
mod reactions;
mod start;
pub(crate) mod successor;
mod talk;
mod tangents;
mod theme_queue;
mod ties;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use civic::{GroupId, Leg, Persons, Theme, ThemeDefinition, ThemeSlug, Timestamp, Trusted};
use futures_util::FutureExt;
use matrix::Homeserver;
use ruma::{OwnedRoomId, OwnedUserId};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use vault::Key;
use whatsapp::{Connector, KnownNumbers};

use crate::clock;
use crate::config::Config;
use entries::KnownGroup;
use fold::{RECALLS, YES};
use lane::Lane;
use look_back::Told;
use pace::Flood;
use people::People;

pub use groups::{GroupError, GroupState};
pub(crate) use health::Queues;
pub use health::{GroupHealth, Health, Waiting};
pub use letters::{Letter, Retried};
pub use moderation::EraseError;
pub(crate) use notebook::Notebook;
pub use only_told::{OnlyTold, in_words as only_told_in_words};
pub use phone::PhoneSilence;
pub(crate) use start::open_session;
pub use start::{Bridge, Progress, StartError, Step};

/// How long a task that panicked rests.
const AFTER_A_PANIC: Duration = Duration::from_secs(1);

/// Everything the bridge works with. One for a process.
pub(crate) struct Engine {
    config: Config,
    key: Key,
    notebook: Notebook,
    people: Mutex<People>,
    /// Whose accounts on both networks are one person's, and who has offered to say so.
    persons: Mutex<Persons>,
    homeserver: Homeserver,
    /// The plan's space.
    space: OwnedRoomId,
    /// The plan's log of moderation.
    log: OwnedRoomId,
    /// The plan's list of suspensions.
    policies: OwnedRoomId,
    /// Held while that is written: what one theme knows must not overtake what another has told.
    listing: tokio::sync::Mutex<()>,
    /// Who is trusted beyond a theme.
    trusted: Mutex<Trusted>,
    seats: BTreeMap<ThemeSlug, Arc<Seat>>,
    /// The themes' rooms, and those that they replaced.
    rooms: BTreeMap<OwnedRoomId, ThemeSlug>,
    groups: Mutex<BTreeMap<GroupId, GroupSeat>>,
    /// Whose numbers must not be typed out into a room: everybody's in any group.
    numbers: Mutex<Arc<KnownNumbers>>,
    connector: OnceLock<Connector>,
    /// Counts what becomes known of the groups and the connection, for lanes that wait for it.
    tidings: watch::Sender<u64>,
    /// Whether what people chose is to be asked from the homeserver: the notebook is younger than the rooms.
    recalls: bool,
    /// How much of each person is taken for the groups.
    flood: Mutex<Flood>,
    /// Who was told of a failure.
    failures: Mutex<Flood>,
    /// What was told by a line only since the start.
    only_told: Mutex<OnlyTold>,
    /// The ways into the groups.
    doors: doors::Doors,
    /// Invitations of ghosts to rooms that are not their themes'.
    invitations: invitations::Invitations,
    /// Rung when somebody may have invited the bot to talk alone.
    invited: Notify,
    /// Rung when somebody is to be invited to a theme's room.
    inviting: Notify,
    /// How much is refused in each place.
    refusals: Mutex<Flood>,
    /// Who was told that the bridge does not talk.
    hushed: Mutex<Flood>,
    /// Held while a group is opened.
    opening: tokio::sync::Mutex<()>,
    /// Held from looking whether a source is known until it is written: the same thing may be told twice at once.
    intake: Mutex<()>,
    /// What the homeserver has told. Held while a transaction is taken in, or a room looked at.
    told: tokio::sync::Mutex<Told>,
    /// What the bridge may not do in its rooms, in words for the operator.
    lacking: Vec<String>,
    /// Rooms that were replaced by ones that the bridge can't follow to.
    ended: BTreeSet<OwnedRoomId>,
    /// Themes whose records are refused, and why.
    halted: Mutex<BTreeMap<ThemeSlug, String>>,
    /// What is known of the account's phone, where there is one.
    phone: Mutex<Option<phone::Heard>>,
    /// Whether the bridge has to begin anew, because its rooms are others now.
    anew: watch::Sender<bool>,
    /// Why nothing can be kept any more.
    failed: watch::Sender<Option<String>>,
    tasks: Mutex<JoinSet<()>>,
}

/// A theme, where it is talked about, and what waits for it.
pub(crate) struct Seat {
    definition: ThemeDefinition,
    room: OwnedRoomId,
    theme: Mutex<Theme>,
    /// What Matrix people call themselves in this room.
    names: Mutex<BTreeMap<OwnedUserId, Option<String>>>,
    /// Who knocks at the room.
    knocking: Mutex<BTreeMap<OwnedUserId, Option<String>>>,
    bell: Notify,
    /// Held from when what was decided can be found in a lane until the theme has taken it over.
    deciding: tokio::sync::Mutex<()>,
    lanes: Mutex<BTreeMap<Leg, Arc<Lane>>>,
}

/// A group that a theme has.
struct GroupSeat {
    theme: ThemeSlug,
    /// Its address, once it is known.
    known: Option<KnownGroup>,
}

impl Engine {
    /// Sets a task going. Should it panic, it is set going again: one bug must not end a theme for good.
    fn spawn<F>(&self, task: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        lock(&self.tasks).spawn(async move {
            while AssertUnwindSafe(task()).catch_unwind().await.is_err() {
                tokio::time::sleep(AFTER_A_PANIC).await;
            }
        });
    }

    /// Tells that nothing more can be kept, and never returns: the process has to stop. The database takes no more writes
    /// once one has failed, and going on would say things twice.
    async fn fail(&self, error: &vault::VaultError) {
        self.note_failure(error);
        std::future::pending::<()>().await;
    }

    /// Does something whenever this is rung, for ever; and again after a pause, for as long as some of it is open.
    async fn whenever_rung<Open: Future<Output = Result<bool, vault::VaultError>>>(
        self: Arc<Self>,
        bell: fn(&Self) -> &Notify,
        pause: Duration,
        some_is_open: impl Fn(Arc<Self>) -> Open,
    ) {
        loop {
            let open = match some_is_open(self.clone()).await {
                Ok(open) => open,
                Err(error) => {
                    self.fail(&error).await;
                    continue;
                }
            };
            let rung = bell(&self).notified();
            match open {
                false => rung.await,
                true => drop(timeout(pause, rung).await),
            }
        }
    }

    fn note_failure(&self, error: &vault::VaultError) {
        tracing::error!(%error, "the notebook failed; the bridge stops, and nothing is lost");
        self.failed.send_replace(Some(error.to_string()));
    }

    /// Whether it is time to tell a person that their words could not be delivered. Says yes once in a while.
    fn tells_of_failure(&self, entry: &entries::Outgoing) -> bool {
        let speaker = entry.speaker.as_deref().unwrap_or_default();
        lock(&self.failures).tells(clock::now(), speaker)
    }

    /// What time it is for those who speak: by the homeserver's clock, which stamps what they say, and by ours only as
    /// long as the homeserver has not told. What is late, or too old to be changed, must not depend on a clock that was
    /// set wrong.
    fn time_of_words(&self) -> Timestamp {
        self.homeserver.now().unwrap_or_else(clock::now)
    }

    /// The keyed id of a WhatsApp group.
    fn group_id(&self, jid: &whatsapp::GroupJid) -> GroupId {
        vault::base32_16(&self.key.id("group", &[jid.expose().as_bytes()]))
            .parse()
            .expect("base32_16 gives what a group id is made of")
    }

    /// The keyed id of something that was heard.
    fn source(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.key.id("source", parts)
    }

    /// The keyed id of something to be done about a source.
    fn effect(&self, source: &[u8; 32], what: &str) -> String {
        vault::base32_16(&self.key.id("effect", &[source, what.as_bytes()]))
    }

    /// Keeps something that the bridge tells itself, and rings its theme.
    async fn tell_theme(
        &self,
        theme: &ThemeSlug,
        source: [u8; 32],
        what: entries::Kept,
        now: Timestamp,
    ) -> Result<(), vault::VaultError> {
        {
            let _one_at_a_time = lock(&self.intake);
            if self.notebook.knows(&source)? {
                return Ok(());
            }
            let mut batch = vault::Batch::new();
            let incoming = entries::Incoming::new(source, theme, what);
            self.notebook.take_in(&mut batch, now, &incoming);
            self.notebook.apply(batch)?;
        }
        self.notebook.flush().await?;
        if let Some(seat) = self.seats.get(theme) {
            seat.bell.notify_one();
        }
        Ok(())
    }
}

/// A lock whose holder can't have left anything half done: nothing that panics is done under one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
