use async_trait::async_trait;
use civic::ThemeSlug;
use url::Url;

/// What the site asks, and all that it can: it has no other way to the bridge.
#[async_trait]
pub trait Ask: Send + Sync {
    /// The way into the WhatsApp groups of a theme, as it is now. Asked each time somebody wants to join, so it has to
    /// be quick and must not cost WhatsApp a question each time.
    async fn way_in(&self, theme: &ThemeSlug) -> WayIn;
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
