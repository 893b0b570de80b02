//! [`FileIdentity`]: which file a name led to, and whether it does so still.

use std::fs::{File, Metadata};
use std::path::Path;

use crate::store::{StoreError, StoreErrorKind};

/// Which file a name led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity(Option<(u64, u64)>);

impl FileIdentity {
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let metadata = path
            .metadata()
            .map_err(|error| unopened(path).because(error))?;
        Ok(Self(numbers(&metadata)))
    }

    /// Whether it is told from others. Where it is not, all are taken for the same.
    pub(super) fn is_known(self) -> bool {
        self.0.is_some()
    }

    /// Which one is open.
    pub(super) fn of_open(file: &File) -> Option<Self> {
        file.metadata()
            .ok()
            .map(|metadata| Self(numbers(&metadata)))
    }

    /// Whether the name leads there still.
    pub(super) fn check(self, path: &Path) -> Result<(), StoreError> {
        let gone = |what: &str| {
            let message = format!("the file of the trail `{}` {what}", path.display());
            StoreError::new(StoreErrorKind::Gone, message)
        };
        let metadata = path
            .metadata()
            .map_err(|error| gone("is not there any more").because(error))?;
        if self.0.is_some() && numbers(&metadata) != self.0 {
            return Err(gone("was replaced by another"));
        }
        Ok(())
    }
}

/// What tells one file from another under the same name, where the system has such a thing.
#[cfg(unix)]
#[allow(
    clippy::unnecessary_wraps,
    reason = "other systems have no such numbers"
)]
fn numbers(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn numbers(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

pub(super) fn unopened(path: &Path) -> StoreError {
    let message = format!("the trail `{}` can't be opened", path.display());
    StoreError::new(StoreErrorKind::Failed, message)
}
