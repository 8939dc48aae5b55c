//! How the account's connection stands, and why something could not be done with it.

use crate::GroupJid;

/// How the account's connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Not connected yet.
    Starting,
    /// This session belongs to no account. It has to be linked: `aty login`.
    NotPaired,
    /// All is well.
    Connected,
    /// The connection is lost; it is being made again.
    Disconnected,
    /// The account was unlinked from this session, on the phone or by WhatsApp. It has to be linked again.
    LoggedOut {
        /// What WhatsApp said.
        reason: String,
    },
    /// The same session was opened by another program, which has taken its place.
    Replaced,
    /// WhatsApp has stopped the account for a while. It is connected again by itself afterwards.
    Banned {
        /// Until when, in milliseconds since 1970.
        until_ms: i64,
        /// What WhatsApp said.
        why: String,
    },
    /// Nothing can go on; the process has to stop.
    Broken(Broken),
}

/// Why nothing can go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// A received message could not be written. Going on would lose it; after a restart it comes again.
    #[error(
        "A received message could not be written to the disk. Make room on it and start again; nothing is lost."
    )]
    CannotKeep,
    /// WhatsApp takes this version no more.
    #[error("WhatsApp no longer accepts this version. Install a newer Aty.")]
    Outdated,
    /// WhatsApp refuses the connection for a reason that doesn't pass by itself.
    #[error("WhatsApp refuses the connection ({0}).")]
    Refused(String),
}

impl Status {
    /// Whether it ends only by somebody's doing, or by waiting long.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Starting | Self::Connected | Self::Disconnected)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Starting => f.write_str("connecting to WhatsApp"),
            Self::NotPaired => f.write_str(
                "no WhatsApp account is linked. Link one with: aty login",
            ),
            Self::Connected => f.write_str("connected to WhatsApp"),
            Self::Disconnected => f.write_str("the connection to WhatsApp is lost; trying again"),
            Self::LoggedOut { reason } => write!(
                f,
                "the WhatsApp account was unlinked ({reason}). Link it again with: aty login"
            ),
            Self::Replaced => f.write_str(
                "another program has opened the same WhatsApp session. Stop it, then start Aty again",
            ),
            Self::Banned { why, .. } => write!(
                f,
                "WhatsApp has stopped the account for a while: {why}. Nothing is sent until then; all of it is kept"
            ),
            Self::Broken(broken) => broken.fmt(f),
        }
    }
}

/// Why something could not be done with the account. None of it repeats what was to be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// It did not reach WhatsApp. Try again.
    #[error("WhatsApp could not be reached. It is tried again.")]
    Transient,
    /// It may have reached WhatsApp, or not. Try again with the same id; for what has none, look first.
    #[error("WhatsApp did not answer, so it is not known whether that was done.")]
    Uncertain,
    /// WhatsApp says no, and will say it again.
    #[error("WhatsApp refused: {why} ({code}).")]
    Rejected {
        /// WhatsApp's number for it.
        code: u16,
        /// What that means.
        why: &'static str,
    },
    /// An admin of the group has to let the account in first.
    #[error("An admin of the group has to let the bridge's account in.")]
    AwaitingApproval(GroupJid),
    /// Nothing is sent now. Keep everything until the status changes.
    #[error("Nothing is sent to WhatsApp now: {0}.")]
    NotSending(Status),
}

/// What WhatsApp's numbers mean, as far as one can do something about it.
pub(crate) fn meaning(code: u16) -> &'static str {
    match code {
        401 | 403 => {
            "the bridge's account may not do that; is it a member, and an admin, of the group?"
        }
        404 => "there is no such group, or the bridge's account is not in it",
        406 => "that is not acceptable to WhatsApp",
        409 => "that is so already",
        410 => "the link is no longer valid; ask for a new one",
        419 => "the group is full",
        420 => "only admins may write in the group now",
        463 => "WhatsApp has limited what the account may send",
        _ => "no more is known",
    }
}
