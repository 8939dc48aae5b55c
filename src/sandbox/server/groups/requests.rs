//! Coming in by the link: at once, or by asking the group's administrators.

use std::collections::BTreeSet;

use anyhow::Result;
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::{Jid, NodeBuilder};

use super::super::model::{DeviceAddress, Group, Role};
use super::super::state::State;
use super::change::{notify, tell};
use super::node::participant;
use super::{CAPACITY, Refusal, Trouble, administered_by, by_invite};

/// What comes of following a link.
pub(in super::super) enum Joined {
    /// One is in the group.
    In(Jid),
    /// An administrator has to let one in.
    Asking(Jid),
}

/// What an administrator says to those who ask to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Verdict {
    Approve,
    Reject,
}

impl Verdict {
    pub(in super::super) fn from_tag(tag: &str) -> Option<Self> {
        Some(match tag {
            "approve" => Self::Approve,
            "reject" => Self::Reject,
            _ => return None,
        })
    }

    fn builder(self) -> NodeBuilder {
        NodeBuilder::new(match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        })
    }
}

/// Joins by invitation, or asks to; who is in already stays in.
///
/// Whom an administrator has removed doesn't come back by the link. They may ask where administrators decide.
pub(in super::super) fn join(state: &mut State, me: &str, code: &str) -> Result<Joined, Trouble> {
    let group = by_invite(state, code)?.clone();
    let address = group.jid();
    if group.members.contains_key(me) {
        return Ok(Joined::In(address));
    }
    if group.approval {
        ask(state, me, group)?;
        return Ok(Joined::Asking(address));
    }
    if group.removed.contains(me) {
        return Err(Refusal::Removed.into());
    }
    come_in(state, me, group)?;
    Ok(Joined::In(address))
}

/// Comes in by the invitation that one got because one can't be added.
pub(in super::super) fn accept(
    state: &mut State,
    me: &str,
    id: &str,
    code: &str,
) -> Result<Joined, Trouble> {
    let mut group = state.groups.get(id).ok_or(Refusal::NoSuchGroup)?.clone();
    let address = group.jid();
    if group.members.contains_key(me) {
        return Ok(Joined::In(address));
    }
    if group.invited.remove(me).as_deref() != Some(code) {
        return Err(Refusal::NoSuchInvite.into());
    }
    group.removed.remove(me);
    come_in(state, me, group)?;
    Ok(Joined::In(address))
}

fn come_in(state: &mut State, me: &str, mut group: Group) -> Result<(), Trouble> {
    if group.members.len() >= CAPACITY {
        return Err(Refusal::Full.into());
    }
    let id = group.id.clone();
    group.members.insert(me.to_owned(), Role::Member);
    group.requests.remove(me);
    state.put_group(group)?;
    let joined: Vec<Node> = participant(state, me, None).into_iter().collect();
    let add = NodeBuilder::new("add")
        .attr("reason", "invite")
        .children(joined);
    Ok(notify(state, &id, me, add.build(), &[])?)
}

/// Notes a request, and tells the administrators of it. Who asks already goes on asking.
fn ask(state: &mut State, me: &str, mut group: Group) -> Result<()> {
    if group.requests.contains_key(me) {
        return Ok(());
    }
    group.requests.insert(me.to_owned(), state.network.now());
    let (id, told) = (group.id.clone(), admin_devices(state, &group));
    state.put_group(group)?;
    let who = state.accounts.get(me).map(|record| {
        NodeBuilder::new("requested_user")
            .attr("jid", record.lid())
            .attr("phone_number", record.number())
            .build()
    });
    let created = NodeBuilder::new("created_membership_requests")
        .attr("request_method", "invite_link")
        .children(who);
    tell(state, &id, me, created.build(), told)
}

/// Who asks, for an administrator.
pub(in super::super) fn asking(state: &State, me: &str, id: &str) -> Result<Node, Refusal> {
    let group = administered_by(state, me, id)?;
    let requests = group.requests.iter().filter_map(|(number, since)| {
        let record = state.accounts.get(number)?;
        let request = NodeBuilder::new("membership_approval_request")
            .attr("jid", record.lid())
            .attr("requestor", record.lid())
            .attr("request_method", "invite_link")
            .attr("request_time", since.to_string());
        Some(request.build())
    });
    let requests: Vec<Node> = requests.collect();
    Ok(NodeBuilder::new("membership_approval_requests")
        .children(requests)
        .build())
}

/// Lets in or turns away those who ask; answers with those whom it concerned.
pub(in super::super) fn decide(
    state: &mut State,
    me: &str,
    id: &str,
    verdict: Verdict,
    whom: &[Jid],
) -> Result<Node, Trouble> {
    let mut group = administered_by(state, me, id)?.clone();
    let (mut decided, mut answer) = (Vec::new(), Vec::new());
    for address in whom {
        let record = state.record_of(address);
        let number = record.map(|record| record.account.number.clone());
        let asks = number.filter(|number| group.requests.contains_key(number));
        let outcome = match asks {
            None => Err("404"),
            Some(_) if verdict == Verdict::Approve && group.members.len() >= CAPACITY => Err("419"),
            Some(number) => Ok(number),
        };
        match outcome {
            Ok(number) => {
                group.requests.remove(&number);
                if verdict == Verdict::Approve {
                    group.removed.remove(&number);
                    group.members.insert(number.clone(), Role::Member);
                }
                answer.extend(participant(state, &number, None));
                decided.push(number);
            }
            Err(code) => {
                let failed = NodeBuilder::new("participant").attr("jid", address);
                answer.push(failed.attr("error", code).build());
            }
        }
    }
    state.put_group(group)?;
    match verdict {
        _ if decided.is_empty() => {}
        Verdict::Approve => {
            let add = NodeBuilder::new("add").children(participants(state, &decided));
            notify(state, id, me, add.build(), &[])?;
        }
        Verdict::Reject => closed(state, id, me, &decided)?,
    }
    let answer = verdict.builder().children(answer).build();
    Ok(NodeBuilder::new("membership_requests_action")
        .children([answer])
        .build())
}

/// Takes one's own request back.
pub(in super::super) fn cancel(state: &mut State, me: &str, id: &str) -> Result<Node, Trouble> {
    let mut group = state.groups.get(id).ok_or(Refusal::NoSuchGroup)?.clone();
    let asked = group.requests.remove(me).is_some();
    state.put_group(group)?;
    let mut answer = participant(state, me, None);
    if asked {
        closed(state, id, me, &[me.to_owned()])?;
    } else if let Some(answer) = &mut answer {
        answer.attrs.insert("error", "404");
    }
    Ok(NodeBuilder::new("cancel_membership_requests")
        .children(answer)
        .build())
}

/// Tells the administrators, and those who asked, that they ask no more.
fn closed(state: &mut State, id: &str, by: &str, whose: &[String]) -> Result<()> {
    let revoked = NodeBuilder::new("revoked_membership_requests");
    let revoked = revoked.children(participants(state, whose)).build();
    let group = state.groups.get(id);
    let admins = group.map(|group| admin_devices(state, group));
    let others = whose.iter().flat_map(|number| state.devices(number));
    let told = admins.into_iter().flatten().chain(others).collect();
    tell(state, id, by, revoked, told)
}

fn participants(state: &State, numbers: &[String]) -> Vec<Node> {
    let numbers = numbers.iter();
    numbers
        .filter_map(|number| participant(state, number, None))
        .collect()
}

fn admin_devices(state: &State, group: &Group) -> BTreeSet<DeviceAddress> {
    let admins = group.admins();
    admins.flat_map(|number| state.devices(number)).collect()
}
