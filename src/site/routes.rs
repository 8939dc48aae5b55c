//! The addresses, and what each answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use civic::{Language, Plan, ThemeDefinition};

use crate::ask::{Ask, WayIn};
use crate::page::{NoWayIn, POLICY, View};
use crate::qr::Code;
use crate::reader::Reader;
use crate::settings::{LOG, SiteSettings};

/// How long others may keep what they got. A link may be reset at any time, so it is not kept for long.
const A_MINUTE: &str = "public, max-age=60";
const FIVE_MINUTES: &str = "public, max-age=300";
const AN_HOUR: &str = "public, max-age=3600";
const NOT_KEPT: &str = "no-store";

/// What the pages are about, and whom they ask.
pub struct Site {
    pub(crate) plan: Plan,
    pub(crate) language: Language,
    pub(crate) settings: SiteSettings,
    /// What addresses on a page begin with: the path under which a web server shows the site.
    pub(crate) base: String,
    pub(crate) server_name: String,
    ask: Arc<dyn Ask>,
}

impl Site {
    /// The site of a plan whose rooms have their aliases on the homeserver of this name, said in `language` to whoever
    /// asks for none.
    pub fn new(
        plan: Plan,
        server_name: &str,
        language: Language,
        settings: SiteSettings,
        ask: Arc<dyn Ask>,
    ) -> Self {
        let path = settings.url.as_ref().map_or("", |url| url.path());
        Self {
            base: path.trim_end_matches('/').to_owned(),
            server_name: server_name.to_owned(),
            plan,
            language,
            settings,
            ask,
        }
    }

    /// The theme of this slug or code, however it is written.
    fn theme(&self, name: &str) -> Option<&ThemeDefinition> {
        self.plan.themes.iter().find(|theme| {
            theme.slug.as_str().eq_ignore_ascii_case(name)
                || theme.code.as_str().eq_ignore_ascii_case(name)
        })
    }
}

/// The pages. It only answers GET and HEAD.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(index))
        .route(&format!("/{LOG}"), get(log))
        .route("/{theme}", get(theme))
        .route("/{theme}/", get(theme))
        .route("/{theme}/whatsapp", get(whatsapp))
        .route("/{theme}/matrix", get(matrix))
        .route("/{theme}/qr.svg", get(qr_svg))
        .route("/{theme}/qr.png", get(qr_png))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(map_response(guarded))
        .with_state(Arc::new(site))
}

type OfSite = State<Arc<Site>>;

async fn index(State(site): OfSite, reader: Reader) -> Response {
    let view = View::new(&site, &reader);
    page(StatusCode::OK, FIVE_MINUTES, &view, view.index())
}

async fn theme(State(site): OfSite, reader: Reader, Path(name): Path<String>) -> Response {
    let view = View::new(&site, &reader);
    match site.theme(&name) {
        Some(theme) => page(StatusCode::OK, FIVE_MINUTES, &view, view.theme(theme)),
        None => nothing(&view),
    }
}

async fn log(State(site): OfSite, reader: Reader) -> Response {
    let view = View::new(&site, &reader);
    // What is said of people there is for whoever looks for it, and not for who looks for their names.
    let unlisted = [("x-robots-tag", "noindex")];
    let answer = match site.ask.log().await {
        Some(lines) => page(StatusCode::OK, A_MINUTE, &view, view.log(&lines)),
        None => page(
            StatusCode::SERVICE_UNAVAILABLE,
            NOT_KEPT,
            &view,
            view.log_away(),
        ),
    };
    (unlisted, answer).into_response()
}

async fn whatsapp(State(site): OfSite, reader: Reader, Path(name): Path<String>) -> Response {
    let view = View::new(&site, &reader);
    let Some(theme) = site.theme(&name) else {
        return nothing(&view);
    };
    let (status, why) = match site.ask.way_in(&theme.slug).await {
        WayIn::Link(link) => return see_other(link.as_str(), A_MINUTE),
        WayIn::Full => (StatusCode::OK, NoWayIn::Full),
        WayIn::NoGroup => (StatusCode::OK, NoWayIn::NoGroup),
        WayIn::NotConnected => (StatusCode::SERVICE_UNAVAILABLE, NoWayIn::NotConnected),
    };
    let answer = page(status, NOT_KEPT, &view, view.no_way_in(theme, why));
    match status {
        StatusCode::SERVICE_UNAVAILABLE => ([(RETRY_AFTER, "60")], answer).into_response(),
        _ => answer,
    }
}

async fn matrix(State(site): OfSite, reader: Reader, Path(name): Path<String>) -> Response {
    match site.theme(&name) {
        Some(theme) => {
            let link = format!(
                "https://matrix.to/#/%23{}:{}",
                theme.alias, site.server_name
            );
            see_other(&link, AN_HOUR)
        }
        None => nothing(&View::new(&site, &reader)),
    }
}

async fn qr_svg(State(site): OfSite, reader: Reader, Path(name): Path<String>) -> Response {
    match code(&site, &name) {
        Some(code) => picture("image/svg+xml", code.svg()),
        None => nothing(&View::new(&site, &reader)),
    }
}

async fn qr_png(State(site): OfSite, reader: Reader, Path(name): Path<String>) -> Response {
    match code(&site, &name).and_then(|code| code.png().ok()) {
        Some(png) => picture("image/png", png),
        None => nothing(&View::new(&site, &reader)),
    }
}

async fn not_found(State(site): OfSite, reader: Reader) -> Response {
    nothing(&View::new(&site, &reader))
}

async fn not_allowed(State(site): OfSite, reader: Reader) -> Response {
    let view = View::new(&site, &reader);
    let words = view.not_allowed();
    page(StatusCode::METHOD_NOT_ALLOWED, NOT_KEPT, &view, words)
}

/// The QR code of a theme's standing address.
fn code(site: &Site, name: &str) -> Option<Code> {
    let page = site.settings.page_of(&site.theme(name)?.slug)?;
    Code::of(&page)
}

fn nothing(view: &View<'_>) -> Response {
    page(StatusCode::NOT_FOUND, A_MINUTE, view, view.not_found())
}

fn page(status: StatusCode, kept: &'static str, view: &View<'_>, html: String) -> Response {
    let headers = [
        (CACHE_CONTROL, kept),
        (CONTENT_LANGUAGE, view.language().code()),
        (VARY, "Accept-Language"),
    ];
    (status, headers, Html(html)).into_response()
}

fn see_other(link: &str, kept: &'static str) -> Response {
    let Ok(link) = HeaderValue::from_str(link) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kept = HeaderValue::from_static(kept);
    let headers = [(LOCATION, link), (CACHE_CONTROL, kept)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn picture(kind: &'static str, bytes: impl IntoResponse) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, AN_HOUR)];
    (headers, bytes).into_response()
}

/// What holds for every answer.
async fn guarded(mut answer: Response) -> Response {
    let policy = HeaderValue::from_str(&POLICY).expect("the policy is ASCII");
    let fixed: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    answer.headers_mut().extend(fixed);
    answer
}
