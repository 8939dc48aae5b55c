use url::Url;
use whatsapp_rust::{
    GroupCreateOptions, GroupDescription, GroupMetadata, GroupParticipant, GroupParticipantOptions,
    GroupSubject, Jid, JoinGroupResult, PreviousDescription,
};

use crate::account::{before_sending, group_error, refused};
use crate::status::SendError;
use crate::{Connector, GroupJid, Lid, Person, PhoneNumber};

/// A group as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInfo {
    /// Its address.
    pub jid: GroupJid,
    /// Its name.
    pub subject: String,
    /// Its description.
    pub description: Option<String>,
    /// All its members, the bridge's account too.
    pub members: Vec<Member>,
    /// Whether the bridge's account is an admin of it.
    pub we_are_admin: bool,
    /// Whether only admins may write.
    pub announcement: bool,
    /// Whether admins let in who comes by the link.
    pub approval: bool,
}

/// A member of a group. At least one of LID and number is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The LID, where it is known.
    pub lid: Option<Lid>,
    /// The number, where it is known.
    pub number: Option<PhoneNumber>,
    /// Whether they are an admin.
    pub admin: bool,
    /// Whether they are the group's creator, whom nobody can remove or demote. They are an admin, too.
    pub creator: bool,
}

impl GroupInfo {
    /// Somebody, if they are a member.
    pub fn member(&self, who: &Person) -> Option<&Member> {
        self.members.iter().find(|member| member.person().is(who))
    }
}

impl Member {
    /// Who they are.
    pub fn person(&self) -> Person {
        Person {
            lid: self.lid.clone(),
            number: self.number.clone(),
        }
    }
}

impl Connector {
    /// All groups that the account is a member of.
    ///
    /// # Errors
    /// [`SendError::Transient`], or [`SendError::NotSending`].
    pub async fn groups(&self) -> Result<Vec<GroupInfo>, SendError> {
        let client = self.client()?;
        let groups = client.groups().get_participating().await;
        let groups = groups.map_err(|error| before_sending(group_error(error)))?;
        let mut known: Vec<_> = groups
            .values()
            .filter_map(|metadata| self.info(metadata))
            .collect();
        known.sort_by(|one, other| one.jid.cmp(&other.jid));
        Ok(known)
    }

    /// One group as it is now.
    ///
    /// # Errors
    /// [`SendError::Rejected`] if the account is not in it.
    pub async fn group(&self, group: &GroupJid) -> Result<GroupInfo, SendError> {
        let client = self.client()?;
        let metadata = client.groups().get_metadata(&group.to_jid()).await;
        let metadata = metadata.map_err(|error| before_sending(group_error(error)))?;
        self.info(&metadata).ok_or(SendError::Transient)
    }

    /// Opens a group with the account as its creator, and a second admin if one is given. Whether they could be
    /// added shows in the members: some people's settings forbid it.
    ///
    /// # Errors
    /// After [`SendError::Uncertain`] look into [`groups`](Self::groups) before trying again: there is no id that
    /// would make it the same group.
    pub async fn open_group(
        &self,
        subject: &str,
        description: &str,
        second_admin: Option<&PhoneNumber>,
    ) -> Result<GroupInfo, SendError> {
        let client = self.client()?;
        GroupSubject::new(subject).map_err(|_| refused(406))?;
        let mut options = GroupCreateOptions::new(subject);
        options.description = Some(GroupDescription::new(description).map_err(|_| refused(406))?);
        options.participants = second_admin
            .map(|number| GroupParticipantOptions::from_phone(number.to_jid()))
            .into_iter()
            .collect();
        let created = client.groups().create_group(options).await;
        let created = created.map_err(group_error)?;
        let group = GroupJid::from_jid(&created.metadata.id).ok_or(SendError::Uncertain)?;
        self.line.hints.know(&group);
        if let Some(number) = second_admin
            && let Err(error) = self.promote_at_first(&group, number).await
        {
            tracing::warn!(%error, "the second admin of a new group could not be made one");
        }
        self.group(&group)
            .await
            .or_else(|_| self.info(&created.metadata).ok_or(SendError::Uncertain))
    }

    /// Makes somebody an admin of a group that was opened just now.
    async fn promote_at_first(&self, group: &GroupJid, who: &PhoneNumber) -> Result<(), SendError> {
        let client = self.client()?;
        let answers = client
            .groups()
            .promote_participants(group.to_jid(), &[who.to_jid()])
            .await
            .map_err(group_error)?;
        match answers.iter().find_map(|answer| answer.error.as_deref()) {
            None => Ok(()),
            Some(code) => Err(refused(code.parse().unwrap_or(0))),
        }
    }

