//! The file: opening it, and making the tables.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::store::{StoreError, StoreErrorKind};
use crate::tree::empty_root;

use super::identity::unopened;
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
    // SQLite makes the file, and reads and locks nothing before it is asked something.
    let mut connection = connect(path, flags)?;
    let presence = Presence::of(path)?;
    match version(&connection)? {
        None => make_tables(&mut connection)?,
        Some(VERSION) => {}
        Some(other) => return Err(of_other_version(path, other)),
    }
    Ok((prepare(path, &connection)?, connection, presence))
}

/// Opens a file to write that must be a trail already.
pub(super) fn open_existing(path: &Path) -> Result<(PathBuf, Connection, Presence), StoreError> {
    must_exist(path)?;
    let presence = Presence::of(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect_to_trail(path, flags)?;
    Ok((prepare(path, &connection)?, connection, presence))
}

/// Prepares a connection to write. Returns the absolute path.
fn prepare(path: &Path, connection: &Connection) -> Result<PathBuf, StoreError> {
    let path = path
        .canonicalize()
        .map_err(|error| unopened(path).because(error))?;
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
    guard(connection, false)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(path)
}

/// Has the database itself refuse what nobody is to do, or not. It does so for everybody else; what this connection does is
/// ours, and asking for each record takes a quarter of what writing it takes. Retention is held to it all the same.
pub(super) fn guard(connection: &Connection, guarded: bool) -> Result<(), StoreError> {
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, guarded)
        .map_err(error::of)?;
    Ok(())
}

/// Opens a file to read alone.
pub(super) fn open_to_read(path: &Path) -> Result<(Connection, Presence), StoreError> {
    must_exist(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let presence = Presence::of(path)?;
    let connection = match connect_to_trail(path, flags) {
        // A reader makes files beside the trail to be told from writers by. Where none can be made and there is no log, as on a
        // medium that is read alone, nobody writes.
        Err(error) if error.kind == StoreErrorKind::ReadOnly && !log_of(path).exists() => {
            let uri = immutable_uri(path).ok_or(error)?;
            connect_to_trail(&uri, flags | OpenFlags::SQLITE_OPEN_URI)?
        }
        connected => connected?,
    };
    connection
        .execute_batch(
            "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;",
        )
        .map_err(error::of)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok((connection, presence))
}

fn must_exist(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    let message = format!("there is no trail `{}`", path.display());
    Err(StoreError::new(StoreErrorKind::Failed, message))
}

/// The write-ahead log of a file.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// A file that nobody writes, as names of files say it to the database (<https://www.sqlite.org/uri.html>).
fn immutable_uri(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let mut uri = String::from("file:");
    for byte in path.to_str()?.bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            _ => {
                let _infallible = write!(uri, "%{byte:02x}");
            }
        }
    }
    uri.push_str("?immutable=1");
    Some(uri.into())
}

/// Connects to a file that must be a trail already.
fn connect_to_trail(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = connect(path, flags)?;
    match version(&connection)? {
        Some(VERSION) => Ok(connection),
        Some(other) => Err(of_other_version(path, other)),
        None => Err(foreign(path)),
    }
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
