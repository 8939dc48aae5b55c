//! Whoever monitors a plan reads it from the rooms alone, and finds what does not agree.

use std::collections::BTreeMap;

use matrix::names;
use matrix::record::{
    Act, Amendments, Change, Context, Did, Head, Network, Party, Status, Support, Texts, VERSION,
};
use reqwest::{Client, Method};
use sandbox::synapse::{Synapse, SynapseSettings};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{SERVER, installation, program};

const TOKEN: &str = "the-bridges-token";
/// Long before any run of this test: what was done a moment ago is judged more mildly.
const THEN: i64 = 1_600_000_000_000;

/// A plan with one theme, written by the bridge's account as docs/reference/events.md tells.
struct Plan {
    synapse: Synapse,
    folder: TempDir,
    http: Client,
    space: String,
    room: String,
    root: String,
    head: Head,
    acts: i64,
}

impl Plan {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let registration = folder.path().join("registration.yaml");
        let text = format!(
            "{{id: aty, url: null, as_token: {TOKEN}, hs_token: other, sender_localpart: aty, rate_limited: false, \
             namespaces: {{users: [{{exclusive: true, regex: '@_aty_.+'}}], aliases: [{{exclusive: true, regex: '#aty-.+'}}]}}}}"
        );
        std::fs::write(&registration, text).unwrap();
        let settings = SynapseSettings {
            folder: folder.path().join("homeserver"),
            server_name: SERVER.to_owned(),
            port: 0,
            registrations: vec![registration],
            in_memory: true,
            environment: BTreeMap::new(),
        };
        let synapse = Synapse::start(&installation().await, settings)
            .await
            .unwrap();
        let mut plan = Self {
            synapse,
            folder,
            http: Client::new(),
            space: String::new(),
            room: String::new(),
            root: String::new(),
            head: head(),
            acts: 0,
        };
        plan.make_rooms().await;
        plan
    }

    async fn make_rooms(&mut self) {
        let readable = json!({ "type": "m.room.history_visibility", "state_key": "", "content": { "history_visibility": "world_readable" } });
        let levels = json!({ "state_default": 95 });
        let space = json!({ "preset": "public_chat", "name": "Plan", "room_alias_name": "aty-paga", "creation_content": { "type": "m.space" },
            "initial_state": [readable], "power_level_content_override": levels });
        self.space = id(
            &self.bot(Method::POST, "createRoom", &space).await,
            "room_id",
        );
        let theme = json!({ "preset": "public_chat", "name": "Agua", "room_alias_name": "aty-agua", "initial_state": [readable],
            "power_level_content_override": levels });
        self.room = id(
            &self.bot(Method::POST, "createRoom", &theme).await,
            "room_id",
        );
        let (space, room) = (self.space.clone(), self.room.clone());
        self.state(&space, "m.space.child", &room, &json!({ "via": [SERVER] }))
            .await;
        let theme = json!({ "v": 1, "plan": "paga", "theme": "agua", "code": "AGUA", "ghost_prefix": "_aty_", "name": { "es": "Agua" } });
        self.state(&room, names::THEME, "", &theme).await;
        for (member, name) in [("ana0000000000000", "Ana"), ("beto000000000000", "Beto")] {
            let localpart = format!("_aty_{member}");
            let register = json!({ "type": "m.login.application_service", "username": localpart });
            self.bot(Method::POST, "register", &register).await;
            let user = ghost(member);
            let profile = format!("profile/{user}/displayname?user_id={user}");
            self.bot(Method::PUT, &profile, &json!({ "displayname": name }))
                .await;
            let join = format!("join/{room}?user_id={user}");
            self.bot(Method::POST, &join, &json!({})).await;
        }
    }

    /// A request of the bridge's, as itself unless the path says otherwise.
    async fn bot(&self, method: Method, path: &str, body: &Value) -> Value {
        self.ask(TOKEN, method, path, body).await
    }

    async fn ask(&self, token: &str, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_matrix/client/v3/{path}", self.synapse.url());
        let request = self.http.request(method, url).bearer_auth(token).json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {answer}");
        answer
    }

    async fn state(&self, room: &str, kind: &str, key: &str, content: &Value) {
        let path = format!("rooms/{room}/state/{kind}/{key}");
        self.bot(Method::PUT, &path, content).await;
    }

    /// Something that a ghost or the bridge itself sent at a time.
    async fn send(&self, user: &str, kind: &str, at: i64, content: &Value) -> String {
        let transaction = rand::random::<u64>();
        let path = format!(
            "rooms/{}/send/{kind}/{transaction}?user_id={user}&ts={at}",
            self.room
        );
        id(&self.bot(Method::PUT, &path, content).await, "event_id")
    }

    /// An act, and the head that follows from it unless somebody only supports.
    async fn act(&mut self, did: Did) {
        let at = THEN + self.acts * 60_000;
        self.acts += 1;
        let chained = !matches!(did, Did::Endorsed { .. });
        let prev = self.head.rev_event.clone().filter(|_| chained);
        let kind = did.event_type();
        let context = Context {
            v: VERSION,
            reference: self.head.reference.clone(),
            root_event: Some(self.root.clone()),
            prev: prev.clone(),
            ts: at,
            body: "…".to_owned(),
        };
        let content = serde_json::to_value(Act { context, did }).unwrap();
        let event = self.send(&bot(), kind, at, &content).await;
        if chained {
            self.head.rev_event = Some(event);
            self.head.prev = prev;
            self.head.updated_ts = at;
            self.write_head().await;
        }
    }

    async fn write_head(&self) {
        let head = serde_json::to_value(&self.head).unwrap();
        self.state(&self.room, names::PROPOSAL, "agua-7", &head)
            .await;
    }

    async fn write_support(&self, people: u64, whatsapp: u64, matrix: u64) {
        let support = Support {
            v: VERSION,
            people,
            whatsapp,
            matrix,
            updated_ts: THEN,
        };
        let support = serde_json::to_value(support).unwrap();
        self.state(&self.room, names::SUPPORT, "agua-7", &support)
            .await;
    }

    async fn react(&self, user: &str, to: &str, key: &str) -> String {
        let relation = json!({ "rel_type": "m.annotation", "event_id": to, "key": key });
        self.send(
            user,
            "m.reaction",
            THEN,
            &json!({ "m.relates_to": relation }),
        )
        .await
    }

    /// What `aty monitor show` prints, what it says is wrong, and its exit code.
    async fn show(&self, arguments: &[&str]) -> (String, String, Option<i32>) {
        let mut command = program(self.folder.path());
        command.args(["monitor", "show", &format!("#aty-paga:{SERVER}")]);
        command.args(["--homeserver", self.synapse.url()]);
        let output = command.args(arguments).output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            text(&output.stdout),
            text(&output.stderr),
            output.status.code(),
        )
    }

    /// The same where nothing is wrong, as JSON.
    async fn json(&self, arguments: &[&str]) -> Value {
        let (shown, wrong, code) = self.show(&[arguments, &["--json"]].concat()).await;
        assert_eq!(code, Some(0), "{wrong}{shown}");
        serde_json::from_str(&shown).unwrap()
    }
}

