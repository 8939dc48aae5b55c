//! How fast words may go out to a WhatsApp group, so that nobody's flood gets the number banned.

use std::collections::{HashMap, VecDeque};

use civic::Timestamp;

const MINUTE: i64 = 60_000;

/// So many in so long a time, for each speaker.
#[derive(Debug)]
pub(crate) struct Window {
    limit: usize,
    /// In milliseconds.
    span: i64,
    noted: HashMap<String, VecDeque<Timestamp>>,
}

impl Window {
    pub(crate) fn new(limit: u32, span: i64) -> Self {
        Self {
            limit: limit.max(1) as usize,
            span,
            noted: HashMap::new(),
        }
    }

    /// When one more fits in: a moment that is not after `now` means at once. Times in the future (the clock was set
    /// back) don't count.
    pub(crate) fn free_at(&self, now: Timestamp, speaker: &str) -> Timestamp {
        let noted = self.noted.get(speaker).into_iter().flatten();
        let recent: Vec<_> = noted.filter(|at| self.counts(now, **at)).collect();
        match recent.len().checked_sub(self.limit) {
            Some(over) => Timestamp(recent[over].0 + self.span),
            None => now,
        }
    }

    pub(crate) fn note(&mut self, now: Timestamp, speaker: &str) {
        let span = self.span;
        self.noted.retain(|_, noted| {
            noted.retain(|at| at.0 > now.0 - span && at.0 <= now.0);
            !noted.is_empty()
        });
        self.noted
            .entry(speaker.to_owned())
            .or_default()
            .push_back(now);
    }

    fn counts(&self, now: Timestamp, at: Timestamp) -> bool {
        at.0 > now.0 - self.span && at.0 <= now.0
    }
}

/// What was sent to one group within the last minute.
#[derive(Debug)]
pub(crate) struct Pace {
    group: Window,
    speakers: Window,
}

impl Pace {
    pub(crate) fn new(group_per_minute: u32, speaker_per_minute: u32) -> Self {
        Self {
            group: Window::new(group_per_minute, MINUTE),
            speakers: Window::new(speaker_per_minute, MINUTE),
        }
    }

    /// When this speaker's next words may go: a moment that is not after `now` means at once.
    pub(crate) fn earliest(&self, now: Timestamp, speaker: Option<&str>) -> Timestamp {
        let by_speaker = speaker.map_or(now, |speaker| self.speakers.free_at(now, speaker));
        self.group.free_at(now, "").max(by_speaker)
    }

    /// When the next words of anybody may go.
    pub(crate) fn group_free_at(&self, now: Timestamp) -> Timestamp {
        self.group.free_at(now, "")
    }

    pub(crate) fn sent(&mut self, now: Timestamp, speaker: Option<&str>) {
        self.group.note(now, "");
        if let Some(speaker) = speaker {
            self.speakers.note(now, speaker);
        }
    }
}

/// How much of one speaker is taken for the groups of a theme at all: a burst, and from then on as much as may go
/// out. Counted by when it is said, so that an outage, during which nothing goes out, takes nothing from anybody.
#[derive(Debug)]
pub(crate) struct Flood {
    taken: Window,
    told: Window,
}

/// How often somebody is told that it is too much.
const TOLD_EVERY: i64 = 10 * MINUTE;

impl Flood {
    pub(crate) fn new(burst: u32, speaker_per_minute: u32) -> Self {
        let span = i64::from(burst.max(1)) * MINUTE / i64::from(speaker_per_minute.max(1));
        Self {
            taken: Window::new(burst, span),
            told: Window::new(1, TOLD_EVERY),
        }
    }

    /// Whether what this speaker says now is too much.
    pub(crate) fn is_over(&self, now: Timestamp, speaker: &str) -> bool {
        self.taken.free_at(now, speaker) > now
    }

    pub(crate) fn take(&mut self, now: Timestamp, speaker: &str) {
        self.taken.note(now, speaker);
    }

    /// Whether it is time to tell this speaker that it is too much. Says yes once in a while.
    pub(crate) fn tells(&mut self, now: Timestamp, speaker: &str) -> bool {
        let tells = self.told.free_at(now, speaker) <= now;
        if tells {
            self.told.note(now, speaker);
        }
        tells
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

    #[test]
    fn what_is_too_much_is_counted_by_when_it_is_said_and_told_once() {
        // Five at once, and from then on six a minute.
        let mut flood = Flood::new(5, 6);
        for _ in 0..5 {
            assert!(!flood.is_over(NOW, "ana"));
            flood.take(NOW, "ana");
        }
        assert!(flood.is_over(NOW, "ana") && !flood.is_over(NOW, "eva"));
        assert!(flood.tells(NOW, "ana") && !flood.tells(later(1), "ana"));
        assert!(!flood.is_over(later(50), "ana"), "five in fifty seconds");
        assert!(flood.tells(later(600), "ana"));
    }
}
