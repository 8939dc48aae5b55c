//! The Matrix client that reads.

use std::time::Duration;

use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::config::RequestConfig;
use matrix_sdk::ruma::api::client::account::register;
use matrix_sdk::ruma::api::client::directory::get_public_rooms;
use matrix_sdk::ruma::api::client::space::{SpaceHierarchyRoomsChunk, get_hierarchy};
use matrix_sdk::ruma::api::client::state::get_state_events;
use matrix_sdk::ruma::api::error::ErrorKind;
use matrix_sdk::ruma::directory::PublicRoomsChunk;
use matrix_sdk::ruma::{
    OwnedRoomId, RoomAliasId, RoomId, RoomOrAliasId, ServerName, device_id, uint,
};
use matrix_sdk::store::RoomLoadSettings;
use matrix_sdk::{Client, HttpError, SessionMeta, SessionTokens};
use url::Url;

use crate::Login;
use crate::error::MonitorError;
use crate::room_state::RoomState;

/// A space with more rooms than this is read in several steps.
const PAGE: u32 = 100;

/// A client connected to one homeserver, logged in as asked.
pub(crate) struct Reader {
    pub(crate) client: Client,
    homeserver: String,
    /// A session of our own, to be ended when we are done.
    leaves: bool,
}

impl Reader {
    pub(crate) async fn connect(
        homeserver: Option<&str>,
        space: &RoomOrAliasId,
        login: &Login,
    ) -> Result<Reader, MonitorError> {
        let homeserver = match homeserver {
            Some(homeserver) => homeserver,
            None => space
                .server_name()
                .ok_or(MonitorError::NoHomeserver)?
                .as_str(),
        };
        let reader = Reader {
            client: build(homeserver).await?,
            homeserver: homeserver.to_owned(),
            leaves: matches!(login, Login::Password { .. }),
        };
        match login {
            Login::Public => {}
            Login::Guest => reader.enter_as_guest().await?,
            Login::Password { user, password } => reader.log_in(user, password).await?,
            Login::Token { token } => reader.use_token(token).await?,
        }
        Ok(reader)
    }

    pub(crate) fn homeserver(&self) -> &str {
        &self.homeserver
    }

    /// Ends a session of our own. That it may fail hurts nobody: it ends by itself some day.
    pub(crate) async fn leave(&self) {
        if self.leaves
            && let Err(error) = self.client.matrix_auth().logout().await
        {
            tracing::debug!(%error, "the monitor's session could not be ended");
        }
    }

    pub(crate) async fn room_id(&self, space: &RoomOrAliasId) -> Result<OwnedRoomId, MonitorError> {
        let Ok(alias) = <&RoomAliasId>::try_from(space) else {
            return RoomId::parse(space.as_str()).map_err(|_| MonitorError::BadSpace {
                space: space.to_string(),
            });
        };
        match self.client.resolve_room_alias(alias).await {
            Ok(answer) => Ok(answer.room_id),
            Err(error) if matches!(error.client_api_error_kind(), Some(ErrorKind::NotFound)) => {
                Err(MonitorError::NoSuchSpace {
                    space: space.to_string(),
                    homeserver: self.homeserver.clone(),
                })
            }
            Err(error) => Err(self.explain(&error)),
        }
    }

    /// A space and the rooms right under it, the space first. `asked_for` is how it was named.
    pub(crate) async fn children(
        &self,
        space: &RoomId,
        asked_for: &str,
    ) -> Result<Vec<SpaceHierarchyRoomsChunk>, MonitorError> {
        let mut rooms = Vec::new();
        let mut request = get_hierarchy::v1::Request::new(space.to_owned());
        request.max_depth = Some(uint!(1));
        request.limit = Some(PAGE.into());
        loop {
            let page = match self.client.send(request.clone()).await {
                Ok(page) => page,
                Err(error) if is_hidden(&error) => {
                    return Err(MonitorError::NotVisible {
                        space: asked_for.to_owned(),
                    });
                }
                Err(error) => return Err(self.explain(&error)),
            };
            rooms.extend(page.rooms);
            request.from = page.next_batch;
            if request.from.is_none() {
                return Ok(rooms);
            }
        }
    }

    /// A room's people and groups; none where this login may not read them.
    pub(crate) async fn state(&self, room: &RoomId) -> Result<Option<RoomState>, MonitorError> {
        match self
            .client
            .send(get_state_events::v3::Request::new(room.to_owned()))
            .await
        {
            Ok(answer) => Ok(Some(RoomState::read(&answer.room_state))),
            Err(error) if is_hidden(&error) => Ok(None),
            Err(error) => Err(self.explain(&error)),
        }
    }

