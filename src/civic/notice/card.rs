use crate::ProposalRef;
use crate::proposal::{Counts, Status};

/// A proposal as it is shown on its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it is called.
    pub reference: ProposalRef,
    /// Its title; empty if it was erased, and while it is held back.
    pub title: String,
    /// Its whole text; empty while it is a draft or held back, and if it was erased.
    pub text: String,
    /// Where it stands in its life.
    pub status: Status,
    /// What its authors are shown as.
    pub authors: Vec<String>,
    /// How many support it.
    pub counts: Counts,
    /// The numbers of the amendments that are not decided on.
    pub amendments: Vec<u32>,
    /// How often it was changed, from 1.
    pub revision: u32,
    /// The case by which its words are held back, if they are.
    pub held: Option<u32>,
    /// The proposal whose declined amendment it was.
    pub promoted_from: Option<ProposalRef>,
}
