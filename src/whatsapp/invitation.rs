//! An invitation to a group that one person gets alone, because their settings let nobody add them.

use std::fmt;

use serde::{Deserialize, Serialize};
use whatsapp_rust::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;

use crate::GroupJid;

/// An invitation that WhatsApp gives out for one person in the place of adding them. It leads back whom an admin has removed, too,
/// whom no link does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    code: String,
    /// Until when it holds, in seconds since 1970.
    expires: i64,
}

/// Never the code: whoever has it comes in.
impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitation")
    }
}

impl Invitation {
    pub(crate) fn new(code: String, expires: u64) -> Self {
        Self {
            code,
            expires: i64::try_from(expires).unwrap_or(i64::MAX),
        }
    }

    /// As it goes over the wire, with the group's name and a few words.
    pub(crate) fn message(&self, group: &GroupJid, subject: &str, text: &str) -> wa::Message {
        wa::Message {
            group_invite_message: MessageField::some(wa::message::GroupInviteMessage {
                group_jid: Some(group.expose().to_owned()),
                invite_code: Some(self.code.clone()),
                invite_expiration: Some(self.expires),
                group_name: Some(subject.to_owned()),
                caption: Some(text.to_owned()),
                ..Default::default()
            }),
            ..Default::default()
        }
    }
}
