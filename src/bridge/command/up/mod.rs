//! `aty up`: everything on one machine: the homeserver, the WhatsApp sandbox with its phones, and the bridge.

mod folder;
mod rebuild;
mod told;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Context, bail};
use civic::Standing;
use clap::Args;
use sandbox::page;
use sandbox::phones::{NAMES, bridge_account};
use sandbox::synapse::{self, Synapse, SynapseSettings};
use sandbox::town::Town;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;
use whatsapp::{SeedDevice, Status};

use super::run::{broken, start_again, told_to_stop};
use crate::config::{Config, LogSettings};
use crate::engine::{Bridge, open_session};
use crate::{control, logs};
use folder::{Accounts, Folder};
use told::{Facts, tell, tell_both};

/// What user ids and aliases end with here.
const SERVER_NAME: &str = "aty.localhost";
/// Where in the folder the homeserver keeps its data.
const HOMESERVER: &str = "synapse";
/// How many invented people have phones.
const PEOPLE: usize = 9;

#[derive(Debug, Args)]
pub(super) struct Up {
    /// Where everything is kept.
    #[arg(long, default_value = ".aty", value_name = "FOLDER")]
    folder: PathBuf,
    /// Port of the homeserver on this machine.
    #[arg(long, default_value_t = 8008)]
    homeserver_port: u16,
    /// Port of the page with the phones.
    #[arg(long, default_value_t = 8080)]
    phones_port: u16,
    /// Port on which the bridge listens for the homeserver.
    #[arg(long, default_value_t = 29350)]
    bridge_port: u16,
    /// Port of the public pages, one for each theme.
    #[arg(long, default_value_t = 8081)]
    site_port: u16,
}

impl Up {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        // A failure only makes the next start slower.
        let _ = rebuild::spare();
        let folder = Folder::open(&self.folder)?;
        let log = LogSettings {
            filter: "info".to_owned(),
            ..LogSettings::default()
        };
        logs::begin(&log, Some(&folder.log())).context("the log can't be written")?;
        // Dropping what has come up takes it down again, wherever the start was left.
        let mut told = pin!(told_to_stop());
        let mut up = tokio::select! {
            up = self.bring_up(&folder) => up?,
            () = &mut told => return Ok(()),
        };
        tell_both(&up.facts);
        let ended = up.watch(&folder, told).await;
        tell("Todo se apaga…", "Shutting down…");
        up.take_down().await;
        match ended? {
            Ended::Told => Ok(()),
            Ended::Anew => Err(start_again()),
        }
    }

    async fn bring_up(&self, folder: &Folder) -> anyhow::Result<Everything> {
        #[cfg(target_os = "linux")]
        if synapse::end_leftover(&folder.path(HOMESERVER))? {
            tell(
                "El homeserver de un aty up que terminó de golpe seguía en marcha; se apagó",
                "The homeserver of an aty up that was killed was still running; it was shut down",
            );
        }
        let phones_at = address(self.phones_port);
        let listener = TcpListener::bind(phones_at).await;
        let listener = listener.with_context(|| taken(self.phones_port, "--phones-port"))?;
        for (port, option) in [
            (self.bridge_port, "--bridge-port"),
            (self.site_port, "--site-port"),
            (self.homeserver_port, "--homeserver-port"),
        ] {
            if std::net::TcpListener::bind(address(port)).is_err() {
                bail!(taken(port, option));
            }
        }
        let accounts = folder.accounts()?;

        tell(
            "1/5 El homeserver (Synapse)",
            "1/5 The homeserver (Synapse)",
        );
        let installation =
            synapse::install(&folder.path("homeserver"), &mut |step| told::step(&step)).await?;

        tell(
            "2/5 WhatsApp de prueba, con sus teléfonos",
            "2/5 A WhatsApp sandbox, with its phones",
        );
        let town = Town::open(Some(&folder.path("whatsapp")), address(0), &NAMES[..PEOPLE]).await?;
        let config = self.configure(folder, &town).await?;
        let mut tasks = JoinSet::new();
        let router = page::router(town.clone());
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the phones' page can no longer be served");
            }
        });

        tell("3/5 El homeserver arranca", "3/5 The homeserver starts");
        let settings = SynapseSettings {
            folder: folder.path(HOMESERVER),
            server_name: SERVER_NAME.to_owned(),
            port: self.homeserver_port,
            registrations: vec![config.appservice.registration.clone()],
            in_memory: false,
            environment: BTreeMap::new(),
        };
        let started = Synapse::start(&installation, settings).await;
        let homeserver =
            started.with_context(|| "Otro puerto / another port: --homeserver-port")?;
        for (user, password) in accounts.all() {
            homeserver.register_user(user, password, false).await?;
        }

        tell("4/5 El puente y sus salas", "4/5 The bridge and its rooms");
        let bridge = Arc::new(Bridge::start(config.clone(), &told::Steps).await?);
        connected(&bridge).await?;

        tell("5/5 Los grupos de WhatsApp", "5/5 The WhatsApp groups");
        let links = open_groups(&bridge, &town, &config).await?;
        let facts = self.facts(&config, &bridge, accounts, links, folder);
        folder.write_facts(&facts)?;
        Ok(Everything {
            bridge,
            town,
            homeserver,
            tasks,
            facts,
        })
    }

    /// Writes the configuration of this start, and links the bridge's account in the sandbox.
    async fn configure(&self, folder: &Folder, town: &Town) -> anyhow::Result<Config> {
        let file = folder.write_config(self, town)?;
        let config = Config::load(&file)?;
        if !config.appservice.registration.exists() {
            super::registration::generate(&config)?;
        }
        let account = bridge_account();
        town.welcome_bridge(account.clone()).await?;
        let key = config.key()?;
        let session = open_session(&config, &key)?;
        let device = SeedDevice {
            number: account.number.parse()?,
            lid: account.lid.parse()?,
            device: 0,
            push_name: account.name,
            server_key: Some(town.server().static_key()),
        };
        session.seed(device).await?;
        Ok(config)
    }

    fn facts(
        &self,
        config: &Config,
        bridge: &Bridge,
        accounts: Accounts,
        links: BTreeMap<String, Url>,
        folder: &Folder,
    ) -> Facts {
        let alias = |name: &str| format!("#{name}:{SERVER_NAME}");
        let rooms = bridge.rooms();
        Facts {
            homeserver: format!("http://localhost:{}", self.homeserver_port),
            server_name: SERVER_NAME.to_owned(),
            user: accounts.user().0.to_owned(),
            password: accounts.user().1.to_owned(),
            space: alias(&config.plan.alias),
            themes: config
                .plan
                .themes
                .iter()
                .map(|theme| told::ThemeFacts {
                    slug: theme.slug.to_string(),
                    name: theme.name.get(config.language).to_owned(),
                    alias: alias(&theme.alias),
                    room_id: rooms
                        .get(&theme.slug)
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                    group_link: links.get(theme.slug.as_str()).map(ToString::to_string),
                })
                .collect(),
            phones: format!("http://localhost:{}/", self.phones_port),
            pages: format!("http://localhost:{}/", self.site_port),
            config: config.file.clone(),
            log: folder.log(),
        }
    }
}

