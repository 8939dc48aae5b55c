//! Joining: one standing address per theme leads into its conversation, whatever becomes of its groups.

use std::io::Cursor;
use std::process::Stdio;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use rqrr::PreparedImage;
use sandbox::phones::{ShownGroup, person};
use tokio::time::{interval, timeout};

use crate::world::{AGUA, QUICK, SERVER, World};

const PATIENCE: Duration = Duration::from_secs(30);

/// A phone goes by a theme's page into its group; so does another after the link was reset. A new group is where those who
/// come later go. When WhatsApp is gone, the page says so, and Matrix goes on.
#[tokio::test(flavor = "multi_thread")]
async fn the_standing_address_of_a_theme_leads_into_its_conversation() {
    // Ana's number, before she has a phone here.
    let admin = person(1, "Ana").number;
    let settings = format!("{QUICK}  second_admin: \"+{admin}\"\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    let ana = world.phone("Ana").await;
    assert_eq!(ana.device().number, admin);
    let visitor = Visitor::of(&world);
    let bridge = world.start_bridge().await;

    let page = visitor.page("/", StatusCode::OK).await;
    assert!(
        page.contains("href=\"/agua\">Ambiente y agua</a>"),
        "{page}"
    );
    let page = visitor.page("/agua/whatsapp", StatusCode::OK).await;
    assert!(page.contains("todavía no tiene un grupo"), "{page}");

    let first = world.open_group("agua").await;
    let page = visitor.page("/AGUA", StatusCode::OK).await;
    assert!(page.contains("Este tema es público"), "{page}");
    assert_eq!(visitor.link("/agua/whatsapp").await, first);
    let beto = world.phone("Beto").await;
    let group = beto.join(&first).await.unwrap();
    let address = format!("http://{}/agua", world.pages);
    let names_the_page = |shown: &ShownGroup| shown.description.ends_with(&format!(": {address}"));
    let described = beto.wait_for_group(&group, names_the_page).await;
    described.expect("the group's description names the page");
    let maria = world.citizen("María", "agua").await;
    beto.send_text(&group, "llegué por la página")
        .await
        .unwrap();
    maria.wait_for_text("llegué por la página").await;

    let reset = ana.reset_link(&group).await.unwrap();
    assert_ne!(reset, first);
    visitor.wait_for_link("/agua/whatsapp", &reset).await;
    let eva = world.phone("Eva").await;
    assert!(eva.join(&first).await.is_err(), "the link before is dead");
    assert_eq!(eva.join(&reset).await.unwrap(), group);

    let second = world.open_group("agua").await;
    visitor.wait_for_link("/agua/whatsapp", &second).await;

    let room = format!("https://matrix.to/#/%23aty-agua:{SERVER}");
    assert_eq!(visitor.link("/agua/matrix").await, room);
    assert_eq!(visitor.qr_code("/agua/qr.png").await, address);

    let device = world.bridge_device();
    world.whatsapp.log_out(&device).await.unwrap();
    world
        .wait_for_status("the account is unlinked", |status| {
            status["whatsapp"].as_str().unwrap().contains("unlinked")
        })
        .await;
    let page = visitor
        .page("/agua/whatsapp?lang=en", StatusCode::SERVICE_UNAVAILABLE)
        .await;
    assert!(page.contains("href=\"/agua/matrix?lang=en\""), "{page}");
    assert_eq!(visitor.link("/agua/matrix").await, room);

    let log = std::fs::read_to_string(world.folder.path().join("bridge.log")).unwrap();
    for secret in world.secrets() {
        assert!(!log.contains(&secret), "a number is in the log");
    }
    bridge.stop().await;
}

/// Nobody is sent into a group that is nearly full. The operator is told once, and opens another.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_theme_sends_people_to_matrix_until_another_group_is_open() {
    const MANY: usize = 1_000;
    let settings = format!("{QUICK}  adoption_wait_hours: 0\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    let ana = world.phone("Ana").await;
    let mut others = Vec::new();
    for index in 10..10 + MANY {
        let account = person(index, "Alguien");
        others.push(account.number.clone());
        world.whatsapp.add_account(account).await.unwrap();
    }
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let admin = &ana.device().number;
    let group = world.whatsapp.add_group("Todas", admin, &others).await;
    let group = group.unwrap();
    let link = world.whatsapp.invite_link(&group).await.unwrap();
    let bridge = world.start_bridge().await;
    world.aty(&["group", "adopt", "agua", &link]).await.unwrap();
    world.settled().await;

    let visitor = Visitor::of(&world);
    let page = visitor.page("/agua/whatsapp", StatusCode::OK).await;
    assert!(page.contains("están llenos"), "{page}");
    assert!(page.contains("href=\"/agua/matrix\""), "{page}");
    let told = "open the next one: aty group open agua";
    let beto = world.phone("Beto").await;
    beto.join(&link).await.unwrap();
    beto.send_text(&group, "¿somos muchas?").await.unwrap();
    world.settled().await;

    let next = world.open_group("agua").await;
    visitor.wait_for_link("/agua/whatsapp", &next).await;
    let log = std::fs::read_to_string(world.folder.path().join("bridge.log")).unwrap();
    assert_eq!(log.matches(told).count(), 1, "it is told once");
    bridge.stop().await;
}

/// The pages are there before the homeserver is, and say that the way into the groups is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_do_not_wait_for_the_homeserver() {
    let mut world = World::new(&[AGUA]).await;
    world.synapse.kill().await.unwrap();
    let mut bridge = crate::world::program(world.folder.path())
        .arg("run")
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let visitor = Visitor::of(&world);
    let served = async {
        let mut often = interval(Duration::from_millis(25));
        loop {
            often.tick().await;
            if let Ok(answer) = visitor.http.get(visitor.address("/agua")).send().await {
                return answer.status();
            }
        }
    };
    let status = timeout(PATIENCE, served)
        .await
        .expect("the pages are there");
    assert_eq!(status, StatusCode::OK);
    let page = visitor.page("/agua/whatsapp", StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.await.contains("En unos minutos"));
    bridge.kill().await.unwrap();
}

