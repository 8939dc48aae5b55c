//! A lane: what is to be done on one leg, in order, tried again until it is done or refused for good.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use civic::{Leg, Network, Notice, Timestamp};
use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use vault::{Batch, VaultError};

use super::act::Act;
use super::entries::{Dead, DeadLetter, Outgoing, Spot, leg, leg_key};
use super::notebook::Prefix;
use super::pace::Pace;
use super::ties::millis;
use super::{Engine, Seat, lock};
use crate::clock;

/// How many entries are looked at to find one that may go now.
const HANDFUL: usize = 64;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long to wait where somebody has to mend something.
const WAIT_FOR_A_PERSON: Duration = Duration::from_secs(30);

/// One leg of a theme, as something to send to.
pub(crate) struct Lane {
    pub(crate) leg: Leg,
    pub(crate) prefix: Prefix,
    /// In a group, what goes before all that is said there, at no pace: what those who moderate do must not wait behind a flood.
    first: Option<Prefix>,
    pub(crate) bell: Notify,
}

impl Lane {
    /// Where an act waits.
    pub(crate) fn prefix_of(&self, act: &Act) -> Prefix {
        self.first
            .filter(|_| act.goes_first())
            .unwrap_or(self.prefix)
    }
}

/// Why an act was not done.
pub(crate) enum Failure {
    /// Not done; try again after this long, or after the usual pause.
    Later(Option<Duration>),
    /// Maybe done; look before trying again.
    Uncertain,
    /// Refused for good.
    Refused(String),
    /// Nothing goes until something is known that is not known yet (a group's address, a connection).
    Waiting,
}

/// What the notebook can't tell or take now is tried again: where it has failed for good, the bridge stops.
impl From<VaultError> for Failure {
    fn from(_: VaultError) -> Self {
        Self::Later(None)
    }
}

impl From<matrix::SendError> for Failure {
    fn from(error: matrix::SendError) -> Self {
        match error {
            matrix::SendError::Transient { retry_after } => Self::Later(retry_after),
            matrix::SendError::Uncertain => Self::Uncertain,
            // The registration is not the homeserver's, or no longer: a person has to mend that, and nothing is lost by
            // waiting for them.
            matrix::SendError::Rejected { ref code, .. }
                if matches!(
                    code.as_str(),
                    "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_EXCLUSIVE"
                ) =>
            {
                tracing::error!(%error, "the homeserver does not know the bridge; see `aty doctor`");
                Self::Later(Some(WAIT_FOR_A_PERSON))
            }
            matrix::SendError::Rejected { .. } => Self::Refused(error.to_string()),
            matrix::SendError::Broken(what) => {
                tracing::error!(
                    what,
                    "the homeserver's answers make no sense; looking before trying again"
                );
                Self::Uncertain
            }
        }
    }
}

impl From<whatsapp::SendError> for Failure {
    fn from(error: whatsapp::SendError) -> Self {
        match error {
            whatsapp::SendError::Transient => Self::Later(None),
            whatsapp::SendError::Uncertain => Self::Uncertain,
            whatsapp::SendError::NotSending(_) => Self::Waiting,
            rejected => Self::Refused(rejected.to_string()),
        }
    }
}

impl Engine {
    /// The lane of a leg; its work begins when it is first asked for.
    pub(crate) fn lane(self: &Arc<Self>, seat: &Arc<Seat>, to: &Leg) -> Arc<Lane> {
        // What is said to somebody alone goes one way, whatever theme it is about.
        let (seat, prefix) = match to.is_direct() {
            true => (self.home().unwrap_or(seat), self.notebook.direct_prefix(to)),
            false => (seat, self.notebook.lane_prefix(seat.slug(), to)),
        };
        let first =
            matches!(to, Leg::Group(_)).then(|| self.notebook.first_prefix(seat.slug(), to));
        let mut lanes = lock(&seat.lanes);
        let begin = || {
            let lane = Arc::new(Lane {
                leg: to.clone(),
                prefix,
                first,
                bell: Notify::new(),
            });
            let work = (self.clone(), seat.clone(), lane.clone());
            self.spawn(move || run(work.0.clone(), work.1.clone(), work.2.clone()));
            lane
        };
        lanes.entry(to.clone()).or_insert_with(begin).clone()
    }
}

/// The work of a lane.
struct Work {
    engine: Arc<Engine>,
    seat: Arc<Seat>,
    lane: Arc<Lane>,
    pace: Pace,
    /// When a refused record is tried again. Those behind it wait with it; what people say does not.
    records_from: Timestamp,
    /// Entries that may have been carried out already: those found at the start, and those without an answer.
    uncertain: BTreeSet<Vec<u8>>,
    pause: Duration,
}

