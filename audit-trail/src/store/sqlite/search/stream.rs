//! [`Matches`]: all records of an answer, one after another.

use rusqlite::Connection;

use crate::query::{Cursor, Query, Record};

use super::{SearchError, search};

/// Records of the first page, so that it comes soon; each further page has twice as many.
const SOON: usize = 128;
/// Records that are held at once, at most: each page reads anew what is not indexed yet.
const HELD: usize = 4096;

/// All records of an answer, one after another, read page by page. Nothing stays open between two pages.
#[derive(Debug)]
pub(crate) struct Matches<'a> {
    conn: &'a Connection,
    query: &'a Query,
    held: std::vec::IntoIter<Record>,
    /// How many the next page may have.
    limit: usize,
    after: Option<Cursor>,
    /// Whether there is no further page; after a failure there is nothing to go on from.
    is_done: bool,
    index_mismatches: u64,
}

impl<'a> Matches<'a> {
    /// All records that match, from behind the cursor on.
    pub(crate) fn new(conn: &'a Connection, query: &'a Query, after: Option<Cursor>) -> Self {
        Self {
            conn,
            query,
            held: Vec::new().into_iter(),
            limit: SOON,
            after,
            is_done: false,
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
            if self.is_done {
                return None;
            }
            match search(self.conn, self.query, self.after.as_ref(), self.limit) {
                Ok(page) => {
                    self.limit = (self.limit * 2).min(HELD);
                    self.index_mismatches += page.index_mismatches;
                    self.held = page.records.into_iter();
                    self.after = page.next;
                    self.is_done = page.next.is_none();
                }
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
    }
}
