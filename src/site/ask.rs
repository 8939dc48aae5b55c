use std::sync::Arc;

use async_trait::async_trait;
use civic::{ThemeSlug, Timestamp};
use url::Url;

/// What the site asks, and all that it can: it has no other way to the bridge.
#[async_trait]
pub trait Ask: Send + Sync {
    /// The way into the WhatsApp groups of a theme, as it is now. Asked each time somebody wants to join, so it has to
    /// be quick and must not cost WhatsApp a question each time.
    async fn way_in(&self, theme: &ThemeSlug) -> WayIn;

    /// What the log of moderation says last, the latest first; none if that can't be told now. Asked as often as anybody likes.
    async fn log(&self) -> Option<Arc<Vec<LogLine>>>;
}

/// An entry of the log of moderation, as the log's room tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// What it says, in the deployment's language.
    pub text: String,
}

/// The way into a theme's WhatsApp groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayIn {
    /// The invitation link of an open group that has room.
    Link(Url),
    /// All groups are full, or nearly.
    Full,
    /// The theme has no open group yet.
    NoGroup,
    /// It can't be told now; in a while it can.
    NotConnected,
}
