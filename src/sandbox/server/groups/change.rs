use std::collections::BTreeSet;

use anyhow::{Context, Result};
use whatsapp_rust::wacore_binary::Node;
use whatsapp_rust::{Jid, NodeBuilder};

use super::super::model::{Description, DeviceAddress, Group, Role};
use super::super::stanza;
use super::super::state::State;
use super::node::{approval_node, description_node, node, participant};
use super::{CAPACITY, Refusal, Trouble, administered_by, seen_by};

/// What an administrator does with members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Membership {
    Add,
    Remove,
    Promote,
    Demote,
}

impl Membership {
    pub(in super::super) fn from_tag(tag: &str) -> Option<Self> {
        Some(match tag {
            "add" => Self::Add,
            "remove" => Self::Remove,
            "promote" => Self::Promote,
            "demote" => Self::Demote,
            _ => return None,
        })
    }

    fn builder(self) -> NodeBuilder {
        NodeBuilder::new(match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Promote => "promote",
            Self::Demote => "demote",
        })
    }
}

/// A switch of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Setting {
    Announcement(bool),
    Locked(bool),
    Approval(bool),
}

impl Setting {
    pub(in super::super) fn from_order(order: &Node) -> Option<Self> {
        Some(match order.tag.as_ref() {
            "announcement" => Self::Announcement(true),
            "not_announcement" => Self::Announcement(false),
            "locked" => Self::Locked(true),
            "unlocked" => Self::Locked(false),
            "membership_approval_mode" => {
                let join = order.get_optional_child("group_join")?;
                Self::Approval(stanza::attribute(join, "state")? == "on")
            }
            _ => return None,
        })
    }

    /// The switch of a group.
    fn of(self, group: &mut Group) -> (&mut bool, bool) {
        match self {
            Self::Announcement(on) => (&mut group.announcement, on),
            Self::Locked(on) => (&mut group.locked, on),
            Self::Approval(on) => (&mut group.approval, on),
        }
    }

    fn node(self) -> Node {
        NodeBuilder::new(match self {
            Self::Announcement(true) => "announcement",
            Self::Announcement(false) => "not_announcement",
            Self::Locked(true) => "locked",
            Self::Locked(false) => "unlocked",
            Self::Approval(on) => return approval_node(on),
        })
        .build()
    }
}

/// A new description, or none, and which one it takes the place of.
pub(in super::super) struct DescriptionChange {
    id: String,
    former: Option<String>,
    text: Option<String>,
}

impl From<&Node> for DescriptionChange {
    fn from(node: &Node) -> Self {
        Self {
            id: stanza::attribute(node, "id").unwrap_or_else(|| stanza::token(8)),
            former: stanza::attribute(node, "prev"),
            text: node
                .get_optional_child("body")
                .map(|body| String::from_utf8_lossy(&stanza::bytes(body)).into_owned()),
        }
    }
}

/// A group of these numbers that nobody knows of yet.
pub(in super::super) fn new_group(
    state: &State,
    subject: &str,
    creator: &str,
    members: BTreeSet<String>,
) -> Result<Group> {
    let now = state.network.now();
    let mut members: std::collections::BTreeMap<_, _> = members
        .into_iter()
        .map(|number| (number, Role::Member))
        .collect();
    members.insert(creator.to_owned(), Role::Creator);
    for number in members.keys() {
        state.account(number).context("a member without account")?;
    }
    Ok(Group {
        id: new_id(state),
        subject: subject.to_owned(),
        description: None,
        members,
        invite: new_invite(),
        announcement: false,
        locked: false,
        approval: false,
        requests: Default::default(),
        invited: Default::default(),
        removed: Default::default(),
        revoked_invites: Vec::new(),
        creator: creator.to_owned(),
        created: now,
        subject_owner: creator.to_owned(),
        subject_at: now,
    })
}

/// Makes a group and tells its members. Who has no account is left out.
pub(in super::super) fn create(
    state: &mut State,
    creator: &str,
    subject: &str,
    whom: &[Jid],
    description: Option<&DescriptionChange>,
) -> Result<Node, Trouble> {
    let members = whom.iter().filter_map(|address| state.record_of(address));
    let members = members
        .map(|record| record.account.number.clone())
        .collect();
    let mut group = new_group(state, subject, creator, members)?;
    group.description = description.and_then(|change| described(change, creator, group.created));
    let told = node(state, &group);
    let id = group.id.clone();
    state.put_group(group)?;
    let create = NodeBuilder::new("create")
        .attr("type", "new")
        .children([told.clone()]);
    notify(state, &id, creator, create.build(), &[])?;
    Ok(told)
}