/// How it came to an end.
enum Ended {
    /// Somebody said so.
    Told,
    /// The bridge has to be started again.
    Anew,
}

/// All that runs.
struct Everything {
    bridge: Arc<Bridge>,
    town: Arc<Town>,
    homeserver: Synapse,
    tasks: JoinSet<()>,
    facts: Facts,
}

impl Everything {
    /// Returns when it is to end: because somebody says so, or because a part of it ended.
    async fn watch(
        &mut self,
        folder: &Folder,
        told: impl Future<Output = ()>,
    ) -> anyhow::Result<Ended> {
        let data = folder.path("data");
        tokio::select! {
            () = told => Ok(Ended::Told),
            () = self.bridge.begins_anew() => Ok(Ended::Anew),
            error = self.homeserver.ended() => Err(error.into()),
            served = control::serve(self.bridge.clone(), &data) => {
                served.context("commands can't be taken (aty.sock)").map(|()| Ended::Told)
            }
            why = broken(&self.bridge) => bail!(why),
        }
    }

    async fn take_down(mut self) {
        self.bridge.stop().await;
        self.tasks.shutdown().await;
        if let Err(error) = self.town.close().await {
            tracing::error!(%error, "the WhatsApp sandbox did not close well");
        }
        if let Err(error) = self.homeserver.stop().await {
            tracing::error!(%error, "the homeserver did not stop well");
        }
    }
}

/// Waits until the bridge's account is connected.
async fn connected(bridge: &Bridge) -> anyhow::Result<()> {
    let mut status = bridge.whatsapp();
    let settled = status
        .wait_for(|status| *status == Status::Connected || status.is_final())
        .await?
        .clone();
    match settled {
        Status::Connected => Ok(()),
        other => bail!("{other}"),
    }
}

/// Sees to it that each theme has a group with people in it.
async fn open_groups(
    bridge: &Bridge,
    town: &Town,
    config: &Config,
) -> anyhow::Result<BTreeMap<String, Url>> {
    let mut links = BTreeMap::new();
    let of = config.plan.themes.len();
    for (index, theme) in config.plan.themes.iter().enumerate() {
        let name = theme.name.get(config.language);
        let open = bridge
            .groups()
            .iter()
            .any(|group| group.theme == theme.slug && group.standing == Standing::Open);
        let link = match open {
            true => bridge
                .group_links(theme.slug.as_str())
                .await?
                .into_iter()
                .next(),
            false => Some(bridge.open_group(theme.slug.as_str()).await?),
        };
        let link = link.with_context(|| format!("the group of {name} has no invitation link"))?;
        town.join_people(index, link.as_str()).await?;
        links.insert(theme.slug.to_string(), link);
        told::counted(index + 1, of, name);
    }
    Ok(links)
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn taken(port: u16, option: &str) -> String {
    format!(
        "El puerto {port} está ocupado. Cierra el otro programa (¿otro aty up?) o elige otro puerto con {option}.\n\
         Port {port} is taken. End the other program (another aty up?) or choose another port with {option}."
    )
}
