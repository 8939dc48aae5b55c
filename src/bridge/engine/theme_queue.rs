//! A theme's own queue: what was heard, one after the other, becomes what is to be done.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use civic::{Due, Effect, Input, Record, Said, Theme, Timestamp};
use futures_util::FutureExt;
use tokio::time::timeout;
use vault::{Batch, VaultError};

use super::entries::{Dead, DeadLetter, Incoming, Kept};
use super::{Engine, Seat, lock};
use crate::clock;

/// How many entries are read at a time.
const HANDFUL: usize = 64;
/// The shortest wait for something that is due, should it have come to nothing at once.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait for something that is due, so that a clock that is set forward is noticed.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

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
        let due = due.filter(|(at, _)| *at <= clock::now());
        let due = match due.map(|(_, due)| due) {
            Some(due) => due,
            None if self.is_to_bring(seat) => Due::Moderation,
            None => return Ok(()),
        };
        // Told each time it is due: the theme decides whether it still is.
        let moment = clock::now().0.to_be_bytes();
        let (source, what) = match due {
            Due::WaitOver(group) => (
                self.source(&[b"wait over", group.as_str().as_bytes(), &moment]),
                Kept::WaitOver {
                    group: group.to_string(),
                },
            ),
            Due::Moderation => {
                let theme = seat.slug().as_str().as_bytes();
                (
                    self.source(&[b"moderation", theme, &moment]),
                    Kept::Moderation,
                )
            }
            Due::Waiting => {
                let theme = seat.slug().as_str().as_bytes();
                (
                    self.source(&[b"who waits", theme, &moment]),
                    Kept::TellWaiting,
                )
            }
            Due::Support(number) => {
                let theme = seat.slug().as_str().as_bytes();
                let of = number.to_be_bytes();
                (
                    self.source(&[b"count", theme, &of, &moment]),
                    Kept::CountSupport { number },
                )
            }
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
        let input = self.input(&mut batch, seat, incoming)?;
        let (effects, after) = match &input {
            Some(input) => self.decided(seat, now, input),
            None => (self.answered_by_itself(incoming), None),
        };
        if let Some(Input::Said(said)) = &input {
            self.keep_who_spoke(&mut batch, seat, now, said, &effects);
        }
        let decided = (&effects[..], after.as_ref());
        let rung = self.lay_out(seat, &mut batch, now, incoming, decided)?;
        self.notebook.take_out(&mut batch, key);
        let deciding = seat.deciding.lock().await;
        self.notebook.commit(batch).await?;
        if let Some(input) = input {
            self.believe(seat, now, input, &effects);
        }
        drop(deciding);
        self.ring_lanes(&rung);
        Ok(())
    }

    /// Keeps who has spoken, and whom they answered, where others read it.
    fn keep_who_spoke(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        now: Timestamp,
        said: &Said,
        effects: &[Effect],
    ) {
        let theme = lock(&seat.theme);
        let Some((member, seen)) = theme.seen_with(now, said, effects) else {
            return;
        };
        let last = seen.last;
        self.notebook
            .keep_seen(batch, seat.slug(), &member, &seen.into());
        if let Some(other) = theme.exchange_of(said) {
            let pair = (&member, &other);
            self.notebook.keep_exchange(batch, seat.slug(), pair, last);
        }
    }

    /// What is to be done, and, where proposals are concerned, the theme as it will be then.
    fn decided(&self, seat: &Seat, now: Timestamp, input: &Input) -> (Vec<Effect>, Option<Theme>) {
        let theme = lock(&seat.theme);
        let effects = self.knowing(|known| theme.decide(now, known, input));
        let concerned = effects.iter().any(|effect| match effect {
            Effect::Record(record) => !matches!(record, Record::Group { .. }),
            effect => matches!(effect, Effect::Card { .. } | Effect::Count { .. }),
        });
        let after = concerned.then(|| {
            let mut after = theme.clone();
            after.take_over(now, input.clone(), &effects);
            self.know_cards(&mut after, &effects);
            after
        });
        (effects, after)
    }

    /// Takes over what was decided, now that it is kept.
    fn believe(&self, seat: &Seat, now: Timestamp, input: Input, effects: &[Effect]) {
        {
            let mut theme = lock(&seat.theme);
            theme.take_over(now, input, effects);
            self.know_cards(&mut theme, effects);
            let moderated =
                |effect: &Effect| matches!(effect, Effect::Record(Record::Moderated(_)));
            if effects.iter().any(moderated) {
                self.know_theme(&theme);
            }
        }
        let facilitates = |effect: &Effect| matches!(effect, Effect::Facilitate { .. });
        if effects.iter().any(facilitates) {
            self.know_facilitators();
        }
        let mut persons = lock(&self.persons);
        persons.forget_ended(now);
        for effect in effects {
            match effect {
                Effect::Offer(offer) => persons.offer(offer.clone()),
                Effect::Link(one, other) => persons.link(one, other),
                Effect::Unlink(one, _) => persons.unlink(one),
                _ => continue,
            }
            // Every theme may count otherwise now.
            self.seats.values().for_each(|seat| seat.bell.notify_one());
        }
    }

    /// What a stored entry means, given who is who now.
    fn input(
        &self,
        batch: &mut Batch,
        seat: &Seat,
        incoming: &Incoming,
    ) -> Result<Option<Input>, VaultError> {
        Ok(match &incoming.what {
            Kept::Talk(talk) if talk.is_answered_by_itself() => None,
            Kept::Talk(talk) => self.said(batch, seat, (incoming, talk))?.map(Input::Said),
            other => other.input(),
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