pub(in super::super) fn leave(state: &mut State, me: &str, id: &str) -> Result<(), Trouble> {
    let mut group = seen_by(state, me, id)?.clone();
    group.members.remove(me);
    state.put_group(group)?;
    let gone: Vec<Node> = participant(state, me, None).into_iter().collect();
    let remove = NodeBuilder::new("remove").children(gone);
    Ok(notify(state, id, me, remove.build(), &[me.to_owned()])?)
}

/// Adds, removes, promotes or demotes; answers with those whom it concerned.
pub(in super::super) fn change_members(
    state: &mut State,
    me: &str,
    id: &str,
    change: Membership,
    whom: &[Jid],
) -> Result<Node, Trouble> {
    let mut group = administered_by(state, me, id)?.clone();
    let mut changed = Vec::new();
    let mut answer = Vec::new();
    for address in whom {
        let number = state
            .record_of(address)
            .map(|record| record.account.number.clone());
        let outcome = match &number {
            Some(number) if change == Membership::Add && is_only_invited(state, &group, number) => {
                answer.push(invited(state, &mut group, number, address));
                continue;
            }
            Some(number) => change_member(&mut group, change, number),
            None => Err("404"),
        };
        match (outcome, number) {
            (Ok(new), Some(number)) => {
                answer.extend(participant(state, &number, None));
                changed.extend(new.then_some(number));
            }
            (outcome, _) => {
                let failed = NodeBuilder::new("participant").attr("jid", address);
                answer.push(failed.attr("error", outcome.err().unwrap_or("500")).build());
            }
        }
    }
    state.put_group(group)?;
    if !changed.is_empty() {
        let told: Vec<Node> = changed
            .iter()
            .filter_map(|number| participant(state, number, None))
            .collect();
        notify(
            state,
            id,
            me,
            change.builder().children(told).build(),
            &changed,
        )?;
    }
    Ok(change.builder().children(answer).build())
}

fn is_only_invited(state: &State, group: &Group, number: &str) -> bool {
    state.not_addable.contains(number) && !group.members.contains_key(number)
}

/// The answer that somebody can't be added, with an invitation for them, which holds for three days.
fn invited(state: &State, group: &mut Group, number: &str, address: &Jid) -> Node {
    let code = group.invited.entry(number.to_owned());
    let code = code.or_insert_with(new_invite);
    let expires = state.network.now() + 3 * 24 * 60 * 60;
    let offered = NodeBuilder::new("add_request")
        .attr("code", code.as_str())
        .attr("expiration", expires.to_string());
    NodeBuilder::new("participant")
        .attr("jid", address)
        .attr("error", "403")
        .children([offered.build()])
        .build()
}

/// Changes one member, and returns whether anything is new, or says with which code that fails.
fn change_member(
    group: &mut Group,
    change: Membership,
    number: &str,
) -> Result<bool, &'static str> {
    let role = group.members.get(number).copied();
    match (change, role) {
        (Membership::Add, Some(_)) => return Err("409"),
        (Membership::Add, None) if group.members.len() >= CAPACITY => return Err("419"),
        (Membership::Add, None) => {
            group.removed.remove(number);
            group.requests.remove(number);
            group.members.insert(number.to_owned(), Role::Member)
        }
        (_, None) => return Err("404"),
        (Membership::Promote, Some(Role::Creator)) => role,
        (_, Some(Role::Creator)) => return Err("403"),
        (Membership::Remove, Some(_)) => {
            group.removed.insert(number.to_owned());
            group.members.remove(number)
        }
        (Membership::Promote, Some(_)) => group.members.insert(number.to_owned(), Role::Admin),
        (Membership::Demote, Some(_)) => group.members.insert(number.to_owned(), Role::Member),
    };
    Ok(role != group.members.get(number).copied())
}

pub(in super::super) fn change_subject(
    state: &mut State,
    me: &str,
    id: &str,
    subject: String,
) -> Result<(), Trouble> {
    let mut group = described_by(state, me, id)?.clone();
    group.subject = subject;
    group.subject_owner = me.to_owned();
    group.subject_at = state.network.now();
    let mut told = NodeBuilder::new("subject")
        .attr("subject", group.subject.as_str())
        .attr("s_t", group.subject_at.to_string());
    if let Some(record) = state.accounts.get(me) {
        told = told
            .attr("s_o", record.lid())
            .attr("s_o_pn", record.number());
    }
    state.put_group(group)?;
    Ok(notify(state, id, me, told.build(), &[])?)
}

