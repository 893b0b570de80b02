//! [`Backfill`]: what stands in the write-ahead log goes into the file on a thread of its own, so that no batch waits for it.
//!
//! SQLite would do it in the commit that finds the log long (<https://www.sqlite.org/wal.html#ckpt>, where it is called a
//! checkpoint), which keeps the writer from a disk and a processor that it could use meanwhile.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::store::StoreError;

use super::identity::FileIdentity;
use super::presence::Presence;
use super::{error, file};

/// How long the log may become, in pages.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// So many are worth a round.
    worth: usize,
    /// So few are done by the writer, once a round is over.
    rest: usize,
    /// From so many on a commit does what is left itself, so that the log begins anew: under a load that never pauses there is
    /// always something left.
    most: usize,
}

/// 16 MiB, 2 MiB and 96 MiB.
const LIMITS: Limits = Limits {
    worth: 4_000,
    rest: 500,
    most: 24_000,
};

/// Brings what is in the log into the file.
#[derive(Debug)]
pub(super) struct Backfill {
    /// The pages in the log after the last commit, as SQLite tells.
    pages: Arc<AtomicUsize>,
    /// How many there were when a round was asked for.
    asked: usize,
    limits: Limits,
    worker: Option<Worker>,
}

impl Backfill {
    /// Takes the place of SQLite's own rule on a connection that writes.
    pub(super) fn of(connection: &mut Connection) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&pages);
        connection
            .wal_hook(Some(move |_: &mut Wal, pages| {
                told.store(
                    usize::try_from(pages).unwrap_or_default(),
                    Ordering::Relaxed,
                );
                Ok(())
            }))
            .map_err(error::of)?;
        Ok(Self {
            pages,
            asked: 0,
            limits: LIMITS,
            worker: None,
        })
    }

    /// Sees to the log as the last commit left it.
    ///
    /// # Errors
    /// The disk failed in a round that was done here. What was committed is in the log all the same.
    pub(super) fn see_to(
        &mut self,
        connection: &Connection,
        path: &Path,
        presence: &Presence,
    ) -> rusqlite::Result<()> {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.asked {
            self.asked = 0;
        }
        // A round is over. Where little came in meanwhile that is done here, so that the log begins anew: over what it is long
        // already, a commit waits for the disk half as long.
        let round = self.worker.as_ref().is_some_and(Worker::take_done);
        if round && pages - self.asked <= self.limits.rest {
            return bring(connection);
        }
        if pages < self.asked + self.limits.worth {
            return Ok(());
        }
        if pages >= self.limits.most.saturating_mul(2) {
            // A round that takes this long is waited for, and the next one is done here.
            self.worker = None;
            return bring(connection);
        }
        let worker = self
            .worker
            .get_or_insert_with(|| Worker::start(path, presence.file(path)));
        if !worker.ask() {
            // The next one may fare better.
            self.worker = None;
        } else if pages < self.limits.most {
            self.asked = pages;
            return Ok(());
        }
        bring(connection)
    }

    /// Lets the round that runs come to its end, and begins no other.
    pub(super) fn stop(&mut self) {
        self.worker = None;
    }
}

