//! Openings of a trail: where they begin and end, and which of them ended without saying so.

use std::path::Path;

use audit_core::Timestamp;
use rusqlite::Transaction;

use crate::columns::Columns;
use crate::store::{Ended, Opening, StoreError};

use super::lock::SessionLock;
use super::{error, loaded, stored};

/// Registers an opening, and ends those whose lock nobody holds any more.
pub(super) fn begin(
    transaction: &Transaction<'_>,
    path: &Path,
    token: &str,
    opening: &Opening,
) -> Result<(i64, Vec<Ended>), StoreError> {
    let mut unclean = Vec::new();
    for (session, token, mut ended) in unended(transaction)? {
        if SessionLock::is_free(path, &token) {
            ended.last = last_written(transaction, session)?.unwrap_or(ended.opened);
            end(transaction, session, opening.at)?;
            unclean.push(ended);
        }
    }
    transaction
        .execute(
            "INSERT INTO session (token, process, opened, room) VALUES (?1, ?2, ?3, ?4)",
            (
                token,
                opening.process,
                opening.at.as_nanos(),
                stored(opening.room),
            ),
        )
        .map_err(error::of)?;
    Ok((transaction.last_insert_rowid(), unclean))
}

/// Says that an opening is over.
pub(super) fn end(
    transaction: &Transaction<'_>,
    session: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .execute(
            "UPDATE session SET closed = ?2 WHERE id = ?1",
            (session, at.as_nanos()),
        )
        .map_err(error::of)?;
    Ok(())
}

fn unended(transaction: &Transaction<'_>) -> Result<Vec<(i64, String, Ended)>, StoreError> {
    let mut statement = transaction
        .prepare("SELECT id, token, process, opened, room FROM session WHERE closed IS NULL")
        .map_err(error::of)?;
    let rows = statement.query_map([], |row| {
        let (id, opened) = (row.get::<_, i64>(0)?, Timestamp::from_nanos(row.get(3)?));
        let ended = Ended::new(loaded(id), row.get(2)?, opened, opened, loaded(row.get(4)?));
        Ok((id, row.get(1)?, ended))
    });
    rows.and_then(Iterator::collect).map_err(error::of)
}

/// When the last record of an opening was made, looked for among the latest records of all.
fn last_written(
    transaction: &Transaction<'_>,
    session: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = transaction
        .prepare(
            "SELECT body FROM record
             WHERE session = ?1 AND seq >= (SELECT size FROM head) - 100000 ORDER BY seq DESC LIMIT 1",
        )
        .map_err(error::of)?;
    let mut rows = statement.query([session]).map_err(error::of)?;
    let Some(row) = rows.next().map_err(error::of)? else {
        return Ok(None);
    };
    let body = row.get_ref(0).map_err(error::of)?;
    let columns = body
        .as_blob()
        .ok()
        .and_then(|body| Columns::read(body).ok());
    Ok(columns.map(|columns| Timestamp::from_nanos(columns.time)))
}
