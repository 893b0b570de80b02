//! [`First`]: the first few of many records in a query's order, in bounded memory.

use std::collections::BTreeMap;

use audit_core::Status;

use crate::query::{Cursor, Known, Order};

/// The first few of many records in a query's order.
#[derive(Debug)]
pub(super) struct First {
    order: Order,
    most: usize,
    after: Option<Cursor>,
    found: BTreeMap<(i128, i128), Found>,
}

/// Where a record stands that no index leads to, and what the trail knows of it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) outcome: Option<Status>,
    pub(super) is_open: bool,
}

/// Where a record stands in time and in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) time: i64,
    pub(super) seq: i64,
}

impl Place {
    /// What sorts places in this order.
    pub(super) fn rank(self, order: Order) -> (i128, i128) {
        let rank = (i128::from(self.time), i128::from(self.seq));
        match order {
            Order::Newest => (-rank.0, -rank.1),
            Order::Oldest => rank,
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
    pub(super) fn take(&mut self, known: &Known<'_>) {
        let time = known.columns.time;
        if let Some(after) = self.after
            && !after.is_before(self.order, time, known.seq)
        {
            return;
        }
        let place = Place {
            time,
            seq: super::sql::signed(known.seq),
        };
        let outcome = known.outcome.and_then(|word| word.parse().ok());
        let found = Found {
            place,
            outcome,
            is_open: known.is_open,
        };
        self.found.insert(place.rank(self.order), found);
        if self.found.len() > self.most {
            self.found.pop_last();
        }
    }

    /// They, in order.
    pub(super) fn into_sorted(self) -> impl Iterator<Item = Found> {
        self.found.into_values()
    }
}
