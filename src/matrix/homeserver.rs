//! What we ask of the homeserver, as the bot or as one of its ghosts.
//!
//! One request each, nothing remembered, nothing repeated: [`SendError`] says whether and how to try again.

use std::sync::Arc;
use std::time::Duration;

use civic::Timestamp;
use ruma::api::auth_scheme::{AuthScheme, SendAccessToken};
use ruma::api::client::{
    account, alias, appservice, config, discovery, message, profile, room, state,
};
use ruma::api::{
    AppserviceUserIdentity, IncomingResponse, MatrixVersion, OutgoingRequest,
    OutgoingRequestAppserviceExt, SupportedVersions,
};
use ruma::serde::Raw;
use ruma::{
    EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomAliasId,
    RoomId, RoomVersionId, TransactionId, UInt, UserId,
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::identity::Identity;
use crate::paths::KnownPath;
use crate::send_error::SendError;
use crate::their_clock::TheirClock;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer may take. Making a room takes a busy homeserver seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The homeserver as our bot and ghosts reach it. Clones share one pool of connections.
#[derive(Clone)]
pub struct Homeserver {
    shared: Arc<Shared>,
}

struct Shared {
    client: reqwest::Client,
    url: String,
    token: String,
    identity: Identity,
    versions: SupportedVersions,
    clock: TheirClock,
}

/// A state event as the room has it now.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StateEvent {
    /// The event's type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Which of its type it is.
    pub state_key: String,
    /// Who wrote it.
    pub sender: OwnedUserId,
    /// The event's id.
    pub event_id: OwnedEventId,
    /// What it says. `{}` if it was redacted.
    pub content: Value,
}

/// What rooms the homeserver can make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomVersions {
    /// What it makes when not told.
    pub default: RoomVersionId,
    /// What it can make.
    pub available: Vec<RoomVersionId>,
}

