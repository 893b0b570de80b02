//! [`Matches`]: all records of an answer, one after another.

use rusqlite::Connection;

use crate::query::{Cursor, Query, Record};

use super::{SearchError, search};

/// Records that are held at once.
const HELD: usize = 512;

/// All records of an answer, one after another, read page by page. Nothing stays open between two pages.
#[derive(Debug)]
pub(crate) struct Matches<'a> {
    conn: &'a Connection,
    query: &'a Query,
    held: std::vec::IntoIter<Record>,
    /// Where the next page begins; none if there is none.
    next: Option<Option<Cursor>>,
    index_mismatches: u64,
}

impl<'a> Matches<'a> {
    /// All records that match, from behind the cursor on.
    pub(crate) fn new(conn: &'a Connection, query: &'a Query, after: Option<Cursor>) -> Self {
        Self {
            conn,
            query,
            held: Vec::new().into_iter(),
            next: Some(after),
            index_mismatches: 0,
        }
    }

    /// Records so far that the index named and whose bytes do not match.
    pub(crate) fn index_mismatches(&self) -> u64 {
        self.index_mismatches
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<Record, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.held.next() {
                return Some(Ok(record));
            }
            // After a failure there is nothing to go on from.
            let after = self.next.take()?;
            match search(self.conn, self.query, after.as_ref(), HELD) {
                Ok(page) => {
                    self.index_mismatches += page.index_mismatches;
                    self.held = page.records.into_iter();
                    self.next = page.next.map(Some);
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
