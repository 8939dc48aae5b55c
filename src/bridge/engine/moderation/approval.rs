//! Carrying out who is let in: joining by approval, and its end.

use civic::{GroupId, MemberId};
use matrix::{SendError, names};
use ruma::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;
use vault::{Batch, VaultError};
use whatsapp::{Connector, GroupJid, OrderError, Person};

use crate::clock;
use crate::engine::entries::Outgoing;
use crate::engine::lane::Failure;
use crate::engine::moderation::out::is_no_admin;
use crate::engine::perform::member_id;
use crate::engine::{Engine, Seat, lock};

/// How a group's door was before joining went by approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DoorBefore {
    /// Whether its own admins let people in already.
    by_approval: bool,
    /// The link that led into it.
    link: Option<Url>,
}

impl Engine {
    /// Lets people come into the room by knocking, or as they did before, as the theme stands now. What was before stands
    /// in the rule itself, so that no restart forgets it.
    ///
    /// Spec: Client-Server API, "m.room.join_rules".
    pub(in crate::engine) async fn set_room_door(
        &self,
        seat: &Seat,
    ) -> Result<Option<String>, Failure> {
        let on = self.is_by_approval(seat);
        // Nobody lets others in past those who decide about it, not for a moment either.
        if on {
            self.set_powers(seat).await?;
        }
        self.set_join_rule(seat, on).await?;
        if !on {
            self.set_powers(seat).await?;
        }
        Ok(None)
    }

    async fn set_join_rule(&self, seat: &Seat, on: bool) -> Result<(), Failure> {
        const RULES: &str = "m.room.join_rules";
        let found = self.homeserver.state(&seat.room, RULES, "").await?;
        let Some(found) = found else {
            return Ok(());
        };
        let before = found.get(names::BEFORE).cloned();
        let wanted = match (on, &before) {
            (true, None) if found["join_rule"] == "public" || is_restricted(&found) => {
                let mut wanted = json!({ "join_rule": "knock" });
                wanted[names::BEFORE] = found;
                wanted
            }
            (false, Some(before)) => before.clone(),
            // It is so already, or nobody came freely before.
            _ => return Ok(()),
        };
        // First: the rules tell whether this was done.
        if !on {
            self.let_in_who_knocks(seat).await?;
        }
        self.homeserver
            .set_state(&seat.room, RULES, "", &wanted)
            .await?;
        Ok(())
    }

    async fn let_in_who_knocks(&self, seat: &Seat) -> Result<(), Failure> {
        let knocking = lock(&seat.knocking).clone();
        for user in knocking.into_keys() {
            let member = lock(&self.people).on_matrix(user.as_str());
            self.admit_to_room(seat, &user, !self.is_out(seat, &member))
                .await?;
        }
        Ok(())
    }

    /// Lets somebody in who knocks at the room, or turns them away.
    pub(in crate::engine) async fn admit_on_matrix(
        &self,
        seat: &Seat,
        member: &str,
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        if let Some(user) = self.user_of(&member) {
            self.admit_to_room(seat, &user, on).await?;
        }
        Ok(None)
    }

