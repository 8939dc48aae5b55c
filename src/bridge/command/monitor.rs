//! `aty monitor`: reads a plan as anybody can.

use std::path::PathBuf;

use anyhow::Context;
use civic::Language;
use clap::{Args, Subcommand};
use monitor::{Login, Source};

use super::say;

#[derive(Debug, Subcommand)]
pub(super) enum Monitor {
    /// List a plan's themes, rooms and people.
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The plan's space: an alias such as #paga:example.org, or a room id.
    space: String,
    /// The homeserver to ask: an address or a server name. Without it, the one in the alias.
    #[arg(long, value_name = "URL")]
    homeserver: Option<String>,
    /// Read with this account. Its password is taken from --password-file.
    #[arg(long, value_name = "USER", requires = "password_file")]
    user: Option<String>,
    /// A file with the password of --user.
    #[arg(long, value_name = "FILE", requires = "user")]
    password_file: Option<PathBuf>,
    /// A file with an access token to read with.
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    token_file: Option<PathBuf>,
    /// Read without any account; only the public directory is seen so.
    #[arg(long, conflicts_with_all = ["user", "token_file"])]
    public: bool,
    /// The language of the table: es or en.
    #[arg(long, default_value = "es")]
    language: Language,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Monitor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::List(list) = self;
        let source = Source {
            homeserver: list.homeserver.clone(),
            login: list.login()?,
            space: list.space,
            language: list.language,
        };
        let plan = monitor::list(source).await?;
        say(&if list.json {
            format!("{:#}", plan.to_json())
        } else {
            plan.to_string()
        });
        Ok(())
    }
}

impl List {
    fn login(&self) -> anyhow::Result<Login> {
        Ok(match (&self.user, &self.password_file, &self.token_file) {
            (Some(user), Some(file), _) => Login::Password {
                user: user.clone(),
                password: secret(file)?,
            },
            (_, _, Some(file)) => Login::Token {
                token: secret(file)?,
            },
            _ if self.public => Login::Public,
            _ => Login::Guest,
        })
    }
}

fn secret(file: &PathBuf) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} can't be read", file.display()))?;
    Ok(text.trim().to_owned())
}
