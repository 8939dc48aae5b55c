//! The WhatsApp groups: one connector over WhatsApp Web.
//!
//! *Architecture invariant:* whatsapp-rust is named nowhere outside of this crate (the sandbox's people and
//! server apart), and no address leaves it but as one of the redacted types [`GroupJid`], [`Lid`] and
//! [`PhoneNumber`].

mod account;
mod acts;
mod connector;
mod events;
mod groups;
mod heard;
mod hints;
mod invitation;
mod jid;
pub mod markup;
mod message_id;
mod moderation;
mod pairing;
mod person;
mod phone;
mod redact;
mod saying;
mod session;
mod set_back;
pub mod settings;
mod status;
mod transport;
mod unopened;

pub use connector::{Connector, ConnectorError, Inbox, NotKept};
pub use events::Counts;
pub use groups::{GroupInfo, Member};
pub use heard::{Answered, Direct, Heard, Kind, MessageKey, Quoted, What};
pub use hints::{GroupHint, Hints};
pub use invitation::Invitation;
pub use jid::{GroupJid, Lid, NotAnAddress, PhoneNumber};
pub use message_id::{MessageId, message_id};
pub use moderation::{JoinRequest, OrderError, Outcome};
pub use pairing::{PairFailure, PairMethod, PairStep, Pairing};
pub use person::Person;
pub use redact::{KnownNumbers, SCRUBBED, redact_log, scrub_text};
pub use saying::{EDIT_WINDOW, EDITS_TAKEN, ReplyTo, Saying};
pub use session::{SeedDevice, Session, SessionError};
pub use settings::{ServerKey, WhatsAppSettings};
pub use status::{Broken, SendError, Status};
