//! What a community does: themes, people, names, words that mean something. Pure: no IO, no async, no clock,
//! no serialisation, and no words shown to people.
//!
//! *Architecture invariant:* what happens in a theme enters as an [`Input`] and leaves as a list of
//! [`Effect`]s. [`Theme::decide`] changes nothing; [`Theme::apply`] is the only way a theme changes.

mod command;
mod ids;
pub mod name;
mod notice;
#[cfg(test)]
mod pipeline_model;
mod plan;
pub mod reactions;
pub mod rich;
mod theme;
mod words;

pub use command::Command;
pub use ids::{GroupId, Malformed, MemberId, ThemeCode, ThemeSlug, Timestamp};
pub use notice::{Kind, NameProblem, Notice};
pub use plan::{Plan, ThemeDefinition};
pub use rich::Rich;
pub use theme::{Choice, Effect, Hearing, Input, Leg, Record, Said, Speaker, Standing, Theme};
pub use words::{Language, Words};
