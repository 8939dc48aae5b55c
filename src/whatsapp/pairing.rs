use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use whatsapp_rust::bot::BotHandle;
use whatsapp_rust::pair_code::{PairCodeOptions, PairCodeRejection};
use whatsapp_rust::wacore::types::events::{
    Event, EventHandler, EventInterest, EventKind, InboundMessage,
};
use whatsapp_rust::wacore_binary::JidExt;
use whatsapp_rust::{Client, InboundDurabilityHook, anyhow};

use crate::connector::{ConnectorError, NotKept};
use crate::session::Session;
use crate::settings::WhatsAppSettings;
use crate::{Connector, PhoneNumber, account};

/// Without a code after this time, there is no connection.
const UNTIL_A_CODE: Duration = Duration::from_secs(30);
/// A QR code grows old within a minute, and either another one comes or word that there is none.
const UNTIL_THE_NEXT_QR: Duration = Duration::from_secs(90);
/// WhatsApp takes a typed code for three minutes, and says nothing when they are over.
const UNTIL_IT_IS_TYPED: Duration = Duration::from_secs(190);

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
    /// Something else was typed than the code.
    #[error("The phone did not accept the code. Try again, and type the new code.")]
    WrongCode,
    /// This account is linked by QR code only.
    #[error("WhatsApp gives no code for this account. Scan a QR code instead.")]
    OnlyQr,
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
    /// How long nothing may happen, and what it means if nothing does.
    patience: (Duration, PairFailure),
}

impl Pairing {
    /// What happens next; nothing after [`PairStep::Paired`] or [`PairStep::Failed`].
    pub async fn next(&mut self) -> Option<PairStep> {
        self.bot.as_ref()?;
        let (patience, silence) = self.patience;
        let step = tokio::time::timeout(patience, self.steps.recv())
            .await
            .unwrap_or(Some(PairStep::Failed(silence)));
        match step {
            Some(PairStep::Qr(_)) => self.patience = (UNTIL_THE_NEXT_QR, PairFailure::Unreachable),
            Some(PairStep::Code(_)) => self.patience = (UNTIL_IT_IS_TYPED, PairFailure::TooLate),
            Some(PairStep::Paired | PairStep::Failed(_)) | None => self.stop().await,
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
    /// [`ConnectorError::AlreadyPaired`]; [`ConnectorError::OnlyWhatsAppPairs`] where another server is set (with the
    /// feature `pair-with-sandbox`, [`ConnectorError::BuiltForTests`] where none is); or when the session can't be read.
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
        if settings.url.is_some() && !cfg!(feature = "pair-with-sandbox") {
            return Err(ConnectorError::OnlyWhatsAppPairs);
        }
        let (sender, steps) = mpsc::unbounded_channel();
        let by_qr = method == PairMethod::Qr;
        let mut bot = account::bot(session, settings)?
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
            patience: (UNTIL_A_CODE, PairFailure::Unreachable),
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
            EventKind::PairingCodeRefresh,
            EventKind::Disconnected,
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
            Event::PairingCodeError(error) => failed(no_code(error.rejection)),
            Event::PairingCodeRefresh(_) => failed(PairFailure::WrongCode),
            // A typed code is good for one connection; a QR code comes anew with the next.
            Event::Disconnected(_) if !self.by_qr => failed(PairFailure::Unreachable),
            Event::PairError(_) | Event::LoggedOut(_) | Event::TemporaryBan(_) => {
                failed(PairFailure::Refused)
            }
            Event::ConnectFailure(failure) if !failure.reason.should_reconnect() => {
                failed(PairFailure::Refused)
            }
            _ => return,
        };
        // Nobody listens any more: the pairing was dropped.
        let _ = self.sender.send(step);
    }
}

/// Why there is no code to type.
fn no_code(rejection: Option<PairCodeRejection>) -> PairFailure {
    match rejection {
        None => PairFailure::Unreachable,
        Some(PairCodeRejection::FeatureNotAvailable) => PairFailure::OnlyQr,
        Some(_) => PairFailure::Refused,
    }
}
