//! What the homeserver tells us: transactions of events, pings and questions about names.
//!
//! Spec: Application Service API, "Homeserver -> Application Service API". Bodies are read here and not by ruma's
//! types, because there one unreadable part refuses the whole transaction, and the homeserver would repeat it
//! for ever.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Extension, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use ruma::{OwnedRoomAliasId, OwnedUserId, RoomAliasId, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;
use subtle::ConstantTimeEq;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest transaction that is read, in bytes: 32 MB. A hundred events of the largest size are 6.5 MB.
pub const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// Where transactions go, and who knows our names.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps the events of a transaction, in order.
    ///
    /// Ok only once they are durable: the homeserver is then told that it may forget them. It repeats a
    /// transaction whose answer it missed, so the same events may come again. Events are any JSON value; one that
    /// can't be read must not keep the others from being kept.
    ///
    /// `from` is the connection's other end, if the server tells it (`into_make_service_with_connect_info`): another
    /// one may be a homeserver that was restarted, and such a one forgets transactions.
    async fn keep(
        &self,
        transaction: &str,
        from: Option<SocketAddr>,
        events: Vec<Box<RawValue>>,
    ) -> Result<(), NotKept>;

    /// Whether a user of our namespace exists. Asked when somebody looks for one that the homeserver doesn't know.
    async fn knows_user(&self, user: &UserId) -> bool;

    /// Whether a room with this alias exists.
    async fn knows_alias(&self, alias: &RoomAliasId) -> bool;
}

/// Nothing could be written; the homeserver is asked to come again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the events of a transaction could not be kept: {0}; the homeserver will send them again")]
pub struct NotKept(pub String);

/// The routes that the homeserver calls, for those who know the homeserver's token.
pub fn router(hs_token: &str, inbox: Arc<dyn Inbox>) -> Router {
    let token: Arc<str> = Arc::from(hs_token);
    Router::new()
        .route(
            "/_matrix/app/v1/transactions/{transaction}",
            put(transaction),
        )
        .route("/_matrix/app/v1/ping", post(ping))
        .route("/_matrix/app/v1/users/{user}", get(user))
        .route("/_matrix/app/v1/rooms/{alias}", get(alias))
        .with_state(inbox)
        .fallback(|| async { Refusal::UnknownPath })
        .method_not_allowed_fallback(|| async { Refusal::UnknownMethod })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(token, only_the_homeserver))
        .layer(CatchPanicLayer::custom(panicked))
}

async fn transaction(
    State(inbox): State<Arc<dyn Inbox>>,
    Path(transaction): Path<String>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        _ => Refusal::Interrupted,
    })?;
    let read: Transaction = serde_json::from_slice(&body).map_err(|error| {
        if error.is_data() {
            Refusal::NotATransaction
        } else {
            Refusal::NotJson
        }
    })?;
    inbox
        .keep(&transaction, from.map(|from| from.0.0), read.events)
        .await
        .map_err(Refusal::NotKept)?;
    Ok(done())
}

/// What we read of a transaction. Spec: `PUT /_matrix/app/v1/transactions/{txnId}`.
#[derive(Deserialize)]
struct Transaction {
    events: Vec<Box<RawValue>>,
}

async fn ping() -> Response {
    done()
}

async fn user(
    State(inbox): State<Arc<dyn Inbox>>,
    Path(user): Path<String>,
) -> Result<Response, Refusal> {
    match OwnedUserId::try_from(user) {
        Ok(user) if inbox.knows_user(&user).await => Ok(done()),
        _ => Err(Refusal::NotOurs),
    }
}

async fn alias(
    State(inbox): State<Arc<dyn Inbox>>,
    Path(alias): Path<String>,
) -> Result<Response, Refusal> {
    match OwnedRoomAliasId::try_from(alias) {
        Ok(alias) if inbox.knows_alias(&alias).await => Ok(done()),
        _ => Err(Refusal::NotOurs),
    }
}

/// Refuses whoever doesn't know the token before a byte of the body is read.
async fn only_the_homeserver(
    State(token): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let shown = shown_token(&request).ok_or(Refusal::NoToken)?;
    if bool::from(shown.as_bytes().ct_eq(token.as_bytes())) {
        Ok(next.run(request).await)
    } else {
        Err(Refusal::WrongToken)
    }
}

/// The token in the header, or where older homeservers put it.
fn shown_token(request: &Request) -> Option<String> {
    if let Some(header) = request.headers().get(header::AUTHORIZATION) {
        let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned());
    }
    let query = request.uri().query()?.as_bytes();
    let mut fields = url::form_urlencoded::parse(query);
    fields
        .find(|(key, _)| key == "access_token")
        .map(|(_, token)| token.into_owned())
}

fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!(
        "a request of the homeserver hit a fault of the bridge; the homeserver will repeat it"
    );
    answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        "M_UNKNOWN",
        "the bridge has a fault",
    )
    .into_response()
}

/// Why a request is refused. None of it is passed on, and nothing else is disturbed.
enum Refusal {
    NoToken,
    WrongToken,
    TooLarge,
    Interrupted,
    NotJson,
    NotATransaction,
    NotKept(NotKept),
    NotOurs,
    UnknownPath,
    UnknownMethod,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, why) = match &self {
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                "M_UNAUTHORIZED",
                "the homeserver's token is missing",
            ),
            Self::WrongToken => (
                StatusCode::FORBIDDEN,
                "M_FORBIDDEN",
                "this is not the homeserver's token",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "M_TOO_LARGE",
                "a transaction may have 32 MB",
            ),
            Self::Interrupted => (StatusCode::BAD_REQUEST, "M_NOT_JSON", "the body broke off"),
            Self::NotJson => (
                StatusCode::BAD_REQUEST,
                "M_NOT_JSON",
                "the body is not JSON",
            ),
            Self::NotATransaction => (
                StatusCode::BAD_REQUEST,
                "M_BAD_JSON",
                "the body has no list of events",
            ),
            Self::NotKept(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "M_UNKNOWN",
                "nothing can be kept now; send it again",
            ),
            Self::NotOurs => (
                StatusCode::NOT_FOUND,
                "M_NOT_FOUND",
                "the bridge doesn't know this name",
            ),
            Self::UnknownPath => (
                StatusCode::NOT_FOUND,
                "M_UNRECOGNIZED",
                "the bridge has no such path",
            ),
            Self::UnknownMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "M_UNRECOGNIZED",
                "not with this method",
            ),
        };
        match &self {
            Self::NotKept(not_kept) => tracing::error!("{not_kept}"),
            Self::NotOurs => {
                tracing::debug!(code, "the homeserver asked for a name that is not ours")
            }
            _ => tracing::warn!(status = status.as_u16(), code, "refused a request: {why}"),
        }
        answer(status, code, why)
    }
}

fn done() -> Response {
    json(StatusCode::OK, "{}".to_owned())
}

fn answer(status: StatusCode, code: &str, why: &str) -> Response {
    json(
        status,
        serde_json::json!({ "errcode": code, "error": why }).to_string(),
    )
}

fn json(status: StatusCode, text: String) -> Response {
    let body = Body::from(text);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
