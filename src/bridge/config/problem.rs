//! What is wrong with a configuration file, said to the person who has to mend it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// One thing to mend: in which file, in which line, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was named by whoever asked for it.
    pub file: PathBuf,
    /// The line, counted from 1; none when the file as a whole is meant.
    pub line: Option<usize>,
    /// What is wrong and what to write instead, as one sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            message,
        } = self;
        match line {
            Some(line) => write!(f, "{}:{line}: {message}", file.display()),
            None => write!(f, "{}: {message}", file.display()),
        }
    }
}

/// Everything that was found wrong, in the order of the files and their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<Problem>);

impl ConfigErrors {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Each thing to mend.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Collects the problems of one file.
#[derive(Debug)]
pub(super) struct Problems {
    file: PathBuf,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            found: Vec::new(),
        }
    }

    /// Notes a problem in a line; line 0 means the file as a whole.
    pub(super) fn add(&mut self, line: usize, message: impl Into<String>) {
        let line = (line > 0).then_some(line);
        let problem = Problem {
            file: self.file.clone(),
            line,
            message: message.into(),
        };
        if !self.found.contains(&problem) {
            self.found.push(problem);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The problems of this file and of the ones read after it.
    pub(super) fn into_errors(mut self, others: Vec<Problem>) -> ConfigErrors {
        self.found.sort_by_key(|problem| problem.line);
        self.found.extend(others);
        ConfigErrors(self.found)
    }

    pub(super) fn into_vec(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.line);
        self.found
    }
}

/// The one of `known` that was most likely meant by `typed`, if any is near enough.
pub(super) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&typed, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `a, b or c`, for lists of what may be written.
pub(super) fn either<'a>(choices: impl IntoIterator<Item = &'a str>) -> String {
    let choices: Vec<&str> = choices.into_iter().collect();
    match choices.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
