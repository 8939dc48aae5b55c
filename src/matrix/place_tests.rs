use civic::ThemeDefinition;
use ruma::{room_id, server_name, user_id};

use super::*;

fn identity() -> Identity {
    Identity::new("aty", "_aty_", server_name!("example.org")).unwrap()
}

fn plan() -> Plan {
    let words = |es: &str, en: &str| Words::new(es).with(Language::En, en);
    Plan {
        slug: "paga".parse().unwrap(),
        name: words("Plan de acción", "Action plan"),
        topic: words("Gobierno abierto", "Open government"),
        alias: "plan".to_owned(),
        themes: vec![ThemeDefinition {
            slug: "agua".parse().unwrap(),
            code: "AGUA".parse().unwrap(),
            name: words("Ambiente y agua", "Environment and water"),
            topic: words("El agua de todos", "Everybody's water"),
            alias: "agua".to_owned(),
        }],
    }
}

fn theme() -> Place {
    let plan = plan();
    Place::theme(&plan, &plan.themes[0], &identity())
}

fn event(event_type: &str, sender: &str, content: Value) -> StateEvent {
    StateEvent {
        event_type: event_type.to_owned(),
        state_key: String::new(),
        sender: sender.try_into().unwrap(),
        event_id: ruma::event_id!("$one").to_owned(),
        content,
    }
}

fn create(version: &str, more: Value) -> StateEvent {
    let content = json!({ "room_version": version, "additional_creators": more });
    event("m.room.create", "@aty:example.org", content)
}

fn wanted(event_type: &str, state: &[StateEvent], keeper: Option<&UserId>) -> Wanted {
    let all = theme().wanted(&identity(), keeper, state, Some(room_id!("!space")));
    all.into_iter()
        .find(|wanted| wanted.event_type == event_type)
        .unwrap()
}

#[test]
fn a_room_is_asked_for_whole() {
    let keeper = user_id!("@custodia:example.org");
    let space = room_id!("!space");
    let request = theme()
        .creation(&identity(), Some(keeper), &RoomVersionId::V12, Some(space))
        .unwrap();
    assert_eq!(request.room_alias_name.as_deref(), Some("agua"));
    assert_eq!(request.visibility, Visibility::Public);
    let creation: Value = request
        .creation_content
        .unwrap()
        .deserialize_as_unchecked()
        .unwrap();
    assert_eq!(creation, json!({ "additional_creators": [keeper] }));
    let powers: Value = request
        .power_level_content_override
        .unwrap()
        .deserialize_as_unchecked()
        .unwrap();
    assert_eq!(powers["users"], json!({}), "creators may not be listed");
    let state: Vec<Value> = request
        .initial_state
        .iter()
        .map(|event| event.deserialize_as_unchecked().unwrap())
        .collect();
    let content = |event_type: &str| {
        &state
            .iter()
            .find(|event| event["type"] == event_type)
            .unwrap()["content"]
    };
    assert_eq!(
        content("m.room.name"),
        &json!({ "name": "Ambiente y agua" })
    );
    assert_eq!(
        content("m.room.topic")["topic"],
        "El agua de todos / Everybody's water"
    );
    assert_eq!(
        content("m.room.join_rules"),
        &json!({ "join_rule": "public" })
    );
    assert_eq!(
        content("m.room.history_visibility"),
        &json!({ "history_visibility": "world_readable" })
    );
    assert_eq!(
        content("m.room.guest_access"),
        &json!({ "guest_access": "forbidden" })
    );
    assert_eq!(
        content("m.space.parent"),
        &json!({ "via": ["example.org"], "canonical": true })
    );
    assert_eq!(
        content("org.aty.theme"),
        &json!({
            "v": 1, "plan": "paga", "theme": "agua", "code": "AGUA", "ghost_prefix": "_aty_",
            "name": { "es": "Ambiente y agua", "en": "Environment and water" },
        })
    );
}

#[test]
fn an_older_room_lists_bot_and_keeper() {
    let keeper = user_id!("@custodia:example.org");
    let request = theme()
        .creation(&identity(), Some(keeper), &RoomVersionId::V11, None)
        .unwrap();
    let creation: Value = request
        .creation_content
        .unwrap()
        .deserialize_as_unchecked()
        .unwrap();
    assert_eq!(creation, json!({}));
    let powers: Value = request
        .power_level_content_override
        .unwrap()
        .deserialize_as_unchecked()
        .unwrap();
    assert_eq!(
        powers["users"],
        json!({ "@aty:example.org": 100, "@custodia:example.org": 100 })
    );
    assert_eq!(powers["events"]["m.room.tombstone"], 100);
}

#[test]
fn the_levels_are_those_of_the_moderation_table() {
    let Wanted {
        content: powers, ..
    } = wanted("m.room.power_levels", &[create("12", json!([]))], None);
    for (key, level) in [
        ("ban", 60),
        ("kick", 60),
        ("redact", 90),
        ("state_default", 95),
        ("invite", 0),
    ] {
        assert_eq!(powers[key], level, "{key}");
    }
    assert_eq!(powers["notifications"]["room"], 50);
    for (event_type, level) in [
        ("m.room.topic", 50),
        ("m.room.pinned_events", 50),
        ("m.room.tombstone", 150),
        ("m.reaction", -1),
        ("m.room.redaction", -1),
        ("org.matrix.msc3381.poll.response", -1),
    ] {
        assert_eq!(powers["events"][event_type], level, "{event_type}");
    }
}

