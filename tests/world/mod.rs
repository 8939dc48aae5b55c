//! A world to test in: a real homeserver, a WhatsApp server with real clients, and the built bridge as a process of
//! its own.

mod bridge;
mod citizen;
mod clock;
mod neighbour;
mod past;
mod place;
mod power;
mod shim;
mod template;
mod told;
mod turn;
mod writer;
mod yesterday;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use matrix_sdk::ruma::RoomId;
use rand::rngs::StdRng;
use sandbox::phones::{PersonSeed, Phone, person};
use sandbox::server::{DeviceAddress, WhatsAppServer};
use sandbox::synapse::{self, Synapse, SynapseSettings};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use told::{OWN, config, seed, write_themes};

pub use bridge::{BridgeProcess, program};
pub use citizen::{Citizen, Line, localpart};
pub use clock::Clock;
pub use neighbour::Neighbour;
pub use power::Unsynced;
pub use template::{Template, Templates};
pub use told::{AGUA, Names, QUICK, SALUD, Theme};
pub use turn::Turn;
pub use writer::Writer;

/// The homeserver's name in tests.
pub const SERVER: &str = "aty.test";
/// Accounts of people begin at this number of the fictitious range; the bridge's own is before it.
const FIRST_PERSON: usize = 1;

/// Everything but the bridge itself, which a test starts, kills and starts again.
pub struct World {
    pub synapse: Synapse,
    pub whatsapp: Arc<WhatsAppServer>,
    pub folder: TempDir,
    pub listen: SocketAddr,
    /// Where the public pages are.
    pub pages: SocketAddr,
    bridge_device: DeviceAddress,
    /// Who has a phone, in the order in which they came.
    people: Vec<String>,
    phones: BTreeMap<String, Arc<Phone>>,
    keeps_phones: bool,
    /// The other bridges on its homeserver.
    pub neighbours: Vec<Neighbour>,
    _turn: Turn,
}

/// How a world begins.
struct Beginning<'a> {
    themes: &'a [Theme],
    /// The bridge's `whatsapp:` settings.
    settings: &'a str,
    template: Option<&'a Template>,
    /// Whether its WhatsApp server and phones keep what they know in the world's folder.
    keeps_phones: bool,
    /// Other bridges on its homeserver.
    neighbours: &'a [Names<'a>],
}

impl<'a> Beginning<'a> {
    fn of(themes: &'a [Theme], settings: &'a str) -> Self {
        Self {
            themes,
            settings,
            template: None,
            keeps_phones: false,
            neighbours: &[],
        }
    }
}

impl World {
    /// A world whose plan has these themes. The bridge's account is linked; the bridge is not started.
    pub async fn new(themes: &[Theme]) -> Self {
        Self::with_settings(themes, QUICK).await
    }

    /// The same, with other limits than [`QUICK`] in the bridge's `whatsapp:` settings.
    pub async fn with_settings(themes: &[Theme], settings: &str) -> Self {
        let world = Self::unlinked(themes, settings).await;
        world.link_account().await;
        world
    }

    /// The same, with an account that the bridge is not linked to: its phone is somewhere else.
    pub async fn unlinked(themes: &[Theme], settings: &str) -> Self {
        let turn = Turn::take().await;
        let template = Template::of_rooms(themes).await;
        let beginning = Beginning {
            template: Some(&template),
            ..Beginning::of(themes, settings)
        };
        Self::begin(beginning, place::folder(), turn).await
    }

    /// A world whose bridge has never been started: there is no room yet.
    pub async fn unprovisioned(themes: &[Theme], settings: &str) -> Self {
        let turn = Turn::take().await;
        let beginning = Beginning::of(themes, settings);
        let world = Self::begin(beginning, place::folder(), turn).await;
        world.link_account().await;
        world
    }

    /// A world whose homeserver, too, goes by a clock of the world's own.
    pub async fn with_clock(themes: &[Theme]) -> (Self, Clock) {
        let turn = Turn::take().await;
        let template = Template::of_rooms(themes).await;
        let folder = place::folder();
        let clock = Clock::lay_into(folder.path()).await;
        let beginning = Beginning {
            template: Some(&template),
            ..Beginning::of(themes, QUICK)
        };
        let world = Self::begin(beginning, folder, turn).await;
        world.link_account().await;
        (world, clock)
    }