    /// To invite somebody who knocks is to let them in. Who is in meanwhile, or knocks no more, stays as they are.
    async fn admit_to_room(&self, seat: &Seat, user: &UserId, on: bool) -> Result<(), Failure> {
        let knocks = self
            .homeserver
            .state(&seat.room, "m.room.member", user.as_str());
        let knocks = knocks.await?;
        if knocks.is_none_or(|member| member["membership"] != "knock") {
            return Ok(());
        }
        if on {
            return self.have_invited(seat, user, true).await;
        }
        match self.homeserver.kick(&seat.room, user, "").await {
            Ok(()) | Err(SendError::Rejected { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets people come into a group by approval, or as they did before, as the theme stands now.
    pub(in crate::engine) async fn set_group_door(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
    ) -> Result<Option<String>, Failure> {
        let note = door_note(group);
        let kept = self.notebook.note(&note);
        let kept = kept.map_err(|_| Failure::Later(None))?;
        let before: Option<DoorBefore> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        let set = match (self.is_by_approval(seat), before) {
            (true, before) => {
                let fresh = before.is_none();
                let before = match before {
                    Some(before) if before.link.is_some() => before,
                    // Somebody had closed it by hand, and nobody has looked at its link.
                    Some(before) => {
                        self.note_door(connector, jid, (&note, before.by_approval))
                            .await?
                    }
                    None => {
                        let by_approval = connector.group(jid).await?.approval;
                        self.note_door(connector, jid, (&note, by_approval)).await?
                    }
                };
                let closed = close(connector, jid, &before).await;
                // What was never closed is not to be opened.
                if fresh && is_no_admin(&closed) {
                    self.keep_note(&note, &[]).await?;
                }
                closed
            }
            (false, Some(before)) => {
                let opened = self.open_door(seat, connector, jid, &before).await;
                if opened.is_ok() {
                    self.keep_note(&note, &[]).await?;
                }
                opened
            }
            (false, None) => Ok(()),
        };
        self.forget_link(jid).await;
        self.told((seat, entry, group), set).await
    }

    /// Keeps how the door was, before it is another.
    async fn note_door(
        &self,
        connector: &Connector,
        jid: &GroupJid,
        (note, by_approval): (&str, bool),
    ) -> Result<DoorBefore, Failure> {
        // Who is no admin is told the link by no group.
        let link = connector.invite_link(jid).await.ok();
        let before = DoorBefore { by_approval, link };
        let bytes = serde_json::to_vec(&before).unwrap_or_default();
        self.keep_note(note, &bytes).await?;
        Ok(before)
    }

    /// Opens the door again, unless its own admins had it so before, and lets in who still waits.
    async fn open_door(
        &self,
        seat: &Seat,
        connector: &Connector,
        jid: &GroupJid,
        before: &DoorBefore,
    ) -> Result<(), OrderError> {
        if before.by_approval {
            return Ok(());
        }
        let _already = connector.set_approval(jid, false).await?;
        for request in connector.requests(jid).await? {
            let mut batch = Batch::new();
            let member = self.member_of(&mut batch, &request.who).ok().flatten();
            let out = member.is_some_and(|member| self.is_out(seat, &member));
            admit(connector, jid, &request.who, !out).await?;
        }
        Ok(())
    }

    /// Lets somebody in who asks to join a group, or turns them away.
    pub(in crate::engine) async fn admit_to_group(
        &self,
        (seat, entry): (&Seat, &Outgoing),
        (connector, jid, group): (&Connector, &GroupJid, &GroupId),
        member: &str,
        on: bool,
    ) -> Result<Option<String>, Failure> {
        let member = member_id(member)?;
        let asks = match connector.requests(jid).await {
            Ok(asks) => asks,
            // Who asks there its own admins alone see.
            Err(OrderError::NotAdmin | OrderError::NotMember) => return Ok(None),
            Err(OrderError::Send(error)) => return Err(error.into()),
            Err(error) => return self.told((seat, entry, group), Err(error)).await,
        };
        for request in asks {
            let mut batch = Batch::new();
            let who = self.member_of(&mut batch, &request.who);
            if who.map_err(|_| Failure::Later(None))?.as_ref() == Some(&member) {
                let admitted = admit(connector, jid, &request.who, on).await;
                return self.told((seat, entry, group), admitted).await;
            }
        }
        Ok(None)
    }

    /// Whether a group's own admins let people in before its door was closed; none if it was not.
    pub(super) fn by_approval_before(&self, group: &GroupId) -> Result<Option<bool>, VaultError> {
        let kept = self.notebook.note(&door_note(group))?;
        let before: Option<DoorBefore> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        Ok(before.map(|before| before.by_approval))
    }

    pub(super) fn is_by_approval(&self, seat: &Seat) -> bool {
        let theme = lock(&seat.theme);
        theme.moderation().approval_until(clock::now()).is_some()
    }

    pub(super) fn is_out(&self, seat: &Seat, member: &MemberId) -> bool {
        let theme = lock(&seat.theme);
        let persons = lock(&self.persons);
        let until = theme
            .moderation()
            .suspended_until(clock::now(), &persons, member);
        until.is_some()
    }
}

/// The name of the note that holds how a group's door was before joining went by approval.
pub(super) fn door_note(group: &GroupId) -> String {
    format!("door/{group}")
}

/// That note, and what stands in it for a group into which everybody came until somebody closed it by hand.
pub(super) fn open_before(group: &GroupId) -> (String, Vec<u8>) {
    let before = DoorBefore {
        by_approval: false,
        link: None,
    };
    let bytes = serde_json::to_vec(&before).expect("a plain record is JSON");
    (door_note(group), bytes)
}

fn is_restricted(rules: &serde_json::Value) -> bool {
    let rule = rules["join_rule"].as_str();
    matches!(rule, Some("restricted" | "knock_restricted"))
}

async fn close(
    connector: &Connector,
    jid: &GroupJid,
    before: &DoorBefore,
) -> Result<(), OrderError> {
    let _already = connector.set_approval(jid, true).await?;
    // Who has the link of the wave comes no more by it; the public pages show the new one.
    if let Some(link) = &before.link {
        connector.reset_link(jid, link).await?;
    }
    Ok(())
}

async fn admit(
    connector: &Connector,
    jid: &GroupJid,
    who: &Person,
    on: bool,
) -> Result<(), OrderError> {
    let admitted = match on {
        true => connector.approve(jid, who).await,
        false => connector.reject(jid, who).await,
    };
    match admitted {
        Ok(_) | Err(OrderError::NotThere) => Ok(()),
        // The group is full, or they can't be let in: nothing that a repetition mends.
        Err(OrderError::Send(whatsapp::SendError::Rejected { code, .. })) => {
            tracing::warn!(code, "somebody who asks to join could not be let in");
            Ok(())
        }
        Err(error) => Err(error),
    }
}
