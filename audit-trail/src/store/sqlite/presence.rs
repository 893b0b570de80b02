//! [`Presence`]: which files this process has open, so that a forked child does not open one that its parent had.
//!
//! SQLite remembers its locks of a file in the memory of the process, and the operating system does not hand them to a child
//! (SQLite, "How To Corrupt An SQLite Database File", 2.6). A child would believe that it holds what it does not: its parent, when
//! it closes the file, would take it for the last and remove the log into which the child writes.

use std::path::Path;
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

use crate::store::{StoreError, StoreErrorKind};

use super::identity::FileIdentity;

/// Files that are open: which, in which process, how often. A child has those of its parent.
static OPEN: Mutex<Vec<(FileIdentity, u32, usize)>> = Mutex::new(Vec::new());

/// How long a lock may be held that is held for a moment: in a child it may be that of a thread that is not there.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says that this process has a file open, until it goes.
#[derive(Debug)]
pub(super) struct Presence {
    identity: FileIdentity,
    process: u32,
}

impl Presence {
    /// Says so, unless the file was open when this process was forked.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let identity = FileIdentity::of(path)?;
        let process = audit_process::id();
        let entered = with_open(|open| {
            match open.iter_mut().find(|(other, ..)| *other == identity) {
                Some((_, other, _)) if *other != process => return false,
                Some((.., times)) => *times += 1,
                None => open.push((identity, process, 1)),
            }
            true
        });
        if entered == Some(true) {
            return Ok(Self { identity, process });
        }
        let message = format!(
            "the trail `{}` was open when this process was forked, and the locks of its file do not outlive that; fork before \
             it is opened, or run another program",
            path.display()
        );
        Err(StoreError::new(StoreErrorKind::Refused, message))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if self.process != audit_process::id() {
            return;
        }
        with_open(|open| {
            if let Some((.., times)) = open.iter_mut().find(|(other, ..)| *other == self.identity) {
                *times -= 1;
            }
            open.retain(|(.., times)| *times > 0);
        });
    }
}

fn with_open<T>(work: impl FnOnce(&mut Vec<(FileIdentity, u32, usize)>) -> T) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match OPEN.try_lock() {
            Ok(mut open) => return Some(work(&mut open)),
            Err(TryLockError::Poisoned(open)) => return Some(work(&mut open.into_inner())),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}