/// María's proposal stands in the room, with all that can be done about one; a monitor elsewhere reads it as a guest.
#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_reads_a_proposal_and_its_story_from_the_rooms() {
    let plan = written().await;

    let all = plan.json(&[]).await;
    let listed = &all["proposals"][0];
    assert_eq!(listed["ref"], "AGUA-7");
    assert_eq!(listed["theme"], "agua");
    assert_eq!(listed["support"]["people"], 2);
    for nothing in [["--status", "withdrawn"], ["--status", "in_review"]] {
        assert_eq!(plan.json(&nothing).await["proposals"], json!([]));
    }
    let of_theme = plan.json(&["--theme", "AGUA", "--sort", "support"]).await;
    assert_eq!(of_theme["proposals"].as_array().unwrap().len(), 1);
    let (_, wrong, code) = plan.show(&["--theme", "salud"]).await;
    assert!(wrong.contains("agua") && code == Some(1), "{wrong}");
    let (_, wrong, code) = plan.show(&["AGUA-70"]).await;
    assert!(wrong.contains("AGUA-70") && code == Some(1), "{wrong}");

    let story = plan.json(&["agua 7", "--people"]).await;
    let acts: Vec<(&str, &str)> = story["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| {
            (
                act["who"][0]["name"].as_str().unwrap(),
                act["act"].as_str().unwrap(),
            )
        })
        .collect();
    let done = [
        ("Ana", "proposed"),
        ("María", "amended"),
        ("Ana", "decided"),
        ("Ana", "revised"),
    ];
    assert_eq!(acts, done);
    assert_eq!(story["endorsements"][0]["who"][0]["name"], "María");
    assert_eq!(story["amendments_proposed"][0]["state"], "accepted");
    assert_eq!(story["supporters"]["people"], 2);
    let people = story["supporters"]["names"].as_array().unwrap();
    let joined = people
        .iter()
        .find(|person| person.as_array().unwrap().len() == 2);
    let joined: Vec<&Value> = joined
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|account| &account["name"])
        .collect();
    assert_eq!(joined, ["Ana", "María"]);
    assert_eq!(story["discussion"]["messages"], 1);
    assert_eq!(story["discussion"]["last"]["who"]["name"], "Beto");

    let (shown, wrong, code) = plan.show(&["AGUA-7", "--verify"]).await;
    assert_eq!(code, Some(0), "{wrong}{shown}");
    for part in [
        "AGUA-7  Agua en la escuela",
        "agua · abierta · apoyan 2 personas (WhatsApp 2, Matrix 1)",
        "Propuesta por Ana, 2020-09-13 12:26",
        "  Dos filtros en cada escuela.",
        "2020-09-13 12:27  María  propuso la enmienda 3: «Un filtro» → «Dos filtros»",
        "✓ Coincide: la cadena de actos",
        "los apoyos",
    ] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    assert!(!shown.contains('✗') && !shown.contains('?'), "{shown}");
    let (shown, wrong, code) = plan.show(&["--verify", "--language", "en"]).await;
    assert_eq!(code, Some(0), "{wrong}{shown}");
    assert!(
        shown.contains("✓ AGUA-7") && shown.contains("1 proposal"),
        "{shown}"
    );
}

