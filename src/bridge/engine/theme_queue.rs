//! A theme's own queue: what was heard, one after the other, becomes what is to be done.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use civic::{Command, Hearing, Input, Said, Speaker, Timestamp};
use futures_util::FutureExt;
use tokio::time::timeout;
use vault::{Batch, VaultError};

use super::entries::{Dead, DeadLetter, Did, Incoming, Kept, Talk, leg};
use super::{Engine, Seat, lock};
use crate::clock;

/// How many entries are read at a time.
const HANDFUL: usize = 64;
/// The shortest wait for something that is due, should it have come to nothing at once.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait for something that is due, so that a clock that is set forward is noticed.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Handles whatever comes for a theme, for ever.
pub(crate) async fn run(engine: Arc<Engine>, seat: Arc<Seat>) {
    loop {
        match engine.handle_all(&seat).await {
            Ok(()) => seat.wait_for_more().await,
            Err(error) => engine.fail(&error).await,
        }
    }
}

impl Engine {
    async fn handle_all(self: &Arc<Self>, seat: &Arc<Seat>) -> Result<(), VaultError> {
        self.take_in_what_is_due(seat).await?;
        loop {
            let entries = self.notebook.inbox(seat.slug(), HANDFUL)?;
            if entries.is_empty() {
                return Ok(());
            }
            for (key, incoming) in entries {
                // One entry whose handling panics goes to the dead letters; the theme goes on.
                match AssertUnwindSafe(self.handle(seat, &key, &incoming))
                    .catch_unwind()
                    .await
                {
                    Ok(handled) => handled?,
                    Err(_) => self.bury_incoming(&key, incoming).await?,
                }
            }
        }
    }

    async fn take_in_what_is_due(&self, seat: &Seat) -> Result<(), VaultError> {
        let due = lock(&seat.theme).next_due();
        let Some((_, group)) = due.filter(|(at, _)| *at <= clock::now()) else {
            return Ok(());
        };
        // Told each time it is due: the theme decides whether it still is.
        let moment = clock::now().0.to_be_bytes();
        let source = self.source(&[b"wait over", group.as_str().as_bytes(), &moment]);
        let what = Kept::WaitOver {
            group: group.to_string(),
        };
        self.tell_theme(seat.slug(), source, what, clock::now())
            .await
    }

    /// From the inbox through the decision into the lanes, in one write.
    async fn handle(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        key: &[u8],
        incoming: &Incoming,
    ) -> Result<(), VaultError> {
        let now = clock::now();
        let mut batch = Batch::new();
        self.recall_choice(&incoming.what).await?;
        let quoting = self.with_quote(seat, incoming).await?;
        let incoming = quoting.as_ref().unwrap_or(incoming);
        let input = self.input(&mut batch, incoming);
        let effects = match &input {
            Some(input) => lock(&seat.theme).decide(now, lock(&self.people).names(), input),
            None => Vec::new(),
        };
        let rung = self.lay_out(seat, &mut batch, now, incoming, &effects)?;
        self.notebook.take_out(&mut batch, key);
        self.notebook.commit(batch).await?;
        if let Some(input) = input {
            lock(&seat.theme).take_over(input, &effects);
        }
        self.ring_lanes(&rung);
        Ok(())
    }

    /// What a stored entry means, given who is who now.
    fn input(&self, batch: &mut Batch, incoming: &Incoming) -> Option<Input> {
        match &incoming.what {
            Kept::Talk(talk) => self.said(batch, talk).map(Input::Said),
            other => other.input(),
        }
    }

    fn said(&self, batch: &mut Batch, talk: &Talk) -> Option<Said> {
        let member = talk.member.parse().ok()?;
        let hearing = match &talk.did {
            Did::Say { words, .. } => language::hear(&words.text),
            Did::Edit { .. } | Did::React { .. } => Hearing::Change,
            Did::TakeBack { .. } => Hearing::TakeBack,
        };
        let mut people = lock(&self.people);
        let hearing = match hearing {
            // The bridge is called what it is called, and stays.
            Hearing::Command(_, language) if member == *people.organisers() => {
                Hearing::Command(Command::Help, language)
            }
            hearing => hearing,
        };
        if member != *people.organisers() {
            people.meet(&self.notebook, batch, &member, talk.own_name.as_deref());
        }
        let choice = people.choice(&member);
        let speaker = Speaker {
            member,
            own_name: talk.own_name.clone(),
            choice,
        };
        Some(Said {
            from: leg(&talk.from)?,
            speaker,
            hearing,
        })
    }

    async fn bury_incoming(&self, key: &[u8], incoming: Incoming) -> Result<(), VaultError> {
        tracing::error!(theme = %incoming.theme, "handling a message failed; it was put aside (see `aty status`)");
        let mut batch = Batch::new();
        let letter = DeadLetter {
            at: clock::now().0,
            why: "handling it failed inside the bridge".to_owned(),
            theme: Some(incoming.theme.clone()),
            what: Dead::Incoming(Box::new(incoming)),
        };
        self.notebook.bury(&mut batch, &letter);
        self.notebook.take_out(&mut batch, key);
        self.notebook.commit(batch).await
    }
}

impl Seat {
    async fn wait_for_more(&self) {
        let due = lock(&self.theme)
            .next_due()
            .map(|(at, _)| until(at).max(SHORTEST_WAIT));
        let wait = due.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        // Whether it was rung or the time is up: the next round looks at both.
        let _ = timeout(wait, self.bell.notified()).await;
    }
}

fn until(at: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(at.0 - clock::now().0).unwrap_or(0))
}
