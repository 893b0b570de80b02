//! [`Latency`]: quantiles of many durations in little memory.

use std::time::Duration;

use hdrhistogram::Histogram;

/// What records took. Quantiles are within one part in a hundred, the longest is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Latency {
    /// Records that took something: those of decisions and outcomes.
    pub count: u64,
    /// Half of them took this or less.
    pub p50: Duration,
    /// Nine in ten took this or less.
    pub p90: Duration,
    /// Ninety-nine in a hundred took this or less.
    pub p99: Duration,
    /// None took longer.
    pub max: Duration,
}

/// Significant digits that are kept of a duration.
const DIGITS: u8 = 2;
/// So many durations take no more memory one by one than a histogram does, whatever they are.
const FEW: usize = 1024;

/// Durations in nanoseconds: one by one while they are few, so that many small groups stay small.
#[derive(Debug)]
pub(super) enum Samples {
    Few(Vec<u64>),
    Many { counts: Histogram<u32>, max: u64 },
}

impl Default for Samples {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Samples {
    pub(super) fn add(&mut self, nanos: u64) {
        match self {
            Self::Few(all) if all.len() < FEW => all.push(nanos),
            Self::Few(all) => {
                let all = std::mem::take(all);
                match Histogram::new(DIGITS) {
                    Ok(counts) => {
                        *self = Self::Many { counts, max: 0 };
                        for sample in all.into_iter().chain([nanos]) {
                            self.add(sample);
                        }
                    }
                    // It takes any number of digits up to five.
                    Err(_) => *self = Self::Few(all),
                }
            }
            Self::Many { counts, max } => {
                // A histogram that grows takes any value.
                let _ = counts.record(nanos);
                *max = nanos.max(*max);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Few(all)) => {
                for nanos in all {
                    self.add(nanos);
                }
            }
            (
                Self::Many { counts, max },
                Self::Many {
                    counts: more,
                    max: other,
                },
            ) => {
                // As above.
                let _ = counts.add(more);
                *max = other.max(*max);
            }
            (Self::Few(all), mut many) => {
                for nanos in std::mem::take(all) {
                    many.add(nanos);
                }
                *self = many;
            }
        }
    }

    /// None if nothing took anything.
    pub(super) fn latency(self) -> Option<Latency> {
        let (count, quantiles, max) = match self {
            Self::Few(mut all) => {
                all.sort_unstable();
                let max = *all.last()?;
                let at = |hundredths: usize| {
                    let rank = (all.len() * hundredths).div_ceil(100).max(1);
                    all.get(rank - 1).copied().unwrap_or(max)
                };
                (all.len() as u64, [at(50), at(90), at(99)], max)
            }
            Self::Many { counts, max } => {
                // Buckets are named by their highest value, which may never have been seen.
                let at = |quantile| counts.value_at_quantile(quantile).min(max);
                (counts.len(), [at(0.5), at(0.9), at(0.99)], max)
            }
        };
        let [p50, p90, p99] = quantiles.map(Duration::from_nanos);
        Some(Latency {
            count,
            p50,
            p90,
            p99,
            max: Duration::from_nanos(max),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn quantiles_are_within_a_hundredth_however_many_there_are_and_however_they_were_joined(
            nanos in prop::collection::vec(0..10_000_000_000_u64, 1..3000), cut in 0..3000_usize
        ) {
            let (mut one, mut other) = (Samples::default(), Samples::default());
            for (place, nanos) in nanos.iter().enumerate() {
                if place < cut { one.add(*nanos) } else { other.add(*nanos) }
            }
            one.merge(other);
            let latency = one.latency().unwrap();
            let mut sorted = nanos;
            sorted.sort_unstable();
            prop_assert_eq!(latency.count, sorted.len() as u64);
            prop_assert_eq!(latency.max, Duration::from_nanos(*sorted.last().unwrap()));
            for (hundredths, found) in [(50, latency.p50), (90, latency.p90), (99, latency.p99)] {
                let exact = sorted[(sorted.len() * hundredths).div_ceil(100) - 1];
                let found = u64::try_from(found.as_nanos()).unwrap();
                prop_assert!(found >= exact && found - exact <= exact / 100 + 1, "{found} for {exact}");
            }
        }
    }
}
