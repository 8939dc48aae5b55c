//! What an operator does: asks what is wrong, sends again what was put aside, copies everything and puts it back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sandbox::phones::Phone;
use serde_json::{Value, json};

use crate::world::{AGUA, Citizen, Line, World, program};

/// Everything in order, and then one thing after the other broken: the doctor says what it is, and tells nobody's
/// number.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_what_is_wrong() {
    let mut world = World::new(&[AGUA]).await;
    let mut heard = String::new();

    let (well, findings) = doctor(&world, &mut heard).await;
    assert!(well, "before the first start: {findings:#?}");
    assert_eq!(findings["bridge"], ["warning"]);

    let bridge = world.start_bridge().await;
    let link = world.open_group("agua").await;
    let ana = world.phone("Ana").await;
    ana.join(&link).await.unwrap();
    let (well, findings) = doctor(&world, &mut heard).await;
    assert!(well, "{findings:#?}");
    for about in [
        "key",
        "registration",
        "homeserver",
        "account",
        "clock",
        "bridge",
        "ping",
        "aliases",
        "whatsapp",
        "queues",
        "dead letters",
    ] {
        assert_eq!(findings[about], ["ok"], "{about}: {findings:#?}");
    }
    assert_eq!(findings["groups"], ["warning"], "there is no second admin");

    let key = world.folder.path().join("aty.key");
    mode(&key, 0o644);
    let registration = world.folder.path().join("data/registration.yaml");
    let before = fs::read_to_string(&registration).unwrap();
    let moved = before.replace(&format!("http://{}", world.listen), "http://127.0.0.1:1");
    assert_ne!(before, moved);
    fs::write(&registration, moved).unwrap();
    let (well, findings) = doctor(&world, &mut heard).await;
    assert!(!well);
    assert_eq!(findings["key"], ["error"]);
    assert_eq!(findings["registration"], ["error"]);
    let said = world.aty(&["doctor"]).await.unwrap_err();
    assert_eq!(said.trim(), "2 things have to be mended.");
    mode(&key, 0o600);
    fs::write(
        &registration,
        before.replace("as_token: \"", "as_token: \"other"),
    )
    .unwrap();
    let (_, findings) = doctor(&world, &mut heard).await;
    assert_eq!(findings["account"], ["error"], "{findings:#?}");
    fs::write(&registration, before).unwrap();

    world
        .whatsapp
        .log_out(&world.bridge_device())
        .await
        .unwrap();
    world
        .wait_for_status("the account is unlinked", |status| {
            status["whatsapp"].as_str().unwrap().contains("unlinked")
        })
        .await;
    world.synapse.kill().await.unwrap();
    let (well, findings) = doctor(&world, &mut heard).await;
    assert!(!well);
    assert_eq!(findings["homeserver"], ["error"]);
    assert_eq!(findings["ping"], ["error"]);
    assert_eq!(findings["whatsapp"], ["error"]);
    bridge.stop().await;

    let (well, findings) = doctor(&world, &mut heard).await;
    assert!(!well);
    assert_eq!(findings["bridge"], ["warning"]);
    assert_eq!(findings["homeserver"], ["error"]);
    for secret in world.secrets() {
        assert!(!heard.contains(&secret), "{heard}");
    }
}

/// The homeserver refuses what Ana wrote; when its reason is gone, the operator sends it again.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_aside_is_sent_again() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;

    let nothing = world.aty(&["retry", "--list"]).await.unwrap();
    assert_eq!(nothing.trim(), "Nothing was put aside.");
    words_need(&world, &maria, 50).await;
    let long = format!("el agua no llega{}", " a nadie".repeat(20));
    ana.send_text(&group, &long).await.unwrap();
    world
        .wait_for_status("it is put aside", |status| status["dead_letters"] == 1)
        .await;
    let unreadable = json!({"events": [{"room_id": maria.room.room_id(), "type": 7}]}).to_string();
    let endpoint = format!("http://{}/_matrix/app/v1/transactions/x1", world.listen);
    let put = reqwest::Client::new()
        .put(endpoint)
        .bearer_auth(world.hs_token())
        .body(unreadable);
    assert!(put.send().await.unwrap().status().is_success());

    let list = world.aty(&["retry", "--list"]).await.unwrap();
    assert!(
        list.contains("agua  to the room: “el agua no llega a nadie"),
        "{list}"
    );
    assert!(!list.contains(&long), "only its beginning is shown: {list}");
    let (_, findings) = doctor(&world, &mut String::new()).await;
    assert_eq!(findings["dead letters"], ["warning"]);

    words_need(&world, &maria, 0).await;
    let said = world.aty(&["retry"]).await.unwrap();
    assert!(said.contains("Back on their way"), "{said}");
    assert!(said.contains("Left aside"), "{said}");
    maria.wait_for_text(&long).await;
    world.settled().await;
    assert_eq!(texts(&maria), ["hola", &long]);

    let list = world.aty(&["retry", "--list"]).await.unwrap();
    let number = list.split_whitespace().next().unwrap();
    world.aty(&["retry", "--forget", number]).await.unwrap();
    let nothing = world.aty(&["retry", "--list"]).await.unwrap();
    assert_eq!(nothing.trim(), "Nothing was put aside.");
    let refusal = world.aty(&["retry", "--forget", number]).await.unwrap_err();
    assert!(refusal.contains("There is no"), "{refusal}");
    bridge.stop().await;
}

