//! Taking records out, as retention has it.

use rusqlite::Transaction;

use crate::columns::Columns;
use crate::store::{Batch, Head, MAY_EXPIRE, StoreError, StoreErrorKind};

use super::{Memory, append, error, loaded, reader, stored};

/// Takes records out and appends the record that tells of it. Their hashes stay.
///
/// What may go is read from their bytes: columns can be changed by whoever can write the file, and what goes is told of with the
/// word of whoever holds the key.
pub(super) fn prune(
    transaction: &Transaction<'_>,
    memory: &mut Memory,
    session: i64,
    ranges: &[(u64, u64)],
    record: &[u8],
) -> Result<Head, StoreError> {
    let before = reader::head(transaction)?;
    let tree = append::restore(transaction, memory, &before)?;
    memory.growth = Some(tree);
    for &(first, last) in ranges {
        if first > last || last >= before.size {
            let message = format!("records {first} to {last} are no range of {}", before.size);
            return Err(StoreError::new(StoreErrorKind::Refused, message));
        }
        let range = (stored(first), stored(last));
        if went_before(transaction, range)? {
            let message = format!("some of the records {first} to {last} went before");
            return Err(StoreError::new(StoreErrorKind::Refused, message));
        }
        all_may_go(transaction, (first, last))?;
        execute(
            transaction,
            "INSERT INTO pruned (first, last, retention) VALUES (?1, ?2, ?3)",
            (range.0, range.1, stored(before.size)),
        )?;
        execute(
            transaction,
            "DELETE FROM record WHERE seq BETWEEN ?1 AND ?2",
            range,
        )?;
        execute(
            transaction,
            "DELETE FROM entry WHERE seq BETWEEN ?1 AND ?2",
            range,
        )?;
    }
    append::append(transaction, memory, session, &Batch::of(&[record]))
}

/// Whether retention took some of these: ranges must not overlap.
fn went_before(transaction: &Transaction<'_>, range: (i64, i64)) -> Result<bool, StoreError> {
    transaction
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM pruned WHERE first <= ?2 AND last >= ?1)")
        .and_then(|mut select| select.query_row(range, |row| row.get(0)))
        .map_err(error::of)
}

/// Whether all of these are there, and are such as [may expire](MAY_EXPIRE).
fn all_may_go(transaction: &Transaction<'_>, (first, last): (u64, u64)) -> Result<(), StoreError> {
    let mut select = transaction
        .prepare_cached("SELECT seq, body FROM record WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")
        .map_err(error::of)?;
    let mut rows = select
        .query((stored(first), stored(last)))
        .map_err(error::of)?;
    let mut expected = first;
    while let Some(row) = rows.next().map_err(error::of)? {
        let seq = row.get(0).map(loaded).map_err(error::of)?;
        if seq != expected {
            break;
        }
        let body = row.get_ref(1).map_err(error::of)?;
        may_go(seq, body.as_bytes().unwrap_or_default())?;
        expected += 1;
    }
    if expected <= last {
        let message = format!("record {expected} is not there, and retention did not take it");
        return Err(StoreError::new(StoreErrorKind::Damaged, message));
    }
    Ok(())
}

fn may_go(seq: u64, body: &[u8]) -> Result<(), StoreError> {
    let message = match Columns::read(body) {
        Ok(columns) if MAY_EXPIRE.contains(&columns.kind) => return Ok(()),
        Ok(columns) => format!(
            "record {seq} is of kind `{}`, which never goes",
            columns.kind
        ),
        Err(_) => format!("record {seq} is no event of which it is known whether it may go"),
    };
    Err(StoreError::new(StoreErrorKind::Refused, message))
}

fn execute(
    transaction: &Transaction<'_>,
    statement: &str,
    values: impl rusqlite::Params,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(statement)
        .and_then(|mut statement| statement.execute(values))
        .map_err(error::of)?;
    Ok(())
}
