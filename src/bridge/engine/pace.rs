//! How fast words may go out to a WhatsApp group, so that nobody's flood gets the number banned.

use std::collections::{HashMap, VecDeque};

use civic::Timestamp;

const MINUTE: i64 = 60_000;

/// What was sent to one group within the last minute.
#[derive(Debug)]
pub(crate) struct Pace {
    group_per_minute: usize,
    speaker_per_minute: usize,
    group: VecDeque<Timestamp>,
    speakers: HashMap<String, VecDeque<Timestamp>>,
}

impl Pace {
    pub(crate) fn new(group_per_minute: u32, speaker_per_minute: u32) -> Self {
        Self {
            group_per_minute: group_per_minute.max(1) as usize,
            speaker_per_minute: speaker_per_minute.max(1) as usize,
            group: VecDeque::new(),
            speakers: HashMap::new(),
        }
    }

    /// When this speaker's next words may go: a moment that is not after `now` means at once.
    pub(crate) fn earliest(&self, now: Timestamp, speaker: Option<&str>) -> Timestamp {
        let sent = speaker.and_then(|speaker| self.speakers.get(speaker));
        let by_speaker = sent.map(|sent| free_at(sent, self.speaker_per_minute, now));
        free_at(&self.group, self.group_per_minute, now).max(by_speaker.unwrap_or(now))
    }

    pub(crate) fn sent(&mut self, now: Timestamp, speaker: Option<&str>) {
        let expired = |at: &Timestamp| at.0 <= now.0 - MINUTE || at.0 > now.0;
        self.group.retain(|at| !expired(at));
        self.group.push_back(now);
        self.speakers.retain(|_, sent| {
            sent.retain(|at| !expired(at));
            !sent.is_empty()
        });
        if let Some(speaker) = speaker {
            self.speakers
                .entry(speaker.to_owned())
                .or_default()
                .push_back(now);
        }
    }
}

/// When one more fits into the minute. Times in the future (the clock was set back) don't count.
fn free_at(sent: &VecDeque<Timestamp>, limit: usize, now: Timestamp) -> Timestamp {
    let recent: Vec<_> = sent
        .iter()
        .filter(|at| at.0 > now.0 - MINUTE && at.0 <= now.0)
        .collect();
    match recent.len().checked_sub(limit) {
        Some(over) => Timestamp(recent[over].0 + MINUTE),
        None => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn later(seconds: i64) -> Timestamp {
        Timestamp(NOW.0 + seconds * 1000)
    }

    #[test]
    fn a_flood_waits_and_the_others_do_not() {
        let mut pace = Pace::new(10, 3);
        for second in 0..3 {
            assert_eq!(pace.earliest(later(second), Some("ana")), later(second));
            pace.sent(later(second), Some("ana"));
        }
        assert_eq!(pace.earliest(later(3), Some("ana")), later(60));
        assert_eq!(pace.earliest(later(3), Some("eva")), later(3));
        assert_eq!(pace.earliest(later(60), Some("ana")), later(60));
    }

    #[test]
    fn a_group_takes_only_so_much_from_all_together() {
        let mut pace = Pace::new(2, 2);
        pace.sent(NOW, Some("ana"));
        pace.sent(later(1), None);
        assert_eq!(pace.earliest(later(2), Some("eva")), later(60));
        assert_eq!(pace.earliest(later(2), None), later(60));
    }

    #[test]
    fn a_clock_that_was_set_back_holds_nobody_up() {
        let mut pace = Pace::new(1, 1);
        pace.sent(later(3600), Some("ana"));
        assert_eq!(pace.earliest(NOW, Some("ana")), NOW);
    }
}
