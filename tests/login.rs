//! `aty login`: the built program shows a code, a phone links it, and the bridge speaks as the phone's companion.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rqrr::PreparedImage;
use sandbox::phones::person;
use sandbox::server::Ban;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::operating::doctor;
use crate::world::{AGUA, QUICK, World, program};

const PATIENCE: Duration = Duration::from_secs(60);

/// From the QR code in the terminal to words in both directions; and once more after the phone has unlinked the bridge.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_by_scanning_a_code() {
    let mut world = World::unlinked(&[AGUA], QUICK).await;
    link_by_qr(&mut world).await;
    let first = world.bridge_device();

    let bridge = world.start_bridge().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;
    maria.say("buen día").await;
    ana.wait_for_text(&group, "*María*: buen día")
        .await
        .unwrap();
    world.settled().await;
    let refusal = world.aty(&["login"]).await.unwrap_err();
    assert!(refusal.contains("in use"), "{refusal}");

    world.whatsapp.log_out(&first).await.unwrap();
    world
        .wait_for_status("that it was unlinked is told", |status| {
            status["whatsapp"].as_str().unwrap().contains("aty login")
        })
        .await;
    maria.say("para después").await;
    bridge.stop().await;
    link_by_qr(&mut world).await;
    assert_ne!(world.bridge_device(), first);
    let refusal = world.aty(&["login"]).await.unwrap_err();
    assert!(refusal.contains("linked to a WhatsApp account already"));

    let bridge = world.start_bridge().await;
    ana.wait_for_text(&group, "*María*: para después")
        .await
        .unwrap();
    ana.send_text(&group, "de nuevo").await.unwrap();
    maria.wait_for_text("de nuevo").await;
    world.settled().await;
    bridge.stop().await;
}

/// What is typed on the phone links the account if it is what the terminal shows, and otherwise comes to nothing.
#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_by_typing_a_code() {
    let mut world = World::unlinked(&[AGUA], QUICK).await;
    let number = world.bridge_device().number;
    let phone = ["--phone", &format!("+{number}")];

    // Somebody thinks better of it: the code of this login is worth nothing any more.
    let mut login = Login::start(&world, &[]);
    let stale = login.qr().await;
    login.interrupt().await;
    let ended = world
        .whatsapp
        .wait_until("the login to end", |state| !state.is_linking());
    ended.await.unwrap();
    world.whatsapp.scan_qr(&number, &stale).await.unwrap_err();

    let nobody = world.aty(&["login", "--phone", "+12025550199"]).await;
    assert!(nobody.unwrap_err().contains("WhatsApp refused"));

    let mut login = Login::start(&world, &phone);
    let code = login.code().await;
    let wrong = code.chars().rev().collect::<String>();
    world.whatsapp.type_code(&number, &wrong).await.unwrap();
    let (status, said) = login.end().await;
    assert_eq!(status.code(), Some(1));
    assert!(
        said.contains("The phone did not accept the code."),
        "{said}"
    );

    let mut login = Login::start(&world, &phone);
    let code = login.code().await;
    world.whatsapp.type_code(&number, &code).await.unwrap();
    login.links().await;
    let devices = world.whatsapp.state().await.devices(&number);
    world.bridge_became(devices[1].clone());
    world.start_bridge().await.stop().await;
}

/// The account is banned for long. The spare account, second admin of each group, is linked by one command while the bridge
/// runs, and leads the groups on: nothing that was said meanwhile on Matrix is lost, or said twice.
#[tokio::test(flavor = "multi_thread")]
async fn the_spare_account_takes_over() {
    let spare = person(1, "Reserva").number;
    let settings = format!("{QUICK}  second_admin: \"+{spare}\"\n");
    let mut world = World::with_settings(&[AGUA], &settings).await;
    world.phone("Reserva").await;
    let bridge = world.start_bridge().await;
    let (ana, group) = world.newcomer("Ana", "agua").await;
    let maria = world.citizen("María", "agua").await;
    ana.send_text(&group, "hola").await.unwrap();
    maria.wait_for_text("hola").await;
    maria.say("antes").await;
    ana.wait_for_text(&group, "*María*: antes").await.unwrap();
    world.settled().await;

    let lost = world.bridge_device();
    let ban = Ban {
        code: 101,
        seconds: 30 * 24 * 60 * 60,
    };
    world.whatsapp.ban(&lost.number, ban).await;
    world.whatsapp.drop_connection(&lost).await.unwrap();
    world
        .wait_for_status("the ban is told", |status| {
            status["whatsapp"]
                .as_str()
                .unwrap()
                .contains("stopped the account")
        })
        .await;
    maria.say("mientras tanto").await;

    let mut login = Login::start(&world, &["--take-over"]);
    let code = login.qr().await;
    let device = world.whatsapp.scan_qr(&spare, &code).await.unwrap();
    login.links().await;
    world.bridge_became(device);
    let waited = "*María*: mientras tanto";
    ana.wait_for_text(&group, waited).await.unwrap();
    ana.send_text(&group, "seguimos").await.unwrap();
    maria.wait_for_text("seguimos").await;
    let chat = ana.chat(&group);
    let times = |text: &str| chat.iter().filter(|message| message.text == text).count();
    assert_eq!((times("*María*: antes"), times(waited)), (1, 1));
    let (_, levels) = doctor(&world, &mut String::new()).await;
    assert_eq!(levels["groups"], ["warning"], "only a new spare is wanted");
    world.open_group("agua").await;
    assert_eq!(world.names_in_room("agua").await, ["Ana", "Aty", "María"]);
    bridge.stop().await;
}

