//! Puts Synapse and all that it needs into one folder, once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use civic::{Language, Words};
use sha2::{Digest, Sha256};
use tokio::process::Command;
use tokio::sync::oneshot;

use super::command::{Failure, run};
use super::forkserver::Forkserver;
use super::python::{self, OLDEST, Python};

/// The version of Synapse that is installed.
pub const VERSION: &str = "1.163.2";

/// Every package with its version and hashes.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The installer, should the machine have none. It is ten times quicker than pip.
const UV: &str = "uv==0.13.9";

/// A finished installation: proof that [`Synapse`](super::Synapse) can be started.
#[derive(Debug, Clone)]
pub struct Installation {
    python: PathBuf,
    forkserver: Option<Arc<Forkserver>>,
}

impl Installation {
    /// The Python that has Synapse.
    pub(super) fn python(&self) -> &Path {
        &self.python
    }

    pub(super) fn forkserver(&self) -> Option<&Forkserver> {
        self.forkserver.as_deref()
    }

    /// From now on homeservers of this installation are forks of one process that has imported Synapse already, with
    /// these variables in its environment. For whoever starts many.
    ///
    /// # Errors
    /// When the system starts no process.
    pub fn with_forkserver(
        mut self,
        environment: &BTreeMap<OsString, OsString>,
    ) -> io::Result<Installation> {
        let forkserver = Forkserver::start(&self.python, environment)?;
        self.forkserver = Some(Arc::new(forkserver));
        Ok(self)
    }
}

/// What an installation is at, for a person who waits. Nothing is reported where all is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Another process installs into the same folder.
    WaitingForAnother,
    /// An installer is fetched, since the machine has none.
    FetchingInstaller,
    /// Synapse and some sixty packages are fetched and unpacked.
    Installing,
    /// What the installer itself says.
    Detail(String),
}

impl Step {
    /// The same for a person, in their language.
    pub fn words(&self) -> Words {
        match self {
            Step::WaitingForAnother => Words::new(
                "Otro programa está instalando el servidor Matrix; se espera a que termine",
            )
            .with(
                Language::En,
                "Another program is installing the homeserver; waiting for it",
            ),
            Step::FetchingInstaller => Words::new("Se descarga el instalador uv (20 MB)")
                .with(Language::En, "Fetching the installer uv (20 MB)"),
            Step::Installing => Words::new(format!(
                "Se instala Synapse {VERSION} (40 MB de descarga, 150 MB en el disco)"
            ))
            .with(
                Language::En,
                format!("Installing Synapse {VERSION} (40 MB to fetch, 150 MB on disk)"),
            ),
            Step::Detail(line) => Words::new(line.as_str()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().get(Language::En))
    }
}

/// Why Synapse could not be installed, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// No Python in the search path.
    #[error(
        "The homeserver needs Python 3, and none was found. Install it (on Debian or Ubuntu: \
         sudo apt install python3 python3-venv) and try again."
    )]
    NoPython,
    /// Only an old one.
    #[error(
        "The homeserver needs Python {}.{} or newer, and {path} is {major}.{minor}. Install a newer one \
         beside it, so that a command such as python3.12 is found, and try again.", OLDEST.0, OLDEST.1
    )]
    PythonTooOld {
        /// The newest one found.
        path: PathBuf,
        /// Its version's first number.
        major: u32,
        /// Its version's second number.
        minor: u32,
    },
    /// Neither uv nor pip nor venv.
    #[error(
        "{python} can install nothing: it has neither pip nor venv, and there is no uv. Install one \
         (on Debian or Ubuntu: sudo apt install python3-venv) and try again."
    )]
    NoInstaller {
        /// The Python in question.
        python: PathBuf,
    },
    /// The package index could not be reached.
    #[error(
        "The homeserver's packages could not be fetched from the Python package index (pypi.org). Check the \
         connection, or the settings of your proxy, and try again. The installer said: {said}"
    )]
    NoNetwork {
        /// The installer's last lines.
        said: String,
    },
    /// The disk is full.
    #[error(
        "There is no room left on the disk for the homeserver in {folder}: it needs 300 MB. Make room and try again."
    )]
    NoSpace {
        /// Where it was to go.
        folder: PathBuf,
    },
    /// The folder can't be written.
    #[error(
        "The homeserver cannot be installed in {folder}: {source}. See that this folder can be written to and try again."
    )]
    Folder {
        /// Where it was to go.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else.
    #[error("Installing the homeserver with {program} failed. It said: {said}")]
    Failed {
        /// Which program failed.
        program: String,
        /// Its last lines.
        said: String,
    },
}

