//! [`CallStats`]: how often something was called, how it ended, and how long it took.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Timestamp;

/// Steps between a power of two and the next: a quantile is off by an eighth at most.
const STEPS: u32 = 4;
const STEPS_BITS: u32 = STEPS.trailing_zeros();
/// One for each step up to 2^63 nanoseconds.
const BUCKETS: usize = (64 * STEPS) as usize;

/// Counts calls, from many threads at once.
pub(in crate::bus) struct Calls {
    failed: AtomicU64,
    /// When the last one ended; 0 where none did.
    last: AtomicU64,
    /// How many took so long.
    took: Box<[AtomicU64]>,
}

impl Calls {
    pub(in crate::bus) fn new() -> Self {
        Self {
            failed: AtomicU64::new(0),
            last: AtomicU64::new(0),
            took: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// A call ended then, after so long.
    #[inline]
    pub(in crate::bus) fn add(&self, ended: Timestamp, nanos: u64, failed: bool) {
        if failed {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        let ended = u64::try_from(ended.as_nanos()).unwrap_or_default();
        // Of two that end at once on two threads either may be the last.
        self.last.store(ended, Ordering::Relaxed);
        if let Some(bucket) = self.took.get(bucket(nanos)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(in crate::bus) fn stats(&self) -> CallStats {
        let took: Vec<u64> = self
            .took
            .iter()
            .map(|bucket| bucket.load(Ordering::Relaxed))
            .collect();
        let count: u64 = took.iter().sum();
        let last = self.last.load(Ordering::Relaxed);
        CallStats {
            count,
            failed: self.failed.load(Ordering::Relaxed),
            mean: mean(&took, count),
            p50: quantile(&took, count, 50),
            p99: quantile(&took, count, 99),
            longest: quantile(&took, count, 100),
            last: (last > 0)
                .then(|| Timestamp::from_nanos(i64::try_from(last).unwrap_or(i64::MAX))),
        }
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stats().fmt(f)
    }
}

/// The step that so many nanoseconds are in: the place of the highest bit, and the two behind it.
#[inline]
fn bucket(nanos: u64) -> usize {
    let highest = nanos.max(1).ilog2();
    let behind = if highest >= STEPS_BITS {
        (nanos >> (highest - STEPS_BITS)) & u64::from(STEPS - 1)
    } else {
        0
    };
    (highest * STEPS) as usize + usize::try_from(behind).unwrap_or_default()
}

/// The middle of a step.
fn middle(bucket: usize) -> u64 {
    let bucket = u32::try_from(bucket).unwrap_or(u32::MAX);
    let (highest, behind) = (bucket / STEPS, u64::from(bucket % STEPS));
    let start = 1_u64 << highest;
    let step = start / u64::from(STEPS);
    start + step * behind + step / 2
}

/// How long they took in the mean.
fn mean(took: &[u64], count: u64) -> Duration {
    let all = took.iter().enumerate();
    let nanos = all.map(|(bucket, calls)| u128::from(middle(bucket)) * u128::from(*calls));
    let mean = nanos.sum::<u128>().checked_div(u128::from(count));
    Duration::from_nanos(mean.map_or(0, |nanos| u64::try_from(nanos).unwrap_or(u64::MAX)))
}

/// How long so many of a hundred took at most.
fn quantile(took: &[u64], count: u64, percent: u64) -> Duration {
    let rank = (count * percent).div_ceil(100);
    let mut seen = 0;
    for (bucket, calls) in took.iter().enumerate() {
        seen += calls;
        if seen >= rank && seen > 0 {
            return Duration::from_nanos(middle(bucket));
        }
    }
    Duration::ZERO
}

/// How often something was called, how it ended, and how long it took. Times are right to an eighth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallStats {
    /// How often it was called and came to an end.
    pub count: u64,
    /// How often that was without an answer: it failed, panicked or took too long, could not be run, or parameters or answer did not
    /// fit.
    pub failed: u64,
    /// How long a call took in the mean.
    pub mean: Duration,
    /// How long half of the calls took at most.
    pub p50: Duration,
    /// How long 99 of 100 took at most.
    pub p99: Duration,
    /// How long the longest took.
    pub longest: Duration,
    /// When the last one ended.
    pub last: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_right_to_an_eighth() {
        for nanos in [1, 2, 3, 5, 100, 1_000, 123_456, 9_999_999_999, u64::MAX / 3] {
            let found = middle(bucket(nanos));
            assert!(found.abs_diff(nanos) <= nanos / 8 + 1, "{nanos}: {found}");
        }
        assert!(bucket(u64::MAX) < BUCKETS);
    }

    #[test]
    fn quantiles_are_of_those_that_were_called() {
        let calls = Calls::new();
        assert_eq!(calls.stats(), CallStats::default());
        for nanos in 1..=100 {
            calls.add(Timestamp::from_nanos(7), nanos * 1_000, nanos > 98);
        }
        let stats = calls.stats();
        assert_eq!((stats.count, stats.failed), (100, 2));
        let near = |found: Duration, micros: u64| {
            let nanos = micros * 1_000;
            u64::try_from(found.as_nanos()).unwrap().abs_diff(nanos) <= nanos / 8
        };
        assert!(
            near(stats.p50, 50) && near(stats.p99, 99) && near(stats.longest, 100),
            "{stats:?}"
        );
        assert_eq!(stats.last, Some(Timestamp::from_nanos(7)));
    }
}
