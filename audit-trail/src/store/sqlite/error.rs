//! What SQLite says, as a store's error.

use rusqlite::ErrorCode;

use crate::store::{StoreError, StoreErrorKind};

/// What SQLite says.
pub(super) fn of(error: rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let (kind, message) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (StoreErrorKind::Busy, "somebody else writes to the trail")
        }
        Some(ErrorCode::DiskFull) => (StoreErrorKind::Full, "the disk of the trail is full"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            (StoreErrorKind::ReadOnly, "the trail can't be written")
        }
        Some(ErrorCode::DatabaseCorrupt) => (
            StoreErrorKind::Damaged,
            "the database of the trail is damaged",
        ),
        Some(ErrorCode::NotADatabase) => (StoreErrorKind::Foreign, "the file is no trail"),
        Some(ErrorCode::ConstraintViolation) => (
            StoreErrorKind::Refused,
            "the database refuses what would change the trail",
        ),
        _ => (StoreErrorKind::Failed, "the database of the trail failed"),
    };
    StoreError::new(kind, message).because(error)
}
