//! What WhatsApp's notifications tell of what members and admins did with a group.

use whatsapp_rust::Jid;
use whatsapp_rust::wacore::stanza::groups::{
    GroupNotificationAction as Action, GroupParticipantInfo,
};
use whatsapp_rust::wacore::types::events::GroupUpdate;

use super::{Heard, What};
use crate::{GroupJid, Person};

/// What somebody did with a group, once for each person whom it concerns. Nothing where WhatsApp doesn't tell who did
/// it: then what became of the group is all there is to know.
pub(crate) fn acts(
    update: &GroupUpdate,
    own: &Person,
    complete: &dyn Fn(Person) -> Person,
) -> Vec<Heard> {
    let by = [update.participant.as_ref(), update.participant_pn.as_ref()];
    let by = Person::from_jids(by.into_iter().flatten()).map(complete);
    let (Some(group), Some(sender)) = (GroupJid::from_jid(&update.group_jid), by) else {
        return Vec::new();
    };
    let at_ms = update.timestamp.timestamp_millis();
    let notification = update.notification_id.clone();
    // One without an id is told from others by its time.
    let notification = notification.unwrap_or_else(|| at_ms.to_string());
    let done = done(&update.action, &sender, complete);
    let heard = done.into_iter().enumerate().map(|(place, what)| Heard {
        group: group.clone(),
        id: format!("{notification}.{}.{place}", update.action_index),
        sender: sender.clone(),
        push_name: update.notify.clone().filter(|name| !name.is_empty()),
        at_ms,
        from_me: sender.is(own),
        what,
    });
    heard.collect()
}

fn done(action: &Action, by: &Person, complete: &dyn Fn(Person) -> Person) -> Vec<What> {
    let person =
        |known: &[Option<&Jid>]| Person::from_jids(known.iter().copied().flatten()).map(complete);
    let each = |people: &[GroupParticipantInfo], what: fn(Person) -> What| -> Vec<What> {
        let known = |one: &GroupParticipantInfo| {
            person(&[Some(&one.jid), one.lid.as_ref(), one.phone_number.as_ref()])
        };
        people.iter().filter_map(known).map(what).collect()
    };
    // Whoever comes by the link or goes of their own accord is the one who did it.
    let to_others = |what: Vec<What>| -> Vec<What> {
        let others = what.into_iter().filter(|what| match what {
            What::Added { who } | What::Removed { who } => !who.is(by),
            _ => true,
        });
        others.collect()
    };
    match action {
        Action::Promote { participants } => each(participants, |who| What::Promoted { who }),
        Action::Demote { participants } => each(participants, |who| What::Demoted { who }),
        Action::Add { participants, .. } => {
            to_others(each(participants, |who| What::Added { who }))
        }
        Action::Remove { participants, .. } => {
            to_others(each(participants, |who| What::Removed { who }))
        }
        Action::Announce => vec![What::Announcement { on: true }],
        Action::NotAnnounce => vec![What::Announcement { on: false }],
        Action::MembershipApprovalMode { enabled } => vec![What::Approval { on: *enabled }],
        Action::RevokeInvite => vec![What::LinkReset],
        Action::MembershipApprovalRequest { .. } => vec![What::Requested { who: by.clone() }],
        Action::CreatedMembershipRequests { requests, .. } => {
            each(requests, |who| What::Requested { who })
        }
        Action::RevokedMembershipRequests { participants } => {
            let people = participants.iter();
            let people = people.filter_map(|jid| person(&[Some(jid)]));
            people.map(|who| What::RequestClosed { who }).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
