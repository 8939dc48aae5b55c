//! Reads a plan from any homeserver as an ordinary Matrix client.
//!
//! It knows nothing of the bridge but what stands in the rooms, so that whoever monitors a plan has to trust nobody's
//! database: another homeserver's account, or none, is enough.

mod client;
mod error;
mod event;
mod list;
mod moment;
mod plain;
mod record;
mod room_state;
mod show;
mod table;
mod timeline;
mod view;

pub use error::MonitorError;
pub use list::list;
pub use matrix::record::Status;
pub use record::{AmendmentState, Finding, Reason, Subject, Verdict};
pub use show::{
    ActView, AmendmentView, Asked, DiscussionView, Gap, LastMessage, PersonView, ProposalView,
    ProposalsView, Sort, StepView, StoryView, SupportersView, Wanted, proposal, proposals,
};
pub use view::{Extent, GroupStatus, GroupView, PlanView, ThemeView};

use civic::Language;

/// Where a plan is, and as whom to read it.
#[derive(Debug, Clone)]
pub struct Source {
    /// An address such as `https://matrix.example.org`, or a server name such as `example.org`; none means the server
    /// in the space's alias.
    pub homeserver: Option<String>,
    /// As whom to read.
    pub login: Login,
    /// The plan's space: an alias such as `#paga:example.org`, or a room id.
    pub space: String,
    /// The language of what is shown.
    pub language: Language,
}

/// As whom to read.
#[derive(Clone)]
pub enum Login {
    /// As nobody. Only the public room directory can be seen so.
    Public,
    /// As a guest, where the homeserver takes guests.
    Guest,
    /// With an account, logged out again at the end.
    Password {
        /// A user id, or the part of it before the colon.
        user: String,
        /// Its password.
        password: String,
    },
    /// With an access token, which stays valid.
    Token {
        /// The access token.
        token: String,
    },
}

impl std::fmt::Debug for Login {
    /// Without its secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Login::Public => f.write_str("Public"),
            Login::Guest => f.write_str("Guest"),
            Login::Password { user, .. } => f
                .debug_struct("Password")
                .field("user", user)
                .finish_non_exhaustive(),
            Login::Token { .. } => f.debug_struct("Token").finish_non_exhaustive(),
        }
    }
}
