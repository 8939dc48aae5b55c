//! `aty retry`: what was put aside, sent again or dropped.

use clap::Args;
use time::OffsetDateTime;
use time::macros::format_description;

use super::{ConfigFile, show};
use crate::control::{self, Request};
use crate::engine::{Letter, Retried};

#[derive(Debug, Args)]
pub(super) struct Retry {
    /// Which, by their numbers in the list. Without any: all.
    #[arg(value_name = "ID")]
    only: Vec<u64>,
    /// Only list what was put aside.
    #[arg(long, conflicts_with_all = ["only", "forget"])]
    list: bool,
    /// Drop one for good instead.
    #[arg(long, value_name = "ID", conflicts_with = "only")]
    forget: Option<u64>,
    #[command(flatten)]
    file: ConfigFile,
}

impl Retry {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let request = match self.forget {
            _ if self.list => Request::Letters,
            Some(number) => Request::Forget { number },
            None => Request::Retry { only: self.only },
        };
        show(control::ask(&self.file.load()?.data, &request).await?)
    }
}

/// One line of the list.
pub(crate) fn letter_line(letter: &Letter) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at = OffsetDateTime::from_unix_timestamp(letter.at / 1000)
        .ok()
        .and_then(|at| at.format(format).ok())
        .unwrap_or_default();
    let theme = letter.theme.as_deref().unwrap_or("-");
    format!(
        "{:<6} {at}  {theme}  {}\n       why: {}",
        letter.number, letter.what, letter.why
    )
}

/// What became of letters that were to be sent again.
pub(crate) fn retried_lines(retried: &Retried) -> Vec<String> {
    let list = |numbers: &[u64]| {
        let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
        numbers.join(", ")
    };
    let said = [
        (&retried.back, "Back on their way"),
        (
            &retried.stayed,
            "Left aside, for they can't be sent (unreadable, or of a theme that is no longer in the plan; aty retry --forget ID drops one)",
        ),
        (&retried.unknown, "Not there"),
    ];
    let lines: Vec<_> = said
        .into_iter()
        .filter(|(numbers, _)| !numbers.is_empty())
        .map(|(numbers, what)| format!("{what}: {}", list(numbers)))
        .collect();
    match lines.is_empty() {
        true => vec!["Nothing was put aside.".to_owned()],
        false => lines,
    }
}
