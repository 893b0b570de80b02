//! What SQLite says, as a store's error.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::store::{StoreError, StoreErrorKind};

/// What SQLite says of a trail that is open.
pub(super) fn of(error: rusqlite::Error) -> StoreError {
    told(error, "the trail", "the file")
}

/// What SQLite says of the file at this path.
pub(super) fn at(path: &Path) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| {
        let path = path.display();
        told(error, &format!("the trail `{path}`"), &format!("`{path}`"))
    }
}

fn told(error: rusqlite::Error, trail: &str, file: &str) -> StoreError {
    let (kind, message) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            StoreErrorKind::Busy,
            format!("somebody else writes to {trail}"),
        ),
        Some(ErrorCode::DiskFull) => (StoreErrorKind::Full, format!("the disk of {trail} is full")),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => (
            StoreErrorKind::ReadOnly,
            format!("{trail} can't be written"),
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            StoreErrorKind::Damaged,
            format!("the database of {trail} is damaged"),
        ),
        // SQLite has no more to say of it.
        Some(ErrorCode::NotADatabase) => {
            let message = format!("{file} is no SQLite database, expected the file of a trail");
            return StoreError::new(StoreErrorKind::Foreign, message);
        }
        Some(ErrorCode::ConstraintViolation) => (
            StoreErrorKind::Refused,
            "the database refuses what would change the trail".to_owned(),
        ),
        _ => (
            StoreErrorKind::Failed,
            format!("the database of {trail} failed"),
        ),
    };
    StoreError::new(kind, message).because(error)
}

/// The same, unless it is because the file system turned read-only, which SQLite tells from no other failure to write.
///
/// The log is asked, as closing the database's file would free the locks that this process holds on it.
pub(super) fn of_disk(error: StoreError, path: &Path, log: &Path) -> StoreError {
    if error.kind != StoreErrorKind::Failed || error.may_be_kept() {
        return error;
    }
    match OpenOptions::new().write(true).open(log) {
        Err(refused) if refused.kind() == ErrorKind::ReadOnlyFilesystem => {
            let message = format!(
                "the file system of the trail `{}` may only be read",
                path.display()
            );
            StoreError::new(StoreErrorKind::ReadOnly, message).because(error)
        }
        _ => error,
    }
}
