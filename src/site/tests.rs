//! The pages as somebody's phone gets them, with a bridge that knows what it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use civic::{Language, Plan, ThemeDefinition, ThemeSlug, Timestamp, Words};
use rqrr::PreparedImage;
use tower::ServiceExt;
use url::Url;

use crate::{Ask, LogLine, Site, SiteSettings, WayIn, router};

const LINK: &str = "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv";
const HOSTILE: &str = "<script>alert(1)</script>\"' onload='x' & *Salud*";

/// Knows the way into some themes.
struct Known(BTreeMap<&'static str, WayIn>);

#[async_trait]
impl Ask for Known {
    async fn way_in(&self, theme: &ThemeSlug) -> WayIn {
        let way = self.0.get(theme.as_str()).cloned();
        way.unwrap_or(WayIn::NoGroup)
    }

    async fn log(&self) -> Option<Arc<Vec<LogLine>>> {
        let said = |at: i64, text: &str| LogLine {
            at: Timestamp(at),
            text: text.to_owned(),
        };
        self.0.contains_key("agua").then(|| {
            Arc::new(vec![
                said(
                    1_700_000_060_000,
                    "AMB · 2 · Ana puede escribir\n<b>fin</b>",
                ),
                said(1_700_000_000_000, "AMB · 1 · Ana no escribe"),
            ])
        })
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn theme(slug: &str, code: &str, name: Words) -> ThemeDefinition {
    ThemeDefinition {
        slug: slug.parse().unwrap(),
        code: code.parse().unwrap(),
        topic: Words::new(format!("De {}", name.get(Language::Es))),
        name,
        alias: format!("aty-{slug}"),
    }
}

fn site(url: Option<&str>) -> Site {
    let known = BTreeMap::from([
        ("agua", WayIn::Link(Url::parse(LINK).unwrap())),
        ("lleno", WayIn::Full),
        ("lejos", WayIn::NotConnected),
    ]);
    site_that_knows(url, known)
}

fn site_that_knows(url: Option<&str>, known: BTreeMap<&'static str, WayIn>) -> Site {
    let agua = Words::new("Ambiente y agua").with(Language::En, "Environment and water");
    let plan = Plan {
        slug: "paga".parse().unwrap(),
        name: Words::new("Gobierno abierto").with(Language::En, "Open government"),
        topic: Words::new("Un plan de todas."),
        alias: "aty".to_owned(),
        themes: vec![
            theme("agua", "AMB", agua),
            theme("salud", "SALUD", Words::new(HOSTILE)),
            theme("lleno", "LLENO", Words::new("Lleno")),
            theme("lejos", "LEJOS", Words::new("Lejos")),
        ],
    };
    let settings = SiteSettings {
        url: url.map(|url| Url::parse(url).unwrap()),
        ..SiteSettings::default()
    };
    let ask = Arc::new(Known(known));
    Site::new(plan, "example.org", Language::Es, settings, ask)
}

async fn ask(request: Request<Body>) -> Answer {
    let site = site(Some("https://temas.example.org/"));
    let answer = router(site).oneshot(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    Answer {
        status,
        headers,
        body: body.to_vec(),
    }
}

async fn get(path: &str) -> Answer {
    ask(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_index_leads_to_every_theme() {
    let page = get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for slug in ["agua", "salud", "lleno", "lejos"] {
        assert!(text.contains(&format!("href=\"/{slug}\"")), "{text}");
    }
    assert!(text.contains("<h1>Gobierno abierto</h1>"), "{text}");
}

#[tokio::test]
async fn a_theme_says_what_taking_part_means_and_has_two_doors() {
    let text = get("/agua").await.text();
    assert!(text.contains("<html lang=\"es\">"), "{text}");
    assert!(text.contains("<h1>Ambiente y agua</h1>"), "{text}");
    for part in [
        "href=\"/agua/whatsapp\">Entrar por WhatsApp</a>",
        "href=\"/agua/matrix\">Entrar por Matrix</a>",
        "Este tema es público",
        "ven los números de los demás; el puente no muestra ningún número",
        "<kbd>!nombre Sol</kbd>",
        "<kbd>!no</kbd>",
        "<strong>temas.example.org/agua</strong>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_theme_is_found_by_slug_or_code_however_it_is_written() {
    let page = get("/agua").await.text();
    for path in ["/AGUA", "/Amb", "/amb", "/agua/"] {
        assert_eq!(get(path).await.text(), page, "{path}");
    }
    assert_eq!(get("/AMB/whatsapp").await.header("location"), LINK);
    for path in ["/agu", "/agua/x", "/agua/whatsapp/x", "/%00", "/agua%2f"] {
        let page = get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text().contains("Acá no hay nada"), "{path}");
    }
}

#[tokio::test]
async fn pages_speak_the_language_that_was_chosen_or_is_preferred() {
    let spanish = get("/agua").await;
    assert_eq!(spanish.header("content-language"), "es");
    assert_eq!(spanish.header("vary"), "Accept-Language");
    assert!(spanish.text().contains("href=\"?lang=en\" hreflang=\"en\""));
    let preferred = Request::get("/agua").header("accept-language", "en-GB, es;q=0.5");
    let preferred = ask(preferred.body(Body::empty()).unwrap()).await.text();
    assert!(preferred.contains("<h1>Environment and water</h1>"));
    assert!(preferred.contains("href=\"/agua/whatsapp\">Join on WhatsApp"));
    let chosen = get("/agua?lang=en").await.text();
    assert!(
        chosen.contains("href=\"/agua/whatsapp?lang=en\">Join on WhatsApp"),
        "what was chosen stays: {chosen}"
    );
    assert!(chosen.contains("href=\"?lang=es\""));
    // Nobody has written the Guaraní words yet.
    assert!(
        get("/agua?lang=gn")
            .await
            .text()
            .contains("<html lang=\"es\">")
    );
}

#[tokio::test]
async fn the_log_is_read_in_a_browser_and_by_no_search_engine() {
    let page = get("/registro").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("x-robots-tag"), "noindex");
    let text = page.text();
    for part in [
        "<h1>Registro de moderación</h1>",
        "<kbd>!apelar</kbd>",
        "2023-11-14 22:14 UTC</time><br>AMB · 2 · Ana puede escribir<br>&lt;b&gt;fin&lt;/b&gt;</li>",
        "%23aty-registro:example.org\">Matrix</a>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (last, first) = (text.find("puede escribir"), text.find("no escribe"));
    assert!(last < first, "the latest stands first: {text}");
    for path in ["/", "/agua", "/agua?lang=en"] {
        let text = get(path).await.text();
        assert!(text.contains("href=\"/registro"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_log_that_can_t_be_shown_says_so() {
    let away = site_that_knows(None, BTreeMap::new());
    let request = Request::get("/registro").body(Body::empty()).unwrap();
    let answer = router(away).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn whatsapp_leads_to_the_invitation_link_of_now() {
    let answer = get("/agua/whatsapp").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), LINK);
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn where_whatsapp_has_no_way_in_matrix_has_one() {
    for (theme, status, words) in [
        ("lleno", StatusCode::OK, "están llenos"),
        ("salud", StatusCode::OK, "todavía no tiene un grupo"),
        ("lejos", StatusCode::SERVICE_UNAVAILABLE, "En unos minutos"),
    ] {
        let page = get(&format!("/{theme}/whatsapp")).await;
        assert_eq!(page.status, status, "{theme}");
        assert_eq!(page.header("cache-control"), "no-store");
        let text = page.text();
        assert!(text.contains(words), "{text}");
        assert!(
            text.contains(&format!("href=\"/{theme}/matrix\"")),
            "{text}"
        );
        assert!(
            !text.contains(&format!("href=\"/{theme}/whatsapp")),
            "{text}"
        );
        let matrix = get(&format!("/{theme}/matrix")).await;
        assert_eq!(matrix.status, StatusCode::SEE_OTHER);
        let link = format!("https://matrix.to/#/%23aty-{theme}:example.org");
        assert_eq!(matrix.header("location"), link);
    }
    assert_eq!(get("/lejos/whatsapp").await.header("retry-after"), "60");
}

#[tokio::test]
async fn pages_are_small_and_bring_nothing_with_them() {
    for path in [
        "/",
        "/agua",
        "/agua?lang=en",
        "/salud",
        "/lleno/whatsapp",
        "/nada",
    ] {
        let text = get(path).await.text();
        assert!(text.len() < 14_000, "{path}: {} bytes", text.len());
        let lower = text.to_lowercase();
        for foreign in ["<script", "src=", "@import", "url(", "http-equiv"] {
            assert!(!lower.contains(foreign), "{path}: {foreign}");
        }
        assert!(!lower.contains("href=\"http"), "{path}: {text}");
    }
}

#[tokio::test]
async fn hostile_names_stay_text() {
    for path in ["/", "/salud", "/salud/whatsapp"] {
        let text = get(path).await.text();
        assert!(!text.contains("<script"), "{text}");
        assert!(
            text.contains(
                "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=&#39;x&#39; &amp; *Salud*"
            ),
            "{text}"
        );
    }
    let text = get("/%3Cscript%3Ealert(1)%3C/script%3E").await.text();
    assert!(!text.contains("alert"), "what was asked is not repeated");
}

#[tokio::test]
async fn every_answer_guards_its_reader() {
    for path in [
        "/",
        "/agua",
        "/agua/whatsapp",
        "/agua/matrix",
        "/agua/qr.svg",
        "/agua/qr.png",
        "/x",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_ne!(answer.header("cache-control"), "", "{path}");
    }
}

#[tokio::test]
async fn one_can_look_without_the_page_and_do_nothing_else() {
    for path in ["/", "/agua", "/agua/whatsapp", "/agua/qr.png", "/x"] {
        let full = get(path).await;
        let head = Request::head(path).body(Body::empty()).unwrap();
        let head = ask(head).await;
        assert_eq!(head.status, full.status, "{path}");
        assert_eq!(head.header("location"), full.header("location"));
        assert_eq!(head.header("content-type"), full.header("content-type"));
        assert!(head.body.is_empty(), "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri("/agua");
        let answer = ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "GET,HEAD");
        assert!(answer.text().contains("Eso no se puede hacer acá"));
    }
}

#[tokio::test]
async fn the_qr_codes_lead_to_the_page() {
    let svg = get("/AMB/qr.svg").await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert!(svg.text().contains("<svg"));
    let answer = get("/agua/qr.png").await;
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.body.len() < 4_000, "{} bytes", answer.body.len());
    let decoder = png::Decoder::new(std::io::Cursor::new(&answer.body));
    let mut reader = decoder.read_info().unwrap();
    let mut rows = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rows).unwrap();
    let side = info.width as usize;
    let is_white = |x: usize, y: usize| rows[y * info.line_size + x / 8] >> (7 - x % 8) & 1 == 1;
    let mut image =
        PreparedImage::prepare_from_greyscale(side, side, |x, y| match is_white(x, y) {
            true => 255,
            false => 0,
        });
    let grids = image.detect_grids();
    let (_, shown) = grids[0].decode().unwrap();
    assert_eq!(shown, "https://temas.example.org/agua");
}

#[tokio::test]
async fn without_an_address_there_is_no_qr_code_and_below_a_path_all_links_stay() {
    let no_url = router(site(None));
    let request = Request::get("/agua/qr.svg").body(Body::empty()).unwrap();
    let answer = no_url.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let request = Request::get("/agua").body(Body::empty()).unwrap();
    let page = no_url.oneshot(request).await.unwrap();
    let page = to_bytes(page.into_body(), usize::MAX).await.unwrap();
    assert!(!String::from_utf8_lossy(&page).contains("qr.svg"));

    let below = router(site(Some("https://example.org/temas/")));
    let request = Request::get("/agua").body(Body::empty()).unwrap();
    let page = below.oneshot(request).await.unwrap();
    let page = to_bytes(page.into_body(), usize::MAX).await.unwrap();
    let page = String::from_utf8_lossy(&page).into_owned();
    assert!(page.contains("href=\"/temas/agua/whatsapp\""), "{page}");
    assert!(page.contains("href=\"/temas/\""), "{page}");
}
