//! `aty facilitator`: a one-time code by which somebody becomes a facilitator, and taking it back.

use clap::Args;

use super::{ConfigFile, show};
use crate::control::{self, Request};

#[derive(Debug, Args)]
pub(super) struct Facilitator {
    /// Take it from the person who is shown so instead.
    #[arg(long, value_name = "NAME")]
    remove: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

impl Facilitator {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let request = match self.remove {
            Some(name) => Request::RemoveFacilitator { name },
            None => Request::FacilitatorCode,
        };
        show(control::ask(&self.file.load()?.data, &request).await?)
    }
}

/// What is to be done with a code.
pub(crate) fn code_lines(code: &str) -> Vec<String> {
    vec![
        code.to_owned(),
        "Tell it to one person only. Within 24 hours they write this to the bridge's account alone, not in a group:"
            .to_owned(),
        format!("!facilitar {code}"),
    ]
}

/// Who became a facilitator by a code.
pub(super) fn in_words(names: &[String]) -> String {
    match names {
        [] => "none by a code".to_owned(),
        names => format!("{} (by a code)", names.join(", ")),
    }
}