/// How often everybody has spoken when the data is lost, and in the end.
const LOST: usize = 45;
const END: usize = 49;

/// A backup is made while people talk and things wait. Later the data is lost, the backup is put back, and the
/// conversation goes on: of what was said before, nothing is said again, and of what is said afterwards, nothing is
/// missing, on any leg.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_people_talk_is_put_back() {
    let mut world = World::new(&[AGUA]).await;
    let bridge = world.start_bridge().await;
    let links = [
        world.open_group("agua").await,
        world.open_group("agua").await,
    ];
    let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
    let groups = [
        ana.join(&links[0]).await.unwrap(),
        beto.join(&links[1]).await.unwrap(),
    ];
    let maria = world.citizen("María", "agua").await;
    let backup = world.folder.path().join("copy.tar");
    let backup = backup.to_str().unwrap();
    let round = async |number: usize| {
        ana.send_text(&groups[0], &format!("ana {number}"))
            .await
            .unwrap();
        maria.say(&format!("maria {number}")).await;
        beto.send_text(&groups[1], &format!("beto {number}"))
            .await
            .unwrap();
    };
    for number in 0..4 {
        round(number).await;
    }
    // What is for the room waits now, and with it what is in the backup's lanes.
    world.synapse.pause().unwrap();
    for number in 4..6 {
        ana.send_text(&groups[0], &format!("ana {number}"))
            .await
            .unwrap();
        beto.send_text(&groups[1], &format!("beto {number}"))
            .await
            .unwrap();
    }
    let command = ["backup", backup];
    let (written, ()) = tokio::join!(world.aty(&command), async {
        ana.send_text(&groups[0], "ana 6").await.unwrap();
        beto.send_text(&groups[1], "beto 6").await.unwrap();
    });
    assert!(
        written.unwrap().contains("The key file is not in it"),
        "it says so"
    );
    let permissions = fs::metadata(backup).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let refusal = world.aty(&command).await.unwrap_err();
    assert!(refusal.contains("is there already"), "{refusal}");
    world.synapse.resume().unwrap();
    for number in 4..7 {
        maria.say(&format!("maria {number}")).await;
    }
    // So many that the keys in the backup fall far behind: a client skips 64 by itself.
    for number in 7..LOST {
        round(number).await;
    }
    everything((&maria, "María"), &ana, &beto, &groups, LOST - 1).await;
    // A choice that the backup knows nothing of.
    maria.say("!nombre Luna").await;
    let answered = |lines: &[Line]| {
        let answer = |line: &Line| line.text.contains("Luna") && !line.text.starts_with('!');
        lines.iter().any(answer)
    };
    maria.wait_for("the bridge's answer", answered).await;
    world.settled().await;

    let refusal = world.aty(&["restore", backup]).await.unwrap_err();
    assert!(refusal.contains("is not empty"), "{refusal}");
    bridge.kill().await;
    // The homeserver forgets which requests it has seen.
    world.synapse.kill().await.unwrap();
    let data = world.folder.path().join("data");
    fs::remove_dir_all(&data).unwrap();
    let key = world.folder.path().join("aty.key");
    let right = fs::read(&key).unwrap();
    fs::write(&key, "0".repeat(64)).unwrap();
    let refusal = world.aty(&["restore", backup]).await.unwrap_err();
    assert!(refusal.contains("another deployment's"), "{refusal}");
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "nothing is left");
    fs::write(&key, right).unwrap();
    let said = world.aty(&["restore", backup]).await.unwrap();
    assert!(said.contains("Restored"), "{said}");
    world.synapse.restart().await.unwrap();

    let bridge = world.start_bridge().await;
    for number in LOST..END {
        round(number).await;
    }
    everything((&maria, "Luna"), &ana, &beto, &groups, END - 1).await;
    world.settled().await;
    let all: Vec<String> = (0..END).map(|number| number.to_string()).collect();
    for (place, texts) in [
        ("the room", texts(&maria)),
        ("Ana's group", in_group(&ana, &groups[0])),
        ("Beto's group", in_group(&beto, &groups[1])),
    ] {
        let said = by_speaker(texts);
        assert_eq!(said.len(), 3, "{place}");
        for (who, mut said) in said {
            // With keys that have fallen behind, a phone is asked for its words again, and each comes when it answers.
            said[LOST..].sort();
            assert_eq!(said, all, "{who} in {place}");
        }
    }
    bridge.stop().await;

    // Stopped, it is copied as well; and on a new machine the configuration comes with it.
    let second = world.folder.path().join("second.tar");
    world
        .aty(&["backup", second.to_str().unwrap()])
        .await
        .unwrap();
    let elsewhere = world.folder.path().join("elsewhere");
    let config = elsewhere.join("bridge.yaml");
    let restore = [
        "restore",
        second.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
    ];
    let refusal = world.aty(&restore).await.unwrap_err();
    assert!(refusal.contains("key file"), "{refusal}");
    fs::copy(&key, elsewhere.join("aty.key")).unwrap();
    world.aty(&restore).await.unwrap();
    assert!(elsewhere.join("data/notebook").is_dir());
    assert!(elsewhere.join("themes.yaml").is_file());
}

