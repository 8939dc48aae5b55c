mod act;
mod alone;
mod card;
mod debate;
mod left_undone;
mod refusal;
mod shown;

pub use act::{Act, Deed};
pub use alone::Alone;
pub use card::Card;
pub use debate::DebateTold;
pub use left_undone::LeftUndone;
pub use refusal::Refusal;
pub use shown::{Listed, Numbers, OpenAmendment};

use crate::moderation::{Category, Charter, Logged, Seat};
use crate::reactions::Alike;
use crate::{LinkCode, MessageId, Network, ProposalRef, ThemeCode, Topic};

/// What the bridge says to people. Its words are in the language crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The first message in a group that was opened.
    Welcome {
        /// Name of the theme.
        theme: String,
    },
    /// The description of a group.
    GroupDescription {
        /// Name of the theme.
        theme: String,
    },
    /// In the description of a group: where others join.
    JoinPage {
        /// The standing address of the theme's page.
        page: String,
    },
    /// A group that existed before will be joined to the theme.
    AdoptionAnnounced {
        /// Name of the theme.
        theme: String,
        /// From now until it begins.
        hours: u32,
    },
    /// From now on the group and the room are one conversation.
    GroupOpen {
        /// Name of the theme.
        theme: String,
    },
    /// The person is now shown so.
    NameTaken {
        /// The name.
        name: String,
    },
    /// The same for a person on Matrix: their room goes on showing the name of their account.
    NameTakenForGroups {
        /// The name.
        name: String,
    },
    /// The name can't be had.
    NameRefused {
        /// Why not.
        why: NameProblem,
    },
    /// Which name would you like?
    NameAsked,
    /// The person is shown under their own name again.
    NameDropped {
        /// That name.
        name: String,
    },
    /// The person is no longer carried over.
    StayedOut {
        /// The open vote that may have been meant by it.
        vote: Option<u32>,
    },
    /// The person is carried over again.
    CameBack {
        /// The same.
        vote: Option<u32>,
    },
    /// What can be done here.
    Help(Option<Topic>),
    /// Something that was done about a proposal, in the record.
    Act(Act),
    /// A proposal's card.
    Card(Box<Card>),
    /// The person supports the proposal from now on.
    Supported {
        /// Which.
        reference: ProposalRef,
        /// How many people do.
        people: usize,
    },
    /// The person no longer supports the proposal.
    Unsupported {
        /// Which.
        reference: ProposalRef,
        /// How many people still do.
        people: usize,
    },
    /// What is proposed.
    List {
        /// Name of the theme.
        theme: String,
        /// Those of this page.
        proposals: Vec<Listed>,
        /// From 1.
        page: usize,
        /// How many pages there are.
        pages: usize,
    },
    /// A proposal in full.
    Shown {
        /// What is on its card.
        card: Box<Card>,
        /// Its amendments that are not decided on.
        amendments: Vec<OpenAmendment>,
    },
    /// How many take part.
    Numbers {
        /// Name of the theme.
        theme: String,
        /// How many.
        numbers: Numbers,
    },
    /// The proposal has other words now.
    Revised(ProposalRef),
    /// The proposal is taken back.
    Withdrawn(ProposalRef),
    /// Somebody proposes to change a proposal.
    Amended {
        /// The amendment's number.
        amendment: u32,
        /// Which proposal.
        reference: ProposalRef,
        /// What they are shown as.
        by: String,
    },
    /// The change is part of the proposal now.
    AmendmentAccepted {
        /// The amendment's number.
        amendment: u32,
        /// Which proposal.
        reference: ProposalRef,
    },
    /// The change is not wanted by the authors.
    AmendmentDeclined {
        /// The amendment's number.
        amendment: u32,
        /// Which proposal.
        reference: ProposalRef,
    },
    /// Somebody wants a declined amendment to become a proposal; not enough people do yet.
    Backed {
        /// The amendment's number.
        amendment: u32,
        /// How many want it.
        people: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The code by which the person can link an account on the other network.
    LinkOffered {
        /// To be written there.
        code: LinkCode,
        /// On which network.
        on: Network,
        /// For how long.
        minutes: u32,
    },
    /// Somebody on the other network says to be this person: is that so?
    LinkClaimed {
        /// What they are shown as.
        name: String,
        /// On which network.
        on: Network,
    },
    /// Now it is to be confirmed where it began.
    LinkToConfirm {
        /// On which network.
        on: Network,
    },
    /// The two accounts count as one person from now on.
    Linked {
        /// What the other account is shown as.
        name: String,
    },
    /// The account stands for itself again.
    Unlinked,
    /// Something that was done in moderation, as its log has it.
    Logged(Box<Logged>),
    /// Something of the theme's debate libre.
    Debate(DebateTold),
    /// What was moderated since the last digest, and the log's hash, which every phone keeps with it.
    LogDigest {
        /// So many entries are new.
        entries: u32,
        /// The number of the last.
        last: u32,
        /// Its hash.
        hash: String,
        /// Where the log is.
        link: String,
    },
    /// To whoever reported something, alone: who looks at it, and until when.
    ReportTaken {
        /// The number of the report.
        report: u32,
        /// Who looks at it; none where nobody is free to.
        owner: Option<String>,
        /// For how long.
        hours: u32,
    },
    /// To the delegate who is to look at it, alone.
    ReportToYou {
        /// In which theme.
        code: ThemeCode,
        /// What the theme is called.
        theme: String,
        /// The number of the report.
        report: u32,
        /// Whom it is about.
        about: String,
        /// What of.
        category: Category,
        /// Why, in the words of whoever reported it; none where another delegate had them.
        reason: String,
        /// How the message begins that it is about, if it is about one.
        words: Option<String>,
        /// That message.
        message: Option<MessageId>,
        /// For how long.
        hours: u32,
    },
    /// These ask to be let in: those who moderate decide.
    AskToJoin {
        /// What they are shown as.
        names: Vec<String>,
    },
    /// What the bridge could not do in a group because it is no admin there.
    NotAdminThere {
        /// Name of the group.
        group: String,
        /// What.
        what: LeftUndone,
        /// The number of the case by which it is to be; none where it follows from no case.
        case: Option<u32>,
    },
    /// What WhatsApp refuses in a group though the bridge is an admin there.
    RefusedThere {
        /// Name of the group.
        group: String,
        /// What.
        what: LeftUndone,
        /// The number of the case by which it is to be; none where it follows from no case.
        case: Option<u32>,
    },
    /// That the bridge is an admin of a group by now, and does there what it could not do before.
    AdminThereNow {
        /// Name of the group.
        group: String,
    },
    /// That whoever is out stays in a group because they created it.
    CreatorStaysThere {
        /// Name of the group.
        group: String,
        /// The number of the case.
        case: Option<u32>,
    },
    /// That whoever was out could not be added again to a group: their phone does not let anybody.
    NotAddableThere {
        /// Name of the group.
        group: String,
        /// Whether they were invited alone.
        invited: bool,
    },
    /// That somebody on Matrix who can come in could not be invited: their homeserver does not answer, or does not want it.
    NotInvited {
        /// What they are called.
        who: String,
    },
    /// To whoever was out and can't be added, alone, with an invitation: they can come back.
    ComeBack {
        /// Name of the theme.
        theme: String,
    },
    /// What would be logged if somebody did what they only rehearse.
    Rehearsed(Vec<Logged>),
    /// By which rules the theme is moderated.
    Rules {
        /// Name of the theme.
        theme: String,
        /// Its charter.
        charter: Charter,
    },
    /// Who moderates, and what is open.
    Bench {
        /// Name of the theme.
        theme: String,
        /// The delegates.
        seats: Vec<Seat>,
        /// The numbers of the cases that are open.
        cases: Vec<u32>,
        /// How many entries the log has.
        entries: u32,
        /// The hash of the last.
        head: String,
    },
    /// What is said to somebody alone, and how one writes to the bridge so.
    Alone(Alone),
    /// What the person wished is not done.
    Refused(Refusal),
    /// Something close to a command.
    NearMiss {
        /// What was written.
        heard: String,
        /// The command that it may have been, as it is written in the asker's language.
        nearest: String,
        /// Whether it is out of sight by now.
        hidden: bool,
    },
    /// Too many messages in a short time; what comes on top stays on the network where it was written.
    TooMany,
    /// What those are called who run the bridge, where they speak.
    Organisers,
    /// What a person changed so late that it can only be said anew.
    Correction,
    /// Words stand in somebody's answer, and nowhere that the bridge could look.
    AsAnswered,
    /// Words so long that a group gets only their beginning.
    GoesOn {
        /// Where all of them stand.
        link: String,
    },
    /// Something was sent that is not carried over; this stands in its place.
    NotCarried {
        /// What.
        kind: Kind,
        /// Whether it was sent on WhatsApp, where it can be seen; else on Matrix.
        on_whatsapp: bool,
    },
    /// What was written while a group could not be reached, as one message.
    Digest {
        /// How many messages.
        messages: usize,
        /// Of how many people.
        people: usize,
        /// Where all of them stand.
        link: String,
    },
    /// Who reacts elsewhere to a message, in one line.
    Reactions {
        /// How, and who.
        alike: Vec<Alike>,
        /// How many others react otherwise.
        more: usize,
    },
    /// Why somebody who is shown from the other network declines an invitation to another room.
    OnlyInItsTheme,
    /// A message could not be carried over, for good.
    NotDelivered,
}

/// What somebody sent that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of what one sends")]
pub enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Contact,
    Location,
    Poll,
    Event,
    Other,
}

/// Why a name can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameProblem {
    /// Someone else here is called so, or almost so.
    Taken,
    /// It looks like the bridge's or a moderator's.
    Reserved,
    /// It is a number, or holds one.
    Number,
    /// Too short or too long: 2 to 32 characters.
    Length,
}