/// Words and counts that do not follow from what stands in the rooms are found, and what others write is not believed.
#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_finds_what_does_not_agree() {
    let mut plan = written().await;
    plan.write_support(12, 11, 1).await;
    plan.head.body = texts("Nada para nadie.");
    plan.write_head().await;
    let (shown, wrong, code) = plan.show(&["AGUA-7", "--verify"]).await;
    assert_eq!(code, Some(1), "{shown}");
    assert!(wrong.contains("AGUA-7"), "{wrong}");
    for part in [
        "✗ No coincide: el texto: la sala dice «es: Nada para nadie.»; se encontró «es: Dos filtros en cada escuela.»",
        "✗ No coincide: los apoyos (personas/WhatsApp/Matrix): la sala dice 12/11/1; se encontró 2/2/1",
    ] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    let (shown, _, code) = plan.show(&["--verify"]).await;
    assert!(
        shown.contains("✗ AGUA-7, el texto") && code == Some(1),
        "{shown}"
    );
    plan.head.body = texts("Dos filtros en cada escuela.");
    plan.head.root_event = Some("$nowhere".to_owned());
    plan.write_head().await;
    let (shown, _, code) = plan.show(&["AGUA-7", "--verify"]).await;
    assert!(
        shown.contains("Conversación: no se encuentra") && code == Some(1),
        "{shown}"
    );
    plan.head.root_event = Some(plan.root.clone());
    plan.write_head().await;
    plan.write_support(2, 2, 1).await;

    let mallory = plan
        .synapse
        .register_user("mallory", "citizen", false)
        .await
        .unwrap();
    let room = plan.room.clone();
    let ask = async |method, path: &str, body: &Value| plan.ask(&mallory, method, path, body).await;
    ask(Method::POST, &format!("join/{room}"), &json!({})).await;
    let act = json!({ "v": 1, "ref": "AGUA-7", "prev": plan.head.rev_event, "ts": THEN, "body": "…", "act": "withdrawn",
        "by": { "member": "ana0000000000000", "network": "whatsapp" }, "erased": true });
    ask(
        Method::PUT,
        &format!("rooms/{room}/send/{}/1", names::STATUS_CHANGE),
        &act,
    )
    .await;
    let endorsed = json!({ "v": 1, "ref": "AGUA-7", "ts": THEN, "body": "…", "act": "endorsed", "on": true,
        "by": { "member": "x", "network": "matrix", "user_id": "@x:aty.test" } });
    ask(
        Method::PUT,
        &format!("rooms/{room}/send/{}/2", names::ENDORSEMENT),
        &endorsed,
    )
    .await;
    for nonsense in [
        json!({ "m.relates_to": [] }),
        json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": plan.root } }),
    ] {
        let path = format!("rooms/{room}/send/m.reaction/{}", rand::random::<u64>());
        let url = format!("{}/_matrix/client/v3/{path}", plan.synapse.url());
        // The homeserver may refuse it: then nobody has to read it.
        plan.http
            .put(url)
            .bearer_auth(&mallory)
            .json(&nonsense)
            .send()
            .await
            .unwrap();
    }
    let story = plan.json(&["AGUA-7", "--verify"]).await;
    assert_eq!(story["acts"].as_array().unwrap().len(), 4);
    assert_eq!(story["supporters"]["people"], 2);

    let taken_back = plan
        .react(&ghost("beto000000000000"), &plan.root, "👍🏽")
        .await;
    let redact = format!(
        "rooms/{room}/redact/{taken_back}/3?user_id={}",
        ghost("beto000000000000")
    );
    plan.bot(Method::PUT, &redact, &json!({})).await;
    let story = plan.json(&["AGUA-7", "--verify"]).await;
    assert_eq!(story["supporters"]["people"], 2, "his first 👍 stands");
}

