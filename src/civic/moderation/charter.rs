//! The numbers by which a theme is moderated: defaults that a vote of the theme can change.

use std::collections::BTreeMap;

use super::field::words;

words! {
    /// A number of the charter.
    pub enum Rule {
        /// How many besides whoever nominates.
        Seconders = "seconders",
        /// Days of a mandate.
        MandateDays = "mandate_days",
        /// Days without a sign of life, after which it lapses.
        IdleDays = "idle_days",
        /// Most delegates at a time.
        Delegates = "delegates",
        /// Hours in which people can object to somebody.
        ObjectionHours = "objection_hours",
        /// Hours of a vote.
        VoteHours = "vote_hours",
        /// Days in which people can join a recall.
        RecallDays = "recall_days",
        /// Longest pause by one delegate, in minutes.
        PauseMinutes = "pause_minutes",
        /// Longest pause by two.
        LongPauseMinutes = "long_pause_minutes",
        /// Longest mute by one delegate, in hours.
        MuteHours = "mute_hours",
        /// Longest mute by two.
        LongMuteHours = "long_mute_hours",
        /// Longest suspension by two delegates, in days.
        SuspensionDays = "suspension_days",
        /// Longest suspension by vote.
        LongSuspensionDays = "long_suspension_days",
        /// Hours in which a second delegate is to confirm what could not wait.
        ConfirmationHours = "confirmation_hours",
        /// Hours in which the owner of a report is to answer it.
        ReportHours = "report_hours",
        /// Hours in which a panel decides on an appeal.
        AppealHours = "appeal_hours",
        /// Joins within an hour that are a wave, at the least.
        WaveJoins = "wave_joins",
        /// Longest joining by approval, in hours.
        ApprovalHours = "approval_hours",
        /// Whether delegates are admins of the groups on WhatsApp that they are members of: 1 if so, or 0.
        GroupAdmins = "group_admins",
    }
}

impl Rule {
    /// What holds where no vote has changed it.
    pub fn default(self) -> u32 {
        match self {
            Self::Seconders => 2,
            Self::MandateDays => 90,
            Self::IdleDays => 14,
            Self::Delegates => 7,
            Self::ObjectionHours | Self::AppealHours => 48,
            Self::VoteHours | Self::LongMuteHours => 72,
            Self::RecallDays | Self::SuspensionDays => 7,
            Self::PauseMinutes => 15,
            Self::LongPauseMinutes => 60,
            Self::MuteHours => 6,
            Self::LongSuspensionDays => 90,
            Self::ConfirmationHours => 12,
            Self::ReportHours => 24,
            Self::WaveJoins => 8,
            Self::ApprovalHours => 24,
            Self::GroupAdmins => 0,
        }
    }
}

impl Rule {
    /// The least that a vote can make of it.
    pub fn least(self) -> u32 {
        match self {
            Self::GroupAdmins => 0,
            _ => 1,
        }
    }

    /// The most that a vote can make of it: nobody is out for ever, and no theme is silenced.
    pub fn most(self) -> u32 {
        match self {
            Self::Seconders => 20,
            Self::Delegates | Self::RecallDays => 30,
            Self::MandateDays => 365,
            Self::IdleDays | Self::SuspensionDays | Self::LongSuspensionDays => 90,
            Self::MuteHours | Self::LongMuteHours => 7 * 24,
            Self::PauseMinutes | Self::LongPauseMinutes => 24 * 60,
            Self::ObjectionHours
            | Self::VoteHours
            | Self::ConfirmationHours
            | Self::ReportHours
            | Self::AppealHours => 14 * 24,
            Self::WaveJoins => 1000,
            // Nobody closes a door for longer than a day at a time.
            Self::ApprovalHours => 24,
            Self::GroupAdmins => 1,
        }
    }
}

/// The charter of a theme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Charter(BTreeMap<Rule, u32>);

impl Charter {
    /// What a rule is now.
    pub fn of(&self, rule: Rule) -> u32 {
        self.0.get(&rule).copied().unwrap_or(rule.default())
    }

    /// The rules that a vote has changed.
    pub fn changed(&self) -> impl Iterator<Item = (Rule, u32)> {
        self.0.iter().map(|(rule, value)| (*rule, *value))
    }

    pub(super) fn set(&mut self, rule: Rule, value: u32) {
        self.0.insert(rule, value);
    }
}

/// How many of those who take part in a theme are enough: so many, or a share of those seen within thirty days if that is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough {
    at_least: usize,
    percent: usize,
}

impl Enough {
    /// To have a nomination voted on.
    pub const OBJECTORS: Self = Self {
        at_least: 3,
        percent: 10,
    };
    /// To have a recall voted on.
    pub const RECALLERS: Self = Self {
        at_least: 4,
        percent: 10,
    };
    /// To take part in a vote on a mandate, so that it counts.
    pub const QUORUM: Self = Self {
        at_least: 5,
        percent: 15,
    };
    /// To take part in a vote on a long suspension or on the charter.
    pub const GREAT_QUORUM: Self = Self {
        at_least: 8,
        percent: 20,
    };

    /// To join within an hour, so that it is a wave.
    pub fn wave(charter: &Charter) -> Self {
        let at_least = charter.of(Rule::WaveJoins);
        Self {
            at_least: usize::try_from(at_least).unwrap_or(usize::MAX),
            percent: 20,
        }
    }

    /// So many in any case, and so many in a hundred.
    pub fn parts(self) -> (usize, usize) {
        (self.at_least, self.percent)
    }

    /// Of so many people.
    pub fn of(self, people: usize) -> usize {
        self.at_least.max((people * self.percent).div_ceil(100))
    }
}
