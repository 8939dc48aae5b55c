//! `aty monitor`: reads a plan as anybody can.

use std::path::PathBuf;

use anyhow::Context;
use civic::Language;
use clap::{Args, Subcommand, ValueEnum};
use monitor::{Asked, Login, Sort, Source, Status, Wanted};

use super::say;
use crate::clock;

#[derive(Debug, Subcommand)]
pub(super) enum Monitor {
    /// List a plan's themes, rooms and people.
    List(List),
    /// Show a plan's proposals, or the story of one, and check them against the rooms.
    Show(Show),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    plan: Plan,
    /// Read without any account; only the public directory is seen so.
    #[arg(long, conflicts_with_all = ["user", "token_file"])]
    public: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    plan: Plan,
    /// The proposal whose story to show, such as AGUA-7. Without it, all are listed.
    proposal: Option<String>,
    /// Only the proposals of one theme, by its name in addresses (agua) or its code (AGUA).
    #[arg(long, value_name = "THEME", conflicts_with = "proposal")]
    theme: Option<String>,
    /// Only the proposals that stand so.
    #[arg(long, value_enum, conflicts_with = "proposal")]
    status: Option<Standing>,
    /// In which order to list them.
    #[arg(
        long,
        value_enum,
        default_value = "newest",
        conflicts_with = "proposal"
    )]
    sort: Order,
    /// Name those who support the proposal.
    #[arg(long, requires = "proposal")]
    people: bool,
    /// Make everything anew from acts, reactions and endorsements, and say what agrees. The exit code is 1 where
    /// something does not.
    #[arg(long)]
    verify: bool,
}

/// Which plan, and as whom to read it.
#[derive(Debug, Args)]
struct Plan {
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
    /// The language of what is shown: es or en.
    #[arg(long, default_value = "es")]
    language: Language,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Standing {
    Draft,
    Open,
    InReview,
    Answered,
    Withdrawn,
}

/// In which order proposals are listed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    Newest,
    Support,
}

impl Monitor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let mut source = self.plan.source()?;
        if self.public {
            source.login = Login::Public;
        }
        let plan = monitor::list(source).await?;
        say(&if self.plan.json {
            format!("{:#}", plan.to_json())
        } else {
            plan.to_string()
        });
        Ok(())
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let source = self.plan.source()?;
        let verify = self.verify.then(|| clock::now().0);
        let (shown, differing) = match self.proposal {
            Some(reference) => {
                let asked = Asked {
                    reference,
                    people: self.people,
                    verify,
                };
                let story = monitor::proposal(source, asked).await?;
                let differing = story.proposal.differs();
                let differing = differing.then(|| story.proposal.reference.clone());
                let shown = match self.plan.json {
                    true => format!("{:#}", story.to_json()),
                    false => story.to_string(),
                };
                (shown, Vec::from_iter(differing))
            }
            None => {
                let wanted = Wanted {
                    theme: self.theme,
                    status: self.status.map(Into::into),
                    sort: self.sort.into(),
                    verify,
                };
                let proposals = monitor::proposals(source, wanted).await?;
                let differing = proposals.differing();
                let shown = match self.plan.json {
                    true => format!("{:#}", proposals.to_json()),
                    false => proposals.to_string(),
                };
                (shown, differing)
            }
        };
        say(&shown);
        match differing.as_slice() {
            [] => Ok(()),
            differing => anyhow::bail!(
                "what is said of {} does not agree with what stands in the rooms",
                differing.join(", ")
            ),
        }
    }
}

impl Plan {
    fn source(&self) -> anyhow::Result<Source> {
        Ok(Source {
            homeserver: self.homeserver.clone(),
            login: self.login()?,
            space: self.space.clone(),
            language: self.language,
        })
    }

    fn login(&self) -> anyhow::Result<Login> {
        Ok(match (&self.user, &self.password_file, &self.token_file) {
            (Some(user), Some(file), _) => Login::Password {
                user: user.clone(),
                password: secret(file)?,
            },
            (_, _, Some(file)) => Login::Token {
                token: secret(file)?,
            },
            _ => Login::Guest,
        })
    }
}

impl From<Standing> for Status {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Draft => Self::Draft,
            Standing::Open => Self::Open,
            Standing::InReview => Self::InReview,
            Standing::Answered => Self::Answered,
            Standing::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Newest => Self::Newest,
            Order::Support => Self::Support,
        }
    }
}

fn secret(file: &PathBuf) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} can't be read", file.display()))?;
    Ok(text.trim().to_owned())
}
