//! Which path a request takes, for ruma's two ways of saying it.

use std::borrow::Cow;

use ruma::api::SupportedVersions;
use ruma::api::path_builder::{PathBuilder, SinglePath, VersionHistory};

/// A request whose path follows from the versions that the homeserver speaks.
pub(crate) trait KnownPath: PathBuilder {
    /// What ruma needs to choose the path.
    fn of(versions: &SupportedVersions) -> Self::Input<'_>;
}

impl KnownPath for VersionHistory {
    fn of(versions: &SupportedVersions) -> Cow<'_, SupportedVersions> {
        Cow::Borrowed(versions)
    }
}

impl KnownPath for SinglePath {
    fn of(_versions: &SupportedVersions) {}
}
