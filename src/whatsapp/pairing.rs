use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use whatsapp_rust::bot::BotHandle;
use whatsapp_rust::pair_code::PairCodeOptions;
use whatsapp_rust::wacore::types::events::{
    Event, EventHandler, EventInterest, EventKind, InboundMessage,
};
use whatsapp_rust::wacore_binary::JidExt;
use whatsapp_rust::{Client, InboundDurabilityHook, anyhow};

use crate::connector::{ConnectorError, NotKept};
use crate::session::Session;
use crate::settings::WhatsAppSettings;
use crate::{Connector, PhoneNumber, account};

/// Something happens more often than this, or there is no connection: a code grows old within a minute (a typed
/// one within three).
const PATIENCE: Duration = Duration::from_secs(200);

/// How a person links the account on their phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairMethod {
    /// They scan a QR code.
    Qr,
    /// They type a code that is shown to them. WhatsApp wants the account's number for it.
    Code(PhoneNumber),
}

/// What happens next while an account is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairStep {
    /// Show this as a QR code, in the place of the one before.
    Qr(String),
    /// Show this code of eight characters, in the place of the one before.
    Code(String),
    /// The account is linked and was connected once.
    Paired,
    /// It came to nothing.
    Failed(PairFailure),
}

/// Why linking came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PairFailure {
    /// There was no answer.
    #[error("WhatsApp could not be reached. Look whether this machine is online, and try again.")]
    Unreachable,
    /// Nobody scanned or typed the code in time.
    #[error("Nobody used the code in time. Try again.")]
    TooLate,
    /// The phone can't link devices.
    #[error("That phone can't link devices. Update WhatsApp on it and try again.")]
    PhoneTooOld,
    /// WhatsApp asks for a passkey, which only its own programs can give.
    #[error(
        "WhatsApp asks for a passkey for this account. Turn passkeys off on the phone and try again."
    )]
    Passkey,
    /// WhatsApp takes this version no more.
    #[error("WhatsApp no longer accepts this version. Install a newer Aty.")]
    Outdated,
    /// WhatsApp refused.
    #[error("WhatsApp refused to link the account. Wait a while, then try again.")]
    Refused,
}

/// An account that is being linked. Dropped, it stops.
pub struct Pairing {
    steps: mpsc::UnboundedReceiver<PairStep>,
    bot: Option<BotHandle>,
}

impl Pairing {
    /// What happens next; nothing after [`PairStep::Paired`] or [`PairStep::Failed`].
    pub async fn next(&mut self) -> Option<PairStep> {
        self.bot.as_ref()?;
        let step = tokio::time::timeout(PATIENCE, self.steps.recv())
            .await
            .unwrap_or(Some(PairStep::Failed(PairFailure::Unreachable)));
        if matches!(step, Some(PairStep::Paired | PairStep::Failed(_)) | None) {
            self.stop().await;
        }
        step
    }

    /// Stops.
    pub async fn stop(&mut self) {
        if let Some(bot) = self.bot.take() {
            bot.shutdown().await;
        }
    }
}

impl Connector {
    /// Links an account to an empty session.
    ///
    /// # Errors
    /// [`ConnectorError::AlreadyPaired`]; [`ConnectorError::OnlyWhatsAppPairs`] where another server is set; or when
    /// the session can't be read.
    pub async fn pair(
        session: &Session,
        settings: &WhatsAppSettings,
        method: PairMethod,
    ) -> Result<Pairing, ConnectorError> {
        session.start_over_if_unlinked().await?;
        if session.is_paired()? {
            return Err(ConnectorError::AlreadyPaired);
        }
        // An unlinked device proves the server by WhatsApp's own certificate, which no other server has.
        if settings.url.is_some() {
            return Err(ConnectorError::OnlyWhatsAppPairs);
        }
        let (sender, steps) = mpsc::unbounded_channel();
        let by_qr = method == PairMethod::Qr;
        let mut bot = account::bot(session, settings)
            .with_event_handler(Steps { by_qr, sender })
            .with_inbound_durability_hook(NotYet);
        if let PairMethod::Code(number) = method {
            bot = bot.with_pair_code(PairCodeOptions {
                phone_number: number.expose().to_owned(),
                ..PairCodeOptions::default()
            });
        }
        let bot = bot
            .build()
            .await
            .map_err(|error| account::setup_error(&error))?;
        Ok(Pairing {
            steps,
            bot: Some(bot.spawn()),
        })
    }
}

/// Takes nothing that is said in groups: in the seconds between linking and the first start it is not
/// acknowledged, so it comes again then.
struct NotYet;

#[async_trait]
impl InboundDurabilityHook for NotYet {
    async fn on_messages(&self, _: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let said_in_a_group = batch
            .iter()
            .any(|message| message.info.source.chat.is_group());
        if said_in_a_group {
            return Err(anyhow::Error::new(NotKept));
        }
        Ok(())
    }
}

struct Steps {
    by_qr: bool,
    sender: mpsc::UnboundedSender<PairStep>,
}

impl EventHandler for Steps {
    fn interest(&self) -> EventInterest {
        EventInterest::of(&[
            EventKind::PairingQrCode,
            EventKind::PairingCode,
            EventKind::PairingCodeError,
            EventKind::PairingQrCodesExhausted,
            EventKind::PairError,
            EventKind::PairPasskeyRequest,
            EventKind::PairPasskeyError,
            EventKind::QrScannedWithoutMultidevice,
            EventKind::ClientOutdated,
            EventKind::LoggedOut,
            EventKind::TemporaryBan,
            EventKind::ConnectFailure,
            EventKind::Connected,
        ])
    }

    fn handle_event(&self, event: Arc<Event>) {
        let failed = PairStep::Failed;
        let step = match &*event {
            Event::PairingQrCode(qr) if self.by_qr => PairStep::Qr(qr.code.clone()),
            Event::PairingCode(code) => PairStep::Code(code.code.clone()),
            Event::Connected(_) => PairStep::Paired,
            Event::PairingQrCodesExhausted(_) if self.by_qr => failed(PairFailure::TooLate),
            Event::QrScannedWithoutMultidevice(_) => failed(PairFailure::PhoneTooOld),
            Event::PairPasskeyRequest(_) | Event::PairPasskeyError(_) => {
                failed(PairFailure::Passkey)
            }
            Event::ClientOutdated(_) => failed(PairFailure::Outdated),
            Event::PairError(_)
            | Event::PairingCodeError(_)
            | Event::LoggedOut(_)
            | Event::TemporaryBan(_) => failed(PairFailure::Refused),
            Event::ConnectFailure(failure) if !failure.reason.should_reconnect() => {
                failed(PairFailure::Refused)
            }
            _ => return,
        };
        // Nobody listens any more: the pairing was dropped.
        let _ = self.sender.send(step);
    }
}
