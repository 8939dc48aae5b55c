use crate::{Change, ProposalRef, Status};

/// A proposal on a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is called.
    pub reference: ProposalRef,
    /// Its title.
    pub title: String,
    /// How many people support it.
    pub people: usize,
    /// Where it stands in its life.
    pub status: Status,
    /// Whether its words are held back.
    pub held: bool,
}

/// An amendment that is not decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAmendment {
    /// Its number in the theme.
    pub number: u32,
    /// What it changes.
    pub change: Change,
    /// What the person is shown as who proposed it.
    pub by: String,
}

/// How many take part in a theme, and what has come of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// People: whoever has linked their accounts counts once.
    pub people: usize,
    /// Those on WhatsApp.
    pub whatsapp_people: usize,
    /// Those on Matrix.
    pub matrix_people: usize,
    /// What they wrote on WhatsApp.
    pub whatsapp_messages: u64,
    /// What they wrote on Matrix.
    pub matrix_messages: u64,
    /// What is proposed and not withdrawn.
    pub proposals: usize,
    /// How often these are supported.
    pub supports: usize,
}
