//! Installs the real thing and starts it once.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::*;

/// One installation for every test of the workspace.
fn target() -> PathBuf {
    // The test program lies in target/debug/deps.
    let program = std::env::current_exe().unwrap();
    program.ancestors().nth(3).unwrap().join("aty-test")
}

async fn installation() -> Installation {
    let mut steps = |step: Step| eprintln!("{step}");
    install(&target().join("homeserver"), &mut steps)
        .await
        .unwrap_or_else(|error| panic!("{error}"))
}

fn settings(name: &str, in_memory: bool) -> SynapseSettings {
    let folder = target().join(name);
    std::fs::remove_dir_all(&folder).ok();
    SynapseSettings {
        folder,
        server_name: "aty.localhost".to_owned(),
        port: 0,
        registrations: Vec::new(),
        in_memory,
    }
}

async fn is_reachable(synapse: &Synapse) -> bool {
    synapse
        .client
        .get(format!("{}/health", synapse.url()))
        .send()
        .await
        .is_ok()
}

#[tokio::test]
async fn a_homeserver_is_installed_started_stopped_killed_and_started_again() {
    let installation = installation().await;
    let mut synapse = Synapse::start(&installation, settings("synapse-life", false))
        .await
        .unwrap();

    let first = synapse
        .register_user("ana", "secreto", false)
        .await
        .unwrap();
    let again = synapse
        .register_user("ana", "secreto", false)
        .await
        .unwrap();
    assert_ne!(first, again, "an account that exists is logged in to");
    let refused = synapse
        .register_user("ana", "otro", false)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("403"), "{refused}");

    let url = synapse.url().to_owned();
    synapse.restart().await.unwrap();
    assert_eq!(synapse.url(), url);
    assert_eq!(whoami(&synapse, &first).await, "@ana:aty.localhost");

    synapse.kill().await.unwrap();
    assert!(!is_reachable(&synapse).await);
    synapse.restart().await.unwrap();
    assert_eq!(whoami(&synapse, &first).await, "@ana:aty.localhost");

    let taken = Synapse::start(
        &installation,
        SynapseSettings {
            port: synapse.port(),
            ..settings("synapse-second", true)
        },
    )
    .await
    .unwrap_err();
    assert!(matches!(taken, SynapseError::PortTaken { .. }), "{taken}");

    synapse.pause().unwrap();
    synapse.stop().await.unwrap();
    assert!(!is_reachable(&synapse).await);
}

async fn whoami(synapse: &Synapse, token: &str) -> String {
    let answer = synapse
        .client
        .get(format!(
            "{}/_matrix/client/v3/account/whoami",
            synapse.url()
        ))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let body: serde_json::Value = answer.json().await.unwrap();
    body["user_id"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_homeserver_that_cannot_start_shows_the_end_of_its_log() {
    let installation = installation().await;
    let settings = SynapseSettings {
        registrations: vec![PathBuf::from("/nowhere/registration.yaml")],
        ..settings("synapse-broken", true)
    };
    let error = Synapse::start(&installation, settings)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("/nowhere/registration.yaml"), "{error}");
}

/// What a program that is killed leaves behind: nothing, even if its homeserver was paused.
#[tokio::test]
async fn the_homeserver_ends_with_the_program_that_started_it() {
    let installation = installation().await;
    let settings = settings("synapse-orphan", true);
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "synapse::tests::child_program", "--nocapture"])
        .env("ATY_TEST_CHILD", &settings.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let url = loop {
        let line = lines
            .next_line()
            .await
            .unwrap()
            .expect("the child says where its homeserver is");
        if let Some((_, url)) = line.split_once("homeserver at ") {
            break url.to_owned();
        }
    };
    drop(installation);
    program.kill().await.unwrap();
    let port = url.rsplit_once(':').unwrap().1.parse().unwrap();
    process::wait_for_port(port)
        .await
        .expect("the port is free again");
}

/// Not a test of its own: the program that the test above starts and kills.
#[tokio::test]
async fn child_program() {
    let Some(folder) = std::env::var_os("ATY_TEST_CHILD") else {
        return;
    };
    let settings = SynapseSettings {
        folder: PathBuf::from(folder),
        ..settings("synapse-child", true)
    };
    let synapse = Synapse::start(&installation().await, settings)
        .await
        .unwrap();
    synapse.pause().unwrap();
    eprintln!("paused");
    writeln_to_stdout(&format!("homeserver at {}", synapse.url()));
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn writeln_to_stdout(line: &str) {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}").unwrap();
}
