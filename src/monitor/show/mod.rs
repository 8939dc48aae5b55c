//! Shows a plan's proposals, and the story of one, from its rooms alone.

mod plan;
mod reading;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod words;

pub use view::{
    ActView, AmendmentView, DiscussionView, Gap, LastMessage, PersonView, ProposalView,
    ProposalsView, StepView, StoryView, SupportersView,
};

use std::cmp::Reverse;

use matrix::record::{Head, Status};

use self::plan::{Plan, Room};
use self::reading::Reading;
use crate::Source;
use crate::client::Reader;
use crate::error::MonitorError;
use crate::list::parse_space;
use crate::record::{Acts, same_reference};

/// Which proposals to show, and how.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those of one theme: its slug or its code.
    pub theme: Option<String>,
    /// Those that stand so.
    pub status: Option<Status>,
    /// In which order.
    pub sort: Sort,
    /// To check each of them; the time now, in milliseconds since 1970.
    pub verify: Option<i64>,
}

/// In which order proposals are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Proposed last, first.
    #[default]
    Newest,
    /// Supported by most, first.
    Support,
}

/// Which story to show, and how.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The proposal, such as `AGUA-7`.
    pub reference: String,
    /// To name those who support it.
    pub people: bool,
    /// To check it; the time now, in milliseconds since 1970.
    pub verify: Option<i64>,
}

/// Reads a plan's proposals.
///
/// # Errors
/// See [`MonitorError`]: its text says what to do.
pub async fn proposals(source: Source, wanted: Wanted) -> Result<ProposalsView, MonitorError> {
    let space = parse_space(&source.space)?;
    let reader = Reader::connect(source.homeserver.as_deref(), &space, &source.login).await?;
    let outcome = async {
        let plan = Plan::read(&reader, &space, &source).await?;
        all(&reader, plan, &wanted, &source).await
    };
    let outcome = outcome.await;
    reader.leave().await;
    outcome
}

/// Reads one proposal's story.
///
/// # Errors
/// See [`MonitorError`]: its text says what to do.
pub async fn proposal(source: Source, asked: Asked) -> Result<StoryView, MonitorError> {
    let space = parse_space(&source.space)?;
    let reader = Reader::connect(source.homeserver.as_deref(), &space, &source.login).await?;
    let outcome = async {
        let plan = Plan::read(&reader, &space, &source).await?;
        one(&reader, &plan, &asked, &source).await
    };
    let outcome = outcome.await;
    reader.leave().await;
    outcome
}

async fn all(
    reader: &Reader,
    plan: Plan,
    wanted: &Wanted,
    source: &Source,
) -> Result<ProposalsView, MonitorError> {
    let is_wanted = |room: &&Room| {
        let theme = wanted.theme.as_ref();
        theme.is_none_or(|theme| room.record.is_called(theme))
    };
    let rooms: Vec<&Room> = plan.rooms.iter().filter(is_wanted).collect();
    if let Some(theme) = &wanted.theme
        && rooms.is_empty()
    {
        let known = plan.rooms.iter().map(|room| room.record.theme.as_str());
        return Err(MonitorError::NoSuchTheme {
            theme: theme.clone(),
            known: known.collect::<Vec<_>>().join(", "),
        });
    }
    let mut view = ProposalsView::new(&plan, source.language);
    for room in rooms {
        let acts = match wanted.verify {
            Some(_) => Some(room.acts(reader).await?),
            None => None,
        };
        view.unread += room.record.unread;
        view.without_head
            .extend(acts.iter().flat_map(|acts| without_head(room, acts)));
        for (key, head) in &room.record.heads {
            if wanted.status.is_some_and(|status| status != head.status) {
                continue;
            }
            let mut proposal = ProposalView::new(room, key, head, source.language);
            if let (Some(acts), Some(now)) = (&acts, wanted.verify) {
                let reading = Reading::new(reader, &plan, room, (key, head), acts).await?;
                proposal.findings = Some(reading.check(now));
            }
            view.proposals.push(proposal);
        }
    }
    view.proposals.sort_by_key(|proposal| {
        let people = proposal
            .support
            .as_ref()
            .map_or(0, |support| support.people);
        let first = match wanted.sort {
            Sort::Newest => 0,
            Sort::Support => people,
        };
        (
            Reverse(first),
            Reverse(proposal.created_ts),
            proposal.reference.clone(),
        )
    });
    Ok(view)
}

/// Proposals that only acts tell of.
fn without_head(room: &Room, acts: &Acts) -> Vec<String> {
    let mut found: Vec<String> = acts
        .iter()
        .map(|(_, act)| &act.context.reference)
        .filter(|reference| !room.record.heads.contains_key(&reference.to_lowercase()))
        .cloned()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

async fn one(
    reader: &Reader,
    plan: &Plan,
    asked: &Asked,
    source: &Source,
) -> Result<StoryView, MonitorError> {
    let (room, key, head) =
        find(plan, &asked.reference).ok_or_else(|| MonitorError::NoSuchProposal {
            reference: asked.reference.clone(),
        })?;
    let acts = room.acts(reader).await?;
    let reading = Reading::new(reader, plan, room, (key, head), &acts).await?;
    Ok(reading.story(asked, source.language))
}

fn find<'a>(plan: &'a Plan, reference: &str) -> Option<(&'a Room, &'a str, &'a Head)> {
    plan.rooms.iter().find_map(|room| {
        let mut heads = room.record.heads.iter();
        let (key, head) = heads.find(|(_, head)| same_reference(&head.reference, reference))?;
        Some((room, key.as_str(), head))
    })
}