    /// Changes a group's name.
    ///
    /// # Errors
    /// [`SendError::Rejected`] if the account may not, or the name is too long for WhatsApp (100 characters).
    pub async fn set_subject(&self, group: &GroupJid, subject: &str) -> Result<(), SendError> {
        let subject = GroupSubject::new(subject).map_err(|_| refused(406))?;
        let client = self.client()?;
        client
            .groups()
            .set_subject(group.to_jid(), subject)
            .await
            .map_err(group_error)
    }

    /// Changes a group's description.
    ///
    /// # Errors
    /// [`SendError::Rejected`] if the account may not, or it is too long for WhatsApp (2,048 characters).
    pub async fn set_description(
        &self,
        group: &GroupJid,
        description: &str,
    ) -> Result<(), SendError> {
        let description = GroupDescription::new(description).map_err(|_| refused(406))?;
        let client = self.client()?;
        client
            .groups()
            .set_description(
                group.to_jid(),
                Some(description),
                PreviousDescription::Resolve,
            )
            .await
            .map_err(group_error)
    }

    /// Joins a group by its invitation link. Where the account is a member already, that is fine too.
    ///
    /// # Errors
    /// [`SendError::AwaitingApproval`] where admins let people in; [`SendError::Rejected`] if the link is not one
    /// (400), is no longer valid (410), the group is full (419) or an admin has removed the account from it (401).
    pub async fn join_by_link(&self, link: &str) -> Result<GroupInfo, SendError> {
        let client = self.client()?;
        let group = match client.groups().join_with_invite_code(link).await {
            Ok(JoinGroupResult::Joined(jid)) => group_of(&jid)?,
            Ok(JoinGroupResult::PendingApproval(jid)) => {
                return Err(SendError::AwaitingApproval(group_of(&jid)?));
            }
            Err(error) => match group_error(error) {
                SendError::Rejected { code: 409, .. } => self.group_of_link(link).await?,
                other => return Err(other),
            },
        };
        self.line.hints.know(&group);
        self.group(&group).await
    }

    /// The link by which anyone can join a group.
    ///
    /// # Errors
    /// [`SendError::Rejected`] if the account is no admin of it.
    pub async fn invite_link(&self, group: &GroupJid) -> Result<Url, SendError> {
        let client = self.client()?;
        let link = client.groups().get_invite_link(group.to_jid(), false).await;
        let link = link.map_err(|error| before_sending(group_error(error)))?;
        Url::parse(&link).map_err(|_| SendError::Transient)
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// [`SendError::Rejected`] if the account is not in it.
    pub async fn leave(&self, group: &GroupJid) -> Result<(), SendError> {
        let client = self.client()?;
        let left = client.groups().leave(group.to_jid()).await;
        left.map_err(group_error)?;
        self.line.hints.forget(group);
        Ok(())
    }

    async fn group_of_link(&self, link: &str) -> Result<GroupJid, SendError> {
        let invited = self.client()?.groups().get_invite_info(link).await;
        group_of(&invited.map_err(group_error)?.id)
    }

    fn info(&self, metadata: &GroupMetadata) -> Option<GroupInfo> {
        let jid = GroupJid::from_jid(&metadata.id)?;
        self.line.hints.know(&jid);
        let own = self.own_lid();
        let own_number = self.own_number();
        let members: Vec<Member> = metadata.participants.iter().filter_map(member).collect();
        let we_are_admin = members.iter().any(|member| {
            let us = (own.is_some() && member.lid == own)
                || (own_number.is_some() && member.number == own_number);
            us && member.admin
        });
        self.line.administered.note(&jid, we_are_admin);
        Some(GroupInfo {
            jid,
            subject: metadata.subject.clone(),
            description: metadata.description.clone(),
            members,
            we_are_admin,
            announcement: metadata.is_announcement,
            approval: metadata.membership_approval,
        })
    }
}

fn group_of(jid: &Jid) -> Result<GroupJid, SendError> {
    GroupJid::from_jid(jid).ok_or(SendError::Uncertain)
}

fn member(participant: &GroupParticipant) -> Option<Member> {
    let jids = [
        Some(&participant.jid),
        participant.lid.as_ref(),
        participant.phone_number.as_ref(),
    ];
    let lid = jids.iter().flatten().find_map(|jid| Lid::from_jid(jid));
    let number = jids
        .iter()
        .flatten()
        .find_map(|jid| PhoneNumber::from_jid(jid));
    (lid.is_some() || number.is_some()).then(|| Member {
        lid,
        number,
        admin: participant.is_admin(),
        creator: participant.is_super_admin(),
    })
}
