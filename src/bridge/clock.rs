//! The one place where the bridge reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use civic::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }))
}

/// How long it is until a moment, in milliseconds; `None` when it has come. A moment that is further away than it ever is was
/// named before the clock was set back, and counts as come.
pub fn until(moment: Timestamp, longest: i64, now: Timestamp) -> Option<i64> {
    let wait = moment.0.saturating_sub(now.0);
    (1..=longest).contains(&wait).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_is_longer_than_it_can_be() {
        let wait = |now| until(Timestamp(100_000), 60_000, Timestamp(now));
        assert_eq!(wait(40_000), Some(60_000));
        assert_eq!(wait(99_999), Some(1));
        assert_eq!(wait(100_000), None);
        assert_eq!(wait(200_000), None);
        // The clock was set back.
        assert_eq!(wait(39_999), None);
        assert_eq!(until(Timestamp(i64::MIN), 60_000, Timestamp(1)), None);
    }
}
