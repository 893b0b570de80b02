//! SQLite: records in one file, beside the program.
//!
//! Each batch is a transaction in a write-ahead log, which is on disk before it counts, unless the batch may lag. Columns of records
//! are rows of a second table, which can be made anew from the first.

mod append;
mod backfill;
mod error;
mod file;
mod identity;
mod index;
mod lock;
mod presence;
mod prune;
mod reader;
mod safety;
mod search;
mod session;

use std::path::{Path, PathBuf};
use std::time::Duration;

use audit_core::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{
    Batch, Head, MakeChange, OpenReader, Opening, Session, Store, StoreError, TellOpening,
};
use crate::tree::{Growth, Hash};

use backfill::Backfill;
use lock::SessionLock;
use presence::Presence;
pub use reader::SqliteReader;
use safety::{Log, Safety};

/// A trail in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    connection: Connection,
    backfill: Backfill,
    presence: Presence,
    log: Log,
    /// The tree as it was after the last transaction of ours.
    memory: Memory,
    session: Option<Open>,
    /// The process in which the opening ended.
    ended: Option<u32>,
}

/// What a store remembers of the tree between its transactions.
#[derive(Debug, Default)]
struct Memory {
    /// All that it takes to go on; nothing after a transaction that failed.
    growth: Option<Growth>,
    /// How many records there were, and their root: whatever others write must go on from there.
    known: Option<(u64, Hash)>,
}

/// The opening that this store is part of.
#[derive(Debug)]
struct Open {
    id: i64,
    _lock: SessionLock,
}

/// How long a transaction waits for another process's to end.
const PATIENCE: Duration = Duration::from_secs(5);

impl SqliteStore {
    /// Opens the trail in this file, or makes one.
    ///
    /// # Errors
    /// The file can't be opened or made, is no trail, or is one of a later version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::with(file::open(path.as_ref())?)
    }

    /// Opens a trail that is there, and can be written now.
    ///
    /// # Errors
    /// There is none, it can't be written, is no trail, or is one of a later version.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut store = Self::with(file::open_existing(path.as_ref())?)?;
        // A file that may be read alone is opened all the same; only its lock can't be had.
        store.write(|_, _| Ok(()))?;
        Ok(store)
    }

    fn with(
        (path, mut connection, presence): (PathBuf, Connection, Presence),
    ) -> Result<Self, StoreError> {
        let backfill = Backfill::of(&mut connection)?;
        Ok(Self {
            path,
            connection,
            backfill,
            presence,
            log: Log::new(),
            memory: Memory::default(),
            session: None,
            ended: None,
        })
    }

    /// The file, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file's name still leads to the file that was opened.
    fn check_file(&self) -> Result<(), StoreError> {
        self.presence.identity().check(&self.path)
    }

    /// Runs a transaction that holds the database's write lock from its beginning, and is on disk when it returns.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_as(Safety::OnDisk, work)
    }

    /// Runs a transaction that holds the database's write lock from its beginning.
    fn write_as<T>(
        &mut self,
        safety: Safety,
        work: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = self.transact(safety, work);
        done.map_err(|error| error::of_disk(error, &self.path, &file::log_of(&self.path)))
    }

    fn transact<T>(
        &mut self,
        safety: Safety,
        work: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.check_file()?;
        // Before, and not behind a commit: whoever waits for that one hears of it first.
        let (path, presence) = (&self.path, &self.presence);
        if self
            .backfill
            .see_to(&self.connection, path, presence)
            .is_err()
        {
            self.log.failed();
        }
        self.log.prepare(&self.connection, path, safety)?;
        // A tree that is not put back, as the work failed, is read anew the next time.
        let mut memory = Memory {
            growth: self.memory.growth.take(),
            known: self.memory.known,
        };
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(error::at(&self.path))?;
        let done = work(&transaction, &mut memory)?;
        if let Err(error) = transaction.commit() {
            self.log.failed();
            return Err(error::at(&self.path)(error));
        }
        self.log.committed();
        self.memory = memory;
        // What went into a file that is gone is nowhere, whatever its disk says.
        self.check_file().map_err(StoreError::but_maybe_kept)?;
        Ok(done)
    }
}

