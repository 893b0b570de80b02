//! [`Log`]: what is in the write-ahead log and may not be on disk.

use std::path::Path;

use rusqlite::Connection;

use crate::store::{StoreError, StoreErrorKind};

use super::error;

/// What a transaction outlives, as soon as it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Safety {
    /// The machine: the log is on disk.
    OnDisk,
    /// The process. What the disk holds of the log after the machine stopped are whole transactions all the same, from the first on
    /// (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
    InLog,
}

impl Safety {
    fn pragma(self) -> &'static str {
        match self {
            Self::OnDisk => "PRAGMA synchronous = FULL",
            Self::InLog => "PRAGMA synchronous = NORMAL",
        }
    }
}

/// What a connection knows of the log.
#[derive(Debug)]
pub(super) struct Log {
    /// How safe the next transaction will be.
    safety: Safety,
    /// Whether what was committed last was not waited for.
    lags: bool,
    /// Whether some of what lagged may never reach the disk.
    in_doubt: bool,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            safety: Safety::OnDisk,
            lags: false,
            in_doubt: false,
        }
    }

    /// Has the next transaction be this safe.
    pub(super) fn prepare(
        &mut self,
        connection: &Connection,
        path: &Path,
        safety: Safety,
    ) -> Result<(), StoreError> {
        if safety == Safety::OnDisk && self.in_doubt {
            renew(connection, path)?;
            self.in_doubt = false;
            self.lags = false;
        }
        if self.safety != safety {
            connection
                .execute_batch(safety.pragma())
                .map_err(error::at(path))?;
            self.safety = safety;
        }
        Ok(())
    }

    /// The transaction was committed.
    pub(super) fn committed(&mut self) {
        self.lags = self.safety == Safety::InLog;
    }

    /// Waiting for the disk failed, perhaps. Systems say once that something could not be written and take it for written from then
    /// on, so the next success would say nothing of what lagged.
    pub(super) fn failed(&mut self) {
        self.in_doubt |= self.lags;
    }
}

/// Brings all that the log holds into the file, and begins a new one: nothing goes by what the disk has of the old one any more.
fn renew(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let busy: bool = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .map_err(error::at(path))?;
    if busy {
        let message = format!(
            "the log of the trail `{}` may not be on disk, and can't begin anew while somebody reads the trail",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::Busy, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use audit_core::Timestamp;

    use crate::store::sqlite::SqliteStore;
    use crate::store::{Batch, Opening, Store, StoreErrorKind};

    fn batch(on_disk: bool) -> Batch<'static> {
        Batch {
            on_disk,
            ..Batch::of(&[b"{\"a\":1}"])
        }
    }

    #[test]
    fn after_a_failure_nothing_counts_as_on_disk_before_what_lagged_is_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let mut store = SqliteStore::open(&path).unwrap();
        let opening = Opening::new(Timestamp::from_nanos(1), 1, 1);
        store.begin(&opening, &|_| Vec::new()).unwrap();
        store.append(&batch(false)).unwrap();
        store.log.failed();
        // What need not be on disk goes on.
        store.append(&batch(false)).unwrap();
        // Somebody reads what is in the log alone.
        let reader = rusqlite::Connection::open(&path).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM record")
            .unwrap();
        store
            .connection
            .busy_timeout(std::time::Duration::ZERO)
            .unwrap();
        let error = store.append(&batch(true)).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Busy, "{error}");
        assert!(!error.may_be_kept());
        reader.execute_batch("COMMIT").unwrap();
        let head = store.append(&batch(true)).unwrap();
        assert_eq!(head.size, 3);
        // The old log held four pages at least; the new one begins with this transaction.
        let in_file: i64 = {
            std::fs::copy(&path, dir.path().join("copy.db")).unwrap();
            let copy = rusqlite::Connection::open(dir.path().join("copy.db")).unwrap();
            let count = "SELECT count(*) FROM record";
            copy.query_row(count, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(in_file, 2);
    }

    #[test]
    fn a_failure_where_nothing_lagged_leaves_no_doubt() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(dir.path().join("audit.db")).unwrap();
        let opening = Opening::new(Timestamp::from_nanos(1), 1, 1);
        store.begin(&opening, &|_| Vec::new()).unwrap();
        store.append(&batch(false)).unwrap();
        store.append(&batch(true)).unwrap();
        store.log.failed();
        assert!(!store.log.in_doubt);
    }
}
