//! The WhatsApp groups: one connector over WhatsApp Web.
//!
//! *Architecture invariant:* whatsapp-rust is named nowhere outside of this crate (the sandbox's people and
//! server apart), and no address leaves it but as one of the redacted types of [`jid`](PhoneNumber).

mod jid;
mod session;

pub use jid::{GroupJid, Lid, NotAnAddress, PhoneNumber};
pub use session::{SeedDevice, Session, SessionError};