impl Store for SqliteStore {
    fn begin(
        &mut self,
        opening: &Opening,
        tell: &TellOpening<'_>,
    ) -> Result<(Session, Head), StoreError> {
        let (lock, token) = SessionLock::take(&self.path)?;
        let path = self.path.clone();
        let (id, session, head) = self.write(|transaction, memory| {
            let (id, unclean) = session::begin(transaction, &path, &token, opening)?;
            let session = Session::new(id.unsigned_abs(), unclean);
            let told = tell(&session);
            let bodies: Vec<&[u8]> = told.iter().map(Vec::as_slice).collect();
            let head = append::append(transaction, memory, id, &Batch::of(&bodies))?;
            Ok((id, session, head))
        })?;
        self.session = Some(Open { id, _lock: lock });
        Ok((session, head))
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        self.check_file()?;
        reader::head(&self.connection)
    }

    fn bytes(&mut self) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let mut statement = self.connection.prepare_cached(sql).map_err(error::of)?;
        let bytes: i64 = statement
            .query_row([], |row| row.get(0))
            .map_err(error::of)?;
        Ok(u64::try_from(bytes).ok())
    }

    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, StoreError> {
        let session = self.session.as_ref().map_or(0, |session| session.id);
        let safety = if batch.on_disk {
            Safety::OnDisk
        } else {
            Safety::InLog
        };
        self.write_as(safety, |transaction, memory| {
            append::append(transaction, memory, session, batch)
        })
    }

    fn change(&mut self, make: &MakeChange<'_>) -> Result<Head, StoreError> {
        let session = self.session.as_ref().map_or(0, |session| session.id);
        self.write(|transaction, memory| {
            let head = reader::head(transaction)?;
            let change = make(&head, &|name| reader::fact(transaction, name))?;
            let bodies = [&*change.body];
            let batch = Batch {
                facts: &change.facts,
                ..Batch::of(&bodies)
            };
            append::append(transaction, memory, session, &batch)
        })
    }

    fn index(&mut self, at_most: usize) -> Result<Head, StoreError> {
        // Columns that are lost are drawn anew.
        self.write_as(Safety::InLog, |transaction, _| {
            index::catch_up(transaction, at_most)
        })
    }

    fn prune(&mut self, ranges: &[(u64, u64)], record: &[u8]) -> Result<Head, StoreError> {
        let session = self.session.as_ref().map_or(0, |session| session.id);
        file::guard(&self.connection, true).map_err(error::of)?;
        let head = self.write(|transaction, memory| {
            prune::prune(transaction, memory, session, ranges, record)
        });
        file::guard(&self.connection, false).map_err(error::of)?;
        head
    }

    fn end(&mut self, at: Timestamp) -> Result<(), StoreError> {
        let Some(session) = self.session.take() else {
            return Ok(());
        };
        self.write(|transaction, _| session::end(transaction, session.id, at))?;
        self.ended = Some(audit_process::id());
        Ok(())
    }

    fn set_fact(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.write(|transaction, _| append::put_fact(transaction, name, value))
    }

    fn opener(&self) -> OpenReader {
        let (path, identity) = (self.path.clone(), self.presence.identity());
        Box::new(move || {
            identity.check(&path)?;
            Ok(Box::new(SqliteReader::open(&path)?))
        })
    }
}

impl Drop for SqliteStore {
    /// What is in the log of a trail that is closed goes into the file, so that a copy of it is whole. Whoever reads may keep it from
    /// that, and is not waited for.
    fn drop(&mut self) {
        if self.ended != Some(audit_process::id()) {
            return;
        }
        self.backfill.stop();
        let _kept_in_log = self.connection.busy_timeout(Duration::ZERO).and_then(|()| {
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        });
    }
}

/// A number as SQLite keeps it: its numbers end where ours have 63 bits.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that was stored as such. None of ours is negative; one that is counts as the first.
fn loaded(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
