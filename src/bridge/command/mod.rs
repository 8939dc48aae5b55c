//! The command line: what a person types, and what they read.

mod backup;
mod doctor;
mod facilitator;
mod group;
mod login;
mod monitor;
mod registration;
mod remove;
mod retry;
mod run;
mod up;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Config};
use crate::control::{self, Answer, Request};
use crate::engine::only_told_in_words;
pub(crate) use backup::done as backup_done;
pub(crate) use facilitator::code_lines;
pub(crate) use remove::removed_lines;
pub(crate) use retry::{letter_line, retried_lines};

/// Aty joins the public Matrix rooms of a plan to WhatsApp groups.
#[derive(Debug, Parser)]
#[command(name = "aty", version, max_term_width = 100)]
pub struct Aty {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring up everything on this machine to try it: homeserver, WhatsApp sandbox, phones, bridge.
    Up(up::Up),
    /// Run the bridge against a configured homeserver and WhatsApp.
    Run(ConfigFile),
    /// Link the bridge's WhatsApp account: shows a QR code, or a code to type.
    Login(login::Login),
    /// Write the registration that tells the homeserver about the bridge.
    Registration(ConfigFile),
    /// Check the configuration, or print a sample of it.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Open, adopt and list the WhatsApp groups of the themes (the bridge must be running).
    #[command(subcommand)]
    Group(group::Group),
    /// Make a one-time code by which somebody on WhatsApp becomes a facilitator (the bridge must be running).
    Facilitator(facilitator::Facilitator),
    /// Take a message out at once and for good that the law forbids (the bridge must be running).
    Remove(remove::Remove),
    /// Say how the running bridge stands.
    Status(ConfigFile),
    /// Say what is well and what is not, and how to mend it.
    Doctor(doctor::Doctor),
    /// Send what was put aside again, list it, or drop it (the bridge must be running).
    Retry(retry::Retry),
    /// Copy everything but the key into one file, while the bridge runs or not.
    Backup(backup::Backup),
    /// Put a backup back into an empty data folder.
    Restore(backup::Restore),
    /// Read a plan from any homeserver, as an ordinary Matrix client.
    #[command(subcommand)]
    Monitor(monitor::Monitor),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say what is wrong with the configuration, or that all is good.
    Check {
        /// Configuration files of bridges that are to run beside each other, on one homeserver or one machine.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Print a configuration with every setting and what it does.
    Sample,
    /// Print the reference of all settings, as Markdown.
    Reference,
}

/// Which configuration.
#[derive(Debug, Args)]
struct ConfigFile {
    /// The configuration file.
    #[arg(
        long,
        short,
        default_value = "bridge-config/bridge.yaml",
        value_name = "FILE",
        env = "ATY_CONFIG"
    )]
    config: PathBuf,
}

impl ConfigFile {
    fn load(&self) -> anyhow::Result<Config> {
        Ok(Config::load(&self.config)?)
    }
}

impl Aty {
    /// Does what was asked.
    ///
    /// # Errors
    /// A sentence for the person who asked.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Up(up) => up.run().await,
            Command::Run(file) => run::run(file.load()?).await,
            Command::Login(login) => login.run().await,
            Command::Registration(file) => registration::write(&file.load()?),
            Command::Config(ConfigCommand::Check { files, file }) => {
                let files = if files.is_empty() {
                    vec![file.config]
                } else {
                    files
                };
                say(&config::report(&files)?);
                Ok(())
            }
            Command::Config(ConfigCommand::Sample) => {
                say(&config::sample());
                Ok(())
            }
            Command::Config(ConfigCommand::Reference) => {
                say(&config::reference());
                Ok(())
            }
            Command::Group(group) => group.run().await,
            Command::Facilitator(facilitator) => facilitator.run().await,
            Command::Remove(remove) => remove.run().await,
            Command::Status(file) => status(&file.load()?).await,
            Command::Doctor(doctor) => doctor.run().await,
            Command::Retry(retry) => retry.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Monitor(monitor) => monitor.run().await,
        }
    }
}

async fn status(config: &Config) -> anyhow::Result<()> {
    match control::ask(&config.data, &Request::Status).await? {
        Answer::Status(report) => {
            say(&format!(
                "whatsapp      {}\n{}rooms         {}\nopen groups   {}\nwaiting       {}\nput aside     {}\nonly told     {}\nfacilitators  {}",
                report.whatsapp,
                report
                    .phone
                    .map(|said| format!("its phone     {said}\n"))
                    .unwrap_or_default(),
                report.rooms,
                report.open_groups,
                if report.idle {
                    "nothing"
                } else {
                    "some messages are on their way"
                },
                report.dead_letters,
                only_told_in_words(&report.only_told),
                facilitator::in_words(&report.facilitators),
            ));
            Ok(())
        }
        other => show(other),
    }
}

/// Shows what the running bridge answered.
pub(super) fn show(answer: Answer) -> anyhow::Result<()> {
    match answer {
        Answer::Done(lines) => {
            lines.iter().for_each(|line| say(line));
            Ok(())
        }
        Answer::Refused(why) => anyhow::bail!(why),
        Answer::Status(_) | Answer::Findings(_) => {
            anyhow::bail!("the running bridge is of another version")
        }
    }
}

/// Says something to the person at the terminal. A pipe that was closed is not their concern.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Says why something was not done: the sentence, and what lies behind it.
pub fn say_error(error: &anyhow::Error) {
    use std::io::Write;
    let text = error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |told, cause| match told.contains(&cause) {
            true => told,
            false if told.is_empty() => cause,
            false => format!("{told}\n  {cause}"),
        });
    let _ = writeln!(std::io::stderr(), "{}", whatsapp::redact_log(&text));
}
