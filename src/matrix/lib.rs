//! The homeserver: registration, transactions in, requests out as bot or ghost, rooms and state.
//!
//! Nothing here decides, remembers, or reads the clock; times come in as values.
//!
//! - [`settings`], [`registration`], [`identity`]: who we are to the homeserver.
//! - [`endpoint`]: what the homeserver tells us, and [`heard`]: what it means.
//! - [`html`]: formatted text as Matrix writes it.
//! - [`homeserver`]: what we ask of it, and [`send_error`]: how that can fail.
//! - [`record`]: the public record, as it is written into rooms.
//! - [`provision`]: the plan's space and rooms, seen to exist; [`bridge_info`]: the groups joined to them.

pub mod bridge_info;
pub mod endpoint;
pub mod heard;
pub mod homeserver;
pub mod html;
pub mod identity;
pub mod names;
pub mod provision;
pub mod record;
pub mod registration;
pub mod send_error;
pub mod settings;

mod direct;
mod find_sent;
mod follow;
mod happened_since;
mod membership;
mod paths;
mod place;
mod their_clock;
mod thread;
mod upkeep;

pub use direct::Company;
pub use happened_since::{Happened, Since};
pub use heard::{Heard, What};
pub use homeserver::{Homeserver, StateEvent};
pub use identity::Identity;
pub use registration::Registration;
pub use send_error::SendError;
pub use their_clock::date;
