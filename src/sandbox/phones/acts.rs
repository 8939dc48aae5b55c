//! What one does on a phone.

use anyhow::{Context, Result};
use whatsapp::EDIT_WINDOW;

use super::shown::{Change, Quote, Reaction, Shown, ShownMember};
use super::things::Thing;
use super::{Phone, hearing};

/// A text that is about to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The text. Whoever is mentioned stands in it as `@` and their name.
    pub text: String,
    /// The id of the message that it answers.
    pub reply: Option<String>,
    /// The group in which that stands, if it is answered in private.
    pub from: Option<String>,
    /// The names of those who are mentioned.
    pub mentions: Vec<String>,
}

/// Why a phone offers no button for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPossible {
    /// Nobody can do anything with what isn't there.
    #[error("there is no such message on the phone, or it was deleted")]
    NoSuchMessage,
    /// Only authors edit, and whoever deletes for everyone is the author or an administrator.
    #[error("it is somebody else's message")]
    NotYours,
    /// It was written more than a quarter of an hour ago.
    #[error("it is too late to edit the message")]
    TooLate,
    /// There is no text in it that could be changed.
    #[error("the message is not a text")]
    NotAText,
    /// Nobody in the group has this name, or nobody with it asks to be let in.
    #[error("nobody in the group has this name")]
    NoSuchMember,
    /// The server lets only administrators do that.
    #[error("only administrators of the group can do that")]
    NotAnAdmin,
    /// Nobody removes or demotes the group's creator.
    #[error("nobody can do that to the creator of the group")]
    TheCreator,
    /// Only administrators write in the group now.
    #[error("only administrators write in this group")]
    OnlyAdminsWrite,
}

impl Phone {
    /// Writes into a group, or to somebody [alone](super::chat_with), and waits until the server has taken it. Returns the message's id.
    ///
    /// # Errors
    /// When the phone is offline, or the server refuses the message.
    pub async fn send_text(&self, group: &str, text: &str) -> Result<String> {
        let draft = Draft {
            text: text.to_owned(),
            ..Draft::default()
        };
        self.write(group, draft).await
    }

