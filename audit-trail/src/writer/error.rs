//! [`SignError`]: why nothing was signed.

use crate::note::{NoteError, RotationError};
use crate::store::{StoreError, StoreErrorKind};

/// Why nothing was signed.
#[derive(Debug)]
pub(crate) enum SignError {
    Store(StoreError),
    /// Another process changed the key.
    OtherKey {
        /// What checks ours.
        found: String,
        /// What checks the one that signs.
        expected: String,
    },
    /// One key can't hand over to the other.
    Rotation(RotationError),
}

impl From<StoreError> for SignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RotationError> for SignError {
    fn from(error: RotationError) -> Self {
        Self::Rotation(error)
    }
}

/// What a store says that was to keep what can't be signed.
pub(crate) fn unsignable(error: NoteError) -> StoreError {
    let message = "the checkpoint can't be signed";
    StoreError::new(StoreErrorKind::Refused, message).because(error)
}
