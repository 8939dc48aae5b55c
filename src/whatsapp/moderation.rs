//! What the bridge's account does in a group as one of its admins.
//!
//! Each of these looks first, so it may be repeated after a crash or an answer that never came: what is so already stays
//! so, nobody is told of it twice, and the [`Outcome`] says it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use url::Url;
use whatsapp_rust::{GroupError, Jid, MembershipApprovalMode, ParticipantChangeResponse};

use crate::account::{before_sending, group_error, refused};
use crate::person::Form;
use crate::status::SendError;
use crate::{Connector, GroupInfo, GroupJid, Invitation, MessageId, Person, Saying};

/// What came of an order that was given as an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was not so, and now it is.
    Done,
    /// It was so already: somebody else did it, or this is a repetition.
    Already,
}

/// Why an order was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Only admins may, and the bridge's account is none. It stays so until an admin changes it.
    #[error("The bridge's account is no admin of the group.")]
    NotAdmin,
    /// The bridge's account is not in the group, or there is no such group any more.
    #[error("The bridge's account is not in the group.")]
    NotMember,
    /// Nobody may do that to the group's creator, no admin either.
    #[error("WhatsApp lets nobody remove or demote the creator of a group.")]
    TheCreator,
    /// Whom it concerns is no member any more, or doesn't ask to join any more.
    #[error("The person is not there any more.")]
    NotThere,
    /// They can't be added: their settings forbid it, or they have left a moment ago. They may come by the invitation, if there is
    /// one; by the link only if no admin has removed them.
    #[error("WhatsApp does not let this person be added.")]
    NotAddable(Option<Invitation>),
    /// It could not be done for a reason that has nothing to do with moderation.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Somebody who asks to be let into a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    /// Who.
    pub who: Person,
    /// Since when, in milliseconds since 1970, where it is known.
    pub since_ms: Option<i64>,
}

