//! What this crate says about its own health: counted always, said at the first, second, fourth, eighth time and so on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Clock;
use crate::contain::contain;

/// Counts up. Returns whether this count is worth a word: the first, second, fourth, eighth and so on.
pub(crate) fn count(counter: &AtomicU64) -> bool {
    (counter.fetch_add(1, Ordering::Relaxed) + 1).is_power_of_two()
}

/// Writes a warning. A subscriber of `tracing` is foreign too: its panic ends here.
pub fn say(warn: impl FnOnce()) {
    let _contained = contain(warn);
}

/// Measures one observer or sink after the other.
pub(crate) struct Stopwatch<'c> {
    pub(crate) clock: &'c dyn Clock,
    pub(crate) started_nanos: u64,
    pub(crate) limit: Duration,
}

impl Stopwatch<'_> {
    /// The time since it was last asked, if that is over the limit.
    #[inline]
    pub(crate) fn too_long(&mut self) -> Option<u64> {
        let now = self.clock.monotonic_nanos();
        let nanos = now.saturating_sub(self.started_nanos);
        self.started_nanos = now;
        (u128::from(nanos) >= self.limit.as_nanos()).then_some(nanos)
    }
}