/// Somebody with a browser, who looks at where a redirection leads and does not go there.
struct Visitor {
    http: Client,
    site: String,
    /// What nobody may read here.
    secrets: Vec<String>,
}

impl Visitor {
    fn of(world: &World) -> Self {
        let http = Client::builder().redirect(Policy::none());
        let secrets = (0..9).map(|index| person(index, "x"));
        Self {
            http: http.build().expect("a client"),
            site: format!("http://{}", world.pages),
            secrets: secrets
                .flat_map(|person| [person.number, person.lid])
                .collect(),
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    async fn get(&self, path: &str) -> Response {
        let answer = self.http.get(self.address(path)).send().await;
        answer.expect("the site answers")
    }

    async fn page(&self, path: &str, status: StatusCode) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let text = answer.text().await.unwrap();
        assert!(
            !self.secrets.iter().any(|secret| text.contains(secret)),
            "a number is on {path}"
        );
        text
    }

    async fn link(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn wait_for_link(&self, path: &str, wanted: &str) {
        let mut last = String::new();
        let led = timeout(PATIENCE, async {
            let mut often = interval(Duration::from_millis(25));
            while last != wanted {
                often.tick().await;
                last = self.link(path).await;
            }
        });
        assert!(led.await.is_ok(), "{path} should lead to {wanted}: {last}");
    }

    /// What the picture at this address says to whoever points a phone at it.
    async fn qr_code(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.headers()[CONTENT_TYPE], "image/png");
        let bytes = answer.bytes().await.unwrap();
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let (side, line) = (info.width as usize, info.line_size);
        let mut image =
            PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * line + x]);
        let grids = image.detect_grids();
        let (_, says) = grids[0].decode().unwrap();
        says
    }
}
