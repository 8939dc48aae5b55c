//! What everyone may see: the public page of each theme, the ways into its conversation, and the log of its moderation.
//!
//! *Architecture invariant:* the site can't write. All that it knows beside the plan it asks through [`Ask`], whose
//! answers have no number in them, and no names but those in the public log.

mod ask;
mod html;
mod page;
mod qr;
mod reader;
mod routes;
pub mod settings;
#[cfg(test)]
mod tests;

pub use ask::{Ask, LogLine, WayIn};
pub use routes::{Site, router};
pub use settings::SiteSettings;
