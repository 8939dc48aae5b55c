//! What a community does: themes, people, names, words that mean something. Pure: no IO, no async, no clock,
//! no serialisation, and no words shown to people.
//!
//! *Architecture invariant:* what happens in a theme enters as an [`Input`] and leaves as a list of
//! [`Effect`]s. [`Theme::decide`] changes nothing; [`Theme::apply`] is the only way a theme changes.

mod command;
mod ids;
pub mod moderation;
pub mod name;
mod notice;
mod person;
#[cfg(test)]
mod pipeline_model;
mod plan;
pub mod proposal;
pub mod reactions;
pub mod rich;
mod theme;
mod words;

pub use command::{Command, Linking, Topic};
pub use ids::{GroupId, Malformed, MemberId, MessageId, ThemeCode, ThemeSlug, Timestamp};
pub use notice::{
    Act, Alone, Card, DebateTold, Deed, Kind, LeftUndone, Listed, NameProblem, Notice, Numbers,
    OpenAmendment, Refusal,
};
pub use person::{LinkClaim, LinkCode, LinkOffer, Network, Party, Persons};
pub use plan::{Plan, ThemeDefinition};
pub use proposal::{Change, Counts, Proposal, ProposalRef, Root, Status, Support, Told};
pub use rich::Rich;
pub use theme::{
    About, Choice, Debate, Due, Effect, GroupSetting, Hearing, Input, Known, Leg, Near, Record,
    Said, Seen, Speaker, Standing, Theme, Trusted, Wide,
};
pub use words::{Language, Words};
