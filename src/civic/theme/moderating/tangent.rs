//! A tangent is moved, not deleted: it goes on in debate libre, and the theme's own talk here.

use super::Draft;
use crate::moderation::{Case, Deed, Ending, Measure};
use crate::theme::{Debate, Effect};
use crate::{MessageId, Party, Timestamp};

/// So many minutes after one tangent was moved, another is part of the same talk.
const MINUTES_OF_A_TALK: u32 = 60;
/// So many minutes what answers a tangent goes where that went.
const MINUTES_OF_FOCUS: u32 = 20;

impl Draft<'_> {
    /// Moves what began with a message. The first of a talk is pointed out to everybody; another within the hour has the theme
    /// keep to its own matter for a while.
    pub(super) fn move_tangent(&mut self, (message, author): (MessageId, Party), by: Vec<Party>) {
        let goes_on = self.moved_since(self.now) > 0;
        let case = self.next_case();
        let measure = Measure::Redirect {
            message,
            author: author.clone(),
        };
        self.put_in_force(measure, None, String::new(), by.clone(), None, None);
        self.add(Effect::Debate(Debate::Copy {
            message,
            author: author.clone(),
        }));
        if !goes_on {
            self.add(Effect::Debate(Debate::Point {
                case,
                message,
                author,
                by,
                here: self.theme.most_talked_about(),
            }));
            return;
        }
        self.answer_logged();
        if !self.moderation.is_focused(self.now) {
            let minutes = Some(MINUTES_OF_FOCUS);
            self.put_in_force(Measure::Focus, None, String::new(), by, minutes, None);
        }
    }

    /// Once what it was for is lifted, there is nothing to keep from.
    pub(super) fn end_focus_without_cause(&mut self, by: Vec<Party>) {
        let now = self.now;
        let mut cases = self.moderation.cases().iter();
        let focus = cases.find(|(_, case)| case.measure == Measure::Focus && case.holds(now));
        let Some((number, since)) = focus.map(|(number, case)| (*number, case.since)) else {
            return;
        };
        if self.moved_since(since) < 2 {
            self.log(Deed::Over {
                case: number,
                why: Ending::Lifted,
                by,
            });
        }
    }

    /// How many tangents were moved within the hour before that moment, or later, and not lifted.
    fn moved_since(&self, then: Timestamp) -> usize {
        let earliest = then.0 - Timestamp(0).plus_minutes(MINUTES_OF_A_TALK).0;
        let moved = |case: &&Case| {
            let is = matches!(case.measure, Measure::Redirect { .. });
            is && case.is_open() && case.since.0 > earliest
        };
        self.moderation.cases().values().filter(moved).count()
    }
}
