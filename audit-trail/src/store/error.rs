//! [`StoreError`]: why a store could not do what it was asked.

use std::fmt;

use crate::query::CursorError;

/// In which way a store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Somebody else writes and did not finish in time; it may be tried again.
    Busy,
    /// There is no space left.
    Full,
    /// It may be read alone.
    ReadOnly,
    /// It is not where it was, or another stands in its place.
    Gone,
    /// What is in it contradicts itself.
    Damaged,
    /// It is no trail, or one of a later version.
    Foreign,
    /// It was asked for something that can't be.
    Refused,
    /// Anything else.
    Failed,
}

/// Why a store could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub struct StoreError {
    /// In which way it failed.
    pub kind: StoreErrorKind,
    message: String,
    may_be_kept: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// An error that says this.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            may_be_kept: false,
            source: None,
        }
    }

    /// The same, because of another error.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same, where what was to be appended may be in the store all the same, so that it must not be tried again.
    #[must_use]
    pub fn but_maybe_kept(mut self) -> Self {
        self.may_be_kept = true;
        self
    }

    /// Whether what was to be appended may be in the store all the same.
    pub fn may_be_kept(&self) -> bool {
        self.may_be_kept
    }
}

impl From<CursorError> for StoreError {
    fn from(error: CursorError) -> Self {
        Self::new(StoreErrorKind::Refused, error.to_string())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
