//! [`Answers`]: all records that answer a query, one after another.

use std::fmt;

use audit_core::TenantId;

use crate::query::{Cursor, Query, Record};

use super::error::TrailError;
use super::handle::Trail;
use super::reading::with_query;

/// All records that answer a query, one after another, read page by page: whatever their number, a few hundred are in memory
/// at a time. What comes in meanwhile is among them where it stands behind what was read.
pub struct Answers {
    trail: Trail,
    query: Query,
    held: std::vec::IntoIter<Record>,
    next: Next,
}

/// Where the next page begins.
#[derive(Debug)]
enum Next {
    /// With the first record.
    First,
    /// Behind this place.
    Behind(Cursor),
    /// Nowhere: all was read.
    Nowhere,
}

/// How many records are read at a time.
const AT_A_TIME: usize = 512;

impl Trail {
    /// All records that answer a query, one after another.
    pub fn answers(&self, query: Query) -> Answers {
        self.answers_for(None, query)
    }

    /// The same, for a tenant if one is named.
    pub(super) fn answers_for(&self, tenant: Option<&TenantId>, query: Query) -> Answers {
        self.note_access(tenant, "trail.query", |data| {
            with_query(data, tenant, &query)
        });
        Answers {
            trail: self.clone(),
            query,
            held: Vec::new().into_iter(),
            next: Next::First,
        }
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A tenant's may be shown to the tenant: nothing of the trail.
        f.debug_struct("Answers")
            .field("query", &self.query)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Iterator for Answers {
    type Item = Result<Record, TrailError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.held.next() {
                return Some(Ok(record));
            }
            let after = match std::mem::replace(&mut self.next, Next::Nowhere) {
                Next::First => None,
                Next::Behind(cursor) => Some(cursor),
                Next::Nowhere => return None,
            };
            let page = self
                .trail
                .reader(|reader| Ok(reader.search(&self.query, after.as_ref(), AT_A_TIME)?));
            match page {
                Ok(page) => {
                    self.held = page.records.into_iter();
                    self.next = page.next.map_or(Next::Nowhere, Next::Behind);
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