impl Connector {
    /// Removes a member. WhatsApp lets whom an admin has removed not come back by the link, as long as no admin
    /// [adds](Self::add) them or lets them in.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn remove(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        let info = self.as_admin(group).await?;
        let Some(member) = info.member(&who) else {
            return Ok(Outcome::Already);
        };
        if member.creator {
            return Err(OrderError::TheCreator);
        }
        let whom = [jid_of(&member.person())?];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.remove_participants(group.to_jid(), &whom);
        match self.answered(group, answers.await).await? {
            Some(404) => Ok(Outcome::Already),
            code => done_or(code),
        }
    }

    /// Adds somebody, by the number where it is known.
    ///
    /// # Errors
    /// [`OrderError::NotAddable`] where their settings forbid it, among others.
    pub async fn add(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        let info = self.as_admin(group).await?;
        if info.member(&who).is_some() {
            return Ok(Outcome::Already);
        }
        let whom = [who.jid_in(Form::Number).ok_or(OrderError::NotThere)?];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.add_participants(group.to_jid(), &whom);
        let answers = self.taken(group, answers.await).await?;
        match code_of(&answers) {
            Some(409) => Ok(Outcome::Already),
            Some(401 | 403 | 408) => {
                let mut answers = answers.into_iter();
                let offered = answers.find_map(|answer| answer.add_request);
                let invitation = offered.map(|offered| {
                    let (code, expires) = (offered.code, offered.expiration);
                    Invitation::new(code, expires)
                });
                Err(OrderError::NotAddable(invitation))
            }
            code => done_or(code),
        }
    }

    /// Makes a member an admin.
    ///
    /// # Errors
    /// [`OrderError::NotThere`] if they are no member, among others.
    pub async fn promote(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        let info = self.as_admin(group).await?;
        let member = info.member(&who).ok_or(OrderError::NotThere)?;
        if member.admin {
            return Ok(Outcome::Already);
        }
        let whom = [jid_of(&member.person())?];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.promote_participants(group.to_jid(), &whom);
        done_or(self.answered(group, answers.await).await?)
    }

    /// Makes an admin a plain member. Who has left is no admin either.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn demote(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        let info = self.as_admin(group).await?;
        let Some(member) = info.member(&who).filter(|member| member.admin) else {
            return Ok(Outcome::Already);
        };
        if member.creator {
            return Err(OrderError::TheCreator);
        }
        let whom = [jid_of(&member.person())?];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.demote_participants(group.to_jid(), &whom);
        match self.answered(group, answers.await).await? {
            Some(404) => Ok(Outcome::Already),
            code => done_or(code),
        }
    }

    /// Sets whether only admins may write.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn set_announcement(
        &self,
        group: &GroupJid,
        on: bool,
    ) -> Result<Outcome, OrderError> {
        let info = self.as_admin(group).await?;
        if info.announcement == on {
            return Ok(Outcome::Already);
        }
        let client = self.client()?;
        let set = client.groups().set_announce(group.to_jid(), on).await;
        self.taken(group, set).await?;
        Ok(Outcome::Done)
    }

    /// Sets whether admins let in who comes by the link. Who asked before it was switched off still waits.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn set_approval(&self, group: &GroupJid, on: bool) -> Result<Outcome, OrderError> {
        let info = self.as_admin(group).await?;
        if info.approval == on {
            return Ok(Outcome::Already);
        }
        let mode = match on {
            true => MembershipApprovalMode::On,
            false => MembershipApprovalMode::Off,
        };
        let client = self.client()?;
        let groups = client.groups();
        let set = groups.set_membership_approval(group.to_jid(), mode);
        self.taken(group, set.await).await?;
        Ok(Outcome::Done)
    }

    /// Who asks to be let in.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn requests(&self, group: &GroupJid) -> Result<Vec<JoinRequest>, OrderError> {
        let client = self.client()?;
        let requests = client
            .groups()
            .get_membership_requests(group.to_jid())
            .await;
        let requests = self
            .taken(group, requests)
            .await
            .map_err(|error| match error {
                OrderError::Send(error) => OrderError::Send(before_sending(error)),
                other => other,
            })?;
        let known = requests.iter().filter_map(|request| {
            let since = request.request_time.and_then(|at| i64::try_from(at).ok());
            Some(JoinRequest {
                who: self.session.complete(Person::from_jids([&request.jid])?),
                since_ms: since.and_then(|at| at.checked_mul(1000)),
            })
        });
        Ok(known.collect())
    }

    /// Lets in somebody who asks to join.
    ///
    /// # Errors
    /// [`OrderError::NotThere`] if they don't ask any more and are no member, [`SendError::Rejected`] with 419 if the
    /// group is full, among others.
    pub async fn approve(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        let info = self.as_admin(group).await?;
        if info.member(&who).is_some() {
            return Ok(Outcome::Already);
        }
        let whom = [self.asks(group, &who).await?.ok_or(OrderError::NotThere)?];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.approve_membership_requests(group.to_jid(), &whom);
        done_or(self.answered(group, answers.await).await?)
    }

    /// Turns away somebody who asks to join. Where they ask no more there is nothing to do; whether they were let in
    /// meanwhile, [`group`](Self::group) tells.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn reject(&self, group: &GroupJid, who: &Person) -> Result<Outcome, OrderError> {
        let who = self.session.complete(who.clone());
        self.as_admin(group).await?;
        let Some(whom) = self.asks(group, &who).await? else {
            return Ok(Outcome::Already);
        };
        let whom = [whom];
        let client = self.client()?;
        let groups = client.groups();
        let answers = groups.reject_membership_requests(group.to_jid(), &whom);
        match self.answered(group, answers.await).await? {
            Some(404) => Ok(Outcome::Already),
            code => done_or(code),
        }
    }

    /// Makes a new invitation link in place of `former`, and returns it. Where the group has another one already,
    /// `former` leads nowhere, and that other one is returned: so a repetition doesn't end the new link.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn reset_link(&self, group: &GroupJid, former: &Url) -> Result<Url, OrderError> {
        let client = self.client()?;
        let groups = client.groups();
        let link = |text: String| Url::parse(&text).map_err(|_| SendError::Uncertain);
        let present = groups.get_invite_link(group.to_jid(), false).await;
        let present = link(self.taken(group, present).await?)?;
        if present != *former {
            return Ok(present);
        }
        let new = groups.get_invite_link(group.to_jid(), true).await;
        Ok(link(self.taken(group, new).await?)?)
    }

    /// Deletes somebody else's message for everyone. The same id again is the same deletion. Whether there is such a
    /// message WhatsApp can't see, and phones that don't have it pass over it.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn revoke(
        &self,
        group: &GroupJid,
        id: &MessageId,
        of: &str,
        author: &Person,
    ) -> Result<(), OrderError> {
        if !self.line.administered.has(group) {
            self.as_admin(group).await?;
        }
        let revoke = Saying::Revoke {
            of: of.to_owned(),
            author: Some(self.session.complete(author.clone())),
        };
        match self.send(group, id, &revoke).await {
            Err(refused) => Err(self.refused_as(group, refused).await),
            Ok(()) => Ok(()),
        }
    }

    /// A group as it is now, of which the bridge's account is an admin.
    async fn as_admin(&self, group: &GroupJid) -> Result<GroupInfo, OrderError> {
        match self.group(group).await {
            Ok(info) if info.we_are_admin => Ok(info),
            Ok(_) => Err(OrderError::NotAdmin),
            Err(SendError::Rejected {
                code: 401 | 403 | 404,
                ..
            }) => {
                self.line.administered.note(group, false);
                Err(OrderError::NotMember)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The address under which somebody asks to join.
    async fn asks(&self, group: &GroupJid, who: &Person) -> Result<Option<Jid>, OrderError> {
        let requests = self.requests(group).await?;
        let mut people = requests.iter().map(|request| &request.who);
        people.find(|person| person.is(who)).map(jid_of).transpose()
    }

    /// What an order came to: the code with which WhatsApp refused the one person whom it was about, if it did.
    async fn answered(
        &self,
        group: &GroupJid,
        answers: Result<Vec<ParticipantChangeResponse>, GroupError>,
    ) -> Result<Option<u16>, OrderError> {
        let answers = self.taken(group, answers).await?;
        Ok(code_of(&answers))
    }

    async fn taken<T>(
        &self,
        group: &GroupJid,
        answer: Result<T, GroupError>,
    ) -> Result<T, OrderError> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.refused_as(group, group_error(error)).await),
        }
    }

    /// Why WhatsApp has refused an order. Whether the account may not because it is no admin or because it is no member
    /// can't be told by the number alone, so the group is looked at.
    async fn refused_as(&self, group: &GroupJid, error: SendError) -> OrderError {
        let SendError::Rejected {
            code: 401 | 403 | 404,
            ..
        } = error
        else {
            return error.into();
        };
        match self.as_admin(group).await {
            Err(why @ (OrderError::NotAdmin | OrderError::NotMember)) => why,
            _ => error.into(),
        }
    }
}

fn jid_of(person: &Person) -> Result<Jid, OrderError> {
    person.jid().ok_or(OrderError::NotThere)
}

fn code_of(answers: &[ParticipantChangeResponse]) -> Option<u16> {
    let code = answers.iter().find_map(|answer| answer.error.as_deref());
    code.map(|code| code.parse().unwrap_or(0))
}

fn done_or(code: Option<u16>) -> Result<Outcome, OrderError> {
    match code {
        None => Ok(Outcome::Done),
        Some(404) => Err(OrderError::NotThere),
        Some(code) => Err(refused(code).into()),
    }
}

/// The groups of which the account was an admin when they were last looked at.
#[derive(Default)]
pub(crate) struct Administered(Mutex<BTreeSet<GroupJid>>);

impl Administered {
    pub(crate) fn note(&self, group: &GroupJid, admin: bool) {
        let mut groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match admin {
            true => groups.insert(group.clone()),
            false => groups.remove(group),
        };
    }

    fn has(&self, group: &GroupJid) -> bool {
        let groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        groups.contains(group)
    }
}