/// Hears what an installation is at.
pub type Progress<'a> = &'a mut (dyn FnMut(Step) + Send);

/// Makes sure that Synapse is installed in `folder`.
///
/// A finished installation is recognised in a few hundredths of a second; one that was interrupted, is of another
/// version, or whose Python went away is made anew. Two processes may ask at once: the second waits.
///
/// # Errors
/// See [`InstallError`]; each says what to do.
pub async fn install(folder: &Path, progress: Progress<'_>) -> Result<Installation, InstallError> {
    let place = Place::make(folder)?;
    let _lock = place.lock(progress).await?;
    if place.is_complete().await {
        return Ok(place.installation());
    }
    place.clear()?;
    let python = python::find().await?;
    place.fill(&python, progress).await?;
    place.mark_complete()?;
    Ok(place.installation())
}

/// The folder of an installation.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn make(folder: &Path) -> Result<Place, InstallError> {
        let make = || {
            let folder = std::path::absolute(folder)?;
            fs::create_dir_all(&folder)?;
            Ok(Place { folder })
        };
        make().map_err(|source| refused(folder, source))
    }

    fn environment(&self) -> PathBuf {
        self.folder.join("python")
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("installed")
    }

    fn installation(&self) -> Installation {
        Installation {
            python: self.environment().join("bin/python"),
            forkserver: None,
        }
    }

    /// Locked for as long as the returned file lives; the system unlocks it however the process ends.
    async fn lock(&self, progress: Progress<'_>) -> Result<File, InstallError> {
        let refused = |source| refused(&self.folder, source);
        let file = File::create(self.folder.join("lock")).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => progress(Step::WaitingForAnother),
            Err(TryLockError::Error(source)) => return Err(refused(source)),
        }
        // A thread of its own rather than the runtime's: nobody has to wait for it when the program ends.
        let (done, locked) = oneshot::channel();
        std::thread::spawn(move || done.send(file.lock().map(|()| file)).ok());
        locked
            .await
            .unwrap_or_else(|_| {
                Err(io::Error::other(
                    "the thread that waited for the lock ended",
                ))
            })
            .map_err(refused)
    }

    async fn is_complete(&self) -> bool {
        if fs::read_to_string(self.marker()).ok() != Some(mark()) {
            return false;
        }
        // A new version of the system's Python no longer finds the packages of the old one.
        Command::new(self.installation().python)
            .args([
                "-c",
                "import importlib.util as u; exit(u.find_spec('synapse') is None)",
            ])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .status()
            .await
            .is_ok_and(|status| status.success())
    }

    fn mark_complete(&self) -> Result<(), InstallError> {
        absent_is_fine(fs::remove_dir_all(self.tools()))
            .and_then(|()| fs::write(self.marker(), mark()))
            .map_err(|source| refused(&self.folder, source))
    }

    fn clear(&self) -> Result<(), InstallError> {
        let clear = || {
            absent_is_fine(fs::remove_file(self.marker()))?;
            absent_is_fine(fs::remove_dir_all(self.environment()))?;
            absent_is_fine(fs::remove_dir_all(self.tools()))
        };
        clear().map_err(|source| refused(&self.folder, source))
    }

    fn tools(&self) -> PathBuf {
        self.folder.join("tools")
    }

    async fn fill(&self, python: &Python, progress: Progress<'_>) -> Result<(), InstallError> {
        let requirements = self.folder.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS).map_err(|source| refused(&self.folder, source))?;
        let by_uv = match self.find_or_fetch_uv(python, progress).await? {
            Some(uv) => {
                self.fill_with_uv(&uv, python, &requirements, progress)
                    .await
            }
            None => Err(None),
        };
        match by_uv {
            Ok(()) => Ok(()),
            Err(Some(failure)) if failure.is_final() => Err(self.say(failure)),
            Err(failure) => {
                self.fill_with_pip(failure, python, &requirements, progress)
                    .await
            }
        }
    }

    /// The machine's own uv, or one fetched by pip, or by the pip of a virtual environment; none where neither works.
    async fn find_or_fetch_uv(
        &self,
        python: &Python,
        progress: Progress<'_>,
    ) -> Result<Option<PathBuf>, InstallError> {
        if run(Command::new("uv").arg("--version"), &mut |_| ())
            .await
            .is_ok()
        {
            return Ok(Some(PathBuf::from("uv")));
        }
        let tools = self.tools();
        let mut pip = pip_of(&python.path);
        if run(pip.arg("--version"), &mut |_| ()).await.is_ok() {
            progress(Step::FetchingInstaller);
            let mut pip = pip_of(&python.path);
            pip.args(["install", "--target"]).arg(&tools).arg(UV);
            return self.fetched(run(&mut pip, progress).await);
        }
        let mut venv = Command::new(&python.path);
        if run(venv.args(["-m", "venv"]).arg(&tools), &mut |_| ())
            .await
            .is_ok()
        {
            progress(Step::FetchingInstaller);
            let mut pip = pip_of(&tools.join("bin/python"));
            return self.fetched(run(pip.args(["install", UV]), progress).await);
        }
        Err(InstallError::NoInstaller {
            python: python.path.clone(),
        })
    }

    fn fetched(&self, outcome: Result<(), Failure>) -> Result<Option<PathBuf>, InstallError> {
        match outcome {
            Ok(()) => Ok(Some(self.tools().join("bin/uv"))),
            Err(failure) if failure.is_final() => Err(self.say(failure)),
            Err(_) => Ok(None),
        }
    }

    async fn fill_with_uv(
        &self,
        uv: &Path,
        python: &Python,
        requirements: &Path,
        progress: Progress<'_>,
    ) -> Result<(), Option<Failure>> {
        let mut make = Command::new(uv);
        make.args(["venv", "--python"])
            .arg(&python.path)
            .arg(self.environment());
        run(&mut make, &mut |_| ()).await?;
        progress(Step::Installing);
        let mut install = Command::new(uv);
        install
            .args(["pip", "install", "--require-hashes", "--python"])
            .arg(self.installation().python)
            .arg("--requirement")
            .arg(requirements);
        Ok(run(&mut install, progress).await?)
    }

    /// The slow way, where uv can't be had. `before` is why, if it was tried.
    async fn fill_with_pip(
        &self,
        before: Option<Failure>,
        python: &Python,
        requirements: &Path,
        progress: Progress<'_>,
    ) -> Result<(), InstallError> {
        let environment = self.environment();
        let mut venv = Command::new(&python.path);
        venv.args(["-m", "venv", "--clear"]).arg(&environment);
        if run(&mut venv, &mut |_| ()).await.is_err() {
            return Err(match before {
                Some(failure) => self.say(failure),
                None => InstallError::NoInstaller {
                    python: python.path.clone(),
                },
            });
        }
        progress(Step::Installing);
        let mut pip = pip_of(&self.installation().python);
        pip.args(["install", "--require-hashes", "--requirement"])
            .arg(requirements);
        run(&mut pip, progress)
            .await
            .map_err(|failure| self.say(failure))
    }

    fn say(&self, failure: Failure) -> InstallError {
        match failure {
            Failure::NoNetwork { said } => InstallError::NoNetwork { said },
            Failure::NoSpace => InstallError::NoSpace {
                folder: self.folder.clone(),
            },
            Failure::Other { program, said } => InstallError::Failed { program, said },
        }
    }
}

fn pip_of(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "--quiet",
        "--retries",
        "2",
    ]);
    pip
}

/// What the marker of a finished installation of just these packages contains.
fn mark() -> String {
    let digest = Sha256::digest(REQUIREMENTS);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn absent_is_fine(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn refused(folder: &Path, source: io::Error) -> InstallError {
    let folder = folder.to_owned();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            InstallError::NoSpace { folder }
        }
        _ => InstallError::Folder { folder, source },
    }
}