impl Homeserver {
    /// The homeserver at this address, for the bridge with this token. Nothing is sent yet.
    ///
    /// # Errors
    /// When the system has no working TLS.
    pub fn new(url: &Url, as_token: &str, identity: Identity) -> Result<Self, SendError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .http1_only()
            .no_proxy()
            .build()
            .map_err(|_| SendError::Broken("this system has no working TLS".to_owned()))?;
        // Nothing newer is needed than the ping (1.7) and authenticated media (1.11).
        let versions = [
            MatrixVersion::V1_1,
            MatrixVersion::V1_7,
            MatrixVersion::V1_11,
        ];
        let versions = SupportedVersions {
            versions: versions.into(),
            features: Default::default(),
        };
        let shared = Shared {
            client,
            url: url.as_str().trim_end_matches('/').to_owned(),
            token: as_token.to_owned(),
            identity,
            versions,
            clock: TheirClock::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Who we are there.
    pub fn identity(&self) -> &Identity {
        &self.shared.identity
    }

    /// What time it is by the homeserver's clock, to the second, as far as its answers told.
    pub fn now(&self) -> Option<Timestamp> {
        self.shared.clock.now()
    }

    /// The bot, for the methods that ask in whose name.
    pub fn bot(&self) -> &UserId {
        self.shared.identity.bot()
    }

    /// The versions of the specification that the homeserver speaks, such as `v1.11`.
    pub async fn versions(&self) -> Result<Vec<String>, SendError> {
        let request = discovery::get_supported_versions::Request::new();
        Ok(self.ask(None, request).await?.versions)
    }

    /// Whom the homeserver takes us for. Tells whether it knows our registration.
    pub async fn whoami(&self) -> Result<OwnedUserId, SendError> {
        Ok(self
            .ask(None, account::whoami::v3::Request::new())
            .await?
            .user_id)
    }

    /// Lets the homeserver call our endpoint; how long that took it. After a ping it delivers at once what it had
    /// kept for us, and not only when its next try is due.
    pub async fn ping(&self, appservice: &str) -> Result<Duration, SendError> {
        let request = appservice::request_ping::v1::Request::new(appservice.to_owned());
        Ok(self.ask(None, request).await?.duration)
    }

    /// Which versions of rooms the homeserver can make.
    pub async fn room_versions(&self) -> Result<RoomVersions, SendError> {
        let request = discovery::get_capabilities::v3::Request::new();
        let offered = self.ask(None, request).await?.capabilities.room_versions;
        let available = offered.available.into_keys().collect();
        Ok(RoomVersions {
            default: offered.default,
            available,
        })
    }

    /// Sees to it that the bot's or a ghost's account exists; whether it is new.
    pub async fn register(&self, localpart: &str) -> Result<bool, SendError> {
        let mut request = account::register::v3::Request::new();
        request.username = Some(localpart.to_owned());
        request.login_type = Some(account::register::LoginType::ApplicationService);
        request.inhibit_login = true;
        match self.ask(None, request).await {
            Ok(_) => Ok(true),
            Err(error) if error.is("M_USER_IN_USE") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the homeserver lets us make ghosts: our registration lays claim to their names, and no other does. Asks for
    /// a name that is too long for an account, so that none is made.
    pub async fn lets_us_make_ghosts(&self) -> Result<bool, SendError> {
        match self.register(&self.identity().nobodys_localpart()).await {
            Err(error) if error.is("M_EXCLUSIVE") => Ok(false),
            Err(error) if error.may_pass() => Err(error),
            _ => Ok(true),
        }
    }

    /// A user's name, if they have one.
    pub async fn display_name(&self, user: &UserId) -> Result<Option<String>, SendError> {
        use profile::get_profile_field::v3::Request;
        let request = Request::new_static::<profile::DisplayName>(user.to_owned());
        Ok(self.ask(None, request).await?.value)
    }

    /// Gives the bot or a ghost a name. Best before it joins: a change later costs an event in every room it is in.
    pub async fn set_display_name(&self, as_user: &UserId, name: &str) -> Result<(), SendError> {
        use profile::set_profile_field::v3::Request;
        let name = ruma::profile::ProfileFieldValue::DisplayName(name.to_owned());
        let request = Request::new(as_user.to_owned(), name);
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Sends an event, in one request.
    ///
    /// The homeserver answers the same transaction id with the same event only as long as it remembers it (Synapse:
    /// half an hour, and not over a restart). After [`SendError::Uncertain`], ask [`Self::find_sent`] first.
    /// With `at` the event carries that time in place of now; its place in the room is the end all the same.
    pub async fn send(
        &self,
        as_user: &UserId,
        room: &RoomId,
        event_type: &str,
        transaction: &str,
        content: &Value,
        at: Option<Timestamp>,
    ) -> Result<OwnedEventId, SendError> {
        let mut request = message::send_message_event::v3::Request::new_raw(
            room.to_owned(),
            <&TransactionId>::from(transaction).to_owned(),
            event_type.into(),
            raw(content)?,
        );
        request.timestamp = at.and_then(matrix_time);
        Ok(self.ask(Some(as_user), request).await?.event_id)
    }

    /// Takes an event's content back, everywhere and for good.
    pub async fn redact(
        &self,
        as_user: &UserId,
        room: &RoomId,
        event: &EventId,
        transaction: &str,
        reason: Option<&str>,
    ) -> Result<OwnedEventId, SendError> {
        let transaction = <&TransactionId>::from(transaction).to_owned();
        let mut request = ruma::api::client::redact::redact_event::v3::Request::new(
            room.to_owned(),
            event.to_owned(),
            transaction,
        );
        request.reason = reason.map(str::to_owned);
        Ok(self.ask(Some(as_user), request).await?.event_id)
    }

    /// The content of one state event, if the room has it.
    pub async fn state(
        &self,
        room: &RoomId,
        event_type: &str,
        key: &str,
    ) -> Result<Option<Value>, SendError> {
        let request = state::get_state_event_for_key::v3::Request::new(
            room.to_owned(),
            event_type.into(),
            key.to_owned(),
        );
        match self.ask(None, request).await {
            Ok(found) => parsed(found.into_content().json().get()).map(Some),
            Err(error) if error.is("M_NOT_FOUND") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All state of a room. In a large room that is large: every member is in it.
    pub async fn all_state(&self, room: &RoomId) -> Result<Vec<StateEvent>, SendError> {
        let request = state::get_state_events::v3::Request::new(room.to_owned());
        let events = self.ask(None, request).await?.room_state;
        events
            .iter()
            .map(|event| parsed(event.json().get()))
            .collect()
    }

    /// Writes a state event. It is written again even if nothing in it changes: compare first.
    pub async fn set_state(
        &self,
        room: &RoomId,
        event_type: &str,
        key: &str,
        content: &Value,
    ) -> Result<OwnedEventId, SendError> {
        let request = state::send_state_event::v3::Request::new_raw(
            room.to_owned(),
            event_type.into(),
            key.to_owned(),
            raw(content)?,
        );
        Ok(self.ask(None, request).await?.event_id)
    }

    /// The room of an alias, if it has one.
    pub async fn resolve_alias(
        &self,
        alias: &RoomAliasId,
    ) -> Result<Option<OwnedRoomId>, SendError> {
        let request = alias::get_alias::v3::Request::new(alias.to_owned());
        match self.ask(None, request).await {
            Ok(found) => Ok(Some(found.room_id)),
            Err(error) if error.is("M_NOT_FOUND") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a room one more alias.
    pub async fn add_alias(&self, room: &RoomId, alias: &RoomAliasId) -> Result<(), SendError> {
        let request = alias::create_alias::v3::Request::new(alias.to_owned(), room.to_owned());
        self.ask(None, request).await.map(drop)
    }

    /// Takes an alias away from its room, if the bot gave it.
    pub async fn remove_alias(&self, alias: &RoomAliasId) -> Result<(), SendError> {
        let request = alias::delete_alias::v3::Request::new(alias.to_owned());
        self.ask(None, request).await.map(drop)
    }

    /// Makes a room, in the bot's name.
    pub async fn create_room(
        &self,
        wanted: room::create_room::v3::Request,
    ) -> Result<OwnedRoomId, SendError> {
        Ok(self.ask(None, wanted).await?.room_id)
    }

    /// Whether a room stands in the public directory.
    pub async fn is_listed(&self, room: &RoomId) -> Result<bool, SendError> {
        use ruma::api::client::directory::get_room_visibility::v3::Request;
        let answer = self.ask(None, Request::new(room.to_owned())).await?;
        Ok(answer.visibility == room::Visibility::Public)
    }

    /// Puts a room into the public directory.
    pub async fn list(&self, room: &RoomId) -> Result<(), SendError> {
        use ruma::api::client::directory::set_room_visibility::v3::Request;
        let request = Request::new(room.to_owned(), room::Visibility::Public);
        self.ask(None, request).await.map(drop)
    }

    /// Takes a room out of the public directory.
    pub async fn unlist(&self, room: &RoomId) -> Result<(), SendError> {
        use ruma::api::client::directory::set_room_visibility::v3::Request;
        let request = Request::new(room.to_owned(), room::Visibility::Private);
        self.ask(None, request).await.map(drop)
    }

    /// What the bot or a ghost has stored with its account under this type.
    pub async fn account_data(
        &self,
        as_user: &UserId,
        data_type: &str,
    ) -> Result<Option<Value>, SendError> {
        use config::get_global_account_data::v3::Request;
        let request = Request::new(as_user.to_owned(), data_type.into());
        match self.ask(Some(as_user), request).await {
            Ok(found) => parsed(found.account_data.json().get()).map(Some),
            Err(error) if error.is("M_NOT_FOUND") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Stores something with the bot's or a ghost's account.
    pub async fn set_account_data(
        &self,
        as_user: &UserId,
        data_type: &str,
        content: &Value,
    ) -> Result<(), SendError> {
        use config::set_global_account_data::v3::Request;
        let request = Request::new_raw(as_user.to_owned(), data_type.into(), raw(content)?);
        self.ask(Some(as_user), request).await.map(drop)
    }

    /// Sends one request and reads its answer. Without a user it is the bot's.
    pub(crate) async fn ask<R>(
        &self,
        as_user: Option<&UserId>,
        request: R,
    ) -> Result<R::IncomingResponse, SendError>
    where
        R: OutgoingRequest,
        R::PathBuilder: KnownPath,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    {
        let request =
            reqwest::Request::try_from(self.written(as_user, request)?).map_err(failed)?;
        let answer = self.shared.client.execute(request).await.map_err(failed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        self.shared.clock.read(&headers);
        // Headers without a body: it was received, and nobody knows what came of it.
        let body = answer.bytes().await.map_err(|_| SendError::Uncertain)?;
        if !status.is_success() {
            return Err(SendError::from_answer(status, &headers, &body));
        }
        let mut whole = http::Response::new(body);
        *whole.status_mut() = status;
        *whole.headers_mut() = headers;
        R::IncomingResponse::try_from_http_response(whole).map_err(|_| unexpected())
    }

    /// The request as it goes over the wire.
    fn written<R>(
        &self,
        as_user: Option<&UserId>,
        request: R,
    ) -> Result<http::Request<Vec<u8>>, SendError>
    where
        R: OutgoingRequest,
        R::PathBuilder: KnownPath,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
    {
        let ghost = as_user.filter(|user| *user != self.bot());
        let identity = ghost.map(AppserviceUserIdentity::new).unwrap_or_default();
        let path = R::PathBuilder::of(&self.shared.versions);
        let token = SendAccessToken::Always(&self.shared.token);
        request
            .try_into_http_request_with_identity(&self.shared.url, token, identity, path)
            .map_err(|_| {
                SendError::Broken("a request to the homeserver could not be written".to_owned())
            })
    }
}

impl std::fmt::Debug for Homeserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Homeserver")
            .field("url", &self.shared.url)
            .finish_non_exhaustive()
    }
}

/// No whole answer came. What exactly went wrong is for the log.
fn failed(error: reqwest::Error) -> SendError {
    let error = error.without_url();
    tracing::debug!(?error, "a request to the homeserver failed");
    SendError::from_connection(&error)
}

fn unexpected() -> SendError {
    SendError::Broken(
        "the homeserver's address answers as no homeserver does: check its url".to_owned(),
    )
}

/// Content in the form that ruma's requests carry.
pub(crate) fn raw<T>(content: &Value) -> Result<Raw<T>, SendError> {
    let text = serde_json::value::to_raw_value(content)
        .map_err(|_| SendError::Broken("content could not be written as JSON".to_owned()))?;
    Ok(Raw::from_json(text))
}

pub(crate) fn parsed<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, SendError> {
    serde_json::from_str(text).map_err(|_| unexpected())
}

fn matrix_time(at: Timestamp) -> Option<MilliSecondsSinceUnixEpoch> {
    UInt::try_from(at.0).ok().map(MilliSecondsSinceUnixEpoch)
}

#[cfg(test)]
#[path = "homeserver_tests.rs"]
mod tests;
