//! For how long the account's phone was not heard: WhatsApp unlinks the bridge when it stays away for over two weeks.

use std::fmt;
use std::time::Duration;

use civic::Timestamp;
use serde::{Deserialize, Serialize};
use vault::{Batch, VaultError};
use whatsapp::{Connector, Status};

use super::notebook::Notebook;
use super::{Engine, lock};
use crate::clock;

/// The note that it is kept in.
const NOTE: &str = "phone";
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// It is written no more often than this: what is lost with a kill makes no difference of days.
const WRITTEN_EVERY: i64 = 3 * HOUR;
/// Whoever was away for longer can't tell what the phone did meanwhile.
const LONGEST_ABSENCE: i64 = DAY;
const LOOKS_EVERY: Duration = Duration::from_secs(60 * 60);

/// For how long the account's phone has not been heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneSilence {
    /// So many whole days ago it was last heard; `None` if it never was.
    pub heard_days_ago: Option<i64>,
    /// For so many whole days the bridge has listened and not heard it.
    pub silent_days: i64,
}

impl PhoneSilence {
    /// From so many days on somebody has to look after the phone.
    pub const LONG: i64 = 12;
    /// From so many days on WhatsApp may unlink the bridge any moment.
    pub const TOO_LONG: i64 = 14;
}

/// What there is to say after “The phone of the account was”.
impl fmt::Display for PhoneSilence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let silent = days(self.silent_days);
        match self.heard_days_ago {
            None => write!(f, "not heard yet; the bridge has listened for {silent}"),
            Some(0) => write!(f, "last heard today"),
            Some(ago) if ago == self.silent_days => write!(f, "last heard {silent} ago"),
            // In between the bridge was off.
            Some(ago) => write!(
                f,
                "last heard {} ago; the bridge has listened for {silent}",
                days(ago)
            ),
        }
    }
}

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

/// What is kept: when the phone was heard, and when the bridge could have heard it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// The keyed id of this linking: the phone was there when it was made.
    linking: String,
    last: Option<i64>,
    /// Since when the bridge listens without a long absence.
    since: i64,
    /// Until when it has listened.
    until: i64,
}

impl Heard {
    fn nothing(linking: String, now: Timestamp) -> Self {
        Self {
            linking,
            last: None,
            since: now.0,
            until: now.0,
        }
    }

    /// The bridge is connected now.
    fn listens(&mut self, now: Timestamp) {
        let away = now.0 - self.until;
        // A clock that was ahead must not make up for silence to come.
        if away > LONGEST_ABSENCE || self.since > now.0 {
            self.since = now.0;
        }
        self.last = self.last.map(|last| last.min(now.0));
        self.until = now.0;
    }

    /// The phone was heard, by WhatsApp's clock.
    fn hears(&mut self, at: i64, now: Timestamp) {
        let at = at.min(now.0);
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    fn keep(&self, notebook: &Notebook, batch: &mut Batch) {
        let value = serde_json::to_vec(self).expect("it has string keys only");
        notebook.put_note(batch, NOTE, &value);
    }

    /// How long it was silent while the bridge listened.
    fn silence(&self, now: Timestamp) -> PhoneSilence {
        let begin = self.last.map_or(self.since, |last| last.max(self.since));
        PhoneSilence {
            heard_days_ago: self.last.map(|last| (now.0 - last).max(0) / DAY),
            silent_days: (self.until - begin).max(0) / DAY,
        }
    }
}

impl PhoneSilence {
    /// As it was when the bridge last ran; `None` if there was no phone to hear.
    pub(crate) fn read(notebook: &Notebook, now: Timestamp) -> Result<Option<Self>, VaultError> {
        Ok(kept(notebook)?.map(|heard| heard.silence(now)))
    }
}

fn kept(notebook: &Notebook) -> Result<Option<Heard>, VaultError> {
    let note = notebook.note(NOTE)?;
    // What another version wrote is begun anew.
    Ok(note.and_then(|note| serde_json::from_slice(&note).ok()))
}

impl Engine {
    /// Keeps what is known of the account's phone.
    pub(super) fn keep_phone(&self, batch: &mut Batch) {
        if let Some(heard) = &*lock(&self.phone) {
            heard.keep(&self.notebook, batch);
        }
    }

    /// For how long the account's phone was not heard, if there is one to hear.
    pub(super) fn phone_silence(&self) -> Option<PhoneSilence> {
        let now = clock::now();
        let connected = self.connected().is_ok();
        let mut phone = lock(&self.phone);
        let heard = phone.as_mut()?;
        if connected {
            heard.listens(now);
        }
        Some(heard.silence(now))
    }

