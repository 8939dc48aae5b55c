//! `aty group`: the WhatsApp groups of the themes.

use clap::Subcommand;

use super::{ConfigFile, show};
use crate::control::{self, Request};

#[derive(Debug, Subcommand)]
pub(super) enum Group {
    /// Open a new group for a theme and print its invitation link.
    Open {
        /// The theme, by slug or code: agua, AGUA.
        theme: String,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Join an existing group; it is told, and 24 hours later it is part of the conversation.
    Adopt {
        /// The theme, by slug or code: agua, AGUA.
        theme: String,
        /// The group's invitation link: https://chat.whatsapp.com/…
        link: String,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Print the invitation links of a theme's groups.
    Link {
        /// The theme, by slug or code: agua, AGUA.
        theme: String,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// List all groups and how they stand.
    List {
        #[command(flatten)]
        file: ConfigFile,
    },
}

impl Group {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (file, request) = match self {
            Self::Open { theme, file } => (file, Request::OpenGroup { theme }),
            Self::Adopt { theme, link, file } => (file, Request::AdoptGroup { theme, link }),
            Self::Link { theme, file } => (file, Request::GroupLinks { theme }),
            Self::List { file } => (file, Request::Groups),
        };
        show(control::ask(&file.load()?.data, &request).await?)
    }
}
