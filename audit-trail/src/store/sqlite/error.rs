//! What SQLite says, as a store's error.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

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

/// The same, unless it is because the file system turned read-only, which SQLite tells from no other failure to write.
///
/// The log is asked, as closing the database's file would free the locks that this process holds on it.
pub(super) fn of_disk(error: StoreError, log: &Path) -> StoreError {
    if error.kind != StoreErrorKind::Failed || error.may_be_kept() {
        return error;
    }
    match OpenOptions::new().write(true).open(log) {
        Err(refused) if refused.kind() == ErrorKind::ReadOnlyFilesystem => {
            let message = "the file system of the trail may only be read";
            StoreError::new(StoreErrorKind::ReadOnly, message).because(error)
        }
        _ => error,
    }
}