    /// Notes when the account's phone is heard, and says once a day that it was not for long.
    pub(super) async fn listen_for_the_phone(self: std::sync::Arc<Self>) {
        let Some(connector) = self.connector.get() else {
            return;
        };
        if let Err(error) = self.listen(connector).await {
            self.fail(&error).await;
        }
    }

    async fn listen(&self, connector: &Connector) -> Result<(), VaultError> {
        let (Some(mut heard), Some(linking)) = (connector.phone_heard(), connector.linking())
        else {
            return Ok(());
        };
        let linking = vault::base32_16(&self.key.id("linking", &[&linking]));
        let before = kept(&self.notebook)?.filter(|heard| heard.linking == linking);
        let mut written = before.as_ref().map(|heard| heard.until);
        let begun = before.unwrap_or_else(|| Heard::nothing(linking, clock::now()));
        *lock(&self.phone) = Some(begun);

        let mut status = connector.status();
        let mut often = tokio::time::interval(LOOKS_EVERY);
        let mut told = 0;
        loop {
            let goes_on = tokio::select! {
                _ = often.tick() => true,
                changed = heard.changed() => changed.is_ok(),
                changed = status.changed() => changed.is_ok(),
            };
            if !goes_on {
                return Ok(());
            }
            let at = *heard.borrow_and_update();
            let connected = *status.borrow_and_update() == Status::Connected;
            let now = clock::now();
            let note = {
                let mut phone = lock(&self.phone);
                let Some(phone) = phone.as_mut() else {
                    return Ok(());
                };
                if connected {
                    phone.listens(now);
                }
                if let Some(at) = at {
                    phone.hears(at, now);
                }
                phone.clone()
            };
            if written.is_none_or(|written| (note.until - written).abs() >= WRITTEN_EVERY) {
                let mut batch = Batch::new();
                note.keep(&self.notebook, &mut batch);
                self.notebook.commit(batch).await?;
                written = Some(note.until);
            }
            let silence = note.silence(now);
            if silence.silent_days >= PhoneSilence::LONG && silence.silent_days != told {
                told = silence.silent_days;
                tracing::warn!("the phone of the account was {silence}; see `aty doctor`");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard() -> Heard {
        Heard::nothing("a linking".to_owned(), Timestamp(0))
    }

    /// The bridge listens each half day from one day to another.
    fn listens(heard: &mut Heard, from: i64, to: i64) {
        (from * 2..=to * 2).for_each(|half| heard.listens(Timestamp(half * DAY / 2)));
    }

    fn said(heard: &Heard, day: i64) -> (i64, String) {
        let silence = heard.silence(Timestamp(day * DAY));
        (silence.silent_days, silence.to_string())
    }

    #[test]
    fn silence_counts_from_when_the_phone_was_heard() {
        let mut heard = heard();
        listens(&mut heard, 0, 5);
        heard.hears(5 * DAY, Timestamp(5 * DAY));
        assert_eq!(said(&heard, 5), (0, "last heard today".to_owned()));
        listens(&mut heard, 5, 17);
        assert_eq!(said(&heard, 17), (12, "last heard 12 days ago".to_owned()));
        // What comes late tells of then.
        heard.hears(16 * DAY, Timestamp(17 * DAY));
        assert_eq!(said(&heard, 17), (1, "last heard 1 day ago".to_owned()));
        heard.hears(3 * DAY, Timestamp(17 * DAY));
        assert_eq!(said(&heard, 17).0, 1);
    }

    #[test]
    fn a_phone_that_was_never_heard_was_there_when_it_linked_the_bridge() {
        let mut heard = heard();
        listens(&mut heard, 0, 14);
        let says = "not heard yet; the bridge has listened for 14 days";
        assert_eq!(said(&heard, 14), (14, says.to_owned()));
    }

    #[test]
    fn a_bridge_that_was_off_for_long_knows_nothing() {
        let mut heard = heard();
        heard.hears(0, Timestamp(0));
        listens(&mut heard, 20, 21);
        let says = "last heard 21 days ago; the bridge has listened for 1 day";
        assert_eq!(said(&heard, 21), (1, says.to_owned()));
        // Being off since then adds nothing.
        assert_eq!(said(&heard, 40).0, 1);
    }

    #[test]
    fn a_clock_that_was_ahead_hides_no_silence() {
        let mut heard = heard();
        heard.listens(Timestamp(30 * DAY));
        heard.hears(30 * DAY, Timestamp(30 * DAY));
        listens(&mut heard, 1, 14);
        assert_eq!(said(&heard, 14).0, 13);
    }
}
