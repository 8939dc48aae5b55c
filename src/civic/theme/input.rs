//! All that can happen to a theme.

use std::collections::BTreeSet;

use crate::moderation::Wish;
use crate::{Command, GroupId, Language, LinkCode, MemberId, MessageId, Network, Party, Timestamp};

/// One place where a theme is talked about. What is heard on one leg goes to all others, never back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leg {
    /// The theme's Matrix room.
    Room,
    /// One of its WhatsApp groups.
    Group(GroupId),
    /// Somebody's own chat with the bridge on a network, where nobody else reads: only commands are heard there, and
    /// nothing is carried from there or to there.
    Direct(Network),
}

impl Leg {
    /// The network that it is on.
    pub fn network(&self) -> Network {
        match self {
            Self::Room => Network::Matrix,
            Self::Group(_) => Network::WhatsApp,
            Self::Direct(network) => *network,
        }
    }

    /// Whether only one person and the bridge read there.
    pub fn is_direct(&self) -> bool {
        matches!(self, Self::Direct(_))
    }
}

/// How a person chose to be carried over to the other network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The name they took, if they took one.
    pub name: Option<String>,
    /// Whether they are carried over at all.
    pub carried: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            name: None,
            carried: true,
        }
    }
}

/// Who says something, as far as a decision needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The person.
    pub member: MemberId,
    /// What their own network calls them.
    pub own_name: Option<String>,
    /// What they chose.
    pub choice: Choice,
}

/// What a text means to the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hearing {
    /// People talking.
    Talk,
    /// They change what they said before.
    Edit {
        /// What they say now.
        text: String,
        /// What that means.
        hearing: Box<Hearing>,
    },
    /// They react to a message, or, where one has a single reaction to it, take it away: so it is on WhatsApp.
    React(Option<String>),
    /// They take away one reaction of any number: so it is on Matrix.
    Unreact(String),
    /// They take back what was said.
    TakeBack,
    /// A command, asked for in a language.
    Command(Command, Language),
    /// Almost a command.
    Almost {
        /// What was written.
        heard: String,
        /// The nearest command, as it is written in that language.
        nearest: String,
        /// The language of that command.
        language: Language,
        /// What it is about, for what nobody is kept from.
        near: Near,
    },
}

/// What is almost written, where that matters although it is not quite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    /// A report: it may name somebody.
    Report,
    /// An appeal.
    Appeal,
    /// Something else.
    Other,
}

/// What a message answers, changes, takes back or reacts to, where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// That message.
    pub message: MessageId,
    /// What the thread begins with in which it stands, if it stands in one.
    pub thread: Option<MessageId>,
    /// Whether it is itself an answer.
    pub answers: bool,
    /// Who wrote it; `None` if it is the bridge's own.
    pub author: Option<Party>,
    /// Its words; `None` if it has none of its own, like a voice message.
    pub text: Option<String>,
}

impl About {
    /// Whether a thread can begin with it.
    pub(crate) fn can_be_root(&self) -> bool {
        self.thread.is_none() && !self.answers
    }
}

/// Something said on a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where.
    pub from: Leg,
    /// By whom.
    pub speaker: Speaker,
    /// Which message this is.
    pub message: MessageId,
    /// When it was written.
    pub at: Timestamp,
    /// What it is about, if it is about another message.
    pub about: Option<About>,
    /// What it means.
    pub hearing: Hearing,
    /// The code to give, should somebody ask for one. Always the same for the same message, and nobody can guess it.
    pub code: LinkCode,
}

impl Said {
    /// Who says it, as a record names them.
    pub fn by(&self) -> Party {
        Party {
            member: self.speaker.member.clone(),
            network: self.from.network(),
        }
    }
}

impl Said {
    /// What is changed into a report, or into what is almost one, as if it had been said so at once: it goes out of sight whole.
    pub(crate) fn reports_by_change(&self) -> Option<Self> {
        let Hearing::Edit { hearing, .. } = &self.hearing else {
            return None;
        };
        let reports = match &**hearing {
            Hearing::Command(Command::Moderate(wish), _) => matches!(wish, Wish::Report { .. }),
            Hearing::Almost { near, .. } => *near == Near::Report,
            _ => false,
        };
        let about = self.about.as_ref().filter(|_| reports)?;
        Some(Self {
            message: about.message,
            about: None,
            hearing: (**hearing).clone(),
            ..self.clone()
        })
    }
}

/// What an admin can set about a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSetting {
    /// Only its admins write.
    Announcement,
    /// Its admins let in whoever comes.
    Approval,
}

/// All that can happen to a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and most often it is what somebody said"
)]
pub enum Input {
    /// Somebody said something.
    Said(Said),
    /// Who is in a group now, as WhatsApp tells.
    Members {
        /// The group.
        group: GroupId,
        /// Everybody in it.
        present: BTreeSet<MemberId>,
    },
    /// The bridge opened a group for the theme.
    GroupOpened(GroupId),
    /// The bridge joined a group that existed before: it says so, and waits before it carries anything.
    GroupAdopted {
        /// The group.
        group: GroupId,
        /// How long it waits.
        wait_hours: u32,
    },
    /// Somebody has joined the room. Who joins a group is told by who is in it.
    Joined(MemberId),
    /// Who asks to be let in on a leg now.
    Waiting {
        /// Where.
        leg: Leg,
        /// Everybody who does.
        who: BTreeSet<MemberId>,
    },
    /// An admin of a group has let somebody in by hand, or turned them away.
    Admitted {
        /// Whom.
        who: Party,
        /// Whether they let them in.
        yes: bool,
        /// Who did.
        by: Party,
    },
    /// Somebody was removed by a network's own powers: from a group, or out of the room.
    Removed {
        /// Whom.
        who: Party,
        /// Who did.
        by: Party,
        /// Whether they can't simply come back. So it is with a ban, and with whomever an admin removes from a group; who is
        /// kicked out of a room can.
        lasting: bool,
    },
    /// Somebody who was out was let in again by a network's own powers.
    LetBack {
        /// Whom.
        who: Party,
        /// Who did.
        by: Party,
    },
    /// An admin of a group has set something about it by hand.
    GroupSet {
        /// In which.
        group: GroupId,
        /// What.
        setting: GroupSetting,
        /// Whether it is so now.
        on: bool,
        /// Who did.
        by: Party,
    },
    /// The operator takes a message out that the law forbids.
    Outlawed {
        /// Which.
        message: MessageId,
        /// Who wrote it.
        author: Party,
        /// Why.
        reason: String,
        /// The operator, as one who acts.
        by: Party,
    },
    /// Something is due.
    Due(Due),
    /// These accounts are one person's from now on, or no longer: said to every theme, since they may count otherwise.
    PersonsChanged(MemberId, MemberId),
    /// The bridge is no longer in a group.
    GroupLost(GroupId),
}

/// What falls due by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// The wait of an adopted group is over.
    WaitOver(GroupId),
    /// Something in moderation.
    Moderation,
    /// It is to be said who asks to be let in.
    Waiting,
    /// The public count of a proposal's supporters is to be written.
    Support(u32),
}