/// Brings into the file what is in the log and no reader needs there. Nobody is waited for: what can't be done now is done later.
fn bring(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// The thread.
#[derive(Debug)]
struct Worker {
    /// Nothing once it is to end.
    rounds: Option<SyncSender<()>>,
    /// Whether no round is begun any more, not one that was asked for either.
    over: Arc<AtomicBool>,
    /// Whether a round came to its end.
    done: Arc<AtomicBool>,
    /// Nothing where none could be started.
    thread: Option<JoinHandle<()>>,
    process: u32,
}

impl Worker {
    fn start(path: &Path, file: Option<Arc<File>>) -> Self {
        let (rounds, asked) = sync_channel(1);
        let over = Arc::new(AtomicBool::new(false));
        let done = Arc::new(AtomicBool::new(false));
        let (is_over, is_done) = (Arc::clone(&over), Arc::clone(&done));
        let path = path.to_owned();
        let thread = file.and_then(|file| {
            let work = move || work(&path, &file, &asked, &is_over, &is_done);
            let thread = thread::Builder::new().name("audit-backfill".to_owned());
            thread.spawn(work).ok()
        });
        Self {
            rounds: Some(rounds),
            over,
            done,
            thread,
            process: audit_process::id(),
        }
    }

    /// Whether a round came to its end since somebody asked for that.
    fn take_done(&self) -> bool {
        self.done.swap(false, Ordering::Relaxed)
    }

    /// Asks for a round. Says whether there will be one.
    fn ask(&self) -> bool {
        let sent = self.rounds.as_ref().map(|rounds| rounds.try_send(()));
        matches!(sent, Some(Ok(()) | Err(TrySendError::Full(()))))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.rounds = None;
        // A forked child has no such thread.
        if let Some(thread) = self.thread.take()
            && self.process == audit_process::id()
        {
            let _panicked = thread.join();
        }
    }
}

/// Does a round whenever it is asked to, in this file.
fn work(
    path: &Path,
    file: &File,
    asked: &Receiver<()>,
    is_over: &AtomicBool,
    is_done: &AtomicBool,
) {
    let Ok(connection) = file::open_beside(path) else {
        return;
    };
    // Another may have taken its name meanwhile.
    let found = FileIdentity::of(path).ok();
    if found.is_none() || found != FileIdentity::of_open(file) {
        return;
    }
    while asked.recv().is_ok() && !is_over.load(Ordering::Relaxed) {
        // What fails here fails for the writer as well, who says so.
        let _later = bring(&connection);
        // SQLite does so in the round that leaves nothing, which then has little to wait for.
        let _later = file.sync_data();
        is_done.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use audit_core::Timestamp;

    use super::*;
    use crate::store::sqlite::{SqliteReader, SqliteStore};
    use crate::store::{Batch, Opening, Store, StoreReader};

    /// A page in the log, with its header.
    const PAGE: u64 = 4096 + 24;

    fn store(limits: Limits) -> (tempfile::TempDir, PathBuf, SqliteStore) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let mut store = SqliteStore::open(&path).unwrap();
        let opening = Opening::new(Timestamp::from_nanos(1), 1, 1);
        store.begin(&opening, &|_| Vec::new()).unwrap();
        store.backfill.limits = limits;
        (dir, path, store)
    }

    fn length(path: &Path) -> u64 {
        path.metadata().map_or(0, |metadata| metadata.len())
    }

    fn append(store: &mut SqliteStore, batches: usize) {
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(3000));
        let bodies = vec![body.as_bytes(); 20];
        for _ in 0..batches {
            let batch = Batch {
                index: false,
                on_disk: false,
                ..Batch::of(&bodies)
            };
            store.append(&batch).unwrap();
        }
    }

    #[test]
    fn a_load_that_never_pauses_leaves_the_log_short() {
        let limits = Limits {
            worth: 100,
            rest: 0,
            most: 400,
        };
        let (_dir, path, mut store) = store(limits);
        append(&mut store, 400);
        // 8,000 pages were written.
        let log = length(&path.with_extension("db-wal"));
        assert!(log < 1_000 * PAGE, "{log}");
        assert_eq!(
            SqliteReader::open(&path).unwrap().head().unwrap().size,
            8_000
        );
    }

    #[test]
    fn what_the_log_holds_reaches_the_file_while_the_store_is_open() {
        let limits = Limits {
            worth: 100,
            rest: 0,
            most: usize::MAX,
        };
        let (_dir, path, mut store) = store(limits);
        append(&mut store, 50);
        // The rounds that were asked for come to their end, whenever that is.
        let deadline = Instant::now() + Duration::from_mins(1);
        while length(&path) < 500 * 4096 && Instant::now() < deadline {
            thread::yield_now();
        }
        assert!(length(&path) >= 500 * 4096);
    }

    #[test]
    fn calls_that_come_one_by_one_leave_the_log_as_short_as_a_round() {
        let limits = Limits {
            worth: 100,
            rest: 100,
            most: usize::MAX,
        };
        let (_dir, path, mut store) = store(limits);
        let deadline = Instant::now() + Duration::from_mins(1);
        // 2,000 pages.
        for _ in 0..100 {
            let before = store.backfill.asked;
            append(&mut store, 1);
            // A round that was asked for just now is over before the next batch comes.
            let worker = store.backfill.worker.as_ref();
            let done = worker.map(|worker| Arc::clone(&worker.done));
            while store.backfill.asked > before
                && done
                    .as_ref()
                    .is_some_and(|done| !done.load(Ordering::Relaxed))
                && Instant::now() < deadline
            {
                thread::yield_now();
            }
        }
        let log = length(&path.with_extension("db-wal"));
        assert!(log < 300 * PAGE, "{log}");
    }
}