    /// Every room in the homeserver's public directory.
    pub(crate) async fn directory(&self) -> Result<Vec<PublicRoomsChunk>, MonitorError> {
        let mut rooms = Vec::new();
        let mut request = get_public_rooms::v3::Request::new();
        request.limit = Some(PAGE.into());
        loop {
            let page = match self.client.send(request.clone()).await {
                Ok(page) => page,
                Err(error) if is_hidden(&error) => {
                    return Err(MonitorError::LoginNeeded {
                        homeserver: self.homeserver.clone(),
                    });
                }
                Err(error) => return Err(self.explain(&error)),
            };
            rooms.extend(page.chunk);
            request.since = page.next_batch;
            if request.since.is_none() {
                return Ok(rooms);
            }
        }
    }

    async fn enter_as_guest(&self) -> Result<(), MonitorError> {
        let mut request = register::v3::Request::new();
        request.kind = register::RegistrationKind::Guest;
        match self.client.matrix_auth().register(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.client_api_error_kind() {
                Some(_) => MonitorError::NoGuests {
                    homeserver: self.homeserver.clone(),
                },
                None => self.failed(&error),
            }),
        }
    }

    async fn log_in(&self, user: &str, password: &str) -> Result<(), MonitorError> {
        let auth = self.client.matrix_auth();
        match auth
            .login_username(user, password)
            .initial_device_display_name("aty monitor")
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.client_api_error_kind() {
                Some(
                    ErrorKind::Forbidden | ErrorKind::UserDeactivated | ErrorKind::InvalidUsername,
                ) => MonitorError::WrongPassword {
                    homeserver: self.homeserver.clone(),
                    user: user.to_owned(),
                },
                _ => self.failed(&error),
            }),
        }
    }

    async fn use_token(&self, token: &str) -> Result<(), MonitorError> {
        let session = MatrixSession {
            // Whose token it is can only be asked with it; nothing that is read here depends on it.
            meta: SessionMeta {
                user_id: matrix_sdk::ruma::owned_user_id!("@monitor:localhost"),
                device_id: device_id!("MONITOR").to_owned(),
            },
            tokens: SessionTokens {
                access_token: token.to_owned(),
                refresh_token: None,
            },
        };
        let restored = self
            .client
            .matrix_auth()
            .restore_session(session, RoomLoadSettings::default())
            .await;
        restored.map_err(|error| self.failed(&error))?;
        self.client
            .whoami()
            .await
            .map(drop)
            .map_err(|error| self.explain(&error))
    }

    /// What an error of the homeserver's means to the one who reads.
    pub(crate) fn explain(&self, error: &HttpError) -> MonitorError {
        let homeserver = self.homeserver.clone();
        match (error, error.client_api_error_kind()) {
            (_, Some(ErrorKind::UnknownToken(_))) => MonitorError::WrongToken { homeserver },
            (_, Some(ErrorKind::MissingToken)) => MonitorError::LoginNeeded { homeserver },
            (HttpError::Reqwest(error), _) => MonitorError::Unreachable {
                homeserver,
                reason: root_cause(error),
            },
            _ => self.failed(error),
        }
    }

    fn failed(&self, error: &dyn std::error::Error) -> MonitorError {
        MonitorError::Failed {
            homeserver: self.homeserver.clone(),
            reason: error.to_string(),
        }
    }
}

async fn build(homeserver: &str) -> Result<Client, MonitorError> {
    let bad = || MonitorError::BadHomeserver {
        homeserver: homeserver.to_owned(),
    };
    let builder = Client::builder().request_config(
        RequestConfig::new()
            .timeout(Duration::from_secs(60))
            .retry_limit(2),
    );
    let builder = if homeserver.contains("://") {
        builder.homeserver_url(Url::parse(homeserver).map_err(|_| bad())?)
    } else {
        builder.server_name(<&ServerName>::try_from(homeserver).map_err(|_| bad())?)
    };
    let unreachable = |error: &dyn std::error::Error| MonitorError::Unreachable {
        homeserver: homeserver.to_owned(),
        reason: root_cause(error),
    };
    let client = builder.build().await.map_err(|error| unreachable(&error))?;
    client
        .server_versions()
        .await
        .map_err(|error| unreachable(&error))?;
    Ok(client)
}

/// Whether it was refused because of who asks. A room that one may not see is sometimes said not to exist.
pub(crate) fn is_hidden(error: &HttpError) -> bool {
    matches!(
        error.client_api_error_kind(),
        Some(
            ErrorKind::Forbidden
                | ErrorKind::GuestAccessForbidden
                | ErrorKind::NotFound
                | ErrorKind::Unauthorized
        )
    )
}

/// The innermost reason: the outer ones repeat the address and say no more.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
