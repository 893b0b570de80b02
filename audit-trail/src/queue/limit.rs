//! How much may wait, and what happens beyond.

use std::time::Duration;

/// What happens to a buffered record that finds the queue full. Best effort never waits and is dropped; durable records
/// have room of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// It is dropped, counted, and a `loss` record tells of it.
    #[default]
    DropNewest,
    /// The oldest that may be dropped goes in its place, counted and told of.
    DropOldest,
    /// The caller waits for room, a thread on itself and a task on its waker, at most this long; then it is dropped.
    Wait(Duration),
}

/// How much may wait in a queue, and be taken at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    pub(crate) overflow: Overflow,
    pub(crate) batch_records: usize,
    pub(crate) batch_bytes: usize,
}

/// How many records that must be kept find room, however small the queue is.
const MUST_KEEP: usize = 65_536;

/// How many batches in a row may be written before one of them is on disk.
pub(crate) const LAGGING_BATCHES: usize = 4;

impl Limits {
    /// How many records that must be kept may wait.
    pub(crate) fn must_keep(&self) -> usize {
        self.records.max(MUST_KEEP)
    }

    /// How many records that were taken may not be on disk at most: those that wait, and those that the writer has in hand.
    pub(crate) fn unwritten(&self) -> usize {
        let waiting = self.records.saturating_add(self.must_keep());
        let in_hand = self.batch_records.min(waiting);
        waiting.saturating_add(in_hand.saturating_mul(LAGGING_BATCHES + 1))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 65_536,
            bytes: 64 * 1024 * 1024,
            overflow: Overflow::default(),
            batch_records: 16_384,
            batch_bytes: 16 * 1024 * 1024,
        }
    }
}