/// A room is replaced: the proposal goes on in the new one, and its story begins in the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_followed_into_the_room_before() {
    let mut plan = written().await;
    let old = plan.room.clone();
    let upgrade = format!("rooms/{old}/upgrade");
    let upgraded = plan
        .bot(Method::POST, &upgrade, &json!({ "new_version": "12" }))
        .await;
    plan.room = id(&upgraded, "replacement_room");
    let (space, room) = (plan.space.clone(), plan.room.clone());
    plan.state(&space, "m.space.child", &old, &json!({})).await;
    plan.state(&space, "m.space.child", &room, &json!({ "via": [SERVER] }))
        .await;
    let theme = json!({ "v": 1, "plan": "paga", "theme": "agua", "code": "AGUA", "ghost_prefix": "_aty_", "name": { "es": "Agua" } });
    plan.state(&room, names::THEME, "", &theme).await;
    plan.write_support(2, 2, 1).await;
    plan.head.status = Status::Withdrawn;
    plan.act(Did::Withdrawn {
        by: ana(),
        erased: false,
    })
    .await;

    let story = plan.json(&["AGUA-7", "--verify"]).await;
    assert_eq!(story["room_id"], room);
    assert_eq!(story["acts"].as_array().unwrap().len(), 5);
    assert_eq!(story["authors"][0]["name"], "Ana");
    assert_eq!(story["supporters"]["people"], 2);
    assert_eq!(story["discussion"]["messages"], 1);
    for finding in story["findings"].as_array().unwrap() {
        assert_eq!(finding["verdict"], "agrees", "{finding}");
    }
    let withdrawn = plan.json(&["--status", "withdrawn"]).await;
    assert_eq!(withdrawn["proposals"][0]["ref"], "AGUA-7");
}

