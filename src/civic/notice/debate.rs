use crate::ProposalRef;

/// What is told of a theme's debate libre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DebateTold {
    /// What its thread begins with.
    Begins {
        /// Name of the theme.
        theme: String,
    },
    /// A tangent goes on there.
    Pointer {
        /// Name of the theme.
        theme: String,
        /// What they are shown as who began it.
        who: String,
        /// What they are shown as who pointed it out.
        by: Vec<String>,
        /// The case by which it is moved.
        case: u32,
        /// The proposal that is talked about here: by its name alone, since its words may be hidden or deleted later.
        here: Option<ProposalRef>,
        /// Where all of it can be read.
        link: String,
    },
    /// What was talked about there since the last time.
    Week {
        /// So many messages.
        messages: usize,
        /// Of so many people.
        people: usize,
        /// How the most answered one begins, and whose it is.
        first: Option<(String, String)>,
        /// Where all of it can be read.
        link: String,
    },
}
