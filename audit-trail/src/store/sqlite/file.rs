//! The file: opening it, and making the tables.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
/// How soon who was sent away asks again.
const MOMENT: Duration = Duration::from_millis(1);
/// The tables.
pub(super) const TABLES: &str = include_str!("schema.sql");

/// Opens a file to write, and makes the tables if there are none.
pub(super) fn open(path: &Path) -> Result<(PathBuf, Connection, Presence), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if path.try_exists().unwrap_or(true) {
        must_be_a_file(path)?;
    }
    // SQLite makes the file, and reads and locks nothing before it is asked something.
    let mut connection = connect(path, path, flags)?;
    let presence = Presence::of(path)?;
    match version(path, &connection)? {
        None => make_tables(path, &mut connection)?,
        Some(VERSION) => {}
        Some(other) => return Err(of_other_version(path, other)),
    }
    Ok((prepare(path, &connection)?, connection, presence))
}

/// Opens a file to write that must be a trail already.
pub(super) fn open_existing(path: &Path) -> Result<(PathBuf, Connection, Presence), StoreError> {
    must_be_a_file(path)?;
    let presence = Presence::of(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect_to_trail(path, path, flags)?;
    Ok((prepare(path, &connection)?, connection, presence))
}

/// Prepares a connection to write. Returns the absolute path.
fn prepare(shown: &Path, connection: &Connection) -> Result<PathBuf, StoreError> {
    let path = shown
        .canonicalize()
        .map_err(|error| unopened(shown).because(error))?;
    // A writer that died leaves its log; a batch is one transaction, so the log holds whole batches alone.
    let mode = keep_a_log(connection).map_err(error::at(shown))?;
    if mode != "wal" {
        let message = format!(
            "the trail `{}` can't keep a write-ahead log: its file system must let a process map files into memory",
            shown.display()
        );
        return Err(StoreError::new(StoreErrorKind::Failed, message));
    }
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY;
             PRAGMA journal_size_limit = 201326592;
             PRAGMA recursive_triggers = ON;",
        )
        .map_err(error::at(shown))?;
    guard(connection, false).map_err(error::at(shown))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(path)
}

/// Has the database keep a write-ahead log. Returns what it keeps. Of two who ask for that at once SQLite sends one away without letting
/// him wait, as both read what they are about to change; he asks again.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let kept = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        let is_busy = kept.as_ref().is_err_and(|error| {
            error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
        });
        if !is_busy || Instant::now() >= deadline {
            return kept;
        }
        std::thread::sleep(MOMENT);
    }
}

/// Has the database itself refuse what nobody is to do, or not. It does so for everybody else; what this connection does is
/// ours, and asking for each record takes a quarter of what writing it takes. Retention is held to it all the same.
pub(super) fn guard(connection: &Connection, guarded: bool) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, guarded)?;
    Ok(())
}

/// Connects once more to a file that this process writes: what was written goes on from the log into the file.
pub(super) fn open_beside(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect_to_trail(path, path, flags)?;
    // What is in the log is on disk before it goes into the file.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -1024;")
        .map_err(error::at(path))?;
    Ok(connection)
}

/// Opens a file to read alone.
pub(super) fn open_to_read(path: &Path) -> Result<(Connection, Presence), StoreError> {
    must_be_a_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let presence = Presence::of(path)?;
    let connection = match connect_to_trail(path, path, flags) {
        // A reader makes files beside the trail to be told from writers by. Where none can be made and there is no log, as on a
        // medium that is read alone, nobody writes.
        Err(error) if error.kind == StoreErrorKind::ReadOnly && !log_of(path).exists() => {
            let uri = immutable_uri(path).ok_or(error)?;
            connect_to_trail(path, &uri, flags | OpenFlags::SQLITE_OPEN_URI)?
        }
        connected => connected?,
    };
    connection
        .execute_batch(
            "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;",
        )
        .map_err(error::at(path))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok((connection, presence))
}

/// Refuses what can't be a trail before SQLite looks at it, which has one word for all of it, and waits for whoever writes to a
/// pipe.
fn must_be_a_file(path: &Path) -> Result<(), StoreError> {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let message = format!("there is no trail `{}`", path.display());
            return Err(StoreError::new(StoreErrorKind::Failed, message));
        }
        Err(error) => return Err(unopened(path).because(error)),
    };
    if metadata.is_dir() {
        return Err(foreign(
            path,
            "is a directory, expected the file of a trail",
        ));
    }
    if !metadata.is_file() {
        return Err(foreign(path, "is no file, expected that of a trail"));
    }
    Ok(())
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

/// Connects to a file that must be a trail already, by a name that may be another than the one that is told of.
fn connect_to_trail(path: &Path, name: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = connect(path, name, flags)?;
    match version(path, &connection)? {
        Some(VERSION) => Ok(connection),
        Some(other) => Err(of_other_version(path, other)),
        None if path.metadata().is_ok_and(|file| file.len() == 0) => {
            Err(foreign(path, "is empty, expected the file of a trail"))
        }
        None => Err(foreign(path, NO_TRAIL)),
    }
}

fn connect(path: &Path, name: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(name, flags)
        .map_err(|error| unconnected(path).because(error))?;
    connection.busy_timeout(PATIENCE).map_err(error::at(path))?;
    Ok(connection)
}

/// SQLite does not say why it can't open a file. Who tried it himself would let go of the locks that this process has on it when he
/// closed it again (SQLite, "How To Corrupt An SQLite Database File", 2.2).
fn unconnected(path: &Path) -> StoreError {
    let expected = if path.exists() {
        "opened, expected a file that this process may read"
    } else {
        "made, expected a directory that is there and may be written"
    };
    let message = format!("the trail `{}` can't be {expected}", path.display());
    StoreError::new(StoreErrorKind::Failed, message)
}

/// The version of the tables; nothing where the file is empty.
fn version(path: &Path, connection: &Connection) -> Result<Option<i32>, StoreError> {
    let read = |pragma: &str| -> Result<i32, StoreError> {
        connection
            .query_row(pragma, [], |row| row.get(0))
            .map_err(error::at(path))
    };
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(error::at(path))?;
    let application = read("PRAGMA application_id")?;
    match (application, tables) {
        (APPLICATION, _) => Ok(Some(read("PRAGMA user_version")?)),
        (0, 0) => Ok(None),
        _ => Err(foreign(path, NO_TRAIL)),
    }
}

fn make_tables(path: &Path, connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(error::at(path))?;
    // Another process may have made them while this one waited.
    if version(path, &transaction)?.is_some() {
        return Ok(());
    }
    transaction.execute_batch(TABLES).map_err(error::at(path))?;
    transaction
        .execute(
            "INSERT INTO head (one, size, root, indexed) VALUES (1, 0, ?1, 0)",
            [empty_root().as_bytes()],
        )
        .map_err(error::at(path))?;
    transaction
        .execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
        ))
        .map_err(error::at(path))?;
    transaction.commit().map_err(error::at(path))
}

/// What is said of a database of somebody else's.
const NO_TRAIL: &str = "is a database, and no trail";

fn foreign(path: &Path, what: &str) -> StoreError {
    let message = format!("`{}` {what}", path.display());
    StoreError::new(StoreErrorKind::Foreign, message)
}

fn of_other_version(path: &Path, version: i32) -> StoreError {
    let message = format!(
        "the trail `{}` has tables of version {version}, and this program knows version {VERSION}",
        path.display()
    );
    StoreError::new(StoreErrorKind::Foreign, message)
}
