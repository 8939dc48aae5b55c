//! Proposals: from what was decided to the public record, and back.

mod fold;
mod hear;
mod lay;
mod numbers;
mod people;
mod perform;
mod put_back;
mod refold;
mod show;
mod stored;

pub(crate) use fold::{Reading, persons_in};
pub(in crate::engine) use lay::{TOLD, told_name};
pub(crate) use numbers::StoredSeen;
pub(crate) use stored::{Stored, party_out};
pub(in crate::engine) use stored::{empty_texts, reference};
