//! Installs the real thing and starts it once.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
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

fn settings(folder: &Path, in_memory: bool) -> SynapseSettings {
    SynapseSettings {
        folder: folder.to_owned(),
        server_name: "aty.localhost".to_owned(),
        port: 0,
        registrations: Vec::new(),
        in_memory,
        environment: BTreeMap::new(),
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

/// A registration whose bridge is nowhere: enough to be let in as one.
fn registration(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("registration.yaml");
    let text = "{id: aty, url: null, as_token: one, hs_token: two, sender_localpart: aty, rate_limited: false, \
                namespaces: {users: [{exclusive: true, regex: '@_aty_.+'}]}}";
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn a_homeserver_is_installed_started_stopped_killed_and_started_again() {
    let installation = installation().await;
    let folder = TempDir::new().unwrap();
    let settings = SynapseSettings {
        registrations: vec![registration(&folder)],
        ..settings(folder.path(), false)
    };
    let mut synapse = Synapse::start(&installation, settings.clone())
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
    assert_eq!(
        whoami(&synapse, "one").await,
        "@aty:aty.localhost",
        "the registration is known"
    );

    let url = synapse.url().to_owned();
    synapse.restart().await.unwrap();
    assert_eq!(synapse.url(), url);
    assert_eq!(whoami(&synapse, &first).await, "@ana:aty.localhost");

    synapse.kill().await.unwrap();
    assert!(!is_reachable(&synapse).await);
    synapse.restart().await.unwrap();
    assert_eq!(whoami(&synapse, &first).await, "@ana:aty.localhost");

    #[cfg(target_os = "linux")]
    {
        assert!(!end_leftover(&folder.path().join("elsewhere")).unwrap());
        assert!(end_leftover(folder.path()).unwrap());
        assert!(!is_reachable(&synapse).await);
        assert!(!end_leftover(folder.path()).unwrap());
        synapse.restart().await.unwrap();
    }

    let beside = TempDir::new().unwrap();
    let same_port = SynapseSettings {
        port: synapse.port(),
        folder: beside.path().to_owned(),
        ..settings
    };
    let taken = Synapse::start(&installation, same_port).await.unwrap_err();
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
    let folder = TempDir::new().unwrap();
    let settings = SynapseSettings {
        registrations: vec![PathBuf::from("/nowhere/registration.yaml")],
        ..settings(folder.path(), true)
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
    installation().await;
    let folder = TempDir::new().unwrap();
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "synapse::tests::child_program", "--nocapture"])
        .env(CHILD, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines
            .next_line()
            .await
            .unwrap()
            .expect("the child says where its homeserver is");
        if let Some((_, port)) = line.split_once("homeserver on port ") {
            break port.parse().unwrap();
        }
    };
    program.kill().await.unwrap();
    process::wait_for_port(port)
        .await
        .expect("the port is free again");
}

const CHILD: &str = "ATY_TEST_CHILD";

/// Not a test of its own: the program that the test above starts and kills.
#[tokio::test]
async fn child_program() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let settings = settings(folder.as_ref(), true);
    let synapse = Synapse::start(&installation().await, settings)
        .await
        .unwrap();
    synapse.pause().unwrap();
    println!("homeserver on port {}", synapse.port());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}