/// A change must name the description it replaces, so that two at once don't undo each other.
pub(in super::super) fn change_description(
    state: &mut State,
    me: &str,
    id: &str,
    change: &DescriptionChange,
) -> Result<(), Trouble> {
    let mut group = described_by(state, me, id)?.clone();
    let present = group
        .description
        .as_ref()
        .map(|description| &description.id);
    if present.is_some() && present != change.former.as_ref() {
        return Err(Refusal::DescriptionChanged.into());
    }
    group.description = described(change, me, state.network.now());
    let told = match &group.description {
        Some(description) => description_node(state, description),
        None => NodeBuilder::new("description")
            .attr("id", change.id.as_str())
            .children([NodeBuilder::new("delete").build()])
            .build(),
    };
    state.put_group(group)?;
    Ok(notify(state, id, me, told, &[])?)
}

pub(in super::super) fn change_setting(
    state: &mut State,
    me: &str,
    id: &str,
    setting: Setting,
) -> Result<(), Trouble> {
    let mut group = administered_by(state, me, id)?.clone();
    let (switch, on) = setting.of(&mut group);
    if std::mem::replace(switch, on) == on {
        return Ok(());
    }
    state.put_group(group)?;
    Ok(notify(state, id, me, setting.node(), &[])?)
}

/// The old link dies, a new one is made.
pub(in super::super) fn reset_invite(state: &mut State, me: &str, id: &str) -> Result<(), Trouble> {
    let mut group = administered_by(state, me, id)?.clone();
    let former = std::mem::replace(&mut group.invite, new_invite());
    group.revoked_invites.push(former);
    state.put_group(group)?;
    Ok(notify(
        state,
        id,
        me,
        NodeBuilder::new("revoke").build(),
        &[],
    )?)
}

/// A group whose subject and description this member may change.
fn described_by<'a>(state: &'a State, me: &str, id: &str) -> Result<&'a Group, Refusal> {
    let group = seen_by(state, me, id)?;
    if group.locked && !group.is_admin(me) {
        return Err(Refusal::NotAnAdmin);
    }
    Ok(group)
}

fn described(change: &DescriptionChange, owner: &str, at: u64) -> Option<Description> {
    Some(Description {
        id: change.id.clone(),
        text: change.text.clone()?,
        owner: owner.to_owned(),
        at,
    })
}

/// Tells all devices of all members (and of `also`, who may have just gone) what someone did.
pub(super) fn notify(
    state: &mut State,
    id: &str,
    actor: &str,
    what: Node,
    also: &[String],
) -> Result<()> {
    let members = state.member_devices(id).into_iter();
    let others = also.iter().flat_map(|number| state.devices(number));
    let told = members.chain(others).collect();
    tell(state, id, actor, what, told)
}

/// Tells these devices what someone did with a group.
pub(super) fn tell(
    state: &mut State,
    id: &str,
    actor: &str,
    what: Node,
    told: BTreeSet<DeviceAddress>,
) -> Result<()> {
    let record = state
        .accounts
        .get(actor)
        .context("an actor without account")?;
    let notification = NodeBuilder::new("notification")
        .attr("id", stanza::token(16))
        .attr("from", Jid::group(id))
        .attr("type", "w:gp2")
        .attr("participant", record.lid())
        .attr("participant_pn", record.number())
        .attr("notify", record.account.name.as_str())
        .attr("t", state.network.now().to_string())
        .attr("addressing_mode", "lid")
        .children([what])
        .build();
    for device in told {
        state.deliver(&device, notification.clone())?;
    }
    Ok(())
}

/// Eighteen digits of which the first six are those of the real server's groups.
fn new_id(state: &State) -> String {
    loop {
        let id = format!("120363{:012}", rand::random::<u64>() % 1_000_000_000_000);
        if !state.groups.contains_key(&id) {
            return id;
        }
    }
}

/// Twenty-two letters and digits.
fn new_invite() -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..22)
        .map(|_| char::from(LETTERS[rand::random::<u32>() as usize % 62]))
        .collect()
}