    /// Answers a message. Returns the answer's id.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn reply(&self, group: &str, message: &str, text: &str) -> Result<String> {
        let draft = Draft {
            text: text.to_owned(),
            reply: Some(message.to_owned()),
            ..Draft::default()
        };
        self.write(group, draft).await
    }

    /// Writes a text in which people are mentioned, as `@` and their name. Returns the message's id.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn mention(&self, group: &str, text: &str, names: &[&str]) -> Result<String> {
        let draft = Draft {
            text: text.to_owned(),
            mentions: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Draft::default()
        };
        self.write(group, draft).await
    }

    /// Answers a message of a group where only the two of them read. Returns the answer's id.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn reply_alone(
        &self,
        to: &str,
        (group, message): (&str, &str),
        text: &str,
    ) -> Result<String> {
        let draft = Draft {
            text: text.to_owned(),
            reply: Some(message.to_owned()),
            from: Some(group.to_owned()),
            ..Draft::default()
        };
        self.write(to, draft).await
    }

    /// Writes into a group, or to somebody alone, with all that a text can have. Returns the message's id.
    ///
    /// # Errors
    /// [`NotPossible`], when the phone is offline, or when the server refuses the message.
    pub async fn write(&self, group: &str, draft: Draft) -> Result<String> {
        let answered = match &draft.reply {
            Some(id) => Some(self.shown(draft.from.as_deref().unwrap_or(group), id)?),
            None => None,
        };
        let members = self.mentioned(group, &draft.mentions)?;
        let members: Vec<&ShownMember> = members.iter().collect();
        let message = hearing::text(
            &draft.text,
            answered.as_ref(),
            draft.from.as_deref(),
            &members,
        );
        let quote = answered.map(|answered| Quote {
            id: answered.id,
            who: answered.who,
            text: answered.text,
        });
        let said = Shown {
            quote,
            mentions: draft.mentions,
            ..self.own_message(draft.text).await?
        };
        self.say(group, said, message).await
    }

    /// Sends something that is no text. Returns the message's id.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn send(&self, group: &str, thing: Thing) -> Result<String> {
        let message = thing.message();
        let said = Shown {
            kind: Some(thing.kind),
            ..self.own_message(thing.text).await?
        };
        self.say(group, said, message).await
    }

    /// Reacts to a message, in place of an earlier reaction to it. No emoji: takes the reaction back.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn react(&self, group: &str, message: &str, emoji: &str) -> Result<()> {
        let of = self.shown(group, message)?;
        let sent = hearing::reaction(group, &of, emoji, self.network.now_ms());
        let reaction = Reaction {
            who: self.name.clone(),
            emoji: emoji.to_owned(),
            own: true,
            author: self.author().await?,
        };
        let of = of.key();
        self.change(group, sent, Change::Reacted { of, reaction })
            .await
    }

    /// Gives a message of one's own another text, within a quarter of an hour.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn edit(&self, group: &str, message: &str, text: &str) -> Result<()> {
        let of = self.shown(group, message)?;
        let at = self.network.now_ms();
        if !of.own {
            return Err(NotPossible::NotYours.into());
        }
        if of.kind.is_some() {
            return Err(NotPossible::NotAText.into());
        }
        if at.saturating_sub(of.at) > EDIT_WINDOW.as_millis() as i64 {
            return Err(NotPossible::TooLate.into());
        }
        // Whoever was mentioned stays so while their name is there.
        let mut mentions = of.mentions.clone();
        mentions.retain(|name| text.contains(&format!("@{name}")));
        let members = self.mentioned(group, &mentions)?;
        let members: Vec<&ShownMember> = members.iter().collect();
        let sent = hearing::edit(group, &of, hearing::text(text, None, None, &members), at);
        let edited = Change::Edited {
            of: of.key(),
            text: text.to_owned(),
            mentions,
            at,
        };
        self.change(group, sent, edited).await
    }

    /// Deletes a message of one's own for everyone.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn delete(&self, group: &str, message: &str) -> Result<()> {
        let of = self.shown(group, message)?;
        if !of.own {
            return Err(NotPossible::NotYours.into());
        }
        self.revoke(group, &of).await
    }

    /// Deletes somebody else's message for everyone, as an administrator. The server refuses whoever is none.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn delete_as_admin(&self, group: &str, message: &str) -> Result<()> {
        let of = self.shown(group, message)?;
        if of.own {
            return Err(NotPossible::NotYours.into());
        }
        self.revoke(group, &of).await
    }

    async fn revoke(&self, group: &str, of: &Shown) -> Result<()> {
        let sent = hearing::revoke(group, of);
        let deleted = Change::Deleted {
            of: of.key(),
            by: (!of.own).then(|| self.name.clone()),
        };
        self.change(group, sent, deleted).await
    }

    /// The last message with this id that is still there.
    pub(super) fn shown(&self, group: &str, id: &str) -> Result<Shown, NotPossible> {
        let chats = self.screen.chats.borrow();
        let mut messages = chats.chat(group).iter().rev();
        messages
            .find(|message| message.id == id && !message.deleted)
            .cloned()
            .ok_or(NotPossible::NoSuchMessage)
    }

    fn mentioned(&self, group: &str, names: &[String]) -> Result<Vec<ShownMember>, NotPossible> {
        let chats = self.screen.chats.borrow();
        let people = chats.group(group).map_or(&[][..], |group| &group.people);
        let member = |name: &String| people.iter().find(|member| member.name == *name).cloned();
        let members = names
            .iter()
            .map(|name| member(name).ok_or(NotPossible::NoSuchMember));
        members.collect()
    }

    async fn own_message(&self, text: String) -> Result<Shown> {
        Ok(Shown {
            id: String::new(),
            who: self.name.clone(),
            text,
            kind: None,
            at: self.network.now_ms(),
            own: true,
            edited: false,
            deleted: false,
            deleted_by: None,
            quote: None,
            mentions: Vec::new(),
            reactions: Vec::new(),
            invitation: None,
            author: self.author().await?,
            place: 0,
        })
    }

    /// The digits of one's own LID.
    async fn author(&self) -> Result<String> {
        let own = self.client().await?.lid().context("the phone has no LID")?;
        Ok(own.user.to_string())
    }
}
