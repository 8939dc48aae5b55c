//! The public record, read and checked: pure, from events alone.
//!
//! What the bridge's account has written is told apart from what anybody may write; then a proposal's head is made anew
//! from its acts, and its support is counted anew from reactions, endorsements and joined accounts.

mod accounts;
mod chain;
mod finding;
mod fold;
mod room;
mod support;
mod verify;

#[cfg(test)]
mod scene;

pub(crate) use accounts::{Accounts, Persons};
pub(crate) use chain::{Acts, Chain, Step};
pub use finding::{Finding, Reason, Subject, Verdict};
pub use fold::AmendmentState;
pub(crate) use fold::{Folded, fold};
pub(crate) use room::{RoomRecord, same_reference};
pub(crate) use support::Supporters;

pub(crate) use verify::{Recount, check_head, check_support};
