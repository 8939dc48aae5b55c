use crate::{Network, ThemeCode};

/// What the bridge says where only one person reads it, and of how one writes to it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alone {
    /// What can be done there.
    Help,
    /// In public: that one can write to the bridge alone.
    Offered {
        /// On which network.
        on: Network,
        /// An address that opens the conversation.
        link: Option<String>,
    },
    /// Which theme is meant?
    WhichTheme {
        /// The command as it was written.
        command: String,
        /// The themes, and what they are called.
        themes: Vec<(ThemeCode, String)>,
    },
    /// What was sent is no text.
    OnlyText,
    /// In a room that is encrypted: the bridge can't read there.
    CannotRead,
    /// Somebody else came in: the bridge goes.
    NotAlone,
    /// The person is a facilitator from now on.
    Facilitates,
    /// The person is none any more.
    FacilitatesNoMore,
}
