//! What everyone may see: the public page of each theme, and the ways into its conversation.
//!
//! *Architecture invariant:* the site can't write. All that it knows beside the plan it asks through [`Ask`], whose
//! answers have no number and nobody's name in them.

mod ask;
mod html;
mod page;
mod qr;
mod reader;
mod routes;
pub mod settings;
#[cfg(test)]
mod tests;

pub use ask::{Ask, WayIn};
pub use routes::{Site, router};
pub use settings::SiteSettings;
