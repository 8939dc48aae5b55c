//! `aty login`: links the bridge's WhatsApp account.

use std::io::{IsTerminal, stdout};

use anyhow::{Context, bail};
use clap::Args;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tokio::signal::ctrl_c;
use vault::Key;
use whatsapp::{Connector, PairMethod, PairStep, PhoneNumber, Session};

use super::{ConfigFile, say, show};
use crate::config::{Config, LogSettings};
use crate::control::{self, ControlError, Request};
use crate::engine::{open_session, successor};
use crate::logs;

#[derive(Debug, Args)]
pub(super) struct Login {
    #[command(flatten)]
    file: ConfigFile,
    /// Show a code to type on the phone instead of a QR code. WhatsApp wants the account's number for it.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<PhoneNumber>,
    /// Link the spare account, in the place of one that was banned or lost: it leads the groups on. The bridge may be
    /// running.
    #[arg(long)]
    take_over: bool,
}

impl Login {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.file.load()?;
        // A person looks at a code here, not at a log.
        let quiet = LogSettings {
            filter: "error,whatsapp_rust=off,wacore=off".to_owned(),
            ..config.log.clone()
        };
        logs::begin(&quiet, None).context("the log can't be written")?;
        let key = config.key()?;
        if self.take_over {
            return self.take_over(&config, &key).await;
        }
        let session = open_session(&config, &key)?;
        self.link(&session, &config).await?;
        say("The account is linked. Now start the bridge: aty run");
        Ok(())
    }

    /// Links another account beside the present one, and lets it take over.
    async fn take_over(&self, config: &Config, key: &Key) -> anyhow::Result<()> {
        let next = successor::open(config, key)?;
        if next.is_paired()? {
            say("The other account is linked already.");
        } else {
            self.link(&next, config).await?;
        }
        drop(next);
        successor::appoint(config)?;
        match control::ask(&config.data, &Request::BeginAnew).await {
            Ok(answer) => show(answer)?,
            Err(ControlError::NotRunning(_)) => {
                say("The account is linked. From the next start on it leads the groups: aty run");
            }
            Err(error) => bail!(error),
        }
        Ok(())
    }

    /// Shows codes until the account is linked.
    async fn link(&self, session: &Session, config: &Config) -> anyhow::Result<()> {
        let method = match &self.phone {
            Some(number) => PairMethod::Code(number.clone()),
            None => PairMethod::Qr,
        };
        say("Connecting to WhatsApp. The code comes as soon as it answers; Ctrl-C ends this.");
        let mut pairing = Connector::pair(session, &config.whatsapp, method).await?;
        loop {
            let step = tokio::select! {
                step = pairing.next() => step,
                interrupted = ctrl_c() => {
                    interrupted?;
                    pairing.stop().await;
                    bail!("Stopped. No account was linked.");
                }
            };
            match step.context("Linking broke off. Try again: aty login")? {
                PairStep::Qr(code) => show_qr(&code)?,
                PairStep::Code(code) => say(&format!(
                    "On the phone: WhatsApp, Linked devices, Link a device, Link with phone number.\nType this code: {code}"
                )),
                PairStep::Paired => {
                    pairing.stop().await;
                    return Ok(());
                }
                PairStep::Failed(failure) => bail!(failure),
            }
        }
    }
}

fn show_qr(code: &str) -> anyhow::Result<()> {
    let image = QrCode::new(code).context("the QR code could not be drawn; try --phone")?;
    let image = image
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .build();
    // On a light terminal it would come out inverted, which not every camera reads.
    let image = match stdout().is_terminal() {
        true => image
            .lines()
            .map(|line| format!("\x1b[97;40m{line}\x1b[0m"))
            .collect::<Vec<_>>()
            .join("\n"),
        false => image,
    };
    say(&format!(
        "{image}\nOn the phone: WhatsApp, Linked devices, Link a device. Scan this code; it changes now and then."
    ));
    Ok(())
}
