//! What an administrator does with a group, and any member where its settings allow it.

use anyhow::{Context, Error, Result, bail};
use whatsapp_rust::{
    GroupError, GroupSubject, IqError, Jid, MembershipApprovalMode, ParticipantChangeResponse,
};

use super::shown::ShownMember;
use super::{NotPossible, Phone, chats};

type Answers = Result<Vec<ParticipantChangeResponse>, GroupError>;

impl Phone {
    /// Gives a group another name.
    ///
    /// # Errors
    /// When the server does not allow it, or the phone is offline.
    pub async fn rename_group(&self, group: &str, subject: &str) -> Result<()> {
        let client = self.client().await?;
        let groups = client.groups();
        let renamed = groups.set_subject(chats::address(group)?, GroupSubject::new(subject)?);
        renamed.await.context("the group can't be renamed")?;
        self.screen.look_up_groups(&client).await
    }

    /// Removes somebody, by name, from a group.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody there is called so, its owner is no administrator or they are the group's creator, or when
    /// the phone is offline.
    pub async fn remove(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.member(group, name)?];
        let groups = client.groups();
        let removed = groups.remove_participants(chats::address(group)?, &whom);
        done(removed.await)?;
        self.screen.look_up_groups(&client).await
    }

    /// Makes somebody, by name, an administrator.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub async fn promote(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.member(group, name)?];
        let groups = client.groups();
        let promoted = groups.promote_participants(chats::address(group)?, &whom);
        done(promoted.await)?;
        self.screen.look_up_groups(&client).await
    }

    /// Makes an administrator, by name, a plain member.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub async fn demote(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.member(group, name)?];
        let groups = client.groups();
        let demoted = groups.demote_participants(chats::address(group)?, &whom);
        done(demoted.await)?;
        self.screen.look_up_groups(&client).await
    }

    /// Lets only administrators write in a group, or everybody again.
    ///
    /// # Errors
    /// [`NotPossible::NotAnAdmin`], or when the phone is offline.
    pub async fn set_announcement(&self, group: &str, on: bool) -> Result<()> {
        let client = self.client().await?;
        let groups = client.groups();
        let set = groups.set_announce(chats::address(group)?, on);
        set.await.map_err(refused)?;
        self.screen.look_up_groups(&client).await
    }

    /// Has administrators let in whoever comes by the link, or no longer.
    ///
    /// # Errors
    /// As [`set_announcement`](Self::set_announcement).
    pub async fn set_approval(&self, group: &str, on: bool) -> Result<()> {
        let client = self.client().await?;
        let mode = match on {
            true => MembershipApprovalMode::On,
            false => MembershipApprovalMode::Off,
        };
        let groups = client.groups();
        let set = groups.set_membership_approval(chats::address(group)?, mode);
        set.await.map_err(refused)?;
        self.screen.look_up_groups(&client).await
    }

    /// Lets in somebody, by name, who asks for it.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody asks who is called so or its owner is no administrator, when the group is full, or when the
    /// phone is offline.
    pub async fn approve(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.asking(group, name)?];
        let groups = client.groups();
        let approved = groups.approve_membership_requests(chats::address(group)?, &whom);
        done(approved.await)?;
        self.screen.look_up_groups(&client).await
    }

    /// Turns away somebody, by name, who asks to be let in.
    ///
    /// # Errors
    /// As [`approve`](Self::approve).
    pub async fn reject(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.asking(group, name)?];
        let groups = client.groups();
        let rejected = groups.reject_membership_requests(chats::address(group)?, &whom);
        done(rejected.await)?;
        self.screen.look_up_groups(&client).await
    }

    fn member(&self, group: &str, name: &str) -> Result<Jid> {
        let chats = self.screen.chats.borrow();
        named(chats.group(group).map(|group| &*group.people), name)
    }

    fn asking(&self, group: &str, name: &str) -> Result<Jid> {
        let chats = self.screen.chats.borrow();
        named(chats.group(group).map(|group| &*group.asking), name)
    }
}

fn named(people: Option<&[ShownMember]>, name: &str) -> Result<Jid> {
    let mut people = people.into_iter().flatten();
    let person = people.find(|member| member.name == name);
    let person = person.ok_or(NotPossible::NoSuchMember)?;
    Ok(Jid::lid(person.author.as_str()))
}

/// Whether the server did it, to the one person whom it was about.
fn done(answers: Answers) -> Result<()> {
    let answers = answers.map_err(refused)?;
    match answers.iter().find_map(|answer| answer.error.as_deref()) {
        None => Ok(()),
        Some("403") => Err(NotPossible::TheCreator.into()),
        Some("404") => Err(NotPossible::NoSuchMember.into()),
        Some(code) => bail!("the server refused (code {code})"),
    }
}

/// Why the server didn't do it.
pub(super) fn refused(error: GroupError) -> Error {
    match error {
        GroupError::Iq(IqError::ServerError {
            code: 401 | 403, ..
        }) => NotPossible::NotAnAdmin.into(),
        error => error.into(),
    }
}
