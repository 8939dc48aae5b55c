use crate::{ThemeCode, ThemeSlug, Words};

/// An action plan: a country's, a province's or a town's. Its themes each have a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name in files and addresses.
    pub slug: ThemeSlug,
    /// What people call it.
    pub name: Words,
    /// One sentence on what it is.
    pub topic: Words,
    /// Localpart of the alias of its space: `paga` in `#paga:example.org`.
    pub alias: String,
    /// In the order in which they are shown.
    pub themes: Vec<ThemeDefinition>,
}

/// A theme as the configuration defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeDefinition {
    /// Its name in files and addresses.
    pub slug: ThemeSlug,
    /// What the ids of its proposals begin with.
    pub code: ThemeCode,
    /// What people call it.
    pub name: Words,
    /// One sentence on what it is about.
    pub topic: Words,
    /// Localpart of the alias of its room.
    pub alias: String,
}
