//! [`Tally`]: the answer to an aggregation; how it is counted.

use std::collections::HashMap;
use std::time::Duration;

use audit_core::Timestamp;

use crate::query::candidate::Candidate;

use super::samples::{Latency, Samples};
use super::{Aggregation, Dimension};

/// The answer to an [`Aggregation`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// By time from the oldest, then by count from the largest; what `top` leaves out stands last in its time.
    pub groups: Vec<Group>,
    /// All records that were counted.
    pub records: u64,
    /// Whether more groups arose than [`Aggregation::MAX_GROUPS`]; records of those that arose last stand in the rest.
    pub is_cut: bool,
}

/// Records that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// Their value of each dimension, in the order asked for; none where they have no such part.
    pub keys: Vec<Option<String>>,
    /// Whether this is the rest that `top` leaves out; it has no keys.
    pub is_rest: bool,
    /// The start of the span of time they fall into, where spans were asked for.
    pub start: Option<Timestamp>,
    /// How many there are.
    pub count: u64,
    /// What they took, where that was asked for and any of them took something.
    pub latency: Option<Latency>,
}

/// Counts records as they come by, in whatever order: how a store makes a [`Tally`]. Its memory is bounded, as
/// [`Aggregation::MAX_GROUPS`] and [`Latency`] say.
///
/// ```
/// use audit_trail::{Aggregation, Dimension, Query};
/// use audit_trail::store::Counter;
///
/// let by_actor = Aggregation::new(Query::new()).by(Dimension::Actor).with_latency();
/// let mut counter = Counter::new(&by_actor);
/// for (actor, took) in [("alice", 100), ("alice", 300), ("bob", 200)] {
///     counter.add_values([Some(actor)], 0, Some(took));
/// }
/// let tally = counter.finish();
/// assert_eq!((tally.records, tally.groups[0].count), (3, 2));
/// ```
#[derive(Debug)]
pub struct Counter {
    by: Vec<Dimension>,
    /// Nanoseconds of a span.
    span: Option<i64>,
    has_latency: bool,
    top: Option<usize>,
    keys: HashMap<Box<[u8]>, usize>,
    cells: HashMap<(usize, i64), Cell>,
    /// The key being looked up, and its place: records that follow one another are often alike.
    key: Vec<u8>,
    is_cut: bool,
}

#[derive(Debug, Default)]
struct Cell {
    count: u64,
    samples: Samples,
}

/// The key of what is counted as one, where there is no more room.
const REST: usize = usize::MAX;

impl Counter {
    /// Nothing counted yet of what an aggregation asks for.
    pub fn new(asked: &Aggregation) -> Self {
        let nanos = |bucket: Duration| i64::try_from(bucket.as_nanos()).unwrap_or(i64::MAX);
        Self {
            by: asked.by.clone(),
            span: asked.bucket.map(|bucket| nanos(bucket).max(1)),
            has_latency: asked.has_latency,
            top: asked.top,
            keys: HashMap::new(),
            cells: HashMap::new(),
            key: Vec::new(),
            is_cut: false,
        }
    }

    /// Counts a record, which must match the aggregation's query.
    pub fn add(&mut self, record: &Candidate<'_>) {
        self.key.clear();
        for by in &self.by {
            write_value(&mut self.key, by.value_of(record));
        }
        self.count(record.columns.time, record.columns.took);
    }

