//! From a backup back to a data folder.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use vault::{Database, Key};
use whatsapp::Session;

use super::{
    ABOUT, About, CONFIG, DATABASES, FORMAT, NOTEBOOK, REGISTRATION, SESSION, THEMES, is_within,
};
use crate::config::Config;
use crate::engine::Notebook;

/// Where things lie until all of them are there, within the data folder.
const STAGING: &str = "restoring";
/// The longest text file that is read from an archive.
const LONGEST: u64 = 16 << 20;
const CACHE_BYTES: u64 = 16 << 20;

/// Puts a backup back into an empty data folder. Where there is no configuration yet, the backup's is put there too.
/// Gives lines for the person who asked.
///
/// # Errors
/// A sentence that says what to do; then the data folder is as it was.
pub async fn restore(file: &Path, configuration: &Path) -> anyhow::Result<Vec<String>> {
    let shown = file.display();
    let opened = File::open(file).with_context(|| format!("{shown} can't be read"))?;
    let mut archive = tar::Archive::new(BufReader::new(opened));
    let no_backup = || format!("{shown} is not a backup of Aty, or it is damaged");
    let mut texts = BTreeMap::new();
    for entry in archive.entries().with_context(no_backup)? {
        let mut entry = entry.with_context(no_backup)?;
        let name = entry
            .path()
            .with_context(no_backup)?
            .to_string_lossy()
            .into_owned();
        if name == DATABASES {
            return put_back(configuration, &texts, &mut entry)
                .await
                .with_context(|| format!("{shown} can't be restored"));
        }
        let mut text = Vec::new();
        entry
            .by_ref()
            .take(LONGEST)
            .read_to_end(&mut text)
            .with_context(no_backup)?;
        texts.insert(name, text);
    }
    bail!(no_backup() + ".")
}

async fn put_back(
    configuration: &Path,
    texts: &BTreeMap<String, Vec<u8>>,
    databases: &mut impl Read,
) -> anyhow::Result<Vec<String>> {
    let text = |name: &str| {
        texts
            .get(name)
            .with_context(|| format!("It has no {name}, so it is not a backup of Aty."))
    };
    let about: About = serde_json::from_slice(text(ABOUT)?)
        .context("It was written by another version of Aty. Use that one.")?;
    if about.format != FORMAT {
        bail!(
            "It was written by Aty {} in another layout. Use that version.",
            about.version
        );
    }
    let mut said = Vec::new();
    if configuration.exists() {
        said.push(format!(
            "{} was there and is kept as it is.",
            configuration.display()
        ));
    } else {
        put_configuration(configuration, &about, text(CONFIG)?, text(THEMES)?)?;
        said.push(format!(
            "{} and the themes come from the backup.",
            configuration.display()
        ));
    }
    let config = Config::load(configuration)?;
    if !config.key_file.exists() {
        bail!(
            "The key file {} is not there, and a backup can't be opened without it. Put your copy of it there first (chmod 600).",
            config.key_file.display()
        );
    }
    let key = Key::open(&config.key_file)?;
    must_be_empty(&config.data)?;

    let staging = config.data.join(STAGING);
    fs::create_dir_all(&staging).with_context(|| format!("{} can't be made", staging.display()))?;
    let staged = stage(&staging, &key, databases).await;
    if let Err(error) = staged {
        let _ = fs::remove_dir_all(&staging);
        return Err(error);
    }
    let registration = &config.appservice.registration;
    match create(registration, text(REGISTRATION)?) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => said.push(format!(
            "{} was there and is kept as it is.",
            registration.display()
        )),
        written => {
            written.with_context(|| format!("{} can't be written", registration.display()))?;
        }
    }
    for name in [SESSION, NOTEBOOK] {
        fs::rename(staging.join(name), config.data.join(name))?;
    }
    fs::remove_dir(&staging)?;
    said.push(format!(
        "Restored into {}. Look whether all is well (aty doctor), then start the bridge: aty run",
        config.data.display()
    ));
    Ok(said)
}

/// Both databases beside their place, ready to be used.
async fn stage(staging: &Path, key: &Key, databases: &mut impl Read) -> anyhow::Result<()> {
    let (session, notebook) = (staging.join(SESSION), staging.join(NOTEBOOK));
    {
        let session = Database::open(&session, key, CACHE_BYTES)?;
        let notebook = Database::open(&notebook, key, CACHE_BYTES)?;
        vault::import(
            &[(SESSION, &session), (NOTEBOOK, &notebook)],
            &mut BufReader::new(databases),
        )?;
    }
    let session = Session::open(Database::open(&session, key, CACHE_BYTES)?)?;
    session.begin_anew().await?;
    Notebook::open(&notebook, key)?
        .comes_from_a_backup()
        .await?;
    Ok(())
}

fn put_configuration(
    configuration: &Path,
    about: &About,
    settings: &[u8],
    themes: &[u8],
) -> anyhow::Result<()> {
    if !is_within(&about.themes) {
        bail!(
            "Its themes were in {}, outside of the configuration's folder. Put both files in place yourself first (tar xf takes {CONFIG} and {THEMES} out of it).",
            about.themes.display()
        );
    }
    let base = configuration.parent().unwrap_or(Path::new(""));
    let place = base.join(&about.themes);
    create(configuration, settings)
        .with_context(|| format!("{} can't be written", configuration.display()))?;
    match create(&place, themes) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        written => written.with_context(|| format!("{} can't be written", place.display())),
    }
}

/// Refuses a data folder that something is in.
fn must_be_empty(data: &Path) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(data) else {
        return Ok(());
    };
    let names = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<Vec<_>, _>>()?;
    if names.iter().any(|name| name == STAGING) && names.len() == 1 {
        // A restore that was broken off.
        fs::remove_dir_all(data.join(STAGING))?;
        return Ok(());
    }
    if !names.is_empty() {
        bail!(
            "The data folder {} is not empty. A backup is restored into an empty one only: stop the bridge and move the folder away first.",
            data.display()
        );
    }
    Ok(())
}

/// A new file, its owner's alone.
fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
