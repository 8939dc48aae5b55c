use whatsapp_rust::NodeBuilder;
use whatsapp_rust::wacore::stanza::groups::GroupNotification;
use whatsapp_rust::wacore_binary::Node;

use super::*;

const ANA: &str = "200000000000001@lid";
const BETO: &str = "200000000000002@lid";
const BRIDGE: &str = "200000000000009@lid";

fn person(address: &str) -> Person {
    Person::from_jids([&address.parse().unwrap()]).unwrap()
}

/// What is heard of a notification with one action, by whoever has this address.
fn heard(by: Option<&str>, action: Node) -> Vec<Heard> {
    let notification = NodeBuilder::new("notification")
        .attr("type", "w:gp2")
        .attr("from", "120363000000000001@g.us")
        .attr("id", "A1")
        .children([action])
        .build();
    let read = GroupNotification::try_from_node_ref(&notification.as_node_ref()).unwrap();
    let update = GroupUpdate::builder()
        .group_jid(read.group_jid)
        .maybe_notification_id(read.notification_id)
        .maybe_participant(by.map(|by| by.parse().unwrap()))
        .timestamp(Default::default())
        .is_lid_addressing_mode(true)
        .action(read.actions.into_iter().next().unwrap())
        .build();
    acts(&update, &person(BRIDGE), &|person| person)
}

fn about(tag: &'static str, child: &'static str, people: &[&str]) -> Node {
    let people = people
        .iter()
        .map(|address| NodeBuilder::new(child).attr("jid", *address).build());
    NodeBuilder::new(tag).children(people).build()
}

fn what(by: &str, action: Node) -> Vec<What> {
    heard(Some(by), action)
        .into_iter()
        .map(|heard| heard.what)
        .collect()
}

#[test]
fn each_person_concerned_is_heard_of_once_with_whoever_did_it() {
    let both = heard(Some(BRIDGE), about("promote", "participant", &[ANA, BETO]));
    let ids: Vec<_> = both.iter().map(|heard| heard.id.as_str()).collect();
    assert_eq!(ids, ["A1.0.0", "A1.0.1"]);
    assert!(both.iter().all(|heard| heard.from_me));
    let promoted = |address| What::Promoted {
        who: person(address),
    };
    let what_was_done: Vec<_> = both.into_iter().map(|heard| heard.what).collect();
    assert_eq!(what_was_done, [promoted(ANA), promoted(BETO)]);

    let one = heard(Some(ANA), about("demote", "participant", &[BETO]));
    assert!(one[0].sender.is(&person(ANA)) && !one[0].from_me);
    assert_eq!(one[0].what, What::Demoted { who: person(BETO) });
}

#[test]
fn coming_and_going_by_oneself_is_nobodys_act() {
    for tag in ["add", "remove"] {
        assert_eq!(what(BETO, about(tag, "participant", &[BETO])), []);
    }
    let who = person(BETO);
    let added = what(ANA, about("add", "participant", &[BETO]));
    assert_eq!(added, [What::Added { who: who.clone() }]);
    let removed = what(ANA, about("remove", "participant", &[ANA, BETO]));
    assert_eq!(removed, [What::Removed { who }]);
}

#[test]
fn requests_are_heard_in_either_form() {
    let who = person(BETO);
    let requested = [What::Requested { who: who.clone() }];
    let told = about("created_membership_requests", "requested_user", &[BETO]);
    assert_eq!(what(BETO, told), requested);
    let told = NodeBuilder::new("membership_approval_request").build();
    assert_eq!(what(BETO, told), requested);
    let closed = about("revoked_membership_requests", "participant", &[BETO]);
    assert_eq!(what(ANA, closed), [What::RequestClosed { who }]);
}

#[test]
fn settings_are_heard_and_what_has_no_author_is_not() {
    let approval = |state: &'static str| {
        let join = NodeBuilder::new("group_join").attr("state", state).build();
        NodeBuilder::new("membership_approval_mode")
            .children([join])
            .build()
    };
    let plain = |tag: &'static str| NodeBuilder::new(tag).build();
    for (action, expected) in [
        (plain("announcement"), What::Announcement { on: true }),
        (plain("not_announcement"), What::Announcement { on: false }),
        (approval("on"), What::Approval { on: true }),
        (approval("off"), What::Approval { on: false }),
        (plain("revoke"), What::LinkReset),
    ] {
        assert_eq!(what(ANA, action), [expected]);
    }
    assert_eq!(heard(None, plain("announcement")), []);
    assert_eq!(what(ANA, plain("locked")), []);
}
