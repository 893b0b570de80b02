//! [`Presence`]: which files this process has open, so that a forked child does not open one that its parent had.
//!
//! SQLite remembers its locks of a file in the memory of the process, and the operating system does not hand them to a child
//! (SQLite, "How To Corrupt An SQLite Database File", 2.6). A child would believe that it holds what it does not: its parent, when
//! it closes the file, would take it for the last and remove the log into which the child writes.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, TryLockError};
use std::time::{Duration, Instant};

use crate::store::{StoreError, StoreErrorKind};

use super::identity::FileIdentity;

/// Files that are open. A child has those of its parent.
static OPEN: Mutex<Vec<Opened>> = Mutex::new(Vec::new());

/// A file that is open.
struct Opened {
    identity: FileIdentity,
    process: u32,
    times: usize,
    /// The file itself, once somebody asked for it. Whoever closes a file takes from his process all locks of it, whoever has them
    /// (SQLite, the same page, 2.2): so it stays open until no connection is left.
    file: Option<Arc<File>>,
}

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
            match open.iter_mut().find(|other| other.identity == identity) {
                Some(other) if other.process != process => return false,
                Some(other) => other.times += 1,
                None => open.push(Opened {
                    identity,
                    process,
                    times: 1,
                    file: None,
                }),
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

    /// Which file this is, wherever its name leads by now.
    pub(super) fn identity(&self) -> FileIdentity {
        self.identity
    }

    /// The file itself, for what SQLite has no word for. Whoever asks gives it back before this presence goes.
    pub(super) fn file(&self, path: &Path) -> Option<Arc<File>> {
        if !self.identity.is_known() {
            return None;
        }
        with_open(|open| {
            let opened = open
                .iter_mut()
                .find(|opened| opened.identity == self.identity)?;
            if opened.file.is_none() {
                let file = File::options().read(true).write(true).open(path).ok()?;
                if FileIdentity::of_open(&file) != Some(self.identity) {
                    // Another has taken its name, and may be a trail that is open here: it is not closed, for the same reason.
                    std::mem::forget(file);
                    return None;
                }
                opened.file = Some(Arc::new(file));
            }
            opened.file.clone()
        })?
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if self.process != audit_process::id() {
            return;
        }
        with_open(|open| {
            if let Some(opened) = open
                .iter_mut()
                .find(|opened| opened.identity == self.identity)
            {
                opened.times -= 1;
            }
            open.retain(|opened| opened.times > 0);
        });
    }
}

fn with_open<T>(work: impl FnOnce(&mut Vec<Opened>) -> T) -> Option<T> {
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
