//! [`SessionLock`]: tells an opening that is alive from one whose process died.
//!
//! The operating system lets go of a lock when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::store::{StoreError, StoreErrorKind};

/// A file that is locked as long as an opening lives, and goes with it.
#[derive(Debug)]
pub(super) struct SessionLock {
    path: PathBuf,
    /// Held for its lock.
    _file: File,
    process: u32,
}

impl SessionLock {
    /// Makes and locks a file beside the trail. Returns the word that names it, too.
    pub(super) fn take(trail: &Path) -> Result<(Self, String), StoreError> {
        let token = format!("{:016x}", random()?);
        let path = path_of(trail, &token);
        let failed = |error: std::io::Error| {
            let message = format!("the lock file `{}` can't be made", path.display());
            let kind = match error.kind() {
                std::io::ErrorKind::StorageFull => StoreErrorKind::Full,
                _ => StoreErrorKind::ReadOnly,
            };
            StoreError::new(kind, message).because(error)
        };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(failed)?;
        file.lock().map_err(failed)?;
        let lock = Self {
            path,
            _file: file,
            process: audit_process::id(),
        };
        Ok((lock, token))
    }

    /// Whether nobody holds the lock of this word; its file is removed then.
    pub(super) fn is_free(trail: &Path, token: &str) -> bool {
        let path = path_of(trail, token);
        let Ok(file) = OpenOptions::new().write(true).open(&path) else {
            // Without the file nobody can hold it. One that may not be opened belongs to somebody else.
            return !path.exists();
        };
        match file.try_lock() {
            Ok(()) => {
                let _left = std::fs::remove_file(&path);
                true
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        }
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        // A forked child holds the same lock, and must not take the file from its parent.
        if self.process == audit_process::id() {
            let _left = std::fs::remove_file(&self.path);
        }
    }
}

fn path_of(trail: &Path, token: &str) -> PathBuf {
    let mut name = trail.as_os_str().to_owned();
    name.push(format!("-session-{token}.lock"));
    PathBuf::from(name)
}

fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|error| {
        let message = "the system gives no random number";
        StoreError::new(StoreErrorKind::Failed, message).because(error)
    })
}
