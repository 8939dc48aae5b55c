//! The public record as it stands in the rooms: heads and counts as state, acts in the timeline.
//!
//! Whoever reads a plan needs no more than these shapes. Their JSON Schemas, with examples, are in
//! `docs/reference/events.md`, generated from here. Times are milliseconds since 1970; texts are by language code.

mod act;
mod head;
mod moderation;
mod people;
mod reference;

pub use act::{Act, Change, Context, Did};
pub use head::{Amendments, Head, Status, Support};
pub use moderation::{Charter, Debate, Delegate, ModerationAct, Roster, Sanction};
pub use people::{Count, Linked, Network, Participants, Participation, Party};
pub use reference::reference;

use std::collections::BTreeMap;

/// A text by the code of its language: `{"es": "…"}`.
pub type Texts = BTreeMap<String, String>;

/// The version of all shapes here. A reader passes over what has a higher one.
pub const VERSION: u32 = 1;
