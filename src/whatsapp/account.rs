use whatsapp_rust::async_trait;
use whatsapp_rust::bot::{Bot, BotBuilder, BotBuilderError, Provided};
use whatsapp_rust::http::{HttpClient, HttpRequest, HttpResponse};
use whatsapp_rust::request::IqError;
use whatsapp_rust::transport::TokioWebSocketTransportFactory;
use whatsapp_rust::wacore::store::device::DevicePropsOverride;
use whatsapp_rust::wacore::types::message::AddressingMode;
use whatsapp_rust::waproto::whatsapp::device_props::PlatformType;
use whatsapp_rust::{Client, ClientError, GroupError};

use crate::GroupJid;
use crate::connector::ConnectorError;
use crate::person::Form;
use crate::redact::redact_log;
use crate::session::Session;
use crate::settings::WhatsAppSettings;
use crate::status::{SendError, meaning};
use crate::transport::Loopback;

/// The version that we say to be where nobody minds. From WhatsApp itself the current one is fetched.
const VERSION: (u32, u32, u32) = (2, 3000, 1);

/// All that is the same whether an account is being linked or used.
pub(crate) fn bot(
    session: &Session,
    settings: &WhatsAppSettings,
) -> Result<BotBuilder<Provided, Provided, Provided, Provided>, ConnectorError> {
    // It would take anyone for WhatsApp.
    if cfg!(feature = "pair-with-sandbox") && settings.url.is_none() {
        return Err(ConnectorError::BuiltForTests);
    }
    let bot = Bot::builder()
        .with_backend_arc(session.backend())
        .with_device_props(
            DevicePropsOverride::new()
                .with_os("Aty")
                .with_platform_type(PlatformType::DESKTOP),
        )
        .skip_history_sync();
    let Some(url) = &settings.url else {
        return Ok(bot);
    };
    let bot = bot.with_http_client(NoHttp).with_version(VERSION);
    Ok(if url.scheme() == "ws" {
        bot.with_transport_factory(Loopback(url.clone()))
    } else {
        bot.with_transport_factory(TokioWebSocketTransportFactory::new().with_url(url.as_str()))
    })
}

/// For a server that is not WhatsApp itself: nothing must be asked of WhatsApp's hosts.
struct NoHttp;

#[async_trait]
impl HttpClient for NoHttp {
    async fn execute(&self, _: HttpRequest) -> whatsapp_rust::anyhow::Result<HttpResponse> {
        Err(whatsapp_rust::anyhow::anyhow!(
            "files can't be fetched from this server"
        ))
    }
}

/// How a group names its members. Known without asking once something was sent there.
pub(crate) async fn form_of(client: &Client, group: &GroupJid) -> Result<Form, SendError> {
    let known = client.groups().query_info(&group.to_jid()).await;
    match known
        .map_err(|error| before_sending(group_error(error)))?
        .addressing_mode
    {
        AddressingMode::Pn => Ok(Form::Number),
        AddressingMode::Lid => Ok(Form::Lid),
    }
}

pub(crate) fn setup_error(error: &BotBuilderError) -> ConnectorError {
    ConnectorError::Setup(redact_log(&error.to_string()).into_owned())
}

pub(crate) fn refused(code: u16) -> SendError {
    SendError::Rejected {
        code,
        why: meaning(code),
    }
}

/// What a failed sending means: the library's own words may hold addresses and are not passed on.
pub(crate) fn send_error(error: whatsapp_rust::SendError) -> SendError {
    use whatsapp_rust::SendError as Theirs;
    match error {
        Theirs::Client(error) => client_error(error),
        Theirs::NotLoggedIn => SendError::Transient,
        // Asked on the way, before the message itself is sent.
        Theirs::Iq(error) => before_sending(iq_error(error)),
        Theirs::InvalidRequest(_) => refused(400),
        _ => SendError::Uncertain,
    }
}

/// What a failed question or order about a group means.
pub(crate) fn group_error(error: GroupError) -> SendError {
    match error {
        GroupError::Iq(error) => iq_error(error),
        GroupError::InvalidRequest(_) => refused(400),
        GroupError::DescriptionConflict => SendError::Transient,
        _ => SendError::Uncertain,
    }
}

/// For what changes nothing: it may always be asked again.
pub(crate) fn before_sending(error: SendError) -> SendError {
    match error {
        SendError::Uncertain => SendError::Transient,
        other => other,
    }
}

fn client_error(error: ClientError) -> SendError {
    match error {
        ClientError::NotConnected | ClientError::NotLoggedIn => SendError::Transient,
        ClientError::Iq(error) => before_sending(iq_error(error)),
        _ => SendError::Uncertain,
    }
}

fn iq_error(error: IqError) -> SendError {
    match error {
        IqError::NotConnected | IqError::ClientState(_) => SendError::Transient,
        IqError::ServerError {
            code: 429 | 500.., ..
        }
        | IqError::ServerError {
            backoff: Some(_), ..
        } => SendError::Transient,
        IqError::ServerError { code, .. } => refused(code),
        _ => SendError::Uncertain,
    }
}