    /// A world with other bridges on its homeserver, of plans with the same themes under other aliases.
    pub async fn with_neighbours(themes: &[Theme], neighbours: &[Names<'_>]) -> Self {
        let turn = Turn::take().await;
        let template = Template::of_rooms(themes).await;
        let beginning = Beginning {
            template: Some(&template),
            neighbours,
            ..Beginning::of(themes, QUICK)
        };
        let world = Self::begin(beginning, place::folder(), turn).await;
        world.link_account().await;
        world
    }

    /// A world of which a template is to be made.
    pub async fn to_be_copied(themes: &[Theme]) -> Self {
        let turn = Turn::take().await;
        let template = Template::of_rooms(themes).await;
        let beginning = Beginning {
            template: Some(&template),
            keeps_phones: true,
            ..Beginning::of(themes, QUICK)
        };
        let world = Self::begin(beginning, place::folder(), turn).await;
        world.link_account().await;
        world
    }

    /// A world that goes on where a template ends, with a clock of its own. Its phones are there again as soon as somebody
    /// asks for them.
    pub async fn copy(template: &Template, themes: &[Theme]) -> (Self, Clock) {
        let turn = Turn::take().await;
        let folder = place::folder();
        let clock = Clock::lay_into(folder.path()).await;
        let beginning = Beginning {
            template: Some(template),
            keeps_phones: true,
            ..Beginning::of(themes, QUICK)
        };
        (Self::begin(beginning, folder, turn).await, clock)
    }

    async fn begin(beginning: Beginning<'_>, folder: TempDir, turn: Turn) -> Self {
        let Beginning {
            themes,
            settings,
            template,
            keeps_phones,
            neighbours: names,
        } = beginning;
        let (listen, pages) = (free_address(), free_address());
        if let Some(template) = template {
            template.lay_into(folder.path(), listen);
        }
        let kept = folder.path().join("whatsapp");
        let kept = keeps_phones.then_some(kept.as_path());
        let whatsapp = WhatsAppServer::start((Ipv4Addr::LOCALHOST, 0).into(), kept)
            .await
            .expect("a WhatsApp server");
        write_themes(folder.path(), OWN.id, themes);
        let config = config(&whatsapp, OWN, [listen, pages], settings);
        // The homeserver's port is not known before it runs, and it wants the registration before it starts.
        let port = free_address().port();
        let homeserver = format!("http://127.0.0.1:{port}");
        let config = config.replace("HOMESERVER", &homeserver);
        std::fs::write(folder.path().join("bridge.yaml"), config)
            .expect("the configuration is written");
        if template.is_none() {
            let written = bridge::aty(folder.path(), &["registration"]).await;
            written.expect("a registration");
        }
        let account = person(0, "Aty");
        let bridge_device = DeviceAddress::new(account.number.as_str(), 0);
        whatsapp.add_account(account).await.expect("an account");

        let mut registrations = vec![
            folder.path().join("data/registration.yaml"),
            past::register(folder.path()),
        ];
        let mut neighbours = Vec::new();
        for of in names.iter().copied().enumerate() {
            let plan = (themes, settings);
            let neighbour =
                Neighbour::move_in(folder.path(), of, &homeserver, &whatsapp, plan).await;
            registrations.push(neighbour.registration());
            neighbours.push(neighbour);
        }
        let settings = SynapseSettings {
            folder: folder.path().join("homeserver"),
            server_name: SERVER.to_owned(),
            port,
            registrations,
            in_memory: false,
            environment: shim::environment(folder.path()),
        };
        let synapse = Synapse::start(&installation().await, settings)
            .await
            .expect("a homeserver");
        Self {
            synapse,
            whatsapp,
            folder,
            listen,
            pages,
            bridge_device,
            people: template.map_or_else(Vec::new, |template| template.people.clone()),
            phones: BTreeMap::new(),
            keeps_phones,
            neighbours,
            _turn: turn,
        }
    }

    /// From now on the program's processes go by a clock of their own; the homeserver goes by the machine's.
    pub async fn clock(&self) -> Clock {
        Clock::lay_into(self.folder.path()).await
    }

    /// From now on the power of the bridge's machine can be cut. To be called before the bridge is started.
    pub async fn can_lose_power(&self) {
        power::can_be_cut(self.folder.path()).await;
    }

    /// The power of the bridge's machine is cut: what it had not synced is lost.
    pub async fn loses_power(&self, bridge: BridgeProcess, unsynced: Unsynced, dice: &mut StdRng) {
        bridge.kill().await;
        power::is_cut(self.folder.path(), unsynced, dice);
    }

    /// Starts the bridge and waits until it is ready.
    pub async fn start_bridge(&self) -> BridgeProcess {
        BridgeProcess::start(self.folder.path()).await
    }

    /// A command of the program against this world's bridge: what it prints, or what it says is wrong.
    pub async fn aty(&self, arguments: &[&str]) -> Result<String, String> {
        bridge::aty(self.folder.path(), arguments).await
    }

    /// Opens a group for a theme and gives its invitation link, once the bridge has said its welcome there.
    pub async fn open_group(&self, theme: &str) -> String {
        let link = self
            .aty(&["group", "open", theme])
            .await
            .expect("a group is opened");
        self.settled().await;
        link.trim().to_owned()
    }

    /// A person with a phone; the same one each time.
    pub async fn phone(&mut self, name: &str) -> Arc<Phone> {
        if let Some(phone) = self.phones.get(name) {
            return phone.clone();
        }
        let known = self.people.iter().position(|person| person == name);
        let at = known.unwrap_or_else(|| {
            self.people.push(name.to_owned());
            self.people.len() - 1
        });
        let folder = self.folder.path().join(format!("whatsapp/phone-{at}"));
        let folder = self.keeps_phones.then_some(folder.as_path());
        let phone = Phone::start(&self.whatsapp, person(FIRST_PERSON + at, name), folder)
            .await
            .expect("a phone");
        self.phones.insert(name.to_owned(), phone.clone());
        phone
    }

    /// A person with a phone, in a group of their own that is opened for a theme.
    pub async fn newcomer(&mut self, name: &str, theme: &str) -> (Arc<Phone>, String) {
        let link = self.open_group(theme).await;
        let phone = self.phone(name).await;
        let group = phone.join(&link).await.expect("the link lets them in");
        (phone, group)
    }

    /// A person with a Matrix client, in a theme's room.
    pub async fn citizen(&self, name: &str, theme: &str) -> Citizen {
        Citizen::join(&self.synapse, name, &format!("#aty-{theme}:{SERVER}")).await
    }

    /// Somebody who was in a theme's room already when the world was copied.
    pub async fn returning(&self, name: &str, theme: &str) -> Citizen {
        Citizen::returns(&self.synapse, name, &format!("#aty-{theme}:{SERVER}")).await
    }

    /// A person who only writes, in a room.
    pub async fn writer(&self, name: &str, room: &RoomId) -> Writer {
        Writer::join(&self.synapse, name, room).await
    }

    /// Lets the bridge share its rooms with the account `keeper`, which is made. To be done before it is first started.
    pub async fn name_a_keeper(&self) {
        let made = self.synapse.register_user("keeper", "citizen", false).await;
        made.expect("an account");
        let server = format!("  server_name: {SERVER}\n");
        let with_keeper = format!("{server}  keeper: \"@keeper:{SERVER}\"\n");
        self.change_config("bridge.yaml", &server, &with_keeper);
    }

    /// Changes something in a file of the configuration.
    pub fn change_config(&self, file: &str, from: &str, to: &str) {
        let file = self.folder.path().join(file);
        let text = std::fs::read_to_string(&file).expect("it is there");
        assert!(text.contains(from), "{from:?} is not in {text}");
        std::fs::write(&file, text.replace(from, to)).expect("it is written");
    }

    /// A person on WhatsApp calls themselves otherwise from now on.
    pub async fn rename(&self, phone: &Phone, name: &str) {
        let number = &phone.device().number;
        let account = self.whatsapp.state().await.account(number).cloned();
        let renamed = PersonSeed {
            name: name.to_owned(),
            ..account.expect("an account")
        };
        self.whatsapp.add_account(renamed).await.expect("a name");
    }

    /// Everything that would tell who somebody is: numbers and LIDs of all accounts.
    pub fn secrets(&self) -> Vec<String> {
        let accounts = (0..FIRST_PERSON + self.people.len()).map(|index| person(index, "x"));
        accounts
            .flat_map(|PersonSeed { number, lid, .. }| [number, lid])
            .collect()
    }

    /// Makes the bridge its account's phone: quicker than to link one, and all the same to what comes later.
    pub async fn link_account(&self) {
        seed(self.folder.path(), &self.whatsapp, person(0, "Aty")).await;
    }

    pub fn bridge_device(&self) -> DeviceAddress {
        self.bridge_device.clone()
    }

    /// The bridge was linked to its account, as this device.
    pub fn bridge_became(&mut self, device: DeviceAddress) {
        self.bridge_device = device;
    }

    /// Waits until the running bridge has nothing left to carry and WhatsApp nothing left for it.
    pub async fn settled(&self) {
        self.settled_within(bridge::PATIENCE).await;
    }

    /// The same, when there is so much to carry that it takes minutes.
    pub async fn settled_after_much(&self) {
        self.settled_within(5 * bridge::PATIENCE).await;
    }

    async fn settled_within(&self, patience: Duration) {
        let device = self.bridge_device();
        let taken = self
            .whatsapp
            .wait_until("the bridge to take what was sent to it", |state| {
                state.queued(&device).is_empty()
            });
        taken.await.expect("the bridge takes its messages");
        let idle = |status: &serde_json::Value| status["idle"] == true;
        bridge::wait_for_status(self.folder.path(), patience, "nothing waits", idle).await;
    }

    /// Waits until the running bridge says of itself what is wanted.
    pub async fn wait_for_status(&self, what: &str, holds: impl Fn(&serde_json::Value) -> bool) {
        bridge::wait_for_status(self.folder.path(), bridge::PATIENCE, what, holds).await;
    }
}

impl World {
    /// The token by which the bridge knows the homeserver.
    pub fn hs_token(&self) -> String {
        let path = self.folder.path().join("data/registration.yaml");
        matrix::Registration::load(&path)
            .expect("a registration")
            .hs_token
    }

