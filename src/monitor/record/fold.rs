//! From a proposal's acts to what it is now.

use std::collections::{BTreeMap, BTreeSet};

use matrix::record::{Act, Amendments, Change, Did, Party, Status, Texts};
use serde::Serialize;

use super::chain::{Chain, Step};

/// What a proposal's acts come to. What can't be known after a gap is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Folded {
    pub(crate) title: Option<Texts>,
    pub(crate) text: Option<Texts>,
    pub(crate) status: Option<Status>,
    pub(crate) authors: Option<Vec<Party>>,
    /// The declined amendment that it came from; the inner one is none if it came from none.
    pub(crate) promoted_from: Option<Option<u32>>,
    /// How often its words were set.
    pub(crate) revisions: u32,
    /// By number.
    pub(crate) amendments: BTreeMap<u32, Amendment>,
    /// Where its acts say that its thread begins.
    pub(crate) roots: BTreeSet<String>,
    pub(crate) created: Option<i64>,
    /// When its words or its status were last set.
    pub(crate) settled: Option<i64>,
    /// When the last of its acts was done.
    pub(crate) last: Option<i64>,
    /// Since when it takes no support any more.
    pub(crate) closed: Option<i64>,
    /// Whether its authors let its words be deleted for good.
    pub(crate) erased: bool,
    /// Acts whose words were deleted for good.
    pub(crate) deleted: u64,
    /// Acts of a shape that is not known here.
    pub(crate) unreadable: u64,
}

/// An amendment, as the acts tell of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Amendment {
    /// What would be changed, and who would; none where that act was deleted.
    pub(crate) proposed: Option<(Change, Party, i64)>,
    pub(crate) state: AmendmentState,
    /// Who would make it a proposal of its own.
    pub(crate) backers: Vec<Party>,
}

/// What became of an amendment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentState {
    /// Not answered yet.
    #[default]
    Open,
    /// In the text now.
    Accepted,
    /// Declined by the authors.
    Declined,
}

impl Folded {
    /// How many amendments stand how.
    pub(crate) fn counts(&self) -> Amendments {
        let count = |state| {
            let these = self
                .amendments
                .values()
                .filter(|amendment| amendment.state == state);
            u32::try_from(these.count()).unwrap_or(u32::MAX)
        };
        Amendments {
            open: count(AmendmentState::Open),
            accepted: count(AmendmentState::Accepted),
            declined: count(AmendmentState::Declined),
        }
    }

    /// Whoever is named in the story.
    pub(crate) fn parties(&self) -> impl Iterator<Item = &Party> {
        let amendments = self.amendments.values();
        let amended = amendments.flat_map(|amendment| {
            let by = amendment.proposed.iter().map(|(_, by, _)| by);
            by.chain(&amendment.backers)
        });
        self.authors.iter().flatten().chain(amended)
    }

    fn take(&mut self, act: &Act) {
        let at = act.context.ts;
        self.last = Some(at);
        self.roots.extend(act.context.root_event.clone());
        match &act.did {
            Did::Proposed {
                title,
                text,
                authors,
                promoted_from,
                ..
            } => {
                self.created = Some(at);
                self.authors = Some(authors.clone());
                self.promoted_from = Some(*promoted_from);
                self.status = Some(Status::Draft);
                self.set_words(title, text, at);
            }
            // It comes too late: words were set since.
            Did::Revised { rev, .. } if *rev <= self.revisions => {}
            Did::Revised {
                title,
                text,
                amendment,
                ..
            } => {
                self.set_words(title, text, at);
                if let Some(number) = amendment {
                    self.amendment(*number).state = AmendmentState::Accepted;
                }
            }
            Did::Withdrawn { erased, .. } => {
                self.status = Some(Status::Withdrawn);
                self.settled = Some(at);
                // What was withdrawn may be deleted later, too.
                self.closed.get_or_insert(at);
                if *erased {
                    self.erased = true;
                    // They quote what is no longer to be read.
                    self.amendments.clear();
                }
            }
            // What stood before it is deleted; here it is told anew.
            Did::Held {
                title,
                text,
                status,
                authors,
                promoted_from,
                rev,
                created_ts,
                ..
            } => {
                self.created = Some(*created_ts);
                self.authors = Some(authors.clone());
                self.promoted_from = Some(*promoted_from);
                self.status = Some(*status);
                self.revisions = *rev;
                self.settled = Some(at);
                self.title = Some(title.clone());
                self.text = Some(text.clone());
            }
            Did::Amended {
                amendment,
                change,
                by,
                ..
            } => self.amendment(*amendment).proposed = Some((change.clone(), by.clone(), at)),
            Did::Decided {
                amendment,
                accepted,
                ..
            } => {
                self.amendment(*amendment).state = match accepted {
                    true => AmendmentState::Accepted,
                    false => AmendmentState::Declined,
                };
            }
            Did::Backed { amendment, by } => self.amendment(*amendment).backers.push(by.clone()),
            Did::Endorsed { .. } => {}
        }
    }

    fn set_words(&mut self, title: &Texts, text: &Texts, at: i64) {
        self.revisions += 1;
        self.settled = Some(at);
        // A draft opens with its text; what was taken back stays so.
        let is_withdrawn = self.status == Some(Status::Withdrawn);
        if !is_empty(text) && !is_withdrawn {
            self.status = Some(Status::Open);
        }
        self.title = Some(title.clone());
        self.text = Some(text.clone());
    }

    fn amendment(&mut self, number: u32) -> &mut Amendment {
        self.amendments.entry(number).or_default()
    }

    /// Anything may have been done in a step that can't be read.
    fn pass_over(&mut self) {
        self.title = None;
        self.text = None;
        self.status = None;
    }
}

/// Whether there is nothing to read in any language.
pub(crate) fn is_empty(texts: &Texts) -> bool {
    texts.values().all(|text| text.trim().is_empty())
}

/// Makes anew from its acts what a proposal is.
pub(crate) fn fold(chain: &Chain) -> Folded {
    let mut folded = Folded::default();
    for step in &chain.steps {
        match step {
            Step::Act(_, act) => folded.take(act),
            Step::Deleted => {
                folded.deleted += 1;
                folded.pass_over();
            }
            // The proposal itself is what it was.
            Step::DeletedAmendment => folded.deleted += 1,
            Step::Unreadable => {
                folded.unreadable += 1;
                folded.pass_over();
            }
        }
    }
    folded
}
