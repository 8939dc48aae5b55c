//! Groups: who may do what, what changes, and who is told.

mod change;
mod node;
mod requests;

pub(super) use change::{
    DescriptionChange, Membership, Setting, change_description, change_members, change_setting,
    change_subject, create, leave, new_group, reset_invite,
};
pub(super) use node::node;
pub(super) use requests::{Joined, Verdict, accept, asking, cancel, decide, join};

use super::model::Group;
use super::state::State;

/// How many members a group may have.
pub(super) const CAPACITY: usize = 1024;

/// Why the server does not do what a client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    NoSuchGroup,
    NotAMember,
    NotAnAdmin,
    NoSuchInvite,
    InviteRevoked,
    /// An administrator has removed whoever comes by the link.
    Removed,
    Full,
    DescriptionChanged,
    Unintelligible,
}

/// A refusal, or something that went wrong with the server itself.
pub(super) enum Trouble {
    Refused(Refusal),
    Broken(anyhow::Error),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

/// A group, for someone who is a member.
pub(super) fn seen_by<'a>(state: &'a State, number: &str, id: &str) -> Result<&'a Group, Refusal> {
    let group = state.groups.get(id).ok_or(Refusal::NoSuchGroup)?;
    if group.members.contains_key(number) {
        Ok(group)
    } else {
        Err(Refusal::NotAMember)
    }
}

/// A group, for someone who administers it.
pub(super) fn administered_by<'a>(
    state: &'a State,
    number: &str,
    id: &str,
) -> Result<&'a Group, Refusal> {
    let group = seen_by(state, number, id)?;
    if group.is_admin(number) {
        Ok(group)
    } else {
        Err(Refusal::NotAnAdmin)
    }
}

/// The group a code invites to.
pub(super) fn by_invite<'a>(state: &'a State, code: &str) -> Result<&'a Group, Refusal> {
    if let Some(group) = state.groups().find(|group| group.invite == code) {
        return Ok(group);
    }
    let revoked = |group: &Group| group.revoked_invites.iter().any(|old| old == code);
    if state.groups().any(revoked) {
        Err(Refusal::InviteRevoked)
    } else {
        Err(Refusal::NoSuchInvite)
    }
}
