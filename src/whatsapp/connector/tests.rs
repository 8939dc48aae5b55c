//! What needs no server. Conversations over a real one are in the tests of the bridge.

use std::path::Path;

use super::*;
use crate::{PairMethod, SeedDevice, message_id};

struct Nobody;

#[async_trait]
impl Inbox for Nobody {
    async fn keep(&self, _: &[Heard]) -> Result<(), NotKept> {
        Err(NotKept)
    }

    async fn keep_direct(&self, _: &[Direct]) -> Result<(), NotKept> {
        Err(NotKept)
    }
}

fn session(folder: &Path) -> Session {
    let key = vault::Key::from_bytes([1; 32]);
    Session::open(vault::Database::open(folder, &key, 1 << 20).unwrap()).unwrap()
}

async fn seeded(folder: &Path) -> Session {
    let session = session(folder);
    let device = SeedDevice {
        number: "12025550123".parse().unwrap(),
        lid: "100000000000001".parse().unwrap(),
        device: 7,
        push_name: "Aty".into(),
        server_key: Some([1; 32]),
    };
    session.seed(device).await.unwrap();
    session
}

/// A server that is not there: the port of the discard service, which nothing listens on.
fn nowhere() -> WhatsAppSettings {
    WhatsAppSettings {
        url: Some("ws://127.0.0.1:9/ws/chat".parse().unwrap()),
        ..WhatsAppSettings::default()
    }
}

async fn say(connector: &Connector) -> Result<(), SendError> {
    let group = "120363000000000001@g.us".parse().unwrap();
    connector
        .send(&group, &message_id(b"one"), &Saying::text("hola"))
        .await
}

#[tokio::test]
async fn without_an_account_nothing_is_sent_and_the_status_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(folder.path());
    let connector = Connector::start(session, &nowhere(), Arc::new(Nobody))
        .await
        .unwrap();
    assert_eq!(*connector.status().borrow(), Status::NotPaired);
    assert_eq!(
        say(&connector).await,
        Err(SendError::NotSending(Status::NotPaired))
    );
    connector.stop().await;
}

#[tokio::test]
async fn without_a_server_everything_waits() {
    let folder = tempfile::tempdir().unwrap();
    let session = seeded(folder.path()).await;
    let connector = Connector::start(session, &nowhere(), Arc::new(Nobody))
        .await
        .unwrap();
    assert_eq!(say(&connector).await, Err(SendError::Transient));
    assert_eq!(connector.groups().await, Err(SendError::Transient));
    connector.stop().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_written_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let session = seeded(folder.path()).await;
    let connector = Connector::start(session.clone(), &nowhere(), Arc::new(Nobody))
        .await
        .unwrap();
    session.break_off();
    let broken = Status::Broken(Broken::CannotKeep);
    let mut status = connector.status();
    status.wait_for(|status| *status == broken).await.unwrap();
    assert_eq!(say(&connector).await, Err(SendError::NotSending(broken)));
    connector.stop().await;
}

#[tokio::test]
async fn only_an_unlinked_session_is_linked_and_only_where_the_server_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let linked = seeded(folder.path()).await;
    let refused = Connector::pair(&linked, &nowhere(), PairMethod::Qr).await;
    assert!(matches!(refused, Err(ConnectorError::AlreadyPaired)));

    let folder = tempfile::tempdir().unwrap();
    let empty = session(folder.path());
    if cfg!(feature = "pair-with-sandbox") {
        let whatsapp = WhatsAppSettings::default();
        let refused = Connector::pair(&empty, &whatsapp, PairMethod::Qr).await;
        assert!(matches!(refused, Err(ConnectorError::BuiltForTests)));
        let refused = Connector::start(linked, &whatsapp, Arc::new(Nobody)).await;
        assert!(matches!(refused, Err(ConnectorError::BuiltForTests)));
    } else {
        let refused = Connector::pair(&empty, &nowhere(), PairMethod::Qr).await;
        assert!(matches!(refused, Err(ConnectorError::OnlyWhatsAppPairs)));
    }
}
