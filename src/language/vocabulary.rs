//! Which Fluent message has the words for a category, for what is none, and for a number of the charter.

use civic::moderation::{Category, Protected, Rule};

/// What a number of the charter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    People,
    Minutes,
    Hours,
    Days,
    /// Whether something is so: 1, or 0.
    Whether,
}

impl Unit {
    /// How many minutes one of it has; nothing else is a length.
    pub(crate) fn minutes(self) -> u32 {
        match self {
            Self::People | Self::Whether => 0,
            Self::Minutes => 1,
            Self::Hours => 60,
            Self::Days => 24 * 60,
        }
    }

    /// So many minutes in this unit, if it comes out even.
    pub(crate) fn of(self, minutes: u32) -> Option<u32> {
        let even = minutes.checked_rem(self.minutes())? == 0;
        even.then(|| minutes / self.minutes())
    }
}

/// What a number of the charter counts.
pub(crate) fn unit(rule: Rule) -> Unit {
    match rule {
        Rule::Seconders | Rule::Delegates | Rule::WaveJoins => Unit::People,
        Rule::PauseMinutes | Rule::LongPauseMinutes => Unit::Minutes,
        Rule::ObjectionHours
        | Rule::VoteHours
        | Rule::MuteHours
        | Rule::LongMuteHours
        | Rule::ConfirmationHours
        | Rule::ReportHours
        | Rule::AppealHours
        | Rule::ApprovalHours => Unit::Hours,
        Rule::MandateDays
        | Rule::IdleDays
        | Rule::RecallDays
        | Rule::SuspensionDays
        | Rule::LongSuspensionDays => Unit::Days,
        Rule::GroupAdmins => Unit::Whether,
    }
}

pub(crate) fn category_message(category: Category) -> &'static str {
    match category {
        Category::Spam => "category-spam",
        Category::Flood => "category-flood",
        Category::Doxxing => "category-doxxing",
        Category::Threat => "category-threat",
        Category::Hate => "category-hate",
        Category::Impersonation => "category-impersonation",
        Category::Illegal => "category-illegal",
        Category::OffTopic => "category-off-topic",
    }
}

pub(crate) fn protected_message(protected: Protected) -> &'static str {
    match protected {
        Protected::Disagreement => "protected-disagreement",
        Protected::Criticism => "protected-criticism",
        Protected::Party => "protected-party",
    }
}

pub(crate) fn rule_message(rule: Rule) -> &'static str {
    match rule {
        Rule::Seconders => "rule-seconders",
        Rule::MandateDays => "rule-mandate-days",
        Rule::IdleDays => "rule-idle-days",
        Rule::Delegates => "rule-delegates",
        Rule::ObjectionHours => "rule-objection-hours",
        Rule::VoteHours => "rule-vote-hours",
        Rule::RecallDays => "rule-recall-days",
        Rule::PauseMinutes => "rule-pause-minutes",
        Rule::LongPauseMinutes => "rule-long-pause-minutes",
        Rule::MuteHours => "rule-mute-hours",
        Rule::LongMuteHours => "rule-long-mute-hours",
        Rule::SuspensionDays => "rule-suspension-days",
        Rule::LongSuspensionDays => "rule-long-suspension-days",
        Rule::ConfirmationHours => "rule-confirmation-hours",
        Rule::ReportHours => "rule-report-hours",
        Rule::AppealHours => "rule-appeal-hours",
        Rule::WaveJoins => "rule-wave-joins",
        Rule::ApprovalHours => "rule-approval-hours",
        Rule::GroupAdmins => "rule-group-admins",
    }
}
