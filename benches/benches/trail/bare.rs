//! The peer of a written row: a loop of inserts through `rusqlite`, into the same columns under the same indexes.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_trail::store::StoreReader;
use audit_trail::{Columns, SqliteReader};
use rusqlite::{Connection, params};

/// The trail's own tables; what follows are its triggers, which a bare database does without.
const SCHEMA: &str = include_str!("../../../audit-trail/src/store/sqlite/schema.sql");
/// What the trail says to its connections.
const WRITING: &str = "PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;";
/// What it says to those that read.
const READING: &str =
    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;";

/// A database with nothing around it.
#[derive(Debug)]
pub(crate) struct Bare {
    connection: Connection,
}

impl Bare {
    /// Makes one.
    pub(crate) fn create(path: &Path) -> Result<Self, BoxError> {
        let connection = Connection::open(path)?;
        connection.execute_batch(WRITING)?;
        let (tables, _) = SCHEMA.split_once("CREATE TRIGGER").unwrap_or((SCHEMA, ""));
        connection.execute_batch(tables)?;
        Ok(Self { connection })
    }

    /// A connection that reads what is there.
    pub(crate) fn read(path: &Path) -> Result<Connection, BoxError> {
        let flags =
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.execute_batch(READING)?;
        Ok(connection)
    }

    /// Inserts rows, so many in a transaction. Returns how long that took.
    pub(crate) fn append(&mut self, rows: &[Row<'_>], batch: usize) -> Result<Duration, BoxError> {
        let started = Instant::now();
        for batch in rows.chunks(batch.max(1)) {
            let transaction = self
                .connection
                .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            {
                let mut record = transaction.prepare_cached(
                    "INSERT INTO record (seq, session, body) VALUES (?1, ?2, ?3)",
                )?;
                let mut entry = transaction.prepare_cached(
                    "INSERT INTO entry VALUES
                     (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
                )?;
                for row in batch {
                    row.insert(&mut record, &mut entry)?;
                }
            }
            transaction.commit()?;
        }
        Ok(started.elapsed())
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> Result<u64, BoxError> {
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// Records as they are read back from a trail.
#[derive(Debug)]
pub(crate) struct Written {
    bodies: Vec<(u64, Vec<u8>)>,
}

impl Written {
    /// Those from a place in the trail to its end, or to another place.
    pub(crate) fn read(path: &Path, first: u64, end: u64) -> Result<Self, BoxError> {
        let mut bodies = Vec::new();
        let mut reader = SqliteReader::open(path)?;
        reader.records(first, end, &mut |seq, body| {
            bodies.push((seq, body.to_vec()));
            true
        })?;
        Ok(Self { bodies })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.bodies.len() as u64
    }

    /// The mean length of a body.
    pub(crate) fn mean_bytes(&self) -> usize {
        let all: usize = self.bodies.iter().map(|(_, body)| body.len()).sum();
        all / self.bodies.len().max(1)
    }

    /// Their columns, as they stand in the trail once every call has ended.
    pub(crate) fn rows(&self) -> Result<Vec<Row<'_>>, BoxError> {
        let mut rows = Vec::with_capacity(self.bodies.len());
        for (seq, body) in &self.bodies {
            rows.push(Row {
                seq: i64::try_from(*seq)?,
                body,
                columns: Columns::read(body)?,
            });
        }
        let mut outcomes = HashMap::new();
        for row in &rows {
            if let (Some(call), Some(outcome)) = (row.columns.call, row.columns.outcome.clone()) {
                outcomes.insert(call, outcome);
            }
        }
        for row in rows.iter_mut().filter(|row| row.columns.expects_outcome) {
            row.columns.outcome = outcomes.get(&row.columns.id).cloned();
        }
        Ok(rows)
    }
}

/// A record and its columns.
#[derive(Debug)]
pub(crate) struct Row<'b> {
    seq: i64,
    body: &'b [u8],
    columns: Columns<'b>,
}

impl Row<'_> {
    fn insert(
        &self,
        record: &mut rusqlite::Statement<'_>,
        entry: &mut rusqlite::Statement<'_>,
    ) -> Result<(), BoxError> {
        let columns = &self.columns;
        record.execute((self.seq, 1, self.body))?;
        entry.execute(params![
            self.seq,
            1,
            columns.time,
            columns.kind.as_str(),
            columns.name,
            columns.is_action,
            columns.actor,
            columns.tenant,
            columns.resource,
            columns.effect,
            columns.rule,
            columns.mode,
            columns.outcome,
            columns.id,
            columns.call,
            columns.took,
            false,
        ])?;
        Ok(())
    }
}
