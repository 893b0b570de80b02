//! [`First`]: the first few of many records in a query's order, in bounded memory.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::query::{Candidate, Cursor, Order};

use super::sql::signed;

/// Where the first few of many records stand, in a query's order.
#[derive(Debug)]
pub(super) struct First {
    order: Order,
    most: usize,
    after: Option<Cursor>,
    found: BTreeMap<(i128, i128), Place>,
}

/// Where a record stands in time and in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) time: i64,
    pub(super) seq: i64,
}

impl Place {
    /// The place that a row has in its first two columns.
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            time: row.get(0)?,
            seq: row.get(1)?,
        })
    }

    /// What sorts places in this order.
    pub(super) fn rank(self, order: Order) -> (i128, i128) {
        let (time, seq) = (i128::from(self.time), i128::from(self.seq));
        match order {
            Order::Newest => (-time, -seq),
            Order::Oldest => (time, seq),
        }
    }
}

impl First {
    pub(super) fn new(order: Order, after: Option<Cursor>, most: usize) -> Self {
        Self {
            order,
            most,
            after,
            found: BTreeMap::new(),
        }
    }

    /// Keeps a record while it is among the first.
    pub(super) fn take(&mut self, known: &Candidate<'_>) {
        let time = known.columns.time;
        if let Some(after) = self.after
            && !after.is_before(self.order, time, known.seq)
        {
            return;
        }
        let seq = signed(known.seq);
        let place = Place { time, seq };
        self.found.insert(place.rank(self.order), place);
        if self.found.len() > self.most {
            self.found.pop_last();
        }
    }

    /// They, in order.
    pub(super) fn into_sorted(self) -> Vec<Place> {
        self.found.into_values().collect()
    }
}