/// Logs in, with the code scanned from the terminal by the account's phone.
pub async fn link_by_qr(world: &mut World) {
    let mut login = Login::start(world, &[]);
    let code = login.qr().await;
    let number = world.bridge_device().number;
    let device = world.whatsapp.scan_qr(&number, &code).await.unwrap();
    login.links().await;
    world.bridge_became(device);
}

/// A running `aty login`, and what its terminal shows.
struct Login {
    child: Child,
    terminal: Lines<BufReader<ChildStdout>>,
    seen: String,
}

impl Login {
    fn start(world: &World, arguments: &[&str]) -> Self {
        let mut child = program(world.folder.path())
            .arg("login")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        Self {
            child,
            terminal: BufReader::new(stdout).lines(),
            seen: String::new(),
        }
    }

    async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.terminal.next_line()).await;
        let line = line.ok().and_then(Result::unwrap);
        let line = line.unwrap_or_else(|| panic!("it shows only:\n{}", self.seen));
        self.seen.push_str(&line);
        self.seen.push('\n');
        line
    }

    /// The QR code that it draws, as a phone's camera reads it.
    async fn qr(&mut self) -> String {
        let mut drawing = Vec::new();
        loop {
            let line = self.line().await;
            if !line.is_empty() && line.chars().all(|c| "█▀▄ ".contains(c)) {
                drawing.push(line);
            } else if !drawing.is_empty() {
                return read_qr(&drawing);
            }
        }
    }

    /// The code that it shows to be typed.
    async fn code(&mut self) -> String {
        loop {
            let line = self.line().await;
            if let Some(code) = line.strip_prefix("Type this code: ") {
                return code.to_owned();
            }
        }
    }

    async fn links(self) {
        let (status, said) = self.end().await;
        assert!(status.success(), "{said}");
        assert!(said.contains("The account is linked."), "{said}");
    }

    /// Ctrl-C.
    async fn interrupt(self) {
        let pid = self.child.id().unwrap().to_string();
        let kill = Command::new("kill").args(["-INT", &pid]).status();
        assert!(kill.await.unwrap().success());
        let (status, said) = self.end().await;
        assert_eq!(status.code(), Some(1));
        assert!(said.contains("No account was linked."), "{said}");
    }

    /// How it ended, and all that it said.
    async fn end(mut self) -> (ExitStatus, String) {
        let ending = async {
            while let Some(line) = self.terminal.next_line().await.unwrap() {
                self.seen.push_str(&line);
                self.seen.push('\n');
            }
            let mut errors = self.child.stderr.take().unwrap();
            errors.read_to_string(&mut self.seen).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = timeout(PATIENCE, ending).await;
        (status.expect("the login ends"), self.seen)
    }
}

/// Takes a picture of what is drawn in a terminal with light letters on dark ground, and reads the code in it.
fn read_qr(drawing: &[String]) -> String {
    const ZOOM: usize = 4;
    let rows = drawing.iter().flat_map(|line| {
        let half = |full: char| move |c: char| c == '█' || c == full;
        let (upper, lower) = (half('▀'), half('▄'));
        [
            line.chars().map(upper).collect::<Vec<bool>>(),
            line.chars().map(lower).collect(),
        ]
    });
    let rows: Vec<Vec<bool>> = rows.collect();
    let (width, height) = (rows[0].len() * ZOOM, rows.len() * ZOOM);
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        match rows[y / ZOOM][x / ZOOM] {
            true => 255,
            false => 0,
        }
    });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "{}", drawing.join("\n"));
    codes[0].decode().unwrap().1
}
