//! What a sink did, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What one sink did, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkStats {
    /// The name it was given, else its type; with a number where others that were registered there before have it, such as `siem #2`.
    pub name: String,
    /// Its type, with its path.
    pub sink_type: String,
    /// Events that it took.
    pub events_taken: u64,
    /// Events that its registration keeps from it, and failures of other sinks to take what it did not take either.
    pub events_left_out: u64,
    /// Events that it did not take, whatever the reason, and that no spill took.
    pub events_lost: u64,
    /// Events that it did not take, and that its spill took.
    pub events_spilled: u64,
    /// Events that it has not seen because they were its own doing.
    pub events_reentered: u64,
    /// How often it returned an error, also when it was flushed.
    pub errors: u64,
    /// How often it panicked.
    pub panics: u64,
    /// How often it took longer than its time-out. Always 0 for an inline sink, as are the next two.
    pub timeouts: u64,
    /// Whether it has not returned from that yet, so that nothing is put into its queue.
    pub is_quarantined: bool,
    /// Events in its queue, the one that it has in hand included. They are neither taken nor lost.
    pub queue_depth: usize,
    /// How often it took longer on a caller's thread than the runtime's limit.
    pub slow_calls: u64,
    /// The longest it took there, among the slow calls.
    pub longest: Duration,
}

/// The counters behind [`SinkStats`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) taken: AtomicU64,
    pub(super) left_out: AtomicU64,
    pub(super) lost: AtomicU64,
    pub(super) spilled: AtomicU64,
    pub(super) reentered: AtomicU64,
    pub(super) errors: AtomicU64,
    pub(super) panics: AtomicU64,
    pub(super) timeouts: AtomicU64,
    pub(super) slow_calls: AtomicU64,
    pub(super) longest_nanos: AtomicU64,
    /// Flushes that failed since one worked.
    pub(super) unflushed: AtomicU64,
    /// The same of its spill.
    pub(super) unflushed_by_spill: AtomicU64,
}

impl Counters {
    pub(super) fn stats(&self, name: &str, sink_type: &str) -> SinkStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SinkStats {
            name: name.to_owned(),
            sink_type: sink_type.to_owned(),
            events_taken: read(&self.taken),
            events_left_out: read(&self.left_out),
            events_lost: read(&self.lost),
            events_spilled: read(&self.spilled),
            events_reentered: read(&self.reentered),
            errors: read(&self.errors),
            panics: read(&self.panics),
            timeouts: read(&self.timeouts),
            is_quarantined: false,
            queue_depth: 0,
            slow_calls: read(&self.slow_calls),
            longest: Duration::from_nanos(read(&self.longest_nanos)),
        }
    }
}

/// Counts one more.
pub(super) fn one(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