#[test]
fn a_keeper_who_came_too_late_gets_nothing() {
    let keeper = user_id!("@custodia:example.org");
    let users = |state: &[StateEvent]| {
        wanted("m.room.power_levels", state, Some(keeper)).content["users"].clone()
    };
    let levels = |users: Value| {
        event(
            "m.room.power_levels",
            "@aty:example.org",
            json!({ "users": users }),
        )
    };
    let bots = json!({ "@aty:example.org": 100 });
    let both = json!({ "@aty:example.org": 100, "@custodia:example.org": 100 });
    assert_eq!(users(&[create("12", json!([keeper]))]), json!({}));
    assert_eq!(users(&[create("12", json!([]))]), json!({}));
    let old = || create("11", json!([keeper]));
    assert_eq!(
        users(&[old()]),
        bots,
        "older versions know no additional creators"
    );
    assert_eq!(users(&[old(), levels(bots.clone())]), bots);
    assert_eq!(users(&[old(), levels(both.clone())]), both);
}

#[test]
fn what_is_there_is_not_written_again() {
    let identity = identity();
    let create = create("12", json!([]));
    let all = theme().wanted(&identity, None, std::slice::from_ref(&create), None);
    let state: Vec<_> = all
        .iter()
        .map(|wanted| {
            event(
                wanted.event_type,
                "@aty:example.org",
                wanted.content.clone(),
            )
        })
        .collect();
    for wanted in &all {
        assert_eq!(wanted.missing(&state, identity.bot()), None, "{wanted:?}");
        assert_eq!(
            wanted.missing(&[], identity.bot()),
            Some(wanted.content.clone())
        );
    }
}

#[test]
fn what_others_added_is_kept() {
    let wanted = wanted("m.room.power_levels", &[create("12", json!([]))], None);
    let mut found = wanted.content.clone();
    found["users"]["@delegada:example.org"] = 40.into();
    found["events_default"] = 25.into();
    let bot = identity().bot().to_owned();
    let state = |content: &Value| {
        [event(
            "m.room.power_levels",
            "@aty:example.org",
            content.clone(),
        )]
    };
    assert_eq!(wanted.missing(&state(&found), &bot), None);

    let right = found.clone();
    found["ban"] = 50.into();
    assert_eq!(wanted.missing(&state(&found), &bot), Some(right));
}

#[test]
fn a_changed_name_is_written_and_a_facilitators_topic_is_left() {
    let bot = identity().bot().to_owned();
    let state = [
        event("m.room.name", "@aty:example.org", json!({ "name": "Agua" })),
        event(
            "m.room.topic",
            "@facilitadora:example.org",
            json!({ "topic": "Hoy: el río" }),
        ),
    ];
    assert!(
        wanted("m.room.name", &[], None)
            .missing(&state, &bot)
            .is_some()
    );
    assert_eq!(
        wanted("m.room.topic", &[], None).missing(&state, &bot),
        None
    );
    let ours = [event(
        "m.room.topic",
        "@aty:example.org",
        json!({ "topic": "Antes" }),
    )];
    assert!(
        wanted("m.room.topic", &[], None)
            .missing(&ours, &bot)
            .is_some()
    );
}

#[test]
fn joining_by_approval_ends_by_itself() {
    let state = [event(
        "m.room.join_rules",
        "@aty:example.org",
        json!({ "join_rule": "knock" }),
    )];
    let wanted = wanted("m.room.join_rules", &[], None);
    assert_eq!(wanted.missing(&state, identity().bot()), None);
    let closed = [event(
        "m.room.join_rules",
        "@aty:example.org",
        json!({ "join_rule": "invite" }),
    )];
    assert_eq!(
        wanted.missing(&closed, identity().bot()),
        Some(json!({ "join_rule": "public" }))
    );
}

#[test]
fn who_may_invite_is_left_as_it_is_while_joining_goes_by_approval() {
    let powers = |invite: i64| {
        let mut powers = wanted("m.room.power_levels", &[], None).content;
        powers["invite"] = invite.into();
        powers
    };
    let state = |rule: &str| {
        [
            event("m.room.power_levels", "@aty:example.org", powers(40)),
            event(
                "m.room.join_rules",
                "@aty:example.org",
                json!({ "join_rule": rule }),
            ),
        ]
    };
    let wanted = wanted("m.room.power_levels", &[], None);
    let missing = |rule: &str| wanted.missing(&state(rule), identity().bot());
    assert_eq!(missing("knock"), None);
    assert_eq!(missing("public"), Some(powers(0)));
}

#[test]
fn a_link_that_was_taken_away_is_put_back() {
    let link = Wanted::child_link(&identity(), room_id!("!agua"));
    let mut removed = event("m.space.child", "@aty:example.org", json!({}));
    removed.state_key = "!agua".to_owned();
    assert_eq!(
        link.missing(&[removed], identity().bot()),
        Some(link.content.clone())
    );
}

#[test]
fn a_room_is_known_again_by_plan_and_theme() {
    let marker = theme().marker;
    assert!(marker.is_same(&json!({ "plan": "paga", "theme": "agua", "name": {} })));
    assert!(!marker.is_same(&json!({ "plan": "paga", "theme": "salud" })));
    assert!(!marker.is_same(&json!({ "plan": "otro", "theme": "agua" })));
    assert!(!marker.is_same(&json!({})));
    let space = Place::space(&plan(), &identity()).marker;
    assert!(space.is_same(&json!({ "plan": "paga" })));
}
