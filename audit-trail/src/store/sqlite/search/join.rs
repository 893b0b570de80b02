//! [`Join`]: rows of several lanes and records that no index has, in one order.

use rusqlite::Rows;

use crate::query::Order;

use super::first::Place;

/// Where the next record in order was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// In an index, which is believed when its bytes agree.
    Indexed,
    /// In its bytes, which match.
    Found,
}

/// Joins lanes and records that no index has, in order; a place that comes twice is one.
pub(super) struct Join<'s> {
    order: Order,
    lanes: Vec<(Rows<'s>, Option<Place>)>,
    found: &'s [Place],
    last: Option<Place>,
}

impl<'s> Join<'s> {
    pub(super) fn new(
        order: Order,
        rows: Vec<Rows<'s>>,
        found: &'s [Place],
    ) -> rusqlite::Result<Self> {
        let mut lanes = Vec::new();
        for mut rows in rows {
            let head = head(&mut rows)?;
            lanes.push((rows, head));
        }
        Ok(Self {
            order,
            lanes,
            found,
            last: None,
        })
    }

    pub(super) fn next(&mut self) -> rusqlite::Result<Option<(Place, Next)>> {
        loop {
            let order = self.order;
            let lane = self
                .lanes
                .iter_mut()
                .filter(|(_, head)| head.is_some())
                .min_by_key(|(_, head)| head.map(|place| place.rank(order)));
            let place = lane.as_ref().and_then(|(_, head)| *head);
            let found = self.found.split_first().filter(|(found, _)| {
                place.is_none_or(|place| found.rank(order) <= place.rank(order))
            });
            let (place, next) = match (found, lane) {
                (Some((found, rest)), _) => {
                    self.found = rest;
                    (*found, Next::Found)
                }
                (None, Some((rows, slot))) => {
                    let Some(place) = *slot else { continue };
                    *slot = head(rows)?;
                    (place, Next::Indexed)
                }
                (None, None) => return Ok(None),
            };
            if self.last.replace(place) != Some(place) {
                return Ok(Some((place, next)));
            }
        }
    }
}

fn head(rows: &mut Rows<'_>) -> rusqlite::Result<Option<Place>> {
    rows.next()?.map(Place::of_row).transpose()
}
