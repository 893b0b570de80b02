//! [`RetentionResult`]: what went.

use audit_core::{EventKind, Fields};

use crate::note::{NoteError, TrailKey, retention_statement};
use crate::notice::Notices;
use crate::store::pruned_digest;

use super::plan::RetentionPlan;

/// How many records, and how many runs of them, go in one transaction: callers whose record must be on disk wait for it.
const AT_ONCE: u64 = 2_000;
const RUNS_AT_ONCE: usize = 500;

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionResult {
    /// How many records went.
    pub records: u64,
    /// The records that tell of it.
    pub told_by: Vec<u64>,
}

/// Some runs of records that go in one step, and what is told of them.
pub(crate) struct Part {
    pub(crate) ranges: Vec<(u64, u64)>,
    records: u64,
    policy: String,
}

impl Part {
    /// The record that tells of it, with the word of whoever holds the key.
    ///
    /// # Errors
    /// The origin can't stand in a note.
    pub(crate) fn record(
        &self,
        notices: &Notices,
        origin: &str,
        key: &TrailKey,
    ) -> Result<Vec<u8>, NoteError> {
        let digest = pruned_digest(self.ranges.iter().copied());
        let statement = retention_statement(origin, self.records, &digest, key)?;
        let told = Fields::new()
            .with("policy", self.policy.clone())
            .with("records", self.records)
            .with("first", self.ranges.first().map(|(first, _)| *first))
            .with("last", self.ranges.last().map(|(_, last)| *last))
            .with("ranges", self.ranges.len() as u64)
            .with("ranges_sha256", digest)
            .with("statement", statement);
        Ok(notices.json(EventKind::Retention, "retention", told))
    }
}

/// Takes out what a plan says, part by part. What went before an error stays gone, and is told of.
///
/// `prune` takes a part out, tells of it, and returns the place of the record that does.
pub(crate) fn carry_out<E>(
    plan: &RetentionPlan,
    mut prune: impl FnMut(Part) -> Result<u64, E>,
) -> Result<RetentionResult, E> {
    let mut result = RetentionResult::default();
    for ranges in parts(plan.ranges()) {
        let records = ranges.iter().copied().map(length).sum();
        result.told_by.push(prune(Part {
            ranges,
            records,
            policy: plan.policy().to_owned(),
        })?);
        result.records += records;
    }
    Ok(result)
}

/// How many records a run has.
fn length((first, last): (u64, u64)) -> u64 {
    last.checked_sub(first)
        .map_or(0, |more| more.saturating_add(1))
}

/// Runs in parts that one transaction takes; a long run is divided. One that ends before it begins is left for the store to refuse.
fn parts(ranges: &[(u64, u64)]) -> Vec<Vec<(u64, u64)>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut room = AT_ONCE;
    for &(mut first, last) in ranges {
        loop {
            let end = last.min(first.saturating_add(room - 1));
            part.push((first, end));
            room -= length((first, end));
            if room == 0 || part.len() == RUNS_AT_ONCE {
                parts.push(std::mem::take(&mut part));
                room = AT_ONCE;
            }
            if end == last {
                break;
            }
            first = end + 1;
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_every_record_once_and_none_is_too_large() {
        let ranges = vec![(0, 0), (2, 4_500), (4_502, 4_502), (6_000, 10_000)];
        let parts = parts(&ranges);
        let of = |part: &[(u64, u64)]| {
            part.iter()
                .map(|(first, last)| last - first + 1)
                .sum::<u64>()
        };
        assert!(parts.iter().all(|part| of(part) <= AT_ONCE));
        let all: Vec<u64> = parts
            .iter()
            .flatten()
            .flat_map(|&(first, last)| first..=last)
            .collect();
        let expected: Vec<u64> = ranges
            .iter()
            .flat_map(|&(first, last)| first..=last)
            .collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_run_that_ends_before_it_begins_is_left_to_the_store_and_counts_for_nothing() {
        assert_eq!(parts(&[(6, 5), (8, 9)]), [[(6, 5), (8, 9)]]);
        assert_eq!(length((6, 5)), 0);
        assert_eq!(length((0, u64::MAX)), u64::MAX);
    }

    #[test]
    fn many_short_runs_are_parted_too() {
        let ranges: Vec<_> = (0..1_201).map(|n| (n * 2, n * 2)).collect();
        let lengths: Vec<_> = parts(&ranges).iter().map(Vec::len).collect();
        assert_eq!(lengths, [500, 500, 201]);
    }
}
