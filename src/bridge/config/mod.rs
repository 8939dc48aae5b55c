//! The configuration: one file of settings and one of themes, read, checked and joined to what the adapters need.
//!
//! Each adapter owns its section, a struct whose doc comments are the reference documentation. The sample
//! and the reference are generated from them, and whatever is wrong in a file is said all at once, with
//! file, line, key and what to write instead.

mod check;
mod command;
mod neighbours;
mod problem;
mod read;
mod sample;
mod secrets;
mod settings;
mod shape;
mod source;
#[cfg(test)]
mod tests;
mod themes;

use std::path::{Path, PathBuf};

use civic::{Language, Plan};
use matrix::settings::{AppserviceSettings, HomeserverSettings};
use site::SiteSettings;
use tracing_subscriber::EnvFilter;
use vault::{Key, VaultError};
use whatsapp::settings::WhatsAppSettings;

pub use command::report;
pub use problem::{ConfigErrors, Problem};
pub use sample::{reference, sample};
pub use settings::{LogFormat, LogSettings};

use problem::Problems;
use settings::BridgeFile;
use source::Node;

/// The databases that the bridge keeps in the data folder, sealed with its key.
const DATABASES: [&str; 2] = ["notebook", "session"];

/// All that the bridge was told. Paths are ready to use: relative ones begin at the configuration file's folder,
/// the registration's at the data folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where it was read from.
    pub file: PathBuf,
    /// The homeserver whose rooms the plan lives in.
    pub homeserver: HomeserverSettings,
    /// How the bridge presents itself to it.
    pub appservice: AppserviceSettings,
    /// The WhatsApp side.
    pub whatsapp: WhatsAppSettings,
    /// The public pages.
    pub site: SiteSettings,
    /// The folder for what the bridge keeps.
    pub data: PathBuf,
    /// The key from which ids and seals are derived.
    pub key_file: PathBuf,
    /// The file that `plan` was read from.
    pub themes: PathBuf,
    /// The language that the bridge speaks first.
    pub language: Language,
    /// What the bridge writes about itself.
    pub log: LogSettings,
    /// The plan and its themes.
    pub plan: Plan,
}

impl Config {
    /// Reads and checks a configuration file and the themes file that it names.
    ///
    /// # Errors
    /// Everything that has to be mended in both, each with file, line and what to write instead.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigErrors> {
        let path = path.as_ref();
        let mut problems = Problems::new(path);
        let read = read_settings(path, &mut problems);
        let Some((settings, tree)) = read else {
            return Err(problems.into_errors(Vec::new()));
        };
        let base = path.parent().unwrap_or(Path::new(""));
        let config = |plan| Self::join(path, base, settings.clone(), plan);
        check_values(&settings, &tree, base, &mut problems);

        match themes::load(&base.join(&settings.themes)) {
            Ok(plan) if problems.is_empty() => Ok(config(plan)),
            Ok(_) => Err(problems.into_errors(Vec::new())),
            Err(others) => Err(problems.into_errors(others)),
        }
    }

    /// The deployment's key. It is made at the first start, and never again: nothing that is stored could be opened with another.
    ///
    /// # Errors
    /// [`VaultError::NoKey`] where something is stored already, and as [`Key::open`].
    pub fn key(&self) -> Result<Key, VaultError> {
        match self.key_is_needed() {
            true => Key::open(&self.key_file),
            false => Key::open_or_create(&self.key_file),
        }
    }

    /// Whether something is stored that was sealed with a key.
    pub(crate) fn key_is_needed(&self) -> bool {
        let mut databases = DATABASES.iter().map(|name| self.data.join(name));
        databases.any(|database| database.exists())
    }

    /// The aliases of the rooms that people look for: the plan's, and each theme's.
    fn aliases(&self) -> impl Iterator<Item = &str> {
        let themes = self.plan.themes.iter().map(|theme| &theme.alias);
        std::iter::once(&self.plan.alias)
            .chain(themes)
            .map(String::as_str)
    }

    fn join(file: &Path, base: &Path, settings: BridgeFile, plan: Plan) -> Self {
        let data = base.join(&settings.data);
        let mut appservice = settings.appservice;
        appservice.registration = data.join(&appservice.registration);
        Self {
            file: file.to_owned(),
            homeserver: settings.homeserver,
            appservice,
            whatsapp: settings.whatsapp,
            site: settings.site,
            key_file: base.join(&settings.key_file),
            themes: base.join(&settings.themes),
            language: settings.language.0,
            log: settings.log,
            data,
            plan,
        }
    }
}

fn read_settings(path: &Path, problems: &mut Problems) -> Option<(BridgeFile, Node)> {
    let otherwise = "`aty config sample` prints one to begin with";
    let mut tree = source::read(path, otherwise, problems)?;
    let fields = BridgeFile::fields();
    let base = path.parent().unwrap_or(Path::new(""));
    secrets::resolve(&mut tree, &fields, base, problems);
    let mut tree = check::check(tree, &fields, problems);
    let settings = read::read(&mut tree, &fields, problems)?;
    Some((settings, tree))
}

/// What only shows when the values are looked at together, and what each adapter says of its own.
fn check_values(settings: &BridgeFile, tree: &Node, base: &Path, problems: &mut Problems) {
    let line = |path: &str| tree.at(path).map_or(0, |entry| entry.line);
    let mut section = |name: &str, field: &str, what: &str| {
        let path = format!("{name}.{field}");
        let line = tree
            .at(&path)
            .map_or_else(|| line(name), |entry| entry.line);
        problems.add(line, format!("{path}: {what}"));
    };
    for problem in settings.homeserver.check() {
        section("homeserver", problem.field, &problem.what);
    }
    for problem in settings.appservice.check() {
        section("appservice", problem.field, &problem.what);
    }
    for problem in settings.whatsapp.check() {
        section("whatsapp", problem.field, &problem.what);
    }
    for problem in settings.site.check() {
        section("site", problem.field, &problem.what);
    }
    check_keeper(&settings.homeserver, tree, problems);
    if let Err(error) = EnvFilter::try_new(&settings.log.filter) {
        let message = format!(
            "log.filter is \"{}\": {error}: write for example info,bridge=debug",
            settings.log.filter
        );
        problems.add(line("log.filter"), message);
    }
    let (data, key_file) = (base.join(&settings.data), base.join(&settings.key_file));
    if key_file.starts_with(&data) {
        let place = tree
            .at("key_file")
            .or_else(|| tree.at("data"))
            .map_or(0, |entry| entry.line);
        let message = format!(
            "key_file {} lies in the data folder {}, and so in every backup of it: keep the key elsewhere, such as aty.key beside this file",
            settings.key_file.display(),
            settings.data.display(),
        );
        problems.add(place, message);
    }
}

/// The keeper must live on the homeserver: rooms are made there before any federation.
fn check_keeper(homeserver: &HomeserverSettings, tree: &Node, problems: &mut Problems) {
    let (Some(keeper), Some(server)) = (homeserver.keeper(), homeserver.server_name()) else {
        return;
    };
    if keeper.server_name() == server {
        return;
    }
    let line = |path: &str| tree.at(path).map_or(0, |entry| entry.line);
    let message = format!(
        "homeserver.keeper \"{keeper}\" is not on {server} (server_name, line {}): write @{}:{server}, or mend server_name",
        line("homeserver.server_name"),
        keeper.localpart(),
    );
    problems.add(line("homeserver.keeper"), message);
}
