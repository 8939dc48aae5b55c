//! All that a bridge of a world is told: settings, plan, names, and the account that it is linked to.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use sandbox::phones::PersonSeed;
use sandbox::server::WhatsAppServer;
use vault::{Database, Key};
use whatsapp::{SeedDevice, Session};

use super::SERVER;

/// Limits that no test runs into.
pub const QUICK: &str =
    "  group_per_minute: 10000\n  sender_per_minute: 10000\n  reactions_every_seconds: 1\n";

/// A theme of a test's plan: slug, code, name.
pub type Theme = (&'static str, &'static str, &'static str);
pub const AGUA: Theme = ("agua", "AGUA", "Ambiente y agua");
pub const SALUD: Theme = ("salud", "SALUD", "Salud");

/// The names of a bridge on its homeserver.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub id: &'a str,
    pub bot: &'a str,
    pub ghost_prefix: &'a str,
}

/// The world's own bridge.
pub(super) const OWN: Names<'_> = Names {
    id: "aty",
    bot: "aty",
    ghost_prefix: "_aty_",
};

/// The configuration's text. `HOMESERVER` stands for an address that is not known yet.
pub(super) fn config(
    whatsapp: &WhatsAppServer,
    Names {
        id,
        bot,
        ghost_prefix,
    }: Names<'_>,
    [listen, pages]: [SocketAddr; 2],
    more: &str,
) -> String {
    let key: String = whatsapp
        .static_key()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "homeserver:\n  url: HOMESERVER\n  server_name: {SERVER}\n\
         appservice:\n  id: {id}\n  bot: {bot}\n  ghost_prefix: {ghost_prefix}\n  listen: {listen}\n  url: http://{listen}\n\
         whatsapp:\n  url: {url}\n  server_key: {key}\n  group_open_every_minutes: 0\n{more}\
         site:\n  listen: {pages}\n  url: http://{pages}\n\
         log:\n  filter: info,bridge=debug,matrix=debug,whatsapp=debug\n",
        url = whatsapp.url(),
    )
}

/// Writes a plan whose aliases begin so.
pub(super) fn write_themes(folder: &Path, id: &str, themes: &[Theme]) {
    let mut text = format!(
        "plan:\n  slug: paga\n  name: {{es: Plan de prueba, en: Test plan}}\n  topic: {{es: Una prueba., en: A test.}}\n  alias: {id}-paga\nthemes:\n",
    );
    for (slug, code, name) in themes {
        let _ = write!(
            text,
            "  - slug: {slug}\n    code: {code}\n    name: {{es: {name}, en: {name}}}\n    topic: {{es: Sobre {name}., en: On {name}.}}\n    alias: {id}-{slug}\n"
        );
    }
    std::fs::write(folder.join("themes.yaml"), text).expect("the themes are written");
}

/// Makes the bridge its account's phone, as if it had always been.
pub(super) async fn seed(folder: &Path, whatsapp: &WhatsAppServer, account: PersonSeed) {
    let key = Key::open_or_create(&folder.join("aty.key")).expect("a key");
    let database = Database::open(&folder.join("data/session"), &key, 1 << 20).expect("a session");
    let device = SeedDevice {
        number: account.number.parse().expect("a number"),
        lid: account.lid.parse().expect("a LID"),
        device: 0,
        push_name: account.name,
        server_key: Some(whatsapp.static_key()),
    };
    Session::open(database)
        .expect("a session")
        .seed(device)
        .await
        .expect("the session is seeded");
}