/// Ana, on WhatsApp, proposed AGUA-7; María, on Matrix, amended it; Ana, Beto and María support it, and Ana is María.
async fn written() -> Plan {
    let mut plan = Plan::new().await;
    let maria = plan
        .synapse
        .register_user("maria", "citizen", false)
        .await
        .unwrap();
    let (room, user) = (plan.room.clone(), maria_party().user_id.unwrap());
    let name = json!({ "displayname": "María" });
    plan.ask(
        &maria,
        Method::PUT,
        &format!("profile/{user}/displayname"),
        &name,
    )
    .await;
    plan.ask(&maria, Method::POST, &format!("join/{room}"), &json!({}))
        .await;

    let said = json!({ "msgtype": "m.text", "body": "Propuesta: Agua en la escuela" });
    plan.root = plan
        .send(&ghost("ana0000000000000"), "m.room.message", THEN, &said)
        .await;
    plan.head.root_event = Some(plan.root.clone());
    plan.act(Did::Proposed {
        title: plan.head.title.clone(),
        text: plan.head.body.clone(),
        authors: vec![ana()],
        from_card: false,
        source_event: None,
        promoted_from: None,
    })
    .await;
    let card = in_thread(
        &plan.root,
        json!({ "msgtype": "m.notice", "body": "AGUA-7", names::CARD: "AGUA-7" }),
    );
    let card = plan.send(&bot(), "m.room.message", THEN, &card).await;
    plan.act(Did::Amended {
        amendment: 3,
        change: Change::Replace {
            old: "Un filtro".to_owned(),
            new: "Dos filtros".to_owned(),
        },
        source_event: None,
        by: maria_party(),
    })
    .await;
    plan.act(Did::Decided {
        amendment: 3,
        accepted: true,
        by: ana(),
    })
    .await;
    plan.head.body = texts("Dos filtros en cada escuela.");
    plan.head.rev = 2;
    plan.head.amendments.accepted = 1;
    plan.act(Did::Revised {
        rev: 2,
        title: plan.head.title.clone(),
        text: plan.head.body.clone(),
        by: ana(),
        amendment: Some(3),
    })
    .await;
    plan.act(Did::Endorsed {
        by: maria_party(),
        on: true,
    })
    .await;
    plan.react(&ghost("ana0000000000000"), &plan.root, "👍🏿")
        .await;
    plan.react(&ghost("beto000000000000"), &card, "👍\u{FE0F}")
        .await;
    plan.react(&ghost("beto000000000000"), &plan.root, "❤️")
        .await;
    plan.react(&bot(), &card, "👍").await;
    let comment = in_thread(
        &plan.root,
        json!({ "msgtype": "m.text", "body": "Muy bien." }),
    );
    plan.send(
        &ghost("beto000000000000"),
        "m.room.message",
        THEN + 1,
        &comment,
    )
    .await;
    let joined = json!({ "v": 1, "accounts": [ana(), maria_party()] });
    plan.state(&plan.space, names::PERSON, "ana0000000000000", &joined)
        .await;
    plan.write_support(2, 2, 1).await;
    plan
}

fn head() -> Head {
    Head {
        v: VERSION,
        reference: "AGUA-7".to_owned(),
        title: texts("Agua en la escuela"),
        body: texts("Un filtro en cada escuela."),
        status: Status::Open,
        authors: vec![ana()],
        root_event: None,
        rev: 1,
        rev_event: None,
        prev: None,
        amendments: Amendments::default(),
        held: None,
        promoted_from: None,
        created_ts: THEN,
        updated_ts: THEN,
    }
}

fn ana() -> Party {
    Party {
        member: "ana0000000000000".to_owned(),
        network: Network::WhatsApp,
        user_id: Some(ghost("ana0000000000000")),
    }
}

fn maria_party() -> Party {
    Party {
        member: "maria00000000000".to_owned(),
        network: Network::Matrix,
        user_id: Some(format!("@maria:{SERVER}")),
    }
}

fn bot() -> String {
    format!("@aty:{SERVER}")
}

fn ghost(member: &str) -> String {
    format!("@_aty_{member}:{SERVER}")
}

fn texts(text: &str) -> Texts {
    Texts::from([("es".to_owned(), text.to_owned())])
}

fn in_thread(root: &str, mut content: Value) -> Value {
    content["m.relates_to"] = json!({ "rel_type": "m.thread", "event_id": root });
    content
}

fn id(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap().to_owned()
}