/// What the doctor says: whether nothing has to be mended, and the levels of what it found. All its words are added to
/// what was heard.
pub async fn doctor(world: &World, heard: &mut String) -> (bool, BTreeMap<String, Vec<String>>) {
    let output = program(world.folder.path())
        .args(["doctor", "--json"])
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    let findings: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{errors}"));
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in findings.as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        assert!(text("level") == "ok" || !text("mend").is_empty(), "{said}");
        levels.entry(text("about")).or_default().push(text("level"));
    }
    heard.push_str(&said);
    heard.push_str(&errors);
    println!("{said}");
    (output.status.success(), levels)
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// From now on only those of this power level may write in the room.
async fn words_need(world: &World, maria: &Citizen, level: u32) {
    let registration = world.folder.path().join("data/registration.yaml");
    let token = matrix::Registration::load(&registration).unwrap().as_token;
    let url = format!(
        "{}/_matrix/client/v3/rooms/{}/state/m.room.power_levels",
        world.synapse.url(),
        maria.room.room_id()
    );
    let http = reqwest::Client::new();
    let answer = http.get(&url).bearer_auth(&token).send().await.unwrap();
    let mut levels: Value = answer.json().await.unwrap();
    levels["events_default"] = level.into();
    levels["events"]["m.room.message"] = level.into();
    let put = http.put(&url).bearer_auth(&token).json(&levels);
    assert!(put.send().await.unwrap().status().is_success());
}

/// Waits until everybody has seen everybody's words of this number.
async fn everything(
    (maria, called): (&Citizen, &str),
    ana: &Phone,
    beto: &Phone,
    groups: &[String; 2],
    number: usize,
) {
    maria.wait_for_text(&format!("ana {number}")).await;
    maria.wait_for_text(&format!("beto {number}")).await;
    for (phone, group, other) in [(ana, &groups[0], "Beto"), (beto, &groups[1], "Ana")] {
        let words = other.to_lowercase();
        phone
            .wait_for_text(group, &format!("*{other}*: {words} {number}"))
            .await
            .unwrap();
        phone
            .wait_for_text(group, &format!("*{called}*: maria {number}"))
            .await
            .unwrap();
    }
}

fn texts(citizen: &Citizen) -> Vec<String> {
    citizen.lines().into_iter().map(|line| line.text).collect()
}

fn in_group(phone: &Phone, group: &str) -> Vec<String> {
    let chat = phone.chat(group).into_iter();
    chat.map(|message| message.text).collect()
}

/// The numbers that each speaker said, in the order in which they stand: from `ana 3` or `*Ana*: ana 3`. What the bridge
/// says is left out.
fn by_speaker(texts: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in texts {
        let words = text.rsplit(": ").next().unwrap();
        if let Some((who @ ("ana" | "beto" | "maria"), number)) = words.split_once(' ') {
            let said = said.entry(who.to_owned()).or_default();
            said.push(number.to_owned());
        }
    }
    said
}
