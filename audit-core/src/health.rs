//! What this crate says about its own health: counted always, said at the first, second, fourth, eighth time and so on.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::contain::contain;

/// Counts up. Returns whether this count is worth a word: the first, second, fourth, eighth and so on.
pub(crate) fn count(counter: &AtomicU64) -> bool {
    (counter.fetch_add(1, Ordering::Relaxed) + 1).is_power_of_two()
}

/// Writes a warning. A subscriber of `tracing` is foreign too: its panic ends here.
pub(crate) fn say(warn: impl FnOnce()) {
    let _contained = contain(warn);
}
