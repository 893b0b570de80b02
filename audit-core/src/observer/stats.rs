//! What an observer did, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Names one observer of one runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObserverId(pub(crate) u64);

/// What one observer did, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObserverStats {
    /// The name it was given.
    pub name: String,
    /// How often it panicked.
    pub panics: u64,
    /// How often it took longer than the runtime's limit.
    pub slow_calls: u64,
    /// The longest it took on a caller's thread, among the slow calls.
    pub longest: Duration,
    /// Events that found the queue full and were not seen. Always 0 for a direct observer.
    pub events_dropped: u64,
    /// Decisions and changes it has not seen because they were its own doing.
    pub events_reentered: u64,
}

/// The counters behind [`ObserverStats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(super) panics: AtomicU64,
    pub(super) slow_calls: AtomicU64,
    pub(super) longest_nanos: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) reentered: AtomicU64,
}

impl Counters {
    pub(super) fn stats(&self, name: &str) -> ObserverStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ObserverStats {
            name: name.to_owned(),
            panics: read(&self.panics),
            slow_calls: read(&self.slow_calls),
            longest: Duration::from_nanos(read(&self.longest_nanos)),
            events_dropped: read(&self.dropped),
            events_reentered: read(&self.reentered),
        }
    }
}
