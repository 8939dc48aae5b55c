use crate::moderation::Hindrance;
use crate::{LinkCode, Network, ProposalRef};

/// Why somebody's wish is not done. Each is said kindly, with what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Who stays out takes no part in what is public.
    StaysOut,
    /// The group is not part of the conversation yet.
    NotOpenYet,
    /// Only the bridge reads this: it is written where all can read it.
    WrittenInPublic,
    /// This is written to the bridge alone.
    OnlyAlone,
    /// Nobody becomes a facilitator by this code: it was never given out, was used, or is too old.
    NoFacilitatorCode,
    /// Too many codes were tried.
    TooManyCodes,
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
    /// Its words are held back by moderation.
    HeldBack(ProposalRef),
    /// The person supports it already.
    SupportedAlready(ProposalRef),
    /// The person does not support it.
    NotSupported(ProposalRef),
    /// The person supports it with a 👍, which only they can take away.
    ThumbStands(ProposalRef),
    /// Only its authors can do that.
    NotYours(ProposalRef),
    /// What is to stand there instead?
    TextAsked(ProposalRef),
    /// It stands there already.
    NothingNew(ProposalRef),
    /// What is to change in it?
    ChangeAsked(ProposalRef),
    /// The passage to be changed does not stand in it.
    PassageGone(ProposalRef),
    /// The passage to be changed stands in it more than once.
    PassageDoubled(ProposalRef),
    /// Which amendment is meant?
    WhichAmendment,
    /// There is no such amendment here.
    NoSuchAmendment(u32),
    /// Those who moderate have hidden the message that proposes it.
    AmendmentHidden(u32),
    /// The authors have decided on it.
    DecidedAlready(u32),
    /// Only what was declined can become a proposal of its own.
    NotDeclined(u32),
    /// The person wants that already.
    BackedAlready(u32),
    /// Their account is linked with one on the other network.
    LinkedAlready,
    /// Their account is linked with none.
    NotLinked,
    /// Nobody has been given this code, or it is too old.
    NoSuchCode,
    /// The code was given on this network, and is to be written on the other.
    CodeOfThisNetwork {
        /// On which.
        on: Network,
    },
    /// The code was given in another theme, and is to be written there.
    CodeOfOtherTheme {
        /// What the theme is called.
        theme: String,
    },
    /// Somebody else has written the code before.
    CodeUsed,
    /// It is to be confirmed where it began.
    ConfirmThere {
        /// On which network.
        on: Network,
    },
    /// Nobody has written the code yet.
    NotClaimedYet {
        /// Which.
        code: LinkCode,
        /// Where it is to be written.
        on: Network,
    },
    /// There is nothing to confirm: it has not begun, or too long ago.
    NothingToConfirm,
    /// Moderation has its rules.
    Hindered(Hindrance),
}
