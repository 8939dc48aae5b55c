//! A clock that is set back. whatsapp-rust asks whether its connection still lives when nothing has come for some seconds, by
//! the time of day: set back by a day, it would not ask for a day.

use std::time::Duration;

use tokio::time::{Instant, interval};
use whatsapp_rust::wacore::time::now_millis;

const LOOKS_EVERY: Duration = Duration::from_secs(15);
/// What a clock that is kept right by the network is set back by at most.
const SMALL: i64 = 10_000;

/// Returns when the time of day has been set back.
pub(crate) async fn the_clock_is_set_back() {
    let mut often = interval(LOOKS_EVERY);
    let mut before = (now_millis(), Instant::now());
    loop {
        often.tick().await;
        let now = (now_millis(), Instant::now());
        if is_set_back(now.0 - before.0, now.1 - before.1) {
            return;
        }
        before = now;
    }
}

/// Whether the time of day has gone on by less than the time that has passed.
fn is_set_back(went_on: i64, passed: Duration) -> bool {
    let passed = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
    passed.saturating_sub(went_on) > SMALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clock_that_goes_back_is_set_back() {
        let passed = Duration::from_secs(15);
        let cases = [(15_000, false), (5_500, false), (86_415_000, false)];
        for (went_on, set_back) in cases
            .into_iter()
            .chain([(4_000, true), (-86_385_000, true)])
        {
            assert_eq!(is_set_back(went_on, passed), set_back, "{went_on}");
        }
    }
}
