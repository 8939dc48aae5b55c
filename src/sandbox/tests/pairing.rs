//! Linking that comes to nothing because nobody does anything. That it links is in the tests of the bridge.

use std::path::Path;

use anyhow::{Context, Result};
use vault::{Database, Key};
use whatsapp::{Connector, PairFailure, PairMethod, PairStep, Pairing, Session, WhatsAppSettings};

use super::loopback;
use crate::phones::bridge_account;
use crate::server::WhatsAppServer;

async fn pair(folder: &Path, server: &WhatsAppServer, method: PairMethod) -> Result<Pairing> {
    let database = Database::open(folder, &Key::from_bytes([1; 32]), 1 << 20)?;
    let settings = WhatsAppSettings {
        url: Some(server.url()),
        ..WhatsAppSettings::default()
    };
    Ok(Connector::pair(&Session::open(database)?, &settings, method).await?)
}

#[tokio::test]
async fn nobody_scans_any_of_the_codes() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = WhatsAppServer::start(loopback(), None).await?;
    let mut pairing = pair(folder.path(), &server, PairMethod::Qr).await?;
    let mut codes = Vec::new();
    let last = loop {
        match pairing.next().await.context("a step")? {
            PairStep::Qr(code) => codes.push(code),
            other => break other,
        }
        if codes.len() == 1 {
            // The minutes until all codes are old pass at once.
            tokio::time::pause();
        }
    };
    assert_eq!(last, PairStep::Failed(PairFailure::TooLate));
    assert_eq!(codes.len(), 6);
    codes.dedup();
    assert_eq!(codes.len(), 6, "a code is shown once");
    assert_eq!(pairing.next().await, None);
    Ok(())
}

#[tokio::test]
async fn nobody_types_the_code() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = WhatsAppServer::start(loopback(), None).await?;
    let account = bridge_account();
    server.add_account(account.clone()).await?;
    let method = PairMethod::Code(account.number.parse()?);
    let mut pairing = pair(folder.path(), &server, method).await?;
    assert!(matches!(pairing.next().await, Some(PairStep::Code(_))));
    tokio::time::pause();
    let last = pairing.next().await;
    assert_eq!(last, Some(PairStep::Failed(PairFailure::TooLate)));
    Ok(())
}

#[tokio::test]
async fn nobody_answers() -> Result<()> {
    let server = WhatsAppServer::start(loopback(), None).await?;
    server.refuse_connections(true).await;
    let account = bridge_account();
    for method in [PairMethod::Qr, PairMethod::Code(account.number.parse()?)] {
        let folder = tempfile::tempdir()?;
        let mut pairing = pair(folder.path(), &server, method).await?;
        tokio::time::pause();
        let last = pairing.next().await;
        assert_eq!(last, Some(PairStep::Failed(PairFailure::Unreachable)));
        tokio::time::resume();
    }
    Ok(())
}
