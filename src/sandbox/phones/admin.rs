//! What an administrator does with a group, and any member where its settings allow it.

use anyhow::{Context, Result};
use whatsapp_rust::{GroupSubject, Jid};

use super::{Phone, chats};

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
    /// When nobody there is called so, its owner is no administrator, or the phone is offline.
    pub async fn remove(&self, group: &str, name: &str) -> Result<()> {
        let client = self.client().await?;
        let whom = [self.member(group, name)?];
        let groups = client.groups();
        let removed = groups
            .remove_participants(chats::address(group)?, &whom)
            .await;
        removed.with_context(|| format!("{name} can't be removed"))?;
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
        let promoted = groups
            .promote_participants(chats::address(group)?, &whom)
            .await;
        promoted.with_context(|| format!("{name} can't be made an administrator"))?;
        self.screen.look_up_groups(&client).await
    }

    fn member(&self, group: &str, name: &str) -> Result<Jid> {
        let chats = self.screen.chats.borrow();
        let people = chats.group(group).map_or(&[][..], |group| &group.people);
        let member = people.iter().find(|member| member.name == name);
        let member = member.with_context(|| format!("nobody in the group is called {name}"))?;
        Ok(Jid::lid(member.author.as_str()))
    }
}
