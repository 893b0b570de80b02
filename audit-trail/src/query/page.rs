//! [`Page`] and [`Record`]: what a query answers.

use audit_core::Status;

use crate::columns::Columns;

use super::cursor::Cursor;

/// A part of a query's answer.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// What was found, in the query's order. May be fewer than asked for, or none, though there is more: the work of one
    /// page is bounded.
    pub records: Vec<Record>,
    /// Where the next page begins; none if this was the last.
    pub next: Option<Cursor>,
    /// Records that the index named and whose bytes do not match: they are left out. More than none means that the index
    /// must be made anew.
    pub index_mismatches: u64,
}

impl Page {
    /// These records, and where the next page begins.
    pub fn new(records: Vec<Record>, next: Option<Cursor>) -> Self {
        Self {
            records,
            next,
            index_mismatches: 0,
        }
    }
}

/// A record as the trail holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its place in the trail.
    pub seq: u64,
    /// The exact bytes that are proved.
    pub body: Vec<u8>,
    /// What became of it as the trail knows: of a decision the outcome of its call, which the bytes can't tell.
    pub outcome: Option<Status>,
    /// Whether it is the decision of a call that has not ended yet.
    pub is_open: bool,
}

impl Record {
    /// A record of which no more is known than its bytes.
    pub fn new(seq: u64, body: Vec<u8>) -> Self {
        Self {
            seq,
            body,
            outcome: None,
            is_open: false,
        }
    }

    /// What can be asked of it.
    ///
    /// # Errors
    /// The bytes are no event's JSON.
    pub fn columns(&self) -> Result<Columns<'_>, serde_json::Error> {
        Columns::read(&self.body)
    }
}