    /// Counts a record of which only columns were read: its value of each of the [dimensions](Aggregation::dimensions), in their
    /// order; when it happened, in nanoseconds since 1970, UTC; and what it took, in nanoseconds.
    pub fn add_values<'v>(
        &mut self,
        values: impl IntoIterator<Item = Option<&'v str>>,
        time: i64,
        took: Option<i64>,
    ) {
        self.key.clear();
        for value in values {
            write_value(&mut self.key, value);
        }
        self.count(time, took);
    }

    /// Counts a record into the group of the key.
    fn count(&mut self, time: i64, took: Option<i64>) {
        let is_full = self.cells.len() >= Aggregation::MAX_GROUPS;
        let mut key = match self.keys.get(self.key.as_slice()) {
            Some(key) => *key,
            None if is_full => REST,
            None => {
                let key = self.keys.len();
                self.keys.insert(self.key.as_slice().into(), key);
                key
            }
        };
        let mut start = self.span.map_or(0, |span| time.div_euclid(span));
        if is_full && !self.cells.contains_key(&(key, start)) {
            // Times may be what there are too many of.
            (key, start) = (REST, i64::MIN);
            self.is_cut = true;
        }
        let cell = self.cells.entry((key, start)).or_default();
        cell.count += 1;
        if self.has_latency
            && let Some(took) = took
        {
            cell.samples.add(u64::try_from(took).unwrap_or(0));
        }
    }

    /// What was counted.
    pub fn finish(self) -> Tally {
        let mut totals = vec![0_u64; self.keys.len()];
        for ((key, _), cell) in &self.cells {
            if let Some(total) = totals.get_mut(*key) {
                *total += cell.count;
            }
        }
        let mut keys: Vec<(&Box<[u8]>, usize)> =
            self.keys.iter().map(|(key, place)| (key, *place)).collect();
        let total = |place: usize| totals.get(place).copied().unwrap_or(0);
        keys.sort_by(|one, other| {
            let by_total = total(other.1).cmp(&total(one.1));
            by_total.then_with(|| one.0.cmp(other.0))
        });
        // By its place: the rank of a key, and its values.
        let kept = keys.iter().take(self.top.unwrap_or(usize::MAX));
        let named: HashMap<usize, (usize, &[u8])> = kept
            .enumerate()
            .map(|(rank, (key, place))| (*place, (rank, &***key)))
            .collect();
        let mut merged: HashMap<(i64, usize), Cell> = HashMap::new();
        let mut tally = Tally {
            is_cut: self.is_cut,
            ..Tally::default()
        };
        for ((place, start), cell) in self.cells {
            tally.records += cell.count;
            let rank = named.get(&place).map_or(REST, |(rank, _)| *rank);
            let into = merged.entry((start, rank)).or_default();
            into.count += cell.count;
            into.samples.merge(cell.samples);
        }
        let values: HashMap<usize, &[u8]> = named.into_values().collect();
        let mut sorted: Vec<_> = merged.into_iter().collect();
        sorted.sort_by_key(|((start, rank), cell)| {
            (*start, *rank == REST, std::cmp::Reverse(cell.count), *rank)
        });
        tally.groups = sorted
            .into_iter()
            .map(|((start, rank), cell)| Group {
                keys: values
                    .get(&rank)
                    .map_or_else(Vec::new, |key| read_values(key)),
                is_rest: rank == REST,
                start: self
                    .span
                    .map(|span| Timestamp::from_nanos(start.saturating_mul(span))),
                count: cell.count,
                latency: cell.samples.latency(),
            })
            .collect();
        tally
    }
}

/// A value's length, above none, and its bytes.
fn write_value(key: &mut Vec<u8>, value: Option<&str>) {
    let length = value.map_or(0, |text| text.len() + 1);
    key.extend_from_slice(&length.to_le_bytes());
    key.extend_from_slice(value.unwrap_or_default().as_bytes());
}

fn read_values(mut key: &[u8]) -> Vec<Option<String>> {
    let mut values = Vec::new();
    while let Some((length, rest)) = key.split_first_chunk() {
        let length = usize::from_le_bytes(*length);
        let (text, rest) = rest
            .split_at_checked(length.saturating_sub(1))
            .unwrap_or((rest, &[]));
        values.push((length > 0).then(|| String::from_utf8_lossy(text).into_owned()));
        key = rest;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Dimension, Query};

    #[test]
    fn groups_are_the_largest_over_all_times_and_the_others_are_one_in_each() {
        let asked = Aggregation::new(Query::new())
            .by(Dimension::Actor)
            .every(Duration::from_nanos(10))
            .top(1);
        let mut counter = Counter::new(&asked);
        for (actor, time) in [
            (Some("bob"), 1),
            (Some("cy"), 2),
            (Some("cy"), 3),
            (None, -1),
            (Some("bob"), 11),
            (Some("bob"), 19),
        ] {
            counter.add_values([actor], time, None);
        }
        let tally = counter.finish();
        let shown: Vec<_> = tally
            .groups
            .iter()
            .map(|group| {
                let start = group.start.unwrap().as_nanos();
                (start, group.keys.clone(), group.is_rest, group.count)
            })
            .collect();
        let bob = vec![Some("bob".to_owned())];
        assert_eq!(
            shown,
            [
                (-10, vec![], true, 1),
                (0, bob.clone(), false, 1),
                (0, vec![], true, 2),
                (10, bob, false, 2),
            ]
        );
        assert_eq!(tally.records, 6);
    }

    #[test]
    fn values_that_look_alike_when_joined_are_groups_of_their_own() {
        let asked = Aggregation::new(Query::new())
            .by(Dimension::Actor)
            .by(Dimension::Tenant);
        let mut counter = Counter::new(&asked);
        for pair in [
            [Some("ab"), Some("c")],
            [Some("a"), Some("bc")],
            [None, Some("")],
            [Some(""), None],
        ] {
            counter.add_values(pair, 0, None);
        }
        let mut keys: Vec<_> = counter
            .finish()
            .groups
            .into_iter()
            .map(|group| group.keys)
            .collect();
        keys.sort();
        let owned = |text: &str| Some(text.to_owned());
        assert_eq!(
            keys,
            [
                vec![None, owned("")],
                vec![owned(""), None],
                vec![owned("a"), owned("bc")],
                vec![owned("ab"), owned("c")],
            ]
        );
    }
}
