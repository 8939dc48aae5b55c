use crate::ProposalRef;

/// Why somebody's wish is not done. Each is said kindly, with what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Who stays out takes no part in what is public.
    StaysOut,
    /// The group is not part of the conversation yet.
    NotOpenYet,
    /// A proposal needs a title.
    TitleAsked,
    /// What is answered has no words of its own: somebody has to write them down.
    WordsAsked,
    /// A text is too long.
    TooLong {
        /// How many characters it may have.
        most: usize,
    },
    /// What is answered is a proposal already.
    ProposedAlready(ProposalRef),
    /// Which proposal is meant?
    WhichProposal,
    /// There is no such proposal here.
    NoSuchProposal(ProposalRef),
    /// It is at home in another theme.
    OtherTheme {
        /// Which proposal.
        reference: ProposalRef,
        /// What the theme is called.
        theme: String,
    },
    /// It is closed.
    Closed(ProposalRef),
    /// The person supports it already.
    SupportedAlready(ProposalRef),
    /// The person does not support it.
    NotSupported(ProposalRef),
    /// The person supports it with a 👍, which only they can take away.
    ThumbStands(ProposalRef),
}