async fn run(engine: Arc<Engine>, seat: Arc<Seat>, lane: Arc<Lane>) {
    let limits = &engine.config.whatsapp;
    let pace = Pace::new(limits.group_per_minute, limits.sender_per_minute);
    let mut work = Work {
        engine,
        seat,
        lane,
        pace,
        records_from: Timestamp(i64::MIN),
        uncertain: BTreeSet::new(),
        pause: FIRST_PAUSE,
    };
    let failed = match work.start() {
        Ok(()) => loop {
            if let Err(error) = work.step().await {
                break error;
            }
        },
        Err(error) => error,
    };
    work.engine.fail(&failed).await;
}

impl Work {
    /// What lies here from before may have been carried out, just not crossed out.
    fn start(&mut self) -> Result<(), VaultError> {
        for prefix in self.lane.first.into_iter().chain([self.lane.prefix]) {
            let left = self.engine.notebook.outbox_keys(prefix)?;
            self.uncertain.extend(left);
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<(), VaultError> {
        self.engine.digest_what_is_late(&self.lane).await?;
        match self.next()? {
            Next::Nothing => self.lane.bell.notified().await,
            Next::At(at) => {
                let wait = Duration::from_millis(u64::try_from(at.0 - clock::now().0).unwrap_or(0));
                let _ = timeout(wait.min(LONGEST_PAUSE), self.lane.bell.notified()).await;
            }
            Next::This(key, entry) => self.attempt(key, *entry).await?,
        }
        Ok(())
    }

    /// What goes first, if anything does; else the first entry that may go now. Whoever speaks too fast waits, and their later words behind their earlier
    /// ones; everybody else goes on.
    fn next(&self) -> Result<Next, VaultError> {
        let (now, mut after, mut soonest) = (clock::now(), Vec::new(), None);
        let mut waiting = BTreeSet::new();
        if let Some(first) = self.lane.first {
            let mut entries = self.engine.notebook.outbox(first, &[], 1)?.into_iter();
            if let Some((key, entry)) = entries.next() {
                return Ok(Next::This(key, Box::new(entry)));
            }
        }
        loop {
            let entries = self
                .engine
                .notebook
                .outbox(self.lane.prefix, &after, HANDFUL)?;
            let Some((last, _)) = entries.last() else {
                break;
            };
            after.clone_from(last);
            for (key, entry) in entries {
                if entry.act.is_record() && self.records_wait(now) {
                    soonest = Some(self.records_from);
                    continue;
                }
                if let Some(due) = entry.waits_until(now) {
                    soonest = soonest.min(Some(due)).or(Some(due));
                    continue;
                }
                // Matrix has no pace.
                if self.lane.leg.network() == Network::Matrix {
                    return Ok(Next::This(key, Box::new(entry)));
                }
                if entry
                    .speaker
                    .as_ref()
                    .is_some_and(|speaker| waiting.contains(speaker))
                {
                    continue;
                }
                let at = self.pace.earliest(now, entry.speaker.as_deref());
                if at <= now {
                    return Ok(Next::This(key, Box::new(entry)));
                }
                if self.pace.group_free_at(now) > now {
                    return Ok(Next::At(at));
                }
                soonest = soonest.min(Some(at)).or(Some(at));
                match entry.speaker {
                    Some(speaker) => waiting.insert(speaker),
                    None => return Ok(Next::At(at)),
                };
            }
        }
        Ok(soonest.map_or(Next::Nothing, Next::At))
    }

    async fn attempt(&mut self, key: Vec<u8>, entry: Outgoing) -> Result<(), VaultError> {
        // What is sent must be on the disk: otherwise it may be decided again, and sent by one who doesn't know.
        self.engine.notebook.flush().await?;
        // Should the crossing-out fail, or this task, the next try looks first.
        let uncertain = !self.uncertain.insert(key.clone()) || entry.again;
        // Much of what is done follows from how the theme stands by then: it has taken over what was decided.
        drop(self.seat.deciding.lock().await);
        // Taken before the attempt, so that what becomes known meanwhile is not missed.
        let mut tidings = self.engine.tidings.subscribe();
        let act =
            AssertUnwindSafe(
                self.engine
                    .perform(&self.seat, &self.lane.leg, &entry, uncertain),
            );
        let outcome = act.catch_unwind().await.unwrap_or_else(|_| {
            Err(Failure::Refused(
                "sending it failed inside the bridge".to_owned(),
            ))
        });
        match outcome {
            Ok(message) => {
                self.pause = FIRST_PAUSE;
                if entry.act.is_record() {
                    lock(&self.engine.halted).remove(self.seat.slug());
                }
                // Most reactions are told by what came before them, or will be by what comes after; and little is quoted.
                let is_silent = matches!(
                    entry.act,
                    Act::Mood { .. } | Act::Gather { .. } | Act::Unquote { .. }
                );
                if (message.is_some() || !is_silent) && !entry.act.goes_first() {
                    self.pace.sent(clock::now(), entry.speaker.as_deref());
                }
                self.cross_out(key, &entry, message.as_deref()).await
            }
            Err(Failure::Refused(_))
                if self.engine.room_is_over(&self.seat, &self.lane.leg).await =>
            {
                self.certain(&key, uncertain);
                self.rest(None).await;
                Ok(())
            }
            Err(Failure::Refused(why)) if entry.act.is_record() => {
                self.certain(&key, uncertain);
                self.halt_records(why);
                Ok(())
            }
            Err(Failure::Refused(why)) => self.bury(key, entry, why).await,
            Err(Failure::Uncertain) => {
                self.rest(None).await;
                Ok(())
            }
            Err(Failure::Later(after)) => {
                self.certain(&key, uncertain);
                self.rest(after).await;
                Ok(())
            }
            Err(Failure::Waiting) => {
                self.certain(&key, uncertain);
                let _ = tidings.changed().await;
                Ok(())
            }
        }
    }

    /// A record that is refused is neither dropped nor overtaken: what follows was decided in the belief that it stands.
    fn halt_records(&mut self, why: String) {
        tracing::error!(theme = %self.seat.slug(), %why, "the theme's record can't be written; see `aty doctor`");
        lock(&self.engine.halted).insert(self.seat.slug().clone(), why);
        self.records_from = Timestamp(clock::now().0.saturating_add(millis(LONGEST_PAUSE)));
    }

    /// Whether a refused record is not to be tried again yet.
    fn records_wait(&self, now: Timestamp) -> bool {
        clock::until(self.records_from, millis(LONGEST_PAUSE), now).is_some()
    }

    /// This try did not reach the network; whatever was known before it still holds.
    fn certain(&mut self, key: &[u8], uncertain: bool) {
        if !uncertain {
            self.uncertain.remove(key);
        }
    }

    /// Waits a while before the next try: longer each time, or as long as was asked for.
    async fn rest(&mut self, asked: Option<Duration>) {
        sleep(asked.unwrap_or(self.pause).min(LONGEST_PAUSE)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    async fn cross_out(
        &mut self,
        key: Vec<u8>,
        entry: &Outgoing,
        message: Option<&str>,
    ) -> Result<(), VaultError> {
        let notebook = &self.engine.notebook;
        let mut batch = Batch::new();
        notebook.done(&mut batch, &key);
        if let (Some(link), Some(message)) = (&entry.link, message) {
            let (theme, leg) = (self.seat.slug().as_str(), leg_key(&self.lane.leg));
            let spot = Spot(message.to_owned());
            notebook.copy_became(&mut batch, theme, link, &leg, &entry.effect, &spot);
        }
        notebook.commit(batch).await?;
        self.uncertain.remove(&key);
        Ok(())
    }

    /// Puts what is refused for good aside, and says so once where it was written.
    async fn bury(&mut self, key: Vec<u8>, entry: Outgoing, why: String) -> Result<(), VaultError> {
        tracing::error!(theme = %self.seat.slug(), leg = %leg_key(&self.lane.leg), %why, "something could not be sent; it was put aside");
        let engine = &self.engine;
        let mut batch = Batch::new();
        engine.notebook.done(&mut batch, &key);
        let mut rung = None;
        let words = matches!(
            entry.act,
            Act::Say { .. } | Act::Relay { .. } | Act::Amend { .. }
        );
        if let Some(origin) = entry
            .origin
            .as_deref()
            .and_then(leg)
            .filter(|_| words && engine.tells_of_failure(&entry))
        {
            let lane = engine.lane(&self.seat, &origin);
            let notice = Outgoing::of_bridge(
                engine.effect(
                    &engine.source(&[b"refused", entry.effect.as_bytes()]),
                    "tell",
                ),
                clock::now(),
                Act::Tell {
                    text: engine.words(&Notice::NotDelivered, None),
                    answers: match &entry.link {
                        Some(link) => engine.asked(link)?,
                        None => None,
                    },
                },
            );
            engine.notebook.send_out(&mut batch, lane.prefix, &notice);
            rung = Some(lane);
        }
        let what = Dead::Outgoing {
            leg: leg_key(&self.lane.leg),
            entry: Box::new(entry),
        };
        let theme = Some(self.seat.slug().to_string());
        engine.notebook.bury(
            &mut batch,
            &DeadLetter {
                at: clock::now().0,
                why,
                theme,
                what,
            },
        );
        engine.notebook.commit(batch).await?;
        engine.ring_lanes(&rung.into_iter().collect::<Vec<_>>());
        Ok(())
    }
}

/// What a lane does next.
enum Next {
    Nothing,
    At(Timestamp),
    This(Vec<u8>, Box<Outgoing>),
}
