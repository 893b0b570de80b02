//! Questions, answered by SQL: from indexes, and from the bytes of what is not indexed yet.
//!
//! A [`lane`] is a run of rows of one index; [`choice`] counts which lanes are shortest. [`page`] joins them in order with
//! what the [`tail`] has found, and the [`answer`] takes each record that the query fits by its bytes: an index that lies hides
//! records at most, and shows none.

mod aggregate;
mod answer;
mod asked;
mod choice;
mod error;
mod first;
mod join;
mod lane;
mod like;
mod page;
mod sql;
mod tail;

#[cfg(test)]
mod tests;

use rusqlite::{Connection, Transaction};

use crate::query::{Aggregation, Counter, Cursor, Page, Query, Tally};

pub(super) use self::error::SearchError;

/// A page of the records that a query asks for, from behind the cursor on.
///
/// Includes what is not indexed yet. The database is read as it stands at one moment; a page is the same whatever came in
/// since the one before. At most 10,000 records are given, and about 16 MiB of them.
///
/// # Errors
/// The cursor is another query's; the query has too many conditions; the database failed.
pub(crate) fn search(
    conn: &Connection,
    query: &Query,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Page, SearchError> {
    SearchError::check(query)?;
    if let Some(after) = after {
        after.check(query)?;
    }
    if query.is_contradiction() {
        return Ok(Page::default());
    }
    like::prepare(conn, query)?;
    let _moment = moment(conn)?;
    page::page(conn, query, after.copied(), limit)
}

/// Counts the records that an aggregation asks for. Includes what is not indexed yet.
///
/// # Errors
/// The query has too many conditions; the database failed.
pub(crate) fn aggregate(conn: &Connection, asked: &Aggregation) -> Result<Tally, SearchError> {
    SearchError::check(&asked.query)?;
    if asked.query.is_contradiction() {
        return Ok(Counter::new(asked).finish());
    }
    like::prepare(conn, &asked.query)?;
    let _moment = moment(conn)?;
    Ok(aggregate::count(conn, asked)?)
}

/// Holds the database still for as long as it lives, where the caller does not do so already.
fn moment(conn: &Connection) -> rusqlite::Result<Option<Transaction<'_>>> {
    conn.is_autocommit()
        .then(|| conn.unchecked_transaction())
        .transpose()
}
