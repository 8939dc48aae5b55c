use std::fmt;

/// Where a proposal stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// A title that has no text yet.
    Draft,
    /// To be supported, discussed and amended.
    Open,
    /// The institution is preparing its answer.
    InReview,
    /// The institution has answered.
    Answered,
    /// Taken back by its authors.
    Withdrawn,
}

impl Status {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Open,
        Self::InReview,
        Self::Answered,
        Self::Withdrawn,
    ];

    /// The word for it in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing happens to it any more.
    pub fn is_closed(self) -> bool {
        self == Self::Withdrawn
    }

    /// Whether people may support it.
    pub fn takes_support(self) -> bool {
        matches!(self, Self::Draft | Self::Open | Self::InReview)
    }

    /// Whether its authors may change it, and others propose changes.
    pub fn takes_changes(self) -> bool {
        matches!(self, Self::Draft | Self::Open)
    }

    /// A draft that got its text.
    pub fn opened(self) -> Option<Self> {
        (self == Self::Draft).then_some(Self::Open)
    }

    /// Laid before the institution.
    pub fn reviewed(self) -> Option<Self> {
        (self == Self::Open).then_some(Self::InReview)
    }

    /// Answered by the institution, whether it was said before that it would be or not.
    pub fn answered(self) -> Option<Self> {
        matches!(self, Self::Open | Self::InReview).then_some(Self::Answered)
    }

    /// Taken back by its authors. What was answered stays: the answer is somebody else's.
    pub fn withdrawn(self) -> Option<Self> {
        matches!(self, Self::Draft | Self::Open | Self::InReview).then_some(Self::Withdrawn)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_closed_nothing_leads_anywhere() {
        for closed in Status::ALL.into_iter().filter(|status| status.is_closed()) {
            let ways = [
                closed.opened(),
                closed.reviewed(),
                closed.answered(),
                closed.withdrawn(),
            ];
            assert_eq!(ways, [None; 4], "{closed}");
            assert!(!closed.takes_support() && !closed.takes_changes());
        }
    }

    #[test]
    fn a_life_goes_forward_only() {
        for status in Status::ALL {
            let ways = [
                status.opened(),
                status.reviewed(),
                status.answered(),
                status.withdrawn(),
            ];
            assert!(
                ways.into_iter().flatten().all(|next| next > status),
                "{status}"
            );
        }
    }
}
