//! [`Asked`]: what a page is made from.

use rusqlite::Connection;

use crate::query::{Cursor, Order, Query};

use super::first::Place;
use super::sql::times;
use super::tail::Tail;

/// What a page is made from.
pub(super) struct Asked<'a> {
    pub(super) conn: &'a Connection,
    pub(super) query: &'a Query,
    pub(super) after: Option<Cursor>,
    pub(super) limit: usize,
    /// Rows that it looks at, at most.
    pub(super) examined: usize,
    /// The times that its rows can have.
    pub(super) bounds: String,
    pub(super) tail: &'a Tail,
    pub(super) outcomes_matter: bool,
}

impl Asked<'_> {
    /// Where a page goes on that ends here.
    pub(super) fn behind(&self, place: Option<Place>) -> Option<Cursor> {
        let Place { time, seq } = place?;
        let seq = u64::try_from(seq).unwrap_or(0);
        Some(Cursor::behind(self.query, time, seq))
    }
}

/// The times that a page's rows can have.
pub(super) fn bounds(query: &Query, after: Option<Cursor>) -> String {
    let mut since = query.since.map(|time| time.as_nanos());
    let mut until = query.until.map(|time| time.as_nanos());
    if let Some(after) = after {
        match query.in_order() {
            Order::Newest => {
                let end = after.time().saturating_add(1);
                until = Some(until.map_or(end, |until| until.min(end)));
            }
            Order::Oldest => {
                since = Some(since.map_or(after.time(), |since| since.max(after.time())));
            }
        }
    }
    times(since, until)
}
