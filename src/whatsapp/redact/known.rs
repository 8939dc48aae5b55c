use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::digits::{Group, Run};
use crate::{Lid, PhoneNumber};

/// The shortest way to type a number so that it is still one: without country and area.
const SHORTEST: usize = 7;

/// The longest: with the prefix for calls abroad.
const LONGEST: usize = 20;

/// Numbers that are known to be somebody's, to be found however they are typed: `+1 202 555 0123`,
/// `00 1 202…`, `0202 555-0123`, `555 0123`.
#[derive(Clone, Default)]
pub struct KnownNumbers {
    /// The digits backwards, so that a number is found by how it ends.
    backwards: BTreeSet<String>,
}

/// Only how many: this is for logs.
impl fmt::Debug for KnownNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownNumbers({})", self.backwards.len())
    }
}

impl KnownNumbers {
    /// Remembers a number.
    pub fn insert(&mut self, number: &PhoneNumber) {
        self.backwards
            .insert(number.expose().chars().rev().collect());
    }

    /// Remembers a LID.
    pub fn insert_lid(&mut self, lid: &Lid) {
        self.backwards.insert(lid.expose().chars().rev().collect());
    }

    /// Forgets a number.
    pub fn remove(&mut self, number: &PhoneNumber) {
        let backwards: String = number.expose().chars().rev().collect();
        self.backwards.remove(&backwards);
    }

    /// Where known numbers stand in a run of digits. Next to one there may be other digits: `AGUA-7 202 555 0123`.
    pub(super) fn find(&self, run: &Run) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut rest = &run.groups[..];
        while !rest.is_empty() {
            match self.longest_at_start(rest) {
                Some(length) => {
                    found.push(rest[0].at.start..rest[length - 1].at.end);
                    rest = &rest[length..];
                }
                None => rest = &rest[1..],
            }
        }
        found
    }

    /// How many groups, from the first, are a known number at the most.
    fn longest_at_start(&self, groups: &[Group]) -> Option<usize> {
        let mut typed = String::new();
        let mut longest = None;
        for (index, group) in groups.iter().enumerate() {
            typed.push_str(&group.digits);
            if typed.len() > LONGEST {
                break;
            }
            if self.knows(&typed) {
                longest = Some(index + 1);
            }
        }
        longest
    }

    fn knows(&self, typed: &str) -> bool {
        // The zeros for calls abroad or between areas are no part of the number.
        let typed = typed.trim_start_matches('0');
        if typed.len() < SHORTEST {
            return false;
        }
        let backwards: String = typed.chars().rev().collect();
        self.backwards
            .range(backwards.clone()..)
            .next()
            .is_some_and(|known| known.starts_with(&backwards))
    }
}
