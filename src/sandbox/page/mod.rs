//! The phones in a browser, and the same for scripts.
//!
//! *Architecture invariant:* no phone number and no WhatsApp address of a person is ever in an answer: people go
//! by name, groups by an opaque id.

mod admin;
mod answer;
mod api;
mod chat;

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post, put};

use crate::town::Town;

/// Only what is in the page itself may run in it.
const POLICY: &str = "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; \
                      style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/// How it looks, then what it says and does.
const PAGE: &str = concat!(include_str!("head.html"), include_str!("page.html"));

/// The page at `/`, and the HTTP API under `/api`, which describes itself there.
pub fn router(town: Arc<Town>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/api", get(api::about))
        .route("/api/events", get(api::events))
        .route("/api/people", get(api::people).post(api::move_in))
        .route("/api/people/{name}/groups", get(api::groups))
        .route(
            "/api/people/{name}/groups/{group}/messages",
            get(chat::messages).post(chat::write),
        )
        .route(
            "/api/people/{name}/groups/{group}/messages/{message}",
            put(chat::edit).delete(chat::delete),
        )
        .route(
            "/api/people/{name}/groups/{group}/messages/{message}/reaction",
            put(chat::react),
        )
        .route("/api/people/{name}/groups/{group}/things", post(chat::send))
        .route(
            "/api/people/{name}/groups/{group}/members/{who}",
            put(admin::set_role).delete(admin::remove),
        )
        .route(
            "/api/people/{name}/groups/{group}/asking/{who}",
            put(admin::approve).delete(admin::reject),
        )
        .route(
            "/api/people/{name}/groups/{group}/settings",
            put(admin::set),
        )
        .route("/api/people/{name}/groups/{group}/link", post(admin::reset))
        .route("/api/people/{name}/join", post(api::join))
        .route("/api/people/{name}/leave", post(api::leave))
        .fallback(api::nothing_here)
        .method_not_allowed_fallback(api::wrong_method)
        .with_state(town)
}

async fn page() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Html(PAGE))
}
