//! Taking records out, as retention has it.

use rusqlite::Transaction;

use crate::store::{Batch, Head, StoreError, StoreErrorKind};

use super::{Memory, append, error, reader, stored};

/// Takes records out and appends the record that tells of it. Their hashes stay.
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
