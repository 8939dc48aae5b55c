//! A WhatsApp server and the people on it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use tokio::sync::{Mutex, RwLock, broadcast};
use url::Url;

use crate::phones::{self, PersonSeed, Phone};
use crate::server::WhatsAppServer;

/// How many people are in a theme's group.
const PEOPLE_PER_THEME: usize = 3;
/// How many changes a slow listener may be behind before it misses some.
const CHANGES_KEPT: usize = 256;

/// A WhatsApp server and the people on it, with who they are kept in a folder.
pub struct Town {
    server: Arc<WhatsAppServer>,
    folder: Option<PathBuf>,
    people: RwLock<BTreeMap<String, Arc<Phone>>>,
    /// Names in the order in which they came, which gives everyone their number. Held while someone moves in.
    register: Mutex<Vec<String>>,
    changes: broadcast::Sender<String>,
}

/// Why nobody could move in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoNewcomer {
    /// There is someone of this name.
    #[error("Somebody in the sandbox has this name already.")]
    NameTaken,
    /// An empty name, one with more than forty characters, or one that hardly anyone could type.
    #[error("A name has 1 to 40 letters, digits, spaces or hyphens.")]
    NotAName,
    /// Their phone did not start.
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl Town {
    /// Starts the server and everybody's phone: those named here, and whoever moved in at an earlier time.
    ///
    /// # Errors
    /// When the address is taken, or the folder can't be read or written.
    pub async fn open(
        folder: Option<&Path>,
        listen: SocketAddr,
        cast: &[&str],
    ) -> Result<Arc<Self>> {
        let within = |name| folder.map(|folder| folder.join(name));
        let server = WhatsAppServer::start(listen, within("server").as_deref()).await?;
        let mut register = read_register(within("people.json").as_deref())?;
        for name in cast {
            if !register.iter().any(|known| known == name) {
                register.push((*name).to_owned());
            }
        }
        let town = Arc::new(Self {
            server,
            folder: folder.map(Path::to_owned),
            people: RwLock::default(),
            register: Mutex::new(register.clone()),
            changes: broadcast::Sender::new(CHANGES_KEPT),
        });
        town.write_register(&register)?;
        let everybody = register.iter().enumerate();
        try_join_all(everybody.map(|(index, name)| town.house(index, name))).await?;
        Ok(town)
    }

    /// The server everybody is on.
    pub fn server(&self) -> &Arc<WhatsAppServer> {
        &self.server
    }

    /// Where the bridge connects.
    pub fn url(&self) -> Url {
        self.server.url()
    }

    /// Sees to it that the bridge's account exists.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn welcome_bridge(&self, account: PersonSeed) -> Result<()> {
        self.server.add_account(account).await
    }

    /// The people of the `theme`th theme join its group by the link; always the same people. Returns their names.
    ///
    /// # Errors
    /// When the link leads nowhere.
    pub async fn join_people(&self, theme: usize, link: &str) -> Result<Vec<String>> {
        let register = self.register.lock().await.clone();
        let names = members_of(theme, &register);
        for name in &names {
            let phone = self.person(name).await.context("nobody of this name")?;
            phone.join(link).await?;
        }
        Ok(names)
    }

    /// Someone by name.
    pub async fn person(&self, name: &str) -> Option<Arc<Phone>> {
        self.people.read().await.get(name).cloned()
    }

    /// Everybody, by name.
    pub async fn people(&self) -> Vec<Arc<Phone>> {
        self.people.read().await.values().cloned().collect()
    }

    /// Someone new moves in.
    ///
    /// # Errors
    /// When the name won't do or is taken.
    pub async fn move_in(&self, name: &str) -> Result<Arc<Phone>, NoNewcomer> {
        let name = name.trim();
        let letter = |letter: char| letter.is_alphanumeric() || letter == ' ' || letter == '-';
        if name.is_empty() || name.chars().count() > 40 || !name.chars().all(letter) {
            return Err(NoNewcomer::NotAName);
        }
        let mut register = self.register.lock().await;
        let same = |known: &String| known.to_lowercase() == name.to_lowercase();
        if register.iter().any(same) {
            return Err(NoNewcomer::NameTaken);
        }
        let phone = self.house(register.len(), name).await?;
        register.push(name.to_owned());
        self.write_register(&register)?;
        Ok(phone)
    }

    /// The names of those whose screen changes, as it happens.
    pub fn changes(&self) -> broadcast::Receiver<String> {
        self.changes.subscribe()
    }

    /// Ends it in order: everybody's phone, then the server.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn close(&self) -> Result<()> {
        for phone in self.people().await {
            phone.go_offline().await;
        }
        self.server.stop().await
    }

    /// Starts the phone of the `index`th person.
    async fn house(&self, index: usize, name: &str) -> Result<Arc<Phone>> {
        let folder = self
            .folder
            .as_ref()
            .map(|folder| folder.join(format!("phone-{index}")));
        let person = phones::person(index, name);
        let phone = Phone::start(&self.server, person, folder.as_deref())
            .await
            .with_context(|| format!("{name}'s phone does not start"))?;
        let (mut screen, changes) = (phone.changes(), self.changes.clone());
        let whose = name.to_owned();
        tokio::spawn(async move {
            while screen.changed().await.is_ok() {
                // Nobody may be listening.
                let _listeners = changes.send(whose.clone());
            }
        });
        let mut people = self.people.write().await;
        people.insert(name.to_owned(), Arc::clone(&phone));
        Ok(phone)
    }

    /// Written whole or not at all. Holds names only: the numbers follow from the order.
    fn write_register(&self, names: &[String]) -> Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let fresh = folder.join("people.json.new");
        std::fs::write(&fresh, serde_json::to_vec_pretty(names)?)
            .and_then(|()| std::fs::rename(&fresh, folder.join("people.json")))
            .with_context(|| format!("can't write to {}", folder.display()))
    }
}

fn read_register(path: Option<&Path>) -> Result<Vec<String>> {
    let Some(path) = path.filter(|path| path.exists()) else {
        return Ok(Vec::new());
    };
    let text = std::fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} is not a list of names any more", path.display()))
}

/// Three neighbours in the register, the next three for the next theme, and round again.
fn members_of(theme: usize, register: &[String]) -> Vec<String> {
    let count = PEOPLE_PER_THEME.min(register.len());
    let first = theme * PEOPLE_PER_THEME;
    (first..first + count)
        .map(|seat| register[seat % register.len()].clone())
        .collect()
}
