//! What a client asks and orders about groups (`w:g2`).

use anyhow::Result;
use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore_binary::{JidExt, Node};

use super::super::groups::{self, Joined, Membership, Refusal, Setting, Verdict};
use super::super::model::{DeviceAddress, Group};
use super::super::stanza;
use super::super::state::State;
use super::Answer;

pub(super) fn answer(state: &mut State, me: &DeviceAddress, request: &Node) -> Result<Answer> {
    let (Some(order), Some(to)) = (stanza::first_child(request), stanza::address(request, "to"))
    else {
        return Ok(Answer::bad_request());
    };
    let sets = stanza::attribute(request, "type").as_deref() == Some("set");
    let outcome = if to.is_group() && !to.user.is_empty() {
        about_group(state, me, to.user.as_str(), order, sets)
    } else {
        about_groups(state, me, order, sets)
    };
    match outcome {
        Ok(nodes) => Ok(Answer::Result(nodes)),
        Err(groups::Trouble::Refused(refusal)) => Ok(refused(refusal)),
        Err(groups::Trouble::Broken(error)) => Err(error),
    }
}

/// The codes of the real server.
fn refused(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::NoSuchGroup => Answer::not_found(),
        Refusal::NotAMember => Answer::Refused(403, "forbidden"),
        Refusal::NotAnAdmin | Refusal::Removed => Answer::Refused(401, "not-authorized"),
        Refusal::NoSuchInvite => Answer::Refused(406, "not-acceptable"),
        Refusal::InviteRevoked => Answer::Refused(410, "gone"),
        Refusal::Full => Answer::Refused(419, "resource-limit"),
        Refusal::DescriptionChanged => Answer::Refused(409, "conflict"),
        Refusal::Unintelligible => Answer::bad_request(),
    }
}

type Outcome = Result<Vec<Node>, groups::Trouble>;

/// Addressed to all groups: `@g.us` without an id.
fn about_groups(state: &mut State, me: &DeviceAddress, order: &Node, sets: bool) -> Outcome {
    match (order.tag.as_ref(), sets) {
        ("participating", false) => Ok(vec![participating(state, me)]),
        ("create", true) => Ok(vec![create(state, me, order)?]),
        ("leave", true) => leave(state, me, order),
        ("invite", false) => {
            let group = groups::by_invite(state, &code(order)?)?;
            Ok(vec![groups::node(state, group)])
        }
        ("invite", true) => {
            let code = code(order)?;
            Ok(vec![joined(groups::join(state, &me.number, &code)?)])
        }
        _ => Err(Refusal::Unintelligible.into()),
    }
}

/// Addressed to one group.
fn about_group(
    state: &mut State,
    me: &DeviceAddress,
    id: &str,
    order: &Node,
    sets: bool,
) -> Outcome {
    let me = me.number.as_str();
    if let Some(change) = Membership::from_tag(&order.tag).filter(|_| sets) {
        let whom = stanza::addresses_of(order, "participant");
        return Ok(vec![groups::change_members(state, me, id, change, &whom)?]);
    }
    if let Some(setting) = Setting::from_order(order).filter(|_| sets) {
        groups::change_setting(state, me, id, setting)?;
        return Ok(Vec::new());
    }
    match (order.tag.as_ref(), sets) {
        ("query", false) => {
            let group = groups::seen_by(state, me, id)?;
            Ok(vec![groups::node(state, group)])
        }
        ("invite", false) => Ok(vec![invite(groups::administered_by(state, me, id)?)]),
        ("invite", true) => {
            groups::reset_invite(state, me, id)?;
            Ok(vec![invite(groups::administered_by(state, me, id)?)])
        }
        ("accept", true) => {
            let code = code(order)?;
            Ok(vec![joined(groups::accept(state, me, id, &code)?)])
        }
        ("membership_approval_requests", false) => Ok(vec![groups::asking(state, me, id)?]),
        ("membership_requests_action", true) => {
            let verdict = stanza::first_child(order).ok_or(Refusal::Unintelligible)?;
            let whom = stanza::addresses_of(verdict, "participant");
            let verdict = Verdict::from_tag(&verdict.tag).ok_or(Refusal::Unintelligible)?;
            Ok(vec![groups::decide(state, me, id, verdict, &whom)?])
        }
        ("cancel_membership_requests", true) => Ok(vec![groups::cancel(state, me, id)?]),
        ("subject", true) => {
            let subject = String::from_utf8_lossy(&stanza::bytes(order)).into_owned();
            groups::change_subject(state, me, id, subject)?;
            Ok(Vec::new())
        }
        ("description", true) => {
            groups::change_description(state, me, id, &groups::DescriptionChange::from(order))?;
            Ok(Vec::new())
        }
        _ => Err(Refusal::Unintelligible.into()),
    }
}

fn joined(joined: Joined) -> Node {
    let (tag, group) = match joined {
        Joined::In(group) => ("group", group),
        Joined::Asking(group) => ("membership_approval_request", group),
    };
    NodeBuilder::new(tag).attr("jid", group).build()
}

fn participating(state: &State, me: &DeviceAddress) -> Node {
    let mine = state
        .groups()
        .filter(|group| group.members.contains_key(&me.number));
    let mine: Vec<Node> = mine.map(|group| groups::node(state, group)).collect();
    NodeBuilder::new("groups").children(mine).build()
}

fn create(state: &mut State, me: &DeviceAddress, order: &Node) -> Result<Node, groups::Trouble> {
    let subject = stanza::attribute(order, "subject").unwrap_or_default();
    let whom = stanza::addresses_of(order, "participant");
    let description = order.get_optional_child("description");
    let description = description.map(groups::DescriptionChange::from);
    groups::create(state, &me.number, &subject, &whom, description.as_ref())
}

fn leave(state: &mut State, me: &DeviceAddress, order: &Node) -> Outcome {
    let mut left = Vec::new();
    for group in order.get_children_by_tag("group") {
        let id = stanza::attribute(group, "id").unwrap_or_default();
        groups::leave(state, &me.number, id.trim_end_matches("@g.us"))?;
        left.push(NodeBuilder::new("group").attr("id", id).build());
    }
    Ok(vec![NodeBuilder::new("leave").children(left).build()])
}

fn invite(group: &Group) -> Node {
    NodeBuilder::new("invite")
        .attr("code", group.invite.as_str())
        .build()
}

fn code(order: &Node) -> Result<String, groups::Trouble> {
    stanza::attribute(order, "code").ok_or_else(|| Refusal::NoSuchInvite.into())
}
