//! What time it is for the homeserver. Its clock stamps what is said in the rooms; this machine's may be wrong.

use std::sync::{Mutex, PoisonError};

use civic::Timestamp;
use http::HeaderMap;
use http::header::DATE;
use time::PrimitiveDateTime;
use time::macros::format_description;
use tokio::time::Instant;

/// The homeserver's clock, as its last answer told it.
#[derive(Default)]
pub(crate) struct TheirClock(Mutex<Option<(Timestamp, Instant)>>);

impl TheirClock {
    /// Takes over the time that an answer tells.
    pub(crate) fn read(&self, headers: &HeaderMap) {
        if let Some(date) = date(headers) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((date, Instant::now()));
        }
    }

    /// The time by it, to the second; `None` before the first answer.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        let (told, then) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = i64::try_from(then.elapsed().as_millis()).unwrap_or(i64::MAX);
        Some(Timestamp(told.0.saturating_add(since)))
    }
}

/// When an answer was written, by the clock of whoever wrote it (RFC 9110, section 6.6.1).
pub fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = PrimitiveDateTime::parse(date, format).ok()?;
    Some(Timestamp(date.assume_utc().unix_timestamp() * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_on_from_what_was_told_last() {
        let clock = TheirClock::default();
        assert_eq!(clock.now(), None);
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        clock.read(&headers);
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        assert_eq!(clock.now(), Some(Timestamp(784_111_837_000)));
        headers.insert(DATE, "yesterday".parse().unwrap());
        clock.read(&headers);
        assert_eq!(clock.now(), Some(Timestamp(784_111_837_000)));
    }
}
