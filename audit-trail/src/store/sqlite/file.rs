//! The file: opening it, making the tables, and whether its name still leads to it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::store::{StoreError, StoreErrorKind};
use crate::tree::empty_root;

use super::presence::Presence;
use super::{PATIENCE, error};

/// Says of a SQLite file that it is a trail: "audt" in letters.
const APPLICATION: i32 = 0x6175_6474;
/// The version of the tables.
const VERSION: i32 = 1;
/// The tables.
pub(super) const TABLES: &str = include_str!("schema.sql");

/// Opens a file to write, and makes the tables if there are none.
pub(super) fn open(path: &Path) -> Result<(PathBuf, Connection, Presence), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite reads and locks nothing before it is asked something.
    let mut connection = connect(path, flags)?;
    let path = path
        .canonicalize()
        .map_err(|error| unopened(path).because(error))?;
    let presence = Presence::enter(&path, FileIdentity::of(&path)?)?;
    match version(&connection)? {
        None => make_tables(&mut connection)?,
        Some(VERSION) => {}
        Some(other) => return Err(of_other_version(&path, other)),
    }
    // A writer that died leaves its log; a batch is one transaction, so the log holds whole batches alone.
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(error::of)?;
    if mode != "wal" {
        let message = format!(
            "the trail `{}` can't keep a write-ahead log: its file system must let a process map files into memory",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::Failed, message));
    }
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA recursive_triggers = ON;",
        )
        .map_err(error::of)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok((path, connection, presence))
}

/// Opens a file to read alone.
pub(super) fn open_to_read(path: &Path) -> Result<(Connection, Presence), StoreError> {
    if !path.exists() {
        let message = format!("there is no trail `{}`", path.display());
        return Err(StoreError::new(StoreErrorKind::Failed, message));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let presence = Presence::enter(path, FileIdentity::of(path)?)?;
    let connection = connect(path, flags)?;
    match version(&connection)? {
        Some(VERSION) => {}
        Some(other) => return Err(of_other_version(path, other)),
        None => return Err(foreign(path)),
    }
    connection
        .execute_batch(
            "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;",
        )
        .map_err(error::of)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok((connection, presence))
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| unopened(path).because(error))?;
    connection.busy_timeout(PATIENCE).map_err(error::of)?;
    Ok(connection)
}

/// The version of the tables; nothing where the file is empty.
fn version(connection: &Connection) -> Result<Option<i32>, StoreError> {
    let read = |pragma: &str| -> Result<i32, StoreError> {
        connection
            .query_row(pragma, [], |row| row.get(0))
            .map_err(error::of)
    };
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(error::of)?;
    let application = read("PRAGMA application_id")?;
    match (application, tables) {
        (APPLICATION, _) => Ok(Some(read("PRAGMA user_version")?)),
        (0, 0) => Ok(None),
        _ => Err(foreign(Path::new(connection.path().unwrap_or_default()))),
    }
}

fn make_tables(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(error::of)?;
    // Another process may have made them while this one waited.
    if version(&transaction)?.is_some() {
        return Ok(());
    }
    transaction.execute_batch(TABLES).map_err(error::of)?;
    transaction
        .execute(
            "INSERT INTO head (one, size, root, indexed) VALUES (1, 0, ?1, 0)",
            [empty_root().as_bytes()],
        )
        .map_err(error::of)?;
    transaction
        .execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
        ))
        .map_err(error::of)?;
    transaction.commit().map_err(error::of)
}

fn unopened(path: &Path) -> StoreError {
    let message = format!("the trail `{}` can't be opened", path.display());
    StoreError::new(StoreErrorKind::Failed, message)
}

fn foreign(path: &Path) -> StoreError {
    let message = format!("`{}` is a database, and no trail", path.display());
    StoreError::new(StoreErrorKind::Foreign, message)
}

fn of_other_version(path: &Path, version: i32) -> StoreError {
    let message = format!(
        "the trail `{}` has tables of version {version}, and this program knows version {VERSION}",
        path.display()
    );
    StoreError::new(StoreErrorKind::Foreign, message)
}

/// Which file a name led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileIdentity(Option<(u64, u64)>);

impl FileIdentity {
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let metadata = path
            .metadata()
            .map_err(|error| unopened(path).because(error))?;
        Ok(Self(numbers(&metadata)))
    }

    /// Whether the name leads there still.
    pub(super) fn check(self, path: &Path) -> Result<(), StoreError> {
        let gone = |what: &str| {
            let message = format!("the file of the trail `{}` {what}", path.display());
            StoreError::new(StoreErrorKind::Gone, message)
        };
        let metadata = path
            .metadata()
            .map_err(|error| gone("is not there any more").because(error))?;
        if self.0.is_some() && numbers(&metadata) != self.0 {
            return Err(gone("was replaced by another"));
        }
        Ok(())
    }
}

/// What tells one file from another under the same name, where the system has such a thing.
#[cfg(unix)]
fn numbers(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn numbers(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}