    /// What those in a theme's room are called, as the homeserver tells anyone, sorted.
    pub async fn names_in_room(&self, theme: &str) -> Vec<String> {
        let http = reqwest::Client::new();
        let token = self
            .synapse
            .register_user("observer", "observer", true)
            .await
            .expect("an account");
        let get = async |path: String| {
            let url = format!("{}/_matrix/client/v3/{path}", self.synapse.url());
            let answer = http
                .get(url)
                .bearer_auth(&token)
                .send()
                .await
                .expect("an answer");
            answer.json::<serde_json::Value>().await.expect("JSON")
        };
        let room = get(format!("directory/room/%23aty-{theme}:{SERVER}")).await["room_id"].clone();
        let state = get(format!("rooms/{}/state", room.as_str().expect("a room"))).await;
        let members = state.as_array().expect("world-readable state").iter();
        let mut names: Vec<String> = members
            .filter(|event| {
                event["type"] == "m.room.member" && event["content"]["membership"] == "join"
            })
            .map(|event| {
                event["content"]["displayname"]
                    .as_str()
                    .unwrap_or("?")
                    .to_owned()
            })
            .collect();
        names.sort();
        names
    }

    pub async fn wait_for_names_in_room(&self, theme: &str, wanted: &[&str]) {
        let mut last = Vec::new();
        for _ in 0..300 {
            last = self.names_in_room(theme).await;
            if last == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{wanted:?} should be in the room, but {last:?} are");
    }
}

impl Drop for World {
    /// What was left by a test that failed is kept, to be looked at.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            println!(
                "The world's files are kept in {}",
                self.folder.path().display()
            );
        }
    }
}

/// The homeserver's program, installed once for all tests, and imported once for all homeservers of this run.
pub async fn installation() -> synapse::Installation {
    static INSTALLED: OnceCell<synapse::Installation> = OnceCell::const_new();
    let install = async || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("homeserver");
        let installed = synapse::install(&folder, &mut |step| println!("{step}")).await;
        let environment = shim::preloaded().await;
        installed
            .expect("Synapse can be installed")
            .with_forkserver(&environment)
            .expect("Python runs")
    };
    INSTALLED.get_or_init(install).await.clone()
}

/// An address on loopback that nobody listens on now. Not among the ports that the system gives to whoever connects
/// somewhere, so that it is still free when it is listened on, and listened on again.
pub fn free_address() -> SocketAddr {
    const PORTS: Range<u16> = 12_000..32_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Two test runs at a time begin at different places.
    let begin = std::process::id().wrapping_mul(97);
    let listener = PORTS.into_iter().find_map(|_| {
        let next = begin.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed).into());
        let port = PORTS.start + (next % PORTS.len() as u32) as u16;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
    });
    let listener = listener.expect("a free port");
    listener.local_addr().expect("a listener has an address")
}

/// The folder that a world's files are in.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_under(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}
