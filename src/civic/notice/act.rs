use crate::ProposalRef;

/// Something that was done about a proposal, told in one sentence in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Which proposal.
    pub reference: ProposalRef,
    /// Its title, as it is now.
    pub title: String,
    /// What they are shown as who did it.
    pub who: String,
    /// What they did.
    pub deed: Deed,
    /// The amendment that it is about, if it is about one.
    pub amendment: Option<u32>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Deed {
    Proposed,
    Revised,
    Withdrawn,
    Supported,
    Unsupported,
    Amended,
    Accepted,
    Declined,
    Backed,
    HeldBack,
    Restored,
}
